/* What stands between answers and a complete form. In: a template, all answers, the visit. Out: problems in
 * the order of the questions: what check.c finds wrong, and what is missing or does not add up. */

#include "common/domain/money.h"
#include "common/forms/evidence.h"
#include "common/forms/inside.h"

#include <inttypes.h>

struct completing {
    const Pb__FormTemplate *template;
    const struct form_answers *answers;
    struct form_questions questions;
    bool asked[FORM_QUESTIONS_MAX];
    struct form_found found;
};

/* Names of numbers or amounts that are not given. Of money and of numbers, all or none. */
static void complete_numbers(struct completing *form, const Pb__FormQuestion *question,
                             const Pb__FormAnswer *answer)
{
    for (size_t i = 0; i < question->n_options; i++)
        if (!form_number(answer, question->options[i]->id))
            form_problem_of(&form->found, question->id, question->options[i]->id, "%.200s is missing",
                            question->options[i]->title);
}

/* The sum of one name over the questions that are asked; what is not answered counts as nothing. Amounts were
 * held within FORM_POUNDS_MAX, or are wrong already: the sum is checked all the same. */
static bool sum_of(const struct completing *form, const Pb__FormQuestion *question, const char *option_id,
                   struct money *ret_sum)
{
    struct money sum = money_pence(0);
    for (size_t i = 0; i < form->questions.count; i++) {
        const Pb__FormQuestion *part = form->questions.items[i];
        size_t named = 0;
        while (named < question->n_sum_of && strcmp(question->sum_of[named], part->id) != 0)
            named++;
        const Pb__FormAnswer *answer =
            named < question->n_sum_of && form->asked[i] ? form_answer_of(form->answers, part->id) : NULL;
        const Pb__NamedNumber *number = answer ? form_number(answer, option_id) : NULL;
        if (number && money_add(sum, money_pence(number->value), &sum) != CODE_OK)
            return false;
    }
    *ret_sum = sum;
    return true;
}

static void tell_difference(struct completing *form, const Pb__FormQuestion *question,
                            const Pb__FormOption *option, struct money given, struct money sum)
{
    struct money more;
    char is[MONEY_TEXT_BYTES], should_be[MONEY_TEXT_BYTES], off[MONEY_TEXT_BYTES];
    bool above = money_compare(given, sum) > 0;
    if (money_subtract(above ? given : sum, above ? sum : given, &more) != CODE_OK)
        more = money_pence(INT64_MAX);
    if (question->kind == KIND_MONEY) {
        money_print(given, is);
        money_print(sum, should_be);
        money_print(more, off);
        form_problem_of(&form->found, question->id, option->id,
                        "%.80s: %s is given, its parts come to %s: %s too %s", option->title, is, should_be,
                        off, above ? "much" : "little");
        return;
    }
    form_problem_of(&form->found, question->id, option->id,
                    "%.80s: %" PRId64 " is given, its parts come to %" PRId64 ": %" PRId64 " too %s",
                    option->title, given.pence, sum.pence, more.pence, above ? "many" : "few");
}

/* Rule F3: to the penny. */
static void complete_sum(struct completing *form, const Pb__FormQuestion *question,
                         const Pb__FormAnswer *answer)
{
    for (size_t i = 0; question->n_sum_of > 0 && i < question->n_options; i++) {
        const Pb__FormOption *option = question->options[i];
        const Pb__NamedNumber *number = form_number(answer, option->id);
        struct money sum;
        if (!number)
            continue;
        if (!sum_of(form, question, option->id, &sum))
            form_problem_of(&form->found, question->id, option->id,
                            "%.80s: its parts come to more than can be counted", option->title);
        else if (number->value != sum.pence)
            tell_difference(form, question, option, money_pence(number->value), sum);
    }
}

static void complete_answer(struct completing *form, const Pb__FormQuestion *question,
                            const Pb__FormAnswer *answer)
{
    if (question->kind == KIND_NUMBERS || question->kind == KIND_MONEY) {
        complete_numbers(form, question, answer);
        complete_sum(form, question, answer);
    }
    bool wanted = question->needs_evidence && (question->kind != KIND_YES_NO || answer->yes_no == YES_NO_YES);
    if (wanted && answer->n_evidence_ids == 0)
        form_problem(&form->found, 0, question->id, "needs a file that shows it");
}

/* Where there is no such day, as with a certificate that nobody has, a remark says so. */
static bool says_why_not(const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    return answer && (question->kind == KIND_DATE || question->kind == KIND_EXPIRY) &&
           answer->text[strspn(answer->text, " \t\r\n")] != '\0';
}

static void complete_question(struct completing *form, size_t place, const struct form_setting *setting)
{
    const Pb__FormQuestion *question = form->questions.items[place];
    const Pb__FormAnswer *answer = form_answer_of(form->answers, question->id);
    bool answered = form_is_answered(question, answer);
    size_t wrong = answer ? form_check_answer(form->template, question, answer, setting, &form->found) : 0;
    if (wrong > 0)
        return;
    if (form->asked[place] && answered)
        complete_answer(form, question, answer);
    else if (form->asked[place] && question->required && !says_why_not(question, answer))
        form_problem(&form->found, 0, question->id, "is not answered: %.200s", question->title);
    else if (!form->asked[place] && answered)
        form_problem(&form->found, 0, question->id,
                     "is answered although it is not asked, since %s is not answered \"%s\": clear it",
                     question->only_if_question, question->only_if_answer);
}

/* A file that is not complete stands in the way: what came of it may not even be what it is called. */
static void complete_files(struct completing *form, const char *question_id, const struct form_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const Pb__Evidence *file = files->items[i];
        if (file->complete || strcmp(file->question_id, question_id) != 0)
            continue;
        form_problem(&form->found, 0, question_id,
                     file->chunks < evidence_parts(file)
                         ? "the file %s is not complete: send the rest of it, or take it away"
                         : "the file %s was not accepted: take it away",
                     file->name);
    }
}

enum code form_complete_with_files(const Pb__FormTemplate *template, const struct form_answers *answers,
                                   const struct form_files *files, const struct form_setting *setting,
                                   struct arena *arena, struct form_problems *ret_problems)
{
    struct completing form = {.template = template, .answers = answers, .found = {.arena = arena}};
    form_questions_of(template, &form.questions);
    form_asked(&form.questions, answers, setting->mode, form.asked);
    for (size_t i = 0; i < form.questions.count; i++) {
        complete_question(&form, i, setting);
        complete_files(&form, form.questions.items[i]->id, files);
    }
    form_check_questions(template, answers, &form.found);
    return form_found_all(&form.found, ret_problems);
}

enum code form_complete(const Pb__FormTemplate *template, const struct form_answers *answers,
                        const struct form_setting *setting, struct arena *arena,
                        struct form_problems *ret_problems)
{
    const struct form_files none = {0};
    return form_complete_with_files(template, answers, &none, setting, arena, ret_problems);
}

/* Looking things up in a template and in answers, and which questions are asked. Lists are short (limits.h),
 * so they are walked. It takes any template, also one that refers to what it does not have. */

#include "common/forms/inside.h"

void form_questions_of(const Pb__FormTemplate *template, struct form_questions *ret_questions)
{
    ret_questions->count = 0;
    for (size_t i = 0; i < template->n_sections; i++) {
        const Pb__FormSection *section = template->sections[i];
        for (size_t j = 0; j < section->n_questions && ret_questions->count < FORM_QUESTIONS_MAX; j++)
            ret_questions->items[ret_questions->count++] = section->questions[j];
    }
}

const Pb__FormQuestion *form_question(const Pb__FormTemplate *template, const char *id)
{
    struct form_questions questions;
    form_questions_of(template, &questions);
    for (size_t i = 0; i < questions.count; i++)
        if (strcmp(questions.items[i]->id, id) == 0)
            return questions.items[i];
    return NULL;
}

Pb__FormAnswer *form_answer_of(const struct form_answers *answers, const char *question_id)
{
    for (size_t i = 0; i < answers->count; i++)
        if (strcmp(answers->items[i]->question_id, question_id) == 0)
            return answers->items[i];
    return NULL;
}

const Pb__FormGrading *form_grading(const Pb__FormTemplate *template, const char *id)
{
    for (size_t i = 0; i < template->n_gradings; i++)
        if (strcmp(template->gradings[i]->id, id) == 0)
            return template->gradings[i];
    return NULL;
}

const Pb__FormOption *form_option(Pb__FormOption *const *options, size_t count, const char *id,
                                  size_t *ret_place)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i]->id, id) == 0) {
            if (ret_place)
                *ret_place = i;
            return options[i];
        }
    }
    return NULL;
}

Pb__FormOption *const *form_options_of(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                                       size_t *ret_count)
{
    if (question->kind != KIND_GRADE) {
        *ret_count = question->n_options;
        return question->options;
    }
    const Pb__FormGrading *grading = form_grading(template, question->grading_id);
    *ret_count = grading ? grading->n_grades : 0;
    return grading ? grading->grades : NULL;
}

const Pb__NamedNumber *form_number(const Pb__FormAnswer *answer, const char *option_id)
{
    for (size_t i = 0; i < answer->n_numbers; i++)
        if (strcmp(answer->numbers[i]->option_id, option_id) == 0)
            return answer->numbers[i];
    return NULL;
}

bool form_is_answered(const Pb__FormQuestion *question, const Pb__FormAnswer *answer)
{
    if (!answer)
        return false;
    switch (question->kind) {
    case KIND_TEXT:
        return answer->text[strspn(answer->text, " \t\r\n")] != '\0';
    case KIND_CHOICE:
    case KIND_CHOICES:
    case KIND_GRADE:
        return answer->n_option_ids > 0;
    case KIND_SCALE:
        return answer->scale_case == PB__FORM_ANSWER__SCALE_NUMBER;
    case KIND_YES_NO:
        return answer->yes_no != PB__YES_NO__YES_NO_UNSPECIFIED;
    case KIND_NUMBERS:
    case KIND_MONEY:
        return answer->n_numbers > 0;
    case KIND_DATE:
    case KIND_EXPIRY:
        return *answer->date != '\0';
    case KIND_UNSPECIFIED:
    case KIND_OTHER:
        break;
    }
    return false;
}

bool form_mode_asks(Pb__VisitMode asked, Pb__VisitMode visit)
{
    return asked == MODE_ANY || visit == MODE_ANY || asked == visit;
}

/* Is that question's answer the one that is meant? */
static bool is_so(const Pb__FormQuestion *question, const Pb__FormAnswer *answer, const char *meant)
{
    if (!form_is_answered(question, answer))
        return false;
    if (question->kind == KIND_YES_NO)
        return (answer->yes_no == YES_NO_YES && strcmp(meant, "yes") == 0) ||
               (answer->yes_no == YES_NO_NO && strcmp(meant, "no") == 0);
    for (size_t i = 0; i < answer->n_option_ids; i++)
        if (strcmp(answer->option_ids[i], meant) == 0)
            return true;
    return false;
}

void form_asked(const struct form_questions *questions, const struct form_answers *answers,
                Pb__VisitMode mode, bool ret_asked[FORM_QUESTIONS_MAX])
{
    for (size_t i = 0; i < questions->count; i++) {
        const Pb__FormQuestion *question = questions->items[i];
        ret_asked[i] = form_mode_asks(question->mode, mode);
        if (!ret_asked[i] || !*question->only_if_question)
            continue;
        /* It stands before, so that it is known whether it is asked itself. */
        size_t before = 0;
        while (before < i && strcmp(questions->items[before]->id, question->only_if_question) != 0)
            before++;
        ret_asked[i] = before < i && ret_asked[before] &&
                       is_so(questions->items[before], form_answer_of(answers, question->only_if_question),
                             question->only_if_answer);
    }
}

bool form_is_asked(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                   const struct form_answers *answers, Pb__VisitMode mode)
{
    struct form_questions questions;
    bool asked[FORM_QUESTIONS_MAX];
    form_questions_of(template, &questions);
    form_asked(&questions, answers, mode, asked);
    for (size_t i = 0; i < questions.count; i++)
        if (strcmp(questions.items[i]->id, question->id) == 0)
            return asked[i];
    return false;
}

/* What is wrong with one answer by itself. In: a question and an answer as it came from a stranger. Out:
 * problems in words. It knows no other answer: what is missing, and what several must come to, is
 * complete.c's. */

#include "common/base/uuid.h"
#include "common/domain/money.h"
#include "common/forms/inside.h"

#include <inttypes.h>

/* One check: what is held against what, and where it is told. */
struct check {
    const Pb__FormTemplate *template;
    const Pb__FormQuestion *question;
    const Pb__FormAnswer *answer;
    const struct form_setting *setting;
    struct form_found *found;
};

#define WRONG(check, ...) form_problem((check)->found, 0, (check)->question->id, __VA_ARGS__)
#define WRONG_OF(check, option, ...)                                                                         \
    form_problem_of((check)->found, (check)->question->id, (option)->id, __VA_ARGS__)

enum {
    HAS_OPTIONS = 1 << 0,
    HAS_SCALE = 1 << 1,
    HAS_YES_NO = 1 << 2,
    HAS_NUMBERS = 1 << 3,
    HAS_DATE = 1 << 4,
};

static unsigned parts_of(const Pb__FormAnswer *answer)
{
    return (answer->n_option_ids ? HAS_OPTIONS : 0u) |
           (answer->scale_case != PB__FORM_ANSWER__SCALE__NOT_SET ? HAS_SCALE : 0u) |
           (answer->yes_no != PB__YES_NO__YES_NO_UNSPECIFIED ? HAS_YES_NO : 0u) |
           (answer->n_numbers ? HAS_NUMBERS : 0u) | (*answer->date ? HAS_DATE : 0u);
}

/* What an answer of that kind may have besides words. */
static unsigned parts_for(Pb__AnswerKind kind)
{
    switch (kind) {
    case KIND_CHOICE:
    case KIND_CHOICES:
    case KIND_GRADE:
        return HAS_OPTIONS;
    case KIND_SCALE:
        return HAS_SCALE;
    case KIND_YES_NO:
        return HAS_YES_NO;
    case KIND_NUMBERS:
    case KIND_MONEY:
        return HAS_NUMBERS;
    case KIND_DATE:
    case KIND_EXPIRY:
        return HAS_DATE;
    case KIND_TEXT:
    case KIND_UNSPECIFIED:
    case KIND_OTHER:
        break;
    }
    return 0;
}

/* "good, requires-improvement": what may be answered, as far as it fits. */
static void list_options(Pb__FormOption *const *options, size_t count, char *ret_text, size_t size)
{
    size_t used = 0;
    *ret_text = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(options[i]->id);
        if (used + length + 6 > size) {
            memcpy(ret_text + used, ", …", sizeof ", …");
            return;
        }
        if (used) {
            memcpy(ret_text + used, ", ", 2);
            used += 2;
        }
        memcpy(ret_text + used, options[i]->id, length + 1);
        used += length;
    }
}

static void check_options(const struct check *check)
{
    const Pb__FormAnswer *answer = check->answer;
    size_t count;
    Pb__FormOption *const *options = form_options_of(check->template, check->question, &count);
    char list[160];
    list_options(options, count, list, sizeof list);
    if (answer->n_option_ids > 1 && check->question->kind != KIND_CHOICES)
        WRONG(check, "has %zu answers; give one of: %s", answer->n_option_ids, list);
    for (size_t i = 0; i < answer->n_option_ids; i++) {
        const char *id = answer->option_ids[i];
        if (!form_option(options, count, id, NULL)) {
            WRONG(check, "\"%.60s\" is none of its answers: %s", id, list);
            continue;
        }
        size_t before = 0;
        while (before < i && strcmp(answer->option_ids[before], id) != 0)
            before++;
        if (before < i)
            WRONG(check, "%s is chosen twice", id);
    }
}

static void check_scale(const struct check *check)
{
    const Pb__FormQuestion *question = check->question;
    if (check->answer->scale_case == PB__FORM_ANSWER__SCALE_NUMBER &&
        (check->answer->number < question->least || check->answer->number > question->most))
        WRONG(check, "%d is outside its scale: from %d to %d", check->answer->number, question->least,
              question->most);
}

/* Rule F3: no amount is below nothing, unless the question says it may be. */
static void check_amount(const struct check *check, const Pb__FormOption *option, int64_t pence)
{
    const int64_t most = (int64_t)FORM_POUNDS_MAX * 100;
    char text[MONEY_TEXT_BYTES];
    money_print(money_pence(pence), text);
    if (pence < 0 && !check->question->may_be_negative)
        WRONG_OF(check, option, "%.80s: %s is below nothing", option->title, text);
    else if (pence > most || pence < -most)
        WRONG_OF(check, option, "%.80s: %s is more than the £%d that one amount can be", option->title, text,
                 FORM_POUNDS_MAX);
}

static void check_numbers(const struct check *check)
{
    const Pb__FormQuestion *question = check->question;
    char list[160];
    list_options(question->options, question->n_options, list, sizeof list);
    for (size_t i = 0; i < check->answer->n_numbers; i++) {
        const Pb__NamedNumber *number = check->answer->numbers[i];
        const Pb__FormOption *option =
            form_option(question->options, question->n_options, number->option_id, NULL);
        if (!option) {
            WRONG(check, "\"%.60s\" is none of its names: %s", number->option_id, list);
            continue;
        }
        if (form_number(check->answer, number->option_id) != number)
            WRONG_OF(check, option, "%s is given twice", option->id);
        if (question->kind == KIND_MONEY)
            check_amount(check, option, number->value);
        else if (number->value < 0 || number->value > FORM_NUMBER_MAX)
            WRONG_OF(check, option, "%.80s: %" PRId64 " is not a whole number from 0 to %d", option->title,
                     number->value, FORM_NUMBER_MAX);
    }
}

/* An expiry may lie on either side: that a certificate has run out is a finding, not a mistake. */
static void check_date(const struct check *check)
{
    struct date date, day = check->setting->day;
    char limit[DATE_LONG_TEXT_BYTES];
    if (!date_field(check->answer->date, &date)) {
        WRONG(check, "\"%.40s\" is no date: write the year, month and day as 2025-03-31",
              check->answer->date);
        return;
    }
    if (date_is_none(date) || date_is_none(day) || check->question->kind != KIND_DATE)
        return;
    date_print_long(day, limit);
    if (check->question->date_side == SIDE_PAST && date_compare(date, day) > 0)
        WRONG(check, "%s is after %s: it asks when something happened", check->answer->date, limit);
    if (check->question->date_side == SIDE_COMING && date_compare(date, day) < 0)
        WRONG(check, "%s is before %s: it asks for a date to come", check->answer->date, limit);
}

static void check_evidence(const struct check *check)
{
    const Pb__FormAnswer *answer = check->answer;
    if (answer->n_evidence_ids && !check->question->takes_evidence)
        WRONG(check, "takes no files");
    if (answer->n_evidence_ids > FORM_EVIDENCE_MAX) {
        WRONG(check, "has %zu files; at most %d stand beside one answer", answer->n_evidence_ids,
              FORM_EVIDENCE_MAX);
        return;
    }
    for (size_t i = 0; i < answer->n_evidence_ids; i++) {
        struct uuid id, other;
        if (!uuid_parse(answer->evidence_ids[i], &id)) {
            WRONG(check, "\"%.40s\" is not the identifier of a file", answer->evidence_ids[i]);
            continue;
        }
        size_t before = 0;
        while (before < i && !(uuid_parse(answer->evidence_ids[before], &other) && uuid_equal(&id, &other)))
            before++;
        if (before < i)
            WRONG(check, "the file %.40s stands beside it twice", answer->evidence_ids[i]);
    }
}

static void check_value(const struct check *check)
{
    switch (check->question->kind) {
    case KIND_CHOICE:
    case KIND_CHOICES:
    case KIND_GRADE:
        check_options(check);
        return;
    case KIND_SCALE:
        check_scale(check);
        return;
    case KIND_YES_NO:
        if (check->answer->yes_no > YES_NO_NA)
            WRONG(check, "is answered yes, no, or does not apply");
        return;
    case KIND_NUMBERS:
    case KIND_MONEY:
        check_numbers(check);
        return;
    case KIND_DATE:
    case KIND_EXPIRY:
        check_date(check);
        return;
    case KIND_TEXT:
    case KIND_UNSPECIFIED:
    case KIND_OTHER:
        return;
    }
}

size_t form_check_answer(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                         const Pb__FormAnswer *answer, const struct form_setting *setting,
                         struct form_found *found)
{
    const struct check check = {template, question, answer, setting, found};
    size_t before = found->list.count + found->left_out;
    if (!form_mode_asks(question->mode, setting->mode))
        WRONG(&check, "is asked %s only", question->mode == MODE_REMOTE ? "at a distance" : "on site");
    if (parts_of(answer) & ~parts_for(question->kind))
        WRONG(&check, "is answered by %s, and by nothing else", form_kind_name(question->kind));
    else
        check_value(&check);
    if (strlen(answer->text) > RECORD_TEXT_BYTES_MAX)
        WRONG(&check, "has more than %d bytes of words", RECORD_TEXT_BYTES_MAX);
    check_evidence(&check);
    return found->list.count + found->left_out - before;
}

void form_check_questions(const Pb__FormTemplate *template, const struct form_answers *answers,
                          struct form_found *found)
{
    for (size_t i = 0; i < answers->count; i++) {
        const char *id = answers->items[i]->question_id;
        if (!form_question(template, id))
            form_problem(found, 0, id, "there is no question \"%.80s\" in this form", id);
        else if (form_answer_of(answers, id) != answers->items[i])
            form_problem(found, 0, id, "is answered twice");
    }
}

enum code form_check(const Pb__FormTemplate *template, const struct form_answers *answers,
                     const struct form_setting *setting, struct arena *arena,
                     struct form_problems *ret_problems)
{
    struct form_found found = {.arena = arena};
    form_check_questions(template, answers, &found);
    for (size_t i = 0; i < answers->count; i++) {
        const Pb__FormQuestion *question = form_question(template, answers->items[i]->question_id);
        if (question)
            form_check_answer(template, question, answers->items[i], setting, &found);
    }
    return form_found_all(&found, ret_problems);
}

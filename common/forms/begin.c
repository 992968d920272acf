/* What a form begins with: the answers of the form before whose requirement was met (rule M2). In: two
 * templates, perhaps of different versions, and the earlier answers. Out: copies, without evidence. What
 * "met" means of each kind is decided here. */

#include "common/forms/inside.h"

/* A question of the form before can go on as that of the new one. */
static bool is_compatible(Pb__AnswerKind before, Pb__AnswerKind after)
{
    return before == after || (before == KIND_CHOICE && after == KIND_CHOICES);
}

/* Has every option still a place among those of the new question? */
static bool options_remain(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                           const Pb__FormAnswer *answer)
{
    size_t count;
    Pb__FormOption *const *options = form_options_of(template, question, &count);
    for (size_t i = 0; i < answer->n_option_ids; i++)
        if (!form_option(options, count, answer->option_ids[i], NULL))
            return false;
    return true;
}

/* In the upper half of its grading: of four the first two, of three the first. */
static bool is_upper_grade(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                           const Pb__FormAnswer *answer)
{
    size_t count, place;
    Pb__FormOption *const *grades = form_options_of(template, question, &count);
    return form_option(grades, count, answer->option_ids[0], &place) && place + 1 <= count / 2;
}

/* Above the middle of its scale. */
static bool is_upper_number(const Pb__FormQuestion *question, int64_t number)
{
    return 2 * number > (int64_t)question->least + question->most;
}

/* An expiry while it lasts; a date to come while it is to come. */
static bool lasts(const Pb__FormQuestion *question, const Pb__FormAnswer *answer, struct date day)
{
    struct date date;
    if (!date_field(answer->date, &date) || date_is_none(date))
        return false;
    if (question->kind == KIND_EXPIRY || question->date_side == SIDE_COMING)
        return date_compare(date, day) >= 0;
    return true;
}

static bool is_met(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                   const Pb__FormAnswer *answer, struct date day)
{
    switch (question->kind) {
    case KIND_YES_NO:
        return answer->yes_no == YES_NO_YES;
    case KIND_GRADE:
        return is_upper_grade(template, question, answer);
    case KIND_SCALE:
        return is_upper_number(question, answer->number);
    case KIND_CHOICE:
    case KIND_CHOICES:
        return options_remain(template, question, answer);
    case KIND_DATE:
    case KIND_EXPIRY:
        return lasts(question, answer, day);
    case KIND_TEXT:
    case KIND_NUMBERS:
    case KIND_MONEY:
        return true;
    case KIND_UNSPECIFIED:
    case KIND_OTHER:
        break;
    }
    return false;
}

/* Met where it was given and where it would be: a grading or a scale may have changed. */
static bool carries(const Pb__FormTemplate *template, const Pb__FormQuestion *question,
                    const struct form_filled *before, const struct form_setting *setting,
                    const Pb__FormAnswer *answer, struct arena *arena)
{
    const Pb__FormQuestion *asked = form_question(before->template, question->id);
    struct form_found found = {.arena = arena};
    if (!question->carries_over || !asked || !is_compatible(asked->kind, question->kind) ||
        !form_is_answered(asked, answer) ||
        !form_is_asked(before->template, asked, &before->answers, MODE_ANY))
        return false;
    Pb__FormAnswer alone = *answer;
    alone.n_evidence_ids = 0;
    return form_check_answer(template, question, &alone, setting, &found) == 0 &&
           is_met(before->template, asked, answer, setting->day) &&
           is_met(template, question, answer, setting->day);
}

enum code form_begin(const Pb__FormTemplate *template, const struct form_filled *before,
                     const struct form_setting *setting, struct arena *arena,
                     struct form_answers *ret_answers)
{
    struct form_questions questions;
    Pb__FormAnswer **items = NULL;
    size_t count = 0;
    form_questions_of(template, &questions);
    for (size_t i = 0; i < questions.count; i++) {
        const Pb__FormQuestion *question = questions.items[i];
        const Pb__FormAnswer *answer = form_answer_of(&before->answers, question->id);
        struct form_answers so_far = {.items = items, .count = count};
        if (!answer || !carries(template, question, before, setting, answer, arena) ||
            !form_is_asked(template, question, &so_far, setting->mode))
            continue;
        Pb__FormAnswer *copy = arena_new(arena, Pb__FormAnswer);
        if (!copy)
            break;
        *copy = *answer;
        copy->n_evidence_ids = 0;
        copy->evidence_ids = NULL;
        copy->carried_over = true;
        form_push(arena, &items, &count, copy);
    }
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_answers = (struct form_answers){.items = items, .count = count};
    return CODE_OK;
}

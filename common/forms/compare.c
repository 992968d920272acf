/* Filled forms beside each other and over time. In: templates and answers. Out: rows that borrow from them.
 */

#include "common/forms/inside.h"

#include <stdlib.h>

static bool same_options(const Pb__FormAnswer *a, const Pb__FormAnswer *b)
{
    if (a->n_option_ids != b->n_option_ids)
        return false;
    for (size_t i = 0; i < a->n_option_ids; i++) {
        size_t j = 0;
        while (j < b->n_option_ids && strcmp(a->option_ids[i], b->option_ids[j]) != 0)
            j++;
        if (j == b->n_option_ids)
            return false;
    }
    return true;
}

static bool same_numbers(const Pb__FormAnswer *a, const Pb__FormAnswer *b)
{
    if (a->n_numbers != b->n_numbers)
        return false;
    for (size_t i = 0; i < a->n_numbers; i++) {
        const Pb__NamedNumber *other = form_number(b, a->numbers[i]->option_id);
        if (!other || other->value != a->numbers[i]->value)
            return false;
    }
    return true;
}

static bool same_answer(const Pb__FormAnswer *a, const Pb__FormAnswer *b)
{
    if (!a || !b)
        return !a && !b;
    return strcmp(a->text, b->text) == 0 && a->yes_no == b->yes_no && strcmp(a->date, b->date) == 0 &&
           a->scale_case == b->scale_case &&
           (a->scale_case == PB__FORM_ANSWER__SCALE__NOT_SET || a->number == b->number) &&
           same_options(a, b) && same_numbers(a, b);
}

/* The answer that a form gives to its question of that name; NULL: none. */
static Pb__FormAnswer *given(const struct form_filled *filled, const char *id)
{
    const Pb__FormQuestion *question = form_question(filled->template, id);
    Pb__FormAnswer *answer = form_answer_of(&filled->answers, id);
    return question && form_is_answered(question, answer) ? answer : NULL;
}

struct rows {
    struct arena *arena;
    Pb__AnswerChange **items;
    size_t count;
};

static void add_row(struct rows *rows, const Pb__FormQuestion *question, const struct form_filled *earlier,
                    const struct form_filled *later)
{
    Pb__FormAnswer *before = given(earlier, question->id), *after = given(later, question->id);
    Pb__AnswerChange *row = before || after ? arena_new(rows->arena, Pb__AnswerChange) : NULL;
    if (!row)
        return;
    pb__answer_change__init(row);
    row->question_id = question->id;
    row->question = question->title;
    row->before = before;
    row->after = after;
    row->changed = !same_answer(before, after);
    form_push(rows->arena, &rows->items, &rows->count, row);
}

enum code form_compare(const struct form_filled *earlier, const struct form_filled *later,
                       struct arena *arena, Pb__AnswerChange ***ret_rows, size_t *ret_count)
{
    struct rows rows = {.arena = arena};
    struct form_questions questions;
    form_questions_of(later->template, &questions);
    for (size_t i = 0; i < questions.count; i++)
        add_row(&rows, questions.items[i], earlier, later);
    form_questions_of(earlier->template, &questions);
    for (size_t i = 0; i < questions.count; i++)
        if (!form_question(later->template, questions.items[i]->id))
            add_row(&rows, questions.items[i], earlier, later);
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_rows = rows.items;
    *ret_count = rows.count;
    return CODE_OK;
}

enum code form_grades(const struct form_filled *filled, const char *report_id, const char *visited_on,
                      struct arena *arena, Pb__GradeAt ***ret_rows, size_t *ret_count)
{
    struct form_questions questions;
    Pb__GradeAt **rows = NULL;
    size_t count = 0;
    form_questions_of(filled->template, &questions);
    for (size_t i = 0; i < questions.count; i++) {
        const Pb__FormQuestion *question = questions.items[i];
        const Pb__FormAnswer *answer = given(filled, question->id);
        size_t grades, place;
        Pb__FormOption *const *options = form_options_of(filled->template, question, &grades);
        const Pb__FormOption *grade = question->kind == KIND_GRADE && answer
                                          ? form_option(options, grades, answer->option_ids[0], &place)
                                          : NULL;
        Pb__GradeAt *row = grade ? arena_new(arena, Pb__GradeAt) : NULL;
        if (!row)
            continue;
        pb__grade_at__init(row);
        row->report_id = report_id;
        row->visited_on = visited_on;
        row->question_id = question->id;
        row->question = question->title;
        row->grade_id = grade->id;
        row->grade = grade->title;
        row->rank = (uint32_t)place + 1;
        row->of = (uint32_t)grades;
        form_push(arena, &rows, &count, row);
    }
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    *ret_rows = rows;
    *ret_count = count;
    return CODE_OK;
}

static int by_day(const void *a, const void *b)
{
    const struct form_expiry *one = a, *other = b;
    int order = date_compare(one->on, other->on);
    return order ? order : strcmp(one->question->id, other->question->id);
}

enum code form_expiries(const struct form_filled *filled, struct arena *arena,
                        struct form_expiry **ret_expiries, size_t *ret_count)
{
    struct form_questions questions;
    form_questions_of(filled->template, &questions);
    struct form_expiry *expiries = arena_array(arena, struct form_expiry, questions.count);
    size_t count = 0;
    if (!expiries)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < questions.count; i++) {
        const Pb__FormQuestion *question = questions.items[i];
        const Pb__FormAnswer *answer = given(filled, question->id);
        struct date on;
        if (question->kind == KIND_EXPIRY && answer && date_field(answer->date, &on) && !date_is_none(on))
            expiries[count++] = (struct form_expiry){question, on};
    }
    qsort(expiries, count, sizeof *expiries, by_day);
    *ret_expiries = expiries;
    *ret_count = count;
    return CODE_OK;
}

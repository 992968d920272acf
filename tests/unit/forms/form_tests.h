#pragma once
/* What the tests of forms share: a form from its text, an answer, and problems as one text. */

#include "common/base/limits.h"
#include "common/forms/forms.h"

#include <criterion/criterion.h>

static struct arena arena;

static inline void begin_test(void)
{
    arena_init(&arena, REQUEST_ARENA_BYTES);
}
static inline void end_test(void)
{
    arena_finish(&arena);
}

#define HEAD "form: f\ntitle: T\npurpose: quality visit\n"

/* "3 question: reason" for each problem, a line each. */
static inline char *problems_text(const struct form_problems *problems)
{
    char *text = arena_text(&arena, "");
    for (size_t i = 0; i < problems->count; i++)
        text = arena_format(&arena, "%s%u %s: %s\n", text, problems->items[i]->line,
                            problems->items[i]->question_id, problems->items[i]->reason);
    return text;
}

static inline Pb__FormTemplate *must_read(const char *text)
{
    Pb__FormTemplate *template = NULL;
    struct form_problems problems = {0};
    enum code code = form_read(span_of_text(text), &arena, &template, &problems);
    cr_assert_eq(code, CODE_OK, "%s", problems_text(&problems));
    cr_assert_eq(problems.count, 0);
    return template;
}

static inline Pb__FormAnswer *new_answer(const char *question)
{
    Pb__FormAnswer *answer = arena_new(&arena, Pb__FormAnswer);
    pb__form_answer__init(answer);
    answer->question_id = question;
    return answer;
}
static inline Pb__FormAnswer *in_words(const char *question, const char *text)
{
    Pb__FormAnswer *answer = new_answer(question);
    answer->text = text;
    return answer;
}
static inline Pb__FormAnswer *yes_or_no(const char *question, Pb__YesNo yes_no)
{
    Pb__FormAnswer *answer = new_answer(question);
    answer->yes_no = yes_no;
    return answer;
}
#define YES PB__YES_NO__YES_NO_YES
#define NO  PB__YES_NO__YES_NO_NO
#define NA  PB__YES_NO__YES_NO_NOT_APPLICABLE

static inline Pb__FormAnswer *chosen(const char *question, const char *first, const char *second)
{
    Pb__FormAnswer *answer = new_answer(question);
    answer->option_ids = arena_array(&arena, const char *, 2);
    answer->option_ids[answer->n_option_ids++] = first;
    if (second)
        answer->option_ids[answer->n_option_ids++] = second;
    return answer;
}
static inline Pb__FormAnswer *rated(const char *question, int32_t number)
{
    Pb__FormAnswer *answer = new_answer(question);
    answer->scale_case = PB__FORM_ANSWER__SCALE_NUMBER;
    answer->number = number;
    return answer;
}
static inline Pb__FormAnswer *dated(const char *question, const char *date)
{
    Pb__FormAnswer *answer = new_answer(question);
    answer->date = date;
    return answer;
}
/* One more amount or number; returns the answer. */
static inline Pb__FormAnswer *and_number(Pb__FormAnswer *answer, const char *option, int64_t value)
{
    Pb__NamedNumber **numbers = arena_array(&arena, Pb__NamedNumber *, answer->n_numbers + 1);
    if (answer->n_numbers)
        memcpy(numbers, answer->numbers, answer->n_numbers * sizeof *numbers);
    numbers[answer->n_numbers] = arena_new(&arena, Pb__NamedNumber);
    pb__named_number__init(numbers[answer->n_numbers]);
    numbers[answer->n_numbers]->option_id = option;
    numbers[answer->n_numbers++]->value = value;
    answer->numbers = numbers;
    return answer;
}
static inline Pb__FormAnswer *and_file(Pb__FormAnswer *answer, const char *id)
{
    const char **ids = arena_array(&arena, const char *, answer->n_evidence_ids + 1);
    if (answer->n_evidence_ids)
        memcpy(ids, answer->evidence_ids, answer->n_evidence_ids * sizeof *ids);
    ids[answer->n_evidence_ids++] = id;
    answer->evidence_ids = ids;
    return answer;
}

/* A literal list of answers. */
#define ANSWERS(...)                                                                                         \
    ((struct form_answers){.items = (Pb__FormAnswer *[]){__VA_ARGS__},                                       \
                           .count = sizeof((Pb__FormAnswer *[]){__VA_ARGS__}) / sizeof(Pb__FormAnswer *)})

/* 12 March 2025, on site. */
static inline struct form_setting visit_on_site(void)
{
    struct form_setting setting = {.mode = PB__VISIT_MODE__VISIT_MODE_ON_SITE};
    cr_assert_eq(date_from_ymd(2025, 3, 12, &setting.day), CODE_OK);
    return setting;
}

/* What a form begins with, and two forms beside each other. */

#include "tests/unit/forms/form_tests.h"

static const char earlier_text[] =
    HEAD "grading: g\ngrade: a: A\ngrade: b: B\ngrade: c: C\ngrade: d: D\n"
         "grading: three\ngrade: a: A\ngrade: b: B\ngrade: c: C\n"
         "section: s: S\n"
         "question: words: Words\nanswer: text\ncarries over\n"
         "question: not: Not\nanswer: text\n"
         "question: one: One\nanswer: one of\noption: x: X\noption: gone: Gone\ncarries over\n"
         "question: any: Any\nanswer: any of\noption: x: X\noption: gone: Gone\ncarries over\n"
         "question: scale: Scale\nanswer: scale 1 to 5\ncarries over\n"
         "question: yes: Yes\nanswer: yes or no\nevidence: needed\ncarries over\n"
         "question: numbers: Numbers\nanswer: numbers\noption: n: N\ncarries over\n"
         "question: past: Past\nanswer: past date\ncarries over\n"
         "question: coming: Coming\nanswer: coming date\ncarries over\n"
         "question: expiry: Expiry\nanswer: expiry\ncarries over\n"
         "question: grade: Grade\nanswer: grade g\ncarries over\n"
         "question: third: Third\nanswer: grade three\ncarries over\n"
         "question: money: Money\nanswer: money\noption: n: N\ncarries over\n"
         "question: kind: Kind\nanswer: text\ncarries over\n"
         "question: wide: Wide\nanswer: one of\noption: x: X\noption: y: Y\ncarries over\n"
         "question: if: If\nanswer: yes or no\ncarries over\n"
         "question: then: Then\nanswer: text\ncarries over\nonly if: if is yes\n"
         "question: afar: Afar\nanswer: text\ncarries over\n"
         "question: old: Old\nanswer: text\ncarries over\n";

/* The next version: options are gone, a grading has turned round, kinds have changed. */
static const char later_text[] =
    HEAD "grading: g\ngrade: a: A\ngrade: c: C\ngrade: b: B\ngrade: d: D\n"
         "grading: three\ngrade: a: A\ngrade: b: B\ngrade: c: C\n"
         "section: t: T\n"
         "question: new: New\nanswer: text\ncarries over\n"
         "question: words: Words now\nanswer: text\ncarries over\n"
         "question: not: Not\nanswer: text\n"
         "question: one: One\nanswer: one of\noption: x: X\noption: y: Y\ncarries over\n"
         "question: any: Any\nanswer: any of\noption: x: X\noption: y: Y\ncarries over\n"
         "question: scale: Scale\nanswer: scale 1 to 5\ncarries over\n"
         "question: yes: Yes\nanswer: yes or no\nevidence: needed\ncarries over\n"
         "question: numbers: Numbers\nanswer: numbers\noption: n: N\ncarries over\n"
         "question: past: Past\nanswer: past date\ncarries over\n"
         "question: coming: Coming\nanswer: coming date\ncarries over\n"
         "question: expiry: Expiry\nanswer: expiry\ncarries over\n"
         "question: grade: Grade\nanswer: grade g\ncarries over\n"
         "question: third: Third\nanswer: grade three\ncarries over\n"
         "question: money: Money\nanswer: money\noption: n: N\ncarries over\n"
         "question: kind: Kind\nanswer: yes or no\ncarries over\n"
         "question: wide: Wide\nanswer: any of\noption: x: X\noption: y: Y\ncarries over\n"
         "question: if: If\nanswer: yes or no\ncarries over\n"
         "question: then: Then\nanswer: text\ncarries over\nonly if: if is yes\n"
         "question: afar: Afar\nanswer: text\ncarries over\nonly: remote\n";

static const Pb__FormTemplate *earlier, *later;

static void begin_two(void)
{
    begin_test();
    earlier = must_read(earlier_text);
    later = must_read(later_text);
}
TestSuite(carry_over, .init = begin_two, .fini = end_test);
TestSuite(compare, .init = begin_two, .fini = end_test);

static struct form_answers begun(struct form_answers answers, struct form_setting setting)
{
    const struct form_filled before = {.template = earlier, .answers = answers};
    struct form_answers begun = {0};
    cr_assert_eq(form_begin(later, &before, &setting, &arena, &begun), CODE_OK);
    return begun;
}

/* Rule M2, kind by kind; the visit is on 12 March 2025. */
Test(carry_over, an_answer_carries_over_where_the_requirement_was_met)
{
    const struct {
        Pb__FormAnswer *answer;
        bool carried;
    } cases[] = {
        {in_words("words", "As before"), true},
        {in_words("words", " "), false},
        {in_words("not", "It does not say that it carries over"), false},
        {chosen("one", "x", NULL), true},
        {chosen("one", "gone", NULL), false},
        {chosen("any", "x", NULL), true},
        {chosen("any", "x", "gone"), false},
        {rated("scale", 5), true},
        {rated("scale", 4), true},
        {rated("scale", 3), false},
        {rated("scale", 1), false},
        {yes_or_no("yes", YES), true},
        {yes_or_no("yes", NO), false},
        {yes_or_no("yes", NA), false},
        {and_number(new_answer("numbers"), "n", 3), true},
        {dated("past", "2024-05-01"), true},
        {dated("coming", "2025-03-12"), true},
        {dated("coming", "2025-03-11"), false},
        {dated("expiry", "2025-03-12"), true},
        {dated("expiry", "2025-03-11"), false},
        {chosen("grade", "a", NULL), true},
        {chosen("grade", "b", NULL), false}, /* it has moved to the lower half */
        {chosen("grade", "c", NULL), false}, /* it was in the lower half */
        {chosen("grade", "d", NULL), false},
        {chosen("third", "a", NULL), true},
        {chosen("third", "b", NULL), false}, /* the middle of three is not above it */
        {and_number(new_answer("money"), "n", 3), true},
        {in_words("kind", "was in words, is yes or no"), false},
        {chosen("wide", "x", NULL), true}, /* one of them is some of them */
        {in_words("then", "its condition is not met"), false},
        {in_words("afar", "is not asked on site any more"), false},
        {in_words("old", "is no longer asked"), false},
        {in_words("nowhere", "never was"), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct form_answers list = begun(ANSWERS(cases[i].answer), visit_on_site());
        cr_assert_eq(list.count, cases[i].carried, "case %zu: %s", i, cases[i].answer->question_id);
        if (!list.count)
            continue;
        cr_assert(list.items[0]->carried_over);
        cr_assert_str_eq(list.items[0]->question_id, cases[i].answer->question_id);
        cr_assert_not(cases[i].answer->carried_over, "the answer before is as it was");
    }
}

Test(carry_over, evidence_never_does)
{
    Pb__FormAnswer *answer = yes_or_no("yes", YES);
    answer->text = "Seen";
    and_file(answer, "01890000-0000-7000-8000-00000000000a");
    struct form_answers list = begun(ANSWERS(answer), visit_on_site());
    cr_assert_eq(list.count, 1);
    cr_assert_eq(list.items[0]->n_evidence_ids, 0);
    cr_assert_str_eq(list.items[0]->text, "Seen");
    cr_assert_eq(answer->n_evidence_ids, 1);
}

Test(carry_over, a_condition_that_carries_over_takes_what_waits_for_it_along)
{
    const struct form_answers both = ANSWERS(in_words("then", "x"), yes_or_no("if", YES));
    cr_assert_eq(begun(both, visit_on_site()).count, 2);
    cr_assert_eq(begun(ANSWERS(in_words("then", "x"), yes_or_no("if", NO)), visit_on_site()).count, 0);
    struct form_setting remote = visit_on_site();
    remote.mode = PB__VISIT_MODE__VISIT_MODE_REMOTE;
    cr_assert_eq(begun(ANSWERS(in_words("afar", "x")), remote).count, 1);
}

/* What a form begins with is right by itself: only files may be missing. */
Test(carry_over, what_is_begun_is_not_wrong)
{
    const struct form_answers answers =
        ANSWERS(in_words("words", "x"), rated("scale", 5), yes_or_no("yes", YES), chosen("grade", "a", NULL),
                dated("expiry", "2026-01-01"), dated("past", "2026-01-01"), chosen("wide", "x", NULL));
    const struct form_setting setting = visit_on_site();
    struct form_answers list = begun(answers, setting);
    struct form_problems problems = {0};
    cr_assert_eq(list.count, 6, "a day that is still to come did not happen");
    cr_assert_eq(form_complete(later, &list, &setting, &arena, &problems), CODE_OK);
    cr_assert_str_eq(problems_text(&problems), "0 yes: needs a file that shows it\n");
}

/* --- two forms beside each other --------------------------------------------------------------------- */

static Pb__AnswerChange **compared(struct form_answers before, struct form_answers after, size_t *ret_count)
{
    const struct form_filled one = {earlier, before}, other = {later, after};
    Pb__AnswerChange **rows = NULL;
    cr_assert_eq(form_compare(&one, &other, &arena, &rows, ret_count), CODE_OK);
    return rows;
}

Test(compare, in_the_order_of_the_later_form_with_what_the_earlier_alone_asks_at_the_end)
{
    Pb__FormAnswer *same = and_file(in_words("words", "x"), "01890000-0000-7000-8000-00000000000a");
    Pb__FormAnswer *carried = in_words("words", "x");
    carried->carried_over = true;
    size_t count = 0;
    Pb__AnswerChange **rows =
        compared(ANSWERS(in_words("old", "o"), same, yes_or_no("yes", YES), in_words("not", "")),
                 ANSWERS(in_words("new", "n"), carried, yes_or_no("yes", NO)), &count);
    static const struct {
        const char *id, *title;
        bool before, after, changed;
    } expected[] = {
        {"new", "New", false, true, true},
        {"words", "Words now", true, true, false},
        {"yes", "Yes", true, true, true},
        {"old", "Old", true, false, true},
    };
    cr_assert_eq(count, 4);
    for (size_t i = 0; i < count; i++) {
        cr_assert_str_eq(rows[i]->question_id, expected[i].id);
        cr_assert_str_eq(rows[i]->question, expected[i].title);
        cr_assert_eq(rows[i]->before != NULL, expected[i].before, "%s", expected[i].id);
        cr_assert_eq(rows[i]->after != NULL, expected[i].after, "%s", expected[i].id);
        cr_assert_eq(rows[i]->changed, expected[i].changed, "%s", expected[i].id);
    }
}

Test(compare, what_makes_a_change)
{
    Pb__FormAnswer *remarked = rated("scale", 2);
    remarked->text = "but";
    const struct {
        Pb__FormAnswer *before, *after;
        bool changed;
    } cases[] = {
        {chosen("any", "x", "y"), chosen("any", "y", "x"), false},
        {chosen("any", "x", "y"), chosen("any", "x", NULL), true},
        {chosen("one", "x", NULL), chosen("one", "y", NULL), true},
        {rated("scale", 2), rated("scale", 2), false},
        {rated("scale", 2), rated("scale", 3), true},
        {rated("scale", 2), remarked, true},
        {dated("past", "2024-01-01"), dated("past", "2024-01-02"), true},
        {and_number(and_number(new_answer("money"), "n", 1), "m", 2),
         and_number(and_number(new_answer("money"), "m", 2), "n", 1), false},
        {and_number(new_answer("money"), "n", 1), and_number(new_answer("money"), "n", 2), true},
        {and_number(new_answer("money"), "n", 1), and_number(new_answer("money"), "m", 1), true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = 0;
        Pb__AnswerChange **rows = compared(ANSWERS(cases[i].before), ANSWERS(cases[i].after), &count);
        cr_assert_eq(count, 1, "case %zu", i);
        cr_assert_eq(rows[0]->changed, cases[i].changed, "case %zu", i);
    }
}

Test(compare, grades_have_their_rank)
{
    const struct form_filled filled = {
        earlier, ANSWERS(chosen("third", "c", NULL), chosen("grade", "b", NULL), chosen("one", "x", NULL))};
    Pb__GradeAt **rows = NULL;
    size_t count = 0;
    cr_assert_eq(form_grades(&filled, "report", "2025-03-12", &arena, &rows, &count), CODE_OK);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(rows[0]->question_id, "grade");
    cr_assert_str_eq(rows[0]->grade, "B");
    cr_assert(rows[0]->rank == 2 && rows[0]->of == 4);
    cr_assert_str_eq(rows[0]->report_id, "report");
    cr_assert_str_eq(rows[0]->visited_on, "2025-03-12");
    cr_assert(rows[1]->rank == 3 && rows[1]->of == 3);
}

Test(compare, expiries_come_the_first_to_end_first)
{
    const Pb__FormTemplate *form =
        must_read(HEAD "section: s: S\nquestion: a: A\nanswer: expiry\nquestion: b: "
                       "B\nanswer: expiry\nquestion: c: C\nanswer: expiry\n"
                       "question: d: D\nanswer: date\n");
    const struct form_filled filled = {form,
                                       ANSWERS(dated("a", "2026-02-01"), dated("b", "2025-12-31"),
                                               in_words("c", "There is none"), dated("d", "2025-01-01"))};
    struct form_expiry *expiries = NULL;
    size_t count = 0;
    cr_assert_eq(form_expiries(&filled, &arena, &expiries, &count), CODE_OK);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(expiries[0].question->id, "b");
    cr_assert_str_eq(expiries[1].question->id, "a");
}

Test(compare, a_full_arena_is_said)
{
    const struct form_filled filled = {
        earlier, ANSWERS(in_words("words", "x"), chosen("grade", "a", NULL), dated("expiry", "2026-01-01"))};
    const struct form_setting setting = visit_on_site();
    struct form_answers answers = {0};
    Pb__AnswerChange **rows = NULL;
    Pb__GradeAt **grades = NULL;
    struct form_expiry *expiries = NULL;
    size_t count = 77;
    struct arena small;
    arena_init(&small, 16);
    cr_assert_eq(form_begin(later, &filled, &setting, &small, &answers), CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(form_compare(&filled, &filled, &small, &rows, &count), CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(form_grades(&filled, "", "", &small, &grades, &count), CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(form_expiries(&filled, &small, &expiries, &count), CODE_RESOURCE_EXHAUSTED);
    cr_assert(!answers.items && !rows && !grades && !expiries && count == 77);
    arena_finish(&small);
}

/* Answers against their questions: what is wrong with one by itself, and what stands before a complete form.
 */

#include "tests/unit/forms/form_tests.h"

TestSuite(check, .init = begin_test, .fini = end_test);

static const char all_kinds[] = HEAD
    "grading: g\ngrade: good: Good\ngrade: bad: Bad\n"
    "section: s: S\n"
    "question: words: Words\nanswer: text\nevidence: welcome\n"
    "question: one: One\nanswer: one of\noption: x: X\noption: y: Y\n"
    "question: any: Any\nanswer: any of\noption: x: X\noption: y: Y\n"
    "question: scale: Scale\nanswer: scale 1 to 5\n"
    "question: yes: Yes\nanswer: yes or no\n"
    "question: numbers: Numbers\nanswer: numbers\noption: incidents: Incidents\noption: children: Children\n"
    "question: day: Day\nanswer: date\n"
    "question: past: Past\nanswer: past date\n"
    "question: coming: Coming\nanswer: coming date\n"
    "question: expiry: Expiry\nanswer: expiry\n"
    "question: grade: Grade\nanswer: grade g\n"
    "question: money: Money\nanswer: money\noption: now: Now\n"
    "question: loss: Loss\nanswer: money\noption: now: Now\nmay be negative\n"
    "question: afar: Afar\nanswer: yes or no\nonly: remote\n"
    "question: here: Here\nanswer: yes or no\nonly: on site\n";

static char *checked(const Pb__FormTemplate *form, struct form_answers answers, struct form_setting setting)
{
    struct form_problems problems = {0};
    cr_assert_eq(form_check(form, &answers, &setting, &arena, &problems), CODE_OK);
    return problems_text(&problems);
}

#define FILE_A "01890000-0000-7000-8000-00000000000a"
#define FILE_B "01890000-0000-7000-8000-00000000000b"

Test(check, each_kind_takes_what_it_asks_for)
{
    const Pb__FormTemplate *form = must_read(all_kinds);
    const struct form_answers right =
        ANSWERS(and_file(and_file(in_words("words", "Anything."), FILE_A), FILE_B), chosen("one", "y", NULL),
                chosen("any", "y", "x"), rated("scale", 1), yes_or_no("yes", NA),
                and_number(and_number(new_answer("numbers"), "children", 0), "incidents", FORM_NUMBER_MAX),
                dated("day", "1999-12-31"), dated("past", "2025-03-12"), dated("coming", "2025-03-12"),
                dated("expiry", "2024-01-01"), chosen("grade", "bad", NULL),
                and_number(new_answer("money"), "now", 0), and_number(new_answer("loss"), "now", -1),
                yes_or_no("here", YES));
    cr_assert_str_eq(checked(form, right, visit_on_site()), "");
    for (size_t i = 0; i < right.count; i++)
        cr_assert(form_is_answered(form_question(form, right.items[i]->question_id), right.items[i]), "%s",
                  right.items[i]->question_id);
}

Test(check, an_empty_answer_is_none_and_a_draft_may_lack_anything)
{
    const Pb__FormTemplate *form = must_read(all_kinds);
    static const char *const ids[] = {"words", "one",    "any",    "scale", "yes",   "numbers", "day",
                                      "past",  "coming", "expiry", "grade", "money", "loss",    "here"};
    Pb__FormAnswer *answers[14];
    for (size_t i = 0; i < 14; i++) {
        answers[i] = in_words(ids[i], i % 2 ? "" : "  \n");
        cr_assert_not(form_is_answered(form_question(form, ids[i]), answers[i]));
    }
    cr_assert_str_eq(checked(form, (struct form_answers){answers, 14}, visit_on_site()), "");
    cr_assert_str_eq(checked(form, (struct form_answers){NULL, 0}, visit_on_site()), "");
    cr_assert_not(form_is_answered(form_question(form, "words"), NULL));
}

Test(check, what_is_wrong_with_one_answer)
{
    const Pb__FormTemplate *form = must_read(all_kinds);
    Pb__FormAnswer *neither = yes_or_no("yes", (Pb__YesNo)9), *mixed = chosen("words", "x", NULL);
    Pb__FormAnswer *many = in_words("words", "");
    for (int i = 0; i < FORM_EVIDENCE_MAX + 1; i++)
        many = and_file(many, arena_format(&arena, "01890000-0000-7000-8000-0000000000%02x", i));
    char *lengthy = arena_alloc(&arena, RECORD_TEXT_BYTES_MAX + 2);
    memset(lengthy, 'a', RECORD_TEXT_BYTES_MAX + 1);
    const struct {
        Pb__FormAnswer *answer;
        const char *problem;
    } cases[] = {
        {in_words("nowhere", "x"), "there is no question \"nowhere\" in this form"},
        {chosen("one", "z", NULL), "\"z\" is none of its answers: x, y"},
        {chosen("one", "x", "y"), "has 2 answers; give one of: x, y"},
        {chosen("any", "x", "z"), "\"z\" is none of its answers: x, y"},
        {chosen("any", "x", "x"), "x is chosen twice"},
        {chosen("grade", "x", NULL), "\"x\" is none of its answers: good, bad"},
        {chosen("grade", "good", "bad"), "has 2 answers; give one of: good, bad"},
        {rated("scale", 0), "0 is outside its scale: from 1 to 5"},
        {rated("scale", 6), "6 is outside its scale: from 1 to 5"},
        {neither, "is answered yes, no, or does not apply"},
        {mixed, "is answered by text, and by nothing else"},
        {rated("yes", 1), "is answered by yes or no, and by nothing else"},
        {yes_or_no("scale", YES), "is answered by scale, and by nothing else"},
        {dated("grade", "2025-01-01"), "is answered by grade, and by nothing else"},
        {chosen("expiry", "x", NULL), "is answered by expiry, and by nothing else"},
        {and_number(new_answer("one"), "x", 1), "is answered by one of, and by nothing else"},
        {and_number(new_answer("numbers"), "adults", 1),
         "\"adults\" is none of its names: incidents, children"},
        {and_number(and_number(new_answer("numbers"), "children", 1), "children", 1),
         "children is given twice"},
        {and_number(new_answer("numbers"), "children", -1),
         "Children: -1 is not a whole number from 0 to 1000000"},
        {and_number(new_answer("numbers"), "children", FORM_NUMBER_MAX + 1),
         "Children: 1000001 is not a whole number from 0 to 1000000"},
        {and_number(new_answer("money"), "now", -5), "Now: -£0.05 is below nothing"},
        {and_number(new_answer("money"), "now", INT64_C(10000000001)),
         "Now: £100,000,000.01 is more than the £100000000 that one amount can be"},
        {and_number(new_answer("loss"), "now", INT64_C(-10000000001)),
         "Now: -£100,000,000.01 is more than the £100000000 that one amount can be"},
        {dated("day", "12/03/2025"),
         "\"12/03/2025\" is no date: write the year, month and day as 2025-03-31"},
        {dated("expiry", "2025-02-30"),
         "\"2025-02-30\" is no date: write the year, month and day as 2025-03-31"},
        {dated("past", "2025-03-13"), "2025-03-13 is after 12 March 2025: it asks when something happened"},
        {dated("coming", "2025-03-11"), "2025-03-11 is before 12 March 2025: it asks for a date to come"},
        {yes_or_no("afar", YES), "is asked at a distance only"},
        {and_file(yes_or_no("yes", YES), FILE_A), "takes no files"},
        {and_file(new_answer("words"), "a.pdf"), "\"a.pdf\" is not the identifier of a file"},
        {and_file(and_file(new_answer("words"), FILE_A), "01890000-0000-7000-8000-00000000000A"),
         "the file 01890000-0000-7000-8000-00000000000A stands beside it twice"},
        {many, "has 21 files; at most 20 stand beside one answer"},
        {in_words("words", lengthy), "has more than 4096 bytes of words"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *told = checked(form, ANSWERS(cases[i].answer), visit_on_site());
        const char *expected =
            arena_format(&arena, "0 %s: %s\n", cases[i].answer->question_id, cases[i].problem);
        cr_assert_str_eq(told, expected, "case %zu: %s", i, told);
    }
}

Test(check, a_question_answered_twice_is_told)
{
    const Pb__FormTemplate *form = must_read(all_kinds);
    cr_assert_str_eq(checked(form, ANSWERS(in_words("words", "a"), in_words("words", "b")), visit_on_site()),
                     "0 words: is answered twice\n");
}

Test(check, without_a_day_no_date_is_held_against_it_and_without_a_mode_everything_is_asked)
{
    const Pb__FormTemplate *form = must_read(all_kinds);
    const struct form_setting any = {.day = DATE_NONE};
    cr_assert_str_eq(checked(form,
                             ANSWERS(dated("past", "2399-01-01"), dated("coming", "1800-01-01"),
                                     yes_or_no("afar", NO), yes_or_no("here", NO)),
                             any),
                     "");
}

/* --- complete ---------------------------------------------------------------------------------------- */

static char *missing(const Pb__FormTemplate *form, struct form_answers answers)
{
    struct form_problems problems = {0};
    struct form_setting setting = visit_on_site();
    cr_assert_eq(form_complete(form, &answers, &setting, &arena, &problems), CODE_OK);
    return problems_text(&problems);
}

static const char conditions[] =
    HEAD "section: s: S\n"
         "question: asked: Asked?\nanswer: yes or no\nrequired\n"
         "question: why: Why not?\nanswer: one of\noption: cost: Cost\noption: time: Time\nrequired\n"
         "only if: asked is no\n"
         "question: cost: How much?\nanswer: text\nrequired\nonly if: why is cost\n"
         "question: afar: Afar?\nanswer: text\nrequired\nonly: remote\n"
         "question: file: Shown?\nanswer: yes or no\nevidence: needed\n"
         "question: until: Until?\nanswer: expiry\nrequired\nevidence: needed\n";

Test(check, only_what_is_asked_must_be_answered)
{
    const Pb__FormTemplate *form = must_read(conditions);
    Pb__FormAnswer *until = and_file(dated("until", "2026-01-01"), FILE_A);
    cr_assert_str_eq(missing(form, ANSWERS(until)), "0 asked: is not answered: Asked?\n");
    cr_assert_str_eq(missing(form, ANSWERS(until, yes_or_no("asked", YES))), "");
    cr_assert_str_eq(missing(form, ANSWERS(until, yes_or_no("asked", NO))),
                     "0 why: is not answered: Why not?\n");
    cr_assert_str_eq(missing(form, ANSWERS(until, yes_or_no("asked", NO), chosen("why", "time", NULL))), "");
    cr_assert_str_eq(missing(form, ANSWERS(until, yes_or_no("asked", NO), chosen("why", "cost", NULL))),
                     "0 cost: is not answered: How much?\n");
}

/* A condition whose question is not asked itself is not met, whatever its old answer says. */
Test(check, what_is_no_longer_asked_is_to_be_cleared)
{
    const Pb__FormTemplate *form = must_read(conditions);
    Pb__FormAnswer *until = and_file(dated("until", "2026-01-01"), FILE_A);
    const struct form_answers answers =
        ANSWERS(until, yes_or_no("asked", YES), chosen("why", "cost", NULL), in_words("cost", "much"));
    cr_assert_str_eq(
        missing(form, answers),
        "0 why: is answered although it is not asked, since asked is not answered \"no\": clear it\n"
        "0 cost: is answered although it is not asked, since why is not answered \"cost\": clear it\n");
    cr_assert_not(
        form_is_asked(form, form_question(form, "cost"), &answers, PB__VISIT_MODE__VISIT_MODE_ON_SITE));
    cr_assert(
        form_is_asked(form, form_question(form, "asked"), &answers, PB__VISIT_MODE__VISIT_MODE_ON_SITE));
}

Test(check, evidence_is_needed_of_a_yes_and_of_a_date_and_a_remark_stands_for_a_date)
{
    const Pb__FormTemplate *form = must_read(conditions);
    Pb__FormAnswer *asked = yes_or_no("asked", YES);
    cr_assert_str_eq(missing(form, ANSWERS(asked, yes_or_no("file", YES), dated("until", "2026-01-01"))),
                     "0 file: needs a file that shows it\n0 until: needs a file that shows it\n");
    cr_assert_str_eq(missing(form, ANSWERS(asked, yes_or_no("file", NO))),
                     "0 until: is not answered: Until?\n");
    cr_assert_str_eq(missing(form, ANSWERS(asked, in_words("until", "There is no gas."))), "");
}

Test(check, what_is_wrong_is_told_once_and_in_the_order_of_the_questions)
{
    const Pb__FormTemplate *form = must_read(conditions);
    cr_assert_str_eq(missing(form, ANSWERS(dated("until", "soon"), in_words("nowhere", "x"),
                                           yes_or_no("asked", NO), chosen("why", "fun", NULL))),
                     "0 why: \"fun\" is none of its answers: cost, time\n"
                     "0 until: \"soon\" is no date: write the year, month and day as 2025-03-31\n"
                     "0 nowhere: there is no question \"nowhere\" in this form\n");
}

/* --- sums (rule F3) ---------------------------------------------------------------------------------- */

static const char fees[] = HEAD
    "section: s: S\n"
    "question: social: Social care\nanswer: money\noption: current: Current\noption: proposed: Proposed\n"
    "question: health: Health\nanswer: money\noption: current: Current\noption: proposed: Proposed\n"
    "question: surplus: Surplus\nanswer: money\noption: current: Current\noption: proposed: Proposed\n"
    "may be negative\n"
    "question: total: Total\nanswer: money\noption: current: Current\noption: proposed: Proposed\n"
    "sum of: social, health, surplus\n"
    "question: boys: Boys\nanswer: numbers\noption: n: Children\n"
    "question: girls: Girls\nanswer: numbers\noption: n: Children\n"
    "question: all: All\nanswer: numbers\noption: n: Children\nsum of: boys, girls\n";

static Pb__FormAnswer *fee(const char *question, int64_t current, int64_t proposed)
{
    return and_number(and_number(new_answer(question), "proposed", proposed), "current", current);
}
static Pb__FormAnswer *head_count(const char *question, int64_t count)
{
    return and_number(new_answer(question), "n", count);
}

Test(check, totals_add_up_to_the_penny)
{
    const Pb__FormTemplate *form = must_read(fees);
    Pb__FormAnswer *social = fee("social", 300000, 310050), *health = fee("health", 20000, 20001);
    cr_assert_str_eq(missing(form, ANSWERS(social, health, fee("total", 320000, 330051))), "");
    cr_assert_str_eq(
        missing(form, ANSWERS(social, health, fee("total", 320000, 330050))),
        "0 total: Proposed: £3,300.50 is given, its parts come to £3,300.51: £0.01 too little\n");
    cr_assert_str_eq(missing(form, ANSWERS(social, health, fee("total", 320100, 330052))),
                     "0 total: Current: £3,201.00 is given, its parts come to £3,200.00: £1.00 too much\n"
                     "0 total: Proposed: £3,300.52 is given, its parts come to £3,300.51: £0.01 too much\n");
    cr_assert_str_eq(
        missing(form, ANSWERS(social, health, fee("surplus", -5000, 0), fee("total", 315000, 330051))), "",
        "a surplus may be a loss");
    cr_assert_str_eq(
        missing(form, ANSWERS(social, health, and_number(new_answer("total"), "current", 320000))),
        "0 total: Proposed is missing\n");
    cr_assert_str_eq(
        missing(form, ANSWERS(head_count("boys", 2), head_count("girls", 3), head_count("all", 4))),
        "0 all: Children: 4 is given, its parts come to 5: 1 too few\n");
    cr_assert_str_eq(missing(form, ANSWERS(head_count("girls", 3), head_count("all", 4))),
                     "0 all: Children: 4 is given, its parts come to 3: 1 too many\n");
}

/* What cannot be counted is told, and never wraps. */
Test(check, a_sum_beyond_all_numbers_is_told)
{
    const Pb__FormTemplate *form = must_read(fees);
    const char *told =
        missing(form, ANSWERS(fee("social", INT64_MAX, 0), fee("health", INT64_MAX, 0), fee("total", 0, 0)));
    cr_assert_not_null(strstr(told, "0 total: Current: its parts come to more than can be counted\n"));
    told = missing(form, ANSWERS(fee("surplus", INT64_MIN, 0), fee("total", 1, 0)));
    cr_assert_not_null(strstr(told, "0 total: Current: £0.01 is given, its parts come to -£"));
}

Test(check, a_template_that_refers_to_nothing_asks_nothing_there)
{
    Pb__FormTemplate *form = must_read(conditions);
    Pb__FormQuestion *question = form->sections[0]->questions[1];
    question->only_if_question = "cost"; /* stands after it */
    question->kind = PB__ANSWER_KIND__ANSWER_KIND_GRADE;
    question->grading_id = "none";
    Pb__FormAnswer *until = and_file(dated("until", "2026-01-01"), FILE_A);
    cr_assert_str_eq(missing(form, ANSWERS(until, yes_or_no("asked", NO), in_words("cost", ""))), "");
    cr_assert_str_eq(missing(form, ANSWERS(until, yes_or_no("asked", NO), chosen("why", "x", NULL))),
                     "0 why: \"x\" is none of its answers: \n");
}

Test(check, a_full_arena_is_said)
{
    const Pb__FormTemplate *form = must_read(conditions);
    const struct form_answers answers = ANSWERS(in_words("nowhere", "x"));
    const struct form_setting setting = visit_on_site();
    struct form_problems problems = {0};
    struct arena small;
    arena_init(&small, 16);
    cr_assert_eq(form_check(form, &answers, &setting, &small, &problems), CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(form_complete(form, &answers, &setting, &small, &problems), CODE_RESOURCE_EXHAUSTED);
    cr_assert_null(problems.items);
    arena_finish(&small);
}

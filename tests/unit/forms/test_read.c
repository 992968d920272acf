/* The text of a form: what it says is what the template has; every problem is told with its line. */

#include "tests/unit/forms/form_tests.h"

#include <stdio.h>

TestSuite(read, .init = begin_test, .fini = end_test);

static const char everything[] = "\xEF\xBB\xBF# A remark\r\n"
                                 "FORM: every-kind\r\n"
                                 "title: Every\r\n"
                                 "  + kind\r\n"
                                 "purpose  Fee   Application\r\n"
                                 "about: One.\r\n"
                                 "about: Two\n"
                                 "+ goes on.\n"
                                 "\n"
                                 "grading: g\n"
                                 "grade: a: A\n"
                                 "grade: b: B: still B\n"
                                 "section: s: S\n"
                                 "about: Of the section\n"
                                 "question: words: Words?\n"
                                 "answer: text\n"
                                 "help: # is no remark here\n"
                                 "question: one: One?\n"
                                 "  answer: one of\n"
                                 "  option: x: X\n"
                                 "  option: y: Y\n"
                                 "  carries over\n"
                                 "question: any: Any?\n"
                                 "  answer: any of\n"
                                 "  option: x: X\n"
                                 "  option: y: Y\n"
                                 "  only if: one is X\n"
                                 "question: scale: Scale?\n"
                                 "  answer: scale -5 to 5\n"
                                 "question: yes: Yes?\n"
                                 "  answer: yes or no\n"
                                 "  evidence: needed\n"
                                 "  required\n"
                                 "question: numbers: Numbers\n"
                                 "  answer: numbers\n"
                                 "  option: n: N\n"
                                 "  only: remote\n"
                                 "question: date: Date\n"
                                 "  answer: date\n"
                                 "question: past: Past\n"
                                 "  answer: past date\n"
                                 "section: t: T\n"
                                 "question: coming: Coming\n"
                                 "  answer: coming date\n"
                                 "  only: on site\n"
                                 "question: expiry: Expiry\n"
                                 "  answer: expiry\n"
                                 "  evidence: welcome\n"
                                 "question: grade: Grade\n"
                                 "  answer: grade g\n"
                                 "question: part: Part\n"
                                 "  answer: money\n"
                                 "  option: now: Now\n"
                                 "  may be negative\n"
                                 "question: sum: Sum\n"
                                 "  answer: money\n"
                                 "  option: now: Now\n"
                                 "  sum of: part";

Test(read, everything_that_can_be_said)
{
    const Pb__FormTemplate *form = must_read(everything);
    cr_assert_str_eq(form->name, "every-kind");
    cr_assert_str_eq(form->title, "Every kind");
    cr_assert_eq(form->purpose, PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION);
    cr_assert_str_eq(form->guidance, "One.\nTwo goes on.");
    cr_assert_str_eq(form->gradings[0]->grades[1]->title, "B: still B");
    cr_assert_str_eq(form->sections[0]->guidance, "Of the section");
    cr_assert_eq(form->n_sections, 2);
    cr_assert_eq(form->sections[0]->n_questions, 8);
    static const struct {
        const char *id;
        Pb__AnswerKind kind;
        Pb__DateSide side;
    } kinds[] = {
        {"words", PB__ANSWER_KIND__ANSWER_KIND_TEXT, 0},
        {"one", PB__ANSWER_KIND__ANSWER_KIND_CHOICE, 0},
        {"any", PB__ANSWER_KIND__ANSWER_KIND_CHOICES, 0},
        {"scale", PB__ANSWER_KIND__ANSWER_KIND_SCALE, 0},
        {"yes", PB__ANSWER_KIND__ANSWER_KIND_YES_NO, 0},
        {"numbers", PB__ANSWER_KIND__ANSWER_KIND_NUMBERS, 0},
        {"date", PB__ANSWER_KIND__ANSWER_KIND_DATE, 0},
        {"past", PB__ANSWER_KIND__ANSWER_KIND_DATE, 1},
        {"coming", PB__ANSWER_KIND__ANSWER_KIND_DATE, 2},
        {"expiry", PB__ANSWER_KIND__ANSWER_KIND_EXPIRY, 0},
        {"grade", PB__ANSWER_KIND__ANSWER_KIND_GRADE, 0},
        {"part", PB__ANSWER_KIND__ANSWER_KIND_MONEY, 0},
        {"sum", PB__ANSWER_KIND__ANSWER_KIND_MONEY, 0},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const Pb__FormQuestion *question = form_question(form, kinds[i].id);
        cr_assert_not_null(question, "%s", kinds[i].id);
        cr_assert_eq(question->kind, kinds[i].kind, "%s", kinds[i].id);
        cr_assert_eq(question->date_side, kinds[i].side, "%s", kinds[i].id);
    }
    cr_assert_str_eq(form_question(form, "words")->guidance, "# is no remark here");
    cr_assert(form_question(form, "one")->carries_over);
    cr_assert_str_eq(form_question(form, "any")->only_if_question, "one");
    cr_assert_str_eq(form_question(form, "any")->only_if_answer, "x", "in any case");
    cr_assert_eq(form_question(form, "scale")->least, -5);
    cr_assert_eq(form_question(form, "scale")->most, 5);
    cr_assert(form_question(form, "yes")->needs_evidence && form_question(form, "yes")->takes_evidence);
    cr_assert(form_question(form, "yes")->required);
    cr_assert_eq(form_question(form, "numbers")->mode, PB__VISIT_MODE__VISIT_MODE_REMOTE);
    cr_assert_eq(form_question(form, "coming")->mode, PB__VISIT_MODE__VISIT_MODE_ON_SITE);
    cr_assert(form_question(form, "expiry")->takes_evidence &&
              !form_question(form, "expiry")->needs_evidence);
    cr_assert_str_eq(form_question(form, "grade")->grading_id, "g");
    cr_assert(form_question(form, "part")->may_be_negative);
    cr_assert_str_eq(form_question(form, "sum")->sum_of[0], "part");
}

#define S    HEAD "section: s: S\n" /* question in line 5 */
#define Q    S "question: q: Q?\n"  /* its lines from line 6 */
#define OK_Q "question: ok: Ok?\nanswer: yes or no\n"

static const struct {
    const char *text, *problems;
} wrong[] = {
    /* The head. */
    {"", "0 : asks nothing: add a section and questions\n"
         "1 : says not its name: begin with \"form: quality-visit\"\n"
         "1 : has no title: add \"title: …\" at the top\n"
         "1 : says not what it is for: add \"purpose: quality visit\" at the top\n"},
    {"form: F one\ntitle: T\npurpose: none\nsection: s: S\n" OK_Q,
     "1 : \"F one\" is no name: small letters, digits and hyphens, as \"quality-visit\"\n"
     "3 : \"none\" is no purpose: contractual compliance, quality visit, quality assurance, fee application "
     "or fee "
     "report\n"},
    {HEAD "title: U\nsection: s: S\n" OK_Q, "4 : \"title\" is said already in line 2\n"},
    {S OK_Q "title: U\n", "7 ok: \"title\" stands at the top, before the first grading and section\n"},
    {S, "4 : asks nothing: add a section and questions\n"},
    /* Words. */
    {S OK_Q "requird\n", "7 ok: \"requird\" begins with no word of a form; did you mean \"required\"?\n"},
    {S OK_Q "caries over\n",
     "7 ok: \"caries over\" begins with no word of a form; did you mean \"carries over\"?\n"},
    {S OK_Q "Is it so?\n",
     "7 ok: \"Is it so?\" begins with no word of a form; a line that goes on begins with "
     "+, and a remark with #\n"},
    {S OK_Q "helpful: x\n",
     "7 ok: \"helpful: x\" begins with no word of a form; a line that goes on begins with "
     "+, and a remark with #\n"},
    {S OK_Q "+ more\n", "7 ok: goes on with +, and the line before is no text that could\n"},
    {S OK_Q "help:\n", "7 ok: \"help\" has nothing after it\n"},
    {S OK_Q "required: yes\n", "7 ok: \"required\" stands alone, without \"yes\"\n"},
    {S OK_Q "required\nrequired\n", "8 ok: \"required\" is said already in line 7\n"},
    {S OK_Q "help: caf\xE9\n", "7 ok: is not UTF-8: save the file with that encoding\n"},
    {S OK_Q "help: a\x01z\n", "7 ok: has a control character: take it out\n"},
    /* Where words stand. */
    {S "help: x\n" OK_Q, "5 : \"help\" stands under a question\n"},
    {HEAD OK_Q, "4 : \"question\" stands after a section has begun\n5 : \"answer\" stands under a question\n"
                "5 : asks nothing: add a section and questions\n"},
    {S "grade: a: A\n" OK_Q, "5 : \"grade\" stands under a grading\n"},
    {S OK_Q "grading: g\n", "7 ok: \"grading\" stands before the first section\n"},
    {S OK_Q "about: x\n",
     "7 ok: \"about\" stands at the top, or under a section before its first question\n"},
    /* What does not begin as it should begins all the same: what stands under it is read. */
    {S OK_Q "question:\nanswer: text\nhelp: x\n",
     "7 : \"question\" has nothing after it: write an identifier, a colon and the words\n"},
    {S OK_Q "section\nhelp: x\nquestion: q: Q\nanswer: text\n",
     "7 : \"section\" has nothing after it: write an identifier, a colon and the words\n"
     "8 : \"help\" stands under a question\n"},
    {S OK_Q "grading:\nhelp: x\ngrading: g\nrequired\n",
     "7 ok: \"grading\" stands before the first section\n9 ok: \"grading\" stands before the first "
     "section\n"},
    {HEAD "grading:\ngrade: a: A\ngrade: b: B\nsection: s: S\n" OK_Q,
     "4 : \"\" is no identifier: small letters, digits and hyphens, as \"standard\"\n"},
    /* Identifiers. */
    {S "question: Is it clean?\nanswer: text\n",
     "5 : has no identifier before its words: write \"question: is-it-clean: Is it clean?\"\n"},
    {S "question: Safe Home: Is it?\nanswer: text\n",
     "5 : \"Safe Home\" is no identifier: small letters, digits and hyphens, at most 64, as \"safe-home\"\n"},
    {S "question: 9: Is it?\nanswer: text\n",
     "5 : \"9\" is no identifier: small letters, digits and hyphens, at most 64, as \"a\"\n"},
    {S "question: q:\nanswer: text\n", "5 : has no words: write \"question: q: …\"\n"},
    {S OK_Q OK_Q, "7 ok: there is a question ok already, in line 5\n"},
    {S OK_Q "section: s: S\nquestion: p: P\nanswer: text\n", "7 : there is a section s already\n"},
    {HEAD "section: none\n" OK_Q, "4 : has no identifier before its words: write \"section: none: none\"\n"},
    {S OK_Q "section: t: T\n", "7 : the section t asks nothing\n"},
    {HEAD "grading: A\ngrade: a: A\ngrade: b: B\nsection: s: S\n" OK_Q,
     "4 : \"A\" is no identifier: small letters, digits and hyphens, as \"standard\"\n"},
    {HEAD "grading: g\ngrade: a: A\ngrade: b: B\ngrading: g\ngrade: a: A\ngrade: b: B\nsection: s: S\n" OK_Q,
     "7 : there is a grading g already\n"},
    {HEAD "grading: g\ngrade: a: A\ngrade: a: B\nsection: s: S\n" OK_Q,
     "4 : the grading g has fewer than two grades: add \"grade: good: Good\" under it\n"
     "6 : there is a grade a in this grading already\n"},
    {HEAD "grading: g\ngrade: A\nsection: s: S\n" OK_Q,
     "4 : the grading g has fewer than two grades: add \"grade: good: Good\" under it\n"
     "5 : has no identifier before its words: write \"grade: a: A\"\n"},
    /* Answers. */
    {Q, "5 q: says not how it is answered: add a line \"answer: yes or no\", or another kind\n"},
    {Q "answer: maybe\n", "6 q: \"maybe\" is no way to answer: text, yes or no, one of, any of, scale 1 to "
                          "5, numbers, money, date, "
                          "past date, coming date, expiry, or grade and the grading\n"},
    {Q "answer: yes or no please\n", "6 q: \"yes or no\" stands alone, without \"please\"\n"},
    {Q "answer: past\n", "6 q: write \"past date\" or \"coming date\"\n"},
    {Q "answer: scale\n", "6 q: a scale has two whole numbers: write \"answer: scale 1 to 5\"\n"},
    {Q "answer: scale 1 to\n", "6 q: a scale has two whole numbers: write \"answer: scale 1 to 5\"\n"},
    {Q "answer: scale 1 to 5 stars\n",
     "6 q: a scale has two whole numbers: write \"answer: scale 1 to 5\"\n"},
    {Q "answer: scale - to 5\n", "6 q: a scale has two whole numbers: write \"answer: scale 1 to 5\"\n"},
    {Q "answer: scale 1 to 99999999999\n",
     "6 q: a scale has two whole numbers: write \"answer: scale 1 to 5\"\n"},
    {Q "answer: scale 5 to 1\n", "6 q: the scale's bounds are upside down: write \"answer: scale 1 to 5\"\n"},
    {Q "answer: scale 5 to 5\n", "6 q: the scale's bounds are upside down: write \"answer: scale 5 to 6\"\n"},
    {Q "answer: scale 1 to 1001\n", "6 q: a scale is within -1000 and 1000\n"},
    {Q "answer: grade\n", "6 q: says not which grading: write \"answer: grade standard\"\n"},
    {Q "answer: grade g\n", "6 q: there is no grading g: begin one before the first section\n"},
    {Q "answer: one of\noption: a: A\n",
     "6 q: \"one of\" has too few options: add at least two lines \"option: weekly: Every week\"\n"},
    {Q "answer: numbers\n",
     "6 q: \"numbers\" has too few options: add at least one line \"option: children: Children\"\n"},
    {Q "answer: text\noption: a: A\n",
     "6 q: \"text\" takes no options; they belong to one of, any of, numbers and money\n"},
    {Q "answer: one of\noption: a: A\noption: b: B\noption: a: C\n",
     "9 q: there is an option a in this question already\n"},
    {Q "answer: one of\noption: a: A\noption: b: B\noption: C\n",
     "9 q: has no identifier before its words: write \"option: c: C\"\n"},
    {Q "answer: text\nevidence: yes\n", "7 q: evidence is \"welcome\" or \"needed\"\n"},
    {Q "answer: text\nonly: sometimes\n",
     "7 q: is asked only \"on site\" or only \"remote\"; after another question's answer, write \"only if: "
     "question is answer\"\n"},
    {Q "answer: text\nmay be negative\n", "6 q: only money may be negative\n"},
    /* Conditions. */
    {Q "answer: text\nonly if: ok\n",
     "7 q: write a question and its answer: \"only if: sprinklers is no\"\n"},
    {Q "answer: text\nonly if: ok is not good\n",
     "7 q: \"not good\" is no answer's identifier: yes, no, or that of an option or a grade\n"},
    {Q "answer: text\nonly if: nowhere is yes\n", "7 q: there is no question nowhere\n"},
    {Q "answer: yes or no\nonly if: q is yes\n", "7 q: waits for its own answer\n"},
    {Q "answer: text\nonly if: ok is yes\n" OK_Q,
     "7 q: waits for ok, which stands after it in line 8: move that one before\n"},
    {Q "answer: yes or no\nonly if: p is yes\nquestion: p: P\nanswer: yes or no\nonly if: q is yes\n",
     "7 q: waits for p, which waits for this one: a circle\n"},
    {Q "answer: yes or no\nonly if: r is yes\nquestion: p: P\nanswer: yes or no\nonly if: q is yes\n"
       "question: r: R\nanswer: yes or no\nonly if: p is yes\n",
     "7 q: waits for r, which waits for this one: a circle\n"},
    {Q "answer: text\nquestion: p: P\nanswer: text\nonly if: q is yes\n",
     "9 p: only yes or no, one of, any of and grade can be waited for; q is answered otherwise\n"},
    {S OK_Q "question: p: P\nanswer: text\nonly if: ok is maybe\n", "9 p: ok is never answered \"maybe\"\n"},
    {Q "answer: yes or no\nonly: remote\nquestion: p: P\nanswer: text\nonly: on site\nonly if: q is yes\n",
     "11 p: is never asked: q is asked only remote\n"},
    {Q "answer: yes or no\nonly: on site\nquestion: p: P\nanswer: yes or no\nonly if: q is yes\n"
       "question: r: R\nanswer: text\nonly if: p is no\nonly: remote\n",
     "13 r: is never asked: p is asked only on site\n"},
    /* Sums. */
    {Q "answer: text\nsum of: q\n", "7 q: only numbers and money are sums\n7 q: is a sum of itself\n"},
    {Q "answer: money\noption: a: A\nsum of: x\n", "8 q: there is no question x\n"},
    {Q "answer: money\noption: a: A\nsum of: X y\n", "8 q: \"X y\" is no identifier: name the questions with "
                                                     "commas between, as \"sum of: care, staffing\"\n"},
    {Q "answer: money\noption: a: A\nquestion: t: T\nanswer: money\noption: a: A\nsum of: q, q\n",
     "11 t: q is in the sum twice\n"},
    {Q "answer: money\noption: a: A\nquestion: t: T\nanswer: money\noption: a: A\nsum of: q,\n",
     "11 t: ends with a comma: name one more question, or take it out\n"},
    {Q "answer: numbers\noption: a: A\nquestion: t: T\nanswer: money\noption: a: A\nsum of: q\n",
     "11 t: adds q, which is answered by numbers and not by money\n"},
    {Q "answer: money\noption: a: A\nquestion: t: T\nanswer: money\noption: b: B\nsum of: q\n",
     "11 t: adds q, which has no option b\n"},
    {Q "answer: money\noption: a: A\nsum of: t\nquestion: t: T\nanswer: money\noption: a: A\n",
     "8 q: adds t, which stands after it in line 9: move that one before\n"},
};

Test(read, each_problem_is_told_with_its_line)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Pb__FormTemplate *untouched = arena_new(&arena, Pb__FormTemplate), *template = untouched;
        struct form_problems problems = {0};
        cr_assert_eq(form_read(span_of_text(wrong[i].text), &arena, &template, &problems),
                     CODE_INVALID_ARGUMENT, "%s", wrong[i].text);
        cr_assert_eq(template, untouched);
        cr_assert_str_eq(problems_text(&problems), wrong[i].problems, "of:\n%s\ngot:\n%s", wrong[i].text,
                         problems_text(&problems));
    }
}

/* A text, and then a piece of one again and again, its `@` a number from 0. */
static char *repeated(const char *first, const char *piece, size_t count)
{
    size_t room = FORM_SOURCE_BYTES_MAX * 2, used = strlen(first);
    char *text = arena_alloc(&arena, room);
    memcpy(text, first, used);
    for (size_t i = 0; i < count; i++)
        for (const char *at = piece; *at; at++) {
            if (*at == '@')
                used += (size_t)snprintf(text + used, room - used, "%zu", i);
            else
                text[used++] = *at;
        }
    return text;
}

static void assert_told(const char *text, const char *problem)
{
    Pb__FormTemplate *template = NULL;
    struct form_problems problems = {0};
    cr_assert_eq(form_read(span_of_text(text), &arena, &template, &problems), CODE_INVALID_ARGUMENT);
    cr_assert_not_null(strstr(problems_text(&problems), problem), "not told: %s\n%s", problem,
                       problems_text(&problems));
}

Test(read, everything_is_bounded)
{
    assert_told(repeated("", "# remark @\n", 6000), "0 : the form is longer than 61440 bytes\n");
    assert_told(repeated(S, "question: q-@: Q\nanswer: text\n", FORM_QUESTIONS_MAX + 1),
                "505 q-250: is one more than the 250 questions that a form can have\n");
    assert_told(repeated(HEAD, "section: s-@: S\n", FORM_SECTIONS_MAX + 1),
                "64 : has more than 60 sections\n");
    assert_told(repeated(HEAD, "grading: g-@\ngrade: a: A\ngrade: b: B\n", FORM_GRADINGS_MAX + 1),
                "64 : has more than 20 gradings\n");
    assert_told(repeated(HEAD "grading: g\n", "grade: g-@: G\n", FORM_GRADES_MAX + 1),
                "17 : has more than 12 grades\n");
    assert_told(repeated(Q "answer: one of\n", "option: o-@: O\n", FORM_OPTIONS_MAX + 1),
                "67 q: has more than 60 options\n");
    assert_told(repeated(Q "answer: money\noption: a: A\nsum of: a", ", p-@", FORM_SUM_MAX),
                "8 q: has more than 40 questions in its sum\n");
    assert_told(repeated(Q "answer: text\nhelp: a", "\n+ and the next @", 200),
                "q: is longer than 2000 bytes: say it in fewer words\n");
    assert_told(repeated(Q "answer: text\nhelp: a", "\nhelp: and the next @", 200),
                "q: is longer than 2000 bytes: say it in fewer words\n");
    assert_told(repeated("form: f\ntitle: ", "word @ ", 60),
                "2 : is longer than 300 bytes: say it in fewer words\n");
}

/* Rule M2: every problem, never only the first; beyond a bound they are counted. */
Test(read, problems_are_all_told_up_to_a_bound_and_counted_beyond)
{
    Pb__FormTemplate *template = NULL;
    struct form_problems problems = {0};
    const char *text = repeated(S OK_Q, "what @\n", FORM_PROBLEMS_MAX + 7);
    cr_assert_eq(form_read(span_of_text(text), &arena, &template, &problems), CODE_INVALID_ARGUMENT);
    cr_assert_eq(problems.count, FORM_PROBLEMS_MAX + 1);
    for (size_t i = 0; i < FORM_PROBLEMS_MAX; i++)
        cr_assert_eq(problems.items[i]->line, 7 + i);
    cr_assert_str_eq(problems.items[FORM_PROBLEMS_MAX]->reason, "and 7 more");
}

Test(read, bytes_that_are_no_text_are_told_where_they_stand)
{
    static const char text[] = S OK_Q "help: a\0b\nrequired\n";
    Pb__FormTemplate *template = NULL;
    struct form_problems problems = {0};
    cr_assert_eq(form_read(span_of(text, sizeof text - 1), &arena, &template, &problems),
                 CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(problems_text(&problems), "7 ok: is not UTF-8: save the file with that encoding\n");
}

Test(read, a_full_arena_is_said_and_nothing_is_touched)
{
    Pb__FormTemplate *template = NULL;
    struct form_problems problems = {0};
    size_t refused = 0;
    for (size_t limit = 0; limit < 64 * 1024; limit += 500) {
        struct arena small;
        arena_init(&small, limit);
        enum code code = form_read(span_of_text(everything), &small, &template, &problems);
        cr_assert(code == CODE_OK || code == CODE_RESOURCE_EXHAUSTED);
        if (code != CODE_OK) {
            cr_assert_null(template);
            cr_assert_null(problems.items);
            refused++;
        }
        template = NULL;
        arena_finish(&small);
    }
    cr_assert_gt(refused, 4);
}

/* The example of the page that tells how to write a form is one. */
Test(read, the_example_of_the_readme)
{
    FILE *file = fopen(TESTS_DIR "/../common/forms/README.md", "re");
    char *page = arena_alloc(&arena, 16 * 1024), *begin, *end;
    cr_assert_not_null(file);
    cr_assert_gt(fread(page, 1, 16 * 1024 - 1, file), 0);
    fclose(file);
    begin = strstr(page, "```\n");
    cr_assert_not_null(begin);
    end = strstr(begin + 4, "```\n");
    cr_assert_not_null(end);
    *end = '\0';
    const Pb__FormTemplate *form = must_read(begin + 4);
    cr_assert_str_eq(form->guidance,
                     "What this form is for. A line that begins with a plus goes on with the line "
                     "before; saying \"about\" again begins a paragraph.");
    cr_assert_str_eq(form_question(form, "vetting-missing")->only_if_answer, "not-met");
}

/* Answers for people: a line each, and a whole document that needs nothing else. */

#include "tests/unit/forms/form_tests.h"

TestSuite(print, .init = begin_test, .fini = end_test);

static const char text[] =
    "form: f\ntitle: Homes & <schools>\npurpose: quality visit\nabout: Read \"this\" first.\n"
    "grading: g\ngrade: good: Good\ngrade: bad: Bad\n"
    "section: one: One & two\nabout: Of the section.\n"
    "question: words: Words?\nanswer: text\nhelp: How to say it.\nhelp: Twice.\n"
    "question: any: Any?\nanswer: any of\noption: x: Ex\noption: y: Why\nrequired\n"
    "question: scale: Scale?\nanswer: scale 1 to 5\n"
    "question: yes: Yes?\nanswer: yes or no\nevidence: welcome\n"
    "question: numbers: Numbers?\nanswer: numbers\noption: incidents: Incidents\noption: children: Children\n"
    "question: money: Money?\nanswer: money\noption: now: Now\noption: then: Then\n"
    "question: day: Day?\nanswer: date\n"
    "question: grade: Grade?\nanswer: grade g\n"
    "question: why: Why not?\nanswer: text\nonly if: yes is no\n"
    "section: two: Afar\n"
    "question: afar: Afar?\nanswer: text\nonly: remote\n";

static const char *line_of(const Pb__FormTemplate *form, const Pb__FormAnswer *answer)
{
    return form_answer_text(form, form_question(form, answer->question_id), answer, &arena);
}

Test(print, an_answer_is_one_line)
{
    const Pb__FormTemplate *form = must_read(text);
    Pb__FormAnswer *remarked = yes_or_no("yes", NO);
    remarked->text = "not yet,\r\n\tbut soon\n";
    const struct {
        const Pb__FormAnswer *answer;
        const char *line;
    } cases[] = {
        {in_words("words", "First\nand\n\n second\n"), "First and second"},
        {chosen("any", "y", "x"), "Why, Ex"},
        {chosen("any", "gone", NULL), "gone"},
        {rated("scale", 4), "4 of 5"},
        {yes_or_no("yes", YES), "Yes"},
        {yes_or_no("yes", NA), "Does not apply"},
        {remarked, "No: not yet, but soon"},
        {and_number(and_number(new_answer("numbers"), "children", 2), "incidents", 3),
         "Incidents 3, Children 2"},
        {and_number(and_number(new_answer("numbers"), "gone", 2), "children", 3), "Children 3, gone 2"},
        {and_number(new_answer("money"), "then", 123456), "Then £1,234.56"},
        {dated("day", "2025-03-12"), "12 March 2025"},
        {dated("day", "soon"), "soon"},
        {dated("day", "so\non"), "so on"},
        {chosen("any", "go\nne", "x"), "go ne, Ex"},
        {and_number(new_answer("numbers"), "go\nne", 2), "go ne 2"},
        {chosen("grade", "bad", NULL), "Bad"},
        {in_words("grade", "not graded yet"), "not graded yet"},
        {new_answer("grade"), ""},
        {in_words("nowhere", "x"), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_str_eq(line_of(form, cases[i].answer), cases[i].line, "case %zu: %s", i,
                         line_of(form, cases[i].answer));
    cr_assert_str_eq(form_answer_text(form, form_question(form, "yes"), NULL, &arena), "");
}

/* Every element that is opened is closed, in order; nothing else has a < or >. */
static void assert_well_formed(const char *html)
{
    const char *open[64];
    size_t depth = 0;
    cr_assert(strncmp(html, "<!DOCTYPE html>\n", 16) == 0);
    for (const char *at = html + 16; (at = strchr(at, '<')); at++) {
        const char *name = at + 1 + (at[1] == '/');
        size_t size = strcspn(name, " >\n");
        if (size == 4 && memcmp(name, "meta", 4) == 0)
            continue;
        if (at[1] != '/') {
            cr_assert_lt(depth, 64);
            open[depth++] = name;
            continue;
        }
        cr_assert_gt(depth, 0);
        depth--;
        cr_assert(strncmp(open[depth], name, size) == 0, "%.20s closes %.20s", name, open[depth]);
    }
    cr_assert_eq(depth, 0);
    cr_assert(span_is_text(span_of_text(html)));
}

#define HOSTILE "<script>alert('x')</script> & \"quoted\"\x01"
#define ESCAPED "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;"

Test(print, whatever_was_written_is_text_and_nothing_else)
{
    const Pb__FormTemplate *form = must_read(text);
    Pb__FormAnswer *yes = and_file(and_file(yes_or_no("yes", YES), "named"), HOSTILE);
    yes->carried_over = true;
    const struct form_fact fact = {HOSTILE, HOSTILE}, file = {"named", HOSTILE};
    const struct form_page page = {
        .template = form,
        .answers = ANSWERS(in_words("words", HOSTILE "\nnext line"), yes, chosen("any", HOSTILE, NULL),
                           dated("day", HOSTILE)),
        .mode = PB__VISIT_MODE__VISIT_MODE_ON_SITE,
        .heading = HOSTILE,
        .standing = HOSTILE,
        .facts = &fact,
        .n_facts = 1,
        .notes = &fact,
        .n_notes = 1,
        .files = &file,
        .n_files = 1,
    };
    const char *html = form_html(&page, &arena);
    size_t escaped = 0;
    cr_assert_not_null(html);
    assert_well_formed(html);
    cr_assert_null(strstr(html, "<script"));
    cr_assert_null(strstr(html, "http:"));
    cr_assert_null(strstr(html, "url("));
    for (const char *at = html; (at = strstr(at, ESCAPED)); at++)
        escaped++;
    cr_assert_eq(escaped, 12);
    cr_assert_not_null(strstr(html, "\nnext line</p>"));
    cr_assert_not_null(strstr(html, "As at the visit before"));
}

Test(print, a_report_shows_what_was_asked)
{
    const Pb__FormTemplate *form = must_read(text);
    struct form_page page = {.template = form,
                             .answers = ANSWERS(yes_or_no("yes", YES), in_words("grade", "later")),
                             .mode = PB__VISIT_MODE__VISIT_MODE_ON_SITE};
    const char *html = form_html(&page, &arena);
    assert_well_formed(html);
    cr_assert_not_null(strstr(html, "<h1>Homes &amp; &lt;schools&gt;</h1>"));
    cr_assert_not_null(strstr(html, "<h2>One &amp; two</h2>"));
    cr_assert_not_null(strstr(html, "<h3>Yes?</h3>\n<p>Yes</p>"));
    cr_assert_not_null(strstr(html, "<h3>Words?</h3>\n<p class=\"none\">Not answered</p>"));
    cr_assert_not_null(strstr(html, "<h3>Grade?</h3>\n<p class=\"words\">later</p>"));
    cr_assert_null(strstr(html, "Why not?"), "its condition is not met");
    cr_assert_null(strstr(html, "Afar"), "a section of which nothing is asked");
    cr_assert_null(strstr(html, "How to say it."));
    page.mode = PB__VISIT_MODE__VISIT_MODE_REMOTE;
    cr_assert_not_null(strstr(form_html(&page, &arena), "<h2>Afar</h2>"));
}

Test(print, a_blank_form_has_guidance_choices_and_room)
{
    const struct form_page page = {.template = must_read(text), .blank = true};
    const char *html = form_html(&page, &arena);
    assert_well_formed(html);
    static const char *const shown[] = {
        "<p class=\"help\">Read &quot;this&quot; first.</p>",
        "<p class=\"help\">How to say it.</p>\n<p class=\"help\">Twice.</p>",
        "<h3>Any? (required)</h3>",
        "<li>☐ Ex</li>",
        "<li>☐ Good</li>",
        "<p>☐ Yes ☐ No ☐ Does not apply</p>",
        "<p>From 1 to 5: ________</p>",
        "<li>Children: ________</li>",
        "<p>Day, month and year: ________</p>",
        "<p class=\"help\">Only if &ldquo;Yes?&rdquo; is answered &ldquo;no&rdquo;</p>",
        "<p class=\"help\">At a remote visit only</p>",
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        cr_assert_not_null(strstr(html, shown[i]), "%s", shown[i]);
    cr_assert_null(strstr(html, "Not answered"));
}

Test(print, a_full_arena_gives_nothing)
{
    const struct form_page page = {.template = must_read(text), .blank = true};
    struct arena small;
    for (size_t limit = 0; limit < 4096; limit += 500) {
        arena_init(&small, limit);
        cr_assert_null(form_html(&page, &small));
        arena_finish(&small);
    }
}

Test(print, names_of_kinds_and_purposes)
{
    cr_assert_str_eq(form_kind_name(PB__ANSWER_KIND__ANSWER_KIND_YES_NO), "yes or no");
    cr_assert_str_eq(form_kind_name((Pb__AnswerKind)99), "nothing");
    cr_assert_str_eq(form_purpose_name(PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE),
                     "quality assurance");
    cr_assert_str_eq(form_purpose_name((Pb__FormPurpose)99), "");
}

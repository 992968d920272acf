/* The forms and letters that ship with fees read without a problem, and ask what the rules of fees need
 * (rules F1, F3, F4). */

#include "common/base/limits.h"
#include "common/forms/forms.h"
#include "services/fees/forms/shipped.h"

#include <criterion/criterion.h>

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, REQUEST_ARENA_BYTES);
}
static void end(void)
{
    arena_finish(&arena);
}
TestSuite(fees_shipped, .init = begin, .fini = end);

static Pb__FormTemplate *read_shipped(const char *name)
{
    const struct shipped_form *form = fees_shipped;
    Pb__FormTemplate *template = NULL;
    struct form_problems problems = {0};
    while (form->name && strcmp(form->name, name) != 0)
        form++;
    cr_assert_not_null(form->name, "%s", name);
    enum code code =
        form_read(span_of(form->text, (size_t)(form->end - form->text)), &arena, &template, &problems);
    for (size_t i = 0; i < problems.count; i++)
        cr_log_warn("%s:%u: %s: %s", form->name, problems.items[i]->line, problems.items[i]->question_id,
                    problems.items[i]->reason);
    cr_assert_eq(code, CODE_OK, "%s", name);
    cr_assert_str_eq(template->name, name);
    return template;
}

static size_t count_questions(const Pb__FormTemplate *template, size_t sections)
{
    size_t count = 0;
    for (size_t i = 0; i < template->n_sections && i < sections; i++)
        count += template->sections[i]->n_questions;
    return count;
}

Test(fees_shipped, are_two)
{
    cr_assert_str_eq(fees_shipped[0].name, "fee-application");
    cr_assert_str_eq(fees_shipped[1].name, "fee-report");
    cr_assert_null(fees_shipped[2].name);
}

/* rule F3: the cost breakdown, each current and forecast, with sums. */
Test(fees_shipped, the_application_breaks_costs_down)
{
    static const char *const costs[] = {"staffing",  "premises", "care",
                                        "overheads", "surplus",  "central-charges"};
    const Pb__FormTemplate *form = read_shipped("fee-application");
    size_t evidence = 0;
    cr_assert_eq(form->purpose, PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION);
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
        const Pb__FormQuestion *question = form_question(form, costs[i]);
        cr_assert_not_null(question, "%s", costs[i]);
        cr_assert(question->kind == PB__ANSWER_KIND__ANSWER_KIND_MONEY && question->required, "%s", costs[i]);
        cr_assert_eq(question->n_options, 2);
        cr_assert_str_eq(question->options[0]->id, "current");
        cr_assert_str_eq(question->options[1]->id, "forecast");
    }
    cr_assert_gt(form_question(form, "staffing")->n_sum_of, 1);
    cr_assert_eq(form_question(form, "cost-total")->n_sum_of, 5);
    cr_assert(form_question(form, "surplus")->may_be_negative);
    for (size_t i = 0; i < form->n_sections; i++)
        for (size_t j = 0; j < form->sections[i]->n_questions; j++)
            evidence += form->sections[i]->questions[j]->takes_evidence ? 1 : 0;
    cr_assert_geq(evidence, 4);
    size_t count = count_questions(form, SIZE_MAX);
    cr_assert(count >= 40 && count <= 70, "%zu questions", count);
}

/* rule F4: the first four sections are the short report, and stand by themselves. */
Test(fees_shipped, the_report_has_a_short_form)
{
    static const char *const sections[] = {"placements", "application", "level", "summary",   "consultation",
                                           "costs",      "quality",     "views", "conclusion"};
    const Pb__FormTemplate *form = read_shipped("fee-report");
    cr_assert_eq(form->purpose, PB__FORM_PURPOSE__FORM_PURPOSE_FEE_REPORT);
    cr_assert_eq(form->n_sections, sizeof sections / sizeof *sections);
    for (size_t i = 0; i < form->n_sections; i++)
        cr_assert_str_eq(form->sections[i]->id, sections[i]);
    cr_assert_leq(count_questions(form, FEE_SHORT_SECTIONS_DEFAULT), 15);
    cr_assert_geq(count_questions(form, SIZE_MAX), 35);
    /* What is asked in the short report hangs on nothing behind it. */
    for (size_t i = 0; i < FEE_SHORT_SECTIONS_DEFAULT; i++)
        for (size_t j = 0; j < form->sections[i]->n_questions; j++)
            cr_assert_eq(form->sections[i]->questions[j]->n_sum_of, 0);
}

/* A blank page for each, to be taken along on paper. */
Test(fees_shipped, each_prints_as_a_blank_form)
{
    for (const struct shipped_form *form = fees_shipped; form->name; form++) {
        const struct form_page page = {.template = read_shipped(form->name), .blank = true};
        const char *html = form_html(&page, &arena);
        size_t headings = 0;
        cr_assert_not_null(html);
        for (const char *at = html; (at = strstr(at, "<h3>")); at++)
            headings++;
        cr_assert_eq(headings, count_questions(page.template, SIZE_MAX));
    }
}

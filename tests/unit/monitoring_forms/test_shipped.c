/* The forms that ship with the system read without a problem, are of a size to be answered in a visit, and
 * ask something of every kind of visit that they are for (rule M2). */

#include "common/base/limits.h"
#include "common/forms/forms.h"
#include "services/monitoring/forms/shipped.h"

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
TestSuite(shipped, .init = begin, .fini = end);

static Pb__FormTemplate *read_shipped(const struct shipped_form *form)
{
    Pb__FormTemplate *template = NULL;
    struct form_problems problems = {0};
    enum code code =
        form_read(span_of(form->text, (size_t)(form->end - form->text)), &arena, &template, &problems);
    for (size_t i = 0; i < problems.count; i++)
        cr_log_warn("%s:%u: %s: %s", form->name, problems.items[i]->line, problems.items[i]->question_id,
                    problems.items[i]->reason);
    cr_assert_eq(code, CODE_OK, "%s", form->name);
    return template;
}

/* Questions that are asked of nobody's answers yet, and those that wait for one. */
static size_t count_questions(const Pb__FormTemplate *template, Pb__VisitMode mode)
{
    size_t count = 0;
    for (size_t i = 0; i < template->n_sections; i++)
        for (size_t j = 0; j < template->sections[i]->n_questions; j++) {
            const Pb__FormQuestion *question = template->sections[i]->questions[j];
            count += mode == PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED || question->mode == mode;
        }
    return count;
}

static size_t count_grades(const Pb__FormTemplate *template)
{
    size_t count = 0;
    for (size_t i = 0; i < template->n_sections; i++)
        for (size_t j = 0; j < template->sections[i]->n_questions; j++)
            count += template->sections[i]->questions[j]->kind == PB__ANSWER_KIND__ANSWER_KIND_GRADE;
    return count;
}

Test(shipped, each_reads_without_a_problem_and_is_of_its_purpose)
{
    static const struct {
        const char *name;
        Pb__FormPurpose purpose;
    } forms[] = {
        {"contractual-compliance", PB__FORM_PURPOSE__FORM_PURPOSE_CONTRACTUAL_COMPLIANCE},
        {"quality-assurance", PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE},
        {"quality-visit", PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        cr_assert_str_eq(monitoring_shipped[i].name, forms[i].name);
        const Pb__FormTemplate *template = read_shipped(&monitoring_shipped[i]);
        size_t count = count_questions(template, PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED);
        cr_assert_str_eq(template->name, forms[i].name);
        cr_assert_eq(template->purpose, forms[i].purpose);
        cr_assert(count >= 40 && count <= 90, "%s asks %zu questions", template->name, count);
        cr_assert_geq(count_grades(template), 9, "%s", template->name);
    }
    cr_assert_null(monitoring_shipped[sizeof forms / sizeof *forms].name);
}

Test(shipped, quality_assurance_asks_its_own_on_site_and_at_a_distance)
{
    const Pb__FormTemplate *template = read_shipped(&monitoring_shipped[1]);
    cr_assert_geq(count_questions(template, PB__VISIT_MODE__VISIT_MODE_ON_SITE), 4);
    cr_assert_geq(count_questions(template, PB__VISIT_MODE__VISIT_MODE_REMOTE), 4);
}

/* Regulations 6 to 14: a grade for each. */
Test(shipped, both_quality_forms_grade_the_nine_standards)
{
    static const char *const sections[] = {"care",          "views",      "education",  "enjoyment", "health",
                                           "relationships", "protection", "leadership", "planning"};
    for (size_t form = 1; form <= 2; form++) {
        const Pb__FormTemplate *template = read_shipped(&monitoring_shipped[form]);
        for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
            size_t at = 0;
            while (at < template->n_sections && strcmp(template->sections[at]->id, sections[i]) != 0)
                at++;
            cr_assert_lt(at, template->n_sections, "%s has no section %s", template->name, sections[i]);
            cr_assert_eq(template->sections[at]->questions[0]->kind, PB__ANSWER_KIND__ANSWER_KIND_GRADE);
            cr_assert(template->sections[at]->questions[0]->required);
        }
    }
}

/* A blank page for every form, to be taken along on paper, shows each of its questions. */
Test(shipped, each_prints_as_a_blank_form)
{
    for (const struct shipped_form *form = monitoring_shipped; form->name; form++) {
        const struct form_page page = {.template = read_shipped(form), .blank = true};
        const char *html = form_html(&page, &arena);
        size_t headings = 0;
        cr_assert_not_null(html);
        for (const char *at = html; (at = strstr(at, "<h3>")); at++)
            headings++;
        cr_assert_eq(headings, count_questions(page.template, PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED));
    }
}

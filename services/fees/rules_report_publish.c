/* What stands between a report and its publication, and publication (rules F4, F6). In: the report, the
 * submission that stands, the form. Out: every problem; or the published report, and its consultation. */

#include "common/domain/money.h"
#include "services/fees/rules_report_inside.h"
#include "services/fees/rules_text.h"

/* Its own sections' answers; a draft may have more, of a form that was longer. */
static bool asked_answers(const Pb__FeeReport *report, const Pb__FormTemplate *form, struct arena *arena,
                          struct form_answers *ret_answers)
{
    Pb__FormAnswer **list = arena_array(arena, Pb__FormAnswer *, report->n_answers + 1);
    size_t count = 0;
    if (!list)
        return false;
    for (size_t i = 0; i < report->n_answers; i++)
        if (form_question(form, report->answers[i]->question_id))
            list[count++] = report->answers[i];
    *ret_answers = (struct form_answers){list, count};
    return true;
}

/* --- problems ---------------------------------------------------------------------------------------- */

static const char *figure_field(const char *service_id, struct arena *arena)
{
    const char *field = arena_format(arena, "figures[%s]", service_id);
    return field ? field : "figures";
}

/* A negotiated figure for every service of what stands, and for no other. */
static void tell_figures(const Pb__FeeReport *report, const struct fee_services *services,
                         struct fee_problems *problems)
{
    const struct fee_figures figures = {report->figures, report->n_figures};
    char text[MONEY_TEXT_BYTES];
    int64_t pence;
    for (size_t i = 0; i < services->count; i++)
        if (!fee_figure(&figures, services->items[i]->id, &pence))
            fee_problem(problems, figure_field(services->items[i]->id, problems->arena), "",
                        "say which weekly fee was negotiated");
    for (size_t i = 0; i < figures.count; i++) {
        if (fee_service(services, figures.items[i]->service_id))
            continue;
        money_print(money_pence(figures.items[i]->weekly_pence), text);
        fee_problem(problems, figure_field(figures.items[i]->service_id, problems->arena), text,
                    "the application that stands has no such service any more: give its figures anew");
    }
}

static void tell_words(const Pb__FeeReport *report, const struct fee_report_facts *facts,
                       struct fee_problems *problems)
{
    if (!facts->submission)
        fee_problem(problems, "submission", "", "no application stands that it could be about");
    if (fee_consultation_may(facts->consultation, CONSULTATION_PUBLISH) == REFUSAL_CONSULTATION_NOT_BEGUN)
        fee_problem(problems, "begun_on", "", "%s", fees_refusal_facts(REFUSAL_CONSULTATION_NOT_BEGUN)->text);
    if (report->recommendation == RECOMMEND_NOTHING)
        fee_problem(problems, "recommendation", "",
                    "say what is recommended: what was asked for, negotiated figures, or no increase");
    if (text_is_blank(report->rationale))
        fee_problem(problems, "rationale", "", "say why");
}

enum code fee_report_problems(const Pb__FeeReport *report, const struct fee_report_facts *facts,
                              struct arena *arena, struct fee_problems *ret_problems)
{
    struct fee_problems problems = {.arena = arena};
    const struct fee_services services = fee_services_of(facts->submission);
    const Pb__FormTemplate *form =
        fee_report_form(facts->form, fee_consultation_is_short(facts->consultation), facts->cycle, arena);
    struct form_answers answers;
    if (!form || !asked_answers(report, form, arena, &answers))
        return CODE_RESOURCE_EXHAUSTED;
    if (!report->published) {
        tell_words(report, facts, &problems);
        if (report->recommendation == RECOMMEND_NEGOTIATED && facts->submission)
            tell_figures(report, &services, &problems);
        enum code code = fee_form_problems(form, &answers, NULL, facts->today, &problems);
        if (code != CODE_OK)
            return code;
    }
    enum code code = fee_problems_end(&problems);
    if (code == CODE_OK)
        *ret_problems = problems;
    return code;
}

/* --- published --------------------------------------------------------------------------------------- */

static enum fees_refusal publish_check(const Pb__FeeReport *stored, const struct fee_report_facts *facts,
                                       struct arena *arena)
{
    struct fee_problems problems;
    enum fees_refusal refusal = fee_consultation_may(facts->consultation, CONSULTATION_PUBLISH);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (fee_report_problems(stored, facts, arena, &problems) != CODE_OK)
        return REFUSAL_TOO_MANY;
    return problems.count > 0 ? REFUSAL_REPORT_INCOMPLETE : REFUSAL_NONE;
}

enum fees_refusal fee_report_publish(const Pb__FeeReport *stored, const char *authority_id,
                                     const struct fee_report_facts *facts, struct arena *arena,
                                     Pb__FeeReport *ret_report, Pb__Consultation *ret_consultation)
{
    bool is_short = fee_consultation_is_short(facts->consultation);
    Pb__FeeReport report = *stored;
    Pb__Consultation consultation = *facts->consultation;
    struct form_answers answers;
    enum fees_refusal refusal = publish_check(stored, facts, arena);
    if (refusal != REFUSAL_NONE)
        return refusal;
    const Pb__FormTemplate *form = fee_report_form(facts->form, is_short, facts->cycle, arena);
    const char *today = date_text(facts->today, arena);
    if (!form || !today || !asked_answers(stored, form, arena, &answers) ||
        !fee_report_fill(&report, facts->submission, arena))
        return REFUSAL_TOO_MANY;
    report.name = consultation.name;
    report.authority_id = authority_id;
    report.short_form = is_short;
    report.answers = (Pb__FormAnswer **)(uintptr_t)answers.items;
    report.n_answers = answers.count;
    report.published = true;
    report.published_on = today;
    consultation.reported_on = today;
    refusal = fee_consultation_step(consultation.state, CONSULTATION_PUBLISH, &consultation.state);
    if (refusal == REFUSAL_NONE) {
        *ret_report = report;
        *ret_consultation = consultation;
    }
    return refusal;
}

void fee_report_reopen(const Pb__FeeReport *stored, Pb__FeeReport *ret_report)
{
    *ret_report = *stored;
    ret_report->published = false;
    ret_report->published_on = "";
}

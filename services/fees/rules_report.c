/* The lead's report as it is typed (rule F6). In: what is stored, what was typed, the submission that stands.
 * Out: the report as it shall be. What it lacks, and its publication, are rules_report_publish.c's. */

#include "services/fees/rules_report.h"

#include "services/fees/rules_report_inside.h"
#include "services/fees/rules_text.h"

Pb__FormTemplate *fee_report_form(const Pb__FormTemplate *form, bool is_short, const Pb__FeeCycle *cycle,
                                  struct arena *arena)
{
    size_t first = cycle->short_report_sections ? cycle->short_report_sections : FEE_SHORT_SECTIONS_DEFAULT;
    Pb__FormTemplate *part = arena_new(arena, Pb__FormTemplate);
    if (!part)
        return NULL;
    *part = *form;
    if (is_short && first < part->n_sections)
        part->n_sections = first;
    return part;
}

/* --- figures ----------------------------------------------------------------------------------------- */

bool fee_report_fill(Pb__FeeReport *report, const Pb__FeeSubmission *submission, struct arena *arena)
{
    const struct fee_services services = fee_services_of(submission);
    struct fee_figures figures = {report->figures, report->n_figures};
    if (!submission)
        return true;
    if (report->recommendation == RECOMMEND_ACCEPT && !fee_figures_proposed(&services, arena, &figures))
        return false;
    if (report->recommendation == RECOMMEND_NO_INCREASE && !fee_figures_current(&services, arena, &figures))
        return false;
    report->figures = figures.items;
    report->n_figures = figures.count;
    report->submission = submission->number;
    report->services = submission->services;
    report->n_services = submission->n_services;
    return true;
}

static enum fees_refusal take_figures(const Pb__SaveFeeReportRequest *request,
                                      const Pb__FeeSubmission *submission, Pb__FeeReport *report)
{
    const struct fee_figures given = {request->figures, request->n_figures};
    const struct fee_services services = fee_services_of(submission);
    if (given.count == 0)
        return REFUSAL_NONE;
    if (report->recommendation == RECOMMEND_ACCEPT || report->recommendation == RECOMMEND_NO_INCREASE)
        return REFUSAL_REPORT_FIGURES_NOT_ASKED;
    if (!submission)
        return REFUSAL_FIGURES_TOO_EARLY;
    enum fees_refusal refusal = fee_figures_check(&given, &services);
    if (refusal != REFUSAL_NONE)
        return refusal;
    report->figures = given.items;
    report->n_figures = given.count;
    return REFUSAL_NONE;
}

static enum fees_refusal take_words(const Pb__SaveFeeReportRequest *request, Pb__FeeReport *report)
{
    if ((unsigned)request->recommendation > RECOMMEND_NO_INCREASE)
        return REFUSAL_RECOMMENDATION_WRONG;
    if (request->recommendation != RECOMMEND_NOTHING)
        report->recommendation = request->recommendation;
    enum fees_refusal refusal = text_check(request->rationale, REFUSAL_NONE);
    if (refusal == REFUSAL_NONE && !text_is_blank(request->rationale))
        report->rationale = request->rationale;
    return refusal;
}

/* --- answers ----------------------------------------------------------------------------------------- */

/* Has somebody typed anything at all, be it a remark alone? */
static bool has_content(const Pb__FormAnswer *answer)
{
    return !text_is_blank(answer->text) || answer->n_option_ids > 0 || answer->n_numbers > 0 ||
           answer->date[0] || answer->yes_no != PB__YES_NO__YES_NO_UNSPECIFIED ||
           answer->scale_case == PB__FORM_ANSWER__SCALE_NUMBER;
}

static enum fees_refusal answers_check(const struct form_answers *typed, const struct fee_report_facts *facts,
                                       struct arena *arena, struct fault *ret_fault)
{
    const struct form_setting setting = {.day = facts->today};
    struct form_problems problems;
    if (form_check(facts->form, typed, &setting, arena, &problems) != CODE_OK)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    if (problems.count == 0)
        return REFUSAL_NONE;
    return fees_refuse(ret_fault, REFUSAL_REPORT_ANSWER_WRONG, NULL, "%.64s: %s",
                       problems.items[0]->question_id, problems.items[0]->reason);
}

/* A copy without what it may not say: files, and that nobody changed it. */
static Pb__FormAnswer *typed_copy(const Pb__FormAnswer *answer, struct arena *arena)
{
    Pb__FormAnswer *copy = arena_new(arena, Pb__FormAnswer);
    if (!copy)
        return NULL;
    *copy = *answer;
    copy->n_evidence_ids = 0;
    copy->evidence_ids = NULL;
    copy->carried_over = false;
    return copy;
}

/* Stored answers with typed ones in their place, new ones after them, emptied ones gone. False past the
 * arena's limit. */
static bool merge_answers(const struct form_answers *typed, struct arena *arena, Pb__FeeReport *report)
{
    Pb__FormAnswer **list = arena_array(arena, Pb__FormAnswer *, report->n_answers + typed->count + 1);
    size_t count = 0;
    if (!list)
        return false;
    for (size_t i = 0; i < report->n_answers; i++)
        if (!form_answer_of(typed, report->answers[i]->question_id))
            list[count++] = report->answers[i];
    for (size_t i = 0; i < typed->count; i++) {
        if (!has_content(typed->items[i]))
            continue;
        list[count] = typed_copy(typed->items[i], arena);
        if (!list[count++])
            return false;
    }
    report->answers = list;
    report->n_answers = count;
    return true;
}

static size_t bytes_of(const Pb__FeeReport *report)
{
    size_t bytes = 0;
    for (size_t i = 0; i < report->n_answers; i++)
        bytes += protobuf_c_message_get_packed_size(&report->answers[i]->base);
    return bytes;
}

/* --- kept -------------------------------------------------------------------------------------------- */

static Pb__FeeReport begin_report(const Pb__FeeReport *stored, const struct fee_report_facts *facts)
{
    Pb__FeeReport report;
    if (stored)
        return *stored;
    pb__fee_report__init(&report);
    report.cycle_id = facts->consultation->cycle_id;
    report.provision_id = facts->consultation->provision_id;
    report.form_id = facts->form->id;
    return report;
}

enum fees_refusal fee_report_save(const Pb__FeeReport *stored, const Pb__SaveFeeReportRequest *request,
                                  const char *authority_id, const struct fee_report_facts *facts,
                                  struct arena *arena, Pb__FeeReport *ret_report, struct fault *ret_fault)
{
    const struct form_answers typed = {request->answers, request->n_answers};
    Pb__FeeReport report = begin_report(stored, facts);
    enum fees_refusal refusal = fee_consultation_may(facts->consultation, CONSULTATION_WRITE);
    if (refusal == REFUSAL_NONE)
        refusal = take_words(request, &report);
    if (refusal == REFUSAL_NONE)
        refusal = take_figures(request, facts->submission, &report);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    refusal = answers_check(&typed, facts, arena, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (!merge_answers(&typed, arena, &report) || !fee_report_fill(&report, facts->submission, arena))
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    if (bytes_of(&report) > FEE_REPORT_BYTES_MAX)
        return fees_refuse(ret_fault, REFUSAL_REPORT_LONG, NULL, NULL);
    report.name = facts->consultation->name;
    report.authority_id = authority_id;
    report.short_form = fee_consultation_is_short(facts->consultation);
    *ret_report = report;
    return REFUSAL_NONE;
}

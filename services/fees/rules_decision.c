/* Decisions (rule F6). In: what is asked, the consultation, what was submitted and reported, the day. Out:
 * the decision as it is kept, or a refusal. Nothing is decided by default, and none binds another LA. */

#include "services/fees/rules_decision.h"

#include "services/fees/rules_cycle.h"
#include "services/fees/rules_lead.h"
#include "services/fees/rules_text.h"

#define PENDING PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING
#define ACCEPT  PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT
#define OTHER   PB__FEE_DECISION_KIND__FEE_DECISION_KIND_OTHER
#define REJECT  PB__FEE_DECISION_KIND__FEE_DECISION_KIND_REJECT

/* --- when -------------------------------------------------------------------------------------------- */

static bool is_concerned(const Pb__Consultation *consultation, const char *authority_id)
{
    for (size_t i = 0; i < consultation->n_placing; i++)
        if (strcmp(consultation->placing[i]->authority_id, authority_id) == 0)
            return true;
    for (size_t i = 0; i < consultation->n_concerned_ids; i++)
        if (strcmp(consultation->concerned_ids[i], authority_id) == 0)
            return true;
    return false;
}

/* Where nobody places any more, its kind says how it was dealt with. */
static Pb__FeeScope scope_of(const Pb__Consultation *consultation)
{
    return consultation->scope == PB__FEE_SCOPE__FEE_SCOPE_NONE ? fee_scope_of_kind(consultation->kind)
                                                                : consultation->scope;
}

enum fees_refusal fee_decision_is_open(const Pb__Consultation *consultation, struct date report_on,
                                       struct date today)
{
    Pb__FeeScope scope = scope_of(consultation);
    bool reported = consultation->state == PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED;
    bool too_late = !date_is_none(report_on) && date_compare(today, report_on) > 0;
    if (scope == PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY)
        return REFUSAL_DECISION_NOT_ASKED;
    if (consultation->submission == 0)
        return REFUSAL_DECISION_NOTHING;
    return fee_scope_is_led(scope) && !reported && !too_late ? REFUSAL_DECISION_EARLY : REFUSAL_NONE;
}

enum fees_refusal fee_decision_may(const struct fee_decision_facts *facts, const char *authority_id)
{
    if (!is_concerned(facts->consultation, authority_id))
        return REFUSAL_DECISION_NOT_CONCERNED;
    return fee_decision_is_open(facts->consultation,
                                fee_cycle_due(facts->cycle, PB__FEE_TASK_KIND__FEE_TASK_KIND_REPORT),
                                facts->today);
}

/* --- what -------------------------------------------------------------------------------------------- */

static bool kind_is_known(Pb__FeeDecisionKind kind)
{
    return kind == PENDING || kind == ACCEPT || kind == OTHER || kind == REJECT;
}

static enum fees_refusal reason_check(const Pb__DecideFeeRequest *request)
{
    if (request->kind == ACCEPT && text_is_blank(request->reason))
        return REFUSAL_NONE;
    return text_check(request->reason, REFUSAL_REASON_MISSING);
}

static enum fees_refusal figures_check(const Pb__DecideFeeRequest *request,
                                       const struct fee_services *services)
{
    const struct fee_figures given = {request->figures, request->n_figures};
    if (request->kind != OTHER)
        return given.count > 0 ? REFUSAL_DECISION_FIGURES_NOT_ASKED : REFUSAL_NONE;
    return given.count > 0 ? fee_figures_check(&given, services) : REFUSAL_DECISION_FIGURES_MISSING;
}

static enum fees_refusal request_check(const Pb__DecideFeeRequest *request,
                                       const struct fee_services *services)
{
    if (!kind_is_known(request->kind))
        return REFUSAL_DECISION_KIND_WRONG;
    enum fees_refusal refusal = figures_check(request, services);
    return refusal == REFUSAL_NONE ? reason_check(request) : refusal;
}

/* The report counts where it is about what stands. */
static bool has_report(const struct fee_decision_facts *facts)
{
    return facts->report && facts->report->published &&
           facts->report->submission == facts->submission->number;
}

/* The figures that a decision comes to; none while it is pending. False past the arena's limit. */
static bool fill_figures(const Pb__DecideFeeRequest *request, const struct fee_decision_facts *facts,
                         struct arena *arena, struct fee_figures *ret_figures)
{
    const struct fee_services services = fee_services_of(facts->submission);
    const struct fee_figures given = {request->figures, request->n_figures};
    if (request->kind == PENDING) {
        *ret_figures = (struct fee_figures){0};
        return true;
    }
    if (request->kind != ACCEPT)
        return fee_figures_over_current(&given, &services, arena, ret_figures);
    if (!has_report(facts))
        return fee_figures_proposed(&services, arena, ret_figures);
    *ret_figures = (struct fee_figures){facts->report->figures, facts->report->n_figures};
    return true;
}

enum fees_refusal fee_decision_make(const Pb__DecideFeeRequest *request, const char *authority_id,
                                    const struct fee_decision_facts *facts, struct arena *arena,
                                    Pb__FeeDecision *ret_decision, struct fault *ret_fault)
{
    const struct fee_services services = fee_services_of(facts->submission);
    const Pb__Consultation *consultation = facts->consultation;
    struct fee_figures figures;
    enum fees_refusal refusal = fee_decision_may(facts, authority_id);
    if (refusal == REFUSAL_NONE && !facts->submission)
        refusal = REFUSAL_DECISION_NOTHING;
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    refusal = fee_submission_check(request->submission, facts->submission->number, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    refusal = request_check(request, &services);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    const char *decided_on = date_text(facts->today, arena);
    if (!decided_on || !fill_figures(request, facts, arena, &figures))
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    pb__fee_decision__init(ret_decision);
    ret_decision->cycle_id = consultation->cycle_id;
    ret_decision->provision_id = consultation->provision_id;
    ret_decision->authority_id = authority_id;
    ret_decision->kind = request->kind;
    ret_decision->figures = figures.items;
    ret_decision->n_figures = figures.count;
    ret_decision->reason = request->reason;
    ret_decision->decided_on = decided_on;
    ret_decision->submission = facts->submission->number;
    ret_decision->name = consultation->name;
    ret_decision->provider_id = facts->submission->provider_id;
    return REFUSAL_NONE;
}

bool fee_decision_is_outdated(const Pb__FeeDecision *decision, uint32_t submission)
{
    return decision->submission != submission;
}

bool fee_decision_counts(const Pb__FeeDecision *decision, uint32_t submission)
{
    return decision && submission != 0 && kind_is_known(decision->kind) && decision->kind != PENDING &&
           !fee_decision_is_outdated(decision, submission);
}

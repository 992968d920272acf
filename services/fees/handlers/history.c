/* A provision's fees over the cycles (rule F8). In: a provision. Out: a year for each cycle in which it was
 * dealt with, as far as the caller may see it, with the indices alongside. */

#define SERVICE_TYPE Pb__FeesService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/rules_application.h"
#include "services/fees/rules_history.h"

/* What was submitted, if it stands and the caller reads it. */
static enum code show_submission(struct command *command, const struct fees_actor *actor,
                                 const Pb__Consultation *consultation, struct fee_history_facts *facts)
{
    Pb__FeeSubmission *submission;
    Pb__FeeApplication of = PB__FEE_APPLICATION__INIT;
    TRY(fees_standing(command, consultation, &submission));
    if (!submission)
        return CODE_OK;
    of.provider_id = submission->provider_id;
    of.state = PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED;
    of.submission = submission->number;
    if (fee_application_may(actor, FEE_ACT_READ_SUBMITTED, &of, consultation) == REFUSAL_NONE)
        facts->submission = submission;
    return CODE_OK;
}

/* The caller's own LA's. */
static enum code show_own(struct command *command, const struct fees_actor *actor, const char *cycle_id,
                          const char *provision_id, struct fee_history_facts *facts)
{
    enum code code;
    if (!actor->is_active_member || !actor_is_said(actor->authority_id))
        return CODE_OK;
    const char *id = fees_of_authority_id(cycle_id, provision_id, actor->authority_id, command->arena);
    if (!id)
        return no_memory(command);
    facts->decision = load_if_any(command, &fees_decisions, id, &code);
    TRY(code);
    Pb__FeeLineTotals *own = load_if_any(command, &fees_line_totals, id, &code);
    TRY(code);
    if (own) { /* kept by the service, not sent */
        own->erased_term_time = own->erased_all_year = NULL;
        own->lead_id = "";
    }
    facts->own = own;
    return CODE_OK;
}

/* `ret_year` NULL: nothing that the caller may see. */
static enum code show_year(struct command *command, const struct fees_actor *actor,
                           const struct fee_place *place, const struct collected *indices,
                           Pb__FeeHistoryYear **ret_year)
{
    Pb__FeeReport *report;
    struct fee_history_facts facts = {.cycle = place->cycle,
                                      .consultation = place->consultation,
                                      .indices = (Pb__FeeIndex *const *)indices->items,
                                      .index_count = indices->count};
    *ret_year = NULL;
    if (place->consultation) {
        const struct fee_whose whose = fees_whose(place->consultation, "");
        if (!sharing_may(actor, FEE_THING_HEAD, &whose, SHARING_READ))
            return CODE_OK;
        TRY(show_submission(command, actor, place->consultation, &facts));
        TRY(fees_published(command, place->consultation, &report));
        if (sharing_may(actor, FEE_THING_REPORT, &whose, SHARING_READ))
            facts.report = report;
    }
    TRY(show_own(command, actor, place->cycle->id, place->provision_id, &facts));
    if (!place->consultation && !facts.own)
        return CODE_OK;
    *ret_year = fee_history_year(&facts, command->arena);
    return *ret_year ? CODE_OK : no_memory(command);
}

HANDLE(ReportFeeHistory, report_fee_history)
{
    struct fees_actor actor;
    struct fee_place place;
    struct collected cycles, indices;
    TRY(fees_check_reader_or_provider(command, &actor));
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_all_cycles(command, &cycles));
    TRY(fees_all_indices(command, &indices));
    out->years = arena_array(command->arena, Pb__FeeHistoryYear *, cycles.count + 1);
    if (!out->years)
        return no_memory(command);
    for (size_t i = 0; i < cycles.count; i++) {
        TRY(fees_load_place(command, (Pb__FeeCycle *)cycles.items[i], in->provision_id, &place));
        TRY(show_year(command, &actor, &place, &indices, &out->years[out->n_years]));
        out->n_years += out->years[out->n_years] != NULL;
    }
    /* what is not a provider's own is not there for it */
    TRY(check(command, actor_is_said(actor.provider_id) && out->n_years == 0 ? REFUSAL_CONSULTATION_UNKNOWN
                                                                             : REFUSAL_NONE));
    fee_history_sort(out->years, out->n_years);
    return CODE_OK;
}

/* Each LA's own decision (rule F6). In: what an LA decides. Out: its decision, for those that it concerns,
 * and its lines as they come to now. Nothing is decided by default. */

#define SERVICE_TYPE Pb__FeeConsultationsService_Service

#include "services/fees/handlers/totals.h"
#include "services/fees/rules_decision.h"

/* What is decided about, and what was decided before. */
struct deciding {
    struct fee_place place;
    const char *authority_id;
    Pb__FeeSubmission *submission;
    Pb__FeeReport *report;
    Pb__FeeDecision *stored; /* NULL: nothing was */
    struct fees_recount recount;
};

static enum code load_deciding(struct command *command, const Pb__DecideFeeRequest *in,
                               struct deciding *deciding)
{
    enum code code;
    struct fee_place *place = &deciding->place;
    deciding->authority_id = fees_authority_meant(command, in->authority_id);
    TRY(fees_check_own(command, deciding->authority_id));
    TRY(fees_place_to(command, in->provision_id, in->cycle_id, FEE_CYCLE_RECORD, place));
    TRY(fees_standing(command, place->consultation, &deciding->submission));
    TRY(fees_published(command, place->consultation, &deciding->report));
    const char *id =
        fees_of_authority_id(place->cycle->id, place->provision_id, deciding->authority_id, command->arena);
    if (!id)
        return no_memory(command);
    deciding->stored = load_if_any(command, &fees_decisions, id, &code);
    TRY(code);
    return fees_recount_load(command, place->cycle->id, place->provision_id, deciding->authority_id,
                             &deciding->recount);
}

static enum code make(struct command *command, const Pb__DecideFeeRequest *in,
                      const struct deciding *deciding, Pb__FeeDecision *decision)
{
    const struct fee_place *place = &deciding->place;
    const struct fee_decision_facts facts = {.cycle = place->cycle,
                                             .consultation = place->consultation,
                                             .submission = deciding->submission,
                                             .report = deciding->report,
                                             .today = command->today};
    TRY(decided(command, fee_decision_make(in, deciding->authority_id, &facts, command->arena, decision,
                                           &command->fault)));
    decision->id =
        fees_of_authority_id(place->cycle->id, place->provision_id, deciding->authority_id, command->arena);
    decision->meta = deciding->stored ? meta_again(command, deciding->stored->meta, false)
                                      : meta_like(command, place->consultation->meta);
    if (!decision->id || !decision->meta)
        return no_memory(command);
    expect_version(decision->meta, in->version);
    decision->concerned_ids = place->consultation->concerned_ids;
    decision->n_concerned_ids = place->consultation->n_concerned_ids;
    return CODE_OK;
}

HANDLE(DecideFee, decide_fee)
{
    struct deciding deciding;
    Pb__FeeDecision *decision = arena_new(command->arena, Pb__FeeDecision);
    TRY(check_record(command, &in->base));
    if (!decision)
        return no_memory(command);
    TRY(load_deciding(command, in, &deciding));
    TRY(make(command, in, &deciding, decision));
    command->subject = decision->id;
    TRY(put(command, &fees_decisions, decision));
    deciding.recount.decision = decision;
    TRY(fees_recount_put(command, &deciding.recount));
    out->decision = decision;
    return CODE_OK;
}

/* --- read -------------------------------------------------------------------------------------------- */

struct asked {
    const Pb__ListDecisionsRequest *in;
    struct fees_actor actor;
};

static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const struct asked *asked = context;
    const Pb__FeeDecision *decision = (const Pb__FeeDecision *)record;
    const struct fee_whose whose = fees_whose_decision(decision, "");
    return sharing_may(&asked->actor, fees_thing_of(decision), &whose, SHARING_READ) &&
           (!asked->in->authority_id[0] || strcmp(asked->in->authority_id, decision->authority_id) == 0);
}

/* Whether another submission has come since is so by what stands now. */
static enum code reckon(struct command *command, const struct page *page)
{
    enum code code;
    const Pb__Consultation *consultation = NULL;
    for (size_t i = 0; i < page->count; i++) {
        Pb__FeeDecision *decision = (Pb__FeeDecision *)page->records[i];
        if (!consultation || strcmp(consultation->provision_id, decision->provision_id) != 0) {
            const char *id = fees_consultation_id(decision->cycle_id, decision->provision_id, command->arena);
            if (!id)
                return no_memory(command);
            consultation = load_if_any(command, &fees_consultations, id, &code);
            TRY(code);
        }
        decision->outdated = fee_decision_is_outdated(decision, consultation ? consultation->submission : 0);
    }
    return CODE_OK;
}

HANDLE(ListDecisions, list_decisions)
{
    struct page page;
    struct fee_place place;
    struct asked asked = {.in = in};
    TRY(fees_check_reader_or_provider(command, &asked.actor));
    Pb__FeeCycle *cycle = fees_cycle_to_read(command, in->cycle_id);
    if (!cycle)
        return command->fault.code;
    struct walk walk = {.table = &fees_decisions, .index = INDEX_CYCLE, .value = span_of_text(cycle->id)};
    if (in->provision_id[0]) {
        TRY(fees_load_place(command, cycle, in->provision_id, &place));
        walk.index = INDEX_CONSULTATION;
        walk.value = span_of_text(place.id);
    } else if (in->authority_id[0]) {
        walk.index = INDEX_OWN;
        walk.value = fees_own_value(cycle->id, in->authority_id, command->arena);
    }
    TRY(read_page(command, &walk, in->page, is_wanted, &asked, &page, &out->page));
    TRY(reckon(command, &page));
    out->decisions = (Pb__FeeDecision **)page.records;
    out->n_decisions = page.count;
    return CODE_OK;
}

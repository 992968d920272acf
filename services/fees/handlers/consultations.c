/* Consultations (rules F1, F4). In: what the lead tells the region, step by step. Out: the consultation in
 * its next state; one of them whole, as far as the caller may see it; those of a cycle. */

#define SERVICE_TYPE Pb__FeeConsultationsService_Service

#include "services/fees/handlers/totals.h"
#include "services/fees/rules_consultation.h"
#include "services/fees/rules_dates.h"
#include "services/fees/rules_decision.h"
#include "services/fees/rules_report.h"
#include "services/fees/rules_text.h"

/* --- the lead's steps -------------------------------------------------------------------------------- */

HANDLE(TellLevel, tell_level)
{
    struct fee_place place;
    Pb__Consultation next;
    TRY(check_record(command, &in->base));
    TRY(fees_place_to(command, in->provision_id, in->cycle_id, FEE_CYCLE_WORK, &place));
    TRY(fees_check_lead(command, place.consultation));
    TRY(check(command, fee_consultation_tell(place.consultation, in->level, in->reason, command->today,
                                             command->arena, &next)));
    expect_version(next.meta, in->version);
    return fees_put_consultation(command, &next, &out->consultation);
}

HANDLE(BeginConsultation, begin_consultation)
{
    struct fee_place place;
    Pb__Consultation next;
    TRY(fees_place_to(command, in->provision_id, in->cycle_id, FEE_CYCLE_WORK, &place));
    TRY(fees_check_lead(command, place.consultation));
    TRY(check(command, fee_consultation_begin(place.consultation, command->today, command->arena, &next)));
    return fees_put_consultation(command, &next, &out->consultation);
}

/* Why it was opened again is in its log. */
static enum code put_reason(struct command *command, const Pb__Consultation *consultation, const char *reason)
{
    Pb__FeeLogEntry entry = PB__FEE_LOG_ENTRY__INIT;
    entry.id = command_new_id(command);
    entry.meta = meta_like(command, consultation->meta);
    entry.consultation_id = consultation->id;
    entry.authority_id = consultation->lead_id;
    entry.kind = PB__FEE_LOG_KIND__FEE_LOG_KIND_NOTE;
    entry.on = date_text(command->today, command->arena);
    entry.text = reason;
    entry.concerned_ids = consultation->concerned_ids, entry.n_concerned_ids = consultation->n_concerned_ids;
    if (!entry.id || !entry.meta || !entry.on)
        return no_memory(command);
    return put(command, &fees_log, &entry);
}

HANDLE(ReopenConsultation, reopen_consultation)
{
    struct fee_place place;
    struct fees_recount recount;
    Pb__Consultation next;
    Pb__FeeReport *published, report;
    TRY(check_record(command, &in->base));
    TRY(fees_place_to(command, in->provision_id, in->cycle_id, FEE_CYCLE_WORK, &place));
    TRY(fees_check_lead(command, place.consultation));
    TRY(check(command, fee_consultation_reopen(place.consultation, in->reason, &next)));
    allow_memory(command, FEES_ARENA_BYTES);
    TRY(fees_published(command, place.consultation, &published));
    TRY(fees_recount_load(command, place.cycle->id, place.provision_id, "", &recount));
    if (published) {
        fee_report_reopen(published, &report);
        report.authority_id = next.lead_id;
        TRY(put(command, &fees_reports, &report));
        recount.report = NULL;
    }
    TRY(fees_put_consultation(command, &next, &out->consultation));
    TRY(put_reason(command, out->consultation, in->reason));
    return fees_recount_put(command, &recount);
}

/* --- read -------------------------------------------------------------------------------------------- */

/* Those that the caller may see, as they count now. */
static enum code add_decisions(struct command *command, const struct fees_actor *actor,
                               const Pb__Consultation *consultation, Pb__GetConsultationResponse *out)
{
    struct collected decisions;
    const struct walk there = {
        .table = &fees_decisions, .index = INDEX_CONSULTATION, .value = span_of_text(consultation->id)};
    TRY(collect(command, &there, NULL, NULL, &decisions));
    out->decisions = (Pb__FeeDecision **)decisions.items;
    for (size_t i = 0; i < decisions.count; i++) {
        Pb__FeeDecision *decision = (Pb__FeeDecision *)decisions.items[i];
        const struct fee_whose whose = fees_whose_decision(decision, consultation->lead_id);
        decision->outdated = fee_decision_is_outdated(decision, consultation->submission);
        if (sharing_may(actor, fees_thing_of(decision), &whose, SHARING_READ))
            out->decisions[out->n_decisions++] = decision;
    }
    return CODE_OK;
}

HANDLE(GetConsultation, get_consultation)
{
    struct fee_place place;
    struct fees_actor actor;
    struct fee_days days;
    TRY(fees_check_reader_or_provider(command, &actor));
    TRY(fees_place_to_read(command, in->provision_id, in->cycle_id, &place));
    const struct fee_whose whose = fees_whose(place.consultation, "");
    TRY(fees_check_may(command, &actor, FEE_THING_HEAD, &whose, SHARING_READ, REFUSAL_CONSULTATION_UNKNOWN));
    if (sharing_may(&actor, FEE_THING_REPORT, &whose, SHARING_READ))
        TRY(fees_published(command, place.consultation, &out->report));
    TRY(add_decisions(command, &actor, place.consultation, out));
    TRY(fees_days_of(command, place.cycle, place.consultation->provider_id, &days));
    if (!fee_days_tasks(&days, command->arena, &out->tasks, &out->n_tasks))
        return no_memory(command);
    out->consultation = place.consultation;
    return CODE_OK;
}

struct asked {
    const Pb__ListConsultationsRequest *in;
    struct fees_actor actor;
};

static bool is_same_or_any(const char *wanted, const char *text)
{
    return !wanted[0] || strcmp(wanted, text) == 0;
}

static bool is_concerned(const Pb__Consultation *consultation, const char *authority_id)
{
    for (size_t i = 0; i < consultation->n_concerned_ids; i++)
        if (strcmp(consultation->concerned_ids[i], authority_id) == 0)
            return true;
    return false;
}

static bool is_wanted(void *context, const ProtobufCMessage *record)
{
    const struct asked *asked = context;
    const Pb__Consultation *consultation = (const Pb__Consultation *)record;
    const struct fee_whose whose = fees_whose(consultation, "");
    return sharing_may(&asked->actor, FEE_THING_HEAD, &whose, SHARING_READ) &&
           is_same_or_any(asked->in->lead_id, consultation->lead_id) &&
           is_same_or_any(asked->in->provider_id, consultation->provider_id) &&
           (!asked->in->authority_id[0] || is_concerned(consultation, asked->in->authority_id)) &&
           (!asked->in->state || asked->in->state == consultation->state);
}

HANDLE(ListConsultations, list_consultations)
{
    struct page page;
    struct asked asked = {.in = in};
    TRY(fees_check_reader_or_provider(command, &asked.actor));
    const Pb__FeeCycle *cycle = fees_cycle_to_read(command, in->cycle_id);
    if (!cycle)
        return command->fault.code;
    const struct walk of_cycle = {
        .table = &fees_consultations, .index = INDEX_CYCLE, .value = span_of_text(cycle->id)};
    TRY(read_page(command, &of_cycle, in->page, is_wanted, &asked, &page, &out->page));
    out->consultations = (Pb__Consultation **)page.records;
    out->n_consultations = page.count;
    return CODE_OK;
}

/* The log of a consultation. In: a meeting, an offer, a counter-offer or a note of an LA that is concerned.
 * Out: an entry, which is never changed. The provider sees none of it. */

#define SERVICE_TYPE Pb__FeeConsultationsService_Service

#include "services/fees/handlers/support.h"
#include "services/fees/rules_log.h"
#include "services/fees/rules_text.h"

static enum code count_one(void *context, const ProtobufCMessage *record)
{
    size_t *count = context;
    (void)record;
    ++*count;
    return CODE_OK;
}

static struct walk log_of(const Pb__Consultation *consultation)
{
    return (struct walk){
        .table = &fees_log, .index = INDEX_CONSULTATION, .value = span_of_text(consultation->id)};
}

/* Who adds to it is concerned itself, whoever else the caller may act for. */
static enum code check_adds(struct command *command, const Pb__Consultation *consultation,
                            const char *authority_id)
{
    const struct fees_actor actor = {
        .authority_id = authority_id, .is_active_member = true, .provider_id = ""};
    const struct fee_whose whose = fees_whose(consultation, "");
    TRY(fees_check_own(command, authority_id));
    return fees_check_may(command, &actor, FEE_THING_LOG, &whose, SHARING_WRITE, REFUSAL_NOT_CONCERNED);
}

HANDLE(AddLogEntry, add_log_entry)
{
    struct fee_place place;
    struct date on;
    size_t count = 0;
    Pb__FeeSubmission *submission;
    TRY(check_record(command, in->entry ? &in->entry->base : NULL));
    TRY(fees_place_to(command, in->provision_id, in->cycle_id, FEE_CYCLE_WORK, &place));
    Pb__FeeLogEntry *entry = COPY(command, in->entry);
    const struct walk all = log_of(place.consultation);
    if (!entry)
        return no_memory(command);
    entry->authority_id = fees_authority_meant(command, in->entry->authority_id);
    TRY(check_adds(command, place.consultation, entry->authority_id));
    TRY(fees_standing(command, place.consultation, &submission));
    TRY(check(command, fee_log_check(in->entry, place.cycle, submission, command->today, &on)));
    TRY(walk(command, &all, count_one, &count));
    TRY(check(command, count >= FEE_LOG_ENTRIES_MAX ? REFUSAL_LOG_FULL : REFUSAL_NONE));
    entry->id = new_id(command, in->entry->id);
    if (!entry->id)
        return command->fault.code;
    entry->meta = meta_like(command, place.consultation->meta);
    entry->consultation_id = place.consultation->id;
    entry->on = date_text(on, command->arena);
    entry->concerned_ids = place.consultation->concerned_ids;
    entry->n_concerned_ids = place.consultation->n_concerned_ids;
    if (!entry->meta || !entry->on)
        return no_memory(command);
    command->subject = entry->id;
    TRY(put(command, &fees_log, entry));
    out->entry = entry;
    return CODE_OK;
}

HANDLE(ListLogEntries, list_log_entries)
{
    struct page page;
    struct fee_place place;
    struct fees_actor actor;
    TRY(fees_load_actor(command, &actor));
    TRY(fees_place_to_read(command, in->provision_id, in->cycle_id, &place));
    const struct fee_whose whose = fees_whose(place.consultation, "");
    TRY(fees_check_may(command, &actor, FEE_THING_LOG, &whose, SHARING_READ, REFUSAL_NOT_CONCERNED));
    const struct walk all = log_of(place.consultation);
    TRY(read_page(command, &all, in->page, NULL, NULL, &page, &out->page));
    out->entries = (Pb__FeeLogEntry **)page.records;
    out->n_entries = page.count;
    return CODE_OK;
}

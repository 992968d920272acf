/* Follows the registry and allocation: keeps copies of members, sub-regions, providers, provisions,
 * placements' existence and who has which provision, and in the command of each copy notes what must be
 * settled again: the provision that it is about, or all of them where a member came or went. What comes of it
 * is settle.c's. Of a placement that the registry erased it notes that its lines are to be erased. */

#include "services/fees/fees.h"

#include "common/service/copies.h"
#include "common/service/handling.h"
#include "services/fees/records.h"

static bool is_active(const Pb__Authority *authority)
{
    return authority && authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
}

/* Does it matter to who leads, or to what a consultation tells of its provision? */
static bool provision_changed(const Pb__Provision *before, const Pb__Provision *now)
{
    if (!before || !now)
        return before != now;
    return before->kind != now->kind || before->status != now->status ||
           strcmp(before->provider_id, now->provider_id) != 0 || strcmp(before->name, now->name) != 0;
}

static bool allocation_changed(const Pb__Allocation *before, const Pb__Allocation *now)
{
    if (!before || !now)
        return before != now;
    return strcmp(before->authority_id, now->authority_id) != 0;
}

/* The provision that a state of a copy is about; "" for none. */
static const char *provision_of(const struct table *table, const ProtobufCMessage *record)
{
    if (!record)
        return "";
    return wire_field_text(record, table == &fees_provisions ? "id" : "provision_id");
}

static bool matters(const struct table *table, const ProtobufCMessage *before, const ProtobufCMessage *now)
{
    if (table == &fees_provisions)
        return provision_changed((const Pb__Provision *)before, (const Pb__Provision *)now);
    if (table == &fees_allocations)
        return allocation_changed((const Pb__Allocation *)before, (const Pb__Allocation *)now);
    return table == &fees_placement_facts;
}

/* While all is read from the beginning, all will be settled. */
static bool is_reading(struct command *command)
{
    return !service_cursor(command->service, FEES_REGISTRY).read_at_ms ||
           !service_cursor(command->service, FEES_ALLOCATION).read_at_ms;
}

/* What the registry erased is erased here too, asked for or not (rule S2). */
static enum code note_erased(struct command *command, const Pb__PlacementFact *before,
                             const Pb__PlacementFact *now)
{
    if (!now || !now->erased || (before && before->erased))
        return CODE_OK;
    Pb__FeeLineErasure mark = PB__FEE_LINE_ERASURE__INIT;
    mark.placement_id = now->id;
    return put(command, &fees_erasures, &mark);
}

static enum code note(struct command *command, const struct copied *copied)
{
    const ProtobufCMessage *before = copied->before;
    if (copied->table == &fees_placement_facts)
        TRY(note_erased(command, (const Pb__PlacementFact *)before,
                        (const Pb__PlacementFact *)copied->record));
    if (copied->table == &fees_authorities)
        return is_active((const Pb__Authority *)before) == is_active((const Pb__Authority *)copied->record)
                   ? CODE_OK
                   : fees_settle_all(command);
    if (!matters(copied->table, before, copied->record))
        return CODE_OK;
    if (is_reading(command))
        return fees_settle_all(command);
    TRY(fees_settle_one(command, provision_of(copied->table, before)));
    return fees_settle_one(command, provision_of(copied->table, copied->record));
}

static enum code apply_of(struct command *command, const struct table *const *copies,
                          const Pb__JournalEntry *entry)
{
    struct copied copied;
    TRY(copies_change(command, copies, entry, &copied));
    return copied.table ? note(command, &copied) : CODE_OK;
}

static enum code start_over_of(struct command *command, const struct table *const *copies)
{
    TRY(copies_drop(command, copies));
    return command->again ? CODE_OK : fees_settle_all(command);
}

static enum code apply_registry(struct command *command, const Pb__JournalEntry *entry)
{
    return apply_of(command, fees_registry_copies, entry);
}

static enum code start_over_registry(struct command *command)
{
    return start_over_of(command, fees_registry_copies);
}

static enum code apply_allocation(struct command *command, const Pb__JournalEntry *entry)
{
    return apply_of(command, fees_allocation_copies, entry);
}

static enum code start_over_allocation(struct command *command)
{
    return start_over_of(command, fees_allocation_copies);
}

static void applied(struct service *service, void *context)
{
    (void)context;
    service_timer_soon(service, FEES_SETTLING);
    service_timer_soon(service, FEES_ERASING);
}

const struct follow fees_follows[] = {
    {.service = FEES_REGISTRY,
     .apply = apply_registry,
     .start_over = start_over_registry,
     .applied = applied},
    {.service = FEES_ALLOCATION,
     .apply = apply_allocation,
     .start_over = start_over_allocation,
     .applied = applied},
    {.service = NULL},
};

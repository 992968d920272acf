/* Follows the registry and allocation: keeps copies of members, providers, provisions and placements'
 * existence, and of cycles and who has which provision. Of a placement that the registry erased its outcomes
 * are erased in the command of the copy (rule S2). Of an allocation that comes, changes hands or goes,
 * the terms are kept besides: progress of a cycle that is over counts who had it then. */

#include "services/monitoring/monitoring.h"

#include "common/base/uuid.h"
#include "common/service/copies.h"
#include "common/service/handling.h"
#include "services/monitoring/records.h"

static enum code apply_registry(struct command *command, const Pb__JournalEntry *entry)
{
    enum code code;
    struct copied copied;
    TRY(copies_apply(command, monitoring_registry_copies, entry, &copied));
    const Pb__PlacementFact *placement =
        copied.table == &monitoring_placement_facts ? (const Pb__PlacementFact *)copied.record : NULL;
    if (!placement || !placement->erased)
        return CODE_OK;
    const Pb__PlacementOutcomes *kept = load_if_any(command, &monitoring_outcomes, placement->id, &code);
    return kept ? record_erase(command->txn, &monitoring_outcomes, copied.key) : code;
}

static enum code start_over_registry(struct command *command)
{
    return copies_drop(command, monitoring_registry_copies);
}

static enum code put_term(struct command *command, const Pb__Allocation *allocation, const char *until)
{
    Pb__AllocationTerm term = PB__ALLOCATION_TERM__INIT;
    term.id = allocation->term_id;
    term.provision_id = allocation->provision_id;
    term.authority_id = allocation->authority_id;
    term.standing = allocation->standing;
    term.basis = allocation->basis;
    term.from = allocation->since;
    term.until = until;
    term.cycle_id = allocation->cycle_id;
    term.name = allocation->name;
    struct uuid id;
    return uuid_parse(term.id, &id) ? put(command, &monitoring_terms, &term) : CODE_OK;
}

/* Before: the allocation as it was, `now` as it is; NULL: none. */
static enum code note_terms(struct command *command, const Pb__Allocation *before, const Pb__Allocation *now)
{
    char today[DATE_TEXT_BYTES];
    date_print(command->today, today);
    if (before && (!now || strcmp(before->term_id, now->term_id) != 0))
        TRY(put_term(command, before, now ? now->since : today));
    return now ? put_term(command, now, "") : CODE_OK;
}

static enum code apply_allocation(struct command *command, const Pb__JournalEntry *entry)
{
    struct copied copied;
    TRY(copies_change(command, monitoring_allocation_copies, entry, &copied));
    if (copied.table != &monitoring_allocations)
        return CODE_OK;
    return note_terms(command, (const Pb__Allocation *)copied.before, (const Pb__Allocation *)copied.record);
}

static enum code start_over_allocation(struct command *command)
{
    return copies_drop(command, monitoring_allocation_copies);
}

const struct follow monitoring_follows[] = {
    {.service = MONITORING_REGISTRY, .apply = apply_registry, .start_over = start_over_registry},
    {.service = MONITORING_ALLOCATION, .apply = apply_allocation, .start_over = start_over_allocation},
    {.service = NULL},
};

/* Between publications (rules A6, A7). In: facts, and what is published of one provision. Out: what the facts
 * give it now, and what that asks of the host. It moves nothing. */

#include "services/allocation/rules_present.h"

#include "services/allocation/rules_propose_inside.h"

static bool is_tie(const struct given *given)
{
    return given->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_FEWER_ALLOCATIONS ||
           given->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_LOWER_CODE;
}

/* The office that has it, where that places there still. */
static uint16_t holder_of(const struct facts *facts, const struct site *site,
                          const Pb__Allocation *allocation)
{
    uint16_t holder = allocation ? office_of(facts, allocation->authority_id) : (uint16_t)OFFICE_NONE;
    return holder != OFFICE_NONE && places_at(facts, site, holder) ? holder : (uint16_t)OFFICE_NONE;
}

/* Is the holder among the closest? Then a tie is as it was settled. */
static bool stays_tied(const struct facts *facts, const struct site *site, uint16_t holder,
                       const struct given *given)
{
    uint32_t metres;
    return is_tie(given) && site_measure(facts, site, holder, &metres) && metres == given->distance_metres;
}

struct given give_now(const struct facts *facts, const struct site *site, const Pb__Allocation *allocation,
                      const uint32_t *allocations)
{
    struct given given = give_one(facts, site, allocations);
    uint16_t holder = holder_of(facts, site, allocation);
    if (holder == OFFICE_NONE || site->held_by != OFFICE_NONE || site->count < 2)
        return given;
    bool balanced = allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_BALANCED;
    if (!balanced && !stays_tied(facts, site, holder, &given))
        return given;
    given.office = holder;
    given.standing = PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK;
    given.margin_metres = 0;
    if (balanced)
        given.basis = allocation->basis;
    given_measure(facts, site, &given);
    return given;
}

bool given_by_counts(const struct given *given, const Pb__Allocation *allocation, const struct facts *facts)
{
    return is_tie(given) && (!allocation || office_of(facts, allocation->authority_id) != given->office);
}

struct given given_as_published(const struct facts *facts, const struct site *site,
                                const Pb__Allocation *allocation)
{
    struct given given = {.office = OFFICE_NONE, .next = OFFICE_NONE};
    uint16_t office = allocation ? office_of(facts, allocation->authority_id) : (uint16_t)OFFICE_NONE;
    if (office == OFFICE_NONE)
        return given;
    given.office = office;
    given.standing = allocation->standing;
    given.basis = allocation->basis;
    given_measure(facts, site, &given);
    return given;
}

Pb__ProposedAllocation *row_given_to(const struct facts *facts, const struct site *site, uint16_t office,
                                     struct arena *arena)
{
    struct given given = {.office = office, .next = OFFICE_NONE};
    if (!places_at(facts, site, office))
        return NULL;
    given.standing = site->count == 1 ? PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE
                                      : PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK;
    given_measure(facts, site, &given);
    return proposed_row(facts, site, &given, arena);
}

bool row_gives(const Pb__ProposedAllocation *row)
{
    return row && row->authority_id[0] != 0;
}

Pb__AllocationTaskKind task_due(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row)
{
    if (row && !row_gives(row))
        return PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_ATTENTION;
    if (!allocation)
        return PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_UNSPECIFIED;
    if (!row)
        return PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_END;
    return allocation_differs(allocation, row) ? PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_REALLOCATE
                                               : PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_UNSPECIFIED;
}

static bool transfer_holds(const char *id, Pb__Transfer *const *transfers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(transfers[i]->id, id) == 0)
            return transfers[i]->state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD;
    return false;
}

bool hold_lasts(const Pb__Allocation *allocation, const Pb__AllocationCycle *cycle,
                Pb__Transfer *const *transfers, size_t transfer_count)
{
    if (!cycle || strcmp(allocation->cycle_id, cycle->id) != 0)
        return false;
    if (allocation->transfer_id[0])
        return transfer_holds(allocation->transfer_id, transfers, transfer_count);
    return allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_HOST_CHOICE;
}

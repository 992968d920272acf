#pragma once
/* What is so between publications (rules A6, A7): what one provision is given now beside what it has, what
 * that asks of the host, which holds last. Pure. */

#include "services/allocation/rules_change.h"

#include "ccrag/v1/transfers.pb-c.h"

/* What the facts give a site, beside the allocation it has (NULL: none). A tie stays as it was settled while
 * its holder is among the closest, and what was balanced stays while its holder places there beside others: a
 * later count of allocations moves nothing. `allocations`: as of give_one. */
struct given give_now(const struct facts *facts, const struct site *site, const Pb__Allocation *allocation,
                      const uint32_t *allocations);
/* Was it the counts of allocations that decided (rule A3)? */
bool given_by_counts(const struct given *given, const Pb__Allocation *allocation, const struct facts *facts);

/* What is published of a site (NULL: nothing), as proposals and reports have it. */
struct given given_as_published(const struct facts *facts, const struct site *site,
                                const Pb__Allocation *allocation);

/* The row of a site that is given to that office, which places there, whatever is closest; its basis is the
 * caller's to say. NULL past the arena's limit, or where the office does not place there. */
Pb__ProposedAllocation *row_given_to(const struct facts *facts, const struct site *site, uint16_t office,
                                     struct arena *arena);

/* Does a row give it to somebody? One that does not, where somebody places there, needs attention, and moves
 * nothing. */
bool row_gives(const Pb__ProposedAllocation *row);

/* What a row asks of the host, beside the allocation there is. UNSPECIFIED: nothing (it is the same; or there
 * is no allocation yet and it can be given at once). */
Pb__AllocationTaskKind task_due(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row);

/* May it hold beside the rule? A transfer or swap while it is held, the host's choice in its cycle. `held`:
 * the transfers that hold; whether the holder places there is for the facts to say. */
bool hold_lasts(const Pb__Allocation *allocation, const Pb__AllocationCycle *cycle,
                Pb__Transfer *const *transfers, size_t transfer_count);

#pragma once
/* What changes and why (rule A7): a proposal, or one provision, against what is published. Pure. */

#include "services/allocation/rules_propose.h"

enum { CAUSES_MAX = 8 };

struct causes {
    unsigned count;
    Pb__AllocationCause items[CAUSES_MAX]; /* the weightiest first */
};

/* How what is published (NULL: nothing) differs from a row (NULL: the provision has none, as nobody places
 * there or it is out of scope). Same LA and same standing: no difference, and no causes. `published` of the
 * cycle says who was a member, and where offices stood, then. `provision` as it is now (NULL: gone). */
bool allocation_differs(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row);
struct causes change_causes(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row,
                            const Pb__Publication *published, const struct facts *facts,
                            const Pb__Provision *provision, Pb__AllocationMethod method);

/* The difference as it is told; NULL past the arena's limit. One of the two may be NULL. */
Pb__AllocationChange *allocation_change(const Pb__Allocation *allocation, const Pb__ProposedAllocation *row,
                                        const struct causes *causes, struct arena *arena);

/* Do two rows say the same, so that what the host kept stays kept? */
bool rows_equal(const Pb__ProposedAllocation *a, const Pb__ProposedAllocation *b);

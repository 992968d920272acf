#pragma once
/* Who gets which provision: the closest office (rules A2 to A5), and the balanced proposal (rule A8). Pure.
 */

#include "services/allocation/rules_facts.h"

#include "services/allocation/refusal.h"

/* What is given, one for each site of the facts. */
struct given {
    uint16_t office; /* OFFICE_NONE: nobody (it needs attention) */
    uint16_t next;   /* the next closest placing office; OFFICE_NONE: there is none */
    Pb__AllocationStanding standing;
    Pb__AllocationBasis basis;
    Pb__AllocationAttention attention;
    bool measured;
    uint32_t distance_metres;
    int32_t margin_metres; /* to `next` */
};

/* Rules A2 to A6: the holder where one holds; the only placing office; else the closest, ties (rule A3)
 * settled after all that are not tied are counted, in the order of identifiers. `ret_given` has room for
 * facts->site_count. RESOURCE_EXHAUSTED past the arena's limit. */
enum code give_closest(const struct facts *facts, struct arena *arena, struct given *ret_given);

/* Fewest and most links of an office. */
struct bounds {
    uint32_t least, most;
};

/* Each office's share of the links, by its placements at the sites that two or more place at and that can be
 * given, and the whole numbers around it within `tolerance_percent` of it. An office that has no position has
 * no share. What is held counts, and stays: `most` is never below it. An office never has a bound above the
 * number of sites it could be given. `ret_bounds`, `ret_share_milli`
 * (may be NULL): room for facts->office_count. */
void fair_bounds(const struct facts *facts, uint32_t tolerance_percent, struct bounds *ret_bounds,
                 uint64_t *ret_share_milli);

/* Why no balanced allocation exists: these offices together can take too few (`most` < `sites`: the sites
 * that only they could take), or would have to be given more than there is for them (`least` > `sites`). */
struct obstacle {
    bool too_few; /* false: too much is owed to them */
    size_t office_count;
    uint16_t *offices; /* in the arena */
    uint32_t bound;    /* their bounds together */
    uint32_t sites;    /* what only they can take; or all that they can take */
};

/* Rule A8: of all ways to give each site with two or more placing offices to one of them, within the bounds,
 * one of the least total distance; of several, the one that gives the first site by identifier to the
 * closest, then lower coded, office, then the second …: the same for the same facts, whatever the solver
 * found first. Holds and soles as in give_closest; a site without distances is left to attention. NONE;
 * SOLVER_TIME after `seconds_max`; SOLVER_FAILED. FAILED_PRECONDITION is told by `ret_obstacle->office_count`
 * > 0 with REFUSAL_NONE, and then nothing is given. */
enum allocation_refusal give_balanced(const struct facts *facts, const struct bounds *bounds,
                                      unsigned seconds_max, struct arena *arena, struct given *ret_given,
                                      struct obstacle *ret_obstacle);

/* One row of a proposal, in `arena`; NULL past its limit. */
Pb__ProposedAllocation *proposed_row(const struct facts *facts, const struct site *site,
                                     const struct given *given, struct arena *arena);

/* What rule A2 gives one site by itself, where `allocations` (room: facts->office_count) says how many each
 * office has already: for what changes between publications (rule A7). */
struct given give_one(const struct facts *facts, const struct site *site, const uint32_t *allocations);

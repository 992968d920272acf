#pragma once
/* The region that is monitored: so many reports, ten at each provision, all of one cycle: eight published,
 * one that waits for the provider's comment, and the last still a draft. Provisions are held by the LAs in
 * turn. The same for what fills its store and for what asks it. */

#include "tests/bench/providers.h"

enum {
    VISITS_ROUNDS = 10,
    VISITS_PUBLISHED = 8, /* rounds of them; then one sent, and one in draft */
    VISITS_AUTHORITIES = 40,
    VISITS_AUTHORS = 64
};

#define VISITS_FORM     "contractual-compliance/1"
#define VISITS_QUESTION "people-seen" /* one of its, answered in words */

/* Identifiers of each sort rise, and never meet. */
static inline const char *visits_id(unsigned sort, uint64_t number, struct arena *arena)
{
    return rising_id((uint64_t)sort * 100000000 + number, arena);
}
static inline const char *visits_provision(uint64_t number, struct arena *arena)
{
    return visits_id(0, number, arena);
}
/* The report of one round at a provision. */
static inline const char *visits_report(uint64_t provision, unsigned round, struct arena *arena)
{
    return visits_id(1, provision * VISITS_ROUNDS + round, arena);
}

#pragma once
/* The region whose fees are reckoned: so many lines over ten cycles, the last of them open; at each provision
 * five LAs place two children each. One LA has many more placements without a line, for its files. The same
 * for what fills its store and for what asks it. */

#include "tests/bench/providers.h"

enum {
    FEES_CYCLES = 10,
    FEES_PLACING = 5, /* LAs at each provision */
    FEES_EACH = 2,    /* children of each */
    FEES_AUTHORITIES = 40,
    FEES_SUB_REGIONS = 4,
    FEES_FILES = 5,            /* of that LA */
    FEES_FILE_LINES = 10000,   /* of each */
    FEES_AT_ONE_PROVISION = 10 /* of a file, one after the other */
};

#define FEES_OPEN_CYCLE "2027-28"

/* Identifiers of each sort rise, and never meet. */
static inline const char *fees_id(unsigned sort, uint64_t number, struct arena *arena)
{
    return rising_id((uint64_t)sort * 100000000 + number, arena);
}
static inline const char *fees_provision(uint64_t number, struct arena *arena)
{
    return fees_id(0, number, arena);
}
/* Of a line of a file. */
static inline const char *fees_filed_placement(uint64_t file, uint64_t number, struct arena *arena)
{
    return fees_id(2, file * FEES_FILE_LINES + number, arena);
}
static inline const char *fees_authority(uint64_t number, struct arena *arena)
{
    return arena_format(arena, "E%08llu", 10000000ull + number % FEES_AUTHORITIES);
}

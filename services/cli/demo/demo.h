#pragma once
/* The demonstration region: believable records made from a seed, marked as generated wherever they can be
 * seen. Making them is pure: the same options give the same records to the byte, identifiers included.
 * Loading them is load.h's. */

#include "common/base/arena.h"
#include "common/base/uuid.h"
#include "common/domain/date.h"
#include "common/domain/distance.h"
#include "common/domain/grid.h"
#include "services/cli/demo/random.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

struct demo_authority {
    const char *gss, *dfe, *name, *region, *address, *postcode;
    const char *partner;       /* what it subscribes as with another; "" by itself */
    int32_t easting, northing; /* of its head office, metres */
    int32_t latitude_e7, longitude_e7;
    unsigned weight; /* how many placements it makes, beside the others */
};
const struct demo_authority *demo_authorities(size_t *ret_count);

struct demo_options {
    uint64_t seed;
    size_t provisions; /* in all; at least DEMO_PROVISIONS_LEAST */
    size_t placements;
    struct date today; /* vacancies are confirmed, and places free, in the days around it; nothing else
                          depends on it */
};
enum {
    DEMO_PROVISIONS_LEAST = 200,
    DEMO_PROVISIONS_MOST = 200000,
    DEMO_PROVISIONS = 4800, /* 600 schools, 4,000 homes, agencies and supported accommodation */
    DEMO_PLACEMENTS = 12000,
    DEMO_CONTRACTS = 3,
};

/* One vacancy: what a provider states of a group, and when it did. */
struct demo_vacancy {
    const char *group_id;
    Pb__FreePeriod period;
    bool free; /* otherwise nothing is */
    int64_t confirmed_at_ms;
};

/* Everything, in the order in which it is loaded. All of it lives in the arena. */
struct demo {
    struct demo_options options;
    struct arena *arena;
    struct random random;
    Pb__SubRegion **sub_regions;
    size_t sub_region_count;
    Pb__Authority **authorities;
    size_t authority_count;
    Pb__Contract *contracts[DEMO_CONTRACTS];
    Pb__Provider **providers;
    size_t provider_count;
    Pb__Provision **provisions;
    size_t provision_count;
    Pb__PlaceGroup **groups;
    size_t group_count;
    size_t *group_provision; /* index of each group's provision */
    struct demo_vacancy *vacancies;
    size_t vacancy_count;
    Pb__Placement **placements;
    size_t placement_count;
};

/* Makes all of it. RESOURCE_EXHAUSTED: the arena is full; INVALID_ARGUMENT: fewer provisions than the least.
 */
enum code demo_make(const struct demo_options *options, struct arena *arena, struct demo *ret_demo,
                    struct fault *ret_fault);

/* --- the parts of making; each reads what those before it made --------------------------------------- */

enum code demo_make_members(struct demo *demo);
enum code demo_make_providers(struct demo *demo);
enum code demo_make_provisions(struct demo *demo);
enum code demo_make_groups(struct demo *demo);
enum code demo_make_vacancies(struct demo *demo);
enum code demo_make_placements(struct demo *demo);
/* The cases that are rare, and that somebody will ask to see: each is made certain. */
enum code demo_make_awkward(struct demo *demo);

/* A new identifier whose time is the start of that day and `step` milliseconds. */
const char *demo_id(struct demo *demo, struct date day, int64_t step);
/* The meta of a generated record. */
Pb__RecordMeta *demo_meta(struct demo *demo);
/* `YYYY-MM-DD`. */
const char *demo_date(const struct demo *demo, struct date date);
/* The day of history on which everything stands still: nothing made depends on the real day but vacancies. */
struct date demo_anchor(void);

/* A place on the map: near the middle of an outward code in England, with a postcode of that outward code. */
struct demo_place {
    struct position_e7 position;
    const char *postcode;
    const char *local_authority; /* GSS code of the area it is nearest to the middle of */
    const char *area;            /* its name */
};
/* `near` NULL: anywhere in England, more often with members; otherwise within `metres` of it. */
bool demo_place(struct demo *demo, const struct grid_point *near, double metres,
                struct demo_place *ret_place);

/* Names of homes, schools, companies, streets. */
const char *demo_name_home(struct demo *demo);
const char *demo_name_school(struct demo *demo);
const char *demo_name_company(struct demo *demo, const char *ending);
const char *demo_name_street(struct demo *demo);

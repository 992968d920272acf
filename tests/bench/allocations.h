#pragma once
/* The region that is allocated: so many LAs with an office each and so many homes spread evenly over a square
 * of four degrees, three live placements a home of any LAs. The same for the rules and for their raw limit.
 */

#include "services/allocation/rules_propose.h"
#include "tests/bench/bench.h"
#include "tests/unit/matching/made_up.h"

enum { ALLOCATIONS_PER_HOME = 3, ALLOCATIONS_SIDE_E7 = 40000000 };

struct allocations {
    size_t offices, homes;
    Pb__Authority *authorities;
    Pb__Provision *provisions;
    Pb__PlacementFact *placements;
};

static inline Pb__GeoPoint *allocations_point(struct made_up *draw)
{
    Pb__GeoPoint *point = arena_new(draw->arena, Pb__GeoPoint);
    BENCH_NEED(point, "out of memory");
    pb__geo_point__init(point);
    point->latitude_e7 = 505000000 + (int32_t)below(draw, ALLOCATIONS_SIDE_E7);
    point->longitude_e7 = -30000000 + (int32_t)below(draw, ALLOCATIONS_SIDE_E7);
    return point;
}

/* Rising identifiers. */
static inline char *allocations_id(struct made_up *region, size_t number)
{
    uint8_t random[10] = {0};
    uint64_t bits = draw(region);
    memcpy(random, &bits, sizeof bits);
    struct uuid id = uuid_v7(1700000000000 + (int64_t)number, random);
    char *text = arena_alloc(region->arena, UUID_TEXT_BYTES);
    BENCH_NEED(text, "out of memory");
    uuid_print(&id, text);
    return text;
}

static inline struct allocations allocations_draw(size_t offices, size_t homes, struct arena *arena)
{
    struct made_up draw = {.arena = arena, .state = 11};
    struct allocations drawn = {offices, homes, arena_array(arena, Pb__Authority, offices),
                                arena_array(arena, Pb__Provision, homes),
                                arena_array(arena, Pb__PlacementFact, homes * ALLOCATIONS_PER_HOME)};
    BENCH_NEED(drawn.authorities && drawn.provisions && drawn.placements, "out of memory");
    for (size_t i = 0; i < offices; i++) {
        pb__authority__init(&drawn.authorities[i]);
        drawn.authorities[i].id = arena_format(arena, "E%08zu", 10000000 + i);
        drawn.authorities[i].state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
        drawn.authorities[i].head_office = allocations_point(&draw);
        drawn.authorities[i].head_office_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    }
    for (size_t i = 0; i < homes; i++) {
        pb__provision__init(&drawn.provisions[i]);
        drawn.provisions[i].id = allocations_id(&draw, i);
        drawn.provisions[i].kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
        drawn.provisions[i].status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
        drawn.provisions[i].position = allocations_point(&draw);
        drawn.provisions[i].position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    }
    for (size_t i = 0; i < homes * ALLOCATIONS_PER_HOME; i++) {
        pb__placement_fact__init(&drawn.placements[i]);
        drawn.placements[i].id = allocations_id(&draw, i);
        drawn.placements[i].authority_id = drawn.authorities[below(&draw, (uint32_t)offices)].id;
        drawn.placements[i].provision_id = drawn.provisions[below(&draw, (uint32_t)homes)].id;
        drawn.placements[i].start_on = "2025-04-01";
    }
    return drawn;
}

static inline struct facts allocations_facts(const struct allocations *drawn, struct arena *arena)
{
    struct facts facts;
    struct facts_builder *builder = facts_builder_create((struct date){MADE_UP_TODAY}, arena);
    BENCH_NEED(builder, "out of memory");
    for (size_t i = 0; i < drawn->offices; i++)
        BENCH_NEED(facts_add_authority(builder, &drawn->authorities[i]), "out of memory");
    for (size_t i = 0; i < drawn->homes; i++)
        BENCH_NEED(facts_add_provision(builder, &drawn->provisions[i]), "out of memory");
    for (size_t i = 0; i < drawn->homes * ALLOCATIONS_PER_HOME; i++)
        BENCH_NEED(facts_add_placement(builder, &drawn->placements[i]), "out of memory");
    BENCH_NEED(facts_build(builder, &facts) == CODE_OK, "the facts were not built");
    return facts;
}

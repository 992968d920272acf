#pragma once
/* A made-up region for tests of allocation, drawn from a seed: offices that share a point or stand as far
 * from a site as another, offices and sites without a position, LAs that are no members, provisions out of
 * scope, placements that ended, begin later, or are at nothing known, transfers held by who places there and
 * who does not. Everything lies in an arena. */

#include "services/allocation/rules_propose.h"
#include "tests/unit/matching/made_up.h"

#include "common/base/limits.h"

#include <criterion/criterion.h>

enum { MADE_UP_ARENA_BYTES = 64 * 1024 * 1024 };

/* How it is drawn; one in so many is awkward in that way, 0: none. */
struct made_up_shape {
    uint32_t authorities, provisions, placements;
    uint32_t unplaced, strangers, out_of_scope, not_lasting, held;
    uint32_t grid_e7; /* positions lie on a grid of this: the coarser, the more ties */
};

struct made_up_facts {
    struct made_up draw;
    size_t authority_count, provision_count, placement_count, allocation_count;
    Pb__Authority *authorities;
    Pb__Provision *provisions;
    Pb__PlacementFact *placements;
    Pb__Allocation *allocations;
};

static const struct made_up_shape made_up_awkward = {9, 40, 130, 9, 7, 8, 6, 6, 1000000};

static inline bool awkward(struct made_up *draw, uint32_t one_of)
{
    return one_of && one_in(draw, one_of);
}

static inline Pb__GeoPoint *draw_on_grid(struct made_up *draw, const struct made_up_shape *shape)
{
    Pb__GeoPoint *point = arena_new(draw->arena, Pb__GeoPoint);
    pb__geo_point__init(point);
    point->latitude_e7 = (int32_t)(515000000 + below(draw, 20000000) / shape->grid_e7 * shape->grid_e7);
    point->longitude_e7 =
        (int32_t)(-10000000 + (int32_t)(below(draw, 20000000) / shape->grid_e7 * shape->grid_e7));
    return point;
}

static inline void draw_authorities(struct made_up_facts *made, const struct made_up_shape *shape)
{
    made->authority_count = shape->authorities;
    made->authorities = arena_array(made->draw.arena, Pb__Authority, shape->authorities);
    for (uint32_t i = 0; i < shape->authorities; i++) {
        Pb__Authority *authority = &made->authorities[i];
        pb__authority__init(authority);
        authority->id = arena_format(made->draw.arena, "E%08u", 6000001 + i);
        authority->state = awkward(&made->draw, shape->strangers)
                               ? PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT
                               : PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
        if (awkward(&made->draw, shape->unplaced))
            continue;
        authority->head_office = draw_on_grid(&made->draw, shape);
        authority->head_office_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    }
}

static inline void draw_provisions(struct made_up_facts *made, const struct made_up_shape *shape)
{
    made->provision_count = shape->provisions;
    made->provisions = arena_array(made->draw.arena, Pb__Provision, shape->provisions);
    for (uint32_t i = 0; i < shape->provisions; i++) {
        Pb__Provision *provision = &made->provisions[i];
        pb__provision__init(provision);
        provision->id = draw_id(&made->draw);
        provision->name = arena_format(made->draw.arena, "Home %u", i);
        provision->kind = awkward(&made->draw, shape->out_of_scope)
                              ? PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION
                              : PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
        provision->status = awkward(&made->draw, shape->out_of_scope)
                                ? PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED
                                : PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
        if (awkward(&made->draw, shape->unplaced))
            continue;
        provision->position = draw_on_grid(&made->draw, shape);
        provision->position_quality = awkward(&made->draw, shape->unplaced)
                                          ? PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY
                                          : PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    }
}

static inline const char *any_provision(struct made_up_facts *made, uint32_t strangers)
{
    return awkward(&made->draw, strangers)
               ? draw_id(&made->draw)
               : made->provisions[below(&made->draw, (uint32_t)made->provision_count)].id;
}

static inline void draw_placements(struct made_up_facts *made, const struct made_up_shape *shape)
{
    made->placement_count = shape->placements;
    made->placements = arena_array(made->draw.arena, Pb__PlacementFact, shape->placements);
    for (uint32_t i = 0; i < shape->placements; i++) {
        Pb__PlacementFact *fact = &made->placements[i];
        pb__placement_fact__init(fact);
        fact->id = draw_id(&made->draw);
        fact->authority_id = made->authorities[below(&made->draw, shape->authorities)].id;
        fact->provision_id = any_provision(made, shape->strangers);
        fact->start_on = draw_date(&made->draw, MADE_UP_TODAY - 700, 701);
        if (awkward(&made->draw, shape->not_lasting))
            fact->start_on = draw_date(&made->draw, MADE_UP_TODAY + 1, 100);
        else if (awkward(&made->draw, shape->not_lasting))
            fact->end_on = draw_date(&made->draw, MADE_UP_TODAY - 3, 6); /* today, too */
    }
}

static inline void draw_allocations(struct made_up_facts *made, const struct made_up_shape *shape)
{
    made->allocations = arena_array(made->draw.arena, Pb__Allocation, shape->provisions);
    for (uint32_t i = 0; i < shape->provisions; i++) {
        if (!awkward(&made->draw, shape->held))
            continue;
        Pb__Allocation *allocation = &made->allocations[made->allocation_count++];
        pb__allocation__init(allocation);
        allocation->provision_id = made->provisions[i].id;
        allocation->authority_id = made->authorities[below(&made->draw, shape->authorities)].id;
        allocation->cycle_id = one_in(&made->draw, 4) ? "2024-25" : "2025-26";
        allocation->basis = (Pb__AllocationBasis)(1 + below(&made->draw, 8));
    }
}

static inline struct made_up_facts draw_facts(const struct made_up_shape *shape, uint64_t seed,
                                              struct arena *arena)
{
    struct made_up_facts made = {.draw = {.arena = arena, .state = seed}};
    draw_authorities(&made, shape);
    draw_provisions(&made, shape);
    draw_placements(&made, shape);
    draw_allocations(&made, shape);
    return made;
}

/* Numbers 0 … count - 1; shuffled, some of them twice, where `order` is not 0. */
static inline size_t numbers_in_order(struct arena *arena, size_t count, uint64_t order, size_t **ret_numbers)
{
    struct made_up draw = {.arena = arena, .state = order};
    size_t *numbers = arena_array(arena, size_t, 2 * count), used = 0;
    for (size_t i = 0; i < count; i++) {
        numbers[used++] = i;
        if (order && one_in(&draw, 3))
            numbers[used++] = i;
    }
    for (size_t i = used; order && i > 1; i--) {
        size_t other = below(&draw, (uint32_t)i), kept = numbers[i - 1];
        numbers[i - 1] = numbers[other];
        numbers[other] = kept;
    }
    *ret_numbers = numbers;
    return used;
}

/* Told in the order of drawing, or shuffled and repeated by `order`. */
static inline struct facts told_facts(const struct made_up_facts *made, uint64_t order)
{
    struct arena *arena = made->draw.arena;
    struct facts_builder *builder = facts_builder_create((struct date){MADE_UP_TODAY}, arena);
    struct facts facts;
    size_t *numbers, count;
    count = numbers_in_order(arena, made->placement_count, order, &numbers);
    for (size_t i = 0; i < count; i++)
        cr_assert(facts_add_placement(builder, &made->placements[numbers[i]]));
    count = numbers_in_order(arena, made->allocation_count, order, &numbers);
    for (size_t i = 0; i < count; i++)
        cr_assert(facts_add_allocation(builder, &made->allocations[numbers[i]], "2025-26"));
    count = numbers_in_order(arena, made->provision_count, order, &numbers);
    for (size_t i = 0; i < count; i++)
        cr_assert(facts_add_provision(builder, &made->provisions[numbers[i]]));
    count = numbers_in_order(arena, made->authority_count, order, &numbers);
    for (size_t i = 0; i < count; i++)
        cr_assert(facts_add_authority(builder, &made->authorities[numbers[i]]));
    cr_assert_eq(facts_build(builder, &facts), CODE_OK);
    return facts;
}

static inline struct given *given_room(const struct facts *facts, struct arena *arena)
{
    return arena_array(arena, struct given, facts->site_count);
}

/* The rule's rows as bytes, one after the other, as a proposal's digest takes them. */
static inline struct span packed_rows(const struct facts *facts, const struct given *given,
                                      struct arena *arena)
{
    size_t size = 0;
    Pb__ProposedAllocation **rows = arena_array(arena, Pb__ProposedAllocation *, facts->site_count);
    for (size_t i = 0; i < facts->site_count; i++) {
        rows[i] = proposed_row(facts, &facts->sites[i], &given[i], arena);
        size += protobuf_c_message_get_packed_size(&rows[i]->base);
    }
    uint8_t *bytes = arena_alloc(arena, size), *at = bytes;
    for (size_t i = 0; i < facts->site_count; i++)
        at += protobuf_c_message_pack(&rows[i]->base, at);
    return span_of(bytes, size);
}

/* Sites, and who places at each. In: the provisions and placements that were told, a million and more of
 * them. Out: sites by identifier, those who place at a site side by side, by office. */

#include "services/allocation/rules_facts_inside.h"

#include <stdlib.h>

/* --- provisions -------------------------------------------------------------------------------------- */

struct listed {
    struct uuid id;
    const Pb__Provision *record;
};

/* Provisions by identifier, and a hash table of their places in that order, from 1. */
struct listing {
    struct listed *items;
    size_t count;
    uint32_t *slots;
    size_t mask;
};

static int compare_listed(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uuid));
}

static size_t slot_of(const struct listing *all, const struct uuid *id)
{
    uint64_t high, low;
    memcpy(&high, id->bytes, sizeof high);
    memcpy(&low, id->bytes + sizeof high, sizeof low);
    return (size_t)(((high ^ low) * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & all->mask;
}

static bool listing_index(struct listing *all, struct arena *arena)
{
    size_t size = 16;
    while (size < all->count * 2)
        size *= 2;
    all->mask = size - 1;
    all->slots = arena_array(arena, uint32_t, size);
    for (size_t i = 0; all->slots && i < all->count; i++) {
        size_t slot = slot_of(all, &all->items[i].id);
        while (all->slots[slot])
            slot = (slot + 1) & all->mask;
        all->slots[slot] = (uint32_t)i + 1;
    }
    return all->slots != NULL;
}

/* Its place in the order of identifiers; UINT32_MAX: it is not there. */
static uint32_t listing_find(const struct listing *all, const struct uuid *id)
{
    for (size_t slot = slot_of(all, id); all->slots[slot]; slot = (slot + 1) & all->mask)
        if (uuid_equal(&all->items[all->slots[slot] - 1].id, id))
            return all->slots[slot] - 1;
    return UINT32_MAX;
}

static bool listing_build(struct facts_builder *builder, struct listing *ret_all)
{
    struct listing all = {.items = arena_array(builder->arena, struct listed, builder->provisions.count)};
    size_t kept = 0;
    bool sorted = true;
    if (!all.items)
        return false;
    for (const struct batch *batch = builder->provisions.first; batch; batch = batch->next) {
        for (size_t i = 0; i < batch->count; i++) {
            struct listed *item = &all.items[all.count];
            item->record = batch->records[i];
            if (!uuid_parse(item->record->id, &item->id))
                continue;
            sorted = sorted && (all.count == 0 || compare_listed(item - 1, item) <= 0);
            all.count++;
        }
    }
    if (!sorted) /* a walk through a store tells them in order already */
        qsort(all.items, all.count, sizeof *all.items, compare_listed);
    for (size_t i = 0; i < all.count; i++)
        if (kept == 0 || compare_listed(&all.items[kept - 1], &all.items[i]) != 0)
            all.items[kept++] = all.items[i];
    all.count = kept;
    if (!listing_index(&all, builder->arena))
        return false;
    *ret_all = all;
    return true;
}

/* --- who places where -------------------------------------------------------------------------------- */

struct stay {
    const char *id; /* of the placement */
    uint16_t office;
};

/* Where a placement is: OFFICE_NONE where it does not count. */
struct where {
    uint32_t provision;
    uint16_t office;
};

/* All stays, provision by provision: those of the i-th from first[i] to first[i + 1]. */
struct stays {
    uint32_t *first;
    struct stay *items;
};

static int compare_stays(const void *a, const void *b)
{
    const struct stay *left = a, *right = b;
    if (left->office != right->office)
        return left->office < right->office ? -1 : 1;
    return strcmp(left->id, right->id);
}

/* The placements of one batch, and how many there are at each provision. Looked up in three rounds, each of
 * which has the next one's memory fetched: of a million provisions every step would wait for it. */
static void locate(const struct facts *facts, const struct listing *all, const struct batch *batch,
                   uint32_t *counts, struct where *ret_where)
{
    struct uuid ids[BATCH_RECORDS];
    size_t slots[BATCH_RECORDS];
    for (size_t i = 0; i < batch->count; i++) {
        const Pb__PlacementFact *placement = batch->records[i];
        ids[i] = (struct uuid){{0}};
        ret_where[i].office = uuid_parse(placement->provision_id, &ids[i])
                                  ? office_of(facts, placement->authority_id)
                                  : (uint16_t)OFFICE_NONE;
        slots[i] = slot_of(all, &ids[i]);
        __builtin_prefetch(&all->slots[slots[i]]);
    }
    for (size_t i = 0; i < batch->count; i++) {
        uint32_t likely = all->slots[slots[i]];
        if (likely) {
            __builtin_prefetch(&all->items[likely - 1]);
            __builtin_prefetch(&counts[likely - 1], 1);
        }
    }
    for (size_t i = 0; i < batch->count; i++) {
        ret_where[i].provision = listing_find(all, &ids[i]);
        if (ret_where[i].provision == UINT32_MAX)
            ret_where[i].office = OFFICE_NONE;
        if (ret_where[i].office != OFFICE_NONE)
            counts[ret_where[i].provision]++;
    }
}

/* Counted, then filled in: a counting sort by provision. */
static bool stays_build(struct facts_builder *builder, const struct facts *facts, const struct listing *all,
                        struct stays *ret_stays)
{
    size_t count = builder->placements.count, number = 0;
    struct where *where = arena_array(builder->arena, struct where, count);
    struct stays stays = {.first = arena_array(builder->arena, uint32_t, all->count + 2)};
    if (!where || !stays.first)
        return false;
    for (const struct batch *batch = builder->placements.first; batch; batch = batch->next) {
        locate(facts, all, batch, stays.first + 2, where + number);
        number += batch->count;
    }
    for (size_t i = 2; i < all->count + 2; i++)
        stays.first[i] += stays.first[i - 1];
    stays.items = arena_array(builder->arena, struct stay, stays.first[all->count + 1]);
    if (!stays.items)
        return false;
    number = 0;
    for (const struct batch *batch = builder->placements.first; batch; batch = batch->next) {
        for (size_t i = 0; i < batch->count; i++, number++) {
            const Pb__PlacementFact *placement = batch->records[i];
            if (where[number].office == OFFICE_NONE)
                continue;
            stays.items[stays.first[where[number].provision + 1]++] =
                (struct stay){.id = placement->id, .office = where[number].office};
        }
    }
    *ret_stays = stays;
    return true;
}

/* One for each office that places there, by office; a placement told twice counts once. */
static uint32_t placings_of(struct stay *stays, size_t count, struct placing *ret_placings)
{
    uint32_t placings = 0;
    qsort(stays, count, sizeof *stays, compare_stays);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_stays(&stays[i - 1], &stays[i]) == 0)
            continue;
        if (placings == 0 || ret_placings[placings - 1].office != stays[i].office)
            ret_placings[placings++] = (struct placing){.office = stays[i].office};
        ret_placings[placings - 1].placements++;
    }
    return placings;
}

static void site_init(struct site *site, const struct listed *listed)
{
    const Pb__Provision *record = listed->record;
    *site =
        (struct site){.id = listed->id, .name = record->name, .kind = record->kind, .held_by = OFFICE_NONE};
    site->placed = facts_position(record->position, record->position_quality, &site->position);
    if (!site->placed)
        return;
    site->point = sphere_point_of(site->position);
    site->approximate = record->position_quality == PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY;
}

static bool build_sites(struct facts_builder *builder, const struct listing *all, const struct stays *stays,
                        struct facts *facts)
{
    size_t used = 0, placing_count = 0, number = 0;
    for (size_t i = 0; i < all->count; i++)
        used += stays->first[i] != stays->first[i + 1];
    struct site *sites = arena_array(builder->arena, struct site, used);
    struct placing *placings = arena_array(builder->arena, struct placing, stays->first[all->count]);
    if (!sites || !placings)
        return false;
    for (size_t i = 0; i < all->count; i++) {
        size_t count = stays->first[i + 1] - stays->first[i];
        if (count == 0)
            continue;
        struct site *site = &sites[number++];
        site_init(site, &all->items[i]);
        site->first = (uint32_t)placing_count;
        site->count = placings_of(stays->items + stays->first[i], count, placings + placing_count);
        placing_count += site->count;
    }
    facts->sites = sites;
    facts->site_count = used;
    facts->placings = placings;
    facts->placing_count = placing_count;
    return true;
}

bool facts_build_sites(struct facts_builder *builder, struct facts *facts)
{
    struct listing all;
    struct stays stays;
    return listing_build(builder, &all) && stays_build(builder, facts, &all, &stays) &&
           build_sites(builder, &all, &stays, facts);
}

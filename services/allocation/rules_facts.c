/* Builds the facts of an allocation. In: copies of the registry's records, in any order, any number of times;
 * what is published. Out: offices by GSS code, sites by identifier, who places at each, who holds it. Records
 * are only noted as they are told; facts_build reads them. It decides nothing. */

#include "services/allocation/rules_facts.h"

#include "common/base/limits.h"
#include "common/domain/kinds.h"

#include <stdlib.h>

static_assert((int)OFFICES_MAX < (int)OFFICE_NONE, "an office's number fits 16 bits");

enum { BATCH_RECORDS = 1022 };

struct batch {
    struct batch *next;
    size_t count;
    const void *records[BATCH_RECORDS];
};

struct list {
    struct batch *first, *last;
    size_t count;
};

struct facts_builder {
    struct arena *arena;
    struct date as_of;
    struct list authorities, provisions, placements, holds;
};

struct facts_builder *facts_builder_create(struct date as_of, struct arena *arena)
{
    struct facts_builder *builder = arena_new(arena, struct facts_builder);
    if (builder) {
        builder->arena = arena;
        builder->as_of = as_of;
    }
    return builder;
}

static bool note(struct facts_builder *builder, struct list *list, const void *record)
{
    if (!list->last || list->last->count == BATCH_RECORDS) {
        struct batch *batch = arena_new(builder->arena, struct batch);
        if (!batch)
            return false;
        if (list->last)
            list->last->next = batch;
        else
            list->first = batch;
        list->last = batch;
    }
    list->last->records[list->last->count++] = record;
    list->count++;
    return true;
}

bool provision_is_in_scope(const Pb__Provision *provision)
{
    /* A suspended registration is open: children may live there, and somebody has to look. */
    return kind_facts(kind_from_number((int64_t)provision->kind))->allocated &&
           provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED &&
           provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_PROPOSED;
}

bool placement_lasts_on(const Pb__PlacementFact *placement, struct date day)
{
    struct date from, until;
    return date_field(placement->start_on, &from) && date_field(placement->end_on, &until) &&
           date_is_within(day, from, until);
}

static bool is_hold(const Pb__Allocation *allocation)
{
    return allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TRANSFER ||
           allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_SWAP ||
           allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_HOST_CHOICE;
}

bool facts_add_authority(struct facts_builder *builder, const Pb__Authority *authority)
{
    return authority->state != PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE ||
           note(builder, &builder->authorities, authority);
}

bool facts_add_provision(struct facts_builder *builder, const Pb__Provision *provision)
{
    return !provision_is_in_scope(provision) || note(builder, &builder->provisions, provision);
}

bool facts_add_placement(struct facts_builder *builder, const Pb__PlacementFact *placement)
{
    return !placement_lasts_on(placement, builder->as_of) || note(builder, &builder->placements, placement);
}

bool facts_add_allocation(struct facts_builder *builder, const Pb__Allocation *allocation,
                          const char *cycle_id)
{
    return !is_hold(allocation) || strcmp(allocation->cycle_id, cycle_id) != 0 ||
           note(builder, &builder->holds, allocation);
}

/* --- offices -----------------------------------------------------------------------------------------------
 */

static bool gss_of(const char *text, struct gss *ret_gss)
{
    struct gss gss = {""};
    size_t length = strlen(text);
    if (length >= sizeof gss.text)
        return false;
    memcpy(gss.text, text, length);
    *ret_gss = gss;
    return true;
}

static int compare_offices(const void *a, const void *b)
{
    return gss_compare(((const struct office *)a)->gss, ((const struct office *)b)->gss);
}

static bool position_of(const Pb__GeoPoint *point, Pb__PositionQuality quality,
                        struct position_e7 *ret_position)
{
    if (!point || quality == PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED)
        return false;
    struct position_e7 position = {point->latitude_e7, point->longitude_e7};
    if (!position_e7_is_valid(position))
        return false;
    *ret_position = position;
    return true;
}

static enum code build_offices(struct facts_builder *builder, struct facts *facts)
{
    struct office *offices = arena_array(builder->arena, struct office, builder->authorities.count);
    size_t count = 0, kept = 0;
    if (!offices)
        return CODE_RESOURCE_EXHAUSTED;
    for (const struct batch *batch = builder->authorities.first; batch; batch = batch->next) {
        for (size_t i = 0; i < batch->count; i++) {
            const Pb__Authority *authority = batch->records[i];
            struct office *office = &offices[count];
            if (!gss_of(authority->id, &office->gss))
                continue;
            office->placed =
                position_of(authority->head_office, authority->head_office_quality, &office->position);
            if (office->placed)
                office->point = sphere_point_of(office->position);
            count++;
        }
    }
    qsort(offices, count, sizeof *offices, compare_offices);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || gss_compare(offices[kept - 1].gss, offices[i].gss) != 0)
            offices[kept++] = offices[i];
    if (kept > OFFICES_MAX)
        return CODE_RESOURCE_EXHAUSTED;
    facts->offices = offices;
    facts->office_count = kept;
    return CODE_OK;
}

uint16_t office_of(const struct facts *facts, const char *gss)
{
    struct office wanted;
    if (!gss_of(gss, &wanted.gss))
        return OFFICE_NONE;
    const struct office *found =
        bsearch(&wanted, facts->offices, facts->office_count, sizeof wanted, compare_offices);
    return found ? (uint16_t)(found - facts->offices) : (uint16_t)OFFICE_NONE;
}

/* --- provisions --------------------------------------------------------------------------------------------
 */

struct listed {
    struct uuid id;
    const Pb__Provision *record;
};

/* Provisions by identifier, and a hash table of their places in that order, from 1. */
struct register_ {
    struct listed *items;
    size_t count;
    uint32_t *slots;
    size_t mask;
};

static int compare_listed(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct uuid));
}

static size_t slot_of(const struct register_ *all, const struct uuid *id)
{
    uint64_t high, low;
    memcpy(&high, id->bytes, sizeof high);
    memcpy(&low, id->bytes + sizeof high, sizeof low);
    return (size_t)(((high ^ low) * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & all->mask;
}

static bool register_index(struct register_ *all, struct arena *arena)
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
static uint32_t register_find(const struct register_ *all, const struct uuid *id)
{
    for (size_t slot = slot_of(all, id); all->slots[slot]; slot = (slot + 1) & all->mask)
        if (uuid_equal(&all->items[all->slots[slot] - 1].id, id))
            return all->slots[slot] - 1;
    return UINT32_MAX;
}

static bool register_build(struct facts_builder *builder, struct register_ *ret_all)
{
    struct register_ all = {.items = arena_array(builder->arena, struct listed, builder->provisions.count)};
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
    if (!register_index(&all, builder->arena))
        return false;
    *ret_all = all;
    return true;
}

/* --- who places where --------------------------------------------------------------------------------------
 */

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

static struct where where_of(const struct facts *facts, const struct register_ *all,
                             const Pb__PlacementFact *placement)
{
    struct uuid id;
    struct where where = {.provision = UINT32_MAX, .office = OFFICE_NONE};
    if (uuid_parse(placement->provision_id, &id))
        where.provision = register_find(all, &id);
    if (where.provision != UINT32_MAX)
        where.office = office_of(facts, placement->authority_id);
    return where;
}

/* Counted, then filled in: a counting sort by provision. */
static bool stays_build(struct facts_builder *builder, const struct facts *facts, const struct register_ *all,
                        struct stays *ret_stays)
{
    size_t count = builder->placements.count, number = 0;
    struct where *where = arena_array(builder->arena, struct where, count);
    struct stays stays = {.first = arena_array(builder->arena, uint32_t, all->count + 2)};
    if (!where || !stays.first)
        return false;
    for (const struct batch *batch = builder->placements.first; batch; batch = batch->next) {
        for (size_t i = 0; i < batch->count; i++, number++) {
            where[number] = where_of(facts, all, batch->records[i]);
            if (where[number].office != OFFICE_NONE)
                stays.first[where[number].provision + 2]++;
        }
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
    site->placed = position_of(record->position, record->position_quality, &site->position);
    if (!site->placed)
        return;
    site->point = sphere_point_of(site->position);
    site->approximate = record->position_quality == PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY;
}

static bool build_sites(struct facts_builder *builder, const struct register_ *all, const struct stays *stays,
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

static int compare_site(const void *id, const void *site)
{
    return memcmp(id, &((const struct site *)site)->id, UUID_BYTES);
}

const struct site *site_of(const struct facts *facts, const struct uuid *id)
{
    return bsearch(id, facts->sites, facts->site_count, sizeof *facts->sites, compare_site);
}

bool places_at(const struct facts *facts, const struct site *site, uint16_t office)
{
    for (uint32_t i = 0; i < site->count; i++)
        if (facts->placings[site->first + i].office == office)
            return true;
    return false;
}

static void build_holds(const struct facts_builder *builder, struct facts *facts)
{
    for (const struct batch *batch = builder->holds.first; batch; batch = batch->next) {
        for (size_t i = 0; i < batch->count; i++) {
            const Pb__Allocation *allocation = batch->records[i];
            uint16_t holder = office_of(facts, allocation->authority_id);
            struct uuid id;
            struct site *site = uuid_parse(allocation->provision_id, &id)
                                    ? (struct site *)(uintptr_t)site_of(facts, &id)
                                    : NULL;
            if (!site || holder == OFFICE_NONE || !places_at(facts, site, holder))
                continue;
            site->held_by = holder;
            site->held_as = allocation->basis;
        }
    }
}

enum code facts_build(struct facts_builder *builder, struct facts *ret_facts)
{
    struct facts facts = {0};
    struct register_ all;
    struct stays stays;
    if (builder->provisions.count >= UINT32_MAX || builder->placements.count >= UINT32_MAX)
        return CODE_RESOURCE_EXHAUSTED;
    enum code code = build_offices(builder, &facts);
    if (code != CODE_OK)
        return code;
    if (!register_build(builder, &all) || !stays_build(builder, &facts, &all, &stays) ||
        !build_sites(builder, &all, &stays, &facts))
        return CODE_RESOURCE_EXHAUSTED;
    build_holds(builder, &facts);
    *ret_facts = facts;
    return CODE_OK;
}

/* Builds the facts of an allocation. In: copies of the registry's records, in any order, any number of times;
 * what is published. Out: offices by GSS code, sites by identifier (rules_facts_sites.c), who holds what.
 * Records are only noted as they are told; facts_build reads them. It decides nothing. */

#include "services/allocation/rules_facts.h"

#include "common/base/limits.h"
#include "common/domain/kinds.h"
#include "services/allocation/rules_facts_inside.h"

#include <stdlib.h>

static_assert((int)OFFICES_MAX < (int)OFFICE_NONE, "an office's number fits 16 bits");

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

bool basis_is_hold(Pb__AllocationBasis basis)
{
    return basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TRANSFER ||
           basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_SWAP ||
           basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_HOST_CHOICE;
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
    return !basis_is_hold(allocation->basis) || strcmp(allocation->cycle_id, cycle_id) != 0 ||
           note(builder, &builder->holds, allocation);
}

/* --- offices ----------------------------------------------------------------------------------------- */

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

bool facts_position(const Pb__GeoPoint *point, Pb__PositionQuality quality, struct position_e7 *ret_position)
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
                facts_position(authority->head_office, authority->head_office_quality, &office->position);
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

/* --- sites ------------------------------------------------------------------------------------------- */

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
    if (builder->provisions.count >= UINT32_MAX || builder->placements.count >= UINT32_MAX)
        return CODE_RESOURCE_EXHAUSTED;
    enum code code = build_offices(builder, &facts);
    if (code != CODE_OK)
        return code;
    if (!facts_build_sites(builder, &facts))
        return CODE_RESOURCE_EXHAUSTED;
    build_holds(builder, &facts);
    *ret_facts = facts;
    return CODE_OK;
}

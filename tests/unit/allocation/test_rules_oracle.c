/* The rules and the oracle agree on a thousand random regions (rules A1 to A6): equal distances, positions
 * that are missing, soles, LAs that are no members, placements that ended or begin later, holds. */

#include "tests/oracle/allocation.h"
#include "tests/unit/allocation/made_up_facts.h"

enum { REGIONS = 1000 };

static struct oracle_home home_of(const struct made_up_facts *made, const Pb__Provision *record)
{
    struct oracle_home home = {.id = record->id, .kind = (int)record->kind, .status = (int)record->status};
    if (record->position) {
        home.has_position = true;
        home.latitude_e7 = record->position->latitude_e7;
        home.longitude_e7 = record->position->longitude_e7;
    }
    for (size_t i = 0; i < made->allocation_count; i++) {
        const Pb__Allocation *allocation = &made->allocations[i];
        if (allocation->provision_id != record->id || (int)allocation->basis < 6 ||
            strcmp(allocation->cycle_id, "2025-26") != 0)
            continue;
        home.held_by = allocation->authority_id;
        home.held_as = (int)allocation->basis;
    }
    return home;
}

static struct oracle_region region_of(const struct made_up_facts *made)
{
    struct arena *arena = made->draw.arena;
    struct oracle_member *members = arena_array(arena, struct oracle_member, made->authority_count);
    struct oracle_home *homes = arena_array(arena, struct oracle_home, made->provision_count);
    struct oracle_placement *placements = arena_array(arena, struct oracle_placement, made->placement_count);
    for (size_t i = 0; i < made->authority_count; i++) {
        const Pb__Authority *record = &made->authorities[i];
        members[i].gss = record->id;
        members[i].active = record->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
        members[i].has_position = record->head_office != NULL;
        if (record->head_office) {
            members[i].latitude_e7 = record->head_office->latitude_e7;
            members[i].longitude_e7 = record->head_office->longitude_e7;
        }
    }
    for (size_t i = 0; i < made->provision_count; i++)
        homes[i] = home_of(made, &made->provisions[i]);
    for (size_t i = 0; i < made->placement_count; i++) {
        const Pb__PlacementFact *record = &made->placements[i];
        placements[i] = (struct oracle_placement){record->authority_id, record->provision_id,
                                                  record->start_on, record->end_on};
    }
    return (struct oracle_region){
        members,     homes, placements, made->authority_count, made->provision_count, made->placement_count,
        "2026-03-01"};
}

/* What it met, so that it cannot agree by meeting nothing. */
struct met {
    int bases[9], unplaced, unused;
};

static void compare(int number, const struct facts *facts, const struct given *given, const char *id,
                    const struct oracle_link *want, struct met *met)
{
    struct uuid uuid;
    cr_assert(uuid_parse(id, &uuid));
    const struct site *site = site_of(facts, &uuid);
    cr_assert_eq(site != NULL, want->used, "region %d, %s", number, id);
    met->unused += !site;
    if (!site)
        return;
    const struct given *got = &given[site - facts->sites];
    cr_assert_eq((int)got->standing, want->standing, "region %d, %s", number, id);
    cr_assert_eq((int)got->basis, want->basis, "region %d, %s: basis %d, not %d", number, id, (int)got->basis,
                 want->basis);
    cr_assert_eq(got->office == OFFICE_NONE, want->gss == NULL);
    cr_assert_eq(got->measured, want->metres >= 0);
    met->bases[want->basis]++;
    met->unplaced += !got->measured;
    if (want->gss)
        cr_assert_str_eq(facts->offices[got->office].gss.text, want->gss, "region %d, %s", number, id);
    if (got->measured)
        cr_assert_eq(got->distance_metres, want->metres, "region %d, %s: %u m, not %lld", number, id,
                     got->distance_metres, want->metres);
}

Test(oracle, agrees_on_a_thousand_regions, .timeout = 300)
{
    struct met met = {0};
    for (int number = 0; number < REGIONS; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_shape shape = made_up_awkward;
        shape.grid_e7 = number % 3 == 0   ? 1
                        : number % 3 == 1 ? 1000000
                                          : 10000000; /* the last: ties abound */
        struct made_up_facts made = draw_facts(&shape, (uint64_t)number + 1000, &arena);
        struct facts facts = told_facts(&made, (uint64_t)number);
        struct oracle_region region = region_of(&made);
        struct oracle_link *links = arena_array(&arena, struct oracle_link, made.provision_count);
        struct given *given = given_room(&facts, &arena);
        oracle_allocate(&region, links);
        cr_assert_eq(give_closest(&facts, &arena, given), CODE_OK);
        for (size_t i = 0; i < made.provision_count; i++)
            compare(number, &facts, given, made.provisions[i].id, &links[i], &met);
        arena_finish(&arena);
    }
    for (int basis = 0; basis < 9; basis++)
        cr_assert(basis == 5 || met.bases[basis] > 50, "basis %d was met %d times", basis, met.bases[basis]);
    cr_assert_gt(met.unplaced, 100);
    cr_assert_gt(met.unused, 100);
}

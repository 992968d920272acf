/* The closest office (rules A2 to A5). In: facts. Out: who is given each site, and what a proposal says of
 * it. Links, soles and what is held all count as allocations when ties are settled (rule A3). Balancing is in
 * rules_balance.c. */

#include "services/allocation/rules_propose.h"

#include "services/allocation/rules_propose_inside.h"

#include <math.h>

/* Two offices whose straight lines to a site differ by more than this (a metre and a little, on the unit
 * sphere) differ in whole metres too, and in the same order. */
#define CLEAR_OF_A_METRE (1.001 / EARTH_RADIUS_METRES)

/* The nearest offices of those that can be measured, by their squared chords; -1 in place of what is not. */
struct nearest {
    uint16_t offices[2];
    double chords[3];
    bool all_measured;
};

static struct nearest nearest_of(const struct facts *facts, const struct site *site)
{
    struct nearest nearest = {{OFFICE_NONE, OFFICE_NONE}, {-1, -1, -1}, true};
    const struct placing *placings = facts->placings + site->first;
    double first = 8, second = 8, third = 8; /* no squared chord is above 4 */
    for (uint32_t i = 0; i < site->count; i++) {
        const struct office *office = &facts->offices[placings[i].office];
        if (!office->placed) {
            nearest.all_measured = false;
            continue;
        }
        double chord = chord_squared(site->point, office->point);
        if (chord < first) {
            third = second, second = first, first = chord;
            nearest.offices[1] = nearest.offices[0];
            nearest.offices[0] = placings[i].office;
        } else if (chord < second) {
            third = second, second = chord;
            nearest.offices[1] = placings[i].office;
        } else if (chord < third) {
            third = chord;
        }
    }
    nearest.chords[0] = first > 4.5 ? -1 : first;
    nearest.chords[1] = second > 4.5 ? -1 : second;
    nearest.chords[2] = third > 4.5 ? -1 : third;
    return nearest;
}

/* Is the second clearly farther than the first, or not there? */
static bool is_clear(double first, double second)
{
    if (second < 0)
        return true;
    double least = sqrt(first) + CLEAR_OF_A_METRE;
    return second > least * least;
}

bool site_measure(const struct facts *facts, const struct site *site, uint16_t office, uint32_t *ret_metres)
{
    if (!site->placed || !facts->offices[office].placed)
        return false;
    *ret_metres = metres_of_chord_squared(chord_squared(site->point, facts->offices[office].point)).value;
    return true;
}

void given_measure(const struct facts *facts, const struct site *site, struct given *given)
{
    uint32_t metres, closest = 0;
    given->measured = site_measure(facts, site, given->office, &given->distance_metres);
    given->next = OFFICE_NONE;
    for (uint32_t i = 0; i < site->count; i++) {
        uint16_t office = facts->placings[site->first + i].office;
        if (office == given->office || !site_measure(facts, site, office, &metres))
            continue;
        if (given->next == OFFICE_NONE || metres < closest) {
            given->next = office;
            closest = metres;
        }
    }
    if (given->measured && given->next != OFFICE_NONE)
        given->margin_metres = (int32_t)closest - (int32_t)given->distance_metres;
}

/* Rule A3: of the offices at the least distance, the one with the fewest allocations, then the lower code.
 * Also right where there is one such office. */
static void settle(const struct facts *facts, const struct site *site, const uint32_t *allocations,
                   struct given *given)
{
    uint32_t least = UINT32_MAX, metres, tied = 0, as_few = 0;
    uint16_t chosen = OFFICE_NONE;
    for (uint32_t i = 0; i < site->count; i++) {
        uint16_t office = facts->placings[site->first + i].office;
        if (!site_measure(facts, site, office, &metres) || metres > least)
            continue;
        if (metres < least) {
            least = metres;
            chosen = OFFICE_NONE;
            tied = as_few = 0;
        }
        tied++;
        if (chosen == OFFICE_NONE || allocations[office] < allocations[chosen]) {
            chosen = office; /* offices come by code: of as few, the first stays */
            as_few = 1;
        } else if (allocations[office] == allocations[chosen]) {
            as_few++;
        }
    }
    given->office = chosen;
    given->basis = tied == 1     ? PB__ALLOCATION_BASIS__ALLOCATION_BASIS_CLOSEST
                   : as_few == 1 ? PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_FEWER_ALLOCATIONS
                                 : PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_LOWER_CODE;
    given_measure(facts, site, given);
}

bool given_without_comparing(const struct facts *facts, const struct site *site, struct given *ret_given)
{
    bool sole = site->count == 1;
    if (!sole && site->held_by == OFFICE_NONE)
        return false;
    *ret_given = (struct given){
        .office = site->held_by,
        .standing = sole ? PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE
                         : PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK,
        .basis = site->held_as,
    };
    if (site->held_by == OFFICE_NONE) {
        ret_given->office = facts->placings[site->first].office;
        ret_given->basis = PB__ALLOCATION_BASIS__ALLOCATION_BASIS_SOLE;
    }
    given_measure(facts, site, ret_given);
    return true;
}

struct given given_link(const struct site *site, bool any_measured, bool all_measured)
{
    struct given given = {.office = OFFICE_NONE, .next = OFFICE_NONE};
    if (any_measured)
        given.standing = PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK;
    if (!site->placed)
        given.attention = PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_PROVISION_UNPLACED;
    else if (!all_measured)
        given.attention = PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_OFFICE_UNPLACED;
    else if (site->approximate)
        given.attention = PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_POSITION_APPROXIMATE;
    return given;
}

/* By the rule, as far as it goes without knowing who has how many: false for a tie (rule A3). */
static bool give_untied(const struct facts *facts, const struct site *site, struct given *ret_given)
{
    static const struct nearest nobody = {{OFFICE_NONE, OFFICE_NONE}, {-1, -1, -1}, false};
    if (given_without_comparing(facts, site, ret_given))
        return true;
    struct nearest nearest = site->placed ? nearest_of(facts, site) : nobody;
    struct given given = given_link(site, nearest.chords[0] >= 0, nearest.all_measured);
    *ret_given = given;
    if (nearest.chords[0] < 0)
        return true;
    if (!is_clear(nearest.chords[0], nearest.chords[1]) || !is_clear(nearest.chords[1], nearest.chords[2]))
        return false; /* too close to tell by chords: all are measured, and counts may matter */
    given.office = nearest.offices[0];
    given.next = nearest.offices[1];
    given.basis = PB__ALLOCATION_BASIS__ALLOCATION_BASIS_CLOSEST;
    given.measured = true;
    given.distance_metres = metres_of_chord_squared(nearest.chords[0]).value;
    if (given.next != OFFICE_NONE)
        given.margin_metres =
            (int32_t)(metres_of_chord_squared(nearest.chords[1]).value) - (int32_t)given.distance_metres;
    *ret_given = given;
    return true;
}

static bool is_tie(Pb__AllocationBasis basis)
{
    return basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_FEWER_ALLOCATIONS ||
           basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_LOWER_CODE;
}

enum code give_closest(const struct facts *facts, struct arena *arena, struct given *ret_given)
{
    uint32_t *allocations = arena_array(arena, uint32_t, facts->office_count);
    uint32_t *tied = arena_array(arena, uint32_t, facts->site_count), ties = 0;
    if (!allocations || !tied)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < facts->site_count; i++) {
        const struct site *site = &facts->sites[i];
        struct given *given = &ret_given[i];
        if (!give_untied(facts, site, given)) {
            settle(facts, site, allocations, given);
            if (is_tie(given->basis)) {
                tied[ties++] = (uint32_t)i;
                continue;
            }
        }
        if (given->office != OFFICE_NONE)
            allocations[given->office]++;
    }
    for (uint32_t i = 0; i < ties; i++) {
        struct given *given = &ret_given[tied[i]];
        settle(facts, &facts->sites[tied[i]], allocations, given);
        allocations[given->office]++;
    }
    return CODE_OK;
}

struct given give_one(const struct facts *facts, const struct site *site, const uint32_t *allocations)
{
    struct given given;
    if (!give_untied(facts, site, &given))
        settle(facts, site, allocations, &given);
    return given;
}

/* --- as it is told ----------------------------------------------------------------------------------- */

static bool add_placing(const struct facts *facts, const struct site *site, struct arena *arena,
                        Pb__ProposedAllocation *row)
{
    Pb__PlacingAuthority *placings = arena_array(arena, Pb__PlacingAuthority, site->count);
    row->placing = arena_array(arena, Pb__PlacingAuthority *, site->count);
    if (!placings || !row->placing)
        return false;
    row->n_placing = site->count;
    for (uint32_t i = 0; i < site->count; i++) {
        const struct placing *placing = &facts->placings[site->first + i];
        pb__placing_authority__init(&placings[i]);
        placings[i].authority_id = office_code(facts, placing->office);
        placings[i].placements = placing->placements;
        placings[i].measured = site_measure(facts, site, placing->office, &placings[i].distance_metres);
        row->placing[i] = &placings[i];
    }
    return true;
}

Pb__ProposedAllocation *proposed_row(const struct facts *facts, const struct site *site,
                                     const struct given *given, struct arena *arena)
{
    Pb__ProposedAllocation *row = arena_new(arena, Pb__ProposedAllocation);
    char *id = arena_alloc(arena, UUID_TEXT_BYTES);
    if (!row || !id)
        return NULL;
    pb__proposed_allocation__init(row);
    uuid_print(&site->id, id);
    row->provision_id = id;
    row->name = site->name;
    row->kind = site->kind;
    row->standing = given->standing;
    row->basis = given->basis;
    row->attention = given->attention;
    row->measured = given->measured;
    row->distance_metres = given->measured ? given->distance_metres : 0;
    row->margin_metres = given->margin_metres;
    if (given->office != OFFICE_NONE)
        row->authority_id = office_code(facts, given->office);
    if (given->next != OFFICE_NONE)
        row->next_authority_id = office_code(facts, given->next);
    if (site->placed) {
        row->position = arena_new(arena, Pb__GeoPoint);
        if (!row->position)
            return NULL;
        pb__geo_point__init(row->position);
        row->position->latitude_e7 = site->position.latitude;
        row->position->longitude_e7 = site->position.longitude;
    }
    return add_placing(facts, site, arena, row) ? row : NULL;
}

/* The closest office (rules A1 to A6): properties on random regions, and ties as a table. */

#include "tests/unit/allocation/made_up_facts.h"

#include <stdio.h>

enum { REGIONS = 200 };

static bool measure(const struct facts *facts, const struct site *site, uint16_t office, uint32_t *ret_metres)
{
    if (!site->placed || !facts->offices[office].placed)
        return false;
    *ret_metres = distance_between(site->position, facts->offices[office].position).value;
    return true;
}

/* Exactly one link for a site with placements, unless nobody can be measured; a placing member; nobody closer
 * unless it is held (rules A2 to A6); the next closest and the margin. */
static void check_given(const struct facts *facts, const struct site *site, const struct given *given)
{
    uint32_t least = UINT32_MAX, next = UINT32_MAX, metres, measured = 0;
    for (uint32_t i = 0; i < site->count; i++) {
        uint16_t office = facts->placings[site->first + i].office;
        if (!measure(facts, site, office, &metres))
            continue;
        measured++;
        least = metres < least ? metres : least;
        if (office != given->office && metres < next)
            next = metres;
    }
    if (given->office == OFFICE_NONE) {
        cr_assert_eq(measured, 0);
        cr_assert_gt(site->count, 1);
        cr_assert_eq(given->standing, PB__ALLOCATION_STANDING__ALLOCATION_STANDING_UNSPECIFIED);
        cr_assert_neq(given->attention, PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_UNSPECIFIED);
        return;
    }
    cr_assert(places_at(facts, site, given->office));
    cr_assert_eq(given->standing, site->count == 1 ? PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE
                                                   : PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK);
    cr_assert_eq(basis_is_hold(given->basis), site->held_by != OFFICE_NONE);
    if (basis_is_hold(given->basis))
        cr_assert_eq(given->office, site->held_by);
    else if (site->count > 1)
        cr_assert_eq(given->distance_metres, least);
    cr_assert_eq(given->next == OFFICE_NONE, next == UINT32_MAX);
    if (given->measured && next != UINT32_MAX)
        cr_assert_eq(given->margin_metres, (int64_t)next - (int64_t)given->distance_metres);
    if (next != UINT32_MAX) {
        cr_assert(measure(facts, site, given->next, &metres));
        cr_assert_eq(metres, next);
    }
}

Test(propose, gives_each_to_a_placing_member_that_is_closest)
{
    for (uint64_t number = 0; number < REGIONS; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_facts made = draw_facts(&made_up_awkward, number, &arena);
        struct facts facts = told_facts(&made, 0);
        struct given *given = given_room(&facts, &arena);
        cr_assert_eq(give_closest(&facts, &arena, given), CODE_OK);
        for (size_t i = 0; i < facts.site_count; i++)
            check_given(&facts, &facts.sites[i], &given[i]);
        arena_finish(&arena);
    }
}

/* A3: the same facts give the same proposal, byte for byte, in any order and told any number of times. */
Test(propose, does_not_depend_on_order_or_repetition)
{
    for (uint64_t number = 0; number < REGIONS; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_shape shape = made_up_awkward;
        shape.grid_e7 = number % 2 ? 5000000 : 1000000;
        struct made_up_facts made = draw_facts(&shape, number, &arena);
        struct span first = {0};
        for (uint64_t order = 0; order < 4; order++) {
            struct facts facts = told_facts(&made, order);
            struct given *given = given_room(&facts, &arena);
            cr_assert_eq(give_closest(&facts, &arena, given), CODE_OK);
            struct span rows = packed_rows(&facts, given, &arena);
            if (order == 0)
                first = rows;
            cr_assert_gt(rows.size, 0);
            cr_assert(span_equal(first, rows), "region %lu", (unsigned long)number);
        }
        arena_finish(&arena);
    }
}

/* A7: one site by itself, against the allocations of all others, is as in the whole where it is no tie. */
Test(propose, gives_one_as_in_the_whole)
{
    for (uint64_t number = 0; number < REGIONS; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_facts made = draw_facts(&made_up_awkward, number, &arena);
        struct facts facts = told_facts(&made, 0);
        struct given *given = given_room(&facts, &arena);
        uint32_t allocations[16] = {0};
        cr_assert_eq(give_closest(&facts, &arena, given), CODE_OK);
        for (size_t i = 0; i < facts.site_count; i++) {
            struct given one = give_one(&facts, &facts.sites[i], allocations);
            cr_assert_eq(one.distance_metres, given[i].distance_metres);
            cr_assert_eq(one.attention, given[i].attention);
            if (given[i].basis != PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_FEWER_ALLOCATIONS &&
                given[i].basis != PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TIE_LOWER_CODE)
                cr_assert_eq(one.office, given[i].office);
        }
        arena_finish(&arena);
    }
}

/* --- ties, by hand ----------------------------------------------------------------------------------- */

enum { A, B, C, OFFICES };

/* Three offices at one point: everything is a tie. `sites`: who places at each, "AB". The holder, if any,
 * behind a colon. `expected`: who is given each; and why: f fewer, l lower code, s sole, h held. */
struct tie_case {
    const char *sites[6], *expected;
};

static const struct tie_case ties[] = {
    {{"AB"}, "Al"},
    {{"AB", "AB"}, "AlBf"},
    {{"AB", "AB", "AB"}, "AlBfAl"},
    /* a sole counts, though its site comes later (A3: all that are untied first) */
    {{"AB", "A"}, "BfAs"},
    {{"ABC", "A"}, "BlAs"},
    {{"BC", "B", "ABC"}, "CfBsAf"},
    /* what is held counts */
    {{"AB", "AC:A"}, "BfAh"},
    {{"AB", "BC:B", "AC:A"}, "AlBhAh"},
    /* a hold of the only one that places there is sole */
    {{"AB", "A:A"}, "BfAh"},
    {{"CB", "AC", "AB"}, "BlAlAl"},
};

static struct facts tie_facts(const struct tie_case *tie, struct arena *arena)
{
    static const struct position_e7 here = {520000000, 0};
    struct office *offices = arena_array(arena, struct office, OFFICES);
    struct site *sites = arena_array(arena, struct site, 6);
    struct placing *placings = arena_array(arena, struct placing, 6 * OFFICES);
    struct facts facts = {.offices = offices, .office_count = OFFICES, .sites = sites, .placings = placings};
    for (int i = 0; i < OFFICES; i++) {
        offices[i] = (struct office){.placed = true, .position = here, .point = sphere_point_of(here)};
        snprintf(offices[i].gss.text, GSS_TEXT_BYTES, "E1000000%d", i);
    }
    for (; facts.site_count < 6 && tie->sites[facts.site_count]; facts.site_count++) {
        const char *text = tie->sites[facts.site_count], *colon = strchr(text, ':');
        struct site *site = &sites[facts.site_count];
        *site = (struct site){.id = {{(uint8_t)facts.site_count}},
                              .name = "",
                              .placed = true,
                              .position = here,
                              .point = sphere_point_of(here),
                              .first = (uint32_t)facts.placing_count,
                              .held_by = OFFICE_NONE};
        for (uint16_t office = A; office < OFFICES; office++)
            if (memchr(text, 'A' + office, colon ? (size_t)(colon - text) : strlen(text)))
                placings[facts.placing_count++] = (struct placing){office, 1};
        site->count = (uint32_t)facts.placing_count - site->first;
        if (colon) {
            site->held_by = (uint16_t)(colon[1] - 'A');
            site->held_as = PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TRANSFER;
        }
    }
    return facts;
}

static char letter_of(Pb__AllocationBasis basis)
{
    static const char letters[] = "-cflsbthc";
    return basis_is_hold(basis) ? 'h' : letters[basis];
}

/* A3. */
Test(propose, ties)
{
    for (size_t i = 0; i < sizeof ties / sizeof ties[0]; i++) {
        struct arena arena;
        struct given given[6];
        char got[16] = "";
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct facts facts = tie_facts(&ties[i], &arena);
        cr_assert_eq(give_closest(&facts, &arena, given), CODE_OK);
        for (size_t j = 0; j < facts.site_count; j++) {
            got[2 * j] = (char)('A' + given[j].office);
            got[2 * j + 1] = letter_of(given[j].basis);
        }
        cr_assert_str_eq(got, ties[i].expected, "case %zu: %s, not %s", i, got, ties[i].expected);
        arena_finish(&arena);
    }
}

/* A7: a tie between publications goes by the allocations there are. */
Test(propose, one_tie_goes_by_what_there_is)
{
    struct arena arena;
    arena_init(&arena, MADE_UP_ARENA_BYTES);
    struct facts facts = tie_facts(&(struct tie_case){{"ABC"}, ""}, &arena);
    cr_assert_eq(give_one(&facts, facts.sites, (uint32_t[]){4, 2, 3}).office, B);
    cr_assert_eq(give_one(&facts, facts.sites, (uint32_t[]){4, 3, 3}).office, B);
    cr_assert_eq(give_one(&facts, facts.sites, (uint32_t[]){0, 0, 0}).office, A);
    arena_finish(&arena);
}

/* A3, to the metre: two decimetres apart is a tie, two metres are none. */
Test(propose, equal_is_to_the_metre)
{
    static const struct {
        int32_t farther_e7; /* of the second office, a hundred kilometres north */
        char basis;
    } cases[] = {{0, 'l'}, {20, 'l'}, {200, 'c'}, {-200, 'c'}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena;
        struct given given;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct facts facts = tie_facts(&(struct tie_case){{"AB"}, ""}, &arena);
        struct office *offices = (struct office *)(uintptr_t)facts.offices;
        for (int j = 0; j < 2; j++) {
            offices[j].position.latitude += 9000000 + j * cases[i].farther_e7;
            offices[j].point = sphere_point_of(offices[j].position);
        }
        cr_assert_eq(give_closest(&facts, &arena, &given), CODE_OK);
        cr_assert_eq(letter_of(given.basis), cases[i].basis, "case %zu: %c", i, letter_of(given.basis));
        cr_assert_eq(given.office, cases[i].farther_e7 < 0 ? B : A);
        arena_finish(&arena);
    }
}

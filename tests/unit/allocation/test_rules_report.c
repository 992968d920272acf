/* Loads and savings (rules A8, A9): by hand, and sums on random regions. */

#include "services/allocation/rules_report.h"
#include "tests/unit/allocation/made_up_facts.h"

#define STANDING(name) PB__ALLOCATION_STANDING__ALLOCATION_STANDING_##name

/* A9: the preset, then the cycle's, then what is given, field by field. */
Test(costs, fill_in_field_by_field)
{
    Pb__VisitCosts cycle = PB__VISIT_COSTS__INIT, given = PB__VISIT_COSTS__INIT, costs;
    cr_assert_eq(visit_costs(NULL, NULL, &costs), REFUSAL_NONE);
    cr_assert(costs.officer_salary_pence == 3600000 && costs.working_days == 260 &&
              costs.return_miles == 160 && costs.pence_per_mile == 40 && costs.miles_per_hour == 40);
    cycle.officer_salary_pence = 4000000;
    cycle.pence_per_mile = 45;
    given.pence_per_mile = 50;
    given.return_miles = 100;
    cr_assert_eq(visit_costs(&given, &cycle, &costs), REFUSAL_NONE);
    cr_assert(costs.officer_salary_pence == 4000000 && costs.working_days == 260 &&
              costs.return_miles == 100 && costs.pence_per_mile == 50 && costs.miles_per_hour == 40);
}

Test(costs, are_bounded)
{
    static const struct {
        int64_t salary;
        uint32_t days, miles, pence, speed;
        enum allocation_refusal refusal;
    } cases[] = {
        {COSTS_SALARY_PENCE_MAX, COSTS_WORKING_DAYS_MAX, COSTS_MILES_MAX, COSTS_MILE_PENCE_MAX,
         COSTS_MILES_PER_HOUR_MAX, REFUSAL_NONE},
        {COSTS_SALARY_PENCE_MAX + 1, 0, 0, 0, 0, REFUSAL_COSTS_WRONG},
        {-1, 0, 0, 0, 0, REFUSAL_COSTS_WRONG},
        {0, COSTS_WORKING_DAYS_MAX + 1, 0, 0, 0, REFUSAL_COSTS_WRONG},
        {0, 0, COSTS_MILES_MAX + 1, 0, 0, REFUSAL_COSTS_WRONG},
        {0, 0, 0, COSTS_MILE_PENCE_MAX + 1, 0, REFUSAL_COSTS_WRONG},
        {0, 0, 0, 0, COSTS_MILES_PER_HOUR_MAX + 1, REFUSAL_COSTS_WRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Pb__VisitCosts given = PB__VISIT_COSTS__INIT, costs;
        given.officer_salary_pence = cases[i].salary;
        given.working_days = cases[i].days;
        given.return_miles = cases[i].miles;
        given.pence_per_mile = cases[i].pence;
        given.miles_per_hour = cases[i].speed;
        cr_assert_eq(visit_costs(&given, NULL, &costs), cases[i].refusal, "case %zu", i);
    }
}

/* Two offices; the first places at three homes, the second at two of them. */
static const struct office two_offices[] = {{.gss = {"E10000001"}, .placed = true},
                                            {.gss = {"E10000002"}, .placed = true}};
static const struct site three_sites[] = {
    {.name = "", .placed = true, .first = 0, .count = 2, .held_by = OFFICE_NONE},
    {.name = "", .placed = true, .first = 2, .count = 2, .held_by = OFFICE_NONE},
    {.name = "", .placed = true, .first = 4, .count = 1, .held_by = OFFICE_NONE},
};
static const struct placing five_placings[] = {{0, 3}, {1, 1}, {0, 1}, {1, 2}, {0, 4}};
static const struct facts hand_facts = {two_offices, 2, three_sites, 3, five_placings, 5};
static const struct given hand_given[] = {
    {.office = 0, .standing = STANDING(LINK), .measured = true, .distance_metres = 32187},
    {.office = 0, .standing = STANDING(LINK), .measured = true, .distance_metres = 16093},
    {.office = 0, .standing = STANDING(SOLE), .measured = true, .distance_metres = 99999},
};

/* A8: visits and travel of links alone; minutes up; each cost to the nearest penny. */
Test(loads, by_hand)
{
    struct arena arena;
    Pb__VisitCosts costs;
    static const struct bounds bounds[] = {{0, 2}, {1, 2}};
    arena_init(&arena, 1 << 20);
    cr_assert_eq(visit_costs(NULL, NULL, &costs), REFUSAL_NONE);
    Pb__AuthorityLoad **loads = loads_report(&hand_facts, hand_given, bounds, &costs, &arena);
    const Pb__AuthorityLoad *load = loads[0];
    cr_assert_str_eq(load->authority_id, "E10000001");
    cr_assert(load->links == 2 && load->soles == 1 && load->visits == 2);
    cr_assert(load->placements == 8 && load->provisions_used == 3);
    cr_assert_eq(load->travel_metres, 96560);
    /* 96560 m at 64.37376 km/h are 90.00 minutes, and a little: 89.9995 */
    cr_assert_eq(load->travel_minutes, 90);
    /* 2 x 3600000 / 260 = 27692.3 pence; 59.9996 miles x 40 = 2399.98 pence */
    cr_assert_eq(load->cost_pence, 27692 + 2400);
    /* 4 of 7 placements at linked homes: 8/7 of a link */
    cr_assert_eq(load->fair_share_milli, 1143);
    cr_assert(load->links_least == 0 && load->links_most == 2);
    cr_assert(loads[1]->links == 0 && loads[1]->cost_pence == 0 && loads[1]->fair_share_milli == 857);
    Pb__AuthorityLoad *total = loads_total(loads, 2, &arena);
    cr_assert(total->links == 2 && total->soles == 1 && total->placements == 11 &&
              total->provisions_used == 5 && total->travel_metres == 96560 && total->cost_pence == 30092 &&
              total->fair_share_milli == 2000 && total->links_least == 1 && total->links_most == 4 &&
              total->travel_minutes == 90 && total->visits == 2);
    cr_assert_eq(loads_report(&hand_facts, hand_given, NULL, &costs, &arena)[1]->links_most, 0);
    arena_finish(&arena);
}

/* A9, the seed's own numbers: a visit is £138.46 and £64. */
Test(savings, by_hand)
{
    struct arena arena;
    Pb__VisitCosts costs;
    arena_init(&arena, 1 << 20);
    cr_assert_eq(visit_costs(NULL, NULL, &costs), REFUSAL_NONE);
    cr_assert_eq(visit_pence(&costs), 20246);
    Pb__AuthoritySaving **savings = savings_report(&hand_facts, hand_given, &costs, &arena);
    cr_assert(savings[0]->provisions_used == 3 && savings[0]->allocations == 3 &&
              savings[0]->saving_pence == 0);
    cr_assert(savings[1]->provisions_used == 2 && savings[1]->allocations == 0);
    cr_assert_eq(savings[1]->without_pence, 40492); /* 2 x 20246.15… */
    cr_assert_eq(savings[1]->saving_pence, 40492);
    Pb__AuthoritySaving *total = savings_total(savings, 2, &costs, &arena);
    cr_assert_eq(total->without_pence, 101231); /* 5 x 20246.15… = 101230.77 */
    cr_assert_eq(total->with_pence, 60738);
    cr_assert_eq(total->saving_pence, 40493);
    arena_finish(&arena);
}

/* The largest inputs and counts overflow nothing. */
Test(savings, at_the_bounds)
{
    struct arena arena;
    Pb__VisitCosts costs = PB__VISIT_COSTS__INIT;
    Pb__AuthoritySaving saving = PB__AUTHORITY_SAVING__INIT, *savings[] = {&saving};
    arena_init(&arena, 1 << 20);
    costs.officer_salary_pence = COSTS_SALARY_PENCE_MAX;
    costs.working_days = 1;
    costs.return_miles = COSTS_MILES_MAX;
    costs.pence_per_mile = COSTS_MILE_PENCE_MAX;
    saving.provisions_used = UINT32_MAX;
    Pb__AuthoritySaving *total = savings_total(savings, 1, &costs, &arena);
    cr_assert_eq(total->without_pence, INT64_C(4294967295) * 200000000);
    arena_finish(&arena);
}

/* Loads add up to what was given, shares to the links, and every link has one visit. */
Test(loads, add_up)
{
    for (uint64_t number = 0; number < 100; number++) {
        struct arena arena;
        Pb__VisitCosts costs;
        uint32_t links = 0, soles = 0;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_facts made = draw_facts(&made_up_awkward, number, &arena);
        struct facts facts = told_facts(&made, 0);
        struct given *given = given_room(&facts, &arena);
        cr_assert_eq(give_closest(&facts, &arena, given), CODE_OK);
        cr_assert_eq(visit_costs(NULL, NULL, &costs), REFUSAL_NONE);
        for (size_t i = 0; i < facts.site_count; i++) {
            links += given[i].standing == STANDING(LINK);
            soles += given[i].standing == STANDING(SOLE);
        }
        Pb__AuthorityLoad **loads = loads_report(&facts, given, NULL, &costs, &arena);
        Pb__AuthorityLoad *total = loads_total(loads, facts.office_count, &arena);
        cr_assert_eq(total->links, links);
        cr_assert_eq(total->soles, soles);
        cr_assert_eq(total->provisions_used, facts.placing_count);
        int64_t share = (int64_t)total->fair_share_milli - 1000 * (int64_t)links;
        cr_assert(share >= -(int64_t)facts.office_count && share <= (int64_t)facts.office_count, "%ld",
                  (long)share);
        arena_finish(&arena);
    }
}

/* A8: bounds are the whole numbers around the share; more per cent, wider; never above what could be given.
 */
Test(bounds, are_around_the_share)
{
    struct bounds bounds[2];
    static const struct {
        uint32_t percent;
        struct bounds expected[2];
    } cases[] = {
        {0, {{1, 2}, {0, 1}}}, {10, {{1, 2}, {0, 1}}}, {50, {{0, 2}, {0, 2}}}, {500, {{0, 2}, {0, 2}}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fair_bounds(&hand_facts, cases[i].percent, bounds, NULL);
        for (size_t j = 0; j < 2; j++)
            cr_assert(bounds[j].least == cases[i].expected[j].least &&
                          bounds[j].most == cases[i].expected[j].most,
                      "case %zu: office %zu from %u to %u", i, j, bounds[j].least, bounds[j].most);
    }
}

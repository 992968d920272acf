/* The balanced proposal (rule A8), held against exhaustive search: the least total, the first of the least,
 * and what stands against a balance where there is none. */

#include "services/allocation/rules_balance.h"
#include "tests/unit/allocation/made_up_facts.h"

/* Everything there is to try, for a few sites: what can be given to whom, and how far it is. */
struct trial {
    const struct facts *facts;
    const struct bounds *bounds;
    size_t site_count;
    size_t sites[16];
    uint16_t choices[16][8]; /* the closest first, then by code */
    int64_t metres[16][8];
    size_t counts[16];
    uint32_t loads[16];
    uint16_t now[16], best[16];
    int64_t least; /* -1: nothing is within the bounds */
};

static int64_t metres_to(const struct facts *facts, const struct site *site, uint16_t office)
{
    return distance_between(site->position, facts->offices[office].position).value;
}

static void add_choice(struct trial *trial, size_t number, const struct site *site, uint16_t office)
{
    bool measured = site->placed && trial->facts->offices[office].placed;
    int64_t metres = measured ? metres_to(trial->facts, site, office) : 0;
    size_t at = trial->counts[number]++;
    for (; at > 0 && trial->metres[number][at - 1] > metres; at--) {
        trial->metres[number][at] = trial->metres[number][at - 1];
        trial->choices[number][at] = trial->choices[number][at - 1];
    }
    trial->metres[number][at] = metres;
    trial->choices[number][at] = office;
}

static void trial_init(struct trial *trial, const struct facts *facts, const struct bounds *bounds)
{
    *trial = (struct trial){.facts = facts, .bounds = bounds, .least = -1};
    for (size_t i = 0; i < facts->site_count; i++) {
        const struct site *site = &facts->sites[i];
        size_t number = trial->site_count;
        if (site->count < 2)
            continue;
        for (uint32_t j = 0; j < site->count; j++) {
            uint16_t office = facts->placings[site->first + j].office;
            if (site->held_by != OFFICE_NONE ? site->held_by == office
                                             : site->placed && facts->offices[office].placed)
                add_choice(trial, number, site, office);
        }
        if (trial->counts[number])
            trial->sites[trial->site_count++] = i;
    }
}

/* Tried in the order that rule A8 prefers, so that the first of the least is the one that is kept. */
static void try_all(struct trial *trial, size_t number, int64_t metres)
{
    if (number == trial->site_count) {
        for (size_t i = 0; i < trial->facts->office_count; i++)
            if (trial->loads[i] < trial->bounds[i].least || trial->loads[i] > trial->bounds[i].most)
                return;
        if (trial->least >= 0 && metres >= trial->least)
            return;
        trial->least = metres;
        memcpy(trial->best, trial->now, sizeof trial->best);
        return;
    }
    for (size_t i = 0; i < trial->counts[number]; i++) {
        trial->now[number] = trial->choices[number][i];
        trial->loads[trial->now[number]]++;
        try_all(trial, number + 1, metres + trial->metres[number][i]);
        trial->loads[trial->now[number]]--;
    }
}

static bool is_named(const struct obstacle *obstacle, uint16_t office)
{
    for (size_t i = 0; i < obstacle->office_count; i++)
        if (obstacle->offices[i] == office)
            return true;
    return false;
}

/* What it says is true, and is why nothing is within the bounds. */
static void check_obstacle(const struct trial *trial, const struct obstacle *obstacle)
{
    uint32_t bound = 0, only = 0, any = 0;
    for (size_t i = 0; i < obstacle->office_count; i++) {
        const struct bounds *bounds = &trial->bounds[obstacle->offices[i]];
        bound += obstacle->too_few ? bounds->most : bounds->least;
    }
    for (size_t i = 0; i < trial->site_count; i++) {
        size_t named = 0;
        for (size_t j = 0; j < trial->counts[i]; j++)
            named += is_named(obstacle, trial->choices[i][j]);
        only += named == trial->counts[i];
        any += named > 0;
    }
    cr_assert_eq(obstacle->bound, bound);
    cr_assert_eq(obstacle->sites, obstacle->too_few ? only : any);
    cr_assert(obstacle->too_few ? bound < only : bound > any);
}

static void draw_bounds(struct made_up *draw, const struct facts *facts, struct bounds *ret_bounds)
{
    if (one_in(draw, 3)) {
        fair_bounds(facts, below(draw, 3) * 40, ret_bounds, NULL);
        return;
    }
    for (size_t i = 0; i < facts->office_count; i++) {
        ret_bounds[i].least = below(draw, 3);
        ret_bounds[i].most = ret_bounds[i].least + below(draw, 4);
    }
}

static void check_best(const struct trial *trial, const struct given *given, int number)
{
    for (size_t i = 0; i < trial->site_count; i++)
        cr_assert_eq(given[trial->sites[i]].office, trial->best[i],
                     "region %d: site %zu goes to %u, and should to %u", number, i,
                     given[trial->sites[i]].office, trial->best[i]);
}

/* A8: the optimum, and of several the first, whatever the solver found. */
Test(balance, is_least_and_first)
{
    int feasible = 0, obstacles[2] = {0};
    for (int number = 0; number < 3000; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_shape shape = {4, 8, 30, 9, 0, 0, 0, 9, 4000000};
        if (number % 3 == 0)
            shape.grid_e7 = 10000000; /* hardly a distance differs */
        else if (number % 3 == 1)
            shape.grid_e7 = 1;
        struct made_up_facts made = draw_facts(&shape, (uint64_t)number, &arena);
        struct facts facts = told_facts(&made, 0);
        struct bounds bounds[16];
        struct obstacle obstacle;
        struct trial trial;
        draw_bounds(&made.draw, &facts, bounds);
        trial_init(&trial, &facts, bounds);
        try_all(&trial, 0, 0);
        struct given *given = given_room(&facts, &arena);
        cr_assert_eq(give_balanced(&facts, bounds, 60, &arena, given, &obstacle), REFUSAL_NONE);
        cr_assert_eq(obstacle.office_count == 0, trial.least >= 0, "region %d", number);
        if (trial.least >= 0) {
            check_best(&trial, given, number);
            feasible++;
        } else {
            check_obstacle(&trial, &obstacle);
            obstacles[obstacle.too_few]++;
        }
        arena_finish(&arena);
    }
    cr_assert_gt(feasible, 500, "%d", feasible);
    cr_assert_gt(obstacles[0], 200, "%d", obstacles[0]);
    cr_assert_gt(obstacles[1], 200, "%d", obstacles[1]);
}

static void choose_any(struct made_up *draw, struct balance *balance)
{
    uint32_t *chosen = arena_array(draw->arena, uint32_t, balance->site_count);
    for (size_t i = 0; i < balance->site_count; i++)
        chosen[i] = balance->first[i] + below(draw, balance->first[i + 1] - balance->first[i]);
    balance_choose(balance, chosen);
}

/* A8: from any beginning, however bad, whole numbers come to the same: nothing hangs on the solver. */
Test(balance, does_not_depend_on_what_the_solver_found)
{
    for (int number = 0; number < 100; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_shape shape = {12, 150, 600, 9, 9, 9, 0, 9, number % 2 ? 1000000 : 1};
        struct made_up_facts made = draw_facts(&shape, (uint64_t)number, &arena);
        struct facts facts = told_facts(&made, 0);
        struct bounds bounds[16];
        struct obstacle obstacle;
        struct balance balance;
        struct given *given = given_room(&facts, &arena);
        fair_bounds(&facts, 60, bounds, NULL);
        cr_assert_eq(give_balanced(&facts, bounds, 60, &arena, given, &obstacle), REFUSAL_NONE);
        for (int from = 0; from < 5 && obstacle.office_count == 0; from++) {
            cr_assert(balance_init(&balance, &facts, bounds, &arena));
            choose_any(&made.draw, &balance);
            cr_assert(balance_repair(&balance, &obstacle));
            cr_assert(balance_best(&balance));
            for (size_t i = 0; i < balance.site_count; i++)
                cr_assert_eq(balance.choices[balance.chosen[i]].office, given[balance.sites[i]].office);
        }
        arena_finish(&arena);
    }
}

static uint64_t total_metres(const struct facts *facts, const struct given *given)
{
    uint64_t total = 0;
    for (size_t i = 0; i < facts->site_count; i++)
        if (given[i].standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK)
            total += given[i].distance_metres;
    return total;
}

/* A8 beside A2: without bounds, the balanced total is the rule's; with fair ones it is no less, and kept. */
Test(balance, is_the_rule_without_bounds)
{
    int balanced = 0;
    for (int number = 0; number < 300; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_facts made = draw_facts(&made_up_awkward, (uint64_t)number, &arena);
        struct facts facts = told_facts(&made, 0);
        struct bounds bounds[16];
        struct obstacle obstacle;
        struct given *closest = given_room(&facts, &arena), *given = given_room(&facts, &arena);
        cr_assert_eq(give_closest(&facts, &arena, closest), CODE_OK);
        for (size_t i = 0; i < facts.office_count; i++)
            bounds[i] = (struct bounds){0, (uint32_t)facts.site_count};
        cr_assert_eq(give_balanced(&facts, bounds, 60, &arena, given, &obstacle), REFUSAL_NONE);
        cr_assert_eq(obstacle.office_count, 0);
        cr_assert_eq(total_metres(&facts, given), total_metres(&facts, closest));
        for (size_t i = 0; i < facts.site_count; i++) {
            cr_assert_eq(given[i].attention, closest[i].attention);
            cr_assert_eq(given[i].standing, closest[i].standing);
            cr_assert(given[i].basis == closest[i].basis ||
                      given[i].basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_BALANCED);
        }
        fair_bounds(&facts, 100, bounds, NULL);
        cr_assert_eq(give_balanced(&facts, bounds, 60, &arena, given, &obstacle), REFUSAL_NONE);
        if (obstacle.office_count == 0) {
            uint32_t loads[16] = {0};
            cr_assert_geq(total_metres(&facts, given), total_metres(&facts, closest));
            for (size_t i = 0; i < facts.site_count; i++)
                if (given[i].standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK)
                    loads[given[i].office]++;
            for (size_t i = 0; i < facts.office_count; i++)
                cr_assert(loads[i] >= bounds[i].least && loads[i] <= bounds[i].most);
            balanced++;
        }
        arena_finish(&arena);
    }
    cr_assert_gt(balanced, 150, "%d", balanced);
}

/* A8: the solver is given so many seconds, and nothing is given when they are over. */
Test(balance, is_stopped_in_time)
{
    struct arena arena;
    struct bounds bounds[64];
    struct obstacle obstacle = {0};
    static const struct made_up_shape shape = {40, 3000, 12000, 0, 0, 0, 0, 0, 1};
    arena_init(&arena, 4 * (size_t)MADE_UP_ARENA_BYTES);
    struct made_up_facts made = draw_facts(&shape, 5, &arena);
    struct facts facts = told_facts(&made, 0);
    struct given *given = given_room(&facts, &arena);
    fair_bounds(&facts, 10, bounds, NULL);
    cr_assert_eq(give_balanced(&facts, bounds, 0, &arena, given, &obstacle), REFUSAL_SOLVER_TIME);
    cr_assert_eq(obstacle.office_count, 0);
    for (size_t i = 0; i < facts.site_count; i++)
        cr_assert_eq(given[i].standing, PB__ALLOCATION_STANDING__ALLOCATION_STANDING_UNSPECIFIED);
    arena_finish(&arena);
}

/* A8: bounds leave room for what is held, and never ask for more than could be given. */
Test(bounds, are_within_what_is_there)
{
    for (uint64_t number = 0; number < 300; number++) {
        struct arena arena;
        arena_init(&arena, MADE_UP_ARENA_BYTES);
        struct made_up_facts made = draw_facts(&made_up_awkward, number, &arena);
        struct facts facts = told_facts(&made, 0);
        struct bounds bounds[16];
        uint32_t could[16] = {0}, held[16] = {0};
        fair_bounds(&facts, below(&made.draw, 200), bounds, NULL);
        for (size_t i = 0; i < facts.site_count; i++) {
            const struct site *site = &facts.sites[i];
            for (uint32_t j = 0; j < site->count && site->count > 1; j++) {
                uint16_t office = facts.placings[site->first + j].office;
                held[office] += site->held_by == office;
                could[office] += site->held_by == OFFICE_NONE ? site->placed && facts.offices[office].placed
                                                              : site->held_by == office;
            }
        }
        for (size_t i = 0; i < facts.office_count; i++)
            cr_assert(bounds[i].least <= bounds[i].most && bounds[i].most <= could[i] &&
                      bounds[i].most >= held[i]);
        arena_finish(&arena);
    }
}

/* More than is ever balanced is refused at once. */
Test(balance, is_bounded)
{
    struct arena arena;
    struct facts facts = {.site_count = BALANCE_SITES_MAX + 1};
    struct obstacle obstacle;
    arena_init(&arena, MADE_UP_ARENA_BYTES);
    cr_assert_eq(give_balanced(&facts, NULL, 60, &arena, NULL, &obstacle), REFUSAL_TOO_MANY);
    arena_finish(&arena);
}

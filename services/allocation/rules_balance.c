/* The balanced proposal (rule A8). In: facts and bounds. Out: who is given each site, or what stands against
 * it. A solver finds a choice of least total distance (rules_balance_solver.c); whole numbers then make sure
 * that it is one, and which of several (rules_balance_best.c), so that nothing hangs on the solver's
 * arithmetic. */

#include "services/allocation/rules_balance.h"

#include "common/base/limits.h"
#include "services/allocation/rules_propose_inside.h"

/* Is this a site that two or more place at, and can it be given? */
static bool is_balanced(const struct facts *facts, const struct site *site)
{
    if (site->count < 2)
        return false;
    for (uint32_t i = 0; i < site->count; i++)
        if (site->held_by != OFFICE_NONE ||
            (site->placed && facts->offices[facts->placings[site->first + i].office].placed))
            return true;
    return false;
}

/* Can the site be given to that office, which places there? What is held, to its holder alone. */
static bool can_have(const struct facts *facts, const struct site *site, uint16_t office)
{
    return site->held_by != OFFICE_NONE ? site->held_by == office
                                        : site->placed && facts->offices[office].placed;
}

/* --- bounds ------------------------------------------------------------------------------------------ */

typedef unsigned __int128 wide;

/* The share `links` x `weight` / `total`, so many per cent of it: rounded down, or up. */
static uint32_t share_percent(uint64_t links, uint64_t weight, uint64_t total, uint32_t percent, bool up)
{
    wide of = (wide)total * 100, share = (wide)links * weight * percent;
    wide whole = (share + (up ? of - 1 : 0)) / of;
    return whole > UINT32_MAX ? UINT32_MAX : (uint32_t)whole;
}

void fair_bounds(const struct facts *facts, uint32_t tolerance_percent, struct bounds *ret_bounds,
                 uint64_t *ret_share_milli)
{
    uint64_t weights[OFFICES_MAX] = {0}, total = 0, links = 0;
    uint32_t could[OFFICES_MAX] = {0}, held[OFFICES_MAX] = {0};
    for (size_t i = 0; i < facts->site_count; i++) {
        const struct site *site = &facts->sites[i];
        if (!is_balanced(facts, site))
            continue;
        links++;
        for (uint32_t j = 0; j < site->count; j++) {
            const struct placing *placing = &facts->placings[site->first + j];
            could[placing->office] += can_have(facts, site, placing->office);
            held[placing->office] += site->held_by == placing->office;
            if (!facts->offices[placing->office].placed)
                continue; /* it can be given none by distance, and has no share */
            weights[placing->office] += placing->placements;
            total += placing->placements;
        }
    }
    uint32_t below = tolerance_percent < 100 ? 100 - tolerance_percent : 0, above = 100 + tolerance_percent;
    for (size_t i = 0; i < facts->office_count; i++) {
        struct bounds bounds = {0};
        uint64_t milli = 0;
        if (total > 0) {
            bounds.least = share_percent(links, weights[i], total, below, false);
            bounds.most = share_percent(links, weights[i], total, above, true);
            milli = (uint64_t)(((wide)links * 2000 * weights[i] + total) / ((wide)total * 2));
        }
        if (bounds.most < held[i])
            bounds.most = held[i];
        if (bounds.most > could[i])
            bounds.most = could[i];
        if (bounds.least > bounds.most)
            bounds.least = bounds.most;
        ret_bounds[i] = bounds;
        if (ret_share_milli)
            ret_share_milli[i] = milli;
    }
}

/* --- the problem ------------------------------------------------------------------------------------- */

bool balance_init(struct balance *balance, const struct facts *facts, const struct bounds *bounds,
                  struct arena *arena)
{
    uint32_t *sites = arena_array(arena, uint32_t, facts->site_count);
    uint32_t *first = arena_array(arena, uint32_t, facts->site_count + 1);
    struct choice *choices = arena_array(arena, struct choice, facts->placing_count);
    uint32_t count = 0, used = 0;
    *balance = (struct balance){.arena = arena,
                                .office_count = facts->office_count,
                                .sites = sites,
                                .first = first,
                                .choices = choices,
                                .chosen = arena_array(arena, uint32_t, facts->site_count),
                                .loads = arena_array(arena, uint32_t, facts->office_count),
                                .bounds = arena_array(arena, struct bounds, facts->office_count)};
    if (!sites || !first || !choices || !balance->chosen || !balance->loads || !balance->bounds)
        return false;
    for (size_t i = 0; i < facts->site_count; i++) {
        const struct site *site = &facts->sites[i];
        if (!is_balanced(facts, site))
            continue;
        for (uint32_t j = 0; j < site->count; j++) {
            uint16_t office = facts->placings[site->first + j].office;
            struct choice choice = {.office = office, .allowed = true};
            if (!can_have(facts, site, office))
                continue;
            site_measure(facts, site, office,
                         &choice.metres); /* of what is held it may be 0: it is no choice */
            choices[used++] = choice;
        }
        sites[count++] = (uint32_t)i;
        first[count] = used;
    }
    balance->site_count = count;
    if (facts->office_count)
        memcpy(balance->bounds, bounds, facts->office_count * sizeof *bounds);
    return true;
}

void balance_choose(struct balance *balance, const uint32_t *chosen)
{
    memset(balance->loads, 0, balance->office_count * sizeof *balance->loads);
    for (size_t i = 0; i < balance->site_count; i++) {
        balance->chosen[i] = chosen[i];
        balance->loads[balance->choices[chosen[i]].office]++;
    }
}

/* To begin with, each to its closest. */
static bool choose_closest(struct balance *balance)
{
    uint32_t *chosen = arena_array(balance->arena, uint32_t, balance->site_count);
    if (!chosen)
        return false;
    for (size_t i = 0; i < balance->site_count; i++) {
        chosen[i] = balance->first[i];
        for (uint32_t j = balance->first[i]; j < balance->first[i + 1]; j++)
            if (balance->choices[j].metres < balance->choices[chosen[i]].metres)
                chosen[i] = j;
    }
    balance_choose(balance, chosen);
    return true;
}

bool balance_repair(struct balance *balance, struct obstacle *ret_obstacle)
{
    struct moves moves;
    if (!moves_init(&moves, balance)) {
        *ret_obstacle = (struct obstacle){0};
        return false;
    }
    for (uint32_t i = 0; i < balance->site_count; i++)
        moves_add(&moves, i);
    return moves_repair(&moves, ret_obstacle);
}

static void given_balanced(const struct facts *facts, const struct site *site, struct given *ret_given)
{
    bool any = false, all = true;
    for (uint32_t i = 0; i < site->count; i++) {
        bool placed = facts->offices[facts->placings[site->first + i].office].placed;
        any = any || (site->placed && placed);
        all = all && placed;
    }
    if (!given_without_comparing(facts, site, ret_given))
        *ret_given = given_link(site, any, all);
}

static void give(const struct facts *facts, const struct balance *balance, struct given *ret_given)
{
    for (size_t i = 0; i < facts->site_count; i++)
        given_balanced(facts, &facts->sites[i], &ret_given[i]);
    for (size_t i = 0; i < balance->site_count; i++) {
        const struct site *site = &facts->sites[balance->sites[i]];
        struct given *given = &ret_given[balance->sites[i]];
        if (site->held_by != OFFICE_NONE)
            continue;
        given->office = balance->choices[balance->chosen[i]].office;
        given->basis = PB__ALLOCATION_BASIS__ALLOCATION_BASIS_BALANCED;
        given_measure(facts, site, given);
    }
}

enum allocation_refusal give_balanced(const struct facts *facts, const struct bounds *bounds,
                                      unsigned seconds_max, struct arena *arena, struct given *ret_given,
                                      struct obstacle *ret_obstacle)
{
    struct balance balance;
    struct obstacle obstacle = {0};
    if (facts->site_count > BALANCE_SITES_MAX || !balance_init(&balance, facts, bounds, arena) ||
        !choose_closest(&balance))
        return REFUSAL_TOO_MANY;
    if (!balance_repair(&balance, &obstacle)) {
        if (obstacle.office_count == 0)
            return REFUSAL_TOO_MANY;
        *ret_obstacle = obstacle;
        return REFUSAL_NONE;
    }
    enum allocation_refusal refusal = balance_solve(&balance, seconds_max);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (!balance_repair(&balance, &obstacle) || !balance_best(&balance))
        return REFUSAL_TOO_MANY;
    give(facts, &balance, ret_given);
    *ret_obstacle = obstacle;
    return REFUSAL_NONE;
}

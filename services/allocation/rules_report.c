/* Loads and savings (rules A8, A9). In: facts, what is given, what visits cost. Out: what each LA carries,
 * what the region saves. Whole numbers throughout, with products in 128 bits; by the bounds of the inputs
 * every result fits 64. */

#include "services/allocation/rules_report.h"

#include "common/base/limits.h"

enum {
    SALARY_PENCE_PRESET = 3600000,
    WORKING_DAYS_PRESET = 260,
    RETURN_MILES_PRESET = 160,
    PENCE_PER_MILE_PRESET = 40,
    MILES_PER_HOUR_PRESET = 40,
    MILE_MILLIMETRES = 1609344,
};

static uint32_t first_of(uint32_t given, uint32_t cycle, uint32_t preset)
{
    return given ? given : cycle ? cycle : preset;
}

enum allocation_refusal visit_costs(const Pb__VisitCosts *given, const Pb__VisitCosts *cycle,
                                    Pb__VisitCosts *ret_costs)
{
    static const Pb__VisitCosts none = PB__VISIT_COSTS__INIT;
    Pb__VisitCosts costs = PB__VISIT_COSTS__INIT;
    given = given ? given : &none;
    cycle = cycle ? cycle : &none;
    costs.officer_salary_pence = given->officer_salary_pence   ? given->officer_salary_pence
                                 : cycle->officer_salary_pence ? cycle->officer_salary_pence
                                                               : SALARY_PENCE_PRESET;
    costs.working_days = first_of(given->working_days, cycle->working_days, WORKING_DAYS_PRESET);
    costs.return_miles = first_of(given->return_miles, cycle->return_miles, RETURN_MILES_PRESET);
    costs.pence_per_mile = first_of(given->pence_per_mile, cycle->pence_per_mile, PENCE_PER_MILE_PRESET);
    costs.miles_per_hour = first_of(given->miles_per_hour, cycle->miles_per_hour, MILES_PER_HOUR_PRESET);
    if (costs.officer_salary_pence < 0 || costs.officer_salary_pence > COSTS_SALARY_PENCE_MAX ||
        costs.working_days > COSTS_WORKING_DAYS_MAX || costs.return_miles > COSTS_MILES_MAX ||
        costs.pence_per_mile > COSTS_MILE_PENCE_MAX || costs.miles_per_hour > COSTS_MILES_PER_HOUR_MAX)
        return REFUSAL_COSTS_WRONG;
    *ret_costs = costs;
    return REFUSAL_NONE;
}

typedef unsigned __int128 wide;

/* a x b / c to the nearest, halves up. */
static int64_t nearest(wide a, wide b, wide c)
{
    return (int64_t)((2 * a * b + c) / (2 * c));
}

/* --- loads ------------------------------------------------------------------------------------------- */

static void load_add(const struct facts *facts, const struct site *site, const struct given *given,
                     Pb__AuthorityLoad *loads)
{
    for (uint32_t i = 0; i < site->count; i++) {
        const struct placing *placing = &facts->placings[site->first + i];
        loads[placing->office].placements += placing->placements;
        loads[placing->office].provisions_used++;
    }
    if (given->office == OFFICE_NONE)
        return;
    Pb__AuthorityLoad *load = &loads[given->office];
    switch (given->standing) {
    case PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK:
        load->links++;
        load->visits++;
        load->travel_metres += given->measured ? 2 * (uint64_t)given->distance_metres : 0;
        break;
    case PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE:
        load->soles++;
        break;
    case PB__ALLOCATION_STANDING__ALLOCATION_STANDING_UNSPECIFIED:
    case _PB__ALLOCATION_STANDING_IS_INT_SIZE:
        break;
    }
}

/* A journey of so many metres in minutes, rounded up. */
static uint64_t minutes_of(uint64_t metres, uint32_t miles_per_hour)
{
    wide hour = (wide)miles_per_hour * MILE_MILLIMETRES;
    return (uint64_t)(((wide)metres * 1000 * 60 + hour - 1) / hour);
}

static void load_reckon(Pb__AuthorityLoad *load, const Pb__VisitCosts *costs)
{
    load->travel_minutes = minutes_of(load->travel_metres, costs->miles_per_hour);
    load->cost_pence = nearest(load->visits, (wide)costs->officer_salary_pence, costs->working_days) +
                       nearest((wide)load->travel_metres * 1000, costs->pence_per_mile, MILE_MILLIMETRES);
}

Pb__AuthorityLoad **loads_report(const struct facts *facts, const struct given *given,
                                 const struct bounds *bounds, const Pb__VisitCosts *costs,
                                 struct arena *arena)
{
    size_t count = facts->office_count;
    Pb__AuthorityLoad *loads = arena_array(arena, Pb__AuthorityLoad, count);
    Pb__AuthorityLoad **told = arena_array(arena, Pb__AuthorityLoad *, count);
    uint64_t *shares = arena_array(arena, uint64_t, count);
    struct bounds *fair = arena_array(arena, struct bounds, count);
    if (!loads || !told || !shares || !fair)
        return NULL;
    fair_bounds(facts, 0, fair, shares);
    for (size_t i = 0; i < count; i++) {
        pb__authority_load__init(&loads[i]);
        loads[i].authority_id = facts->offices[i].gss.text;
        loads[i].fair_share_milli = shares[i];
        loads[i].links_least = bounds ? bounds[i].least : 0;
        loads[i].links_most = bounds ? bounds[i].most : 0;
        told[i] = &loads[i];
    }
    for (size_t i = 0; i < facts->site_count; i++)
        load_add(facts, &facts->sites[i], &given[i], loads);
    for (size_t i = 0; i < count; i++)
        load_reckon(&loads[i], costs);
    return told;
}

Pb__AuthorityLoad *loads_total(Pb__AuthorityLoad *const *loads, size_t count, struct arena *arena)
{
    Pb__AuthorityLoad *total = arena_new(arena, Pb__AuthorityLoad);
    if (!total)
        return NULL;
    pb__authority_load__init(total);
    for (size_t i = 0; i < count; i++) {
        total->links += loads[i]->links;
        total->soles += loads[i]->soles;
        total->placements += loads[i]->placements;
        total->provisions_used += loads[i]->provisions_used;
        total->fair_share_milli += loads[i]->fair_share_milli;
        total->links_least += loads[i]->links_least;
        total->links_most += loads[i]->links_most;
        total->visits += loads[i]->visits;
        total->travel_metres += loads[i]->travel_metres;
        total->travel_minutes += loads[i]->travel_minutes;
        total->cost_pence += loads[i]->cost_pence;
    }
    return total;
}

/* --- savings ----------------------------------------------------------------------------------------- */

/* So many visits: visits x (salary / days + miles x pence a mile) as one fraction, rounded once. */
static int64_t visits_pence(uint32_t visits, const Pb__VisitCosts *costs)
{
    wide miles = (wide)costs->return_miles * costs->pence_per_mile * costs->working_days;
    return nearest(visits, (wide)costs->officer_salary_pence + miles, costs->working_days);
}

int64_t visit_pence(const Pb__VisitCosts *costs)
{
    return visits_pence(1, costs);
}

static void saving_reckon(Pb__AuthoritySaving *saving, const Pb__VisitCosts *costs)
{
    saving->without_pence = visits_pence(saving->provisions_used, costs);
    saving->with_pence = visits_pence(saving->allocations, costs);
    saving->saving_pence = saving->without_pence - saving->with_pence;
}

Pb__AuthoritySaving **savings_report(const struct facts *facts, const struct given *given,
                                     const Pb__VisitCosts *costs, struct arena *arena)
{
    size_t count = facts->office_count;
    Pb__AuthoritySaving *savings = arena_array(arena, Pb__AuthoritySaving, count);
    Pb__AuthoritySaving **told = arena_array(arena, Pb__AuthoritySaving *, count);
    if (!savings || !told)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        pb__authority_saving__init(&savings[i]);
        savings[i].authority_id = facts->offices[i].gss.text;
        told[i] = &savings[i];
    }
    for (size_t i = 0; i < facts->placing_count; i++)
        savings[facts->placings[i].office].provisions_used++;
    for (size_t i = 0; i < facts->site_count; i++)
        if (given[i].office != OFFICE_NONE)
            savings[given[i].office].allocations++;
    for (size_t i = 0; i < count; i++)
        saving_reckon(&savings[i], costs);
    return told;
}

Pb__AuthoritySaving *savings_total(Pb__AuthoritySaving *const *savings, size_t count,
                                   const Pb__VisitCosts *costs, struct arena *arena)
{
    Pb__AuthoritySaving *total = arena_new(arena, Pb__AuthoritySaving);
    if (!total)
        return NULL;
    pb__authority_saving__init(total);
    for (size_t i = 0; i < count; i++) {
        total->provisions_used += savings[i]->provisions_used;
        total->allocations += savings[i]->allocations;
    }
    saving_reckon(total, costs);
    return total;
}

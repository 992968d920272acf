#pragma once
/* Loads and savings (rules A8, A9). Pure, in whole pence, metres and minutes; how each is rounded is said. */

#include "services/allocation/rules_propose.h"

/* The inputs with every preset filled in: `given` (NULL: none) before `cycle` (NULL: none) before the
 * presets. COSTS_WRONG. */
enum allocation_refusal visit_costs(const Pb__VisitCosts *given, const Pb__VisitCosts *cycle,
                                    Pb__VisitCosts *ret_costs);

/* What one LA carries, for each office of the facts in their order, in `arena`; NULL past its limit. A visit
 * a link; travel is there and back; minutes are rounded up; cost is visits x salary / working days + miles x
 * pence a mile, each rounded to the nearest penny. `bounds` NULL: bounds are left 0. */
Pb__AuthorityLoad **loads_report(const struct facts *facts, const struct given *given,
                                 const struct bounds *bounds, const Pb__VisitCosts *costs,
                                 struct arena *arena);
/* The region's; NULL past the arena's limit. */
Pb__AuthorityLoad *loads_total(Pb__AuthorityLoad *const *loads, size_t count, struct arena *arena);

/* What one visit costs by them (rule A9), rounded to the nearest penny. */
int64_t visit_pence(const Pb__VisitCosts *costs);

/* Rule A9: A = X x (salary / working days + miles x pence a mile), B the same with links and soles, the
 * product rounded to the nearest penny at the end; saving = A - B. The region's is reckoned from its own
 * counts: it may differ by pennies from the sum of the LAs'. */
Pb__AuthoritySaving **savings_report(const struct facts *facts, const struct given *given,
                                     const Pb__VisitCosts *costs, struct arena *arena);
Pb__AuthoritySaving *savings_total(Pb__AuthoritySaving *const *savings, size_t count,
                                   const Pb__VisitCosts *costs, struct arena *arena);

/* Which threshold of a cycle is in force when, and another one put among them (rule F4). In: a cycle, a day.
 * Out: a threshold, or the cycle with one more. */

#include "services/fees/rules_cycle.h"
#include "services/fees/rules_text.h"
#include "services/fees/rules_threshold.h"

const Pb__FeeThreshold *threshold_in_force(const Pb__FeeCycle *cycle, struct date on)
{
    const Pb__FeeThreshold *found = cycle->n_thresholds ? cycle->thresholds[0] : NULL;
    for (size_t i = 0; i < cycle->n_thresholds; i++)
        if (date_compare(stored_date(cycle->thresholds[i]->from), on) <= 0)
            found = cycle->thresholds[i];
    return found;
}

/* Within the cycle, or the year before it. */
static bool lies_near(const Pb__FeeCycle *cycle, struct date from)
{
    enum { YEAR_DAYS = 366 };
    struct date first = stored_date(cycle->first_on), last = stored_date(cycle->last_on);
    return !date_is_none(from) && from.day >= first.day - YEAR_DAYS && date_compare(from, last) <= 0;
}

static enum fees_refusal expression_check(const char *expression, const struct threshold_indices *indices,
                                          struct fault *ret_fault)
{
    struct threshold threshold;
    struct threshold_problem problem = {0};
    enum fees_refusal refusal = threshold_parse(expression, &threshold, &problem);
    if (refusal == REFUSAL_NONE)
        refusal = threshold_check_names(&threshold, indices, &problem);
    if (refusal != REFUSAL_NONE)
        fees_refuse(ret_fault, refusal, "threshold.expression", "column %u: %s", problem.column,
                    problem.reason);
    return refusal;
}

/* The list with the new one in its place. */
static enum fees_refusal put_among(const Pb__FeeCycle *stored, Pb__FeeThreshold *new, struct arena *arena,
                                   Pb__FeeCycle *cycle)
{
    Pb__FeeThreshold **list = arena_array(arena, Pb__FeeThreshold *, stored->n_thresholds + 1);
    size_t count = 0;
    bool placed = false;
    if (!list)
        return REFUSAL_TOO_MANY;
    for (size_t i = 0; i < stored->n_thresholds; i++) {
        int order = strcmp(stored->thresholds[i]->from, new->from);
        if (order >= 0 && !placed) {
            list[count++] = new;
            placed = true;
        }
        if (order != 0)
            list[count++] = stored->thresholds[i];
    }
    if (!placed)
        list[count++] = new;
    if (count > FEE_THRESHOLDS_MAX)
        return REFUSAL_THRESHOLDS_MANY;
    cycle->thresholds = list;
    cycle->n_thresholds = count;
    return REFUSAL_NONE;
}

enum fees_refusal threshold_set(const Pb__FeeCycle *stored, const Pb__FeeThreshold *asked,
                                const struct threshold_indices *indices, struct date last_held,
                                struct arena *arena, Pb__FeeCycle *ret_cycle, struct fault *ret_fault)
{
    Pb__FeeCycle cycle = *stored;
    struct date from;
    enum fees_refusal refusal = fee_cycle_step(stored->state, FEE_CYCLE_UPDATE, &cycle.state);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    if (!date_field(asked->from, &from) || !lies_near(stored, from))
        return fees_refuse(ret_fault, REFUSAL_THRESHOLD_FROM_WRONG, NULL, NULL);
    if (!date_is_none(last_held) && date_compare(from, last_held) <= 0)
        return fees_refuse(ret_fault, REFUSAL_THRESHOLD_FROM_USED, NULL, NULL);
    refusal = expression_check(asked->expression, indices, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    Pb__FeeThreshold *new = arena_new(arena, Pb__FeeThreshold);
    if (!new)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    *new = *asked;
    refusal = put_among(stored, new, arena, &cycle);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    *ret_cycle = cycle;
    return REFUSAL_NONE;
}

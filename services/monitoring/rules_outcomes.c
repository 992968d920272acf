/* What placements are for and how far they came (rule M7): recorded. In: what is asked, what is stored, the
 * visit. Out: the placement's outcomes as they shall be, or a refusal. What is shown of them is made in
 * rules_outcomes_table.c. */

#include "services/monitoring/rules_outcomes.h"

#include "services/monitoring/rules_text.h"

#include <stdlib.h>

static bool area_is_known(Pb__OutcomeArea area)
{
    return area != PB__OUTCOME_AREA__OUTCOME_AREA_UNSPECIFIED &&
           (unsigned)area <= PB__OUTCOME_AREA__OUTCOME_AREA_ENJOYMENT;
}

static bool progress_is_known(Pb__OutcomeProgress progress)
{
    return progress != PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_UNSPECIFIED &&
           (unsigned)progress <= PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_NONE;
}

enum monitoring_refusal outcomes_intended_check(const Pb__SetIntendedOutcomesRequest *request)
{
    unsigned seen = 0;
    for (size_t i = 0; i < request->n_intended; i++) {
        unsigned bit = area_is_known(request->intended[i]) ? 1u << request->intended[i] : 0;
        if (bit == 0 || (seen & bit))
            return REFUSAL_OUTCOME_AREA_WRONG;
        seen |= bit;
    }
    return seen ? REFUSAL_NONE : REFUSAL_OUTCOME_AREA_WRONG;
}

/* Every area one of those the placement is for, and once; every progress said. */
static enum monitoring_refusal recorded_check(const Pb__PlacementOutcomes *stored,
                                              const Pb__RecordOutcomesRequest *request)
{
    unsigned left = 0;
    for (size_t i = 0; i < stored->n_intended; i++)
        left |= area_is_known(stored->intended[i]) ? 1u << stored->intended[i] : 0;
    for (size_t i = 0; i < request->n_outcomes; i++) {
        const Pb__OutcomeAt *outcome = request->outcomes[i];
        unsigned bit = area_is_known(outcome->area) ? 1u << outcome->area : 0;
        if (!(left & bit))
            return REFUSAL_OUTCOME_NOT_INTENDED;
        if (!progress_is_known(outcome->progress))
            return REFUSAL_OUTCOME_PROGRESS_MISSING;
        left &= ~bit;
    }
    return request->n_outcomes ? REFUSAL_NONE : REFUSAL_OUTCOME_NOT_INTENDED;
}

static int compare_recorded(const void *left, const void *right)
{
    const Pb__OutcomeAt *a = *(const Pb__OutcomeAt *const *)left, *b = *(const Pb__OutcomeAt *const *)right;
    int order = strcmp(a->visited_on, b->visited_on);
    if (order == 0)
        order = ORDER(a->area, b->area);
    return order ? order : strcmp(a->visit_id, b->visit_id);
}

static Pb__OutcomeAt *outcome_at(const Pb__OutcomeAt *given, const Pb__Visit *visit, struct arena *arena)
{
    Pb__OutcomeAt *outcome = arena_new(arena, Pb__OutcomeAt);
    if (!outcome)
        return NULL;
    pb__outcome_at__init(outcome);
    outcome->area = given->area;
    outcome->progress = given->progress;
    outcome->visit_id = visit->id;
    outcome->visited_on = visit->made_on;
    return outcome;
}

enum monitoring_refusal outcomes_record(const Pb__PlacementOutcomes *stored,
                                        const Pb__RecordOutcomesRequest *request, const Pb__Visit *visit,
                                        struct arena *arena, Pb__PlacementOutcomes *ret_outcomes)
{
    Pb__PlacementOutcomes outcomes = *stored;
    size_t count = 0;
    if (visit->state != PB__VISIT_STATE__VISIT_STATE_MADE ||
        strcmp(visit->provision_id, stored->provision_id) != 0)
        return REFUSAL_OUTCOME_VISIT_WRONG;
    enum monitoring_refusal refusal = recorded_check(stored, request);
    if (refusal != REFUSAL_NONE)
        return refusal;
    Pb__OutcomeAt **list = arena_array(arena, Pb__OutcomeAt *, stored->n_recorded + request->n_outcomes);
    if (!list)
        return REFUSAL_TOO_MANY;
    for (size_t i = 0; i < stored->n_recorded; i++)
        if (strcmp(stored->recorded[i]->visit_id, visit->id) != 0)
            list[count++] = stored->recorded[i];
    for (size_t i = 0; i < request->n_outcomes; i++, count++) {
        list[count] = outcome_at(request->outcomes[i], visit, arena);
        if (!list[count])
            return REFUSAL_TOO_MANY;
    }
    if (count > RECORD_ITEMS_MAX)
        return REFUSAL_TOO_MANY;
    qsort(list, count, sizeof *list, compare_recorded);
    outcomes.recorded = list;
    outcomes.n_recorded = count;
    *ret_outcomes = outcomes;
    return REFUSAL_NONE;
}

uint32_t outcome_year(struct date day)
{
    struct date_ymd ymd = date_to_ymd(day);
    return (uint32_t)(ymd.month >= 10 ? ymd.year : ymd.year - 1);
}

/* A provision's fees over the cycles (rule F8). In: one cycle's records, as far as the caller may see them,
 * and the indices. Out: a year of the history. */

#include "services/fees/rules_history.h"

#include "services/fees/rules_decision.h"
#include "services/fees/rules_index.h"
#include "services/fees/rules_text.h"

#include <stdlib.h>

enum { PERCENT_PLACES_SHOWN = 4 };

/* The report is for all members: it has the services as they were submitted. */
static struct fee_services services_of(const struct fee_history_facts *facts)
{
    if (facts->submission)
        return fee_services_of(facts->submission);
    return facts->report ? (struct fee_services){facts->report->services, facts->report->n_services}
                         : (struct fee_services){0};
}

/* Beside what was submitted, the report counts where it is about that. */
static struct fee_figures figures_of(const struct fee_history_facts *facts)
{
    bool counts =
        facts->report && (!facts->submission || facts->report->submission == facts->submission->number);
    return counts ? (struct fee_figures){facts->report->figures, facts->report->n_figures}
                  : (struct fee_figures){0};
}

static bool show_services(const struct fee_history_facts *facts, struct arena *arena,
                          Pb__FeeHistoryYear *year)
{
    const struct fee_services services = services_of(facts);
    const struct fee_figures figures = figures_of(facts);
    year->services = arena_array(arena, Pb__FeeHistoryService *, services.count + 1);
    Pb__FeeHistoryService *room = arena_array(arena, Pb__FeeHistoryService, services.count + 1);
    if (!year->services || !room)
        return false;
    for (size_t i = 0; i < services.count; i++) {
        Pb__FeeHistoryService *service = year->services[i] = &room[i];
        pb__fee_history_service__init(service);
        service->service_id = services.items[i]->id;
        service->title = services.items[i]->title;
        service->current_pence = fee_service_current(services.items[i]);
        service->proposed_pence = fee_service_proposed(services.items[i]);
        fee_figure(&figures, service->service_id, &service->negotiated_pence);
    }
    year->n_services = services.count;
    return true;
}

static bool show_indices(const struct fee_history_facts *facts, struct arena *arena, Pb__FeeHistoryYear *year)
{
    struct date first_on = stored_date(facts->cycle->first_on);
    year->indices = arena_array(arena, Pb__IndexTaken *, facts->index_count + 1);
    Pb__IndexTaken *room = arena_array(arena, Pb__IndexTaken, facts->index_count + 1);
    if (!year->indices || !room)
        return false;
    for (size_t i = 0; i < facts->index_count; i++) {
        const Pb__FeeIndexValue *value = fee_index_value_on(facts->indices[i], first_on);
        if (!value)
            continue;
        Pb__IndexTaken *taken = year->indices[year->n_indices] = &room[year->n_indices];
        year->n_indices++;
        pb__index_taken__init(taken);
        taken->index_id = facts->indices[i]->id;
        taken->percent = value->percent;
        taken->from = value->from;
    }
    return true;
}

/* Of the service whose increase was the largest asked for. */
static bool show_increase(const struct fee_history_facts *facts, struct arena *arena,
                          Pb__FeeHistoryYear *year)
{
    const struct fee_services services = services_of(facts);
    const struct fee_figures figures = figures_of(facts);
    int64_t pence;
    if (!facts->submission)
        return true;
    year->requested_percent = facts->submission->increase_percent;
    const Pb__FeeService *service = fee_service(&services, facts->submission->increase_service_id);
    if (service && fee_figure(&figures, service->id, &pence))
        year->negotiated_percent =
            fee_increase_text(fee_service_current(service), pence, PERCENT_PLACES_SHOWN, arena);
    return year->negotiated_percent;
}

Pb__FeeHistoryYear *fee_history_year(const struct fee_history_facts *facts, struct arena *arena)
{
    Pb__FeeHistoryYear *year = arena_new(arena, Pb__FeeHistoryYear);
    if (!year)
        return NULL;
    pb__fee_history_year__init(year);
    year->cycle_id = facts->cycle->id;
    year->first_on = facts->cycle->first_on;
    year->own = (Pb__FeeLineTotals *)(uintptr_t)facts->own;
    if (facts->consultation)
        year->level = facts->consultation->level;
    if (facts->decision && facts->consultation)
        year->decision = fee_decision_counts(facts->decision, facts->consultation->submission)
                             ? facts->decision->kind
                             : PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING;
    return show_services(facts, arena, year) && show_indices(facts, arena, year) &&
                   show_increase(facts, arena, year)
               ? year
               : NULL;
}

static int compare_years(const void *left, const void *right)
{
    const Pb__FeeHistoryYear *a = *(const Pb__FeeHistoryYear *const *)left,
                             *b = *(const Pb__FeeHistoryYear *const *)right;
    int order = strcmp(a->first_on, b->first_on);
    return order ? order : strcmp(a->cycle_id, b->cycle_id);
}

void fee_history_sort(Pb__FeeHistoryYear **years, size_t count)
{
    if (count > 0)
        qsort(years, count, sizeof *years, compare_years);
}

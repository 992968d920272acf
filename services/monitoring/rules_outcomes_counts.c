/* Children counted by year, area and provision (rule M7). In: a placement's outcomes as they were and as they
 * shall be; tallies. Out: its provision's tally with the one in place of the other; exact counts, which are
 * never sent. */

#include "services/monitoring/rules_outcomes_inside.h"

#include <stdlib.h>

enum { COUNTS_FIRST = 64 };

struct outcomes_builder {
    struct arena *arena;
    struct counts counts;
};

struct arena *outcomes_arena(const struct outcomes_builder *builder)
{
    return builder->arena;
}

struct outcomes_builder *outcomes_create(struct arena *arena)
{
    struct outcomes_builder *builder = arena_new(arena, struct outcomes_builder);
    if (builder)
        builder->arena = arena;
    return builder;
}

/* --- counting ---------------------------------------------------------------------------------------- */

/* Room for one more in a list that doubles; NULL past the arena's limit. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity ? 2 * *capacity : COUNTS_FIRST;
    void *larger = arena_alloc_array(arena, wanted, size);
    if (larger && count > 0)
        memcpy(larger, items, count * size);
    if (larger)
        *capacity = wanted;
    return larger;
}

/* An area that the table does not have, from a newer version, is passed over. */
static bool push_count(struct arena *arena, struct counts *counts, struct count count)
{
    if ((unsigned)count.area < AREA_FIRST || (unsigned)count.area > AREA_LAST)
        return true;
    struct count *items = grown(arena, counts->items, counts->count, &counts->capacity, sizeof *items);
    if (!items)
        return false;
    counts->items = items;
    items[counts->count++] = count;
    return true;
}

/* Is there, in the same year and area, something that was recorded later? */
static bool is_superseded(const Pb__PlacementOutcomes *outcomes, size_t at, uint32_t year)
{
    const Pb__OutcomeAt *this = outcomes->recorded[at];
    for (size_t i = 0; i < outcomes->n_recorded; i++) {
        const Pb__OutcomeAt *other = outcomes->recorded[i];
        struct date day = stored_date(other->visited_on);
        if (i == at || other->area != this->area || date_is_none(day) || outcome_year(day) != year)
            continue;
        int order = strcmp(other->visited_on, this->visited_on);
        if (order == 0)
            order = strcmp(other->visit_id, this->visit_id);
        if (order > 0 || (order == 0 && i > at))
            return true;
    }
    return false;
}

/* One child in each year and area, with the last that was recorded; of nobody (NULL), none. `times` ONCE, or
 * ONCE_LESS, which wraps around and comes right as it is added up. */
#define ONCE      UINT32_C(1)
#define ONCE_LESS UINT32_MAX
static bool count_placement(const Pb__PlacementOutcomes *outcomes, uint32_t times, struct arena *arena,
                            struct counts *counts)
{
    for (size_t i = 0; outcomes && i < outcomes->n_recorded; i++) {
        const Pb__OutcomeAt *at = outcomes->recorded[i];
        struct date day = stored_date(at->visited_on);
        if (date_is_none(day) || is_superseded(outcomes, i, outcome_year(day)))
            continue;
        bool as_intended = at->progress == PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_BETTER ||
                           at->progress == PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_AS_INTENDED;
        struct count count = {outcomes->provision_id, outcome_year(day), at->area, times,
                              as_intended ? times : 0};
        if (!push_count(arena, counts, count))
            return false;
    }
    return true;
}

static bool count_tally(const Pb__OutcomeTally *tally, struct arena *arena, struct counts *counts)
{
    for (size_t i = 0; i < tally->n_rows; i++) {
        const Pb__OutcomeRow *row = tally->rows[i];
        if (!push_count(arena, counts,
                        (struct count){tally->id, row->year, row->area, row->children, row->as_intended}))
            return false;
    }
    return true;
}

int outcomes_compare_cells(const struct count *a, const struct count *b)
{
    int order = ORDER(a->year, b->year);
    return order ? order : ORDER(a->area, b->area);
}

static int compare_counts(const void *left, const void *right)
{
    const struct count *a = left, *b = right;
    int order = outcomes_compare_cells(a, b);
    return order ? order : strcmp(a->provision_id, b->provision_id);
}

/* One count for each year, area and provision, in that order. */
static void add_up(struct counts *counts)
{
    size_t kept = 0;
    if (counts->count == 0)
        return;
    qsort(counts->items, counts->count, sizeof *counts->items, compare_counts);
    for (size_t i = 1; i < counts->count; i++) {
        const struct count *count = &counts->items[i];
        if (compare_counts(count, &counts->items[kept]) == 0) {
            counts->items[kept].children += count->children;
            counts->items[kept].as_intended += count->as_intended;
        } else {
            counts->items[++kept] = *count;
        }
    }
    counts->count = kept + 1;
}

bool outcomes_add_tally(struct outcomes_builder *builder, const Pb__OutcomeTally *tally)
{
    return count_tally(tally, builder->arena, &builder->counts);
}

bool outcomes_count(struct outcomes_builder *builder, const char *provision_id, struct counts *counts)
{
    for (size_t i = 0; i < builder->counts.count; i++) {
        const struct count *count = &builder->counts.items[i];
        if (provision_id && strcmp(provision_id, count->provision_id) != 0)
            continue;
        if (!push_count(builder->arena, counts, *count))
            return false;
    }
    add_up(counts);
    return true;
}

/* --- a tally ----------------------------------------------------------------------------------------- */

static bool fill_rows(const struct counts *counts, struct arena *arena, Pb__OutcomeTally *tally)
{
    tally->n_rows = 0;
    tally->rows = arena_array(arena, Pb__OutcomeRow *, counts->count + 1);
    Pb__OutcomeRow *room = arena_array(arena, Pb__OutcomeRow, counts->count + 1);
    if (!tally->rows || !room)
        return false;
    for (size_t i = 0; i < counts->count; i++) {
        const struct count *count = &counts->items[i];
        if (count->children == 0)
            continue;
        Pb__OutcomeRow *row = tally->rows[tally->n_rows] = &room[tally->n_rows];
        pb__outcome_row__init(row);
        row->year = count->year;
        row->area = count->area;
        row->children = count->children;
        row->as_intended = count->as_intended;
        tally->n_rows++;
    }
    return true;
}

enum code outcomes_tally(const Pb__OutcomeTally *stored, const Pb__PlacementOutcomes *before,
                         const Pb__PlacementOutcomes *after, struct arena *arena, Pb__OutcomeTally *ret_tally)
{
    struct counts counts = {0};
    Pb__OutcomeTally tally;
    if ((stored && !count_tally(stored, arena, &counts)) ||
        !count_placement(before, ONCE_LESS, arena, &counts) || !count_placement(after, ONCE, arena, &counts))
        return CODE_RESOURCE_EXHAUSTED;
    add_up(&counts);
    pb__outcome_tally__init(&tally);
    if (stored)
        tally = *stored;
    tally.id = after->provision_id;
    if (!fill_rows(&counts, arena, &tally))
        return CODE_RESOURCE_EXHAUSTED;
    *ret_tally = tally;
    return CODE_OK;
}

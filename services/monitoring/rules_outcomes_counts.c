/* Children counted by year, area and provision (rule M7). In: placements' outcomes, and tallies of those that
 * were erased, in any order and any number of times. Out: exact counts, which are never sent; and a tally
 * with one erased placement more (rule S2). */

#include "services/monitoring/rules_outcomes_inside.h"

#include <stdlib.h>

enum { TOLD_FIRST = 64 };

struct told {
    const char *id;
    uint64_t version;
    const Pb__PlacementOutcomes *outcomes; /* NULL: a tally */
    const Pb__OutcomeTally *tally;
};

struct outcomes_builder {
    struct arena *arena;
    struct told *told;
    size_t count, capacity;
};

struct arena *outcomes_arena(const struct outcomes_builder *builder)
{
    return builder->arena;
}

/* --- being told -------------------------------------------------------------------------------------- */

struct outcomes_builder *outcomes_create(struct arena *arena)
{
    struct outcomes_builder *builder = arena_new(arena, struct outcomes_builder);
    if (builder)
        builder->arena = arena;
    return builder;
}

/* Room for one more in a list that doubles; NULL past the arena's limit. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity ? 2 * *capacity : TOLD_FIRST;
    void *larger = arena_alloc_array(arena, wanted, size);
    if (larger && count > 0)
        memcpy(larger, items, count * size);
    if (larger)
        *capacity = wanted;
    return larger;
}

static bool tell(struct outcomes_builder *builder, struct told told)
{
    struct told *list =
        grown(builder->arena, builder->told, builder->count, &builder->capacity, sizeof *list);
    if (!list)
        return false;
    builder->told = list;
    list[builder->count++] = told;
    return true;
}

bool outcomes_add(struct outcomes_builder *builder, const Pb__PlacementOutcomes *outcomes)
{
    uint64_t version = outcomes->meta ? outcomes->meta->version : 0;
    return tell(builder, (struct told){outcomes->id, version, outcomes, NULL});
}

bool outcomes_add_tally(struct outcomes_builder *builder, const Pb__OutcomeTally *tally)
{
    uint64_t version = tally->meta ? tally->meta->version : 0;
    return tell(builder, (struct told){tally->id, version, NULL, tally});
}

/* A placement and a provision are never the same record, whatever their identifiers. */
static int compare_told(const void *left, const void *right)
{
    const struct told *a = left, *b = right;
    int order = ORDER(a->tally != NULL, b->tally != NULL);
    if (order == 0)
        order = strcmp(a->id, b->id);
    return order ? order : ORDER(b->version, a->version);
}

static bool is_same_record(const struct told *a, const struct told *b)
{
    return (a->tally != NULL) == (b->tally != NULL) && strcmp(a->id, b->id) == 0;
}

/* --- counting ---------------------------------------------------------------------------------------- */

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

/* One child in each year and area, with the last that was recorded. */
static bool count_placement(const Pb__PlacementOutcomes *outcomes, struct arena *arena, struct counts *counts)
{
    for (size_t i = 0; i < outcomes->n_recorded; i++) {
        const Pb__OutcomeAt *at = outcomes->recorded[i];
        struct date day = stored_date(at->visited_on);
        if (date_is_none(day) || is_superseded(outcomes, i, outcome_year(day)))
            continue;
        bool as_intended = at->progress == PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_BETTER ||
                           at->progress == PB__OUTCOME_PROGRESS__OUTCOME_PROGRESS_AS_INTENDED;
        if (!push_count(arena, counts,
                        (struct count){outcomes->provision_id, outcome_year(day), at->area, 1, as_intended}))
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

bool outcomes_count(struct outcomes_builder *builder, const char *provision_id, struct counts *counts)
{
    if (builder->count > 0)
        qsort(builder->told, builder->count, sizeof *builder->told, compare_told);
    for (size_t i = 0; i < builder->count; i++) {
        const struct told *told = &builder->told[i];
        const char *at = told->tally ? told->tally->id : told->outcomes->provision_id;
        if ((i > 0 && is_same_record(told, told - 1)) || (provision_id && strcmp(provision_id, at) != 0))
            continue;
        if (!(told->tally ? count_tally(told->tally, builder->arena, counts)
                          : count_placement(told->outcomes, builder->arena, counts)))
            return false;
    }
    add_up(counts);
    return true;
}

/* --- erasing ----------------------------------------------------------------------------------------- */

enum code outcomes_tally(const Pb__OutcomeTally *stored, const Pb__PlacementOutcomes *erased,
                         struct arena *arena, Pb__OutcomeTally *ret_tally)
{
    struct counts counts = {0};
    Pb__OutcomeTally tally;
    if ((stored && !count_tally(stored, arena, &counts)) || !count_placement(erased, arena, &counts))
        return CODE_RESOURCE_EXHAUSTED;
    add_up(&counts);
    pb__outcome_tally__init(&tally);
    if (stored)
        tally = *stored;
    tally.id = erased->provision_id;
    tally.rows = arena_array(arena, Pb__OutcomeRow *, counts.count + 1);
    Pb__OutcomeRow *room = arena_array(arena, Pb__OutcomeRow, counts.count + 1);
    if (!tally.rows || !room)
        return CODE_RESOURCE_EXHAUSTED;
    tally.n_rows = counts.count;
    for (size_t i = 0; i < counts.count; i++) {
        Pb__OutcomeRow *row = tally.rows[i] = &room[i];
        pb__outcome_row__init(row);
        row->year = counts.items[i].year;
        row->area = counts.items[i].area;
        row->children = counts.items[i].children;
        row->as_intended = counts.items[i].as_intended;
    }
    *ret_tally = tally;
    return CODE_OK;
}

/* The fixed table of years and areas (rule M7). In: exact counts. Out: rows that tell of no group under five,
 * alone or as the difference of others. */

#include "services/monitoring/rules_outcomes_inside.h"

static bool is_small(uint32_t children)
{
    return children > 0 && children < OUTCOMES_GROUP_LEAST;
}

static uint32_t rounded(uint32_t children)
{
    return (children + OUTCOMES_ROUNDED_TO / 2) / OUTCOMES_ROUNDED_TO * OUTCOMES_ROUNDED_TO;
}

/* A cell and what single provisions' tables do not show of it. */
struct cell {
    uint32_t children, as_intended;
    uint32_t hidden, hidden_as_intended, hidden_others;
    uint32_t hidden_groups; /* in how many provisions those `hidden` are */
};

static bool shows_children(uint32_t children)
{
    return children >= OUTCOMES_GROUP_LEAST;
}

static bool shows_part(uint32_t children, uint32_t as_intended)
{
    return shows_children(children) && !is_small(as_intended) && !is_small(children - as_intended);
}

static void cell_add(struct cell *cell, const struct count *count)
{
    cell->children += count->children;
    cell->as_intended += count->as_intended;
    if (!shows_children(count->children)) {
        cell->hidden += count->children;
        cell->hidden_groups += count->children > 0;
    }
    if (!shows_part(count->children, count->as_intended)) {
        cell->hidden_as_intended += count->as_intended;
        cell->hidden_others += count->children - count->as_intended;
    }
}

/* Would the region's row less the provisions' tell of a small group: by being one, or by leaving each that is
 * hidden one size only, the least or the most it can have? */
static bool tells(const struct cell *cell)
{
    return is_small(cell->hidden) ||
           (cell->hidden > 0 && (cell->hidden == cell->hidden_groups ||
                                 cell->hidden == cell->hidden_groups * (OUTCOMES_GROUP_LEAST - 1)));
}

static void show_cell(const struct cell *cell, bool of_region, Pb__OutcomeRow *row)
{
    row->suppressed = !shows_children(cell->children) || (of_region && tells(cell));
    row->as_intended_suppressed =
        row->suppressed || !shows_part(cell->children, cell->as_intended) ||
        (of_region && (is_small(cell->hidden_as_intended) || is_small(cell->hidden_others)));
    row->children = row->suppressed ? 0 : rounded(cell->children);
    row->as_intended = row->as_intended_suppressed ? 0 : rounded(cell->as_intended);
}

static size_t years_in(const struct counts *counts)
{
    size_t years = 0;
    for (size_t i = 0; i < counts->count; i++)
        years += i == 0 || counts->items[i].year != counts->items[i - 1].year;
    return years;
}

static enum code make_table(struct outcomes_builder *builder, const char *provision_id,
                            Pb__OutcomeRow ***ret_rows, size_t *ret_count)
{
    enum { AREAS = AREA_LAST - AREA_FIRST + 1 };
    struct arena *arena = outcomes_arena(builder);
    struct counts counts = {0};
    if (!outcomes_count(builder, provision_id, &counts))
        return CODE_RESOURCE_EXHAUSTED;
    size_t most = years_in(&counts) * AREAS, at = 0, count = 0;
    Pb__OutcomeRow **rows = arena_array(arena, Pb__OutcomeRow *, most + 1);
    Pb__OutcomeRow *room = arena_array(arena, Pb__OutcomeRow, most + 1);
    if (!rows || !room)
        return CODE_RESOURCE_EXHAUSTED;
    while (at < counts.count) {
        uint32_t year = counts.items[at].year;
        for (int area = AREA_FIRST; area <= AREA_LAST; area++) {
            const struct count here = {.year = year, .area = (Pb__OutcomeArea)area};
            struct cell cell = {0};
            for (; at < counts.count && outcomes_compare_cells(&counts.items[at], &here) == 0; at++)
                cell_add(&cell, &counts.items[at]);
            Pb__OutcomeRow *row = rows[count] = &room[count];
            pb__outcome_row__init(row);
            row->year = year;
            row->area = here.area;
            show_cell(&cell, !provision_id, row);
            count++;
        }
    }
    *ret_rows = rows;
    *ret_count = count;
    return CODE_OK;
}

enum code outcomes_of_provision(struct outcomes_builder *builder, const char *provision_id,
                                Pb__OutcomeRow ***ret_rows, size_t *ret_count)
{
    return make_table(builder, provision_id, ret_rows, ret_count);
}

enum code outcomes_of_region(struct outcomes_builder *builder, Pb__OutcomeRow ***ret_rows, size_t *ret_count)
{
    return make_table(builder, NULL, ret_rows, ret_count);
}

/* Which groups of a kind can be shown (rules F8, M7). In: who and what makes up each. Out: those that are
 * shown.
 *
 * Of one kind there are its whole, its two parts of the year, and its sub-regions; a cell is one part of one
 * sub-region. Adding and subtracting groups that are shown can single cells out. What the least such sets of
 * cells are is found by solving for it: let a be what a part of the year is taken with, s what a sub-region
 * is, t what the whole is (0 where one is not shown); a set has each cell with a + s + t, and that must be 0
 * or 1 in each cell that there is. So, but for sets that contain another or a group that is shown, there are
 * only
 *   - the sub-regions that are not shown, together (with the whole);
 *   - the cells of one part in sub-regions that are not shown, or that have both parts; and, where those that
 * are not shown have that part alone, the same without them (while parts are shown). Each of them must be
 * safe, or have nothing in it. test_rules_benchmark.c tries all sets there are. */

#include "services/fees/rules_benchmark_inside.h"

/* Cells put together. */
struct set {
    struct authority_set authorities;
    const char *provider_id;
    bool several_providers;
    uint32_t provisions;
};

static void add_provider(struct set *set, const struct cell *cell)
{
    if (!cell->provider_id)
        return;
    set->several_providers = set->several_providers || cell->several_providers ||
                             (set->provider_id && strcmp(set->provider_id, cell->provider_id) != 0);
    set->provider_id = cell->provider_id;
}

/* Adds those parts of a sub-region, which has not been added so far. */
static void add_column(struct set *set, const struct column *column, unsigned parts)
{
    for (unsigned mask = 1; mask <= BOTH_PARTS; mask++)
        if (mask & parts)
            set->provisions += column->provisions[mask];
    for (int part = 0; part < PARTS; part++) {
        if (!(parts & 1u << part))
            continue;
        add_provider(set, &column->cells[part]);
        for (size_t i = 0; i < AUTHORITY_WORDS; i++)
            set->authorities.words[i] |= column->cells[part].authorities.words[i];
    }
}

static bool has_part(const struct column *column, int part)
{
    return column->cells[part].provider_id;
}

static bool is_safe(const struct set *set)
{
    int authorities = 0;
    for (size_t i = 0; i < AUTHORITY_WORDS; i++)
        authorities += __builtin_popcountll(set->authorities.words[i]);
    static_assert(BENCHMARK_PROVIDERS_LEAST == 2, "one provider, or several");
    return set->provisions >= BENCHMARK_PROVISIONS_LEAST && set->several_providers &&
           authorities >= BENCHMARK_AUTHORITIES_LEAST;
}

static bool is_safe_or_nothing(const struct set *set)
{
    return set->provisions == 0 || is_safe(set);
}

/* --- sub-regions ------------------------------------------------------------------------------------- */

static struct set hidden_columns(const struct kind_cells *cells, const struct shown *shown)
{
    struct set set = {0};
    for (size_t i = 0; i < cells->count; i++)
        if (!shown->columns[i])
            add_column(&set, &cells->columns[i], BOTH_PARTS);
    return set;
}

static uint32_t provisions_in(const struct column *column)
{
    struct set set = {0};
    add_column(&set, column, BOTH_PARTS);
    return set.provisions;
}

/* The one with fewest provisions of those that are shown. There is one: all of them together are safe. */
static size_t smallest_shown(const struct kind_cells *cells, const struct shown *shown)
{
    size_t smallest = cells->count;
    for (size_t i = 0; i < cells->count; i++)
        if (shown->columns[i] && (smallest == cells->count || provisions_in(&cells->columns[i]) <
                                                                  provisions_in(&cells->columns[smallest])))
            smallest = i;
    assert(smallest < cells->count);
    return smallest;
}

static void suppress_columns(const struct kind_cells *cells, struct shown *shown)
{
    for (size_t i = 0; i < cells->count; i++) {
        struct set set = {0};
        add_column(&set, &cells->columns[i], BOTH_PARTS);
        shown->columns[i] = is_safe(&set);
    }
    for (struct set hidden = hidden_columns(cells, shown); !is_safe_or_nothing(&hidden);
         hidden = hidden_columns(cells, shown))
        shown->columns[smallest_shown(cells, shown)] = false;
}

/* --- parts of the year ------------------------------------------------------------------------------- */

static bool hidden_have_that_part_alone(const struct kind_cells *cells, const struct shown *shown, int part)
{
    for (size_t i = 0; i < cells->count; i++)
        if (!shown->columns[i] && has_part(&cells->columns[i], !part))
            return false;
    return true;
}

/* That part in sub-regions that have both and are shown, and (`with_hidden`) in those that are not. */
static struct set mixed(const struct kind_cells *cells, const struct shown *shown, int part, bool with_hidden)
{
    struct set set = {0};
    for (size_t i = 0; i < cells->count; i++) {
        const struct column *column = &cells->columns[i];
        if (shown->columns[i] ? has_part(column, !part) : with_hidden)
            add_column(&set, column, 1u << part);
    }
    return set;
}

/* With them is all of the part but sub-regions that are shown, and safe: the part itself is safe too. */
static bool parts_are_safe(const struct kind_cells *cells, const struct shown *shown)
{
    for (int part = 0; part < PARTS; part++) {
        const struct set with = mixed(cells, shown, part, true), without = mixed(cells, shown, part, false);
        if (!is_safe_or_nothing(&with))
            return false;
        if (hidden_have_that_part_alone(cells, shown, part) && !is_safe_or_nothing(&without))
            return false;
    }
    return true;
}

void fee_benchmark_suppress(const struct kind_cells *cells, struct shown *ret_shown)
{
    struct set whole = {0};
    for (size_t i = 0; i < cells->count; i++)
        add_column(&whole, &cells->columns[i], BOTH_PARTS);
    ret_shown->kind = is_safe(&whole);
    if (!ret_shown->kind)
        return;
    suppress_columns(cells, ret_shown);
    bool safe = parts_are_safe(cells, ret_shown);
    for (int part = 0; part < PARTS; part++) {
        struct set set = {0};
        for (size_t i = 0; i < cells->count; i++)
            add_column(&set, &cells->columns[i], 1u << part);
        ret_shown->parts[part] = safe && set.provisions > 0;
    }
}

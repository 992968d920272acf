/* The tables of benchmarks (rule F8). In: provisions with what their lines cost. Out: every group of the
 * three tables, with its quartiles where it can be shown. */

#include "common/domain/money.h"
#include "services/fees/rules_benchmark_inside.h"
#include "services/fees/rules_text.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const part_words[PARTS] = {
    [TERM_TIME] = "day and 38 weeks",
    [ALL_YEAR] = "52 weeks",
};
#define ELSEWHERE "outside the region"

struct tables {
    struct fee_benchmark *benchmark;
    const uint32_t *order; /* numbers of sub-regions, by name */
    int64_t *values;       /* room for one of each provision */
    const struct site *asked;
    Pb__BenchmarkRow **rows;
    size_t count;
};

/* Of which kind, part of the year (a bit for each) and sub-region a group is. */
struct group {
    Pb__ProvisionKind kind;
    unsigned parts;
    bool any_sub_region;
    uint32_t sub_region;
};

static bool is_of(const struct site *site, const struct group *group)
{
    bool has_lines = false;
    for (int part = 0; part < PARTS; part++)
        has_lines = has_lines || (group->parts & 1u << part && site->lines[part] > 0);
    return has_lines && site->kind == group->kind &&
           (group->any_sub_region || site->group == group->sub_region);
}

/* --- numbers ----------------------------------------------------------------------------------------- */

static int64_t average_of(const struct site *site, unsigned parts)
{
    int64_t pence = 0, lines = 0;
    for (int part = 0; part < PARTS; part++) {
        if (!(parts & 1u << part))
            continue;
        pence += site->weekly_pence[part];
        lines += site->lines[part];
    }
    return (2 * pence + lines) / (2 * lines);
}

static int compare_values(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return ORDER(*a, *b);
}

/* At place (n - 1) * quarter / 4 of values in order. */
static int64_t quartile(const int64_t *values, size_t count, size_t quarter)
{
    size_t place = (count - 1) * quarter, whole = place / 4;
    int64_t part = (int64_t)(place % 4), step = part ? values[whole + 1] - values[whole] : 0;
    return values[whole] + (step * part + 2) / 4;
}

static void show_numbers(const struct tables *tables, const struct group *group, Pb__BenchmarkRow *row)
{
    size_t count = 0;
    for (size_t i = 0; i < tables->benchmark->sites.count; i++) {
        const struct site *site = fee_rows_get(&tables->benchmark->sites, i);
        if (is_of(site, group))
            tables->values[count++] = average_of(site, group->parts);
    }
    assert(count >= BENCHMARK_PROVISIONS_LEAST);
    qsort(tables->values, count, sizeof *tables->values, compare_values);
    row->provisions =
        (uint32_t)(count + BENCHMARK_ROUNDED_TO / 2) / BENCHMARK_ROUNDED_TO * BENCHMARK_ROUNDED_TO;
    row->lower_quartile_pence = quartile(tables->values, count, 1);
    row->median_pence = quartile(tables->values, count, 2);
    row->upper_quartile_pence = quartile(tables->values, count, 3);
}

/* --- rows -------------------------------------------------------------------------------------------- */

static bool add_row(struct tables *tables, Pb__BenchmarkTable table, const char *words,
                    const struct group *group, bool is_shown)
{
    Pb__BenchmarkRow *row = arena_new(tables->benchmark->arena, Pb__BenchmarkRow);
    if (!row)
        return false;
    pb__benchmark_row__init(row);
    row->table = table;
    row->kind = group->kind;
    row->group = words;
    row->suppressed = !is_shown;
    row->asked = tables->asked && is_of(tables->asked, group);
    if (is_shown)
        show_numbers(tables, group, row);
    tables->rows[tables->count++] = row;
    return true;
}

static bool add_kind(struct tables *tables, Pb__ProvisionKind kind, const struct shown *shown)
{
    const struct group group = {.kind = kind, .parts = BOTH_PARTS, .any_sub_region = true};
    return add_row(tables, PB__BENCHMARK_TABLE__BENCHMARK_TABLE_KIND, "", &group, shown->kind);
}

static bool add_parts(struct tables *tables, Pb__ProvisionKind kind, const struct shown *shown)
{
    for (int part = 0; part < PARTS; part++) {
        const struct group group = {.kind = kind, .parts = 1u << part, .any_sub_region = true};
        if (!add_row(tables, PB__BENCHMARK_TABLE__BENCHMARK_TABLE_KIND_ATTENDANCE, part_words[part], &group,
                     shown->parts[part]))
            return false;
    }
    return true;
}

static bool add_sub_regions(struct tables *tables, Pb__ProvisionKind kind, const struct shown *shown)
{
    const struct fee_rows *groups = &tables->benchmark->groups;
    for (size_t i = 0; i < groups->count; i++) {
        uint32_t number = tables->order[i];
        const struct group group = {.kind = kind, .parts = BOTH_PARTS, .sub_region = number};
        const char *name = groups->ids[number][0] ? groups->ids[number] : ELSEWHERE;
        if (!add_row(tables, PB__BENCHMARK_TABLE__BENCHMARK_TABLE_KIND_SUB_REGION, name, &group,
                     shown->columns[number]))
            return false;
    }
    return true;
}

/* --- what may be shown ------------------------------------------------------------------------------- */

static void add_provider(struct cell *cell, const char *provider_id)
{
    cell->several_providers =
        cell->several_providers || (cell->provider_id && strcmp(cell->provider_id, provider_id) != 0);
    cell->provider_id = provider_id;
}

static void add_site(struct column *column, const struct site *site)
{
    unsigned parts = 0;
    for (int part = 0; part < PARTS; part++) {
        if (site->lines[part] == 0)
            continue;
        parts |= 1u << part;
        add_provider(&column->cells[part], site->provider_id);
    }
    column->provisions[parts]++;
}

static bool suppress(const struct fee_benchmark *benchmark, Pb__ProvisionKind kind, struct shown *ret_shown)
{
    struct arena *arena = benchmark->arena;
    struct kind_cells cells = {arena_array(arena, struct column, benchmark->groups.count + 1),
                               benchmark->groups.count};
    struct shown shown = {.columns = arena_array(arena, bool, cells.count + 1)};
    char id[32];
    if (!cells.columns || !shown.columns)
        return false;
    for (size_t i = 0; i < benchmark->sites.count; i++) {
        const struct site *site = fee_rows_get(&benchmark->sites, i);
        if (site->kind == kind)
            add_site(&cells.columns[site->group], site);
    }
    for (size_t i = 0; i < cells.count; i++) {
        snprintf(id, sizeof id, "%d/%zu", (int)kind, i);
        const struct placers *placers = fee_rows_find(&benchmark->placers, id);
        for (int part = 0; placers && part < PARTS; part++)
            cells.columns[i].cells[part].authorities = placers->of[part];
    }
    fee_benchmark_suppress(&cells, &shown);
    *ret_shown = shown;
    return true;
}

/* --- all of it --------------------------------------------------------------------------------------- */

struct named {
    const char *name;
    uint32_t number;
};

/* By name; what stands outside the region comes last. */
static int compare_named(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = ORDER(a->name[0] == '\0', b->name[0] == '\0');
    return order ? order : strcmp(a->name, b->name);
}

static uint32_t *order_groups(const struct fee_benchmark *benchmark)
{
    size_t count = benchmark->groups.count;
    struct named *named = arena_array(benchmark->arena, struct named, count + 1);
    uint32_t *order = arena_array(benchmark->arena, uint32_t, count + 1);
    if (!named || !order)
        return NULL;
    for (size_t i = 0; i < count; i++)
        named[i] = (struct named){benchmark->groups.ids[i], (uint32_t)i};
    qsort(named, count, sizeof *named, compare_named);
    for (size_t i = 0; i < count; i++)
        order[i] = named[i].number;
    return order;
}

enum code fee_benchmark_build(struct fee_benchmark *benchmark, const char *provision_id,
                              Pb__BenchmarkRow ***ret_rows, size_t *ret_count)
{
    enum { KINDS = KIND_LAST - KIND_FIRST + 1 };
    size_t most = KINDS * (1 + PARTS + benchmark->groups.count);
    struct shown shown[KINDS];
    struct tables tables = {.benchmark = benchmark, .order = order_groups(benchmark)};
    tables.values = arena_array(benchmark->arena, int64_t, benchmark->sites.count + 1);
    tables.rows = arena_array(benchmark->arena, Pb__BenchmarkRow *, most + 1);
    if (!tables.order || !tables.values || !tables.rows)
        return CODE_RESOURCE_EXHAUSTED;
    if (provision_id[0])
        tables.asked = fee_rows_find(&benchmark->sites, provision_id);
    for (int i = 0; i < KINDS; i++)
        if (!suppress(benchmark, (Pb__ProvisionKind)(KIND_FIRST + i), &shown[i]))
            return CODE_RESOURCE_EXHAUSTED;
    bool (*const add[])(struct tables *, Pb__ProvisionKind, const struct shown *) = {add_kind, add_parts,
                                                                                     add_sub_regions};
    for (size_t table = 0; table < sizeof add / sizeof add[0]; table++)
        for (int i = 0; i < KINDS; i++)
            if (!add[table](&tables, (Pb__ProvisionKind)(KIND_FIRST + i), &shown[i]))
                return CODE_RESOURCE_EXHAUSTED;
    *ret_rows = tables.rows;
    *ret_count = tables.count;
    return CODE_OK;
}

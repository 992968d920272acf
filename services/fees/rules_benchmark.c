/* What benchmarks are made from (rule F8). In: the totals of LAs at provisions, one by one. Out: each
 * provision once, with what its lines cost, and who has lines in which group. */

#include "common/domain/money.h"
#include "services/fees/rules_benchmark_inside.h"
#include "services/fees/rules_line_sums.h"

#include <stdio.h>

struct fee_benchmark *fee_benchmark_create(struct arena *arena)
{
    struct fee_benchmark *benchmark = arena_new(arena, struct fee_benchmark);
    if (!benchmark)
        return NULL;
    benchmark->arena = arena;
    fee_rows_init(&benchmark->sites, sizeof(struct site), arena);
    fee_rows_init(&benchmark->groups, sizeof(uint32_t), arena);
    fee_rows_init(&benchmark->authorities, sizeof(uint32_t), arena);
    fee_rows_init(&benchmark->placers, sizeof(struct placers), arena);
    return benchmark;
}

/* The number of an identifier, in the order in which they were first told. False past a limit. */
static bool number_of(struct fee_rows *rows, const char *id, size_t most, uint32_t *ret_number)
{
    size_t count = rows->count;
    bool begun;
    uint32_t *number = fee_rows_at(rows, id, &begun);
    if (!number || rows->count > most)
        return false;
    if (begun)
        *number = (uint32_t)count;
    *ret_number = *number;
    return true;
}

bool fee_benchmark_add_sub_region(struct fee_benchmark *benchmark, const char *name)
{
    uint32_t number;
    return number_of(&benchmark->groups, name, BENCHMARK_GROUPS_MAX, &number);
}

/* As it was first told of. */
static struct site *site_at(struct fee_benchmark *benchmark, const char *provision_id,
                            const struct fee_benchmark_of *of)
{
    bool begun;
    struct site *site = fee_rows_at(&benchmark->sites, provision_id, &begun);
    if (!site || !begun)
        return site;
    site->kind = of->kind;
    site->provider_id = arena_text(benchmark->arena, of->provider_id);
    return site->provider_id &&
                   number_of(&benchmark->groups, of->sub_region, BENCHMARK_GROUPS_MAX, &site->group)
               ? site
               : NULL;
}

static struct placers *placers_at(struct fee_benchmark *benchmark, const struct site *site)
{
    char id[32];
    snprintf(id, sizeof id, "%d/%u", (int)site->kind, site->group);
    return fee_rows_at(&benchmark->placers, id, NULL);
}

bool fee_benchmark_add(struct fee_benchmark *benchmark, const Pb__FeeLineTotals *totals,
                       const struct fee_benchmark_of *of)
{
    const struct fee_totals parts[PARTS] = {
        [TERM_TIME] = fee_totals_of(totals->term_time), [ALL_YEAR] = fee_totals_of(totals->all_year)};
    uint32_t authority;
    if (parts[TERM_TIME].lines == 0 && parts[ALL_YEAR].lines == 0)
        return true;
    struct site *site = site_at(benchmark, totals->provision_id, of);
    if (!site || !number_of(&benchmark->authorities, totals->authority_id, OFFICES_MAX, &authority))
        return false;
    struct placers *placers = placers_at(benchmark, site);
    if (!placers)
        return false;
    for (int part = 0; part < PARTS; part++) {
        if (parts[part].lines == 0)
            continue;
        site->lines[part] += parts[part].lines;
        site->weekly_pence[part] += parts[part].current.weekly;
        placers->of[part].words[authority / 64] |= UINT64_C(1) << authority % 64;
    }
    return true;
}

int64_t fee_average_pence(const Pb__FeeLineTotals *totals)
{
    const struct fee_totals none = {0}, all = totals ? fee_line_totals_all(totals) : none;
    struct money average;
    return all.lines > 0 && money_scale(money_pence(all.current.weekly), 1, all.lines, &average) == CODE_OK
               ? average.pence
               : 0;
}

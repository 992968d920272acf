#pragma once
/* Where a fee stands among comparable provisions (rule F8), so that no small group can be found out (rule
 * M7). Pure.
 *
 * A provision counts once in a group, with what its lines of that group cost now a week on average, to the
 * nearest penny, halves up. Of n such numbers in order, x[0] … x[n-1], the k-th quartile is the one at place
 * (n-1) * k/4, between two places in proportion, to the nearest penny, halves up (what spreadsheets call
 * QUARTILE.INC).
 *
 * A group is safe where it has lines of BENCHMARK_PROVISIONS_LEAST provisions, of BENCHMARK_PROVIDERS_LEAST
 * providers and of BENCHMARK_AUTHORITIES_LEAST LAs: three, so that an LA that takes its own out is not left
 * with one other's. Only safe groups are shown. Then, within each kind, groups are suppressed, the smallest
 * first, until whatever can be had by adding and subtracting groups that are shown, of one table or of
 * several, is safe itself. The tables are whole: a group in which there is nothing looks like any that is
 * suppressed. */

#include "common/base/arena.h"
#include "common/base/error.h"

#include "ccrag/v1/fee_lines.pb-c.h"
#include "ccrag/v1/fees.pb-c.h"

struct fee_benchmark;

/* Everything is kept in `arena`. NULL past its limit. */
struct fee_benchmark *fee_benchmark_create(struct arena *arena);

/* A sub-region of the region, by name, whether or not any provision stands there. In any order, any number of
 * times. False past the arena's limit, or with more than BENCHMARK_GROUPS_MAX. */
bool fee_benchmark_add_sub_region(struct fee_benchmark *benchmark, const char *name);

/* What a provision is. Borrowed for the call. */
struct fee_benchmark_of {
    Pb__ProvisionKind kind;
    const char *sub_region;  /* name of that of the LA in whose area it stands; "": none of the region's */
    const char *provider_id; /* "": not known; all such count as one provider's */
};
/* The lines of one LA at one provision: each totals of the cycle once, in any order, with the same `of` for
 * the same provision. They are not kept. False as above. */
bool fee_benchmark_add(struct fee_benchmark *benchmark, const Pb__FeeLineTotals *totals,
                       const struct fee_benchmark_of *of);

/* Every group of the three tables, by table, kind and name. `provision_id`: the groups it is of are marked,
 * by its lines; "": none. Texts in the arena. RESOURCE_EXHAUSTED past its limit. */
enum code fee_benchmark_build(struct fee_benchmark *benchmark, const char *provision_id,
                              Pb__BenchmarkRow ***ret_rows, size_t *ret_count);

/* What those lines cost now a week on average, as above; 0 without lines. `totals` may be NULL. */
int64_t fee_average_pence(const Pb__FeeLineTotals *totals);

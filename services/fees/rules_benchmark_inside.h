#pragma once
/* What telling, suppressing and showing benchmarks share. Private to rules_benchmark*.c. */

#include "common/base/limits.h"
#include "services/fees/rules_benchmark.h"
#include "services/fees/rules_rows.h"

enum {
    KIND_FIRST = PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL,
    KIND_LAST = PB__PROVISION_KIND__PROVISION_KIND_OTHER,
    AUTHORITY_WORDS = OFFICES_MAX / 64,
};

/* Parts of the year that are paid. */
enum part { TERM_TIME, ALL_YEAR, PARTS };
enum { BOTH_PARTS = (1 << PARTS) - 1 };

/* A provision, and what its lines cost a week now. */
struct site {
    Pb__ProvisionKind kind;
    uint32_t group; /* sub-region, by number */
    const char *provider_id;
    int64_t weekly_pence[PARTS];
    uint32_t lines[PARTS];
};

/* LAs, by number. */
struct authority_set {
    uint64_t words[AUTHORITY_WORDS];
};
/* Who has lines at provisions of one kind in one sub-region. */
struct placers {
    struct authority_set of[PARTS];
};

struct fee_benchmark {
    struct arena *arena;
    struct fee_rows sites;       /* struct site, by provision */
    struct fee_rows groups;      /* uint32_t, by name of sub-region: its number */
    struct fee_rows authorities; /* uint32_t, by GSS code: its number */
    struct fee_rows placers;     /* struct placers, by kind and sub-region */
};

/* Lines of one part of the year of one kind in one sub-region: what groups are put together from. */
struct cell {
    struct authority_set authorities;
    const char *provider_id; /* NULL: no provision */
    bool several_providers;
};
/* A sub-region's lines of one kind. */
struct column {
    struct cell cells[PARTS];
    uint32_t provisions[BOTH_PARTS + 1]; /* by the parts of which they have lines, a bit for each */
};
/* Everything of one kind, by number of the sub-region. */
struct kind_cells {
    struct column *columns;
    size_t count;
};

/* Which groups of a kind are shown. */
struct shown {
    bool kind;
    bool parts[PARTS];
    bool *columns;
};
/* `ret_shown->columns` has room for `cells->count`, zeroed. */
void fee_benchmark_suppress(const struct kind_cells *cells, struct shown *ret_shown);

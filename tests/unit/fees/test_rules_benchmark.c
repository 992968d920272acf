/* Benchmarks: the numbers, and that nobody can find a small group out (rules F8, M7). */

#include "services/fees/rules_benchmark.h"
#include "services/fees/rules_line_sums.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define KIND_TABLE       PB__BENCHMARK_TABLE__BENCHMARK_TABLE_KIND
#define PART_TABLE       PB__BENCHMARK_TABLE__BENCHMARK_TABLE_KIND_ATTENDANCE
#define SUB_REGION_TABLE PB__BENCHMARK_TABLE__BENCHMARK_TABLE_KIND_SUB_REGION
#define CHILDRENS        PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME
#define SCHOOL           PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL

enum { HOMES_MAX = 64, AUTHORITIES = 6, SUB_REGIONS = 3, PARTS = 2, KINDS = 8 };

static const char *const codes[AUTHORITIES] = {"E10000012", "E10000015", "E10000016",
                                               "E06000031", "E06000032", "E06000033"};
static const char *const providers[] = {"", "provider-1", "provider-2", "provider-3"};
static const char *const sub_regions[SUB_REGIONS] = {"", "East", "West"};

/* A home, and what each LA pays there a week: in term time, all year; 0: it has no line. */
struct home {
    Pb__ProvisionKind kind;
    unsigned sub_region, provider;
    int64_t pence[AUTHORITIES][PARTS];
};

struct world {
    struct arena arena;
    struct home homes[HOMES_MAX];
    size_t count;
    Pb__BenchmarkRow **rows;
    size_t row_count;
};

static struct world *begin(void)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    arena_init(&world.arena, TEST_ARENA_BYTES);
    return &world;
}

static void tell_home(struct fee_benchmark *benchmark, const struct world *world, size_t number,
                      unsigned authority)
{
    const struct home *home = &world->homes[number];
    const struct fee_benchmark_of of = {home->kind, sub_regions[home->sub_region], providers[home->provider]};
    Pb__FeeLineTotals totals;
    Pb__FeeTotals parts[PARTS];
    Pb__FeeAmounts current[PARTS];
    char id[32];
    snprintf(id, sizeof id, "home-%02zu", number);
    pb__fee_line_totals__init(&totals);
    totals.provision_id = id, totals.authority_id = codes[authority];
    for (int part = 0; part < PARTS; part++) {
        pb__fee_totals__init(&parts[part]);
        pb__fee_amounts__init(&current[part]);
        parts[part].lines = home->pence[authority][part] > 0;
        current[part].weekly_pence = home->pence[authority][part];
        parts[part].current = &current[part];
    }
    totals.term_time = &parts[0], totals.all_year = &parts[1];
    cr_assert(fee_benchmark_add(benchmark, &totals, &of));
}

/* Backwards or forwards, the same. */
static void build(struct world *world, const char *asked, bool backwards)
{
    struct fee_benchmark *benchmark = fee_benchmark_create(&world->arena);
    for (unsigned i = 0; i < SUB_REGIONS; i++)
        cr_assert(fee_benchmark_add_sub_region(benchmark, sub_regions[i]));
    for (size_t i = 0; i < world->count * AUTHORITIES; i++) {
        size_t at = backwards ? world->count * AUTHORITIES - 1 - i : i;
        tell_home(benchmark, world, at / AUTHORITIES, (unsigned)(at % AUTHORITIES));
    }
    cr_assert(fee_benchmark_build(benchmark, asked, &world->rows, &world->row_count) == CODE_OK);
}

/* `group`: "" of the first table. */
static const Pb__BenchmarkRow *row_of(const struct world *world, Pb__BenchmarkTable table,
                                      Pb__ProvisionKind kind, const char *group)
{
    for (size_t i = 0; i < world->row_count; i++)
        if (world->rows[i]->table == table && world->rows[i]->kind == kind &&
            strcmp(world->rows[i]->group, group) == 0)
            return world->rows[i];
    cr_assert(false, "no row %s", group);
    return NULL;
}

/* A home in the east, of one of two providers in turn, with one line of one of three LAs in turn. */
static void add_home(struct world *world, int64_t pence)
{
    struct home *home = &world->homes[world->count];
    home->kind = CHILDRENS, home->sub_region = 1, home->provider = 1 + world->count % 2;
    home->pence[world->count % 3][1] = pence;
    world->count++;
}

/* --- the numbers ------------------------------------------------------------------------------------- */

/* At place (n - 1) * k/4, halves of a penny up; counts to the nearest five. */
Test(rules_benchmark, quartiles)
{
    const struct {
        size_t count;
        int64_t values[13];
        uint32_t shown;
        int64_t lower, median, upper;
    } cases[] = {
        {5, {500, 100, 400, 200, 300}, 5, 200, 300, 400},
        {6, {10, 20, 30, 40, 50, 60}, 5, 23, 35, 48},   /* 22.5, 35, 47.5 */
        {7, {1, 2, 3, 4, 5, 6, 7}, 5, 3, 4, 6},         /* 2.5, 4, 5.5 */
        {8, {1, 3, 5, 7, 9, 11, 13, 15}, 10, 5, 8, 12}, /* 4.5, 8, 11.5 */
        {8, {15, 13, 11, 9, 7, 5, 3, 2}, 10, 5, 8, 12}, /* 4.5, 8, 11.5: the order makes no difference */
        {5, {300, 300, 300, 300, 300}, 5, 300, 300, 300},
        {12, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 10, 4, 7, 9}, /* 3.75, 6.5, 9.25 */
        {13, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, 15, 4, 7, 10},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world *world = begin();
        for (size_t j = 0; j < cases[i].count; j++)
            add_home(world, cases[i].values[j]);
        build(world, "", false);
        const Pb__BenchmarkRow *row = row_of(world, KIND_TABLE, CHILDRENS, "");
        cr_assert(!row->suppressed && row->provisions == cases[i].shown, "case %zu", i);
        cr_assert(row->lower_quartile_pence == cases[i].lower && row->median_pence == cases[i].median &&
                      row->upper_quartile_pence == cases[i].upper,
                  "case %zu: %ld %ld %ld", i, (long)row->lower_quartile_pence, (long)row->median_pence,
                  (long)row->upper_quartile_pence);
        arena_finish(&world->arena);
    }
}

/* A home counts once, with the average of its lines: of the group's part of the year, or of all. */
Test(rules_benchmark, a_home_counts_once)
{
    struct world *world = begin();
    for (int i = 0; i < 5; i++)
        add_home(world, 1000 + i);
    for (unsigned i = 0; i < 5; i++)
        world->homes[i].pence[3][1] = world->homes[i].pence[i % 3][1] + 1; /* averages end in a half */
    world->homes[0].pence[4][0] = 400;                                     /* and one has a day pupil */
    build(world, "home-00", false);
    const Pb__BenchmarkRow *all = row_of(world, KIND_TABLE, CHILDRENS, ""),
                           *year = row_of(world, PART_TABLE, CHILDRENS, "52 weeks"),
                           *term = row_of(world, PART_TABLE, CHILDRENS, "day and 38 weeks");
    cr_assert(all->provisions == 5 && all->median_pence == 1003); /* 800, 1002, 1003, 1004, 1005 */
    cr_assert(all->lower_quartile_pence == 1002 && all->upper_quartile_pence == 1004);
    cr_assert(year->suppressed && term->suppressed, "one day pupil, and what is left without it");
    cr_assert(all->asked && year->asked && term->asked);
    cr_assert(!row_of(world, KIND_TABLE, SCHOOL, "")->asked);
    cr_assert(row_of(world, SUB_REGION_TABLE, CHILDRENS, "East")->asked);
    cr_assert(!row_of(world, SUB_REGION_TABLE, CHILDRENS, "West")->asked);
    arena_finish(&world->arena);
}

Test(rules_benchmark, what_an_authority_pays_on_average)
{
    Pb__FeeLineTotals totals;
    Pb__FeeTotals term, year;
    Pb__FeeAmounts of_term, of_year;
    pb__fee_line_totals__init(&totals);
    cr_assert(fee_average_pence(NULL) == 0 && fee_average_pence(&totals) == 0);
    pb__fee_totals__init(&term), pb__fee_totals__init(&year);
    pb__fee_amounts__init(&of_term), pb__fee_amounts__init(&of_year);
    term.lines = 1, of_term.weekly_pence = 400, term.current = &of_term;
    year.lines = 1, of_year.weekly_pence = 1001, year.current = &of_year;
    totals.term_time = &term, totals.all_year = &year;
    cr_assert(fee_average_pence(&totals) == 701); /* 700.5 */
}

/* Every group of every table is there, in order, whether or not there is anything in it. */
Test(rules_benchmark, the_tables_are_whole)
{
    struct world *world = begin();
    build(world, "nowhere", false);
    cr_assert(world->row_count == KINDS * (1 + PARTS + SUB_REGIONS));
    for (size_t i = 0; i < world->row_count; i++) {
        const Pb__BenchmarkRow *row = world->rows[i];
        cr_assert(row->suppressed && row->provisions == 0 && row->median_pence == 0 && !row->asked);
        cr_assert(i == 0 || row->table > world->rows[i - 1]->table ||
                  (row->table == world->rows[i - 1]->table && row->kind >= world->rows[i - 1]->kind));
    }
    cr_assert_str_eq(world->rows[world->row_count - 3]->group, "East");
    cr_assert_str_eq(world->rows[world->row_count - 1]->group, "outside the region");
    arena_finish(&world->arena);
}

/* --- what is suppressed ------------------------------------------------------------------------------ */

/* Five provisions, two providers, three LAs. */
Test(rules_benchmark, which_groups_are_safe)
{
    const struct {
        size_t homes, providers, authorities;
        bool shown;
    } cases[] = {
        {5, 2, 3, true},  {4, 2, 3, false}, {9, 1, 3, false},
        {9, 2, 2, false}, {9, 2, 1, false}, {9, 3, 4, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world *world = begin();
        for (size_t j = 0; j < cases[i].homes; j++) {
            struct home *home = &world->homes[world->count++];
            home->kind = CHILDRENS, home->sub_region = 1;
            home->provider = (unsigned)(j % cases[i].providers); /* the first: not known */
            home->pence[j % cases[i].authorities][1] = 1000;
        }
        build(world, "", false);
        cr_assert(row_of(world, KIND_TABLE, CHILDRENS, "")->suppressed == !cases[i].shown, "case %zu", i);
        cr_assert(row_of(world, SUB_REGION_TABLE, CHILDRENS, "East")->suppressed == !cases[i].shown);
        cr_assert(row_of(world, PART_TABLE, CHILDRENS, "52 weeks")->suppressed == !cases[i].shown);
        arena_finish(&world->arena);
    }
}

static void add_homes(struct world *world, size_t count, unsigned sub_region, int part)
{
    for (size_t i = 0; i < count; i++) {
        struct home *home = &world->homes[world->count];
        home->kind = CHILDRENS, home->sub_region = sub_region, home->provider = 1 + world->count % 2;
        home->pence[world->count % 3][part] = 1000;
        world->count++;
    }
}

/* The next smallest goes with a small one; a third stays. */
Test(rules_benchmark, a_small_group_takes_another_with_it)
{
    struct world *world = begin();
    add_homes(world, 9, 0, 1);
    add_homes(world, 6, 1, 1);
    add_homes(world, 2, 2, 1);
    build(world, "", false);
    cr_assert(!row_of(world, KIND_TABLE, CHILDRENS, "")->suppressed);
    cr_assert(!row_of(world, SUB_REGION_TABLE, CHILDRENS, "outside the region")->suppressed);
    cr_assert(row_of(world, SUB_REGION_TABLE, CHILDRENS, "East")->suppressed);
    cr_assert(row_of(world, SUB_REGION_TABLE, CHILDRENS, "West")->suppressed);
    arena_finish(&world->arena);
}

/* Of two tables: the west has term time alone, and all but one of term time is there. Showing both would
 * single the one out. */
Test(rules_benchmark, two_tables_do_not_single_one_out)
{
    struct world *world = begin();
    add_homes(world, 8, 2, 0);
    add_homes(world, 1, 1, 0);
    add_homes(world, 9, 1, 1);
    build(world, "", false);
    cr_assert(!row_of(world, KIND_TABLE, CHILDRENS, "")->suppressed);
    cr_assert(!row_of(world, SUB_REGION_TABLE, CHILDRENS, "East")->suppressed);
    cr_assert(!row_of(world, SUB_REGION_TABLE, CHILDRENS, "West")->suppressed);
    cr_assert(row_of(world, PART_TABLE, CHILDRENS, "52 weeks")->suppressed);
    cr_assert(row_of(world, PART_TABLE, CHILDRENS, "day and 38 weeks")->suppressed);
    arena_finish(&world->arena);
}

/* --- the attack: whatever adding and subtracting gives is safe --------------------------------------- */

enum { CELLS = SUB_REGIONS * PARTS, GROUPS = 1 + PARTS + SUB_REGIONS, PRIME = 1000003 };

static unsigned cell_of(unsigned sub_region, unsigned part)
{
    return sub_region * PARTS + part;
}

/* Is there anything in a cell; and of a set of cells (a bit each), is it safe? Told from the homes
 * themselves. */
static bool has_any(const struct world *world, unsigned cells)
{
    for (size_t i = 0; i < world->count; i++)
        for (unsigned a = 0; a < AUTHORITIES; a++)
            for (unsigned part = 0; part < PARTS; part++)
                if (cells & 1u << cell_of(world->homes[i].sub_region, part) && world->homes[i].pence[a][part])
                    return true;
    return false;
}

static bool is_safe(const struct world *world, unsigned cells)
{
    unsigned homes = 0, providers_seen = 0, authorities = 0;
    for (size_t i = 0; i < world->count; i++) {
        bool counts = false;
        for (unsigned a = 0; a < AUTHORITIES; a++) {
            for (unsigned part = 0; part < PARTS; part++) {
                if (!(cells & 1u << cell_of(world->homes[i].sub_region, part)) ||
                    !world->homes[i].pence[a][part])
                    continue;
                counts = true;
                authorities |= 1u << a;
                providers_seen |= 1u << world->homes[i].provider;
            }
        }
        homes += counts;
    }
    return homes >= 5 && __builtin_popcount(providers_seen) >= 2 && __builtin_popcount(authorities) >= 3;
}

/* Which cells each group has, and whether it is shown: the whole, the parts, the sub-regions. */
static void groups_of(const struct world *world, unsigned cells[GROUPS], bool shown[GROUPS])
{
    const char *const words[GROUPS] = {"",    "day and 38 weeks", "52 weeks", "outside the region", "East",
                                       "West"};
    for (unsigned group = 0; group < GROUPS; group++) {
        Pb__BenchmarkTable table = group == 0 ? KIND_TABLE : group <= PARTS ? PART_TABLE : SUB_REGION_TABLE;
        cells[group] = 0;
        for (unsigned sub_region = 0; sub_region < SUB_REGIONS; sub_region++)
            for (unsigned part = 0; part < PARTS; part++)
                if (group == 0 || group == 1 + part || group == 1 + PARTS + sub_region)
                    cells[group] |= 1u << cell_of(sub_region, part);
        shown[group] = !row_of(world, table, CHILDRENS, words[group])->suppressed;
    }
}

static int64_t inverse(int64_t value)
{
    int64_t result = 1, power = PRIME - 2;
    for (; power; power >>= 1, value = value * value % PRIME)
        if (power & 1)
            result = result * value % PRIME;
    return result;
}

/* The rank of rows of cells: numbers of so few cells are far below the prime. */
static int rank_of(int64_t rows[][CELLS], int count)
{
    int rank = 0;
    for (int column = 0; column < CELLS && rank < count; column++) {
        int pivot = rank;
        while (pivot < count && rows[pivot][column] == 0)
            pivot++;
        if (pivot == count)
            continue;
        for (int j = 0; j < CELLS; j++) {
            int64_t swapped = rows[pivot][j];
            rows[pivot][j] = rows[rank][j], rows[rank][j] = swapped;
        }
        for (int i = 0; i < count; i++) {
            if (i == rank || rows[i][column] == 0)
                continue;
            int64_t factor = rows[i][column] * inverse(rows[rank][column]) % PRIME;
            for (int j = 0; j < CELLS; j++)
                rows[i][j] = ((rows[i][j] - factor * rows[rank][j]) % PRIME + PRIME) % PRIME;
        }
        rank++;
    }
    return rank;
}

static void put_row(int64_t row[CELLS], unsigned cells, unsigned there)
{
    for (int j = 0; j < CELLS; j++)
        row[j] = (cells & there & 1u << j) != 0;
}

/* Can the cells be had from groups that are shown? */
static bool is_had(const unsigned groups[GROUPS], const bool shown[GROUPS], unsigned cells, unsigned there)
{
    int64_t rows[GROUPS + 1][CELLS], more[GROUPS + 1][CELLS];
    int count = 0;
    for (int i = 0; i < GROUPS; i++) {
        if (!shown[i])
            continue;
        put_row(rows[count], groups[i], there);
        put_row(more[count++], groups[i], there);
    }
    put_row(more[count], cells, there);
    return rank_of(rows, count) == rank_of(more, count + 1);
}

static void make_up(struct world *world, uint64_t *seed)
{
    unsigned homes[CELLS], many = below(seed, 2) ? 9 : 5;
    unsigned provider_count = 1 + below(seed, COUNT(providers)), authority_count = 2 + below(seed, 4);
    for (unsigned cell = 0; cell < CELLS; cell++)
        homes[cell] = below(seed, 3) == 0 ? 0 : below(seed, many);
    for (unsigned cell = 0; cell < CELLS; cell++) {
        for (unsigned i = 0; i < homes[cell] && world->count < HOMES_MAX; i++) {
            struct home *home = &world->homes[world->count++];
            home->kind = CHILDRENS, home->sub_region = cell / PARTS;
            home->provider = below(seed, provider_count);
            home->pence[below(seed, authority_count)][cell % PARTS] = 1 + below(seed, 1000);
            if (below(seed, 6) == 0)
                home->pence[below(seed, authority_count)][below(seed, PARTS)] = 1 + below(seed, 1000);
        }
    }
}

Test(rules_benchmark, nothing_small_can_be_had_by_subtraction)
{
    enum { ROUNDS = 6000 };
    uint64_t seed = 5;
    unsigned wholes = 0, parts = 0, sub_regions_shown = 0, taken_along = 0, mixed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct world *world = begin();
        unsigned groups[GROUPS], there = 0;
        bool shown[GROUPS], again[GROUPS];
        make_up(world, &seed);
        build(world, "", false);
        groups_of(world, groups, shown);
        build(world, "", true);
        groups_of(world, groups, again);
        cr_assert(memcmp(shown, again, sizeof shown) == 0, "round %d: the order makes no difference", round);
        for (unsigned cell = 0; cell < CELLS; cell++)
            there |= has_any(world, 1u << cell) ? 1u << cell : 0;
        for (unsigned cells = 1; cells < 1u << CELLS; cells++)
            cr_assert((cells & ~there) || is_safe(world, cells) || !is_had(groups, shown, cells, there),
                      "round %d: cells %x of %x", round, cells, there);
        cr_assert(shown[0] == is_safe(world, groups[0]), "round %d: what is safe is not hidden for nothing",
                  round);
        wholes += shown[0], parts += shown[1] && shown[2];
        for (unsigned i = 1; i < GROUPS; i++)
            taken_along += shown[0] && !shown[i] && is_safe(world, groups[i]);
        for (unsigned i = 1 + PARTS; i < GROUPS; i++)
            sub_regions_shown += shown[i];
        mixed += shown[0] && !shown[1] && is_safe(world, groups[1]) && is_safe(world, groups[2]);
        arena_finish(&world->arena);
    }
    cr_assert(wholes > 1000 && parts > 100 && sub_regions_shown > 1000 && taken_along > 100 && mixed > 20,
              "%u %u %u %u %u: worlds of every sort were tried", wholes, parts, sub_regions_shown,
              taken_along, mixed);
}

/* Where nothing is small nothing is suppressed. */
Test(rules_benchmark, large_groups_are_all_shown)
{
    struct world *world = begin();
    for (unsigned cell = 0; cell < CELLS; cell++)
        add_homes(world, 6, cell / PARTS, (int)(cell % PARTS));
    build(world, "", false);
    for (size_t i = 0; i < world->row_count; i++)
        cr_assert(world->rows[i]->suppressed == (world->rows[i]->kind != CHILDRENS));
    arena_finish(&world->arena);
}

/* Three hundred thousand lines are so many totals at most; each is told and forgotten. */
Test(rules_benchmark, very_many)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct fee_benchmark *benchmark = fee_benchmark_create(&arena);
    Pb__BenchmarkRow **rows;
    size_t count;
    for (unsigned provision = 0; provision < 2500; provision++) {
        for (unsigned authority = 0; authority < 40; authority++) {
            char id[32], code[32], provider[32];
            snprintf(id, sizeof id, "home-%u", provision);
            snprintf(code, sizeof code, "E%08u", (provision * 7 + authority * 11) % 400);
            snprintf(provider, sizeof provider, "p-%u", provision % 300);
            Pb__FeeAmounts current;
            Pb__FeeTotals year;
            Pb__FeeLineTotals totals;
            pb__fee_amounts__init(&current), pb__fee_totals__init(&year), pb__fee_line_totals__init(&totals);
            current.weekly_pence = 300000 + provision, year.lines = 1, year.current = &current;
            totals.all_year = &year, totals.provision_id = id, totals.authority_id = code;
            const struct fee_benchmark_of of = {CHILDRENS, sub_regions[provision % 3], provider};
            cr_assert(fee_benchmark_add(benchmark, &totals, &of));
        }
    }
    cr_assert(fee_benchmark_build(benchmark, "", &rows, &count) == CODE_OK);
    cr_assert(arena.used_bytes < 8 * 1024 * 1024, "%zu bytes", arena.used_bytes);
    arena_finish(&arena);
}

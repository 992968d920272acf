/* The raw limit of a search: a bare grid of columns for each kind, no availability, no marks, no reasons, no
 * text; the same places and homes as index.c. What is in a cell near enough is tested for its traits and its
 * distance on a plane, and the twenty nearest are kept. `bench_raw_grid [places] [seconds]` */

#include "services/matching/rules.h"
#include "tests/bench/bench.h"
#include "tests/bench/places.h"

#include <math.h>

enum { SOUTH = 505000000, WEST = -30000000, CELL = 400000, SIDE = 101, CELLS = SIDE * SIDE };

struct row {
    unsigned kind, cell;
    float north, east; /* metres */
    uint64_t traits;
};

struct grid {
    uint32_t first[CELLS + 1];
    float *north, *east;
    uint64_t *traits;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    unsigned x = left->kind * CELLS + left->cell, y = right->kind * CELLS + right->cell;
    return (x > y) - (x < y);
}

/* One scale for the whole country: good enough to be fast, which is all that is asked here. */
static float metres_north(int32_t e7)
{
    return (float)((e7 - SOUTH) * 0.0111319);
}
static float metres_east(int32_t e7)
{
    return (float)((e7 - WEST) * 0.0111319 * 0.609); /* cos 52.5° */
}
static int slot(int32_t e7, int32_t origin)
{
    int at = (e7 - origin) / CELL;
    return at < 0 ? 0 : at >= SIDE ? SIDE - 1 : at;
}

static struct row *draw_rows(size_t count, size_t *ret_kept)
{
    struct arena arena;
    struct places places;
    struct row *rows = calloc(count, sizeof *rows);
    BENCH_NEED(rows, "out of memory");
    arena_init(&arena, 1 << 20);
    places_init(&places, &arena, "");
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        Pb__Provision *provision;
        Pb__PlaceGroup *group;
        Pb__Vacancy *vacancy;
        arena_reset(&arena);
        places_next(&places, (unsigned)i, &provision, &group, &vacancy);
        if (!provision->position)
            continue;
        int32_t north = provision->position->latitude_e7, east = provision->position->longitude_e7;
        rows[kept++] = (struct row){.kind = provision->kind,
                                    .cell = (unsigned)(slot(north, SOUTH) * SIDE + slot(east, WEST)),
                                    .north = metres_north(north),
                                    .east = metres_east(east),
                                    .traits = traits_of(group, provision)};
    }
    arena_finish(&arena);
    *ret_kept = kept;
    return rows;
}

static void grid_fill(struct grid *grid, const struct row *rows, size_t count)
{
    size_t room = count ? count : 1;
    grid->north = calloc(room, sizeof *grid->north);
    grid->east = calloc(room, sizeof *grid->east);
    grid->traits = calloc(room, sizeof *grid->traits);
    BENCH_NEED(grid->north && grid->east && grid->traits, "out of memory");
    for (size_t i = 0; i < count; i++) {
        grid->north[i] = rows[i].north;
        grid->east[i] = rows[i].east;
        grid->traits[i] = rows[i].traits;
        grid->first[rows[i].cell + 1]++;
    }
    for (size_t i = 0; i < CELLS; i++)
        grid->first[i + 1] += grid->first[i];
}

struct best {
    float squares[PLACES_BEST];
    uint32_t rows[PLACES_BEST], count;
};

static void keep(struct best *best, float square, uint32_t row)
{
    uint32_t at = best->count < PLACES_BEST ? best->count++ : PLACES_BEST - 1;
    for (; at > 0 && best->squares[at - 1] > square; at--) {
        best->squares[at] = best->squares[at - 1];
        best->rows[at] = best->rows[at - 1];
    }
    best->squares[at] = square;
    best->rows[at] = row;
}

/* How many fit; the nearest are in `best`. */
static uint32_t look(const struct grid *grid, struct position_e7 home, uint64_t wanted, struct best *best)
{
    const float within = (float)PLACES_WITHIN_M * PLACES_WITHIN_M;
    float north = metres_north(home.latitude), east = metres_east(home.longitude);
    uint32_t fitting = 0;
    int reach_north = (int)(PLACES_WITHIN_M / 0.0111319), reach_east = (int)(reach_north / 0.609);
    int to = slot(home.latitude + reach_north, SOUTH);
    for (int line = slot(home.latitude - reach_north, SOUTH); line <= to; line++) {
        uint32_t row = grid->first[line * SIDE + slot(home.longitude - reach_east, WEST)],
                 end = grid->first[line * SIDE + slot(home.longitude + reach_east, WEST) + 1];
        for (; row < end; row++) {
            float y = grid->north[row] - north, x = grid->east[row] - east, square = x * x + y * y;
            if ((grid->traits[row] & wanted) != wanted || square > within)
                continue;
            fitting++;
            if (best->count < PLACES_BEST || square < best->squares[PLACES_BEST - 1])
                keep(best, square, row);
        }
    }
    return fitting;
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000, kept;
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3;
    static struct grid grids[PLACES_KINDS + 1];
    struct row *rows = draw_rows(count, &kept);
    qsort(rows, kept, sizeof *rows, compare_rows);
    for (size_t from = 0, to; from < kept; from = to) {
        for (to = from; to < kept && rows[to].kind == rows[from].kind;)
            to++;
        grid_fill(&grids[rows[from].kind], rows + from, to - from);
    }
    free(rows);
    uint64_t wanted = TRAIT(TRAIT_NEEDS + PB__NEED__NEED_SEMH - 1) | TRAIT(TRAIT_AGES + PLACES_AGE),
             searches = 0, fitted = 0;
    struct made_up region = {.state = 3};
    const struct grid *grid = &grids[PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME];
    double began = bench_cpu(), ended;
    do {
        for (int i = 0; i < 16; i++) { /* the clock costs as much as a search */
            struct best best = {.count = 0};
            fitted += look(grid, places_home(&region), wanted, &best);
            searches++;
        }
        ended = bench_cpu();
    } while (ended - began < seconds);
    bench_say("grid_searches_per_s", (double)searches / (ended - began));
    bench_say("grid_fitting", (double)fitted / (double)searches);
    return 0;
}

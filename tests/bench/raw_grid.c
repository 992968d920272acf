/* The raw limit of a search: a bare grid of columns for each kind, no availability, no marks, no reasons, no
 * text; the same places and homes as index.c. What is in a cell near enough is tested for its traits and its
 * distance on a plane, block by block with the widest instructions there are, the home's own line of cells
 * first; the twenty nearest are kept. `bench_raw_grid [places] [seconds]` */

#include "services/matching/rules.h"
#include "tests/bench/bench.h"
#include "tests/bench/places.h"

#include <math.h>

enum { SOUTH = 505000000, WEST = -30000000, CELL = 400000, SIDE = 101, CELLS = SIDE * SIDE, BLOCK = 64 };

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
    size_t room = count + BLOCK; /* a block may reach beyond the last row */
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

/* What is asked, as the columns have it. */
struct question {
    float north, east;
    uint64_t wanted;
    uint32_t fitting;
    struct best best;
};

/* How many of a block's rows fit. Their squared distances, and of the others one beyond all, in `squares`;
 * `ret_nearer` counts those nearer than `worst`. */
__attribute__((target_clones("avx2", "default"))) static uint32_t measure(const struct grid *grid,
                                                                          uint32_t first,
                                                                          const struct question *question,
                                                                          float worst, float squares[BLOCK],
                                                                          uint32_t *ret_nearer)
{
    const float within = (float)PLACES_WITHIN_M * PLACES_WITHIN_M, *north = grid->north + first,
                *east = grid->east + first;
    const uint64_t *traits = grid->traits + first, wanted = question->wanted;
    float y = question->north, x = question->east;
    int32_t lacks[BLOCK];
    uint32_t fit = 0, nearer = 0;
    for (uint32_t i = 0; i < BLOCK; i++)
        lacks[i] = (traits[i] & wanted) != wanted;
    for (uint32_t i = 0; i < BLOCK; i++) {
        float dy = north[i] - y, dx = east[i] - x;
        squares[i] = dx * dx + dy * dy + (float)lacks[i] * 4 * within; /* no branch: whole vectors */
    }
    for (uint32_t i = 0; i < BLOCK; i++) {
        fit += squares[i] <= within;
        nearer += squares[i] < worst;
    }
    *ret_nearer = nearer;
    return fit;
}

/* Rows up to `end`: a last block that is not whole is looked at row by row. */
static void look_at(const struct grid *grid, uint32_t row, uint32_t end, struct question *question)
{
    const float within = (float)PLACES_WITHIN_M * PLACES_WITHIN_M;
    struct best *best = &question->best;
    for (; row < end; row += BLOCK) {
        float squares[BLOCK], worst = best->count < PLACES_BEST ? within : best->squares[PLACES_BEST - 1];
        uint32_t nearer, count = end - row < BLOCK ? end - row : BLOCK;
        uint32_t fit = measure(grid, row, question, worst, squares, &nearer);
        if (count < BLOCK) { /* rows of other cells are in it */
            fit = 0;
            for (uint32_t i = 0; i < count; i++)
                fit += squares[i] <= within;
        }
        question->fitting += fit;
        for (uint32_t i = 0; nearer && i < count; i++)
            if (squares[i] < worst &&
                (best->count < PLACES_BEST || squares[i] < best->squares[PLACES_BEST - 1]))
                keep(best, squares[i], row + i);
    }
}

/* The cells of one line that the circle touches. */
static void look_along(const struct grid *grid, struct position_e7 home, int line, struct question *question)
{
    float south = metres_north(SOUTH + line * CELL), north = metres_north(SOUTH + (line + 1) * CELL);
    float off = question->north < south   ? south - question->north
                : question->north > north ? question->north - north
                                          : 0;
    if (off > PLACES_WITHIN_M)
        return;
    float half = sqrtf((float)PLACES_WITHIN_M * PLACES_WITHIN_M - off * off);
    int reach = (int)(half / 0.0111319F / 0.609F) + 1;
    look_at(grid, grid->first[line * SIDE + slot(home.longitude - reach, WEST)],
            grid->first[line * SIDE + slot(home.longitude + reach, WEST) + 1], question);
}

/* How many fit; the nearest are in `ret_best`. */
static uint32_t look(const struct grid *grid, struct position_e7 home, uint64_t wanted, struct best *ret_best)
{
    struct question question = {
        metres_north(home.latitude), metres_east(home.longitude), wanted, 0, {.count = 0}};
    int reach = (int)(PLACES_WITHIN_M / 0.0111319), own = slot(home.latitude, SOUTH),
        from = slot(home.latitude - reach, SOUTH), to = slot(home.latitude + reach, SOUTH);
    look_along(grid, home, own, &question);
    for (int off = 1; own - off >= from || own + off <= to; off++) {
        if (own - off >= from)
            look_along(grid, home, own - off, &question);
        if (own + off <= to)
            look_along(grid, home, own + off, &question);
    }
    *ret_best = question.best;
    return question.fitting;
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
            struct best best;
            fitted += look(grid, places_home(&region), wanted, &best);
            searches++;
        }
        ended = bench_cpu();
    } while (ended - began < seconds);
    bench_say("grid_searches_per_s", (double)searches / (ended - began));
    bench_say("grid_fitting", (double)fitted / (double)searches);
    return 0;
}

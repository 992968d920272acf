/* The scan of one search: the rows that can lie within the limit, sieved by what is asked, measured, marked;
 * the best are kept. In: a root and a search that was located. Out: hits. It writes no text and no response
 * (results.c).
 *
 * Every row that fits is counted. Its score is reckoned only where it can still be among the best: its other
 * marks tell how near it would have to be. */

#include "services/matching/index_inside.h"

#include "common/domain/trig.h"

enum {
    SIEVE_ROWS = 512, /* at one time */
    RUNS_MAX = 64,    /* gone through together, so that the memory is asked for many things at once */
    CHORD_BEYOND = 5, /* more than any squared chord: that of a diameter is 4 */
};

#define RADIANS_PER_E7 (TRIG_PI / 180.0 / 1e7)

static uint16_t slot_of(double e7, int32_t origin, unsigned slots)
{
    double slot = (e7 - origin) * (1.0 / CELL_SIZE_E7);
    return (uint16_t)(slot < 0 ? 0 : slot >= slots ? slots - 1 : slot);
}

/* Squared chords that bound the limit from without and within, from the series of the sine; what lies between
 * is measured. */
static void reckon_limit(struct scan *scan)
{
    const struct search *search = scan->search;
    double angle = (search->within_m + 1.0) / EARTH_RADIUS_METRES; /* a metre for rounding */
    double less = (search->within_m - 1.0) / EARTH_RADIUS_METRES;
    double most = angle * angle, sure = less * less, reach = angle / RADIANS_PER_E7 + 1;
    scan->half_angle_squared = most / 4;
    scan->chord_most = most;
    scan->chord_sure = sure - sure * sure / 12;
    scan->band_from = slot_of(search->home.latitude - reach, GRID_SOUTH_E7, GRID_BANDS);
    scan->band_to = slot_of(search->home.latitude + reach, GRID_SOUTH_E7, GRID_BANDS);
}

/* Half the difference of longitude that a place in this band can have and be within the limit, at most: from
 * the haversine, with the sine bounded below by x - x³/6 and the arc sine above by x + x³/4 (good to 0.8).
 * Negative: none can be within; 4 or more: any can. */
static double half_longitude(const struct scan *scan, unsigned number)
{
    double south = GRID_SOUTH_E7 + (double)number * CELL_SIZE_E7, north = south + CELL_SIZE_E7;
    double latitude = scan->search->home.latitude;
    double away = latitude < south ? south - latitude : latitude > north ? latitude - north : 0;
    double half = away * RADIANS_PER_E7 / 2, sine = half - half * half * half * (1.0 / 6);
    double rest = scan->half_angle_squared - sine * sine;
    if (rest < 0)
        return -1;
    double square = rest * scan->root->spreads[number] * scan->home_spread;
    if (square > 0.4)
        return 4;
    double x = __builtin_sqrt(square);
    return x + x * x * x / 4;
}

static struct cells cells_within(const struct scan *scan, unsigned number)
{
    const struct cells all = {0, GRID_CELLS - 1}, none = {1, 0};
    if (number == 0 || number == GRID_BANDS - 1) /* what lies beyond the grid is in these too */
        return all;
    double half = half_longitude(scan, number);
    if (half < 0)
        return none;
    if (half >= 4)
        return all;
    double reach = half * (2 / RADIANS_PER_E7) + 10, longitude = scan->search->home.longitude;
    return (struct cells){slot_of(longitude - reach, GRID_WEST_E7, GRID_CELLS),
                          slot_of(longitude + reach, GRID_WEST_E7, GRID_CELLS)};
}

static void reckon_cells(struct scan *scan)
{
    bool limited = scan->search->within_m;
    for (unsigned number = scan->band_from; number <= scan->band_to; number++)
        scan->cells[number] = limited ? cells_within(scan, number) : (struct cells){0, GRID_CELLS - 1};
    scan->cells[BAND_NOWHERE] = limited ? (struct cells){1, 0} : (struct cells){0, GRID_CELLS - 1};
}

void scan_init(struct scan *scan, const struct matching_root *root, const struct search *search)
{
    scan->root = root;
    scan->search = search;
    scan->home = sphere_point_of(search->home);
    scan->home_spread = 1 / __builtin_sqrt(scan->home.x * scan->home.x + scan->home.y * scan->home.y);
    scan->half_angle_squared = 4;
    scan->chord_most = scan->chord_sure = CHORD_BEYOND;
    scan->band_from = 0;
    scan->band_to = GRID_BANDS - 1;
    scan->wide = sieve_is_wide();
    scan->surely_free =
        search->until == DAY_FAR && search->places == 1 && search->from >= 0 && search->from < DAY16_FAR;
    scan->plain = scan->surely_free && !search->avoid_count && !search->by_contract;
    scan->fee_most = search->fee_max ? search->fee_max : UINT32_MAX;
    if (search->within_m)
        reckon_limit(scan);
    reckon_cells(scan);
    rank_init(scan);
}

/* Rows beside each other that may hold what lies within the limit. */
struct run {
    const struct band *band;
    struct cells cells;
};

/* Where a scan stands. */
struct pass {
    const struct scan *scan;
    struct hits *hits;
    uint32_t run_count, waiting_count;
    struct run runs[RUNS_MAX];
    struct waiting waiting[WAITING_MAX];
};

static void settle_waiting(struct pass *pass)
{
    rank_waiting(pass->scan, pass->waiting, pass->waiting_count, pass->hits);
    pass->waiting_count = 0;
}

static void sieve_run(struct pass *pass, const struct run *run)
{
    const struct scan *scan = pass->scan;
    const struct band *band = run->band;
    uint32_t rows[SIEVE_ROWS + SIEVE_SPARE], to = band->first[run->cells.to + 1];
    for (uint32_t from = band->first[run->cells.from]; from < to; from += SIEVE_ROWS) {
        uint32_t end = to - from > SIEVE_ROWS ? from + SIEVE_ROWS : to;
        uint32_t count = sieve(scan, band, from, end, rows);
        struct waiting *waiting = pass->waiting + pass->waiting_count;
        for (uint32_t i = 0; i < count; i++) {
            __builtin_prefetch(&band->rows[rows[i]]);
            waiting[i] = (struct waiting){band, rows[i]};
        }
        pass->waiting_count += count;
        if (pass->waiting_count > WAITING_MAX - SIEVE_ROWS)
            settle_waiting(pass);
    }
}

/* Asks the memory for what the sieve will read. */
static void fetch_run(const struct scan *scan, const struct run *run)
{
    const struct band *band = run->band;
    uint32_t from = band->first[run->cells.from], to = band->first[run->cells.to + 1];
    if (from == to)
        return;
    for (uint64_t wanted = scan->search->wanted & ~band->all; wanted; wanted &= wanted - 1) {
        const uint64_t *bits = band->bits + (size_t)__builtin_ctzll(wanted) * band->words;
        __builtin_prefetch(bits + from / BAND_WORD);
    }
    const uint16_t *days = scan->search->until == DAY_FAR ? band->open : band->from;
    __builtin_prefetch(days + from);
}

static void scan_runs(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->run_count; i++)
        fetch_run(pass->scan, &pass->runs[i]);
    for (uint32_t i = 0; i < pass->run_count; i++)
        sieve_run(pass, &pass->runs[i]);
    settle_waiting(pass);
    pass->run_count = 0;
}

static void scan_band(struct pass *pass, unsigned number)
{
    const struct cells cells = scan_cells(pass->scan, number);
    if (cells.from > cells.to)
        return;
    for (uint32_t kinds = pass->scan->search->kinds; kinds; kinds &= kinds - 1) {
        const struct band *band = pass->scan->root->bands[__builtin_ctz(kinds)][number];
        if (!band)
            continue;
        __builtin_prefetch(band);
        __builtin_prefetch(&band->first[cells.from]);
        __builtin_prefetch(&band->first[cells.to + 1]);
        pass->runs[pass->run_count++] = (struct run){band, cells};
        if (pass->run_count == RUNS_MAX)
            scan_runs(pass);
    }
}

static uint64_t band_rows(const struct scan *scan, unsigned number)
{
    const struct cells cells = scan_cells(scan, number);
    uint64_t rows = 0;
    if (cells.from > cells.to)
        return 0;
    for (uint32_t kinds = scan->search->kinds; kinds; kinds &= kinds - 1) {
        const struct band *band = scan->root->bands[__builtin_ctz(kinds)][number];
        rows += band ? band->first[cells.to + 1] - band->first[cells.from] : 0;
    }
    return rows;
}

uint64_t scan_rows(const struct scan *scan)
{
    uint64_t rows = band_rows(scan, BAND_NOWHERE);
    for (unsigned number = scan->band_from; number <= scan->band_to; number++)
        rows += band_rows(scan, number);
    return rows;
}

void scan_all(const struct scan *scan, struct hits *hits)
{
    struct pass pass;
    pass.scan = scan;
    pass.hits = hits;
    pass.run_count = pass.waiting_count = 0;
    /* What is near first: it sets what the others must reach. */
    unsigned home = slot_of(scan->search->home.latitude, GRID_SOUTH_E7, GRID_BANDS), north = home,
             south = home;
    scan_band(&pass, home);
    while (north < scan->band_to || south > scan->band_from) {
        if (north < scan->band_to)
            scan_band(&pass, ++north);
        if (south > scan->band_from)
            scan_band(&pass, --south);
    }
    scan_band(&pass, BAND_NOWHERE);
    scan_runs(&pass);
}

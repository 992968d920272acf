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
    WAITING_MAX = 64, /* rows that passed and are on their way from memory */
    LINE_BYTES = 64,
    CHORD_BEYOND = 5, /* more than any squared chord: that of a diameter is 4 */
};

#define RADIANS_PER_E7 (TRIG_PI / 180.0 / 1e7)

static unsigned slot_of(double e7, int32_t origin, unsigned slots)
{
    double slot = (e7 - origin) * (1.0 / CELL_SIZE_E7);
    return slot < 0 ? 0 : slot >= slots ? slots - 1 : (unsigned)slot;
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

static void weigh_marks(struct scan *scan)
{
    const struct search *search = scan->search;
    const uint32_t *weights = search->weights;
    for (unsigned judgement = 0; judgement < 8; judgement++)
        scan->judgement[judgement] = weights[MARK_JUDGEMENT] * mark_judgement(judgement);
    for (unsigned others = 0; others <= NEED_COUNT; others++)
        scan->needs[others] = weights[MARK_NEEDS] * mark_needs(search, search->needs + others);
    for (unsigned years = 0; years < 4; years++)
        scan->age[years] = weights[MARK_AGE] * mark_age(search, search->age + years);
    for (unsigned spare = 0; spare < 3; spare++)
        scan->vacancy[spare] = weights[MARK_VACANCY] * mark_vacancy(search, search->places + spare);
    for (unsigned concern = 0; concern < CONCERN_COUNT; concern++)
        scan->concern[concern] =
            weights[MARK_CONCERN] *
            mark_concern(scan->root->concerns_known ? (enum concern)concern : CONCERN_NOT_KNOWN);
    scan->reach = search->within_m ? search->within_m : (double)MARK_REACH_METRES;
    scan->metres_of_sum = weights[MARK_DISTANCE] ? scan->reach / (100.0 * weights[MARK_DISTANCE]) : 1e9;
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
    scan->plain = scan->surely_free && !search->avoid_count && !search->by_contract && !search->fee_max;
    scan->fee_most = search->fee_max ? search->fee_max : UINT32_MAX;
    if (search->within_m)
        reckon_limit(scan);
    weigh_marks(scan);
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

bool scan_cells(const struct scan *scan, unsigned number, struct cells *ret_cells)
{
    *ret_cells = (struct cells){0, GRID_CELLS - 1};
    if (!scan->search->within_m)
        return true;
    if (number == BAND_NOWHERE)
        return false;
    if (number == 0 || number == GRID_BANDS - 1) /* what lies beyond the grid is in these too */
        return true;
    double half = half_longitude(scan, number);
    if (half < 0)
        return false;
    if (half >= 4)
        return true;
    double reach = half * (2 / RADIANS_PER_E7) + 10, longitude = scan->search->home.longitude;
    ret_cells->from = slot_of(longitude - reach, GRID_WEST_E7, GRID_CELLS);
    ret_cells->to = slot_of(longitude + reach, GRID_WEST_E7, GRID_CELLS);
    return true;
}

/* Whole metres of a squared chord: the series of the arc sine, which for what lies in one country is good to
 * a micrometre. Only where that might round to another metre than the domain's own function, that one is
 * asked. */
static inline uint32_t metres_of(double chord_squared)
{
    double c = chord_squared;
    double series =
        1 + c * (1.0 / 24 + c * (3.0 / 640 + c * (5.0 / 7168 + c * (35.0 / 294912 + c * (63.0 / 2883584)))));
    double metres = EARTH_RADIUS_METRES * __builtin_sqrt(c) * series + 0.5;
    if (c > 0.06)
        return metres_of_chord_squared(c).value;
    uint32_t whole = (uint32_t)metres;
    double part = metres - whole;
    return part > 1e-4 && part < 1 - 1e-4 ? whole : metres_of_chord_squared(c).value;
}

static inline double chord_of(const struct scan *scan, const struct row *row)
{
    return chord_squared(scan->home, (struct sphere_point){row->x, row->y, row->z});
}

uint32_t scan_distance(const struct scan *scan, const struct row *row)
{
    return row->quality ? metres_of(chord_of(scan, row)) : DISTANCE_UNKNOWN;
}

bool place_has_contract(const struct place *place, const struct search *search)
{
    for (size_t i = 0; i < place->provision->contract_count; i++)
        if (uuid_equal(&place->provision->contracts[i], &search->contract))
            return true;
    return false;
}

struct candidate scan_candidate(const struct scan *scan, const struct band *band, uint32_t number,
                                uint32_t distance_m, uint32_t free_places)
{
    const struct row *row = &band->rows[number];
    return (struct candidate){
        .traits = band->traits[number],
        .distance_m = distance_m,
        .free_places = free_places,
        .fee = row->fee,
        .judgement = row->judgement,
        .oldest = row->oldest,
        .needs = row->needs,
        .quality = row->quality,
        .concern = scan_concern(scan, row),
        .open_concerns = row->place->open_concerns,
        .suspensions = row->place->suspensions,
        .confirmed_at_ms = row->confirmed_at_ms,
    };
}

static bool is_avoided(const struct search *search, uint32_t area)
{
    for (unsigned i = 0; i < search->avoid_count; i++)
        if (search->avoid[i] == area)
            return true;
    return false;
}

/* The weighed sum of all marks but those of the distance and of free places. */
static inline uint32_t other_marks(const struct scan *scan, const struct row *row)
{
    const struct search *search = scan->search;
    uint32_t years = row->oldest - search->age;
    uint32_t sum = scan->judgement[row->judgement & 7] + scan->needs[row->needs - search->needs] +
                   scan->age[years < 3 ? years : 3] + scan->concern[row->concern];
    sum += search->weights[MARK_FEE] * (search->fee_max ? mark_fee(search, row->fee) : row->mark_fee);
    int32_t days = days_since(row->confirmed_at_ms, search->asked_at_ms);
    sum += search->weights[MARK_FRESHNESS] *
           (days < FRESH_DAYS ? scan->root->fresh[days] : mark_freshness(days, scan->root->stale_days));
    return sum;
}

/* Is it too far for its mark of distance, weighed, to come to `sum`? The straight line is never longer than
 * the distance; a metre is for rounding. */
static inline bool is_too_far(const struct scan *scan, double chord, int32_t sum)
{
    double most = scan->reach + 1 - sum * scan->metres_of_sum;
    return (sum > 0) & ((most < 0) | (chord * (EARTH_RADIUS_METRES * EARTH_RADIUS_METRES) > most * most));
}

/* Of a row without a position: it is beyond every limit. */
static inline double chord_or_none(const struct scan *scan, const struct row *row)
{
    return row->quality ? chord_of(scan, row) : scan->search->within_m ? CHORD_BEYOND : 4;
}

/* A row that passed the sieve. */
static inline void consider(const struct scan *scan, const struct band *band, uint32_t number,
                            struct hits *hits)
{
    const struct search *search = scan->search;
    const struct row *row = &band->rows[number];
    double chord = chord_or_none(scan, row);
    if (chord > scan->chord_most || row->fee > scan->fee_most)
        return;
    if (chord > scan->chord_sure && scan_distance(scan, row) > search->within_m)
        return;
    uint32_t free_places = 0;
    if (!scan->surely_free && (free_places = scan_free(search, band, number)) < search->places)
        return;
    if ((search->avoid_count && is_avoided(search, band->area[number])) ||
        (search->by_contract && !place_has_contract(row->place, search)))
        return;
    hits->total++;
    if (scan_concern(scan, row) == CONCERN_SUSPENDED) { /* shown, after all others (rule M5) */
        if (!hits->least_sum)
            hits_keep(hits, &(struct hit){band, number, 0, scan_distance(scan, row),
                                          scan_free(search, band, number)});
        return;
    }
    uint32_t sum = other_marks(scan, row);
    if (is_too_far(scan, chord, (int32_t)(hits->least_sum - sum - scan->vacancy[2])))
        return;
    if (scan->surely_free)
        free_places = scan_free(search, band, number);
    uint32_t spare = free_places - search->places;
    sum += scan->vacancy[spare < 2 ? spare : 2];
    uint32_t distance_m = row->quality ? metres_of(chord) : DISTANCE_UNKNOWN;
    sum += search->weights[MARK_DISTANCE] * mark_distance(search, distance_m, row->quality);
    if (sum < hits->least_sum)
        return;
    hits_keep(hits, &(struct hit){band, number, sum * 100 / search->weight_sum, distance_m, free_places});
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
    struct waiting {
        const struct band *band;
        uint32_t row;
    } waiting[WAITING_MAX];
};

/* Keeps what may be among the best, or needs a closer look; the others are counted, where they fit. Which
 * these are is not to be guessed, so there is hardly a branch. */
static void winnow(struct pass *pass)
{
    const struct scan *scan = pass->scan;
    int32_t least = (int32_t)(pass->hits->least_sum - scan->vacancy[2]);
    uint32_t kept = 0, counted = 0;
    for (uint32_t i = 0; i < pass->waiting_count; i++) {
        struct waiting waiting = pass->waiting[i];
        const struct row *row = &waiting.band->rows[waiting.row];
        double chord = chord_or_none(scan, row);
        bool dull = is_too_far(scan, chord, least - (int32_t)other_marks(scan, row));
        dull &= chord <= scan->chord_sure;
        pass->waiting[kept] = waiting;
        kept += !dull & (chord <= scan->chord_most);
        counted += dull;
    }
    pass->hits->total += counted;
    pass->waiting_count = kept;
}

static void consider_waiting(struct pass *pass)
{
    if (pass->scan->plain && pass->hits->least_sum)
        winnow(pass);
    for (uint32_t i = 0; i < pass->waiting_count; i++)
        consider(pass->scan, pass->waiting[i].band, pass->waiting[i].row, pass->hits);
    pass->waiting_count = 0;
}

static void sieve_run(struct pass *pass, const struct run *run)
{
    const struct scan *scan = pass->scan;
    const struct band *band = run->band;
    uint32_t rows[SIEVE_ROWS + SIEVE_SPARE], to = band->first[run->cells.to + 1];
    for (uint32_t from = band->first[run->cells.from]; from < to; from += SIEVE_ROWS) {
        uint32_t end = to - from > SIEVE_ROWS ? from + SIEVE_ROWS : to;
        uint32_t count = scan->wide ? sieve_wide(band, scan->search, from, end, rows)
                                    : sieve_plain(band, scan->search, from, end, rows);
        for (uint32_t i = 0; i < count; i++) {
            __builtin_prefetch(&band->rows[rows[i]]);
            pass->waiting[pass->waiting_count++] = (struct waiting){band, rows[i]};
            if (pass->waiting_count == WAITING_MAX)
                consider_waiting(pass);
        }
    }
}

/* Asks the memory for the first of the columns that the sieve will read. */
static void fetch_run(const struct scan *scan, const struct run *run)
{
    const struct band *band = run->band;
    uint32_t from = band->first[run->cells.from], to = band->first[run->cells.to + 1];
    if (from == to)
        return;
    const char *traits = (const char *)&band->traits[from], *end = (const char *)&band->traits[to];
    for (int line = 0; line < 8 && traits < end; line++, traits += LINE_BYTES)
        __builtin_prefetch(traits);
    __builtin_prefetch(scan->search->until == DAY_FAR ? &band->open[from] : &band->from[from]);
}

static void scan_runs(struct pass *pass)
{
    for (uint32_t i = 0; i < pass->run_count; i++)
        fetch_run(pass->scan, &pass->runs[i]);
    for (uint32_t i = 0; i < pass->run_count; i++)
        sieve_run(pass, &pass->runs[i]);
    consider_waiting(pass);
    pass->run_count = 0;
}

static void scan_band(struct pass *pass, unsigned number)
{
    struct cells cells;
    if (!scan_cells(pass->scan, number, &cells))
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
    struct cells cells;
    uint64_t rows = 0;
    if (!scan_cells(scan, number, &cells))
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

/* The scan of one search: the rows that can lie within the limit, sieved by what is asked, measured, marked;
 * the best are kept. In: a root and a search that was located. Out: hits. It writes no text and no response
 * (results.c). */

#include "services/matching/index_inside.h"

#include "common/domain/trig.h"

enum { SIEVE_ROWS = 512 }; /* at one time */

#define RADIANS_PER_E7 (TRIG_PI / 180.0 / 1e7)

static unsigned slot_of(double e7, int32_t origin, unsigned slots)
{
    double slot = (e7 - origin) / CELL_SIZE_E7;
    return slot < 0 ? 0 : slot >= slots ? slots - 1 : (unsigned)slot;
}

void scan_init(struct scan *scan, const struct matching_root *root, const struct search *search)
{
    double within = search->within_m + 1.0, angle = within / EARTH_RADIUS_METRES; /* a metre for rounding */
    double reach = angle / RADIANS_PER_E7 + 1;
    *scan = (struct scan){
        .root = root,
        .search = search,
        .home = sphere_point_of(search->home),
        .home_cosine = trig_cos(search->home.latitude * RADIANS_PER_E7),
        .half_angle_squared = angle * angle / 4,
        .band_to = GRID_BANDS - 1,
        .wide = sieve_is_wide(),
        .chord_most = 5, /* more than any: the square of a diameter is 4 */
    };
    if (!search->within_m)
        return;
    scan->band_from = slot_of(search->home.latitude - reach, GRID_SOUTH_E7, GRID_BANDS);
    scan->band_to = slot_of(search->home.latitude + reach, GRID_SOUTH_E7, GRID_BANDS);
    scan->chord_most = chord_squared_bound((struct metres){search->within_m});
}

/* Half the difference of longitude that a place in this band can have and be within the limit, at most: from
 * the haversine, with the sine bounded below by x - x³/6 and the arc sine above by x + x³/4 (good to 0.8).
 * Negative: none can be within; 4 or more: any can. */
static double half_longitude(const struct scan *scan, unsigned number)
{
    double south = GRID_SOUTH_E7 + (double)number * CELL_SIZE_E7, north = south + CELL_SIZE_E7;
    double latitude = scan->search->home.latitude;
    double away = latitude < south ? south - latitude : latitude > north ? latitude - north : 0;
    double half = away * RADIANS_PER_E7 / 2, sine = half - half * half * half / 6;
    double rest = scan->half_angle_squared - sine * sine;
    if (rest < 0)
        return -1;
    double cosine = scan->root->cosines[number], other = scan->root->cosines[number + 1];
    cosine = (cosine < other ? cosine : other) * scan->home_cosine;
    if (cosine < 0.1 || rest > 0.4 * cosine)
        return 4;
    double x = __builtin_sqrt(rest / cosine);
    return x + x * x * x / 4;
}

bool scan_rows(const struct scan *scan, const struct band *band, unsigned number, uint32_t *ret_from,
               uint32_t *ret_to)
{
    *ret_from = 0;
    *ret_to = band->count;
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
    double reach = 2 * half / RADIANS_PER_E7 + 10, longitude = scan->search->home.longitude;
    *ret_from = band->first[slot_of(longitude - reach, GRID_WEST_E7, GRID_CELLS)];
    *ret_to = band->first[slot_of(longitude + reach, GRID_WEST_E7, GRID_CELLS) + 1];
    return *ret_from < *ret_to;
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

static inline double chord_of(const struct scan *scan, const struct band *band, uint32_t row)
{
    return chord_squared(scan->home, (struct sphere_point){band->x[row], band->y[row], band->z[row]});
}

uint32_t scan_distance(const struct scan *scan, const struct band *band, uint32_t row)
{
    return band->quality[row] ? metres_of(chord_of(scan, band, row)) : DISTANCE_UNKNOWN;
}

uint32_t scan_free(const struct search *search, const struct band *band, uint32_t row)
{
    if (band->places[row] & PLACES_SEVERAL) {
        uint32_t first = band->period_first[row], count = band->period_first[row + 1] - first;
        return periods_free(&band->periods[first], count, search->from, search->until);
    }
    return band->from[row] <= search->from && band->until[row] >= search->until ? band->places[row] : 0;
}

bool place_has_contract(const struct place *place, const struct search *search)
{
    for (size_t i = 0; i < place->provision->contract_count; i++)
        if (uuid_equal(&place->provision->contracts[i], &search->contract))
            return true;
    return false;
}

struct candidate scan_candidate(const struct band *band, uint32_t row, uint32_t distance_m,
                                uint32_t free_places)
{
    return (struct candidate){
        .traits = band->traits[row],
        .distance_m = distance_m,
        .free_places = free_places,
        .fee = band->fee[row],
        .judgement = band->judgement[row],
        .oldest = band->oldest[row],
        .needs = band->needs[row],
        .quality = band->quality[row],
        .confirmed_at_ms = band->confirmed_at_ms[row],
    };
}

/* --- the best ----------------------------------------------------------------------------------------------
 */

/* Does `a` stand before `b`? By score, then as rule X4 breaks ties. */
static bool stands_before(const struct hit *a, const struct hit *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    uint64_t tie = a->band->tie[a->row], other = b->band->tie[b->row];
    if (tie != other)
        return tie < other;
    const struct place *place = a->band->place[a->row], *against = b->band->place[b->row];
    int order = memcmp(place->provision->id.bytes, against->provision->id.bytes, UUID_BYTES);
    return (order ? order : memcmp(place->id.bytes, against->id.bytes, UUID_BYTES)) < 0;
}

/* The heap has the worst of the best at its top. */
static void sink(struct hit *heap, uint32_t count, uint32_t at, struct hit hit)
{
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && stands_before(&heap[child], &heap[child + 1]))
            child++;
        if (!stands_before(&hit, &heap[child]))
            break;
        heap[at] = heap[child];
    }
    heap[at] = hit;
}

static void keep(struct hits *hits, struct hit hit)
{
    if (hits->count == hits->room) {
        if (hit.score >= hits->best[0].score && stands_before(&hit, &hits->best[0]))
            sink(hits->best, hits->count, 0, hit);
        return;
    }
    uint32_t at = hits->count++;
    for (; at && stands_before(&hits->best[(at - 1) / 2], &hit); at = (at - 1) / 2)
        hits->best[at] = hits->best[(at - 1) / 2];
    hits->best[at] = hit;
}

static void sort(struct hits *hits)
{
    for (uint32_t count = hits->count; count > 1; count--) {
        struct hit worst = hits->best[0];
        sink(hits->best, count - 1, 0, hits->best[count - 1]);
        hits->best[count - 1] = worst;
    }
}

/* --- the scan ----------------------------------------------------------------------------------------------
 */

static bool is_avoided(const struct search *search, uint32_t area)
{
    for (unsigned i = 0; i < search->avoid_count; i++)
        if (search->avoid[i] == area)
            return true;
    return false;
}

/* A row that passed the sieve. */
static inline void consider(const struct scan *scan, const struct band *band, uint32_t row, struct hits *hits)
{
    const struct search *search = scan->search;
    uint32_t distance_m = DISTANCE_UNKNOWN;
    if (band->quality[row]) {
        double chord = chord_of(scan, band, row);
        if (chord > scan->chord_most)
            return;
        distance_m = metres_of(chord);
        if (search->within_m && distance_m > search->within_m)
            return;
    }
    uint32_t free_places = band->places[row];
    if (free_places & PLACES_SEVERAL && (free_places = scan_free(search, band, row)) < search->places)
        return;
    if (search->avoid_count && is_avoided(search, band->area[row]))
        return;
    if (search->by_contract && !place_has_contract(band->place[row], search))
        return;
    hits->total++;
    uint32_t marks[MARK_COUNT];
    struct candidate candidate = scan_candidate(band, row, distance_m, free_places);
    marks_of(search, scan->root->stale_days, &candidate, marks);
    uint32_t score = score_of(search, marks);
    if (hits->count == hits->room && score < hits->best[0].score)
        return;
    keep(hits, (struct hit){band, row, score, distance_m, free_places});
}

static void scan_band(const struct scan *scan, const struct band *band, unsigned number, struct hits *hits)
{
    uint32_t rows[SIEVE_ROWS], from, to;
    if (!band || !scan_rows(scan, band, number, &from, &to))
        return;
    for (; from < to; from += SIEVE_ROWS) {
        uint32_t end = to - from > SIEVE_ROWS ? from + SIEVE_ROWS : to;
        uint32_t count = scan->wide ? sieve_wide(band, scan->search, from, end, rows)
                                    : sieve_plain(band, scan->search, from, end, rows);
        for (uint32_t i = 0; i < count; i++)
            consider(scan, band, rows[i], hits);
    }
}

void scan_all(const struct scan *scan, struct hits *hits)
{
    for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
        if (!(scan->search->kinds >> kind & 1u))
            continue;
        const struct band *const *bands = scan->root->bands[kind];
        for (unsigned number = scan->band_from; number <= scan->band_to; number++)
            scan_band(scan, bands[number], number, hits);
        scan_band(scan, bands[BAND_NOWHERE], BAND_NOWHERE, hits);
    }
    sort(hits);
}

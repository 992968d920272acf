/* Which of the rows that passed the sieve fit, and which are among the best. In: rows on their way from
 * memory, some hundred at a time. Out: hits.
 *
 * Of every row that fits it is reckoned between what sums its weighed marks lie: all but the distance, and
 * sometimes the free places, are known to the point. As many as were asked for come surely to some sum, so
 * that only what may come to that too is measured to the metre. What fits and what is better is not to be
 * guessed, so there is hardly a branch. */

#include "services/matching/index_inside.h"

/* What is compiled twice: for every processor, and for those with wide vectors. */
#define EITHER __attribute__((always_inline)) static inline

/* Rows looked at together, as columns of their own. */
enum { BLOCK = 32 };
static_assert(WAITING_MAX % BLOCK == 0, "sums have room for whole blocks");

struct block {
    double x[BLOCK], y[BLOCK], z[BLOCK];
    uint32_t fee[BLOCK];
    int32_t penalty[BLOCK]; /* of the distance's mark */
    int32_t most[BLOCK];    /* all other marks, at most */
    int32_t doubt[BLOCK];   /* and how much less they may be */
    int32_t alive[BLOCK];   /* all ones; 0: suspended */
};

/* Between what the sums of all rows lie; less than 0: the row does not fit. */
struct ranked {
    uint32_t fit, near; /* how many fit; how many of these are so near the limit that it must be measured */
    int32_t lower[WAITING_MAX], upper[WAITING_MAX];
};

/* A mark is a cut hundredth, and the distance a rounded metre; the straight line is shorter than the arc by
 * the third power of the angle, 24 times cut. */
static void weigh_distance(struct scan *scan)
{
    const struct search *search = scan->search;
    uint32_t weight = search->weights[MARK_DISTANCE];
    double reach = search->within_m ? search->within_m : (double)MARK_REACH_METRES, most = 100.0 * weight;
    double angle = reach / EARTH_RADIUS_METRES, bow = reach * angle * angle / 20;
    scan->distance_most = most;
    scan->loss_of_chord = most / reach * EARTH_RADIUS_METRES;
    scan->loss_less = most / reach;
    scan->distance_slack = (int32_t)(weight + most / reach * (bow + 2) + 2);
    for (unsigned quality = 0; quality < 8; quality++)
        scan->penalty[quality] = (int32_t)(weight * mark_penalty(search, quality));
}

void rank_init(struct scan *scan)
{
    const struct search *search = scan->search;
    const uint32_t *weights = search->weights;
    for (unsigned judgement = 0; judgement < 8; judgement++)
        scan->judgement[judgement] = weights[MARK_JUDGEMENT] * mark_judgement(judgement);
    for (unsigned needs = 0; needs <= NEED_COUNT; needs++)
        scan->needs[needs] = weights[MARK_NEEDS] * mark_needs(search, needs);
    for (unsigned oldest = 0; oldest <= SEARCH_AGE_MAX; oldest++)
        scan->age[oldest] = weights[MARK_AGE] * mark_age(search, oldest);
    for (unsigned spare = 0; spare < 3; spare++)
        scan->vacancy[spare] = weights[MARK_VACANCY] * mark_vacancy(search, search->places + spare);
    bool known = scan->root->concerns_known;
    for (unsigned concern = 0; concern < CONCERN_COUNT; concern++)
        scan->concern[concern] =
            weights[MARK_CONCERN] * mark_concern(known ? (enum concern)concern : CONCERN_NOT_KNOWN);
    scan->suspended = known ? CONCERN_SUSPENDED : CONCERN_COUNT;
    weigh_distance(scan);
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
        .traits = row->place->traits, /* which is read anyway, where the column is far */
        .distance_m = distance_m,
        .free_places = free_places,
        .fee = row->fee,
        .judgement = row->judgement,
        .judged = row->judged,
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

/* What is asked beside what the sieve knows, the distance and the fee. */
static bool fits(const struct scan *scan, const struct band *band, uint32_t row)
{
    const struct search *search = scan->search;
    return (scan->surely_free || scan_free(search, band, row) >= search->places) &&
           !(search->avoid_count && is_avoided(search, band->area[row])) &&
           (!search->by_contract || place_has_contract(band->rows[row].place, search));
}

/* The weighed sum of all marks but those of the distance and of free places. */
static inline uint32_t other_marks(const struct scan *scan, const struct row *row)
{
    const struct search *search = scan->search;
    uint32_t sum = scan->judgement[row->judgement & 7] + scan->needs[row->needs] + scan->age[row->oldest] +
                   scan->concern[row->concern];
    sum += search->weights[MARK_FEE] * (search->fee_max ? mark_fee(search, row->fee) : row->mark_fee);
    uint64_t days = (uint64_t)(search->asked_at_ms - row->confirmed_at_ms) / DAY_MS;
    if ((days < FRESH_DAYS) & (row->confirmed_at_ms > 0))
        return sum + search->weights[MARK_FRESHNESS] * scan->root->fresh[days];
    int32_t since = days_since(row->confirmed_at_ms, search->asked_at_ms); /* never, long ago or not yet */
    return sum + search->weights[MARK_FRESHNESS] * mark_freshness(since, scan->root->stale_days);
}

/* How many are free is sometimes known at once. There is no branch in it, as hardly one could be guessed. */
EITHER void fill_block(const struct scan *restrict scan, const struct waiting *restrict waiting,
                       uint32_t count, struct block *restrict block)
{
    const int32_t from = scan->search->from;
    const int32_t doubt = (int32_t)(scan->vacancy[2] - scan->vacancy[0]);
    const uint32_t places = scan->search->places;
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row = &waiting[i].band->rows[waiting[i].row];
        int32_t settled = -(int32_t)((row->settled != DAY16_FAR) & (from >= row->settled));
        uint32_t spare = (uint32_t)(row->settled_places - places) | ~(uint32_t)settled;
        spare = spare < 2 ? spare : 2;
        block->x[i] = row->x;
        block->y[i] = row->y;
        block->z[i] = row->z;
        block->fee[i] = row->fee;
        block->penalty[i] = scan->penalty[row->quality];
        block->most[i] = (int32_t)(other_marks(scan, row) + scan->vacancy[spare]);
        block->doubt[i] = doubt & ~settled;
        block->alive[i] = -(int32_t)(row->concern != scan->suspended);
    }
}

/* What the distance, weighed, comes to at most, and at `distance_slack` less at least. */
EITHER void bound_block(const struct scan *scan, const struct block *block, uint32_t count,
                        struct ranked *ranked, int32_t *ret_lower, int32_t *ret_upper)
{
    int32_t loss[BLOCK], in[BLOCK], near[BLOCK], most = (int32_t)scan->distance_most,
                                                 slack = scan->distance_slack;
    for (uint32_t i = 0; i < BLOCK; i++) {
        double x = block->x[i] - scan->home.x, y = block->y[i] - scan->home.y, z = block->z[i] - scan->home.z;
        double chord = x * x + y * y + z * z;
        double lost = __builtin_sqrt(chord) * scan->loss_of_chord - scan->loss_less;
        loss[i] = (int32_t)(lost < scan->distance_most ? lost : scan->distance_most);
        in[i] = -(chord <= scan->chord_most);
        near[i] = -(chord > scan->chord_sure);
    }
    int32_t fit = 0, on_line = 0;
    for (uint32_t i = 0; i < BLOCK; i++) {
        int32_t distance = most - loss[i] - block->penalty[i];
        distance = distance > 0 ? distance : 0;
        int32_t out = ~(in[i] & -(block->fee[i] <= scan->fee_most) & -(i < count));
        int32_t upper = (block->most[i] + distance) & block->alive[i];
        ret_upper[i] = upper | out;
        ret_lower[i] = (upper - ((block->doubt[i] + slack) & block->alive[i])) | out;
        fit += out + 1;
        on_line += near[i] & ~out;
    }
    ranked->fit += (uint32_t)fit;
    ranked->near += (uint32_t)-on_line;
}

EITHER void bound(const struct scan *scan, const struct waiting *waiting, uint32_t count,
                  struct ranked *ranked)
{
    struct block block = {0};
    ranked->fit = ranked->near = 0;
    for (uint32_t from = 0; from < count; from += BLOCK) {
        uint32_t rows = count - from < BLOCK ? count - from : BLOCK;
        fill_block(scan, waiting + from, rows, &block);
        bound_block(scan, &block, rows, ranked, ranked->lower + from, ranked->upper + from);
    }
}

/* Rows on the line are measured. */
static void measure(const struct scan *scan, const struct waiting *waiting, uint32_t count,
                    struct ranked *ranked)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row = &waiting[i].band->rows[waiting[i].row];
        if (ranked->upper[i] < 0 || chord_of(scan, row) <= scan->chord_sure ||
            scan_distance(scan, row) <= scan->search->within_m)
            continue;
        ranked->upper[i] = ranked->lower[i] = -1;
        ranked->fit--;
    }
}

EITHER uint32_t count_from(const int32_t *sums, uint32_t count, int32_t least)
{
    uint32_t reached = 0;
    for (uint32_t i = 0; i < count; i++)
        reached += sums[i] >= least;
    return reached;
}

/* A sum that at least `wanted` rows surely come to, and no more than a few others: the largest found by
 * halving. There are so many that come to `least`, or it is that. */
EITHER int32_t sum_reached(const struct ranked *ranked, uint32_t count, uint32_t wanted, int32_t least,
                           int32_t most)
{
    while (least < most) {
        int32_t middle = least + (most - least + 1) / 2;
        uint32_t reached = count_from(ranked->lower, count, middle);
        if (reached < wanted) {
            most = middle - 1;
            continue;
        }
        least = middle;
        if (reached - wanted < 2)
            break;
    }
    return least;
}

/* What a sum must be for a score no worse than that of `sum`. */
static int32_t same_score(const struct search *search, int32_t sum)
{
    uint32_t score = (uint32_t)sum * 100 / search->weight_sum;
    return (int32_t)((score * search->weight_sum + 99) / 100);
}

/* A row that fits, measured. */
static void consider(const struct scan *scan, const struct waiting *waiting, struct hits *hits)
{
    const struct search *search = scan->search;
    const struct row *row = &waiting->band->rows[waiting->row];
    struct hit hit = {waiting->band, waiting->row, 0, scan_distance(scan, row),
                      scan_free(search, waiting->band, waiting->row)};
    if (row->concern != scan->suspended) {
        uint32_t spare = hit.free_places - search->places;
        uint32_t sum = other_marks(scan, row) + scan->vacancy[spare < 2 ? spare : 2];
        sum += search->weights[MARK_DISTANCE] * mark_distance(search, hit.distance_m, row->quality);
        hit.score = sum * 100 / search->weight_sum;
    }
    hits_keep(hits, &hit);
}

static uint32_t keep_fitting(const struct scan *scan, struct waiting *waiting, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (fits(scan, waiting[i].band, waiting[i].row))
            waiting[kept++] = waiting[i];
    return kept;
}

/* What is to be measured: sums at most, each with the number of its row. */
struct picked {
    uint32_t count;
    int32_t keys[WAITING_MAX];
};

enum { KEY_UNIT = WAITING_MAX, SORTED_MAX = 64 };
static_assert(100ll * SEARCH_WEIGHT_MAX * MARK_COUNT * KEY_UNIT < INT32_MAX, "a key has room for any sum");

EITHER void pick(const struct ranked *ranked, uint32_t count, int32_t least, struct picked *picked)
{
    picked->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        picked->keys[picked->count] = ranked->upper[i] * KEY_UNIT + (int32_t)i;
        picked->count += ranked->upper[i] >= least;
    }
}

/* The largest first: what comes then seldom goes before what is there. Each is counted to its place; where
 * they are many that would take longer than it saves. */
EITHER void sort_picked(struct picked *picked)
{
    int32_t sorted[SORTED_MAX];
    if (picked->count > SORTED_MAX)
        return;
    for (uint32_t i = 0; i < picked->count; i++)
        sorted[count_from(picked->keys, picked->count, picked->keys[i] + 1)] = picked->keys[i];
    memcpy(picked->keys, sorted, picked->count * sizeof *sorted);
}

EITHER void rank(const struct scan *scan, const struct waiting *waiting, uint32_t count, struct hits *hits)
{
    struct ranked ranked;
    struct picked picked;
    int32_t least = (int32_t)hits->least_sum;
    bound(scan, waiting, count, &ranked);
    if (ranked.near)
        measure(scan, waiting, count, &ranked);
    hits->total += ranked.fit;
    if (ranked.fit > hits->room)
        least = same_score(scan->search, sum_reached(&ranked, count, hits->room, least,
                                                     100 * (int32_t)scan->search->weight_sum));
    pick(&ranked, count, least, &picked);
    sort_picked(&picked);
    for (uint32_t i = 0; i < picked.count; i++)
        if (picked.keys[i] / KEY_UNIT >= (int32_t)hits->least_sum)
            consider(scan, &waiting[picked.keys[i] % KEY_UNIT], hits);
}

static void rank_plain(const struct scan *scan, const struct waiting *waiting, uint32_t count,
                       struct hits *hits)
{
    rank(scan, waiting, count, hits);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void rank_wide(const struct scan *scan, const struct waiting *waiting,
                                                      uint32_t count, struct hits *hits)
{
    rank(scan, waiting, count, hits);
}
#else
#define rank_wide rank_plain
#endif

void rank_waiting(const struct scan *scan, struct waiting *waiting, uint32_t count, struct hits *hits)
{
    if (!scan->plain)
        count = keep_fitting(scan, waiting, count);
    (scan->wide ? rank_wide : rank_plain)(scan, waiting, count, hits);
}

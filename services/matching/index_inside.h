#pragma once
/* The inside of the index, shared by its files (index_*.c, scan.c, near.c, results.c).
 *
 * The country is cut into bands of latitude, a band into cells of longitude. A band of one kind holds its
 * place groups as columns, sorted by cell: what lies within a radius is one run of rows in each of a few
 * bands. The last band holds what has no position. A band is never changed once published: the writer makes a
 * new one. */

#include "services/matching/index.h"
#include "services/matching/uuid_map.h"

#include <pthread.h>

enum {
    CELL_SIZE_E7 = 400000,     /* 0.04 degrees: 4.4 km north to south */
    GRID_SOUTH_E7 = 498000000, /* Scilly */
    GRID_WEST_E7 = -86000000,  /* Northern Ireland and the Hebrides */
    GRID_BANDS = 280,          /* to 61 degrees north */
    GRID_CELLS = 264,          /* to 1.96 degrees east */
    BAND_NOWHERE = GRID_BANDS, /* no position */
    BAND_COUNT = GRID_BANDS + 1,
    FRESH_DAYS = 512,       /* marks of freshness kept in a root */
    LINE_BYTES = 64,        /* of the memory's cache */
    BAND_WORD = 64,         /* rows of a word of bits */
    BIT_OPEN = TRAITS_USED, /* after the traits: something is free for ever, from some day on */
    BAND_BITS,
};

static_assert(BAND_BITS <= 64, "a row's bits fit a word");

/* What does not change by place group. Immutable once published. */
struct provision_facts {
    struct span shown; /* packed: the fields of a result that are the provision's */
    Pb__ProvisionKind kind;
    Pb__Judgement judgement;
    bool generated;
    bool has_position;
    uint16_t judged; /* as in a candidate */
    uint32_t area;
    struct uuid id;
    Pb__RegistrationStatus status;
    Pb__ClaimState claim_state;
    Pb__PositionQuality position_quality;
    uint32_t age_min, age_max;
    Pb__Gender gender;
    int32_t opened,
        closed; /* the days on which it is open, both included; INT32_MIN, DAY_FAR: not known, open */
    int64_t standard_weekly_fee_pence;
    size_t attendance_count;
    const Pb__Attendance *attendances;
    uint64_t tie; /* orders by lowest live URN (rule X4) */
    struct position_e7 position;
    struct sphere_point point;
    size_t contract_count;
    const struct uuid *contracts;
};

/* One row of the index: a place group that can be a result. Immutable once published, but for `gone`, which
 * only the writer looks at. */
struct place {
    const struct provision_facts *provision;
    struct span shown; /* packed: the fields of a result that are the same in every search */
    uint8_t kind, judgement, quality;
    bool gone;
    uint16_t band, cell;
    uint64_t traits;
    uint8_t concern; /* enum concern, as if concerns were known */
    uint32_t fee;
    uint32_t open_concerns, suspensions;
    char monitored_on[DATE_TEXT_BYTES]; /* "": no visit's report is published */
    int64_t confirmed_at_ms;
    struct uuid id;
    uint32_t period_count;
    const struct period *periods;
};

/* What is looked at of a row that passed the sieve: one line of the cache. */
struct row {
    double x, y, z;
    int64_t confirmed_at_ms;
    uint64_t tie;
    struct place *place;
    uint32_t fee;
    uint16_t settled; /* from this day on `settled_places` are free for ever; DAY16_FAR: not so simple */
    uint16_t settled_places;
    uint8_t judgement, quality, oldest, needs; /* the oldest age; how many needs */
    uint8_t mark_fee;                          /* where no limit is asked */
    uint8_t concern;                           /* as in place */
    uint16_t judged;                           /* as in a candidate */
};

static_assert(sizeof(struct row) == 64, "a row is one line of the cache");

/* What the sieve reads are columns of their own, of days as day16 has them. */
struct band {
    uint32_t count, words; /* rows, and the words that have a bit for each */
    uint64_t any, all;     /* what any row has, and what all have */
    uint64_t *bits;        /* `words` of the first trait, of the next, and so on, and of BIT_OPEN */
    uint64_t *traits;
    uint16_t *open;         /* the first day from which something is free for ever */
    uint16_t *from, *until; /* the first day and the last on which anything is free */
    struct row *rows;
    uint32_t *area;
    uint32_t *period_first; /* where its periods begin in `periods` */
    struct period *periods;
    uint32_t first[GRID_CELLS + 1]; /* rows of cell c: first[c] … first[c + 1] */
};

/* A day, narrowed. Order is kept, but that days before 1970 and from 2149 on are one. */
enum { DAY16_FAR = UINT16_MAX };
static inline uint16_t day16(int32_t day)
{
    return (uint16_t)(day < 0 ? 0 : day > DAY16_FAR ? DAY16_FAR : day);
}

struct matching_root {
    uint64_t number;
    uint64_t holders; /* under the index's lock */
    struct matching_root *newer;
    uint32_t stale_days;
    bool demonstration;
    bool concerns_known;
    uint64_t counts[KIND_COUNT];
    uint8_t fresh[FRESH_DAYS]; /* mark of a vacancy confirmed so many days ago */
    const double *spreads;     /* of each band: 1 by the least cosine of its latitudes; the index's */
    const struct band *bands[KIND_COUNT][BAND_COUNT]; /* NULL: empty */
};

/* --- the writer's facts ------------------------------------------------------------------------------ */

struct provider_node {
    struct uuid id; /* first: uuid_map */
    Pb__ProviderState state;
    struct provision_node *provisions;
};

struct provision_node {
    struct uuid id;
    struct provision_facts *facts; /* NULL: not known (yet) */
    struct provider_node *provider;
    struct quality { /* as monitoring says */
        enum concern concern;
        uint32_t open_concerns, suspensions;
        char monitored_on[DATE_TEXT_BYTES];
    } quality;
    struct provision_node *next, **link; /* among its provider's */
    struct group_node *groups;
};

/* What traits_of reads of a place group, and its name: a message with all its fields is five times as long.
 */
struct group_facts {
    int64_t weekly_fee_pence;
    uint32_t age_min, age_max;
    Pb__Gender gender;
    bool solo;
    uint32_t need_count, adaptation_count, attendance_count;
    uint32_t values[]; /* needs, adaptations, attendances; then the name */
};

struct group_node {
    struct uuid id;
    struct group_facts *group; /* NULL: not known (yet) */
    bool generated;
    struct period *periods; /* of its vacancy */
    uint32_t period_count;
    int64_t confirmed_at_ms;
    struct provision_node *provision;
    struct group_node *next, **link; /* among its provision's */
    struct place *place;             /* as published; NULL: not in the index */
    struct place *fresh;             /* to be published in its stead */
    struct group_node *changed_next;
    bool changed;
};

/* Something readers may still see: freed when no root older than `number` is left. */
struct retired {
    void *pointer;
    uint64_t number;
};

struct matching_index {
    pthread_mutex_t lock; /* of `newest`, and every root's `holders` */
    struct matching_root *oldest, *newest;
    double spreads[GRID_BANDS];
    struct uuid_map providers, provisions, groups;
    struct group_node *changed; /* to look at when publishing */
    uint32_t stale_days;
    bool demonstration;
    bool concerns_known;
    bool cleared; /* the next root begins empty */
    struct retired *retired;
    size_t retired_first, retired_count, retired_room;
};

/* Fills in the marks of freshness, as `stale_days` stands. */
void root_reckon_fresh(struct matching_root *root);

/* Room to retire so many: before anything is changed. CODE_RESOURCE_EXHAUSTED: out of memory. */
enum code index_retire_room(struct matching_index *index, size_t more);
/* Frees `pointer` (NULL: nothing) once no reader can see it any more. There must be room. */
void index_retire(struct matching_index *index, void *pointer);

/* Frees what no held root shows any more. */
void index_reclaim(struct matching_index *index);

/* Publishing looks at this group again. */
void group_changed(struct matching_index *index, struct group_node *group);

/* A copy of the record's facts; NULL: out of memory. One allocation: freed with free. */
struct provision_facts *provision_facts_make(const Pb__Provision *provision, const struct uuid *id);

/* The same of a group. */
struct group_facts *group_facts_make(const Pb__PlaceGroup *group);

/* The row of a group as its facts stand: RESOURCE_EXHAUSTED out of memory; `*ret_place` NULL where it can be
 * no result. One allocation: freed with free. */
enum code place_make(const struct group_node *group, struct place **ret_place);

/* A place that comes, and where it belongs, beside it: sorting a million then reads few of the places. */
struct coming {
    uint64_t where; /* kind, band, cell */
    struct place *place;
};

/* A new band: the rows of `old` (may be NULL) that are not gone, and `places`, sorted by cell. `*ret_band`
 * NULL where that leaves none. One allocation: freed with free. RESOURCE_EXHAUSTED: out of memory. */
enum code band_make(const struct band *old, const struct coming *places, size_t count,
                    const struct band **ret_band);

/* The bits of all its rows, from their traits and open days. */
void band_write_bits(struct band *band);

/* --- searching --------------------------------------------------------------------------------------- */

/* A row that fits. */
struct hit {
    const struct band *band;
    uint32_t row, score, distance_m, free_places;
};

/* The best hits so far. */
struct hits {
    uint32_t count, room;
    uint64_t total;
    uint32_t weight_sum; /* the search's */
    uint32_t least_sum;  /* to be among them, weighed marks must come to this; 0 while there is room */
    uint32_t order[SEARCH_RESULTS_MAX]; /* best first: the score times 65536, and which of `best` */
    struct hit best[SEARCH_RESULTS_MAX];
};

void hits_init(struct hits *hits, const struct search *search);

/* Keeps it if it is one of the best: by score, then as rule X4 breaks ties. */
void hits_keep(struct hits *hits, const struct hit *hit);

/* The best but `rank`. */
static inline const struct hit *hits_at(const struct hits *hits, uint32_t rank)
{
    return &hits->best[hits->order[rank] & UINT16_MAX];
}

/* The cells of one band, both included, that may hold what lies within the limit; from > to: none. */
struct cells {
    uint16_t from, to;
};

/* What one search has reckoned once. */
struct scan {
    const struct matching_root *root;
    const struct search *search;
    struct sphere_point home;
    double home_spread;        /* 1 by the cosine of its latitude */
    double half_angle_squared; /* of the limit: half its angle, squared; a little more */
    double chord_most;         /* no place within the limit has a larger squared chord */
    double chord_sure;         /* no place beyond it has one so small */
    bool wide;                 /* the processor has what is_wide asks */
    unsigned band_from,
        band_to; /* bands within the limit, the last included; BAND_NOWHERE is not among them */
    struct cells cells[BAND_COUNT]; /* of those bands, and of BAND_NOWHERE */
    bool surely_free; /* what passes the sieve has a place on all days: how many is asked of few */
    bool plain;       /* and nothing else is asked that the sieve does not know, but distance and fee */
    uint32_t fee_most;
    /* Marks, weighed: of each judgement, of so many needs, of an oldest age, of so many spare places, of what
     * is known of concerns. */
    uint32_t judgement[8], needs[NEED_COUNT + 1], age[SEARCH_AGE_MAX + 1], vacancy[3], concern[CONCERN_COUNT];
    unsigned suspended; /* a row's concern where its provision is */
    /* That of the distance: the most, what a chord takes of it and how much too much that may be, what is
     * less for each quality, and by how much it may be less still. */
    double distance_most, loss_of_chord, loss_less;
    int32_t penalty[8], distance_slack;
};

void scan_init(struct scan *scan, const struct matching_root *root, const struct search *search);

/* Its marks, weighed. */
void rank_init(struct scan *scan);

/* A row that passed the sieve. */
struct waiting {
    const struct band *band;
    uint32_t row;
};

/* Counts those that fit; keeps the best. At most WAITING_MAX. What is waiting is used up. */
enum { WAITING_MAX = 1024 };
void rank_waiting(const struct scan *scan, struct waiting *waiting, uint32_t count, struct hits *hits);

/* How many rows scan_all will look at. */
uint64_t scan_rows(const struct scan *scan);

/* Every place group that fits; keeps the best. */
void scan_all(const struct scan *scan, struct hits *hits);

/* Row numbers of [from, to) that have every trait and are free as far as their columns tell, rising;
 * `ret_rows` has room for all and SIEVE_SPARE more. Both give the same; the wide one only where
 * sieve_is_wide.
 */
enum { SIEVE_SPARE = 8 };
bool sieve_is_wide(void);
uint32_t sieve_wide(const struct band *band, const struct search *search, uint32_t from, uint32_t to,
                    uint32_t *ret_rows);
uint32_t sieve_plain(const struct band *band, const struct search *search, uint32_t from, uint32_t to,
                     uint32_t *ret_rows);
static inline uint32_t sieve(const struct scan *scan, const struct band *band, uint32_t from, uint32_t to,
                             uint32_t *ret_rows)
{
    return scan->wide ? sieve_wide(band, scan->search, from, to, ret_rows)
                      : sieve_plain(band, scan->search, from, to, ret_rows);
}

/* Distance of a row in whole metres, to the bit what the domain reckons; DISTANCE_UNKNOWN without a position.
 */
uint32_t scan_distance(const struct scan *scan, const struct row *row);

/* Are as many places free as are for ever, from the first day asked for on? */
static inline bool is_settled(const struct search *search, const struct row *row)
{
    return (row->settled != DAY16_FAR) & (search->from >= row->settled);
}

/* Places of a row that are free on all days asked for. */
static inline uint32_t scan_free(const struct search *search, const struct band *band, uint32_t number)
{
    const struct row *row = &band->rows[number];
    if (is_settled(search, row))
        return row->settled_places;
    uint32_t first = band->period_first[number], count = band->period_first[number + 1] - first;
    return periods_free(&band->periods[first], count, search->from, search->until);
}

/* Does the place's provision have the contract asked for? */
bool place_has_contract(const struct place *place, const struct search *search);

/* The cells of a band that a search looks at. */
static inline struct cells scan_cells(const struct scan *scan, unsigned number)
{
    bool within = (number >= scan->band_from && number <= scan->band_to) || number == BAND_NOWHERE;
    return within ? scan->cells[number] : (struct cells){1, 0};
}

/* What is known of a row's concerns. */
static inline enum concern scan_concern(const struct scan *scan, const struct row *row)
{
    return scan->root->concerns_known ? (enum concern)row->concern : CONCERN_NOT_KNOWN;
}

/* The candidate of a row. */
struct candidate scan_candidate(const struct scan *scan, const struct band *band, uint32_t number,
                                uint32_t distance_m, uint32_t free_places);

/* Near misses (rule X3), into the response. */
enum code near_misses(const struct scan *scan, struct arena *arena, Pb__SearchResponse *response);

/* Turns hits into results with marks and reasons. */
enum code results_write(const struct scan *scan, const struct hits *hits, struct arena *arena,
                        Pb__SearchResponse *response);

/* --- marks ------------------------------------------------------------------------------------------- */

enum {
    REASON_BYTES_MAX = 112,                              /* with a NUL, where it has one */
    MARK_BYTES_MAX = 128,                                /* packed, so that its length is one byte */
    MARKS_BYTES_MAX = MARK_COUNT * (MARK_BYTES_MAX + 4), /* with what is written beyond */
};

/* Texts that many results of one search have alike, as they were first written: all empty at first. The needs
 * that were asked for; by judgement, how many needs are met, and how many places are free. */
enum { REASONS_VACANCIES = 16 };
struct reasons_alike {
    struct span asked, judgement[JUDGEMENT_INADEQUATE + 1], needs[NEED_COUNT + 1], vacancy[REASONS_VACANCIES];
};

/* The marks of a candidate, each with its reason, as the field of a result that they are, packed at `out`
 * (MARKS_BYTES_MAX of room). Returns the byte after. `alike` will refer to what is written. */
char *marks_write(const struct search *search, uint32_t stale_days, const struct candidate *candidate,
                  struct reasons_alike *alike, char *out);

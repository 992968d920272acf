#pragma once
/* The rules of a search (X1, X1a, X2, R3, R5): what is asked, what fits, what it is worth. Pure: facts and
 * the time come in, decisions go out.
 *
 * What a place must be is written as bits, one for each thing that can be asked (its traits), so that "does
 * it fit" is one comparison: every wanted bit is there. What is not a bit (dates, fee, distance, areas,
 * contracts) is compared by itself. */

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/domain/date.h"
#include "common/domain/distance.h"
#include "common/domain/judgement.h"
#include "common/domain/kinds.h"
#include "common/domain/needs.h"
#include "common/domain/postcode_table.h"

#include "ccrag/v1/matching.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

/* --- traits ------------------------------------------------------------------------------------------ */

enum {
    TRAIT_NEEDS = 0, /* first of 13 bits: meets that need */
    TRAIT_ADAPTATIONS = TRAIT_NEEDS + NEED_COUNT,
    ADAPTATION_COUNT = 5,
    TRAIT_ATTENDANCES = TRAIT_ADAPTATIONS + ADAPTATION_COUNT,
    ATTENDANCE_COUNT = 3,
    TRAIT_FEMALE = TRAIT_ATTENDANCES + ATTENDANCE_COUNT, /* takes girls */
    TRAIT_MALE,
    TRAIT_SOLO,
    TRAIT_JUDGEMENTS,                      /* first of 4 bits: judged so or better */
    TRAIT_UNDER_16 = TRAIT_JUDGEMENTS + 4, /* may be offered to a child under 16 */
    TRAIT_AGES,                            /* first of 26 bits: takes that age */
    TRAITS_USED = TRAIT_AGES + SEARCH_AGE_MAX + 1,
};

static_assert(TRAITS_USED <= 64, "traits fit a word");

#define TRAIT(bit)            (UINT64_C(1) << (bit))
#define TRAITS_OF_NEEDS       (((UINT64_C(1) << NEED_COUNT) - 1) << TRAIT_NEEDS)
#define TRAITS_OF_ADAPTATIONS (((UINT64_C(1) << ADAPTATION_COUNT) - 1) << TRAIT_ADAPTATIONS)
#define TRAITS_OF_ATTENDANCES (((UINT64_C(1) << ATTENDANCE_COUNT) - 1) << TRAIT_ATTENDANCES)
#define TRAITS_OF_JUDGEMENTS  (UINT64_C(15) << TRAIT_JUDGEMENTS)
#define TRAITS_OF_AGES        (((UINT64_C(1) << (SEARCH_AGE_MAX + 1)) - 1) << TRAIT_AGES)

/* The traits of a place group (rule X1a: its own, not its provision's). Where the group states no attendance,
 * no gender, or 0 as its youngest or oldest age the provision's counts; an oldest of 0 there too is any.
 * Supported accommodation is never offered to a child under 16 (rule X1). */
uint64_t traits_of(const Pb__PlaceGroup *group, const Pb__Provision *provision);

/* May places of this provision be results at all (rules X1, R3)? Not of a kind the region does not place in,
 * nor where the registration is closed, suspended or only proposed, nor of a provider that the host
 * suspended. */
bool provision_is_offered(const Pb__Provision *provision, Pb__ProviderState provider_state);

/* Is its record not its provider's own (rule R3): no approved provider, or one whose claim on it is not
 * decided? */
bool provision_is_unverified(const Pb__Provision *provision, Pb__ProviderState provider_state);

/* The last year of a range of ages in traits; 0 when there is none. */
unsigned traits_oldest(uint64_t traits);
unsigned traits_youngest(uint64_t traits);

/* --- free places ------------------------------------------------------------------------------------- */

enum { DAY_FAR = INT32_MAX }; /* the last day of what is open-ended */

/* So many places are free on each of these days, both included. */
struct period {
    int32_t from, until; /* days since 1970; `until` DAY_FAR: open-ended */
    uint32_t places;
};

/* Reads the periods of a vacancy: those that can be read, sorted by first day. `ret_periods` has room for
 * all. Returns how many. */
size_t periods_read(const Pb__Vacancy *vacancy, struct period *ret_periods);

/* Leaves of them what lies from `opened` to `closed`, both included (INT32_MIN, DAY_FAR: not known, open).
 * Returns how many are left. */
size_t periods_within(struct period *periods, size_t count, int32_t opened, int32_t closed);

/* Places free on every day from `from` to `until` (DAY_FAR: for ever): 0 where a single day is not covered
 * (rule X1a). */
uint32_t periods_free(const struct period *periods, size_t count, int32_t from, int32_t until);

/* The first day after `after` from which `places` are free until `until` without a break; DAY_FAR: there is
 * none. */
int32_t periods_first_day(const struct period *periods, size_t count, int32_t after, int32_t until,
                          uint32_t places);

/* --- marks ------------------------------------------------------------------------------------------- */

/* What ranks (rule X2), with the published weights. README.md says how each mark is reckoned.
 * X(name, criterion, weight) */
#define MARKS(X)                                                                                             \
    X(DISTANCE, DISTANCE, 30)                                                                                \
    X(JUDGEMENT, JUDGEMENT, 20)                                                                              \
    X(FEE, FEE, 10)                                                                                          \
    X(FRESHNESS, FRESHNESS, 10)                                                                              \
    X(NEEDS, NEEDS, 10)                                                                                      \
    X(AGE, AGE, 5)                                                                                           \
    X(VACANCY, VACANCY, 5)                                                                                   \
    X(CONCERN, CONCERN, 10)

enum mark {
#define X(name, criterion, weight) MARK_##name,
    MARKS(X)
#undef X
        MARK_COUNT
};

static inline Pb__Criterion mark_criterion(enum mark mark)
{
    static const Pb__Criterion criteria[MARK_COUNT] = {
#define X(name, criterion, weight) PB__CRITERION__CRITERION_##criterion,
        MARKS(X)
#undef X
    };
    return criteria[mark];
}
unsigned mark_weight(enum mark mark); /* the published one */

enum {
    MARK_REACH_METRES = 160934,   /* 100 miles: where the distance mark ends when no limit is asked */
    MARK_FEE_PENCE = 1000 * 1000, /* £10,000: where the fee mark ends when no limit is asked */
    MARK_FEE_UNSTATED = 20,
    MARK_NOT_JUDGED = 50,
    VACANCY_STALE_DAYS = 28, /* rule R5, where the region says nothing else */
    START_LATER_DAYS = 28,   /* "later" without a date */
    DAY_MS = 24 * 60 * 60 * 1000,
};

#define DISTANCE_UNKNOWN UINT32_MAX /* the place has no position */

/* --- a search ---------------------------------------------------------------------------------------- */

/* A request that was found good, as numbers. Texts are borrowed from the request. */
struct search {
    const char *postcode;
    uint64_t wanted;     /* traits that must be there */
    uint32_t kinds;      /* bit per enum kind */
    int32_t from, until; /* days a place must be free, both included; `until` DAY_FAR: open-ended */
    uint32_t places;     /* children placed together */
    unsigned age;
    unsigned needs;    /* how many different ones are asked for */
    uint32_t within_m; /* 0: no limit */
    uint32_t fee_max;  /* pence; 0: no limit */
    enum judgement worst;
    unsigned avoid_count;
    uint32_t avoid[SEARCH_AVOID_MAX]; /* area_of */
    bool by_contract;
    struct uuid contract;
    uint32_t weights[MARK_COUNT], weight_sum;
    uint32_t size;
    int64_t asked_at_ms;
    /* From search_locate: */
    struct position_e7 home;
    Pb__PositionQuality home_quality;
};

/* Checks every field of a request (rule X1). INVALID_ARGUMENT with field and reason: nothing is changed.
 * `today` and `asked_at_ms` must be filled in already. The region's places are not needed. */
enum code search_read(const Pb__SearchRequest *request, struct search *ret_search, struct fault *ret_fault);

/* Finds the home: by its postcode, else its sector, else its outward code (rule X1). INVALID_ARGUMENT, field
 * `postcode`, where even that is unknown: it is never nowhere. */
enum code search_locate(const struct postcode_table *table, struct search *search, struct fault *ret_fault);

/* An LA's area as a number: 0 for none. Codes of the same area, older and newer, give the same. */
uint32_t area_of(const char *gss);
/* "E10000015"; an empty text for 0. */
void area_print(uint32_t area, char ret_text[10]);

/* What monitoring says of a provision (rule M5), as one word. */
enum concern {
    CONCERN_NONE,
    CONCERN_LOW,
    CONCERN_MEDIUM, /* also of a severity that nobody said */
    CONCERN_HIGH,
    CONCERN_SUSPENDED, /* nobody should be placed there now */
    CONCERN_NOT_KNOWN, /* monitoring is not followed, or not read yet */
    CONCERN_COUNT
};

/* What the copied record comes to; NULL: there is none, and so no concern. */
enum concern concern_of(const Pb__ProvisionQuality *quality);

/* What of a place group is marked. */
struct candidate {
    uint64_t traits;
    uint32_t distance_m;  /* DISTANCE_UNKNOWN: no position */
    uint32_t free_places; /* for all the dates */
    uint32_t fee;         /* pence a week; 0 not stated */
    unsigned oldest;      /* age it takes */
    unsigned needs;       /* how many it meets */
    unsigned judgement;   /* enum judgement */
    unsigned judged;      /* in which month: of which year, times 12, and 0 to 11; 0 not known */
    unsigned quality;     /* of its position: Pb__PositionQuality */
    enum concern concern;
    uint32_t open_concerns, suspensions;
    int64_t confirmed_at_ms; /* 0: never */
};

/* Days since the vacancy was confirmed, 0 at least; INT32_MAX: never. */
static inline int32_t days_since(int64_t confirmed_at_ms, int64_t asked_at_ms)
{
    if (confirmed_at_ms <= 0)
        return INT32_MAX;
    int64_t days = (asked_at_ms - confirmed_at_ms) / DAY_MS;
    return days < 0 ? 0 : days >= INT32_MAX ? INT32_MAX - 1 : (int32_t)days;
}

/* What a mark of distance is less where home or place is known but roughly. */
static inline uint32_t mark_penalty(const struct search *search, unsigned quality)
{
    static const uint8_t penalties[8] = {[PB__POSITION_QUALITY__POSITION_QUALITY_SECTOR] = 2,
                                         [PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE] = 5,
                                         [PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY] = 20};
    unsigned worse = quality > search->home_quality ? quality : search->home_quality;
    return penalties[worse & 7];
}

static inline uint32_t mark_distance(const struct search *search, uint32_t distance_m, unsigned quality)
{
    uint32_t reach = search->within_m ? search->within_m : (uint32_t)MARK_REACH_METRES;
    if (distance_m >= reach)
        return 0;
    uint32_t mark = 100u * (reach - distance_m) / reach, penalty = mark_penalty(search, quality);
    return mark > penalty ? mark - penalty : 0;
}

/* `needs`: how many the place meets, those asked for among them. */
static inline uint32_t mark_needs(const struct search *search, unsigned needs)
{
    unsigned others = needs - search->needs;
    return !search->needs ? 100 : others >= 10 ? 50 : 100 - 5 * others;
}

static inline uint32_t mark_age(const struct search *search, unsigned oldest)
{
    unsigned years = oldest - search->age;
    return years >= 3 ? 100 : 40 + 20 * years;
}

static inline uint32_t mark_vacancy(const struct search *search, uint32_t free_places)
{
    uint32_t spare = free_places - search->places;
    return spare >= 2 ? 100 : spare == 1 ? 80 : 60;
}

static inline uint32_t mark_fee(const struct search *search, uint32_t fee)
{
    if (!fee)
        return MARK_FEE_UNSTATED;
    if (search->fee_max)
        return 50 + (uint32_t)(UINT64_C(50) * (search->fee_max - fee) / search->fee_max);
    return fee >= MARK_FEE_PENCE ? 0 : 100u * (MARK_FEE_PENCE - fee) / MARK_FEE_PENCE;
}

static inline uint32_t mark_judgement(unsigned judgement)
{
    static const uint8_t marks[8] = {MARK_NOT_JUDGED, 100, 80, 40, 0, 0, 0, 0};
    return marks[judgement & 7];
}

/* `stale_days` is the region's (rule R5). */
static inline uint32_t mark_freshness(int32_t days, uint32_t stale_days)
{
    if (days == INT32_MAX)
        return 0;
    if ((uint32_t)days <= stale_days)
        return 100 - 60u * (uint32_t)days / stale_days;
    uint32_t weeks = ((uint32_t)days - stale_days) / 7;
    return weeks >= 20 ? 0 : 20 - weeks;
}

static inline uint32_t mark_concern(enum concern concern)
{
    static const uint8_t marks[CONCERN_COUNT] = {
        [CONCERN_NONE] = 100, [CONCERN_LOW] = 70,      [CONCERN_MEDIUM] = 40,
        [CONCERN_HIGH] = 10,  [CONCERN_SUSPENDED] = 0, [CONCERN_NOT_KNOWN] = 50,
    };
    return marks[concern];
}

static inline void marks_of(const struct search *search, uint32_t stale_days,
                            const struct candidate *candidate, uint32_t ret_marks[MARK_COUNT])
{
    int32_t days = days_since(candidate->confirmed_at_ms, search->asked_at_ms);
    ret_marks[MARK_DISTANCE] = mark_distance(search, candidate->distance_m, candidate->quality);
    ret_marks[MARK_JUDGEMENT] = mark_judgement(candidate->judgement);
    ret_marks[MARK_FEE] = mark_fee(search, candidate->fee);
    ret_marks[MARK_FRESHNESS] = mark_freshness(days, stale_days);
    ret_marks[MARK_NEEDS] = mark_needs(search, candidate->needs);
    ret_marks[MARK_AGE] = mark_age(search, candidate->oldest);
    ret_marks[MARK_VACANCY] = mark_vacancy(search, candidate->free_places);
    ret_marks[MARK_CONCERN] = mark_concern(candidate->concern);
}

/* The weighted mean of the marks in hundredths, cut: 0 to 10000. A suspended provision has 0 instead. */
static inline uint32_t score_of(const struct search *search, const uint32_t marks[MARK_COUNT])
{
    uint32_t sum = 0;
    for (int i = 0; i < MARK_COUNT; i++)
        sum += search->weights[i] * marks[i];
    return sum * 100 / search->weight_sum;
}

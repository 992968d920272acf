/* Near misses (rule X3): where too few fit, which single criterion, relaxed by the least that adds a result,
 * would bring how many more. In: a scan. Out: relaxations with their counts, each from the places themselves,
 * none estimated.
 *
 * A place counts for a criterion when it meets every other one. Never relaxed: gender, kind, registration,
 * and the age of 16 for supported accommodation; of a place without a position no distance is known, so none
 * is relaxed. */

#include "services/matching/index_inside.h"
#include "services/matching/words.h"

#include "common/domain/gss.h"

#include <stdlib.h>

/* One thing that can be relaxed. Needs, adaptations and areas are dropped one by one. */
enum slot {
    SLOT_DISTANCE,
    SLOT_FEE,
    SLOT_AGE,
    SLOT_VACANCY,
    SLOT_SIBLINGS,
    SLOT_JUDGEMENT,
    SLOT_ATTENDANCE,
    SLOT_SOLO,
    SLOT_CONTRACT,
    SLOT_NEEDS,
    SLOT_ADAPTATIONS = SLOT_NEEDS + NEED_COUNT,
    SLOT_AREAS = SLOT_ADAPTATIONS + ADAPTATION_COUNT,
    SLOT_COUNT = SLOT_AREAS + SEARCH_AVOID_MAX,
};

enum {
    NEAREST_STEP_METRES = 5000,       /* at first, at least so much further */
    NEAREST_METRES_MAX = 1000 * 1000, /* beyond that, everywhere */
};

struct relaxation {
    int64_t least; /* the relaxed value; a smaller one is a smaller relaxation */
    uint32_t more; /* places that this brings; 0: none found */
};

struct relaxations {
    const struct scan *scan;
    struct relaxation slots[SLOT_COUNT];
};

static void note(struct relaxations *all, unsigned slot, int64_t value)
{
    struct relaxation *relaxation = &all->slots[slot];
    if (!relaxation->more || value < relaxation->least)
        *relaxation = (struct relaxation){value, 1};
    else if (value == relaxation->least)
        relaxation->more++;
}

static unsigned miles_up(uint32_t metres)
{
    return (unsigned)(((uint64_t)metres * 1000 + 1609343) / 1609344);
}

/* Years between the child's age and the nearest age that is taken. */
static int64_t years_off(uint64_t traits, unsigned age)
{
    for (unsigned years = 1; years <= SEARCH_AGE_MAX; years++) {
        bool younger = age >= years && traits & TRAIT(TRAIT_AGES + age - years);
        bool older = age + years <= SEARCH_AGE_MAX && traits & TRAIT(TRAIT_AGES + age + years);
        if (younger || older)
            return years;
    }
    return 0;
}

/* The one trait that is missing. */
static void note_trait(struct relaxations *all, uint64_t missing, uint64_t traits, unsigned judgement)
{
    unsigned bit = (unsigned)__builtin_ctzll(missing);
    if (missing & TRAITS_OF_NEEDS)
        note(all, SLOT_NEEDS + bit - TRAIT_NEEDS, 0);
    else if (missing & TRAITS_OF_ADAPTATIONS)
        note(all, SLOT_ADAPTATIONS + bit - TRAIT_ADAPTATIONS, 0);
    else if (missing & TRAITS_OF_ATTENDANCES)
        note(all, SLOT_ATTENDANCE, 0);
    else if (missing & TRAITS_OF_JUDGEMENTS)
        note(all, SLOT_JUDGEMENT, judgement ? judgement : JUDGEMENT_INADEQUATE + 1);
    else if (missing & TRAIT(TRAIT_SOLO))
        note(all, SLOT_SOLO, 0);
    else if (traits & TRAITS_OF_AGES)
        note(all, SLOT_AGE, years_off(traits, all->scan->search->age));
}

/* Not enough places are free on all the days: fewer children might fit, or a later start. */
static void note_free(struct relaxations *all, const struct place *place, uint32_t free_places)
{
    const struct search *search = all->scan->search;
    if (free_places)
        note(all, SLOT_SIBLINGS, -(int64_t)free_places);
    int32_t day =
        periods_first_day(place->periods, place->period_count, search->from, search->until, search->places);
    if (day != DAY_FAR)
        note(all, SLOT_VACANCY, day);
}

/* The avoided area that it stands in; SLOT_COUNT: none. */
static unsigned avoided(const struct search *search, uint32_t area)
{
    for (unsigned i = 0; i < search->avoid_count; i++)
        if (search->avoid[i] == area)
            return SLOT_AREAS + i;
    return SLOT_COUNT;
}

/* Looks at one row: when it misses by exactly one criterion, that is noted; `beyond`: only if it is the
 * distance, otherwise only if it is not. */
static void weigh(struct relaxations *all, const struct band *band, uint32_t number, bool beyond)
{
    const struct row *row = &band->rows[number];
    const struct search *search = all->scan->search;
    const uint64_t never = TRAIT(TRAIT_FEMALE) | TRAIT(TRAIT_MALE) | TRAIT(TRAIT_UNDER_16);
    uint64_t traits = band->traits[number], missing = search->wanted & ~traits;
    if (missing & never || missing & (missing - 1))
        return;
    bool dear = search->fee_max && row->fee > search->fee_max;
    unsigned area = avoided(search, band->area[number]), missed = 0;
    missed += missing != 0;
    missed += dear;
    missed += area != SLOT_COUNT;
    if (missed > 1)
        return;
    uint32_t free_places = scan_free(search, band, number);
    missed += free_places < search->places;
    bool unsigned_contract = search->by_contract && !place_has_contract(row->place, search);
    missed += unsigned_contract;
    if (missed > 1)
        return;
    uint32_t distance_m = scan_distance(all->scan, row);
    bool far = search->within_m && distance_m > search->within_m;
    missed += far;
    if (missed != 1 || far != beyond || (far && distance_m == DISTANCE_UNKNOWN))
        return;
    if (far)
        note(all, SLOT_DISTANCE, miles_up(distance_m));
    else if (missing)
        note_trait(all, missing, traits, row->judgement);
    else if (dear)
        note(all, SLOT_FEE, row->fee);
    else if (area != SLOT_COUNT)
        note(all, area, 0);
    else if (unsigned_contract)
        note(all, SLOT_CONTRACT, 0);
    else
        note_free(all, row->place, free_places);
}

/* --- in words ---------------------------------------------------------------------------------------- */

static char *put_date(char *out, int64_t day)
{
    char text[DATE_LONG_TEXT_BYTES];
    date_print_long((struct date){(int32_t)day}, text);
    return put_text(out, text);
}

/* "20", "12.4" */
static char *put_limit(char *out, uint32_t metres)
{
    out = put_miles(out, metres);
    return out[-1] == '0' ? out - 2 : out;
}

static char *put_children(char *out, int64_t count)
{
    return put_text(put_number(out, (uint64_t)count), count == 1 ? " child" : " children together");
}

static char *put_judgement(char *out, const struct search *search, int64_t judgement)
{
    if (judgement > JUDGEMENT_INADEQUATE)
        out = put_text(out, "any judgement or none");
    else
        out = put_text(put_text(out, judgement_words((enum judgement)judgement)), " at worst");
    return put_text(put_text(out, " instead of "), judgement_words(search->worst));
}

static const char *attendance_words(uint64_t wanted)
{
    static const char *const words[ATTENDANCE_COUNT] = {"day attendance", "38 weeks", "52 weeks"};
    return words[__builtin_ctzll((wanted & TRAITS_OF_ATTENDANCES) >> TRAIT_ATTENDANCES)];
}

static char *put_area(char *out, uint32_t area)
{
    char gss[10];
    area_print(area, gss);
    const struct authority *authority = authority_by_gss(gss);
    return put_text(put_text(out, "also in "), authority ? authority->name : gss);
}

static char *put_dropped(char *out, unsigned slot, const struct search *search)
{
    static const char *const adaptations[ADAPTATION_COUNT] = {
        "wheelchair access", "a ceiling hoist", "a sensory room", "a ground floor", "waking night staff"};
    if (slot >= SLOT_AREAS)
        return put_area(out, search->avoid[slot - SLOT_AREAS]);
    if (slot >= SLOT_ADAPTATIONS)
        return put_text(put_text(out, "without "), adaptations[slot - SLOT_ADAPTATIONS]);
    if (slot >= SLOT_NEEDS)
        return put_text(put_text(out, "without "), need_code((enum need)(slot - SLOT_NEEDS)));
    if (slot == SLOT_ATTENDANCE)
        return put_text(put_text(out, "without asking for "), attendance_words(search->wanted));
    return put_text(out, slot == SLOT_SOLO ? "not a place alone" : "without the contract");
}

static char *put_relaxation(char *out, unsigned slot, const struct search *search, int64_t value)
{
    switch (slot) {
    case SLOT_DISTANCE:
        out =
            put_text(put_number(put_text(out, "within "), (uint64_t)value), value == 1 ? " mile" : " miles");
        return put_limit(put_text(out, " instead of "), search->within_m);
    case SLOT_FEE:
        out = put_text(put_pounds(put_text(out, "up to "), (uint64_t)value), " a week instead of ");
        return put_pounds(out, search->fee_max);
    case SLOT_AGE:
        out = put_number(put_text(out, "ages within "), (uint64_t)value);
        return put_number(put_text(out, value == 1 ? " year of " : " years of "), search->age);
    case SLOT_VACANCY:
        out = put_date(put_text(out, "from "), value);
        return put_date(put_text(out, " instead of "), search->from);
    case SLOT_SIBLINGS:
        return put_number(put_text(put_children(out, -value), " instead of "), search->places);
    case SLOT_JUDGEMENT:
        return put_judgement(out, search, value);
    default:
        return put_dropped(out, slot, search);
    }
}

static Pb__Criterion criterion_of(unsigned slot)
{
    static const Pb__Criterion criteria[SLOT_NEEDS] = {
        [SLOT_DISTANCE] = PB__CRITERION__CRITERION_DISTANCE,
        [SLOT_FEE] = PB__CRITERION__CRITERION_FEE,
        [SLOT_AGE] = PB__CRITERION__CRITERION_AGE,
        [SLOT_VACANCY] = PB__CRITERION__CRITERION_VACANCY,
        [SLOT_SIBLINGS] = PB__CRITERION__CRITERION_SIBLINGS,
        [SLOT_JUDGEMENT] = PB__CRITERION__CRITERION_JUDGEMENT,
        [SLOT_ATTENDANCE] = PB__CRITERION__CRITERION_ATTENDANCE,
        [SLOT_SOLO] = PB__CRITERION__CRITERION_SOLO,
        [SLOT_CONTRACT] = PB__CRITERION__CRITERION_CONTRACT,
    };
    if (slot >= SLOT_AREAS)
        return PB__CRITERION__CRITERION_AREA;
    if (slot >= SLOT_ADAPTATIONS)
        return PB__CRITERION__CRITERION_ADAPTATION;
    return slot >= SLOT_NEEDS ? PB__CRITERION__CRITERION_NEEDS : criteria[slot];
}

/* The number that the answer carries beside the words. */
static int64_t value_of(unsigned slot, const struct search *search, int64_t value)
{
    switch (slot) {
    case SLOT_DISTANCE: /* whole miles in metres, up */
        return (value * 1609344 + 999) / 1000;
    case SLOT_VACANCY:
        return value - search->from;
    case SLOT_SIBLINGS:
        return -value;
    case SLOT_JUDGEMENT:
        return value > JUDGEMENT_INADEQUATE ? 0 : value;
    default:
        if (slot >= SLOT_AREAS)
            return 0;
        if (slot >= SLOT_ADAPTATIONS)
            return slot - SLOT_ADAPTATIONS + 1;
        return slot >= SLOT_NEEDS ? slot - SLOT_NEEDS + 1 : value;
    }
}

/* The most useful first: by how many, then by criterion, then by value; areas in the order they were asked
 * in. */
static int compare_misses(const void *a, const void *b)
{
    const Pb__NearMiss *left = *(Pb__NearMiss *const *)a, *right = *(Pb__NearMiss *const *)b;
    if (left->more != right->more)
        return left->more > right->more ? -1 : 1;
    if (left->criterion != right->criterion)
        return left->criterion < right->criterion ? -1 : 1;
    if (left->value != right->value)
        return left->value < right->value ? -1 : 1;
    return left < right ? -1 : 1; /* of one array, in order of slots */
}

static enum code write_misses(const struct relaxations *all, struct arena *arena,
                              Pb__SearchResponse *response)
{
    size_t count = 0;
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++)
        count += all->slots[slot].more != 0;
    Pb__NearMiss *misses = arena_array(arena, Pb__NearMiss, count);
    Pb__NearMiss **pointers = arena_array(arena, Pb__NearMiss *, count);
    for (unsigned slot = 0, next = 0; slot < SLOT_COUNT && !arena->exhausted; slot++) {
        const struct relaxation *relaxation = &all->slots[slot];
        char text[REASON_BYTES_MAX];
        if (!relaxation->more)
            continue;
        *put_relaxation(text, slot, all->scan->search, relaxation->least) = '\0';
        Pb__NearMiss *miss = pointers[next] = &misses[next];
        pb__near_miss__init(miss);
        miss->criterion = criterion_of(slot);
        miss->relaxation = arena_text(arena, text);
        miss->more = relaxation->more;
        miss->value = value_of(slot, all->scan->search, relaxation->least);
        next++;
    }
    if (arena->exhausted)
        return CODE_RESOURCE_EXHAUSTED;
    qsort(pointers, count, sizeof(Pb__NearMiss *), compare_misses);
    response->n_near_misses = count;
    response->near_misses = pointers;
    return CODE_OK;
}

/* --- where to look ----------------------------------------------------------------------------------- */

/* Rows that miss something else than the distance lie within it. */
static void look_within(struct relaxations *all, const struct band *band, uint32_t from, uint32_t to)
{
    for (uint32_t row = from; row < to; row++)
        weigh(all, band, row, false);
}

/* Rows that miss the distance only pass the sieve. */
static void look_beyond(struct relaxations *all, const struct band *band, uint32_t from, uint32_t to)
{
    enum { ROWS = 512 };
    for (uint32_t rows[ROWS + SIEVE_SPARE]; from < to; from += ROWS) {
        uint32_t end = to - from > ROWS ? from + ROWS : to;
        uint32_t count = sieve(all->scan, band, from, end, rows);
        for (uint32_t i = 0; i < count; i++)
            weigh(all, band, rows[i], true);
    }
}

/* Every run of rows within the limit of `scan`. */
static void look(struct relaxations *all, const struct scan *scan,
                 void (*look_at)(struct relaxations *, const struct band *, uint32_t, uint32_t))
{
    for (unsigned number = 0; number < BAND_COUNT; number++) {
        const struct cells cells = scan_cells(scan, number);
        if (cells.from > cells.to)
            continue;
        for (uint32_t kinds = scan->search->kinds; kinds; kinds &= kinds - 1) {
            const struct band *band = scan->root->bands[__builtin_ctz(kinds)][number];
            if (band)
                look_at(all, band, band->first[cells.from], band->first[cells.to + 1]);
        }
    }
}

/* Looks further and further, until what was found is surely the nearest: no need to see the whole country. */
static void look_further(struct relaxations *all)
{
    const struct scan *scan = all->scan;
    const struct relaxation *found = &all->slots[SLOT_DISTANCE];
    struct search further = *scan->search;
    bool everywhere = false;
    for (uint64_t radius_m = further.within_m; !everywhere;) {
        radius_m = 4 * radius_m + 4 * NEAREST_STEP_METRES;
        everywhere = radius_m > NEAREST_METRES_MAX;
        further.within_m = everywhere ? 0 : (uint32_t)radius_m;
        all->slots[SLOT_DISTANCE] = (struct relaxation){0};
        struct scan wider;
        scan_init(&wider, scan->root, &further);
        look(all, &wider, look_beyond);
        if (found->more && value_of(SLOT_DISTANCE, scan->search, found->least) <= (int64_t)radius_m)
            return;
    }
}

enum code near_misses(const struct scan *scan, struct arena *arena, Pb__SearchResponse *response)
{
    struct relaxations all = {.scan = scan};
    look(&all, scan, look_within);
    if (scan->search->within_m)
        look_further(&all);
    return write_misses(&all, arena, response);
}

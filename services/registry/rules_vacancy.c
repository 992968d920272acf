/* Free places over time (rule R5). In: what a provider states, and the places that are taken. Out: periods,
 * rising and not overlapping. What is free is the provider's word less the places taken since: never capacity
 * less placements, because authorities outside the region fill beds too. */

#include "services/registry/rules_vacancy.h"

#include <stdlib.h>

enum { DAYS_BACK_MAX = 2 * 366, DAYS_AHEAD_MAX = 5 * 366, DAY_MS = 24 * 60 * 60 * 1000 };

/* The last day as a number that compares: an open end is after every day. */
static int64_t last_day(struct date until)
{
    return date_is_none(until) ? INT64_MAX : until.day;
}

static int compare_from(const void *left, const void *right)
{
    const struct period *a = left, *b = right;
    return date_compare(a->from, b->from);
}

static enum registry_refusal period_read(const Pb__FreePeriod *free, uint32_t group_places, struct date today,
                                         struct period *ret_period)
{
    struct period period = {.places = free->places};
    if (!date_field(free->from, &period.from) || !date_field(free->until, &period.until) ||
        date_is_none(period.from))
        return REFUSAL_PERIOD_DATES;
    if (last_day(period.until) < period.from.day)
        return REFUSAL_PERIOD_DATES;
    if (period.from.day < today.day - DAYS_BACK_MAX || period.from.day > today.day + DAYS_AHEAD_MAX)
        return REFUSAL_PERIOD_FAR;
    if (period.places == 0 || period.places > group_places)
        return REFUSAL_PERIOD_PLACES;
    *ret_period = period;
    return REFUSAL_NONE;
}

/* Joins neighbours that touch and have as many places, and drops what is empty. */
static void join(struct periods *periods)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < periods->count; i++) {
        struct period period = periods->items[i];
        struct period *before = kept ? &periods->items[kept - 1] : NULL;
        if (period.places == 0)
            continue;
        if (before && before->places == period.places &&
            last_day(before->until) == (int64_t)period.from.day - 1)
            before->until = period.until;
        else
            periods->items[kept++] = period;
    }
    periods->count = kept;
}

enum registry_refusal periods_read(Pb__FreePeriod *const *free, size_t count, uint32_t group_places,
                                   struct date today, struct periods *ret_periods)
{
    if (count > VACANCY_PERIODS_MAX)
        return REFUSAL_PERIODS_MANY;
    struct periods periods = {.count = (unsigned)count};
    for (size_t i = 0; i < count; i++) {
        enum registry_refusal refusal = period_read(free[i], group_places, today, &periods.items[i]);
        if (refusal)
            return refusal;
    }
    qsort(periods.items, count, sizeof(periods.items[0]), compare_from);
    for (size_t i = 1; i < count; i++)
        if (last_day(periods.items[i - 1].until) >= periods.items[i].from.day)
            return REFUSAL_PERIODS_OVERLAP;
    join(&periods);
    *ret_periods = periods;
    return REFUSAL_NONE;
}

void periods_load(Pb__FreePeriod *const *free, size_t count, struct periods *ret_periods)
{
    struct periods periods = {0};
    for (size_t i = 0; i < count && i < VACANCY_PERIODS_SPLIT_MAX; i++) {
        struct period *period = &periods.items[periods.count];
        if (date_field(free[i]->from, &period->from) && date_field(free[i]->until, &period->until) &&
            !date_is_none(period->from)) {
            period->places = free[i]->places;
            periods.count++;
        }
    }
    *ret_periods = periods;
}

Pb__FreePeriod **periods_write(const struct periods *periods, struct arena *arena, size_t *ret_count)
{
    Pb__FreePeriod **list = arena_array(arena, Pb__FreePeriod *, periods->count + 1);
    for (unsigned i = 0; i < periods->count; i++) {
        Pb__FreePeriod *free = arena_new(arena, Pb__FreePeriod);
        char *from = arena_alloc(arena, DATE_TEXT_BYTES), *until = arena_alloc(arena, DATE_TEXT_BYTES);
        if (!list || !free || !from || !until)
            return NULL;
        pb__free_period__init(free);
        date_print(periods->items[i].from, from);
        date_print(periods->items[i].until, until);
        free->from = from;
        free->until = until;
        free->places = periods->items[i].places;
        list[i] = free;
    }
    *ret_count = periods->count;
    return list;
}

/* Is at least one place free on every day from `from` to `last`? */
static bool is_free(const struct periods *periods, int64_t from, int64_t last)
{
    int64_t needed = from; /* the first day not yet seen to be free */
    for (unsigned i = 0; i < periods->count; i++) {
        const struct period *period = &periods->items[i];
        if (last_day(period->until) < needed)
            continue;
        if (period->from.day > needed)
            return false;
        if (last_day(period->until) >= last)
            return true;
        needed = last_day(period->until) + 1;
    }
    return false;
}

static void add(struct periods *periods, int64_t from, int64_t last, uint32_t places)
{
    periods->items[periods->count++] = (struct period){
        .from = {(int32_t)from},
        .until = last == INT64_MAX ? DATE_NONE : (struct date){(int32_t)last},
        .places = places,
    };
}

enum registry_refusal periods_take(struct periods *periods, struct date from, struct date until)
{
    int64_t first = from.day, last = last_day(until);
    if (date_is_none(from) || last < first || !is_free(periods, first, last))
        return REFUSAL_NO_PLACE_FREE;
    if (periods->count + 2 > VACANCY_PERIODS_SPLIT_MAX)
        return REFUSAL_PERIODS_MANY;
    struct periods left = {0};
    for (unsigned i = 0; i < periods->count; i++) {
        struct period period = periods->items[i];
        int64_t begin = period.from.day, end = last_day(period.until);
        if (end < first || begin > last) {
            add(&left, begin, end, period.places);
            continue;
        }
        if (begin < first)
            add(&left, begin, first - 1, period.places);
        add(&left, begin > first ? begin : first, end < last ? end : last, period.places - 1);
        if (end > last)
            add(&left, last + 1, end, period.places);
    }
    join(&left);
    *periods = left;
    return REFUSAL_NONE;
}

bool periods_cap(struct periods *periods, uint32_t group_places)
{
    bool changed = false;
    for (unsigned i = 0; i < periods->count; i++)
        if (periods->items[i].places > group_places) {
            periods->items[i].places = group_places;
            changed = true;
        }
    if (changed)
        join(periods);
    return changed;
}

uint32_t periods_free_on(const struct periods *periods, struct date day)
{
    for (unsigned i = 0; i < periods->count; i++)
        if (date_is_within(day, periods->items[i].from, periods->items[i].until))
            return periods->items[i].places;
    return 0;
}

/* The day since when what is held stands: a place that was taken is known to nobody who spoke before. */
static struct date known_since(const Pb__Vacancy *held)
{
    bool taken = held->taken_since && held->meta && held->meta->changed_at_ms > held->confirmed_at_ms;
    return date_from_unix_ms_london(taken ? held->meta->changed_at_ms : held->confirmed_at_ms);
}

enum registry_refusal vacancy_confirmed(int64_t said_ms, int64_t now_ms, const Pb__Vacancy *held,
                                        int64_t *ret_at_ms)
{
    if (said_ms < 0 || said_ms > now_ms)
        return REFUSAL_CONFIRMED_LATER;
    int64_t at_ms = said_ms ? said_ms : now_ms;
    if (said_ms && held && date_compare(date_from_unix_ms_london(at_ms), known_since(held)) < 0)
        return REFUSAL_CONFIRMED_BEFORE;
    *ret_at_ms = at_ms;
    return REFUSAL_NONE;
}

bool vacancy_is_stale(int64_t confirmed_at_ms, int64_t now_ms, uint32_t days)
{
    int64_t age_days = days ? days : VACANCY_STALE_DAYS_DEFAULT;
    return now_ms - confirmed_at_ms > age_days * DAY_MS;
}

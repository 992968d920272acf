/* Free places over time: cases, and what holds whatever happens (rules R5, X6). */

#include "services/registry/rules_vacancy.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
enum { GROUP_PLACES = 4, PERIODS_MOST = 4 };

static struct date day(const char *text)
{
    struct date date = DATE_NONE;
    cr_assert(text[0] == '\0' || date_parse(text, &date, NULL) == CODE_OK, "%s", text);
    return date;
}

struct stated {
    const char *from, *until;
    uint32_t places;
};

static enum registry_refusal read(const struct stated *stated, size_t count, struct periods *ret_periods)
{
    static Pb__FreePeriod items[VACANCY_PERIODS_MAX + 1];
    static Pb__FreePeriod *list[VACANCY_PERIODS_MAX + 1];
    for (size_t i = 0; i < count; i++) {
        pb__free_period__init(&items[i]);
        items[i].from = stated[i].from, items[i].until = stated[i].until, items[i].places = stated[i].places;
        list[i] = &items[i];
    }
    return periods_read(list, count, GROUP_PLACES, day("2026-06-01"), ret_periods);
}

/* rule R5: what a provider may state. */
Test(rules_vacancy, what_may_be_stated)
{
    const struct {
        struct stated stated[PERIODS_MOST];
        size_t count;
        enum registry_refusal refusal;
        unsigned left;
    } cases[] = {
        {{{"2026-06-01", "", 2}}, 1, REFUSAL_NONE, 1},
        {{{0}}, 0, REFUSAL_NONE, 0},
        {{{"2026-07-01", "2026-07-31", 1}, {"2026-06-01", "2026-06-15", 2}}, 2, REFUSAL_NONE, 2},
        {{{"2026-06-01", "2026-06-15", 2}, {"2026-06-16", "", 2}}, 2, REFUSAL_NONE, 1}, /* joined */
        {{{"2026-06-01", "2026-06-15", 2}, {"2026-06-15", "", 1}}, 2, REFUSAL_PERIODS_OVERLAP, 0},
        {{{"2026-06-01", "", 2}, {"2027-06-15", "", 1}}, 2, REFUSAL_PERIODS_OVERLAP, 0},
        {{{"2026-06-02", "2026-06-01", 1}}, 1, REFUSAL_PERIOD_DATES, 0},
        {{{"", "2026-06-01", 1}}, 1, REFUSAL_PERIOD_DATES, 0},
        {{{"1/6/2026", "", 1}}, 1, REFUSAL_PERIOD_DATES, 0},
        {{{"2026-02-30", "", 1}}, 1, REFUSAL_PERIOD_DATES, 0},
        {{{"2023-06-01", "", 1}}, 1, REFUSAL_PERIOD_FAR, 0},
        {{{"2036-06-01", "", 1}}, 1, REFUSAL_PERIOD_FAR, 0},
        {{{"2026-06-01", "", 0}}, 1, REFUSAL_PERIOD_PLACES, 0},
        {{{"2026-06-01", "", GROUP_PLACES + 1}}, 1, REFUSAL_PERIOD_PLACES, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct periods periods = {.count = 99};
        cr_assert(read(cases[i].stated, cases[i].count, &periods) == cases[i].refusal, "case %zu", i);
        cr_assert(periods.count == (cases[i].refusal ? 99 : cases[i].left), "case %zu: %u", i, periods.count);
    }
    struct stated many[VACANCY_PERIODS_MAX + 1];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct stated){"2026-06-01", "2026-06-01", 1};
    struct periods periods;
    cr_assert(read(many, COUNT(many), &periods) == REFUSAL_PERIODS_MANY);
}

/* rules R5, X6: a place is taken where one is free on every day asked for, and lowers each period it spans.
 */
Test(rules_vacancy, taking_a_place)
{
    const struct stated stated[] = {
        {"2026-06-01", "2026-06-30", 1}, {"2026-07-01", "2026-07-31", 2}, {"2026-09-01", "", 1}};
    const struct {
        const char *from, *until;
        enum registry_refusal refusal;
        struct {
            const char *day;
            uint32_t free;
        } then[4];
    } cases[] = {
        {"2026-06-10",
         "2026-07-10",
         REFUSAL_NONE,
         {{"2026-06-09", 1}, {"2026-06-10", 0}, {"2026-07-10", 1}, {"2026-07-11", 2}}},
        {"2026-09-10",
         "",
         REFUSAL_NONE,
         {{"2026-09-09", 1}, {"2026-09-10", 0}, {"2030-01-01", 0}, {"2026-06-01", 1}}},
        {"2026-07-31",
         "2026-07-31",
         REFUSAL_NONE,
         {{"2026-07-30", 2}, {"2026-07-31", 1}, {"2026-08-01", 0}, {"2026-06-30", 1}}},
        {"2026-07-01",
         "2026-09-10",
         REFUSAL_NO_PLACE_FREE,
         {{"2026-07-01", 2}, {"2026-09-10", 1}, {"2026-08-01", 0}, {"2026-06-01", 1}}}, /* August */
        {"2026-05-31",
         "2026-06-02",
         REFUSAL_NO_PLACE_FREE,
         {{"2026-06-01", 1}, {"2026-06-02", 1}, {"2026-05-31", 0}, {"2026-07-01", 2}}},
        {"2026-06-01",
         "",
         REFUSAL_NO_PLACE_FREE,
         {{"2026-06-01", 1}, {"2026-07-01", 2}, {"2026-09-01", 1}, {"2031-01-01", 1}}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct periods periods;
        cr_assert(read(stated, COUNT(stated), &periods) == REFUSAL_NONE);
        cr_assert(periods_take(&periods, day(cases[i].from), day(cases[i].until)) == cases[i].refusal,
                  "case %zu", i);
        for (size_t j = 0; j < COUNT(cases[i].then); j++)
            cr_assert(periods_free_on(&periods, day(cases[i].then[j].day)) == cases[i].then[j].free,
                      "case %zu on %s: %u", i, cases[i].then[j].day,
                      periods_free_on(&periods, day(cases[i].then[j].day)));
    }
}

/* rule X6: of two that want the last place, one is refused. */
Test(rules_vacancy, the_last_place_is_taken_once)
{
    const struct stated stated[] = {{"2026-06-01", "", 1}};
    struct periods periods;
    cr_assert(read(stated, 1, &periods) == REFUSAL_NONE);
    cr_assert(periods_take(&periods, day("2026-06-05"), DATE_NONE) == REFUSAL_NONE);
    cr_assert(periods_take(&periods, day("2026-06-05"), DATE_NONE) == REFUSAL_NO_PLACE_FREE);
    cr_assert(periods_take(&periods, day("2026-06-01"), day("2026-06-04")) == REFUSAL_NONE);
    cr_assert(periods.count == 0);
}

enum { DAYS = 120, ROUNDS = 300, TAKES = 12 };

/* Random statements and takes against a plain array of days: each take lowers exactly its own days by one,
 * refused ones nothing, none below zero, and the periods stay rising and apart (rules R5, X6). */
Test(rules_vacancy, takes_lower_their_own_days_by_one_and_none_below_zero)
{
    unsigned seed = 20260601;
    const struct date first = day("2026-06-01");
    for (int round = 0; round < ROUNDS; round++) {
        struct periods periods = {0};
        uint32_t free[DAYS] = {0};
        for (int32_t at = rand_r(&seed) % 20; at < DAYS && periods.count < 5;) {
            int32_t length = 1 + rand_r(&seed) % 40;
            int32_t last = at + length - 1 < DAYS ? at + length - 1 : DAYS - 1;
            uint32_t places = 1 + (uint32_t)rand_r(&seed) % GROUP_PLACES;
            periods.items[periods.count++] = (struct period){{first.day + at}, {first.day + last}, places};
            for (int32_t d = at; d <= last; d++)
                free[d] = places;
            at = last + 1 + rand_r(&seed) % 3;
        }
        for (int take = 0; take < TAKES; take++) {
            int32_t from = rand_r(&seed) % DAYS, until = from + rand_r(&seed) % 30;
            bool can = until < DAYS;
            for (int32_t d = from; d <= until && can; d++)
                can = free[d] > 0;
            for (int32_t d = from; d <= until && can; d++)
                free[d]--;
            enum registry_refusal refusal =
                periods_take(&periods, (struct date){first.day + from}, (struct date){first.day + until});
            cr_assert(refusal == (can ? REFUSAL_NONE : REFUSAL_NO_PLACE_FREE), "round %d", round);
            for (int32_t d = 0; d < DAYS; d++)
                cr_assert(periods_free_on(&periods, (struct date){first.day + d}) == free[d],
                          "round %d day %d", round, d);
            for (unsigned i = 0; i < periods.count; i++) {
                cr_assert(periods.items[i].places > 0);
                cr_assert(i == 0 || date_compare(periods.items[i - 1].until, periods.items[i].from) < 0);
            }
        }
    }
}

Test(rules_vacancy, what_is_written_is_read_again)
{
    const struct stated stated[] = {{"2026-06-01", "2026-06-30", 1}, {"2026-07-02", "", 3}};
    struct periods periods, again;
    struct arena arena;
    size_t count = 0;
    arena_init(&arena, 1 << 16);
    cr_assert(read(stated, 2, &periods) == REFUSAL_NONE);
    Pb__FreePeriod **list = periods_write(&periods, &arena, &count);
    cr_assert(list && count == 2);
    cr_assert_str_eq(list[1]->until, "");
    periods_load(list, count, &again);
    cr_assert(again.count == 2 && date_compare(again.items[0].until, day("2026-06-30")) == 0);
    cr_assert(date_is_none(again.items[1].until) && again.items[1].places == 3);
    arena_finish(&arena);
}

/* rule R5: past a set age a vacancy is stale. */
Test(rules_vacancy, stale_past_the_set_age)
{
    const int64_t day_ms = 24 * 60 * 60 * 1000, now_ms = 1800000000000;
    const struct {
        int64_t age_ms;
        uint32_t days;
        bool stale;
    } cases[] = {
        {28 * day_ms, 0, false},   {28 * day_ms + 1, 0, true}, {0, 0, false},
        {7 * day_ms + 1, 7, true}, {7 * day_ms, 7, false},     {28 * day_ms + 1, 29, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(vacancy_is_stale(now_ms - cases[i].age_ms, now_ms, cases[i].days) == cases[i].stale,
                  "case %zu", i);
}

/* rule R5: it counts from the day that is stated, and takes nothing away that was stated or taken since. */
Test(rules_vacancy, confirmed_when_it_says)
{
    const int64_t day = INT64_C(86400000), now = 20000 * day + day / 2;
    Pb__RecordMeta taken = PB__RECORD_META__INIT;
    taken.changed_at_ms = now - 2 * day;
    Pb__Vacancy held = PB__VACANCY__INIT, lowered = PB__VACANCY__INIT;
    held.confirmed_at_ms = lowered.confirmed_at_ms = now - 5 * day;
    lowered.taken_since = 1, held.meta = lowered.meta = &taken;
    const struct {
        int64_t said_ms, at_ms;
        const Pb__Vacancy *held;
        enum registry_refusal refusal;
    } cases[] = {
        {0, now, NULL, REFUSAL_NONE},
        {0, now, &lowered, REFUSAL_NONE},
        {now - 60 * day, now - 60 * day, NULL, REFUSAL_NONE},
        {now, now, &held, REFUSAL_NONE},
        {now - 5 * day - 1, now - 5 * day - 1, &held, REFUSAL_NONE}, /* that day */
        {now - 6 * day, 0, &held, REFUSAL_CONFIRMED_BEFORE},
        {now - 3 * day, now - 3 * day, &held, REFUSAL_NONE},
        {now - 3 * day, 0, &lowered, REFUSAL_CONFIRMED_BEFORE},
        {now - 2 * day, now - 2 * day, &lowered, REFUSAL_NONE},
        {now + 1, 0, NULL, REFUSAL_CONFIRMED_LATER},
        {-1, 0, NULL, REFUSAL_CONFIRMED_LATER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t at_ms = 0;
        cr_assert_eq(vacancy_confirmed(cases[i].said_ms, now, cases[i].held, &at_ms), cases[i].refusal,
                     "case %zu", i);
        cr_assert_eq(at_ms, cases[i].at_ms, "case %zu", i);
    }
}

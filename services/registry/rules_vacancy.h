#pragma once
/* Free places over time (rules R5, X1a, X6). Pure: dates come in, periods go out. */

#include "common/base/limits.h"
#include "services/registry/rules_text.h"

#include "ccrag/v1/provisions.pb-c.h"

/* `places` like places are free from `from` to `until`, both days included; `until` DATE_NONE: open. */
struct period {
    struct date from, until;
    uint32_t places; /* at least 1 */
};

/* Rising and not overlapping. Zeroed: nothing is free. */
struct periods {
    unsigned count;
    struct period items[VACANCY_PERIODS_SPLIT_MAX];
};

/* What a provider states, in any order, of a group with so many places, sorted and with equal neighbours
 * joined. PERIOD_DATES, PERIOD_FAR, PERIOD_PLACES, PERIODS_OVERLAP, PERIODS_MANY otherwise. */
enum registry_refusal periods_read(Pb__FreePeriod *const *free, size_t count, uint32_t group_places,
                                   struct date today, struct periods *ret_periods);

/* What the registry itself stored: trusted to be in order. */
void periods_load(Pb__FreePeriod *const *free, size_t count, struct periods *ret_periods);

/* In `arena`; NULL past its limit (with no periods too: `ret_count` tells). */
Pb__FreePeriod **periods_write(const struct periods *periods, struct arena *arena, size_t *ret_count);

/* Takes one place on every day from `from` to `until` (DATE_NONE: for ever), lowering each period it spans by
 * exactly one there and nowhere else. NO_PLACE_FREE: on some day none is free; nothing is changed (rule X6).
 */
enum registry_refusal periods_take(struct periods *periods, struct date from, struct date until);

/* The group has only so many places now: no more are free on any day. False: nothing changed. */
bool periods_cap(struct periods *periods, uint32_t group_places);

/* How many are free on a day. */
uint32_t periods_free_on(const struct periods *periods, struct date day);

/* When is it confirmed, by who says that it was at `said_ms` (0: now)? `held`: what it replaces, NULL for
 * nothing. CONFIRMED_LATER; CONFIRMED_BEFORE: on an earlier day than what is held, which knows more (rule
 * R5). */
enum registry_refusal vacancy_confirmed(int64_t said_ms, int64_t now_ms, const Pb__Vacancy *held,
                                        int64_t *ret_at_ms);

/* Was it confirmed longer ago than the region's set age? `days` 0: VACANCY_STALE_DAYS_DEFAULT (rule R5). */
bool vacancy_is_stale(int64_t confirmed_at_ms, int64_t now_ms, uint32_t days);

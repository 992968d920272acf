/* England's bank holidays by rule, and counting the days between them (rule M3). In: dates of 2015 to 2035.
 * Out: days and counts. Sources: Banking and Financial Dealings Act 1971, the royal proclamations of the
 * moved and added days (2020, 2022, 2023), and the list that gov.uk publishes. Other calendars (schools,
 * Scotland) are not here. */

#include "common/domain/working_days.h"

#include <stddef.h>

struct holiday {
    int16_t year;
    int8_t month, day;
    const char *name; /* NULL: the ordinary holiday of that day was moved away */
};

static const struct holiday proclaimed[] = {
    {2020, 5, 4, NULL},
    {2020, 5, 8, "Early May bank holiday (VE day)"},
    {2022, 5, 30, NULL},
    {2022, 6, 2, "Spring bank holiday"},
    {2022, 6, 3, "Platinum Jubilee bank holiday"},
    {2022, 9, 19, "Bank Holiday for the State Funeral of Queen Elizabeth II"},
    {2023, 5, 8, "Bank holiday for the coronation of King Charles III"},
};

static bool is_covered(struct date date)
{
    if (date_is_none(date))
        return false;
    int year = date_to_ymd(date).year;
    return year >= WORKING_DAYS_YEAR_LEAST && year <= WORKING_DAYS_YEAR_MOST;
}

struct date easter_sunday(int year)
{
    int golden = year % 19, century = year / 100;
    int skipped = century - century / 4 - (8 * century + 13) / 25;
    int epact = (19 * golden + skipped + 15) % 30;
    /* Days from 21 March to the paschal full moon. */
    int moon = epact - (epact / 28) * (1 - (29 / (epact + 1)) * ((21 - golden) / 11));
    struct date full_moon = {0};
    (void)date_from_ymd(year, 3, 21, &full_moon);
    full_moon.day += moon;
    /* The Sunday after it. */
    return (struct date){.day = full_moon.day + 7 - ((int)date_weekday(full_moon) + 1) % 7};
}

static bool is_weekend(struct date date)
{
    return date_weekday(date) >= SATURDAY;
}

/* Is the Monday of that date the first, or the last, of its month? */
static bool is_first_monday(struct date_ymd parts, enum weekday weekday)
{
    return weekday == MONDAY && parts.day <= 7;
}
static bool is_last_monday(struct date_ymd parts, enum weekday weekday)
{
    return weekday == MONDAY && parts.day > 31 - 7; /* of May and August */
}

/* A holiday of fixed date that falls on a weekend moves to the next day that is neither; the weekend's day
 * itself is then no bank holiday. */
static const char *fixed_name(struct date_ymd parts, enum weekday weekday)
{
    bool monday_or_tuesday = weekday == MONDAY || weekday == TUESDAY;
    if (weekday >= SATURDAY)
        return NULL;
    if (parts.month == 1 && parts.day == 1)
        return "New Year's Day";
    if (parts.month == 1 && parts.day <= 3 && weekday == MONDAY)
        return "New Year's Day (substitute day)";
    if (parts.month != 12)
        return NULL;
    if (parts.day == 25)
        return "Christmas Day";
    if (parts.day == 26)
        return "Boxing Day";
    if (parts.day == 27 && monday_or_tuesday)
        return "Christmas Day (substitute day)";
    if (parts.day == 28 && monday_or_tuesday)
        return "Boxing Day (substitute day)";
    return NULL;
}

static const char *movable_name(struct date date, struct date_ymd parts, enum weekday weekday)
{
    int32_t after_easter = date.day - easter_sunday(parts.year).day;
    if (after_easter == -2)
        return "Good Friday";
    if (after_easter == 1)
        return "Easter Monday";
    if (parts.month == 5 && is_first_monday(parts, weekday))
        return "Early May bank holiday";
    if (parts.month == 5 && is_last_monday(parts, weekday))
        return "Spring bank holiday";
    if (parts.month == 8 && is_last_monday(parts, weekday))
        return "Summer bank holiday";
    return NULL;
}

const char *bank_holiday_name(struct date date)
{
    if (!is_covered(date))
        return NULL;
    struct date_ymd parts = date_to_ymd(date);
    for (size_t i = 0; i < sizeof proclaimed / sizeof proclaimed[0]; i++) {
        const struct holiday *holiday = &proclaimed[i];
        if (holiday->year == parts.year && holiday->month == parts.month && holiday->day == parts.day)
            return holiday->name;
    }
    enum weekday weekday = date_weekday(date);
    const char *name = fixed_name(parts, weekday);
    return name ? name : movable_name(date, parts, weekday);
}

enum code is_working_day(struct date date, bool *ret_is)
{
    if (!is_covered(date))
        return CODE_OUT_OF_RANGE;
    *ret_is = !is_weekend(date) && !bank_holiday_name(date);
    return CODE_OK;
}

enum code add_working_days(struct date date, int32_t n, struct date *ret_date)
{
    if (!is_covered(date))
        return CODE_OUT_OF_RANGE;
    int32_t step = n < 0 ? -1 : 1;
    while (n != 0) {
        bool working = false;
        date.day += step;
        enum code code = is_working_day(date, &working);
        if (code != CODE_OK)
            return code;
        n -= working ? step : 0;
    }
    *ret_date = date;
    return CODE_OK;
}

enum code working_days_between(struct date from, struct date to, int32_t *ret_days)
{
    if (!is_covered(from) || !is_covered(to))
        return CODE_OUT_OF_RANGE;
    int32_t sign = to.day < from.day ? -1 : 1;
    struct date day = sign < 0 ? to : from, last = sign < 0 ? from : to;
    int32_t count = 0;
    while (day.day < last.day) {
        day.day++;
        count += !is_weekend(day) && !bank_holiday_name(day);
    }
    *ret_days = sign * count;
    return CODE_OK;
}

#pragma once
/* Civil dates of the Gregorian calendar, as England uses it. No clock and no time-zone database: whoever
 * needs today's date gets the time from its world and turns it into a date here. */

#include "common/base/error.h"

#include <stdint.h>

/* Days since 1970-01-01. Order of dates is order of `day`. */
struct date {
    int32_t day;
};

/* No date: the end of what is open, the beginning of what always was. Smaller than every date. */
#define DATE_NONE ((struct date){.day = INT32_MIN})

enum {
    DATE_TEXT_BYTES = 11, /* "2024-02-29" and a NUL */
    DATE_YEAR_LEAST = 1800,
    DATE_YEAR_MOST = 2399,
    EXCEL_DAY_OF_1970 = 25569,
};

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

struct date_ymd {
    int year, month, day; /* month and day from 1 */
};

static inline bool date_is_none(struct date date)
{
    return date.day == INT32_MIN;
}

/* -1, 0 or 1; DATE_NONE comes first. */
static inline int date_compare(struct date a, struct date b)
{
    return (a.day > b.day) - (a.day < b.day);
}

/* Is `date` from `from` to `until`, both days included? A bound of DATE_NONE is open. */
bool date_is_within(struct date date, struct date from, struct date until);

/* CODE_INVALID_ARGUMENT where there is no such day; CODE_OUT_OF_RANGE outside DATE_YEAR_LEAST …
 * DATE_YEAR_MOST. */
enum code date_from_ymd(int year, int month, int day, struct date *ret_date);

/* `date` must not be DATE_NONE. */
struct date_ymd date_to_ymd(struct date date);
enum weekday date_weekday(struct date date);
bool date_year_is_leap(int year);

/* CODE_OUT_OF_RANGE when the result leaves the years that are supported, or `date` is DATE_NONE. */
enum code date_add_days(struct date date, int32_t days, struct date *ret_date);

/* Reads "2024-02-29", "29/02/2024", "29-02-2024", also with one-digit day and month in the last two, and
 * blanks around. Empty text is CODE_INVALID_ARGUMENT: whether a date may be missing is the caller's rule. The
 * caller names the field: `ret_fault->field` is left empty. `ret_fault` may be NULL. */
enum code date_parse(const char *text, struct date *ret_date, struct fault *ret_fault);

/* An optional date of a record: empty is DATE_NONE. False: neither empty nor a date written YYYY-MM-DD. */
bool date_field(const char *text, struct date *ret_date);

/* A day number of Excel's 1900 system (25569 is 1970-01-01). CODE_OUT_OF_RANGE below 61: before 1 March 1900
 * the system counts a day that never was. */
enum code date_from_excel(int64_t number, struct date *ret_date);

/* The same, written as text: "43245" or "43245.0". */
enum code date_parse_excel(const char *text, struct date *ret_date, struct fault *ret_fault);

/* "2024-02-29"; an empty text for DATE_NONE. */
void date_print(struct date date, char ret_text[DATE_TEXT_BYTES]);

/* "January" and the others, from 0 on: text, and how long it is. */
struct month_name {
    char text[11];
    uint8_t length;
};
extern const struct month_name month_names[12];

/* As people read it: "29 February 2024"; an empty text for DATE_NONE. */
enum { DATE_LONG_TEXT_BYTES = 32 };
void date_print_long(struct date date, char ret_text[DATE_LONG_TEXT_BYTES]);

/* Whole years of age on a day; who is born on 29 February has the birthday on 1 March in other years.
 * Negative when `on` is before `born`. Neither may be DATE_NONE. */
int date_age_years(struct date born, struct date on);

/* The civil date in Europe/London at a moment (ms since 1970-01-01T00:00Z): summer time from the last Sunday
 * of March 01:00 UTC to the last Sunday of October 01:00 UTC, the rule since 1996. DATE_NONE outside the
 * supported years. */
struct date date_from_unix_ms_london(int64_t unix_ms);

/* How far London is ahead of UTC at a moment: 0 or 3,600,000 ms. */
int32_t london_offset_ms(int64_t unix_ms);

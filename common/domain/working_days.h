#pragma once
/* England's working days (rule M3): Monday to Friday, bank holidays of England and Wales not counted.
 *
 * Computed by rule for 2015 to 2035, with the substitutes and one-off days that were proclaimed. A question
 * that would need a day outside those years is CODE_OUT_OF_RANGE, never a guess. DATE_NONE is outside. */

#include "common/domain/date.h"

enum { WORKING_DAYS_YEAR_LEAST = 2015, WORKING_DAYS_YEAR_MOST = 2035 };

/* The name of the bank holiday on that day ("Easter Monday"), or NULL: an ordinary day, or outside the years.
 */
const char *bank_holiday_name(struct date date);

/* Monday to Friday, and no bank holiday? */
enum code is_working_day(struct date date, bool *ret_is);

/* The n-th working day after `date`, which itself does not count; before it when n is negative; `date` when n
 * is 0. */
enum code add_working_days(struct date date, int32_t n, struct date *ret_date);

/* How many working days d there are with from < d <= to; negative, counting to < d <= from, when `to` is
 * earlier. */
enum code working_days_between(struct date from, struct date to, int32_t *ret_days);

/* Easter Sunday of a Gregorian year (the anonymous computus). */
struct date easter_sunday(int year);

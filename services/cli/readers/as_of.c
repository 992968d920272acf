/* Finds a date in free text. Text comes in, a date goes out; where a list says nothing of its date, the
 * caller must be told, so nothing is guessed here. */

#include "services/cli/readers/as_of.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const MONTHS[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};

/* Up to `most` digits at `*at`; how many there were, all of a run or none when it is longer. */
static int digits(const char **at, int most, int *ret_number)
{
    int count = 0, number = 0;
    const char *p = *at;
    while (isdigit((unsigned char)*p)) {
        if (++count > most)
            return 0;
        number = number * 10 + (*p++ - '0');
    }
    if (count == 0)
        return 0;
    *at = p;
    *ret_number = number;
    return count;
}

static void skip_separators(const char **at)
{
    while (**at && strchr(" _-./", **at))
        (*at)++;
}

/* A month by its name, or by three or more letters of it. */
static int month(const char **at)
{
    size_t letters = 0;
    while (isalpha((unsigned char)(*at)[letters]))
        letters++;
    for (int m = 0; m < 12 && letters >= 3; m++) {
        if (letters <= strlen(MONTHS[m]) && strncasecmp(*at, MONTHS[m], letters) == 0) {
            *at += letters;
            return m + 1;
        }
    }
    return 0;
}

static bool day_month_year(const char *at, struct date *ret_date)
{
    int day, year, m;
    if (!digits(&at, 2, &day))
        return false;
    skip_separators(&at);
    m = month(&at);
    if (!m)
        return false;
    skip_separators(&at);
    return digits(&at, 4, &year) == 4 && date_from_ymd(year, m, day, ret_date) == CODE_OK;
}

static bool year_month_day(const char *at, struct date *ret_date)
{
    int year, m, day;
    const char *run = at;
    if (digits(&run, 8, &year) == 8)
        return date_from_ymd(year / 10000, year / 100 % 100, year % 100, ret_date) == CODE_OK;
    if (digits(&at, 4, &year) != 4 || !strchr("-_", *at) || !*at)
        return false;
    char separator = *at++;
    if (digits(&at, 2, &m) != 2 || *at++ != separator)
        return false;
    return digits(&at, 2, &day) == 2 && date_from_ymd(year, m, day, ret_date) == CODE_OK;
}

static bool school_year(const char *at, struct date *ret_date)
{
    int from, until;
    if (digits(&at, 4, &from) != 4 || !*at || !strchr("-_/", *at++))
        return false;
    int width = digits(&at, 4, &until);
    if ((width != 2 || until != (from + 1) % 100) && (width != 4 || until != from + 1))
        return false;
    return date_from_ymd(from + 1, 8, 31, ret_date) == CODE_OK;
}

static bool first_of(const char *text, bool (*shape)(const char *, struct date *), struct date *ret_date)
{
    for (const char *at = text; *at; at++) {
        bool inside_digits = at > text && isdigit((unsigned char)at[-1]);
        if (isdigit((unsigned char)*at) && !inside_digits && shape(at, ret_date))
            return true;
    }
    return false;
}

bool as_of_in_text(const char *text, struct date *ret_date)
{
    return first_of(text, day_month_year, ret_date) || first_of(text, year_month_day, ret_date) ||
           first_of(text, school_year, ret_date);
}

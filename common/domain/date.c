/* Civil dates: made, read, printed, counted. In: numbers and texts, never a clock. Out: days since
 * 1970-01-01. It knows no time of day but London's midnight, and no holidays: those are working_days.c. */

#include "common/domain/date.h"
#include "common/domain/scan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { MS_OF_HOUR = 3600 * 1000, MS_OF_DAY = 24 * MS_OF_HOUR };

bool date_year_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && date_year_is_leap(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01, counting years from March so that the leap day is the last; `year` must be positive.
 */
static int32_t days_from_civil(int year, int month, int day)
{
    int shifted = month <= 2 ? year - 1 : year;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int leaps = shifted / 4 - shifted / 100 + shifted / 400;
    return shifted * 365 + leaps + of_year - 719468;
}

static bool is_supported(int64_t day)
{
    return day >= days_from_civil(DATE_YEAR_LEAST, 1, 1) && day <= days_from_civil(DATE_YEAR_MOST, 12, 31);
}

bool date_is_within(struct date date, struct date from, struct date until)
{
    return (date_is_none(from) || date.day >= from.day) && (date_is_none(until) || date.day <= until.day);
}

enum code date_from_ymd(int year, int month, int day, struct date *ret_date)
{
    if (year < DATE_YEAR_LEAST || year > DATE_YEAR_MOST)
        return CODE_OUT_OF_RANGE;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return CODE_INVALID_ARGUMENT;
    ret_date->day = days_from_civil(year, month, day);
    return CODE_OK;
}

struct date_ymd date_to_ymd(struct date date)
{
    assert(!date_is_none(date));
    int64_t from_march = (int64_t)date.day + 719468; /* since 0000-03-01 */
    int64_t era = (from_march >= 0 ? from_march : from_march - 146096) / 146097;
    int of_era = (int)(from_march - era * 146097);
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * of_year + 2) / 153;
    int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct date_ymd){
        .year = (int)(year_of_era + era * 400) + (month <= 2),
        .month = month,
        .day = of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

enum weekday date_weekday(struct date date)
{
    int since_monday = (date.day % 7 + 10) % 7; /* 1970-01-01 was a Thursday */
    return (enum weekday)since_monday;
}

enum code date_add_days(struct date date, int32_t days, struct date *ret_date)
{
    int64_t day = (int64_t)date.day + days;
    if (date_is_none(date) || !is_supported(day))
        return CODE_OUT_OF_RANGE;
    ret_date->day = (int32_t)day;
    return CODE_OK;
}

/* Reads a number of `least` to `most` digits. */
static bool read_number(const char **text, int least, int most, int *ret_number)
{
    int digits = 0, number = 0;
    for (; is_digit(**text) && digits < most; (*text)++, digits++)
        number = number * 10 + (**text - '0');
    *ret_number = number;
    return digits >= least && !is_digit(**text);
}

/* Year, month and day as written, or false when the text has none of the forms. */
static bool read_parts(const char *at, struct date_ymd *ret_parts)
{
    while (is_blank(*at))
        at++;
    bool year_first = strlen(at) >= 5 && at[4] == '-';
    int *parts[] = {&ret_parts->day, &ret_parts->month, &ret_parts->year};
    char separator = '-';
    for (int i = 0; i < 3; i++) {
        int *part = parts[year_first ? 2 - i : i];
        bool is_year = part == &ret_parts->year;
        if (!read_number(&at, is_year ? 4 : year_first ? 2 : 1, is_year ? 4 : 2, part))
            return false;
        if (i == 0)
            separator = *at;
        if (i < 2 && (*at != separator || (separator != '-' && separator != '/')))
            return false;
        at += i < 2;
    }
    while (is_blank(*at))
        at++;
    return *at == '\0';
}

enum code date_parse(const char *text, struct date *ret_date, struct fault *ret_fault)
{
    struct date_ymd parts;
    if (!read_parts(text, &parts))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "\"%.40s\" is not a date (2024-02-29 or 29/02/2024)", text);
    enum code code = date_from_ymd(parts.year, parts.month, parts.day, ret_date);
    if (code == CODE_OUT_OF_RANGE)
        return fault_set(ret_fault, code, "", "\"%.40s\" is not between the years %d and %d", text,
                         DATE_YEAR_LEAST, DATE_YEAR_MOST);
    if (code != CODE_OK)
        return fault_set(ret_fault, code, "", "\"%.40s\" is no day of the calendar", text);
    return CODE_OK;
}

bool date_field(const char *text, struct date *ret_date)
{
    struct date date = DATE_NONE;
    if (text[0] != '\0' && (strlen(text) != 10 || text[4] != '-' || date_parse(text, &date, NULL) != CODE_OK))
        return false;
    *ret_date = date;
    return true;
}

enum code date_from_excel(int64_t number, struct date *ret_date)
{
    if (number < 61 || number > INT32_MAX || !is_supported(number - EXCEL_DAY_OF_1970))
        return CODE_OUT_OF_RANGE;
    ret_date->day = (int32_t)(number - EXCEL_DAY_OF_1970);
    return CODE_OK;
}

enum code date_parse_excel(const char *text, struct date *ret_date, struct fault *ret_fault)
{
    const char *at = text;
    int number = 0;
    while (is_blank(*at))
        at++;
    bool read = read_number(&at, 1, 7, &number);
    if (*at == '.')
        for (at++; *at == '0';)
            at++;
    while (is_blank(*at))
        at++;
    if (!read || *at != '\0')
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%.40s\" is not a day number", text);
    if (date_from_excel(number, ret_date) != CODE_OK)
        return fault_set(ret_fault, CODE_OUT_OF_RANGE, "",
                         "day number %d is outside the years from 1900 to %d", number, DATE_YEAR_MOST);
    return CODE_OK;
}

void date_print(struct date date, char ret_text[DATE_TEXT_BYTES])
{
    ret_text[0] = '\0';
    if (date_is_none(date) || !is_supported(date.day))
        return;
    struct date_ymd parts = date_to_ymd(date);
    char *out = ret_text;
    for (int divisor = 1000; divisor > 0; divisor /= 10)
        *out++ = (char)('0' + parts.year / divisor % 10);
    const int rest[] = {parts.month, parts.day};
    for (int i = 0; i < 2; i++) {
        *out++ = '-';
        *out++ = (char)('0' + rest[i] / 10);
        *out++ = (char)('0' + rest[i] % 10);
    }
    *out = '\0';
}

const struct month_name month_names[12] = {
    {"January", 7}, {"February", 8}, {"March", 5},     {"April", 5},   {"May", 3},      {"June", 4},
    {"July", 4},    {"August", 6},   {"September", 9}, {"October", 7}, {"November", 8}, {"December", 8},
};

void date_print_long(struct date date, char ret_text[DATE_LONG_TEXT_BYTES])
{
    ret_text[0] = '\0';
    if (date_is_none(date) || !is_supported(date.day))
        return;
    struct date_ymd parts = date_to_ymd(date);
    snprintf(ret_text, DATE_LONG_TEXT_BYTES, "%d %s %d", parts.day, month_names[parts.month - 1].text,
             parts.year);
}

int date_age_years(struct date born, struct date on)
{
    struct date_ymd birth = date_to_ymd(born), day = date_to_ymd(on);
    bool birthday_to_come = day.month < birth.month || (day.month == birth.month && day.day < birth.day);
    return day.year - birth.year - birthday_to_come;
}

/* 01:00 UTC on the last Sunday of a month of 31 days, in ms since 1970. */
static int64_t change_of_clocks_ms(int year, int month)
{
    int32_t last = days_from_civil(year, month, 31);
    int32_t sunday = last - ((int)date_weekday((struct date){last}) + 1) % 7;
    return (int64_t)sunday * MS_OF_DAY + MS_OF_HOUR;
}

static int64_t floor_days(int64_t unix_ms)
{
    return unix_ms / MS_OF_DAY - (unix_ms % MS_OF_DAY < 0);
}

int32_t london_offset_ms(int64_t unix_ms)
{
    int64_t day = floor_days(unix_ms);
    if (!is_supported(day))
        return 0;
    int year = date_to_ymd((struct date){(int32_t)day}).year;
    bool summer = unix_ms >= change_of_clocks_ms(year, 3) && unix_ms < change_of_clocks_ms(year, 10);
    return summer ? MS_OF_HOUR : 0;
}

struct date date_from_unix_ms_london(int64_t unix_ms)
{
    int64_t utc_day = floor_days(unix_ms);
    if (!is_supported(utc_day))
        return DATE_NONE;
    return (struct date){.day = (int32_t)floor_days(unix_ms + london_offset_ms(unix_ms))};
}

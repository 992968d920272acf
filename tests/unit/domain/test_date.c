/* Civil dates: calendar, texts, ages, and London's midnight. */

#include "common/domain/date.h"

#include <criterion/criterion.h>

static struct date on(const char *text)
{
    struct date date = DATE_NONE;
    struct fault fault = {.reason = ""};
    cr_assert_eq(date_parse(text, &date, &fault), CODE_OK, "%s: %s", text, fault.reason);
    return date;
}

Test(date, every_day_of_every_year_goes_there_and_back)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date date, expected;
    cr_assert_eq(date_from_ymd(DATE_YEAR_LEAST, 1, 1, &expected), CODE_OK);
    enum weekday weekday = WEDNESDAY; /* 1 January 1800 */
    for (int year = DATE_YEAR_LEAST; year <= DATE_YEAR_MOST; year++) {
        for (int month = 1; month <= 12; month++) {
            int last = days[month - 1] + (month == 2 && date_year_is_leap(year));
            for (int day = 1; day <= last; day++) {
                cr_assert_eq(date_from_ymd(year, month, day, &date), CODE_OK);
                cr_assert_eq(date.day, expected.day);
                cr_assert_eq(date_weekday(date), weekday);
                struct date_ymd parts = date_to_ymd(date);
                cr_assert(parts.year == year && parts.month == month && parts.day == day);
                expected.day++;
                weekday = weekday == SUNDAY ? MONDAY : weekday + 1;
            }
            cr_assert_eq(date_from_ymd(year, month, last + 1, &date), CODE_INVALID_ARGUMENT);
        }
    }
    cr_assert_eq(date_from_ymd(DATE_YEAR_MOST + 1, 1, 1, &date), CODE_OUT_OF_RANGE);
    cr_assert_eq(date_from_ymd(1970, 1, 1, &date), CODE_OK);
    cr_assert_eq(date.day, 0);
}

Test(date, texts)
{
    static const struct {
        const char *text;
        enum code code;
        const char *printed;
    } cases[] = {
        {"2024-02-29", CODE_OK, "2024-02-29"},     {" 29/02/2024 ", CODE_OK, "2024-02-29"},
        {"29-02-2024", CODE_OK, "2024-02-29"},     {"1/4/2024", CODE_OK, "2024-04-01"},
        {"2023-02-29", CODE_INVALID_ARGUMENT, ""}, {"31/04/2024", CODE_INVALID_ARGUMENT, ""},
        {"2024-13-01", CODE_INVALID_ARGUMENT, ""}, {"", CODE_INVALID_ARGUMENT, ""},
        {"today", CODE_INVALID_ARGUMENT, ""},      {"2024-2-9", CODE_INVALID_ARGUMENT, ""},
        {"2024/02/29", CODE_INVALID_ARGUMENT, ""}, {"29/02-2024", CODE_INVALID_ARGUMENT, ""},
        {"29/02/24", CODE_INVALID_ARGUMENT, ""},   {"29/02/20245", CODE_INVALID_ARGUMENT, ""},
        {"01/01/1700", CODE_OUT_OF_RANGE, ""},     {"2024-02-29T00:00", CODE_INVALID_ARGUMENT, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct date date = DATE_NONE;
        char text[DATE_TEXT_BYTES];
        cr_assert_eq(date_parse(cases[i].text, &date, NULL), cases[i].code, "%s", cases[i].text);
        date_print(date, text);
        cr_assert_str_eq(text, cases[i].printed);
    }
    char text[DATE_LONG_TEXT_BYTES];
    date_print_long(on("2024-02-29"), text);
    cr_assert_str_eq(text, "29 February 2024");
}

Test(date, day_numbers_of_spreadsheets)
{
    static const struct {
        const char *text;
        enum code code;
        const char *day;
    } cases[] = {
        {"25569", CODE_OK, "1970-01-01"},       {"43101", CODE_OK, "2018-01-01"},
        {"43101.0", CODE_OK, "2018-01-01"},     {"61", CODE_OK, "1900-03-01"},
        {"60", CODE_OUT_OF_RANGE, ""},          {"43101.5", CODE_INVALID_ARGUMENT, ""},
        {"", CODE_INVALID_ARGUMENT, ""},        {"-1", CODE_INVALID_ARGUMENT, ""},
        {"9999999", CODE_OUT_OF_RANGE, ""},     {" 43101.00 ", CODE_OK, "2018-01-01"},
        {"43101 0", CODE_INVALID_ARGUMENT, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct date date = DATE_NONE;
        char text[DATE_TEXT_BYTES];
        cr_assert_eq(date_parse_excel(cases[i].text, &date, NULL), cases[i].code, "%s", cases[i].text);
        date_print(date, text);
        cr_assert_str_eq(text, cases[i].day);
    }
}

Test(date, ages_in_whole_years)
{
    static const struct {
        const char *born, *on;
        int age;
    } cases[] = {
        {"2012-05-10", "2024-05-09", 11}, {"2012-05-10", "2024-05-10", 12}, {"2008-02-29", "2024-02-28", 15},
        {"2008-02-29", "2023-02-28", 14}, {"2008-02-29", "2023-03-01", 15}, {"2024-05-10", "2024-05-10", 0},
        {"2024-05-10", "2024-05-09", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(date_age_years(on(cases[i].born), on(cases[i].on)), cases[i].age, "case %zu", i);
}

Test(date, midnight_in_london)
{
    static const struct {
        int64_t unix_ms;
        const char *day;
        int32_t offset;
    } cases[] = {
        {0, "1970-01-01", 0},
        {-1, "1969-12-31", 0},
        {1711846799999, "2024-03-31", 0},       /* 00:59:59.999 UTC: a moment before the change */
        {1711846800000, "2024-03-31", 3600000}, /* 01:00 UTC */
        {1711925999999, "2024-03-31", 3600000}, /* 22:59:59.999 UTC */
        {1711926000000, "2024-04-01", 3600000}, /* 23:00 UTC is midnight */
        {1729990799999, "2024-10-27", 3600000}, /* 00:59:59.999 UTC */
        {1729990800000, "2024-10-27", 0},       /* 01:00 UTC */
        {1730073599999, "2024-10-27", 0},
        {1730073600000, "2024-10-28", 0},
        {1743296400000, "2025-03-30", 3600000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DATE_TEXT_BYTES];
        date_print(date_from_unix_ms_london(cases[i].unix_ms), text);
        cr_assert_str_eq(text, cases[i].day, "case %zu: %s", i, text);
        cr_assert_eq(london_offset_ms(cases[i].unix_ms), cases[i].offset, "case %zu", i);
    }
    cr_assert(date_is_none(date_from_unix_ms_london(INT64_MAX)));
    cr_assert(date_is_none(date_from_unix_ms_london(INT64_MIN)));
}

Test(date, open_bounds_and_sums)
{
    struct date day = on("2024-03-01"), result = day;
    cr_assert(date_is_within(day, DATE_NONE, DATE_NONE));
    cr_assert(date_is_within(day, day, day));
    cr_assert_not(date_is_within(day, on("2024-03-02"), DATE_NONE));
    cr_assert_not(date_is_within(day, DATE_NONE, on("2024-02-29")));
    cr_assert_eq(date_add_days(DATE_NONE, 1, &result), CODE_OUT_OF_RANGE);
    cr_assert_eq(date_add_days(day, INT32_MAX, &result), CODE_OUT_OF_RANGE);
    cr_assert_eq(date_add_days(day, -1, &result), CODE_OK);
    cr_assert_eq(date_compare(result, on("2024-02-29")), 0);
}

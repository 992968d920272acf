/* England's working days (rule M3), against the list that gov.uk publishes for England and Wales. */

#include "common/domain/working_days.h"

#include <criterion/criterion.h>

/* As gov.uk publishes them, year by year, written out by hand and not computed; compared with the lists in
 * its own repositories (alphagov/calendars, alphagov/frontend) for 2015 to 2022, and with a copy of its
 * bank-holidays.json for 2019 to 2027. */
static const char *const published[] = {
    "2015-01-01", "2015-04-03", "2015-04-06", "2015-05-04", "2015-05-25", "2015-08-31", "2015-12-25",
    "2015-12-28", "2016-01-01", "2016-03-25", "2016-03-28", "2016-05-02", "2016-05-30", "2016-08-29",
    "2016-12-26", "2016-12-27", "2017-01-02", "2017-04-14", "2017-04-17", "2017-05-01", "2017-05-29",
    "2017-08-28", "2017-12-25", "2017-12-26", "2018-01-01", "2018-03-30", "2018-04-02", "2018-05-07",
    "2018-05-28", "2018-08-27", "2018-12-25", "2018-12-26", "2019-01-01", "2019-04-19", "2019-04-22",
    "2019-05-06", "2019-05-27", "2019-08-26", "2019-12-25", "2019-12-26", "2020-01-01", "2020-04-10",
    "2020-04-13", "2020-05-08", "2020-05-25", "2020-08-31", "2020-12-25", "2020-12-28", "2021-01-01",
    "2021-04-02", "2021-04-05", "2021-05-03", "2021-05-31", "2021-08-30", "2021-12-27", "2021-12-28",
    "2022-01-03", "2022-04-15", "2022-04-18", "2022-05-02", "2022-06-02", "2022-06-03", "2022-08-29",
    "2022-09-19", "2022-12-26", "2022-12-27", "2023-01-02", "2023-04-07", "2023-04-10", "2023-05-01",
    "2023-05-08", "2023-05-29", "2023-08-28", "2023-12-25", "2023-12-26", "2024-01-01", "2024-03-29",
    "2024-04-01", "2024-05-06", "2024-05-27", "2024-08-26", "2024-12-25", "2024-12-26", "2025-01-01",
    "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26",
    "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25",
    "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30",
    "2027-12-27", "2027-12-28", "2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29",
    "2028-08-28", "2028-12-25", "2028-12-26",
};

static struct date on(const char *text)
{
    struct date date = DATE_NONE;
    cr_assert_eq(date_parse(text, &date, NULL), CODE_OK, "%s", text);
    return date;
}

Test(working_days, the_published_holidays_and_no_others)
{
    size_t next = 0, count = sizeof published / sizeof published[0];
    for (struct date day = on("2015-01-01"); day.day <= on("2028-12-31").day; day.day++) {
        char text[DATE_TEXT_BYTES];
        date_print(day, text);
        bool listed = next < count && strcmp(published[next], text) == 0;
        cr_assert_eq(bank_holiday_name(day) != NULL, listed, "%s", text);
        next += listed;
    }
    cr_assert_eq(next, count);
}

Test(working_days, easter_as_the_church_has_it)
{
    static const char *const sundays[] = {
        "2015-04-05", "2019-04-21", "2024-03-31", "2029-04-01", "2030-04-21", "2031-04-13", "2032-03-28",
        "2033-04-17", "2034-04-09", "2035-03-25", "1818-03-22", "2038-04-25", "1954-04-18", "1981-04-19"};
    for (size_t i = 0; i < sizeof sundays / sizeof sundays[0]; i++)
        cr_assert_eq(easter_sunday(date_to_ymd(on(sundays[i])).year).day, on(sundays[i]).day, "%s",
                     sundays[i]);
}

Test(working_days, every_year_has_eight_or_its_proclaimed_ones_all_on_weekdays)
{
    for (int year = WORKING_DAYS_YEAR_LEAST; year <= WORKING_DAYS_YEAR_MOST; year++) {
        struct date day, last;
        int holidays = 0;
        cr_assert_eq(date_from_ymd(year, 1, 1, &day), CODE_OK);
        cr_assert_eq(date_from_ymd(year, 12, 31, &last), CODE_OK);
        for (; day.day <= last.day; day.day++) {
            if (!bank_holiday_name(day))
                continue;
            holidays++;
            cr_assert_lt(date_weekday(day), SATURDAY, "%d", year);
        }
        cr_assert_eq(holidays, year == 2022 ? 10 : year == 2023 ? 9 : 8, "%d", year);
    }
}

Test(working_days, five_working_days_after_a_notice)
{
    static const struct {
        const char *notice;
        int32_t n;
        const char *day;
    } cases[] = {
        {"2024-06-03", 5, "2024-06-10"},  {"2024-03-27", 5, "2024-04-05"},  {"2024-12-20", 5, "2024-12-31"},
        {"2022-05-31", 5, "2022-06-09"},  {"2024-06-08", 1, "2024-06-10"},  {"2024-06-08", 0, "2024-06-08"},
        {"2024-06-10", -5, "2024-06-03"}, {"2024-04-02", -1, "2024-03-28"}, {"2022-09-16", 1, "2022-09-20"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct date day = DATE_NONE;
        cr_assert_eq(add_working_days(on(cases[i].notice), cases[i].n, &day), CODE_OK);
        cr_assert_eq(day.day, on(cases[i].day).day, "case %zu", i);
    }
}

Test(working_days, counting_is_the_inverse_of_adding)
{
    for (struct date from = on("2022-01-01"); from.day < on("2023-12-31").day; from.day += 3) {
        for (int32_t n = -23; n <= 23; n++) {
            struct date to;
            int32_t counted;
            cr_assert_eq(add_working_days(from, n, &to), CODE_OK);
            cr_assert_eq(working_days_between(from, to, &counted), CODE_OK);
            bool working = false;
            cr_assert_eq(is_working_day(from, &working), CODE_OK);
            /* Counting back stops short of `to` and takes `from` in: the same number when `from` is a working
             * day. */
            if (n >= 0 || working)
                cr_assert_eq(counted, n, "from day %d by %d: %d", from.day, n, counted);
        }
    }
}

Test(working_days, outside_the_years_there_is_no_answer)
{
    struct date day = DATE_NONE;
    bool is;
    int32_t count;
    cr_assert_eq(is_working_day(on("2014-12-31"), &is), CODE_OUT_OF_RANGE);
    cr_assert_eq(is_working_day(on("2036-01-01"), &is), CODE_OUT_OF_RANGE);
    cr_assert_eq(is_working_day(DATE_NONE, &is), CODE_OUT_OF_RANGE);
    cr_assert_eq(add_working_days(on("2035-12-31"), 1, &day), CODE_OUT_OF_RANGE);
    cr_assert_eq(add_working_days(on("2015-01-02"), -1, &day), CODE_OUT_OF_RANGE);
    cr_assert_eq(add_working_days(on("2020-01-01"), INT32_MAX, &day), CODE_OUT_OF_RANGE);
    cr_assert_eq(working_days_between(on("2014-12-31"), on("2015-01-05"), &count), CODE_OUT_OF_RANGE);
    cr_assert(date_is_none(day));
    cr_assert_null(bank_holiday_name(on("2036-01-01")));
}

/* Dates as people, registers and spreadsheets write them.
 *
 * In: a text. Held against: a date prints to one form, which reads back as itself; the calendar there and
 * back; days added come off again; an age grows by one a year; and a day number is digits, at most with zeros
 * behind a point. */

#include "common/domain/date.h"
#include "tests/fuzz/targets/fuzz.h"

static const struct date UNTOUCHED = {.day = 12345678};

static void check_date(struct date date)
{
    char text[DATE_TEXT_BYTES], longer[DATE_LONG_TEXT_BYTES];
    struct date again, next, birthday;
    date_print(date, text);
    date_print_long(date, longer);
    require(strlen(text) == DATE_TEXT_BYTES - 1 && longer[0]);
    require(date_parse(text, &again, NULL) == CODE_OK && again.day == date.day);

    struct date_ymd parts = date_to_ymd(date);
    require(parts.year >= DATE_YEAR_LEAST && parts.year <= DATE_YEAR_MOST);
    require(date_from_ymd(parts.year, parts.month, parts.day, &again) == CODE_OK && again.day == date.day);
    if (date_add_days(date, 1, &next) == CODE_OK) {
        require(date_compare(date, next) < 0 && (date_weekday(date) + 1) % 7 == (int)date_weekday(next));
        require(date_add_days(next, -1, &again) == CODE_OK && again.day == date.day);
    }
    require(date_age_years(date, date) == 0);
    if (date_from_ymd(parts.year + 10, parts.month, parts.day, &birthday) == CODE_OK)
        require(date_age_years(date, birthday) == 10);
    int64_t noon_ms = ((int64_t)date.day * 24 + 12) * 3600 * 1000;
    require(date_from_unix_ms_london(noon_ms).day == date.day);
}

/* Blanks, one to seven digits, perhaps a point and zeros, blanks. */
static bool is_day_number(const char *text)
{
    static const char blanks[] = " \t\n\v\f\r";
    text += strspn(text, blanks);
    size_t digits = strspn(text, "0123456789");
    text += digits;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0");
    return digits >= 1 && digits <= 7 && text[strspn(text, blanks)] == '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = text_of(span_of(data, size));
    struct date date = UNTOUCHED;
    struct fault fault;
    enum code code = date_parse(text, &date, &fault);
    if (code == CODE_OK) {
        check_date(date);
    } else {
        require((code == CODE_INVALID_ARGUMENT || code == CODE_OUT_OF_RANGE) && date.day == UNTOUCHED.day);
        require_fault(code, &fault);
    }

    date = UNTOUCHED;
    code = date_parse_excel(text, &date, &fault);
    require((code != CODE_INVALID_ARGUMENT) == is_day_number(text));
    if (code == CODE_OK) {
        check_date(date);
        require(strtol(text, NULL, 10) == date.day + EXCEL_DAY_OF_1970);
    } else {
        require((code == CODE_INVALID_ARGUMENT || code == CODE_OUT_OF_RANGE) && date.day == UNTOUCHED.day);
        require_fault(code, &fault);
    }
    free(text);
    return 0;
}

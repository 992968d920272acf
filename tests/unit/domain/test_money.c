/* Pence: arithmetic that refuses to overflow, rounding as stated, pounds read and printed. */

#include "common/domain/money.h"

#include <criterion/criterion.h>

Test(money, arithmetic_refuses_to_overflow)
{
    struct money most = money_pence(INT64_MAX), least = money_pence(INT64_MIN), result = money_pence(77);
    cr_assert_eq(money_add(most, money_pence(1), &result), CODE_OUT_OF_RANGE);
    cr_assert_eq(money_subtract(least, money_pence(1), &result), CODE_OUT_OF_RANGE);
    cr_assert_eq(money_multiply(most, 2, &result), CODE_OUT_OF_RANGE);
    cr_assert_eq(money_scale(most, 2, 1, &result), CODE_OUT_OF_RANGE);
    cr_assert_eq(money_scale(most, 1, 0, &result), CODE_INVALID_ARGUMENT);
    cr_assert_eq(result.pence, 77, "untouched on failure");
    cr_assert_eq(money_scale(most, 7, 7, &result), CODE_OK);
    cr_assert_eq(result.pence, INT64_MAX, "the product may exceed 64 bits");
    cr_assert_eq(money_scale(least, INT64_MAX, INT64_MAX, &result), CODE_OK);
    cr_assert_eq(result.pence, INT64_MIN);
    cr_assert_eq(money_add(money_pence(-3), money_pence(5), &result), CODE_OK);
    cr_assert_eq(result.pence, 2);
}

Test(money, scaling_rounds_halves_away_from_zero)
{
    static const struct {
        int64_t pence, numerator, denominator, scaled;
    } cases[] = {
        {1, 1, 2, 1},     {-1, 1, 2, -1},   {3, 1, 2, 2},       {-3, 1, 2, -2},     {1, 1, 3, 0},
        {2, 1, 3, 1},     {-2, 1, 3, -1},   {5, -1, 2, -3},     {100, 15, 1000, 2}, {0, 5, 7, 0},
        {149, 1, 100, 1}, {150, 1, 100, 2}, {-149, 1, 100, -1}, {-150, 1, 100, -2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct money scaled;
        cr_assert_eq(
            money_scale(money_pence(cases[i].pence), cases[i].numerator, cases[i].denominator, &scaled),
            CODE_OK);
        cr_assert_eq(scaled.pence, cases[i].scaled, "case %zu: %lld", i, (long long)scaled.pence);
    }
    struct money yearly;
    cr_assert_eq(money_weekly_to_yearly(money_pence(700), &yearly), CODE_OK);
    cr_assert_eq(yearly.pence, 36500);
    cr_assert_eq(money_weekly_to_yearly(money_pence(399999), &yearly), CODE_OK);
    cr_assert_eq(yearly.pence, 20857091); /* 20857090.7 */
}

Test(money, pounds_are_read)
{
    static const struct {
        const char *text;
        enum code code;
        int64_t pence;
        const char *reason;
    } cases[] = {
        {"1234", CODE_OK, 123400, ""},
        {"1,234.56", CODE_OK, 123456, ""},
        {" \xC2\xA3"
         "1234.5 ",
         CODE_OK, 123450, ""},
        {"-\xC2\xA3"
         "3.20",
         CODE_OK, -320, ""},
        {"0.05", CODE_OK, 5, ""},
        {"1,234,567", CODE_OK, 123456700, ""},
        {"92233720368547758.07", CODE_OK, INT64_MAX, ""},
        {"-92233720368547758.08", CODE_OK, INT64_MIN, ""},
        {"92233720368547758.08", CODE_OUT_OF_RANGE, 0, "is too large an amount"},
        {"99999999999999999999999", CODE_OUT_OF_RANGE, 0, "is too large an amount"},
        {"", CODE_INVALID_ARGUMENT, 0, "is not an amount in pounds"},
        {"-", CODE_INVALID_ARGUMENT, 0, "is not an amount in pounds"},
        {".50", CODE_INVALID_ARGUMENT, 0, "is not an amount in pounds"},
        {"12,34", CODE_INVALID_ARGUMENT, 0, "comma"},
        {"1234,567", CODE_INVALID_ARGUMENT, 0, "comma"},
        {",123", CODE_INVALID_ARGUMENT, 0, "comma"},
        {"1,234,", CODE_INVALID_ARGUMENT, 0, "comma"},
        {"1.", CODE_INVALID_ARGUMENT, 0, "ends in a point"},
        {"1.234", CODE_INVALID_ARGUMENT, 0, "part of a penny"},
        {"12 per week", CODE_INVALID_ARGUMENT, 0, "something behind"},
        {"1e5", CODE_INVALID_ARGUMENT, 0, "something behind"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct money money = money_pence(-77);
        struct fault fault = {.reason = ""};
        cr_assert_eq(money_parse(cases[i].text, &money, &fault), cases[i].code, "%s", cases[i].text);
        cr_assert_eq(money.pence, cases[i].code == CODE_OK ? cases[i].pence : -77, "%s", cases[i].text);
        cr_assert_not_null(strstr(fault.reason, cases[i].reason), "%s: %s", cases[i].text, fault.reason);
    }
}

Test(money, what_is_printed_reads_back)
{
    static const struct {
        int64_t pence;
        const char *text;
    } cases[] = {
        {0, "\xC2\xA3"
            "0.00"},
        {-5, "-\xC2\xA3"
             "0.05"},
        {99999, "\xC2\xA3"
                "999.99"},
        {100000, "\xC2\xA3"
                 "1,000.00"},
        {123456789, "\xC2\xA3"
                    "1,234,567.89"},
        {INT64_MIN, "-\xC2\xA3"
                    "92,233,720,368,547,758.08"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[MONEY_TEXT_BYTES];
        struct money money;
        money_print(money_pence(cases[i].pence), text);
        cr_assert_str_eq(text, cases[i].text);
        cr_assert_eq(money_parse(text, &money, NULL), CODE_OK);
        cr_assert_eq(money.pence, cases[i].pence);
    }
}

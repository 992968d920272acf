/* Per cent and growth: exact, rounded only where a growth is printed, and there as stated (rule F4). */

#include "common/domain/percent.h"

#include <criterion/criterion.h>

#include <inttypes.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

Test(percent, is_read_and_printed)
{
    static const struct {
        const char *text, *printed;
        int64_t parts;
    } cases[] = {
        {"3", "3", 30000000000},          {"3.25", "3.25", 32500000000},
        {"3.2500", "3.25", 32500000000},  {"0", "0", 0},
        {"-0.3", "-0.3", -3000000000},    {"-0", "0", 0},
        {"0.0001", "0.0001", 1000000},    {"\t12.5% ", "12.5", 125000000000},
        {"1000", "1000", 10000000000000}, {"-1000.0000", "-1000", -10000000000000},
        {"007.10", "7.1", 71000000000},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct percent percent = {77};
        char text[PERCENT_TEXT_BYTES];
        cr_assert_eq(percent_parse(cases[i].text, &percent, NULL), CODE_OK, "%s", cases[i].text);
        cr_assert_eq(percent.parts, cases[i].parts, "%s: %" PRId64, cases[i].text, percent.parts);
        percent_print(percent, text);
        cr_assert_str_eq(text, cases[i].printed);
    }
}

Test(percent, what_is_none_is_refused_with_its_reason)
{
    static const struct {
        const char *text, *reason;
        enum code code;
    } cases[] = {
        {"", "\"\" is not a number of per cent", CODE_INVALID_ARGUMENT},
        {"CPI", "\"CPI\" is not a number of per cent", CODE_INVALID_ARGUMENT},
        {".5", "\".5\" is not a number of per cent", CODE_INVALID_ARGUMENT},
        {"+3", "\"+3\" is not a number of per cent", CODE_INVALID_ARGUMENT},
        {"3.", "\"3.\" ends in a point", CODE_INVALID_ARGUMENT},
        {"3.00001", "\"3.00001\" has more than four places", CODE_INVALID_ARGUMENT},
        {"3,25", "\"3,25\" has something behind the number", CODE_INVALID_ARGUMENT},
        {"3%%", "\"3%%\" has something behind the number", CODE_INVALID_ARGUMENT},
        {"3e1", "\"3e1\" has something behind the number", CODE_INVALID_ARGUMENT},
        {"1000.0001", "\"1000.0001\" is more than 1000 per cent", CODE_OUT_OF_RANGE},
        {"-1001", "\"-1001\" is more than 1000 per cent", CODE_OUT_OF_RANGE},
        {"99999999999999999999999999", "\"99999999999999999999999999\" is more than 1000 per cent",
         CODE_OUT_OF_RANGE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct percent percent = {77};
        struct fault fault = {0};
        cr_assert_eq(percent_parse(cases[i].text, &percent, &fault), cases[i].code, "%s", cases[i].text);
        cr_assert_str_eq(fault.reason, cases[i].reason);
        cr_assert_eq(percent.parts, 77, "untouched");
    }
}

static struct percent per(const char *text)
{
    struct percent percent = {0};
    cr_assert_eq(percent_parse(text, &percent, NULL), CODE_OK, "%s", text);
    return percent;
}

/* A share of an index needs more places than people write, and keeps them all. */
Test(percent, a_share_is_exact)
{
    static const struct {
        const char *share, *of, *printed;
    } cases[] = {
        {"62.5", "3.2", "2"},
        {"50", "-0.3", "-0.15"},
        {"0.0001", "0.0001", "0.0000000001"},
        {"33.3333", "3.3333", "1.1110988889"},
        {"1000", "1000", "10000"},
        {"0", "4", "0"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct percent share;
        char text[PERCENT_TEXT_BYTES];
        cr_assert_eq(percent_share(per(cases[i].share), per(cases[i].of), &share), CODE_OK);
        percent_print(share, text);
        cr_assert_str_eq(text, cases[i].printed);
    }
    struct percent share = {77};
    cr_assert_eq(percent_share((struct percent){1}, (struct percent){1}, &share), CODE_INVALID_ARGUMENT);
    cr_assert_eq(percent_share((struct percent){INT64_MAX}, per("1000"), &share), CODE_OUT_OF_RANGE);
    cr_assert_eq(percent_add((struct percent){INT64_MAX}, (struct percent){1}, &share), CODE_OUT_OF_RANGE);
    cr_assert_eq(share.parts, 77, "untouched on failure");
    cr_assert_eq(percent_add(per("1.5"), per("-0.25"), &share), CODE_OK);
    cr_assert_eq(share.parts, per("1.25").parts);
}

static struct growth grows(int64_t from, int64_t to)
{
    return (struct growth){money_pence(from), money_pence(to)};
}

/* Halves away from zero, at every number of places, on both sides. */
Test(percent, growth_is_printed_to_the_nearest)
{
    static const struct {
        int64_t from, to;
        unsigned places;
        const char *printed;
    } cases[] = {
        {100000, 103250, 4, "3.2500"},
        {100000, 103250, 2, "3.25"},
        {100000, 103250, 1, "3.3"},
        {100000, 96750, 1, "-3.3"},
        {100000, 103250, 0, "3"},
        {200, 201, 0, "1"}, /* 0.5 */
        {200, 199, 0, "-1"},
        {20000, 20001, 2, "0.01"}, /* 0.005 */
        {20000, 19999, 2, "-0.01"},
        {20001, 20002, 2, "0.00"},       /* 0.00499… */
        {20001, 20000, 2, "0.00"},       /* no "-0.00" */
        {2000000, 2000001, 4, "0.0001"}, /* 0.00005 */
        {2000001, 2000002, 4, "0.0000"},
        {300000, 300000, 4, "0.0000"},
        {300000, 0, 2, "-100.00"},
        {3, 4, 4, "33.3333"},
        {3, 5, 4, "66.6667"},
        {1, INT64_MAX, 4, "922337203685477580600.0000"},
        {1, INT64_MIN, 4, "-922337203685477580900.0000"},
        {INT64_MAX, INT64_MIN, 2, "-200.00"},
        {INT64_MAX, INT64_MAX, 2, "0.00"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[PERCENT_TEXT_BYTES];
        cr_assert_eq(growth_print(grows(cases[i].from, cases[i].to), cases[i].places, text), CODE_OK);
        cr_assert_str_eq(text, cases[i].printed, "case %zu: %s", i, text);
    }
    char text[PERCENT_TEXT_BYTES] = "as it was";
    cr_assert_eq(growth_print(grows(0, 5), 2, text), CODE_INVALID_ARGUMENT);
    cr_assert_eq(growth_print(grows(-1, 5), 2, text), CODE_INVALID_ARGUMENT);
    cr_assert_eq(growth_print(grows(1, 5), 5, text), CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(text, "as it was");
}

/* A penny above, at, and a penny below, at amounts where a double would not tell them apart. */
Test(percent, growth_is_compared_exactly)
{
    static const struct {
        int64_t from, to;
        const char *percent;
        int order;
    } cases[] = {
        {100000, 101500, "1.5", 0},
        {100000, 101501, "1.5", 1},
        {100000, 101499, "1.5", -1},
        {100001, 101501, "1.5", -1}, /* 101501.015 would be it */
        {100001, 101502, "1.5", 1},
        {300, 301, "0.3333", 1}, /* a third of a per cent */
        {300, 301, "0.3334", -1},
        {100, 99, "-1", 0},
        {100, 99, "-0.5", -1},
        {INT64_C(9000000000000000000), INT64_C(9090000000000000000), "1", 0},
        {INT64_C(9000000000000000000), INT64_C(9090000000000000001), "1", 1},
        {INT64_C(9000000000000000000), INT64_C(9089999999999999999), "1", -1},
        {INT64_MAX, INT64_MIN, "-200", -1}, /* a little more than twice */
        {1, INT64_MAX, "1000", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert_eq(growth_compare_percent(grows(cases[i].from, cases[i].to), per(cases[i].percent)),
                     cases[i].order, "case %zu", i);
    cr_assert_eq(growth_compare(grows(3, 4), grows(300, 400)), 0);
    cr_assert_eq(growth_compare(grows(3, 4), grows(300, 399)), 1);
    cr_assert_eq(growth_compare(grows(INT64_MAX - 1, INT64_MAX), grows(INT64_MAX, INT64_MAX)), 1);
    cr_assert_eq(growth_compare(grows(1, INT64_MIN), grows(INT64_MAX, INT64_MIN)), -1);
    cr_assert_eq(growth_compare(grows(INT64_MAX, INT64_MIN), grows(INT64_MAX, INT64_MIN)), 0);
}

/* Against long division by hand: the digits of what is printed, place after place, are those of the fraction,
 * and the comparison with what is printed says which way it was rounded. */
Test(percent, printed_growth_is_the_nearest_of_all)
{
    unsigned seed = 20270401;
    for (int round = 0; round < 20000; round++) {
        int64_t from = 1 + rand_r(&seed) % 50000, to = rand_r(&seed) % 60000;
        char text[PERCENT_TEXT_BYTES];
        cr_assert_eq(growth_print(grows(from, to), 4, text), CODE_OK);
        /* |printed - exact| <= half a unit of the last place: |10^6 (to - from) - printed * from| * 2 <= from
         */
        int64_t printed = 0;
        bool negative = text[0] == '-';
        for (const char *at = text + negative; *at; at++)
            printed = *at == '.' ? printed : printed * 10 + (*at - '0');
        int64_t off = 1000000 * (to - from) - (negative ? -printed : printed) * from;
        cr_assert(2 * llabs(off) <= from, "%" PRId64 " to %" PRId64 ": %s", from, to, text);
        /* A half went away from zero: then what is printed is the larger in size. */
        cr_assert(2 * llabs(off) != from || (off < 0) == (to > from), "%" PRId64 " to %" PRId64 ": %s", from,
                  to, text);
    }
}

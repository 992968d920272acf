/* The canonical codes: names, HTTP mapping, and faults cut at whole characters. */

#include "common/base/error.h"
#include "common/base/span.h"

#include <criterion/criterion.h>

Test(error, codes_have_the_canonical_numbers_and_http_status)
{
    static const struct {
        unsigned number;
        const char *name;
        int http;
        bool retryable;
    } cases[] = {
        {0, "OK", 200, false},
        {3, "INVALID_ARGUMENT", 400, false},
        {4, "DEADLINE_EXCEEDED", 504, true},
        {5, "NOT_FOUND", 404, false},
        {8, "RESOURCE_EXHAUSTED", 429, true},
        {10, "ABORTED", 409, false},
        {14, "UNAVAILABLE", 503, true},
        {16, "UNAUTHENTICATED", 401, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum code code = code_from_number(cases[i].number);
        cr_assert_str_eq(code_name(code), cases[i].name);
        cr_assert_eq(code_http_status(code), cases[i].http, "%s", cases[i].name);
        cr_assert_eq(code_is_retryable(code), cases[i].retryable, "%s", cases[i].name);
        cr_assert(code_meaning(code)[0] != '\0');
    }
    cr_assert_eq(code_from_number(17), CODE_UNKNOWN);
    cr_assert_str_eq(code_name((enum code)99), "UNKNOWN");
}

Test(error, fault_is_filled_and_its_code_given_back)
{
    struct fault fault;
    cr_assert_eq(fault_set(&fault, CODE_NOT_FOUND, "postcode", "no %s", "AB1"), CODE_NOT_FOUND);
    cr_assert_eq(fault.code, CODE_NOT_FOUND);
    cr_assert_str_eq(fault.field, "postcode");
    cr_assert_str_eq(fault.reason, "no AB1");
    cr_assert_eq(fault_set(NULL, CODE_ABORTED, "", "nobody listens"), CODE_ABORTED);
}

Test(error, fault_may_quote_the_fault_it_replaces)
{
    struct fault fault;
    fault_set(&fault, CODE_NOT_FOUND, "a", "first");
    fault_set(&fault, CODE_NOT_FOUND, fault.field, "line 3: %s", fault.reason);
    cr_assert_str_eq(fault.reason, "line 3: first");
}

Test(error, long_reason_is_cut_between_characters)
{
    char text[2 * FAULT_REASON_BYTES];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        size_t at = shift;
        for (; at + 4 < sizeof text; at += 3)
            memcpy(text + at, "\xE2\x82\xAC", 3);
        text[at] = '\0';
        struct fault fault;
        fault_set(&fault, CODE_UNKNOWN, text, "%s", text);
        cr_assert(span_is_text(span_of_text(fault.reason)));
        cr_assert_gt(strlen(fault.reason), (size_t)FAULT_REASON_BYTES - 5);
        cr_assert(span_is_text(span_of_text(fault.field)));
    }
}

/* A reason travels to the caller in a message, which must be UTF-8 whatever was quoted. */
Test(error, quotations_cut_within_a_character_or_of_other_bytes_are_mended)
{
    struct fault fault;
    fault_set(&fault, CODE_INVALID_ARGUMENT, "na\xFFme", "\"%.4s\" is wrong", "abc\xC3\xA9");
    cr_assert_str_eq(fault.field, "na?me");
    cr_assert_str_eq(fault.reason, "\"abc?\" is wrong");
}

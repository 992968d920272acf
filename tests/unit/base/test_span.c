/* Order, prefixes and text. */

#include "common/base/span.h"

#include <criterion/criterion.h>

Test(span, order_is_that_of_bytes_with_prefixes_first)
{
    static const char *const rising[] = {"", "A", "AB", "B", "a", "\x7f", "\x80", "\xff", "\xff\x01"};
    size_t count = sizeof rising / sizeof rising[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            int order = span_compare(span_of_text(rising[i]), span_of_text(rising[j]));
            cr_assert_eq(order, (i > j) - (i < j), "%zu %zu", i, j);
            cr_assert_eq(span_equal(span_of_text(rising[i]), span_of_text(rising[j])), i == j);
        }
    }
    cr_assert_eq(span_compare(span_of(NULL, 0), span_of("", 0)), 0);
}

Test(span, text_is_well_formed_utf8_without_nul)
{
    static const struct {
        const char *bytes;
        size_t size;
        bool text;
    } cases[] = {
        {"", 0, true},
        {"plain", 5, true},
        {"\xC2\xA3", 2, true},
        {"\xE2\x82\xAC", 3, true},
        {"\xF0\x9F\x98\x80", 4, true},
        {"\xF4\x8F\xBF\xBF", 4, true},
        {"a\0b", 3, false},
        {"\x80", 1, false},
        {"\xC2", 1, false},
        {"\xC2 ", 2, false},
        {"\xC0\xAF", 2, false},         /* overlong */
        {"\xE0\x9F\xBF", 3, false},     /* overlong */
        {"\xF0\x8F\xBF\xBF", 4, false}, /* overlong */
        {"\xED\xA0\x80", 3, false},     /* surrogate */
        {"\xF4\x90\x80\x80", 4, false}, /* past U+10FFFF */
        {"\xF5\x80\x80\x80", 4, false},
        {"\xE2\x82", 2, false},
        {"\xF0\x9F\x98", 3, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(span_is_text(span_of(cases[i].bytes, cases[i].size)), cases[i].text, "case %zu", i);
}

Test(span, what_is_no_text_is_found_wherever_it_stands)
{
    static const char bad[] = {'\0', '\x80', '\xFF'};
    static const char good[] = "twenty-four plain bytes.";
    for (size_t at = 0; at < sizeof good - 1; at++) {
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        cr_assert(span_is_text(span_of(text, sizeof good - 1)));
        for (size_t i = 0; i < sizeof bad; i++) {
            text[at] = bad[i];
            cr_assert_not(span_is_text(span_of(text, sizeof good - 1)), "byte %zu, case %zu", at, i);
        }
        text[at] = '\x01';
        cr_assert(span_is_text(span_of(text, sizeof good - 1)), "byte %zu", at);
    }
}

Test(span, what_is_no_text_is_mended_byte_by_byte)
{
    static const struct {
        const char *given, *mended;
    } cases[] = {
        {"", ""},
        {"\xC2\xA3 100", "\xC2\xA3 100"},
        {"caf\xC3\" is", "caf?\" is"}, /* cut within a character */
        {"\xE2\x82", "??"},
        {"a\x92s", "a?s"}, /* Windows-1252 */
        {"\xED\xA0\x80x", "???x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[16];
        strcpy(text, cases[i].given);
        text_mend(text);
        cr_assert_str_eq(text, cases[i].mended, "case %zu", i);
        cr_assert(span_is_text(span_of_text(text)));
    }
}

Test(span, numbers_sort_as_their_bytes)
{
    static const uint64_t rising[] = {0, 1, 255, 256, 1ULL << 32, UINT64_MAX};
    uint8_t a[8], b[8];
    for (size_t i = 1; i < sizeof rising / sizeof rising[0]; i++) {
        put_u64_be(a, rising[i - 1]);
        put_u64_be(b, rising[i]);
        cr_assert_eq(span_compare(span_of(a, 8), span_of(b, 8)), -1);
        cr_assert_eq(get_u64_be(b), rising[i]);
    }
}

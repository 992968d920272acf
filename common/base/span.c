/* Comparing spans, checking that one is text, and making it one. In: borrowed bytes. Out: an order, a yes or
 * no, a mended text. Nothing is kept. */

#include "common/base/span.h"

int span_compare(struct span a, struct span b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.size > b.size) - (a.size < b.size);
}

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Length of the well-formed character at `data` (Unicode 15, table 3-7), or 0. A NUL is none. */
static size_t character_length(const uint8_t *data, size_t left)
{
    uint8_t lead = data[0];
    if (lead < 0x80)
        return lead != 0;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;

    size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (left < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (!is_continuation(data[i]))
            return 0;

    uint8_t second = data[1];
    if (lead == 0xE0 && second < 0xA0) /* overlong */
        return 0;
    if (lead == 0xED && second > 0x9F) /* surrogates */
        return 0;
    if (lead == 0xF0 && second < 0x90) /* overlong */
        return 0;
    if (lead == 0xF4 && second > 0x8F) /* past U+10FFFF */
        return 0;
    return length;
}

/* Eight bytes of ASCII without a NUL: no byte has its high bit, nor loses its borrow when one is taken from
 * it. */
static bool are_plain(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return ((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080)) == 0;
}

/* The last word may overlap the one before. */
static bool is_plain(struct span span)
{
    size_t at = 0;
    if (span.size < 8)
        return false;
    for (; at + 8 < span.size; at += 8)
        if (!are_plain(span.data + at))
            return false;
    return are_plain(span.data + span.size - 8);
}

bool span_is_text(struct span span)
{
    if (is_plain(span))
        return true;
    for (size_t at = 0; at < span.size;) {
        if (span.size - at >= 8 && are_plain(span.data + at)) {
            at += 8;
            continue;
        }
        size_t length = character_length(span.data + at, span.size - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

void text_mend(char *text)
{
    for (size_t at = 0, size = strlen(text); at < size;) {
        size_t length = character_length((const uint8_t *)text + at, size - at);
        if (length == 0)
            text[at] = '?';
        at += length ? length : 1;
    }
}

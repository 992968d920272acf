/* Decoding of published files: which of UTF-8, ASCII and Windows-1252 the bytes are, and their text in UTF-8.
 * Bytes come in, text goes out; nothing is read from disk here. */

#include "services/cli/readers/text.h"

#include <ctype.h>
#include <stdlib.h>

/* Windows-1252 where it differs from Latin-1: the code points of bytes 0x80 to 0x9f; 0 where there is none.
 */
static const uint16_t WINDOWS_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

enum { REPLACEMENT = 0xfffd };

static size_t put_utf8(uint8_t *out, uint16_t point)
{
    if (point < 0x80) {
        out[0] = (uint8_t)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (uint8_t)(0xc0 | point >> 6);
        out[1] = (uint8_t)(0x80 | (point & 0x3f));
        return 2;
    }
    out[0] = (uint8_t)(0xe0 | point >> 12);
    out[1] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
    out[2] = (uint8_t)(0x80 | (point & 0x3f));
    return 3;
}

static enum code from_windows_1252(struct span bytes, struct arena *arena, struct decoded *ret_decoded,
                                   struct fault *ret_fault)
{
    uint8_t *out = arena_alloc_array(arena, bytes.size, 3);
    if (!out)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file",
                         "the file is too large to decode in memory");
    size_t size = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        uint16_t point = bytes.data[i];
        if (point >= 0x80 && point < 0xa0)
            point = WINDOWS_1252[point - 0x80] ? WINDOWS_1252[point - 0x80] : REPLACEMENT;
        size += put_utf8(out + size, point);
    }
    *ret_decoded = (struct decoded){.text = span_of(out, size), .encoding = "Windows-1252"};
    return CODE_OK;
}

enum code text_decode(struct span bytes, struct arena *arena, struct decoded *ret_decoded,
                      struct fault *ret_fault)
{
    if (span_has_prefix(bytes, span_of("\xff\xfe", 2)) || span_has_prefix(bytes, span_of("\xfe\xff", 2)))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "file",
                         "it is UTF-16; save it as \"CSV UTF-8\" and import that");
    if (span_has_prefix(bytes, span_of("PK\x03\x04", 4)) ||
        span_has_prefix(bytes, span_of("\xd0\xcf\x11\xe0", 4)))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "file",
                         "it is a workbook or an archive; save the sheet as \"CSV UTF-8\" and import that");
    if (bytes.size && memchr(bytes.data, 0, bytes.size))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "file",
                         "it holds NUL bytes, so it is no CSV file");
    bool marked = span_has_prefix(bytes, span_of("\xef\xbb\xbf", 3));
    if (marked)
        bytes = span_of(bytes.data + 3, bytes.size - 3);
    if (!span_is_text(bytes))
        return from_windows_1252(bytes, arena, ret_decoded, ret_fault);
    bool ascii = !marked;
    for (size_t i = 0; ascii && i < bytes.size; i++)
        ascii = bytes.data[i] < 0x80;
    *ret_decoded = (struct decoded){.text = bytes, .encoding = ascii ? "ASCII" : "UTF-8"};
    return CODE_OK;
}

void text_normalise(const char *text, char *ret_text, size_t size)
{
    size_t length = 0;
    for (; *text && length + 1 < size; text++)
        if ((unsigned char)*text < 0x80 && isalnum((unsigned char)*text))
            ret_text[length++] = (char)tolower((unsigned char)*text);
    ret_text[length] = 0;
}

bool text_alike(const char *a, const char *b)
{
    char normal_a[160], normal_b[160];
    text_normalise(a, normal_a, sizeof normal_a);
    text_normalise(b, normal_b, sizeof normal_b);
    return strcmp(normal_a, normal_b) == 0;
}

bool text_number(const char *text, uint32_t most, uint32_t *ret_number)
{
    while (*text == ' ')
        text++;
    if (!isdigit((unsigned char)*text))
        return false;
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    if (*end == '.') {
        do
            end++;
        while (*end == '0');
    }
    while (*end == ' ')
        end++;
    if (*end || number > most)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* Which encodings a sheet may come in, and how to tell. In: bytes. Out: what they are. */

#include "common/sheets/read.h"

/* Windows-1252 where it differs from Latin-1: the code points of bytes 0x80 to 0x9f; 0 where there is none.
 */
static const uint16_t WINDOWS_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

enum { REPLACEMENT = 0xfffd };

uint16_t sheets_windows_1252(uint8_t byte)
{
    if (byte < 0x80 || byte >= 0xa0)
        return byte;
    return WINDOWS_1252[byte - 0x80] ? WINDOWS_1252[byte - 0x80] : REPLACEMENT;
}

size_t sheets_put_utf8(uint16_t point, uint8_t *out)
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

/* How many bytes the character that begins there has; by its first byte. */
static size_t length_of(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

const char *sheets_wrong_byte(const char *text)
{
    while (*text) {
        size_t length = strnlen(text, length_of((uint8_t)*text));
        if (!span_is_text(span_of(text, length)))
            return text;
        text += length;
    }
    return NULL;
}

struct span sheets_without_mark(struct span bytes, bool *ret_marked)
{
    bool marked = span_has_prefix(bytes, span_of("\xef\xbb\xbf", 3));
    if (ret_marked)
        *ret_marked = marked;
    return marked ? span_of(bytes.data + 3, bytes.size - 3) : bytes;
}

const char *sheets_is_no_csv(struct span bytes)
{
    if (span_has_prefix(bytes, span_of("\xff\xfe", 2)) || span_has_prefix(bytes, span_of("\xfe\xff", 2)))
        return "it is UTF-16; save it as \"CSV UTF-8\" and import that";
    if (span_has_prefix(bytes, span_of("PK\x03\x04", 4)) ||
        span_has_prefix(bytes, span_of("\xd0\xcf\x11\xe0", 4)))
        return "it is a workbook or an archive; save the sheet as \"CSV UTF-8\" and import that";
    if (bytes.size && memchr(bytes.data, 0, bytes.size))
        return "it holds NUL bytes, so it is no CSV file";
    return NULL;
}

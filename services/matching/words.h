#pragma once
/* Pieces of texts, put together by hand: a search has hundreds of them and printf would be most of its time.
 * Each writes at `out`, without a NUL, and returns the byte after. */

#include <stdint.h>
#include <string.h>

static inline char *put_text(char *out, const char *text)
{
    size_t size = strlen(text); /* of a literal: known already */
    memcpy(out, text, size);
    return out + size;
}

static inline char *put_digit(char *out, uint64_t digit)
{
    *out = (char)('0' + digit);
    return out + 1;
}

static inline char *put_number(char *out, uint64_t number)
{
    if (number < 10)
        return put_digit(out, number);
    if (number < 100)
        return put_digit(put_digit(out, number / 10), number % 10);
    char digits[20];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *out++ = digits[--count];
    return out;
}

/* "4.2": tenths of a mile of 1609.344 m, halves up. */
static inline char *put_miles(char *out, uint32_t metres)
{
    uint64_t tenths = ((uint64_t)metres * 20000 + 1609344) / (2 * 1609344);
    out = put_number(out, tenths / 10);
    *out++ = '.';
    return put_digit(out, tenths % 10);
}

/* "4,250" */
static inline char *put_thousands(char *out, uint64_t number)
{
    uint64_t unit = 1;
    while (number / unit >= 1000)
        unit *= 1000;
    out = put_number(out, number / unit);
    for (; unit > 1; unit /= 1000) {
        uint64_t three = number % unit / (unit / 1000);
        *out++ = ',';
        out = put_digit(put_digit(put_digit(out, three / 100), three / 10 % 10), three % 10);
    }
    return out;
}

/* "£4,250", "£4,250.50" */
static inline char *put_pounds(char *out, uint64_t pence)
{
    out = put_thousands(put_text(out, "£"), pence / 100);
    if (pence % 100 == 0)
        return out;
    *out++ = '.';
    return put_digit(put_digit(out, pence / 10 % 10), pence % 10);
}

/* "1 day", "2 days" */
static inline char *put_count(char *out, uint64_t number, const char *one, const char *many)
{
    return put_text(put_number(out, number), number == 1 ? one : many);
}

#pragma once
/* Pieces of texts, put together by hand: a search has hundreds of them and printf would be most of its time.
 * Each writes at `out`, without a NUL, and returns the byte after; some bytes beyond (of a longest
 * piece) may be written too. */

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

static inline char *put_three(char *out, uint32_t number)
{
    return put_digit(put_digit(put_digit(out, number / 100), number / 10 % 10), number % 10);
}

/* The numbers below 1000, each with its length. */
struct small_number {
    char text[3];
    uint8_t length;
};
extern const struct small_number small_numbers[1000];

/* Below 1000: how many digits there are is not to be guessed, so there is no branch. */
static inline char *put_small(char *out, uint32_t number)
{
    memcpy(out, &small_numbers[number], sizeof small_numbers[number]);
    return out + small_numbers[number].length;
}

static inline char *put_number(char *out, uint64_t number)
{
    if (number < 1000)
        return put_small(out, (uint32_t)number);
    if (number < 10000) /* years */
        return put_three(put_digit(out, number / 1000), (uint32_t)(number % 1000));
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
        *out++ = ',';
        out = put_three(out, (uint32_t)(number % unit / (unit / 1000)));
    }
    return out;
}

/* "£4,250", "£4,250.50" */
static inline char *put_pounds(char *out, uint64_t pence)
{
    uint64_t pounds = pence / 100;
    out = put_text(out, "£");
    if (pounds >= 1000 && pounds < 1000 * 1000) { /* nearly all: divided by what the compiler knows */
        out = put_small(out, (uint32_t)pounds / 1000);
        *out++ = ',';
        out = put_three(out, (uint32_t)pounds % 1000);
    } else {
        out = put_thousands(out, pounds);
    }
    if (pence % 100 == 0)
        return out;
    *out++ = '.';
    return put_digit(put_digit(out, pence / 10 % 10), pence % 10);
}

/* "1 day", "2 days" */
static inline char *put_count(char *out, uint64_t number, const char *one, const char *many)
{
    out = put_number(out, number);
    return number == 1 ? put_text(out, one) : put_text(out, many);
}

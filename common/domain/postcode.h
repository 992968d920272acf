#pragma once
/* UK postcodes: one canonical form, whatever blanks and case they come in.
 *
 * A postcode is a number whose bytes, big-endian, are the outward code padded with blanks to four characters,
 * the three of the inward code, and a zero: numbers sort as the postcodes do, and a sector is a run of
 * numbers. */

#include "common/base/error.h"

#include <stdint.h>

struct postcode {
    uint64_t key; /* 0: none */
};

/* An outward code ("SG13", "E1"), padded with blanks to four characters, big-endian. */
struct outcode {
    uint32_t key; /* 0: none */
};

enum {
    POSTCODE_TEXT_BYTES = 9, /* "SG13 8DQ" and a NUL */
    OUTCODE_TEXT_BYTES = 5,
    SECTOR_TEXT_BYTES = 7, /* "SG13 8" */
};

/* Reads a postcode with any blanks and case, the seven-character form of Code-Point Open with none to two
 * blanks inside among them. CODE_INVALID_ARGUMENT says what is wrong with it; that a postcode is well formed
 * does not mean that it exists. The caller names the field: `ret_fault->field` is left empty. `ret_fault` may
 * be NULL. */
enum code postcode_parse(const char *text, struct postcode *ret_postcode, struct fault *ret_fault);

/* Reads an outward code alone, with the same tolerance. */
enum code outcode_parse(const char *text, struct outcode *ret_outcode, struct fault *ret_fault);

/* "SG13 8DQ", "SG13", "SG13 8". The texts of none are empty. */
void postcode_print(struct postcode postcode, char ret_text[POSTCODE_TEXT_BYTES]);
void outcode_print(struct outcode outcode, char ret_text[OUTCODE_TEXT_BYTES]);
void postcode_print_sector(struct postcode postcode, char ret_text[SECTOR_TEXT_BYTES]);

static inline struct outcode postcode_outcode(struct postcode postcode)
{
    return (struct outcode){.key = (uint32_t)(postcode.key >> 32)};
}

/* The sector as a number: equal for two postcodes exactly when they share outward code and inward digit. */
static inline uint64_t postcode_sector_key(struct postcode postcode)
{
    return postcode.key >> 24;
}

#pragma once
/* Per cent as exact decimals, and what an amount grew by as an exact fraction. Never floating point: where a
 * fee stands to a threshold is settled by whole numbers of 128 bits (rule F4). Every function leaves `ret_…`
 * untouched on failure. */

#include "common/domain/money.h"

/* Per cent in units of 0.0000000001: 3.25% is 32,500,000,000. People write four places; a share of an index
 * ("62.5% of CPI") has ten. */
struct percent {
    int64_t parts;
};

#define PERCENT_ONE INT64_C(10000000000)

enum {
    PERCENT_PLACES = 10,
    PERCENT_PLACES_WRITTEN = 4,
    PERCENT_WRITTEN_MOST = 1000, /* either side of nothing */
    PERCENT_TEXT_BYTES = 48,     /* "-922337203.6854775808"; of a growth, "1844674407370955161400.0000" */
};

/* -1, 0 or 1. */
static inline int percent_compare(struct percent a, struct percent b)
{
    return (a.parts > b.parts) - (a.parts < b.parts);
}

/* Reads "3", "3.25", "-0.3", "3.25%", blanks around: at most PERCENT_PLACES_WRITTEN places, and
 * PERCENT_WRITTEN_MOST either side. CODE_INVALID_ARGUMENT says what is wrong; CODE_OUT_OF_RANGE where it is
 * too much. The caller names the field: `ret_fault->field` is left empty. `ret_fault` may be NULL. */
enum code percent_parse(const char *text, struct percent *ret_percent, struct fault *ret_fault);

/* Exactly, in as few places as that takes: "3.25", "-0.3", "0". */
void percent_print(struct percent percent, char ret_text[PERCENT_TEXT_BYTES]);

/* CODE_OUT_OF_RANGE where the sum does not fit. */
enum code percent_add(struct percent a, struct percent b, struct percent *ret_sum);

/* So many per cent of another: 62.5% of 3.2% is 2%. Exact where both have at most four places; otherwise
 * CODE_INVALID_ARGUMENT where ten do not hold it, and CODE_OUT_OF_RANGE where it does not fit. */
enum code percent_share(struct percent share, struct percent of, struct percent *ret_percent);

/* --- growth ------------------------------------------------------------------------------------------ */

/* What an amount grew by: the fraction (to - from) / from, kept as its two amounts. `from` is above nothing.
 */
struct growth {
    struct money from, to;
};

/* -1, 0 or 1: exactly, by cross multiplication. */
int growth_compare(struct growth a, struct growth b);
int growth_compare_percent(struct growth growth, struct percent percent);

/* In per cent with so many places (from 0 to 4), halves away from zero: "3.25", "-0.50".
 * CODE_INVALID_ARGUMENT where `from` is not above nothing, or for other places. */
enum code growth_print(struct growth growth, unsigned places, char ret_text[PERCENT_TEXT_BYTES]);

#pragma once
/* All postcodes with their grid positions, as one blob: 1.7 million entries in 27 MB, searched where they
 * lie.
 *
 * The bytes: `CCPC1\n`; the count, 4 bytes; then three columns, each sorted by postcode: keys (8 bytes, see
 * postcode.h), eastings (4 bytes, metres), northings (4 bytes, metres). All numbers are big-endian. The same
 * entries always give the same bytes, so that a list that is imported again is known by its digest. */

#include "common/base/span.h"
#include "common/domain/grid.h"
#include "common/domain/postcode.h"

enum {
    POSTCODE_TABLE_HEAD_BYTES = 10,
    POSTCODE_TABLE_ENTRY_BYTES = 16,
    POSTCODE_TABLE_ENTRIES_MAX = 4 * 1000 * 1000,
};

struct postcode_entry {
    struct postcode postcode;
    uint32_t easting, northing; /* metres */
};

/* Borrows the bytes given to postcode_table_load, which must outlive it. Zeroed, it is a table of no entries.
 */
struct postcode_table {
    const uint8_t *keys, *eastings, *northings;
    uint32_t count;
};

/* How well a position found for a postcode is known; the order is that of PositionQuality on the wire. */
enum postcode_precision {
    POSTCODE_EXACT = 1, /* the postcode itself */
    POSTCODE_SECTOR,    /* the mean of its sector */
    POSTCODE_OUTWARD,   /* the middle of its outward code */
};

/* Bytes that postcode_table_write fills for that many entries. */
size_t postcode_table_bytes(size_t count);

/* Sorts `entries` in place and drops repeated postcodes (the entry with the least easting, then northing,
 * stays); returns how many are left. Do this before writing. */
size_t postcode_table_sort(struct postcode_entry *entries, size_t count);

/* Writes sorted entries without repetition into `ret_bytes` of postcode_table_bytes(count). INVALID_ARGUMENT:
 * not sorted, a repetition, or more than POSTCODE_TABLE_ENTRIES_MAX; nothing is written. */
enum code postcode_table_write(const struct postcode_entry *entries, size_t count, uint8_t *ret_bytes);

/* Reads a table where it lies. DATA_LOSS with the reason: not such a table, cut short, or not sorted.
 * `ret_fault` may be NULL. */
enum code postcode_table_load(struct span bytes, struct postcode_table *ret_table, struct fault *ret_fault);

/* The postcode's own position. NOT_FOUND: the table has none. */
enum code postcode_table_find(const struct postcode_table *table, struct postcode postcode,
                              struct grid_point *ret_point);

/* The mean of all postcodes of its sector, to the metre. NOT_FOUND: the table has none. */
enum code postcode_table_sector(const struct postcode_table *table, struct postcode postcode,
                                struct grid_point *ret_point);

/* The best that is known of a postcode: itself, else its sector, else its outward code (outcodes.h).
 * NOT_FOUND where even that is unknown: never a position of nowhere (rule X1). */
enum code postcode_table_locate(const struct postcode_table *table, struct postcode postcode,
                                struct grid_point *ret_point, enum postcode_precision *ret_precision);

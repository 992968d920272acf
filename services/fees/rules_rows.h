#pragma once
/* Rows of a table that is told record by record: found by identifier, or begun. Pure. */

#include "common/base/arena.h"

/* Row i has the identifier ids[i] and stands at rows + i * row_bytes, zeroed when it is begun. All of it is
 * in the arena and moves as the table grows. */
struct fee_rows {
    struct arena *arena;
    size_t row_bytes, count, capacity;
    const char **ids;
    unsigned char *rows;
    uint32_t *slots; /* a hash of identifiers: number of the row, from 1 */
    size_t slot_count;
};

void fee_rows_init(struct fee_rows *rows, size_t row_bytes, struct arena *arena);
/* The row of that identifier, which is copied where it is begun (`ret_begun` may be NULL). NULL past the
 * arena's limit. */
void *fee_rows_at(struct fee_rows *rows, const char *id, bool *ret_begun);
/* NULL: there is none. */
void *fee_rows_find(const struct fee_rows *rows, const char *id);
/* By number, 0 to count - 1. */
void *fee_rows_get(const struct fee_rows *rows, size_t number);

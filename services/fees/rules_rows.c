/* Rows by identifier. In: identifiers, in any order. Out: one row for each, in the order in which they were
 * begun. Half of the slots at least are free, so that a search ends soon. */

#include "services/fees/rules_rows.h"

enum { ROWS_FIRST = 64 };

void fee_rows_init(struct fee_rows *rows, size_t row_bytes, struct arena *arena)
{
    *rows = (struct fee_rows){.arena = arena, .row_bytes = row_bytes};
}

/* FNV-1a: identifiers are UUIDs, codes and names of the region's own records. */
static uint64_t hash_of(const char *id)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 0x100000001b3u;
    return hash ^ hash >> 32;
}

/* The slot of that identifier, or the free one where it would stand. */
static uint32_t *slot_of(const struct fee_rows *rows, const char *id)
{
    size_t at = (size_t)hash_of(id) & (rows->slot_count - 1);
    while (rows->slots[at] && strcmp(rows->ids[rows->slots[at] - 1], id) != 0)
        at = (at + 1) & (rows->slot_count - 1);
    return &rows->slots[at];
}

static bool grow(struct fee_rows *rows)
{
    size_t capacity = rows->capacity ? 2 * rows->capacity : ROWS_FIRST;
    const char **ids = arena_array(rows->arena, const char *, capacity);
    unsigned char *items = arena_alloc_array(rows->arena, capacity, rows->row_bytes);
    uint32_t *slots = arena_array(rows->arena, uint32_t, 2 * capacity);
    if (capacity > UINT32_MAX || !ids || !items || !slots)
        return false;
    if (rows->count > 0) {
        memcpy(ids, rows->ids, rows->count * sizeof *ids);
        memcpy(items, rows->rows, rows->count * rows->row_bytes);
    }
    rows->ids = ids;
    rows->rows = items;
    rows->slots = slots;
    rows->capacity = capacity;
    rows->slot_count = 2 * capacity;
    for (size_t i = 0; i < rows->count; i++)
        *slot_of(rows, ids[i]) = (uint32_t)(i + 1);
    return true;
}

void *fee_rows_at(struct fee_rows *rows, const char *id, bool *ret_begun)
{
    void *found = fee_rows_find(rows, id);
    if (ret_begun)
        *ret_begun = !found;
    if (found)
        return found;
    if (rows->count == rows->capacity && !grow(rows))
        return NULL;
    rows->ids[rows->count] = arena_text(rows->arena, id);
    if (!rows->ids[rows->count])
        return NULL;
    *slot_of(rows, id) = (uint32_t)(rows->count + 1);
    return fee_rows_get(rows, rows->count++);
}

void *fee_rows_find(const struct fee_rows *rows, const char *id)
{
    uint32_t number = rows->slot_count ? *slot_of(rows, id) : 0;
    return number ? fee_rows_get(rows, number - 1) : NULL;
}

void *fee_rows_get(const struct fee_rows *rows, size_t number)
{
    return rows->rows + number * rows->row_bytes;
}

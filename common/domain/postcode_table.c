/* The blob of postcodes: entries in, sorted bytes out, and positions found in those bytes. Reading and
 * storing the blob is its owner's. */

#include "common/domain/postcode_table.h"

#include "common/domain/outcodes.h"

#include <stdlib.h>

static const char magic[6] = {'C', 'C', 'P', 'C', '1', '\n'};

size_t postcode_table_bytes(size_t count)
{
    return POSTCODE_TABLE_HEAD_BYTES + count * POSTCODE_TABLE_ENTRY_BYTES;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_entries(const void *left, const void *right)
{
    const struct postcode_entry *a = left, *b = right;
    int order = compare_numbers(a->postcode.key, b->postcode.key);
    if (order == 0)
        order = compare_numbers(a->easting, b->easting);
    return order ? order : compare_numbers(a->northing, b->northing);
}

size_t postcode_table_sort(struct postcode_entry *entries, size_t count)
{
    if (count == 0)
        return 0;
    qsort(entries, count, sizeof(*entries), compare_entries);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++)
        if (entries[i].postcode.key != entries[kept - 1].postcode.key)
            entries[kept++] = entries[i];
    return kept;
}

enum code postcode_table_write(const struct postcode_entry *entries, size_t count, uint8_t *ret_bytes)
{
    if (count > POSTCODE_TABLE_ENTRIES_MAX)
        return CODE_INVALID_ARGUMENT;
    for (size_t i = 1; i < count; i++)
        if (entries[i].postcode.key <= entries[i - 1].postcode.key)
            return CODE_INVALID_ARGUMENT;

    memcpy(ret_bytes, magic, sizeof(magic));
    put_u32_be(ret_bytes + sizeof(magic), (uint32_t)count);
    uint8_t *keys = ret_bytes + POSTCODE_TABLE_HEAD_BYTES, *eastings = keys + 8 * count,
            *northings = eastings + 4 * count;
    for (size_t i = 0; i < count; i++) {
        put_u64_be(keys + 8 * i, entries[i].postcode.key);
        put_u32_be(eastings + 4 * i, entries[i].easting);
        put_u32_be(northings + 4 * i, entries[i].northing);
    }
    return CODE_OK;
}

static uint64_t key_at(const struct postcode_table *table, size_t i)
{
    return get_u64_be(table->keys + 8 * i);
}

enum code postcode_table_load(struct span bytes, struct postcode_table *ret_table, struct fault *ret_fault)
{
    if (bytes.size < POSTCODE_TABLE_HEAD_BYTES || memcmp(bytes.data, magic, sizeof(magic)) != 0)
        return fault_set(ret_fault, CODE_DATA_LOSS, "", "this is no table of postcodes");
    uint32_t count = get_u32_be(bytes.data + sizeof(magic));
    if (count > POSTCODE_TABLE_ENTRIES_MAX || bytes.size != postcode_table_bytes(count))
        return fault_set(ret_fault, CODE_DATA_LOSS, "",
                         "the table of postcodes is not as long as it says (%u entries)", count);
    const uint8_t *keys = bytes.data + POSTCODE_TABLE_HEAD_BYTES;
    struct postcode_table table = {
        .keys = keys,
        .eastings = keys + 8 * (size_t)count,
        .northings = keys + 12 * (size_t)count,
        .count = count,
    };
    for (size_t i = 1; i < count; i++)
        if (key_at(&table, i) <= key_at(&table, i - 1))
            return fault_set(ret_fault, CODE_DATA_LOSS, "",
                             "the table of postcodes is not sorted at entry %zu", i);
    *ret_table = table;
    return CODE_OK;
}

/* The first entry whose key is not less. */
static size_t lower_bound(const struct postcode_table *table, uint64_t key)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (key_at(table, middle) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum code postcode_table_find(const struct postcode_table *table, struct postcode postcode,
                              struct grid_point *ret_point)
{
    size_t i = lower_bound(table, postcode.key);
    if (i == table->count || key_at(table, i) != postcode.key)
        return CODE_NOT_FOUND;
    *ret_point = (struct grid_point){
        .easting = get_u32_be(table->eastings + 4 * i),
        .northing = get_u32_be(table->northings + 4 * i),
    };
    return CODE_OK;
}

enum code postcode_table_sector(const struct postcode_table *table, struct postcode postcode,
                                struct grid_point *ret_point)
{
    uint64_t sector = postcode_sector_key(postcode), east = 0, north = 0, count = 0;
    for (size_t i = lower_bound(table, sector << 24); i < table->count && key_at(table, i) >> 24 == sector;
         i++) {
        east += get_u32_be(table->eastings + 4 * i);
        north += get_u32_be(table->northings + 4 * i);
        count++;
    }
    if (count == 0)
        return CODE_NOT_FOUND;
    *ret_point = (struct grid_point){
        .easting = (double)((east + count / 2) / count),
        .northing = (double)((north + count / 2) / count),
    };
    return CODE_OK;
}

enum code postcode_table_locate(const struct postcode_table *table, struct postcode postcode,
                                struct grid_point *ret_point, enum postcode_precision *ret_precision)
{
    enum postcode_precision precision = POSTCODE_EXACT;
    enum code code = postcode_table_find(table, postcode, ret_point);
    if (code == CODE_NOT_FOUND) {
        precision = POSTCODE_SECTOR;
        code = postcode_table_sector(table, postcode, ret_point);
    }
    if (code == CODE_NOT_FOUND) {
        precision = POSTCODE_OUTWARD;
        code = outcode_centre(postcode_outcode(postcode), ret_point);
    }
    if (code == CODE_OK)
        *ret_precision = precision;
    return code;
}

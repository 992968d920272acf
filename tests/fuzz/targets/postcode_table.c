/* The blob of postcodes, and entries to make one of.
 *
 * In: the bytes of a table, which are also entries. Held against: a table that loads is the one that its
 * entries give when written; each of its postcodes is found, and lies where its sector can be asked for;
 * sorted entries of any kind make a table that loads. */

#include "common/domain/postcode_table.h"
#include "tests/fuzz/targets/fuzz.h"

/* The mean of a sector, by looking at every entry. */
static struct grid_point mean_of(const struct postcode_entry *entries, size_t count, struct postcode of)
{
    uint64_t east = 0, north = 0, found = 0;
    for (size_t i = 0; i < count; i++) {
        if (postcode_sector_key(entries[i].postcode) != postcode_sector_key(of))
            continue;
        east += entries[i].easting;
        north += entries[i].northing;
        found++;
    }
    return (struct grid_point){(double)((2 * east + found) / (2 * found)),
                               (double)((2 * north + found) / (2 * found))};
}

static void check_find(const struct postcode_table *table, const struct postcode_entry *entries, size_t count,
                       const struct postcode_entry *entry)
{
    struct grid_point point = {-1, -1}, sector = {-1, -1}, mean = mean_of(entries, count, entry->postcode);
    enum postcode_precision precision;
    require(postcode_table_find(table, entry->postcode, &point) == CODE_OK);
    require(point.easting == entry->easting && point.northing == entry->northing);
    require(postcode_table_locate(table, entry->postcode, &point, &precision) == CODE_OK);
    require(precision == POSTCODE_EXACT && point.easting == entry->easting);
    require(postcode_table_sector(table, entry->postcode, &sector) == CODE_OK);
    require(sector.easting == mean.easting && sector.northing == mean.northing);
}

/* The entries of a loaded table, in the arena. */
static struct postcode_entry *entries_of(const struct postcode_table *table, struct arena *arena)
{
    struct postcode_entry *entries = arena_array(arena, struct postcode_entry, table->count + 1);
    require(entries);
    for (size_t i = 0; i < table->count; i++)
        entries[i] = (struct postcode_entry){
            .postcode = {.key = get_u64_be(table->keys + 8 * i)},
            .easting = get_u32_be(table->eastings + 4 * i),
            .northing = get_u32_be(table->northings + 4 * i),
        };
    return entries;
}

static void check_table(struct span bytes, struct arena *arena)
{
    struct postcode_table table = {.count = 4711};
    struct fault fault;
    enum code code = postcode_table_load(bytes, &table, &fault);
    if (code != CODE_OK) {
        require(code == CODE_DATA_LOSS && table.count == 4711 && !table.keys);
        require_fault(code, &fault);
        return;
    }
    struct postcode_entry *entries = entries_of(&table, arena);
    uint8_t *written = arena_alloc(arena, postcode_table_bytes(table.count));
    require(written && postcode_table_write(entries, table.count, written) == CODE_OK);
    require(span_equal(span_of(written, postcode_table_bytes(table.count)), bytes));
    for (size_t i = 0; i < table.count; i++)
        check_find(&table, entries, table.count, &entries[i]);
}

/* Whatever is sorted can be written and loads. */
static void check_sort(struct span left, struct arena *arena)
{
    size_t count = left.size / POSTCODE_TABLE_ENTRY_BYTES;
    struct postcode_entry *entries = arena_array(arena, struct postcode_entry, count + 1);
    uint8_t *written = arena_alloc(arena, postcode_table_bytes(count));
    struct postcode_table table;
    require(entries && written);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct postcode_entry){
            .postcode = {.key = take_number(&left, 8)},
            .easting = (uint32_t)take_number(&left, 4),
            .northing = (uint32_t)take_number(&left, 4),
        };
    size_t kept = postcode_table_sort(entries, count);
    require(kept <= count && (kept > 0) == (count > 0));
    require(postcode_table_write(entries, kept, written) == CODE_OK);
    require(postcode_table_load(span_of(written, postcode_table_bytes(kept)), &table, NULL) == CODE_OK);
    require(table.count == kept);
    for (size_t i = 0; i < kept; i++)
        check_find(&table, entries, table.count, &entries[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    check_table(span_of(data, size), &arena);
    check_sort(span_of(data, size), &arena);
    arena_finish(&arena);
    return 0;
}

/* A list of postcodes, as a file from anywhere.
 *
 * In: a file. Held against: what is taken makes a table that loads, with every position on the grid; each row
 * is taken, rejected, repeated or without a position. */

#include "tests/fuzz/targets/reader.h"

static void check_reading(const struct postcode_reading *out, struct span bytes, struct arena *arena)
{
    require(out->reading.read ==
            out->count + out->repeated + out->without_position + out->reading.rejects.count);
    require_issues(&out->reading.rejects, lines_of(bytes));
    require_issues(&out->reading.remarks, lines_of(bytes));
    size_t size = postcode_table_bytes(out->count);
    uint8_t *written = arena_alloc(arena, size);
    struct postcode_table table;
    require(written && postcode_table_write(out->entries, out->count, written) == CODE_OK);
    require(postcode_table_load(span_of(written, size), &table, NULL) == CODE_OK && table.count > 0);
    for (size_t i = 0; i < out->count; i++) {
        char text[POSTCODE_TEXT_BYTES];
        struct postcode again;
        postcode_print(out->entries[i].postcode, text);
        require(postcode_parse(text, &again, NULL) == CODE_OK && again.key == out->entries[i].postcode.key);
        require(out->entries[i].easting <= GRID_EASTING_MOST &&
                out->entries[i].northing <= GRID_NORTHING_MOST);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_of(data, size);
    struct arena arena;
    struct postcode_reading out, untouched;
    struct fault fault;
    arena_init(&arena, READER_ARENA_BYTES);
    memset(&untouched, 'u', sizeof untouched);
    out = untouched;
    enum code code = postcodes_read(bytes, &arena, &out, &fault);
    if (code == CODE_OK) {
        check_reading(&out, bytes, &arena);
    } else {
        require(code == CODE_INVALID_ARGUMENT && memcmp(&out, &untouched, sizeof out) == 0);
        require_fault(code, &fault);
    }
    arena_finish(&arena);
    return 0;
}

/* Lists of postcodes: Code-Point Open as published, and lists with headings. Bytes come in (a million rows
 * and more, so none is kept as text), sorted entries of postcode and grid position go out. */

#include "services/cli/readers/registers.h"

enum { QUALITY_NO_POSITION = 90 };

/* Where the wanted columns stand. Code-Point Open has no headings: its own description gives the order. */
struct layout {
    size_t postcode, quality, easting, northing;
    bool has_quality;
};
static const struct layout CODE_POINT_OPEN = {0, 1, 2, 3, true};

struct walk {
    struct postcode_reading *out;
    struct layout layout;
    size_t room;
    bool begun;
};

static const char *cell_of(const struct sheets_row *row, size_t column)
{
    return column < row->count ? row->cells[column] : "";
}

static bool find_layout(size_t count, char *const *cells, struct layout *ret_layout)
{
    struct layout layout = {SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX, false};
    for (size_t c = 0; c < count; c++) {
        char name[32];
        text_normalise(cells[c], name, sizeof name);
        if (strcmp(name, "postcode") == 0 || strcmp(name, "pcd") == 0 || strcmp(name, "pcds") == 0)
            layout.postcode = c;
        else if (strcmp(name, "easting") == 0 || strcmp(name, "eastings") == 0 ||
                 strcmp(name, "oseast1m") == 0)
            layout.easting = c;
        else if (strcmp(name, "northing") == 0 || strcmp(name, "northings") == 0 ||
                 strcmp(name, "osnrth1m") == 0)
            layout.northing = c;
        else if (strcmp(name, "positionalqualityindicator") == 0 || strcmp(name, "quality") == 0)
            layout.quality = c;
    }
    layout.has_quality = layout.quality != SIZE_MAX;
    if (layout.postcode == SIZE_MAX || layout.easting == SIZE_MAX || layout.northing == SIZE_MAX)
        return false;
    *ret_layout = layout;
    return true;
}

static bool looks_like_code_point(size_t count, char *const *cells)
{
    struct postcode postcode;
    uint32_t number;
    return count >= 4 && postcode_parse(cells[0], &postcode, NULL) == CODE_OK &&
           text_number(cells[1], 99, &number) && text_number(cells[2], GRID_EASTING_MOST, &number) &&
           text_number(cells[3], GRID_NORTHING_MOST, &number);
}

static void read_entry(struct walk *walk, const struct sheets_row *row)
{
    unsigned line = row->line;
    struct postcode_reading *out = walk->out;
    const struct layout *layout = &walk->layout;
    struct postcode_entry entry;
    struct fault fault;
    uint32_t quality = 0;
    out->reading.read++;
    const char *postcode = cell_of(row, layout->postcode);
    const char *easting = cell_of(row, layout->easting);
    const char *northing = cell_of(row, layout->northing);
    if (postcode_parse(postcode, &entry.postcode, &fault) != CODE_OK)
        reading_reject(&out->reading, line, "postcode", "%s", fault.reason);
    else if (layout->has_quality && text_number(cell_of(row, layout->quality), 99, &quality) &&
             quality == QUALITY_NO_POSITION)
        out->without_position++;
    else if (!text_number(easting, GRID_EASTING_MOST, &entry.easting))
        reading_reject(&out->reading, line, "easting", "\"%s\" is no easting of the National Grid", easting);
    else if (!text_number(northing, GRID_NORTHING_MOST, &entry.northing))
        reading_reject(&out->reading, line, "northing", "\"%s\" is no northing of the National Grid",
                       northing);
    else if (entry.easting == 0 && entry.northing == 0)
        out->without_position++;
    else
        out->entries[out->count++] = entry;
}

static enum code on_row(void *context, const struct sheets_row *row, struct fault *ret_fault)
{
    struct walk *walk = context;
    if (walk->out->reading.arena->exhausted)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file",
                         "too many rows are rejected: it is no such list");
    if (walk->begun) {
        if (walk->out->count == walk->room)
            return fault_set(ret_fault, CODE_OUT_OF_RANGE, "file", "line %u: more than %zu postcodes",
                             row->line, walk->room);
        read_entry(walk, row);
        return CODE_OK;
    }
    if (find_layout(row->count, row->cells, &walk->layout)) {
        walk->begun = true;
        return CODE_OK;
    }
    if (looks_like_code_point(row->count, row->cells)) {
        walk->begun = true;
        walk->layout = CODE_POINT_OPEN;
        read_entry(walk, row);
        return CODE_OK;
    }
    return fault_set(
        ret_fault, CODE_INVALID_ARGUMENT, "file",
        "line %u is neither a row of Code-Point Open nor has it the headings postcode, easting, northing",
        row->line);
}

enum code postcodes_read(struct span bytes, struct arena *arena, struct postcode_reading *ret_reading,
                         struct fault *ret_fault)
{
    struct decoded decoded;
    struct postcode_reading out = {0};
    enum code code = text_decode(bytes, arena, &decoded, ret_fault);
    if (code == CODE_OK)
        code = reading_init(&out.reading, arena, 0, ret_fault);
    if (code != CODE_OK)
        return code;
    struct walk walk = {.out = &out, .room = 1};
    for (size_t i = 0; i < decoded.text.size; i++)
        walk.room += decoded.text.data[i] == '\n' || decoded.text.data[i] == '\r';
    if (walk.room > POSTCODE_TABLE_ENTRIES_MAX)
        walk.room = POSTCODE_TABLE_ENTRIES_MAX;
    out.entries = arena_array(arena, struct postcode_entry, walk.room);
    if (!out.entries)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "file",
                         "the list is too long to hold in memory");
    code = sheets_walk(decoded.text, on_row, &walk, NULL, ret_fault);
    if (code != CODE_OK)
        return code;
    if (out.count == 0)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "file", "it holds no postcode with a position");
    size_t kept = postcode_table_sort(out.entries, out.count);
    out.repeated = out.count - kept;
    out.count = kept;
    out.reading.encoding = decoded.encoding;
    *ret_reading = out;
    return CODE_OK;
}

/* The table of postcodes: what is written is found again, and what is not there is never a place (rule X1).
 */

#include "common/domain/postcode_table.h"

#include <criterion/criterion.h>

static struct postcode postcode(const char *text)
{
    struct postcode parsed = {0};
    cr_assert(postcode_parse(text, &parsed, NULL) == CODE_OK);
    return parsed;
}

static size_t fill(struct postcode_entry entries[6])
{
    const struct postcode_entry unsorted[6] = {
        {postcode("SG13 8DQ"), 532640, 212860}, {postcode("E1 6AN"), 533500, 181700},
        {postcode("SG13 8DP"), 532600, 212801}, {postcode("SG13 7AA"), 533000, 212000},
        {postcode("SG13 8DQ"), 532640, 212859}, {postcode("SG13 8DR"), 532602, 212803},
    };
    memcpy(entries, unsorted, sizeof(unsorted));
    return postcode_table_sort(entries, 6);
}

Test(postcode_table, finds_exactly_else_the_sector_else_the_outward_code)
{
    struct postcode_entry entries[6];
    uint8_t bytes[256];
    size_t count = fill(entries);
    cr_assert(count == 5);
    cr_assert(postcode_table_write(entries, count, bytes) == CODE_OK);
    struct postcode_table table;
    cr_assert(postcode_table_load(span_of(bytes, postcode_table_bytes(count)), &table, NULL) == CODE_OK);

    const struct {
        const char *postcode;
        enum code code;
        enum postcode_precision precision;
        double easting, northing; /* 0: not asked */
    } cases[] = {
        {"SG13 8DQ", CODE_OK, POSTCODE_EXACT, 532640, 212859},
        {"E1 6AN", CODE_OK, POSTCODE_EXACT, 533500, 181700},
        {"SG13 8ZZ", CODE_OK, POSTCODE_SECTOR, 532614, 212821}, /* mean of three */
        {"SG13 9AA", CODE_OK, POSTCODE_OUTWARD, 0, 0},
        {"BT1 1AA", CODE_NOT_FOUND, POSTCODE_OUTWARD, 0, 0}, /* not on this grid */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct grid_point point;
        enum postcode_precision precision = POSTCODE_EXACT;
        enum code code = postcode_table_locate(&table, postcode(cases[i].postcode), &point, &precision);
        cr_assert(code == cases[i].code, "%s: %s", cases[i].postcode, code_name(code));
        if (code)
            continue;
        cr_assert(precision == cases[i].precision, "%s", cases[i].postcode);
        if (cases[i].easting > 0)
            cr_assert(point.easting == cases[i].easting && point.northing == cases[i].northing, "%s: %f %f",
                      cases[i].postcode, point.easting, point.northing);
    }
}

Test(postcode_table, an_empty_table_knows_outward_codes_only)
{
    struct postcode_table table = {0};
    struct grid_point point;
    enum postcode_precision precision = POSTCODE_EXACT;
    cr_assert(postcode_table_find(&table, postcode("SG13 8DQ"), &point) == CODE_NOT_FOUND);
    cr_assert(postcode_table_sector(&table, postcode("SG13 8DQ"), &point) == CODE_NOT_FOUND);
    cr_assert(postcode_table_locate(&table, postcode("SG13 8DQ"), &point, &precision) == CODE_OK);
    cr_assert(precision == POSTCODE_OUTWARD);
}

Test(postcode_table, damaged_bytes_are_refused)
{
    struct postcode_entry entries[6];
    uint8_t bytes[256];
    size_t count = fill(entries), size = postcode_table_bytes(count);
    struct postcode_table table;
    cr_assert(postcode_table_write(entries, count, bytes) == CODE_OK);

    for (size_t cut = 0; cut < size; cut++)
        cr_assert(postcode_table_load(span_of(bytes, cut), &table, NULL) == CODE_DATA_LOSS, "cut at %zu",
                  cut);
    bytes[POSTCODE_TABLE_HEAD_BYTES] = 0xff; /* the first key is now the greatest */
    cr_assert(postcode_table_load(span_of(bytes, size), &table, NULL) == CODE_DATA_LOSS);

    struct postcode_entry repeated[2] = {entries[0], entries[0]};
    cr_assert(postcode_table_write(repeated, 2, bytes) == CODE_INVALID_ARGUMENT);
}

/* Keys are whatever a blob says: the last sector there can be has an end too. */
Test(postcode_table, the_last_sector_there_can_be_has_its_own_mean)
{
    const struct postcode last = {.key = UINT64_MAX};
    const struct postcode_entry entries[] = {{postcode("SG13 8DQ"), 532640, 212859}, {last, 100, 200}};
    uint8_t bytes[POSTCODE_TABLE_HEAD_BYTES + 2 * POSTCODE_TABLE_ENTRY_BYTES];
    struct postcode_table table;
    struct grid_point point = {0, 0};
    cr_assert(postcode_table_write(entries, 2, bytes) == CODE_OK);
    cr_assert(postcode_table_load(span_of(bytes, sizeof(bytes)), &table, NULL) == CODE_OK);
    cr_assert(postcode_table_sector(&table, last, &point) == CODE_OK);
    cr_assert(point.easting == 100 && point.northing == 200, "%f %f", point.easting, point.northing);
}

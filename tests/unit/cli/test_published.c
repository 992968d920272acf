/* The readers on the registers as published, where they are at hand (../shared/data): every row is accounted
 * for. */

#include "services/cli/readers/as_of.h"
#include "services/cli/readers/registers.h"

#include "ccrag/v1/provisions.pb-c.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { ARENA_BYTES = 1024 * 1024 * 1024 };

/* All of a file, gzip or not; NULL data where it is not there. */
static struct span load(const char *name, uint8_t **ret_owned)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", SHARED_DATA, name);
    gzFile file = gzopen(path, "rb");
    size_t size = 0, room = 48 * 1024 * 1024;
    *ret_owned = NULL;
    if (!file) {
        fprintf(stderr, "skipped: %s is not here\n", path);
        return span_of(NULL, 0);
    }
    *ret_owned = malloc(room);
    for (int got;
         *ret_owned && size < room && (got = gzread(file, *ret_owned + size, (unsigned)(room - size))) > 0;)
        size += (size_t)got;
    gzclose(file);
    return span_of(*ret_owned, size);
}

struct expected {
    const char *file;
    enum code (*read)(struct span, struct arena *, struct reading *, struct fault *);
    const char *as_of;
    size_t rows, rejects;
};

static void check(const struct expected *expected)
{
    struct arena arena;
    struct reading reading;
    struct fault fault = {0};
    uint8_t *owned;
    struct span bytes = load(expected->file, &owned);
    if (!bytes.data)
        return;
    arena_init(&arena, ARENA_BYTES);
    enum code code = expected->read(bytes, &arena, &reading, &fault);
    cr_assert(code == CODE_OK, "%s: %s", expected->file, fault.reason);
    cr_assert(reading.read == expected->rows, "%s: %zu rows", expected->file, reading.read);
    cr_assert(reading.rejects.count == expected->rejects, "%s: %zu rejects, first: %s", expected->file,
              reading.rejects.count, reading.rejects.count ? reading.rejects.items[0].reason : "");
    cr_assert(reading.count + reading.rejects.count == reading.read);
    for (size_t i = 0; i < reading.remarks.count; i++)
        fprintf(stderr, "%s:%u: %s: %s\n", expected->file, reading.remarks.items[i].line,
                reading.remarks.items[i].field, reading.remarks.items[i].reason);
    if (date_is_none(reading.as_of))
        as_of_in_text(expected->file, &reading.as_of);
    char text[DATE_TEXT_BYTES];
    date_print(reading.as_of, text);
    cr_assert(strcmp(text, expected->as_of) == 0, "%s: %s", expected->file, text);
    arena_finish(&arena);
    free(owned);
}

Test(published, ofsted)
{
    check(&(struct expected){"ofsted_provider_level_31mar2020.csv", ofsted_read, "2020-03-31", 2971, 0});
    check(&(struct expected){"ofsted_provider_level_31mar2023.csv", ofsted_read, "2023-03-31", 3546, 0});
    check(&(struct expected){"ofsted_provider_level_31mar2025.csv", ofsted_read, "2025-03-31", 5600, 0});
}

Test(published, schools)
{
    check(
        &(struct expected){"schools_special_dfe_spine_2017_18.csv", dfe_schools_read, "2018-08-31", 1688, 0});
    check(&(struct expected){"gias_layout_sample_ANONYMISED.csv", gias_read, "", 60, 0});
}

Test(published, authorities)
{
    check(&(struct expected){"ccrag_partner_las_DERIVED.csv", authorities_read, "", 38, 0});
}

static void check_postcodes(const char *file, size_t rows, size_t least)
{
    struct arena arena;
    struct postcode_reading reading;
    struct fault fault = {0};
    uint8_t *owned;
    struct span bytes = load(file, &owned);
    if (!bytes.data)
        return;
    arena_init(&arena, ARENA_BYTES);
    enum code code = postcodes_read(bytes, &arena, &reading, &fault);
    cr_assert(code == CODE_OK, "%s: %s", file, fault.reason);
    cr_assert(reading.reading.read == rows, "%s: %zu rows", file, reading.reading.read);
    cr_assert(reading.reading.rejects.count == 0);
    cr_assert(reading.count + reading.without_position + reading.repeated == rows);
    cr_assert(reading.count >= least, "%s: %zu with a position", file, reading.count);
    arena_finish(&arena);
    free(owned);
}

Test(published, postcodes)
{
    check_postcodes("postcodes_cpo2014_subset_as_published.csv", 2982, 2900);
    check_postcodes("postcodes_england_easting_northing_cpo2014.csv.gz", 1438107, 1438107);
}

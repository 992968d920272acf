/* Looking up the centre of an outward code in the table that ships (outcodes_table.c). In: an outward code.
 * Out: its mean position, or NOT_FOUND. Whole postcodes are looked up elsewhere, in the postcodes that were
 * imported. */

#include "common/domain/outcodes.h"
#include "common/domain/outcodes_table.h"

#include <stdlib.h>

const struct outcode_entry *outcodes(size_t *ret_count)
{
    *ret_count = outcodes_table_count;
    return outcodes_table;
}

static int compare(const void *left, const void *right)
{
    uint32_t a = ((const struct outcode_entry *)left)->outcode.key;
    uint32_t b = ((const struct outcode_entry *)right)->outcode.key;
    return (a > b) - (a < b);
}

enum code outcode_centre(struct outcode outcode, struct grid_point *ret_centre)
{
    const struct outcode_entry wanted = {.outcode = outcode};
    const struct outcode_entry *entry =
        bsearch(&wanted, outcodes_table, outcodes_table_count, sizeof wanted, compare);
    if (!entry)
        return CODE_NOT_FOUND;
    *ret_centre = (struct grid_point){.easting = entry->easting, .northing = entry->northing};
    return CODE_OK;
}

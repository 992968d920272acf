#pragma once
/* Where the outward codes of Great Britain lie: the fallback for a postcode that is newer than the postcodes
 * held. What comes from here is approximate, and whoever shows it says so (rule X1). */

#include "common/domain/grid.h"
#include "common/domain/postcode.h"

#include <stddef.h>

struct outcode_entry {
    struct outcode outcode;
    int32_t easting, northing; /* mean of its postcodes in 2014 */
};

/* All, ordered by outward code. */
const struct outcode_entry *outcodes(size_t *ret_count);

/* The centre of an outward code. CODE_NOT_FOUND where there is none (Northern Ireland is not on this grid).
 */
enum code outcode_centre(struct outcode outcode, struct grid_point *ret_centre);

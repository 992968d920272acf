#pragma once
/* Local authorities by their GSS codes, and by the many names that lists give them. */

#include "common/base/error.h"
#include "common/domain/date.h"
#include "common/domain/grid.h"

#include <stddef.h>
#include <stdint.h>

enum { GSS_TEXT_BYTES = 10 }; /* "E10000015" and a NUL */

struct gss {
    char text[GSS_TEXT_BYTES];
};

/* Checks and copies a GSS code of a local authority in any case: E06, E07, E08, E09 or E10 and six digits;
 * W06 in Wales. That it is well formed does not mean that it exists. The caller names the field; `ret_fault`
 * may be NULL. */
enum code gss_parse(const char *text, struct gss *ret_gss, struct fault *ret_fault);

static inline int gss_compare(struct gss a, struct gss b)
{
    for (int i = 0; i < GSS_TEXT_BYTES; i++)
        if (a.text[i] != b.text[i])
            return (unsigned char)a.text[i] < (unsigned char)b.text[i] ? -1 : 1;
    return 0;
}

struct authority {
    struct gss gss;
    uint16_t dfe;           /* the DfE's three-digit code; 0 where we know none (Wales) */
    const char *name;       /* "Hertfordshire" */
    const char *region;     /* "East of England" */
    struct date abolished;  /* DATE_NONE: it exists */
    const char *successors; /* GSS codes, blanks between, of an abolished one; otherwise "" */
    int32_t easting,
        northing; /* mean of its postcodes: where a redacted home stands, approximately; 0, 0: not known */
};

/* All, ordered by GSS code. */
const struct authority *authorities(size_t *ret_count);

/* By a GSS code, the older or newer code of the same area among them ("E08000038" and "E08000016", Barnsley).
 * NULL: not known. */
const struct authority *authority_by_gss(const char *gss);

/* By the DfE's three-digit code. NULL: not known. */
const struct authority *authority_by_dfe(int64_t code);

/* By a name as lists write it: case, punctuation, "&", words such as "Borough Council" or "(London Borough
 * of)" and the order of "Durham, County" do not matter; other spellings come from a table we keep.
 * CODE_NOT_FOUND for any other: it is reported, never guessed. The result is static. The caller names the
 * field; `ret_fault` may be NULL. */
enum code authority_resolve(const char *name, const struct authority **ret_authority,
                            struct fault *ret_fault);

/* Its centre as above. CODE_NOT_FOUND where it is not known. */
enum code authority_centre(const struct authority *authority, struct grid_point *ret_centre);

#pragma once
/* Unique reference numbers, each with the regulator that gave it. An establishment may have several. */

#include "common/base/error.h"

#include <stdint.h>

enum regulator { REGULATOR_UNSPECIFIED, REGULATOR_DFE, REGULATOR_OFSTED };

enum {
    URN_NUMBER_BYTES = 12,
    URN_TEXT_BYTES = 20, /* "ofsted:SC012345" and a NUL */
};

/* DfE: six digits. Ofsted: "SC" and six digits, or seven digits. Upper case, no blanks. */
struct urn {
    enum regulator regulator;
    char number[URN_NUMBER_BYTES]; /* NUL-padded, so that two equal URNs are equal bytes */
};

/* "dfe", "ofsted"; an empty text for unspecified. */
const char *regulator_name(enum regulator regulator);

/* From a column of a register. Blanks and case do not matter. CODE_INVALID_ARGUMENT says what is wrong. The
 * caller names the field: `ret_fault->field` is left empty. `ret_fault` may be NULL. */
enum code urn_make(enum regulator regulator, const char *number, struct urn *ret_urn,
                   struct fault *ret_fault);

/* From "dfe:117671" or "ofsted:SC012345"; without the prefix too, because the three forms cannot be confused.
 */
enum code urn_parse(const char *text, struct urn *ret_urn, struct fault *ret_fault);

/* "ofsted:SC012345". */
void urn_print(const struct urn *urn, char ret_text[URN_TEXT_BYTES]);

/* By regulator (dfe first), then number as text: the order by which ties break (rule X4). */
int urn_compare(const struct urn *a, const struct urn *b);

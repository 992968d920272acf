#pragma once
/* Ofsted's judgements: what a regulator last said of a provision. */

#include "common/base/error.h"

#include <stdint.h>

/* The numbers are Ofsted's grades, and those of the wire. */
enum judgement {
    JUDGEMENT_NOT_JUDGED = 0,
    JUDGEMENT_OUTSTANDING = 1,
    JUDGEMENT_GOOD = 2,
    JUDGEMENT_REQUIRES_IMPROVEMENT = 3,
    JUDGEMENT_INADEQUATE = 4,
};

/* For people: "Requires improvement to be good". */
const char *judgement_words(enum judgement judgement);

/* On a command line and in files: "requires-improvement". */
const char *judgement_name(enum judgement judgement);

/* A stored number; what is none of the scale is JUDGEMENT_NOT_JUDGED. */
enum judgement judgement_from_number(int64_t number);

/* From what Ofsted publishes: "Requires improvement to be good", "Requires Improvement", "RI", the digits 1
 * to 4, the older "Adequate" and "Satisfactory" (grade 3), "Special measures" and "Serious weaknesses" (grade
 * 4). What is no grade of this scale ("Met", "Not met", "Not judged", "NULL", "", the outcomes of supported
 * accommodation) is JUDGEMENT_NOT_JUDGED. Any other text is CODE_INVALID_ARGUMENT. The caller names the
 * field; `ret_fault` may be NULL. */
enum code judgement_parse(const char *text, enum judgement *ret_judgement, struct fault *ret_fault);

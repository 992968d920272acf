#pragma once
/* The DfE's primary need codes, as bits of a mask. */

#include "common/base/error.h"

#include <stdint.h>

/* X(code, description); the order is the order of bits, for ever. */
#define NEEDS(X)                                                                                             \
    X(SPLD, "Specific learning difficulty")                                                                  \
    X(MLD, "Moderate learning difficulty")                                                                   \
    X(SLD, "Severe learning difficulty")                                                                     \
    X(PMLD, "Profound and multiple learning difficulty")                                                     \
    X(SEMH, "Social, emotional and mental health")                                                           \
    X(SLCN, "Speech, language and communication needs")                                                      \
    X(HI, "Hearing impairment")                                                                              \
    X(VI, "Vision impairment")                                                                               \
    X(MSI, "Multi-sensory impairment")                                                                       \
    X(PD, "Physical disability")                                                                             \
    X(ASD, "Autistic spectrum disorder")                                                                     \
    X(DS, "Down Syndrome")                                                                                   \
    X(OTH, "Other difficulty")

enum need {
#define X(code, description) NEED_##code,
    NEEDS(X)
#undef X
        NEED_COUNT
};

/* A set of needs: bit n is the need n. */
struct needs {
    uint32_t mask;
};

enum { NEEDS_TEXT_BYTES = 72 };

#define NEEDS_ALL ((struct needs){.mask = (1u << NEED_COUNT) - 1})

static inline bool needs_has(struct needs needs, enum need need)
{
    return (needs.mask >> need & 1u) != 0;
}

static inline struct needs needs_with(struct needs needs, enum need need)
{
    return (struct needs){.mask = needs.mask | 1u << need};
}

/* Are all of `wanted` in `offered`? */
static inline bool needs_cover(struct needs offered, struct needs wanted)
{
    return (wanted.mask & ~offered.mask) == 0;
}

/* "SEMH"; and in words. Static. */
const char *need_code(enum need need);
const char *need_description(enum need need);

/* One code in any case ("SpLD"), also with its label as GIAS writes it ("SpLD - Specific Learning
 * Difficulty"). CODE_INVALID_ARGUMENT lists the codes. The caller names the field; `ret_fault` may be NULL.
 */
enum code need_parse(const char *text, enum need *ret_need, struct fault *ret_fault);

/* Codes separated by commas, semicolons, bars or blanks; an empty text is the empty set. */
enum code needs_parse(const char *text, struct needs *ret_needs, struct fault *ret_fault);

/* "SEMH,ASD", in the order of bits. */
void needs_print(struct needs needs, char ret_text[NEEDS_TEXT_BYTES]);

#pragma once
/* What every target shares. A target is one file: LLVMFuzzerTestOneInput takes a stranger's bytes and holds
 * what comes of them against properties; one that does not hold ends the program, so that the input is kept.
 */

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/limits.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property, true of every input. */
#define require(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: %s: does not hold: %s\n", __FILE__, __LINE__, __func__, #condition);     \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* A refusal is of that code, says why, and can be sent on: field and reason are UTF-8. */
static inline void require_fault(enum code code, const struct fault *fault)
{
    require(code != CODE_OK && fault->code == code);
    require(fault->reason[0] != '\0');
    require(span_is_text(span_of_text(fault->field)) && span_is_text(span_of_text(fault->reason)));
}

/* Takes from the front of what is left of an input; zero where it is at its end. */
static inline uint64_t take_number(struct span *left, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes && left->size > 0; i++, left->data++, left->size--)
        number = number << 8 | *left->data;
    return number;
}

static inline struct span take_bytes(struct span *left, size_t most)
{
    struct span taken = span_of(left->data, left->size < most ? left->size : most);
    *left = span_of(left->data + taken.size, left->size - taken.size);
    return taken;
}

/* What is left as a text: up to a NUL if it has one, in memory of its own size, so that reading past its end
 * is seen. The caller frees it. */
static inline char *text_of(struct span bytes)
{
    size_t size = bytes.size ? strnlen((const char *)bytes.data, bytes.size) : 0;
    char *text = malloc(size + 1);
    require(text);
    if (size)
        memcpy(text, bytes.data, size);
    text[size] = '\0';
    return text;
}

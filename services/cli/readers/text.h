#pragma once
/* Bytes of a published file as UTF-8 text, and small questions about texts. */

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/span.h"

struct decoded {
    struct span text;     /* UTF-8 without a byte order mark; in the arena, or the input itself */
    const char *encoding; /* "ASCII", "UTF-8" or "Windows-1252": what the file was in */
};

/* Tells the encoding and decodes. INVALID_ARGUMENT: UTF-16, a workbook, or bytes that are no text, saying
 * what to do. RESOURCE_EXHAUSTED: the arena is full. */
enum code text_decode(struct span bytes, struct arena *arena, struct decoded *ret_decoded,
                      struct fault *ret_fault);

/* A heading or a code word as it compares: ASCII letters in lower case and digits; all else is left out. Cut
 * to `size` - 1 characters. */
void text_normalise(const char *text, char *ret_text, size_t size);

/* Do two texts normalise alike? */
bool text_alike(const char *a, const char *b);

/* A whole number from 0 to `most`, blanks around allowed, also written `12.0`; false for anything else. */
bool text_number(const char *text, uint32_t most, uint32_t *ret_number);

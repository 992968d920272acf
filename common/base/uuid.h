#pragma once
/* UUIDs of version 7 (RFC 9562): the first 48 bits are milliseconds since 1970, so that identifiers rise with
 * time and LMDB appends where random keys would scatter. Time and randomness are given, never taken. */

#include "common/base/error.h"
#include "common/base/span.h"

enum { UUID_BYTES = 16, UUID_TEXT_BYTES = 37 };

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

/* From a time and ten bytes of randomness (the version and variant bits are set over them). */
struct uuid uuid_v7(int64_t unix_ms, const uint8_t random[10]);

/* The same, but after `last` in order, also within one millisecond or where the clock was set back: time and
 * the twelve bits after it count on from those of `last` (RFC 9562, section 6.2, method 1). All zeros: there
 * was none. */
struct uuid uuid_v7_after(const struct uuid *last, int64_t unix_ms, const uint8_t random[10]);

/* Milliseconds since 1970 that the identifier carries. Defined for version 7 only. */
int64_t uuid_v7_unix_ms(const struct uuid *uuid);

static inline bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, UUID_BYTES) == 0;
}

/* The 36 lower-case characters and a NUL. */
void uuid_print(const struct uuid *uuid, char ret_text[UUID_TEXT_BYTES]);

/* Reads the 36-character form, either case; false, and `ret_uuid` untouched, for anything else. */
bool uuid_parse(const char *text, struct uuid *ret_uuid);

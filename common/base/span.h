#pragma once
/* A span is a borrowed run of bytes. It owns nothing: whoever gives one says how long it stays valid. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;         /* bytes */
};

static inline struct span span_of(const void *data, size_t size)
{
    return (struct span){.data = data, .size = size};
}

static inline struct span span_of_text(const char *text)
{
    return span_of(text, text ? strlen(text) : 0);
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Lexicographic order of unsigned bytes, a prefix first: the order in which LMDB keeps its keys. */
int span_compare(struct span a, struct span b);

static inline bool span_has_prefix(struct span all, struct span prefix)
{
    return all.size >= prefix.size && (prefix.size == 0 || memcmp(all.data, prefix.data, prefix.size) == 0);
}

/* Valid UTF-8 (no surrogates, no overlong forms) without a NUL byte. */
bool span_is_text(struct span span);

/* Puts `?` in place of every byte of a NUL-ended text that is not of a well-formed UTF-8 character: a
 * quotation may have been cut within one, or was never UTF-8. What was text stays as it is. */
void text_mend(char *text);

/* Big-endian numbers, so that keys sort as their numbers do. */
static inline void put_u32_be(uint8_t *out, uint32_t value)
{
    for (int i = 3; i >= 0; i--, value >>= 8)
        out[i] = (uint8_t)value;
}

static inline void put_u64_be(uint8_t *out, uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        out[i] = (uint8_t)value;
}

static inline uint32_t get_u32_be(const uint8_t *in)
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

static inline uint64_t get_u64_be(const uint8_t *in)
{
    return (uint64_t)get_u32_be(in) << 32 | get_u32_be(in + 4);
}

#pragma once
/* An arena: many small allocations, freed at once. One per request, reset between requests.
 *
 * An arena belongs to one thread at a time. It is bounded: past `limit_bytes` every allocation fails, so
 * that what a stranger sends cannot make a service grow. */

#include "common/base/span.h"

#include <protobuf-c/protobuf-c.h>

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used_bytes;
    size_t limit_bytes;
    bool exhausted;        /* sticky: set by the first allocation that failed, cleared by reset */
    ProtobufCAllocator pb; /* allocates from this arena; free is a no-op: hand to protobuf_c_message_unpack */
};

/* An empty arena that holds at most `limit_bytes`. Nothing is allocated until it is used. */
void arena_init(struct arena *arena, size_t limit_bytes);

/* Gives all memory back. The arena may be used again after arena_init. */
void arena_finish(struct arena *arena);

/* Forgets every allocation, keeps the first block for the next request. */
void arena_reset(struct arena *arena);

/* `size` bytes, zeroed, aligned for any type; NULL (and `exhausted`) past the limit or out of memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc, for bytes that the caller fills himself: only the last few, up to the alignment, are
 * zeroed. */
void *arena_room(struct arena *arena, size_t size);

#define arena_new(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

/* As arena_alloc for `count * size` bytes; NULL when the product overflows. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

/* Copies into the arena; the copy of a text ends in NUL. NULL past the limit. */
char *arena_text(struct arena *arena, const char *text);
struct span arena_copy(struct arena *arena, struct span span);

/* Formatted text in the arena. NULL past the limit. */
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Marks the place to go back to: allocations made after the mark are forgotten by arena_release. */
struct arena_mark {
    struct arena_block *head;
    size_t head_used, used_bytes;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

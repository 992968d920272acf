/* The arena: blocks taken from malloc, handed out in slices, given back together. In: sizes. Out: memory,
 * zeroed but for arena_room, or NULL past the limit. It has no lock: one thread at a time. */

#include "common/base/arena.h"
#include "common/base/limits.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct arena_block {
    struct arena_block *previous;
    size_t size, used; /* bytes of `data` */
    alignas(max_align_t) uint8_t data[];
};

/* protobuf-c fills what it asks for. */
static void *pb_alloc(void *data, size_t size)
{
    return arena_room(data, size);
}

static void pb_free(void *data, void *pointer)
{
    (void)data;
    (void)pointer; /* goes with the arena */
}

void arena_init(struct arena *arena, size_t limit_bytes)
{
    *arena = (struct arena){
        .limit_bytes = limit_bytes,
        .pb = {.alloc = pb_alloc, .free = pb_free, .allocator_data = arena},
    };
}

/* Frees the blocks that are newer than `kept`, which may be NULL. */
static void free_down_to(struct arena *arena, const struct arena_block *kept)
{
    while (arena->head != kept) {
        struct arena_block *block = arena->head;
        arena->head = block->previous;
        free(block);
    }
}

void arena_finish(struct arena *arena)
{
    free_down_to(arena, NULL);
    arena->used_bytes = 0;
    arena->exhausted = false;
}

void arena_reset(struct arena *arena)
{
    const struct arena_block *first = arena->head;
    while (first && first->previous)
        first = first->previous;
    free_down_to(arena, first);
    if (arena->head)
        arena->head->used = 0;
    arena->used_bytes = 0;
    arena->exhausted = false;
}

static struct arena_block *block_add(struct arena *arena, size_t size)
{
    if (size < ARENA_BLOCK_BYTES)
        size = ARENA_BLOCK_BYTES;
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    *block = (struct arena_block){.previous = arena->head, .size = size};
    arena->head = block;
    return block;
}

static void *fail(struct arena *arena)
{
    arena->exhausted = true;
    return NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *result = arena_room(arena, size);
    return result ? memset(result, 0, size) : NULL;
}

void *arena_room(struct arena *arena, size_t size)
{
    const size_t step = alignof(max_align_t);
    if (size > arena->limit_bytes)
        return fail(arena);
    size =
        size == 0 ? step : (size + step - 1) / step * step; /* an empty one has an address of its own too */
    if (size > arena->limit_bytes - arena->used_bytes)
        return fail(arena);

    struct arena_block *block = arena->head;
    if (!block || size > block->size - block->used)
        block = block_add(arena, size);
    if (!block)
        return fail(arena);

    uint8_t *result = block->data + block->used;
    block->used += size;
    arena->used_bytes += size;
    memset(result + size - step, 0, step);
    return result;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return fail(arena);
    return arena_alloc(arena, bytes);
}

char *arena_text(struct arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = arena_room(arena, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

struct span arena_copy(struct arena *arena, struct span span)
{
    uint8_t *copy = arena_room(arena, span.size);
    if (!copy)
        return span_of(NULL, 0);
    if (span.size)
        memcpy(copy, span.data, span.size);
    return span_of(copy, span.size);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);

    char *text = length < 0 ? fail(arena) : arena_alloc(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){
        .head = arena->head,
        .head_used = arena->head ? arena->head->used : 0,
        .used_bytes = arena->used_bytes,
    };
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
    free_down_to(arena, mark.head);
    if (arena->head)
        arena->head->used = mark.head_used;
    arena->used_bytes = mark.used_bytes;
}

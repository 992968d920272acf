/* Bounds, alignment, marks, and protobuf's allocator. */

#include "common/base/arena.h"

#include <criterion/criterion.h>
#include <stdalign.h>

Test(arena, memory_is_zeroed_aligned_and_apart)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    uint8_t *last = NULL;
    for (size_t size = 0; size < 300; size++) {
        uint8_t *memory = arena_alloc(&arena, size);
        cr_assert_not_null(memory);
        cr_assert_neq(memory, last);
        cr_assert_eq((uintptr_t)memory % alignof(max_align_t), 0u);
        for (size_t i = 0; i < size; i++)
            cr_assert_eq(memory[i], 0);
        memset(memory, 0xA5, size);
        last = memory;
    }
    arena_reset(&arena);
    cr_assert_eq(arena.used_bytes, 0u);
    const uint8_t *again = arena_alloc(&arena, 256);
    for (size_t i = 0; i < 256; i++)
        cr_assert_eq(again[i], 0, "memory used before is zeroed again");
    arena_finish(&arena);
}

Test(arena, past_the_limit_it_fails_and_says_so_until_reset)
{
    struct arena arena;
    arena_init(&arena, 1000);
    cr_assert_not_null(arena_alloc(&arena, 900));
    cr_assert_null(arena_alloc(&arena, 200));
    cr_assert(arena.exhausted);
    cr_assert_null(arena_alloc(&arena, SIZE_MAX));
    cr_assert_null(arena_alloc_array(&arena, SIZE_MAX / 2, 3));
    cr_assert_not_null(arena_alloc(&arena, 10), "what fits still fits");
    cr_assert(arena.exhausted, "but the failure is remembered");
    arena_reset(&arena);
    cr_assert_not(arena.exhausted);
    cr_assert_not_null(arena_alloc(&arena, 900));
    arena_finish(&arena);
}

Test(arena, release_forgets_what_came_after_the_mark)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct arena_mark empty = arena_mark(&arena);
    const char *kept = arena_text(&arena, "kept");
    struct arena_mark mark = arena_mark(&arena);
    size_t used = arena.used_bytes;
    for (int i = 0; i < 100; i++)
        cr_assert_not_null(arena_alloc(&arena, 4000));
    arena_release(&arena, mark);
    cr_assert_eq(arena.used_bytes, used);
    cr_assert_str_eq(kept, "kept");
    cr_assert_str_eq(arena_format(&arena, "%s %d", kept, 7), "kept 7");
    arena_release(&arena, empty);
    cr_assert_eq(arena.used_bytes, 0u);
    arena_finish(&arena);
}

Test(arena, copies_are_its_own)
{
    struct arena arena;
    arena_init(&arena, 1 << 16);
    char text[] = "before";
    struct span copy = arena_copy(&arena, span_of_text(text));
    text[0] = 'X';
    cr_assert(span_equal(copy, span_of_text("before")));
    cr_assert_eq(arena_copy(&arena, span_of(NULL, 0)).size, 0u);
    arena_finish(&arena);
}

Test(arena, protobuf_allocates_from_it)
{
    struct arena arena;
    arena_init(&arena, 100);
    cr_assert_not_null(arena.pb.alloc(arena.pb.allocator_data, 50));
    cr_assert_null(arena.pb.alloc(arena.pb.allocator_data, 100));
    cr_assert(arena.exhausted);
    arena_finish(&arena);
}

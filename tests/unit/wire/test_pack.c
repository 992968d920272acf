/* What wire_pack makes of messages: the bytes that protobuf-c makes of them, of every type of message there
 * is. */

#include "common/base/limits.h"
#include "tests/unit/wire/drawn.h"

#include "ccrag/v1/envelope.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"

#include <criterion/criterion.h>

static void check_same(const ProtobufCMessage *message, struct arena *arena)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *meant = arena_alloc(arena, size + 1);
    cr_assert_eq(protobuf_c_message_pack(message, meant), size);
    struct span packed = wire_pack(message, arena);
    cr_assert(span_equal(packed, span_of(meant, size)), "%s: %zu bytes, meant %zu", message->descriptor->name,
              packed.size, size);
}

enum { ROUNDS = 40 };

Test(pack, every_message_packs_as_protobuf_c_packs_it)
{
    struct arena arena;
    size_t count = 0;
    arena_init(&arena, SIZE_MAX);
    for (const ProtobufCMessageDescriptor *const *type = ccrag_messages; *type; type++, count++)
        for (unsigned round = 0; round < ROUNDS; round++) {
            arena_reset(&arena);
            check_same(drawn_message(*type, round % (DRAWN_DEPTH + 1), &arena), &arena);
        }
    cr_assert_gt(count, 100);
    arena_finish(&arena);
}

Test(pack, what_is_long_is_measured_first)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    for (size_t size = 16 * 1024 - 8; size < 16 * 1024 + 8; size++) {
        Google__Protobuf__FileDescriptorProto file = GOOGLE__PROTOBUF__FILE_DESCRIPTOR_PROTO__INIT;
        file.name = arena_alloc(&arena, size + 1);
        memset(file.name, 'a', size);
        check_same(&file.base, &arena);
    }
    arena_finish(&arena);
}

/* The lengths and tags of what lies in each other come last, one after the other. */
Test(pack, messages_in_messages_end_where_the_room_does)
{
    enum { INNER = 40 };
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    for (size_t size = 16 * 1024 - 300; size < 16 * 1024; size++) {
        Google__Protobuf__FileDescriptorProto file = GOOGLE__PROTOBUF__FILE_DESCRIPTOR_PROTO__INIT;
        Google__Protobuf__DescriptorProto inner[INNER], *pointers[INNER];
        arena_reset(&arena);
        for (size_t i = 0; i < INNER; i++) {
            google__protobuf__descriptor_proto__init(&inner[i]);
            pointers[i] = &inner[i];
            inner[i].n_nested_type = i + 1 < INNER;
            inner[i].nested_type = &pointers[i + 1];
        }
        file.n_message_type = 1;
        file.message_type = pointers;
        file.syntax = arena_alloc(&arena, size + 1);
        memset(file.syntax, 'a', size);
        check_same(&file.base, &arena);
    }
    arena_finish(&arena);
}

Test(pack, past_the_arenas_limit_there_is_nothing)
{
    struct arena arena;
    Google__Protobuf__FileDescriptorProto file = GOOGLE__PROTOBUF__FILE_DESCRIPTOR_PROTO__INIT;
    file.name = "a name";
    arena_init(&arena, 4);
    cr_assert_null(wire_pack(&file.base, &arena).data);
    cr_assert(arena.exhausted);
    arena_finish(&arena);
}

/* What wire_decode makes of packed bytes: the message that protobuf-c makes of them, of every type of message
 * there is. */

#include "tests/unit/wire/drawn.h"

#include "ccrag/v1/envelope.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"

#include <criterion/criterion.h>

#define BYTES(text) text, sizeof(text) - 1

enum { ROUNDS = 40 };

static struct span packed_again(const ProtobufCMessage *message, struct arena *arena)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = arena_alloc(arena, size + 1);
    cr_assert_eq(protobuf_c_message_pack(message, packed), size);
    return span_of(packed, size);
}

static void check_same(const ProtobufCMessageDescriptor *type, struct span packed, const char *what,
                       struct arena *arena)
{
    ProtobufCMessage *meant = protobuf_c_message_unpack(type, &arena->pb, packed.size, packed.data);
    ProtobufCMessage *message = wire_decode(type, packed, arena);
    cr_assert(meant && message && protobuf_c_message_check(message), "%s", what);
    cr_assert(span_equal(packed_again(message, arena), packed_again(meant, arena)), "%s", what);
}

Test(unpack, every_message_is_unpacked_as_protobuf_c_unpacks_it)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    for (const ProtobufCMessageDescriptor *const *type = ccrag_messages; *type; type++)
        for (unsigned round = 0; round < ROUNDS; round++) {
            arena_reset(&arena);
            struct span packed =
                packed_again(drawn_message(*type, round % (DRAWN_DEPTH + 1), &arena), &arena);
            check_same(*type, packed, (*type)->name, &arena);
        }
    arena_finish(&arena);
}

/* Of the first 200 bytes of a message any number may be there, and any byte may be another. */
Test(unpack, what_is_cut_or_changed_is_read_within_its_bytes_or_refused)
{
    enum { CHANGED = 200 };
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    for (const ProtobufCMessageDescriptor *const *type = ccrag_messages; *type; type++) {
        arena_reset(&arena);
        struct span packed = packed_again(drawn_message(*type, DRAWN_DEPTH, &arena), &arena);
        for (size_t at = 0; at < packed.size && at < CHANGED; at++) {
            uint8_t *copy = malloc(packed.size);
            memcpy(copy, packed.data, packed.size);
            wire_decode(*type, span_of(copy, at), &arena);
            copy[at] = (uint8_t)drawn();
            wire_decode(*type, span_of(copy, packed.size), &arena);
            free(copy);
        }
    }
    arena_finish(&arena);
}

/* FileDescriptorProto: name = 1 text, public_dependency = 10, list of int32. */
static const struct {
    const char *what, *bytes;
    size_t size;
} files[] = {
    {"nothing", BYTES("")},
    {"a text twice: the last counts", BYTES("\x0a\x01x\x0a\x02yz")},
    {"a list, packed", BYTES("\x52\x03\x01\x02\x03")},
    {"an empty list, packed", BYTES("\x52\x00")},
    {"a list, packed and not, with another field between",
     BYTES("\x52\x02\x01\x02\x0a\x01x\x50\x03\x52\x00\x52\x01\x04")},
    {"a number of ten bytes, of which 32 bits count",
     BYTES("\x50\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x50\x81\x80\x80\x80\x70")},
    {"fields that the type does not have", BYTES("\xf8\x3f\x05\x0a\x01x\xfa\x3f\x02hi\xfd\x3f"
                                                 "1234\xf9\x3f"
                                                 "12345678")},
};

Test(unpack, the_odd_forms_are_read_as_protobuf_c_reads_them)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        check_same(&google__protobuf__file_descriptor_proto__descriptor,
                   span_of(files[i].bytes, files[i].size), files[i].what, &arena);
    /* Envelope: request = 2 or response = 3. */
    check_same(&pb__envelope__descriptor, span_of("\x12\x02\x10\x05\x1a\x02\x10\x01", 8),
               "another of several", &arena);
    arena_finish(&arena);
}

static const struct {
    const char *what, *bytes;
    size_t size;
} refused[] = {
    {"a text that is a number", BYTES("\x08\x01")},
    {"a list that is of fixed width", BYTES("\x55"
                                            "1234")},
    {"a list of which the last element is cut", BYTES("\x52\x02\x01\x80")},
    {"a list of nothing but a cut element", BYTES("\x52\x01\x80")},
    {"a length past the end", BYTES("\x0a\x02x")},
    {"a cut tag", BYTES("\x80")},
    {"field 0", BYTES("\x00\x05")},
    {"a group", BYTES("\x0b\x0c")},
    {"a single message twice", BYTES("\x42\x00\x42\x00")},
};

Test(unpack, what_is_no_such_message_is_refused)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        cr_assert_null(wire_decode(&google__protobuf__file_descriptor_proto__descriptor,
                                   span_of(refused[i].bytes, refused[i].size), &arena),
                       "%s", refused[i].what);
    arena_finish(&arena);
}

Test(unpack, an_arena_that_is_too_small_is_exhausted)
{
    struct arena arena;
    arena_init(&arena, sizeof(Google__Protobuf__FileDescriptorProto) + 8);
    cr_assert_null(wire_decode(&google__protobuf__file_descriptor_proto__descriptor,
                               span_of("\x0a\x14"
                                       "abcdefghijklmnopqrst",
                                       22),
                               &arena));
    cr_assert(arena.exhausted);
    arena_finish(&arena);
}

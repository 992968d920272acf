/* What wire_pack makes of messages: the bytes that protobuf-c makes of them, of every type of message there
 * is. */

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include "ccrag/v1/envelope.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"

#include <criterion/criterion.h>

extern const ProtobufCMessageDescriptor *const ccrag_messages[];

enum { DEPTH = 3, ITEMS = 3, ROUNDS = 40, TEXT_BYTES = 40 };

static uint64_t state = 1;

static uint64_t drawn(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 24 ^ state << 40;
}

/* Of every length that a varint has. */
static uint64_t number(void)
{
    uint64_t value = drawn() >> drawn() % 64;
    return drawn() % 4 ? value : ~value;
}

static ProtobufCMessage *message_of(const ProtobufCMessageDescriptor *type, unsigned depth,
                                    struct arena *arena);

static void fill_value(const ProtobufCFieldDescriptor *field, void *value, unsigned depth,
                       struct arena *arena)
{
    uint64_t bits = number();
    size_t size = drawn() % 4 ? drawn() % TEXT_BYTES : drawn() % 300;
    char *text = arena_alloc(arena, size + 1);
    memset(text, 'a' + (int)(bits % 26), size);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        *(ProtobufCMessage **)value = depth ? message_of(field->descriptor, depth - 1, arena) : NULL;
    else if (field->type == PROTOBUF_C_TYPE_STRING)
        *(char **)value = text;
    else if (field->type == PROTOBUF_C_TYPE_BYTES)
        *(ProtobufCBinaryData *)value = (ProtobufCBinaryData){size, (uint8_t *)text};
    else if (field->type == PROTOBUF_C_TYPE_BOOL)
        *(protobuf_c_boolean *)value = bits & 1;
    else
        memcpy(value, &bits, wire_value_size(field->type));
}

static void fill_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, unsigned depth,
                       struct arena *arena)
{
    uint8_t *value = (uint8_t *)message + field->offset;
    void *quantifier = (uint8_t *)message + field->quantifier_offset;
    size_t count = field->type == PROTOBUF_C_TYPE_MESSAGE && !depth ? 0 : drawn() % (ITEMS + 1),
           size = wire_value_size(field->type);
    bool one_of = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        uint8_t *values = arena_alloc_array(arena, count, size);
        for (size_t i = 0; i < count; i++)
            fill_value(field, values + i * size, depth, arena);
        *(size_t *)quantifier = count;
        *(uint8_t **)value = values;
    } else if (field->label == PROTOBUF_C_LABEL_REQUIRED || drawn() % 3) {
        fill_value(field, value, depth, arena);
        if (one_of)
            *(uint32_t *)quantifier = field->id;
        else if (field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset)
            *(protobuf_c_boolean *)quantifier = true;
    }
}

static ProtobufCMessage *message_of(const ProtobufCMessageDescriptor *type, unsigned depth,
                                    struct arena *arena)
{
    ProtobufCMessage *message = arena_alloc(arena, type->sizeof_message);
    protobuf_c_message_init(type, message);
    for (unsigned i = 0; i < type->n_fields; i++)
        fill_field(message, &type->fields[i], depth, arena);
    if (drawn() % 4 == 0) {
        ProtobufCMessageUnknownField *unknown = arena_new(arena, ProtobufCMessageUnknownField);
        *unknown = (ProtobufCMessageUnknownField){
            .tag = 536870911, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1, .data = (uint8_t *)"x"};
        message->unknown_fields = unknown;
        message->n_unknown_fields = 1;
    }
    return message;
}

static void check_same(const ProtobufCMessage *message, struct arena *arena)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *meant = arena_alloc(arena, size + 1);
    cr_assert_eq(protobuf_c_message_pack(message, meant), size);
    struct span packed = wire_pack(message, arena);
    cr_assert(span_equal(packed, span_of(meant, size)), "%s: %zu bytes, meant %zu", message->descriptor->name,
              packed.size, size);
}

Test(pack, every_message_packs_as_protobuf_c_packs_it)
{
    struct arena arena;
    size_t count = 0;
    arena_init(&arena, SIZE_MAX);
    for (const ProtobufCMessageDescriptor *const *type = ccrag_messages; *type; type++, count++)
        for (unsigned round = 0; round < ROUNDS; round++) {
            arena_reset(&arena);
            check_same(message_of(*type, round % (DEPTH + 1), &arena), &arena);
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

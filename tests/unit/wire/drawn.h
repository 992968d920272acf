#pragma once
/* Messages of every type there is, drawn at random. */

#include "common/wire/wire.h"

extern const ProtobufCMessageDescriptor *const ccrag_messages[];

enum { DRAWN_DEPTH = 3, DRAWN_ITEMS = 3, DRAWN_TEXT_BYTES = 40 };

static uint64_t drawn_state = 1;

static uint64_t drawn(void)
{
    drawn_state = drawn_state * 6364136223846793005u + 1442695040888963407u;
    return drawn_state >> 24 ^ drawn_state << 40;
}

/* Of every length that a varint has. */
static uint64_t drawn_number(void)
{
    uint64_t value = drawn() >> drawn() % 64;
    return drawn() % 4 ? value : ~value;
}

static ProtobufCMessage *drawn_message(const ProtobufCMessageDescriptor *type, unsigned depth,
                                       struct arena *arena);

static void drawn_value(const ProtobufCFieldDescriptor *field, void *value, unsigned depth,
                        struct arena *arena)
{
    uint64_t bits = drawn_number();
    size_t size = drawn() % 4 ? drawn() % DRAWN_TEXT_BYTES : drawn() % 300;
    char *text = arena_alloc(arena, size + 1);
    memset(text, 'a' + (int)(bits % 26), size);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        *(ProtobufCMessage **)value = depth ? drawn_message(field->descriptor, depth - 1, arena) : NULL;
    else if (field->type == PROTOBUF_C_TYPE_STRING)
        *(char **)value = text;
    else if (field->type == PROTOBUF_C_TYPE_BYTES)
        *(ProtobufCBinaryData *)value = (ProtobufCBinaryData){size, (uint8_t *)text};
    else if (field->type == PROTOBUF_C_TYPE_BOOL)
        *(protobuf_c_boolean *)value = bits & 1;
    else
        memcpy(value, &bits, wire_value_size(field->type));
}

static void drawn_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, unsigned depth,
                        struct arena *arena)
{
    uint8_t *value = (uint8_t *)message + field->offset;
    void *quantifier = (uint8_t *)message + field->quantifier_offset;
    size_t count = field->type == PROTOBUF_C_TYPE_MESSAGE && !depth ? 0 : drawn() % (DRAWN_ITEMS + 1),
           size = wire_value_size(field->type);
    bool one_of = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        uint8_t *values = arena_alloc_array(arena, count, size);
        for (size_t i = 0; i < count; i++)
            drawn_value(field, values + i * size, depth, arena);
        *(size_t *)quantifier = count;
        *(uint8_t **)value = values;
    } else if (field->label == PROTOBUF_C_LABEL_REQUIRED || drawn() % 3) {
        drawn_value(field, value, depth, arena);
        if (one_of)
            *(uint32_t *)quantifier = field->id;
        else if (field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset)
            *(protobuf_c_boolean *)quantifier = true;
    }
}

static ProtobufCMessage *drawn_message(const ProtobufCMessageDescriptor *type, unsigned depth,
                                       struct arena *arena)
{
    ProtobufCMessage *message = arena_alloc(arena, type->sizeof_message);
    protobuf_c_message_init(type, message);
    for (unsigned i = 0; i < type->n_fields; i++)
        drawn_field(message, &type->fields[i], depth, arena);
    if (drawn() % 4 == 0) {
        ProtobufCMessageUnknownField *unknown = arena_new(arena, ProtobufCMessageUnknownField);
        *unknown = (ProtobufCMessageUnknownField){
            .tag = 536870911, .wire_type = PROTOBUF_C_WIRE_TYPE_VARINT, .len = 1, .data = (uint8_t *)"x"};
        message->unknown_fields = unknown;
        message->n_unknown_fields = 1;
    }
    return message;
}

/* What the scan has found sound, put into a message: a stranger's bytes are walked once, to be checked and to
 * be read. In: fields one by one, as they stand on the wire. Out: the message that protobuf-c would make of
 * them. It checks nothing: numbers, lengths, types and texts are as the scan says they must be. */

#include "common/wire/unpack.h"

#include "common/wire/wire.h"

enum { ITEMS_FIRST = 4 };

ProtobufCMessage *unpack_begin(const ProtobufCMessageDescriptor *type, struct arena *arena)
{
    ProtobufCMessage *message = arena_alloc(arena, type->sizeof_message);
    if (message)
        protobuf_c_message_init(type, message);
    return message;
}

static bool put_copy(struct span bytes, size_t more, struct arena *arena, uint8_t **ret_copy)
{
    uint8_t *copy = arena_alloc(arena, bytes.size + more);
    if (!copy)
        return false;
    if (bytes.size)
        memcpy(copy, bytes.data, bytes.size);
    *ret_copy = copy;
    return true;
}

static bool put_value(void *value, ProtobufCType type, const struct unpack_value *given, struct arena *arena)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SINT32: {
        uint32_t bits = (uint32_t)given->number;
        *(uint32_t *)value = (bits >> 1) ^ -(bits & 1);
        return true;
    }
    case PROTOBUF_C_TYPE_SINT64:
        *(uint64_t *)value = (given->number >> 1) ^ -(given->number & 1);
        return true;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        *(uint32_t *)value = (uint32_t)given->number;
        return true;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        *(uint64_t *)value = given->number;
        return true;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)value = given->number != 0;
        return true;
    case PROTOBUF_C_TYPE_STRING:
        return put_copy(given->bytes, 1, arena, (uint8_t **)value);
    case PROTOBUF_C_TYPE_BYTES: {
        ProtobufCBinaryData *data = value;
        *data = (ProtobufCBinaryData){.len = given->bytes.size};
        return !data->len || put_copy(given->bytes, 0, arena, &data->data);
    }
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)value = given->message;
        return true;
    }
    return false;
}

/* A list has room for a power of two, ITEMS_FIRST at least; so its length says what room it has. */
static uint8_t *items_more(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                           struct arena *arena)
{
    uint8_t **items = (uint8_t **)((uint8_t *)message + field->offset);
    size_t *count = (size_t *)((uint8_t *)message + field->quantifier_offset),
           size = wire_value_size(field->type);
    bool full = *count == 0 || (*count >= ITEMS_FIRST && (*count & (*count - 1)) == 0);
    if (full) {
        uint8_t *longer = arena_alloc_array(arena, *count ? 2 * *count : ITEMS_FIRST, size);
        if (!longer)
            return NULL;
        if (*count)
            memcpy(longer, *items, *count * size);
        *items = longer;
    }
    return *items + (*count)++ * size;
}

/* Another member of the same oneof that came before is forgotten. */
static void choose(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    uint32_t *chosen = (uint32_t *)((uint8_t *)message + field->quantifier_offset);
    const ProtobufCFieldDescriptor *before =
        *chosen ? protobuf_c_message_descriptor_get_field(message->descriptor, *chosen) : NULL;
    if (before)
        memset((uint8_t *)message + before->offset, 0, wire_value_size(before->type));
    *chosen = field->id;
}

bool unpack_put(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                const struct unpack_value *value, struct arena *arena)
{
    uint8_t *at = (uint8_t *)message + field->offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        at = items_more(message, field, arena);
    else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        choose(message, field);
    else if (field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset)
        *(protobuf_c_boolean *)((uint8_t *)message + field->quantifier_offset) = true;
    return at && put_value(at, field->type, value, arena);
}

bool unpack_unknown(ProtobufCMessage *message, uint32_t number, unsigned wire_type, struct span bytes,
                    struct arena *arena)
{
    unsigned count = message->n_unknown_fields;
    if (count == 0 || (count >= ITEMS_FIRST && (count & (count - 1)) == 0)) {
        ProtobufCMessageUnknownField *longer =
            arena_array(arena, ProtobufCMessageUnknownField, count ? 2 * (size_t)count : ITEMS_FIRST);
        if (!longer)
            return false;
        if (count)
            memcpy(longer, message->unknown_fields, count * sizeof *longer);
        message->unknown_fields = longer;
    }
    ProtobufCMessageUnknownField *unknown = &message->unknown_fields[count];
    *unknown = (ProtobufCMessageUnknownField){
        .tag = number, .wire_type = (ProtobufCWireType)wire_type, .len = bytes.size};
    if (!put_copy(bytes, 0, arena, &unknown->data))
        return false;
    message->n_unknown_fields++;
    return true;
}

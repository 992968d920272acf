/* Packs messages in one pass, back to front: what a message holds is written before its length, so nothing is
 * measured first. protobuf-c measures every message, and then walks it again to pack it: that was a third of
 * what answering a search took. In: messages. Out: the same bytes, to the last, as protobuf-c's. */

#include "common/wire/wire.h"

enum {
    AT_ONCE_BYTES = 16 * 1024, /* a longer message is measured first */
    SLACK_BYTES = 32,          /* of the room, for what is not measured: a number or a length, and a tag */
};

/* Functions take the first byte of the room and the one before which they write, and return the first that
 * they wrote; NULL: there is no room. (Kept in a struct, both would be read again after every byte: bytes may
 * be anything's.) */

static uint8_t *put_message(uint8_t *begin, uint8_t *at, const ProtobufCMessage *message);

static inline bool has_room(const uint8_t *begin, const uint8_t *at, size_t size)
{
    return (size_t)(at - begin) >= size + SLACK_BYTES;
}

static inline uint8_t *put_varint(uint8_t *at, uint64_t value)
{
    if (value < 0x80) {
        *--at = (uint8_t)value;
        return at;
    }
    at -= (70 - __builtin_clzll(value)) / 7;
    uint8_t *out = at;
    for (; value >= 0x80; value >>= 7)
        *out++ = (uint8_t)(value | 0x80);
    *out = (uint8_t)value;
    return at;
}

static inline uint8_t *put_tag(uint8_t *at, uint32_t id, ProtobufCWireType type)
{
    return put_varint(at, (uint64_t)id << 3 | type);
}

static inline uint64_t zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static inline uint8_t *put_bytes(uint8_t *begin, uint8_t *at, const void *data, size_t size)
{
    if (!has_room(begin, at, size))
        return NULL;
    at -= size;
    if (size)
        memcpy(at, data, size);
    return at;
}

/* With its length before it. */
static inline uint8_t *put_text(uint8_t *begin, uint8_t *at, const void *data, size_t size)
{
    at = put_bytes(begin, at, data, size);
    return at ? put_varint(at, size) : NULL;
}

static inline uint8_t *put_nested(uint8_t *begin, uint8_t *at, const ProtobufCMessage *message)
{
    uint8_t *first = message ? put_message(begin, at, message) : at;
    return first && has_room(begin, first, 0) ? put_varint(first, (uint64_t)(at - first)) : NULL;
}

/* What a number is on the wire: as a varint, or (fixed) its bytes as they lie in memory. Every machine that
 * this is for is little-endian. */
struct number {
    uint64_t value;
    ProtobufCWireType type;
};

static inline struct number number_of(ProtobufCType type, const void *value)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        return (struct number){(uint64_t) * (const int32_t *)value, PROTOBUF_C_WIRE_TYPE_VARINT};
    case PROTOBUF_C_TYPE_UINT32:
        return (struct number){*(const uint32_t *)value, PROTOBUF_C_WIRE_TYPE_VARINT};
    case PROTOBUF_C_TYPE_SINT32:
        return (struct number){zigzag(*(const int32_t *)value), PROTOBUF_C_WIRE_TYPE_VARINT};
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        return (struct number){*(const uint64_t *)value, PROTOBUF_C_WIRE_TYPE_VARINT};
    case PROTOBUF_C_TYPE_SINT64:
        return (struct number){zigzag(*(const int64_t *)value), PROTOBUF_C_WIRE_TYPE_VARINT};
    case PROTOBUF_C_TYPE_BOOL:
        return (struct number){*(const protobuf_c_boolean *)value != 0, PROTOBUF_C_WIRE_TYPE_VARINT};
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return (struct number){*(const uint32_t *)value, PROTOBUF_C_WIRE_TYPE_32BIT};
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return (struct number){*(const uint64_t *)value, PROTOBUF_C_WIRE_TYPE_64BIT};
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return (struct number){0, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED};
}

static inline uint8_t *put_number(uint8_t *begin, uint8_t *at, struct number number)
{
    if (!has_room(begin, at, 0))
        return NULL;
    if (number.type == PROTOBUF_C_WIRE_TYPE_VARINT)
        return put_varint(at, number.value);
    size_t size = number.type == PROTOBUF_C_WIRE_TYPE_32BIT ? 4 : 8;
    return memcpy(at - size, &number.value, size);
}

static inline uint8_t *put_tagged_text(uint8_t *begin, uint8_t *at, uint32_t id, const void *data,
                                       size_t size)
{
    at = put_text(begin, at, data, size);
    return at ? put_tag(at, id, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) : NULL;
}

/* One value, without its tag. */
static uint8_t *put_value(uint8_t *begin, uint8_t *at, ProtobufCType type, const void *value)
{
    if (type == PROTOBUF_C_TYPE_MESSAGE)
        return put_nested(begin, at, *(const ProtobufCMessage *const *)value);
    if (type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)value;
        return put_text(begin, at, text, text ? strlen(text) : 0);
    }
    if (type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *bytes = value;
        return put_text(begin, at, bytes->data, bytes->len);
    }
    return put_number(begin, at, number_of(type, value));
}

static uint8_t *put_field(uint8_t *begin, uint8_t *at, const ProtobufCFieldDescriptor *field,
                          const void *value)
{
    at = put_value(begin, at, field->type, value);
    return at ? put_tag(at, field->id, number_of(field->type, value).type) : NULL;
}

/* A float's zero may have a sign, and is none the less the default. */
static inline bool is_zero(ProtobufCType type, uint64_t value)
{
    bool is_float = type == PROTOBUF_C_TYPE_FLOAT, is_double = type == PROTOBUF_C_TYPE_DOUBLE;
    return !value || (is_float && value == UINT64_C(1) << 31) || (is_double && value == UINT64_C(1) << 63);
}

/* Of a number without presence that is not a plain varint. */
static uint8_t *put_other_number(uint8_t *begin, uint8_t *at, const ProtobufCFieldDescriptor *field,
                                 const void *value)
{
    struct number number = number_of(field->type, value);
    if (is_zero(field->type, number.value))
        return at;
    at = put_number(begin, at, number);
    return at ? put_tag(at, field->id, number.type) : NULL;
}

/* Of a field without presence: the default is not sent. Most fields are such, and what most of them hold is
 * put here at once. */
static inline uint8_t *put_plain(uint8_t *begin, uint8_t *at, const ProtobufCFieldDescriptor *field,
                                 const void *value)
{
    uint64_t number = 0;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)value;
        return text && *text ? put_tagged_text(begin, at, field->id, text, strlen(text)) : at;
    }
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *bytes = value;
        return bytes->len && bytes->data ? put_tagged_text(begin, at, field->id, bytes->data, bytes->len)
                                         : at;
    }
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(const void *const *)value ? put_field(begin, at, field, value) : at;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        number = (uint64_t) * (const int32_t *)value;
        break;
    case PROTOBUF_C_TYPE_UINT32:
        number = *(const uint32_t *)value;
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        number = *(const uint64_t *)value;
        break;
    case PROTOBUF_C_TYPE_BOOL:
        number = *(const protobuf_c_boolean *)value != 0;
        break;
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return put_other_number(begin, at, field, value);
    }
    if (!number)
        return at;
    return has_room(begin, at, 0) ? put_tag(put_varint(at, number), field->id, PROTOBUF_C_WIRE_TYPE_VARINT)
                                  : NULL;
}

/* Of one with presence, or in a oneof. */
static bool is_there(const ProtobufCFieldDescriptor *field, const void *value, const void *quantifier)
{
    bool one_of = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
    if (one_of && *(const uint32_t *)quantifier != field->id)
        return false;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_STRING) {
        const void *pointer = *(const void *const *)value;
        return pointer && pointer != field->default_value;
    }
    return one_of || *(const protobuf_c_boolean *)quantifier;
}

static uint8_t *put_repeated(uint8_t *begin, uint8_t *at, const ProtobufCFieldDescriptor *field,
                             const uint8_t *values, size_t count)
{
    size_t size = wire_value_size(field->type);
    const uint8_t *end = at;
    if (!count)
        return at;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *const *messages = (const ProtobufCMessage *const *)(const void *)values;
        while (count-- > 0 && at) {
            at = put_nested(begin, at, messages[count]);
            at = at ? put_tag(at, field->id, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) : NULL;
        }
        return at;
    }
    if (!(field->flags & PROTOBUF_C_FIELD_FLAG_PACKED)) {
        while (count-- > 0 && at)
            at = put_field(begin, at, field, values + count * size);
        return at;
    }
    while (count-- > 0 && at)
        at = put_value(begin, at, field->type, values + count * size);
    if (!at || !has_room(begin, at, 0))
        return NULL;
    return put_tag(put_varint(at, (uint64_t)(end - at)), field->id, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED);
}

static uint8_t *put_unknown(uint8_t *begin, uint8_t *at, const ProtobufCMessage *message)
{
    for (unsigned i = message->n_unknown_fields; i-- > 0 && at;) {
        const ProtobufCMessageUnknownField *unknown = &message->unknown_fields[i];
        at = put_bytes(begin, at, unknown->data, unknown->len);
        at = at ? put_tag(at, unknown->tag, unknown->wire_type) : NULL;
    }
    return at;
}

static uint8_t *put_message(uint8_t *begin, uint8_t *at, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *fields = message->descriptor->fields;
    at = put_unknown(begin, at, message);
    for (unsigned i = message->descriptor->n_fields; i-- > 0 && at;) {
        const ProtobufCFieldDescriptor *field = &fields[i];
        const uint8_t *value = (const uint8_t *)message + field->offset;
        const uint8_t *quantifier = (const uint8_t *)message + field->quantifier_offset;
        if (field->label == PROTOBUF_C_LABEL_NONE && !(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
            at = put_plain(begin, at, field, value);
        else if (field->label == PROTOBUF_C_LABEL_REPEATED)
            at = put_repeated(begin, at, field, *(const uint8_t *const *)value, *(const size_t *)quantifier);
        else if (field->label == PROTOBUF_C_LABEL_REQUIRED || is_there(field, value, quantifier))
            at = put_field(begin, at, field, value);
    }
    return at;
}

static struct span pack_long(const ProtobufCMessage *message, struct arena *arena)
{
    size_t size = protobuf_c_message_get_packed_size(message), room = size + SLACK_BYTES;
    uint8_t *data = arena_room(arena, room), *at = data ? put_message(data, data + room, message) : NULL;
    return span_of(at, at ? size : 0);
}

struct span wire_pack_within(const ProtobufCMessage *message, uint8_t *room, size_t size)
{
    uint8_t *end = room + size, *at = put_message(room, end, message);
    return at ? span_of(at, (size_t)(end - at)) : span_of(NULL, 0);
}

struct span wire_pack(const ProtobufCMessage *message, struct arena *arena)
{
    uint8_t room[AT_ONCE_BYTES];
    struct span packed = wire_pack_within(message, room, sizeof room);
    if (!packed.data)
        return pack_long(message, arena);
    uint8_t *data = arena_room(arena, packed.size ? packed.size : 1);
    return data ? span_of(memcpy(data, packed.data, packed.size), packed.size) : span_of(NULL, 0);
}

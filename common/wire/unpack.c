/* Unpacks messages in one pass. protobuf-c first lists the fields of a message, and takes from the list what
 * it puts in place: with that, reading a stored record cost more than opening its seal.
 *
 * In: packed bytes. Out: the same message, to the last byte of it, as protobuf-c's, in an arena; fields that
 * the type does not have are kept as there. But a single message that is given twice, which protobuf-c merges
 * and the pre-scan refuses, is refused. */

#include "common/wire/wire.h"

#include <assert.h>

enum { VARINT_BYTES_MAX = 10 };
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "numbers of fixed width stand in memory as on the wire");

/* What is left of a message. */
struct packed {
    const uint8_t *at, *end;
};

/* One field. `whole` to `end` are its bytes behind the tag; those of a text, of bytes and of a message begin
 * at `value`, behind their length. */
struct part {
    uint32_t id;
    ProtobufCWireType wire;
    const uint8_t *whole, *value, *end;
    uint64_t number; /* of a varint */
    bool is_zero;    /* likewise: all its bits are, those past the 64th too */
};

static inline bool take_varint(struct packed *left, uint64_t *ret_number, bool *ret_zero)
{
    uint64_t number = 0;
    if (left->at < left->end && *left->at < 0x80) { /* most have one byte */
        *ret_number = *left->at++;
        *ret_zero = *ret_number == 0;
        return true;
    }
    uint8_t any = 0;
    for (unsigned i = 0; i < VARINT_BYTES_MAX && left->at < left->end; i++) {
        uint8_t byte = *left->at++;
        number |= (uint64_t)(byte & 0x7f) << 7 * i;
        any |= byte & 0x7f;
        if (byte < 0x80) {
            *ret_number = number;
            *ret_zero = any == 0;
            return true;
        }
    }
    return false;
}

/* False: it is not whole, or of a wire type that nobody writes. */
static bool take_part(struct packed *left, struct part *ret_part)
{
    uint64_t tag, size;
    bool ignored;
    if (!take_varint(left, &tag, &ignored) || tag >> 3 == 0 || tag >> 32)
        return false;
    ret_part->id = (uint32_t)(tag >> 3);
    ret_part->wire = tag & 7;
    ret_part->whole = ret_part->value = left->at;
    switch (ret_part->wire) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        if (!take_varint(left, &ret_part->number, &ret_part->is_zero))
            return false;
        ret_part->end = left->at;
        return true;
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        size = 8;
        break;
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        size = 4;
        break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        if (!take_varint(left, &size, &ignored))
            return false;
        ret_part->value = left->at;
        break;
    default:
        return false;
    }
    if (size > (size_t)(left->end - left->at))
        return false;
    left->at += size;
    ret_part->end = left->at;
    return true;
}

/* --- single values ----------------------------------------------------------------------------------- */

static int64_t unzigzag(uint64_t number)
{
    return (int64_t)(number >> 1) ^ -(int64_t)(number & 1);
}

static void put_32(void *out, uint64_t number)
{
    uint32_t value = (uint32_t)number;
    memcpy(out, &value, sizeof value);
}

/* A number from a varint. */
static void put_number(ProtobufCType type, const struct part *part, void *out)
{
    uint64_t number = part->number;
    switch (type) {
    case PROTOBUF_C_TYPE_SINT32: /* of which the upper half is cut off first */
        put_32(out, (uint64_t)unzigzag((uint32_t)number));
        break;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        put_32(out, number);
        break;
    case PROTOBUF_C_TYPE_SINT64:
        number = (uint64_t)unzigzag(number);
        memcpy(out, &number, sizeof number);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        memcpy(out, &number, sizeof number);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)out = !part->is_zero;
        break;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
}

static ProtobufCWireType wire_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
        return PROTOBUF_C_WIRE_TYPE_VARINT;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return PROTOBUF_C_WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    }
    return PROTOBUF_C_WIRE_TYPE_VARINT;
}

static bool put_bytes(const struct part *part, ProtobufCBinaryData *out, struct arena *arena)
{
    size_t size = (size_t)(part->end - part->value);
    uint8_t *copy = size ? arena_room(arena, size) : NULL;
    if (size && !copy)
        return false;
    if (size)
        memcpy(copy, part->value, size);
    *out = (ProtobufCBinaryData){size, copy};
    return true;
}

static bool put_text(const struct part *part, char **out, struct arena *arena)
{
    size_t size = (size_t)(part->end - part->value);
    char *copy = arena_room(arena, size + 1);
    if (!copy)
        return false;
    memcpy(copy, part->value, size);
    copy[size] = '\0';
    *out = copy;
    return true;
}

static bool put_value(const ProtobufCFieldDescriptor *field, const struct part *part, void *out,
                      struct arena *arena)
{
    if (part->wire != wire_of(field->type))
        return false;
    if (part->wire == PROTOBUF_C_WIRE_TYPE_VARINT) {
        put_number(field->type, part, out);
        return true;
    }
    if (part->wire != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
        memcpy(out, part->value, (size_t)(part->end - part->value));
        return true;
    }
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return put_text(part, out, arena);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return put_bytes(part, out, arena);
    ProtobufCMessage **below = out;
    if (*below)
        return false;
    *below = wire_decode(field->descriptor, span_of(part->value, (size_t)(part->end - part->value)), arena);
    return *below != NULL;
}

/* --- lists ------------------------------------------------------------------------------------------- */

static bool is_packed(const ProtobufCFieldDescriptor *field, const struct part *part)
{
    return part->wire == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED &&
           wire_of(field->type) != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
}

/* How many elements it has; those of a packed list of varints end where a byte is below 0x80. */
static size_t elements_of(const ProtobufCFieldDescriptor *field, const struct part *part)
{
    size_t bytes = (size_t)(part->end - part->value), count = 0;
    if (!is_packed(field, part))
        return 1;
    if (wire_of(field->type) != PROTOBUF_C_WIRE_TYPE_VARINT)
        return bytes / wire_value_size(field->type);
    for (const uint8_t *at = part->value; at < part->end; at++)
        count += *at < 0x80;
    return count;
}

/* All elements that the list is given, in this part and what is left behind it. */
static size_t elements_left(const ProtobufCFieldDescriptor *field, struct part part, struct packed left)
{
    size_t count = elements_of(field, &part);
    while (left.at < left.end && take_part(&left, &part))
        if (part.id == field->id)
            count += elements_of(field, &part);
    return count;
}

static bool put_packed(const ProtobufCFieldDescriptor *field, const struct part *part, uint8_t *out,
                       size_t size)
{
    struct packed left = {part->value, part->end};
    if (wire_of(field->type) != PROTOBUF_C_WIRE_TYPE_VARINT) {
        size_t bytes = (size_t)(part->end - part->value);
        if (bytes % size == 0)
            memcpy(out, part->value, bytes);
        return bytes % size == 0;
    }
    for (; left.at < left.end; out += size) {
        struct part element;
        if (!take_varint(&left, &element.number, &element.is_zero))
            return false;
        put_number(field->type, &element, out);
    }
    return true;
}

static bool put_listed(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                       const struct part *part, struct packed left, struct arena *arena)
{
    uint8_t *base = (uint8_t *)message;
    size_t *count = (void *)(base + field->quantifier_offset), size = wire_value_size(field->type);
    uint8_t **list = (void *)(base + field->offset);
    size_t more = elements_of(field, part);
    if (more == 0)
        return part->value == part->end;
    if (*count == 0)
        *list = arena_alloc_array(arena, elements_left(field, *part, left), size);
    if (!*list)
        return false;
    uint8_t *out = *list + *count * size;
    *count += more;
    return is_packed(field, part) ? put_packed(field, part, out, size) : put_value(field, part, out, arena);
}

/* --- messages ---------------------------------------------------------------------------------------- */

/* Most messages number their fields from 1 without a gap. */
static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, uint32_t id)
{
    if (id <= type->n_fields && type->fields[id - 1].id == id)
        return &type->fields[id - 1];
    return protobuf_c_message_descriptor_get_field(type, id);
}

/* Another one of several was given before: the last one counts. */
static void forget_other(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, uint32_t which)
{
    const ProtobufCFieldDescriptor *other =
        which && which != field->id ? field_of(message->descriptor, which) : NULL;
    if (other)
        memset((uint8_t *)message + other->offset, 0, wire_value_size(other->type));
}

static bool put_part(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                     const struct part *part, struct packed left, struct arena *arena)
{
    uint8_t *base = (uint8_t *)message;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return put_listed(message, field, part, left, arena);
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
        uint32_t *which = (void *)(base + field->quantifier_offset);
        forget_other(message, field, *which);
        *which = field->id;
    } else if (field->label != PROTOBUF_C_LABEL_REQUIRED && field->quantifier_offset) {
        *(protobuf_c_boolean *)(base + field->quantifier_offset) = true;
    }
    return put_value(field, part, base + field->offset, arena);
}

/* Each is kept as it stands behind its tag. */
static bool keep_unknown(ProtobufCMessage *message, const struct part *part, struct packed left,
                         struct arena *arena)
{
    if (message->n_unknown_fields == 0) {
        size_t most = 1;
        struct part next;
        while (left.at < left.end && take_part(&left, &next))
            most += field_of(message->descriptor, next.id) == NULL;
        message->unknown_fields = arena_array(arena, ProtobufCMessageUnknownField, most);
    }
    size_t size = (size_t)(part->end - part->whole);
    uint8_t *copy = message->unknown_fields ? arena_room(arena, size) : NULL;
    if (!copy)
        return false;
    memcpy(copy, part->whole, size);
    message->unknown_fields[message->n_unknown_fields++] =
        (ProtobufCMessageUnknownField){.tag = part->id, .wire_type = part->wire, .len = size, .data = copy};
    return true;
}

ProtobufCMessage *wire_decode(const ProtobufCMessageDescriptor *type, struct span packed, struct arena *arena)
{
    ProtobufCMessage *message = arena_room(arena, type->sizeof_message);
    struct packed left = {packed.data, packed.size ? packed.data + packed.size : packed.data};
    if (!message)
        return NULL;
    protobuf_c_message_init(type, message);
    while (left.at < left.end) {
        struct part part;
        if (!take_part(&left, &part))
            return NULL;
        const ProtobufCFieldDescriptor *field = field_of(type, part.id);
        if (field ? !put_part(message, field, &part, left, arena)
                  : !keep_unknown(message, &part, left, arena))
            return NULL;
    }
    return message;
}

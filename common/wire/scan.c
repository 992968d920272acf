/* The pre-scan: what a stranger's bytes must satisfy before protobuf-c decodes them.
 *
 * In: a message type and packed bytes. Out: yes, or which field breaks which bound. protobuf-c itself
 * recurses without a limit, cuts strings at NUL and lets bad UTF-8 pass. The scan allocates nothing and reads
 * each byte once, but for the refusal's path. Fields that the type does not have are allowed (a newer sender)
 * as long as they are whole; a known field of the wrong wire type is refused, since protobuf-c would refuse
 * the whole message for it. */

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include <stdio.h>

enum wire_type {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_BYTES = 2,
    WIRE_GROUP = 3,
    WIRE_GROUP_END = 4,
    WIRE_FIXED32 = 5
};

enum { VARINT_BYTES_MAX = 10, TAG_BYTES_MAX = 5, FIELD_NUMBER_MAX = (1 << 29) - 1, SEEN_FIELDS_MAX = 256 };

struct scan {
    unsigned fields; /* seen so far, over all levels, elements of packed fields included */
    const char *problem;
    char path[FAULT_FIELD_BYTES];
};

/* One field as it stands on the wire. */
struct raw_field {
    uint32_t number;
    unsigned wire_type;
    struct span value; /* of WIRE_BYTES without its length; else the value's bytes */
};

static bool fail(struct scan *scan, const char *problem)
{
    scan->problem = problem;
    return false;
}

/* False: not a whole varint of at most `most` bytes. */
static bool take_varint(struct span *left, size_t most, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (left->size > 0 && left->data[0] < 0x80) { /* most have one byte */
        *ret_value = left->data[0];
        *left = span_of(left->data + 1, left->size - 1);
        return true;
    }
    for (size_t i = 0; i < left->size && i < most; i++) {
        value |= (uint64_t)(left->data[i] & 0x7f) << (7 * i);
        if (left->data[i] < 0x80) {
            *left = span_of(left->data + i + 1, left->size - i - 1);
            *ret_value = value;
            return true;
        }
    }
    return false;
}

static bool take_bytes(struct span *left, uint64_t size, struct span *ret_bytes)
{
    if (size > left->size)
        return false;
    *ret_bytes = span_of(left->data, (size_t)size);
    *left = span_of(left->data + size, left->size - (size_t)size);
    return true;
}

static bool take_field(struct scan *scan, struct span *left, struct raw_field *ret_field)
{
    uint64_t tag, value;
    struct raw_field field;
    if (!take_varint(left, TAG_BYTES_MAX, &tag))
        return fail(scan, "a tag is cut off or too long");
    field.wire_type = tag & 7;
    if (tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX)
        return fail(scan, "a field number is out of range");
    field.number = (uint32_t)(tag >> 3);
    const uint8_t *begin = left->data;
    switch (field.wire_type) {
    case WIRE_VARINT:
        if (!take_varint(left, VARINT_BYTES_MAX, &value))
            return fail(scan, "a number is cut off or too long");
        field.value = span_of(begin, (size_t)(left->data - begin));
        break;
    case WIRE_FIXED64:
        if (!take_bytes(left, 8, &field.value))
            return fail(scan, "a number is cut off");
        break;
    case WIRE_FIXED32:
        if (!take_bytes(left, 4, &field.value))
            return fail(scan, "a number is cut off");
        break;
    case WIRE_BYTES:
        if (!take_varint(left, VARINT_BYTES_MAX, &value) || !take_bytes(left, value, &field.value))
            return fail(scan, "a length is past the end of the message");
        break;
    default:
        return fail(scan, "it has a group or an unknown wire type");
    }
    *ret_field = field;
    return true;
}

/* The wire type of a single value of this field. */
static unsigned wire_type_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return WIRE_VARINT;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return WIRE_FIXED32;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return WIRE_FIXED64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_BYTES;
    }
    return WIRE_GROUP;
}

static bool count_fields(struct scan *scan, size_t more)
{
    if (more > (size_t)MESSAGE_FIELDS_MAX - scan->fields)
        return fail(scan, "the message has too many fields");
    scan->fields += (unsigned)more;
    return true;
}

static bool scan_packed(struct scan *scan, unsigned element, struct span values)
{
    if (element == WIRE_FIXED32 || element == WIRE_FIXED64) {
        size_t width = element == WIRE_FIXED32 ? 4 : 8;
        if (values.size % width != 0)
            return fail(scan, "a list of numbers is cut off");
        return count_fields(scan, values.size / width);
    }
    uint64_t ignored;
    while (values.size > 0) {
        if (!take_varint(&values, VARINT_BYTES_MAX, &ignored))
            return fail(scan, "a list of numbers is cut off");
        if (!count_fields(scan, 1))
            return false;
    }
    return true;
}

static bool scan_text(struct scan *scan, struct span text)
{
    if (text.size > TEXT_BYTES_MAX)
        return fail(scan, "a text is too long");
    if (!span_is_text(text))
        return fail(scan, "a text is not UTF-8 or has a NUL in it");
    return true;
}

static bool scan_message(struct scan *scan, const ProtobufCMessageDescriptor *type, struct span packed,
                         unsigned depth);

static bool scan_value(struct scan *scan, const ProtobufCFieldDescriptor *field, const struct raw_field *raw,
                       unsigned depth)
{
    unsigned wanted = wire_type_of(field->type);
    if (raw->wire_type == WIRE_BYTES && wanted != WIRE_BYTES && field->label == PROTOBUF_C_LABEL_REPEATED)
        return scan_packed(scan, wanted, raw->value);
    if (raw->wire_type != wanted)
        return fail(scan, "the field has the wrong wire type");
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return scan_text(scan, raw->value);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return scan_message(scan, field->descriptor, raw->value, depth + 1);
    return true;
}

/* Which element of a repeated field it is: counted again, for the refusal only. */
static unsigned element_index(struct span packed, struct span up_to, const ProtobufCFieldDescriptor *field)
{
    struct scan ignored = {0};
    struct raw_field raw;
    unsigned index = 0;
    while (packed.size > up_to.size && take_field(&ignored, &packed, &raw) && packed.size > up_to.size)
        index += raw.number == field->id;
    return index;
}

/* Puts the name of a level in front of the path below it. */
static void prefix_path(struct scan *scan, const ProtobufCFieldDescriptor *field, unsigned index)
{
    char below[FAULT_FIELD_BYTES], name[FAULT_FIELD_BYTES];
    memcpy(below, scan->path, sizeof(below));
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        snprintf(name, sizeof(name), "%s[%u]", field->name, index);
    else
        snprintf(name, sizeof(name), "%s", field->name);
    /* Cut where it is too long for a fault. */
    size_t used = strlen(name);
    memcpy(scan->path, name, used + 1);
    if (below[0] && used + 2 < sizeof(scan->path)) {
        scan->path[used++] = '.';
        size_t rest = strnlen(below, sizeof(scan->path) - 1 - used);
        memcpy(scan->path + used, below, rest);
        scan->path[used + rest] = '\0';
    }
}

/* A single submessage given twice would be merged: no sender does that, and merging is work without bound. */
static bool seen_before(uint64_t seen[SEEN_FIELDS_MAX / 64], const ProtobufCMessageDescriptor *type,
                        const ProtobufCFieldDescriptor *field)
{
    size_t index = (size_t)(field - type->fields);
    if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
        return false;
    if (index >= SEEN_FIELDS_MAX)
        return true;
    bool before = seen[index / 64] >> (index % 64) & 1;
    seen[index / 64] |= UINT64_C(1) << (index % 64);
    return before;
}

/* Most messages number their fields from 1 without a gap. */
static const ProtobufCFieldDescriptor *field_numbered(const ProtobufCMessageDescriptor *type, uint32_t number)
{
    if (number <= type->n_fields && type->fields[number - 1].id == number)
        return &type->fields[number - 1];
    return protobuf_c_message_descriptor_get_field(type, number);
}

static bool scan_message(struct scan *scan, const ProtobufCMessageDescriptor *type, struct span packed,
                         unsigned depth)
{
    uint64_t seen[SEEN_FIELDS_MAX / 64] = {0};
    struct span left = packed;
    if (depth > MESSAGE_DEPTH_MAX)
        return fail(scan, "the message is nested too deeply");
    while (left.size > 0) {
        struct raw_field raw;
        if (!count_fields(scan, 1) || !take_field(scan, &left, &raw))
            return false;
        const ProtobufCFieldDescriptor *field = field_numbered(type, raw.number);
        if (!field)
            continue;
        bool good = seen_before(seen, type, field) ? fail(scan, "the field is given twice")
                                                   : scan_value(scan, field, &raw, depth);
        if (!good) {
            prefix_path(scan, field, element_index(packed, left, field));
            return false;
        }
    }
    return true;
}

enum code wire_scan(const ProtobufCMessageDescriptor *type, struct span packed, struct fault *ret_fault)
{
    struct scan scan = {0};
    if (packed.size > FRAME_BYTES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "a %s of %zu bytes is longer than %d",
                         type->short_name, packed.size, (int)FRAME_BYTES_MAX);
    if (scan_message(&scan, type, packed, 1))
        return CODE_OK;
    return fault_set(ret_fault, CODE_INVALID_ARGUMENT, scan.path, "%s cannot be read: %s", type->short_name,
                     scan.problem);
}

enum code wire_unpack(const ProtobufCMessageDescriptor *type, struct span packed, struct arena *arena,
                      ProtobufCMessage **ret_message, struct fault *ret_fault)
{
    enum code code = wire_scan(type, packed, ret_fault);
    if (code != CODE_OK)
        return code;
    ProtobufCMessage *message = protobuf_c_message_unpack(type, &arena->pb, packed.size, packed.data);
    if (!message && arena->exhausted)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "%s is too large to read", type->short_name);
    if (!message)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%s cannot be read", type->short_name);
    *ret_message = message;
    return CODE_OK;
}

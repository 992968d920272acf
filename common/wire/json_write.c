/* Messages as JSON, after the canonical protobuf mapping.
 *
 * In: a message in memory. Out: text in an arena. Whether somebody may see a field is not asked here. */

#include "common/wire/json.h"

#include <jansson.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>

void json_name(const ProtobufCFieldDescriptor *field, char ret_name[JSON_NAME_BYTES])
{
    size_t used = 0;
    bool raise = false;
    for (const char *c = field->name; *c && used + 1 < JSON_NAME_BYTES; c++) {
        if (*c == '_') {
            raise = true;
            continue;
        }
        ret_name[used++] = raise && *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        raise = false;
    }
    ret_name[used] = '\0';
}

static json_t *write_message(const ProtobufCMessage *message, struct arena *arena);

static json_t *write_signed(int64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)value);
    return json_string(text);
}

static json_t *write_unsigned(uint64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    return json_string(text);
}

static json_t *write_real(double value)
{
    if (isnan(value))
        return json_string("NaN");
    if (isinf(value))
        return json_string(value > 0 ? "Infinity" : "-Infinity");
    return json_real(value);
}

static json_t *write_enum(const ProtobufCFieldDescriptor *field, int32_t number)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(field->descriptor, number);
    return value ? json_string(value->name) : json_integer(number);
}

static json_t *write_bytes(const ProtobufCBinaryData *bytes, struct arena *arena)
{
    size_t size = sodium_base64_encoded_len(bytes->len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(arena, size);
    if (!text)
        return NULL;
    sodium_bin2base64(text, size, bytes->data, bytes->len, sodium_base64_VARIANT_ORIGINAL);
    return json_string_nocheck(text);
}

/* One value; NULL: out of memory, or a text that is not UTF-8. */
static json_t *write_value(const ProtobufCFieldDescriptor *field, const void *value, struct arena *arena)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return json_integer(*(const int32_t *)value);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return write_signed(*(const int64_t *)value);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return json_integer(*(const uint32_t *)value);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return write_unsigned(*(const uint64_t *)value);
    case PROTOBUF_C_TYPE_FLOAT:
        return write_real((double)*(const float *)value);
    case PROTOBUF_C_TYPE_DOUBLE:
        return write_real(*(const double *)value);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)value != 0);
    case PROTOBUF_C_TYPE_ENUM:
        return write_enum(field, *(const int32_t *)value);
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)value;
        return json_string(text ? text : "");
    }
    case PROTOBUF_C_TYPE_BYTES:
        return write_bytes(value, arena);
    case PROTOBUF_C_TYPE_MESSAGE:
        return write_message(*(const ProtobufCMessage *const *)value, arena);
    }
    return NULL;
}

/* Is it there, and other than the default? */
static bool is_present(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const void *value = json_member(message, field->offset);
    static const uint8_t zeros[8];
    if (json_in_oneof(field))
        return *(const uint32_t *)json_member(message, field->quantifier_offset) == field->id;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)json_member(message, field->quantifier_offset) > 0;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(const ProtobufCMessage *const *)value != NULL;
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)value;
        return text && *text;
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return ((const ProtobufCBinaryData *)value)->len > 0;
    return memcmp(value, zeros, wire_value_size(field->type)) != 0;
}

static json_t *write_list(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                          struct arena *arena)
{
    size_t count = *(const size_t *)json_member(message, field->quantifier_offset);
    const char *values = *(const char *const *)json_member(message, field->offset);
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        if (json_array_append_new(
                list, write_value(field, values + i * wire_value_size(field->type), arena)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *write_message(const ProtobufCMessage *message, struct arena *arena)
{
    json_t *object = json_object();
    for (unsigned i = 0; object && i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (!is_present(message, field))
            continue;
        char name[JSON_NAME_BYTES];
        json_name(field, name);
        json_t *value = field->label == PROTOBUF_C_LABEL_REPEATED
                            ? write_list(message, field, arena)
                            : write_value(field, json_member(message, field->offset), arena);
        if (json_object_set_new_nocheck(object, name, value) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

char *wire_to_json(const ProtobufCMessage *message, bool pretty, struct arena *arena)
{
    json_auto_t *root = write_message(message, arena);
    if (!root)
        return NULL;
    size_t flags = (pretty ? JSON_INDENT(2) : JSON_COMPACT) | JSON_REAL_PRECISION(17);
    size_t size = json_dumpb(root, NULL, 0, flags);
    char *text = arena_alloc(arena, size + 1);
    if (!text || size == 0)
        return NULL;
    json_dumpb(root, text, size, flags);
    return text;
}

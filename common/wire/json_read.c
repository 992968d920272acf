/* JSON as messages, after the canonical protobuf mapping; the reading half is as lenient as the mapping asks.
 *
 * In: text from a stranger. Out: a message in an arena, or which value is wrong, by its path in the JSON.
 * What the scan bounds of packed bytes is bounded here too, so what is read here can be packed and scanned.
 */

#include "common/wire/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* The way from the root to a value. */
struct place {
    const struct place *above; /* NULL: the root itself */
    const char *name;          /* NULL: an element of the list above */
    size_t index;
    unsigned depth; /* messages above and including this one's */
};

struct reading {
    struct arena *arena;
    struct fault *fault; /* may be NULL */
    unsigned fields;
};

static void print_place(const struct place *place, char path[FAULT_FIELD_BYTES])
{
    if (!place->above)
        return;
    print_place(place->above, path);
    size_t used = strlen(path);
    if (place->name)
        snprintf(path + used, FAULT_FIELD_BYTES - used, "%s%s", used ? "." : "", place->name);
    else
        snprintf(path + used, FAULT_FIELD_BYTES - used, "[%zu]", place->index);
}

static enum code wrong(struct reading *reading, const struct place *place, const char *reason)
{
    char path[FAULT_FIELD_BYTES] = "";
    print_place(place, path);
    return fault_set(reading->fault, CODE_INVALID_ARGUMENT, path, "%s", reason);
}

static enum code no_memory(struct reading *reading)
{
    return fault_set(reading->fault, CODE_RESOURCE_EXHAUSTED, "", "the JSON is too large to read");
}

/* A whole number, from a number or its text. False: it is none, or does not fit 64 bits. */
static bool read_signed(const json_t *json, int64_t *ret_value)
{
    if (json_is_integer(json)) {
        *ret_value = json_integer_value(json);
        return true;
    }
    if (json_is_real(json)) {
        double real = json_real_value(json);
        if (real != floor(real) || real < -0x1p63 || real >= 0x1p63)
            return false;
        *ret_value = (int64_t)real;
        return true;
    }
    const char *text = json_string_value(json);
    char *end;
    if (!text || !(*text == '-' || (*text >= '0' && *text <= '9')))
        return false;
    errno = 0;
    *ret_value = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' && end != text && end[-1] != '-';
}

static bool read_unsigned(const json_t *json, uint64_t *ret_value)
{
    const char *text = json_string_value(json);
    int64_t value;
    if (!text) {
        if (!read_signed(json, &value) || value < 0)
            return false;
        *ret_value = (uint64_t)value;
        return true;
    }
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *ret_value = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0';
}

static bool read_real(const json_t *json, double *ret_value)
{
    const char *text = json_string_value(json);
    if (json_is_number(json))
        *ret_value = json_number_value(json);
    else if (text && strcmp(text, "NaN") == 0)
        *ret_value = (double)NAN;
    else if (text && (strcmp(text, "Infinity") == 0 || strcmp(text, "-Infinity") == 0))
        *ret_value = *text == '-' ? -(double)INFINITY : (double)INFINITY;
    else
        return false;
    return true;
}

static enum code read_text(struct reading *reading, const struct place *place, const json_t *json,
                           const char **ret_text)
{
    if (!json_is_string(json))
        return wrong(reading, place, "is not a text");
    if (json_string_length(json) > TEXT_BYTES_MAX)
        return wrong(reading, place, "the text is too long");
    const char *text = arena_text(reading->arena, json_string_value(json));
    if (!text)
        return no_memory(reading);
    *ret_text = text;
    return CODE_OK;
}

/* Base64 of either alphabet, with or without its padding. */
static enum code read_bytes(struct reading *reading, const struct place *place, const json_t *json,
                            ProtobufCBinaryData *ret_bytes)
{
    if (!json_is_string(json))
        return wrong(reading, place, "is not base64 in a text");
    size_t size = json_string_length(json);
    char *text = arena_text(reading->arena, json_string_value(json));
    uint8_t *bytes = arena_alloc(reading->arena, size + 1);
    if (!text || !bytes)
        return no_memory(reading);
    for (unsigned padding = 0; size > 0 && text[size - 1] == '=' && padding < 2; padding++)
        size--;
    for (size_t i = 0; i < size; i++)
        text[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
    size_t used;
    if (sodium_base642bin(bytes, size + 1, text, size, NULL, &used, NULL,
                          sodium_base64_VARIANT_ORIGINAL_NO_PADDING))
        return wrong(reading, place, "is not base64");
    *ret_bytes = (ProtobufCBinaryData){.len = used, .data = bytes};
    return CODE_OK;
}

static enum code read_enum(struct reading *reading, const struct place *place,
                           const ProtobufCEnumDescriptor *type, const json_t *json, int32_t *ret_value)
{
    int64_t number;
    if (json_is_string(json)) {
        const ProtobufCEnumValue *value =
            protobuf_c_enum_descriptor_get_value_by_name(type, json_string_value(json));
        if (!value)
            return wrong(reading, place,
                         arena_format(reading->arena, "is not a name of %s", type->short_name)
                             ?: "is not a name of that list");
        *ret_value = value->value;
        return CODE_OK;
    }
    if (!json_is_integer(json) || !read_signed(json, &number) || number < INT32_MIN || number > INT32_MAX)
        return wrong(reading, place, "is neither a name nor a number of that list");
    *ret_value = (int32_t)number;
    return CODE_OK;
}

static enum code read_message(struct reading *reading, const struct place *place,
                              const ProtobufCMessageDescriptor *type, const json_t *json,
                              ProtobufCMessage **ret_message);

static enum code read_number(struct reading *reading, const struct place *place,
                             const ProtobufCFieldDescriptor *field, const json_t *json, void *ret_value)
{
    int64_t number = 0;
    uint64_t natural = 0;
    bool has_sign = field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_SINT32 ||
                    field->type == PROTOBUF_C_TYPE_SFIXED32 || field->type == PROTOBUF_C_TYPE_INT64 ||
                    field->type == PROTOBUF_C_TYPE_SINT64 || field->type == PROTOBUF_C_TYPE_SFIXED64;
    if (has_sign ? !read_signed(json, &number) : !read_unsigned(json, &natural))
        return wrong(reading, place, has_sign ? "is not a whole number" : "is not a whole number from 0 up");
    bool wide = wire_value_size(field->type) == 8;
    if (!wide && (has_sign ? number < INT32_MIN || number > INT32_MAX : natural > UINT32_MAX))
        return wrong(reading, place, "is out of range");
    if (wide && has_sign)
        *(int64_t *)ret_value = number;
    else if (wide)
        *(uint64_t *)ret_value = natural;
    else if (has_sign)
        *(int32_t *)ret_value = (int32_t)number;
    else
        *(uint32_t *)ret_value = (uint32_t)natural;
    return CODE_OK;
}

static enum code read_value(struct reading *reading, const struct place *place,
                            const ProtobufCFieldDescriptor *field, const json_t *json, void *ret_value)
{
    double real;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return read_number(reading, place, field, json, ret_value);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        if (!read_real(json, &real))
            return wrong(reading, place, "is not a number");
        if (field->type == PROTOBUF_C_TYPE_FLOAT)
            *(float *)ret_value = (float)real;
        else
            *(double *)ret_value = real;
        return CODE_OK;
    case PROTOBUF_C_TYPE_BOOL:
        if (!json_is_boolean(json))
            return wrong(reading, place, "is neither true nor false");
        *(protobuf_c_boolean *)ret_value = json_is_true(json);
        return CODE_OK;
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(reading, place, field->descriptor, json, ret_value);
    case PROTOBUF_C_TYPE_STRING:
        return read_text(reading, place, json, ret_value);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(reading, place, json, ret_value);
    case PROTOBUF_C_TYPE_MESSAGE:
        return read_message(reading, place, field->descriptor, json, ret_value);
    }
    return CODE_INTERNAL;
}

static enum code read_list(struct reading *reading, const struct place *place,
                           const ProtobufCFieldDescriptor *field, const json_t *json,
                           ProtobufCMessage *message)
{
    if (!json_is_array(json))
        return wrong(reading, place, "is not a list");
    size_t count = json_array_size(json);
    if (count == 0)
        return CODE_OK;
    if (count > MESSAGE_FIELDS_MAX - reading->fields)
        return wrong(reading, place, "has too many elements");
    reading->fields += (unsigned)count;
    char *values = arena_alloc_array(reading->arena, count, wire_value_size(field->type));
    if (!values)
        return no_memory(reading);
    for (size_t i = 0; i < count; i++) {
        struct place element = {.above = place, .index = i, .depth = place->depth};
        enum code code = read_value(reading, &element, field, json_array_get(json, i),
                                    values + i * wire_value_size(field->type));
        if (code != CODE_OK)
            return code;
    }
    *(size_t *)json_member(message, field->quantifier_offset) = count;
    *(char **)json_member(message, field->offset) = values;
    return CODE_OK;
}

/* By its JSON name or the one in the .proto. */
static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type, const char *key)
{
    for (unsigned i = 0; i < type->n_fields; i++) {
        char name[JSON_NAME_BYTES];
        json_name(&type->fields[i], name);
        if (strcmp(key, name) == 0 || strcmp(key, type->fields[i].name) == 0)
            return &type->fields[i];
    }
    return NULL;
}

static enum code read_field(struct reading *reading, const struct place *place,
                            const ProtobufCFieldDescriptor *field, const json_t *json,
                            ProtobufCMessage *message)
{
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return read_list(reading, place, field, json, message);
    if (json_in_oneof(field)) {
        uint32_t *chosen = json_member(message, field->quantifier_offset);
        if (*chosen != 0)
            return wrong(reading, place, "only one of these fields can be given");
        *chosen = field->id;
    }
    return read_value(reading, place, field, json, json_member(message, field->offset));
}

static enum code read_message(struct reading *reading, const struct place *place,
                              const ProtobufCMessageDescriptor *type, const json_t *json,
                              ProtobufCMessage **ret_message)
{
    if (!json_is_object(json))
        return wrong(reading, place, "is not an object");
    if (place->depth > MESSAGE_DEPTH_MAX)
        return wrong(reading, place, "is nested too deeply");
    ProtobufCMessage *message = arena_alloc(reading->arena, type->sizeof_message);
    bool *given = arena_array(reading->arena, bool, type->n_fields + 1);
    if (!message || !given)
        return no_memory(reading);
    type->message_init(message);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)(const void *)json, key, value)
    {
        struct place here = {.above = place, .name = key, .depth = place->depth + 1};
        const ProtobufCFieldDescriptor *field = find_field(type, key);
        if (!field)
            return wrong(reading, &here, "there is no such field");
        if (given[field - type->fields])
            return wrong(reading, &here, "is given twice");
        given[field - type->fields] = true;
        if (json_is_null(value))
            continue;
        if (++reading->fields > MESSAGE_FIELDS_MAX)
            return wrong(reading, &here, "the message has too many fields");
        enum code code = read_field(reading, &here, field, value, message);
        if (code != CODE_OK)
            return code;
    }
    *ret_message = message;
    return CODE_OK;
}

enum code wire_from_json(const ProtobufCMessageDescriptor *type, const char *json, struct arena *arena,
                         ProtobufCMessage **ret_message, struct fault *ret_fault)
{
    if (strnlen(json, JSON_BYTES_MAX + 1) > JSON_BYTES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "the JSON is longer than %d bytes",
                         (int)JSON_BYTES_MAX);
    json_error_t error;
    json_auto_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "not JSON: line %d, column %d: %s", error.line,
                         error.column, error.text);
    struct reading reading = {.arena = arena, .fault = ret_fault};
    struct place top = {.depth = 1};
    ProtobufCMessage *message = NULL;
    enum code code = read_message(&reading, &top, type, root, &message);
    if (code != CODE_OK)
        return code;
    *ret_message = message;
    return CODE_OK;
}

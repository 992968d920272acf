/* Bounds of every record, and its fields by name, by reflection: no field is forgotten when one is added. In:
 * an unpacked message as a caller sent it. Out: yes, or which field breaks which bound. What a field means is
 * for the rules of its service. */

#include "common/base/limits.h"
#include "common/wire/wire.h"

size_t wire_value_size(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
        return 4;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    }
    return 0;
}

static enum code refuse_field(const ProtobufCFieldDescriptor *field, const char *reason,
                              struct fault *ret_fault)
{
    return fault_set(ret_fault, CODE_INVALID_ARGUMENT, field->name, "%s", reason);
}

/* One value of a field, wherever it lies. Other types have no bounds but their own. */
static enum code check_value(const ProtobufCFieldDescriptor *field, const void *value,
                             struct fault *ret_fault)
{
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)value;
        if (text && strlen(text) > RECORD_TEXT_BYTES_MAX)
            return refuse_field(field, "a text is too long", ret_fault);
    } else if (field->type == PROTOBUF_C_TYPE_ENUM) {
        if (!protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)value))
            return refuse_field(field, "a value is not one of its list", ret_fault);
    } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *inner = *(const ProtobufCMessage *const *)value;
        return inner ? wire_check_bounds(inner, ret_fault) : CODE_OK;
    }
    return CODE_OK;
}

static enum code check_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                             struct fault *ret_fault)
{
    const uint8_t *base = (const uint8_t *)message, *items;
    if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
        *(const uint32_t *)(const void *)(base + field->quantifier_offset) != field->id)
        return CODE_OK; /* another member is set */
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return check_value(field, base + field->offset, ret_fault);
    size_t count;
    memcpy(&count, base + field->quantifier_offset, sizeof count);
    memcpy(&items, base + field->offset, sizeof items);
    if (count > RECORD_ITEMS_MAX)
        return refuse_field(field, "a list has too many items", ret_fault);
    enum code code = CODE_OK;
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        code = check_value(field, items + i * wire_value_size(field->type), ret_fault);
    return code;
}

enum code wire_check_bounds(const ProtobufCMessage *message, struct fault *ret_fault)
{
    enum code code = CODE_OK;
    for (unsigned i = 0; i < message->descriptor->n_fields && code == CODE_OK; i++)
        code = check_field(message, &message->descriptor->fields[i], ret_fault);
    return code;
}

const char *wire_field_text(const ProtobufCMessage *message, const char *field)
{
    const ProtobufCFieldDescriptor *found =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, field);
    if (!found || found->type != PROTOBUF_C_TYPE_STRING)
        return "";
    const uint8_t *at = (const uint8_t *)message + found->offset;
    const char *text = NULL;
    if (found->label != PROTOBUF_C_LABEL_REPEATED) {
        memcpy(&text, at, sizeof text);
    } else {
        size_t count;
        const char *const *items;
        memcpy(&count, (const uint8_t *)message + found->quantifier_offset, sizeof count);
        memcpy(&items, at, sizeof items);
        text = count ? items[0] : NULL;
    }
    return text ? text : "";
}

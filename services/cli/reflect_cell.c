/* Fields as typed cells of a table, so that a spreadsheet gets numbers as numbers and days as days. */

#include "services/cli/reflect.h"

#include <string.h>

/* The field of a path by types alone: there may be no message. */
static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, const char *path)
{
    char name[64];
    size_t length = strcspn(path, ".");
    snprintf(name, sizeof name, "%.*s", (int)length, path);
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, name);
    if (!field || !path[length])
        return field;
    return field->type == PROTOBUF_C_TYPE_MESSAGE ? field_of(field->descriptor, path + length + 1) : NULL;
}

static enum sheets_kind number_kind(const ProtobufCFieldDescriptor *field)
{
    if (reflect_ends(field->name, "_pence"))
        return SHEETS_MONEY;
    if (reflect_ends(field->name, "_ms") || reflect_ends(field->name, "_e7"))
        return SHEETS_TEXT;
    if (reflect_ends(field->name, "_m") || reflect_ends(field->name, "_metres"))
        return SHEETS_MILES;
    return reflect_ends(field->name, "_minutes") || reflect_ends(field->name, "_milli") ? SHEETS_TENTHS
                                                                                        : SHEETS_WHOLE;
}

static enum sheets_kind kind_of(const ProtobufCFieldDescriptor *field)
{
    if (!field || field->label == PROTOBUF_C_LABEL_REPEATED)
        return SHEETS_TEXT;
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
        return number_kind(field);
    case PROTOBUF_C_TYPE_STRING:
        return reflect_is_date(field->name) ? SHEETS_DATE : SHEETS_TEXT;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return SHEETS_TEXT;
    }
    return SHEETS_TEXT;
}

enum sheets_kind reflect_kind(const ProtobufCMessageDescriptor *type, const char *path)
{
    return kind_of(field_of(type, path));
}

static int64_t number_at(const ProtobufCFieldDescriptor *field, const void *at)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return *(const int32_t *)at;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return *(const uint32_t *)at;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return *(const int64_t *)at;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return *(const uint64_t *)at <= INT64_MAX ? (int64_t) * (const uint64_t *)at : INT64_MAX;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return 0;
    }
    return 0;
}

struct sheets_cell reflect_cell(const ProtobufCMessage *message, const char *path, struct arena *arena)
{
    struct sheets_cell cell = {0};
    const ProtobufCMessage *holder;
    const ProtobufCFieldDescriptor *field;
    if (!reflect_find(message, path, &holder, &field))
        return cell;
    const void *at = (const uint8_t *)holder + field->offset;
    int64_t number = kind_of(field) == SHEETS_TEXT ? 0 : number_at(field, at);
    cell.stated = number != 0;
    switch (kind_of(field)) {
    case SHEETS_TEXT:
        cell.text = reflect_field_text(holder, field, arena);
        cell.stated = cell.text && *cell.text;
        break;
    case SHEETS_WHOLE:
        cell.whole = number;
        break;
    case SHEETS_MONEY:
        cell.money = money_pence(number);
        break;
    case SHEETS_DATE:
        cell.stated = date_parse(*(const char *const *)at, &cell.date, NULL) == CODE_OK;
        break;
    case SHEETS_MILES:
        cell.metres = number;
        break;
    case SHEETS_TENTHS:
        cell.tenths = reflect_ends(field->name, "_minutes") ? (number + 3) / 6 : (number + 50) / 100;
        break;
    }
    return cell;
}

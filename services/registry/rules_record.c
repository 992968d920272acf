/* Bounds of every record, by reflection: no field is forgotten when one is added. In: a message as a caller
 * sent it. Out: the first refusal. What a field means is for the rules of its own subject. */

#include "services/registry/rules_record.h"

#include "common/base/limits.h"

#include <ctype.h>

/* One value of a field, wherever it lies. */
static enum registry_refusal value_check(const ProtobufCFieldDescriptor *field, const void *value,
                                         const char **ret_field)
{
    enum registry_refusal refusal = REFUSAL_NONE;
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)value;
        if (text && strlen(text) > RECORD_TEXT_BYTES_MAX)
            refusal = REFUSAL_TEXT_TOO_LONG;
    } else if (field->type == PROTOBUF_C_TYPE_ENUM) {
        if (!protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)value))
            refusal = REFUSAL_ENUM_UNKNOWN;
    } else if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *inner = *(const ProtobufCMessage *const *)value;
        return inner ? record_check(inner, ret_field) : REFUSAL_NONE;
    }
    if (refusal)
        *ret_field = field->name;
    return refusal;
}

static size_t element_bytes(const ProtobufCFieldDescriptor *field)
{
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return sizeof(int);
    return sizeof(void *); /* strings and messages; other kinds are not looked into */
}

static enum registry_refusal field_check(const ProtobufCMessage *message,
                                         const ProtobufCFieldDescriptor *field, const char **ret_field)
{
    const uint8_t *base = (const uint8_t *)message;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return value_check(field, base + field->offset, ret_field);
    size_t count;
    memcpy(&count, base + field->quantifier_offset, sizeof(count));
    if (count > RECORD_ITEMS_MAX) {
        *ret_field = field->name;
        return REFUSAL_TOO_MANY_ITEMS;
    }
    if (field->type != PROTOBUF_C_TYPE_ENUM && field->type != PROTOBUF_C_TYPE_STRING &&
        field->type != PROTOBUF_C_TYPE_MESSAGE)
        return REFUSAL_NONE;
    const uint8_t *items;
    memcpy(&items, base + field->offset, sizeof(items));
    enum registry_refusal refusal = REFUSAL_NONE;
    for (size_t i = 0; i < count && !refusal; i++)
        refusal = value_check(field, items + i * element_bytes(field), ret_field);
    return refusal;
}

enum registry_refusal record_check(const ProtobufCMessage *message, const char **ret_field)
{
    enum registry_refusal refusal = REFUSAL_NONE;
    for (unsigned i = 0; i < message->descriptor->n_fields && !refusal; i++)
        refusal = field_check(message, &message->descriptor->fields[i], ret_field);
    return refusal;
}

bool date_field(const char *text, struct date *ret_date)
{
    struct date date = DATE_NONE;
    if (text[0] != '\0' && (strlen(text) != 10 || text[4] != '-' || date_parse(text, &date, NULL) != CODE_OK))
        return false;
    *ret_date = date;
    return true;
}

const char *lower_case(const char *text, size_t most, struct arena *arena)
{
    size_t size = strlen(text);
    if (size > most)
        for (size = most; size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80;)
            size--;
    char *lower = arena_array(arena, char, size + 1);
    if (!lower)
        return "";
    for (size_t i = 0; i < size; i++)
        lower[i] = (char)((unsigned char)text[i] < 0x80 ? tolower((unsigned char)text[i]) : text[i]);
    return lower;
}

bool email_is_good(const char *email)
{
    const char *at = strchr(email, '@');
    if (strlen(email) > EMAIL_BYTES_MAX || !at || at == email || at[1] == '\0' || at[1] == '.' ||
        strchr(at + 1, '@') || !strchr(at + 1, '.'))
        return false;
    for (const char *c = email; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == ',' || *c == ';' || *c == '<' || *c == '>')
            return false;
    return email[strlen(email) - 1] != '.';
}

const char *field_text(const ProtobufCMessage *message, const char *field)
{
    const ProtobufCFieldDescriptor *found =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, field);
    if (!found || found->type != PROTOBUF_C_TYPE_STRING)
        return "";
    const uint8_t *at = (const uint8_t *)message + found->offset;
    const char *text = NULL;
    if (found->label != PROTOBUF_C_LABEL_REPEATED) {
        memcpy(&text, at, sizeof(text));
    } else {
        size_t count;
        const char *const *items;
        memcpy(&count, (const uint8_t *)message + found->quantifier_offset, sizeof(count));
        memcpy(&items, at, sizeof(items));
        text = count ? items[0] : NULL;
    }
    return text ? text : "";
}

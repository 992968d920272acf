/* Reads messages by their descriptors, for tables and records on a terminal. Messages come in, texts go out.
 */

#include "services/cli/reflect.h"

#include "common/domain/date.h"
#include "common/domain/distance.h"
#include "common/domain/gss.h"
#include "common/domain/kinds.h"
#include "common/domain/money.h"
#include "common/wire/wire.h"
#include "services/cli/readers/text.h"

#include "ccrag/v1/types.pb-c.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

bool reflect_ends(const char *name, const char *end)
{
    size_t a = strlen(name), b = strlen(end);
    return a >= b && strcmp(name + a - b, end) == 0;
}

/* `ProvisionKind` as the prefix of its values, normalised: `provisionkind`. */
static size_t prefix_length(const ProtobufCEnumDescriptor *type, const char *name)
{
    char normal[96], so_far[96];
    text_normalise(type->short_name, normal, sizeof normal);
    for (size_t i = 0; name[i]; i++) {
        if (name[i] != '_')
            continue;
        snprintf(so_far, sizeof so_far, "%.*s", (int)i, name);
        if (text_alike(so_far, normal))
            return i + 1;
    }
    return 0;
}

const char *reflect_enum_words(const ProtobufCEnumDescriptor *type, int value, struct arena *arena)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);
    if (value == 0)
        return "";
    if (!known)
        return arena_format(arena, "%d", value);
    if (type == &pb__provision_kind__descriptor)
        return kind_facts(kind_from_number(value))->words;
    if (type == &pb__need__descriptor)
        return known->name + prefix_length(type, known->name);
    char *words = arena_text(arena, known->name + prefix_length(type, known->name));
    for (char *c = words; c && *c; c++)
        *c = *c == '_' ? ' ' : (char)tolower((unsigned char)*c);
    return words ? words : "";
}

/* `provider` for PROVIDERS, `authority` for AUTHORITIES. */
static bool is_one_of(const char *text, const char *many)
{
    char one[64];
    size_t length = strlen(many);
    if (length < 4 || length >= sizeof one || many[length - 1] != 'S')
        return false;
    bool ies = strcmp(many + length - 3, "IES") == 0;
    snprintf(one, sizeof one, "%.*s%s", (int)(length - (ies ? 3 : 1)), many, ies ? "Y" : "");
    return text_alike(text, one);
}

const char *reflect_enum_name(const ProtobufCEnumDescriptor *type, const char *text)
{
    for (unsigned i = 0; i < type->n_values; i++) {
        const char *name = type->values[i].name, *rest = name + prefix_length(type, name);
        if (text_alike(text, name) || text_alike(text, rest) || is_one_of(text, rest))
            return name;
        const char *number = strpbrk(rest, "0123456789");
        if (number && strcmp(number, text) == 0)
            return name;
    }
    return NULL;
}

const char *reflect_enum_choices(const ProtobufCEnumDescriptor *type, struct arena *arena)
{
    const char *all = "";
    for (unsigned i = 0; i < type->n_values; i++) {
        if (type->values[i].value == 0)
            continue;
        char *name = arena_text(arena, type->values[i].name + prefix_length(type, type->values[i].name));
        for (char *c = name; c && *c; c++)
            *c = *c == '_' ? '-' : type == &pb__need__descriptor ? *c : (char)tolower((unsigned char)*c);
        all = arena_format(arena, "%s%s%s", all, *all ? ", " : "", name ? name : "");
        if (!all)
            return "";
    }
    return all;
}

bool reflect_is_date(const char *name)
{
    return reflect_ends(name, "_on") || reflect_ends(name, "_from") || strcmp(name, "from") == 0 ||
           strcmp(name, "until") == 0 || strcmp(name, "since") == 0 || strcmp(name, "as_of") == 0 ||
           strcmp(name, "answer_by") == 0 || strcmp(name, "comment_by") == 0 || strcmp(name, "on") == 0;
}

bool reflect_is_authority(const char *name)
{
    return reflect_ends(name, "authority_id") || reflect_ends(name, "local_authority") ||
           strcmp(name, "lead_id") == 0 || strcmp(name, "set_by") == 0 || strcmp(name, "placing") == 0;
}

/* Metres that are not negative. */
static bool is_distance(const ProtobufCFieldDescriptor *field)
{
    return (reflect_ends(field->name, "_m") || reflect_ends(field->name, "_metres")) &&
           (field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_UINT64);
}

static const char *moment(int64_t unix_ms, struct arena *arena)
{
    struct date date = date_from_unix_ms_london(unix_ms);
    char text[DATE_TEXT_BYTES];
    if (unix_ms == 0 || date_is_none(date))
        return "";
    date_print(date, text);
    int64_t minutes = (unix_ms + london_offset_ms(unix_ms)) / 60000 % 1440;
    return arena_format(arena, "%s %02d:%02d", text, (int)(minutes / 60), (int)(minutes % 60));
}

static const char *number_text(const ProtobufCFieldDescriptor *field, int64_t value, struct arena *arena)
{
    if (value == 0)
        return "";
    if (reflect_ends(field->name, "_pence")) {
        char text[MONEY_TEXT_BYTES];
        money_print(money_pence(value), text);
        return arena_text(arena, text);
    }
    if (reflect_ends(field->name, "_at_ms") || strcmp(field->name, "at_ms") == 0)
        return moment(value, arena);
    if (is_distance(field) && value <= UINT32_MAX) {
        char text[MILES_TEXT_BYTES];
        metres_print_miles((struct metres){(uint32_t)value}, text);
        return arena_format(arena, "%s miles", text);
    }
    if (reflect_ends(field->name, "_e7"))
        return arena_format(arena, "%.5f", (double)value / 1e7);
    return arena_format(arena, "%" PRId64, value);
}

static const char *bytes_text(const ProtobufCBinaryData *data, struct arena *arena)
{
    char *text = data->len && data->len <= 64 ? arena_alloc(arena, data->len * 2 + 1) : NULL;
    for (size_t i = 0; text && i < data->len; i++)
        snprintf(text + i * 2, 3, "%02x", data->data[i]);
    return text ? text : data->len ? arena_format(arena, "%zu bytes", data->len) : "";
}

static const char *string_text(const ProtobufCFieldDescriptor *field, const char *text)
{
    const struct authority *authority = reflect_is_authority(field->name) ? authority_by_gss(text) : NULL;
    return authority ? authority->name : text;
}

/* One value that lies at `at`. */
static const char *value_text(const ProtobufCFieldDescriptor *field, const void *at, struct arena *arena)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return number_text(field, *(const int32_t *)at, arena);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return number_text(field, *(const int64_t *)at, arena);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return number_text(field, *(const uint32_t *)at, arena);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return *(const uint64_t *)at <= INT64_MAX
                   ? number_text(field, (int64_t) * (const uint64_t *)at, arena)
                   : arena_format(arena, "%" PRIu64, *(const uint64_t *)at);
    case PROTOBUF_C_TYPE_FLOAT:
        return arena_format(arena, "%g", (double)*(const float *)at);
    case PROTOBUF_C_TYPE_DOUBLE:
        return arena_format(arena, "%g", *(const double *)at);
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)at ? "yes" : "";
    case PROTOBUF_C_TYPE_ENUM:
        return reflect_enum_words(field->descriptor, *(const int *)at, arena);
    case PROTOBUF_C_TYPE_STRING:
        return *(const char *const *)at ? string_text(field, *(const char *const *)at) : "";
    case PROTOBUF_C_TYPE_BYTES:
        return bytes_text(at, arena);
    case PROTOBUF_C_TYPE_MESSAGE:
        return "";
    }
    return "";
}

const char *reflect_field_text(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                               struct arena *arena)
{
    const uint8_t *base = (const uint8_t *)message;
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
            *(const uint32_t *)(const void *)(base + field->quantifier_offset) != field->id)
            return "";
        return value_text(field, base + field->offset, arena);
    }
    size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
    const uint8_t *items = *(const uint8_t *const *)(const void *)(base + field->offset);
    const char *all = "";
    for (size_t i = 0; i < count && all; i++)
        all = arena_format(arena, "%s%s%s", all, i ? ", " : "",
                           value_text(field, items + i * wire_value_size(field->type), arena));
    return all ? all : "";
}

bool reflect_find(const ProtobufCMessage *message, const char *path, const ProtobufCMessage **ret_holder,
                  const ProtobufCFieldDescriptor **ret_field)
{
    for (;;) {
        char name[64];
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
        if (!field)
            return false;
        if (!path[length]) {
            *ret_holder = message;
            *ret_field = field;
            return true;
        }
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
            return false;
        message = *(ProtobufCMessage *const *)(const void *)((const uint8_t *)message + field->offset);
        if (!message)
            return false;
        path += length + 1;
    }
}

const char *reflect_text(const ProtobufCMessage *message, const char *path, struct arena *arena)
{
    const ProtobufCMessage *holder;
    const ProtobufCFieldDescriptor *field;
    return reflect_find(message, path, &holder, &field) ? reflect_field_text(holder, field, arena) : "";
}

const ProtobufCMessage *reflect_message(const ProtobufCMessage *message, const char *path)
{
    const ProtobufCMessage *holder;
    const ProtobufCFieldDescriptor *field;
    if (!reflect_find(message, path, &holder, &field) || field->type != PROTOBUF_C_TYPE_MESSAGE ||
        field->label == PROTOBUF_C_LABEL_REPEATED)
        return NULL;
    return *(ProtobufCMessage *const *)(const void *)((const uint8_t *)holder + field->offset);
}

bool reflect_list(const ProtobufCMessage *message, const char *name, ProtobufCMessage *const **ret_items,
                  size_t *ret_count)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (!field || field->label != PROTOBUF_C_LABEL_REPEATED || field->type != PROTOBUF_C_TYPE_MESSAGE)
        return false;
    const uint8_t *base = (const uint8_t *)message;
    *ret_count = *(const size_t *)(const void *)(base + field->quantifier_offset);
    *ret_items = *(ProtobufCMessage *const *const *)(const void *)(base + field->offset);
    return true;
}

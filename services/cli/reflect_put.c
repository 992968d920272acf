/* Fills a request, as JSON under way, from what a person types: paths and texts come in, values of the right
 * kind go out. */

#include "services/cli/reflect.h"

#include "common/domain/date.h"
#include "common/domain/gss.h"
#include "common/domain/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *number_of(const ProtobufCFieldDescriptor *field, const char *text, struct fault *ret_fault)
{
    if (reflect_ends(field->name, "_pence")) {
        struct money money;
        if (money_parse(text, &money, ret_fault) != CODE_OK)
            return NULL;
        return json_integer(money.pence);
    }
    char *end;
    long long number = strtoll(text, &end, 10);
    if (!*text || *end) {
        fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%s\" is no whole number", text);
        return NULL;
    }
    return json_integer(number);
}

static json_t *enum_of(const ProtobufCEnumDescriptor *type, const char *text, struct arena *arena,
                       struct fault *ret_fault)
{
    const char *name = reflect_enum_name(type, text);
    if (name)
        return json_string(name);
    fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "\"%s\" is none of: %s", text,
              reflect_enum_choices(type, arena));
    return NULL;
}

static json_t *string_of(const ProtobufCFieldDescriptor *field, const char *text, struct fault *ret_fault)
{
    struct date date;
    struct gss gss;
    const struct authority *authority;
    char normal[DATE_TEXT_BYTES];
    /* What is no LA that we know is the service's to refuse. */
    if (reflect_is_authority(field->name) && gss_parse(text, &gss, NULL) == CODE_OK)
        return json_string(gss.text);
    if (reflect_is_authority(field->name) && authority_resolve(text, &authority, NULL) == CODE_OK)
        return json_string(authority->gss.text);
    if (!reflect_is_date(field->name) || !*text)
        return json_string(text);
    if (date_parse(text, &date, ret_fault) != CODE_OK)
        return NULL;
    date_print(date, normal);
    return json_string(normal);
}

/* NULL: refused, with the reason but no field. */
static json_t *value_of(const ProtobufCFieldDescriptor *field, const char *text, struct arena *arena,
                        struct fault *ret_fault)
{
    if (field->type == PROTOBUF_C_TYPE_BOOL)
        return json_boolean(strcmp(text, "no") != 0 && strcmp(text, "false") != 0);
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return enum_of(field->descriptor, text, arena, ret_fault);
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_BYTES)
        return string_of(field, text, ret_fault);
    return number_of(field, text, ret_fault);
}

static enum code put_list(json_t *holder, const ProtobufCFieldDescriptor *field, const char *text,
                          struct arena *arena, struct fault *ret_fault)
{
    json_t *list = json_object_get(holder, field->name);
    if (!list) {
        list = json_array();
        json_object_set_new(holder, field->name, list);
    }
    char *rest, *copy = arena_text(arena, text);
    for (char *item = copy ? strtok_r(copy, ",", &rest) : NULL; item; item = strtok_r(NULL, ",", &rest)) {
        json_t *value = value_of(field, item + strspn(item, " "), arena, ret_fault);
        if (!value)
            return CODE_INVALID_ARGUMENT;
        json_array_append_new(list, value);
    }
    return CODE_OK;
}

enum code reflect_put(const ProtobufCMessageDescriptor *type, json_t *request, const char *path,
                      const char *text, struct arena *arena, struct fault *ret_fault)
{
    json_t *holder = request;
    for (;;) {
        char name[64];
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, name);
        if (!field)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, name, "%s has no such field",
                             type->short_name);
        if (!path[length]) {
            if (field->label == PROTOBUF_C_LABEL_REPEATED)
                return put_list(holder, field, text, arena, ret_fault);
            json_t *value = value_of(field, text, arena, ret_fault);
            return value && json_object_set_new(holder, field->name, value) == 0 ? CODE_OK
                                                                                 : CODE_INVALID_ARGUMENT;
        }
        json_t *inner = json_object_get(holder, name);
        if (!inner) {
            inner = json_object();
            json_object_set_new(holder, name, inner);
        }
        holder = inner;
        type = field->descriptor;
        path += length + 1;
    }
}

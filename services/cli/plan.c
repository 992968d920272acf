/* Commands that are one call of the API. The table says which request fields the options and arguments fill,
 * what must be read first (a version, a whole record), and how the answer is shown; nothing here knows any
 * method. */

#include "services/cli/reflect.h"
#include "services/cli/show.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_SIZE = 1000 };

/* A path in JSON made by wire_to_json, whose names are lowerCamelCase. */
static json_t *json_at(json_t *json, const char *path)
{
    while (json && *path) {
        char name[64];
        size_t length = 0, out = 0;
        for (; path[length] && path[length] != '.'; length++)
            if (path[length] != '_' && out + 1 < sizeof name)
                name[out++] =
                    length && path[length - 1] == '_' ? (char)(path[length] - 'a' + 'A') : path[length];
        name[out] = 0;
        json = json_object_get(json, name);
        path += length + (path[length] == '.');
    }
    return json;
}

static bool put_at(json_t *request, const char *path, json_t *value)
{
    const char *dot = strchr(path, '.');
    if (!dot)
        return json_object_set(request, path, value) == 0;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(dot - path), path);
    json_t *inner = json_object_get(request, name);
    if (!inner) {
        inner = json_object();
        json_object_set_new(request, name, inner);
    }
    return put_at(inner, dot + 1, value);
}

/* A list that was read is replaced by what is typed, not added to. */
static void forget_at(json_t *request, const char *path)
{
    const char *dot = strchr(path, '.');
    char name[64];
    snprintf(name, sizeof name, "%.*s", dot ? (int)(dot - path) : (int)strlen(path), path);
    if (dot && json_object_get(request, name))
        forget_at(json_object_get(request, name), dot + 1);
    else if (!dot)
        json_object_del(request, name);
}

static bool given_before(const struct cli *cli, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (cli->given[i].option == cli->given[index].option)
            return true;
    return false;
}

/* JSON writes lowerCamelCase, requests are filled by field names: a record that was read is renamed
 * throughout. */
static json_t *with_field_names(json_t *value)
{
    if (json_is_array(value)) {
        json_t *list = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_array_append_new(list, with_field_names(json_array_get(value, i)));
        return list;
    }
    if (!json_is_object(value))
        return json_incref(value);
    json_t *renamed = json_object(), *inner;
    const char *key;
    json_object_foreach(value, key, inner)
    {
        char name[96];
        size_t out = 0;
        for (const char *c = key; *c && out + 2 < sizeof name; c++) {
            if (*c >= 'A' && *c <= 'Z')
                name[out++] = '_';
            name[out++] = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        }
        name[out] = 0;
        json_object_set_new(renamed, name, with_field_names(inner));
    }
    return renamed;
}

static enum code read_first(struct cli *cli, const struct cli_call_plan *plan, json_t *request,
                            struct fault *ret_fault)
{
    if (!plan->read_method)
        return CODE_OK;
    const struct wire_method *method =
        wire_method_find(arena_format(&cli->arena, "ccrag.v1.%s", plan->read_method));
    json_t *question = json_object();
    json_object_set_new(question, plan->read_argument,
                        json_string(cli->argument_count ? cli->arguments[0] : ""));
    char *text = json_dumps(question, 0);
    json_decref(question);
    ProtobufCMessage *message;
    const ProtobufCMessage *response;
    enum code code =
        method ? wire_from_json(method->input, text, &cli->arena, &message, ret_fault) : CODE_UNIMPLEMENTED;
    free(text);
    if (code == CODE_OK)
        code = cli_call(cli, NULL, plan->read_method, message, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    json_t *read = json_loads(wire_to_json(response, false, &cli->arena), 0, NULL);
    json_t *found = json_at(read, plan->read_from);
    if (found) {
        json_t *value = with_field_names(found);
        put_at(request, plan->read_into, value);
        json_decref(value);
    }
    json_decref(read);
    return CODE_OK;
}

static enum code fill(struct cli *cli, const struct wire_method *method, json_t *request,
                      struct fault *ret_fault)
{
    const struct cli_call_plan *plan = cli->command->plan;
    for (size_t i = 0; i < cli->argument_count && i < 3; i++) {
        enum code code = plan->arguments[i] ? reflect_put(method->input, request, plan->arguments[i],
                                                          cli->arguments[i], &cli->arena, ret_fault)
                                            : CODE_OK;
        if (code != CODE_OK)
            return code;
    }
    for (size_t i = 0; i < cli->given_count; i++) {
        const struct cli_given *given = &cli->given[i];
        if (!given->option->field)
            continue;
        if (given->option->list && !given_before(cli, i))
            forget_at(request, given->option->field);
        enum code code = reflect_put(method->input, request, given->option->field,
                                     given->option->value ? given->value : "yes", &cli->arena, ret_fault);
        if (code != CODE_OK) {
            snprintf(ret_fault->field, sizeof ret_fault->field, "--%s", given->option->name);
            return code;
        }
    }
    return CODE_OK;
}

static enum code call_json(struct cli *cli, const struct wire_method *method, json_t *request,
                           const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    char *text = json_dumps(request, 0);
    ProtobufCMessage *message;
    enum code code =
        text ? wire_from_json(method->input, text, &cli->arena, &message, ret_fault) : CODE_INTERNAL;
    free(text);
    return code == CODE_OK ? cli_call(cli, NULL, cli->command->plan->method, message, ret_response, ret_fault)
                           : code;
}

/* Adds the items of a further page to the first answer's list. */
static bool join_page(struct cli *cli, ProtobufCMessage *all, const ProtobufCMessage *page, const char *list)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(all->descriptor, list);
    ProtobufCMessage *const *old, *const *more;
    size_t old_count, more_count;
    if (!field || !reflect_list(all, list, &old, &old_count) || !reflect_list(page, list, &more, &more_count))
        return false;
    ProtobufCMessage **joined = arena_array(&cli->arena, ProtobufCMessage *, old_count + more_count + 1);
    if (!joined)
        return false;
    for (size_t i = 0; i < old_count; i++)
        joined[i] = old[i];
    for (size_t i = 0; i < more_count; i++)
        joined[old_count + i] = more[i];
    *(size_t *)(void *)((uint8_t *)all + field->quantifier_offset) = old_count + more_count;
    *(ProtobufCMessage ***)(void *)((uint8_t *)all + field->offset) = joined;
    return true;
}

/* Without --size a list is read to its end, page by page. */
static enum code call_pages(struct cli *cli, const struct wire_method *method, json_t *request,
                            const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    bool paged = protobuf_c_message_descriptor_get_field_by_name(method->input, "page") != NULL;
    bool whole = paged && !cli_option(cli, "size");
    if (whole)
        json_object_set_new(request, "page", json_pack("{s:i}", "size", PAGE_SIZE));
    enum code code = call_json(cli, method, request, ret_response, ret_fault);
    const ProtobufCMessage *page = code == CODE_OK ? *ret_response : NULL;
    while (code == CODE_OK && whole) {
        json_t *answer = json_loads(wire_to_json(page, false, &cli->arena), 0, NULL);
        json_t *next = json_at(answer, "page.next");
        bool more = next && *json_string_value(next);
        if (more) {
            json_object_set(json_object_get(request, "page"), "after", next);
            code = call_json(cli, method, request, &page, ret_fault);
            if (code == CODE_OK &&
                !join_page(cli, (ProtobufCMessage *)(uintptr_t)*ret_response, page, cli->command->plan->list))
                code = fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "the list is too long; give --size");
        }
        json_decref(answer);
        if (!more)
            break;
    }
    return code;
}

/* After the last page nothing follows, and the answer says so. */
static void clear_page(const ProtobufCMessage *response)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(response->descriptor, "page");
    if (field)
        *(ProtobufCMessage **)(void *)((uint8_t *)(uintptr_t)response + field->offset) = NULL;
}

int run_plan(struct cli *cli)
{
    const struct cli_call_plan *plan = cli->command->plan;
    const struct wire_method *method =
        wire_method_find(arena_format(&cli->arena, "ccrag.v1.%s", plan->method));
    struct fault fault = {0};
    if (!method)
        return cli_complain(EX_SOFTWARE, "there is no method %s", plan->method);
    json_t *request = json_object();
    const ProtobufCMessage *response = NULL;
    enum code code = read_first(cli, plan, request, &fault);
    if (code == CODE_OK)
        code = fill(cli, method, request, &fault);
    if (code == CODE_OK)
        code = call_pages(cli, method, request, &response, &fault);
    json_decref(request);
    if (code != CODE_OK) {
        fault.code = code;
        return cli_fail(cli, &fault);
    }
    if (!cli_option(cli, "size"))
        clear_page(response);
    return show_response(cli, response, plan);
}

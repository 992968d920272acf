/* The request of a command that is one call: what is always said, what is read first (a version, a whole
 * record), what the registry must have told, then what was typed. A command line comes in, JSON under way
 * goes out. */

#include "services/cli/plan.h"

#include "services/cli/reflect.h"
#include "services/cli/status.h"

#include <stdlib.h>
#include <string.h>

/* A path in JSON made by wire_to_json, whose names are lowerCamelCase. */
json_t *plan_json_at(json_t *json, const char *path)
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

static bool is_typed(const struct cli *cli, const char *field)
{
    for (size_t i = 0; i < cli->given_count; i++)
        if (cli->given[i].option->field && strcmp(cli->given[i].option->field, field) == 0)
            return true;
    return false;
}

/* The item of a list whose `key` is `wanted`, or with nothing wanted its last. */
static json_t *choose(json_t *list, const char *key, const char *wanted)
{
    size_t count = json_array_size(list);
    if (!wanted)
        return count ? json_array_get(list, count - 1) : NULL;
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(plan_json_at(json_array_get(list, i), key));
        if (text && strcmp(text, wanted) == 0)
            return json_array_get(list, i);
    }
    return NULL;
}

static enum code ask(struct cli *cli, const struct cli_call_plan *plan, const char *argument,
                     const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    const struct wire_method *method =
        wire_method_find(arena_format(&cli->arena, "ccrag.v1.%s", plan->read_method));
    if (!method)
        return CODE_UNIMPLEMENTED;
    json_t *question = json_object();
    if (plan->read_argument)
        json_object_set_new(question, plan->read_argument, json_string(argument ? argument : ""));
    if (plan->read_key)
        json_object_set_new(question, "page", json_pack("{s:i}", "size", PLAN_PAGE_SIZE));
    char *text = json_dumps(question, 0);
    json_decref(question);
    ProtobufCMessage *message;
    enum code code = wire_from_json(method->input, text, &cli->arena, &message, ret_fault);
    free(text);
    return code == CODE_OK ? cli_call(cli, NULL, plan->read_method, message, ret_response, ret_fault) : code;
}

/* What is typed is not read. */
static enum code read_first(struct cli *cli, const struct cli_call_plan *plan, json_t *request,
                            struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    const char *argument = cli->argument_count ? cli->arguments[0] : NULL;
    if (!plan->read_method || is_typed(cli, plan->read_into))
        return CODE_OK;
    enum code code = ask(cli, plan, argument, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    json_t *read = json_loads(wire_to_json(response, false, &cli->arena), 0, NULL);
    json_t *found = plan_json_at(read, plan->read_from);
    if (plan->read_key)
        found = choose(found, plan->read_key, argument);
    if (found) {
        json_t *value = with_field_names(found);
        put_at(request, plan->read_into, value);
        json_decref(value);
    } else if (plan->read_key)
        code = fault_set(ret_fault, CODE_NOT_FOUND, "",
                         argument ? "there is no \"%s\"" : "there is none yet%s", argument ? argument : "");
    json_decref(read);
    return code;
}

static void say_written(struct cli *cli, json_t *request)
{
    const Pb__ServicePosition *written = status_written(cli, "registry");
    json_t *position = written ? json_loads(wire_to_json(&written->base, false, &cli->arena), 0, NULL) : NULL;
    if (position)
        json_object_set_new(request, "at_least", json_pack("[o]", position));
}

static enum code put_option(struct cli *cli, const struct wire_method *method, json_t *request,
                            const struct cli_given *given, bool again, struct fault *ret_fault)
{
    const struct cli_option *option = given->option;
    const char *field = option->field;
    char first[64];
    snprintf(first, sizeof first, "%.*s", (int)strcspn(field, "."), field);
    if (!protobuf_c_message_descriptor_get_field_by_name(method->input, first))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "says nothing here");
    if (option->list && !again)
        forget_at(request, field);
    return reflect_put(method->input, request, field,
                       option->value  ? given->value
                       : option->sets ? option->sets
                                      : "yes",
                       &cli->arena, ret_fault);
}

static enum code fill(struct cli *cli, const struct cli_call_plan *plan, const struct wire_method *method,
                      json_t *request, struct fault *ret_fault)
{
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
        enum code code = put_option(cli, method, request, given, given_before(cli, i), ret_fault);
        if (code != CODE_OK) {
            snprintf(ret_fault->field, sizeof ret_fault->field, "--%s", given->option->name);
            return code;
        }
    }
    return CODE_OK;
}

enum code plan_request(struct cli *cli, const struct cli_call_plan *plan, const struct wire_method *method,
                       json_t *request, struct fault *ret_fault)
{
    enum code code = CODE_OK;
    if (plan->fixed[0])
        code = reflect_put(method->input, request, plan->fixed[0], plan->fixed[1], &cli->arena, ret_fault);
    if (code == CODE_OK)
        code = read_first(cli, plan, request, ret_fault);
    if (code == CODE_OK && plan->reads_own_writes)
        say_written(cli, request);
    return code == CODE_OK ? fill(cli, plan, method, request, ret_fault) : code;
}

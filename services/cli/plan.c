/* Commands that are one call of the API. Their table says how the request is filled (plan_request.c) and how
 * the answer is shown; nothing here knows any method. */

#include "services/cli/plan.h"

#include "services/cli/reflect.h"
#include "services/cli/table.h"

#include <stdlib.h>
#include <string.h>

static enum code call_json(struct cli *cli, const struct cli_call_plan *plan,
                           const struct wire_method *method, json_t *request,
                           const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    char *text = json_dumps(request, 0);
    ProtobufCMessage *message;
    enum code code =
        text ? wire_from_json(method->input, text, &cli->arena, &message, ret_fault) : CODE_INTERNAL;
    free(text);
    return code == CODE_OK ? cli_call_within(cli, cli->command->service, plan->method, message,
                                             plan->deadline_ms, ret_response, ret_fault)
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
static enum code call_pages(struct cli *cli, const struct cli_call_plan *plan,
                            const struct wire_method *method, json_t *request,
                            const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    bool paged = protobuf_c_message_descriptor_get_field_by_name(method->input, "page") != NULL;
    bool whole = paged && !cli_option(cli, "size");
    if (whole)
        json_object_set_new(
            request, "page",
            json_pack("{s:i}", "size", plan->page_size ? (int)plan->page_size : PLAN_PAGE_SIZE));
    enum code code = call_json(cli, plan, method, request, ret_response, ret_fault);
    const ProtobufCMessage *page = code == CODE_OK ? *ret_response : NULL;
    while (code == CODE_OK && whole) {
        json_t *answer = json_loads(wire_to_json(page, false, &cli->arena), 0, NULL);
        json_t *next = plan_json_at(answer, "page.next");
        bool more = next && *json_string_value(next);
        if (more) {
            json_object_set(json_object_get(request, "page"), "after", next);
            code = call_json(cli, plan, method, request, &page, ret_fault);
            if (code == CODE_OK &&
                !join_page(cli, (ProtobufCMessage *)(uintptr_t)*ret_response, page, plan->list))
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

const struct cli_call_plan *plan_chosen(const struct cli *cli, const struct cli_call_plan *plan)
{
    return plan->with_argument && cli->argument_count ? plan->with_argument : plan;
}

enum code plan_call(struct cli *cli, const struct cli_call_plan *plan, const ProtobufCMessage **ret_response,
                    struct fault *ret_fault)
{
    const struct wire_method *method =
        wire_method_find(arena_format(&cli->arena, "ccrag.v1.%s", plan->method));
    if (!method)
        return fault_set(ret_fault, CODE_UNIMPLEMENTED, "", "there is no method %s", plan->method);
    json_t *request = json_object();
    const ProtobufCMessage *response = NULL;
    enum code code = plan_request(cli, plan, method, request, ret_fault);
    if (code == CODE_OK)
        code = call_pages(cli, plan, method, request, &response, ret_fault);
    json_decref(request);
    ret_fault->code = code;
    if (code != CODE_OK)
        return code;
    if (!cli_option(cli, "size"))
        clear_page(response);
    *ret_response = response;
    return CODE_OK;
}

int run_plan(struct cli *cli)
{
    const struct cli_call_plan *plan = plan_chosen(cli, cli->command->plan);
    const ProtobufCMessage *response;
    struct fault fault = {0};
    const char *format = cli_option(cli, "format");
    if (format && !table_format_is_known(format))
        return EX_USAGE;
    if (format && !plan->list)
        return cli_complain(EX_USAGE, "--format is for lists, and this is none: use --json");
    if (plan_call(cli, plan, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, plan);
}

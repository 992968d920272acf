/* From a method's name to its handler, through the descriptors that protoc wrote: there is no list of methods
 * here.
 *
 * In: a request whose right is known. Out: its code and its packed response. The handler gets the unpacked
 * body and reaches nothing but its struct command. */

#include "common/service/internal.h"

#include <stdio.h>
#include <stdlib.h>

static int compare_served(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct served *)a)->method,
              y = (uintptr_t)((const struct served *)b)->method;
    return (x > y) - (x < y);
}

const struct served *dispatch_find(const struct service *service, const char *name)
{
    const struct wire_method *method = wire_method_find(name);
    if (!method)
        return NULL;
    struct served wanted = {.method = method};
    return bsearch(&wanted, service->served, service->served_count, sizeof wanted, compare_served);
}

/* One method of an API into the table: it must be known, have a handler and a row of rights. */
static enum code add_method(struct service *service, const struct api *api, unsigned index,
                            struct fault *ret_fault)
{
    char name[160];
    snprintf(name, sizeof name, "%s/%s", api->descriptor->name, api->descriptor->methods[index].name);
    struct served served = {.method = wire_method_find(name), .api = api, .right = right_find(name)};
    if (!served.method)
        return fault_set(ret_fault, CODE_INTERNAL, "", "%s is not in the linked-in API", name);
    if (!served.right)
        return fault_set(ret_fault, CODE_INTERNAL, "", "%s has no row in the table of rights (rights.c)",
                         name);
    /* The generated struct: the base, then one pointer per method in the order of the descriptor. */
    const ProtobufCClosure *handlers = (const ProtobufCClosure *)(const void *)(api->handlers + 1);
    if (!handlers[index])
        return fault_set(ret_fault, CODE_INTERNAL, "", "%s has no handler", name);
    service->served[service->served_count++] = served;
    return CODE_OK;
}

static size_t count_methods(const struct api *apis)
{
    size_t count = 0;
    for (const struct api *api = apis; api && api->descriptor; api++)
        count += api->descriptor->n_methods;
    return count;
}

/* The table keeps the API's row, so `apis` must stay. */
static enum code add_methods(struct service *service, const struct api *apis, struct fault *ret_fault)
{
    for (const struct api *api = apis; api && api->descriptor; api++)
        for (unsigned i = 0; i < api->descriptor->n_methods; i++) {
            enum code code = add_method(service, api, i, ret_fault);
            if (code != CODE_OK)
                return code;
        }
    return CODE_OK;
}

enum code dispatch_create(struct service *service, struct fault *ret_fault)
{
    /* What the frame serves for it, and its own. */
    const struct api *const all[] = {frame_apis, service->options.forms ? form_apis : NULL,
                                     service->options.evidence ? evidence_apis : NULL, service->options.apis};
    size_t total = 0;
    enum code code = CODE_OK;
    if (service->options.evidence && !service->options.forms)
        return fault_set(ret_fault, CODE_INTERNAL, "", "%s keeps files beside no forms",
                         service->options.name);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        total += count_methods(all[i]);
    service->served = calloc(total, sizeof *service->served);
    if (!service->served)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    for (size_t i = 0; i < sizeof all / sizeof all[0] && code == CODE_OK; i++)
        code = add_methods(service, all[i], ret_fault);
    if (code != CODE_OK)
        return code;
    qsort(service->served, service->served_count, sizeof *service->served, compare_served);
    return CODE_OK;
}

/* What a handler says after its arena ran out may be wrong: a key that could not be made finds nothing. */
static bool ran_out(struct request *request)
{
    if (request->arena.exhausted)
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "",
                       "the request needs more memory than one may have");
    return request->arena.exhausted;
}

void command_answer(void *closure, enum code code, const ProtobufCMessage *out)
{
    struct request *request = closure;
    request->code = code;
    if (ran_out(request) || code != CODE_OK || request->deferred || request->place == REQUEST_OPEN ||
        request->handed_over)
        return;
    once_note(request, out);
    request->out = wire_pack(out, &request->arena);
    if (request->arena.exhausted)
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "",
                       "the answer is too large; ask for less at a time");
}

/* The second half of slow work, with an answer to fill. */
static void run_finish(struct request *request)
{
    const ProtobufCMessageDescriptor *type = request->served->method->output;
    ProtobufCMessage *out = arena_alloc(&request->arena, type->sizeof_message);
    if (!out) {
        ran_out(request);
        return;
    }
    protobuf_c_message_init(type, out);
    command_answer(request, request->finish(&request->command, request->state, out), out);
}

void dispatch_run(struct request *request)
{
    const struct wire_method *method = request->served->method;
    ProtobufCMessage *in = NULL;
    request->deferred = false;
    if (request->slow_done) {
        run_finish(request);
    } else {
        request->code =
            wire_unpack(method->input, request->body, &request->arena, &in, &request->command.fault);
        if (request->code != CODE_OK)
            return;
        /* The generated invoke takes the handlers as not constant and changes nothing. */
        ProtobufCService *handlers = (ProtobufCService *)(uintptr_t)request->served->api->handlers;
        request->running = true;
        handlers->invoke(handlers, method->index, in, NULL, request);
        request->running = false;
    }
    if (request->code != CODE_OK) {
        request->deferred = false;
        later_close(request->command.service, request);
    }
}

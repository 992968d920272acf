/* What matching answers: searches, and its workers. In: requests. Out: answers at once where something is
 * wrong, else tickets that the dispatcher answers. */

#include "services/matching/matching.h"

#include "common/wire/wire.h"

#include "ccrag/v1/handlers.h"

#include <ctype.h>

static enum code check_positions(struct command *command, const Pb__SearchRequest *in)
{
    if (in->n_at_least > SEARCH_AT_LEAST_MAX)
        return refuse(command, CODE_INVALID_ARGUMENT, "at_least", "%zu are named; at most %d", in->n_at_least,
                      SEARCH_AT_LEAST_MAX);
    for (size_t i = 0; i < in->n_at_least; i++)
        if (strcmp(in->at_least[i]->service, MATCHING_SOURCE) != 0)
            return refuse(command, CODE_INVALID_ARGUMENT, "at_least", "matching does not follow \"%.40s\"",
                          in->at_least[i]->service);
    return CODE_OK;
}

/* Every worker reckons from the same day and moment. */
static void fill_moment(const struct command *command, Pb__SearchRequest *request,
                        char today[DATE_TEXT_BYTES])
{
    if (!request->today[0]) {
        date_print(command->today, today);
        request->today = today;
    }
    if (!request->asked_at_ms)
        request->asked_at_ms = command->now_ms;
}

#define SERVICE_TYPE Pb__MatchingService_Service

HANDLE(Search, search)
{
    Pb__SearchRequest request = *in;
    struct search read;
    char today[DATE_TEXT_BYTES];
    fill_moment(command, &request, today);
    enum code code = search_read(&request, &read, &command->fault);
    if (code == CODE_OK)
        code = check_positions(command, in);
    if (code != CODE_OK)
        return code;
    struct dispatcher *dispatcher = &matching_of(command->context)->dispatcher;
    code = dispatcher_answer(dispatcher, command, &request, &read, out, &command->fault);
    if (code != CODE_UNAVAILABLE)
        return code;
    return dispatcher_take(dispatcher, command, &request); /* answered by its ticket */
}

HANDLE(ListWorkers, list_workers)
{
    (void)in;
    return dispatcher_list(&matching_of(command->context)->dispatcher, command->arena, out);
}

#undef SERVICE_TYPE
#define SERVICE_TYPE Pb__DispatchService_Service

/* `worker-pool/east-1`; NULL: refused. */
static const char *name_of(struct command *command, const char *instance)
{
    size_t length = strlen(instance);
    bool good = length > 0 && length <= WORKER_INSTANCE_MAX;
    for (size_t i = 0; i < length; i++)
        good = good && (islower((unsigned char)instance[i]) || isdigit((unsigned char)instance[i]) ||
                        instance[i] == '-');
    if (!good) {
        refuse(command, CODE_INVALID_ARGUMENT, "instance",
               "a worker's name has 1 to %d lower-case letters, digits and dashes", WORKER_INSTANCE_MAX);
        return NULL;
    }
    return arena_format(command->arena, "%s/%s", command->caller.principal->name, instance);
}

HANDLE(OfferWork, offer_work)
{
    (void)out; /* searches are its items */
    const char *name = name_of(command, in->instance);
    if (!name)
        return CODE_INVALID_ARGUMENT;
    if (!in->state)
        return refuse(command, CODE_INVALID_ARGUMENT, "state", "an offer says how its worker stands");
    return dispatcher_offer(&matching_of(command->context)->dispatcher, command, name, in->state);
}

HANDLE(CompleteSearch, complete_search)
{
    (void)out; /* it has no fields */
    struct dispatcher *dispatcher = &matching_of(command->context)->dispatcher;
    struct span packed = span_of(in->response.data, in->response.len);
    struct fault fault = {0};
    if (!in->state || !in->status)
        return refuse(command, CODE_INVALID_ARGUMENT, in->state ? "status" : "state", "it is missing");
    const char *name = name_of(command, in->state->name);
    if (!name)
        return CODE_INVALID_ARGUMENT;
    enum code code = code_from_number(in->status->code);
    if (code == CODE_OK && wire_scan(&pb__search_response__descriptor, packed, &fault) != CODE_OK)
        return refuse(command, CODE_INVALID_ARGUMENT, "response", "%s: %s", fault.field, fault.reason);
    if (code != CODE_OK)
        fault_set(&fault, code, in->status->field, "%s", in->status->message);
    dispatcher_complete(dispatcher, name, in->state, in->search, code, &fault, packed);
    return CODE_OK;
}

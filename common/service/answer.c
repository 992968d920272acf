/* From a request that is decided to its caller.
 *
 * In: code, reason, packed response. Out: one message; then the request is given back, unless its handler
 * keeps it open or slow work is under way. An answer whose peer is gone is lost, and counted: what was done
 * stays done, and a caller who asks again with the same key is answered again. */

#include "common/service/internal.h"

#include <assert.h>

static void fill_position(const struct service *service, struct answer_head *head)
{
    if (!service->store)
        return;
    struct position position = store_position(service->store);
    head->epoch = position.epoch;
    head->sequence = position.sequence;
}

static enum code send(struct service *service, uint64_t peer, uint64_t call, struct answer_head *head,
                      struct span body)
{
    fill_position(service, head);
    struct span envelope = envelope_answer(call, head, &service->turn_arena);
    enum code code = envelope.size ? link_send(service->link, peer, envelope, body) : CODE_RESOURCE_EXHAUSTED;
    arena_reset(&service->turn_arena);
    if (code == CODE_OK)
        count(service, COUNT_ANSWERED);
    else if (code != CODE_INVALID_ARGUMENT) /* that one is answered otherwise */
        count(service, COUNT_ANSWERS_LOST);
    return code;
}

void answer_refusal(struct service *service, uint64_t peer, uint64_t call, const struct fault *fault,
                    uint32_t retry_after_ms)
{
    if (call == 0) /* not even a number to answer to */
        return;
    struct answer_head head = {.fault = fault, .retry_after_ms = retry_after_ms};
    send(service, peer, call, &head, span_of(NULL, 0));
}

/* A queue that is full is not so for ever; a request that needs more than one may have needs it the next time
 * too. */
static bool may_help_later(const struct request *request)
{
    return request->code == CODE_UNAVAILABLE ||
           (request->code == CODE_RESOURCE_EXHAUSTED && !request->arena.exhausted && !request->too_long);
}

static enum code send_request(struct service *service, struct request *request, bool more)
{
    struct fault *fault = &request->command.fault;
    struct answer_head head = {.more = more, .conflict = request->conflict};
    struct span body = request->out;
    if (request->code != CODE_OK) {
        if (fault->code != request->code || !fault->reason[0])
            fault_set(fault, request->code, "", "%s", code_meaning(request->code));
        head.fault = fault;
        if (may_help_later(request))
            head.retry_after_ms = request->retry_after_ms ? request->retry_after_ms : retry_hint_ms(service);
        body = span_of(NULL, 0);
    }
    return send(service, request->peer, request->call, &head, body);
}

/* What is the service's own fault is in its log; refusals are in the audit log. */
static void log_fault(const struct service *service, const struct request *request)
{
    if (request->code == CODE_INTERNAL || request->code == CODE_DATA_LOSS || request->code == CODE_UNKNOWN)
        log_event(&service->log, LOG_ERROR, "request-failed", "method", request->served->method->name, "code",
                  code_name(request->code), "reason", request->command.fault.reason, NULL);
}

void answer(struct service *service, struct request *request)
{
    if (request->place != REQUEST_AT_HAND)
        return;
    log_fault(service, request);
    if (!request->handed_over && !request->withdrawn &&
        send_request(service, request, false) == CODE_INVALID_ARGUMENT) {
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "",
                       "done, but the answer is longer than a message may be; ask for less at a time");
        request->too_long = true;
        send_request(service, request, false);
    }
    request_release(service, request);
}

/* Packs an answer for one that is open. */
static void fill_out(struct request *request, enum code code, const struct fault *fault,
                     const ProtobufCMessage *out)
{
    request->code = code;
    if (fault)
        request->command.fault = *fault;
    request->out = span_of(NULL, 0);
    if (code != CODE_OK || !out)
        return;
    request->out = wire_pack(out, &request->arena);
    if (request->arena.exhausted)
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "",
                       "the answer is too large; ask for less at a time");
}

static struct request *find_open(struct service *service, uint64_t ticket)
{
    struct request *request = service->open[ticket % OPEN_BUCKETS];
    while (request && request->ticket != ticket)
        request = request->next;
    return request;
}

void answer_later(struct service *service, uint64_t ticket, enum code code, const struct fault *fault,
                  const ProtobufCMessage *out)
{
    struct request *request = find_open(service, ticket);
    if (!request)
        return;
    assert(!request->running);
    later_close(service, request);
    fill_out(request, code, fault, out);
    answer(service, request);
}

void answer_later_packed(struct service *service, uint64_t ticket, struct span packed)
{
    struct request *request = find_open(service, ticket);
    if (!request)
        return;
    assert(!request->running);
    later_close(service, request);
    fill_out(request, CODE_OK, NULL, NULL);
    request->out = arena_copy(&request->arena, packed);
    if (request->arena.exhausted)
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "",
                       "the answer is too large; ask for less at a time");
    answer(service, request);
}

bool answer_item(struct service *service, uint64_t ticket, const ProtobufCMessage *item)
{
    struct request *request = find_open(service, ticket);
    if (!request)
        return false;
    struct arena_mark mark = arena_mark(&request->arena);
    fill_out(request, CODE_OK, NULL, item);
    enum code code = request->code == CODE_OK ? send_request(service, request, true) : request->code;
    arena_release(&request->arena, mark);
    request->out = span_of(NULL, 0);
    request->code = CODE_OK;
    return code == CODE_OK;
}

/* From the link to the queues: everything that can be decided about a request without the store.
 *
 * In: two-part messages. Out: requests that wait for their turn; or, at once, a refusal: not a message of
 * ours (INVALID_ARGUMENT), no such method (UNIMPLEMENTED), not ready (UNAVAILABLE), no room
 * (RESOURCE_EXHAUSTED), no right (PERMISSION_DENIED, UNAUTHENTICATED). A command without right is queued all
 * the same, decided: its refusal is in the audit log before it is answered (rule S3). No body is opened here.
 */

#include "common/service/internal.h"

/* What the header of a call says. */
static void read_header(struct service *service, struct request *request, const Pb__CallHeader *header)
{
    uint32_t left_ms = header->time_left_ms ? header->time_left_ms : DEADLINE_MS_DEFAULT;
    if (left_ms > DEADLINE_MS_MAX)
        left_ms = DEADLINE_MS_MAX;
    request->command.deadline_us = world_mono_us(service->world) + INT64_C(1000) * left_ms;
    request->signed_claim = header->claim;
    request->outbox_number = header->outbox_number;
    if (header->idempotency_key.len == UUID_BYTES) {
        memcpy(request->idempotency_key.bytes, header->idempotency_key.data, UUID_BYTES);
        request->has_key = true;
    }
}

/* Decides a request that cannot run, or finds its queue. NULL: it is decided and needs no line in the audit
 * log. */
static struct queue *place(struct service *service, struct request *request, const Pb__CallHeader *header)
{
    request->served = dispatch_find(service, header->method);
    if (!request->served) {
        request_refuse(request, CODE_UNIMPLEMENTED, "", "%s has no method %.200s", service->options.name,
                       header->method);
        return NULL;
    }
    bool read = request->served->method->reads_only;
    if (service->stopping) {
        request_refuse(request, CODE_UNAVAILABLE, "", "%s is stopping", service->options.name);
        return NULL;
    }
    if (request_is_early(service, request))
        return NULL;
    if (request_recognise(service, request) != CODE_OK && (read || request->command.caller.principal == NULL))
        return NULL;
    return read && !request->served->right->restricted_read ? &service->reads : &service->commands;
}

static void refuse_now(struct service *service, struct request *request, enum counter counter)
{
    count(service, counter);
    answer_refusal(service, request->peer, request->call, &request->command.fault, request->retry_after_ms);
    request_release(service, request);
}

static void take_call(struct service *service, struct request *request, const Pb__CallHeader *header)
{
    read_header(service, request, header);
    struct queue *queue = place(service, request, header);
    if (!queue) {
        enum code code = request->command.fault.code;
        if (code == CODE_UNAVAILABLE)
            request->retry_after_ms = RETRY_NOT_READY_MS;
        uint64_t peer = request->peer;
        bool unknown = roster_find_key(service->roster, &request->key) == NULL;
        refuse_now(service, request, COUNT_REFUSED_AT_INTAKE);
        if (unknown) {
            link_drop_peer(service->link, peer);
            count(service, COUNT_PEERS_DROPPED);
        }
        return;
    }
    if (!queue_push(queue, request)) {
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "",
                       "too many requests of yours, or in all, wait already");
        request->retry_after_ms = retry_hint_ms(service);
        refuse_now(service, request, COUNT_REFUSED_EARLY);
    }
}

/* The caller wants no answer any more. */
static void take_cancel(struct service *service, uint64_t peer, uint64_t call)
{
    if (service->source)
        feed_source_cancel(service->source, peer, call);
    struct request *waiting = queue_take(&service->commands, peer, call);
    if (!waiting)
        waiting = queue_take(&service->reads, peer, call);
    if (waiting)
        request_release(service, waiting);
    else if (!later_cancel(service, peer, call) && !once_cancel(service, peer, call)) {
        jobs_cancel(service, peer, call); /* counted when its job has come back */
        return;
    }
    count(service, COUNT_WITHDRAWN);
}

static void take_message(struct service *service, struct request *request, const struct message *message)
{
    Pb__Envelope *envelope = NULL;
    struct fault *fault = &request->command.fault;
    request->peer = message->peer;
    request->key = message->key;
    request->body = message->body;
    roster_saw(service, message->peer, &message->key);
    if (envelope_read(message->envelope, &request->arena, &envelope, fault) != CODE_OK) {
        request->call = envelope_call(message->envelope);
        refuse_now(service, request, COUNT_REFUSED_AT_INTAKE);
        return;
    }
    request->call = envelope->call;
    switch (envelope->kind_case) {
    case PB__ENVELOPE__KIND_REQUEST:
        take_call(service, request, envelope->request);
        return;
    case PB__ENVELOPE__KIND_CANCEL:
        take_cancel(service, request->peer, request->call);
        break;
    case PB__ENVELOPE__KIND_RESPONSE:
    case PB__ENVELOPE__KIND__NOT_SET:
    case _PB__ENVELOPE__KIND__CASE_IS_INT_SIZE:
        fault_set(fault, CODE_INVALID_ARGUMENT, "", "a service takes requests, not answers");
        refuse_now(service, request, COUNT_REFUSED_AT_INTAKE);
        return;
    }
    request_release(service, request);
}

static void take_bad_frame(struct service *service, struct request *request, const struct message *message,
                           enum code code)
{
    request->peer = message->peer;
    request->call = envelope_call(message->envelope);
    if (code == CODE_INVALID_ARGUMENT)
        fault_set(&request->command.fault, code, "",
                  "a message is an envelope and a body, of at most %d bytes", FRAME_BYTES_MAX);
    else
        fault_set(&request->command.fault, code, "", "the message could not be taken");
    refuse_now(service, request, COUNT_REFUSED_AT_INTAKE);
}

bool intake(struct service *service)
{
    for (unsigned taken = 0; taken < DRAIN_MESSAGES_MAX; taken++) {
        struct request *request = request_take(service);
        if (!request)
            return taken > 0;
        struct message message = {0};
        enum code code = link_receive(service->link, &request->arena, &message);
        if (code == CODE_UNAVAILABLE) {
            request_release(service, request);
            return taken > 0;
        }
        count(service, COUNT_RECEIVED);
        if (code == CODE_OK)
            take_message(service, request, &message);
        else
            take_bad_frame(service, request, &message, code);
    }
    return true;
}

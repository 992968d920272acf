/* What becomes of calls: sent, answered, sent again, given up.
 *
 * In: the link's state and messages, and the time. Out: the `done` of each call, once (of a stream: until its
 * last answer). A call is sent again, under the same idempotency key, when the connection it went over is
 * gone, when the service asks for it, and when a third of its deadline brought no answer. */

#include "common/bus/client_inside.h"
#include "common/bus/envelope.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t now_us(const struct client *client)
{
    return world_mono_us(client->world);
}

/* Between half and all of it, so that those that failed together do not come back together. */
static int64_t jitter_us(struct client *client, uint32_t ms)
{
    uint32_t random;
    world_random(client->world, &random, sizeof(random));
    return ms * INT64_C(500) + random % (ms * INT64_C(500) + 1);
}

static void wake_at(struct client *client, int64_t us)
{
    if (us < client->next_us)
        client->next_us = us;
}

static void send_later(struct client *client, struct call *call, uint32_t at_least_ms)
{
    uint32_t ms = call->backoff_ms > at_least_ms ? call->backoff_ms : at_least_ms;
    call->backoff_ms =
        call->backoff_ms * 2 < CLIENT_BACKOFF_MS_MAX ? call->backoff_ms * 2 : CLIENT_BACKOFF_MS_MAX;
    call->over = NULL;
    call->due_us = now_us(client) + at_least_ms * INT64_C(1000) + jitter_us(client, ms - at_least_ms);
    wake_at(client, call->due_us);
}

void call_send(struct client *client, struct call *call)
{
    int64_t now = now_us(client), left_us = call->deadline_us - now;
    wake_at(client, call->deadline_us);
    call->due_us = INT64_MAX;
    if (left_us <= 0 || call->attempt >= CLIENT_ATTEMPTS_MAX || link_state(client->link) != LINK_UP)
        return;
    arena_reset(&client->out);
    call->header.time_left_ms = (uint32_t)((left_us + 999) / 1000);
    uint64_t number = call->number << ATTEMPT_BITS | (call->attempt + 1);
    struct span envelope = envelope_request(number, &call->header, &client->out);
    if (!envelope.data || link_send(client->link, 0, envelope, call->body) != CODE_OK) {
        send_later(client, call, 0);
        return;
    }
    call->attempt++;
    call->over = client->link;
    if (!call->method->reads_only) /* a read that is asked again in vain ends with the refusal it had */
        call->fault.code = CODE_OK;
    if (call->repeatable) {
        call->due_us = now + call->deadline_ms * INT64_C(1000) / 3;
        wake_at(client, call->due_us);
    }
}

void call_withdraw(struct client *client, const struct call *call)
{
    if (!call->over || link_state(call->over) != LINK_UP)
        return;
    arena_reset(&client->out);
    struct span envelope = envelope_cancel(call->number << ATTEMPT_BITS | call->attempt, &client->out);
    if (envelope.data)
        link_send(call->over, 0, envelope, span_of(NULL, 0));
}

/* --- what has come ----------------------------------------------------------------------------------- */

static void tell(struct client *client, struct call *call, const struct client_answer *answer)
{
    if (answer->more) {
        call->done(call->context, answer);
        return;
    }
    client_done done = call->done;
    void *context = call->context;
    call_unlink(client, call);
    free(call);
    done(context, answer);
}

static void tell_response(struct client *client, struct call *call, const Pb__AnswerHeader *head,
                          struct span body)
{
    ProtobufCMessage *response;
    struct fault fault;
    struct client_answer answer = {.more = head->more && call->method->server_streaming, .packed = body};
    if (head->position) {
        answer.position.epoch = head->position->epoch;
        answer.position.sequence = head->position->sequence;
    }
    if (wire_unpack(call->method->output, body, &client->in, &response, &fault) == CODE_OK) {
        answer.response = response;
    } else {
        call_withdraw(client, call);
        fault_set(&answer.fault, CODE_INTERNAL, "", "the %s gave an answer that cannot be read: %s",
                  client->service, fault.reason);
        answer.more = false;
    }
    tell(client, call, &answer);
}

static bool is_retry_asked(const Pb__Status *status)
{
    return status->retry_after_ms > 0 &&
           (status->code == CODE_UNAVAILABLE || status->code == CODE_RESOURCE_EXHAUSTED);
}

/* Does an attempt that was not answered leave open whether the command is done, after a refusal of another
 * one? What a service finds wrong it decides for all attempts of a key; that it could not, or would not
 * listen, it says of one. */
static bool leaves_open(const struct call *call, enum code code)
{
    if (call->method->reads_only || call->answered >= call->attempt)
        return false;
    switch (code) {
    case CODE_UNAVAILABLE:
    case CODE_RESOURCE_EXHAUSTED:
    case CODE_DEADLINE_EXCEEDED:
    case CODE_UNAUTHENTICATED:
    case CODE_PERMISSION_DENIED:
    case CODE_CANCELLED:
    case CODE_INTERNAL:
    case CODE_DATA_LOSS:
        return true;
    case CODE_OK:
    case CODE_UNKNOWN:
    case CODE_INVALID_ARGUMENT:
    case CODE_NOT_FOUND:
    case CODE_ALREADY_EXISTS:
    case CODE_FAILED_PRECONDITION:
    case CODE_ABORTED:
    case CODE_OUT_OF_RANGE:
    case CODE_UNIMPLEMENTED:
        return false;
    }
    return true;
}

/* What is true of the whole call, not of one attempt alone. */
static void widen(const struct call *call, struct fault *fault)
{
    char reason[FAULT_REASON_BYTES];
    if (!leaves_open(call, fault->code))
        return;
    snprintf(reason, sizeof(reason), "%s", fault->reason);
    fault_set(fault, CODE_UNKNOWN, "", "%.200s; the command may or may not have been done before", reason);
}

static void take_refusal(struct client *client, struct call *call, unsigned attempt, const Pb__Status *status)
{
    struct client_answer answer = {.retry_after_ms = status->retry_after_ms, .conflict = status->conflict};
    fault_set(&answer.fault, code_from_number(status->code), status->field, "%s", status->message);
    call->answered++;
    if (is_retry_asked(status) && call->repeatable) {
        if (attempt != call->attempt)
            return; /* it was asked again already */
        int64_t again_us = now_us(client) + status->retry_after_ms * INT64_C(1000);
        if (again_us < call->deadline_us && call->attempt < CLIENT_ATTEMPTS_MAX) {
            call->fault = answer.fault;
            call->retry_after_ms = status->retry_after_ms;
            send_later(client, call, status->retry_after_ms);
            return;
        }
    }
    widen(call, &answer.fault);
    tell(client, call, &answer);
}

static void take_message(struct client *client, const struct message *message)
{
    Pb__Envelope *envelope;
    if (envelope_read(message->envelope, &client->in, &envelope, NULL) != CODE_OK ||
        envelope->kind_case != PB__ENVELOPE__KIND_RESPONSE)
        return;
    struct call *call = call_find(client, envelope->call >> ATTEMPT_BITS);
    unsigned attempt = envelope->call & ((1u << ATTEMPT_BITS) - 1);
    if (!call || attempt == 0 || attempt > call->attempt)
        return;
    if (envelope->response->status->code == CODE_OK)
        tell_response(client, call, envelope->response, message->body);
    else
        take_refusal(client, call, attempt, envelope->response->status);
}

/* A message that does not fit: of its call nothing better will come. */
static void take_misfit(struct client *client, const struct message *message)
{
    struct call *call = call_find(client, envelope_call(message->envelope) >> ATTEMPT_BITS);
    if (call)
        call_end(client, call, CODE_INTERNAL, "the %s gave an answer that is too large to read",
                 client->service);
}

static bool receive(struct client *client, struct link *link)
{
    unsigned taken = 0;
    for (; taken < DRAIN_MESSAGES_MAX; taken++) {
        struct message message = {0};
        arena_reset(&client->in);
        enum code code = link_receive(link, &client->in, &message);
        if (code == CODE_UNAVAILABLE)
            break;
        if (code == CODE_OK)
            take_message(client, &message);
        else
            take_misfit(client, &message);
    }
    return taken > 0;
}

/* --- what the link and the clock bring --------------------------------------------------------------- */

void call_lose(struct client *client, struct call *call)
{
    call->over = NULL;
    call->due_us = INT64_MAX;
    if (call->method->server_streaming)
        call_end(client, call, CODE_UNAVAILABLE, "the link to the %s at %s was lost", client->service,
                 client->endpoint);
    else if (!call->repeatable)
        call_end(client, call, CODE_UNKNOWN,
                 "the link to the %s at %s was lost: the command may or may not have been done",
                 client->service, client->endpoint);
}

/* Why nothing can be sent, and what to do; CODE_OK while there is hope. */
static enum code hopeless(const struct client *client, const char **ret_reason)
{
    if (links_hope(client))
        return CODE_OK;
    switch (client->state) {
    case LINK_CONNECTING:
    case LINK_UP:
        return CODE_OK;
    case LINK_REFUSED:
        *ret_reason = "does not know this program's key: ask for a roster entry (ccrag roster add)";
        return CODE_UNAUTHENTICATED;
    case LINK_BROKEN:
        if (now_us(client) < client->broken_since_us + CLIENT_BROKEN_MS * INT64_C(1000))
            return CODE_OK;
        *ret_reason = "has another server key, or is not a service: is the roster here out of date?";
        return CODE_UNAVAILABLE;
    }
    return CODE_OK;
}

static void follow_link(struct client *client)
{
    bool moved = links_turn(client);
    enum link_state state = link_state(client->link), before = client->state;
    client->state = state;
    if (state != LINK_BROKEN)
        client->broken_since_us = INT64_MAX;
    else if (before != LINK_BROKEN)
        client->broken_since_us = now_us(client);
    const char *reason;
    enum code code = hopeless(client, &reason);
    if (state == before && code == CODE_OK && !moved)
        return;
    for (struct call *call = client->calls, *next; call; call = next) {
        next = call->next;
        if (state != LINK_UP && call->over == client->link)
            call_lose(client, call);
        else if (state == LINK_UP && !call->over)
            call_send(client, call);
        else if (code != CODE_OK)
            call_end(client, call, call->attempt == 0 || call->method->reads_only ? code : CODE_UNKNOWN,
                     "the %s at %s %s%s", client->service, client->endpoint, reason,
                     call->attempt == 0 || call->method->reads_only
                         ? ""
                         : "; the command may or may not have been done before");
    }
}

static void expire(struct client *client, struct call *call)
{
    call_withdraw(client, call);
    struct fault fault = call->fault;
    widen(call, &fault);
    if (fault.code != CODE_OK) {
        call_end(client, call, fault.code, "%s", fault.reason);
        call->fault = fault; /* with its field */
    } else if (call->attempt == 0)
        call_end(client, call, CODE_UNAVAILABLE,
                 "the %s at %s does not answer: is it running? (ccrag status)", client->service,
                 client->endpoint);
    else
        call_end(client, call, CODE_DEADLINE_EXCEEDED, "the %s at %s did not answer within %u ms%s",
                 client->service, client->endpoint, (unsigned)call->deadline_ms,
                 call->method->reads_only ? "" : ": the command may or may not have been done");
}

static void follow_clock(struct client *client)
{
    int64_t now = now_us(client);
    if (now < client->next_us)
        return;
    client->next_us = INT64_MAX;
    for (struct call *call = client->calls, *next; call; call = next) {
        next = call->next;
        if (now >= call->deadline_us)
            expire(client, call);
        else if (now >= call->due_us)
            call_send(client, call);
        else {
            wake_at(client, call->deadline_us);
            wake_at(client, call->due_us);
        }
    }
}

static bool tell_ended(struct client *client)
{
    bool any = client->ended != NULL;
    while (client->ended) {
        struct call *call = client->ended;
        struct client_answer answer = {.fault = call->fault, .retry_after_ms = call->retry_after_ms};
        tell(client, call, &answer);
    }
    return any;
}

bool client_turn(struct client *client)
{
    assert(!client->turning); /* `done` does not wait for other calls */
    client->turning = true;
    follow_link(client);
    bool any = receive(client, client->link);
    if (client->old)
        any |= receive(client, client->old);
    follow_clock(client);
    any |= tell_ended(client);
    client->turning = false;
    return any;
}

int64_t client_next_us(const struct client *client)
{
    const char *reason;
    if (client->pending == 0)
        return INT64_MAX;
    if (client->ended || hopeless(client, &reason) != CODE_OK)
        return now_us(client);
    int64_t verdict_us =
        client->state == LINK_BROKEN ? client->broken_since_us + CLIENT_BROKEN_MS * INT64_C(1000) : INT64_MAX;
    return verdict_us < client->next_us ? verdict_us : client->next_us;
}

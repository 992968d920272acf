/* Done once: a command that comes again under its idempotency key, or its outbox number, is not done again.
 *
 * In: commands whose turn has come. Out: those that were decided before, answered as they were; those whose
 * first attempt is still with the pool, kept beside it until that is decided, and answered alike. What a
 * command came to is kept in its own transaction. A program without a store keeps nothing. */

#include "common/service/internal.h"

#include <sodium.h>

static void take_digest(struct request *request)
{
    const char *method = request->served->method->name;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof request->digest);
    crypto_generichash_update(&state, (const uint8_t *)method, strlen(method) + 1);
    crypto_generichash_update(&state, request->body.data, request->body.size);
    crypto_generichash_final(&state, request->digest, sizeof request->digest);
}

/* Whose keys these are: a person's own, whichever program carries them. An outbox is its program's. */
static const char *holder(const struct request *request)
{
    return request->outbox_number ? request->principal.name : caller_name(&request->command.caller);
}

/* --- the first attempt is under way ------------------------------------------------------------------ */

static bool is_repeat(const struct request *first, const struct request *request)
{
    if (first->outbox_number != request->outbox_number || strcmp(holder(first), holder(request)) != 0)
        return false;
    return request->outbox_number || memcmp(first->idempotency_key.bytes, request->idempotency_key.bytes,
                                            sizeof first->idempotency_key.bytes) == 0;
}

void once_list(struct service *service, struct request *request)
{
    if (!service->store || request->served->method->reads_only ||
        !(request->has_key || request->outbox_number))
        return;
    request->under_way_next = service->under_way;
    service->under_way = request;
}

void once_unlist(struct service *service, struct request *request)
{
    struct request **at = &service->under_way;
    while (*at && *at != request)
        at = &(*at)->under_way_next;
    if (*at)
        *at = request->under_way_next;
}

static void refuse_other(struct request *request)
{
    bool numbered = request->outbox_number != 0;
    request_refuse(request, CODE_FAILED_PRECONDITION, numbered ? "outbox_number" : "idempotency_key",
                   "this %s was used for another request", numbered ? "number" : "key");
}

/* The first attempt goes on for as long as any of them would wait. */
static void join(struct service *service, struct request *first, struct request *request)
{
    if (first->repeat_count >= REPEATS_MAX || service->repeat_count >= REPEATS_ALL_MAX) {
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "",
                       "this command is under way, and many wait for its answer already");
        return;
    }
    if (request->command.deadline_us > first->command.deadline_us)
        first->command.deadline_us = request->command.deadline_us;
    struct request **end = &first->repeats;
    while (*end)
        end = &(*end)->next;
    *end = request;
    request->next = NULL;
    request->place = REQUEST_REPEAT;
    first->repeat_count++;
    service->repeat_count++;
}

/* True: one like it is with the pool, and it waits with that one or is refused. */
static bool is_under_way(struct request *request)
{
    struct service *service = request->command.service;
    struct request *first = service->under_way;
    while (first && !is_repeat(first, request))
        first = first->under_way_next;
    if (!first)
        return false;
    if (memcmp(first->digest, request->digest, sizeof first->digest) != 0)
        refuse_other(request);
    else
        join(service, first, request);
    return true;
}

/* What came of the first attempt, copied: that one's memory goes. */
static void take_outcome(struct request *request, const struct request *first)
{
    ProtobufCMessage *conflict = NULL;
    request->replayed = request->settled = true;
    request->code = first->code;
    request->command.fault = first->command.fault;
    request->out = first->code == CODE_OK ? arena_copy(&request->arena, first->out) : span_of(NULL, 0);
    if (first->conflict &&
        wire_unpack(&pb__conflict__descriptor, wire_pack(&first->conflict->base, &request->arena),
                    &request->arena, &conflict, NULL) == CODE_OK)
        request->conflict = (const Pb__Conflict *)conflict;
    if (request->arena.exhausted)
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "", "decided, but there is no room for the answer");
}

void once_settle(struct service *service, struct request *first)
{
    once_unlist(service, first);
    for (struct request *request; (request = first->repeats) != NULL;) {
        first->repeats = request->next;
        service->repeat_count--;
        if (!first->lapsed) /* otherwise nothing was decided, and each has a turn of its own */
            take_outcome(request, first);
        jobs_put_done(service, request);
    }
    first->repeat_count = 0;
}

bool once_cancel(struct service *service, uint64_t peer, uint64_t call)
{
    for (struct request *first = service->under_way; first; first = first->under_way_next)
        for (struct request **at = &first->repeats; *at; at = &(*at)->next) {
            struct request *request = *at;
            if (request->peer != peer || request->call != call)
                continue;
            *at = request->next;
            first->repeat_count--;
            service->repeat_count--;
            request_release(service, request);
            return true;
        }
    return false;
}

void once_drop(struct service *service, struct request *first)
{
    for (struct request *request; (request = first->repeats) != NULL;) {
        first->repeats = request->next;
        request_release(service, request);
    }
}

/* --- it was decided before --------------------------------------------------------------------------- */

/* As it was answered before: done, or refused. */
static void take_reply(struct request *request, const struct reply *reply)
{
    ProtobufCMessage *said = NULL;
    request->code = reply->code;
    request->out = reply->body;
    if (reply->erased)
        request_refuse(request, CODE_FAILED_PRECONDITION, "",
                       "it was done; what it was about has been erased since");
    if (reply->lapsed)
        request_refuse(
            request, CODE_FAILED_PRECONDITION, "",
            "it was done; its answer held a secret, which is kept for %d minutes only: ask for another",
            IDEMPOTENCY_SECRET_MINUTES);
    if (reply->erased || reply->lapsed || reply->code == CODE_OK)
        return;
    if (wire_unpack(&pb__status__descriptor, reply->envelope, &request->arena, &said, NULL) == CODE_OK)
        request_refuse(request, reply->code, ((const Pb__Status *)said)->field, "%s",
                       ((const Pb__Status *)said)->message);
}

static void refuse_old(struct request *request)
{
    if (request->outbox_number)
        request_refuse(request, CODE_OUT_OF_RANGE, "outbox_number",
                       "of an outbox the newest %d numbers are remembered; look whether it was done",
                       OUTBOX_REMEMBERED);
    else
        request_refuse(request, CODE_OUT_OF_RANGE, "idempotency_key",
                       "keys are good for %d days; make a new one after looking", IDEMPOTENCY_DAYS);
}

static enum code find_reply(struct store_txn *txn, struct request *request, struct reply *ret_reply)
{
    if (request->outbox_number)
        return outbox_find(txn, holder(request), request->outbox_number, request->digest, &request->arena,
                           ret_reply);
    return reply_find(txn, holder(request), &request->idempotency_key, request->digest,
                      request->command.now_ms, &request->arena, ret_reply);
}

bool once_decided(struct store_txn *txn, struct request *request)
{
    struct reply reply = {0};
    if (!request->has_key && !request->outbox_number)
        return false;
    take_digest(request);
    if (is_under_way(request))
        return true;
    enum code code = find_reply(txn, request, &reply);
    if (code == CODE_NOT_FOUND)
        return false;
    request->replayed = true;
    if (code == CODE_OK)
        take_reply(request, &reply);
    else if (code == CODE_FAILED_PRECONDITION)
        refuse_other(request);
    else if (code == CODE_OUT_OF_RANGE)
        refuse_old(request);
    else if (code == CODE_INVALID_ARGUMENT)
        request_refuse(request, code, "idempotency_key", "the key is not a UUID of version 7");
    else
        request->code = code;
    return true;
}

/* --- what it came to --------------------------------------------------------------------------------- */

static enum code keep(struct store_txn *txn, const struct request *request, const struct reply *reply)
{
    if (request->outbox_number)
        return outbox_keep(txn, holder(request), request->outbox_number, request->digest, reply);
    return reply_keep(txn, holder(request), &request->idempotency_key, request->digest, reply);
}

/* The table of such records with keys of their own; NULL: there is none. */
static const struct table *own_table_of(const struct service *service, const void *type)
{
    for (const struct table *const *at = service->options.tables; at && *at; at++)
        if ((*at)->type == type && (*at)->flags & TABLE_OWN_KEY)
            return *at;
    return NULL;
}

void once_note(struct request *request, const ProtobufCMessage *out)
{
    if (request->served->method->reads_only || !(request->has_key || request->outbox_number))
        return;
    request->shows = NULL;
    for (unsigned i = 0; i < out->descriptor->n_fields && !request->shows; i++) {
        const ProtobufCFieldDescriptor *field = &out->descriptor->fields[i];
        const void *at = (const uint8_t *)out + field->offset;
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
            continue;
        const struct table *table = own_table_of(request->command.service, field->descriptor);
        const ProtobufCMessage *record = *(ProtobufCMessage *const *)at;
        if (!table || !record)
            continue;
        request->shows = table;
        request->shows_key = table->key(record, &request->arena);
    }
}

enum code once_keep(struct store_txn *txn, const struct request *request)
{
    struct reply reply = {.code = CODE_OK,
                          .body = request->out,
                          .of = request->command.secret ? NULL : request->shows,
                          .key = request->shows_key,
                          .secret = request->command.secret,
                          .at_ms = request->command.now_ms};
    return request->has_key || request->outbox_number ? keep(txn, request, &reply) : CODE_OK;
}

/* May the same command be done where it was refused, once other things have changed? Then its refusal is kept
 * too: it may be on its way a second time, and what was refused must not be done behind its caller's back. (A
 * stale version stays stale, and what is wrong in itself stays wrong.) */
static bool may_turn(enum code code)
{
    return code == CODE_NOT_FOUND || code == CODE_ALREADY_EXISTS || code == CODE_FAILED_PRECONDITION ||
           code == CODE_PERMISSION_DENIED;
}

void once_keep_refusal(struct store_txn *txn, struct request *request, const struct actor *actor)
{
    Pb__Status status = PB__STATUS__INIT;
    struct reply reply = {.code = request->code};
    if (!(request->has_key || request->outbox_number) || !may_turn(request->code))
        return;
    status.code = request->code;
    status.message = request->command.fault.reason;
    status.field = request->command.fault.field;
    reply.envelope = wire_pack(&status.base, &request->arena);
    if (!reply.envelope.data)
        return;
    store_command_begin(txn, actor, &request->arena);
    keep(txn, request, &reply);
    store_command_end(txn, true);
}

/* Commands, in groups: what is waiting, up to GROUP_COMMANDS_MAX, runs in one write transaction with one
 * commit, and only then is anyone answered. Whether it waits a moment for more is pace.c's to say.
 *
 * In: requests from the queue of commands (restricted reads among them, for their line in the audit log).
 * Out: each request decided and answered. A refused command leaves its audit line and, where it may
 * come again, its answer; a failed commit leaves nothing of the whole group, and says so to all of it. A
 * program without a store runs the same way without the transaction. */

#include "common/service/internal.h"

#include <sodium.h>

/* --- idempotency -------------------------------------------------------------------------------------- */

static void take_digest(struct request *request)
{
    const char *method = request->served->method->name;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof request->digest);
    crypto_generichash_update(&state, (const uint8_t *)method, strlen(method) + 1);
    crypto_generichash_update(&state, request->body.data, request->body.size);
    crypto_generichash_final(&state, request->digest, sizeof request->digest);
}

/* Whose keys these are: a person's own, whichever program carries them. */
static const char *key_holder(const struct request *request)
{
    return caller_name(&request->command.caller);
}

/* As it was answered before: done, or refused. */
static void take_reply(struct request *request, const struct reply *reply)
{
    ProtobufCMessage *said = NULL;
    request->code = reply->code;
    request->out = reply->body;
    if (reply->code == CODE_OK)
        return;
    if (wire_unpack(&pb__status__descriptor, reply->envelope, &request->arena, &said, NULL) == CODE_OK)
        request_refuse(request, reply->code, ((const Pb__Status *)said)->field, "%s",
                       ((const Pb__Status *)said)->message);
}

/* True: it is decided already, by what was done before or by a key that cannot be. */
static bool is_done_before(struct store_txn *txn, struct request *request, int64_t now_ms)
{
    if (request->outbox_number) {
        uint64_t done = 0;
        request->code = outbox_done_get(txn, request->principal.name, &done);
        return request->replayed = request->code != CODE_OK || request->outbox_number <= done;
    }
    if (!request->has_key)
        return false;
    take_digest(request);
    struct reply reply = {0};
    enum code code = reply_find(txn, key_holder(request), &request->idempotency_key, request->digest, now_ms,
                                &request->arena, &reply);
    if (code == CODE_NOT_FOUND)
        return false;
    request->replayed = true;
    if (code == CODE_OK)
        take_reply(request, &reply);
    else if (code == CODE_FAILED_PRECONDITION)
        request_refuse(request, code, "idempotency_key", "this key was used for another request");
    else if (code == CODE_OUT_OF_RANGE)
        request_refuse(request, code, "idempotency_key",
                       "keys are good for %d days; make a new one after looking", IDEMPOTENCY_DAYS);
    else if (code == CODE_INVALID_ARGUMENT)
        request_refuse(request, code, "idempotency_key", "the key is not a UUID of version 7");
    else
        request->code = code;
    return true;
}

static enum code keep_reply(struct store_txn *txn, struct request *request)
{
    if (request->outbox_number)
        return outbox_done_put(txn, request->principal.name, request->outbox_number);
    if (!request->has_key)
        return CODE_OK;
    struct reply reply = {.code = CODE_OK, .body = request->out};
    return reply_keep(txn, key_holder(request), &request->idempotency_key, request->digest, &reply);
}

/* May the same command be done where it was refused, once other things have changed? Then its refusal is kept
 * too: it may be on its way a second time, and what was refused must not be done behind its caller's back. (A
 * stale version stays stale, and what is wrong in itself stays wrong.) */
static bool may_turn(enum code code)
{
    return code == CODE_NOT_FOUND || code == CODE_ALREADY_EXISTS || code == CODE_FAILED_PRECONDITION ||
           code == CODE_PERMISSION_DENIED;
}

/* In a store without room it is not kept. */
static void keep_refusal(struct store_txn *txn, struct request *request, const struct actor *actor)
{
    Pb__Status status = PB__STATUS__INIT;
    struct reply reply = {.code = request->code};
    if (!request->has_key || request->outbox_number || !may_turn(request->code))
        return;
    status.code = request->code;
    status.message = request->command.fault.reason;
    status.field = request->command.fault.field;
    reply.envelope = wire_pack(&status.base, &request->arena);
    if (!reply.envelope.data)
        return;
    store_command_begin(txn, actor, &request->arena);
    reply_keep(txn, key_holder(request), &request->idempotency_key, request->digest, &reply);
    store_command_end(txn, true);
}

/* --- one command -------------------------------------------------------------------------------------- */

/* What a store says of an error of its own, where the handler said nothing. */
static void explain(struct store_txn *txn, struct request *request)
{
    struct fault said = {0};
    if (request->code == CODE_OK ||
        (request->command.fault.code == request->code && request->command.fault.reason[0]))
        return;
    if (store_txn_error(txn, &said) == request->code && said.reason[0])
        request->command.fault = said;
    request->conflict = request->code == CODE_ABORTED ? store_txn_conflict(txn) : NULL;
}

static void run_in_txn(struct store_txn *txn, struct request *request, enum code (*own)(struct command *))
{
    struct command *command = &request->command;
    struct actor actor = {caller_name(&command->caller), request->principal.name, command->now_ms};
    store_command_begin(txn, &actor, command->arena);
    if (own)
        request->code = own(command);
    else
        dispatch_run(request);
    bool writes = own || !request->served->method->reads_only;
    bool keep = request->code == CODE_OK && writes && !request->deferred;
    if (keep && !own)
        request->code = keep_reply(txn, request);
    if (request->code == CODE_ABORTED)
        request->conflict = store_txn_conflict(txn);
    enum code end = store_command_end(txn, keep && request->code == CODE_OK);
    if (keep && request->code == CODE_OK)
        request->code = end;
    explain(txn, request);
    if (writes && !own && request->code != CODE_OK)
        keep_refusal(txn, request, &actor);
}

/* The line of a command that was run or refused; one done before has its line already. */
static enum code audit(struct store_txn *txn, const struct request *request, const char *method)
{
    const struct command *command = &request->command;
    struct audit_line line = {
        .at_ms = command->now_ms,
        .principal = request->principal.name,
        .by = command->caller.claim ? command->caller.claim->person_id : "",
        .method = method,
        .outcome = request->code,
        .subject = command->subject ? command->subject : "",
        .detail = request->code != CODE_OK ? command->fault.reason : "",
    };
    return audit_append(txn, &line);
}

struct group {
    struct service *service;
    struct store_txn *txn; /* NULL without a store */
    struct request *requests[GROUP_COMMANDS_MAX];
    unsigned count;
    bool audit_full;  /* a line found no room: nothing more is run in this group */
    enum code failed; /* the group as a whole; CODE_OK so far */
};

/* Is it still to be run, now that its turn has come? */
static bool is_due(struct service *service, struct request *request)
{
    if (request->code != CODE_OK)
        return false; /* decided at intake */
    if (request->roster_generation != service->roster_generation &&
        request_recognise(service, request) != CODE_OK)
        return false;
    if (request->command.deadline_us > world_mono_us(service->world))
        return true;
    count(service, COUNT_EXPIRED);
    request_refuse(request, CODE_DEADLINE_EXCEEDED, "",
                   "its time ran out before it was begun; nothing was done");
    return false;
}

static void run_one(struct group *group, struct request *request)
{
    struct service *service = group->service;
    struct store_txn *txn = group->txn;
    request->command.txn = txn;
    if (is_due(service, request)) {
        if (!txn)
            dispatch_run(request);
        else if (group->audit_full)
            request_refuse(request, CODE_RESOURCE_EXHAUSTED, "", "the store has no room for the audit log");
        else if (request->served->method->reads_only ||
                 !is_done_before(txn, request, request->command.now_ms))
            run_in_txn(txn, request, NULL);
    }
    request->command.txn = NULL;
    if (!request->deferred) /* counted when it comes back */
        count(service, request->code == CODE_OK ? COUNT_COMMANDS : COUNT_COMMANDS_REFUSED);
    if (request->replayed)
        count(service, COUNT_REPLAYED);
    if (!txn || request->deferred || (request->replayed && request->code == CODE_OK))
        return;
    if (audit(txn, request, request->served->method->name) == CODE_OK)
        return;
    count(service, COUNT_AUDIT_LOST);
    group->audit_full = true;
    if (request->code == CODE_OK && request->served->method->reads_only)
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "", "the store has no room for the audit log");
    else if (request->code == CODE_OK) /* a change without its line must not be */
        group->failed = CODE_RESOURCE_EXHAUSTED;
}

/* Everything of the group is undone: whoever was told nothing yet is told that. */
static void fail_all(struct group *group, enum code code)
{
    struct service *service = group->service;
    count(service, COUNT_COMMITS_FAILED);
    log_event(&service->log, LOG_ERROR, "commit-failed", "code", code_name(code), "commands",
              LOG_NUMBER(group->count), NULL);
    for (unsigned i = 0; i < group->count; i++) {
        struct request *request = group->requests[i];
        if (request->deferred)
            continue;
        later_close(service, request);
        request->conflict = NULL;
        request_refuse(request, code == CODE_RESOURCE_EXHAUSTED ? code : CODE_UNAVAILABLE, "",
                       "not done: the store could not commit (%s)", code_name(code));
    }
}

static void finish_all(struct group *group)
{
    for (unsigned i = 0; i < group->count; i++) {
        struct request *request = group->requests[i];
        if (request->deferred)
            jobs_begin(group->service, request);
        else
            answer(group->service, request);
    }
}

bool group_run(struct service *service)
{
    struct group group = {.service = service};
    int64_t now_ms = world_wall_ms(service->world), now_us = world_mono_us(service->world);
    if (!service->done_first && !service->stopping &&
        pace_holds(&service->pace, service->commands.waiting, now_us))
        return false;
    while (group.count < GROUP_COMMANDS_MAX) {
        struct request *request = jobs_take_done(service, false);
        if (!request)
            request = queue_pop(&service->commands);
        if (!request)
            break;
        command_stamp(&request->command, now_ms);
        group.requests[group.count++] = request;
    }
    if (group.count == 0)
        return false;
    count(service, COUNT_GROUPS);
    if (service->store)
        group.failed = store_write_begin(service->store, &group.txn);
    for (unsigned i = 0; i < group.count && group.failed == CODE_OK; i++)
        run_one(&group, group.requests[i]);
    now_us = world_mono_us(service->world);
    if (group.txn && group.failed == CODE_OK)
        group.failed = store_commit(group.txn);
    else
        store_end(group.txn);
    int64_t committed_us = world_mono_us(service->world);
    if (group.failed != CODE_OK)
        fail_all(&group, group.failed);
    finish_all(&group);
    pace_committed(&service->pace, group.count, now_us, committed_us);
    return true;
}

enum code group_run_own(struct service *service, const char *method,
                        enum code (*run)(struct command *command), bool *ret_again)
{
    struct request *request = request_take_own(service);
    if (!request)
        return CODE_RESOURCE_EXHAUSTED;
    struct command *command = &request->command;
    enum code code = CODE_OK;
    if (service->store) {
        code = store_write_begin(service->store, &command->txn);
        if (code == CODE_OK)
            run_in_txn(command->txn, request, run);
        if (code == CODE_OK && (request->code != CODE_OK || command->subject))
            code = audit(command->txn, request, method);
        if (code == CODE_OK)
            code = store_commit(command->txn);
        else
            store_end(command->txn);
    } else {
        request->code = run(command);
    }
    if (code == CODE_OK)
        code = request->code;
    if (code != CODE_OK)
        log_event(&service->log, LOG_ERROR, "own-command-failed", "what", method, "code", code_name(code),
                  "reason", command->fault.reason, NULL);
    *ret_again = code == CODE_OK && command->again;
    command->txn = NULL;
    request_release(service, request);
    return code;
}

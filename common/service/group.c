/* Commands, in groups: what is waiting, up to GROUP_COMMANDS_MAX, runs in one write transaction with one
 * commit, and only then is anyone answered. Whether it waits a moment for more is pace.c's to say.
 *
 * In: requests from the queue of commands (restricted reads among them, for their line in the audit log).
 * Out: each request decided and answered. A refused command leaves its audit line and, where it may
 * come again, its answer; a failed commit leaves nothing of the whole group, and says so to all of it. A
 * program without a store runs the same way without the transaction. */

#include "common/service/internal.h"

/* --- one command ------------------------------------------------------------------------------------- */

/* What a store says of an error of its own, where the handler said nothing. */
static void explain(struct store_txn *txn, struct request *request)
{
    struct fault said = {0};
    if (request->code == CODE_OK ||
        (request->command.fault.code == request->code && request->command.fault.reason[0]))
        return;
    if (store_txn_error(txn, &said) == request->code && said.reason[0]) {
        request->command.fault = said;
        request->command.why = request->command.fault.reason; /* the store quotes nothing */
    }
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
        request->code = once_keep(txn, request);
    if (request->code == CODE_ABORTED)
        request->conflict = store_txn_conflict(txn);
    enum code end = store_command_end(txn, keep && request->code == CODE_OK);
    if (keep && request->code == CODE_OK)
        request->code = end;
    explain(txn, request);
    if (writes && !own && request->code != CODE_OK)
        once_keep_refusal(txn, request, &actor);
}

/* Why it was refused, with an ellipsis for each thing filled in: that may be what a stranger typed, and the
 * log is for ever. Where nobody here wrote the reason: the field. */
static const char *why(const struct request *request, struct arena *arena)
{
    const char *said = "", *at = request->command.why;
    if (!at)
        return request->command.fault.field;
    if (strcmp(at, "%s") == 0)
        return code_meaning(request->code);
    for (const char *next; said && (next = strchr(at, '%')) != NULL; at = next) {
        const char *end = next + 1 + strcspn(next + 1, "%cdisuxzp");
        said = arena_format(arena, "%s%.*s%s", said, (int)(next - at), at, *end == '%' ? "%" : "…");
        next = end + strspn(end, "z") + (*end != '\0');
    }
    said = said ? arena_format(arena, "%s%s", said, at) : NULL;
    return said ? said : "";
}

/* The line of a command that was run or refused; one done before has its line already. */
static enum code audit(struct store_txn *txn, struct request *request, const char *method)
{
    const struct command *command = &request->command;
    struct audit_line line = {
        .at_ms = command->now_ms,
        .principal = request->principal.name,
        .by = command->caller.claim ? command->caller.claim->person_id : "",
        .method = method,
        .outcome = request->code,
        .subject = command->subject ? command->subject : "",
        .detail = request->code != CODE_OK ? why(request, &request->arena) : "",
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
    if (request_is_early(service, request))
        return false;
    if (request->command.deadline_us > world_mono_us(service->world))
        return true;
    count(service, COUNT_EXPIRED);
    request_refuse(request, CODE_DEADLINE_EXCEEDED, "",
                   "its time ran out before it was begun; nothing was done");
    return false;
}

static void decide(struct group *group, struct request *request)
{
    struct store_txn *txn = group->txn;
    if (!is_due(group->service, request))
        request->lapsed = true;
    else if (!txn)
        dispatch_run(request);
    else if (group->audit_full)
        request_refuse(request, CODE_RESOURCE_EXHAUSTED, "", "the store has no room for the audit log");
    else if (request->served->method->reads_only || !once_decided(txn, request))
        run_in_txn(txn, request, NULL);
}

static void run_one(struct group *group, struct request *request)
{
    struct service *service = group->service;
    struct store_txn *txn = group->txn;
    request->command.txn = txn;
    if (request->slow_done)
        once_unlist(service, request);
    if (!request->settled)
        decide(group, request);
    request->command.txn = NULL;
    if (request->place == REQUEST_REPEAT)
        return;
    if (request->deferred)
        once_list(service, request);
    else /* one deferred is counted when it comes back */
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

static void refuse_failed(struct request *request, enum code code)
{
    if (code == CODE_RESOURCE_EXHAUSTED) {
        request_refuse(request, code, "",
                       "not done: the store has no room, in its map, on its disk or in memory: the operator "
                       "must make some");
        return;
    }
    if (code != CODE_UNKNOWN) {
        request_refuse(request, CODE_UNAVAILABLE, "", "not done: the store could not commit (%s)",
                       code_name(code));
        return;
    }
    if (request->code == CODE_OK)
        request->undo = NULL; /* what it made may be needed */
    request_refuse(
        request, CODE_UNAVAILABLE, "",
        "the disk failed: whether it was done shows once the service has started anew; ask again with "
        "the same key");
}

/* Nothing of the group is done, or known to be: whoever was told nothing yet is told that. */
static void fail_all(struct group *group, enum code code)
{
    struct service *service = group->service;
    count(service, COUNT_COMMITS_FAILED);
    log_event(&service->log, LOG_ERROR, "commit-failed", "code", code_name(code), "commands",
              LOG_NUMBER(group->count), NULL);
    for (unsigned i = 0; i < group->count; i++) {
        struct request *request = group->requests[i];
        if (request->deferred || request->place == REQUEST_REPEAT ||
            (request->settled && request->code == CODE_OK))
            continue;
        later_close(service, request);
        request->conflict = NULL;
        refuse_failed(request, code);
    }
}

static void finish_all(struct group *group)
{
    for (unsigned i = 0; i < group->count; i++) {
        struct request *request = group->requests[i];
        if (request->undo && request->slow_done && request->code != CODE_OK)
            request->undo(request->state);
        if (request->deferred) {
            jobs_begin(group->service, request);
            continue;
        }
        once_settle(group->service, request);
        answer(group->service, request);
    }
}

bool group_run(struct service *service)
{
    int64_t now_ms = world_wall_ms(service->world), now_us = world_mono_us(service->world);
    if (!service->done_first && !service->stopping &&
        pace_holds(&service->pace, service->commands.waiting, now_us))
        return false;
    if (!service->done_first && service->commands.waiting == 0)
        return false;
    struct group group = {.service = service};
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
        group.failed = store_group_begin(service->store, &group.txn);
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
    service->settle_due_us = committed_us + SETTLE_AFTER_US;
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
                  "reason", command->fault.reason[0] ? command->fault.reason : code_meaning(code), NULL);
    *ret_again = code == CODE_OK && command->again;
    command->txn = NULL;
    request_release(service, request);
    return code;
}

/* What this program takes from other services' feeds.
 *
 * In: batches, from the bus's followers, which see to it that nothing is missing and nothing comes twice.
 * Out: what the program's `apply` makes of each entry, and the new cursor, in one commit: exactly once in
 * effect. */

#include "common/service/internal.h"

#include <stdio.h>

/* One command of a batch, in its transaction. */
static enum code run_in_batch(struct request *request, const struct actor *actor, const struct follow *follow,
                              const Pb__JournalEntry *entry)
{
    struct command *command = &request->command;
    store_command_begin(command->txn, actor, command->arena);
    command->again = false;
    enum code code = entry ? follow->apply(command, entry) : follow->start_over(command);
    enum code end = store_command_end(command->txn, code == CODE_OK);
    if (code == CODE_OK)
        code = end;
    if (code != CODE_OK && !command->fault.reason[0])
        store_txn_error(command->txn, &command->fault);
    arena_reset(command->arena);
    return code;
}

static enum code apply_all(struct request *request, const struct follow *follow,
                           const Pb__FollowResponse *batch)
{
    struct command *command = &request->command;
    struct actor actor = {.by = follow->service, .principal = follow->service, .now_ms = command->now_ms};
    enum code code = CODE_OK;
    command->again = batch->start_over;
    while (code == CODE_OK && command->again)
        code = run_in_batch(request, &actor, follow, NULL);
    for (size_t i = 0; i < batch->n_entries && code == CODE_OK; i++) {
        actor.by = batch->entries[i]->by;
        code = run_in_batch(request, &actor, follow, batch->entries[i]);
        if (code == CODE_OK)
            count(command->service, COUNT_ENTRIES_APPLIED);
    }
    return code;
}

static void log_failure(struct followed *followed, enum code code, const struct fault *fault)
{
    if (!followed->failing)
        log_event(&followed->service->log, LOG_ERROR, "batch-failed", "source", followed->follow->service,
                  "code", code_name(code), "reason", fault->reason[0] ? fault->reason : code_meaning(code),
                  NULL);
    followed->failing = true;
}

/* What was handed over and could not be written, nobody has: every follower goes back to its stored cursor.
 */
static enum code check_behind(struct service *service, struct fault *ret_fault)
{
    enum code code = store_behind_failed(service->store, ret_fault);
    for (size_t i = 0; code != CODE_OK && i < service->follow_count; i++)
        service->follows[i].lost = true;
    return code;
}

static bool has_content_only(const Pb__FollowResponse *batch)
{
    for (size_t i = 0; i < batch->n_entries; i++)
        if (batch->entries[i]->change_case != PB__JOURNAL_ENTRY__CHANGE_CONTENT)
            return false;
    return true;
}

/* Is it to be written behind? `more`: what is lost before that is here can be read again. */
static bool goes_behind(const struct followed *followed, const Pb__FollowResponse *batch, bool more)
{
    return followed->follow->copies && more && !batch->start_over &&
           store_is_rebuilding(followed->service->store) && has_content_only(batch);
}

/* The transaction of a batch. */
static enum code begin_batch(struct followed *followed, bool behind, bool more, struct store_txn **ret_txn,
                             struct fault *ret_fault)
{
    struct store *store = followed->service->store;
    enum code code = behind ? store_behind_begin(store, ret_txn) : store_write_begin(store, ret_txn);
    if (code != CODE_OK)
        return code;
    if (followed->lost)
        code = fault_set(ret_fault, CODE_ABORTED, "", "what came before it could not be written");
    else
        code = check_behind(followed->service, ret_fault);
    if (code != CODE_OK)
        store_end(*ret_txn);
    else if (!behind)
        store_only_copies(*ret_txn, !more);
    return code;
}

/* From client_turn, outside any transaction. */
static enum code apply_batch(void *context, const Pb__FollowResponse *batch, const struct cursor *next)
{
    struct followed *followed = context;
    struct service *service = followed->service;
    struct request *request = request_take_own(service);
    if (!request)
        return CODE_RESOURCE_EXHAUSTED;
    struct command *command = &request->command;
    bool more = next->read_at_ms == 0;
    if (batch->start_over && more && roster_keep_beside(service) == CODE_OK)
        store_rebuild_begin(service->store);
    bool behind = goes_behind(followed, batch, more);
    enum code code = begin_batch(followed, behind, more, &command->txn, &command->fault);
    if (code == CODE_OK) {
        code = apply_all(request, followed->follow, batch);
        if (code == CODE_OK)
            code = cursor_put(command->txn, followed->follow->service, next);
        if (code == CODE_OK)
            code = store_commit(command->txn);
        else
            store_end(command->txn);
    }
    if (code == CODE_OK) {
        if (!behind) { /* what is handed over may fail yet */
            followed->failing = false;
            followed->losses = 0;
        }
        count(service, COUNT_BATCHES_APPLIED);
        followed->applied = next;
        if (followed->follow->applied)
            followed->follow->applied(service, service->options.context);
        followed->applied = NULL;
    } else {
        log_failure(followed, code, &command->fault);
    }
    command->txn = NULL;
    request_release(service, request);
    return code;
}

static enum code begin(struct followed *followed, struct fault *ret_fault)
{
    struct service *service = followed->service;
    const char *source = followed->follow->service;
    struct feed_follower_options options = {
        .world = service->world, .apply = apply_batch, .context = followed};
    followed->client = service_client(service, source, ret_fault);
    if (!followed->client)
        return CODE_NOT_FOUND;
    options.client = followed->client;
    struct store_txn *txn = NULL;
    enum code code = store_read_begin(service->store, &txn);
    if (code == CODE_OK)
        code = cursor_get(txn, source, &options.cursor);
    store_end(txn);
    if (code == CODE_OK)
        code = feed_follower_create(&options, &followed->follower);
    return code == CODE_OK ? CODE_OK
                           : fault_set(ret_fault, code, "", "the cursor of %s cannot be read", source);
}

enum code follows_create(struct service *service, struct fault *ret_fault)
{
    for (const struct follow *follow = service->options.follows; follow && follow->service; follow++) {
        if (!service->store || service->follow_count == FOLLOWS_MAX)
            return fault_set(ret_fault, CODE_INTERNAL, "",
                             "a program that follows has a store, and at most %d sources", FOLLOWS_MAX);
        struct followed *followed = &service->follows[service->follow_count++];
        *followed = (struct followed){.follow = follow, .service = service};
        enum code code = begin(followed, ret_fault);
        if (code != CODE_OK && !(follow->optional && code == CODE_NOT_FOUND))
            return code;
        if (follow->applied)
            follow->applied(service, service->options.context);
    }
    return CODE_OK;
}

/* A store that is full stays so until somebody comes. */
static int64_t wait_ms(unsigned losses)
{
    int64_t ms = FOLLOW_RETRY_MS;
    for (; losses > 0 && ms < FOLLOW_RETRY_MS_MAX; losses--)
        ms *= 2;
    return ms < FOLLOW_RETRY_MS_MAX ? ms : FOLLOW_RETRY_MS_MAX;
}

bool follows_turn(struct service *service)
{
    bool did = false;
    int64_t now_us = world_mono_us(service->world);
    for (size_t i = 0; i < service->follow_count; i++) {
        struct followed *followed = &service->follows[i];
        if (followed->lost) {
            feed_follower_destroy(followed->follower);
            followed->follower = NULL;
            followed->lost = false;
            followed->retry_us = now_us + INT64_C(1000) * wait_ms(followed->losses++);
        }
        if (followed->follower) {
            did |= feed_follower_turn(followed->follower);
            continue;
        }
        if (now_us < followed->retry_us)
            continue;
        struct fault fault = {0};
        enum code code = begin(followed, &fault);
        if (code != CODE_OK && !(followed->follow->optional && code == CODE_NOT_FOUND))
            log_failure(followed, code, &fault);
        followed->retry_us = now_us + INT64_C(1000) * ROSTER_WATCH_MS;
        did |= code == CODE_OK;
    }
    return did;
}

int64_t follows_next_us(const struct service *service)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < service->follow_count; i++) {
        const struct followed *followed = &service->follows[i];
        int64_t at = followed->follower ? feed_follower_next_us(followed->follower) : followed->retry_us;
        next = at < next ? at : next;
    }
    return next;
}

void follows_destroy(struct service *service)
{
    for (size_t i = 0; i < service->follow_count; i++)
        feed_follower_destroy(service->follows[i].follower);
    service->follow_count = 0;
}

static const struct followed *find(const struct service *service, const char *source)
{
    for (size_t i = 0; i < service->follow_count; i++)
        if (strcmp(service->follows[i].follow->service, source) == 0)
            return &service->follows[i];
    return NULL;
}

static bool is_whole(const struct followed *followed)
{
    return followed->follower && !feed_follower_state(followed->follower)->partial;
}

static const char not_whole[] = "%s has not yet read all of %s";

bool follows_whole(const struct service *service, char *ret_reason, size_t size)
{
    for (size_t i = 0; i < service->follow_count; i++)
        if (!service->follows[i].follow->optional && !is_whole(&service->follows[i])) {
            snprintf(ret_reason, size, not_whole, service->options.name, service->follows[i].follow->service);
            return false;
        }
    return true;
}

enum code follows_check(const struct service *service, struct store_txn *txn, struct fault *ret_fault)
{
    for (size_t i = 0; i < service->follow_count; i++) {
        const struct follow *follow = service->follows[i].follow;
        struct cursor cursor;
        enum code code = follow->optional ? CODE_OK : cursor_get(txn, follow->service, &cursor);
        if (code != CODE_OK)
            return code;
        if (!follow->optional && cursor_is_partial(&cursor))
            return fault_set(ret_fault, CODE_UNAVAILABLE, "", not_whole, service->options.name,
                             follow->service);
    }
    return CODE_OK;
}

bool service_follows_whole(const struct service *service, const char *source)
{
    const struct followed *followed = find(service, source);
    return followed && is_whole(followed);
}

struct cursor service_cursor(const struct service *service, const char *source)
{
    const struct followed *followed = find(service, source);
    if (followed && followed->applied)
        return *followed->applied;
    return followed && followed->follower ? feed_follower_state(followed->follower)->cursor
                                          : (struct cursor){0};
}

/* How the service does: readiness, counters, and GetStatus, made of the same facts. */

#include "common/service/internal.h"
#include "common/service/stores.h"

#include <stdio.h>

/* Names, in the order of enum counter; `_total` says that it only rises. */
static const char *const counter_names[COUNTERS] = {
    [COUNT_RECEIVED] = "messages_received_total",
    [COUNT_ANSWERED] = "answers_sent_total",
    [COUNT_COMMANDS] = "commands_done_total",
    [COUNT_COMMANDS_REFUSED] = "commands_refused_total",
    [COUNT_REPLAYED] = "commands_done_before_total",
    [COUNT_READS] = "reads_done_total",
    [COUNT_READS_REFUSED] = "reads_refused_total",
    [COUNT_GROUPS] = "groups_total",
    [COUNT_COMMITS_FAILED] = "commits_failed_total",
    [COUNT_REFUSED_EARLY] = "refused_for_load_total",
    [COUNT_REFUSED_AT_INTAKE] = "refused_at_intake_total",
    [COUNT_EXPIRED] = "expired_total",
    [COUNT_WITHDRAWN] = "withdrawn_total",
    [COUNT_ANSWERS_LOST] = "answers_lost_total",
    [COUNT_JOBS] = "slow_jobs_total",
    [COUNT_BATCHES_APPLIED] = "batches_applied_total",
    [COUNT_ENTRIES_APPLIED] = "entries_applied_total",
    [COUNT_PEERS_DROPPED] = "peers_dropped_total",
    [COUNT_AUDIT_LOST] = "audit_lines_without_room_total",
};

void status_collect(struct service *service, void (*add)(void *sink, const char *name, uint64_t value),
                    void *sink)
{
    for (size_t i = 0; i < COUNTERS; i++)
        add(sink, counter_names[i], service->counters[i]);
    add(sink, "waiting_commands", service->commands.waiting);
    add(sink, "waiting_reads", service->reads.waiting);
    add(sink, "open_requests", service->open_count);
    add(sink, "slow_requests", service->slow_counts[JOB_POOL_SLOW]);
    add(sink, "searching_requests", service->slow_counts[JOB_POOL_SEARCH]);
    add(sink, "roster_serial", roster_serial(service->roster));
    add(sink, "ready", service_is_ready(service, NULL, 0));
    if (service->store) {
        add(sink, "journal_sequence", store_position(service->store).sequence);
        add(sink, "store_fill_permille", store_fill_permille(service->store));
    }
    if (service->source) {
        struct feed_source_counts counts = feed_source_counts(service->source);
        add(sink, "feed_followers", counts.open);
        add(sink, "feed_batches_total", counts.batches);
        add(sink, "feed_entries_total", counts.entries);
        add(sink, "feed_reads_total", counts.reads);
    }
    if (service->options.count)
        service->options.count(service, add, sink);
}

bool service_is_ready(const struct service *service, char *ret_reason, size_t size)
{
    if (!service->stopping)
        return follows_whole(service, ret_reason, size);
    snprintf(ret_reason, size, "it is stopping");
    return false;
}

struct sink {
    struct arena *arena;
    Pb__Counter **counters;
    size_t count, room;
};

enum { STATUS_COUNTERS_MAX = 256 };

static void add_counter(void *context, const char *name, uint64_t value)
{
    struct sink *sink = context;
    Pb__Counter *counter = sink->count < sink->room ? arena_new(sink->arena, Pb__Counter) : NULL;
    char *copy = arena_text(sink->arena, name);
    if (!counter || !copy)
        return;
    pb__counter__init(counter);
    counter->name = copy;
    counter->value = value;
    sink->counters[sink->count++] = counter;
}

static Pb__Position *position_of(struct arena *arena, struct position position)
{
    Pb__Position *out = arena_new(arena, Pb__Position);
    if (!out)
        return NULL;
    pb__position__init(out);
    out->epoch = position.epoch;
    out->sequence = position.sequence;
    return out;
}

static Pb__FollowedService *followed_of(struct arena *arena, const struct followed *followed)
{
    Pb__FollowedService *out = arena_new(arena, Pb__FollowedService);
    if (!out)
        return NULL;
    pb__followed_service__init(out);
    out->service = followed->follow->service;
    out->partial = true;
    if (!followed->follower)
        return out;
    const struct feed_follower_state *state = feed_follower_state(followed->follower);
    out->position = position_of(arena, state->cursor.position);
    out->behind = state->behind;
    out->partial = state->partial;
    out->heard_at_ms = state->heard_at_ms;
    return out;
}

static void fill_follows(struct service *service, struct arena *arena, Pb__GetStatusResponse *out)
{
    out->follows = arena_array(arena, Pb__FollowedService *, service->follow_count);
    for (size_t i = 0; out->follows && i < service->follow_count; i++) {
        Pb__FollowedService *followed = followed_of(arena, &service->follows[i]);
        if (followed)
            out->follows[out->n_follows++] = followed;
    }
}

static void fill_unreconciled(struct service *service, struct arena *arena, Pb__GetStatusResponse *out)
{
    struct store_txn *txn = NULL;
    out->unreconciled = arena_array(arena, const char *, 1);
    if (!service->store || !out->unreconciled || store_read_begin(service->store, &txn) != CODE_OK)
        return;
    const char *remark = stores_remark(txn, world_wall_ms(service->world), arena);
    store_end(txn);
    if (remark)
        out->unreconciled[out->n_unreconciled++] = remark;
}

void status_fill(struct service *service, struct arena *arena, Pb__GetStatusResponse *out)
{
    char *reason = arena_alloc(arena, FAULT_REASON_BYTES);
    out->service = service->options.name;
    out->release = CCRAG_VERSION;
    if (!reason)
        return;
    out->ready = service_is_ready(service, reason, FAULT_REASON_BYTES);
    out->reason = out->ready ? "" : reason;
    out->uptime_ms = (world_mono_us(service->world) - service->started_us) / 1000;
    out->roster_serial = roster_serial(service->roster);
    if (service->store) {
        out->position = position_of(arena, store_position(service->store));
        out->fill_permille = store_fill_permille(service->store);
    }
    if (service->options.is_demonstration)
        out->demonstration = service->options.is_demonstration(service);
    fill_follows(service, arena, out);
    fill_unreconciled(service, arena, out);
    struct sink sink = {.arena = arena, .room = STATUS_COUNTERS_MAX};
    sink.counters = arena_array(arena, Pb__Counter *, STATUS_COUNTERS_MAX);
    if (sink.counters)
        status_collect(service, add_counter, &sink);
    out->counters = sink.counters;
    out->n_counters = sink.count;
}

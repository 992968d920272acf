/* Who follows this service's journal: the open Follow calls.
 *
 * In: Follow calls, withdrawals, lost connections. Out: a bounded list of subscriptions, each with its
 * position, lease and credit. What they are sent, and when, is feed_source_turn.c's. */

#include "common/bus/feed_source_inside.h"

#include <stddef.h>
#include <stdlib.h>

enum code feed_source_create(const struct feed_source_options *options, struct feed_source **ret_source)
{
    struct feed_source *source = malloc(sizeof(*source));
    if (!source)
        return CODE_RESOURCE_EXHAUSTED;
    memset(source, 0, offsetof(struct feed_source, room));
    source->options = *options;
    if (source->options.batch_max == 0)
        source->options.batch_max = FEED_BATCH_ENTRIES;
    arena_init(&source->arena, REQUEST_ARENA_BYTES);
    arena_init(&source->envelopes, ENVELOPE_BYTES_MAX);
    *ret_source = source;
    return CODE_OK;
}

void feed_source_destroy(struct feed_source *source)
{
    if (!source)
        return;
    arena_finish(&source->arena);
    arena_finish(&source->envelopes);
    free(source->subscriptions);
    free(source);
}

static enum code check_room(const struct feed_source *source, uint64_t peer, uint64_t call,
                            struct fault *ret_fault)
{
    unsigned of_peer = 0;
    if (source->stopping)
        return fault_set(ret_fault, CODE_UNAVAILABLE, "", "the service is stopping");
    for (size_t i = 0; i < source->count; i++) {
        if (source->subscriptions[i].peer != peer)
            continue;
        of_peer++;
        if (source->subscriptions[i].call == call)
            return fault_set(ret_fault, CODE_ALREADY_EXISTS, "", "that call is open already");
    }
    if (of_peer >= FEED_CALLS_PER_PEER)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "one connection can follow %d times at once",
                         (int)FEED_CALLS_PER_PEER);
    if (source->count >= LINKS_PEERS_MAX)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "the service has %d followers already",
                         (int)LINKS_PEERS_MAX);
    return CODE_OK;
}

static bool make_room(struct feed_source *source)
{
    if (source->count < source->subscription_room)
        return true;
    size_t room = source->subscription_room ? 2 * source->subscription_room : 16;
    struct subscription *more = realloc(source->subscriptions, room * sizeof(*more));
    if (!more)
        return false;
    source->subscriptions = more;
    source->subscription_room = room;
    return true;
}

enum code feed_source_follow(struct feed_source *source, uint64_t peer, const struct curve_key *key,
                             uint64_t call, const Pb__FollowRequest *request, struct fault *ret_fault)
{
    if (request->credit == 0 || request->credit > FEED_CREDIT_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "credit", "the credit is not from 1 to %d",
                         (int)FEED_CREDIT_MAX);
    enum code code = check_room(source, peer, call, ret_fault);
    if (code != CODE_OK)
        return code;
    struct subscription subscription = {
        .peer = peer,
        .key = *key,
        .call = call,
        .credit = request->credit,
        .credit_bytes = FEED_CREDIT_BYTES,
        .position = {.epoch = request->after ? request->after->epoch : 0,
                     .sequence = request->after ? request->after->sequence : 0},
        .told_number = request->entitlement,
        .told_horizon = request->horizon,
        .lease_us = world_mono_us(source->options.world) + FEED_LEASE_MS * INT64_C(1000),
    };
    if (!source->options.allowed(source->options.context, key, &subscription.entitlement,
                                 &subscription.number))
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "",
                         "the roster has no entry with this key any more");
    if (!make_room(source))
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    source->subscriptions[source->count++] = subscription;
    return CODE_OK;
}

void subscription_remove(struct feed_source *source, size_t index)
{
    source->count--;
    memmove(&source->subscriptions[index], &source->subscriptions[index + 1],
            (source->count - index) * sizeof(*source->subscriptions));
    if (source->next_turn > index)
        source->next_turn--;
}

void feed_source_cancel(struct feed_source *source, uint64_t peer, uint64_t call)
{
    for (size_t i = 0; i < source->count; i++)
        if (source->subscriptions[i].peer == peer && source->subscriptions[i].call == call) {
            subscription_remove(source, i);
            return;
        }
}

void feed_source_drop_peer(struct feed_source *source, uint64_t peer)
{
    for (size_t i = source->count; i-- > 0;)
        if (source->subscriptions[i].peer == peer)
            subscription_remove(source, i);
}

struct feed_source_counts feed_source_counts(const struct feed_source *source)
{
    struct feed_source_counts counts = source->counts;
    counts.open = source->count;
    return counts;
}

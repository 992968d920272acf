#pragma once
/* What the files of the feed source share. Nobody else includes this. */

#include "common/base/limits.h"
#include "common/bus/envelope.h"
#include "common/bus/feed_source.h"

/* One open Follow call. */
struct subscription {
    uint64_t peer, call;
    struct curve_key key;
    struct entitlement entitlement; /* as of the last batch, with its number */
    uint64_t number;
    uint64_t told_number;     /* under which the follower read what it has; another than `number`: from 0 */
    uint64_t told_horizon;    /* the horizon that it knows of */
    struct position position; /* what it has, once it has all that was sent */
    uint32_t credit;          /* entries left */
    size_t credit_bytes;
    int64_t lease_us;
    int64_t sent_us; /* the last batch, if it has begun */
    bool begun;
    int64_t not_before_us; /* nothing is sent before: the peer took no more, or the last batch was empty */
    uint32_t stall_ms;     /* how long it waits at the next refusal to take more */
};

struct feed_source {
    struct feed_source_options options;
    struct subscription *subscriptions;
    size_t count, subscription_room;
    size_t next_turn; /* where the next turn begins, so that the last in the list are not the last served */
    bool stopping;
    struct arena arena, envelopes;
    struct feed_source_counts counts;
    uint8_t room[FEED_BATCH_BYTES + 1024]; /* where a batch is packed; the last of all, not zeroed */
};

/* Takes it out; those behind it move up. */
void subscription_remove(struct feed_source *source, size_t index);

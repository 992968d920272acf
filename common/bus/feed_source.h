#pragma once
/* Serves FeedService/Follow from a store's journal: who follows, from where, with what lease and credit.
 *
 * Belongs to the loop's thread. It opens short read transactions of its own, so call it outside the group's.
 */

#include "common/store/journal.h"

struct feed_source;

/* Sends to a peer of the listening link (link_send_parcel): CODE_UNAVAILABLE: it is gone or takes no more
 * now.
 */
typedef enum code (*feed_send)(void *context, uint64_t peer, struct span envelope, struct parcel *body);

/* What the holder of that key may see now, asked before every batch. False: it is nobody any more (the call
 * ends UNAUTHENTICATED and nothing more is sent). `ret_number` is the number of the entitlement: never 0, and
 * another whenever what it admits has changed. */
typedef bool (*feed_allowed)(void *context, const struct curve_key *key, struct entitlement *ret_entitlement,
                             uint64_t *ret_number);

struct feed_source_options {
    struct world *world;
    struct store *store;
    feed_send send;
    feed_allowed allowed;
    void *context;      /* of both */
    unsigned batch_max; /* entries in one batch; 0: FEED_BATCH_ENTRIES */
};

/* Caller destroys, before the store is closed. RESOURCE_EXHAUSTED: out of memory. */
enum code feed_source_create(const struct feed_source_options *options, struct feed_source **ret_source);
void feed_source_destroy(struct feed_source *source);

/* A Follow call has come: batches and the final answer are sent by feed_source_turn. Anything but CODE_OK:
 * nothing is kept and the caller of this function answers it (INVALID_ARGUMENT: credit; ALREADY_EXISTS: that
 * call is open; UNAUTHENTICATED; RESOURCE_EXHAUSTED: LINKS_PEERS_MAX calls are open, or FEED_CALLS_PER_PEER
 * of this peer). */
enum code feed_source_follow(struct feed_source *source, uint64_t peer, const struct curve_key *key,
                             uint64_t call, const Pb__FollowRequest *request, struct fault *ret_fault);

/* The follower withdrew; an unknown call is fine. Nothing more is sent. */
void feed_source_cancel(struct feed_source *source, uint64_t peer, uint64_t call);
/* The connection is gone. */
void feed_source_drop_peer(struct feed_source *source, uint64_t peer);

/* Sends what is due, at most FEED_TURN_READS batches read from the store. After each commit, and at
 * feed_source_next_us. True when anything was sent. */
bool feed_source_turn(struct feed_source *source);
/* When there is something to do at the latest (world_mono_us) if nothing is committed before. */
int64_t feed_source_next_us(const struct feed_source *source);

/* Refuses new calls and ends the open ones with a last answer, so that followers ask elsewhere or later. */
void feed_source_stop(struct feed_source *source);

/* Open calls; batches and entries sent since the start; reads of the journal (one serves all who may see the
 * same). */
struct feed_source_counts {
    uint64_t open, batches, entries, reads;
};
struct feed_source_counts feed_source_counts(const struct feed_source *source);

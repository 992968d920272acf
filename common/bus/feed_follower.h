#pragma once
/* Follows one source: keeps one Follow call open over a client, and hands each batch that joins on to the
 * cursor to its owner. Gaps, repeats and silences are found here; what a batch means is the owner's. */

#include "common/bus/client.h"
#include "common/store/journal.h"

struct feed_follower;

/* Makes of a batch what there is to make, and keeps `next` (cursor_put) in the same transaction. Called from
 * client_turn, outside any transaction. With batch->start_over, first drop all that came from this source.
 * Anything but CODE_OK: nothing was kept; the same is asked for again after a back-off. Not called for a sign
 * of life that brings nothing. */
typedef enum code (*feed_apply)(void *context, const Pb__FollowResponse *batch, const struct cursor *next);

struct feed_follower_options {
    struct world *world;
    struct client *client; /* to the source; borrowed, outlives the follower */
    struct cursor cursor;  /* as kept; zeros at first */
    uint32_t credit;       /* entries asked for at a time; 0: FEED_CREDIT_MAX */
    feed_apply apply;
    void *context;
};

/* Asks at its first turn. Caller destroys, before the client. RESOURCE_EXHAUSTED: out of memory. */
enum code feed_follower_create(const struct feed_follower_options *options,
                               struct feed_follower **ret_follower);
void feed_follower_destroy(struct feed_follower *follower);

/* Asks, or asks again, when that is due; after client_turn. True when anything was done. */
bool feed_follower_turn(struct feed_follower *follower);
/* When there is something to do at the latest (world_mono_us). */
int64_t feed_follower_next_us(const struct feed_follower *follower);

struct feed_follower_state {
    struct cursor cursor; /* read_at_ms: when, by the source's clock, all that it had was here; 0: not yet */
    uint64_t newest;      /* the source's newest sequence, as last told */
    uint64_t behind;      /* sequences between cursor and newest */
    bool partial;         /* has never had all that there was, or is below the floor: answers nothing */
    int64_t heard_at_ms;  /* our wall clock at the last batch or sign of life; 0: never */
    struct fault fault;   /* why the last call failed; code OK while it goes well */
};
/* Valid until the next turn. */
const struct feed_follower_state *feed_follower_state(const struct feed_follower *follower);

/* What followers are sent, and when.
 *
 * In: the journal as of the last commit, the time. Out: batches that join on to each follower's position,
 * signs of life to those for whom there is nothing, and a last answer when lease or credit end. A batch is
 * read and packed once for all followers that stand at the same place and may see the same. A follower whose
 * link takes no more waits by itself. */

#include "common/bus/feed_source_inside.h"
#include "common/wire/wire.h"

enum { STALL_MS_MIN = 5, STALL_MS_MAX = 1000 };

/* A batch that was read and packed in this turn. */
struct read_batch {
    struct entitlement entitlement;
    uint64_t number;
    struct position after;
    bool start_over;
    struct position through;
    size_t entries;
    struct parcel *packed;
};

/* What one turn knows. */
struct turn {
    struct feed_source *source;
    struct store_txn *txn; /* begun when first needed */
    struct position newest;
    uint64_t horizon;
    int64_t now_us, read_at_ms;
    bool sent;
    bool full; /* of what one turn may read: the rest comes with the next */
    size_t batch_count;
    struct read_batch batches[FEED_TURN_READS];
};

static const struct fault fault_none = {.code = CODE_OK};

static enum code send(struct turn *turn, struct subscription *subscription, const struct fault *fault,
                      bool more, struct parcel *body)
{
    struct feed_source *source = turn->source;
    struct answer_head head = {
        .fault = fault, .more = more, .epoch = turn->newest.epoch, .sequence = turn->newest.sequence};
    arena_reset(&source->envelopes);
    struct span envelope = envelope_answer(subscription->call, &head, &source->envelopes);
    enum code code = envelope.size
                         ? source->options.send(source->options.context, subscription->peer, envelope, body)
                         : CODE_RESOURCE_EXHAUSTED;
    if (code == CODE_OK) {
        subscription->stall_ms = 0;
        subscription->sent_us = turn->now_us;
        subscription->begun = true;
        turn->sent = true;
        return CODE_OK;
    }
    uint32_t stall_ms = subscription->stall_ms * 2;
    subscription->stall_ms = stall_ms < STALL_MS_MIN   ? STALL_MS_MIN
                             : stall_ms > STALL_MS_MAX ? STALL_MS_MAX
                                                       : stall_ms;
    subscription->not_before_us = turn->now_us + subscription->stall_ms * INT64_C(1000);
    return code;
}

static enum code begin_reading(struct turn *turn)
{
    if (turn->txn)
        return CODE_OK;
    enum code code = store_read_begin(turn->source->options.store, &turn->txn);
    if (code == CODE_OK)
        turn->horizon = journal_horizon(turn->txn);
    return code;
}

/* Has it something in hand that what comes after its position would not put right? Below the horizon that is
 * what was removed since, unless the horizon did not rise since it began from 0. */
static bool must_start_over(const struct turn *turn, const struct subscription *subscription)
{
    const struct position *at = &subscription->position;
    return at->epoch != turn->newest.epoch || subscription->told_number != subscription->number ||
           at->sequence > turn->newest.sequence ||
           (at->sequence > 0 && at->sequence < turn->horizon && turn->horizon > subscription->told_horizon);
}

static struct read_batch *find_batch(struct turn *turn, const struct subscription *subscription,
                                     bool start_over, uint64_t after)
{
    for (size_t i = 0; i < turn->batch_count; i++) {
        struct read_batch *batch = &turn->batches[i];
        if (batch->number == subscription->number && batch->after.sequence == after &&
            batch->start_over == start_over && batch->entries <= subscription->credit &&
            batch->entitlement.groups == subscription->entitlement.groups &&
            strcmp(batch->entitlement.name, subscription->entitlement.name) == 0)
            return batch;
    }
    return NULL;
}

/* Without measuring it first, unless it is longer than nearly any. */
static struct parcel *pack(struct feed_source *source, const ProtobufCMessage *message)
{
    struct span packed = wire_pack_within(message, source->room, sizeof source->room);
    struct parcel *parcel =
        parcel_create(packed.data ? packed.size : protobuf_c_message_get_packed_size(message));
    if (parcel && packed.data)
        memcpy(parcel->data, packed.data, packed.size);
    else if (parcel)
        protobuf_c_message_pack(message, parcel->data);
    return parcel;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* RESOURCE_EXHAUSTED: past the turn's memory. OUT_OF_RANGE: one entry is longer than a frame. */
static enum code read_batch(struct turn *turn, const struct subscription *subscription, bool start_over,
                            uint64_t after, struct read_batch **ret_batch)
{
    struct feed_source *source = turn->source;
    Pb__FollowResponse response = PB__FOLLOW_RESPONSE__INIT;
    size_t most = least(subscription->credit, source->options.batch_max);
    enum code code = journal_read(turn->txn, after, &subscription->entitlement, most, FEED_BATCH_BYTES,
                                  &source->arena, &response);
    if (code != CODE_OK)
        return code;
    response.entitlement = subscription->number;
    response.start_over = start_over;
    response.horizon = turn->horizon;
    response.read_at_ms = turn->read_at_ms;
    struct read_batch *batch = &turn->batches[turn->batch_count];
    *batch = (struct read_batch){
        .entitlement = subscription->entitlement,
        .number = subscription->number,
        .after = {turn->newest.epoch, after},
        .start_over = start_over,
        .through = {turn->newest.epoch, response.through->sequence},
        .entries = response.n_entries,
        .packed = pack(source, &response.base),
    };
    if (!batch->packed)
        return CODE_RESOURCE_EXHAUSTED;
    if (batch->packed->size > FRAME_BYTES_MAX - ENVELOPE_BYTES_MAX) {
        parcel_release(batch->packed);
        return CODE_OUT_OF_RANGE;
    }
    turn->batch_count++;
    source->counts.reads++;
    *ret_batch = batch;
    return CODE_OK;
}

/* Sends one batch, or a sign of life. CODE_OUT_OF_RANGE: it was the last, the call is over. */
static enum code send_batch(struct turn *turn, struct subscription *subscription,
                            const struct read_batch *batch)
{
    struct feed_source *source = turn->source;
    uint32_t credit = subscription->credit - (uint32_t)batch->entries;
    size_t size = batch->packed->size;
    size_t bytes = subscription->credit_bytes > size ? subscription->credit_bytes - size : 0;
    bool over = credit == 0 || bytes == 0 || turn->now_us >= subscription->lease_us;
    if (send(turn, subscription, &fault_none, !over, batch->packed) != CODE_OK)
        return CODE_OK;
    bool only_moves = batch->entries == 0 && batch->through.sequence != batch->after.sequence;
    subscription->not_before_us = only_moves ? turn->now_us + FEED_QUIET_MS * INT64_C(1000) : 0;
    subscription->credit = credit;
    subscription->credit_bytes = bytes;
    subscription->position = batch->through;
    subscription->told_number = batch->number;
    subscription->told_horizon = turn->horizon;
    source->counts.batches++;
    source->counts.entries += batch->entries;
    return over ? CODE_OUT_OF_RANGE : CODE_OK;
}

/* When it is due without a change in the journal. */
static int64_t quiet_until_us(const struct subscription *subscription)
{
    int64_t heartbeat = subscription->sent_us + FEED_HEARTBEAT_MS * INT64_C(1000);
    return heartbeat < subscription->lease_us ? heartbeat : subscription->lease_us;
}

static int64_t due_us(const struct subscription *subscription, const struct position *newest, int64_t now_us)
{
    bool has_all = subscription->begun && subscription->position.epoch == newest->epoch &&
                   subscription->position.sequence == newest->sequence;
    int64_t at = has_all ? quiet_until_us(subscription) : now_us;
    return at > subscription->not_before_us ? at : subscription->not_before_us;
}

/* Ends a call without a batch. */
static enum code send_end(struct turn *turn, struct subscription *subscription, enum code code,
                          const char *reason)
{
    struct fault fault;
    fault_set(&fault, code, "", "%s", reason);
    send(turn, subscription, &fault, false, NULL);
    return CODE_OUT_OF_RANGE;
}

/* Reads the batch that this follower must have next. Untouched where the turn can read no more. */
static enum code next_batch(struct turn *turn, const struct subscription *subscription,
                            struct read_batch **ret_batch)
{
    enum code code = begin_reading(turn);
    if (code != CODE_OK)
        return code;
    bool start_over = must_start_over(turn, subscription);
    uint64_t after = start_over ? 0 : subscription->position.sequence;
    *ret_batch = find_batch(turn, subscription, start_over, after);
    if (*ret_batch || turn->full)
        return CODE_OK;
    code = read_batch(turn, subscription, start_over, after, ret_batch);
    turn->full = turn->batch_count == FEED_TURN_READS;
    if (code == CODE_RESOURCE_EXHAUSTED && turn->batch_count > 0) {
        turn->full = true;
        return CODE_OK;
    }
    return code;
}

/* CODE_OUT_OF_RANGE: the call is over. */
static enum code serve(struct turn *turn, struct subscription *subscription)
{
    struct feed_source *source = turn->source;
    if (turn->now_us >= subscription->lease_us + FEED_LEASE_MS * INT64_C(1000))
        return CODE_OUT_OF_RANGE; /* gone, or so slow that it must ask anew */
    if (turn->now_us < due_us(subscription, &turn->newest, turn->now_us))
        return CODE_OK;
    if (!source->options.allowed(source->options.context, &subscription->key, &subscription->entitlement,
                                 &subscription->number))
        return send_end(turn, subscription, CODE_UNAUTHENTICATED,
                        "the roster has no entry with this key any more");
    struct read_batch *batch = NULL;
    enum code code = next_batch(turn, subscription, &batch);
    if (code == CODE_OUT_OF_RANGE)
        return send_end(turn, subscription, CODE_INTERNAL, "an entry of the journal is longer than a frame");
    if (code != CODE_OK)
        return send_end(turn, subscription, CODE_UNAVAILABLE, "the journal cannot be read");
    return batch ? send_batch(turn, subscription, batch) : CODE_OK;
}

static struct turn turn_begin(struct feed_source *source)
{
    arena_reset(&source->arena);
    return (struct turn){
        .source = source,
        .newest = store_position(source->options.store),
        .now_us = world_mono_us(source->options.world),
        .read_at_ms = world_wall_ms(source->options.world),
    };
}

bool feed_source_turn(struct feed_source *source)
{
    struct turn turn = turn_begin(source);
    for (size_t left = source->count; left > 0; left--) {
        if (source->next_turn >= source->count)
            source->next_turn = 0;
        size_t index = source->next_turn++;
        if (serve(&turn, &source->subscriptions[index]) == CODE_OUT_OF_RANGE)
            subscription_remove(source, index);
    }
    store_end(turn.txn);
    for (size_t i = 0; i < turn.batch_count; i++)
        parcel_release(turn.batches[i].packed);
    return turn.sent;
}

void feed_source_stop(struct feed_source *source)
{
    struct turn turn = turn_begin(source);
    source->stopping = true;
    for (size_t i = 0; i < source->count; i++)
        send_end(&turn, &source->subscriptions[i], CODE_UNAVAILABLE, "the service is stopping");
    source->count = 0;
}

int64_t feed_source_next_us(const struct feed_source *source)
{
    int64_t next = INT64_MAX, now = world_mono_us(source->options.world);
    struct position newest = store_position(source->options.store);
    for (size_t i = 0; i < source->count; i++) {
        int64_t at = due_us(&source->subscriptions[i], &newest, now);
        next = at < next ? at : next;
    }
    return next;
}

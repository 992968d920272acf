/* Follows one source over a client.
 *
 * In: the answers of one Follow call at a time. Out: batches, in order, without gap or repeat, to the owner,
 * who stores each with its cursor; and how fresh and how whole what it has is. It stores nothing itself. */

#include "common/bus/feed_follower.h"

#include "common/base/limits.h"

#include <stdlib.h>

static const char method_follow[] = "ccrag.v1.FeedService/Follow";

struct feed_follower {
    struct feed_follower_options options;
    struct feed_follower_state state;
    uint64_t call;    /* the one that is open; 0: none */
    int64_t ask_us;   /* without a call: when to ask */
    int64_t heard_us; /* with a call: when it last brought anything */
    uint64_t horizon; /* of the last batch; forgotten with the program, which at worst starts over */
    uint32_t backoff_ms;
};

enum code feed_follower_create(const struct feed_follower_options *options,
                               struct feed_follower **ret_follower)
{
    struct feed_follower *follower = calloc(1, sizeof(*follower));
    if (!follower)
        return CODE_RESOURCE_EXHAUSTED;
    follower->options = *options;
    if (follower->options.credit == 0)
        follower->options.credit = FEED_CREDIT_MAX;
    follower->state.cursor = options->cursor;
    follower->state.newest = options->cursor.position.sequence;
    follower->state.partial = cursor_is_partial(&options->cursor);
    follower->ask_us = world_mono_us(options->world);
    follower->backoff_ms = CLIENT_BACKOFF_MS_MIN;
    *ret_follower = follower;
    return CODE_OK;
}

void feed_follower_destroy(struct feed_follower *follower)
{
    if (!follower)
        return;
    if (follower->call != 0)
        client_cancel(follower->options.client, follower->call);
    free(follower);
}

/* Ends the call, if one is open, and asks again after a while that grows. */
static void ask_later(struct feed_follower *follower, uint32_t at_least_ms)
{
    struct world *world = follower->options.world;
    uint32_t random, ms = follower->backoff_ms > at_least_ms ? follower->backoff_ms : at_least_ms;
    if (follower->call != 0)
        client_cancel(follower->options.client, follower->call);
    follower->call = 0;
    world_random(world, &random, sizeof(random));
    follower->ask_us = world_mono_us(world) + ms * INT64_C(500) + random % (ms * INT64_C(500) + 1);
    follower->backoff_ms =
        follower->backoff_ms * 2 < CLIENT_BACKOFF_MS_MAX ? follower->backoff_ms * 2 : CLIENT_BACKOFF_MS_MAX;
}

static bool joins_on(const struct cursor *cursor, const Pb__FollowResponse *batch)
{
    if (batch->start_over)
        return batch->after->sequence == 0;
    return batch->after->epoch == cursor->position.epoch &&
           batch->after->sequence == cursor->position.sequence && batch->entitlement == cursor->entitlement;
}

/* It came before: the link repeated it. */
static bool is_repeat(const struct cursor *cursor, const Pb__FollowResponse *batch)
{
    return !batch->start_over && batch->through->epoch == cursor->position.epoch &&
           batch->entitlement == cursor->entitlement &&
           batch->through->sequence <= cursor->position.sequence &&
           batch->after->sequence < cursor->position.sequence;
}

static bool is_sound(const Pb__FollowResponse *batch)
{
    if (!batch->after || !batch->through || batch->through->epoch == 0 ||
        batch->after->epoch != batch->through->epoch || batch->after->sequence > batch->through->sequence)
        return false;
    uint64_t before = batch->after->sequence;
    for (size_t i = 0; i < batch->n_entries; i++) {
        if (batch->entries[i]->sequence <= before || batch->entries[i]->sequence > batch->through->sequence)
            return false;
        before = batch->entries[i]->sequence;
    }
    return true;
}

/* Where the follower stands once it has the batch. */
static struct cursor cursor_behind(const struct cursor *cursor, const Pb__FollowResponse *batch)
{
    bool has_all = batch->through->sequence >= batch->newest;
    return (struct cursor){
        .position = {batch->through->epoch, batch->through->sequence},
        .entitlement = batch->entitlement,
        .floor = batch->floor,
        .read_at_ms = has_all             ? batch->read_at_ms
                      : batch->start_over ? 0
                                          : cursor->read_at_ms,
    };
}

static void take_state(struct feed_follower *follower, const struct cursor *next,
                       const Pb__FollowResponse *batch)
{
    struct feed_follower_state *state = &follower->state;
    state->cursor = *next;
    follower->horizon = batch->horizon;
    state->newest = batch->newest;
    state->behind = batch->newest > next->position.sequence ? batch->newest - next->position.sequence : 0;
    state->partial = cursor_is_partial(next);
    state->heard_at_ms = world_wall_ms(follower->options.world);
    state->fault = (struct fault){0};
    follower->backoff_ms = CLIENT_BACKOFF_MS_MIN;
}

/* False: the call must end, and the same be asked for again. */
static bool take_batch(struct feed_follower *follower, const Pb__FollowResponse *batch)
{
    struct cursor *cursor = &follower->state.cursor;
    if (!is_sound(batch)) {
        fault_set(&follower->state.fault, CODE_INTERNAL, "",
                  "the source sent a batch that contradicts itself");
        return false;
    }
    if (is_repeat(cursor, batch))
        return true;
    if (!joins_on(cursor, batch)) {
        fault_set(&follower->state.fault, CODE_ABORTED, "",
                  "a batch did not join on to the cursor: something was lost");
        return false;
    }
    struct cursor next = cursor_behind(cursor, batch);
    bool brings_nothing =
        !batch->start_over && batch->n_entries == 0 && next.position.sequence == cursor->position.sequence;
    if (!brings_nothing) {
        enum code code = follower->options.apply(follower->options.context, batch, &next);
        if (code != CODE_OK) {
            fault_set(&follower->state.fault, code, "", "a batch could not be stored: %s",
                      code_meaning(code));
            return false;
        }
    }
    take_state(follower, &next, batch);
    return true;
}

static void take_answer(void *context, const struct client_answer *answer)
{
    struct feed_follower *follower = context;
    follower->heard_us = world_mono_us(follower->options.world);
    if (!answer->more)
        follower->call = 0;
    if (answer->fault.code != CODE_OK) {
        follower->state.fault = answer->fault;
        ask_later(follower, answer->retry_after_ms);
        return;
    }
    if (!take_batch(follower, (const Pb__FollowResponse *)(const void *)answer->response))
        ask_later(follower, 0);
    else if (!answer->more)
        follower->ask_us = follower->heard_us; /* lease or credit ended: go on at once */
}

static void ask(struct feed_follower *follower)
{
    const struct cursor *cursor = &follower->state.cursor;
    Pb__FollowRequest request = PB__FOLLOW_REQUEST__INIT;
    Pb__Position after = PB__POSITION__INIT;
    after.epoch = cursor->position.epoch;
    after.sequence = cursor->position.sequence;
    request.after = &after;
    request.credit = follower->options.credit;
    request.entitlement = cursor->entitlement;
    request.horizon = follower->horizon;
    const struct call_options options = {.deadline_ms = FEED_LEASE_MS + FEED_SILENCE_MS};
    follower->heard_us = world_mono_us(follower->options.world);
    follower->call =
        client_call(follower->options.client, method_follow, &request.base, &options, take_answer, follower);
    if (follower->call == 0) {
        fault_set(&follower->state.fault, CODE_RESOURCE_EXHAUSTED, "", "too many calls are under way");
        ask_later(follower, 0);
    }
}

static int64_t silence_us(const struct feed_follower *follower)
{
    return follower->heard_us + FEED_SILENCE_MS * INT64_C(1000);
}

bool feed_follower_turn(struct feed_follower *follower)
{
    int64_t now = world_mono_us(follower->options.world);
    if (follower->call == 0 && now >= follower->ask_us) {
        ask(follower);
        return true;
    }
    if (follower->call != 0 && now >= silence_us(follower)) {
        fault_set(&follower->state.fault, CODE_UNAVAILABLE, "", "the source was not heard for %d ms",
                  (int)FEED_SILENCE_MS);
        ask_later(follower, 0);
        return true;
    }
    return false;
}

int64_t feed_follower_next_us(const struct feed_follower *follower)
{
    return follower->call == 0 ? follower->ask_us : silence_us(follower);
}

const struct feed_follower_state *feed_follower_state(const struct feed_follower *follower)
{
    return &follower->state;
}

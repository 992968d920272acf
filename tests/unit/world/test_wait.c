/* Nothing that came is slept over: the library tells a change once, and a call that does something else may
 * take that off. A listening link is looked at every LINK_GUARD_MS all the same, so there it would be late,
 * not lost. */

#include "tests/unit/world/linked.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { ROUNDS = 20 };

static const struct span PING = {(const uint8_t *)"ping", 4};
static int64_t waited_us; /* in all */

/* Waits first, as the loop does, then takes what is there. */
static bool hears(struct linked *linked, struct link *link)
{
    int64_t began = world_mono_us(linked->world);
    world_wait(linked->world, began + PATIENCE_US);
    bool heard = linked_receive(linked, link, PATIENCE_US) == CODE_OK;
    waited_us += world_mono_us(linked->world) - began;
    return heard;
}

static bool has_nothing(struct linked *linked)
{
    return linked_receive(linked, linked->listener, 0) == CODE_UNAVAILABLE &&
           linked_receive(linked, linked->dialled, 0) == CODE_UNAVAILABLE;
}

/* Two ends that know of each other, with nothing left to take; the number of the dialled one. */
static uint64_t meet(struct linked *linked)
{
    linked_init(linked);
    cr_assert(linked_reaches(linked, linked->dialled, LINK_UP));
    cr_assert(link_send(linked->dialled, 0, PING, PING) == CODE_OK);
    cr_assert(hears(linked, linked->listener));
    uint64_t peer = linked->message.peer;
    cr_assert(has_nothing(linked));
    waited_us = 0;
    return peer;
}

/* Long enough for a message to come, and for the library to look at its commands when it sends. */
static void pause_a_moment(void)
{
    usleep(5 * 1000);
}

Test(wait, what_came_before_a_send_is_heard)
{
    struct linked linked;
    uint64_t peer = meet(&linked);
    for (int i = 0; i < ROUNDS; i++) {
        cr_assert(link_send(linked.dialled, 0, PING, PING) == CODE_OK);
        pause_a_moment();
        cr_assert(link_send(linked.listener, peer, PING, PING) == CODE_OK);
        cr_assert(hears(&linked, linked.listener), "the listener, %d", i);
        cr_assert(hears(&linked, linked.dialled), "the dialled one, %d", i);
        cr_assert(has_nothing(&linked));
        cr_assert(link_send(linked.listener, peer, PING, PING) == CODE_OK);
        pause_a_moment();
        cr_assert(link_send(linked.dialled, 0, PING, PING) == CODE_OK);
        cr_assert(hears(&linked, linked.dialled), "the dialled one, %d", i);
        cr_assert(hears(&linked, linked.listener), "the listener, %d", i);
        cr_assert(has_nothing(&linked));
    }
    cr_assert_lt(waited_us, ROUNDS * LINK_GUARD_MS * 1000 / 2);
    linked_finish(&linked);
}

Test(wait, what_came_before_a_parcel_was_sent_is_heard)
{
    struct linked linked;
    uint64_t peer = meet(&linked);
    struct parcel *parcel = parcel_create(1);
    cr_assert(parcel);
    parcel->data[0] = 'p';
    for (int i = 0; i < ROUNDS; i++) {
        cr_assert(link_send(linked.dialled, 0, PING, PING) == CODE_OK);
        pause_a_moment();
        cr_assert(link_send_parcel(linked.listener, peer, PING, parcel) == CODE_OK);
        cr_assert(hears(&linked, linked.listener));
        cr_assert(hears(&linked, linked.dialled));
        cr_assert(has_nothing(&linked));
    }
    cr_assert_lt(waited_us, ROUNDS * LINK_GUARD_MS * 1000 / 2);
    parcel_release(parcel);
    linked_finish(&linked);
}

Test(wait, what_came_before_another_key_is_heard)
{
    struct linked linked;
    meet(&linked);
    for (int i = 0; i < ROUNDS; i++) {
        cr_assert(link_send(linked.dialled, 0, PING, PING) == CODE_OK);
        pause_a_moment();
        cr_assert(link_rekey(linked.listener, &linked.client, NULL) == CODE_OK);
        cr_assert(hears(&linked, linked.listener));
        cr_assert(has_nothing(&linked));
    }
    cr_assert_lt(waited_us, ROUNDS * LINK_GUARD_MS * 1000 / 2);
    linked_finish(&linked);
}

Test(wait, what_is_not_taken_is_told_again)
{
    struct linked linked;
    meet(&linked);
    usleep(1000 * LINK_GUARD_MS); /* connections are measured, which looks for messages too */
    for (int i = 0; i < 3; i++)
        cr_assert(link_send(linked.dialled, 0, PING, PING) == CODE_OK);
    pause_a_moment();
    int64_t began = world_mono_us(linked.world);
    for (int i = 0; i < 3; i++) {
        world_wait(linked.world, began + PATIENCE_US);
        world_wait(linked.world, began + PATIENCE_US);
        arena_reset(&linked.arena);
        cr_assert(link_receive(linked.listener, &linked.arena, &linked.message) == CODE_OK);
    }
    cr_assert_lt(world_mono_us(linked.world) - began, PATIENCE_US / 2);
    linked_finish(&linked);
}

/* --- in a world of its own, on a thread of its own --------------------------------------------------- */

struct serving {
    struct linked linked;
    pthread_t thread;
    atomic_bool stop;
};

static void *serve(void *context)
{
    struct serving *serving = context;
    while (!atomic_load(&serving->stop))
        world_wait(serving->linked.world, world_mono_us(serving->linked.world) + PATIENCE_US);
    return NULL;
}

Test(wait, a_link_that_came_up_in_between_is_told)
{
    static struct serving serving;
    struct world *own;
    meet(&serving.linked);
    cr_assert(pthread_create(&serving.thread, NULL, serve, &serving) == 0);
    cr_assert(world_real_create(NULL, &own) == CODE_OK);
    for (int i = 0; i < ROUNDS; i++) {
        const struct dial_options options = {.endpoint = link_endpoint(serving.linked.listener),
                                             .pair = serving.linked.client,
                                             .server_key = serving.linked.server.public_key};
        struct link *link;
        cr_assert(world_dial(own, &options, &link, NULL) == CODE_OK);
        usleep(i % 2 == 0 ? 30 * 1000 : 1000);
        int64_t began = world_mono_us(own);
        while (link_state(link) != LINK_UP && world_mono_us(own) - began < PATIENCE_US)
            world_wait(own, began + PATIENCE_US);
        cr_assert_lt(world_mono_us(own) - began, PATIENCE_US / 2, "%d", i);
        link_close(link);
    }
    atomic_store(&serving.stop, true);
    world_wake(serving.linked.world);
    pthread_join(serving.thread, NULL);
    world_destroy(own);
    linked_finish(&serving.linked);
}

/* --- many at once ------------------------------------------------------------------------------------ */

enum { CALLERS = 3, CALLS = 2000, CALLS_A_CONNECTION = 400, SPIN_US = 200 };

static const struct span NOISE = {(const uint8_t *)"noise", 5};

/* A world of its own on a thread of its own. */
struct caller {
    struct linked own;
    const struct linked *linked;
    const char *endpoint;
    pthread_t thread;
    uint32_t dice;
    atomic_bool ended;
    bool failed;
};

static uint32_t roll(uint32_t *dice)
{
    *dice = *dice * 1664525 + 1013904223;
    return *dice >> 8;
}

/* A moment in which something may come, then now and then a send that may take off that it did. */
static void disturb(struct world *world, struct link *link, uint64_t peer, uint32_t *dice)
{
    int64_t until = world_mono_us(world) + roll(dice) % SPIN_US;
    while (world_mono_us(world) < until)
        continue;
    if (roll(dice) % 2 == 0)
        link_send(link, peer, NOISE, NOISE);
}

/* Asks, and waits for the answer to just that. */
static bool call(struct caller *caller, uint32_t number)
{
    struct linked *own = &caller->own;
    struct span question = span_of(&number, sizeof number);
    int64_t until = world_mono_us(own->world) + PATIENCE_US;
    if (link_send(own->dialled, 0, question, PING) != CODE_OK)
        return false;
    while (world_mono_us(own->world) < until) {
        disturb(own->world, own->dialled, 0, &caller->dice);
        world_wait(own->world, until);
        for (;;) {
            arena_reset(&own->arena);
            if (link_receive(own->dialled, &own->arena, &own->message) != CODE_OK)
                break;
            if (span_equal(own->message.envelope, question))
                return true;
        }
    }
    return false;
}

static bool call_over_one_connection(struct caller *caller, uint32_t first)
{
    struct linked *own = &caller->own;
    const struct dial_options options = {
        .endpoint = caller->endpoint, .pair = own->client, .server_key = caller->linked->server.public_key};
    bool good = world_dial(own->world, &options, &own->dialled, NULL) == CODE_OK &&
                linked_reaches(own, own->dialled, LINK_UP);
    for (uint32_t i = 0; i < CALLS_A_CONNECTION && good; i++)
        good = call(caller, first + i);
    link_close(own->dialled);
    return good;
}

static void *call_often(void *context)
{
    struct caller *caller = context;
    arena_init(&caller->own.arena, FRAME_BYTES_MAX);
    caller->failed = world_real_create(NULL, &caller->own.world) != CODE_OK;
    for (uint32_t i = 0; i < CALLS && !caller->failed; i += CALLS_A_CONNECTION)
        caller->failed = !call_over_one_connection(caller, i);
    world_destroy(caller->own.world);
    arena_finish(&caller->own.arena);
    atomic_store(&caller->ended, true);
    world_wake(caller->linked->world);
    return NULL;
}

static bool all_ended(struct caller callers[CALLERS])
{
    bool ended = true;
    for (int i = 0; i < CALLERS; i++)
        ended &= atomic_load(&callers[i].ended);
    return ended;
}

/* Answers all that is there; who asked last. */
static uint64_t answer_all(struct linked *linked, uint64_t last)
{
    for (;;) {
        arena_reset(&linked->arena);
        if (link_receive(linked->listener, &linked->arena, &linked->message) != CODE_OK)
            return last;
        if (span_equal(linked->message.envelope, NOISE))
            continue;
        last = linked->message.peer;
        link_send(linked->listener, last, linked->message.envelope, PING);
    }
}

/* Each caller has one call under way, over connections that come and go: were its answer slept over, it would
 * wait for ever. */
Test(wait, of_many_calls_none_is_slept_over, .timeout = 120)
{
    static struct caller callers[CALLERS];
    struct linked linked;
    uint32_t dice = 7;
    uint64_t last = meet(&linked);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.linked = &linked, .dice = (uint32_t)i};
        callers[i].endpoint = link_endpoint(linked.listener);
        callers[i].own.client = linked.client;
        cr_assert(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]) == 0);
    }
    int64_t longest_us = 0;
    while (!all_ended(callers)) {
        last = answer_all(&linked, last);
        disturb(linked.world, linked.listener, last, &dice);
        while (linked_receive(&linked, linked.dialled, 0) == CODE_OK)
            continue;
        int64_t began = world_mono_us(linked.world);
        world_wait(linked.world, began + 2 * (int64_t)PATIENCE_US);
        int64_t us = world_mono_us(linked.world) - began;
        longest_us = us > longest_us ? us : longest_us;
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        cr_assert(!callers[i].failed, "an answer to caller %d was slept over", i);
    }
    cr_assert_lt(longest_us, PATIENCE_US / 2);
    linked_finish(&linked);
}

#pragma once
/* A world of the tests' own: virtual time, a seeded generator, and a network between dialled links and one
 * server that loses, repeats, delays and so reorders what it is told to. The server is a function of the
 * test, called whenever time has passed. */

#include "common/base/limits.h"
#include "common/bus/envelope.h"
#include "common/world/world.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { FAKE_LINKS = 16 };

/* One message on its way. */
struct fake_frame {
    struct fake_frame *next;
    int64_t at_us;
    uint64_t peer;
    bool to_server;
    struct span envelope, body;
    uint8_t bytes[];
};

struct fake_world;

struct fake_link {
    struct link_base base;
    uint64_t peer; /* from 1 */
    enum link_state state;
    bool closed;
};

struct fake_world {
    struct world base;
    int64_t mono_us, wall_at_start_ms;
    uint64_t seed;
    unsigned loss_permille, repeat_permille;
    uint32_t delay_us_max;
    struct fake_frame *frames;
    struct fake_link links[FAKE_LINKS]; /* by peer - 1 */
    uint64_t link_count;
    uint64_t sent_by_server, refused_sends;
    bool server_takes_no_more; /* fake_reply fails */
    void (*server)(struct fake_world *world, void *context);
    void *context;
};

static inline struct fake_world *fake_of(struct world *world)
{
    return (struct fake_world *)(void *)world;
}

static inline uint64_t fake_draw(struct fake_world *world)
{
    uint64_t z = (world->seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int64_t fake_wall_ms(struct world *world)
{
    return fake_of(world)->wall_at_start_ms + fake_of(world)->mono_us / 1000;
}

static inline int64_t fake_mono_us(struct world *world)
{
    return fake_of(world)->mono_us;
}

static inline void fake_random(struct world *world, void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)fake_draw(fake_of(world));
}

static inline enum code fake_disk(struct world *world, enum disk_step step, const char *path)
{
    (void)world, (void)step, (void)path;
    return CODE_OK;
}

static inline enum code fake_dial(struct world *base, const struct dial_options *options,
                                  struct link **ret_link, struct fault *ret_fault)
{
    struct fake_world *world = fake_of(base);
    (void)options, (void)ret_fault;
    cr_assert(world->link_count < FAKE_LINKS);
    struct fake_link *link = &world->links[world->link_count++];
    *link = (struct fake_link){.base = {.world = base}, .peer = world->link_count, .state = LINK_UP};
    *ret_link = (struct link *)(void *)link;
    return CODE_OK;
}

static inline void fake_put(struct fake_world *world, uint64_t peer, bool to_server, struct span envelope,
                            struct span body)
{
    if (fake_draw(world) % 1000 < world->loss_permille)
        return;
    unsigned copies = fake_draw(world) % 1000 < world->repeat_permille ? 2 : 1;
    for (unsigned i = 0; i < copies; i++) {
        struct fake_frame *frame = calloc(1, sizeof(*frame) + envelope.size + body.size);
        cr_assert(frame);
        frame->at_us = world->mono_us + 50 +
                       (world->delay_us_max ? (int64_t)(fake_draw(world) % world->delay_us_max) : 0);
        frame->peer = peer;
        frame->to_server = to_server;
        memcpy(frame->bytes, envelope.data, envelope.size);
        if (body.size > 0)
            memcpy(frame->bytes + envelope.size, body.data, body.size);
        frame->envelope = span_of(frame->bytes, envelope.size);
        frame->body = span_of(frame->bytes + envelope.size, body.size);
        struct fake_frame **at = &world->frames;
        while (*at && (*at)->at_us <= frame->at_us)
            at = &(*at)->next;
        frame->next = *at;
        *at = frame;
    }
}

/* The next one that has arrived there; peer 0: any. The caller frees it. */
static inline struct fake_frame *fake_take(struct fake_world *world, bool to_server, uint64_t peer)
{
    for (struct fake_frame **at = &world->frames; *at && (*at)->at_us <= world->mono_us; at = &(*at)->next)
        if ((*at)->to_server == to_server && (peer == 0 || (*at)->peer == peer)) {
            struct fake_frame *frame = *at;
            *at = frame->next;
            return frame;
        }
    return NULL;
}

static inline enum code fake_receive(struct link *base, struct arena *arena, struct message *ret_message)
{
    struct fake_link *link = (struct fake_link *)(void *)base;
    struct fake_frame *frame = fake_take(fake_of(link->base.world), false, link->peer);
    if (!frame)
        return CODE_UNAVAILABLE;
    ret_message->peer = 0;
    ret_message->envelope = arena_copy(arena, frame->envelope);
    ret_message->body = arena_copy(arena, frame->body);
    free(frame);
    return CODE_OK;
}

static inline enum code fake_send(struct link *base, uint64_t peer, struct span envelope, struct span body)
{
    struct fake_link *link = (struct fake_link *)(void *)base;
    (void)peer;
    if (link->state != LINK_UP)
        return CODE_UNAVAILABLE;
    fake_put(fake_of(link->base.world), link->peer, true, envelope, body);
    return CODE_OK;
}

/* What the server sends. */
static inline enum code fake_reply(struct fake_world *world, uint64_t peer, struct span envelope,
                                   struct span body)
{
    if (world->server_takes_no_more || world->links[peer - 1].state != LINK_UP) {
        world->refused_sends++;
        return CODE_UNAVAILABLE;
    }
    world->sent_by_server++;
    fake_put(world, peer, false, envelope, body);
    return CODE_OK;
}

static inline enum link_state fake_state(const struct link *link)
{
    return ((const struct fake_link *)(const void *)link)->state;
}

static inline void fake_forget(struct fake_world *world, uint64_t peer)
{
    for (struct fake_frame **at = &world->frames; *at;) {
        struct fake_frame *frame = *at;
        if (peer != 0 && frame->peer != peer) {
            at = &frame->next;
            continue;
        }
        *at = frame->next;
        free(frame);
    }
}

static inline void fake_close(struct link *base)
{
    struct fake_link *link = (struct fake_link *)(void *)base;
    link->closed = true;
    link->state = LINK_CONNECTING;
    fake_forget(fake_of(link->base.world), link->peer);
}

/* Another state of a link; what was on its way is lost with the connection. */
static inline void fake_set_state(struct fake_world *world, uint64_t peer, enum link_state state)
{
    if (world->links[peer - 1].state == LINK_UP && state != LINK_UP)
        fake_forget(world, peer);
    world->links[peer - 1].state = state;
}

/* To the next arrival, or `until`. */
static inline void fake_wait(struct world *base, int64_t until)
{
    struct fake_world *world = fake_of(base);
    int64_t at = world->frames && world->frames->at_us < until ? world->frames->at_us : until;
    cr_assert(at != INT64_MAX, "nothing will ever happen");
    if (at > world->mono_us)
        world->mono_us = at;
    if (world->server)
        world->server(world, world->context);
}

static const struct world_ops fake_ops = {
    .wall_ms = fake_wall_ms,
    .mono_us = fake_mono_us,
    .random = fake_random,
    .disk = fake_disk,
    .dial = fake_dial,
    .receive = fake_receive,
    .send = fake_send,
    .state = fake_state,
    .close = fake_close,
    .wait = fake_wait,
};

static inline void fake_init(struct fake_world *world, uint64_t seed)
{
    *world = (struct fake_world){.base = {.ops = &fake_ops},
                                 .mono_us = 1000000,
                                 .wall_at_start_ms = INT64_C(1790000000000),
                                 .seed = seed};
}

static inline void fake_finish(struct fake_world *world)
{
    fake_forget(world, 0);
}

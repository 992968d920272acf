#pragma once
/* What the tests of links share: a world, a listener that admits the keys it is told, diallers, and turns of
 * a loop with an end (ten seconds, far more than any of them needs). */

#include "common/base/limits.h"
#include "common/world/keys.h"
#include "common/world/real.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <zmq.h>

enum { PATIENCE_US = 10 * 1000 * 1000 };

struct linked {
    struct world *world;
    struct curve_pair server, client;
    struct curve_key admitted; /* besides `admits_all` */
    bool admits_all;
    unsigned asked;
    struct link *listener, *dialled;
    struct arena arena;
    struct message message;
};

static inline bool linked_admit(void *context, const struct curve_key *key)
{
    struct linked *linked = context;
    linked->asked++;
    return linked->admits_all || curve_key_equal(key, &linked->admitted);
}

static inline void linked_listen(struct linked *linked, const char *endpoint)
{
    struct listen_options options = {
        .endpoint = endpoint, .pair = linked->server, .admit = linked_admit, .context = linked};
    struct fault fault = {0};
    int64_t until = world_mono_us(linked->world) + PATIENCE_US;
    /* A port that was just closed is freed a little later. */
    enum code code;
    do {
        code = world_listen(linked->world, &options, &linked->listener, &fault);
    } while (code == CODE_UNAVAILABLE && world_mono_us(linked->world) < until);
    cr_assert(code == CODE_OK, "%s", fault.reason);
}

static inline struct link *linked_dial(struct linked *linked, const struct curve_pair *pair)
{
    struct dial_options options = {
        .endpoint = link_endpoint(linked->listener), .pair = *pair, .server_key = linked->server.public_key};
    struct link *link = NULL;
    cr_assert(world_dial(linked->world, &options, &link, NULL) == CODE_OK);
    return link;
}

static inline void linked_init(struct linked *linked)
{
    *linked = (struct linked){0};
    cr_assert(world_real_create(NULL, &linked->world) == CODE_OK);
    curve_pair_generate(linked->world, &linked->server);
    curve_pair_generate(linked->world, &linked->client);
    linked->admitted = linked->client.public_key;
    arena_init(&linked->arena, 4 * FRAME_DROP_BYTES);
    linked_listen(linked, "tcp://127.0.0.1:*");
    linked->dialled = linked_dial(linked, &linked->client);
}

static inline void linked_finish(struct linked *linked)
{
    link_close(linked->dialled);
    link_close(linked->listener);
    world_destroy(linked->world);
    arena_finish(&linked->arena);
}

/* Turns the loop until the state is reached. */
static inline bool linked_reaches(struct linked *linked, const struct link *link, enum link_state state)
{
    int64_t until = world_mono_us(linked->world) + PATIENCE_US;
    while (link_state(link) != state && world_mono_us(linked->world) < until)
        world_wait(linked->world, until);
    return link_state(link) == state;
}

/* Turns the loop until this link gives something; CODE_UNAVAILABLE when nothing came in `patience_us`. */
static inline enum code linked_receive(struct linked *linked, struct link *link, int64_t patience_us)
{
    int64_t until = world_mono_us(linked->world) + patience_us;
    enum code code;
    arena_reset(&linked->arena);
    while ((code = link_receive(link, &linked->arena, &linked->message)) == CODE_UNAVAILABLE &&
           world_mono_us(linked->world) < until)
        world_wait(linked->world, until);
    return code;
}

/* A bare socket of the library: a peer that does not keep to our rules. Without a key it speaks no CURVE. */
struct raw {
    void *context, *socket;
};

static inline void raw_init(struct raw *raw, struct linked *linked, const struct curve_pair *pair,
                            const char *id)
{
    raw->context = zmq_ctx_new();
    raw->socket = zmq_socket(raw->context, ZMQ_DEALER);
    int linger = 0, unlimited = 0;
    zmq_setsockopt(raw->socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(raw->socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    if (pair) {
        zmq_setsockopt(raw->socket, ZMQ_CURVE_SERVERKEY, linked->server.public_key.bytes, CURVE_KEY_BYTES);
        zmq_setsockopt(raw->socket, ZMQ_CURVE_PUBLICKEY, pair->public_key.bytes, CURVE_KEY_BYTES);
        zmq_setsockopt(raw->socket, ZMQ_CURVE_SECRETKEY, pair->secret_key.bytes, CURVE_KEY_BYTES);
    }
    if (id)
        zmq_setsockopt(raw->socket, ZMQ_ROUTING_ID, id, strlen(id));
    cr_assert(zmq_connect(raw->socket, link_endpoint(linked->listener)) == 0);
}

static inline void raw_finish(struct raw *raw)
{
    zmq_close(raw->socket);
    zmq_ctx_term(raw->context);
}

/* A message of so many parts, each of `bytes` bytes, the first beginning with '1'. */
static inline void raw_send(struct raw *raw, size_t parts, size_t bytes)
{
    char *part = calloc(1, bytes + 1);
    for (size_t i = 0; i < parts; i++) {
        part[0] = (char)('1' + i % 9);
        zmq_send(raw->socket, part, bytes, i + 1 < parts ? ZMQ_SNDMORE : 0);
    }
    free(part);
}

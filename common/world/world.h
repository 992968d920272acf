#pragma once
/* The one door to the outside: time, randomness, message links, worker threads, and the instants at which a
 * disk can fail. Everything a service does to the world goes through a `struct world *`, so that a simulation
 * can be the world: virtual time, seeded faults, many services in one process, no change to any of them.
 *
 * A world belongs to one thread, its loop; only world_wake and the jobs themselves may run elsewhere. The
 * real world is made by world_real_create (real.h). */

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/world/parcel.h"

#include <pthread.h>

enum { CURVE_KEY_BYTES = 32 };

struct curve_key {
    uint8_t bytes[CURVE_KEY_BYTES];
};

struct curve_pair {
    struct curve_key public_key, secret_key;
};

/* What a store is about to do; a simulated disk may refuse or crash there. */
enum disk_step { DISK_OPEN, DISK_READ, DISK_WRITE, DISK_COMMIT, DISK_SETTLE, DISK_COPY, DISK_CLOSE };

/* A received message. Spans point into the arena given to link_receive. */
struct message {
    uint64_t peer; /* on a listening link: which connection; answer with the same. 0 on a dialled one */
    struct curve_key key; /* the key that the other side proved to hold; on a dialled link, its server key */
    struct span envelope, body;
};

/* Whether this key may connect; called on the loop's thread, inside world_wait, for every handshake. It must
 * not open or close links. */
typedef bool (*link_admit)(void *context, const struct curve_key *key);

enum link_state {
    LINK_CONNECTING, /* no answer yet */
    LINK_UP,         /* handshake done */
    LINK_REFUSED,    /* the other side does not admit our key; tried again with back-off */
    LINK_BROKEN,     /* handshake failed: wrong server key, or not speaking our protocol; tried again too */
};

struct listen_options {
    const char *endpoint; /* tcp://host:port; port * chooses one; an IPv6 address stands in brackets */
    struct curve_pair pair;
    link_admit admit;
    void *context;
};

struct dial_options {
    const char *endpoint;
    struct curve_pair pair;
    struct curve_key server_key;
};

/* A link: a listening one serves many peers and is always up, a dialled one leads to one service (and
 * reconnects by itself). Handshakes, reconnections and link_state move on inside world_wait only, and a link
 * of which all was received is looked at again there: call it in every turn of the loop, with an instant that
 * is past when there is other work. */
struct link;

/* A piece of slow work. `run` is called once on a thread of the pool and touches nothing of the loop's;
 * `done` is called on the loop from world_jobs_finish. `run` may be NULL. The job stays its owner's; it must
 * stay where it is from world_job_submit to its `done`. */
struct job {
    void (*run)(struct job *job);
    void (*done)(struct job *job);
    struct job *next; /* the pool's */
};

/* Two pools, so that password hashing never holds up searches. */
enum job_pool { JOB_POOL_SLOW, JOB_POOL_SEARCH, JOB_POOLS };

struct world;

struct world_ops {
    int64_t (*wall_ms)(struct world *);
    int64_t (*mono_us)(struct world *);
    void (*random)(struct world *, void *ret_bytes, size_t size);
    enum code (*disk)(struct world *, enum disk_step step, const char *path);
    unsigned (*disk_fill_permille)(struct world *, const char *path); /* NULL: this disk has no end */
    enum code (*listen)(struct world *, const struct listen_options *, struct link **ret_link,
                        struct fault *ret_fault);
    enum code (*dial)(struct world *, const struct dial_options *, struct link **ret_link,
                      struct fault *ret_fault);
    enum code (*receive)(struct link *, struct arena *, struct message *ret_message);
    enum code (*send)(struct link *, uint64_t peer, struct span envelope, struct span body);
    enum code (*send_parcel)(struct link *, uint64_t peer, struct span envelope,
                             struct parcel *body); /* NULL: `send` */
    void (*drop_peer)(struct link *, uint64_t peer);
    enum link_state (*state)(const struct link *);
    const char *(*endpoint)(const struct link *);
    enum code (*rekey)(struct link *, const struct curve_pair *, struct fault *ret_fault);
    void (*close)(struct link *);
    void (*wait)(struct world *, int64_t until_mono_us);
    void (*wake)(struct world *);
    enum code (*job_submit)(struct world *, enum job_pool, struct job *);
    bool (*jobs_finish)(struct world *);
    unsigned (*job_threads)(const struct world *, enum job_pool);
    enum code (*thread_start)(struct world *, void *(*run)(void *), void *context,
                              pthread_t *ret_thread); /* NULL: there are none */
    void (*destroy)(struct world *);
};

struct world {
    const struct world_ops *ops;
};

struct link_base {
    struct world *world;
};

/* Milliseconds since 1970, UTC. For what people read and for deadlines of law, never for time-outs. */
static inline int64_t world_wall_ms(struct world *world)
{
    return world->ops->wall_ms(world);
}

/* Microseconds of a clock that only rises. For time-outs. */
static inline int64_t world_mono_us(struct world *world)
{
    return world->ops->mono_us(world);
}

static inline void world_random(struct world *world, void *ret_bytes, size_t size)
{
    world->ops->random(world, ret_bytes, size);
}

/* Asked before every disk step of a store: CODE_OK, or the failure that this disk has now. */
static inline enum code world_disk(struct world *world, enum disk_step step, const char *path)
{
    return world->ops->disk(world, step, path);
}

/* How full the file system that holds `path` is, for a program without root's reserve: 0 to 1000. One that
 * cannot be asked counts as full. */
static inline unsigned world_disk_fill_permille(struct world *world, const char *path)
{
    return world->ops->disk_fill_permille ? world->ops->disk_fill_permille(world, path) : 0;
}

/* Binds an encrypted link. On failure (address in use, not ours) nothing is bound and the fault says which.
 */
static inline enum code world_listen(struct world *world, const struct listen_options *options,
                                     struct link **ret_link, struct fault *ret_fault)
{
    return world->ops->listen(world, options, ret_link, ret_fault);
}

/* Begins to connect; returns at once. Closed, as a bound one, with link_close. */
static inline enum code world_dial(struct world *world, const struct dial_options *options,
                                   struct link **ret_link, struct fault *ret_fault)
{
    return world->ops->dial(world, options, ret_link, ret_fault);
}

static inline const struct world_ops *link_ops(const struct link *link)
{
    return ((const struct link_base *)(const void *)link)->world->ops;
}

/* The next message, copied into `arena`. CODE_UNAVAILABLE: none waits. CODE_INVALID_ARGUMENT: one came that
 * is no envelope and body, or is longer than FRAME_BYTES_MAX; it was taken off, `peer` and `key` are set, and
 * `envelope` where it could be read, so that it can be answered. CODE_RESOURCE_EXHAUSTED: the arena is full;
 * as before. */
static inline enum code link_receive(struct link *link, struct arena *arena, struct message *ret_message)
{
    return link_ops(link)->receive(link, arena, ret_message);
}

/* Sends without waiting; both spans are copied. CODE_UNAVAILABLE: that peer is gone or takes no more now, or
 * a dialled link is not up; nothing was sent. CODE_INVALID_ARGUMENT: longer than FRAME_BYTES_MAX. A message
 * that was taken may still be lost with its connection. */
static inline enum code link_send(struct link *link, uint64_t peer, struct span envelope, struct span body)
{
    return link_ops(link)->send(link, peer, envelope, body);
}

/* As link_send, of a body that others get too: it is held until it was sent, not copied. NULL: an empty one.
 */
static inline enum code link_send_parcel(struct link *link, uint64_t peer, struct span envelope,
                                         struct parcel *body)
{
    const struct world_ops *ops = link_ops(link);
    return body && ops->send_parcel ? ops->send_parcel(link, peer, envelope, body)
                                    : ops->send(link, peer, envelope, parcel_span(body));
}

/* Cuts the connection of a peer whose right has ended. A peer that is gone already, or of which nothing came
 * for so long that its place in the table of LINKS_PEERS_MAX was given away, is left alone: cut it at its
 * next message. */
static inline void link_drop_peer(struct link *link, uint64_t peer)
{
    link_ops(link)->drop_peer(link, peer);
}

static inline enum link_state link_state(const struct link *link)
{
    return link_ops(link)->state(link);
}

/* Where it really is bound (the port chosen for *), or leads to. Valid until link_close. */
static inline const char *link_endpoint(const struct link *link)
{
    return link_ops(link)->endpoint(link);
}

/* Gives a listening link another pair: who connects from now on must expect its public key, connections that
 * are up stay as they are. On failure nothing is changed. */
static inline enum code link_rekey(struct link *link, const struct curve_pair *pair, struct fault *ret_fault)
{
    return link_ops(link)->rekey(link, pair, ret_fault);
}

/* Takes NULL. What was sent still leaves, for LINK_LINGER_MS. A listener's port is free a moment later: to
 * bind it again at once may be CODE_UNAVAILABLE. */
static inline void link_close(struct link *link)
{
    if (link)
        link_ops(link)->close(link);
}

/* Sleeps until a link of this world has something to read or its state changed, a job has ended, world_wake
 * was called, or that instant of world_mono_us has come; may return early. A simulated world returns at once.
 */
static inline void world_wait(struct world *world, int64_t until_mono_us)
{
    world->ops->wait(world, until_mono_us);
}

/* Ends the present or next world_wait. From any thread and from a signal handler. */
static inline void world_wake(struct world *world)
{
    world->ops->wake(world);
}

/* Queues work; CODE_RESOURCE_EXHAUSTED when JOBS_WAITING_MAX (searches: JOBS_SEARCH_WAITING_MAX) wait
 * already, or no thread could be started (nothing is queued). */
static inline enum code world_job_submit(struct world *world, enum job_pool pool, struct job *job)
{
    return world->ops->job_submit(world, pool, job);
}

/* Calls `done` of every job that has ended; was there any? */
static inline bool world_jobs_finish(struct world *world)
{
    return world->ops->jobs_finish(world);
}

/* How many threads that pool has. */
static inline unsigned world_job_threads(const struct world *world, enum job_pool pool)
{
    return world->ops->job_threads(world, pool);
}

/* A thread of the caller's, who joins it; signals stay the loop's. UNAVAILABLE: this world has none, and what
 * it would do is done in place. */
static inline enum code world_thread_start(struct world *world, void *(*run)(void *), void *context,
                                           pthread_t *ret_thread)
{
    return world->ops->thread_start ? world->ops->thread_start(world, run, context, ret_thread)
                                    : CODE_UNAVAILABLE;
}

/* Ends the threads, each after the job it is at. `done` is called no more: finish the jobs first, or free
 * them afterwards. Links that are still open are closed. */
static inline void world_destroy(struct world *world)
{
    if (world)
        world->ops->destroy(world);
}

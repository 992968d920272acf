#pragma once
/* What the files of the real world share; nobody else includes it. Everything here belongs to the loop's
 * thread. */

#include "common/base/limits.h"
#include "common/world/connections.h"
#include "common/world/jobs.h"
#include "common/world/real.h"

#include <poll.h>
#include <zmq.h>

/* A socket of the library, and whether it has to be asked what is there. Its descriptor (ZMQ_FD) tells that
 * the library has something for it, once: any call may take that off as it does something else. So a
 * descriptor is trusted only for a quiet socket; whoever does anything with one ends its quiet. */
struct ear {
    void *socket;
    bool quiet; /* it said that nothing is there, and nothing was done with it since */
};

struct real_world {
    struct world base;
    void *context;
    struct ear zap; /* the REP socket that answers for every listening link */
    int wake_fd;
    unsigned threads[JOB_POOLS];
    struct jobs jobs;
    struct link *links; /* all open ones */
    uint32_t last_number;
    int64_t guard_at_us; /* when unfinished messages are measured next */
    /* The poll array: wake_fd, zap, then socket and monitor of each link, in the order of `links`. */
    struct pollfd *items;
    nfds_t items_count;
    size_t items_room;
    bool items_stale; /* a link was opened, closed or made anew */
};

struct link {
    struct link_base base; /* first: link_ops relies on it */
    struct link *next;
    bool listening;
    uint32_t number;    /* of this world; in decimal it is the ZAP domain and names the monitor */
    struct ear main;    /* ROUTER or DEALER */
    struct ear monitor; /* PAIR: what happens to its connections */
    char endpoint[LINK_ENDPOINT_BYTES];
    /* A listening link. */
    link_admit admit;
    void *admit_context;
    int listener;     /* the descriptor that it first accepted with */
    uint32_t rekeyed; /* how often */
    struct connections connections;
    char user[2 * CURVE_KEY_BYTES]; /* who sent last, in hexadecimal; zeros: nobody */
    struct curve_key user_key;
    /* A dialled one. */
    struct dial_options dial; /* its endpoint is the array above */
    enum link_state state;
    unsigned refusals;    /* in a row */
    int64_t redial_at_us; /* 0: the library sees to it */
};

static inline struct real_world *real_of(struct world *world)
{
    return (struct real_world *)(void *)world;
}

/* link.c: messages on an encrypted socket. */
enum code link_real_listen(struct world *, const struct listen_options *, struct link **, struct fault *);
enum code link_real_dial(struct world *, const struct dial_options *, struct link **, struct fault *);
enum link_state link_real_state(const struct link *);
const char *link_real_endpoint(const struct link *);
void link_real_close(struct link *);

/* rekey.c: another key for a listening link. */
enum code link_real_rekey(struct link *, const struct curve_pair *, struct fault *);

/* Opens the reading end of a socket's monitor; NULL with errno set on failure. */
void *link_watch(struct real_world *world, void *socket, uint32_t number, int events);

/* Stops watching and closes both; either may be NULL. Keeps errno. */
void link_shut(void *socket, void *monitor);

/* The failure that errno stands for. */
enum code link_fault(const char *what, const char *endpoint, struct fault *ret_fault);

/* message.c: messages. */
enum code message_receive(struct link *, struct arena *, struct message *);
enum code message_send(struct link *, uint64_t peer, struct span envelope, struct span body);
enum code message_send_parcel(struct link *, uint64_t peer, struct span envelope, struct parcel *body);
void message_drop_peer(struct link *, uint64_t peer);

/* dialler.c: connects, follows the handshakes, and dials again what the library gave up. */
enum code dialler_open(struct link *);
bool dialler_follow(struct link *); /* did the state change? */
void dialler_redial_if_due(struct link *, int64_t now_us);

/* listener.c: follows which connections a listening link has. */
void listener_follow(struct link *);
void listener_guard(struct link *, int64_t now_us);

/* The next event of a monitor: false when there is none. `ret_value` is a descriptor or an error number. */
bool monitor_next(struct ear *monitor, uint16_t *ret_event, int32_t *ret_value);

/* zap.c: the ZAP handler (RFC 27). */
enum code zap_open(struct real_world *);
void zap_serve(struct real_world *);

/* wait.c */
/* Is there anything to be received? True too where the library could not say. */
bool ear_has_something(struct ear *);
/* A receive failed: it is quiet, if that is why. False, for whoever received. */
bool ear_heard_nothing(struct ear *);
void wait_until(struct world *, int64_t until_mono_us);
void wait_wake(struct world *);

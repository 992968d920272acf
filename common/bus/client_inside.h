#pragma once
/* What the files of the client share. Nobody else includes this. */

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/bus/client.h"
#include "common/wire/wire.h"

enum { CALL_BUCKETS = 1024, ATTEMPT_BITS = 8 };

static_assert(CLIENT_ATTEMPTS_MAX < 1 << ATTEMPT_BITS,
              "an attempt's number fits the low bits of a call number");

/* One call under way. On the wire its number is `number << ATTEMPT_BITS | attempt`, so that an answer to any
 * attempt finds it. */
struct call {
    struct call *next, **link;               /* in the client's list of those under way, or of those ended */
    struct call *bucket_next, **bucket_link; /* by number; not of one that has ended */
    uint64_t number;
    const struct wire_method *method;
    client_done done;
    void *context;
    struct span body;
    Pb__CallHeader header;
    Pb__SignedClaim claim;
    uint8_t key[UUID_BYTES];
    uint32_t deadline_ms;
    int64_t deadline_us;
    int64_t due_us;    /* when to send (again); INT64_MAX: an answer is awaited, or the link */
    unsigned attempt;  /* the last one sent, from 1; 0: none yet */
    unsigned answered; /* attempts that were: while they are fewer, one may still be done */
    uint32_t backoff_ms;
    struct link *over; /* the connection that it was sent over, and is up; NULL: none */
    bool repeatable;
    struct fault fault; /* why the last attempt failed, or how it ended */
    uint32_t retry_after_ms;
    uint8_t storage[]; /* what body and claim point to */
};

struct client {
    struct world *world;
    struct link *link; /* what is sent goes over it */
    struct link *next; /* another one, with other keys, to take its place once it is up; or NULL */
    struct link *old;  /* whose place was taken: its answers still come; or NULL */
    struct link_keys {
        struct curve_key own, server;
    } link_keys, next_keys;     /* with which they were dialled */
    struct client_options keys; /* as they are now */
    int64_t next_due_us;        /* `next` is not dialled before */
    char *service, *endpoint;
    struct call *calls, **calls_end; /* in order of their beginning */
    struct call *ended, **ended_end; /* `done` is still to be called */
    struct call *buckets[CALL_BUCKETS];
    unsigned pending;
    uint64_t last_number;
    int64_t next_us;         /* the earliest due_us or deadline_us, or earlier */
    int64_t broken_since_us; /* INT64_MAX: not in LINK_BROKEN */
    enum link_state state;   /* as of the last turn */
    struct arena in, out;    /* for a message that has come; for one that is sent */
    bool turning;
};

/* client_link.c: the connections. `links_turn` is true when another one has taken the place of the first. */
enum code links_open(struct client *client, struct fault *ret_fault);
void links_close(struct client *client);
bool links_turn(struct client *client);
/* Is there one that may yet come up in the place of a refused or broken one? */
bool links_hope(const struct client *client);

/* Sends it now if the link takes it; else sets when to try again. */
void call_send(struct client *client, struct call *call);
/* Takes it from those under way; `fault` is told at the end of the turn. */
void call_end(struct client *client, struct call *call, enum code code, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));
/* The connection that it went over is gone, or is to be closed. */
void call_lose(struct client *client, struct call *call);
/* Takes it out of all lists. The caller frees it. */
void call_unlink(struct client *client, struct call *call);
struct call *call_find(const struct client *client, uint64_t number);
/* Asks the service to stop working on it. */
void call_withdraw(struct client *client, const struct call *call);

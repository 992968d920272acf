#pragma once
/* One request to each method of a service, and what is made to fail while it is answered: the N-th piece of
 * memory, the N-th slice of an arena, the N-th step of the disk, the N-th call of the store to LMDB. */

#include "common/service/service.h"

/* --- what fails (fail.c) ----------------------------------------------------------------------------- */

/* X(name, what) */
#define FAILING(X)                                                                                           \
    X(MEMORY, "allocation")                                                                                  \
    X(ARENA, "slice of an arena")                                                                            \
    X(DISK, "step of the disk")                                                                              \
    X(STORE, "call to LMDB")

enum failing {
#define X(name, what) FAIL_##name,
    FAILING(X)
#undef X
        FAIL_KINDS
};

/* From now on the `at`-th of that kind fails, once; `at` from 1. */
void fail_set(enum failing kind, unsigned at);
/* Nothing fails, or is counted, but between fail_begin and fail_end. */
void fail_begin(void);
void fail_end(void);
/* Has it failed? */
bool fail_happened(void);
/* Was it a sync? What a disk did not take once it may not speak of again: the store says no more. */
bool fail_was_sync(void);
/* Must this one fail? Counts it. */
bool fail_now(enum failing kind);
/* What the harness does itself in the middle is not counted; give the result back to fail_resume. */
bool fail_suspend(void);
void fail_resume(bool suspended);

/* --- who is asked what ------------------------------------------------------------------------------- */

/* A line of NAME.requests: OPTION… METHOD JSON. A line with an API's name alone begins its methods, `let NAME
 * VALUE` says what $NAME is, one that begins with a blank goes on. Options, in this order: */
struct asked {
    bool once;         /* `once`: only there for a later one, nothing is made to fail */
    bool varies;       /* `varies`: the answer is another each time, and not compared */
    char as[32];       /* `as=PRINCIPAL`; empty: the operator */
    char provider[64]; /* `provider=ID`: by way of the gateway, a user of that provider; empty: nobody */
    char keep[32];     /* `keep=FIELD` of the answer, which is $FIELD from then on */
    char refused[24];  /* `refused=CODE`: how it is answered when nothing fails; empty: it is done */
    unsigned wait_s;   /* `wait=SECONDS` before each try */
    bool open;         /* `open`: a stream without an item as yet, so not answered */
    char method[120];  /* in full */
    char body[1200];
};

struct requests {
    struct asked *list;
    size_t count;
};
/* Reads the file; it must be right. */
void requests_read(const char *path, struct requests *ret_requests);

/* What $NAME stands for. */
void name_set(const char *name, const char *value, size_t size);
/* A text with the names replaced, in `arena`. */
const char *names_replace(const char *text, struct arena *arena);

/* A record of its store, as JSON, and how to put a list of them there. */
struct held {
    const char *type, *json;
};
enum code held_put(struct store_txn *txn, const struct table *const *tables, const struct held *held,
                   size_t count, struct arena *arena);
/* As if that service's feed had been read to its end. */
enum code held_is_read(struct store_txn *txn, const char *service);

/* One change that a service it follows tells it of. */
struct fed {
    const char *source, *type, *json; /* the record; of one that is gone, as much as gives its key */
    enum fed_as {
        FED_PUT,
        FED_GONE,
        FED_ANEW, /* in a batch from another beginning: all else of that source is gone */
    } as;
};

struct subject {
    const char *service; /* of the roster */
    struct service_options (*options)(void);
    /* More names for its requests; may be NULL. */
    void (*name)(void);
    /* What its store holds before, of other services' feeds; may be NULL. */
    enum code (*fill)(struct store_txn *txn, struct arena *arena);
    /* What it is fed; each alone, from what the store holds before. */
    const struct fed *feeds;
    size_t feed_count;
    /* What is asked afterwards, as a line of requests has it; NULL: nothing. */
    const char *asked_method, *asked_body;
};

/* The program's one subject. */
extern const struct subject subject;

/* --- the service in its world (host.c) --------------------------------------------------------------- */

enum { HOST_DIALLED = 8, HOST_ENDPOINT_BYTES = 64 };

/* A link to another service, whose part the harness plays while it is up: its feed, nothing else. */
struct dialled {
    struct link_base base; /* first */
    char endpoint[HOST_ENDPOINT_BYTES];
    bool up;
    uint64_t call;              /* the Follow that is open; 0: none */
    struct span envelope, body; /* on its way to the program; no data: none */
};

struct host {
    struct world world; /* first */
    int64_t wall_ms, mono_us, remembered_ms;
    struct link_base listening;
    struct dialled dialled[HOST_DIALLED];
    bool waiting, answered; /* a request; an answer of the present call */
    struct span in_envelope, in_body, out_envelope, out_body;
    struct curve_key from;
    struct job *jobs;
    char directory[64];
    struct region *region;
    struct service *service;
    struct service_options options;
    struct log log;
    uint64_t call;
};

/* Makes a region and the service in it. */
void host_init(struct host *host, const struct subject *what);
void host_finish(struct host *host);
/* The store and the hour as they are now, and as they were then: the service is started anew on it. */
void host_remember(struct host *host);
void host_restore(struct host *host);
/* The service anew on its store, as it is. */
void host_restart(struct host *host);
/* The link that it dials a service over. */
struct dialled *host_dialled(struct host *host, const char *service);
/* Sends over it once, in the next host_run. Both are copied. */
void host_tell(struct dialled *dialled, struct span envelope, struct span body);
struct curve_key host_key(const struct host *host, const char *principal);
/* Turns until there is nothing to do; while `failing`, what was set fails. */
void host_run(struct host *host, bool failing);
/* Lets time pass, and what it brings about happen: afterwards nothing is due for a while. */
void host_settle(struct host *host, unsigned seconds);

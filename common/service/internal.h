#pragma once
/* The frame from inside. A request's way: intake.c takes it off the link and decides what needs no store;
 * queue.c holds it, fairly; group.c (commands, restricted reads) or reads.c runs it through dispatch.c;
 * answer.c sends what came of it. jobs.c and later.c hold what takes longer. Everything belongs to the loop's
 * thread. */

#include "common/bus/envelope.h"
#include "common/bus/feed_follower.h"
#include "common/bus/feed_source.h"
#include "common/service/entitlement.h"
#include "common/service/region.h"
#include "common/service/form_cache.h"
#include "common/service/service.h"
#include "common/store/audit.h"
#include "common/store/replies.h"
#include "common/wire/wire.h"

#include "common/base/limits.h"
#include "common/base/log.h"

/* --- a request --------------------------------------------------------------------------------------- */

/* What a program serves of one method. */
struct served {
    const struct wire_method *method;
    const struct api *api;
    const struct right *right;
};

enum request_place {
    REQUEST_AT_HAND, /* being decided or run */
    REQUEST_QUEUED,
    REQUEST_SLOW,   /* its job is with the pool */
    REQUEST_OPEN,   /* answered later, by its ticket */
    REQUEST_REPEAT, /* beside its first attempt, which is with the pool */
};

struct request {
    struct command command; /* first: handlers and HANDLE know a request by it */
    struct arena arena;
    struct principal principal; /* a copy: rosters come and go */
    uint64_t peer, call;
    struct curve_key key;
    const struct served *served;
    const Pb__SignedClaim *signed_claim;
    unsigned roster_generation; /* under which principal and claim were checked */
    struct span body;           /* as it came, packed */
    bool has_key;
    struct uuid idempotency_key;
    uint64_t outbox_number;
    uint8_t digest[32]; /* of method and body */

    /* The answer. */
    enum code code;
    struct span out; /* packed */
    uint32_t retry_after_ms;
    bool too_long; /* the answer is, for a message */
    const Pb__Conflict *conflict;
    bool replayed; /* it came again: what is answered is what came of it before */

    /* Slow work. */
    struct job job;
    slow_work work;
    slow_finish finish;
    void (*undo)(void *state); /* NULL: nothing was made outside the store */
    void *state;
    enum job_pool pool;
    bool deferred, slow_done, withdrawn;
    bool running;     /* its handler has not returned */
    bool handed_over; /* to the feed source, which answers */

    /* Done once. */
    const struct table *shows; /* the answer shows a record of this table, of own keys; NULL: none */
    struct span shows_key;     /* that record's */
    bool lapsed;               /* its turn came and it might not run: nothing was decided */
    bool settled;              /* it waited for its first attempt, and is decided by what came of that */
    struct request *under_way_next;
    struct request *repeats; /* the same command, come again while this is under way; by `next` */
    unsigned repeat_count;

    /* Where it is held. */
    enum request_place place;
    uint64_t ticket;
    uint16_t open_slot;       /* of service->open_held, while it is open */
    struct request *next;     /* in its lane, among those done by the pool, repeats or unused ones */
    struct request *previous; /* with next, among the open or the slow ones */
    size_t counted_bytes;     /* what it weighs in its queue */
};

/* The request of a command that a handler was given. */
static inline struct request *request_of(struct command *command)
{
    return (struct request *)(void *)command;
}

/* --- queue.c: waiting requests, a lane for each person or, without a claim, each connection ---------- */

enum { QUEUE_BUCKETS = 256 };
struct lane;
struct queue {
    struct lane *buckets[QUEUE_BUCKETS];
    struct lane *turn; /* a ring: whose turn it is; NULL: nobody waits */
    unsigned waiting;
    size_t bytes;
};

/* False: the lane or the queue is full; the request is still the caller's. */
bool queue_push(struct queue *queue, struct request *request);
/* The next one, each lane in its turn; NULL: none waits. */
struct request *queue_pop(struct queue *queue);
/* A number for the person or connection that a request is of; others may share it. */
uint64_t queue_lane_hash(const struct request *request);
/* Takes out a peer's call; NULL: not here. */
struct request *queue_take(struct queue *queue, uint64_t peer, uint64_t call);

/* --- claims.c: claims seen good a moment ago, so that a signature is checked once, not once per call -- */

enum { CLAIMS_SEEN = 1024 };
struct claims_seen {
    struct claim_seen {
        uint8_t digest[32];
        unsigned roster_generation; /* 0: empty */
    } slots[CLAIMS_SEEN];
};
/* As claim_verify. */
enum code claims_check(struct claims_seen *seen, unsigned roster_generation,
                       const Pb__SignedClaim *signed_claim, const struct roster *roster, int64_t now_ms,
                       struct arena *arena, const Pb__Claim **ret_claim, struct fault *ret_fault);

/* --- pace.c: when the next group of commands begins -------------------------------------------------- */

struct pace {
    unsigned last;     /* answered in the last group; 0: what comes after it was counted already */
    unsigned expected; /* so many are likely to come together */
    unsigned seen;     /* waiting, when the group was first held */
    unsigned came;     /* and by now */
    unsigned unheld;   /* groups to come that are not held: nobody came in time */
    int64_t commit_us; /* what a commit takes, of late */
    int64_t ended_us;  /* the last one */
    int64_t hold_us;   /* not held from then on, unless more come */
    int64_t end_us;    /* nor, whoever comes, from then on */
};
/* Should a group of so many wait for more? Only where those just answered are likely to ask again at once. */
bool pace_holds(struct pace *pace, unsigned waiting, int64_t now_us);
void pace_committed(struct pace *pace, unsigned commands, int64_t began_us, int64_t ended_us);

/* --- the service ------------------------------------------------------------------------------------- */

/* One counter per thing that happens; names in status.c. */
enum counter {
    COUNT_RECEIVED,
    COUNT_ANSWERED,
    COUNT_COMMANDS,
    COUNT_COMMANDS_REFUSED,
    COUNT_REPLAYED,
    COUNT_READS,
    COUNT_READS_REFUSED,
    COUNT_GROUPS,
    COUNT_COMMITS_FAILED,
    COUNT_REFUSED_EARLY,
    COUNT_REFUSED_AT_INTAKE,
    COUNT_EXPIRED,
    COUNT_WITHDRAWN,
    COUNT_ANSWERS_LOST,
    COUNT_JOBS,
    COUNT_BATCHES_APPLIED,
    COUNT_ENTRIES_APPLIED,
    COUNT_PEERS_DROPPED,
    COUNT_AUDIT_LOST,
    COUNTERS
};

struct followed {
    const struct follow *follow;
    struct service *service;
    struct client *client;
    struct feed_follower *follower; /* NULL: to be made */
    int64_t retry_us;               /* not before */
    bool failing;                   /* its last failure was logged */
    unsigned losses;                /* since a batch is known to be kept */
    bool lost;                      /* behind the loop: the follower must go back to the stored cursor */
    const struct cursor *applied;   /* while `applied` runs: what the store has just taken; NULL otherwise */
};

struct timer_state {
    const struct timer *timer;
    int64_t due_us;
    char what[PRINCIPAL_NAME_MAX + 80]; /* what its commands are called */
};

struct known_client {
    char name[PRINCIPAL_NAME_MAX];
    struct client *client;
};

/* Connections seen, so that those of a removed key can be cut. A slot may be lost to another connection: that
 * one is cut at its next message. */
enum { PEERS_SEEN = 8192, CLIENTS_MAX = 16, FOLLOWS_MAX = 8, TIMERS_MAX = 32, OPEN_BUCKETS = 1024 };
struct peer_seen {
    uint64_t peer;
    struct curve_key key;
};

struct service {
    struct world *world;
    const struct region *region;
    struct service_options options;
    struct principal self;
    struct curve_pair pair;       /* as of the region, until it rotates */
    struct curve_key key_awaited; /* the newest in the roster, which this host has no secret of: said once */
    struct log log;
    struct store *store;
    struct link *link;
    struct feed_source *source;

    struct served *served; /* in order of the method's address */
    size_t served_count;

    struct form_cache form_cache; /* of the loop's thread */
    struct roster *roster;
    unsigned roster_generation; /* from 1; one more with each roster read */
    struct file_stamp roster_stamp;
    int64_t roster_due_us;
    bool roster_unkept;      /* its serial is still to be remembered */
    struct peer_seen *peers; /* those of which the bit is set */
    uint64_t peers_seen[PEERS_SEEN / 64];
    struct claims_seen *claims;

    struct queue commands, reads;
    struct pace pace;
    int64_t settle_due_us;                  /* what the store owes is not left to later groups */
    struct uuid last_id;                    /* that a command was given */
    struct request *done_first, *done_last; /* by the pool: they go first */
    struct request *open[OPEN_BUCKETS];     /* by ticket */
    unsigned open_count;
    uint16_t open_held[OPEN_BUCKETS]; /* by whoever hashes there (queue_lane_hash) */
    uint64_t last_ticket;
    int64_t open_due_us;       /* no open request expires before */
    struct request *slow;      /* with the pool */
    struct request *under_way; /* commands with a key or number, while others may join them */
    unsigned repeat_count;     /* those that did */
    unsigned slow_counts[JOB_POOLS];
    struct request *unused;
    unsigned unused_count;
    struct arena turn_arena; /* for what is sent and forgotten */

    struct followed follows[FOLLOWS_MAX];
    size_t follow_count;
    struct known_client clients[CLIENTS_MAX];
    size_t client_count;
    struct timer_state timers[TIMERS_MAX];
    size_t timer_count;
    int64_t sweep_due_us, replies_due_us;

    int64_t started_us;
    bool stopping, was_ready;
    uint64_t counters[COUNTERS];
};

/* --- request.c --------------------------------------------------------------------------------------- */

/* An empty request with its arena; NULL: out of memory. */
struct request *request_take(struct service *service);
/* The same of a command of the frame's or the program's own: caller, deadline and time are filled. */
struct request *request_take_own(struct service *service);
void request_release(struct service *service, struct request *request);
/* Principal, claim and right as the roster stands now: at intake, and again where the roster changed since.
 */
enum code request_recognise(struct service *service, struct request *request);
/* Decides it without a handler; returns `code`. */
enum code request_refuse(struct request *request, enum code code, const char *field, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));
/* Refuses it where it needs a source that has not been read: when it comes, and again when its turn has, as
 * the source may have begun anew in between. */
bool request_is_early(const struct service *service, struct request *request);
/* UNAVAILABLE and RESOURCE_EXHAUSTED with a hint that grows with what waits. */
uint32_t retry_hint_ms(const struct service *service);
/* The moment's facts, for every command of a group alike. */
void command_stamp(struct command *command, int64_t now_ms);

/* --- each its own file ------------------------------------------------------------------------------- */

/* intake.c: takes what has come, at most DRAIN_MESSAGES_MAX; true when anything was there. */
bool intake(struct service *service);

/* dispatch.c */
enum code dispatch_create(struct service *service, struct fault *ret_fault);
const struct served *dispatch_find(const struct service *service, const char *method);
/* Unpacks the body and runs the handler, or the second half of slow work. Fills request->code and out. */
void dispatch_run(struct request *request);

/* group.c and reads.c: true when anything was run. */
bool group_run(struct service *service);
bool reads_run(struct service *service);
/* One command of the frame's or the program's own, in a group of its own, under the service's name. `method`
 * is what the audit line says, if `run` set a subject or failed. `ret_again`: it set command->again. */
enum code group_run_own(struct service *service, const char *method,
                        enum code (*run)(struct command *command), bool *ret_again);

/* once.c. True: it is decided already, by what was done before or by a key that cannot be; or it waits beside
 * its first attempt (REQUEST_REPEAT). */
bool once_decided(struct store_txn *txn, struct request *request);
/* Which record with a key of its own an answer shows, so that what is kept of the answer is erased with it.
 */
void once_note(struct request *request, const ProtobufCMessage *out);
/* In the transaction of what it keeps. */
enum code once_keep(struct store_txn *txn, const struct request *request);
/* In a command of its own. In a store without room it is not kept. */
void once_keep_refusal(struct store_txn *txn, struct request *request, const struct actor *actor);
/* It was deferred: repeats join it. It has come back: they do not any more. */
void once_list(struct service *service, struct request *request);
void once_unlist(struct service *service, struct request *request);
/* It is decided, and on disk: so are its repeats, which go into the next group. Before it is answered. */
void once_settle(struct service *service, struct request *first);
bool once_cancel(struct service *service, uint64_t peer, uint64_t call);
/* Releases its repeats. */
void once_drop(struct service *service, struct request *first);

/* answer.c: sends what came of a request, and releases it unless it is open or slow. */
void answer(struct service *service, struct request *request);
/* Of a message that never became a request. */
void answer_refusal(struct service *service, uint64_t peer, uint64_t call, const struct fault *fault,
                    uint32_t retry_after_ms);

/* jobs.c */
void jobs_begin(struct service *service, struct request *request);
struct request *jobs_take_done(struct service *service, bool reads_only);
bool jobs_cancel(struct service *service, uint64_t peer, uint64_t call);
/* At hand: it goes in one of the next groups, before what waits in a queue. */
void jobs_put_done(struct service *service, struct request *request);
/* Waits until the pool has given back every request. */
void jobs_await(struct service *service);

/* later.c */
void later_close(struct service *service, struct request *request);
void later_expire(struct service *service);
bool later_cancel(struct service *service, uint64_t peer, uint64_t call);
void later_end_all(struct service *service);

/* timers.c */
enum code timers_create(struct service *service, struct fault *ret_fault);
bool timers_run(struct service *service);
int64_t timers_next_us(const struct service *service);

/* sweep.c: the journal's floor follows its end, old replies go; a slice at a time. */
bool sweep_run(struct service *service);
int64_t sweep_next_us(const struct service *service);

/* clients.c */
bool clients_turn(struct service *service);
int64_t clients_next_us(const struct service *service);
void clients_destroy(struct service *service);
/* The roster or the program's own key may have changed: so do the connections of its clients. */
void clients_refresh(struct service *service);

/* follows.c */
enum code follows_create(struct service *service, struct fault *ret_fault);
bool follows_turn(struct service *service);
int64_t follows_next_us(const struct service *service);
void follows_destroy(struct service *service);
/* Has every source that is not optional been read to its end once? `ret_reason` says which was not. */
bool follows_whole(const struct service *service, char *ret_reason, size_t size);
/* The same in a transaction, which may be a thread's of the pool. UNAVAILABLE: one was not. */
enum code follows_check(const struct service *service, struct store_txn *txn, struct fault *ret_fault);

/* roster_watch.c */
enum code roster_open(struct service *service, struct fault *ret_fault);
/* What the store knows of the roster is on the disk beside it, and outlives it. */
enum code roster_keep_beside(const struct service *service);
bool roster_watch(struct service *service);
bool roster_admits(void *service, const struct curve_key *key);
void roster_saw(struct service *service, uint64_t peer, const struct curve_key *key);

/* feed.c: what every service serves besides its own. */
extern const struct api frame_apis[]; /* ended by a NULL descriptor */
enum code feed_create(struct service *service, struct fault *ret_fault);

/* form_keeping.c, evidence_keeping.c: what those serve besides that keep forms and files; ended likewise. */
extern const struct api form_apis[], evidence_apis[];
/* form_records.c: puts the shipped forms into use. */
extern const struct timer form_timer;

/* What the program's own callback or the role says. */
bool feed_entitle(struct service *service, const struct principal *principal,
                  struct entitlement *ret_entitlement, uint64_t *ret_number);

/* Counters are written by the loop alone. */
static inline void count(struct service *service, enum counter counter)
{
    service->counters[counter]++;
}

/* status.c */
/* Calls `add` for every counter and gauge of the frame and the program. */
void status_collect(struct service *service, void (*add)(void *sink, const char *name, uint64_t value),
                    void *sink);
void status_fill(struct service *service, struct arena *arena, Pb__GetStatusResponse *out);
/* Does it answer calls? `ret_reason` says why not. */
bool service_is_ready(const struct service *service, char *ret_reason, size_t size);

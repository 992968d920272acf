#pragma once
/* What the files of the simulation share.
 *
 * A schedule is one run of a whole region in one process: programs (struct node), each with a world of its
 * own (struct sim_world), under one virtual clock, one network and one stream of randomness. Nothing here
 * runs beside anything else. */

#include "common/bus/client.h"
#include "common/service/service.h"
#include "common/world/world.h"
#include "tests/sim/random.h"

struct sim;
struct node;

/* --- faults that are planted on purpose, to show that an invariant notices --------------------------- */

/* X(name, option, what it does, which invariant must notice) */
#define PLANTS(X)                                                                                            \
    X(EARLY_ANSWER, "early-answer", "answers leave before their group is on disk", "acknowledged-kept")      \
    X(NO_KEYS, "no-keys", "idempotency keys are lost on the way", "done-once")                               \
    X(LOST_ENTRY, "lost-entry", "a follower passes over an entry", "copies-equal")                           \
    X(KEEPS, "keeps", "a follower that starts over drops nothing", "copies-equal")                           \
    X(ALL_SEE_ALL, "all-see-all", "the source takes every follower for the operator", "entitled-only")       \
    X(OLD_ROSTER, "old-roster", "a removed key goes on being served", "removed-gets-nothing")                \
    X(OLD_KEY, "old-key", "a key that was rotated away is never dropped", "removed-gets-nothing")            \
    X(KEEPS_KEY, "keeps-key", "a program goes on with the key that it had", "settles")                       \
    X(FORGETS_ROSTER, "forgets-roster", "a store forgets which roster it knew", "roster-holds")              \
    X(FORGED, "forged", "a roster with a stranger in it is signed by the region's key", "roster-holds")      \
    X(OTHER_COPY, "other-copy", "an older copy is restored than is said", "acknowledged-kept")               \
    X(SAME_EPOCH, "same-epoch", "a restored store goes on in its epoch", "copies-equal")                     \
    X(LOST_LIST, "lost-list", "the list of what was erased is lost with the store", "erased-stays")          \
    X(STALE, "stale", "a worker does not show what it read after a restore", "search-after-restore")         \
    X(OVERBOOK, "overbook", "a place is taken though none is free", "places-not-twice")                      \
    X(PARTIAL, "partial", "a follower answers before it has read enough", "partial-silent")                  \
    X(UNMARKED, "unmarked", "allocation keeps a placement and does not look at its provision", "link-right") \
    X(HALF, "half", "a transfer is accepted and the allocation stays where it was", "one-link")              \
    X(BARE, "bare", "a report is published and nothing of it is there to be read", "published-once")         \
    X(SAME_NUMBER, "same-number", "an application is submitted again under its last number",                 \
      "submitted-once")                                                                                      \
    X(UNREAD, "unread", "a decision is taken on whatever submission stands", "read-before-decided")          \
    X(UNDECIDED, "undecided", "a decision is acknowledged and not kept", "acknowledged-kept")                \
    X(UNCOUNTED, "uncounted", "a line changes and its totals do not", "adds-up")                             \
    X(UNSETTLED, "unsettled", "fees keeps a placement and does not settle who leads", "lead-places")         \
    X(UNTOLD, "untold", "nobody is told of copies that could not be written behind", "copies-equal")         \
    X(STUCK, "stuck", "a follower can never store what it is sent", "settles")                               \
    X(DIFFERS, "differs", "one of two workers passes over a change", "search-same")                          \
    X(OLD_INDEX, "old-index", "a worker passes over vacancies that end", "search-true")

/* What the commands of a schedule are mostly about. */
enum sim_scene {
    SCENE_ANYTHING,
    SCENE_HANDING_OVER, /* a few homes, whose LAs often stop placing there: transfers and swaps */
    SCENE_FEES,         /* the same, and all else is about fees */
    SIM_SCENES
};

enum plant {
    PLANT_NONE,
#define X(name, option, what, invariant) PLANT_##name,
    PLANTS(X)
#undef X
};

/* --- what is counted, so that an idle schedule cannot pass for a hard one ---------------------------- */

/* X(name, what is printed) */
#define COUNTS(X)                                                                                            \
    X(TURNS, "turns")                                                                                        \
    X(MESSAGES, "messages sent")                                                                             \
    X(MESSAGES_LOST, "messages lost with a connection")                                                      \
    X(MESSAGES_LATE, "messages that outlived their connection")                                              \
    X(SENDS_REFUSED, "sends refused by a full link")                                                         \
    X(CONNECTIONS, "connections made")                                                                       \
    X(CONNECTIONS_BROKEN, "connections broken")                                                              \
    X(HANDSHAKES_REFUSED, "handshakes refused")                                                              \
    X(CRASHES, "crashes")                                                                                    \
    X(CRASHES_IN_TURN, "crashes in the middle of a turn")                                                    \
    X(STOPS, "orderly stops")                                                                                \
    X(RESTARTS, "restarts")                                                                                  \
    X(RESTARTS_FAILED, "restarts that failed at first")                                                      \
    X(PARTITIONS, "partitions")                                                                              \
    X(DISK_FAULTS, "disk faults")                                                                            \
    X(DISKS_FULL, "of these, full disks")                                                                    \
    X(DISK_REFUSALS, "disk steps refused")                                                                   \
    X(SETTLES_REFUSED, "of these, commits of what was answered")                                             \
    X(STALLS, "slow spells")                                                                                 \
    X(STALLS_FOLLOWERS, "of these, of programs that follow")                                                 \
    X(KEYS_REMOVED, "keys removed from the roster")                                                          \
    X(KEYS_REVOKED, "keys removed by the revoker")                                                           \
    X(ROTATIONS, "keys rotated")                                                                             \
    X(ROTATIONS_FINISHED, "of these, with the old one dropped under way")                                    \
    X(STRANGERS, "programs with a first key for ever")                                                       \
    X(REPLAYS, "older rosters replayed")                                                                     \
    X(FORGERIES, "rosters forged with the revoker's key")                                                    \
    X(COPIES_MADE, "copies of stores made")                                                                  \
    X(RESTORES, "restores of the registry")                                                                  \
    X(LOST, "commands acknowledged that these lost")                                                         \
    X(RESTORES_OTHER, "restores of programs that follow")                                                    \
    X(RESTORES_SERVING, "of these, of allocation, monitoring and fees")                                      \
    X(ERASED, "placements erased")                                                                           \
    X(ERASED_AGAIN, "of these, there again in a copy that was restored")                                     \
    X(LEASES, "leases of followers that ended")                                                              \
    X(ENTITLEMENTS, "entitlements of followers that changed")                                                \
    X(FULL, "commands refused by a full store")                                                              \
    X(MEMBERSHIPS, "memberships changed")                                                                    \
    X(HOSTS, "hosts changed")                                                                                \
    X(ISSUED, "commands issued")                                                                             \
    X(ACKNOWLEDGED, "commands acknowledged")                                                                 \
    X(REFUSED, "commands refused")                                                                           \
    X(UNKNOWN, "commands of unknown fate")                                                                   \
    X(UNKNOWN_DONE, "of these, done")                                                                        \
    X(REPEATS, "requests sent again")                                                                        \
    X(READS, "reads answered")                                                                               \
    X(READS_REFUSED, "reads refused")                                                                        \
    X(PLACES_TAKEN, "places taken")                                                                          \
    X(PLACES_REFUSED, "places refused, none being free")                                                     \
    X(PUBLISHED, "proposals published")                                                                      \
    X(CHOICES, "allocations chosen by the host")                                                             \
    X(ANSWERS, "transfers answered")                                                                         \
    X(OFFERS, "transfers offered")                                                                           \
    X(ACCEPTED, "of these, accepted")                                                                        \
    X(SWAPS, "of these, swaps")                                                                              \
    X(EXPIRED, "offers that expired")                                                                        \
    X(REPORTS_PUBLISHED, "reports published")                                                                \
    X(AMENDMENTS, "of these, amendments")                                                                    \
    X(QUALITIES, "provisions whose quality was made again")                                                  \
    X(SUBMISSIONS, "applications for fees submitted")                                                        \
    X(DECISIONS, "decisions on fees")                                                                        \
    X(DECISIONS_UNREAD, "of these, refused, the submission being another")                                   \
    X(TOTALS, "totals of lines reckoned again")                                                              \
    X(LEADS, "consultations whose lead was held against the placements")                                     \
    X(HANDED_OVER, "leads handed over")                                                                      \
    X(LINKS, "allocations held against the rule")                                                            \
    X(TRANSFERS_HELD, "transfers that held at the end")                                                      \
    X(TRANSFERS_OFFERED, "transfers that waited at the end")                                                 \
    X(BATCHES, "batches sent")                                                                               \
    X(BEGUN_IN_PARTS, "feeds begun in several batches")                                                      \
    X(BEHIND, "batches written behind")                                                                      \
    X(BEHIND_FAILED, "failures of that, told to who follows")                                                \
    X(ENTRIES, "entries sent")                                                                               \
    X(ENTRIES_APPLIED, "entries applied")                                                                    \
    X(STARTS_OVER, "followers that started over")                                                            \
    X(FORGETS, "entries that make a follower forget")                                                        \
    X(COPIES, "copies compared")                                                                             \
    X(SEARCHES, "searches answered")                                                                         \
    X(SEARCHES_REFUSED, "searches refused")                                                                  \
    X(RESULTS, "places found, each held against the registry")                                               \
    X(OLD_EPOCHS, "searches answered at a position before a restore")                                        \
    X(SAME_AGAIN, "searches compared with one at the same position")                                         \
    X(BY_OTHERS, "searches answered by the worker apart")                                                    \
    X(SLOW_JOBS, "slow jobs")                                                                                \
    X(VIRTUAL_SECONDS, "seconds of virtual time")

enum sim_count {
#define X(name, text) SIM_##name,
    COUNTS(X)
#undef X
        SIM_COUNTS
};

/* --- a world of one program -------------------------------------------------------------------------- */

struct sim_world {
    struct world base; /* first */
    bool dead;         /* it crashed: what it still does reaches nobody and nothing */
    bool wake;         /* it begins, a link has something or its state changed */
    unsigned doom;     /* crashes at the so-manieth call from now; 0: does not */
    unsigned id;       /* of the node */
    struct job *jobs;  /* submitted, in order */
    int64_t jobs_due_us;
    struct sim *sim;
    struct node *node;
    int64_t wall_skew_ms;
    /* The disk refuses these steps (bits of enum disk_step) until then. */
    unsigned disk_refuses;
    enum code disk_code;
    int64_t disk_until_us;
};

void sim_world_init(struct sim_world *world, struct sim *sim, struct node *node, unsigned id);
static inline struct sim_world *sim_world_of(struct world *world)
{
    return (struct sim_world *)(void *)world;
}
/* Is this call the program's last? Every call of the world counts. */
bool sim_world_is_dead(struct sim_world *world);

/* --- the network (net.c) ----------------------------------------------------------------------------- */

enum { SIM_NODES_MAX = 32, SIM_FOLLOWS = 8 };

struct packet {
    struct packet *next;
    int64_t due_us;
    size_t envelope_size, body_size;
    uint8_t bytes[];
};

struct pipe {
    struct packet *first, **end;
    int64_t due_us; /* of the first; INT64_MAX: there is none */
    int64_t last_due_us;
    unsigned count;
};

struct connection {
    struct connection *next;
    struct link *dialler, *listener; /* NULL: that end was closed */
    unsigned dialler_id, listener_id;
    struct pipe up, down; /* to the listener, to the dialler */
    bool broken, dialler_knows, listener_knows;
    int64_t dialler_notices_us, listener_notices_us;
    int64_t break_at_us; /* of a partition that lasts */
    uint64_t peer;
    struct curve_key client_key, server_key;
    uint64_t follows[SIM_FOLLOWS]; /* Follow calls that came over it, for the watcher */
    unsigned follow_count;
};

struct network {
    struct connection *connections;
    struct link *links; /* of all worlds */
    uint64_t last_peer;
    unsigned waiting_max; /* messages that one direction of a connection holds */
    int64_t delay_us_min, delay_us_max;
    unsigned spike_percent; /* messages that take ten times as long */
    bool blocked[SIM_NODES_MAX][SIM_NODES_MAX];
    /* When there is something to do for the network itself, and when a message for each node. */
    int64_t next_us, arrivals_us[SIM_NODES_MAX];
    bool changed; /* since they were reckoned */
};

enum code net_listen(struct world *, const struct listen_options *, struct link **, struct fault *);
enum code net_dial(struct world *, const struct dial_options *, struct link **, struct fault *);
enum code net_receive(struct link *, struct arena *, struct message *);
enum code net_send(struct link *, uint64_t peer, struct span envelope, struct span body);
void net_drop_peer(struct link *, uint64_t peer);
enum link_state net_state(const struct link *);
const char *net_endpoint(const struct link *);
enum code net_rekey(struct link *, const struct curve_pair *, struct fault *);
void net_close(struct link *);

/* What is due now: dials, handshakes, losses that are noticed. */
void net_advance(struct sim *sim);
/* Reckons when there is something to do for the network itself (net_advance), and when a message for each
 * node, where that may have changed: `next_us` and `arrivals_us` hold until the network is used again. */
void net_reckon(struct sim *sim);
/* Is every dialled link up? */
bool net_is_up(const struct sim *sim);
/* Are all links of that world under this key? */
bool net_has_key(const struct sim *sim, unsigned id, const struct curve_key *key);
/* Cuts one connection; `slowly`: its ends notice late. */
void net_break(struct sim *sim, struct connection *connection, bool slowly);
/* Nothing passes between these two until net_heal. */
void net_block(struct sim *sim, unsigned a, unsigned b);
void net_heal(struct sim *sim);
void net_finish(struct sim *sim);

/* --- programs ---------------------------------------------------------------------------------------- */

struct load;
struct follower;

/* What is asked of each at each step comes first. */
struct node {
    bool down;
    int64_t restart_us; /* while it is down; INT64_MAX: for good */
    int64_t busy_until_us;
    int64_t next_us;   /* what service_next_us said; 0: to be asked */
    struct load *load; /* of a client */
    struct sim_world world;
    const char *name; /* of the program; its principal's too, but for clients */
    const char *principal;
    struct region *region;   /* while it is up */
    struct service *service; /* likewise */
    struct service_options options;
    void *context;
    bool is_follower;
    bool searches;   /* has an index of its own */
    bool stranger;   /* has its principal's first key for ever: somebody who stole it */
    char fault[400]; /* why it did not start, the last time that it did not */
    int64_t started_us;
    int64_t turn_us;                            /* when its last whole turn began */
    uint64_t roster_serial, roster_revocations; /* of the roster that it knows */
    int64_t lag_us;                             /* between two turns, in a slow spell */
    int64_t lag_until_us;
};

/* --- the schedule ------------------------------------------------------------------------------------ */

struct promises;
struct facts;
struct records;
struct sim_region;
struct sim_roster;

struct sim {
    uint64_t seed;
    enum plant plant;
    const char *only; /* with a planted fault: the invariant that must notice it */
    struct sim_random random;
    int64_t now_us;
    struct network net;
    struct node nodes[SIM_NODES_MAX];
    unsigned node_count;
    struct node *registry;
    struct promises *promises;
    struct facts *facts;
    struct records *records;
    uint64_t trace; /* of all that happened */
    bool print_trace;
    bool quiet;    /* the simulation itself reads a store: that is no step of the program */
    bool settling; /* no more faults */
    bool settled;  /* all at rest */
    uint64_t counts[SIM_COUNTS];
    bool failed;
    char invariant[40], failure[600];
    const struct sim_region *region;
    unsigned journal_keep, fill_permille; /* of every store */
    unsigned feed_batch;                  /* entries in a batch of every feed; 0: as many as it takes */
    unsigned long behind_seen;            /* of libraries_behind */
    struct position
        copied[SIM_NODES_MAX]; /* where the copy of a node's store stands; epoch 0: there is none */
    uint64_t entitlements[SIM_NODES_MAX]; /* of each principal, as its last batch had it */
    int64_t active_until_us, disturb_us, disturb_every_us, heal_us;
    unsigned kinds; /* of disturbance that this schedule has */
    unsigned orders_max;
    int64_t pace_us; /* at most between two commands of a client */
    enum sim_scene scene;
    struct sim_roster *roster;
};

static inline void sim_count(struct sim *sim, enum sim_count count)
{
    sim->counts[count]++;
}

/* Mixes what happened into the trace; with --trace prints it. `what` is a fixed word. */
void sim_trace(struct sim *sim, unsigned node, const char *what, uint64_t number, struct span bytes);

/* An invariant does not hold. The first failure stays. */
void sim_fail(struct sim *sim, const char *invariant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static const int64_t sim_wall_ms = INT64_C(1790000000000); /* September 2026 */

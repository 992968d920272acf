#pragma once
/* The frame that runs every service: links, principals, rights, deadlines, groups of commands, dispatch,
 * timers, jobs, feeds served and followed, health, metrics, orderly stop. What a service adds is its API's
 * handlers, its tables, its rules, and what it makes of other services' feeds. */

#include "common/base/log.h"
#include "common/bus/client.h"
#include "common/service/command.h"
#include "common/service/rights.h"
#include "common/store/journal.h"

struct argp;
struct form_keeping;
struct evidence_keeping;

/* One API service that a program serves: the generated descriptor and struct, whose handlers are HANDLE
 * functions. */
struct api {
    const ProtobufCServiceDescriptor *descriptor;
    const ProtobufCService *handlers; /* the generated struct, filled by its …__INIT(on_); borrowed */
    bool while_partial;               /* answered even before a followed source was read to its end once */
};

/* Something the program follows. `apply` is called in a write transaction for each entry, each a command of
 * its own (so scan before you write), with a partial source too; `start_over` before the first entry of a new
 * beginning: drop all that came from this source (setting command->again while there is more to drop).
 * Anything but CODE_OK from either gives up the whole batch; it is asked for again. */
struct follow {
    const char *service; /* roster name of the source: `registry` */
    enum code (*apply)(struct command *command, const Pb__JournalEntry *entry);
    enum code (*start_over)(struct command *command);
    /* After a batch's commit, and once at the start: publish what readers see. May be NULL. */
    void (*applied)(struct service *service, void *context);
    /* The program answers without it: it is not partial for want of this source, which may be down, or no
     * service of the region at all. What it has of it, service_cursor tells. */
    bool optional;
    /* Of an entry's content `apply` makes a copy in a table without flags and indexes (copies_apply), and
     * nothing else of the store's: while the program reads all, these are written behind it. */
    bool copies;
};

/* Something that time brings about: run as a command, under the program's own name, but not while the program
 * is partial. One that changes something sets command->subject, and is then in the audit log; with
 * command->again it is called anew in the next turn. */
struct timer {
    const char *name;
    int64_t every_ms;
    enum code (*run)(struct command *command);
    /* While it says so there is nothing to do for it before `idle_ms` have passed. NULL: it never is. */
    bool (*is_idle)(const struct service *service);
    int64_t idle_ms;
};

struct service_options {
    const char *name;       /* roster name: `registry` */
    const char *instance;   /* of its store and pid file, where one name has several (a pool); NULL: name */
    const struct api *apis; /* ended by a NULL descriptor; those of every service are added by the frame */
    const struct table *const *tables; /* ended by NULL; NULL: no store */
    const struct follow *follows;      /* ended by a NULL service; may be NULL */
    const struct timer *timers;        /* ended by a NULL name; may be NULL */
    /* Forms that it keeps, and files beside their answers: FormsService and EvidenceService are served then,
     * by the frame. NULL: none; without forms there are no files (form_keeping.h, evidence_keeping.h). */
    const struct form_keeping *forms;
    const struct evidence_keeping *evidence;
    unsigned feed_batch; /* entries of its own feed in one batch, at most; 0: FEED_BATCH_ENTRIES */
    uint32_t schema;
    const store_migration *migrations;
    void *context;
    /* More arguments of the program's own (argp.h), parsed with `context` as their input before anything else
     * of this struct but `arguments` and `context` is read: they may still change it. May be NULL. */
    const struct argp *arguments;
    /* What a follower may see. `number` is never 0 and changes whenever what it admits does; a program may
     * take membership into account. False: nothing. NULL: entitlement_by_role (entitlement.h). */
    bool (*entitle)(struct service *service, const struct principal *principal,
                    struct entitlement *ret_entitlement, uint64_t *ret_number);
    /* Does its store hold generated records? For GetStatus; may be NULL. */
    bool (*is_demonstration)(struct service *service);
    const struct log *log; /* where lines go; NULL: descriptor 2, as the configuration says */
    /* Once, before serving: store is open, nothing listens. May be NULL. */
    enum code (*start)(struct service *service, struct fault *ret_fault);
    void (*stop)(struct service *service);
    /* More counters for the metrics page and GetStatus. May be NULL. */
    void (*count)(struct service *service, void (*add)(void *sink, const char *name, uint64_t value),
                  void *sink);
};

/* The whole main of a service: reads arguments (--region DIR, --log-json, --version, --help) and the region's
 * configuration, makes the real world, runs until SIGTERM or SIGINT, returns the exit status of sysexits.h.
 */
int service_main(int argc, char **argv, const struct service_options *options);

/* The same in parts, for tests and simulation. `region` (region.h) and what `options` points to are borrowed
 * until service_destroy. Fails as the store, the roster, `start` and the link do, saying why; nothing is left
 * then. */
struct region;
enum code service_create(struct world *world, const struct region *region,
                         const struct service_options *options, struct service **ret_service,
                         struct fault *ret_fault);
/* Everything that is ready now; true when anything was done. */
bool service_turn(struct service *service);
/* When there is something to do at the latest (world_mono_us). */
int64_t service_next_us(const struct service *service);
/* Refuses new calls, answers what it has, commits; waits for slow work that is under way. Then
 * service_destroy. */
void service_stop(struct service *service);
void service_destroy(struct service *service);

/* For handlers and timers of the program itself. */
struct world *service_world(const struct service *service);
/* Requests that wait for their turn. */
unsigned service_waiting(const struct service *service);
struct store *service_store(const struct service *service);
void *service_context(const struct service *service);
const struct region *service_region(const struct service *service);
const struct roster *service_roster(const struct service *service);
const struct log *service_log(const struct service *service);
/* Where it listens, with the port that was chosen for `*`; "" when it does not. */
const char *service_endpoint(const struct service *service);
/* Has the timer of that name run in the next turn, instead of when its time comes. */
void service_timer_soon(struct service *service, const char *name);
/* Signs a claim as this service (the registry). NULL when its roster entry has no signing key. */
Pb__SignedClaim *service_sign_claim(struct service *service, const Pb__Claim *claim, struct arena *arena);
/* A client to another service of the region, made when first asked for. Ask each time: it is made anew when
 * that service's key changes. */
struct client *service_client(struct service *service, const char *name, struct fault *ret_fault);
/* Has it read that source to its end once, and to its floor? A partial follower answers nothing
 * (UNAVAILABLE). */
bool service_follows_whole(const struct service *service, const char *source);
struct cursor service_cursor(const struct service *service, const char *source);

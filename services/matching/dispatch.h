#pragma once
/* The dispatcher: hands each search to the least loaded worker that has read far enough. It keeps no state
 * that cannot be lost; two may run. It belongs to the loop. */

#include "common/service/service.h"
#include "services/matching/worker.h"

#include "ccrag/v1/matching.pb-c.h"

enum { DISPATCH_BUCKETS = 1024 };

/* A worker as the dispatcher knows it. */
struct known_worker {
    char name[WORKER_NAME_MAX];
    uint64_t number; /* of this acquaintance, never used twice; 0: an empty slot */
    uint64_t ticket; /* of its offer, where searches go; 0: the worker of this process */
    struct positions read;
    uint32_t credit, threads;
    uint32_t busy; /* searches it has of ours */
    uint64_t answered, places;
    bool partial;
    bool silent; /* passed over, until it is heard again */
    int64_t heard_us;
};

struct waiting_search;

struct dispatcher {
    struct service *service;
    struct worker *own; /* NULL: none in this process */
    struct known_worker workers[WORKERS_MAX];
    size_t worker_count;                               /* slots that were ever used */
    struct waiting_search *searches[DISPATCH_BUCKETS]; /* by number */
    struct waiting_search *first, *last;               /* with no worker, the longest waiting first */
    unsigned count;
    uint64_t last_number; /* of a search or a worker; the first is drawn by lot */
};

/* `own` may be NULL. */
void dispatcher_init(struct dispatcher *dispatcher, struct service *service, struct worker *own);
void dispatcher_finish(struct dispatcher *dispatcher);

/* Takes a search that was found good; it is copied. It opens a ticket of the command and answers it before
 * the command's deadline. RESOURCE_EXHAUSTED: too many wait already; refused, no ticket is open. */
enum code dispatcher_take(struct dispatcher *dispatcher, struct command *command,
                          const Pb__SearchRequest *request);

/* A search that this process's own worker can answer at once, in the handler itself. UNAVAILABLE: it must be
 * taken (dispatcher_take). INVALID_ARGUMENT: field and reason;
 * PERMISSION_DENIED: the caller's LA is no active member. */
enum code dispatcher_answer(struct dispatcher *dispatcher, const struct command *command,
                            const Pb__SearchRequest *request, struct search *search,
                            Pb__SearchResponse *ret_response, struct fault *ret_fault);

/* A worker offers itself, or offers itself anew; searches go to a ticket of the command. RESOURCE_EXHAUSTED:
 * WORKERS_MAX are known; refused, no ticket is open. */
enum code dispatcher_offer(struct dispatcher *dispatcher, struct command *command, const char *name,
                           const Pb__Worker *state);

/* A worker answers. One that is not waited for any more changes nothing. */
void dispatcher_complete(struct dispatcher *dispatcher, const char *name, const Pb__Worker *state,
                         uint64_t search, enum code code, const struct fault *fault, struct span packed);

/* Hands out what waits, passes over who is silent, ends what is late. To be called when something moved, and
 * every few milliseconds. */
void dispatcher_turn(struct dispatcher *dispatcher);

/* The workers, by name, in `arena`. */
enum code dispatcher_list(const struct dispatcher *dispatcher, struct arena *arena,
                          Pb__ListWorkersResponse *ret_list);

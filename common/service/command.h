#pragma once
/* What a handler sees: one request under way. It never touches a socket or a clock.
 *
 * A handler is written
 *
 *     HANDLE(SetVacancy, set_vacancy)
 *     {
 *         … load facts from command->txn, ask the rules, write …
 *         out->vacancy = vacancy;
 *         return CODE_OK;
 *     }
 *
 * and is the method's only mention in code beside its row in the rights table: the API's own generated
 * service struct names it, so a method without a handler does not link. */

#include "common/bus/claim.h"
#include "common/domain/date.h"
#include "common/store/store.h"

/* Who asks: a program always; a person where a claim came along. */
struct caller {
    const struct principal *principal;
    const Pb__Claim *claim; /* NULL: the program acts under its own right */
};

struct service;

struct command {
    struct service *service;
    void *context; /* what the program gave service_create: its own state */
    struct store_txn
        *txn; /* a write transaction for commands, a read transaction for reads; NULL without a store */
    struct arena *arena; /* the request's own; lives until the answer is sent */
    struct caller caller;
    int64_t now_ms;      /* wall clock when the group began */
    struct date today;   /* the civil date in London then */
    int64_t deadline_us; /* of world_mono_us */
    struct fault fault;  /* filled by refuse() */
    const char *why; /* the refusal as it is written here, without what was filled in; NULL: none is known */
    const char *subject; /* what the audit line names: set by the handler, in the arena */
    bool secret; /* the answer holds a secret: set by the handler; it is kept for a short while only */
    bool apart;  /* a slow read, on a thread of the pool */
    bool again;  /* set by a timer or start_over that has more to do: it is called again, as a new command */
};

/* Refuses: `return refuse(command, CODE_NOT_FOUND, "provision_id", "no provision has the URN %s", urn);` The
 * reason reaches the caller: it names no child's reference and no secret. The audit log gets it with an
 * ellipsis for each thing filled in, as that may be what a stranger typed: `reason` is a constant. */
enum code refuse(struct command *command, enum code code, const char *field, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));

/* The request names the person's LA or provider; a program's right was already checked. Helpers over the
 * claim: */
bool caller_has_role(const struct caller *caller, Pb__Role role);
/* Host administrator, or the operator without a person. */
bool caller_is_host(const struct caller *caller);
/* May act for that LA: its people, the host administrator, the operator without a person, its node. */
bool caller_acts_for_authority(const struct caller *caller, const char *gss);
/* Is of that LA, whatever else: its own people (a host administrator for the host's LA alone), its node, the
 * operator without a person, who keeps its deployment. For what being the host opens to nobody. */
bool caller_is_of_authority(const struct caller *caller, const char *gss);
/* May act for that provider: its people, or caller_is_host. */
bool caller_acts_for_provider(const struct caller *caller, const char *provider_id);
/* The LA whose membership lets the caller read what members share (rule R1): a person's, a node's. "": it
 * reads by its role alone, as the host, an auditor, a service do. */
const char *caller_reads_for(const struct caller *caller);
/* The person's UUID, or the principal's name: what meta.changed_by says. */
const char *caller_name(const struct caller *caller);

/* A new UUIDv7 in text form, in the command's arena, after all that this program made before. From the loop's
 * thread. */
const char *command_new_id(struct command *command);

/* Slow work (it never blocks the loop). `work` runs on a thread of the pool and sees only `state`; then
 * `finish` runs as a command again (new transaction, same caller and request), fills `out` and answers. The
 * handler returns `defer(…)`'s result at once; what it wrote before is forgotten. `state` is in the command's
 * arena, which stays. RESOURCE_EXHAUSTED: too much of it waits already. */
typedef void (*slow_work)(void *state);
typedef enum code (*slow_finish)(struct command *command, void *state, ProtobufCMessage *out);
enum code defer(struct command *command, enum job_pool pool, slow_work work, slow_finish finish, void *state);

/* Before `defer`: should its work be done and the command not, refused or its group not committed, `undo` is
 * called on the loop with the same `state`, to take back what the slow work made outside the store. */
void undo_unless_done(struct command *command, void (*undo)(void *state));

/* Answers later from elsewhere (the dispatcher): the handler opens a ticket and returns CODE_OK, and the
 * request stays open until answer_later is called with the ticket, its caller withdraws or its deadline
 * passes; from then on the ticket means nothing and answering it does nothing. 0: QUEUE_ALL_MAX are open,
 * or OPEN_PER_PEER_MAX of that person or connection; refuse with RESOURCE_EXHAUSTED. On the loop's thread
 * only. A handler never answers its own ticket before it returns: the request is still being run. */
uint64_t answer_open(struct command *command);
/* `fault` says why when `code` is not CODE_OK (may be NULL); `out` is the answer when it is. */
void answer_later(struct service *service, uint64_t ticket, enum code code, const struct fault *fault,
                  const ProtobufCMessage *out);
/* The same with an answer that is packed already; it is copied. */
void answer_later_packed(struct service *service, uint64_t ticket, struct span packed);
/* Streams: sends one item of an open stream; false when the peer takes no more or the ticket means nothing
 * any more. */
bool answer_item(struct service *service, uint64_t ticket, const ProtobufCMessage *item);

/* Private to the HANDLE macro: what the handler returned, packed before its `out` is gone. */
void command_answer(void *command, enum code code, const ProtobufCMessage *out);

#define HANDLE(Method, verb)                                                                                 \
    static enum code verb(struct command *command, const Pb__##Method##Request *in,                          \
                          Pb__##Method##Response *out);                                                      \
    void on_##verb(SERVICE_TYPE *service, const Pb__##Method##Request *in,                                   \
                   Pb__##Method##Response##_Closure closure, void *command);                                 \
    void on_##verb(SERVICE_TYPE *service, const Pb__##Method##Request *in,                                   \
                   Pb__##Method##Response##_Closure closure, void *command)                                  \
    {                                                                                                        \
        (void)service, (void)closure;                                                                        \
        Pb__##Method##Response out;                                                                          \
        pb__##verb##_response__init(&out);                                                                   \
        command_answer(command, verb(command, in, &out), &out.base);                                         \
    }                                                                                                        \
    static enum code verb(struct command *command, const Pb__##Method##Request *in,                          \
                          Pb__##Method##Response *out)

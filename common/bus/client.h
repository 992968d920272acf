#pragma once
/* Calls to one service: over one dialled link, with deadline, retry and idempotency key. */

#include "common/bus/claim.h"
#include "common/bus/roster.h"
#include "common/world/world.h"

struct client;

struct client_options {
    const char *service; /* roster name, for error texts: `registry` */
    const char *endpoint;
    struct curve_pair pair;
    struct curve_key server_key;
    struct curve_key older_server_key; /* the one before, while the server's key rotates; else zero */
};

/* Fills in the server keys of a roster's entry: the newest, and the one before. False: no entry of that name
 * has a key. */
bool client_find_keys(const struct roster *roster, struct client_options *options);

/* Begins to connect; a service that is down is found out by the calls. Caller destroys. */
enum code client_create(struct world *world, const struct client_options *options, struct client **ret_client,
                        struct fault *ret_fault);
void client_destroy(struct client *client);

/* Its own pair or the server's keys are others now (`service` and `endpoint` stay as they are); cheap when
 * they are not. A connection that is no longer in keeping with them is replaced by one that is, once that one
 * is up: calls go over the new, what is under way ends over the old. */
void client_renew(struct client *client, const struct client_options *options);

/* What came of a call. Spans and messages are valid during the callback (or until the arena given is reset).
 */
struct client_answer {
    struct fault fault; /* code OK: done */
    uint32_t retry_after_ms;
    const Pb__Conflict *conflict; /* with ABORTED */
    struct {
        uint64_t epoch, sequence;
    } position;
    const ProtobufCMessage *response; /* of the method's output type; NULL unless OK */
    struct span packed;               /* the same as it came */
    bool more;                        /* a stream: more answers follow */
};
typedef void (*client_done)(void *context, const struct client_answer *answer);

struct call_options {
    uint32_t deadline_ms;         /* 0: DEADLINE_MS_DEFAULT */
    const Pb__SignedClaim *claim; /* NULL: under the program's own right */
    bool command;           /* gets an idempotency key, so that it can be sent again until the deadline */
    uint64_t outbox_number; /* not 0: in place of a key */
};

/* Sends a request of `method` ("ccrag.v1.ProvisionsService/SetVacancy"); `done` is called from client_turn,
 * once, or for a stream until an answer without `more`. Repeats by itself (reads, and commands with a key or
 * an outbox number, not streams) within the deadline: on a link that came back, on UNAVAILABLE or
 * RESOURCE_EXHAUSTED with a retry hint, and when a third of the deadline brought no answer. A service that
 * cannot be reached is UNAVAILABLE; one that refuses this program's key is UNAUTHENTICATED, at once. A
 * command whose fate is not known is DEADLINE_EXCEEDED or UNKNOWN. Neither `done` nor anything it calls may
 * wait for another call of this client. Returns the call's number; 0: the method is unknown, CLIENT_CALLS_MAX
 * are under way, or out of memory. */
uint64_t client_call(struct client *client, const char *method, const ProtobufCMessage *request,
                     const struct call_options *options, client_done done, void *context);
/* Withdraws: `done` is not called any more. */
void client_cancel(struct client *client, uint64_t call);

/* Takes what has come, repeats and times out what is due. True when anything was done. */
bool client_turn(struct client *client);
/* When client_turn has something to do at the latest (world_mono_us). */
int64_t client_next_us(const struct client *client);
/* Calls under way. */
unsigned client_pending(const struct client *client);

/* For programs without a loop: calls and waits. The response is unpacked into `arena`. */
enum code client_call_wait(struct client *client, const char *method, const ProtobufCMessage *request,
                           const struct call_options *options, struct arena *arena,
                           const ProtobufCMessage **ret_response, struct client_answer *ret_answer);

#pragma once
/* What puts load on a service: connections under the operator's key over which requests that are packed
 * already go out, and answers come back with no more of them read than their envelope. It shares the machine
 * with the service, so it is as little as the raw limits' own clients are: sockets of ZeroMQ, no `world`. */

#include "common/bus/envelope.h"
#include "common/service/region.h"

#include <zmq.h>

struct load_link;

struct load {
    struct region *region;
    struct roster *roster;
    const char *directory, *service;
    void *context; /* ZeroMQ's */
    struct load_link *links;
    struct load_link *link; /* the first connection */
    struct arena out, in;
    zmq_msg_t taken[2]; /* what came last: the answer's body lies in it */
    uint8_t random[10]; /* of idempotency keys: counted */
    uint64_t last_key;
    uint64_t sent, received; /* messages */
    double sent_at;          /* when the last request was given to its socket: what made it is not measured */
    size_t envelope_bytes;   /* of the last request */
};

/* Opens the region under the operator's key and waits for the connection. Ends the program where that fails.
 */
void load_open(struct load *load, const char *directory, const char *service);
void load_close(struct load *load);

/* One more connection, not waited for. */
struct load_link *load_dial(struct load *load);
/* Ends it. Takes NULL. */
void load_hang_up(struct load *load, struct load_link *link);
/* Waits until all of these are up. */
void load_await(struct load *load, struct load_link *const *links, size_t count);

/* Sends a request whose body is packed. `command`: under a new idempotency key. */
void load_send(struct load *load, struct load_link *link, const char *method, uint64_t call, bool command,
               struct span body);

/* An answer that was taken. */
struct load_answer {
    uint64_t call;
    double taken_at; /* before it was read */
    bool more;
    uint64_t sequence; /* of the journal */
    size_t envelope_bytes;
    struct span body; /* until the next is taken */
};
/* Waits for the next and takes it. A refusal, or none in half a minute, ends the program. */
void load_take(struct load *load, struct load_link *link, struct load_answer *ret_answer);
/* False: none waits. */
bool load_take_waiting(struct load *load, struct load_link *link, struct load_answer *ret_answer);
/* Sleeps until one may wait on any connection, or for so long. */
void load_sleep(struct load *load, unsigned ms);

/* Sends a request and waits for its one answer, unpacked as `type` in `arena`, which is reset first. Ends the
 * program where there is none. */
const ProtobufCMessage *load_call(struct load *load, struct load_link *link, const char *method,
                                  const ProtobufCMessage *request, const ProtobufCMessageDescriptor *type,
                                  struct arena *arena);

/* Milliseconds of the wall's clock since 1970. */
int64_t load_wall_ms(void);

/* For what is measured one at a time: this process and the service's each on a core of their own (cores.h),
 * or again wherever there is room. */
void load_apart(const struct load *load, bool apart);

/* Seconds that the service's process has computed, and its resident memory's peak in MiB. */
double load_service_cpu(const struct load *load);
double load_service_mib(const struct load *load);

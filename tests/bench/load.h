#pragma once
/* What puts load on a service: connections under the operator's key over which requests that are packed
 * already go out, and answers come back with no more of them read than their envelope. So the load costs
 * little beside the service on a machine that both share. */

#include "common/bus/envelope.h"
#include "common/service/region.h"
#include "common/world/world.h"

struct load {
    struct world *world;
    struct region *region;
    struct roster *roster;
    const char *directory, *service;
    struct link *link; /* the first connection */
    struct arena out, in;
    uint64_t last_key;
    uint64_t sent, received; /* messages */
    size_t envelope_bytes;   /* of the last request */
};

/* Opens the region under the operator's key and waits for the connection. Ends the program where that fails.
 */
void load_open(struct load *load, const char *directory, const char *service);
void load_close(struct load *load);

/* One more connection, not waited for. */
struct link *load_dial(struct load *load);
/* Waits until all of these are up. */
void load_await(struct load *load, struct link *const *links, size_t count);

/* Sends a request whose body is packed. `command`: under a new idempotency key. */
void load_send(struct load *load, struct link *link, const char *method, uint64_t call, bool command,
               struct span body);

/* An answer that was taken. */
struct load_answer {
    uint64_t call;
    bool more;
    uint64_t sequence; /* of the journal */
    size_t envelope_bytes;
    struct span body; /* until the next is taken */
};
/* Takes the next; false: none waits. A refusal ends the program. */
bool load_take(struct load *load, struct link *link, struct load_answer *ret_answer);

/* Sends a request and waits for its one answer, unpacked as `type` in `arena`, which is reset first. Ends the
 * program where there is none. */
const ProtobufCMessage *load_call(struct load *load, struct link *link, const char *method,
                                  const ProtobufCMessage *request, const ProtobufCMessageDescriptor *type,
                                  struct arena *arena);

/* Seconds that the service's process has computed, and its resident memory's peak in MiB. */
double load_service_cpu(const struct load *load);
double load_service_mib(const struct load *load);

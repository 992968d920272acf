#pragma once
/* What the parts of the program `network` share: a region under attack, and an honest caller beside it. */

#include "tests/service/tap.h"

#include "common/base/limits.h"
#include "common/bus/client.h"
#include "common/service/region.h"
#include "common/world/real.h"

#include <netinet/in.h>

enum {
#ifdef __SANITIZE_ADDRESS__
    SLOWNESS = 2, /* what is promised in one second is given two: everything here is slower */
    GROWTH_MIB_MAX =
        768, /* freed memory is kept in quarantine, 256 MiB of it, and each block has red zones */
#else
    SLOWNESS = 1,
    GROWTH_MIB_MAX = 192,
#endif
};

struct network {
    struct world *world;
    struct region *region;
    struct roster *roster;
    struct client_options honest; /* the operator's */
    struct sockaddr_in address;   /* where the service listens */
    bool brief;                   /* small crowds: what all services share was tried with large ones */
    long rss_before_mib;
};

/* The service's resident memory and its peak. */
long rss_mib(const struct network *network, const char *what);

/* Asks for the service's status under these keys over a connection of its own; how it ended. */
enum code ask(struct network *network, const struct client_options *options, uint32_t deadline_ms,
              struct fault *ret_fault);

/* After or amid an attack: an honest call is answered, and the service has not grown. */
void still_serves(struct network *network, const char *what);

/* network_strangers.c: who has no key, over bare TCP. Each holds what it opened until the caller has had a
 * look. */
void attack_with_connections(struct network *network);
void attack_with_rubbish(struct network *network);
void attack_with_half_handshakes(struct network *network);

/* network_proxy.c: connections through a proxy that forwards until it is told to fall silent. */
struct proxy;
struct proxy *proxy_create(const struct sockaddr_in *to, char ret_endpoint[LINK_ENDPOINT_BYTES]);
void proxy_silence(struct proxy *proxy);
unsigned proxy_open(const struct proxy *proxy);
unsigned proxy_cut_by_service(const struct proxy *proxy);
void proxy_destroy(struct proxy *proxy);

/* network_revoke.c: a follower and a caller of that name, removed by `ccrag roster remove` in mid-stream. */
void remove_in_stream(struct network *network, const char *name);

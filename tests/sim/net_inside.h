#pragma once
/* What the two files of the network share. */

#include "tests/sim/sim.h"

#include "common/base/limits.h"

struct link {
    struct link_base base; /* first */
    struct link *next;     /* of all links of the schedule */
    struct sim_world *world;
    bool listening;
    char endpoint[LINK_ENDPOINT_BYTES];
    struct curve_pair pair;
    enum link_state state;
    /* A listening one. */
    link_admit admit;
    void *admit_context;
    /* A dialled one. */
    struct curve_key server_key;
    struct connection *connection; /* while it is up */
    int64_t dial_at_us;            /* while it is not */
    unsigned failures;             /* in a row */
};

/* How long one message takes. */
int64_t net_delay_us(struct sim *sim);
void pipe_drop(struct sim *sim, struct pipe *pipe);
/* Is there a message that has arrived? */
bool pipe_has(const struct sim *sim, const struct connection *connection, const struct pipe *pipe);
/* The connection of that peer of a listening link, or of a dialled one; NULL: gone. */
struct connection *net_of_peer(const struct link *link, uint64_t peer);

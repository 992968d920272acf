#pragma once
/* What the files of the clients share. */

#include "common/base/uuid.h"
#include "tests/sim/facts.h"
#include "tests/sim/parts.h"

enum { IN_FLIGHT_MAX = 6 };

struct load {
    struct node *node;
    enum load_role role;
    const char *authority;
    /* While it is up. */
    struct service *service;
    char person[UUID_TEXT_BYTES];
    int64_t next_us;
    unsigned in_flight;
    struct asked asked[IN_FLIGHT_MAX + 1];
    struct position position; /* of the registry, as last answered */
    struct arena arena;       /* of the call that is being made */
    struct arena claim_arena;
    const Pb__SignedClaim *claim;
    int64_t claim_until_us;
};

static inline struct sim *sim_of(const struct load *load)
{
    return load->node->world.sim;
}

static inline struct sim_random *random_of(const struct load *load)
{
    return &sim_of(load)->random;
}

/* What goes with a call of an officer: a claim, as the gateway keeps it for some minutes; NULL: of nobody. */
const Pb__SignedClaim *load_claim(struct load *load);

/* One of the LAs. */
const char *any_authority(struct load *load);

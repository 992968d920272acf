#pragma once
/* The region that every schedule of a process runs in: a folder on tmpfs with keys, configuration and roster.
 * The keys come from a fixed seed, so that every run has the same. */

#include "tests/sim/sim.h"

enum sim_principal_id {
    SIM_OPERATOR,
    SIM_REGISTRY,
    SIM_GATEWAY,
    SIM_FOLLOWER,   /* follows the registry as a service, and keeps a copy */
    SIM_ALLOCATION, /* follows it too, and is the real one */
    SIM_MONITORING, /* follows both, and is the real one */
    SIM_FEES,       /* likewise */
    SIM_MATCHING,   /* dispatches searches, and searches */
    SIM_WORKER,     /* only searches */
    SIM_NODE_A,     /* of LA_A */
    SIM_NODE_B,     /* of LA_B */
    SIM_PRINCIPALS
};

/* The LAs of the schedules; the first two have nodes. */
#define LA_A "E10000015"
#define LA_B "E10000012"
#define LA_C "E06000055"

enum { SIM_KEYS = 4 }; /* of one principal: the first, and those that it rotates to */

struct sim_principal {
    const char *name;
    Pb__PrincipalRole role;
    const char *authority;
    struct curve_pair pairs[SIM_KEYS];
};

struct sim_region {
    char directory[100];
    struct sim_principal principals[SIM_PRINCIPALS];
    struct curve_pair stranger; /* of nobody: in no roster that holds */
    uint8_t offline_key[64];    /* signs the roster */
    uint8_t revoker_key[64];    /* signs removals from it */
    uint8_t registry_key[64];   /* signs claims */
};

/* Makes the folder. False, with a line on stderr, when it cannot. */
bool sim_region_create(struct sim_region *region, const char *directory);
/* Removes it with all that is in it. */
void sim_region_remove(const struct sim_region *region);
/* Removes the stores, for the next schedule. */
void sim_region_clear(const struct sim_region *region);
/* Copies a file; one that is not there is left. */
void sim_region_copy_file(const char *from, const char *to);
/* Puts a principal's key of that number in its file. */
void sim_region_put_key(const struct sim_region *region, enum sim_principal_id principal, unsigned number);
/* What program `name` sees of it; the caller destroys. `stranger`: one that has the first keys for ever. */
struct region *sim_region_open(const struct sim *sim, const char *name, bool stranger);
enum sim_principal_id sim_principal_named(const struct sim_region *region, const char *name);
/* The principal that a key is or was of, and the key's number; SIM_PRINCIPALS: nobody's. */
enum sim_principal_id sim_principal_of_key(const struct sim_region *region, const struct curve_key *key,
                                           unsigned *ret_number);
/* A claim of a person of that LA (a placement officer), good for CLAIM_MINUTES from now on. In `arena`. */
Pb__SignedClaim *sim_claim(const struct sim *sim, const char *person, const char *authority,
                           struct arena *arena);

#pragma once
/* The region that every schedule of a process runs in: a folder on tmpfs with keys, configuration and roster.
 * The keys come from a fixed seed, so that every run has the same. */

#include "tests/sim/sim.h"

enum sim_principal_id {
    SIM_OPERATOR,
    SIM_REGISTRY,
    SIM_GATEWAY,
    SIM_ALLOCATION, /* follows the registry as a service, and answers from its copy */
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

struct sim_principal {
    const char *name;
    Pb__PrincipalRole role;
    const char *authority;
    struct curve_key key;
};

struct sim_region {
    char directory[100];
    struct sim_principal principals[SIM_PRINCIPALS];
    uint8_t offline_key[64];  /* signs the roster */
    uint8_t registry_key[64]; /* signs claims */
};

/* Makes the folder. False, with a line on stderr, when it cannot. */
bool sim_region_create(struct sim_region *region, const char *directory);
/* Removes it with all that is in it. */
void sim_region_remove(const struct sim_region *region);
/* Removes the stores, for the next schedule. */
void sim_region_clear(const struct sim_region *region);
/* Signs and writes the roster of `sim`: the next serial, without those that are removed. */
void sim_region_write_roster(struct sim *sim);
/* What program `name` sees of it; the caller destroys. */
struct region *sim_region_open(const struct sim *sim, const char *name);
/* The principal that holds a key; SIM_PRINCIPALS: nobody. */
enum sim_principal_id sim_principal_of_key(const struct sim_region *region, const struct curve_key *key);
/* A claim of a person of that LA (a placement officer), good from now on. In `arena`. */
Pb__SignedClaim *sim_claim(const struct sim *sim, const char *person, const char *authority,
                           struct arena *arena);

/* The region of the schedules, on tmpfs.
 *
 * In: a folder's name. Out: what region_init makes, LA nodes in its roster, and a clean folder of stores for
 * each schedule. The roster's time of change is virtual, so that whether a program sees it as changed does
 * not depend on the machine. */

#include "tests/sim/region.h"

#include "common/service/region.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROLE(name) PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_##name

static const struct sim_principal all[SIM_PRINCIPALS] = {
    [SIM_OPERATOR] = {"operator", ROLE(OPERATOR), "", {{0}}},
    [SIM_REGISTRY] = {"registry", ROLE(SERVICE), "", {{0}}},
    [SIM_GATEWAY] = {"gateway", ROLE(GATEWAY), "", {{0}}},
    [SIM_ALLOCATION] = {"allocation", ROLE(SERVICE), "", {{0}}},
    [SIM_MATCHING] = {"matching", ROLE(SERVICE), "", {{0}}},
    [SIM_WORKER] = {"worker-pool", ROLE(WORKER), "", {{0}}},
    [SIM_NODE_A] = {"node-a", ROLE(NODE), LA_A, {{0}}},
    [SIM_NODE_B] = {"node-b", ROLE(NODE), LA_B, {{0}}},
};

/* --- folders
 * ---------------------------------------------------------------------------------------------------------
 */

static void remove_within(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char inner[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        remove_within(inner);
        remove(inner);
    }
    if (folder)
        closedir(folder);
}

void sim_region_remove(const struct sim_region *region)
{
    remove_within(region->directory);
    remove(region->directory);
}

void sim_region_clear(const struct sim_region *region)
{
    char path[sizeof region->directory + 8];
    snprintf(path, sizeof path, "%s/store", region->directory);
    remove_within(path);
}

/* --- keys
 * ------------------------------------------------------------------------------------------------------------
 */

static enum code read_signing(const struct sim_region *region, const char *name, uint8_t ret_key[64],
                              struct fault *ret_fault)
{
    char path[200];
    struct secret seed;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    snprintf(path, sizeof path, "%s/keys/%s.sign", region->directory, name);
    enum code code = secret_read(path, SECRET_SIGNING, &seed, ret_fault);
    if (code == CODE_OK)
        crypto_sign_seed_keypair(public_key, ret_key, seed.bytes);
    return code;
}

/* A node's keys; those of services are there. */
static enum code make_node(struct world *world, const struct sim_region *region, const char *name,
                           struct fault *ret_fault)
{
    char path[200];
    struct curve_pair pair;
    struct secret seal;
    curve_pair_generate(world, &pair);
    secret_generate(world, &seal);
    snprintf(path, sizeof path, "%s/keys/%s.curve", region->directory, name);
    enum code code = curve_pair_write(path, &pair, false, ret_fault);
    snprintf(path, sizeof path, "%s/keys/%s.seal", region->directory, name);
    return code == CODE_OK ? secret_write(path, SECRET_SEALING, &seal, false, ret_fault) : code;
}

static enum code read_key(struct world *world, struct sim_region *region, struct sim_principal *principal,
                          struct fault *ret_fault)
{
    char path[200];
    struct curve_pair pair;
    enum code code = CODE_OK;
    if (principal->role == ROLE(NODE))
        code = make_node(world, region, principal->name, ret_fault);
    snprintf(path, sizeof path, "%s/keys/%s.curve", region->directory, principal->name);
    if (code == CODE_OK)
        code = curve_pair_read(path, &pair, ret_fault);
    if (code == CODE_OK)
        principal->key = pair.public_key;
    return code;
}

bool sim_region_create(struct sim_region *region, const char *directory)
{
    struct fault fault = {0};
    struct sim *maker = calloc(1, sizeof *maker);
    struct sim_world world = {0};
    if (!maker || sodium_init() < 0)
        return false;
    sim_random_seed(&maker->random, 1);
    sim_world_init(&world, maker, NULL, 0);
    memset(region, 0, sizeof *region);
    memcpy(region->principals, all, sizeof all);
    snprintf(region->directory, sizeof region->directory, "%s", directory);
    const struct region_init_options options = {.directory = region->directory, .name = "Simulated"};
    enum code code = region_init(&world.base, &options, &fault);
    for (size_t i = 0; i < SIM_PRINCIPALS && code == CODE_OK; i++)
        code = read_key(&world.base, region, &region->principals[i], &fault);
    if (code == CODE_OK)
        code = read_signing(region, "region", region->offline_key, &fault);
    if (code == CODE_OK)
        code = read_signing(region, "registry", region->registry_key, &fault);
    if (code != CODE_OK)
        fprintf(stderr, "sim: no region in %s: %s\n", directory, fault.reason);
    free(maker);
    return code == CODE_OK;
}

struct region *sim_region_open(const struct sim *sim, const char *name)
{
    struct region *region = NULL;
    struct fault fault = {0};
    char keep[40], map[] = "CCRAG_STORE_MAP_MIB=16", fill[40];
    snprintf(keep, sizeof keep, "CCRAG_JOURNAL_KEEP=%u", sim->journal_keep);
    /* The registry's alone gets full: a follower's must hold what the registry's did. */
    snprintf(fill, sizeof fill, "CCRAG_STORE_FILL_PERMILLE=%u",
             strcmp(name, "registry") == 0 ? sim->fill_permille : 900);
    char *environment[] = {keep, map, fill, NULL};
    if (region_open(sim->region->directory, name, environment, &region, &fault) != CODE_OK) {
        fprintf(stderr, "sim: %s\n", fault.reason);
        abort();
    }
    return region;
}

/* --- the roster
 * ------------------------------------------------------------------------------------------------------ */

static struct span signed_roster(struct sim *sim, struct arena *arena)
{
    Pb__Roster roster = PB__ROSTER__INIT;
    Pb__RosterEntry entries[SIM_PRINCIPALS], *present[SIM_PRINCIPALS];
    ProtobufCBinaryData keys[SIM_PRINCIPALS], signing = {0};
    for (size_t i = 0; i < SIM_PRINCIPALS; i++) {
        const struct sim_principal *principal = &sim->region->principals[i];
        pb__roster_entry__init(&entries[i]);
        keys[i] = (ProtobufCBinaryData){CURVE_KEY_BYTES, (uint8_t *)(uintptr_t)principal->key.bytes};
        entries[i].name = principal->name;
        entries[i].role = principal->role;
        entries[i].authority = principal->authority;
        entries[i].curve_keys = &keys[i];
        entries[i].n_curve_keys = 1;
        if (i == SIM_REGISTRY) { /* the second half of the secret key is the public one */
            signing = (ProtobufCBinaryData){32, (uint8_t *)(uintptr_t)sim->region->registry_key + 32};
            entries[i].signing_keys = &signing;
            entries[i].n_signing_keys = 1;
        }
        if (sim->removed_us[i] < 0)
            present[roster.n_entries++] = &entries[i];
    }
    roster.region = "Simulated";
    roster.serial = ++sim->roster_serial;
    roster.signed_at_ms = sim_wall_ms;
    roster.entries = present;
    return roster_sign(&roster, sim->region->offline_key, arena);
}

void sim_region_write_roster(struct sim *sim)
{
    struct arena arena;
    struct fault fault = {0};
    char path[sizeof sim->region->directory + 8];
    arena_init(&arena, 1024 * 1024);
    struct span packed = signed_roster(sim, &arena);
    snprintf(path, sizeof path, "%s/roster", sim->region->directory);
    int64_t at_us = sim->now_us + (int64_t)sim->roster_serial;
    struct timespec times[2] = {{.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000}};
    times[1] = times[0];
    if (!packed.size || region_write_roster(sim->region->directory, packed, &fault) != CODE_OK ||
        utimensat(AT_FDCWD, path, times, 0) != 0) {
        fprintf(stderr, "sim: the roster cannot be written: %s\n", fault.reason);
        abort();
    }
    arena_finish(&arena);
}

enum sim_principal_id sim_principal_of_key(const struct sim_region *region, const struct curve_key *key)
{
    unsigned found = 0;
    while (found < SIM_PRINCIPALS && memcmp(&region->principals[found].key, key, sizeof *key) != 0)
        found++;
    return (enum sim_principal_id)found;
}

Pb__SignedClaim *sim_claim(const struct sim *sim, const char *person, const char *authority,
                           struct arena *arena)
{
    Pb__Role roles[] = {PB__ROLE__ROLE_PLACEMENT_OFFICER};
    Pb__Claim claim = PB__CLAIM__INIT;
    claim.person_id = person;
    claim.authority = authority;
    claim.roles = roles;
    claim.n_roles = 1;
    claim.issued_at_ms = sim_wall_ms + sim->now_us / 1000;
    claim.expires_at_ms = claim.issued_at_ms + INT64_C(60000) * CLAIM_MINUTES;
    claim.issuer = "registry";
    return claim_sign(&claim, sim->region->registry_key, arena);
}

/* The region of the schedules, on tmpfs.
 *
 * In: a folder's name. Out: what region_init makes, LA nodes in its roster, and a clean folder of stores for
 * each schedule. Its roster is roster.c's. */

#include "tests/sim/region.h"

#include "common/service/region.h"
#include "tests/sim/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_KEYS "keys-first"
#define FIRST                                                                                                \
    {                                                                                                        \
        {                                                                                                    \
            {{0}},                                                                                           \
            {                                                                                                \
                {                                                                                            \
                    0                                                                                        \
                }                                                                                            \
            }                                                                                                \
        }                                                                                                    \
    }
#define ROLE(name) PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_##name

static const struct sim_principal all[SIM_PRINCIPALS] = {
    [SIM_OPERATOR] = {"operator", ROLE(OPERATOR), "", FIRST},
    [SIM_REGISTRY] = {"registry", ROLE(SERVICE), "", FIRST},
    [SIM_GATEWAY] = {"gateway", ROLE(GATEWAY), "", FIRST},
    [SIM_FOLLOWER] = {"follower", ROLE(SERVICE), "", FIRST},
    [SIM_ALLOCATION] = {"allocation", ROLE(SERVICE), "", FIRST},
    [SIM_MONITORING] = {"monitoring", ROLE(SERVICE), "", FIRST},
    [SIM_FEES] = {"fees", ROLE(SERVICE), "", FIRST},
    [SIM_MATCHING] = {"matching", ROLE(SERVICE), "", FIRST},
    [SIM_WORKER] = {"worker-pool", ROLE(WORKER), "", FIRST},
    [SIM_NODE_A] = {"node-a", ROLE(NODE), LA_A, FIRST},
    [SIM_NODE_B] = {"node-b", ROLE(NODE), LA_B, FIRST},
};

/* --- folders ----------------------------------------------------------------------------------------- */

/* `spare`: where data files go that can be used again; NULL: nowhere. */
static void remove_within(const char *path, const char *spare)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char inner[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR)
            remove_within(inner, spare);
        if (!spare || strcmp(entry->d_name, "data.mdb") != 0 || !files_take(inner, spare))
            remove(inner);
    }
    if (folder)
        closedir(folder);
}

void sim_region_remove(const struct sim_region *region)
{
    remove_within(region->directory, NULL);
    remove(region->directory);
}

void sim_region_clear(const struct sim_region *region)
{
    char path[sizeof region->directory + 8], spare[sizeof path];
    snprintf(spare, sizeof spare, "%s/spare", region->directory);
    snprintf(path, sizeof path, "%s/store", region->directory);
    remove_within(path, spare);
    snprintf(path, sizeof path, "%s/run", region->directory);
    remove_within(path, spare);
    files_forget();
}

void sim_region_copy_file(const char *from, const char *to)
{
    static char block[64 * 1024];
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    if (!in)
        return;
    for (size_t size; (size = fread(block, 1, sizeof block, in)) > 0;)
        if (!out || fwrite(block, 1, size, out) != size)
            abort();
    fclose(in);
    if (!out || fclose(out) != 0)
        abort();
}

/* --- keys -------------------------------------------------------------------------------------------- */

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

/* Of one that is in no table of services; those of services are there. */
static enum code make_key_files(struct world *world, const struct sim_region *region, const char *name,
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

/* The first key is in its file, and in a copy of it for the stranger who has it for ever. */
static enum code make_keys(struct world *world, struct sim_region *region, struct sim_principal *principal,
                           struct fault *ret_fault)
{
    char path[200];
    enum code code = CODE_OK;
    if (principal->role == ROLE(NODE) || principal == &region->principals[SIM_FOLLOWER])
        code = make_key_files(world, region, principal->name, ret_fault);
    snprintf(path, sizeof path, "%s/keys/%s.curve", region->directory, principal->name);
    if (code == CODE_OK)
        code = curve_pair_read(path, &principal->pairs[0], ret_fault);
    for (unsigned i = 1; i < SIM_KEYS; i++)
        curve_pair_generate(world, &principal->pairs[i]);
    snprintf(path, sizeof path, "%s/" FIRST_KEYS "/%s.curve", region->directory, principal->name);
    return code == CODE_OK ? curve_pair_write(path, &principal->pairs[0], false, ret_fault) : code;
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
    char first[sizeof region->directory + 16], spare[sizeof first];
    enum code code = region_init(&world.base, &options, &fault);
    snprintf(first, sizeof first, "%s/" FIRST_KEYS, directory);
    if (code == CODE_OK && mkdir(first, 0700) != 0)
        code = fault_set(&fault, CODE_INTERNAL, "", "%s cannot be made", first);
    snprintf(spare, sizeof spare, "%s/spare", directory);
    if (code == CODE_OK && mkdir(spare, 0700) != 0)
        code = fault_set(&fault, CODE_INTERNAL, "", "%s cannot be made", spare);
    for (size_t i = 0; i < SIM_PRINCIPALS && code == CODE_OK; i++)
        code = make_keys(&world.base, region, &region->principals[i], &fault);
    if (code == CODE_OK)
        code = read_signing(region, "region", region->offline_key, &fault);
    if (code == CODE_OK)
        code = read_signing(region, "revoker", region->revoker_key, &fault);
    if (code == CODE_OK)
        code = read_signing(region, "registry", region->registry_key, &fault);
    curve_pair_generate(&world.base, &region->stranger);
    if (code != CODE_OK)
        fprintf(stderr, "sim: no region in %s: %s\n", directory, fault.reason);
    free(maker);
    return code == CODE_OK;
}

void sim_region_put_key(const struct sim_region *region, enum sim_principal_id principal, unsigned number)
{
    char path[200];
    struct fault fault = {0};
    snprintf(path, sizeof path, "%s/keys/%s.curve", region->directory, region->principals[principal].name);
    if (curve_pair_write(path, &region->principals[principal].pairs[number], true, &fault) != CODE_OK) {
        fprintf(stderr, "sim: %s\n", fault.reason);
        abort();
    }
}

struct region *sim_region_open(const struct sim *sim, const char *name, bool stranger)
{
    struct region *region = NULL;
    struct fault fault = {0};
    char keep[40], map[] = "CCRAG_STORE_MAP_MIB=16", fill[40];
    snprintf(keep, sizeof keep, "CCRAG_JOURNAL_KEEP=%u", sim->journal_keep);
    /* The registry's alone gets full: a follower's must hold what the registry's did. */
    snprintf(fill, sizeof fill, "CCRAG_STORE_FILL_PERMILLE=%u",
             strcmp(name, "registry") == 0 ? sim->fill_permille : 900);
    char first[] = "CCRAG_KEYS_DIRECTORY=" FIRST_KEYS;
    char *environment[] = {keep, map, fill, stranger ? first : NULL, NULL};
    if (region_open(sim->region->directory, name, environment, &region, &fault) != CODE_OK) {
        fprintf(stderr, "sim: %s\n", fault.reason);
        abort();
    }
    return region;
}

enum sim_principal_id sim_principal_named(const struct sim_region *region, const char *name)
{
    unsigned found = 0;
    while (found < SIM_PRINCIPALS && strcmp(region->principals[found].name, name) != 0)
        found++;
    return (enum sim_principal_id)found;
}

enum sim_principal_id sim_principal_of_key(const struct sim_region *region, const struct curve_key *key,
                                           unsigned *ret_number)
{
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++)
        for (unsigned k = 0; k < SIM_KEYS; k++)
            if (memcmp(&region->principals[i].pairs[k].public_key, key, sizeof *key) == 0) {
                *ret_number = k;
                return (enum sim_principal_id)i;
            }
    return SIM_PRINCIPALS;
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

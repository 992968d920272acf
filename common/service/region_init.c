/* A new region on disk, for one host: every key made, a roster of all of them signed, a configuration with
 * comments.
 *
 * In: a folder, a name, a port. Out: files of which secrets are readable by their owner alone. The offline
 * keys (keys/region.sign, keys/region.seal) are there too, for `ccrag roster`; where a region is more than
 * one host they are taken away to a safe place. */

#include "common/service/region.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 1024, INIT_ARENA_BYTES = 1024 * 1024, METRICS_PORTS_ABOVE = 50 };

/* Everyone of a new region: its services, and these. */
struct member {
    const char *name;
    Pb__PrincipalRole role;
    bool signs, stores;
};
static const struct member others[] = {
    {"gateway", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY, false, false},
    {"operator", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR, false, false},
    {"worker-pool", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER, false, true},
};
enum { OTHERS_COUNT = sizeof others / sizeof others[0], MEMBERS_MAX = 64 };

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

/* In the order of a roster. */
static size_t list_members(struct member ret_members[MEMBERS_MAX])
{
    size_t count;
    const struct region_service *services = region_services(&count);
    assert(count + OTHERS_COUNT <= MEMBERS_MAX);
    for (size_t i = 0; i < count; i++)
        ret_members[i] = (struct member){services[i].name, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE,
                                         services[i].signs, true};
    for (size_t i = 0; i < OTHERS_COUNT; i++)
        ret_members[count++] = others[i];
    qsort(ret_members, count, sizeof *ret_members, by_name);
    return count;
}

void region_derive_seal(const struct secret *region_seal, const char *store, uint64_t number,
                        struct secret *ret_secret)
{
    uint8_t context[crypto_kdf_CONTEXTBYTES], digest[crypto_generichash_BYTES];
    crypto_generichash(digest, sizeof digest, (const uint8_t *)store, strlen(store), NULL, 0);
    memcpy(context, digest, sizeof context);
    crypto_kdf_derive_from_key(ret_secret->bytes, SECRET_BYTES, number, (const char *)context,
                               region_seal->bytes);
}

enum code region_make_seal(const char *directory, const char *name, struct fault *ret_fault)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    struct secret region_seal, secret;
    if ((size_t)snprintf(from, sizeof from, "%s/keys/region.seal", directory) >= sizeof from ||
        (size_t)snprintf(to, sizeof to, "%s/keys/%s.seal", directory, name) >= sizeof to)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "the path of the region is too long");
    if (sodium_init() < 0)
        return fault_set(ret_fault, CODE_INTERNAL, "", "libsodium does not start");
    if (access(to, F_OK) == 0)
        return CODE_OK;
    enum code code = secret_read(from, SECRET_SEALING, &region_seal, ret_fault);
    if (code != CODE_OK)
        return code;
    region_derive_seal(&region_seal, name, 1, &secret);
    code = secret_write(to, SECRET_SEALING, &secret, false, ret_fault);
    secret_wipe(&secret);
    secret_wipe(&region_seal);
    return code;
}

struct making {
    struct world *world;
    const struct region_init_options *options;
    struct arena arena;
    struct secret region_sign, region_seal;
    struct fault *fault;
};

static enum code path_in(const struct making *making, char ret_path[PATH_BYTES], const char *name,
                         const char *suffix)
{
    int length = snprintf(ret_path, PATH_BYTES, "%s/%s%s", making->options->directory, name, suffix);
    if (length < 0 || length >= PATH_BYTES)
        return fault_set(making->fault, CODE_INVALID_ARGUMENT, "", "the path of the region is too long");
    return CODE_OK;
}

enum code region_write_file(const char *path, const void *data, size_t size, struct fault *ret_fault)
{
    char temporary[PATH_BYTES + 8];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool good = fd >= 0;
    for (size_t done = 0; good && done < size;) {
        ssize_t wrote = write(fd, (const char *)data + done, size - done);
        good = wrote > 0;
        done += good ? (size_t)wrote : 0;
    }
    good = good && fsync(fd) == 0;
    int number = errno;
    if (fd >= 0)
        close(fd);
    if (good && rename(temporary, path) == 0)
        return CODE_OK;
    number = good ? errno : number;
    unlink(temporary);
    return fault_set(ret_fault, number == ENOSPC ? CODE_RESOURCE_EXHAUSTED : CODE_PERMISSION_DENIED, "",
                     "%.160s cannot be written: %s", path, strerror(number));
}

enum code region_write_roster(const char *directory, struct span packed, struct fault *ret_fault)
{
    char path[PATH_BYTES];
    if ((size_t)snprintf(path, sizeof path, "%s/roster", directory) >= sizeof path)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "the path of the region is too long");
    return region_write_file(path, packed.data, packed.size, ret_fault);
}

static enum code make_folder(const struct making *making, const char *name)
{
    char path[PATH_BYTES];
    enum code code = path_in(making, path, name, "");
    if (code != CODE_OK || mkdir(path, 0700) == 0 || errno == EEXIST)
        return code;
    return fault_set(making->fault, errno == ENOENT ? CODE_NOT_FOUND : CODE_PERMISSION_DENIED, "",
                     "%.160s cannot be made: %s", path, strerror(errno));
}

static enum code make_secret(const struct making *making, const char *name, const char *suffix,
                             enum secret_kind kind, const struct secret *secret)
{
    char path[PATH_BYTES], file[96];
    snprintf(file, sizeof file, "keys/%s", name);
    enum code code = path_in(making, path, file, suffix);
    return code == CODE_OK ? secret_write(path, kind, secret, false, making->fault) : code;
}

static enum code add_key(struct making *making, const uint8_t key[32], ProtobufCBinaryData **ret_keys,
                         size_t *ret_count)
{
    *ret_keys = arena_new(&making->arena, ProtobufCBinaryData);
    struct span copy = arena_copy(&making->arena, span_of(key, 32));
    if (!*ret_keys || !copy.data)
        return CODE_RESOURCE_EXHAUSTED;
    **ret_keys = (ProtobufCBinaryData){.len = 32, .data = (uint8_t *)(uintptr_t)copy.data};
    *ret_count = 1;
    return CODE_OK;
}

static enum code make_signing(struct making *making, const char *name, ProtobufCBinaryData **ret_keys,
                              size_t *ret_count)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    struct secret seed;
    secret_generate(making->world, &seed);
    crypto_sign_seed_keypair(public_key, secret_key, seed.bytes);
    sodium_memzero(secret_key, sizeof secret_key);
    enum code code = make_secret(making, name, ".sign", SECRET_SIGNING, &seed);
    secret_wipe(&seed);
    return code == CODE_OK ? add_key(making, public_key, ret_keys, ret_count) : code;
}

static enum code make_member(struct making *making, const struct member *member, Pb__RosterEntry *entry)
{
    struct secret secret;
    struct curve_pair pair;
    pb__roster_entry__init(entry);
    entry->name = member->name;
    entry->role = member->role;
    secret_generate(making->world, &secret);
    curve_pair_of(&secret, &pair);
    enum code code = make_secret(making, member->name, ".curve", SECRET_CURVE, &secret);
    if (code == CODE_OK)
        code = add_key(making, pair.public_key.bytes, &entry->curve_keys, &entry->n_curve_keys);
    if (code == CODE_OK && member->signs)
        code = make_signing(making, member->name, &entry->signing_keys, &entry->n_signing_keys);
    if (code == CODE_OK && member->stores) {
        region_derive_seal(&making->region_seal, member->name, 1, &secret);
        code = make_secret(making, member->name, ".seal", SECRET_SEALING, &secret);
    }
    secret_wipe(&secret);
    curve_pair_wipe(&pair);
    return code;
}

static enum code make_roster(struct making *making, Pb__RosterEntry *entries, size_t count,
                             const uint8_t secret_key[64])
{
    Pb__RosterEntry *all[MEMBERS_MAX];
    for (size_t i = 0; i < count; i++)
        all[i] = &entries[i];
    Pb__Roster roster = PB__ROSTER__INIT;
    roster.region = making->options->name;
    roster.serial = 1;
    roster.signed_at_ms = world_wall_ms(making->world);
    roster.entries = all;
    roster.n_entries = count;
    ProtobufCBinaryData *revoker = NULL;
    size_t revokers = 0;
    enum code code = make_signing(making, "revoker", &revoker, &revokers);
    if (code != CODE_OK)
        return code;
    roster.revoker_key = *revoker;
    struct span packed = roster_sign(&roster, secret_key, &making->arena);
    if (!packed.size)
        return fault_set(making->fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    return region_write_roster(making->options->directory, packed, making->fault);
}

static enum code make_public_key(const struct making *making, const uint8_t public_key[32])
{
    char path[PATH_BYTES], text[2 * SIGNING_KEY_BYTES + 2];
    enum code code = path_in(making, path, "region.pub", "");
    sodium_bin2hex(text, sizeof text, public_key, SIGNING_KEY_BYTES);
    strcat(text, "\n");
    return code == CODE_OK ? region_write_file(path, text, strlen(text), making->fault) : code;
}

/* What a key of the table is set to in a new region; NULL: its preset. */
static const char *initial_value(struct making *making, const struct config_key *key)
{
    size_t count, length = strcspn(key->name, ".");
    const struct region_service *services = region_services(&count);
    unsigned base = making->options->base_port ? making->options->base_port : REGION_BASE_PORT;
    if (strcmp(key->name, "region.name") == 0)
        return making->options->name;
    for (size_t i = 0; i < count; i++) {
        if (strlen(services[i].name) != length || strncmp(key->name, services[i].name, length) != 0)
            continue;
        unsigned port = base + services[i].port - REGION_BASE_PORT;
        if (strcmp(key->name + length, ".endpoint") == 0)
            return arena_format(&making->arena, "tcp://127.0.0.1:%u", port);
        if (strcmp(key->name + length, ".metrics") == 0)
            return arena_format(&making->arena, "%u", port + METRICS_PORTS_ABOVE);
    }
    return NULL;
}

/* Every key with its meaning; those that keep their preset are commented out. */
static enum code make_config(struct making *making)
{
    char path[PATH_BYTES], *text = NULL;
    size_t size = 0, count;
    const struct config_key *keys = region_config_keys(&count);
    enum code code = path_in(making, path, "region.conf", "");
    FILE *stream = code == CODE_OK ? open_memstream(&text, &size) : NULL;
    if (!stream)
        return code == CODE_OK ? fault_set(making->fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory")
                               : code;
    fputs("# The configuration of a region. Each key can be given in the environment too: "
          "CCRAG_REGISTRY_ENDPOINT.\n",
          stream);
    for (size_t i = 0; i < count; i++) {
        const char *value = initial_value(making, &keys[i]);
        fprintf(stream, "\n# %s\n%s%s = %s\n", keys[i].meaning, value ? "" : "# ", keys[i].name,
                value ? value : keys[i].preset);
    }
    if (fclose(stream) == 0)
        code = region_write_file(path, text, size, making->fault);
    free(text);
    return code;
}

static enum code refuse_existing(const struct making *making)
{
    static const char *const telling[] = {"region.conf", "roster", "keys/region.sign"};
    char path[PATH_BYTES];
    for (size_t i = 0; i < sizeof telling / sizeof telling[0]; i++) {
        enum code code = path_in(making, path, telling[i], "");
        if (code != CODE_OK)
            return code;
        if (access(path, F_OK) == 0)
            return fault_set(making->fault, CODE_ALREADY_EXISTS, "",
                             "there is a region, or a part of one, already: %.160s", path);
    }
    return CODE_OK;
}

static enum code make_all(struct making *making)
{
    static const char *const folders[] = {"", "keys", "store", "run"};
    struct member members[MEMBERS_MAX];
    Pb__RosterEntry entries[MEMBERS_MAX];
    size_t count = list_members(members);
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    enum code code = refuse_existing(making);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0] && code == CODE_OK; i++)
        code = make_folder(making, folders[i]);
    if (code == CODE_OK)
        code = make_secret(making, "region", ".sign", SECRET_SIGNING, &making->region_sign);
    if (code == CODE_OK)
        code = make_secret(making, "region", ".seal", SECRET_SEALING, &making->region_seal);
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        code = make_member(making, &members[i], &entries[i]);
    crypto_sign_seed_keypair(public_key, secret_key, making->region_sign.bytes);
    if (code == CODE_OK)
        code = make_public_key(making, public_key);
    if (code == CODE_OK)
        code = make_roster(making, entries, count, secret_key);
    sodium_memzero(secret_key, sizeof secret_key);
    /* Last: what has no configuration is not a region. */
    return code == CODE_OK ? make_config(making) : code;
}

enum code region_init(struct world *world, const struct region_init_options *options, struct fault *ret_fault)
{
    if (sodium_init() < 0)
        return fault_set(ret_fault, CODE_INTERNAL, "", "libsodium does not start");
    struct making making = {.world = world, .options = options, .fault = ret_fault};
    arena_init(&making.arena, INIT_ARENA_BYTES);
    secret_generate(world, &making.region_sign);
    secret_generate(world, &making.region_seal);
    enum code code = make_all(&making);
    secret_wipe(&making.region_sign);
    secret_wipe(&making.region_seal);
    arena_finish(&making.arena);
    return code;
}

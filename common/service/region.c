/* A region as one principal of one host sees it: its configuration, its own keys, the signed roster.
 *
 * In: a folder and a name. Out: what service_create and the command line need of it. Nothing of another
 * principal is ever read, and nothing is written here (region_init.c writes). */

#include "common/service/region.h"

#include "common/base/cleanup.h"
#include "common/base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEALS_MAX = 16, REGION_PATH_BYTES = 1024, ROSTER_BYTES_MAX = 4 * 1024 * 1024 };

struct region {
    char directory[REGION_PATH_BYTES];
    char name[PRINCIPAL_NAME_MAX];
    struct config *config;
    struct curve_pair pair;
    uint8_t signing_key[SIGNING_KEY_BYTES];
    bool signs;
    uint8_t secret_signing_key[crypto_sign_SECRETKEYBYTES];
    struct sealing_key seals[SEALS_MAX];
    size_t seal_count;
};

DEFINE_CLEANUP(struct region, region_destroy)

void region_destroy(struct region *region)
{
    if (!region)
        return;
    config_destroy(region->config);
    sodium_memzero(region, sizeof *region);
    free(region);
}

static enum code path_of(char ret_path[REGION_PATH_BYTES], struct fault *ret_fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum code path_of(char ret_path[REGION_PATH_BYTES], struct fault *ret_fault, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(ret_path, REGION_PATH_BYTES, format, args);
    va_end(args);
    if (length < 0 || length >= REGION_PATH_BYTES)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "the path of the region is too long");
    return CODE_OK;
}

/* The whole of a small file, into `data`; -1, with errno, when it cannot be read or is larger. */
static ssize_t read_whole(const char *path, void *data, size_t most)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    size_t used = 0;
    ssize_t got = 1;
    while (used < most && (got = read(fd, (char *)data + used, most - used)) > 0)
        used += (size_t)got;
    close(fd);
    return got < 0 ? -1 : (ssize_t)used;
}

static enum code find_region(struct region *region, char path[REGION_PATH_BYTES], struct fault *ret_fault)
{
    struct stat status;
    enum code code = path_of(path, ret_fault, "%s/region.conf", region->directory);
    if (code != CODE_OK || stat(path, &status) == 0)
        return code;
    int number = errno;
    if (number != ENOENT && number != ENOTDIR)
        return fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "%.160s cannot be read: %s", path,
                         strerror(number));
    return fault_set(
        ret_fault, CODE_NOT_FOUND, "",
        "there is no region in %.120s; start one with ./deploy/up, or name another with --region or "
        "CCRAG_REGION",
        region->directory);
}

static enum code read_public_key(struct region *region, struct fault *ret_fault)
{
    char path[REGION_PATH_BYTES], text[2 * SIGNING_KEY_BYTES + 2] = "";
    size_t length = 0;
    enum code code = path_of(path, ret_fault, "%s/region.pub", region->directory);
    if (code != CODE_OK)
        return code;
    if (read_whole(path, text, sizeof text - 1) < 0)
        return fault_set(ret_fault, CODE_NOT_FOUND, "",
                         "%.160s cannot be read: %s; copy it from the host that made the region", path,
                         strerror(errno));
    if (sodium_hex2bin(region->signing_key, sizeof region->signing_key, text, strnlen(text, sizeof text),
                       "\n", &length, NULL) != 0 ||
        length != SIGNING_KEY_BYTES)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "%.160s is not a public key of 64 hexadecimal digits", path);
    return CODE_OK;
}

enum code region_read_pair(const struct region *region, struct curve_pair *ret_pair, struct fault *ret_fault)
{
    char path[REGION_PATH_BYTES];
    const char *folder = config_text(region->config, "keys.directory");
    enum code code = path_of(path, ret_fault, "%s/%s.curve", folder, region->name);
    if (code == CODE_OK)
        code = curve_pair_read(path, ret_pair, ret_fault);
    if (code == CODE_NOT_FOUND)
        return fault_set(
            ret_fault, code, "",
            "this host has no key of %s (%.120s); `ccrag roster add` or `ccrag roster rotate` makes one",
            region->name, path);
    return code;
}

/* Only some sign: no file is fine. */
static enum code read_sign(struct region *region, const char *folder, struct fault *ret_fault)
{
    char path[REGION_PATH_BYTES];
    struct secret seed;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    enum code code = path_of(path, ret_fault, "%s/%s.sign", folder, region->name);
    if (code == CODE_OK)
        code = secret_read(path, SECRET_SIGNING, &seed, ret_fault);
    if (code != CODE_OK)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    crypto_sign_seed_keypair(public_key, region->secret_signing_key, seed.bytes);
    secret_wipe(&seed);
    region->signs = true;
    return CODE_OK;
}

/* NAME.seal is number 1, NAME.seal.2 number 2, …; kept newest first. */
static enum code read_seals(struct region *region, const char *folder, struct fault *ret_fault)
{
    for (uint32_t number = 1; number <= SEALS_MAX; number++) {
        char path[REGION_PATH_BYTES];
        struct secret secret;
        enum code code = number == 1
                             ? path_of(path, ret_fault, "%s/%s.seal", folder, region->name)
                             : path_of(path, ret_fault, "%s/%s.seal.%u", folder, region->name, number);
        if (code == CODE_OK)
            code = secret_read(path, SECRET_SEALING, &secret, ret_fault);
        if (code == CODE_NOT_FOUND)
            return CODE_OK;
        if (code != CODE_OK)
            return code;
        memmove(region->seals + 1, region->seals, region->seal_count * sizeof region->seals[0]);
        region->seals[0].number = number;
        memcpy(region->seals[0].bytes, secret.bytes, SEALING_KEY_BYTES);
        region->seal_count++;
        secret_wipe(&secret);
    }
    return CODE_OK;
}

enum code region_open(const char *directory, const char *name, char *const *environment,
                      struct region **ret_region, struct fault *ret_fault)
{
    char path[REGION_PATH_BYTES];
    size_t key_count;
    const struct config_key *keys = region_config_keys(&key_count);
    _cleanup_(region_destroyp) struct region *region = calloc(1, sizeof *region);
    if (!region || sodium_init() < 0)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    enum code code = path_of(region->directory, ret_fault, "%s", directory);
    if (code != CODE_OK)
        return code;
    if ((size_t)snprintf(region->name, sizeof region->name, "%s", name) >= sizeof region->name)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "a principal's name has at most %d letters",
                         PRINCIPAL_NAME_MAX - 1);
    code = find_region(region, path, ret_fault);
    if (code == CODE_OK)
        code = config_read(path, keys, key_count, environment, &region->config, ret_fault);
    if (code == CODE_OK)
        code = read_public_key(region, ret_fault);
    if (code != CODE_OK)
        return code;
    const char *folder = config_text(region->config, "keys.directory");
    code = region_read_pair(region, &region->pair, ret_fault);
    if (code == CODE_OK)
        code = read_sign(region, folder, ret_fault);
    if (code == CODE_OK)
        code = read_seals(region, folder, ret_fault);
    if (code != CODE_OK)
        return code;
    *ret_region = region;
    region = NULL;
    return CODE_OK;
}

const char *region_directory(const struct region *region)
{
    return region->directory;
}

const struct config *region_config(const struct region *region)
{
    return region->config;
}

const struct curve_pair *region_pair(const struct region *region)
{
    return &region->pair;
}

const uint8_t *region_signing_key(const struct region *region)
{
    return region->signing_key;
}

const uint8_t *region_secret_signing_key(const struct region *region)
{
    return region->signs ? region->secret_signing_key : NULL;
}

const struct sealing_key *region_sealing_keys(const struct region *region, size_t *ret_count)
{
    *ret_count = region->seal_count;
    return region->seals;
}

/* The key `SERVICE.suffix` of the table; NULL: there is none, so it is no service. */
static const char *service_key(const char *service, const char *suffix)
{
    size_t count, length = strlen(service);
    const struct config_key *keys = region_config_keys(&count);
    for (size_t i = 0; i < count; i++)
        if (strncmp(keys[i].name, service, length) == 0 && keys[i].name[length] == '.' &&
            strcmp(keys[i].name + length + 1, suffix) == 0)
            return keys[i].name;
    return NULL;
}

const char *region_endpoint(const struct region *region, const char *service)
{
    const char *key = service_key(service, "endpoint");
    return key ? config_text(region->config, key) : NULL;
}

const char *region_listen_endpoint(const struct region *region, const char *service, struct arena *arena)
{
    const char *endpoint = region_endpoint(region, service),
               *address = config_text(region->config, "listen.address");
    if (!endpoint || !address[0])
        return endpoint;
    return arena_format(arena, "tcp://%s%s", address, strrchr(endpoint, ':'));
}

uint16_t region_metrics_port(const struct region *region, const char *service)
{
    const char *key = service_key(service, "metrics");
    return key ? (uint16_t)config_number(region->config, key) : 0;
}

enum code region_read_roster(const struct region *region, uint64_t least_serial, struct file_stamp *seen,
                             struct roster **ret_roster, struct fault *ret_fault)
{
    char path[REGION_PATH_BYTES];
    struct stat status;
    enum code code = path_of(path, ret_fault, "%s/roster", region->directory);
    if (code != CODE_OK)
        return code;
    if (stat(path, &status) != 0)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "", "%.160s cannot be read: %s", path,
                         strerror(errno));
    struct file_stamp stamp = {.mtime_ns =
                                   INT64_C(1000000000) * status.st_mtim.tv_sec + status.st_mtim.tv_nsec,
                               .size = status.st_size};
    if (stamp.mtime_ns == seen->mtime_ns && stamp.size == seen->size)
        return CODE_NOT_FOUND;
    *seen = stamp;
    if (status.st_size > ROSTER_BYTES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "%.160s is no roster: it is too large", path);
    size_t most = (size_t)status.st_size + 1;
    uint8_t *packed = malloc(most);
    ssize_t size = packed ? read_whole(path, packed, most) : -1;
    if (size < 0)
        code = fault_set(ret_fault, CODE_FAILED_PRECONDITION, "", "%.160s cannot be read", path);
    else
        code = roster_read(span_of(packed, (size_t)size), region->signing_key, least_serial, ret_roster,
                           ret_fault);
    free(packed);
    /* The one code that means unchanged is not the roster's to give. */
    return code == CODE_NOT_FOUND ? CODE_FAILED_PRECONDITION : code;
}

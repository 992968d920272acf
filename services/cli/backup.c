/* `ccrag backup`: each service copies its own store while it is used; the copies are taken from the region's
 * folder to where they are wanted, each with a manifest.
 *
 * In: a folder. Out: DIR/SERVICE/data.mdb and manifest.json. A copy is never written over, and the manifest
 * comes last, so what has one is whole. Keys are not in it: without the service's sealing key it cannot be
 * read. */

#include "services/cli/backup.h"

#include "services/cli/daemons.h"
#include "services/cli/show.h"

#include "common/base/limits.h"
#include "common/service/region.h"
#include "common/service/stores.h"
#include "common/world/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_US = 200 * 1000, MANIFEST_BYTES_MAX = 64 * 1024, BYTES_PER_KB = 1000 };

const char *backup_stamp(struct cli *cli)
{
    time_t now = (time_t)(world_wall_ms(cli->world) / 1000);
    struct tm utc;
    char text[32] = "";
    if (gmtime_r(&now, &utc))
        strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
    return arena_text(&cli->arena, text);
}

enum code backup_sync(const char *folder, struct fault *ret_fault)
{
    int error = folder_sync(folder);
    return error
               ? fault_set(ret_fault, CODE_INTERNAL, "", "%s cannot be written: %s", folder, strerror(error))
               : CODE_OK;
}

/* --- files ------------------------------------------------------------------------------------------- */

struct copying {
    struct cli *cli;
    struct progress progress;
    uint64_t all;
};

static void show_copying(void *context, uint64_t bytes)
{
    struct copying *copying = context;
    progress_show(&copying->progress, world_mono_us(copying->cli->world), (size_t)(bytes / BYTES_PER_KB),
                  (size_t)(copying->all / BYTES_PER_KB));
}

static enum code check_copy(const Pb__BackupManifest *manifest, uint64_t size,
                            const uint8_t digest[STORE_DIGEST_BYTES], const char *from,
                            struct fault *ret_fault)
{
    if (size == manifest->size && manifest->digest.len == STORE_DIGEST_BYTES &&
        memcmp(manifest->digest.data, digest, STORE_DIGEST_BYTES) == 0)
        return CODE_OK;
    return fault_set(ret_fault, CODE_DATA_LOSS, "",
                     "%s is not the file that its manifest names: %s; use another backup", from,
                     size == manifest->size ? "its content was changed" : "its size differs");
}

enum code backup_copy(struct cli *cli, const char *from, const char *to, const Pb__BackupManifest *manifest,
                      struct fault *ret_fault)
{
    struct copying copying = {.cli = cli, .progress = {.what = "copying, KB"}, .all = manifest->size};
    uint8_t digest[STORE_DIGEST_BYTES];
    uint64_t size = 0;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return fault_set(ret_fault, errno == ENOENT ? CODE_NOT_FOUND : CODE_PERMISSION_DENIED, "",
                         "%s cannot be read: %s", from, strerror(errno));
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0) {
        fault_set(ret_fault, CODE_INTERNAL, "", "%s cannot be made: %s", to, strerror(errno));
        close(in);
        return CODE_INTERNAL;
    }
    enum code code = stores_digest(in, out, show_copying, &copying, &size, digest, ret_fault);
    progress_finish(&copying.progress);
    if (code == CODE_OK)
        code = check_copy(manifest, size, digest, from, ret_fault);
    if (code == CODE_OK && fsync(out) != 0)
        code = fault_set(ret_fault, CODE_INTERNAL, "", "%s cannot be written: %s", to, strerror(errno));
    close(in);
    close(out);
    if (code != CODE_OK)
        unlink(to);
    return code;
}

enum code backup_manifest(struct cli *cli, const char *directory, const char *service,
                          const Pb__BackupManifest **ret_manifest, struct fault *ret_fault)
{
    const char *path = arena_format(&cli->arena, "%s/%s/manifest.json", directory, service);
    char *text = arena_alloc(&cli->arena, MANIFEST_BYTES_MAX);
    ProtobufCMessage *manifest;
    FILE *file = path ? fopen(path, "re") : NULL;
    if (!file)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "there is no backup of %s in %s", service, directory);
    size_t size = text ? fread(text, 1, MANIFEST_BYTES_MAX - 1, file) : 0;
    fclose(file);
    if (size == 0 ||
        wire_from_json(&pb__backup_manifest__descriptor, text, &cli->arena, &manifest, NULL) != CODE_OK)
        return fault_set(ret_fault, CODE_DATA_LOSS, "", "%s is no manifest of a backup", path);
    *ret_manifest = (const Pb__BackupManifest *)(const void *)manifest;
    if (strcmp((*ret_manifest)->service, service) != 0)
        return fault_set(ret_fault, CODE_DATA_LOSS, "", "%s is of %s", path, (*ret_manifest)->service);
    return CODE_OK;
}

static enum code write_manifest(struct cli *cli, const char *folder, const Pb__BackupManifest *manifest,
                                struct fault *ret_fault)
{
    const char *path = arena_format(&cli->arena, "%s/manifest.json", folder);
    const char *text = wire_to_json(&manifest->base, true, &cli->arena);
    FILE *file = path && text ? fopen(path, "wxe") : NULL;
    bool good = file && fprintf(file, "%s\n", text) > 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int number = errno;
    if (file)
        good = fclose(file) == 0 && good;
    if (!good)
        return fault_set(ret_fault, CODE_INTERNAL, "", "%s cannot be written: %s", path ? path : folder,
                         strerror(number));
    return backup_sync(folder, ret_fault);
}

/* --- one service ------------------------------------------------------------------------------------- */

struct asking {
    struct cli *cli;
    const Pb__BackupManifest *manifest;
    struct fault fault;
    bool done;
};

static void take_manifest(void *context, const struct client_answer *answer)
{
    struct asking *asking = context;
    ProtobufCMessage *copy = NULL;
    asking->done = true;
    asking->fault = answer->fault;
    if (answer->fault.code == CODE_OK &&
        wire_unpack(&pb__backup_response__descriptor, arena_copy(&asking->cli->arena, answer->packed),
                    &asking->cli->arena, &copy, &asking->fault) == CODE_OK)
        asking->manifest = ((const Pb__BackupResponse *)(const void *)copy)->manifest;
}

static size_t kilobytes(const char *path)
{
    struct stat status;
    return path && stat(path, &status) == 0 ? (size_t)status.st_size / BYTES_PER_KB : 0;
}

/* Asked once: a copy that is under way is not begun a second time. */
static enum code ask(struct cli *cli, const char *service, const char *name, const char *copy,
                     const Pb__BackupManifest **ret_manifest, struct fault *ret_fault)
{
    struct client *client;
    struct call_options options;
    struct asking asking = {.cli = cli};
    struct progress progress = {.what = "copying, KB"};
    Pb__BackupRequest request;
    pb__backup_request__init(&request);
    request.name = name;
    enum code code = cli_client(cli, service, &client, ret_fault);
    if (code == CODE_OK)
        code = cli_call_options(cli, false, DEADLINE_MS_MAX, &options, ret_fault);
    if (code != CODE_OK)
        return code;
    size_t all = kilobytes(arena_format(&cli->arena, "%s/store/%s/data.mdb", cli->directory, service));
    if (client_call(client, "ccrag.v1.OperateService/Backup", &request.base, &options, take_manifest,
                    &asking) == 0)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "too many calls are under way");
    while (!asking.done) {
        if (client_turn(client) || asking.done)
            continue;
        int64_t look = world_mono_us(cli->world) + LOOK_US, next = client_next_us(client);
        size_t now = kilobytes(copy);
        progress_show(&progress, look - LOOK_US, now, all > now ? all : now);
        world_wait(cli->world, next < look ? next : look);
    }
    progress_finish(&progress);
    if (asking.fault.code == CODE_OK && !asking.manifest)
        fault_set(&asking.fault, CODE_INTERNAL, "", "%s says nothing of its copy", service);
    *ret_fault = asking.fault;
    if (asking.fault.code == CODE_OK)
        *ret_manifest = asking.manifest;
    return asking.fault.code;
}

/* Moves the copy out of the region's folder; over a border of file systems it is copied and checked. */
static enum code take_copy(struct cli *cli, const char *copy, const char *data,
                           const Pb__BackupManifest *manifest, struct fault *ret_fault)
{
    if (rename(copy, data) == 0)
        return CODE_OK;
    if (errno == ENOENT)
        return fault_set(ret_fault, CODE_NOT_FOUND, "",
                         "%s is not in this folder: its service runs on another host", copy);
    if (errno != EXDEV)
        return fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "%s cannot be moved to %s: %s", copy, data,
                         strerror(errno));
    return backup_copy(cli, copy, data, manifest, ret_fault);
}

/* One backup; nothing is left of one that failed. */
static enum code back_up(struct cli *cli, const char *service, const char *to, const char *name,
                         const Pb__BackupManifest **ret_manifest, struct fault *ret_fault)
{
    struct arena *arena = &cli->arena;
    const char *above = arena_format(arena, "%s/backup/%s", cli->directory, name);
    const char *below = arena_format(arena, "%s/%s", above, service);
    const char *copy = arena_format(arena, "%s/data.mdb", below);
    const char *folder = arena_format(arena, "%s/%s", to, service);
    const char *data = arena_format(arena, "%s/data.mdb", folder);
    if (!copy || !data)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    if (mkdir(folder, 0700) != 0)
        return fault_set(ret_fault, errno == EEXIST ? CODE_ALREADY_EXISTS : CODE_INTERNAL, "",
                         errno == EEXIST ? "%s is there already; give another folder" : "%s cannot be made",
                         folder);
    enum code code = ask(cli, service, name, copy, ret_manifest, ret_fault);
    if (code == CODE_OK)
        code = take_copy(cli, copy, data, *ret_manifest, ret_fault);
    if (code == CODE_OK)
        code = write_manifest(cli, folder, *ret_manifest, ret_fault);
    if (code == CODE_OK)
        code = backup_sync(to, ret_fault);
    unlink(copy);
    rmdir(below);
    rmdir(above);
    if (code != CODE_OK) {
        unlink(data);
        rmdir(folder);
    }
    return code;
}

/* --- the command ------------------------------------------------------------------------------------- */

static bool is_here(const struct cli *cli, const char *service)
{
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    bool here = region_endpoint(cli->region, service) &&
                (daemon_program(service, &arena) || daemon_runs(cli->directory, service, NULL));
    arena_finish(&arena);
    return here;
}

static void say(struct cli *cli, const Pb__BackupManifest *manifest, const char *to, json_t *list)
{
    if (!cli->json) {
        bool large = manifest->size >= 10 * 1000 * 1000;
        printf("%s: %" PRIu64 " %s, journal at %" PRIu64 ", %" PRIu64 " line%s of audit log, in %s/%s.\n",
               manifest->service, manifest->size / (large ? 1000 * 1000 : BYTES_PER_KB), large ? "MB" : "KB",
               manifest->position ? manifest->position->sequence : 0, manifest->audit_lines,
               show_plural(manifest->audit_lines), to, manifest->service);
        return;
    }
    const char *text = wire_to_json(&manifest->base, false, &cli->arena);
    json_array_append_new(list, text ? json_loads(text, 0, NULL) : json_null());
}

int run_backup(struct cli *cli)
{
    struct fault fault = {0};
    const char *to = cli_option(cli, "to"), *only = cli->argument_count ? cli->arguments[0] : NULL, *service;
    if (cli_open(cli, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (!cli_world(cli))
        return EX_OSERR;
    if (mkdir(to, 0700) != 0 && errno != EEXIST)
        return cli_complain(EX_CANTCREAT, "%s cannot be made: %s", to, strerror(errno));
    const char *name = backup_stamp(cli);
    json_t *list = json_array();
    enum code code = CODE_OK;
    size_t count = 0;
    for (size_t i = 0; (service = daemon_at(i)) && code == CODE_OK && name; i++) {
        const Pb__BackupManifest *manifest = NULL;
        if (only ? strcmp(only, service) != 0 : !is_here(cli, service))
            continue;
        code = back_up(cli, service, to, name, &manifest, &fault);
        if (code == CODE_OK)
            say(cli, manifest, to, list);
        /* One that keeps nothing is passed over, unless it was asked for. */
        if (code == CODE_UNIMPLEMENTED && !only)
            code = CODE_OK;
        else
            count++;
    }
    json_t *all = json_pack("{s:o}", "backups", list);
    char *text = cli->json && code == CODE_OK ? json_dumps(all, JSON_INDENT(2)) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(all);
    if (code != CODE_OK)
        return cli_fail(cli, &fault);
    return count ? EX_OK : cli_complain(EX_USAGE, "there is no service \"%s\"", only ? only : "");
}

/* `ccrag restore`: puts backups in the place of the stores of services that are stopped.
 *
 * In: a folder of backups. Out: each store replaced in one step, the one that was there kept aside.
 * Everything is copied, checked and opened before the first store is touched. What was erased since the
 * backup is erased again by the service itself, from the list beside its store, before it answers anybody. */

#include "services/cli/backup.h"

#include "services/cli/daemons.h"

#include "common/service/region.h"
#include "common/service/stores.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERVICES_MAX = 16 };

/* One store on its way. */
struct restore {
    const char *service;
    const Pb__BackupManifest *manifest;
    struct region *region; /* as the service: its sealing keys */
    struct store_options options;
    const char *place, *copy, *aside; /* store/X, store/X.restoring-…, store/X.before-… */
    bool there;                       /* a store is in its place */
    bool known;                       /* and could be opened */
    struct store_facts replaced;
    uint64_t missing;
};

static enum code fail(struct fault *ret_fault, const char *path, const char *what)
{
    return fault_set(ret_fault, errno == EACCES ? CODE_PERMISSION_DENIED : CODE_INTERNAL, "",
                     "%s cannot be %s: %s", path, what, strerror(errno));
}

/* That name, or the first numbered one that nothing has; NULL without memory. */
static const char *free_name(struct arena *arena, const char *name)
{
    const char *chosen = name;
    for (unsigned number = 2; chosen && access(chosen, F_OK) == 0; number++)
        chosen = arena_format(arena, "%s-%u", name, number);
    return chosen;
}

static enum code begin(struct cli *cli, struct restore *restore, const char *from, const char *stamp,
                       struct fault *ret_fault)
{
    struct arena *arena = &cli->arena;
    struct stat status;
    if (daemon_lives(cli->directory, restore->service, NULL))
        return fault_set(
            ret_fault, CODE_UNAVAILABLE, "",
            "%s runs; stop the region with `ccrag down --region %s`, restore, and start it with `ccrag up`",
            restore->service, cli->directory);
    restore->place = arena_format(arena, "%s/store/%s", cli->directory, restore->service);
    restore->copy = arena_format(arena, "%s.restoring-%s", restore->place, stamp);
    restore->aside = free_name(arena, arena_format(arena, "%s.before-%s", restore->place, stamp));
    if (!restore->copy || !restore->aside)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    restore->there = stat(restore->place, &status) == 0;
    enum code code = backup_manifest(cli, from, restore->service, &restore->manifest, ret_fault);
    if (code == CODE_OK)
        code = region_open(cli->directory, restore->service, environ, &restore->region, ret_fault);
    return code == CODE_OK ? stores_options(restore->region, restore->service, &restore->options, ret_fault)
                           : code;
}

/* A restore by root must not leave a store that the service cannot write. */
static enum code give_to_owner(const struct restore *restore, const char *folder, const char *data,
                               struct fault *ret_fault)
{
    struct stat status;
    if (geteuid() != 0)
        return CODE_OK;
    if (stat(folder, &status) != 0 || chown(restore->copy, status.st_uid, status.st_gid) != 0 ||
        chown(data, status.st_uid, status.st_gid) != 0)
        return fail(ret_fault, restore->copy, "given to the owner of the region's stores");
    return CODE_OK;
}

static enum code make_copy(struct cli *cli, struct restore *restore, const char *from,
                           struct fault *ret_fault)
{
    struct arena *arena = &cli->arena;
    const char *folder = arena_format(arena, "%s/store", cli->directory);
    const char *source = arena_format(arena, "%s/%s/data.mdb", from, restore->service);
    const char *data = arena_format(arena, "%s/data.mdb", restore->copy);
    if (!folder || !source || !data)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    if (mkdir(restore->copy, 0700) != 0)
        return fail(ret_fault, restore->copy, "made");
    enum code code = backup_copy(cli, source, data, restore->manifest, ret_fault);
    if (code != CODE_OK)
        return code;
    /* One that is damaged is what restores are for. */
    struct fault damage;
    restore->known = restore->there && stores_look(cli->world, &restore->options, restore->place,
                                                   &restore->replaced, &damage) == CODE_OK;
    struct restoring restoring = {.directory = restore->copy,
                                  .taken_at_ms = restore->manifest->taken_at_ms,
                                  .replaced = restore->known ? &restore->replaced : NULL,
                                  .by = "",
                                  .now_ms = world_wall_ms(cli->world)};
    code = stores_make_fit(cli->world, &restore->options, &restoring, &restore->missing, ret_fault);
    if (code == CODE_OK)
        code = give_to_owner(restore, folder, data, ret_fault);
    return code == CODE_OK ? backup_sync(restore->copy, ret_fault) : code;
}

/* Copies that a restore left which was stopped before they were whole. With no store in its place one may be
 * the only one there is: it stays. */
static void remove_leftovers(struct cli *cli, const struct restore *restore)
{
    const char *above = arena_format(&cli->arena, "%s/store", cli->directory);
    const char *begin = arena_format(&cli->arena, "%s.restoring-", restore->service);
    DIR *folder = above && begin && restore->there ? opendir(above) : NULL;
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        const char *path = arena_format(&cli->arena, "%s/%s", above, entry->d_name);
        if (!path || strncmp(entry->d_name, begin, strlen(begin)) != 0)
            continue;
        store_remove(path);
        if (!cli->json)
            printf("An earlier restore was stopped midway; what it left, %s, is removed.\n", path);
    }
    if (folder)
        closedir(folder);
}

/* Where the file system cannot exchange two names in one step: in two. */
static enum code exchange_in_two(const struct restore *restore, struct fault *ret_fault)
{
    if (rename(restore->aside, restore->copy) != 0 || rename(restore->place, restore->aside) != 0)
        return fail(ret_fault, restore->place, "kept aside");
    return rename(restore->copy, restore->place) == 0 ? CODE_OK : fail(ret_fault, restore->place, "replaced");
}

/* The copy takes the name under which the other store is kept, then both change places in one step: a stop in
 * between leaves the one or the other in place, and never a store under the name of a copy that is half made.
 */
static enum code exchange(const struct restore *restore, struct fault *ret_fault)
{
    if (!restore->there)
        return rename(restore->copy, restore->place) == 0 ? CODE_OK : fail(ret_fault, restore->place, "made");
    if (rename(restore->copy, restore->aside) != 0)
        return fail(ret_fault, restore->copy, "renamed");
    if (renameat2(AT_FDCWD, restore->aside, AT_FDCWD, restore->place, RENAME_EXCHANGE) == 0)
        return CODE_OK;
    return errno == EINVAL || errno == ENOSYS ? exchange_in_two(restore, ret_fault)
                                              : fail(ret_fault, restore->place, "replaced");
}

static enum code put_in_place(struct cli *cli, const struct restore *restore, struct fault *ret_fault)
{
    const char *lock = arena_format(&cli->arena, "%s/store.lock", restore->place);
    const char *folder = arena_format(&cli->arena, "%s/store", cli->directory);
    int descriptor = -1;
    if (!lock || !folder)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    /* As the store itself takes it: nobody opens it meanwhile. */
    if (restore->there) {
        descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor < 0)
            return fail(ret_fault, lock, "opened");
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            close(descriptor);
            return fault_set(ret_fault, CODE_UNAVAILABLE, "",
                             "%s is in use; stop the region with `ccrag down` first", restore->place);
        }
    }
    enum code code = exchange(restore, ret_fault);
    if (code == CODE_OK)
        code = backup_sync(folder, ret_fault);
    if (descriptor >= 0)
        close(descriptor);
    return code;
}

/* --- the command ------------------------------------------------------------------------------------- */

/* The services that are asked for, or all of which the folder has a backup. */
static size_t choose(struct cli *cli, const char *from, struct restore restores[SERVICES_MAX])
{
    const char *only = cli->argument_count ? cli->arguments[0] : NULL, *service;
    size_t count = 0;
    for (size_t i = 0; (service = daemon_at(i)) && count < SERVICES_MAX; i++) {
        const char *manifest = arena_format(&cli->arena, "%s/%s/manifest.json", from, service);
        if (only ? strcmp(only, service) == 0 : manifest && access(manifest, F_OK) == 0)
            restores[count++] = (struct restore){.service = service};
    }
    return count;
}

static void say(struct cli *cli, const struct restore *restore, const char *from, json_t *list)
{
    uint64_t sequence = restore->manifest->position ? restore->manifest->position->sequence : 0;
    bool known = restore->missing != RESTORE_MISSING_UNKNOWN;
    if (cli->json) {
        json_t *one =
            json_pack("{s:s, s:I, s:I}", "service", restore->service, "sequence", (json_int_t)sequence,
                      "takenAtMs", (json_int_t)restore->manifest->taken_at_ms);
        if (known)
            json_object_set_new(one, "missing", json_integer((json_int_t)restore->missing));
        if (restore->there)
            json_object_set_new(one, "keptAside", json_string(restore->aside));
        json_array_append_new(list, one);
        return;
    }
    printf("%s: restored from %s/%s, its journal at %" PRIu64 ".\n", restore->service, from, restore->service,
           sequence);
    if (known && restore->missing)
        printf("  %" PRIu64 " later change%s not in it.\n", restore->missing,
               restore->missing == 1 ? " is" : "s are");
    else if (!known)
        puts("  What was changed since the backup was made is not in it.");
    if (restore->there)
        printf("  The store that it replaces is kept in %s; remove it when nobody needs it.\n",
               restore->aside);
}

/* One restore at a time: held until this process ends. */
static enum code lock_stores(struct cli *cli, struct fault *ret_fault)
{
    const char *path = arena_format(&cli->arena, "%s/store", cli->directory);
    if (!path)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    int folder =
        mkdir(path, 0700) == 0 || errno == EEXIST ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder < 0)
        return fail(ret_fault, path, "opened");
    return flock(folder, LOCK_EX | LOCK_NB) == 0
               ? CODE_OK
               : fault_set(ret_fault, CODE_UNAVAILABLE, "", "another restore of this region is under way");
}

static enum code restore_all(struct cli *cli, struct restore *restores, size_t count, const char *from,
                             struct fault *ret_fault)
{
    const char *stamp = backup_stamp(cli);
    enum code code = lock_stores(cli, ret_fault);
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        code = begin(cli, &restores[i], from, stamp, ret_fault);
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        remove_leftovers(cli, &restores[i]);
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        code = make_copy(cli, &restores[i], from, ret_fault);
    if (code != CODE_OK) {
        for (size_t i = 0; i < count; i++)
            if (restores[i].copy)
                store_remove(restores[i].copy);
        return code;
    }
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        code = put_in_place(cli, &restores[i], ret_fault);
    return code;
}

int run_restore(struct cli *cli)
{
    struct fault fault = {0};
    struct restore restores[SERVICES_MAX] = {0};
    const char *from = cli_option(cli, "from");
    if (cli_open(cli, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (!cli_world(cli))
        return EX_OSERR;
    size_t count = choose(cli, from, restores);
    if (count == 0 && cli->argument_count)
        return cli_complain(EX_USAGE, "there is no service \"%s\"", cli->arguments[0]);
    if (count == 0)
        return cli_complain(EX_NOINPUT, "there is no backup in %s", from);
    enum code code = restore_all(cli, restores, count, from, &fault);
    json_t *list = json_array();
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        say(cli, &restores[i], from, list);
    for (size_t i = 0; i < count; i++)
        region_destroy(restores[i].region);
    json_t *all = json_pack("{s:o}", "restored", list);
    char *text = cli->json && code == CODE_OK ? json_dumps(all, JSON_INDENT(2)) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(all);
    if (code != CODE_OK)
        return cli_fail(cli, &fault);
    if (!cli->json)
        printf(
            "Start the region with `ccrag up --region %s`; those who follow these services read them anew.\n",
            cli->directory);
    return EX_OK;
}

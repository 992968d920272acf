/* A store made anew from other services' feeds need not reach the disk with each commit: until it has read
 * all, losing it costs a new beginning and nothing else.
 *
 * In: an empty store whose program begins to follow. Out: commits without a sync, until the first one that is
 * more than copies; then everything is on the disk before that commit is. In between a file beside the data
 * says so: LMDB's pages may lie there in any order after a power cut, so a store that is opened and has it is
 * emptied first, and begins again. */

#include "common/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char mark_name[] = "rebuilding";

static bool name_file(const struct store *store, const char *name, char ret_path[4096])
{
    int size = snprintf(ret_path, 4096, "%s/%s", store->directory, name);
    return size > 0 && size < 4096;
}

static bool remove_file(const struct store *store, const char *name)
{
    char path[4096];
    return name_file(store, name, path) && (unlink(path) == 0 || errno == ENOENT);
}

static bool sync_folder(const struct store *store)
{
    return folder_sync(store->directory) == 0;
}

enum code rebuild_open(struct store *store, bool as_it_is)
{
    char path[4096];
    if (!name_file(store, mark_name, path))
        return CODE_INVALID_ARGUMENT;
    if (access(path, F_OK) != 0)
        return errno == ENOENT ? CODE_OK : CODE_UNAVAILABLE;
    if (as_it_is)
        return CODE_FAILED_PRECONDITION;
    bool good = remove_file(store, "data.mdb") && remove_file(store, "lock.mdb") && sync_folder(store) &&
                remove_file(store, mark_name) && sync_folder(store);
    return good ? CODE_OK : CODE_UNAVAILABLE;
}

void store_rebuild_begin(struct store *store)
{
    char path[4096];
    if (store->rebuilding || store->sequence || store->audit_number || !name_file(store, mark_name, path) ||
        wal_stop(store) != CODE_OK)
        return;
    int mark = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (mark < 0)
        return;
    close(mark);
    store->rebuilding = sync_folder(store) && mdb_env_set_flags(store->env, MDB_NOSYNC, 1) == 0;
    /* A mark that came back after a loss of power would empty a store that is whole. */
    if (!store->rebuilding)
        store->wal.broken = !remove_file(store, mark_name) || !sync_folder(store);
}

bool store_is_rebuilding(const struct store *store)
{
    return store->rebuilding;
}

enum code rebuild_end(struct store *store)
{
    if (!store->rebuilding)
        return CODE_OK;
    if (store->wal.broken)
        return CODE_UNAVAILABLE;
    int rc = mdb_env_sync(store->env, 1);
    if (rc == 0)
        rc = mdb_env_set_flags(store->env, MDB_NOSYNC, 0);
    if (rc == 0 && (!remove_file(store, mark_name) || !sync_folder(store)))
        rc = EIO;
    store->rebuilding = rc != 0;
    store->wal.broken = rc != 0; /* what a disk did not take once it may not speak of again */
    if (rc == 0)
        behind_release(store);
    return code_of_lmdb(rc);
}

/* A copy of an open store: compacted, consistent, safe beside the writer.
 *
 * In: a folder that does not hold a store yet. Out: a store there, synced, as this one stood when the copy
 * began. Values stay sealed under the same keys; a copy that is put to use begins a new epoch
 * (store_new_epoch). */

#include "common/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum code fail(struct fault *ret_fault, const char *directory, const char *what, int error)
{
    return fault_set(ret_fault, code_of_lmdb(error), "", "copy to %s: %s: %s", directory, what,
                     mdb_strerror(error));
}

static enum code copy_to(struct store *store, const char *directory, const char *path,
                         struct fault *ret_fault)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST)
        return fault_set(ret_fault, CODE_ALREADY_EXISTS, "", "copy to %s: there is a store already",
                         directory);
    if (descriptor < 0)
        return fail(ret_fault, directory, "make data.mdb", errno);
    int error = mdb_env_copyfd2(store->env, descriptor, MDB_CP_COMPACT);
    if (error == 0 && fsync(descriptor) != 0)
        error = errno;
    if (close(descriptor) != 0 && error == 0)
        error = errno;
    if (error == 0)
        error = folder_sync(directory);
    if (error == 0)
        return CODE_OK;
    unlink(path);
    return fail(ret_fault, directory, "write", error);
}

enum code store_copy(struct store *store, const char *directory, struct fault *ret_fault)
{
    enum code code = world_disk(store->world, DISK_COPY, directory);
    if (code)
        return fault_set(ret_fault, code, "", "copy to %s: the disk refused", directory);
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return fail(ret_fault, directory, "make the folder", errno);
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/data.mdb", directory);
    if (size < 0 || (size_t)size >= sizeof path)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "directory", "the folder's name is too long");
    /* The writer must know that these pages are still read; LMDB's own transaction of the copy it does not
     * see. */
    struct store_txn *reading = NULL;
    code = store_read_begin_aside(store, &reading);
    if (code)
        return fault_set(ret_fault, code, "", "copy to %s: the store cannot be read", directory);
    code = copy_to(store, directory, path, ret_fault);
    store_end(reading);
    return code;
}

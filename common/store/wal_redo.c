/* Opening a store whose log is active, so that it was not closed in order: the data file becomes what it was
 * at the checkpoint, then each group whose frame is whole is done again.
 *
 * In: file and data as a crash or a loss of power left them. Out: data that has every group that was answered
 * for, on the disk; a log that says nothing. May itself be cut short anywhere: until the end the header is
 * what it was, and the checkpoint's pages are not used again. */

#include "common/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* LMDB may not look at the file before. No sync: until the header is another all of this is done again. */
static int metas_put_back(const struct store *store, const uint8_t metas[2 * WAL_PAGE_BYTES])
{
    char path[4096];
    snprintf(path, sizeof path, "%s/data.mdb", store->directory);
    int data = open(path, O_WRONLY | O_CLOEXEC);
    if (data < 0)
        return errno;
    errno = 0;
    bool good = pwrite(data, metas, 2 * WAL_PAGE_BYTES, 0) == 2 * WAL_PAGE_BYTES;
    int error = good ? 0 : errno ? errno : EIO;
    close(data);
    return error;
}

enum code wal_open(struct store *store, struct fault *ret_fault)
{
    static const char *const what = "its log cannot be read";
    uint8_t metas[2 * WAL_PAGE_BYTES];
    enum code code = wal_file_open(store, metas);
    if (code == CODE_FAILED_PRECONDITION)
        return fault_set(
            ret_fault, code, "",
            "store %s: its log is another release's, which was not stopped in order: start and stop "
            "that one once more",
            store->directory);
    if (code)
        return fault_set(ret_fault, code, "", "store %s: %s: %s", store->directory, what, strerror(errno));
    int error = store->wal.active ? metas_put_back(store, metas) : 0;
    return error ? fault_set(ret_fault, code_of_lmdb(error), "", "store %s: go back to its checkpoint: %s",
                             store->directory, strerror(error))
                 : CODE_OK;
}

static int redo_write(MDB_txn *txn, struct wal_numbers *numbers, const struct wal_write *write, uint8_t *key,
                      uint8_t *value)
{
    char name[DB_NAME_BYTES];
    MDB_val key_is = {write->key_bytes, key}, value_is = {write->value_bytes, value};
    switch ((enum wal_kind)write->kind) {
    case WAL_NAME:
        if (write->key_bytes >= sizeof name)
            return MDB_CORRUPTED;
        memcpy(name, key, write->key_bytes);
        name[write->key_bytes] = '\0';
        numbers->known[write->database] = true;
        return mdb_dbi_open(txn, name, MDB_CREATE, &numbers->now[write->database]);
    case WAL_PUT:
        if (!numbers->known[write->database])
            return MDB_CORRUPTED;
        return mdb_put(txn, numbers->now[write->database], &key_is, &value_is, 0);
    case WAL_DELETE: {
        if (!numbers->known[write->database])
            return MDB_CORRUPTED;
        int rc = mdb_del(txn, numbers->now[write->database], &key_is, NULL);
        return rc == MDB_NOTFOUND ? 0 : rc;
    }
    }
    return MDB_CORRUPTED;
}

int wal_redo_within(MDB_txn *txn, struct wal_numbers *numbers, struct span writes)
{
    uint8_t *at = (uint8_t *)(uintptr_t)writes.data;
    size_t left = writes.size;
    int rc = 0;
    while (rc == 0 && left > 0) {
        struct wal_write write;
        bool whole = left >= sizeof write;
        if (whole)
            memcpy(&write, at, sizeof write);
        size_t size = whole ? sizeof write + write.key_bytes + write.value_bytes : 0;
        if (!whole || left < size)
            rc = MDB_CORRUPTED;
        else
            rc = redo_write(txn, numbers, &write, at + sizeof write, at + sizeof write + write.key_bytes);
        at += size;
        left -= size;
    }
    return rc;
}

int wal_redo(struct store *store, struct wal_numbers *numbers, struct span writes)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(store->env, NULL, 0, &txn);
    if (rc)
        return rc;
    rc = wal_redo_within(txn, numbers, writes);
    if (rc)
        mdb_txn_abort(txn);
    return rc ? rc : mdb_txn_commit(txn);
}

struct wal_numbers wal_numbers_same(void)
{
    struct wal_numbers same;
    for (unsigned i = 0; i <= UINT8_MAX; i++) {
        same.now[i] = i;
        same.known[i] = true;
    }
    return same;
}

static enum code redo_area(struct store *store)
{
    struct wal *wal = &store->wal;
    struct wal_numbers numbers = {0};
    struct span writes;
    uint8_t *area = NULL;
    size_t size = 0, end = 0;
    int rc = 0;
    enum code code = wal_area_read(wal, &area, &size);
    while (!code && !rc && wal_frame_next(wal, area, size, &end, &writes))
        rc = wal_redo(store, &numbers, writes);
    free(area);
    return code ? code : code_of_lmdb(rc);
}

/* The frames of the checkpoint, and those of the next where that was under way: then the former are all on
 * the disk. */
static enum code redo_all(struct store *store)
{
    struct wal *wal = &store->wal;
    int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &wal->pinned);
    if (rc == 0)
        rc = mdb_env_set_flags(store->env, MDB_NOSYNC, 1);
    enum code code = rc ? code_of_lmdb(rc) : redo_area(store);
    wal->writing++;
    if (code == CODE_OK)
        code = redo_area(store);
    mdb_env_set_flags(store->env, MDB_NOSYNC, 0);
    return code;
}

enum code wal_recover(struct store *store, struct fault *ret_fault)
{
    if (!store->wal.active)
        return CODE_OK;
    enum code code = redo_all(store);
    if (code == CODE_OK)
        code = wal_stop(store);
    return code ? fault_set(ret_fault, code, "", "store %s: what its log holds cannot be brought in",
                            store->directory)
                : CODE_OK;
}

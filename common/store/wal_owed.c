/* Groups of which LMDB's commit is owed: they are durable by their frames and answered for, and what LMDB
 * does once for several costs it little more than once for one: most pages that they touch are the same.
 *
 * In: groups that may join, one after the other, in one transaction of LMDB's. Out: that transaction,
 * committed before anybody reads, before a group that may not join, or when the service has a moment
 * (store_settle). LMDB cannot give up the last of several groups and keep those before it, nor try a commit
 * twice: then all is given up, and what is owed is done again from its frames, which stay in memory until it
 * is committed. Where that fails too, nobody reads or writes until it does not: no answer is ever taken back,
 * and the log has them as well. So that a full disk does not bring it that far, it is asked for the room
 * first. */

#include "common/store/internal.h"

#include <fcntl.h>

enum {
    GROUPS_MOST = 8,        /* more saves nothing that shows */
    BYTES_MOST = 1 << 20,   /* of their frames */
    AHEAD_PAGES_LEAST = 64, /* that the disk is asked for at a time, */
    AHEAD_PAGES_MOST = 1024,
    AHEAD_SHARE = 16, /* of the data file, between these */
};

bool wal_owed_joins(const struct store *store)
{
    const struct wal *wal = &store->wal;
    return wal->owed && wal->owed_groups < GROUPS_MOST && wal->frame.bytes < BYTES_MOST &&
           wal->end < wal->area_bytes / 4 * 3 &&
           wal_last_page(store) + wal->owed_pages < store->pages_mark / 2;
}

void wal_owe(struct store_txn *txn)
{
    struct wal *wal = &txn->store->wal;
    wal->owed_pages += room_pages(txn);
    wal->owed_groups++;
    wal->owed = txn->mdb;
    wal->frame.from = wal->frame.bytes; /* it is among those before the next */
}

bool wal_owed_has_room(const struct store_txn *txn)
{
    struct store *store = txn->store;
    struct wal *wal = &store->wal;
    int data;
    uint64_t last = wal_last_page(store), ahead = last / AHEAD_SHARE;
    uint64_t needed = last + 1 + wal->owed_pages + room_pages(txn);
    if (needed <= wal->disk_pages)
        return true;
    ahead = ahead < AHEAD_PAGES_LEAST  ? AHEAD_PAGES_LEAST
            : ahead > AHEAD_PAGES_MOST ? AHEAD_PAGES_MOST
                                       : ahead;
    if (mdb_env_get_fd(store->env, &data) != 0 ||
        fallocate(data, FALLOC_FL_KEEP_SIZE, (off_t)(last * store->page_bytes),
                  (off_t)((needed + ahead - last) * store->page_bytes)) != 0)
        return false;
    wal->disk_pages = needed + ahead;
    return true;
}

/* All of them in one transaction. */
static int redo(struct store *store)
{
    struct wal_numbers same = wal_numbers_same();
    struct span writes;
    MDB_txn *txn;
    size_t at = 0;
    int rc = mdb_txn_begin(store->env, NULL, 0, &txn);
    if (rc)
        return rc;
    while (rc == 0 && wal_frame_before(&store->wal.frame, &at, &writes))
        rc = wal_redo_within(txn, &same, writes);
    if (rc)
        mdb_txn_abort(txn);
    return rc ? rc : wal_commit_unsynced(store->env, txn);
}

static int settle(struct store *store)
{
    struct wal *wal = &store->wal;
    MDB_txn *owed = wal->owed;
    wal->owed = NULL;
    if (owed && wal_commit_unsynced(store->env, owed) == 0)
        return 0;
    return redo(store);
}

enum code wal_settle(struct store *store)
{
    struct wal *wal = &store->wal;
    if (wal->owed_groups == 0)
        return CODE_OK;
    enum code code = world_disk(store->world, DISK_SETTLE, store->directory);
    if (code)
        return code;
    int rc = settle(store);
    if (rc)
        return wal_code_of_commit(store, rc);
    wal->owed_groups = 0;
    wal->owed_pages = 0;
    return CODE_OK;
}

enum code wal_owed_part(struct store_txn *txn)
{
    struct store *store = txn->store;
    struct wal *wal = &store->wal;
    struct wal_numbers same = wal_numbers_same();
    mdb_txn_abort(txn->mdb);
    txn->mdb = wal->owed = NULL;
    enum code code = wal_settle(store);
    if (code)
        return code;
    if (wal->frame.failed)
        return CODE_RESOURCE_EXHAUSTED;
    int rc = mdb_txn_begin(store->env, NULL, 0, &txn->mdb);
    if (rc == 0 && (rc = wal_redo_within(txn->mdb, &same, wal_frame_writes(&wal->frame))) != 0) {
        mdb_txn_abort(txn->mdb);
        txn->mdb = NULL;
    }
    return code_of_lmdb(rc);
}

void wal_owed_drop(struct store_txn *txn)
{
    struct wal *wal = &txn->store->wal;
    if (wal->owed_groups && !txn->wrote && !txn->fault.code)
        return; /* LMDB's transaction is as it was */
    mdb_txn_abort(txn->mdb);
    txn->mdb = wal->owed = NULL;
    wal_settle(txn->store); /* where that fails, whoever comes next tries again */
}

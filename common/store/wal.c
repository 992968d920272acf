/* The write-ahead log: a group of commands is durable with one sync, of what it wrote, in order, at the end
 * of one file. LMDB's own commit is two, of pages all over its file and of the one that names their root.
 *
 * In: the writes of a group. Out: a group that is on the disk, and in LMDB or owed to it. Its frame is synced
 * first; then LMDB commits without a sync, at once or together with others (wal_owed.c), so that nobody sees
 * what may yet be lost. A loss of power leaves any part of what LMDB's file was not synced of. But LMDB never
 * writes over a page that a reader needs, and a read transaction stays open on the last state that was
 * synced, the checkpoint; the log's header keeps the two meta pages of that state. Put back, they make the
 * file what it was then, and the frames do the rest (wal_redo.c): each time a store is opened that was not
 * closed in order.
 *
 * A group is LMDB's own to commit while a store is opened or made anew; where it is too long for the log;
 * where it erases (what is erased must not stay in the log); near the map's end (a checkpoint's pages are not
 * there for use); for tools that take a store as it is; and where the log cannot be written. */

#include "common/store/internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    GROWTH_SHARE = 4,    /* of the data file: it may grow by so much before the next checkpoint, */
    GROWTH_LEAST = 256,  /* by so many pages at least, */
    GROWTH_MOST = 16384, /* and so many at most */
    REST_GROUPS = 64,
    PROBE_PAGES = 64, /* as LMDB writes at most at a time */
};

uint64_t wal_last_page(const struct store *store)
{
    MDB_envinfo info;
    return mdb_env_info(store->env, &info) == 0 ? info.me_last_pgno : 0;
}

/* --- checkpoints ------------------------------------------------------------------------------------- */

/* All that is committed is on the disk, in the data, and the log begins anew: with frames to come, or none.
 */
static enum code checkpoint(struct store *store, bool active)
{
    struct wal *wal = &store->wal;
    struct wal_header header;
    MDB_txn *pinned = NULL;
    wal_behind_await(wal);
    if (wal->broken)
        return CODE_UNAVAILABLE;
    int rc = mdb_env_sync(store->env, 1);
    if (rc) /* what a disk did not take once it may not speak of again */
        wal->broken = true;
    if (rc == 0 && active)
        rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &pinned);
    enum code code = rc ? code_of_lmdb(rc) : wal_header_make(store, active, &header);
    if (code == CODE_OK)
        code = wal_header_put(wal->descriptor, &header);
    if (code == CODE_UNKNOWN) {
        wal->broken = true;
        code = CODE_UNAVAILABLE;
    }
    if (code) {
        mdb_txn_abort(pinned);
        return code;
    }
    mdb_txn_abort(wal->pinned);
    wal->pinned = pinned;
    wal->active = active;
    wal->generation = wal->writing = header.generation;
    wal->end = 0;
    return CODE_OK;
}

enum code wal_stop(struct store *store)
{
    enum code code = wal_settle(store);
    return code == CODE_OK && store->wal.active ? checkpoint(store, false) : code;
}

static void name_add(void *context, MDB_dbi database, const char *name)
{
    struct wal *wal = context;
    wal_frame_add(wal, &wal->names, WAL_NAME, database, span_of_text(name), span_of(NULL, 0));
}

static enum code begin_area(struct store *store)
{
    struct wal *wal = &store->wal;
    assert(wal->owed_groups == 0); /* the checkpoint is of what LMDB has */
    enum code code = wal->bound ? CODE_OK : wal_file_bind(store);
    if (code == CODE_OK && wal->names.bytes == 0) {
        wal_frame_begin(&wal->names, false);
        databases_each(store, name_add, wal);
    }
    if (code == CODE_OK && wal->names.failed)
        code = CODE_RESOURCE_EXHAUSTED;
    if (code == CODE_OK && wal->active) {
        wal_behind_await(wal);
        code = wal->broken ? CODE_UNAVAILABLE : wal_behind_begin(store);
    } else if (code == CODE_OK) {
        code = checkpoint(store, true);
    }
    if (code == CODE_OK)
        wal->last_page = wal_last_page(store);
    return code ? code : wal_frame_write(wal, &wal->names);
}

static bool is_worn(const struct store *store)
{
    const struct wal *wal = &store->wal;
    uint64_t growth = wal->last_page / GROWTH_SHARE;
    growth = growth < GROWTH_LEAST ? GROWTH_LEAST : growth > GROWTH_MOST ? GROWTH_MOST : growth;
    return wal->end + wal_frame_bytes(&wal->frame) > wal->area_bytes ||
           wal_last_page(store) > wal->last_page + growth;
}

/* Is it active, with room for the group? */
static bool make_ready(struct store *store)
{
    if (store->wal.active && !is_worn(store))
        return true;
    if (begin_area(store) == CODE_OK)
        return true;
    store->wal.rest = REST_GROUPS;
    return false;
}

/* --- groups ------------------------------------------------------------------------------------------ */

enum code wal_group_begin(struct store_txn *txn)
{
    struct store *store = txn->store;
    struct wal *wal = &store->wal;
    wal_behind_look(wal);
    if (wal->broken)
        return CODE_UNAVAILABLE;
    enum code code = txn->joins && wal_owed_joins(store) ? CODE_OK : wal_settle(store);
    if (code)
        return code;
    bool near_end = wal_last_page(store) >= store->pages_mark / 2;
    txn->logged = store->opened && !store->rebuilding && !near_end && store->page_bytes == WAL_PAGE_BYTES;
    if (txn->logged && !wal->active && wal->rest > 0) {
        wal->rest--;
        txn->logged = false;
    }
    if (txn->logged)
        wal_frame_begin(&wal->frame, wal->owed_groups > 0);
    return near_end ? wal_stop(store) : CODE_OK;
}

void wal_note(struct store_txn *txn, const struct pending *write)
{
    struct wal *wal = &txn->store->wal;
    txn->wipes |= write->dbi == txn->store->dbis[DB_ERASED];
    if (txn->logged)
        wal_frame_add(wal, &wal->frame, write->deletes ? WAL_DELETE : WAL_PUT, write->dbi, write->key,
                      write->deletes ? span_of(NULL, 0) : write->value);
}

/* Whatever the log has of the group counts no more: all before it is in the data, and the log says nothing.
 * Where that cannot be written either, opening the store anew will tell. */
static enum code take_back(struct store *store)
{
    struct wal *wal = &store->wal;
    if (wal_stop(store) != CODE_OK)
        wal->broken = true;
    return wal->broken ? CODE_UNAVAILABLE : CODE_OK;
}

/* Of a write that the disk took in part LMDB only says EIO. Zeros behind the file's end tell whether there is
 * room; there they do no harm. */
static int why(MDB_env *env)
{
    static const uint8_t zeros[PROBE_PAGES * WAL_PAGE_BYTES];
    int data;
    struct stat status;
    if (mdb_env_get_fd(env, &data) != 0 || fstat(data, &status) != 0)
        return EIO;
    ssize_t written = pwrite(data, zeros, sizeof zeros, status.st_size);
    return written == sizeof zeros ? EIO : written < 0 ? errno : ENOSPC;
}

enum code wal_code_of_commit(const struct store *store, int rc)
{
    return code_of_lmdb(rc == EIO ? why(store->env) : rc);
}

static enum code commit_synced(struct store_txn *txn)
{
    enum code code = take_back(txn->store);
    if (code == CODE_OK && txn->wipes)
        code = wal_file_wipe(&txn->store->wal);
    if (code == CODE_OK)
        return wal_code_of_commit(txn->store, mdb_txn_commit(txn->mdb));
    mdb_txn_abort(txn->mdb);
    return code;
}

/* The disk may be too full for a commit only because a checkpoint's pages are kept: without a checkpoint it
 * is tried once more, with what the frame has of it. */
static enum code commit_again(struct store *store)
{
    struct wal_numbers same = wal_numbers_same();
    enum code code = take_back(store);
    store->wal.rest = REST_GROUPS;
    if (code)
        return code;
    return wal_code_of_commit(store, wal_redo(store, &same, wal_frame_writes(&store->wal.frame)));
}

int wal_commit_unsynced(MDB_env *env, MDB_txn *txn)
{
    int rc = mdb_env_set_flags(env, MDB_NOSYNC, 1);
    if (rc)
        mdb_txn_abort(txn);
    else
        rc = mdb_txn_commit(txn);
    mdb_env_set_flags(env, MDB_NOSYNC, 0);
    return rc;
}

static enum code commit_logged(struct store_txn *txn)
{
    int rc = wal_commit_unsynced(txn->store->env, txn->mdb);
    return rc ? commit_again(txn->store) : CODE_OK;
}

/* Is its frame one that the log takes? */
static bool is_noted(const struct store_txn *txn)
{
    const struct wal *wal = &txn->store->wal;
    return txn->logged && !txn->wipes && !wal->frame.failed &&
           wal_frame_bytes(&wal->frame) <= wal->area_bytes / 2;
}

/* Into the log, and onto the disk. */
static bool keep(struct store_txn *txn, bool lazy, bool *ret_written)
{
    struct wal *wal = &txn->store->wal;
    *ret_written = is_noted(txn) && make_ready(txn->store) && wal_frame_write(wal, &wal->frame) == CODE_OK;
    return *ret_written && (lazy || fdatasync(wal->descriptor) == 0);
}

enum code wal_commit(struct store_txn *txn, bool lazy)
{
    struct store *store = txn->store;
    struct wal *wal = &store->wal;
    bool written = false;
    if (!txn->wrote) { /* LMDB has nothing to do either */
        wal_owed_drop(txn);
        return CODE_OK;
    }
    bool owes = txn->joins && !lazy && is_noted(txn) && wal_owed_has_room(txn);
    enum code code = CODE_OK;
    if (wal->owed_groups && !(owes && !is_worn(store)))
        code = wal_owed_part(txn);
    if (code)
        return code;
    bool kept = keep(txn, lazy, &written);
    if (kept && owes) {
        wal_owe(txn);
        return CODE_OK;
    }
    if (wal->owed_groups)
        code = wal_owed_part(txn);
    if (code) /* the log is needed for those, so that this frame cannot be taken back */
        wal->broken |= written;
    else
        code = kept ? commit_logged(txn) : commit_synced(txn);
    /* A frame that could not be taken back may be found, and done, when the store is opened. */
    return code && written && wal->broken ? CODE_UNKNOWN : code;
}

void wal_close(struct store *store)
{
    struct wal *wal = &store->wal;
    wal_behind_finish(&wal->behind);
    mdb_txn_abort(wal->owed);
    mdb_txn_abort(wal->pinned);
    if (wal->descriptor >= 0)
        close(wal->descriptor);
    free(wal->frame.data);
    free(wal->names.data);
}

/* Checkpoints behind the groups: while the data is synced, groups go on, into the other area.
 *
 * In: an active log whose area is full enough. Out: a header that names the state from which the other area
 * goes on; until it is on the disk the older one counts, with the frames of both areas. One thread per store
 * does nothing but the syncs; where the world has no threads it is made some groups later, by the loop. */

#include "common/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUPS_LATER = 3, PIECE_BYTES = 1 << 20 };

void wal_behind_init(struct wal_behind *behind)
{
    pthread_mutex_init(&behind->lock, NULL); /* default attributes: these cannot fail on Linux */
    pthread_cond_init(&behind->changed, NULL);
    behind->log = -1;
}

/* A piece after the other, so that the disk never has more to do before the sync of a frame than one. */
static bool flush(int data)
{
    struct stat status;
    bool good = fstat(data, &status) == 0;
    for (off_t at = 0; good && at < status.st_size; at += PIECE_BYTES)
        good = sync_file_range(data, at, PIECE_BYTES,
                               SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                                   SYNC_FILE_RANGE_WAIT_AFTER) == 0;
    return good;
}

static enum code make(const struct wal_behind *behind)
{
    if (!flush(behind->data) || fdatasync(behind->data) != 0)
        return CODE_DATA_LOSS;
    return wal_header_put(behind->log, &behind->header);
}

static void *work(void *context)
{
    struct wal_behind *behind = context;
    pthread_mutex_lock(&behind->lock);
    for (;;) {
        while (behind->state != BEHIND_ASKED && behind->state != BEHIND_END)
            pthread_cond_wait(&behind->changed, &behind->lock);
        if (behind->state == BEHIND_END)
            break;
        pthread_mutex_unlock(&behind->lock);
        enum code code = make(behind);
        pthread_mutex_lock(&behind->lock);
        behind->code = code;
        behind->state = BEHIND_MADE;
        pthread_cond_broadcast(&behind->changed);
    }
    pthread_mutex_unlock(&behind->lock);
    return NULL;
}

enum code wal_behind_begin(struct store *store)
{
    struct wal *wal = &store->wal;
    struct wal_behind *behind = &wal->behind;
    if (behind->log < 0)
        behind->log = wal_file_again(store);
    int rc = behind->log < 0 ? errno : 0;
    /* Of frames that nobody waited for the disk might keep the other area's and not this one's. */
    if (rc == 0 && fdatasync(wal->descriptor) != 0)
        rc = errno;
    if (rc == 0)
        rc = mdb_env_get_fd(store->env, &behind->data);
    if (rc == 0)
        rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &behind->pinned);
    enum code code = rc ? code_of_lmdb(rc) : wal_header_make(store, true, &behind->header);
    if (code) {
        mdb_txn_abort(behind->pinned);
        behind->pinned = NULL;
        return code;
    }
    if (!behind->threaded)
        behind->threaded = world_thread_start(store->world, work, behind, &behind->thread) == CODE_OK;
    behind->under_way = true;
    behind->groups = GROUPS_LATER;
    wal->writing = behind->header.generation;
    wal->end = 0;
    pthread_mutex_lock(&behind->lock);
    behind->state = BEHIND_ASKED;
    pthread_cond_broadcast(&behind->changed);
    pthread_mutex_unlock(&behind->lock);
    return CODE_OK;
}

static void take(struct wal *wal, enum code code)
{
    struct wal_behind *behind = &wal->behind;
    behind->under_way = false;
    if (code) {
        wal->broken = true;
        mdb_txn_abort(behind->pinned);
    } else {
        wal->generation = behind->header.generation;
        mdb_txn_abort(wal->pinned);
        wal->pinned = behind->pinned;
    }
    behind->pinned = NULL;
}

static void look(struct wal *wal, bool await)
{
    struct wal_behind *behind = &wal->behind;
    if (!behind->under_way)
        return;
    if (!behind->threaded) {
        if (await || behind->groups-- == 0)
            take(wal, make(behind));
        return;
    }
    pthread_mutex_lock(&behind->lock);
    while (await && behind->state != BEHIND_MADE)
        pthread_cond_wait(&behind->changed, &behind->lock);
    bool made = behind->state == BEHIND_MADE;
    if (made)
        behind->state = BEHIND_IDLE;
    pthread_mutex_unlock(&behind->lock);
    if (made)
        take(wal, behind->code);
}

void wal_behind_look(struct wal *wal)
{
    look(wal, false);
}

void wal_behind_await(struct wal *wal)
{
    look(wal, true);
}

void wal_behind_finish(struct wal_behind *behind)
{
    if (behind->threaded) {
        pthread_mutex_lock(&behind->lock);
        while (behind->state == BEHIND_ASKED)
            pthread_cond_wait(&behind->changed, &behind->lock);
        behind->state = BEHIND_END;
        pthread_cond_broadcast(&behind->changed);
        pthread_mutex_unlock(&behind->lock);
        pthread_join(behind->thread, NULL);
    }
    mdb_txn_abort(behind->pinned);
    if (behind->log >= 0)
        close(behind->log);
    pthread_mutex_destroy(&behind->lock);
    pthread_cond_destroy(&behind->changed);
}

/* Copies that are sealed and written behind the loop, while a store is made anew.
 *
 * In: transactions of copies, from the loop, which only gathers them. Out: the same puts and cursors, sealed
 * and committed in their order by a thread of the store's own; as many transactions as wait become one. In a
 * world without threads that is done at once, in place. Until the store is whole nothing of it need be
 * durable, so what was handed over may still fail: then all that follows is dropped, and who follows reads
 * again from the cursor that is stored. Any other write transaction waits until all is written. */

#include "common/store/internal.h"

#include <assert.h>
#include <stdlib.h>

enum { GATHERED_BYTES_MAX = 4 << 20 /* before the loop waits for the thread */ };

/* A put as it is gathered: key and value, in two pieces, follow it. */
struct item {
    const char *place;
    MDB_dbi dbi;
    uint32_t key_bytes, value_bytes;
};

struct gathered {
    uint8_t *bytes;
    size_t size, room;
};

struct behind {
    struct gathered open; /* the loop's: the transaction that is open */
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t work, idle;
    struct gathered waiting, writing;
    bool busy, stop;
    struct fault failed; /* the first failure, until it is told */
};

/* --- gathering --------------------------------------------------------------------------------------- */

static bool make_room(struct gathered *gathered, size_t more)
{
    if (gathered->size + more <= gathered->room)
        return true;
    size_t room = 2 * (gathered->size + more);
    uint8_t *bytes = realloc(gathered->bytes, room);
    if (!bytes)
        return false;
    gathered->bytes = bytes;
    gathered->room = room;
    return true;
}

static void add(struct gathered *gathered, const void *bytes, size_t size)
{
    if (size)
        memcpy(gathered->bytes + gathered->size, bytes, size);
    gathered->size += size;
}

enum code behind_put(struct store_txn *txn, MDB_dbi dbi, const char *place, struct span key, struct span head,
                     struct span value)
{
    struct gathered *open = &txn->behind->open;
    const struct item item = {place, dbi, (uint32_t)key.size, (uint32_t)(head.size + value.size)};
    if (!make_room(open, sizeof item + key.size + head.size + value.size))
        return txn_no_memory(txn);
    add(open, &item, sizeof item);
    add(open, key.data, key.size);
    add(open, head.data, head.size);
    add(open, value.data, value.size);
    return CODE_OK;
}

/* --- writing ----------------------------------------------------------------------------------------- */

static enum code write_item(struct store_txn *txn, const struct item *item, struct span key,
                            struct span plain)
{
    struct pending write = {.dbi = item->dbi, .key = key, .value = span_of(NULL, sealed_bytes(plain.size))};
    MDB_val name = {key.size, (void *)(uintptr_t)key.data}, room = {write.value.size, NULL};
    if (!room_take_write(txn, ROOM_MARK, &write))
        return txn_fail(txn, CODE_RESOURCE_EXHAUSTED, "", "the store is full: the operator must enlarge it");
    txn->wrote = true;
    int rc = mdb_put(txn->mdb, item->dbi, &name, &room, MDB_RESERVE);
    if (rc)
        return txn_fail_lmdb(txn, rc, "put");
    struct identity place = identity_of(item->place, key);
    seal_into(txn, identity_span(&place), plain, room.mv_data);
    return CODE_OK;
}

static enum code write_items(struct store_txn *txn, const struct gathered *gathered)
{
    enum code code = world_disk(txn->store->world, DISK_WRITE, txn->store->directory);
    for (size_t at = 0; at < gathered->size && code == CODE_OK;) {
        struct item item;
        memcpy(&item, gathered->bytes + at, sizeof item);
        const uint8_t *key = gathered->bytes + at + sizeof item, *value = key + item.key_bytes;
        code = write_item(txn, &item, span_of(key, item.key_bytes), span_of(value, item.value_bytes));
        at += sizeof item + item.key_bytes + item.value_bytes;
    }
    return code;
}

/* All of it, in one transaction. */
static enum code write_all(struct store *store, const struct gathered *gathered, struct fault *ret_fault)
{
    struct store_txn *txn = NULL;
    struct fault fault = {0};
    enum code code = txn_write_begin(store, false, &txn);
    if (code == CODE_OK) {
        store_only_copies(txn, false);
        code = write_items(txn, gathered);
        store_txn_error(txn, &fault);
        if (code == CODE_OK)
            code = store_commit(txn);
        else
            store_end(txn);
    }
    if (code == CODE_OK)
        return CODE_OK;
    return fault_set(ret_fault, code, "", "copies of store %s could not be written behind: %s",
                     store->directory, fault.code ? fault.reason : code_meaning(code));
}

/* With the lock, which it gives up while it writes. */
static void write_waiting(struct store *store, struct behind *behind)
{
    struct gathered writing = behind->waiting;
    behind->waiting = behind->writing;
    behind->writing = writing;
    behind->busy = true;
    pthread_mutex_unlock(&behind->lock);
    struct fault fault;
    enum code code = write_all(store, &writing, &fault);
    pthread_mutex_lock(&behind->lock);
    behind->busy = false;
    behind->writing.size = 0;
    if (code)
        behind->failed = fault;
    if (behind->failed.code) /* what came after it, too */
        behind->waiting.size = 0;
    pthread_cond_signal(&behind->idle);
}

static void *work(void *context)
{
    struct store *store = context;
    struct behind *behind = store->behind;
    pthread_mutex_lock(&behind->lock);
    while (behind->waiting.size || !behind->stop) {
        if (behind->waiting.size)
            write_waiting(store, behind);
        else
            pthread_cond_wait(&behind->work, &behind->lock);
    }
    pthread_mutex_unlock(&behind->lock);
    return NULL;
}

/* --- the loop's side --------------------------------------------------------------------------------- */

static struct behind *behind_of(struct store *store)
{
    if (store->behind)
        return store->behind;
    struct behind *behind = calloc(1, sizeof *behind);
    if (!behind)
        return NULL;
    pthread_mutex_init(&behind->lock, NULL);
    pthread_cond_init(&behind->work, NULL);
    pthread_cond_init(&behind->idle, NULL);
    store->behind = behind;
    behind->has_thread = world_thread_start(store->world, work, store, &behind->thread) == CODE_OK;
    return behind;
}

enum code store_behind_begin(struct store *store, struct store_txn **ret_txn)
{
    assert(store->rebuilding);
    struct behind *behind = behind_of(store);
    struct store_txn *txn = behind ? calloc(1, sizeof *txn) : NULL;
    if (!txn)
        return CODE_RESOURCE_EXHAUSTED;
    *txn = (struct store_txn){.store = store, .writes = true, .behind = behind};
    arena_init(&txn->scratch, STORE_SCRATCH_BYTES);
    behind->open.size = 0;
    *ret_txn = txn;
    return CODE_OK;
}

void behind_end(struct store_txn *txn)
{
    arena_finish(&txn->scratch);
    free(txn);
}

/* Puts what is open behind what waits; false: out of memory. */
static bool hand_over(struct behind *behind)
{
    if (behind->waiting.size == 0) {
        struct gathered empty = behind->waiting;
        behind->waiting = behind->open;
        behind->open = empty;
        return true;
    }
    if (!make_room(&behind->waiting, behind->open.size))
        return false;
    add(&behind->waiting, behind->open.bytes, behind->open.size);
    return true;
}

enum code behind_commit(struct store_txn *txn)
{
    struct store *store = txn->store;
    struct behind *behind = txn->behind;
    enum code code = txn->fault.code;
    behind_end(txn);
    if (code)
        return code;
    pthread_mutex_lock(&behind->lock);
    while (behind->has_thread && !behind->failed.code && behind->waiting.size > GATHERED_BYTES_MAX)
        pthread_cond_wait(&behind->idle, &behind->lock);
    if (!behind->failed.code && !hand_over(behind))
        code = CODE_RESOURCE_EXHAUSTED;
    else if (!behind->failed.code && behind->has_thread)
        pthread_cond_signal(&behind->work);
    else if (!behind->failed.code)
        write_waiting(store, behind);
    pthread_mutex_unlock(&behind->lock);
    return code;
}

void behind_settle(struct store *store)
{
    struct behind *behind = store->behind;
    if (!behind)
        return;
    pthread_mutex_lock(&behind->lock);
    while (behind->busy || behind->waiting.size)
        pthread_cond_wait(&behind->idle, &behind->lock);
    pthread_mutex_unlock(&behind->lock);
}

enum code store_behind_failed(struct store *store, struct fault *ret_fault)
{
    struct behind *behind = store->behind;
    if (!behind)
        return CODE_OK;
    pthread_mutex_lock(&behind->lock);
    struct fault failed = behind->failed;
    behind->failed = (struct fault){0};
    pthread_mutex_unlock(&behind->lock);
    if (failed.code)
        *ret_fault = failed;
    return failed.code;
}

void behind_finish(struct store *store)
{
    struct behind *behind = store->behind;
    if (!behind)
        return;
    pthread_mutex_lock(&behind->lock);
    behind->stop = true;
    pthread_cond_signal(&behind->work);
    pthread_mutex_unlock(&behind->lock);
    if (behind->has_thread)
        pthread_join(behind->thread, NULL);
    pthread_mutex_destroy(&behind->lock);
    pthread_cond_destroy(&behind->work);
    pthread_cond_destroy(&behind->idle);
    free(behind->open.bytes);
    free(behind->waiting.bytes);
    free(behind->writing.bytes);
    free(behind);
    store->behind = NULL;
}

void behind_release(struct store *store)
{
    if (store->behind && !store->behind->failed.code)
        behind_finish(store);
}

/* Transactions: begin, commands, commit, and the sticky error.
 *
 * In: a store, and what the other files write through txn_put. Out: one LMDB transaction, committed or given
 * up. A command's writes wait in its overlay (overlay.c) and reach LMDB in store_command_end. Here is nothing
 * of what the values mean. */

#include "common/store/internal.h"

#include <assert.h>
#include <stdlib.h>

enum code txn_error(const struct store_txn *txn)
{
    if (txn->fault.code)
        return txn->fault.code;
    return txn->in_command ? txn->command.fault.code : CODE_OK;
}

enum code txn_fail(struct store_txn *txn, enum code code, const char *field, const char *reason, ...)
{
    if (txn_error(txn))
        return txn_error(txn);
    struct fault *fault = txn->in_command ? &txn->command.fault : &txn->fault;
    char text[FAULT_REASON_BYTES];
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text, sizeof text, reason, arguments);
    va_end(arguments);
    return fault_set(fault, code, field, "%s", text);
}

enum code txn_fail_lmdb(struct store_txn *txn, int rc, const char *operation)
{
    if (txn->fault.code)
        return txn->fault.code;
    return fault_set(&txn->fault, code_of_lmdb(rc), "", "store %s: %s: %s", txn->store->directory, operation,
                     mdb_strerror(rc));
}

struct arena *txn_arena(struct store_txn *txn)
{
    return txn->in_command ? txn->command.arena : &txn->scratch;
}

enum code txn_no_memory(struct store_txn *txn)
{
    return txn_fail(txn, CODE_RESOURCE_EXHAUSTED, "", "the request needs more memory than it may have");
}

/* --- begin and end ----------------------------------------------------------------------------------- */

/* What LMDB allocates for a read transaction is used again, with its place among the readers. */
static int reader_begin(struct store *store, MDB_txn **ret_mdb)
{
    MDB_txn *mdb = NULL;
    pthread_mutex_lock(&store->readers_lock);
    if (store->spare_count > 0)
        mdb = store->spare[--store->spare_count];
    pthread_mutex_unlock(&store->readers_lock);
    if (!mdb)
        return mdb_txn_begin(store->env, NULL, MDB_RDONLY, ret_mdb);
    int rc = mdb_txn_renew(mdb);
    if (rc)
        mdb_txn_abort(mdb);
    else
        *ret_mdb = mdb;
    return rc;
}

static void reader_keep(struct store *store, MDB_txn *mdb)
{
    bool kept = false;
    pthread_mutex_lock(&store->readers_lock);
    if (store->spare_count < STORE_READERS_SPARE) {
        store->spare[store->spare_count++] = mdb;
        kept = true;
    }
    pthread_mutex_unlock(&store->readers_lock);
    if (!kept)
        mdb_txn_abort(mdb);
}

void readers_finish(struct store *store)
{
    while (store->spare_count > 0)
        mdb_txn_abort(store->spare[--store->spare_count]);
}

static enum code txn_create(struct store *store, bool writes, bool joins, struct store_txn **ret_txn)
{
    enum code code = world_disk(store->world, writes ? DISK_WRITE : DISK_READ, store->directory);
    if (code)
        return code;
    struct store_txn *txn = malloc(sizeof *txn);
    if (!txn)
        return CODE_RESOURCE_EXHAUSTED;
    *txn = (struct store_txn){.store = store, .writes = writes, .joins = joins};
    arena_init(&txn->scratch, STORE_SCRATCH_BYTES);
    if (writes)
        code = wal_group_begin(txn);
    if (writes && code == CODE_OK)
        code = room_begin(txn);
    int rc = 0;
    if (code == CODE_OK && writes)
        txn->mdb = store->wal.owed;
    if (code == CODE_OK && !txn->mdb)
        rc = writes ? mdb_txn_begin(store->env, NULL, 0, &txn->mdb) : reader_begin(store, &txn->mdb);
    if (code || rc) {
        room_finish(txn);
        arena_finish(&txn->scratch);
        free(txn);
        return code ? code : code_of_lmdb(rc);
    }
    *ret_txn = txn;
    return CODE_OK;
}

/* The store knows its readers, so that it knows which pages LMDB may use again (room.c). */
static void reader_enter(struct store_txn *txn)
{
    struct store *store = txn->store;
    pthread_mutex_lock(&store->readers_lock);
    txn->next = store->readers;
    txn->link = &store->readers;
    if (txn->next)
        txn->next->link = &txn->next;
    store->readers = txn;
    pthread_mutex_unlock(&store->readers_lock);
}

static void reader_leave(struct store_txn *txn)
{
    pthread_mutex_lock(&txn->store->readers_lock);
    *txn->link = txn->next;
    if (txn->next)
        txn->next->link = txn->link;
    pthread_mutex_unlock(&txn->store->readers_lock);
}

enum code store_read_begin(struct store *store, struct store_txn **ret_txn)
{
    /* Where nothing is owed the thread that writes behind may be at work, and `writing` is not ours. */
    enum code code = store_owes(store) && !store->writing ? wal_settle(store) : CODE_OK;
    return code ? code : store_read_begin_aside(store, ret_txn);
}

enum code store_read_begin_aside(struct store *store, struct store_txn **ret_txn)
{
    struct store_txn *txn;
    enum code code = txn_create(store, false, false, &txn);
    if (code)
        return code;
    reader_enter(txn);
    *ret_txn = txn;
    return CODE_OK;
}

enum code store_write_begin(struct store *store, struct store_txn **ret_txn)
{
    behind_settle(store);
    return txn_write_begin(store, false, ret_txn);
}

enum code store_group_begin(struct store *store, struct store_txn **ret_txn)
{
    behind_settle(store);
    return txn_write_begin(store, true, ret_txn);
}

enum code store_settle(struct store *store)
{
    assert(!store_owes(store) || !store->writing);
    return wal_settle(store);
}

bool store_owes(const struct store *store)
{
    return store->wal.owed_groups > 0;
}

enum code txn_write_begin(struct store *store, bool joins, struct store_txn **ret_txn)
{
    assert(!store->writing);
    struct store_txn *txn;
    enum code code = txn_create(store, true, joins, &txn);
    if (code)
        return code;
    store->writing = true;
    txn->epoch = store->epoch;
    txn->sequence = store->sequence;
    txn->past_number = store->past_number;
    txn->audit_number = store->audit_number;
    memcpy(txn->audit_head, store->audit_head, sizeof txn->audit_head);
    *ret_txn = txn;
    return CODE_OK;
}

static void txn_destroy(struct store_txn *txn)
{
    assert(txn->scans == 0);
    if (txn->writes)
        txn->store->writing = false;
    else
        reader_leave(txn);
    room_finish(txn);
    arena_finish(&txn->scratch);
    sodium_memzero(&txn->seals, sizeof txn->seals);
    sodium_memzero(&txn->unseals, sizeof txn->unseals);
    free(txn);
}

void store_only_copies(struct store_txn *txn, bool whole)
{
    txn->copies = true;
    txn->whole = whole;
}

/* Can what it wrote be read again, all of it, from those who keep it? */
static bool is_lost_in_peace(const struct store_txn *txn)
{
    const struct store *store = txn->store;
    return txn->copies && txn->sequence == store->sequence && txn->audit_number == store->audit_number &&
           !txn->erased;
}

enum code store_commit(struct store_txn *txn)
{
    assert(txn->writes && !txn->in_command && txn->scans == 0);
    if (txn->behind)
        return behind_commit(txn);
    struct store *store = txn->store;
    enum code code = txn->fault.code;
    if (code == CODE_OK)
        code = world_disk(store->world, DISK_COMMIT, store->directory);
    if (code == CODE_OK && txn->wrote && !(is_lost_in_peace(txn) && !txn->whole))
        code = rebuild_end(store);
    if (code) {
        wal_owed_drop(txn);
        txn_destroy(txn);
        return code;
    }
    long listed = 0;
    code = ledger_write(txn, &listed);
    if (code) {
        wal_owed_drop(txn);
        txn_destroy(txn);
        return code;
    }
    code = wal_commit(txn, is_lost_in_peace(txn));
    if (code && txn->erased)
        ledger_take_back(store, listed);
    if (code == CODE_OK) {
        store->epoch = txn->epoch;
        store->sequence = txn->sequence;
        store->past_number = txn->past_number;
        store->audit_number = txn->audit_number;
        memcpy(store->audit_head, txn->audit_head, sizeof store->audit_head);
    }
    txn_destroy(txn);
    return code;
}

void store_end(struct store_txn *txn)
{
    if (!txn)
        return;
    if (txn->behind) {
        behind_end(txn);
        return;
    }
    MDB_txn *mdb = txn->mdb;
    struct store *store = txn->store;
    bool writes = txn->writes;
    if (writes)
        wal_owed_drop(txn);
    else
        mdb_txn_reset(mdb);
    txn_destroy(txn);
    if (!writes)
        reader_keep(store, mdb);
}

/* --- commands ---------------------------------------------------------------------------------------- */

void store_command_begin(struct store_txn *txn, const struct actor *actor, struct arena *arena)
{
    assert(txn->writes && !txn->in_command);
    txn->command = (struct command){.actor = *actor, .arena = arena};
    txn->in_command = true;
}

static enum code apply(struct store_txn *txn, const struct pending *write)
{
    MDB_val key = {write->key.size, (void *)(uintptr_t)write->key.data};
    MDB_val value = {write->value.size, (void *)(uintptr_t)write->value.data};
    txn->wrote = true;
    wal_note(txn, write);
    int rc = write->deletes ? mdb_del(txn->mdb, write->dbi, &key, NULL)
                            : mdb_put(txn->mdb, write->dbi, &key, &value, write->appends ? MDB_APPEND : 0);
    if (rc == 0 || (write->deletes && rc == MDB_NOTFOUND))
        return CODE_OK;
    return txn_fail_lmdb(txn, rc, write->deletes ? "delete" : "put");
}

enum code store_command_end(struct store_txn *txn, bool keep)
{
    assert(txn->in_command);
    struct command *command = &txn->command;
    enum code code = txn->fault.code;
    if (code == CODE_OK && keep) {
        code = command->fault.code;
        if (code == CODE_OK && !room_take_command(txn, command->erasing ? ROOM_RESERVE : ROOM_MARK))
            code =
                txn_fail(txn, CODE_RESOURCE_EXHAUSTED, "", "the store is full: the operator must enlarge it");
        if (code == CODE_OK && command->first) {
            code = world_disk(txn->store->world, DISK_WRITE, txn->store->directory);
            if (code)
                fault_set(&txn->fault, code, "", "store %s: the disk refused to write",
                          txn->store->directory);
        }
        for (const struct pending *write = command->first; write && code == CODE_OK; write = write->next)
            code = apply(txn, write);
        if (code == CODE_OK)
            code = ledger_keep(txn);
        if (code == CODE_OK) {
            txn->sequence += command->appended;
            txn->past_number += command->replaced;
        }
    }
    command->first = command->last = NULL;
    command->erased = NULL;
    command->slots = NULL;
    command->slot_count = command->pending_count = 0;
    command->appended = command->replaced = 0;
    txn->in_command = false;
    return code;
}

enum code store_txn_error(const struct store_txn *txn, struct fault *ret_fault)
{
    const struct fault *fault = txn->fault.code ? &txn->fault : &txn->command.fault;
    if (fault->code && ret_fault)
        *ret_fault = *fault;
    return fault->code;
}

const Pb__Conflict *store_txn_conflict(const struct store_txn *txn)
{
    return txn->command.conflict;
}

/* --- point access ------------------------------------------------------------------------------------ */

enum code txn_get(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span *ret_value)
{
    enum code code = txn_error(txn);
    if (code)
        return code;
    if (txn->in_command) {
        const struct pending *write = overlay_find(&txn->command, dbi, key);
        if (write && write->deletes)
            return CODE_NOT_FOUND;
        if (write) {
            *ret_value = write->value;
            return CODE_OK;
        }
    }
    MDB_val name = {key.size, (void *)(uintptr_t)key.data}, value;
    int rc = mdb_get(txn->mdb, dbi, &name, &value);
    if (rc == MDB_NOTFOUND)
        return CODE_NOT_FOUND;
    if (rc)
        return txn_fail_lmdb(txn, rc, "get");
    *ret_value = span_of(value.mv_data, value.mv_size);
    return CODE_OK;
}

static enum code write_direct(struct store_txn *txn, const struct pending *write)
{
    if (txn->fault.code)
        return txn->fault.code;
    assert(txn->writes);
    if (!room_take_write(txn, ROOM_RESERVE, write))
        return fault_set(&txn->fault, CODE_RESOURCE_EXHAUSTED, "", "store %s: the map's end is reached",
                         txn->store->directory);
    return apply(txn, write);
}

static enum code write_somewhere(struct store_txn *txn, const struct pending *write)
{
    return txn->in_command ? overlay_write(txn, write) : write_direct(txn, write);
}

enum code txn_put(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span value)
{
    return write_somewhere(txn, &(struct pending){.dbi = dbi, .key = key, .value = value});
}

enum code txn_append(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span value)
{
    return write_somewhere(txn, &(struct pending){.dbi = dbi, .key = key, .value = value, .appends = true});
}

enum code txn_delete(struct store_txn *txn, MDB_dbi dbi, struct span key)
{
    return write_somewhere(txn, &(struct pending){.dbi = dbi, .key = key, .deletes = true});
}

enum code txn_put_direct(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span value)
{
    return write_direct(txn, &(struct pending){.dbi = dbi, .key = key, .value = value});
}

enum code txn_delete_direct(struct store_txn *txn, MDB_dbi dbi, struct span key)
{
    return write_direct(txn, &(struct pending){.dbi = dbi, .key = key, .deletes = true});
}

enum code txn_append_audit(struct store_txn *txn, struct span key, struct span value)
{
    struct pending write = {.dbi = txn->store->dbis[DB_AUDIT], .key = key, .value = value, .appends = true};
    return room_take_write(txn, ROOM_AUDIT, &write) ? apply(txn, &write) : CODE_RESOURCE_EXHAUSTED;
}

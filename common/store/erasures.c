/* The list of erased records, read: was one, and all, for erasing them again in a store that was restored
 * from an older copy.
 *
 * In: where to go on from. Out: names and times. record_erase (change.c) adds to it. */

#include "common/store/internal.h"

#include <assert.h>

static enum code erasure_make(struct store_txn *txn, MDB_val name, struct arena *arena,
                              struct erasure *ret_erasure)
{
    struct span identity = arena_copy(arena, span_of(name.mv_data, name.mv_size)), plain;
    if (!identity.data)
        return txn_no_memory(txn);
    enum code code = sealed_get(txn, DB_ERASED, identity, arena, &plain);
    if (code)
        return code;
    size_t table = strlen((const char *)identity.data) + 1;
    *ret_erasure = (struct erasure){.table = (const char *)identity.data,
                                    .key = span_of(identity.data + table, identity.size - table),
                                    .at_ms = (int64_t)get_u64_be(plain.data)};
    return CODE_OK;
}

enum code record_is_erased(struct store_txn *txn, const struct table *table, struct span key,
                           bool *ret_is_erased)
{
    struct identity identity = identity_of(table->name, key);
    struct span erased;
    enum code code = txn_error(txn);
    if (code == CODE_OK)
        code = txn_get(txn, txn->store->dbis[DB_ERASED], identity_span(&identity), &erased);
    if (code != CODE_OK && code != CODE_NOT_FOUND)
        return code;
    *ret_is_erased = code == CODE_OK;
    return CODE_OK;
}

enum code store_erasures(struct store_txn *txn, const struct erasure *after, size_t most, struct arena *arena,
                         struct erasure **ret_erasures, size_t *ret_count)
{
    assert(!txn->in_command || !txn->command.first);
    enum code code = txn_error(txn);
    if (code)
        return code;
    struct erasure *erasures = arena_array(arena, struct erasure, most ? most : 1);
    if (!erasures)
        return txn_no_memory(txn);
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_ERASED], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "read erasures");
    struct identity start = identity_of(after ? after->table : "", after ? after->key : (struct span){0});
    MDB_val name = {start.size, start.bytes}, value;
    rc = mdb_cursor_get(cursor, &name, &value, after ? MDB_SET_RANGE : MDB_FIRST);
    if (rc == 0 && after && span_equal(span_of(name.mv_data, name.mv_size), identity_span(&start)))
        rc = mdb_cursor_get(cursor, &name, &value, MDB_NEXT);
    size_t count = 0;
    while (rc == 0 && count < most && code == CODE_OK) {
        code = erasure_make(txn, name, arena, &erasures[count++]);
        rc = mdb_cursor_get(cursor, &name, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    if (rc && rc != MDB_NOTFOUND)
        return txn_fail_lmdb(txn, rc, "read erasures");
    if (code)
        return code;
    *ret_erasures = erasures;
    *ret_count = count;
    return CODE_OK;
}

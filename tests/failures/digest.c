/* What a store holds, in 32 bytes: every database but the audit log and what was answered. In: an open store.
 */

#include "tests/failures/digest.h"

#include "common/store/internal.h"

#include <stdlib.h>

static void digest_database(MDB_txn *txn, MDB_dbi dbi, crypto_generichash_state *state)
{
    MDB_cursor *cursor;
    MDB_val key, value;
    if (mdb_cursor_open(txn, dbi, &cursor) != 0)
        abort();
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        crypto_generichash_update(state, key.mv_data, key.mv_size);
        crypto_generichash_update(state, value.mv_data, value.mv_size);
    }
    mdb_cursor_close(cursor);
}

struct store_digest store_digest_of(struct store *store)
{
    struct store_txn *txn = NULL;
    struct store_digest digest;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof digest.bytes);
    if (store_read_begin(store, &txn) != CODE_OK)
        abort();
    for (enum fixed_db db = 0; db < DB_FIXED; db++)
        if (db != DB_AUDIT && db != DB_REPLIES)
            digest_database(txn->mdb, store->dbis[db], &state);
    for (size_t i = 0; i < store->table_count; i++) {
        digest_database(txn->mdb, store->tables[i].dbi, &state);
        for (size_t k = 0; k < store->tables[i].table->index_count; k++)
            digest_database(txn->mdb, store->tables[i].index_dbis[k], &state);
    }
    store_end(txn);
    crypto_generichash_final(&state, digest.bytes, sizeof digest.bytes);
    return digest;
}

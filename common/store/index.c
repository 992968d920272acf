/* Indexes: from a value to the records that have it.
 *
 * In: a record before and after a change. Out: entries in the database of each index. An entry's key is the
 * value in an order-keeping encoding that says where it ends (00 becomes 00 FF; 00 00 ends it), then the
 * record's key, so that entries sort by value and then by key. In a unique index the record's key is the
 * entry's value instead. Values of secret indexes are keyed hashes. */

#include "common/store/internal.h"

#include <assert.h>

enum { SECRET_BYTES = 16 };

static enum code too_long(struct store_txn *txn, const struct table *table, const struct table_index *index)
{
    return txn_fail(txn, CODE_INVALID_ARGUMENT, index->name, "a value of the index %s of %s is too long",
                    index->name, table->name);
}

static void hash_secret(const struct store *store, const struct table *table, const struct table_index *index,
                        struct span value, uint8_t ret_hash[SECRET_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, store->index_key, sizeof store->index_key, SECRET_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)table->name, strlen(table->name) + 1);
    crypto_generichash_update(&state, (const uint8_t *)index->name, strlen(index->name) + 1);
    if (value.size)
        crypto_generichash_update(&state, value.data, value.size);
    crypto_generichash_final(&state, ret_hash, SECRET_BYTES);
}

struct span record_hidden_key(struct store_txn *txn, const struct table *table, struct span value,
                              struct arena *arena)
{
    enum { BYTES = crypto_generichash_BYTES }; /* no UUID's length */
    static const char what[] = "~hidden";
    crypto_generichash_state state;
    uint8_t *key = arena_alloc(arena, BYTES);
    if (!key)
        return (struct span){0};
    crypto_generichash_init(&state, txn->store->index_key, sizeof txn->store->index_key, BYTES);
    crypto_generichash_update(&state, (const uint8_t *)table->name, strlen(table->name) + 1);
    crypto_generichash_update(&state, (const uint8_t *)what, sizeof what);
    crypto_generichash_update(&state, value.data, value.size);
    crypto_generichash_final(&state, key, BYTES);
    return span_of(key, BYTES);
}

enum code index_value_encode(struct store_txn *txn, const struct table *table,
                             const struct table_index *index, struct span value, bool whole,
                             uint8_t ret_bytes[ENCODED_KEY_BYTES], size_t *ret_size)
{
    if (value.size > INDEX_VALUE_BYTES_MAX)
        return too_long(txn, table, index);
    uint8_t hash[SECRET_BYTES];
    if (index->secret) {
        hash_secret(txn->store, table, index, value, hash);
        value = span_of(hash, sizeof hash);
        whole = true;
    }
    size_t size = 0;
    for (size_t i = 0; i < value.size; i++) {
        ret_bytes[size++] = value.data[i];
        if (value.data[i] == 0)
            ret_bytes[size++] = 0xff;
    }
    if (whole) {
        ret_bytes[size++] = 0;
        ret_bytes[size++] = 0;
    }
    *ret_size = size;
    return CODE_OK;
}

/* The entry of one value of one record: key and value. */
static enum code entry_of(struct store_txn *txn, const struct table *table, const struct table_index *index,
                          struct span value, struct span key, uint8_t bytes[ENCODED_KEY_BYTES],
                          struct pending *ret_entry)
{
    size_t size;
    enum code code = index_value_encode(txn, table, index, value, true, bytes, &size);
    if (code)
        return code;
    *ret_entry = (struct pending){.key = span_of(bytes, size), .value = key};
    if (index->unique)
        return CODE_OK;
    if (size + key.size > ENCODED_KEY_BYTES)
        return too_long(txn, table, index);
    memcpy(bytes + size, key.data, key.size);
    *ret_entry = (struct pending){.key = span_of(bytes, size + key.size)};
    return CODE_OK;
}

static bool has_value(const struct index_values *values, struct span value)
{
    for (unsigned i = 0; i < values->count; i++)
        if (span_equal(values->values[i], value))
            return true;
    return false;
}

static enum code entry_delete(struct store_txn *txn, const struct open_table *open, size_t number,
                              struct span value, struct span key)
{
    uint8_t bytes[ENCODED_KEY_BYTES];
    struct pending entry;
    enum code code = entry_of(txn, open->table, &open->table->indexes[number], value, key, bytes, &entry);
    return code ? code : txn_delete(txn, open->index_dbis[number], entry.key);
}

static enum code entry_put(struct store_txn *txn, const struct open_table *open, size_t number,
                           struct span value, struct span key)
{
    const struct table_index *index = &open->table->indexes[number];
    uint8_t bytes[ENCODED_KEY_BYTES];
    struct pending entry;
    struct span other;
    enum code code = entry_of(txn, open->table, index, value, key, bytes, &entry);
    if (code)
        return code;
    if (index->unique) {
        code = txn_get(txn, open->index_dbis[number], entry.key, &other);
        if (code == CODE_OK && !span_equal(other, key))
            return txn_fail(txn, CODE_ALREADY_EXISTS, index->name, "another record of %s has the same %s",
                            open->table->name, index->name);
        if (code && code != CODE_NOT_FOUND)
            return code;
        entry.value = arena_copy(txn_arena(txn), key);
        if (!entry.value.data)
            return txn_no_memory(txn);
    }
    return txn_put(txn, open->index_dbis[number], entry.key, entry.value);
}

static enum code index_change(struct store_txn *txn, const struct open_table *open, size_t number,
                              struct span key, const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    const struct table_index *index = &open->table->indexes[number];
    struct index_values old = {0}, new = {0};
    if (before)
        index->values(before, txn_arena(txn), &old);
    if (after)
        index->values(after, txn_arena(txn), &new);
    if (txn_arena(txn)->exhausted)
        return txn_no_memory(txn);
    assert(old.count <= INDEX_VALUES_MAX && new.count <= INDEX_VALUES_MAX);
    enum code code = CODE_OK;
    for (unsigned i = 0; i < old.count && code == CODE_OK; i++)
        if (!has_value(&new, old.values[i]))
            code = entry_delete(txn, open, number, old.values[i], key);
    for (unsigned i = 0; i < new.count &&code == CODE_OK; i++)
        if (!has_value(&old, new.values[i]))
            code = entry_put(txn, open, number, new.values[i], key);
    return code;
}

enum code indexes_change(struct store_txn *txn, const struct open_table *open, struct span key,
                         const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    enum code code = CODE_OK;
    for (size_t i = 0; i < open->table->index_count && code == CODE_OK; i++)
        code = index_change(txn, open, i, key, before, after);
    return code;
}

enum code index_fill(struct store_txn *txn, const struct open_table *open, size_t number)
{
    txn->logged = false; /* for that the log has no word */
    int rc = mdb_drop(txn->mdb, open->index_dbis[number], 0);
    if (rc)
        return txn_fail_lmdb(txn, rc, "empty an index");
    struct record_scan scan = {.txn = txn, .table = open->table};
    enum code code = CODE_OK;
    while (code == CODE_OK) {
        struct arena_mark mark = arena_mark(&txn->scratch);
        ProtobufCMessage *record;
        code = record_scan_next(&scan, &txn->scratch, &record);
        if (code == CODE_OK)
            code = index_change(txn, open, number, scan.key, NULL, record);
        arena_release(&txn->scratch, mark);
    }
    record_scan_finish(&scan);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

enum code store_reindex(struct store_txn *txn, const struct table *table)
{
    assert(txn->writes && !txn->in_command);
    enum code code = txn_error(txn);
    for (size_t i = 0; i < table->index_count && code == CODE_OK; i++)
        code = index_fill(txn, store_table(txn->store, table), i);
    return code;
}

enum code record_find(struct store_txn *txn, const struct table *table, const char *name, struct span value,
                      struct arena *arena, ProtobufCMessage **ret_record)
{
    const struct open_table *open = store_table(txn->store, table);
    const struct table_index *index = table_index_named(table, name);
    size_t number = (size_t)(index - table->indexes);
    assert(index->unique);
    if (value.size > INDEX_VALUE_BYTES_MAX)
        return txn_error(txn) ? txn_error(txn) : CODE_NOT_FOUND;
    uint8_t bytes[ENCODED_KEY_BYTES];
    size_t size;
    struct span key;
    enum code code = index_value_encode(txn, table, index, value, true, bytes, &size);
    if (code == CODE_OK)
        code = txn_get(txn, open->index_dbis[number], span_of(bytes, size), &key);
    return code ? code : record_get(txn, table, key, arena, ret_record);
}

/* The databases of a store: those that every store has, one for each table, one for each index.
 *
 * In: the tables a service declares. Out: open handles, and indexes that are new filled from their tables. A
 * table or an index that a program no longer names stays in the file, untouched. */

#include "common/store/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const names[DB_FIXED] = {
    [DB_META] = "meta",       [DB_RECORD_KEYS] = "record-keys",
    [DB_ERASED] = "erased",   [DB_GRAVES] = "graves",
    [DB_HISTORY] = "history", [DB_PAST] = "past",
    [DB_JOURNAL] = "journal", [DB_KEPT] = "kept",
    [DB_CURSORS] = "cursors", [DB_REPLIES] = "replies",
    [DB_OUTBOX] = "outbox",   [DB_AUDIT] = "audit",
    [DB_BLOBS] = "blobs",     [DB_BLOB_HEADS] = "blob-heads",
};

static void table_name(const struct table *table, char ret_name[DB_NAME_BYTES])
{
    snprintf(ret_name, DB_NAME_BYTES, "table:%s", table->name);
}

static void index_name(const struct table *table, size_t number, char ret_name[DB_NAME_BYTES])
{
    snprintf(ret_name, DB_NAME_BYTES, "index:%s:%s", table->name, table->indexes[number].name);
}

static int table_open(MDB_txn *txn, struct open_table *open)
{
    char name[DB_NAME_BYTES];
    table_name(open->table, name);
    int rc = mdb_dbi_open(txn, name, MDB_CREATE, &open->dbi);
    for (size_t i = 0; i < open->table->index_count && rc == 0; i++) {
        index_name(open->table, i, name);
        rc = mdb_dbi_open(txn, name, MDB_CREATE, &open->index_dbis[i]);
    }
    return rc;
}

static bool table_prepare(struct open_table *open, const struct table *table)
{
    assert(strlen(table->name) <= TABLE_NAME_BYTES_MAX && table->name[0] != '~');
    open->table = table;
    open->meta_field = protobuf_c_message_descriptor_get_field_by_name(table->type, "meta");
    if (open->meta_field && open->meta_field->descriptor != &pb__record_meta__descriptor)
        open->meta_field = NULL;
    assert(open->meta_field || !(table->flags & TABLE_VERSIONED));
    for (size_t i = 0; i < table->index_count; i++)
        assert(strlen(table->indexes[i].name) <= TABLE_NAME_BYTES_MAX);
    open->index_dbis = calloc(table->index_count + 1, sizeof *open->index_dbis);
    return open->index_dbis != NULL;
}

enum code databases_open(struct store *store, const struct table *const *tables, struct fault *ret_fault)
{
    size_t count = 0;
    while (tables[count])
        count++;
    store->tables = calloc(count + 1, sizeof *store->tables);
    if (!store->tables)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory for a store's tables");
    store->table_count = count;
    for (size_t i = 0; i < count; i++)
        if (!table_prepare(&store->tables[i], tables[i]))
            return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory for a store's tables");
    MDB_txn *txn;
    int rc = mdb_txn_begin(store->env, NULL, 0, &txn);
    if (rc)
        return fault_set(ret_fault, code_of_lmdb(rc), "", "store %s: begin: %s", store->directory,
                         mdb_strerror(rc));
    for (size_t i = 0; i < DB_FIXED && rc == 0; i++)
        rc = mdb_dbi_open(txn, names[i], MDB_CREATE, &store->dbis[i]);
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = table_open(txn, &store->tables[i]);
    if (rc == 0)
        rc = mdb_txn_commit(txn);
    else
        mdb_txn_abort(txn);
    return rc ? fault_set(ret_fault, code_of_lmdb(rc), "", "store %s: open its tables: %s", store->directory,
                          mdb_strerror(rc))
              : CODE_OK;
}

void databases_each(const struct store *store, void (*each)(void *context, MDB_dbi dbi, const char *name),
                    void *context)
{
    char name[DB_NAME_BYTES];
    for (size_t i = 0; i < DB_FIXED; i++)
        each(context, store->dbis[i], names[i]);
    for (size_t i = 0; i < store->table_count; i++) {
        const struct open_table *open = &store->tables[i];
        table_name(open->table, name);
        each(context, open->dbi, name);
        for (size_t n = 0; n < open->table->index_count; n++) {
            index_name(open->table, n, name);
            each(context, open->index_dbis[n], name);
        }
    }
}

void databases_close(struct store *store)
{
    for (size_t i = 0; i < store->table_count; i++)
        free(store->tables[i].index_dbis);
    free(store->tables);
}

/* An index is filled once: its name is then kept in DB_META. */
static enum code index_open(struct store_txn *txn, const struct open_table *open, size_t number)
{
    char name[DB_NAME_BYTES];
    snprintf(name, sizeof name, "~index:%s:%s", open->table->name, open->table->indexes[number].name);
    uint64_t filled;
    enum code code = meta_get(txn, name, &filled);
    if (code || filled)
        return code;
    code = index_fill(txn, open, number);
    return code ? code : meta_put(txn, name, 1);
}

enum code indexes_open(struct store *store, struct fault *ret_fault)
{
    struct store_txn *txn;
    enum code code = store_write_begin(store, &txn);
    if (code)
        return fault_set(ret_fault, code, "", "store %s cannot be written", store->directory);
    for (size_t i = 0; i < store->table_count && code == CODE_OK; i++)
        for (size_t n = 0; n < store->tables[i].table->index_count && code == CODE_OK; n++)
            code = index_open(txn, &store->tables[i], n);
    if (code == CODE_OK)
        code = store_commit(txn);
    else {
        store_txn_error(txn, ret_fault);
        store_end(txn);
        return code;
    }
    return code ? fault_set(ret_fault, code, "", "store %s cannot be written", store->directory) : CODE_OK;
}

struct open_table *store_table(struct store *store, const struct table *table)
{
    size_t i = 0;
    while (i < store->table_count && store->tables[i].table != table)
        i++;
    assert(i < store->table_count);
    return &store->tables[i];
}

struct open_table *store_table_named(struct store *store, struct span name)
{
    for (size_t i = 0; i < store->table_count; i++)
        if (span_equal(span_of_text(store->tables[i].table->name), name))
            return &store->tables[i];
    return NULL;
}

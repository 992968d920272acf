/* A worker's index and its store: made from it as the program starts, and set right by it after a batch that
 * the store did not take. In: what batches put into the index. Out: an index that has of each source what the
 * store has, and no more.
 *
 * A batch that failed is asked for again, and mostly comes at once. But its source may be away by then, or
 * the batch may fail for ever; what the other source tells is not to wait for that. */

#include "services/matching/records.h"
#include "services/matching/worker.h"

enum { NAMES_BYTES_MAX = 1 << 20 /* beyond, all that is copied of the source is read again */ };

/* The name of a record. */
struct touched {
    struct touched *next;
    const struct table *table;
    struct span key;
};

static enum code put_table(struct matching_index *index, struct store_txn *txn, const struct table *table,
                           struct arena *arena)
{
    struct record_scan scan = {.txn = txn, .table = table};
    ProtobufCMessage *record;
    enum code code;
    while ((code = record_scan_next(&scan, arena, &record)) == CODE_OK) {
        code = index_put(index, record);
        arena_reset(arena);
        if (code != CODE_OK)
            break;
    }
    record_scan_finish(&scan);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

enum code worker_read_store(struct worker *worker, const struct table *const *tables)
{
    struct arena arena;
    struct store_txn *txn = NULL;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    enum code code = store_read_begin(service_store(worker->service), &txn);
    for (; *tables && code == CODE_OK; tables++)
        code = put_table(worker->index, txn, *tables, &arena);
    store_end(txn);
    arena_finish(&arena);
    return code;
}

/* --- ahead of the store ------------------------------------------------------------------------------ */

void ahead_init(struct worker *worker)
{
    for (unsigned source = 0; source < SOURCE_COUNT; source++)
        arena_init(&worker->ahead[source].names, NAMES_BYTES_MAX);
}

void ahead_finish(struct worker *worker)
{
    for (unsigned source = 0; source < SOURCE_COUNT; source++)
        arena_finish(&worker->ahead[source].names);
}

static void forget(struct ahead *ahead)
{
    arena_reset(&ahead->names);
    ahead->first = NULL;
    ahead->sequence = 0;
}

void ahead_note_all(struct worker *worker, enum matching_source source)
{
    forget(&worker->ahead[source]);
    worker->ahead[source].all = true;
}

/* A batch that is asked for again brings the same entries. */
void ahead_note(struct worker *worker, enum matching_source source, const struct table *table,
                const Pb__JournalEntry *entry)
{
    struct ahead *ahead = &worker->ahead[source];
    if (ahead->all || entry->sequence <= ahead->sequence)
        return;
    struct touched *touched = arena_new(&ahead->names, struct touched);
    struct span key = arena_copy(&ahead->names, span_of(entry->key.data, entry->key.len));
    if (!touched || !key.data) {
        ahead_note_all(worker, source);
        return;
    }
    *touched = (struct touched){ahead->first, table, key};
    ahead->first = touched;
    ahead->sequence = entry->sequence;
}

void ahead_settled(struct worker *worker, enum matching_source source)
{
    forget(&worker->ahead[source]);
    worker->ahead[source].all = false;
}

static enum code read_again(struct worker *worker, enum matching_source source)
{
    enum code code = CODE_OK;
    if (source == SOURCE_REGISTRY)
        code = index_clear(worker->index);
    else
        index_clear_quality(worker->index);
    return code == CODE_OK ? worker_read_store(worker, source == SOURCE_REGISTRY ? matching_registry_tables
                                                                                 : matching_monitoring_tables)
                           : code;
}

static enum code put_back(struct matching_index *index, struct store_txn *txn, const struct touched *touched,
                          struct arena *arena)
{
    ProtobufCMessage *record;
    enum code code = record_get(txn, touched->table, touched->key, arena, &record);
    if (code == CODE_NOT_FOUND)
        code = index_remove(index, touched->table->type, touched->key);
    else if (code == CODE_OK)
        code = index_put(index, record);
    arena_reset(arena);
    return code;
}

static enum code put_back_all(struct worker *worker, const struct touched *touched)
{
    struct arena arena;
    struct store_txn *txn = NULL;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    enum code code = store_read_begin(service_store(worker->service), &txn);
    for (; touched && code == CODE_OK; touched = touched->next)
        code = put_back(worker->index, txn, touched, &arena);
    store_end(txn);
    arena_finish(&arena);
    return code;
}

bool ahead_take_back(struct worker *worker, enum matching_source source)
{
    struct ahead *ahead = &worker->ahead[source];
    if (!ahead->all && !ahead->first)
        return true;
    /* What was handed over before may not be there yet. */
    if (store_is_rebuilding(service_store(worker->service)))
        return false;
    if ((ahead->all ? read_again(worker, source) : put_back_all(worker, ahead->first)) != CODE_OK)
        return false;
    ahead_settled(worker, source);
    return true;
}

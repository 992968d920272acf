/* Scans: over a table in key order, over an index in value order.
 *
 * In: a struct record_scan. Out: one record after another. A scan reads LMDB alone, not what a command holds
 * aside, so it must come before the command's first write. */

#include "common/store/internal.h"

#include <assert.h>

static size_t index_number(const struct record_scan *scan)
{
    return (size_t)(scan->index - scan->table->indexes);
}

/* Where the scan begins, and what every entry of it begins with. */
struct bounds {
    uint8_t first[ENCODED_KEY_BYTES], prefix[ENCODED_KEY_BYTES];
    size_t first_size, prefix_size;
};

static enum code copy_bytes(struct store_txn *txn, struct span from, uint8_t *out, size_t *ret_size)
{
    if (from.size > ENCODED_KEY_BYTES)
        return txn_fail(txn, CODE_INVALID_ARGUMENT, "", "the place to go on from is too long");
    if (from.size)
        memcpy(out, from.data, from.size);
    *ret_size = from.size;
    return CODE_OK;
}

static enum code bounds_of(const struct record_scan *scan, struct bounds *bounds)
{
    struct store_txn *txn = scan->txn;
    enum code code;
    if (scan->index && (scan->prefix.size || scan->index->secret || scan->whole))
        code = index_value_encode(txn, scan->table, scan->index, scan->prefix, scan->whole, bounds->prefix,
                                  &bounds->prefix_size);
    else
        code = copy_bytes(txn, scan->prefix, bounds->prefix, &bounds->prefix_size);
    if (code)
        return code;
    if (scan->index && !scan->after && scan->first.size) {
        assert(!scan->index->secret);
        return index_value_encode(txn, scan->table, scan->index, scan->first, false, bounds->first,
                                  &bounds->first_size);
    }
    return copy_bytes(txn, scan->first, bounds->first, &bounds->first_size);
}

static struct span span_of_val(MDB_val value)
{
    return span_of(value.mv_data, value.mv_size);
}

/* Opens the cursor and steps onto the first entry. */
static int first_step(struct record_scan *scan, const struct bounds *bounds, MDB_val *entry, MDB_val *value)
{
    struct store_txn *txn = scan->txn;
    const struct open_table *open = store_table(txn->store, scan->table);
    MDB_cursor *cursor;
    int rc =
        mdb_cursor_open(txn->mdb, scan->index ? open->index_dbis[index_number(scan)] : open->dbi, &cursor);
    if (rc)
        return rc;
    scan->cursor = cursor;
    txn->scans++;
    struct span first = span_of(bounds->first, bounds->first_size);
    struct span prefix = span_of(bounds->prefix, bounds->prefix_size);
    struct span start = span_compare(first, prefix) >= 0 ? first : prefix;
    *entry = (MDB_val){start.size, (void *)(uintptr_t)start.data};
    rc = mdb_cursor_get(cursor, entry, value, start.size ? MDB_SET_RANGE : MDB_FIRST);
    if (rc == 0 && scan->after && span_equal(span_of_val(*entry), first))
        rc = mdb_cursor_get(cursor, entry, value, MDB_NEXT);
    return rc;
}

/* The record's key in an index entry: its value, or what follows the end of the encoded value. */
static struct span entry_key(struct span entry, struct span value)
{
    if (value.size)
        return value;
    for (size_t i = 0; i + 1 < entry.size; i++)
        if (entry.data[i] == 0) {
            if (entry.data[i + 1] == 0)
                return span_of(entry.data + i + 2, entry.size - i - 2);
            i++;
        }
    return (struct span){0};
}

enum code record_scan_next(struct record_scan *scan, struct arena *arena, ProtobufCMessage **ret_record)
{
    struct store_txn *txn = scan->txn;
    assert(!txn->in_command || !txn->command.first);
    enum code code = txn_error(txn);
    struct bounds bounds = {0};
    if (code == CODE_OK)
        code = bounds_of(scan, &bounds);
    if (code)
        return code;
    MDB_val entry, value;
    int rc = scan->cursor ? mdb_cursor_get(scan->cursor, &entry, &value, MDB_NEXT)
                          : first_step(scan, &bounds, &entry, &value);
    if (rc == MDB_NOTFOUND)
        return CODE_NOT_FOUND;
    if (rc)
        return txn_fail_lmdb(txn, rc, "scan");
    if (!span_has_prefix(span_of_val(entry), span_of(bounds.prefix, bounds.prefix_size)))
        return CODE_NOT_FOUND;
    scan->place = arena_copy(arena, span_of_val(entry));
    scan->key = scan->index ? arena_copy(arena, entry_key(scan->place, span_of_val(value))) : scan->place;
    if (!scan->place.data || !scan->key.data)
        return txn_no_memory(txn);
    if (!ret_record)
        return CODE_OK;
    code = record_get(txn, scan->table, scan->key, arena, ret_record);
    if (code == CODE_NOT_FOUND)
        return txn_fail(txn, CODE_DATA_LOSS, scan->index ? scan->index->name : "",
                        "an entry of an index of %s leads nowhere", scan->table->name);
    return code;
}

void record_scan_finish(struct record_scan *scan)
{
    if (!scan->cursor)
        return;
    mdb_cursor_close(scan->cursor);
    scan->cursor = NULL;
    scan->txn->scans--;
}

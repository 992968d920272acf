/* Records that were read once, kept by the stamp of their stored state.
 *
 * In: a place in a table. Out: the record that is stored there now. A stamp is of one state alone, whatever
 * was committed, undone or restored since (record_stamp_get), so nothing needs to be taken out. Records with
 * a key of their own have no stamp, and are read each time: they may have been erased. */

#include "tests/sim/records.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 2048, KEPT_BYTES = 64 << 20 };

struct kept {
    struct kept *next;
    const struct table *table;
    struct record_stamp stamp;
    const ProtobufCMessage *record;
};

struct records {
    struct kept *buckets[BUCKETS];
    struct arena arena;
};

struct records *records_create(void)
{
    struct records *records = calloc(1, sizeof *records);
    if (records)
        arena_init(&records->arena, KEPT_BYTES);
    return records;
}

void records_destroy(struct records *records)
{
    if (!records)
        return;
    arena_finish(&records->arena);
    free(records);
}

static const ProtobufCMessage *read(const struct record_scan *scan, struct arena *arena)
{
    ProtobufCMessage *record = NULL;
    return record_get(scan->txn, scan->table, scan->key, arena, &record) == CODE_OK ? record : NULL;
}

const ProtobufCMessage *records_read(struct records *records, const struct record_scan *scan,
                                     struct arena *arena)
{
    struct record_stamp stamp;
    if (scan->table->flags & TABLE_OWN_KEY)
        return read(scan, arena);
    if (record_stamp_get(scan->txn, scan->table, scan->key, &stamp) != CODE_OK)
        return NULL;
    uint32_t hash; /* the nonce is random as it is */
    memcpy(&hash, stamp.bytes, sizeof hash);
    struct kept **bucket = &records->buckets[hash % BUCKETS];
    for (const struct kept *kept = *bucket; kept; kept = kept->next)
        if (kept->table == scan->table && memcmp(&kept->stamp, &stamp, sizeof stamp) == 0)
            return kept->record;
    struct kept *kept = arena_new(&records->arena, struct kept);
    const ProtobufCMessage *record = kept ? read(scan, &records->arena) : NULL;
    if (!record) /* no memory, or it cannot be read */
        return read(scan, arena);
    *kept = (struct kept){.next = *bucket, .table = scan->table, .stamp = stamp, .record = record};
    *bucket = kept;
    return record;
}

/* Follows the registry: each entry goes into the worker's own table and into its index, in the transaction of
 * the batch; when the batch is on disk a new root is published. A batch that fails is asked for again, and
 * putting a record twice does no harm. What is no concern of matching is passed over. */

#include "services/matching/follow.h"

#include "common/wire/wire.h"
#include "services/matching/matching.h"
#include "services/matching/postcodes.h"
#include "services/matching/records.h"

enum { DROPPED_AT_ONCE = 1000 };

static enum code take(struct command *command, struct worker *worker, const struct table *table,
                      const Pb__JournalEntry *entry)
{
    ProtobufCMessage *record;
    enum code code = wire_unpack(table->type, span_of(entry->content.data, entry->content.len),
                                 command->arena, &record, &command->fault);
    if (code == CODE_OK)
        code = record_put(command->txn, table, record);
    if (code != CODE_OK)
        return code;
    if (table == &matching_blob_heads)
        postcodes_named(worker, (const Pb__BlobHead *)record);
    return index_put(worker->index, record);
}

static enum code drop(struct command *command, struct worker *worker, const struct table *table,
                      struct span key)
{
    enum code code = record_delete(command->txn, table, key);
    if (code == CODE_OK)
        index_remove(worker->index, table->type, key);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

static enum code apply(struct command *command, const Pb__JournalEntry *entry)
{
    struct worker *worker = &matching_of(command->context)->worker;
    const struct table *table = matching_table_named(entry->record_type);
    if (!table)
        return CODE_OK;
    switch (entry->change_case) {
    case PB__JOURNAL_ENTRY__CHANGE_CONTENT:
        return take(command, worker, table, entry);
    case PB__JOURNAL_ENTRY__CHANGE_DELETED:
    case PB__JOURNAL_ENTRY__CHANGE_FORGET:
        return drop(command, worker, table, span_of(entry->key.data, entry->key.len));
    case PB__JOURNAL_ENTRY__CHANGE__NOT_SET:
    case _PB__JOURNAL_ENTRY__CHANGE__CASE_IS_INT_SIZE:
        break;
    }
    return refuse(command, CODE_DATA_LOSS, "", "entry %llu says neither content nor end",
                  (unsigned long long)entry->sequence);
}

/* Drops up to DROPPED_AT_ONCE records of one table; `ret_count` how many. */
static enum code drop_some(struct command *command, const struct table *table, size_t *ret_count)
{
    struct span *keys = arena_array(command->arena, struct span, DROPPED_AT_ONCE);
    struct record_scan scan = {.txn = command->txn, .table = table};
    ProtobufCMessage *record;
    size_t count = 0;
    enum code code = keys ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
    while (code == CODE_OK && count < DROPPED_AT_ONCE &&
           (code = record_scan_next(&scan, command->arena, &record)) == CODE_OK)
        keys[count++] = scan.key;
    record_scan_finish(&scan);
    code = code == CODE_NOT_FOUND ? CODE_OK : code;
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        code = record_delete(command->txn, table, keys[i]);
    *ret_count = count;
    return code;
}

/* One table's share at a time, as a scan must come before the first write. */
static enum code start_over(struct command *command)
{
    index_clear(matching_of(command->context)->worker.index);
    for (const struct table *const *table = matching_tables; *table; table++) {
        size_t count = 0;
        enum code code = drop_some(command, *table, &count);
        if (code != CODE_OK || count) {
            command->again = code == CODE_OK;
            return code;
        }
    }
    command->again = false;
    return CODE_OK;
}

static void applied(struct service *service, void *context)
{
    struct matching *matching = matching_of(context);
    enum code code = worker_publish(&matching->worker);
    if (code != CODE_OK) /* what was put stays, and is published with the next batch */
        log_event(service_log(service), LOG_ERROR, "publish-failed", "code", code_name(code), NULL);
    postcodes_fetch(&matching->worker);
    matching_moved(matching);
}

const struct follow matching_follows[] = {
    {.service = MATCHING_SOURCE, .apply = apply, .start_over = start_over, .applied = applied},
    {.service = NULL},
};

/* Copies of another service's records: an entry of its journal becomes a record put or taken out.
 *
 * In: entries, in a command of their own each. Out: what they changed. What a program makes of the change
 * besides is its own. */

#include "common/service/copies.h"

#include "common/base/limits.h"
#include "common/wire/wire.h"

static enum code take(struct command *command, const struct table *table, const Pb__JournalEntry *entry,
                      struct copied *ret_copied)
{
    ProtobufCMessage *record;
    struct span packed = span_of(entry->content.data, entry->content.len);
    bool bare = table->flags == 0 && !table->indexes;
    enum code code = wire_unpack(table->type, packed, command->arena, &record, &command->fault);
    if (code == CODE_OK)
        code = bare ? record_put_copy(command->txn, table, record, packed)
                    : record_put(command->txn, table, record);
    if (code == CODE_OK)
        *ret_copied = (struct copied){
            .table = table, .record = record, .key = span_of(entry->key.data, entry->key.len)};
    return code;
}

static enum code drop(struct command *command, const struct table *table, struct span key,
                      struct copied *ret_copied)
{
    enum code code = record_delete(command->txn, table, key);
    if (code == CODE_OK)
        *ret_copied = (struct copied){.table = table, .key = key};
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

enum code copies_apply(struct command *command, const struct table *const *tables,
                       const Pb__JournalEntry *entry, struct copied *ret_copied)
{
    const struct table *table = table_of_type(tables, entry->record_type);
    *ret_copied = (struct copied){0};
    if (!table)
        return CODE_OK;
    switch (entry->change_case) {
    case PB__JOURNAL_ENTRY__CHANGE_CONTENT:
        return take(command, table, entry, ret_copied);
    case PB__JOURNAL_ENTRY__CHANGE_DELETED:
    case PB__JOURNAL_ENTRY__CHANGE_FORGET:
        return drop(command, table, span_of(entry->key.data, entry->key.len), ret_copied);
    case PB__JOURNAL_ENTRY__CHANGE__NOT_SET:
    case _PB__JOURNAL_ENTRY__CHANGE__CASE_IS_INT_SIZE:
        break;
    }
    return refuse(command, CODE_DATA_LOSS, "", "entry %llu says neither content nor end",
                  (unsigned long long)entry->sequence);
}

enum code copies_change(struct command *command, const struct table *const *tables,
                        const Pb__JournalEntry *entry, struct copied *ret_copied)
{
    const struct table *table = table_of_type(tables, entry->record_type);
    const struct span key = span_of(entry->key.data, entry->key.len);
    ProtobufCMessage *before = NULL;
    enum code code = table ? record_get(command->txn, table, key, command->arena, &before) : CODE_NOT_FOUND;
    if (code == CODE_OK || code == CODE_NOT_FOUND)
        code = copies_apply(command, tables, entry, ret_copied);
    ret_copied->before = before;
    return code;
}

/* Up to COPIES_DROPPED_AT_ONCE records of one table. */
static enum code drop_some(struct command *command, const struct table *table, size_t *ret_count)
{
    struct span *keys = arena_array(command->arena, struct span, COPIES_DROPPED_AT_ONCE);
    struct record_scan scan = {.txn = command->txn, .table = table};
    size_t count = 0;
    enum code code = keys ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
    while (code == CODE_OK && count < COPIES_DROPPED_AT_ONCE &&
           (code = record_scan_next(&scan, command->arena, NULL)) == CODE_OK)
        keys[count++] = scan.key;
    record_scan_finish(&scan);
    code = code == CODE_NOT_FOUND ? CODE_OK : code;
    for (size_t i = 0; i < count && code == CODE_OK; i++)
        code = record_delete(command->txn, table, keys[i]);
    *ret_count = count;
    return code;
}

/* One table's share at a time, as a scan must come before the first write. */
enum code copies_drop(struct command *command, const struct table *const *tables)
{
    enum code code = CODE_OK;
    size_t count = 0;
    for (; *tables && code == CODE_OK && count == 0; tables++)
        code = drop_some(command, *tables, &count);
    command->again = code == CODE_OK && count > 0;
    return code;
}

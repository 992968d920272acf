/* Graves: what is left of a deleted record, for the one that may be made again under its key: the version to
 * go on from, who could ever see it, and where its past states are.
 *
 * In: a record's name. Out: its grave, sealed. When one is dug is change.c's. */

#include "common/store/internal.h"

enum code grave_get(struct store_txn *txn, const struct table *table, struct span key, struct arena *arena,
                    struct grave *ret_grave)
{
    struct identity identity = identity_of(table->name, key);
    struct span plain;
    enum code code = sealed_get(txn, DB_GRAVES, identity_span(&identity), arena, &plain);
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    struct grave grave = {.version = read_u64(&reader)};
    read_watchers(&reader, &grave.seen);
    grave.past = reader.left ? read_u64(&reader) : 0;
    if (reader.failed)
        return txn_fail(txn, CODE_DATA_LOSS, "", "what is left of a record of %s is cut short", table->name);
    *ret_grave = grave;
    return CODE_OK;
}

enum code grave_dig(struct store_txn *txn, const struct table *table, struct span key,
                    const struct grave *grave)
{
    struct writer writer;
    if (!writer_init(&writer, txn->command.arena, 8 + watchers_size(&grave->seen) + 8))
        return txn_no_memory(txn);
    write_u64(&writer, grave->version);
    write_watchers(&writer, &grave->seen);
    if (grave->past)
        write_u64(&writer, grave->past);
    struct identity identity = identity_of(table->name, key);
    return sealed_put(txn, DB_GRAVES, identity_span(&identity), writer_span(&writer));
}

enum code grave_remove(struct store_txn *txn, const struct table *table, struct span key)
{
    struct identity identity = identity_of(table->name, key);
    return txn_delete(txn, txn->store->dbis[DB_GRAVES], identity_span(&identity));
}

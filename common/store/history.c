/* History: the past states of records (rule R10), and the list of what was erased.
 *
 * In: states as they are replaced, and older ones found in published files. Out: journal entries, newest
 * first. An entry's key is table, record, time, version and a number that tells apart two of the same time;
 * it never goes to followers. */

#include "common/store/internal.h"

#include <assert.h>

enum { KEY_TAIL_BYTES = 8 + 8 + 2, SAME_TIME_MAX = 1000 };

struct history_key {
    uint8_t bytes[IDENTITY_BYTES_MAX + 2 + KEY_TAIL_BYTES];
    size_t prefix_size, size;
};
static_assert(sizeof(((struct history_key *)0)->bytes) <= (size_t)STORE_KEY_BYTES_MAX, "fits LMDB's bound");

/* The record's part; its length keeps one record's key from being another's prefix. */
static struct history_key key_prefix(const struct table *table, struct span key)
{
    struct history_key history;
    size_t name = strlen(table->name) + 1;
    memcpy(history.bytes, table->name, name);
    history.bytes[name] = (uint8_t)(key.size >> 8);
    history.bytes[name + 1] = (uint8_t)key.size;
    memcpy(history.bytes + name + 2, key.data, key.size);
    history.size = history.prefix_size = name + 2 + key.size;
    return history;
}

static void key_complete(struct history_key *history, int64_t at_ms, uint64_t version, unsigned number)
{
    uint8_t *tail = history->bytes + history->prefix_size;
    put_u64_be(tail, sortable_ms(at_ms));
    put_u64_be(tail + 8, version);
    tail[16] = (uint8_t)(number >> 8);
    tail[17] = (uint8_t)number;
    history->size = history->prefix_size + KEY_TAIL_BYTES;
}

static struct identity place_of(const struct history_key *history)
{
    return identity_of("~history", span_of(history->bytes, history->size));
}

/* What is sealed: who, whether deleted, the packed record. */
static bool past_encode(struct arena *arena, const char *by, struct span packed, struct span *ret_plain)
{
    struct span who = span_of_text(by);
    struct writer writer;
    if (who.size > UINT16_MAX || !writer_init(&writer, arena, 2 + who.size + 1 + packed.size))
        return false;
    write_text(&writer, who);
    write_u8(&writer, packed.data == NULL);
    write_bytes(&writer, packed);
    *ret_plain = writer_span(&writer);
    return true;
}

/* Finds a free number for that time and version; `ret_known` when the same state is there already. */
static enum code place_find(struct store_txn *txn, struct history_key *history, int64_t at_ms,
                            uint64_t version, const struct own_key *own, struct span plain, bool *ret_known)
{
    MDB_dbi dbi = txn->store->dbis[DB_HISTORY];
    for (unsigned number = 0; number < SAME_TIME_MAX; number++) {
        key_complete(history, at_ms, version, number);
        struct span sealed, held;
        enum code code = txn_get(txn, dbi, span_of(history->bytes, history->size), &sealed);
        if (code)
            return code == CODE_NOT_FOUND ? CODE_OK : code;
        struct identity place = place_of(history);
        code = unseal(txn, own, identity_span(&place), sealed, txn->command.arena, &held);
        if (code && code != CODE_NOT_FOUND)
            return code;
        *ret_known = code == CODE_OK && span_equal(held, plain);
        if (*ret_known)
            return CODE_OK;
    }
    return txn_fail(txn, CODE_RESOURCE_EXHAUSTED, "", "too many past states of one record at one time");
}

enum code history_keep(struct store_txn *txn, const struct table *table, struct span key, int64_t at_ms,
                       uint64_t version, const char *by, const struct own_key *own, struct span packed)
{
    struct arena *arena = txn->command.arena;
    struct span plain, sealed;
    if (!past_encode(arena, by, packed, &plain))
        return txn_no_memory(txn);
    struct history_key history = key_prefix(table, key);
    bool known = false;
    enum code code = place_find(txn, &history, at_ms, version, own, plain, &known);
    if (code || known)
        return code;
    struct identity place = place_of(&history);
    code = seal(txn, own, identity_span(&place), plain, arena, &sealed);
    return code ? code
                : txn_put(txn, txn->store->dbis[DB_HISTORY], span_of(history.bytes, history.size), sealed);
}

enum code record_put_history(struct store_txn *txn, const struct table *table, ProtobufCMessage *record,
                             int64_t at_ms)
{
    enum code code = record_write_begin(txn);
    if (code)
        return code;
    const struct open_table *open = store_table(txn->store, table);
    struct span key;
    struct stored stored = {0};
    struct own_key own;
    code = record_key(txn, table, record, &key);
    if (code == CODE_OK)
        code = record_pack(txn, open, record, txn->command.arena, &stored);
    if (code == CODE_OK && (table->flags & TABLE_OWN_KEY)) {
        code = own_key_get(txn, table, key, &own);
        if (code == CODE_NOT_FOUND)
            code = own_key_make(txn, table, key, &own);
    }
    if (code == CODE_OK)
        code = history_keep(txn, table, key, at_ms, 0, txn->command.actor.by,
                            table->flags & TABLE_OWN_KEY ? &own : NULL, stored.packed);
    sodium_memzero(&own, sizeof own);
    return code;
}

/* --- reading
 * ------------------------------------------------------------------------------------------------- */

static enum code entry_make(struct store_txn *txn, const struct table *table, struct span key,
                            const struct own_key *own, const struct history_key *prefix, MDB_val name,
                            MDB_val value, struct arena *arena, Pb__JournalEntry **ret_entry)
{
    struct identity place = identity_of("~history", span_of(name.mv_data, name.mv_size));
    struct span plain;
    enum code code =
        unseal(txn, own, identity_span(&place), span_of(value.mv_data, value.mv_size), arena, &plain);
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    struct span by = read_text(&reader);
    bool deleted = read_u8(&reader) != 0;
    struct span content = read_rest(&reader);
    Pb__JournalEntry *entry = arena_new(arena, Pb__JournalEntry);
    struct span key_copy = arena_copy(arena, key);
    char *who = arena_format(arena, "%.*s", (int)by.size, by.size ? (const char *)by.data : "");
    if (!entry || !key_copy.data || !who)
        return txn_no_memory(txn);
    pb__journal_entry__init(entry);
    const uint8_t *tail = (const uint8_t *)name.mv_data + prefix->prefix_size;
    entry->record_type = table->type->name;
    entry->key = (ProtobufCBinaryData){key_copy.size, (uint8_t *)(uintptr_t)key_copy.data};
    entry->at_ms = (int64_t)(get_u64_be(tail) ^ UINT64_C(1) << 63);
    entry->version = get_u64_be(tail + 8);
    entry->by = who;
    entry->change_case = deleted ? PB__JOURNAL_ENTRY__CHANGE_DELETED : PB__JOURNAL_ENTRY__CHANGE_CONTENT;
    if (deleted)
        entry->deleted = true;
    else
        entry->content = (ProtobufCBinaryData){content.size, (uint8_t *)(uintptr_t)content.data};
    *ret_entry = entry;
    return CODE_OK;
}

/* Steps back from the end of a record's past. */
static int step_back(MDB_cursor *cursor, const struct history_key *prefix, bool first, MDB_val *name,
                     MDB_val *value)
{
    int rc;
    if (first) {
        struct history_key end = *prefix;
        memset(end.bytes + end.prefix_size, 0xff, KEY_TAIL_BYTES);
        *name = (MDB_val){end.prefix_size + KEY_TAIL_BYTES, end.bytes};
        rc = mdb_cursor_get(cursor, name, value, MDB_SET_RANGE);
        if (rc && rc != MDB_NOTFOUND)
            return rc;
        rc = mdb_cursor_get(cursor, name, value, rc == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
    } else {
        rc = mdb_cursor_get(cursor, name, value, MDB_PREV);
    }
    if (rc == 0 &&
        !span_has_prefix(span_of(name->mv_data, name->mv_size), span_of(prefix->bytes, prefix->prefix_size)))
        return MDB_NOTFOUND;
    return rc;
}

static enum code history_read(struct store_txn *txn, MDB_cursor *cursor, const struct table *table,
                              struct span key, size_t most, struct arena *arena, Pb__JournalEntry **entries,
                              size_t *ret_count)
{
    struct own_key own;
    bool has_own = false;
    if (table->flags & TABLE_OWN_KEY) {
        enum code code = own_key_get(txn, table, key, &own);
        if (code && code != CODE_NOT_FOUND)
            return code;
        has_own = code == CODE_OK;
    }
    struct history_key prefix = key_prefix(table, key);
    enum code code = CODE_OK;
    size_t count = 0;
    MDB_val name, value;
    int rc = 0;
    for (bool first = true; count < most && code == CODE_OK; first = false) {
        rc = step_back(cursor, &prefix, first, &name, &value);
        if (rc)
            break;
        code =
            entry_make(txn, table, key, has_own ? &own : NULL, &prefix, name, value, arena, &entries[count]);
        if (code == CODE_OK)
            count++;
        else if (code == CODE_NOT_FOUND)
            code = CODE_OK;
    }
    sodium_memzero(&own, sizeof own);
    if (rc && rc != MDB_NOTFOUND)
        return txn_fail_lmdb(txn, rc, "read history");
    if (code == CODE_OK)
        *ret_count = count;
    return code;
}

enum code record_history(struct store_txn *txn, const struct table *table, struct span key, size_t most,
                         struct arena *arena, Pb__JournalEntry ***ret_entries, size_t *ret_count)
{
    assert(!txn->in_command || !txn->command.first);
    enum code code = txn_error(txn);
    if (code)
        return code;
    if (key.size == 0 || key.size > RECORD_KEY_BYTES_MAX || most == 0) {
        *ret_entries = NULL;
        *ret_count = 0;
        return CODE_OK;
    }
    Pb__JournalEntry **entries = arena_array(arena, Pb__JournalEntry *, most);
    if (!entries)
        return txn_no_memory(txn);
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_HISTORY], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "read history");
    code = history_read(txn, cursor, table, key, most, arena, entries, ret_count);
    mdb_cursor_close(cursor);
    if (code == CODE_OK)
        *ret_entries = entries;
    return code;
}

enum code history_forget(struct store_txn *txn, const struct table *table, struct span key)
{
    struct history_key prefix = key_prefix(table, key);
    MDB_dbi dbi = txn->store->dbis[DB_HISTORY];
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, dbi, &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "forget history");
    enum code code = CODE_OK;
    MDB_val name = {prefix.prefix_size, prefix.bytes}, value;
    rc = mdb_cursor_get(cursor, &name, &value, MDB_SET_RANGE);
    while (rc == 0 && code == CODE_OK &&
           span_has_prefix(span_of(name.mv_data, name.mv_size), span_of(prefix.bytes, prefix.prefix_size))) {
        code = txn_delete(txn, dbi, span_of(name.mv_data, name.mv_size));
        rc = mdb_cursor_get(cursor, &name, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    return code || rc == 0 || rc == MDB_NOTFOUND ? code : txn_fail_lmdb(txn, rc, "forget history");
}

/* The past states of records (rule R10): a chain for each, from its newest past state back.
 *
 * In: states as they are replaced. Out: the same, newest first. A state is appended under the next number, so
 * that a change writes no page of the file for it but the last (a key by record would write one somewhere for
 * each), and the record keeps the number of its newest one. An entry's head is not sealed but bound to what
 * is: the number before it, time, version. It never goes to followers. */

#include "common/store/internal.h"

#include <assert.h>

enum { HEAD_BYTES = 8 + 8 + 8 };
static_assert((int)IDENTITY_BYTES_MAX + 8 + HEAD_BYTES + 8 <= (int)SEAL_PLACE_BYTES_MAX, "a place has room");

/* A state is bound to its number, to its head and to its record. */
static struct identity place_of(uint64_t number, struct span head, const struct past_state *state)
{
    uint8_t bytes[8 + HEAD_BYTES + IDENTITY_BYTES_MAX];
    struct identity record = identity_of(state->table->name, state->key);
    put_u64_be(bytes, number);
    memcpy(bytes + 8, head.data, HEAD_BYTES);
    memcpy(bytes + 8 + HEAD_BYTES, record.bytes, record.size);
    return identity_of("~past", span_of(bytes, 8 + HEAD_BYTES + record.size));
}

bool past_encode(struct arena *arena, const struct past_state *state, struct span *ret_plain)
{
    struct span who = span_of_text(state->by);
    struct writer writer;
    if (who.size > UINT16_MAX || !writer_init(&writer, arena, 2 + who.size + 1 + state->packed.size))
        return false;
    write_text(&writer, who);
    write_u8(&writer, state->packed.data == NULL);
    write_bytes(&writer, state->packed);
    *ret_plain = writer_span(&writer);
    return true;
}

enum code past_append(struct store_txn *txn, const struct past_state *state, uint64_t *past)
{
    assert(txn->in_command);
    struct arena *arena = txn->command.arena;
    struct span plain, sealed;
    struct writer value;
    uint8_t head[HEAD_BYTES], key[8];
    if (!past_encode(arena, state, &plain))
        return txn_no_memory(txn);
    put_u64_be(head, *past);
    put_u64_be(head + 8, (uint64_t)state->at_ms);
    put_u64_be(head + 16, state->version);
    /* Known now, as a journal entry's number is. */
    uint64_t number = txn->past_number + txn->command.replaced + 1;
    struct identity place = place_of(number, span_of(head, sizeof head), state);
    enum code code = seal(txn, state->own, identity_span(&place), plain, arena, &sealed);
    if (code)
        return code;
    if (!writer_init(&value, arena, sizeof head + sealed.size))
        return txn_no_memory(txn);
    write_bytes(&value, span_of(head, sizeof head));
    write_bytes(&value, sealed);
    put_u64_be(key, number);
    code = txn_append(txn, txn->store->dbis[DB_PAST], span_of(key, sizeof key), writer_span(&value));
    if (code)
        return code;
    txn->command.replaced++;
    *past = number;
    return CODE_OK;
}

enum code past_get(struct store_txn *txn, uint64_t number, struct past_kept *ret_kept,
                   struct past_state *state)
{
    uint8_t key[8];
    struct span value;
    put_u64_be(key, number);
    enum code code = txn_get(txn, txn->store->dbis[DB_PAST], span_of(key, sizeof key), &value);
    if (code == CODE_NOT_FOUND || (code == CODE_OK && value.size < HEAD_BYTES))
        return txn_fail(txn, CODE_DATA_LOSS, "", "past state %llu is missing or cut short",
                        (unsigned long long)number);
    if (code)
        return code;
    struct reader reader = reader_of(value);
    *ret_kept = (struct past_kept){.number = number, .head = span_of(value.data, HEAD_BYTES)};
    ret_kept->before = read_u64(&reader);
    state->at_ms = (int64_t)read_u64(&reader);
    state->version = read_u64(&reader);
    ret_kept->sealed = read_rest(&reader);
    return CODE_OK;
}

enum code past_decode(struct store_txn *txn, const struct past_state *state, struct span place,
                      struct span sealed, struct arena *arena, Pb__JournalEntry **ret_entry)
{
    struct span plain;
    enum code code = unseal(txn, state->own, place, sealed, arena, &plain);
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    struct span by = read_text(&reader);
    bool deleted = read_u8(&reader) != 0;
    struct span content = read_rest(&reader);
    Pb__JournalEntry *entry = arena_new(arena, Pb__JournalEntry);
    struct span key = arena_copy(arena, state->key);
    char *who = arena_format(arena, "%.*s", (int)by.size, by.size ? (const char *)by.data : "");
    if (!entry || !key.data || !who)
        return txn_no_memory(txn);
    pb__journal_entry__init(entry);
    entry->record_type = state->table->type->name;
    entry->key = (ProtobufCBinaryData){key.size, (uint8_t *)(uintptr_t)key.data};
    entry->at_ms = state->at_ms;
    entry->version = state->version;
    entry->by = who;
    entry->change_case = deleted ? PB__JOURNAL_ENTRY__CHANGE_DELETED : PB__JOURNAL_ENTRY__CHANGE_CONTENT;
    if (deleted)
        entry->deleted = true;
    else
        entry->content = (ProtobufCBinaryData){content.size, (uint8_t *)(uintptr_t)content.data};
    *ret_entry = entry;
    return CODE_OK;
}

enum code past_entry(struct store_txn *txn, const struct past_kept *kept, const struct past_state *state,
                     struct arena *arena, Pb__JournalEntry **ret_entry)
{
    struct identity place = place_of(kept->number, kept->head, state);
    return past_decode(txn, state, identity_span(&place), kept->sealed, arena, ret_entry);
}

enum code past_newest(struct store_txn *txn, const struct table *table, struct span key, uint64_t *ret_past)
{
    struct arena *arena = txn_arena(txn);
    struct arena_mark mark = arena_mark(arena);
    struct stored stored = {0};
    struct grave grave;
    uint64_t past = 0;
    enum code code = stored_get(txn, store_table(txn->store, table), key, arena, &stored);
    if (code == CODE_OK) {
        past = stored.past;
    } else if (code == CODE_NOT_FOUND) {
        code = grave_get(txn, table, key, arena, &grave);
        past = code == CODE_OK ? grave.past : 0;
    }
    sodium_memzero(&stored.own_key, sizeof stored.own_key);
    arena_release(arena, mark);
    if (code && code != CODE_NOT_FOUND)
        return code;
    *ret_past = past;
    return CODE_OK;
}

enum code past_forget(struct store_txn *txn, uint64_t past)
{
    enum code code = CODE_OK;
    while (past && code == CODE_OK) {
        struct past_kept kept = {0};
        struct past_state state;
        uint8_t key[8];
        code = past_get(txn, past, &kept, &state);
        put_u64_be(key, past);
        if (code == CODE_OK)
            code = txn_delete(txn, txn->store->dbis[DB_PAST], span_of(key, sizeof key));
        past = kept.before;
    }
    return code;
}

enum code past_open(struct store_txn *txn)
{
    MDB_cursor *cursor;
    MDB_val key, value;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_PAST], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "read past states");
    rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (rc == 0 && key.mv_size == 8)
        txn->past_number = get_u64_be(key.mv_data);
    mdb_cursor_close(cursor);
    return rc == 0 || rc == MDB_NOTFOUND ? CODE_OK : txn_fail_lmdb(txn, rc, "read past states");
}

/* History: what is known of records' past from published files, and all of their past, read together (rule
 * R10).
 *
 * In: states older than what is held. Out: journal entries, newest first, those of the chain of past.c among
 * them. An entry's key is table, record, time, version and a number that tells apart two of the same time; it
 * never goes to followers. (Releases before the chain kept every past state here.) */

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

static enum code history_keep(struct store_txn *txn, const struct past_state *state)
{
    struct arena *arena = txn->command.arena;
    struct span plain, sealed;
    if (!past_encode(arena, state, &plain))
        return txn_no_memory(txn);
    struct history_key history = key_prefix(state->table, state->key);
    bool known = false;
    enum code code = place_find(txn, &history, state->at_ms, state->version, state->own, plain, &known);
    if (code || known)
        return code;
    struct identity place = place_of(&history);
    code = seal(txn, state->own, identity_span(&place), plain, arena, &sealed);
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
        code = history_keep(txn, &(struct past_state){.table = table,
                                                      .key = key,
                                                      .at_ms = at_ms,
                                                      .by = txn->command.actor.by,
                                                      .own = table->flags & TABLE_OWN_KEY ? &own : NULL,
                                                      .packed = stored.packed});
    sodium_memzero(&own, sizeof own);
    return code;
}

/* --- reading ----------------------------------------------------------------------------------------- */

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

/* Both pasts of a record while they are read, each at its newest state that was not yet given. */
struct reading {
    struct store_txn *txn;
    struct arena *arena;
    MDB_cursor *cursor;
    struct history_key prefix;
    bool found; /* in published files */
    MDB_val name, value;
    struct past_state found_state;
    uint64_t number; /* in the chain; 0: none is left */
    struct past_kept kept;
    struct past_state kept_state;
};

static enum code step_found(struct reading *reading, bool first)
{
    int rc = step_back(reading->cursor, &reading->prefix, first, &reading->name, &reading->value);
    reading->found = rc == 0;
    if (rc)
        return rc == MDB_NOTFOUND ? CODE_OK : txn_fail_lmdb(reading->txn, rc, "read history");
    const uint8_t *tail = (const uint8_t *)reading->name.mv_data + reading->prefix.prefix_size;
    reading->found_state.at_ms = (int64_t)(get_u64_be(tail) ^ UINT64_C(1) << 63);
    reading->found_state.version = get_u64_be(tail + 8);
    return CODE_OK;
}

static enum code step_chain(struct reading *reading, uint64_t number)
{
    reading->number = number;
    return number ? past_get(reading->txn, number, &reading->kept, &reading->kept_state) : CODE_OK;
}

static bool chain_is_newer(const struct reading *reading)
{
    const struct past_state *found = &reading->found_state, *kept = &reading->kept_state;
    if (!reading->number || !reading->found)
        return reading->number != 0;
    return kept->at_ms != found->at_ms ? kept->at_ms > found->at_ms : kept->version >= found->version;
}

/* The newest state that is left, and a step. NOT_FOUND: its key was destroyed. */
static enum code take_newest(struct reading *reading, Pb__JournalEntry **ret_entry)
{
    enum code code, stepped;
    if (chain_is_newer(reading)) {
        code = past_entry(reading->txn, &reading->kept, &reading->kept_state, reading->arena, ret_entry);
        stepped = step_chain(reading, reading->kept.before);
    } else {
        struct identity place =
            identity_of("~history", span_of(reading->name.mv_data, reading->name.mv_size));
        code =
            past_decode(reading->txn, &reading->found_state, identity_span(&place),
                        span_of(reading->value.mv_data, reading->value.mv_size), reading->arena, ret_entry);
        stepped = step_found(reading, false);
    }
    return stepped ? stepped : code;
}

static enum code history_read(struct reading *reading, const struct past_state *record, size_t most,
                              Pb__JournalEntry **entries, size_t *ret_count)
{
    uint64_t newest = 0;
    size_t count = 0;
    reading->found_state = reading->kept_state = *record;
    reading->prefix = key_prefix(record->table, record->key);
    enum code code = past_newest(reading->txn, record->table, record->key, &newest);
    if (code == CODE_OK)
        code = step_chain(reading, newest);
    if (code == CODE_OK)
        code = step_found(reading, true);
    while (code == CODE_OK && count < most && (reading->number || reading->found)) {
        code = take_newest(reading, &entries[count]);
        if (code == CODE_OK)
            count++;
        else if (code == CODE_NOT_FOUND)
            code = CODE_OK;
    }
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
    if (key.size == 0 || key.size > RECORD_KEY_BYTES_MAX) {
        *ret_entries = NULL;
        *ret_count = 0;
        return CODE_OK;
    }
    Pb__JournalEntry **entries = arena_array(arena, Pb__JournalEntry *, most);
    if (!entries)
        return txn_no_memory(txn);
    struct own_key own;
    struct past_state record = {.table = table, .key = key};
    if (table->flags & TABLE_OWN_KEY) {
        code = own_key_get(txn, table, key, &own);
        if (code && code != CODE_NOT_FOUND)
            return code;
        record.own = code == CODE_OK ? &own : NULL;
    }
    struct reading reading = {.txn = txn, .arena = arena};
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_HISTORY], &reading.cursor);
    code = rc ? txn_fail_lmdb(txn, rc, "read history") : CODE_OK;
    if (code == CODE_OK) {
        code = history_read(&reading, &record, most, entries, ret_count);
        mdb_cursor_close(reading.cursor);
    }
    sodium_memzero(&own, sizeof own);
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

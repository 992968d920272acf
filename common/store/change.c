/* A change of a record: version, indexes, past state, journal entry and new state, all in one command.
 *
 * In: a record as a handler wants it, or a key to delete. Out: pending writes of the command, or a refusal
 * (stale version, existing key or value, no key). It reads the old state itself, so that what must follow
 * from it (index entries, who loses sight of it) is never told by hand. */

#include "common/store/internal.h"

#include <assert.h>

/* What is known of a change while it is made. */
struct change {
    const struct open_table *open;
    const struct table *table;
    struct span key;
    struct stored before, after;
    ProtobufCMessage *old; /* NULL: there is none */
    uint64_t version;      /* of the state that follows */
    struct watchers seen;  /* by whom, before the state that is stored */
    bool erases;           /* nothing of the past is kept */
};

enum code record_write_begin(struct store_txn *txn)
{
    assert(txn->writes && txn->in_command);
    return txn_error(txn);
}

static void change_finish(struct change *change)
{
    sodium_memzero(&change->before.own_key, sizeof change->before.own_key);
    sodium_memzero(&change->after.own_key, sizeof change->after.own_key);
}

static void meta_set(const struct open_table *open, ProtobufCMessage *record, Pb__RecordMeta *meta)
{
    uintptr_t slot = (uintptr_t)record + open->meta_field->offset;
    *(Pb__RecordMeta **)slot = meta;
}

/* What a deleted record left is taken up by the one that follows it. */
static enum code grave_read(struct store_txn *txn, struct change *change)
{
    struct grave grave;
    enum code code = grave_get(txn, change->table, change->key, txn->command.arena, &grave);
    if (code)
        return code == CODE_NOT_FOUND ? CODE_OK : code;
    change->version = grave.version;
    change->after.past = grave.past;
    change->seen = grave.seen;
    return grave_remove(txn, change->table, change->key);
}

/* Loads the state before, if there is one, and who saw those before it. NOT_FOUND is not sticky. */
static enum code change_load(struct store_txn *txn, struct change *change)
{
    struct arena *arena = txn->command.arena;
    enum code code = stored_get(txn, change->open, change->key, arena, &change->before);
    if (code)
        return code;
    code = record_unpack(txn, change->open, change->before.packed, arena, &change->old);
    if (code)
        return code;
    const Pb__RecordMeta *meta = record_meta(change->open, change->old);
    change->version = meta ? meta->version : 0;
    if (change->table->flags & TABLE_JOURNAL)
        change->seen = change->before.watchers;
    return CODE_OK;
}

/* --- put --------------------------------------------------------------------------------------------- */

static enum code conflict(struct store_txn *txn, const struct change *change, const ProtobufCMessage *record)
{
    struct arena *arena = txn->command.arena;
    struct stored offered;
    enum code code = record_pack(txn, change->open, record, arena, &offered);
    if (code)
        return code;
    Pb__Conflict *answer = arena_new(arena, Pb__Conflict);
    if (!answer)
        return txn_no_memory(txn);
    pb__conflict__init(answer);
    answer->record_type = arena_text(arena, change->table->type->name);
    if (!answer->record_type)
        return txn_no_memory(txn);
    if (change->old) {
        answer->stored.data = (uint8_t *)(uintptr_t)change->before.packed.data;
        answer->stored.len = change->before.packed.size;
    }
    answer->offered.data = (uint8_t *)(uintptr_t)offered.packed.data;
    answer->offered.len = offered.packed.size;
    txn->command.conflict = answer;
    return txn_fail(txn, CODE_ABORTED, "meta.version",
                    change->old ? "the record was changed since it was read" : "the record was deleted");
}

static enum code version_check(struct store_txn *txn, const struct change *change,
                               const ProtobufCMessage *record)
{
    if (!(change->table->flags & TABLE_VERSIONED))
        return CODE_OK;
    const Pb__RecordMeta *meta = record_meta(change->open, record);
    uint64_t offered = meta ? meta->version : 0;
    if (offered == 0 && change->old)
        return txn_fail(txn, CODE_ALREADY_EXISTS, "", "a record of %s with this key exists",
                        change->table->name);
    if (offered != 0 && (!change->old || offered != change->version))
        return conflict(txn, change, record);
    return CODE_OK;
}

/* The meta that the store keeps; `generated` alone is the caller's. */
static enum code meta_fill(struct store_txn *txn, struct change *change, ProtobufCMessage *record)
{
    if (!(change->table->flags & TABLE_VERSIONED))
        return CODE_OK;
    struct arena *arena = txn->command.arena;
    Pb__RecordMeta *meta = arena_new(arena, Pb__RecordMeta);
    char *by = arena_text(arena, txn->command.actor.by);
    if (!meta || !by)
        return txn_no_memory(txn);
    pb__record_meta__init(meta);
    const Pb__RecordMeta *given = record_meta(change->open, record);
    const Pb__RecordMeta *kept = change->old ? record_meta(change->open, change->old) : NULL;
    meta->version = change->version + 1;
    meta->changed_at_ms = txn->command.actor.now_ms;
    meta->changed_by = by;
    meta->created_at_ms = kept ? kept->created_at_ms : txn->command.actor.now_ms;
    meta->generated = given && given->generated;
    meta_set(change->open, record, meta);
    return CODE_OK;
}

/* Nothing but meta differs; then the caller's record gets the meta that is stored. */
static bool unchanged(const struct change *change, ProtobufCMessage *record)
{
    if (!change->old)
        return false;
    if (!(change->table->flags & TABLE_VERSIONED))
        return span_equal(change->before.packed, change->after.packed);
    Pb__RecordMeta *kept = record_meta(change->open, change->old);
    if (!kept || !span_equal(change->before.body, change->after.body) ||
        kept->generated != record_meta(change->open, record)->generated)
        return false;
    meta_set(change->open, record, kept);
    return true;
}

static enum code own_key_ready(struct store_txn *txn, struct change *change)
{
    change->after.own = change->table->flags & TABLE_OWN_KEY;
    if (!change->after.own)
        return CODE_OK;
    if (change->before.own) {
        change->after.own_key = change->before.own_key;
        return CODE_OK;
    }
    enum code code = own_key_get(txn, change->table, change->key, &change->after.own_key);
    return code == CODE_NOT_FOUND ? own_key_make(txn, change->table, change->key, &change->after.own_key)
                                  : code;
}

static enum code past_keep(struct store_txn *txn, struct change *change)
{
    if (!change->old || !(change->table->flags & TABLE_HISTORY))
        return CODE_OK;
    const Pb__RecordMeta *meta = record_meta(change->open, change->old);
    struct past_state state = {.table = change->table,
                               .key = change->key,
                               .at_ms = meta ? meta->changed_at_ms : txn->command.actor.now_ms,
                               .version = meta ? meta->version : 0,
                               .by = meta ? meta->changed_by : txn->command.actor.by,
                               .own = change->before.own ? &change->before.own_key : NULL,
                               .packed = change->before.packed};
    change->after.past = change->before.past;
    return past_append(txn, &state, &change->after.past);
}

/* The new state goes into the journal and into its table. */
static enum code put_followed(struct store_txn *txn, struct change *change, const ProtobufCMessage *record)
{
    struct audience audience, before;
    audience_init(&audience);
    audience_init(&before);
    change->table->audience(record, &audience);
    if (change->old)
        change->table->audience(change->old, &before);
    struct watchers *lost = &change->after.watchers;
    *lost = change->seen;
    watchers_add(lost, &before, &audience);
    watchers_subtract(lost, &audience);
    change->after.sequence = journal_next(txn);
    change->after.audience = &audience;
    struct journal_item item = {
        .table = change->table->name, .key = change->key, .audience = &audience, .lost = lost};
    enum code code = stored_seal(txn, change->open, change->key, &change->after, &item.state);
    if (code == CODE_OK)
        code = journal_append(txn, &item);
    return code ? code : txn_put(txn, change->open->dbi, change->key, item.state);
}

static enum code change_put(struct store_txn *txn, struct change *change, ProtobufCMessage *record)
{
    enum code code = record_key(txn, change->table, record, &change->key);
    if (code)
        return code;
    code = change_load(txn, change);
    if (code == CODE_NOT_FOUND)
        code = CODE_OK;
    if (code == CODE_OK)
        code = version_check(txn, change, record);
    if (code == CODE_OK && !change->old)
        code = grave_read(txn, change);
    if (code == CODE_OK)
        code = meta_fill(txn, change, record);
    if (code == CODE_OK)
        code = record_pack(txn, change->open, record, txn->command.arena, &change->after);
    if (code || unchanged(change, record))
        return code;
    code = own_key_ready(txn, change);
    if (code == CODE_OK)
        code = indexes_change(txn, change->open, change->key, change->old, record);
    if (code == CODE_OK)
        code = past_keep(txn, change);
    if (code)
        return code;
    return change->table->flags & TABLE_JOURNAL ? put_followed(txn, change, record)
                                                : stored_put(txn, change->open, change->key, &change->after);
}

enum code record_put(struct store_txn *txn, const struct table *table, ProtobufCMessage *record)
{
    enum code code = record_write_begin(txn);
    if (code)
        return code;
    struct change change = {.open = store_table(txn->store, table), .table = table};
    Pb__RecordMeta *given = record_meta(change.open, record);
    code = change_put(txn, &change, record);
    if (code && change.open->meta_field)
        meta_set(change.open, record, given);
    change_finish(&change);
    return code;
}

enum code record_put_copy(struct store_txn *txn, const struct table *table, const ProtobufCMessage *record,
                          struct span packed)
{
    const struct open_table *open = store_table(txn->store, table);
    struct stored stored = {.packed = packed, .body = packed};
    struct span key;
    assert(table->flags == 0 && !table->indexes);
    enum code code = record_write_begin(txn);
    if (code == CODE_OK)
        code = record_key(txn, table, record, &key);
    return code == CODE_OK ? stored_put(txn, open, key, &stored) : code;
}

/* --- delete and erase -------------------------------------------------------------------------------- */

static enum code announce_end(struct store_txn *txn, struct change *change)
{
    if (!(change->table->flags & TABLE_JOURNAL))
        return CODE_OK;
    struct audience audience;
    audience_init(&audience);
    change->table->audience(change->old, &audience);
    struct watchers lost = change->seen;
    watchers_subtract(&lost, &audience);
    watchers_add(&change->seen, &audience, NULL); /* whoever makes it again tells them */
    struct journal_item item = {.table = change->table->name,
                                .key = change->key,
                                .version = change->version,
                                .deleted = true,
                                .audience = &audience,
                                .lost = &lost};
    return journal_append(txn, &item);
}

static enum code past_end(struct store_txn *txn, struct change *change)
{
    if (!(change->table->flags & TABLE_HISTORY))
        return CODE_OK;
    struct past_state state = {.table = change->table,
                               .key = change->key,
                               .at_ms = txn->command.actor.now_ms,
                               .version = change->version,
                               .by = txn->command.actor.by,
                               .own = change->before.own ? &change->before.own_key : NULL};
    return past_append(txn, &state, &change->after.past);
}

static enum code change_delete(struct store_txn *txn, struct change *change)
{
    enum code code = change_load(txn, change);
    if (code)
        return code;
    txn->command.erasing = true;
    code = indexes_change(txn, change->open, change->key, change->old, NULL);
    if (code == CODE_OK && !change->erases)
        code = past_keep(txn, change);
    change->version++;
    if (code == CODE_OK && !change->erases)
        code = past_end(txn, change);
    if (code == CODE_OK)
        code = announce_end(txn, change);
    struct grave grave = {.version = change->version, .past = change->after.past, .seen = change->seen};
    if (code == CODE_OK && !change->erases &&
        (change->table->flags & (TABLE_JOURNAL | TABLE_VERSIONED | TABLE_HISTORY)))
        code = grave_dig(txn, change->table, change->key, &grave);
    return code ? code : txn_delete(txn, change->open->dbi, change->key);
}

static enum code delete_or_erase(struct store_txn *txn, const struct table *table, struct span key,
                                 bool erases)
{
    enum code code = record_write_begin(txn);
    if (code)
        return code;
    struct change change = {
        .open = store_table(txn->store, table), .table = table, .key = key, .erases = erases};
    code = change_delete(txn, &change);
    change_finish(&change);
    return code;
}

enum code record_delete(struct store_txn *txn, const struct table *table, struct span key)
{
    return delete_or_erase(txn, table, key, false);
}

/* Lists the key's name, so that it is destroyed again in a restored copy. */
static enum code erasure_list(struct store_txn *txn, struct span name)
{
    struct span present;
    enum code code = txn_get(txn, txn->store->dbis[DB_ERASED], name, &present);
    if (code != CODE_NOT_FOUND)
        return code;
    uint8_t at_ms[8];
    put_u64_be(at_ms, (uint64_t)txn->command.actor.now_ms);
    code = sealed_put(txn, DB_ERASED, name, span_of(at_ms, sizeof at_ms));
    return code ? code : ledger_note(txn, name, txn->command.actor.now_ms);
}

enum code record_erase(struct store_txn *txn, const struct table *table, struct span key)
{
    assert(table->flags & TABLE_OWN_KEY);
    if (key.size == 0 || key.size > RECORD_KEY_BYTES_MAX)
        return txn_error(txn) ? txn_error(txn) : CODE_NOT_FOUND;
    uint64_t past = 0;
    enum code gone = past_newest(txn, table, key, &past);
    if (gone == CODE_OK)
        gone = delete_or_erase(txn, table, key, true);
    if (gone && gone != CODE_NOT_FOUND)
        return gone;
    txn->command.erasing = true;
    struct identity identity = identity_of(table->name, key);
    struct span name = identity_span(&identity), present;
    MDB_dbi keys = txn->store->dbis[DB_RECORD_KEYS];
    if (txn_get(txn, keys, name, &present) == CODE_OK)
        gone = CODE_OK;
    enum code code = txn_delete(txn, keys, name);
    if (code == CODE_OK)
        code = grave_remove(txn, table, key);
    if (code == CODE_OK)
        code = past_forget(txn, past);
    if (code == CODE_OK)
        code = history_forget(txn, table, key);
    if (code == CODE_OK)
        code = erasure_list(txn, name);
    return code ? code : gone;
}

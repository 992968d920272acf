/* The journal: one entry for every change, in order, sealed; read in batches by followers.
 *
 * In: changes (from change.c and blob.c), and a follower's cursor and entitlement. Out: entries, or a batch
 * of them. A state of a record stands here as in its table, sealed the same (stored.c); what else there is to
 * tell is sealed for the entry alone. What is not sealed (groups, record) lets most entries be passed over
 * without unsealing them. Who a follower is, and how batches reach it, is not decided here. */

#include "common/store/internal.h"
#include "common/store/journal.h"

#include <assert.h>

enum { PREFIX_BYTES_MAX = 2 + 4 + 4 + 1 + 2 + TABLE_NAME_BYTES_MAX + 2 + RECORD_KEY_BYTES_MAX };

/* --- append ------------------------------------------------------------------------------------------ */

static unsigned flags_of(const struct audience *audience, const struct watchers *lost)
{
    return (audience->name_count || lost->name_count ? JOURNAL_NAMES : 0u) |
           (lost->everyone ? JOURNAL_EVERYONE : 0u);
}

static bool prefix_write(struct writer *writer, struct arena *arena, const struct journal_item *item)
{
    if (!writer_init(writer, arena, PREFIX_BYTES_MAX))
        return false;
    unsigned flags = flags_of(item->audience, item->lost);
    flags |= item->deleted ? JOURNAL_DELETED : 0u;
    flags |= item->state.data ? JOURNAL_STATE : 0u;
    write_u32(writer, item->audience->groups);
    write_u32(writer, item->lost->groups);
    write_u8(writer, flags);
    write_text(writer, span_of_text(item->table));
    write_text(writer, item->key);
    return true;
}

/* What is sealed for an entry alone is bound to its number and to what of it is not sealed. */
static struct identity place_of(uint64_t sequence, struct span prefix)
{
    uint8_t bytes[8 + PREFIX_BYTES_MAX];
    assert(prefix.size <= PREFIX_BYTES_MAX);
    put_u64_be(bytes, sequence);
    memcpy(bytes + 8, prefix.data, prefix.size);
    return identity_of("~journal", span_of(bytes, 8 + prefix.size));
}

static enum code body_seal(struct store_txn *txn, const struct journal_item *item, uint64_t sequence,
                           struct span prefix, struct span *ret_sealed)
{
    const struct command *command = &txn->command;
    struct span by = span_of_text(command->actor.by);
    size_t size =
        8 + 8 + 2 + by.size + audience_size(item->audience) + watchers_size(item->lost) + item->content.size;
    struct writer body;
    if (by.size > UINT16_MAX || !writer_init(&body, command->arena, size))
        return txn_no_memory(txn);
    write_u64(&body, item->version);
    write_u64(&body, (uint64_t)command->actor.now_ms);
    write_text(&body, by);
    write_audience(&body, item->audience);
    write_watchers(&body, item->lost);
    write_bytes(&body, item->content);
    struct identity place = place_of(sequence, prefix);
    return seal(txn, NULL, identity_span(&place), writer_span(&body), command->arena, ret_sealed);
}

uint64_t journal_next(const struct store_txn *txn)
{
    return txn->sequence + txn->command.appended + 1;
}

enum code journal_append(struct store_txn *txn, const struct journal_item *item)
{
    assert(txn->in_command);
    struct arena *arena = txn->command.arena;
    struct writer prefix, value;
    struct span sealed = item->state;
    uint64_t sequence = journal_next(txn);
    if (!prefix_write(&prefix, arena, item))
        return txn_no_memory(txn);
    enum code code = CODE_OK;
    if (!sealed.data)
        code = body_seal(txn, item, sequence, writer_span(&prefix), &sealed);
    if (code)
        return code;
    if (!writer_init(&value, arena, 2 + prefix.size + sealed.size))
        return txn_no_memory(txn);
    write_text(&value, writer_span(&prefix));
    write_bytes(&value, sealed);
    uint8_t key[8];
    put_u64_be(key, sequence);
    code = txn_append(txn, txn->store->dbis[DB_JOURNAL], span_of(key, sizeof key), writer_span(&value));
    if (code == CODE_OK)
        txn->command.appended++;
    return code;
}

/* --- read -------------------------------------------------------------------------------------------- */

bool journal_prefix_read(struct span value, struct journal_prefix *ret_prefix)
{
    struct reader all = reader_of(value);
    ret_prefix->bytes = read_text(&all);
    ret_prefix->sealed = read_rest(&all);
    struct reader reader = reader_of(ret_prefix->bytes);
    ret_prefix->groups = read_u32(&reader);
    ret_prefix->lost_groups = read_u32(&reader);
    ret_prefix->flags = read_u8(&reader);
    ret_prefix->table = read_text(&reader);
    ret_prefix->key = read_text(&reader);
    return !all.failed && !reader.failed && reader.left == 0;
}

/* Can it concern this follower at all? */
static bool may_concern(const struct journal_prefix *prefix, const struct entitlement *entitlement)
{
    if ((prefix->groups | prefix->lost_groups) & entitlement->groups || prefix->flags & JOURNAL_EVERYONE)
        return true;
    return prefix->flags & JOURNAL_NAMES && entitlement->name[0];
}

static const char *record_type_of(struct store *store, struct span table)
{
    if (span_equal(table, span_of_text(BLOB_TABLE)))
        return pb__blob_head__descriptor.name;
    const struct open_table *open = store_table_named(store, table);
    return open ? open->table->type->name : NULL;
}

/* What an entry says, of whatever kind. */
struct told {
    uint64_t version;
    int64_t at_ms;
    struct span by, content;
    struct audience audience;
    struct stored state; /* its watchers: who lost sight of it, of every kind */
};

static enum code entry_damaged(struct store_txn *txn, uint64_t sequence)
{
    return txn_fail(txn, CODE_DATA_LOSS, "", "journal entry %llu is cut short or another's",
                    (unsigned long long)sequence);
}

/* NOT_FOUND: the record's key was destroyed; an entry further on tells everyone who ever saw it. */
static enum code state_open(struct store_txn *txn, uint64_t sequence, const struct journal_prefix *prefix,
                            struct arena *arena, struct told *told)
{
    const struct open_table *open = store_table_named(txn->store, prefix->table);
    struct stored *state = &told->state;
    Pb__RecordMeta *meta = NULL;
    if (!open) /* a blob has no state */
        return entry_damaged(txn, sequence);
    enum code code = stored_open(txn, open, prefix->key, prefix->sealed, arena, state, &told->audience);
    sodium_memzero(&state->own_key, sizeof state->own_key);
    if (code == CODE_OK)
        code = stored_meta(txn, open, state, arena, &meta);
    if (code)
        return code;
    unsigned flags = flags_of(&told->audience, &state->watchers) | JOURNAL_STATE;
    if (state->sequence != sequence || prefix->flags != flags || prefix->groups != told->audience.groups ||
        prefix->lost_groups != state->watchers.groups)
        return entry_damaged(txn, sequence);
    told->version = meta->version;
    told->at_ms = meta->changed_at_ms;
    told->by = span_of_text(meta->changed_by);
    told->content = state->packed;
    return CODE_OK;
}

static enum code body_open(struct store_txn *txn, uint64_t sequence, const struct journal_prefix *prefix,
                           struct arena *arena, struct told *told)
{
    struct identity place = place_of(sequence, prefix->bytes);
    struct span plain;
    enum code code = unseal(txn, NULL, identity_span(&place), prefix->sealed, arena, &plain);
    if (code)
        return code;
    struct reader reader = reader_of(plain);
    told->version = read_u64(&reader);
    told->at_ms = (int64_t)read_u64(&reader);
    told->by = read_text(&reader);
    read_audience(&reader, &told->audience);
    read_watchers(&reader, &told->state.watchers);
    told->content = read_rest(&reader);
    return reader.failed ? entry_damaged(txn, sequence) : CODE_OK;
}

/* What this follower gets of an entry. NOT_FOUND: nothing. */
static enum code entry_read(struct store_txn *txn, uint64_t sequence, const struct journal_prefix *prefix,
                            const struct entitlement *entitlement, struct arena *arena,
                            Pb__JournalEntry *entry)
{
    const char *type = record_type_of(txn->store, prefix->table);
    if (!type)
        return CODE_NOT_FOUND;
    struct told told;
    enum code code = prefix->flags & JOURNAL_STATE ? state_open(txn, sequence, prefix, arena, &told)
                                                   : body_open(txn, sequence, prefix, arena, &told);
    if (code)
        return code;
    bool sees = audience_admits(&told.audience, entitlement);
    if (!sees && !watchers_admit(&told.state.watchers, entitlement))
        return CODE_NOT_FOUND;
    struct span key = arena_copy(arena, prefix->key);
    char *who = arena_alloc(arena, told.by.size + 1);
    if (!key.data || !who)
        return txn_no_memory(txn);
    entry->sequence = sequence;
    entry->version = told.version;
    entry->at_ms = told.at_ms;
    entry->record_type = type;
    entry->key = (ProtobufCBinaryData){key.size, (uint8_t *)(uintptr_t)key.data};
    entry->by = who;
    if (sees && told.by.size)
        memcpy(who, told.by.data, told.by.size);
    if (!sees) {
        entry->change_case = PB__JOURNAL_ENTRY__CHANGE_FORGET;
        entry->forget = true;
    } else if (prefix->flags & JOURNAL_DELETED) {
        entry->change_case = PB__JOURNAL_ENTRY__CHANGE_DELETED;
        entry->deleted = true;
    } else {
        entry->change_case = PB__JOURNAL_ENTRY__CHANGE_CONTENT;
        entry->content = (ProtobufCBinaryData){told.content.size, (uint8_t *)(uintptr_t)told.content.data};
    }
    return CODE_OK;
}

/* A batch as it grows. */
struct batch {
    const struct entitlement *entitlement;
    struct arena *arena;
    Pb__JournalEntry **entries;
    size_t count, bytes, most_entries, most_bytes;
    uint64_t through;
    bool full;
};

/* With its tag. */
static size_t number_size(uint64_t number)
{
    return 1 + (size_t)(70 - __builtin_clzll(number | 1)) / 7;
}

static size_t bytes_size(size_t size)
{
    return number_size(size) + size;
}

/* Its bytes in the batch, or a few more. */
static size_t entry_size(const Pb__JournalEntry *entry)
{
    bool content = entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT;
    return number_size(entry->sequence) + number_size(entry->version) + number_size((uint64_t)entry->at_ms) +
           bytes_size(strlen(entry->record_type)) + bytes_size(entry->key.len) +
           bytes_size(strlen(entry->by)) + (content ? bytes_size(entry->content.len) : 2) + 8;
}

static enum code batch_take(struct store_txn *txn, struct batch *batch, uint64_t sequence,
                            const struct journal_prefix *prefix)
{
    struct arena_mark mark = arena_mark(batch->arena);
    Pb__JournalEntry *entry = arena_new(batch->arena, Pb__JournalEntry);
    if (!entry)
        return txn_no_memory(txn);
    pb__journal_entry__init(entry);
    enum code code = entry_read(txn, sequence, prefix, batch->entitlement, batch->arena, entry);
    if (code == CODE_NOT_FOUND) {
        arena_release(batch->arena, mark);
        return CODE_OK;
    }
    if (code)
        return code;
    size_t size = entry_size(entry);
    if (batch->count && batch->bytes + size > batch->most_bytes) {
        batch->full = true;
        arena_release(batch->arena, mark);
        return CODE_OK;
    }
    batch->entries[batch->count++] = entry;
    batch->bytes += size;
    return CODE_OK;
}

static enum code batch_fill(struct store_txn *txn, MDB_cursor *cursor, uint64_t after, struct batch *batch)
{
    uint8_t first[8];
    put_u64_be(first, after + 1);
    MDB_val key = {sizeof first, first}, value;
    int rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (size_t looked = 0; rc == 0; looked++) {
        if (batch->count == batch->most_entries || looked == JOURNAL_SCAN_MAX)
            return CODE_OK;
        uint64_t sequence = get_u64_be(key.mv_data);
        struct journal_prefix prefix;
        if (!journal_prefix_read(span_of(value.mv_data, value.mv_size), &prefix))
            return txn_fail(txn, CODE_DATA_LOSS, "", "journal entry %llu is cut short",
                            (unsigned long long)sequence);
        if (may_concern(&prefix, batch->entitlement)) {
            enum code code = batch_take(txn, batch, sequence, &prefix);
            if (code || batch->full)
                return code;
        }
        batch->through = sequence;
        rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    return rc == MDB_NOTFOUND ? CODE_OK : txn_fail_lmdb(txn, rc, "read the journal");
}

static Pb__Position *position_make(struct arena *arena, uint64_t epoch, uint64_t sequence)
{
    Pb__Position *position = arena_new(arena, Pb__Position);
    if (!position)
        return NULL;
    pb__position__init(position);
    position->epoch = epoch;
    position->sequence = sequence;
    return position;
}

static enum code batch_read(struct store_txn *txn, uint64_t after, struct batch *batch)
{
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_JOURNAL], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "read the journal");
    enum code code = batch_fill(txn, cursor, after, batch);
    mdb_cursor_close(cursor);
    return code;
}

enum code journal_read(struct store_txn *txn, uint64_t after, const struct entitlement *entitlement,
                       size_t most_entries, size_t most_bytes, struct arena *arena,
                       Pb__FollowResponse *ret_batch)
{
    assert(!txn->in_command || !txn->command.first);
    enum code code = txn_error(txn);
    uint64_t epoch = 0;
    if (code == CODE_OK)
        code = meta_get(txn, "~epoch", &epoch);
    if (code)
        return code;
    size_t room = sizeof(Pb__JournalEntry *) * (most_entries ? most_entries : 1);
    struct batch batch = {.entitlement = entitlement,
                          .arena = arena,
                          .entries = arena_room(arena, room),
                          .most_entries = most_entries,
                          .most_bytes = most_bytes,
                          .through = after};
    if (!batch.entries)
        return txn_no_memory(txn);
    code = batch_read(txn, after, &batch);
    Pb__Position *from = position_make(arena, epoch, after), *to = position_make(arena, epoch, batch.through);
    if (code == CODE_OK && (!from || !to))
        code = txn_no_memory(txn);
    if (code)
        return code;
    ret_batch->after = from;
    ret_batch->through = to;
    ret_batch->entries = batch.entries;
    ret_batch->n_entries = batch.count;
    ret_batch->floor = journal_floor(txn);
    ret_batch->newest = journal_newest(txn);
    return txn_error(txn);
}

uint64_t journal_newest(struct store_txn *txn)
{
    if (txn_error(txn))
        return 0;
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_JOURNAL], &cursor);
    MDB_val key, value;
    if (rc == 0) {
        rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
        mdb_cursor_close(cursor);
    }
    if (rc == 0)
        return get_u64_be(key.mv_data);
    if (rc != MDB_NOTFOUND)
        txn_fail_lmdb(txn, rc, "read the journal");
    return 0;
}

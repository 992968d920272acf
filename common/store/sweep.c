/* The sweep: below the floor the journal keeps the newest state of each record alone.
 *
 * In: how far the floor and the tombstones' horizon may rise, and how much work one slice may do. Out: a
 * shorter journal that says the same to a follower from 0. DB_KEPT remembers which entry is kept of each
 * record, and which of those are tombstones. The newest entry is never dropped: its number is where the
 * journal stands. */

#include "common/store/internal.h"
#include "common/store/journal.h"

#include <assert.h>

static uint64_t meta_number(struct store_txn *txn, const char *name)
{
    uint64_t number = 0;
    return meta_get(txn, name, &number) ? 0 : number;
}

uint64_t journal_floor(struct store_txn *txn)
{
    return meta_number(txn, "~journal-floor");
}

uint64_t journal_horizon(struct store_txn *txn)
{
    return meta_number(txn, "~journal-horizon");
}

/* What passing one entry, or dropping a tombstone, and noting how far it went can need: paths of four trees,
 * twice. */
enum { STEP_PAGES = 40 };

struct kept_key {
    uint8_t bytes[1 + IDENTITY_BYTES_MAX];
    size_t size;
};

static struct span kept_span(const struct kept_key *key)
{
    return span_of(key->bytes, key->size);
}

static struct kept_key kept_key_of(struct span table, struct span key)
{
    struct kept_key kept = {.bytes = {'k'}, .size = 1};
    memcpy(kept.bytes + 1, table.data, table.size);
    kept.bytes[1 + table.size] = 0;
    memcpy(kept.bytes + 2 + table.size, key.data, key.size);
    kept.size = 2 + table.size + key.size;
    return kept;
}

static struct kept_key tombstone_key_of(uint64_t sequence)
{
    struct kept_key kept = {.bytes = {'t'}, .size = 9};
    put_u64_be(kept.bytes + 1, sequence);
    return kept;
}

static enum code entry_drop(struct store_txn *txn, uint64_t sequence)
{
    uint8_t key[8];
    put_u64_be(key, sequence);
    enum code code = txn_delete_direct(txn, txn->store->dbis[DB_JOURNAL], span_of(key, sizeof key));
    struct kept_key tombstone = tombstone_key_of(sequence);
    return code ? code : txn_delete_direct(txn, txn->store->dbis[DB_KEPT], kept_span(&tombstone));
}

/* The floor passes one entry: what it supersedes goes, and it is kept itself. */
static enum code entry_pass(struct store_txn *txn, uint64_t sequence, const struct journal_prefix *prefix)
{
    MDB_dbi kept_dbi = txn->store->dbis[DB_KEPT];
    struct kept_key kept = kept_key_of(prefix->table, prefix->key);
    struct kept_key tombstone = tombstone_key_of(sequence);
    bool deleted = prefix->flags & JOURNAL_DELETED;
    struct span older;
    enum code code = txn_get(txn, kept_dbi, kept_span(&kept), &older);
    if (code == CODE_OK)
        code = entry_drop(txn, get_u64_be(older.data));
    if (code && code != CODE_NOT_FOUND)
        return code;
    uint8_t number[8];
    put_u64_be(number, sequence);
    code = txn_put_direct(txn, kept_dbi, kept_span(&kept), span_of(number, sizeof number));
    if (code == CODE_OK && deleted)
        code = txn_put_direct(txn, kept_dbi, kept_span(&tombstone), kept_span(&kept));
    return code;
}

static enum code journal_get(struct store_txn *txn, uint64_t sequence, struct journal_prefix *ret_prefix)
{
    uint8_t key[8];
    put_u64_be(key, sequence);
    struct span value;
    enum code code = txn_get(txn, txn->store->dbis[DB_JOURNAL], span_of(key, sizeof key), &value);
    if (code == CODE_OK && !journal_prefix_read(value, ret_prefix))
        return txn_fail(txn, CODE_DATA_LOSS, "", "journal entry %llu is cut short",
                        (unsigned long long)sequence);
    return code;
}

/* Raises the floor by what is left of the slice. */
static enum code floor_raise(struct store_txn *txn, uint64_t target, size_t *left)
{
    uint64_t floor = journal_floor(txn), began = floor;
    enum code code = txn_error(txn);
    for (; floor < target && *left && code == CODE_OK && room_spare(txn, STEP_PAGES); (*left)--) {
        struct journal_prefix prefix;
        code = journal_get(txn, floor + 1, &prefix);
        if (code == CODE_OK)
            code = entry_pass(txn, floor + 1, &prefix);
        else if (code == CODE_NOT_FOUND)
            code = CODE_OK;
        if (code == CODE_OK)
            floor++;
    }
    return code || floor == began ? code : meta_put(txn, "~journal-floor", floor);
}

/* The oldest tombstone that is kept below the floor. NOT_FOUND (not sticky): none. */
static enum code tombstone_first(struct store_txn *txn, uint64_t *ret_sequence, struct kept_key *ret_kept)
{
    MDB_cursor *cursor;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbis[DB_KEPT], &cursor);
    if (rc)
        return txn_fail_lmdb(txn, rc, "sweep");
    MDB_val key = {1, "t"}, value;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    if (rc == 0) {
        *ret_sequence = get_u64_be((const uint8_t *)key.mv_data + 1);
        ret_kept->size = value.mv_size;
        memcpy(ret_kept->bytes, value.mv_data, value.mv_size);
    }
    mdb_cursor_close(cursor);
    if (rc == MDB_NOTFOUND)
        return CODE_NOT_FOUND;
    return rc ? txn_fail_lmdb(txn, rc, "sweep") : CODE_OK;
}

/* Drops tombstones at or below the horizon; it is noted even where there were none, never beyond the floor.
 */
static enum code horizon_raise(struct store_txn *txn, uint64_t horizon, size_t *left)
{
    uint64_t began = journal_horizon(txn), reached = began;
    enum code code = txn_error(txn);
    while (code == CODE_OK && *left && room_spare(txn, STEP_PAGES)) {
        uint64_t sequence = 0;
        struct kept_key kept;
        code = tombstone_first(txn, &sequence, &kept);
        if (code || sequence > horizon)
            break;
        code = entry_drop(txn, sequence);
        if (code == CODE_OK)
            code = txn_delete_direct(txn, txn->store->dbis[DB_KEPT], kept_span(&kept));
        reached = sequence;
        (*left)--;
    }
    if (code == CODE_NOT_FOUND)
        code = CODE_OK;
    return code || reached == began ? code : meta_put(txn, "~journal-horizon", reached);
}

enum code journal_sweep(struct store_txn *txn, uint64_t target, uint64_t horizon, size_t most_entries)
{
    assert(txn->writes && !txn->in_command);
    uint64_t newest = journal_newest(txn);
    enum code code = txn_error(txn);
    if (code || newest == 0)
        return code;
    if (target > newest - 1)
        target = newest - 1;
    if (horizon > target)
        horizon = target;
    size_t left = most_entries;
    code = floor_raise(txn, target, &left);
    return code ? code : horizon_raise(txn, horizon, &left);
}

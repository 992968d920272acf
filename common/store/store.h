#pragma once
/* A service's store: one LMDB environment, everything in it sealed.
 *
 * Threads: a store is opened once per process and used by its loop; other threads may open read transactions
 * (store_read_begin) of their own. Errors are sticky within a transaction: after the first, every call
 * returns the same code and does nothing, and the commit fails; so code checks once, where it matters.
 *
 * Writing is in groups of commands: store_write_begin, then for each command store_command_begin …
 * store_command_end, then one store_commit (one sync, of the write-ahead log: wal.c). What a command writes
 * is held aside until store_command_end(keep), so a refused command leaves nothing, without a nested
 * transaction. Point reads see the command's own writes; scans must come before its first write (asserted):
 * load, ask the rules, write. */

#include "common/store/table.h"
#include "common/world/world.h"

#include "ccrag/v1/envelope.pb-c.h"
#include "ccrag/v1/feed.pb-c.h"

struct store;
struct store_txn;

enum { SEALING_KEY_BYTES = 32 };

/* The sealing keys of one store: the newest seals, all open. Values begin with their key's number. */
struct sealing_key {
    uint32_t number; /* from 1 */
    uint8_t bytes[SEALING_KEY_BYTES];
};

/* Takes a store from schema `from` to `from + 1` in one write transaction. */
typedef enum code (*store_migration)(struct store_txn *txn, uint32_t from);

struct store_options {
    const char *directory;             /* made, mode 0700, when absent */
    uint64_t map_bytes;                /* LMDB's fixed map: the most the store can hold */
    unsigned fill_permille;            /* refuse writes from here on; 0: 900 */
    const struct table *const *tables; /* ended by NULL; borrowed for the life of the store */
    const struct sealing_key *keys;    /* copied; newest first */
    size_t key_count;
    uint32_t schema;                   /* what this program writes; a newer store is refused */
    const store_migration *migrations; /* `schema` - 1 of them: [0] takes 1 to 2 */
    bool as_it_is; /* whatever its schema is, and none is made: for tools that know no tables. `schema` is not
                      read */
    /* The list of destroyed keys, a file beside the store: what it names and the store does not know as
     * erased is erased as the store opens, so a copy that is put in the store's place cannot bring it back.
     * NULL: none. */
    const char *erased_path;
};

/* FAILED_PRECONDITION: newer schema, or open elsewhere. DATA_LOSS: the keys do not open it, or its list of
 * destroyed keys is damaged. */
enum code store_open(struct world *world, const struct store_options *options, struct store **ret_store,
                     struct fault *ret_fault);
void store_close(struct store *store);
/* Removes a closed store's files, and its folder where nothing else is in it. */
void store_remove(const char *directory);

/* A journal position in C. */
struct position {
    uint64_t epoch, sequence;
};

/* Where the journal stands after the last commit. */
struct position store_position(const struct store *store);

/* How full, in per mille: the worse of its map, of which the mark from which writes are refused counts as
 * all, and of the file system that it lies on. 1000 and more: refusing. */
unsigned store_fill_permille(struct store *store);

/* A compacting copy of the open store, as it stands now (of groups, as it was settled), into a new folder.
 * Safe beside readers and the writer. */
enum code store_copy(struct store *store, const char *directory, struct fault *ret_fault);

/* Numbers that a program keeps by name (the highest roster serial seen, …); 0 until first put. */
enum code store_meta_get_u64(struct store_txn *txn, const char *name, uint64_t *ret_number);
enum code store_meta_put_u64(struct store_txn *txn, const char *name, uint64_t number);

/* Begins a new epoch of the journal, with this transaction's commit: for a store restored from a copy. */
enum code store_new_epoch(struct store_txn *txn);

/* Fills a table's indexes anew, for a migration that changes what they find. Outside commands. (An index that
 * is new in the program is filled when the store is opened.) */
enum code store_reindex(struct store_txn *txn, const struct table *table);

/* --- transactions ------------------------------------------------------------------------------------ */

/* A read transaction of the thread that writes; ended by store_end. Keep it short: it holds old pages. Begun
 * while a write transaction is open, it sees no more than store_read_begin_aside. */
enum code store_read_begin(struct store *store, struct store_txn **ret_txn);
/* The same of any thread. Of groups (store_group_begin) it sees what was settled before. */
enum code store_read_begin_aside(struct store *store, struct store_txn **ret_txn);
/* The one write transaction. RESOURCE_EXHAUSTED is not given here but by writes, so that reads go on. */
enum code store_write_begin(struct store *store, struct store_txn **ret_txn);
/* The same for a group of commands, of which more are likely to come. Once store_commit returns it is
 * durable, and may be answered for; LMDB commits it together with those that follow, up to some number,
 * before anybody reads, or by store_settle. */
enum code store_group_begin(struct store *store, struct store_txn **ret_txn);
/* LMDB commits what it owes. On failure it is owed still, nothing is lost, and nobody can read. */
enum code store_settle(struct store *store);
bool store_owes(const struct store *store);
/* Commits and ends. Anything but CODE_OK: nothing of the whole group is stored. UNKNOWN: what a disk that
 * failed has of it shows when the store is opened anew; until then nothing more is written. */
enum code store_commit(struct store_txn *txn);
/* The transaction writes nothing but copies of what others keep, and how far it has read them: a loss of
 * power may take it back, with those that follow it and are the same; then they are read again. `whole`: with
 * it all is there, which ends a rebuild. */
void store_only_copies(struct store_txn *txn, bool whole);
/* From now on transactions of copies only are committed without waiting for the disk; the first other or
 * whole one has everything on the disk as it is committed. A store that is closed, or whose program ends, in
 * between may begin empty. Nothing happens where the store has a journal or an audit log of its own. */
void store_rebuild_begin(struct store *store);
bool store_is_rebuilding(const struct store *store);
/* While it is, a transaction that takes nothing but record_put_copy and cursor_put, in one command or several
 * of which all are kept. Its commit hands them over, to be sealed and written by a thread of the store's;
 * every other write transaction comes after them. */
enum code store_behind_begin(struct store *store, struct store_txn **ret_txn);
/* Something that was handed over could not be written, nor what came after it: the cursors are as stored, and
 * whoever follows must go back to them. Said once; `ret_fault` says why. */
enum code store_behind_failed(struct store *store, struct fault *ret_fault);
/* Ends a read transaction, or gives up a write transaction. Takes NULL. */
void store_end(struct store_txn *txn);

/* Who and when, for meta, journal and audit. Texts are borrowed until store_command_end. */
struct actor {
    const char *by;        /* a person's UUID, or the principal's name */
    const char *principal; /* the program that asked */
    int64_t now_ms;
};

/* One command of the group. `arena` must outlive it; it holds what is written until the end. Records are
 * written in commands only, blobs too; cursors, replies, outbox numbers and named numbers may be outside, and
 * then join the group at once. */
void store_command_begin(struct store_txn *txn, const struct actor *actor, struct arena *arena);
/* keep: its writes join the group; RESOURCE_EXHAUSTED, and nothing kept, where they would pass the fill mark
 * (a command that deletes or erases a record may pass it, up to the end of the map). A command with an error
 * keeps nothing and returns it. Otherwise its writes are forgotten, and a sticky error of the command with
 * them. */
enum code store_command_end(struct store_txn *txn, bool keep);

/* The first error of the present command or transaction, of the last command after its end; CODE_OK if none.
 * `ret_fault` says more (may be NULL). */
enum code store_txn_error(const struct store_txn *txn, struct fault *ret_fault);
/* After ABORTED: both versions (in the command's arena); NULL when there is no conflict. */
const Pb__Conflict *store_txn_conflict(const struct store_txn *txn);

/* --- records ----------------------------------------------------------------------------------------- */

/* Reads a record into `arena`. NOT_FOUND (not sticky) when there is none. */
enum code record_get(struct store_txn *txn, const struct table *table, struct span key, struct arena *arena,
                     ProtobufCMessage **ret_record);

/* Tells one state of a record from every other without reading it: what is sealed anew is sealed under
 * another nonce, so that two stamps are equal of the same state alone, whatever was committed, undone or
 * restored in between. NOT_FOUND (not sticky) when there is no record. Not of tables whose records have keys
 * of their own.
 */
struct record_stamp {
    uint8_t bytes[40];
};
enum code record_stamp_get(struct store_txn *txn, const struct table *table, struct span key,
                           struct record_stamp *ret_stamp);

/* Writes a record: its indexes, its past state, its journal entry. With TABLE_VERSIONED, `meta.version` must
 * be the stored version (0: must not exist, else ALREADY_EXISTS), else ABORTED; on return `meta` points into
 * the command's arena and is as stored (on failure it is the caller's own again; of the caller's only
 * `version` and `generated` are read). Writing a record that equals the stored one but for the rest of `meta`
 * writes nothing. ALREADY_EXISTS: also for a value of a unique index that another record has; the fault's
 * field is the index. */
enum code record_put(struct store_txn *txn, const struct table *table, ProtobufCMessage *record);

/* Writes a copy of a record that others keep, packed as it came (`record` is the same, for its key), into a
 * table without flags or indexes. What is there is not read first: there is nothing to compare it with. */
enum code record_put_copy(struct store_txn *txn, const struct table *table, const ProtobufCMessage *record,
                          struct span packed);

/* Deletes a record; with TABLE_JOURNAL a tombstone follows. NOT_FOUND (not sticky) when there is none. A
 * record made again under the same key goes on from the old one's version. */
enum code record_delete(struct store_txn *txn, const struct table *table, struct span key);

/* Destroys the own key of a record (TABLE_OWN_KEY) and the record: journal and history copies cannot be read
 * again. The key's name is kept in a list that outlives restores (`erased_path`); no record can be made under
 * it again (FAILED_PRECONDITION). NOT_FOUND (not sticky) when there was neither record nor key; the name is
 * listed all the same. LMDB leaves the old page of the key in the file until it is used again; a compacting
 * copy is free of it. */
enum code record_erase(struct store_txn *txn, const struct table *table, struct span key);

/* The key in a table for what has no record there and is to be listed as erased all the same: a hash of
 * `value` under a key that only this store has, and keeps through restores. In `arena`; empty past its limit.
 */
struct span record_hidden_key(struct store_txn *txn, const struct table *table, struct span value,
                              struct arena *arena);

/* Was a record under that key erased? Then none can be made there again. */
enum code record_is_erased(struct store_txn *txn, const struct table *table, struct span key,
                           bool *ret_is_erased);

/* What was erased, to be erased again after a restore from an older copy. */
struct erasure {
    const char *table;
    struct span key;
    int64_t at_ms;
};
/* Up to `most` erasures after (`table`, `key`) of `after`; NULL: from the first. */
enum code store_erasures(struct store_txn *txn, const struct erasure *after, size_t most, struct arena *arena,
                         struct erasure **ret_erasures, size_t *ret_count);

/* A scan over a table in key order, or over an index in value order, from `first` (inclusive; empty: the
 * beginning) while keys or values begin with `prefix` (empty: all). */
struct record_scan {
    struct store_txn *txn;
    const struct table *table;
    const struct table_index *index; /* NULL: by key */
    struct span prefix;
    struct span first;
    struct span key;   /* of the last record given; in the arena of that call, as `place` */
    struct span place; /* give as `first`, with `after`, to go on in a later transaction */
    bool after; /* with an index: `first` is a `place`; start after it. By key: start after the key `first` */
    bool whole; /* index: the value is `prefix`, not only begins with it (always so of secret indexes) */
    void *cursor; /* private */
};
/* Fill txn, table, and what applies of the rest; then next until NOT_FOUND; then finish. `ret_record` NULL:
 * the key alone, and the record is not read. */
enum code record_scan_next(struct record_scan *scan, struct arena *arena, ProtobufCMessage **ret_record);
void record_scan_finish(struct record_scan *scan);

/* The one record under a value of a unique index. NOT_FOUND when there is none. */
enum code record_find(struct store_txn *txn, const struct table *table, const char *index, struct span value,
                      struct arena *arena, ProtobufCMessage **ret_record);

/* Number of records in a table. */
uint64_t record_count(struct store_txn *txn, const struct table *table);

/* Past states, newest first, the present one not among them. */
enum code record_history(struct store_txn *txn, const struct table *table, struct span key, size_t most,
                         struct arena *arena, Pb__JournalEntry ***ret_entries, size_t *ret_count);

/* Adds to the history alone (a published file older than what is held). `record->meta.version` 0. */
enum code record_put_history(struct store_txn *txn, const struct table *table, ProtobufCMessage *record,
                             int64_t at_ms);

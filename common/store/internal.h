#pragma once
/* What the files of the store share. Nobody else includes this. */

#include "common/base/limits.h"
#include "common/store/store.h"
#include "common/store/wal.h"
#include "common/world/folder.h"

#include "ccrag/v1/types.pb-c.h"

#include <lmdb.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

/* --- the environment --------------------------------------------------------------------------------- */

/* The databases that every store has, besides one for each table and one for each index. */
enum fixed_db {
    DB_META,        /* name → named number or text, sealed */
    DB_RECORD_KEYS, /* identity → the record's own key, sealed */
    DB_ERASED,      /* identity → when its key was destroyed */
    DB_GRAVES,      /* identity → version, watchers and newest past state of a deleted record, sealed */
    DB_HISTORY,     /* table, key, time, version → past state found in a published file, sealed */
    DB_PAST,    /* number → a record's state that was replaced, and the number of the one before, sealed */
    DB_JOURNAL, /* sequence → entry, sealed */
    DB_KEPT, /* 'k' identity → the sequence kept below the floor; 't' sequence → identity of a tombstone */
    DB_CURSORS,    /* followed service → cursor, sealed */
    DB_REPLIES,    /* idempotency key, principal → reply, sealed */
    DB_OUTBOX,     /* principal → newest number; principal, slot → number and reply; sealed */
    DB_AUDIT,      /* number → line and hash, sealed */
    DB_BLOBS,      /* name, version, chunk → bytes, sealed */
    DB_BLOB_HEADS, /* name → what is complete and what is being written, sealed */
    DB_FIXED,
};

/* A table as this store has it open. */
struct open_table {
    const struct table *table;
    MDB_dbi dbi;
    MDB_dbi *index_dbis;                        /* one for each index of the table */
    const ProtobufCFieldDescriptor *meta_field; /* NULL: its records have no meta */
};

enum { NONCE_PREFIX_BYTES = crypto_core_hchacha20_INPUTBYTES };

/* What XChaCha20 makes of a key of the store and the first bytes of a nonce. */
struct subkey {
    uint32_t number; /* the key's; 0: none yet */
    uint8_t prefix[NONCE_PREFIX_BYTES];
    uint8_t bytes[crypto_core_hchacha20_OUTPUTBYTES];
};

struct store {
    struct world *world;
    char *directory;
    int lock_descriptor;
    char *erased_path; /* NULL: none */
    MDB_env *env;
    MDB_dbi dbis[DB_FIXED];
    struct open_table *tables;
    size_t table_count;
    struct sealing_key *keys; /* newest first */
    size_t key_count;
    uint8_t index_key[crypto_generichash_KEYBYTES]; /* for keyed hashes of secret index values */
    uint8_t nonce_prefix[NONCE_PREFIX_BYTES];       /* of the run that is under way */
    uint64_t nonces_left;                           /* in that run */
    uint64_t pages_all, pages_mark, page_bytes;
    uint64_t map_bytes;
    struct wal wal;
    bool opened; /* for use: all of it, and not as it is */
    bool writing;
    bool rebuilding;                  /* commits do not wait for the disk; see rebuild.c */
    struct behind *behind;            /* NULL until first used; see behind.c */
    _Atomic uint64_t epoch, sequence; /* as of the last commit */
    uint64_t past_number;             /* of the newest past state */
    uint64_t audit_number;
    uint8_t audit_head[crypto_generichash_BYTES];
    pthread_mutex_t readers_lock; /* guards the rest */
    struct store_txn *readers;
    MDB_txn *spare[STORE_READERS_SPARE]; /* LMDB's part of readers that ended, to be used again */
    size_t spare_count;
};

struct open_table *store_table(struct store *store, const struct table *table);
struct open_table *store_table_named(struct store *store, struct span name);

/* What LMDB or the system says, as a code. */
enum code code_of_lmdb(int rc);

enum { DB_NAME_BYTES = 2 * TABLE_NAME_BYTES_MAX + 8 };
/* Opens every database. */
enum code databases_open(struct store *store, const struct table *const *tables, struct fault *ret_fault);
/* Fills the indexes that are new, once the schema is the program's. */
enum code indexes_open(struct store *store, struct fault *ret_fault);
/* Each database that is open, with LMDB's number and name of it. */
void databases_each(const struct store *store, void (*each)(void *context, MDB_dbi dbi, const char *name),
                    void *context);
void databases_close(struct store *store);

/* --- transactions ------------------------------------------------------------------------------------ */

/* One write of a command, held aside. */
struct pending {
    struct pending *next; /* in order of writing */
    MDB_dbi dbi;
    struct span key, value;
    bool deletes, appends;
};

/* A key that was destroyed, on its way into the list beside the store. */
struct erased_name {
    struct erased_name *next;
    struct span name; /* identity of the record */
    int64_t at_ms;
};

struct command {
    struct actor actor;
    struct arena *arena;
    struct pending *first, *last;
    struct erased_name *erased;
    struct pending **slots; /* open addressing, by database and key */
    size_t slot_count, pending_count;
    uint64_t appended; /* journal entries */
    uint64_t replaced; /* past states */
    bool erasing;      /* may pass the fill mark */
    struct fault fault;
    Pb__Conflict *conflict;
};

/* What the transaction has written to one database. */
struct use {
    uint64_t writes, puts, bytes; /* puts and bytes: of those that stay in the tree */
};

/* How many pages the transaction may use at worst; see room.c. */
struct room {
    uint64_t free_pages;  /* reusable ones, at the beginning */
    uint64_t last_page;   /* the file's last, at the beginning */
    uint64_t grown, runs; /* pages outside the trees: single ones, and those of runs */
    struct use *uses;     /* by database */
    uint64_t writes;      /* to all of them */
};

struct store_txn {
    struct store *store;
    MDB_txn *mdb;
    bool writes, in_command;
    bool wrote;            /* to the environment */
    bool logged;           /* what it writes is noted for the log */
    bool joins;            /* LMDB may commit it later, with others */
    bool wipes;            /* it erases, of which the log may keep nothing */
    bool copies, whole;    /* writes nothing but copies of what others keep; all of it is there then */
    struct behind *behind; /* its puts are gathered there; NULL: they are LMDB's, in `mdb` */
    struct fault fault;    /* sticky for the whole transaction */
    struct command command;
    struct arena scratch; /* for what is written outside commands */
    struct room room;
    uint64_t epoch, sequence;
    uint64_t past_number;
    uint64_t audit_number;
    uint8_t audit_head[crypto_generichash_BYTES];
    struct subkey seals, unseals;   /* the last that was used */
    struct erased_name *erased;     /* by commands that were kept; in the scratch arena */
    unsigned scans;                 /* open cursors */
    struct store_txn *next, **link; /* among the store's readers */
};

/* store_write_begin, without waiting for what is written behind; `joins`: store_group_begin. */
enum code txn_write_begin(struct store *store, bool joins, struct store_txn **ret_txn);

/* Gives up what is kept of readers that ended; before the environment is closed. */
void readers_finish(struct store *store);

/* The sticky error of command or transaction. */
enum code txn_error(const struct store_txn *txn);
/* Makes an error sticky: of the present command, or of the transaction outside one. The first one stays. */
enum code txn_fail(struct store_txn *txn, enum code code, const char *field, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));
/* A failure of LMDB, sticky for the whole transaction. */
enum code txn_fail_lmdb(struct store_txn *txn, int rc, const char *operation);
/* The arena for what is written now: the command's, or the scratch arena. */
struct arena *txn_arena(struct store_txn *txn);
enum code txn_no_memory(struct store_txn *txn);

/* Point access through what the command holds aside. The value is valid until the next write. NOT_FOUND is
 * not sticky. txn_put copies the key, not the value, which must live until the command's end. */
enum code txn_get(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span *ret_value);
enum code txn_put(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span value);
enum code txn_append(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span value);
enum code txn_delete(struct store_txn *txn, MDB_dbi dbi, struct span key);
/* Past the command, into the group. */
enum code txn_put_direct(struct store_txn *txn, MDB_dbi dbi, struct span key, struct span value);
/* The same for the audit log, which may fill a part of the reserve. RESOURCE_EXHAUSTED is not sticky. */
enum code txn_append_audit(struct store_txn *txn, struct span key, struct span value);
enum code txn_delete_direct(struct store_txn *txn, MDB_dbi dbi, struct span key);

/* Holding a command's writes aside. */
struct pending *overlay_find(const struct command *command, MDB_dbi dbi, struct span key);
enum code overlay_write(struct store_txn *txn, const struct pending *write);

/* --- room: never a full map -------------------------------------------------------------------------- */

enum room_limit {
    ROOM_MARK,    /* the fill mark */
    ROOM_AUDIT,   /* three quarters of the reserve above it */
    ROOM_RESERVE, /* the map's end */
};
enum code room_begin(struct store_txn *txn);
void room_finish(struct store_txn *txn);
/* Are that many pages left before the map's end? */
bool room_spare(struct store_txn *txn, uint64_t pages);
/* What the transaction needs at worst with what it has written so far. */
uint64_t room_pages(const struct store_txn *txn);
/* Do all the writes of the command, or this one, still fit? Then they are accounted for. */
bool room_take_command(struct store_txn *txn, enum room_limit limit);
bool room_take_write(struct store_txn *txn, enum room_limit limit, const struct pending *write);

/* --- sealing ----------------------------------------------------------------------------------------- */

enum { IDENTITY_BYTES_MAX = TABLE_NAME_BYTES_MAX + 1 + RECORD_KEY_BYTES_MAX, SEAL_PLACE_BYTES_MAX = 640 };

/* A name in bytes: table NUL key. Also what a sealed value is bound to. */
struct identity {
    uint8_t bytes[SEAL_PLACE_BYTES_MAX];
    size_t size;
};
struct identity identity_of(const char *table, struct span key);
static inline struct span identity_span(const struct identity *identity)
{
    return span_of(identity->bytes, identity->size);
}

/* A record's own key. */
struct own_key {
    uint8_t bytes[SEALING_KEY_BYTES];
};

/* Seals under the store's newest key, or under `own` when given. */
enum code seal(struct store_txn *txn, const struct own_key *own, struct span place, struct span plain,
               struct arena *arena, struct span *ret_sealed);
/* DATA_LOSS (sticky) when it does not verify. Without `own`, a value sealed under a record's key is
 * NOT_FOUND. */
enum code unseal(struct store_txn *txn, const struct own_key *own, struct span place, struct span sealed,
                 struct arena *arena, struct span *ret_plain);
/* The same under the store's newest key, into sealed_bytes(plain.size) bytes at `out`. */
void seal_into(struct store_txn *txn, struct span place, struct span plain, uint8_t *out);
size_t sealed_bytes(size_t plain);
bool sealed_by_own_key(struct span sealed);
/* Nonce and tag; false: it is cut short. */
bool sealed_stamp(struct span sealed, struct record_stamp *ret_stamp);

/* The record's own key. own_key_get: NOT_FOUND when there is none, or no more. */
enum code own_key_get(struct store_txn *txn, const struct table *table, struct span key,
                      struct own_key *ret_key);
enum code own_key_make(struct store_txn *txn, const struct table *table, struct span key,
                       struct own_key *ret_key);

/* txn_get and txn_put of values that are sealed under database and key. */
enum code sealed_get(struct store_txn *txn, enum fixed_db db, struct span key, struct arena *arena,
                     struct span *ret_plain);
enum code sealed_put(struct store_txn *txn, enum fixed_db db, struct span key, struct span plain);

/* The key of the secret indexes: made once, sealed in DB_META; what tells a wrong key. */
enum code index_key_open(struct store_txn *txn);

/* --- small encodings --------------------------------------------------------------------------------- */

/* Writes into a buffer of the arena that was asked for with the right size. */
struct writer {
    uint8_t *data;
    size_t size, limit;
};
bool writer_init(struct writer *writer, struct arena *arena, size_t limit);
void write_u8(struct writer *writer, unsigned value);
void write_u32(struct writer *writer, uint32_t value);
void write_u64(struct writer *writer, uint64_t value);
void write_bytes(struct writer *writer, struct span bytes);
/* A length in 2 bytes, then the bytes; longer texts than 65535 are a programming error. */
void write_text(struct writer *writer, struct span bytes);
static inline struct span writer_span(const struct writer *writer)
{
    return span_of(writer->data, writer->size);
}

/* Reads the same; past the end `failed` is set and everything reads as 0 or empty. */
struct reader {
    const uint8_t *data;
    size_t left;
    bool failed;
};
struct reader reader_of(struct span span);
unsigned read_u8(struct reader *reader);
uint32_t read_u32(struct reader *reader);
uint64_t read_u64(struct reader *reader);
struct span read_bytes(struct reader *reader, size_t size);
struct span read_text(struct reader *reader);
static inline struct span read_rest(struct reader *reader)
{
    return read_bytes(reader, reader->left);
}

enum { ENCODED_KEY_BYTES = 511 }; /* LMDB's bound on keys */

/* Times as keys that sort. */
static inline uint64_t sortable_ms(int64_t ms)
{
    return (uint64_t)ms ^ (UINT64_C(1) << 63);
}

/* --- audiences --------------------------------------------------------------------------------------- */

/* Who could ever see a record and may be no longer meant. Past JOURNAL_WATCHERS_MAX names it is everyone. */
struct watchers {
    unsigned groups;
    bool everyone;
    unsigned name_count;
    char names[JOURNAL_WATCHERS_MAX][AUDIENCE_NAME_BYTES];
};
/* Nobody. Names at and above `name_count` are never read, and left as they are. */
static inline void watchers_init(struct watchers *watchers)
{
    watchers->groups = 0;
    watchers->everyone = false;
    watchers->name_count = 0;
}
/* Adds who is in the audience; names that `but` has (NULL: none) are left out, so that many who go on seeing
 * a record never become everyone. */
void watchers_add(struct watchers *watchers, const struct audience *audience, const struct audience *but);
/* Takes away those who are in the audience now: what is left must forget. */
void watchers_subtract(struct watchers *watchers, const struct audience *audience);
bool watchers_admit(const struct watchers *watchers, const struct entitlement *entitlement);

/* Bytes that the two below write. */
size_t audience_size(const struct audience *audience);
size_t watchers_size(const struct watchers *watchers);
void write_audience(struct writer *writer, const struct audience *audience);
/* NULL: passes it over. */
void read_audience(struct reader *reader, struct audience *ret_audience);
void write_watchers(struct writer *writer, const struct watchers *watchers);
void read_watchers(struct reader *reader, struct watchers *ret_watchers);

/* --- records ----------------------------------------------------------------------------------------- */

/* A record as it is kept: packed, with `meta` before all else. */
struct stored {
    uint64_t sequence;               /* of its entry in the journal; with TABLE_JOURNAL, as the next two */
    struct watchers watchers;        /* of earlier states, who are not in this one's audience */
    const struct audience *audience; /* to be sealed; NULL when it was read */
    struct span packed;              /* the whole record */
    struct span body;                /* without its meta; the end of `packed` */
    uint64_t past;                   /* the number of its newest past state; 0: none */
    bool own;                        /* sealed under `own_key` */
    struct own_key own_key;
};
enum code stored_get(struct store_txn *txn, const struct open_table *open, struct span key,
                     struct arena *arena, struct stored *ret_stored);
enum code stored_put(struct store_txn *txn, const struct open_table *open, struct span key,
                     const struct stored *stored);
/* The two halves of these: what is sealed of a state is the same in its table and in the journal.
 * stored_open: NOT_FOUND (not sticky) when the record's own key was destroyed; `ret_audience` may be NULL. */
enum code stored_seal(struct store_txn *txn, const struct open_table *open, struct span key,
                      const struct stored *stored, struct span *ret_sealed);
enum code stored_open(struct store_txn *txn, const struct open_table *open, struct span key,
                      struct span sealed, struct arena *arena, struct stored *ret_stored,
                      struct audience *ret_audience);
/* The meta of a record that is packed; empty where it has none. */
enum code stored_meta(struct store_txn *txn, const struct open_table *open, const struct stored *stored,
                      struct arena *arena, Pb__RecordMeta **ret_meta);
/* Packs a record. */
enum code record_pack(struct store_txn *txn, const struct open_table *open, const ProtobufCMessage *record,
                      struct arena *arena, struct stored *ret_stored);
enum code record_unpack(struct store_txn *txn, const struct open_table *open, struct span packed,
                        struct arena *arena, ProtobufCMessage **ret_record);
/* The record's meta, or NULL. */
Pb__RecordMeta *record_meta(const struct open_table *open, const ProtobufCMessage *record);
/* Its key, checked. */
enum code record_key(struct store_txn *txn, const struct table *table, const ProtobufCMessage *record,
                     struct span *ret_key);
/* Asserts that a command is open on a write transaction. */
enum code record_write_begin(struct store_txn *txn);

/* Brings the indexes from one state to another (either may be NULL). */
enum code indexes_change(struct store_txn *txn, const struct open_table *open, struct span key,
                         const ProtobufCMessage *before, const ProtobufCMessage *after);
/* An index's value as it stands in its database, before the key; with `whole` as the only value it can begin.
 */
enum code index_value_encode(struct store_txn *txn, const struct table *table,
                             const struct table_index *index, struct span value, bool whole,
                             uint8_t ret_bytes[ENCODED_KEY_BYTES], size_t *ret_size);
/* Fills one index from its table; for indexes that are new. */
enum code index_fill(struct store_txn *txn, const struct open_table *open, size_t number);

/* What is left of a deleted record. NOT_FOUND is not sticky. */
struct grave {
    uint64_t version;
    uint64_t past; /* as of struct stored */
    struct watchers seen;
};
enum code grave_get(struct store_txn *txn, const struct table *table, struct span key, struct arena *arena,
                    struct grave *ret_grave);
enum code grave_dig(struct store_txn *txn, const struct table *table, struct span key,
                    const struct grave *grave);
enum code grave_remove(struct store_txn *txn, const struct table *table, struct span key);

/* A state that a record had. */
struct past_state {
    const struct table *table;
    struct span key;
    int64_t at_ms;
    uint64_t version;
    const char *by;
    const struct own_key *own; /* NULL: the store's */
    struct span packed;        /* NULL data: the record was deleted then */
};
/* What of it is sealed; false: out of memory. Its reading, into an entry; NOT_FOUND: its key was destroyed.
 */
bool past_encode(struct arena *arena, const struct past_state *state, struct span *ret_plain);
enum code past_decode(struct store_txn *txn, const struct past_state *state, struct span place,
                      struct span sealed, struct arena *arena, Pb__JournalEntry **ret_entry);

/* Appends a state that is replaced to the chain whose newest has the number `past`, which becomes this one's.
 */
enum code past_append(struct store_txn *txn, const struct past_state *state, uint64_t *past);
/* One state of a chain: its number, time and version in `state`, and the number before it in `ret_before`. */
struct past_kept {
    uint64_t number, before;
    struct span head, sealed;
};
enum code past_get(struct store_txn *txn, uint64_t number, struct past_kept *ret_kept,
                   struct past_state *state);
enum code past_entry(struct store_txn *txn, const struct past_kept *kept, const struct past_state *state,
                     struct arena *arena, Pb__JournalEntry **ret_entry);
/* The number of the newest past state of a record, or of a deleted one; 0: none. */
enum code past_newest(struct store_txn *txn, const struct table *table, struct span key, uint64_t *ret_past);
/* Drops a chain. */
enum code past_forget(struct store_txn *txn, uint64_t past);
/* The newest number of all, as the store opens. */
enum code past_open(struct store_txn *txn);

/* Drops what is known of a record from published files. */
enum code history_forget(struct store_txn *txn, const struct table *table, struct span key);

/* --- the journal ------------------------------------------------------------------------------------- */

/* What is appended: a record's state, or that it was deleted, or the head of a blob. */
struct journal_item {
    const char *table; /* or BLOB_TABLE */
    struct span key;
    struct span state;   /* as its table has it, sealed; its sequence is journal_next; NULL data: none */
    bool deleted;        /* version, content: where there is no state */
    uint64_t version;    /* of what is deleted, or of the blob */
    struct span content; /* packed, when not deleted */
    const struct audience *audience;
    const struct watchers *lost;
};
#define BLOB_TABLE "~blob" /* as the table of blob heads in the journal */
/* The number that the next entry will have. Commands run one at a time, so it is known; a dropped command
 * drops it. */
uint64_t journal_next(const struct store_txn *txn);
enum code journal_append(struct store_txn *txn, const struct journal_item *item);

/* The part of an entry that is not sealed (but bound to what is). */
struct journal_prefix {
    unsigned groups, lost_groups, flags;
    struct span table, key, bytes, sealed;
};
enum journal_flags {
    JOURNAL_NAMES = 1 << 0,    /* single LAs or providers are in the audience, or lost it */
    JOURNAL_EVERYONE = 1 << 1, /* everyone outside the audience must forget */
    JOURNAL_DELETED = 1 << 2,
    JOURNAL_STATE = 1 << 3, /* what is sealed is a record's state */
};
bool journal_prefix_read(struct span value, struct journal_prefix *ret_prefix);
/* The newest sequence that the transaction sees. */
uint64_t journal_newest(struct store_txn *txn);

/* --- the list of destroyed keys ---------------------------------------------------------------------- */

/* Remembers a name for the list, as the command's; ledger_keep when the command is kept. */
enum code ledger_note(struct store_txn *txn, struct span name, int64_t at_ms);
enum code ledger_keep(struct store_txn *txn);
/* Before the commit: the names go to the file, and to the disk. `ret_size`: how long the file was. */
enum code ledger_write(struct store_txn *txn, long *ret_size);
/* The commit failed: the file is as it was. */
void ledger_take_back(struct store *store, long size);
/* As the store opens: what the file names is erased, and the file names all that is erased. */
enum code ledger_open(struct store *store, struct fault *ret_fault);

/* --- a store made anew ------------------------------------------------------------------------------- */

/* Before the environment is opened: empties a store that was being made anew when its program ended. */
enum code rebuild_open(struct store *store, bool as_it_is);
/* Everything committed so far is on the disk, and commits wait for it again. */
enum code rebuild_end(struct store *store);

/* --- copies that are written behind ------------------------------------------------------------------ */

/* Gathers a put of `head` and `value`, to be sealed as that of `place`. */
enum code behind_put(struct store_txn *txn, MDB_dbi dbi, const char *place, struct span key, struct span head,
                     struct span value);
/* store_commit and store_end of such a transaction. */
enum code behind_commit(struct store_txn *txn);
void behind_end(struct store_txn *txn);
/* All that was handed over is written, or has failed. */
void behind_settle(struct store *store);
/* Once nothing more is to be: thread and buffers are given up, unless a failure is still to be told. */
void behind_release(struct store *store);
void behind_finish(struct store *store);

/* --- meta, audit ------------------------------------------------------------------------------------- */

/* A number kept under a name in one of the fixed databases; 0 until first put. */
enum code number_get(struct store_txn *txn, enum fixed_db db, const char *name, uint64_t *ret_number);
enum code number_put(struct store_txn *txn, enum fixed_db db, const char *name, uint64_t number);
/* As store_meta_get_u64; also for the store's own names, which begin with `~`. */
enum code meta_get(struct store_txn *txn, const char *name, uint64_t *ret_number);
enum code meta_put(struct store_txn *txn, const char *name, uint64_t number);
/* The audit log's last line, as the store opens. */
enum code audit_open(struct store_txn *txn);

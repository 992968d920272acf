#pragma once
/* The write-ahead log, among the store's own files (internal.h includes this); what it is for: wal.c. */

#include "common/base/error.h"
#include "common/base/span.h"

#include <lmdb.h>
#include <pthread.h>

struct store;
struct store_txn;
struct pending;

#define WAL_FILE_NAME "store.wal"
enum { WAL_ID_BYTES = 16, WAL_PAGE_BYTES = 4096 /* of LMDB's pages; with others there is no log */ };

/* Writes of a group, as one piece of the file; before them the frames of groups that LMDB is still to commit.
 */
struct wal_frame {
    uint8_t *data;
    size_t from, bytes, room; /* it lies from `from` to `bytes` */
    bool failed;              /* too long, or no memory */
};

/* As the machine has them: LMDB's file goes to no other kind of machine either. No gaps: all is summed. Up to
 * the sum nothing moves from one version to another (wal_file.c). */
struct wal_header {
    uint8_t magic[8];
    uint64_t active;
    uint8_t id[WAL_ID_BYTES];
    uint64_t generation, area_bytes;
    uint64_t sum;                      /* of all of it, with 0 here */
    uint8_t metas[2 * WAL_PAGE_BYTES]; /* the data file's first pages */
};

/* A checkpoint that is made while groups go on. */
struct wal_behind {
    bool under_way;           /* for the loop; what follows up to `lock` stays as it is then */
    int data, log;            /* descriptors; the log's is its own, below 0: not open yet */
    struct wal_header header; /* that names the checkpoint */
    MDB_txn *pinned;          /* reads it */
    unsigned groups;          /* without a thread: it is made after so many */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t changed;
    enum { BEHIND_IDLE, BEHIND_ASKED, BEHIND_MADE, BEHIND_END } state;
    enum code code; /* what came of it */
};

struct wal {
    int descriptor; /* -1: not open */
    bool bound;     /* the file and the data carry the same id */
    bool active;    /* a group is durable by its frame; else by LMDB's own commit */
    bool broken;    /* what the disk holds is not known: nothing is written until the store is opened anew */
    unsigned rest;  /* groups to come that do not try to begin it: it could not be begun */
    uint8_t id[WAL_ID_BYTES]; /* of the data file; check sums begin from it */
    uint64_t generation;      /* of the newest header that is on the disk */
    uint64_t writing;         /* of frames: the same, or the next while that checkpoint is under way */
    uint64_t area_bytes;
    uint64_t end;       /* of the frames in the present area */
    uint64_t zeroed[2]; /* how far each area is on the disk, by frames or zeros */
    uint64_t last_page; /* of the data, as of the checkpoint */
    MDB_txn *pinned;    /* reads the checkpoint, so that LMDB uses none of its pages again */
    struct wal_frame frame,
        names;            /* of the group that is under way; of the databases, which begins an area */
    unsigned owed_groups; /* durable and answered for, and LMDB is still to commit them; see wal_owed.c */
    MDB_txn *owed;        /* LMDB's transaction of these; NULL: there are none, or it was given up */
    uint64_t owed_pages;  /* that they need of the data file, at worst */
    uint64_t disk_pages;  /* of the data file, for which the disk is known to have room */
    struct wal_behind behind;
};

/* --- wal.c: groups and checkpoints ------------------------------------------------------------------- */

/* As a group begins, before its LMDB transaction does. UNAVAILABLE: the log is broken. */
enum code wal_group_begin(struct store_txn *txn);
/* One of its writes. */
void wal_note(struct store_txn *txn, const struct pending *write);
/* Makes the group durable and commits it, or owes the commit where the group may join others. `lazy`: a loss
 * of power may take it back, with what comes after it up to the next that is not lazy. On failure nothing of
 * the group is there; UNKNOWN: it may be there once the store is opened anew. Ends txn->mdb. */
enum code wal_commit(struct store_txn *txn, bool lazy);
/* Of the data file, as LMDB has committed it. */
uint64_t wal_last_page(const struct store *store);
/* What LMDB says of a commit. */
enum code wal_code_of_commit(const struct store *store, int rc);
/* mdb_txn_commit without a sync. */
int wal_commit_unsynced(MDB_env *env, MDB_txn *txn);
/* Everything is in the data file, on the disk, and the log says nothing. */
enum code wal_stop(struct store *store);
void wal_close(struct store *store);

/* --- wal_owed.c: groups that LMDB commits together, after they were answered for ------------------------ */

/* May the group that begins join them? */
bool wal_owed_joins(const struct store *store);
/* The group is durable by its frame: LMDB's commit of it is owed. */
void wal_owe(struct store_txn *txn);
/* The group cannot join them: they are committed, and it has an LMDB transaction of its own. On failure it
 * has none. */
enum code wal_owed_part(struct store_txn *txn);
/* Gives up txn->mdb, and no group but this one. */
void wal_owed_drop(struct store_txn *txn);
/* Has the disk room for all that LMDB is to write of them and of the group? Else a commit might fail that was
 * answered for. */
bool wal_owed_has_room(const struct store_txn *txn);
/* LMDB commits them. On failure they are still owed, and nobody may read. */
enum code wal_settle(struct store *store);

/* --- wal_behind.c: checkpoints that nobody waits for ------------------------------------------------- */

void wal_behind_init(struct wal_behind *behind);
/* Frames go to the other area from now on. None may be under way. */
enum code wal_behind_begin(struct store *store);
/* Takes what came of it, where it is made. */
void wal_behind_look(struct wal *wal);
/* The same, but waits for it. */
void wal_behind_await(struct wal *wal);
/* Ends the thread; what is under way is made or left. */
void wal_behind_finish(struct wal_behind *behind);

/* --- wal_redo.c: what is done when a store is opened ------------------------------------------------- */

/* Before LMDB opens it: where the log is active, the data file's meta pages are those of the checkpoint. */
enum code wal_open(struct store *store, struct fault *ret_fault);
/* After: what the log holds is in the data, and the log says nothing. */
enum code wal_recover(struct store *store, struct fault *ret_fault);
/* LMDB's numbers of the databases now, by those that they have in frames. */
struct wal_numbers {
    MDB_dbi now[UINT8_MAX + 1];
    bool known[UINT8_MAX + 1];
};
/* Does a frame's writes again, in a transaction of their own or as part of one. As LMDB's calls. */
int wal_redo(struct store *store, struct wal_numbers *numbers, struct span writes);
int wal_redo_within(MDB_txn *txn, struct wal_numbers *numbers, struct span writes);
/* Where the frame is of this opening. */
struct wal_numbers wal_numbers_same(void);

/* --- wal_file.c: the file ---------------------------------------------------------------------------- */

/* What a frame holds, one after the other. */
struct wal_write {
    uint8_t kind; /* enum wal_kind */
    uint8_t database;
    uint16_t key_bytes;
    uint32_t value_bytes;
};
enum wal_kind {
    WAL_PUT,
    WAL_DELETE,
    WAL_NAME, /* the key: the database that has this number in the frames that follow */
};

/* Opens what is there. OK also when nothing is, or it is of another data file: then it is not bound. With an
 * active log `ret_metas` are the data's first two pages as of the checkpoint. */
enum code wal_file_open(struct store *store, uint8_t ret_metas[2 * WAL_PAGE_BYTES]);
/* A new log for this data file, all of which is on the disk. */
enum code wal_file_bind(struct store *store);
/* The next header: of the data as it is, or of nothing. */
enum code wal_header_make(const struct store *store, bool active, struct wal_header *ret_header);
/* In its place, and synced. The older one is there until it is. UNKNOWN: it was written, and may count or not
 * when the store is opened: nothing may be answered for any more. */
enum code wal_header_put(int log, const struct wal_header *header);
/* Another opening of the file: the system tells each of them, and not only the first that asks, what the disk
 * did not take. Below 0: as `open`. */
int wal_file_again(const struct store *store);
/* Zeros in place of all frames there ever were. */
enum code wal_file_wipe(struct wal *wal);

/* `behind`: those before the one that was begun last stay before it, but not that one. */
void wal_frame_begin(struct wal_frame *frame, bool behind);
size_t wal_frame_bytes(const struct wal_frame *frame);
void wal_frame_add(const struct wal *wal, struct wal_frame *frame, enum wal_kind kind, MDB_dbi database,
                   struct span key, struct span value);
struct span wal_frame_writes(const struct wal_frame *frame);
/* The writes of the frame at `*at` among those before it, which goes past it; false: there is none. */
bool wal_frame_before(const struct wal_frame *frame, size_t *at, struct span *ret_writes);
/* Appends it to the present area; it must fit. Not synced. */
enum code wal_frame_write(struct wal *wal, struct wal_frame *frame);
/* All of the present area, to be freed. */
enum code wal_area_read(const struct wal *wal, uint8_t **ret_area, size_t *ret_size);
/* The writes of the frame at `*end` there, which goes past it; false: there is none. */
bool wal_frame_next(const struct wal *wal, uint8_t *area, size_t size, size_t *end, struct span *ret_writes);

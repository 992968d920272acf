#pragma once
/* The journal, read: batches for followers; the sweep; the cursors of what this store itself follows. */

#include "common/store/store.h"

/* Reads entries in (after, …] that `entitlement` admits (or must forget), until `most_entries`, `most_bytes`
 * or the end. Fills after, through, entries, floor, newest of the response in `arena`; `through` may pass the
 * last entry given, where what follows is not for this follower; at most JOURNAL_SCAN_MAX entries are looked
 * at. `entitlement`, `start_over` and `read_at_ms` are the caller's to fill. One entry is given however long
 * it is. */
enum code journal_read(struct store_txn *txn, uint64_t after, const struct entitlement *entitlement,
                       size_t most_entries, size_t most_bytes, struct arena *arena,
                       Pb__FollowResponse *ret_batch);

/* Sequences at or below it hold newest states only. */
uint64_t journal_floor(struct store_txn *txn);

/* Tombstones at or below it are gone: a follower that stands below, and not at 0, must start over from 0. */
uint64_t journal_horizon(struct store_txn *txn);

/* One slice of the sweep: raises the floor towards `target` by at most `most_entries`, dropping superseded
 * entries. Tombstones are kept while they are above `horizon`. The newest entry always stays. Call it until
 * journal_floor stays where it is; outside commands. In a full store a slice is as long as the room left
 * allows. */
enum code journal_sweep(struct store_txn *txn, uint64_t target, uint64_t horizon, size_t most_entries);

/* Where this store stands in another service's journal; zeros before the first batch. */
struct cursor {
    struct position position;
    uint64_t entitlement;
    uint64_t floor;     /* as last told: below it the copy is of different times */
    int64_t read_at_ms; /* the source's clock when all that it had was here; 0: not yet since the beginning */
};
/* Below the floor its records are of different times; and until all was here once, what is missing of them is
 * not told from what does not exist. After that it may be behind: it knows how old its copy is. */
bool cursor_is_partial(const struct cursor *cursor);
enum code cursor_get(struct store_txn *txn, const char *service, struct cursor *ret_cursor);
enum code cursor_put(struct store_txn *txn, const char *service, const struct cursor *cursor);

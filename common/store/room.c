/* Room: a full LMDB map would fail the whole group, so every write is accounted for before it is made.
 *
 * In: the state of the map when the transaction begins, and each write. Out: whether it surely fits below the
 * fill mark, or below the end. The account is an upper bound: LMDB copies each page of a tree that it touches
 * once in a transaction (at most a path for each write, at most the whole tree), a put may split a page, and
 * a long value takes a run of pages of its own, for which only the end of the file is counted on. Pages freed
 * earlier can be used again once no reader and neither of the last two commits needs them. */

#include "common/store/internal.h"

#include <stdlib.h>

enum {
    LEAST_PAGE_BYTES = 4096, /* larger pages only need fewer */
    PAGE_HEADER_BYTES = 16,
    NODE_BYTES_MAX = 2000, /* longer nodes leave the tree for pages of their own */
    NODE_HEADER_BYTES = 16,
    PAGE_FILL_LEAST = 1000, /* what splitting leaves in a page, with nodes up to NODE_BYTES_MAX */
    COMMIT_PAGES = 24,      /* root of the databases, list of free pages, and the two meta pages */
    FREED_PER_PAGE = 400,   /* entries of the list of free pages */
    PERMILLE = 1000,
    DEPTH_MAX = 32,                      /* LMDB goes no deeper */
    DATABASES = STORE_DATABASES_MAX + 2, /* LMDB's own two come first */
};

/* The oldest transaction whose pages are still needed. */
static size_t oldest_needed(struct store *store, size_t last)
{
    size_t oldest = last;
    pthread_mutex_lock(&store->readers_lock);
    for (const struct store_txn *reader = store->readers; reader; reader = reader->next) {
        size_t id = mdb_txn_id(reader->mdb);
        if (id < oldest)
            oldest = id;
    }
    pthread_mutex_unlock(&store->readers_lock);
    return oldest;
}

/* Counts the pages that the next write transaction can use again: LMDB's list of them is its database 0,
 * readable in a read transaction: key transaction, value a count and the pages. */
static int free_pages(struct store *store, uint64_t *ret_pages)
{
    MDB_txn *txn;
    int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
    if (rc)
        return rc;
    size_t oldest = oldest_needed(store, mdb_txn_id(txn));
    MDB_cursor *cursor;
    rc = mdb_cursor_open(txn, 0, &cursor);
    if (rc == 0) {
        uint64_t pages = 0;
        MDB_val key, value;
        while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
            size_t id, count;
            memcpy(&id, key.mv_data, sizeof id);
            memcpy(&count, value.mv_data, sizeof count);
            if (id >= oldest)
                break;
            pages += count;
        }
        mdb_cursor_close(cursor);
        if (rc == 0 || rc == MDB_NOTFOUND) {
            *ret_pages = pages;
            rc = 0;
        }
    }
    mdb_txn_abort(txn);
    return rc;
}

/* While the file itself is below half of the mark, what is free in it need not be known. */
static int map_state(struct store *store, uint64_t *ret_last_page, uint64_t *ret_free)
{
    MDB_envinfo info;
    int rc = mdb_env_info(store->env, &info);
    if (rc)
        return rc;
    *ret_last_page = info.me_last_pgno;
    *ret_free = 0;
    return info.me_last_pgno < store->pages_mark / 2 ? 0 : free_pages(store, ret_free);
}

enum code room_begin(struct store_txn *txn)
{
    struct room *room = &txn->room;
    room->uses = calloc(DATABASES, sizeof *room->uses);
    if (!room->uses)
        return CODE_RESOURCE_EXHAUSTED;
    int rc = map_state(txn->store, &room->last_page, &room->free_pages);
    room->last_page += txn->store->wal.owed_pages;
    return code_of_lmdb(rc);
}

void room_finish(struct store_txn *txn)
{
    free(txn->room.uses);
    txn->room.uses = NULL;
}

/* Pages of one tree that its writes can need: those copied, those that splits add (each put may split one
 * page; many puts fill pages with PAGE_FILL_LEAST bytes at least, but for the pages that were there), and its
 * top. */
static uint64_t tree_pages(const struct store_txn *txn, MDB_dbi dbi, const struct use *use)
{
    MDB_stat stat;
    if (use->writes == 0 || mdb_stat(txn->mdb, dbi, &stat) != 0)
        return 0;
    uint64_t tree = stat.ms_branch_pages + stat.ms_leaf_pages;
    uint64_t paths = use->writes * (stat.ms_depth + 1);
    uint64_t copied = paths < tree ? paths : tree;
    uint64_t filled = use->bytes / PAGE_FILL_LEAST + copied + 1;
    return copied + (use->puts < filled ? use->puts : filled) + stat.ms_depth + 2;
}

static void count(struct room *room, const struct pending *write, bool add)
{
    uint64_t sign = add ? 1 : UINT64_MAX; /* modulo 2^64, taking away is adding its complement */
    struct use *use = &room->uses[write->dbi];
    use->writes += sign;
    room->writes += sign;
    if (write->deletes)
        return;
    size_t node = write->key.size + write->value.size + NODE_HEADER_BYTES;
    bool long_value = node > NODE_BYTES_MAX;
    use->puts += sign;
    use->bytes += sign * (long_value ? write->key.size + NODE_HEADER_BYTES : node);
    if (!long_value)
        return;
    uint64_t run = (write->value.size + PAGE_HEADER_BYTES + LEAST_PAGE_BYTES - 1) / LEAST_PAGE_BYTES;
    if (run == 1)
        room->grown += sign;
    else
        room->runs += sign * run;
}

/* Pages that the transaction needs at worst with what it has written so far, but for runs. */
static uint64_t pages_needed(const struct store_txn *txn, const struct room *room)
{
    uint64_t trees = 0;
    for (MDB_dbi dbi = 0; dbi < DATABASES; dbi++)
        trees += tree_pages(txn, dbi, &room->uses[dbi]);
    return room->grown + trees + COMMIT_PAGES + trees / FREED_PER_PAGE;
}

/* The same, reckoned without a look at any tree, and never less: a path copied and a page split for each
 * write. */
static uint64_t pages_needed_at_most(const struct room *room)
{
    uint64_t trees = room->writes * (DEPTH_MAX + 2) + (uint64_t)DATABASES * (DEPTH_MAX + 2);
    return room->grown + trees + COMMIT_PAGES + trees / FREED_PER_PAGE;
}

static bool fits(struct store_txn *txn, enum room_limit limit)
{
    const struct store *store = txn->store;
    const struct room *room = &txn->room;
    uint64_t end = store->pages_all;
    switch (limit) {
    case ROOM_MARK:
        end = store->pages_mark;
        break;
    case ROOM_AUDIT:
        end = store->pages_mark + (store->pages_all - store->pages_mark) * 3 / 4;
        break;
    case ROOM_RESERVE:
        break;
    }
    uint64_t used = room->last_page + 1;
    if (used + room->runs > store->pages_all)
        return false;
    uint64_t left = end + room->free_pages;
    return used + room->runs + pages_needed_at_most(room) <= left ||
           used + room->runs + pages_needed(txn, room) <= left;
}

uint64_t room_pages(const struct store_txn *txn)
{
    return txn->room.runs + pages_needed(txn, &txn->room);
}

bool room_spare(struct store_txn *txn, uint64_t pages)
{
    txn->room.grown += pages;
    bool spare = fits(txn, ROOM_RESERVE);
    txn->room.grown -= pages;
    return spare;
}

bool room_take_command(struct store_txn *txn, enum room_limit limit)
{
    if (!txn->command.first)
        return true;
    for (const struct pending *write = txn->command.first; write; write = write->next)
        count(&txn->room, write, true);
    if (fits(txn, limit))
        return true;
    for (const struct pending *write = txn->command.first; write; write = write->next)
        count(&txn->room, write, false);
    return false;
}

bool room_take_write(struct store_txn *txn, enum room_limit limit, const struct pending *write)
{
    count(&txn->room, write, true);
    if (fits(txn, limit))
        return true;
    count(&txn->room, write, false);
    return false;
}

unsigned store_fill_permille(struct store *store)
{
    uint64_t last = 0, free_now = 0;
    if (map_state(store, &last, &free_now) != 0)
        return PERMILLE;
    uint64_t used = last + 1 - (free_now < last ? free_now : last);
    unsigned map = (unsigned)(used * PERMILLE / store->pages_mark);
    unsigned disk = world_disk_fill_permille(store->world, store->directory);
    return map > disk ? map : disk;
}

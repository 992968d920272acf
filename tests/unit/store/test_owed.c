/* Groups that LMDB commits together, after they were answered for: nothing of them is lost, whatever becomes
 * of the group that follows, of LMDB's commit, of the disk or of the program. (A loss of power: test_power.c.
 * A full disk: test_disk.c.) */

#include "fixture.h"

#include "common/store/internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

/* --- in the place of libc's: what the disk refuses ---------------------------------------------------- */

static struct {
    bool log_sync, data, room;
} refuses;

static bool is_of(int descriptor, const char *name)
{
    char link[40], path[200] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    return readlink(link, path, sizeof path - 1) > 0 && strstr(path, name);
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

int fdatasync(int descriptor)
{
    errno = EIO;
    return refuses.log_sync && is_of(descriptor, "store.wal") ? -1
                                                              : REAL("fdatasync", int (*)(int))(descriptor);
}

int fallocate(int descriptor, int mode, off_t offset, off_t size)
{
    errno = ENOSPC;
    return refuses.room ? -1
                        : REAL("fallocate", int (*)(int, int, off_t, off_t))(descriptor, mode, offset, size);
}

/* LMDB's pages, and its meta page. */
ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset)
{
    errno = EIO;
    return refuses.data && is_of(descriptor, "data.mdb")
               ? -1
               : REAL("pwrite", ssize_t(*)(int, const void *, size_t, off_t))(descriptor, bytes, size,
                                                                              offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count)
{
    errno = EIO;
    return refuses.data && is_of(descriptor, "data.mdb")
               ? -1
               : REAL("writev", ssize_t(*)(int, const struct iovec *, int))(descriptor, parts, count);
}

/* --- groups ------------------------------------------------------------------------------------------- */

static void owed_init(struct fixture *f)
{
    fixture_init(f);
    f->joins = true;
    cr_assert_eq(put(f, &authorities, authority(f, "first", 0, "first", "S")), CODE_OK);
    cr_assert_eq(store_settle(f->store), CODE_OK);
}

static const char *id_of(struct fixture *f, unsigned number)
{
    return arena_format(&f->arena, "E%04u", number);
}

static enum code put_number(struct fixture *f, unsigned number)
{
    const char *id = id_of(f, number);
    return put(f, &authorities, authority(f, id, 0, id, "S"));
}

static void put_numbers(struct fixture *f, unsigned from, unsigned count)
{
    for (unsigned i = from; i < from + count; i++)
        cr_assert_eq(put_number(f, i), CODE_OK);
}

/* Besides the first, so many from 0 on and no other. */
static void has_numbers(struct fixture *f, unsigned count)
{
    ProtobufCMessage *record;
    reading(f);
    cr_assert_eq(record_count(f->txn, &authorities), count + 1);
    for (unsigned i = 0; i < count; i++)
        cr_assert_eq(record_get(f->txn, &authorities, key_of_text(id_of(f, i)), &f->arena, &record), CODE_OK,
                     "%u", i);
    end(f);
    cr_assert_eq(sequence(f), count + 1);
}

/* LMDB's number of its last commit. */
static size_t commits(const struct fixture *f)
{
    MDB_envinfo info;
    cr_assert_eq(mdb_env_info(f->store->env, &info), 0);
    return info.me_last_txnid;
}

static void change_nothing(struct fixture *f)
{
    command(f);
    cr_assert_eq(record_put(f->txn, &authorities, &authority(f, "given up", 0, "given up", "S")->base),
                 CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
}

/* --- together ----------------------------------------------------------------------------------------- */

Test(owed, several_groups_are_one_commit)
{
    struct fixture f;
    owed_init(&f);
    size_t before = commits(&f);
    put_numbers(&f, 0, 5);
    cr_assert(store_owes(f.store) && commits(&f) == before);
    has_numbers(&f, 5); /* whoever reads, reads them */
    cr_assert(!store_owes(f.store) && commits(&f) == before + 1);
    put_numbers(&f, 5, 40);
    cr_assert_leq(commits(&f), before + 1 + 40 / 8, "no more than so many are owed");
    cr_assert_geq(commits(&f), before + 1 + 40 / 8 - 1);
    f.joins = false; /* nor does a transaction of another kind join them */
    put_numbers(&f, 45, 1);
    cr_assert(!store_owes(f.store));
    has_numbers(&f, 46);
    fixture_finish(&f);
}

Test(owed, a_reader_aside_sees_what_was_settled)
{
    struct fixture f;
    owed_init(&f);
    put_numbers(&f, 0, 3);
    cr_assert_eq(store_read_begin_aside(f.store, &f.txn), CODE_OK);
    cr_assert_eq(record_count(f.txn, &authorities), 1);
    end(&f);
    cr_assert_eq(store_settle(f.store), CODE_OK);
    cr_assert_eq(store_read_begin_aside(f.store, &f.txn), CODE_OK);
    cr_assert_eq(record_count(f.txn, &authorities), 4);
    end(&f);
    fixture_finish(&f);
}

Test(owed, a_group_sees_those_before_it)
{
    struct fixture f;
    owed_init(&f);
    put_numbers(&f, 0, 2);
    cr_assert_eq(put_number(&f, 1), CODE_ALREADY_EXISTS);
    begin(&f);
    cr_assert_eq(commit(&f), CODE_OK); /* nothing was written */
    cr_assert(store_owes(f.store));
    put_numbers(&f, 2, 1);
    begin(&f);
    change_nothing(&f);
    end(&f); /* what is owed is done again from its frames, without one of the empty group */
    has_numbers(&f, 3);
    fixture_finish(&f);
}

/* Beside a group that is open, and joined them, a read is of what was settled before; the group goes on. */
Test(owed, a_read_beside_an_open_group_disturbs_nothing)
{
    struct fixture f;
    struct store_txn *beside;
    owed_init(&f);
    put_numbers(&f, 0, 2);
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E0002", 0, "E0002", "S")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(store_read_begin(f.store, &beside), CODE_OK);
    cr_assert_eq(record_count(beside, &authorities), 1);
    store_end(beside);
    cr_assert_eq(commit(&f), CODE_OK);
    has_numbers(&f, 3);
    fixture_finish(&f);
}

/* --- parted from them --------------------------------------------------------------------------------- */

Test(owed, a_group_that_is_given_up_takes_none_with_it)
{
    struct fixture f;
    owed_init(&f);
    for (unsigned count = 0; count < 40; count += 4) {
        put_numbers(&f, count, 4);
        begin(&f);
        change_nothing(&f);
        end(&f);
        if (count % 3 == 0)
            crash_and_reopen(&f);
        has_numbers(&f, count + 4);
    }
    fixture_finish(&f);
}

Test(owed, a_group_that_the_disk_refuses_takes_none_with_it)
{
    struct fixture f;
    owed_init(&f);
    put_numbers(&f, 0, 4);
    begin(&f);
    change_nothing(&f);
    f.world.failing_step = DISK_COMMIT;
    f.world.failing_code = CODE_RESOURCE_EXHAUSTED;
    cr_assert_eq(commit(&f), CODE_RESOURCE_EXHAUSTED);
    f.world.failing_code = CODE_OK;
    has_numbers(&f, 4);
    put_numbers(&f, 4, 4);
    crash_and_reopen(&f);
    has_numbers(&f, 8);
    fixture_finish(&f);
}

static const char child[] = "01890000-0000-7000-8000-000000000001";

Test(owed, what_is_erased_stays_in_no_log)
{
    for (int crashes = 0; crashes < 2; crashes++) {
        struct fixture f;
        bool erased = false;
        owed_init(&f);
        struct span key = key_of_uuid(child, &f.arena);
        cr_assert_eq(put(&f, &placements, placement(&f, child, 0, "E1", "REF-1")), CODE_OK);
        put_numbers(&f, 0, 3);
        cr_assert(store_owes(f.store));
        begin(&f);
        command(&f);
        cr_assert_eq(record_erase(f.txn, &placements, key), CODE_OK);
        cr_assert_eq(keep(&f), CODE_OK);
        cr_assert_eq(commit(&f), CODE_OK);
        cr_assert(!store_owes(f.store) && !f.store->wal.active);
        if (crashes)
            crash_and_reopen(&f);
        reading(&f);
        cr_assert_eq(record_count(f.txn, &authorities), 4);
        cr_assert_eq(record_is_erased(f.txn, &placements, key, &erased), CODE_OK);
        cr_assert(erased);
        end(&f);
        fixture_finish(&f);
    }
}

Test(owed, a_group_too_long_for_the_log_comes_after_them)
{
    for (int crashes = 0; crashes < 2; crashes++) {
        struct fixture f;
        owed_init(&f);
        put_numbers(&f, 0, 3);
        begin(&f);
        for (unsigned i = 3; i < 63; i++) {
            char *text = memset(arena_alloc(&f.arena, 50001), 'x', 50000);
            Pb__Authority *record = authority(&f, id_of(&f, i), 0, id_of(&f, i), "S");
            text[50000] = '\0';
            record->head_office_address = text;
            command(&f);
            cr_assert_eq(record_put(f.txn, &authorities, &record->base), CODE_OK);
            cr_assert_eq(keep(&f), CODE_OK);
        }
        cr_assert_gt(wal_frame_bytes(&f.store->wal.frame), f.store->wal.area_bytes / 2);
        cr_assert_eq(commit(&f), CODE_OK);
        cr_assert(!store_owes(f.store));
        if (crashes)
            crash_and_reopen(&f);
        has_numbers(&f, 63);
        put_numbers(&f, 63, 1);
        fixture_finish(&f);
    }
}

/* Without memory for its frame a group that would have to be parted from them is refused, and they are there.
 */
Test(owed, a_group_without_a_frame_takes_none_with_it)
{
    struct fixture f;
    owed_init(&f);
    put_numbers(&f, 0, 3);
    begin(&f);
    change_nothing(&f);
    f.store->wal.frame.failed = true; /* as where memory ends */
    cr_assert_eq(commit(&f), CODE_RESOURCE_EXHAUSTED);
    has_numbers(&f, 3);
    put_numbers(&f, 3, 1);
    crash_and_reopen(&f);
    has_numbers(&f, 4);
    fixture_finish(&f);
}

/* Where an area of the log ends, and where a checkpoint is due: its pages are those of all that is owed. */
Test(owed, go_over_the_ends_of_the_logs_areas)
{
    struct fixture f;
    owed_init(&f);
    uint64_t first = f.store->wal.writing;
    for (unsigned i = 0; i < 1200; i++) {
        put_numbers(&f, i, 1);
        if (i % 149 == 148) {
            crash_and_reopen(&f);
            has_numbers(&f, i + 1);
        }
        arena_reset(&f.arena);
    }
    cr_assert_gt(f.store->wal.writing, first + 8);
    has_numbers(&f, 1200);
    fixture_finish(&f);
}

/* --- what fails ---------------------------------------------------------------------------------------- */

/* Nobody reads or writes what lacks a group that was answered for; as soon as LMDB can commit it, all goes
 * on. */
Test(owed, a_commit_that_fails_is_owed_still)
{
    for (int kind = 0; kind < 3; kind++) {
        struct fixture f;
        owed_init(&f);
        put_numbers(&f, 0, 4);
        refuses.data = true;
        cr_assert_neq(store_settle(f.store), CODE_OK);
        cr_assert(store_owes(f.store));
        cr_assert_neq(store_read_begin(f.store, &f.txn), CODE_OK);
        cr_assert_neq(store_write_begin(f.store, &f.txn), CODE_OK);
        cr_assert_neq(store_group_begin(f.store, &f.txn), CODE_OK);
        f.txn = NULL;
        if (kind == 2) { /* closed while it fails */
            store_close(f.store);
            f.store = NULL;
        }
        refuses.data = false;
        if (kind == 1)
            crash_and_reopen(&f);
        if (kind == 2)
            fixture_reopen(&f);
        has_numbers(&f, 4);
        put_numbers(&f, 4, 1);
        has_numbers(&f, 5);
        fixture_finish(&f);
    }
}

/* A group that is given up, and what is owed cannot be done again at once. */
Test(owed, what_cannot_be_done_again_at_once_is_done_later)
{
    struct fixture f;
    owed_init(&f);
    put_numbers(&f, 0, 4);
    begin(&f);
    change_nothing(&f);
    refuses.data = true;
    end(&f);
    cr_assert_neq(store_read_begin(f.store, &f.txn), CODE_OK);
    f.txn = NULL;
    refuses.data = false;
    has_numbers(&f, 4);
    put_numbers(&f, 4, 20);
    crash_and_reopen(&f);
    has_numbers(&f, 24);
    fixture_finish(&f);
}

/* The group of which it is not known whether it is there is alone in that. */
Test(owed, a_log_that_does_not_sync_takes_none_with_it)
{
    for (int data = 0; data < 2; data++) {
        struct fixture f;
        owed_init(&f);
        put_numbers(&f, 0, 4);
        begin(&f);
        change_nothing(&f);
        refuses.log_sync = true;
        refuses.data = data;
        enum code code = commit(&f);
        refuses.log_sync = refuses.data = false;
        cr_assert_eq(code, CODE_UNKNOWN, "%s", code_name(code));
        cr_assert_eq(store_write_begin(f.store, &f.txn), CODE_UNAVAILABLE);
        f.txn = NULL;
        has_numbers(&f, 4);
        fixture_reopen(&f);
        reading(&f); /* the frame was written: it may be found */
        size_t count = record_count(f.txn, &authorities);
        end(&f);
        cr_assert(count == 5 || count == 6, "%zu", count);
        put_numbers(&f, 4, 1);
        fixture_finish(&f);
    }
}

/* Without room ahead a group is committed before it is answered for, as it can be. */
Test(owed, nothing_is_owed_that_the_disk_may_have_no_room_for)
{
    struct fixture f;
    owed_init(&f);
    put_numbers(&f, 0, 3);
    cr_assert(store_owes(f.store));
    refuses.room = true;
    unsigned count = 3, unowed = 0;
    for (; unowed < 10 && count < 400; unowed = store_owes(f.store) ? 0 : unowed + 1)
        put_numbers(&f, count++, 1);
    cr_assert(unowed == 10 && count > 20, "once what was asked for is used up: %u", count);
    has_numbers(&f, count);
    refuses.room = false;
    put_numbers(&f, count++, 1);
    cr_assert(store_owes(f.store));
    crash_and_reopen(&f);
    has_numbers(&f, count);
    fixture_finish(&f);
}

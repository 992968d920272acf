/* The write-ahead log: what a group costs, when the log is not used, what a crash leaves of it. (Any loss of
 * power: test_power.c.) */

#include "fixture.h"

#include "common/store/internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* --- in the place of libc's: syncs are counted, and may fail ------------------------------------------ */

static struct {
    unsigned data, log;
    bool fails, data_fails, log_fails, folder_fails;
    int log_descriptor; /* of the last of the log */
    unsigned others;    /* syncs of the log by another descriptor than the one before */
} syncs;

int fsync(int descriptor)
{
    struct stat status;
    if (syncs.folder_fails && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EIO;
        return -1;
    }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(descriptor);
}

int fdatasync(int descriptor)
{
    char link[40], path[200] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof path - 1) < 0)
        return -1;
    if (syncs.fails || (syncs.data_fails && strstr(path, "data.mdb")) ||
        (syncs.log_fails && strstr(path, "store.wal"))) {
        errno = EIO;
        return -1;
    }
    syncs.data += strstr(path, "data.mdb") != NULL;
    if (strstr(path, "store.wal")) {
        syncs.log++;
        syncs.others += descriptor != syncs.log_descriptor;
        syncs.log_descriptor = descriptor;
    }
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(descriptor);
}

/* --- records ------------------------------------------------------------------------------------------ */

static enum code put_name(struct fixture *f, const char *id, const char *name)
{
    ProtobufCMessage *before;
    uint64_t version = 0;
    reading(f);
    if (record_get(f->txn, &authorities, key_of_text(id), &f->arena, &before) == CODE_OK)
        version = ((Pb__Authority *)before)->meta->version;
    end(f);
    return put(f, &authorities, authority(f, id, version, name, "S"));
}

static const char *name_of(struct fixture *f, const char *id)
{
    ProtobufCMessage *record;
    reading(f);
    enum code code = record_get(f->txn, &authorities, key_of_text(id), &f->arena, &record);
    end(f);
    return code == CODE_OK ? ((Pb__Authority *)record)->name : "";
}

static uint64_t last_page_of(const struct fixture *f)
{
    MDB_envinfo info;
    cr_assert_eq(mdb_env_info(f->store->env, &info), 0);
    return info.me_last_pgno;
}

static void path_of(const struct fixture *f, const char *name, char ret_path[200])
{
    snprintf(ret_path, 200, "%s/%s", f->folder, name);
}

static uint8_t *file_read(const struct fixture *f, const char *name, size_t *ret_size)
{
    char path[200];
    struct stat status;
    path_of(f, name, path);
    int file = open(path, O_RDONLY);
    cr_assert(file >= 0 && fstat(file, &status) == 0);
    *ret_size = (size_t)status.st_size;
    uint8_t *bytes = malloc(*ret_size);
    cr_assert(bytes && read(file, bytes, *ret_size) == status.st_size);
    close(file);
    return bytes;
}

/* --- what it costs ------------------------------------------------------------------------------------ */

Test(wal, a_group_is_one_sync_of_the_log)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    cr_assert(f.store->wal.active);
    syncs.data = syncs.log = 0;
    for (unsigned i = 0; i < 5; i++)
        cr_assert_eq(put_name(&f, "E1", i % 2 ? "odd" : "even"), CODE_OK);
    cr_assert(syncs.data == 0 && syncs.log == 5, "%u of the data, %u of the log", syncs.data, syncs.log);
    begin(&f);
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert_eq(syncs.log, 5, "nothing was written");
    fixture_finish(&f);
}

Test(wal, a_group_of_copies_waits_for_no_sync)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    syncs.data = syncs.log = 0;
    Pb__Authority *record = authority(&f, "E2", 0, "two", "");
    uint8_t *packed = arena_alloc(&f.arena, protobuf_c_message_get_packed_size(&record->base));
    size_t size = protobuf_c_message_pack(&record->base, packed);
    begin(&f);
    store_only_copies(f.txn, true);
    command(&f);
    cr_assert_eq(record_put_copy(f.txn, &copies, &record->base, span_of(packed, size)), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert(syncs.data == 0 && syncs.log == 0);
    crash_and_reopen(&f); /* of the program alone: not even that is lost */
    reading(&f);
    cr_assert_eq(record_count(f.txn, &copies), 1);
    end(&f);
    fixture_finish(&f);
}

/* Over several checkpoints, with their pages used again and again. */
Test(wal, brings_everything_back_after_each_crash)
{
    struct fixture f;
    fixture_init(&f);
    unsigned checkpoints = 0;
    uint64_t generation = 0;
    for (unsigned i = 0; i < 1500; i++) {
        char *id = arena_format(&f.arena, "E%03u", i % 200),
             *name = arena_format(&f.arena, "%u of %s", i, id);
        cr_assert_eq(put_name(&f, id, name), CODE_OK);
        checkpoints += f.store->wal.generation != generation;
        generation = f.store->wal.generation;
        if (i % 97 == 96)
            crash_and_reopen(&f);
        cr_assert_str_eq(name_of(&f, id), name);
        arena_reset(&f.arena);
    }
    cr_assert_gt(checkpoints, 15, "%u", checkpoints);
    cr_assert_eq(sequence(&f), 1500);
    crash_and_reopen(&f);
    for (unsigned i = 1300; i < 1500; i++) {
        char *id = arena_format(&f.arena, "E%03u", i % 200),
             *name = arena_format(&f.arena, "%u of %s", i, id);
        cr_assert_str_eq(name_of(&f, id), name);
    }
    fixture_finish(&f);
}

/* The same with the thread that a real world allows. */
Test(wal, makes_checkpoints_beside_the_groups)
{
    struct fixture f;
    fixture_init(&f);
    f.world.base.ops = &test_world_ops_threads;
    uint64_t first = 0;
    for (unsigned i = 0; i < 600; i++) {
        char *id = arena_format(&f.arena, "E%03u", i);
        cr_assert_eq(put_name(&f, id, id), CODE_OK);
        first = first ? first : f.store->wal.generation;
        if (i % 151 == 150)
            crash_and_reopen(&f);
        arena_reset(&f.arena);
    }
    cr_assert_gt(f.store->wal.generation, first + 8);
    crash_and_reopen(&f);
    cr_assert_eq(sequence(&f), 600);
    fixture_finish(&f);
}

/* An error of the disk is told to each opening of the file once: a checkpoint must not take a frame's. */
Test(wal, a_checkpoint_syncs_the_log_by_itself)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    uint64_t first = f.store->wal.generation;
    syncs.others = 0;
    for (unsigned i = 0; f.store->wal.generation == first; i++) {
        char *id = arena_format(&f.arena, "F%u", i);
        cr_assert_eq(put_name(&f, id, id), CODE_OK);
    }
    cr_assert_eq(syncs.others, 2, "there and back");
    fixture_finish(&f);
}

/* Opened again, the log goes over what its file has, and makes it no longer by zeros. */
Test(wal, what_the_file_has_is_not_written_as_zeros_again)
{
    struct fixture f;
    fixture_init(&f);
    for (unsigned i = 0; f.store->wal.zeroed[0] == 0 || f.store->wal.zeroed[1] == 0; i++)
        cr_assert_eq(put_name(&f, "E1", i % 2 ? "odd" : "even"), CODE_OK);
    uint64_t before[2] = {f.store->wal.zeroed[0], f.store->wal.zeroed[1]};
    crash_and_reopen(&f);
    cr_assert(f.store->wal.zeroed[0] == before[0] && f.store->wal.zeroed[1] == before[1]);
    cr_assert_eq(put_name(&f, "E1", "again"), CODE_OK);
    crash_and_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E1"), "again");
    fixture_finish(&f);
}

/* --- when it is not used ------------------------------------------------------------------------------ */

Test(wal, says_nothing_once_the_store_is_closed)
{
    struct fixture f;
    size_t size;
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    store_close(f.store);
    f.store = NULL;
    char path[200];
    path_of(&f, "store.wal", path);
    free(file_read(&f, "store.wal", &size));
    cr_assert_gt(size, 0);
    cr_assert_eq(unlink(path), 0);
    fixture_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E1"), "one");
    fixture_finish(&f);
}

/* The headers' version, 01, made another, or put back. */
static void write_version(const struct fixture *f, const char version[2])
{
    char path[200];
    path_of(f, "store.wal", path);
    int file = open(path, O_RDWR);
    cr_assert_geq(file, 0);
    for (off_t slot = 0; slot < 2; slot++)
        cr_assert_eq(pwrite(file, version, 2, slot * 12 * 1024 + 6), 2);
    close(file);
}

Test(wal, of_another_version_is_not_passed_over)
{
    struct fixture f;
    struct fault fault = {0};
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    crash(&f);
    write_version(&f, "00");
    cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, "another release"), "%s", fault.reason);
    f.store = NULL;
    write_version(&f, "01");
    fixture_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E1"), "one");
    store_close(f.store); /* in order: there is nothing in the log */
    f.store = NULL;
    write_version(&f, "00");
    fixture_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E1"), "one");
    cr_assert_eq(put_name(&f, "E1", "two"), CODE_OK);
    crash_and_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E1"), "two");
    fixture_finish(&f);
}

Test(wal, is_not_for_a_group_too_long_for_it)
{
    struct fixture f;
    fixture_init_sized(&f, 64 << 20);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    begin(&f);
    for (unsigned i = 0; i < 60; i++) {
        char *id = arena_format(&f.arena, "L%u", i), *text = arena_alloc(&f.arena, 50001);
        Pb__Authority *record = authority(&f, id, 0, id, "S");
        record->head_office_address = memset(text, 'x', 50000);
        command(&f);
        cr_assert_eq(record_put(f.txn, &authorities, &record->base), CODE_OK);
        cr_assert_eq(keep(&f), CODE_OK);
    }
    syncs.data = 0;
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert(!f.store->wal.active && syncs.data > 0);
    cr_assert_eq(put_name(&f, "E1", "two"), CODE_OK);
    cr_assert(f.store->wal.active);
    crash_and_reopen(&f);
    cr_assert_eq(sequence(&f), 62);
    fixture_finish(&f);
}

Test(wal, is_not_used_near_the_end_of_the_map)
{
    struct fixture f;
    fixture_init_sized(&f, 2 << 20);
    bool was_active = false;
    unsigned count = 0;
    for (; last_page_of(&f) < f.store->pages_mark / 2; count++) {
        char *id = arena_format(&f.arena, "E%u", count);
        cr_assert_eq(put_name(&f, id, id), CODE_OK);
        was_active |= f.store->wal.active;
    }
    cr_assert(was_active);
    cr_assert_eq(put_name(&f, "E0", "other"), CODE_OK);
    cr_assert(!f.store->wal.active && !f.store->wal.pinned, "and no page is kept from use");
    crash_and_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E0"), "other");
    fixture_finish(&f);
}

Test(wal, keeps_nothing_of_what_was_erased)
{
    static const char child[] = "01890000-0000-7000-8000-000000000001";
    struct fixture f;
    size_t size;
    fixture_init(&f);
    cr_assert_eq(put(&f, &placements, placement(&f, child, 0, "E1", "REF-1")), CODE_OK);
    struct span key = key_of_uuid(child, &f.arena);
    uint8_t *bytes = file_read(&f, "store.wal", &size);
    cr_assert(memmem(bytes, size, key.data, key.size), "it was there");
    free(bytes);
    begin(&f);
    command(&f);
    cr_assert_eq(record_erase(f.txn, &placements, key), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    bytes = file_read(&f, "store.wal", &size);
    cr_assert(!memmem(bytes, size, key.data, key.size));
    free(bytes);
    crash_and_reopen(&f);
    bool erased = false;
    reading(&f);
    cr_assert_eq(record_is_erased(f.txn, &placements, key, &erased), CODE_OK);
    cr_assert(erased);
    end(&f);
    fixture_finish(&f);
}

Test(wal, has_no_word_for_an_index_filled_anew)
{
    struct fixture f;
    ProtobufCMessage *record;
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    begin(&f);
    cr_assert_eq(store_reindex(f.txn, &authorities), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert(!f.store->wal.active);
    crash_and_reopen(&f);
    reading(&f);
    cr_assert_eq(record_find(f.txn, &authorities, "name", span_of_text("one"), &f.arena, &record), CODE_OK);
    end(&f);
    fixture_finish(&f);
}

/* --- what a crash leaves ------------------------------------------------------------------------------ */

/* A frame of an earlier time that lies just where the next would be is none. */
Test(wal, takes_no_frame_of_an_earlier_time)
{
    struct fixture f;
    size_t size;
    char path[200];
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    uint64_t parity = f.store->wal.generation % 2, area = f.store->wal.area_bytes;
    cr_assert_eq(put_name(&f, "E1", "two"), CODE_OK);
    fixture_reopen(&f);
    uint8_t *earlier = file_read(&f, "store.wal", &size);
    cr_assert_eq(put_name(&f, "E2", "lost"), CODE_OK);
    cr_assert_eq(f.store->wal.generation % 2, parity, "its frames are in the same area");
    size_t names = f.store->wal.names.bytes, at = 2 * 12 * 1024 + parity * area + names;
    crash(&f);
    path_of(&f, "store.wal", path);
    int file = open(path, O_WRONLY);
    cr_assert(file >= 0 && pwrite(file, earlier + at, size - at, (off_t)at) == (ssize_t)(size - at));
    close(file);
    free(earlier);
    fixture_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E1"), "two");
    cr_assert_str_eq(name_of(&f, "E2"), "");
    fixture_finish(&f);
}

/* Cut short at its very end, bringing in the log is done again: the checkpoint is still there. */
Test(wal, can_be_brought_in_again)
{
    struct fixture f;
    size_t size;
    char path[200];
    fixture_init(&f);
    for (unsigned i = 0; i < 20; i++) {
        char *id = arena_format(&f.arena, "E%u", i);
        cr_assert_eq(put_name(&f, id, id), CODE_OK);
    }
    fixture_reopen(&f);
    for (unsigned i = 0; i < 20; i++)
        cr_assert_eq(
            put_name(&f, arena_format(&f.arena, "E%u", i % 7), arena_format(&f.arena, "again %u", i)),
            CODE_OK);
    crash(&f);
    uint8_t *log = file_read(&f, "store.wal", &size);
    fixture_reopen(&f);
    crash(&f);
    path_of(&f, "store.wal", path);
    int file = open(path, O_WRONLY);
    cr_assert(file >= 0 && pwrite(file, log, size, 0) == (ssize_t)size);
    close(file);
    free(log);
    fixture_reopen(&f);
    cr_assert_eq(sequence(&f), 40);
    for (unsigned i = 13; i < 20; i++)
        cr_assert_str_eq(name_of(&f, arena_format(&f.arena, "E%u", i % 7)),
                         arena_format(&f.arena, "again %u", i));
    for (unsigned i = 7; i < 20; i++) {
        char *id = arena_format(&f.arena, "E%u", i);
        cr_assert_str_eq(name_of(&f, id), id);
    }
    fixture_finish(&f);
}

/* What came of a sync that failed nobody knows: nothing more is written; opened anew, it has what was
 * answered for. */
Test(wal, a_disk_that_does_not_sync_ends_writing)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    cr_assert_eq(put_name(&f, "E1", "two"), CODE_OK);
    syncs.fails = true;
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E2", 0, "not", "S")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_UNKNOWN, "its frame may be found");
    syncs.fails = false;
    cr_assert_eq(store_write_begin(f.store, &f.txn), CODE_UNAVAILABLE);
    f.txn = NULL;
    cr_assert_str_eq(name_of(&f, "E1"), "two", "it is read on");
    cr_assert_str_eq(name_of(&f, "E2"), "");
    fixture_reopen(&f);
    cr_assert_str_eq(name_of(&f, "E1"), "two");
    cr_assert_eq(put_name(&f, "E1", "three"), CODE_OK);
    fixture_finish(&f);
}

/* A header that was written and not synced may count when the store is opened: whatever came after it, past
 * the log, would be undone. */
Test(wal, a_header_that_does_not_sync_ends_writing)
{
    for (int active = 0; active < 2; active++) {
        struct fixture f;
        fixture_init(&f);
        cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
        if (active) /* the next group's is of a log that begins; else this one is of a log that ends */
            cr_assert_eq(wal_stop(f.store), CODE_OK);
        syncs.log_fails = true;
        if (!active)
            cr_assert_neq(wal_stop(f.store), CODE_OK);
        enum code code = store_write_begin(f.store, &f.txn);
        if (code == CODE_OK) {
            command(&f);
            cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E2", 0, "not", "S")->base), CODE_OK);
            cr_assert_eq(keep(&f), CODE_OK);
            code = commit(&f);
        }
        syncs.log_fails = false;
        cr_assert_eq(code, CODE_UNAVAILABLE);
        cr_assert_eq(store_write_begin(f.store, &f.txn), CODE_UNAVAILABLE);
        f.txn = NULL;
        cr_assert_str_eq(name_of(&f, "E1"), "one", "it is read on");
        fixture_reopen(&f);
        cr_assert_str_eq(name_of(&f, "E1"), "one");
        cr_assert_str_eq(name_of(&f, "E2"), "");
        cr_assert_eq(put_name(&f, "E1", "two"), CODE_OK);
        fixture_reopen(&f);
        cr_assert_str_eq(name_of(&f, "E1"), "two");
        fixture_finish(&f);
    }
}

/* The same of a checkpoint's, which nobody waits for. */
Test(wal, data_that_does_not_sync_ends_writing)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put_name(&f, "E0", "first"), CODE_OK);
    syncs.data_fails = true;
    unsigned done = 0;
    enum code code = CODE_OK;
    for (; code == CODE_OK && done < 1000; done += code == CODE_OK) {
        code = store_write_begin(f.store, &f.txn);
        if (code)
            break;
        command(&f);
        char *id = arena_format(&f.arena, "E%04u", done);
        cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, id, 0, id, "S")->base), CODE_OK);
        cr_assert_eq(keep(&f), CODE_OK);
        code = commit(&f);
    }
    syncs.data_fails = false;
    f.txn = NULL;
    cr_assert_eq(code, CODE_UNAVAILABLE, "%u were done", done);
    cr_assert_eq(store_write_begin(f.store, &f.txn), CODE_UNAVAILABLE, "a later sync may not know");
    f.txn = NULL;
    syncs.log = 0;
    store_close(f.store);
    f.store = NULL;
    cr_assert_eq(syncs.log, 0, "nor does closing it say that all is well");
    fixture_reopen(&f);
    reading(&f);
    cr_assert_eq(record_count(f.txn, &authorities), done + 1);
    end(&f);
    fixture_finish(&f);
}

static void put_copy(struct fixture *f)
{
    begin(f);
    store_only_copies(f->txn, false);
    command(f);
    cr_assert_eq(record_put(f->txn, &copies, &authority(f, "C1", 0, "a copy", "")->base), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

/* What is made anew goes past the log, and is there whole before the log goes on. */
Test(wal, begins_anew_after_a_store_is_made_anew)
{
    struct fixture f;
    fixture_init(&f);
    begin(&f);
    cr_assert_eq(store_meta_put_u64(f.txn, "serial", 3), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert(f.store->wal.active);
    store_rebuild_begin(f.store);
    cr_assert(f.store->rebuilding && !f.store->wal.active);
    put_copy(&f);
    for (unsigned i = 0; i < 3; i++)
        cr_assert_eq(put_name(&f, "E1", i % 2 ? "odd" : "even"), CODE_OK);
    cr_assert(f.store->wal.active);
    crash_and_reopen(&f);
    reading(&f);
    cr_assert_eq(record_count(f.txn, &copies), 1);
    end(&f);
    fixture_finish(&f);
}

/* Where what was made anew did not reach the disk once, no later sync may say that it did. */
Test(wal, a_store_made_anew_that_does_not_sync_begins_again)
{
    struct fixture f;
    fixture_init(&f);
    store_rebuild_begin(f.store);
    put_copy(&f);
    syncs.data_fails = true;
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 0, "one", "S")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_neq(commit(&f), CODE_OK);
    syncs.data_fails = false;
    cr_assert_eq(store_write_begin(f.store, &f.txn), CODE_UNAVAILABLE);
    f.txn = NULL;
    reading(&f);
    cr_assert_eq(record_count(f.txn, &copies), 1, "it is read on");
    end(&f);
    fixture_reopen(&f);
    reading(&f);
    cr_assert_eq(record_count(f.txn, &copies), 0, "nor does closing it say that all is well");
    end(&f);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    fixture_finish(&f);
}

/* A mark of which nobody knows whether the disk has it might empty a store that is whole. */
Test(wal, a_store_that_cannot_be_made_anew_is_as_it_was)
{
    struct fixture f;
    fixture_init(&f);
    begin(&f);
    cr_assert_eq(store_meta_put_u64(f.txn, "serial", 3), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    syncs.folder_fails = true;
    store_rebuild_begin(f.store);
    syncs.folder_fails = false;
    cr_assert(!store_is_rebuilding(f.store));
    cr_assert_eq(store_write_begin(f.store, &f.txn), CODE_UNAVAILABLE);
    f.txn = NULL;
    fixture_reopen(&f);
    uint64_t serial = 0;
    reading(&f);
    cr_assert_eq(store_meta_get_u64(f.txn, "serial", &serial), CODE_OK);
    end(&f);
    cr_assert_eq(serial, 3);
    cr_assert_eq(put_name(&f, "E1", "one"), CODE_OK);
    fixture_finish(&f);
}

/* Without a log that can be written a store goes on as it can. */
Test(wal, a_log_that_cannot_be_made_costs_no_group)
{
    struct fixture f;
    char path[200];
    fixture_init(&f);
    path_of(&f, "store.wal", path);
    cr_assert_eq(mkdir(path, 0700), 0);
    for (unsigned i = 0; i < 100; i++)
        cr_assert_eq(put_name(&f, "E1", i % 2 ? "odd" : "even"), CODE_OK);
    cr_assert(!f.store->wal.active);
    cr_assert_eq(rmdir(path), 0);
    for (unsigned i = 0; i < 70; i++)
        cr_assert_eq(put_name(&f, "E1", i % 2 ? "odd" : "even"), CODE_OK);
    cr_assert(f.store->wal.active, "and takes it again when it can");
    fixture_finish(&f);
}

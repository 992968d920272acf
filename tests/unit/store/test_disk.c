/* Real disks that refuse: full, limited, read-only. Full and read-only ones are small file systems of the
 * test's own, in a mount namespace that ends with it: that takes root, else the test is skipped. */

#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const char child[] = "01890000-0000-7000-8000-000000000001";

struct small_disk {
    struct fixture f;
    char root[64], store[80], list[90];
};

/* False: not allowed here. */
static bool disk_mount(struct small_disk *d, const char *size)
{
    char options[40];
    snprintf(d->root, sizeof d->root, "/tmp/ccrag-disk-XXXXXX");
    cr_assert(mkdtemp(d->root));
    snprintf(options, sizeof options, "size=%s", size);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("small", d->root, "tmpfs", 0, options) != 0) {
        rmdir(d->root);
        return false;
    }
    return true;
}

static void disk_remount(struct small_disk *d, unsigned long flags, const char *size)
{
    char options[40];
    snprintf(options, sizeof options, "size=%s", size);
    cr_assert_eq(mount("small", d->root, NULL, MS_REMOUNT | flags, options), 0, "%s", strerror(errno));
}

static void disk_options(struct small_disk *d)
{
    fixture_prepare(&d->f, 64 << 20);
    snprintf(d->store, sizeof d->store, "%s/store", d->root);
    snprintf(d->list, sizeof d->list, "%s/store.erased", d->root);
    d->f.options.directory = d->store;
    d->f.options.erased_path = d->list;
}

static void disk_finish(struct small_disk *d, bool mounted)
{
    store_close(d->f.store);
    arena_finish(&d->f.arena);
    unlink(d->list);
    store_remove(d->store);
    if (mounted)
        umount(d->root);
    rmdir(d->root);
}

/* One record with a kilobyte of text, in a commit of its own. */
static enum code add(struct fixture *f, unsigned number)
{
    char *id = arena_format(&f->arena, "E%06u", number), *text = arena_alloc(&f->arena, 1001);
    Pb__Authority *record = authority(f, id, 0, id, "S");
    record->head_office_address = memset(text, 'x', 1000);
    begin(f);
    command(f);
    cr_assert_eq(record_put(f->txn, &authorities, &record->base), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    enum code code = commit(f);
    arena_reset(&f->arena);
    return code;
}

/* Adds until the disk refuses: the store then is as before that one, and is read on. Returns how many it has.
 */
static unsigned add_until_refused(struct fixture *f)
{
    unsigned count = 0;
    enum code code;
    while ((code = add(f, count)) == CODE_OK && count < 20000)
        count++;
    cr_assert_eq(code, CODE_RESOURCE_EXHAUSTED, "%s", code_name(code));
    cr_assert(count > 20, "%u", count);
    cr_assert_eq(add(f, count), CODE_RESOURCE_EXHAUSTED, "again");
    cr_assert_eq(sequence(f), count);
    reading(f);
    cr_assert_eq(record_count(f->txn, &authorities), count);
    end(f);
    return count;
}

/* With room again the same command is done, and a store opened anew has all of it. */
static void goes_on(struct fixture *f, unsigned count)
{
    cr_assert_eq(add(f, count), CODE_OK);
    fixture_reopen(f);
    cr_assert_eq(sequence(f), count + 1);
    reading(f);
    cr_assert_eq(record_count(f->txn, &authorities), count + 1);
    end(f);
}

Test(disk, a_full_one_refuses_and_loses_nothing)
{
    for (int joins = 0; joins < 2; joins++) {
        struct small_disk d;
        if (!disk_mount(&d, "1m"))
            cr_skip_test("mounting a small disk takes root");
        disk_options(&d);
        d.f.joins = joins;
        fixture_reopen(&d.f);
        unsigned count = add_until_refused(&d.f);
        disk_remount(&d, 0, "4m");
        goes_on(&d.f, count);
        disk_finish(&d, true);
    }
}

/* The name of what is erased must be on the disk before it is: no room for the name, no erasing. */
Test(disk, a_full_one_erases_nothing_that_it_cannot_list)
{
    struct small_disk d;
    char path[100];
    if (!disk_mount(&d, "1m"))
        cr_skip_test("mounting a small disk takes root");
    disk_options(&d);
    fixture_reopen(&d.f);
    cr_assert_eq(put(&d.f, &placements, placement(&d.f, child, 0, "E1", "REF-1")), CODE_OK);
    snprintf(path, sizeof path, "%s/filler", d.root);
    static const char block[4096];
    int filler = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert(filler >= 0);
    while (write(filler, block, sizeof block) > 0)
        ;
    close(filler);
    begin(&d.f);
    command(&d.f);
    cr_assert_eq(record_erase(d.f.txn, &placements, key_of_uuid(child, &d.f.arena)), CODE_OK);
    cr_assert_eq(keep(&d.f), CODE_OK);
    cr_assert_eq(commit(&d.f), CODE_RESOURCE_EXHAUSTED);
    fixture_reopen(&d.f);
    reading(&d.f);
    cr_assert_eq(record_count(d.f.txn, &placements), 1);
    end(&d.f);
    unlink(path);
    begin(&d.f);
    command(&d.f);
    cr_assert_eq(record_erase(d.f.txn, &placements, key_of_uuid(child, &d.f.arena)), CODE_OK);
    cr_assert_eq(keep(&d.f), CODE_OK);
    cr_assert_eq(commit(&d.f), CODE_OK);
    disk_finish(&d, true);
}

Test(disk, no_room_for_a_new_store_is_a_fault_that_names_it)
{
    struct small_disk d;
    struct fault fault = {0};
    if (!disk_mount(&d, "4k"))
        cr_skip_test("mounting a small disk takes root");
    disk_options(&d);
    cr_assert_eq(store_open(&d.f.world.base, &d.f.options, &d.f.store, &fault), CODE_RESOURCE_EXHAUSTED);
    cr_assert(strstr(fault.reason, d.store), "%s", fault.reason);
    disk_remount(&d, 0, "4m");
    fixture_reopen(&d.f);
    disk_finish(&d, true);
}

Test(disk, a_limit_on_files_refuses_and_loses_nothing)
{
    struct small_disk d;
    struct rlimit limit, before;
    snprintf(d.root, sizeof d.root, "/tmp/ccrag-disk-XXXXXX");
    cr_assert(mkdtemp(d.root));
    disk_options(&d);
    fixture_reopen(&d.f);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){.rlim_cur = 512 << 10, .rlim_max = before.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    unsigned count = add_until_refused(&d.f);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    goes_on(&d.f, count);
    disk_finish(&d, false);
}

Test(disk, a_read_only_one_is_a_fault_that_names_it)
{
    struct small_disk d;
    struct fault fault = {0};
    if (!disk_mount(&d, "4m"))
        cr_skip_test("mounting a small disk takes root");
    disk_options(&d);
    fixture_reopen(&d.f);
    cr_assert_eq(add(&d.f, 0), CODE_OK);
    store_close(d.f.store);
    d.f.store = NULL;
    disk_remount(&d, MS_RDONLY, "4m");
    cr_assert_eq(store_open(&d.f.world.base, &d.f.options, &d.f.store, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, d.store) && strstr(fault.reason, "Read-only"), "%s", fault.reason);
    disk_remount(&d, 0, "4m");
    fixture_reopen(&d.f);
    goes_on(&d.f, 1);
    disk_finish(&d, true);
}

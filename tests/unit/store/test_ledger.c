/* The list of destroyed keys beside the store: what was erased stays erased in a copy that is put in the
 * store's place (rule S2). */

#include "fixture.h"

#include <sys/stat.h>

static const char child[] = "01890000-0000-7000-8000-000000000001";
static const char other[] = "01890000-0000-7000-8000-000000000002";
static const char third[] = "01890000-0000-7000-8000-000000000003";

struct listed {
    struct fixture f;
    char list[100], copy[100];
};

static void listed_init(struct listed *l)
{
    fixture_init(&l->f);
    snprintf(l->list, sizeof l->list, "%s.erased", l->f.folder);
    snprintf(l->copy, sizeof l->copy, "%s.copy", l->f.folder);
    l->f.options.erased_path = l->list;
    fixture_reopen(&l->f);
}

static void listed_finish(struct listed *l)
{
    unlink(l->list);
    store_remove(l->copy);
    fixture_finish(&l->f);
}

static enum code erase_kept(struct fixture *f, const char *id, bool kept)
{
    begin(f);
    command(f);
    enum code code = record_erase(f->txn, &placements, key_of_uuid(id, &f->arena));
    cr_assert_eq(store_command_end(f->txn, kept), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
    return code;
}

static long size_of(const char *path)
{
    struct stat stat_of;
    return stat(path, &stat_of) == 0 ? (long)stat_of.st_size : -1;
}

static bool holds(struct fixture *f, const char *id)
{
    ProtobufCMessage *record;
    reading(f);
    enum code code = record_get(f->txn, &placements, key_of_uuid(id, &f->arena), &f->arena, &record);
    end(f);
    cr_assert(code == CODE_OK || code == CODE_NOT_FOUND);
    return code == CODE_OK;
}

static size_t erasures(struct fixture *f)
{
    struct erasure *found;
    size_t count;
    reading(f);
    cr_assert_eq(store_erasures(f->txn, NULL, 100, &f->arena, &found, &count), CODE_OK);
    end(f);
    return count;
}

/* Puts the copy in the store's place; the list stays. */
static void restore(struct listed *l)
{
    char from[200], to[200];
    store_close(l->f.store);
    l->f.store = NULL;
    snprintf(from, sizeof from, "%s/data.mdb", l->copy);
    snprintf(to, sizeof to, "%s/data.mdb", l->f.folder);
    cr_assert_eq(rename(from, to), 0);
    fixture_reopen(&l->f);
}

Test(ledger, what_was_erased_stays_erased_in_an_older_copy) /* rule S2 */
{
    struct listed l;
    listed_init(&l);
    put(&l.f, &placements, placement(&l.f, child, 0, "E1", "REF-1"));
    put(&l.f, &placements, placement(&l.f, other, 0, "E1", "REF-2"));
    cr_assert_eq(size_of(l.list), -1, "nothing was erased yet");
    cr_assert_eq(store_copy(l.f.store, l.copy, NULL), CODE_OK);
    int64_t at_ms = l.f.world.now_ms;
    cr_assert_eq(erase_kept(&l.f, child, true), CODE_OK);
    cr_assert_eq(erase_kept(&l.f, third, true), CODE_NOT_FOUND);
    long size = size_of(l.list);
    cr_assert(size > 0);
    restore(&l);
    cr_assert(!holds(&l.f, child));
    cr_assert(holds(&l.f, other));
    cr_assert_eq(erasures(&l.f), 2);
    cr_assert_eq(size_of(l.list), size, "the list had it already");
    cr_assert_eq(put(&l.f, &placements, placement(&l.f, child, 0, "E1", "REF-1")), CODE_FAILED_PRECONDITION);

    reading(&l.f);
    struct erasure *found;
    struct audit_line *lines;
    size_t count;
    cr_assert_eq(store_erasures(l.f.txn, NULL, 10, &l.f.arena, &found, &count), CODE_OK);
    cr_assert_eq(found[0].at_ms, at_ms, "when it was erased, not when it was erased again");
    cr_assert_eq(audit_read(l.f.txn, 1, 10, &l.f.arena, &lines, &count), CODE_OK);
    cr_assert_eq(count, 1);
    cr_assert_str_eq(lines[0].method, "erased-again");
    cr_assert_str_eq(lines[0].subject, "2");
    Pb__FollowResponse *batch = arena_new(&l.f.arena, Pb__FollowResponse);
    pb__follow_response__init(batch);
    struct entitlement la = {.name = "E1"};
    cr_assert_eq(journal_read(l.f.txn, 2, &la, 10, 100000, &l.f.arena, batch), CODE_OK);
    cr_assert_eq(batch->n_entries, 1, "followers are told");
    cr_assert(batch->entries[0]->deleted);
    end(&l.f);
    fixture_reopen(&l.f);
    reading(&l.f);
    cr_assert_eq(audit_read(l.f.txn, 1, 10, &l.f.arena, &lines, &count), CODE_OK);
    cr_assert_eq(count, 1, "once");
    listed_finish(&l);
}

Test(ledger, only_what_was_done_is_in_it)
{
    struct listed l;
    listed_init(&l);
    put(&l.f, &placements, placement(&l.f, child, 0, "E1", "REF-1"));
    cr_assert_eq(erase_kept(&l.f, child, false), CODE_OK);
    cr_assert_eq(size_of(l.list), -1, "the command was refused");

    begin(&l.f);
    command(&l.f);
    cr_assert_eq(record_erase(l.f.txn, &placements, key_of_uuid(child, &l.f.arena)), CODE_OK);
    cr_assert_eq(keep(&l.f), CODE_OK);
    end(&l.f);
    cr_assert_eq(size_of(l.list), -1, "the group was given up");

    l.f.world.failing_step = DISK_WRITE;
    begin(&l.f);
    command(&l.f);
    cr_assert_eq(record_erase(l.f.txn, &placements, key_of_uuid(child, &l.f.arena)), CODE_OK);
    l.f.world.failing_code = CODE_OK;
    cr_assert_eq(keep(&l.f), CODE_OK);
    l.f.world.failing_code = CODE_RESOURCE_EXHAUSTED;
    cr_assert_eq(commit(&l.f), CODE_RESOURCE_EXHAUSTED);
    l.f.world.failing_code = CODE_OK;
    cr_assert(size_of(l.list) <= 0, "no name without room for it");
    fixture_reopen(&l.f);
    cr_assert(holds(&l.f, child), "and no erasure without its name");
    cr_assert_eq(erase_kept(&l.f, child, true), CODE_OK);
    listed_finish(&l);
}

/* The store's own list and the file agree when it is open, whichever was lost. */
Test(ledger, a_list_that_is_lost_or_cut_short_is_written_anew)
{
    struct listed l;
    listed_init(&l);
    cr_assert_eq(erase_kept(&l.f, child, true), CODE_NOT_FOUND);
    long one = size_of(l.list);
    cr_assert_eq(erase_kept(&l.f, other, true), CODE_NOT_FOUND);
    long two = size_of(l.list);
    static const int lost = -1;
    const long cuts[] = {lost, 0, 1, one - 1, one, one + 1, one + 5, two - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        if (cuts[i] == lost)
            cr_assert_eq(unlink(l.list), 0);
        else
            cr_assert_eq(truncate(l.list, cuts[i]), 0);
        fixture_reopen(&l.f);
        cr_assert_eq(size_of(l.list), two, "cut at %ld", cuts[i]);
        cr_assert_eq(erasures(&l.f), 2);
    }
    cr_assert_eq(truncate(l.list, two + 50), 0); /* a write of which the disk has the length alone */
    fixture_reopen(&l.f);
    cr_assert_eq(size_of(l.list), two);
    listed_finish(&l);
}

/* Sectors of a write that a loss of power kept from the disk, though later ones are there. */
Test(ledger, a_list_with_sectors_that_were_not_written_is_written_anew)
{
    enum { ERASED = 40 };
    struct listed l;
    listed_init(&l);
    cr_assert_eq(erase_kept(&l.f, child, true), CODE_NOT_FOUND);
    long kept = size_of(l.list);
    begin(&l.f);
    for (unsigned i = 0; i < ERASED; i++) {
        command(&l.f);
        const char *id = arena_format(&l.f.arena, "01890000-0000-7000-8000-0000000001%02u", i);
        cr_assert_eq(record_erase(l.f.txn, &placements, key_of_uuid(id, &l.f.arena)), CODE_NOT_FOUND);
        cr_assert_eq(keep(&l.f), CODE_OK);
    }
    cr_assert_eq(commit(&l.f), CODE_OK);
    long size = size_of(l.list);
    cr_assert(size > 6 * 512);
    for (long from = kept; from < size; from = (from / 512 + 1) * 512) {
        static const char zeros[512];
        long until = (from / 512 + 1) * 512 < size ? (from / 512 + 1) * 512 : size;
        FILE *file = fopen(l.list, "r+b");
        cr_assert(file);
        fseek(file, from, SEEK_SET);
        cr_assert_eq(fwrite(zeros, 1, (size_t)(until - from), file), (size_t)(until - from));
        fclose(file);
        fixture_reopen(&l.f);
        cr_assert_eq(size_of(l.list), size, "from %ld on", from);
        cr_assert_eq(erasures(&l.f), ERASED + 1);
    }
    listed_finish(&l);
}

Test(ledger, a_damaged_list_is_not_passed_over)
{
    struct listed l;
    listed_init(&l);
    cr_assert_eq(erase_kept(&l.f, child, true), CODE_NOT_FOUND);
    cr_assert_eq(erase_kept(&l.f, other, true), CODE_NOT_FOUND);
    long size = size_of(l.list);
    const long places[] = {32, size - 20}; /* in the first, and in the last */
    for (size_t i = 0; i < 2; i++) {
        long at = places[i];
        FILE *file = fopen(l.list, "r+b");
        cr_assert(file);
        fseek(file, at, SEEK_SET);
        int byte = fgetc(file);
        fseek(file, at, SEEK_SET);
        fputc(byte ^ 1, file);
        fclose(file);
        store_close(l.f.store);
        l.f.store = NULL;
        struct fault fault = {0};
        cr_assert_eq(store_open(&l.f.world.base, &l.f.options, &l.f.store, &fault), CODE_DATA_LOSS, "at %ld",
                     at);
        cr_assert(strstr(fault.reason, l.list), "%s", fault.reason);
        file = fopen(l.list, "r+b");
        cr_assert(file);
        fseek(file, at, SEEK_SET);
        fputc(byte, file);
        fclose(file);
        fixture_reopen(&l.f);
    }
    listed_finish(&l);
}

Test(ledger, names_no_child_and_follows_the_keys)
{
    struct listed l;
    listed_init(&l);
    put(&l.f, &placements, placement(&l.f, child, 0, "E1", "REF-1"));
    cr_assert_eq(erase_kept(&l.f, child, true), CODE_OK);
    long size = size_of(l.list);
    char bytes[1000];
    FILE *file = fopen(l.list, "rb");
    cr_assert(file && fread(bytes, 1, sizeof bytes, file) == (size_t)size);
    fclose(file);
    struct span key = key_of_uuid(child, &l.f.arena);
    cr_assert(!memmem(bytes, (size_t)size, key.data, key.size));
    cr_assert(!memmem(bytes, (size_t)size, "placements", 10));
    cr_assert_eq(get_u32_be((const uint8_t *)bytes + 2), 1);

    const struct sealing_key keys[] = {{.number = 2, .bytes = {9}}, test_key};
    l.f.options.keys = keys;
    l.f.options.key_count = 2;
    fixture_reopen(&l.f);
    file = fopen(l.list, "rb");
    cr_assert(file && fread(bytes, 1, sizeof bytes, file) == (size_t)size);
    fclose(file);
    cr_assert_eq(get_u32_be((const uint8_t *)bytes + 2), 2, "so that the older key can be given up");
    listed_finish(&l);
}

/* A program without the table leaves the name to one that has it; a tool that knows no table opens a store as
 * it is.
 */
Test(ledger, keeps_names_of_tables_that_a_program_does_not_have)
{
    struct listed l;
    listed_init(&l);
    put(&l.f, &placements, placement(&l.f, child, 0, "E1", "REF-1"));
    cr_assert_eq(store_copy(l.f.store, l.copy, NULL), CODE_OK);
    cr_assert_eq(erase_kept(&l.f, child, true), CODE_OK);
    long size = size_of(l.list);
    static const struct table *const none[] = {NULL};
    l.f.options.tables = none;
    l.f.options.as_it_is = true;
    restore(&l);
    cr_assert_eq(erasures(&l.f), 0);
    cr_assert_eq(size_of(l.list), size);
    cr_assert_eq(truncate(l.list, size + 1), 0);
    fixture_reopen(&l.f);
    cr_assert_eq(size_of(l.list), size, "written anew, with that name");
    l.f.options.tables = test_tables;
    l.f.options.as_it_is = false;
    fixture_reopen(&l.f);
    cr_assert(!holds(&l.f, child));
    cr_assert_eq(put(&l.f, &placements, placement(&l.f, child, 0, "E1", "REF-1")), CODE_FAILED_PRECONDITION);
    listed_finish(&l);
}

Test(ledger, as_it_is_makes_no_store)
{
    struct fixture f;
    fixture_init(&f);
    store_close(f.store);
    f.store = NULL;
    char data[200];
    snprintf(data, sizeof data, "%s/data.mdb", f.folder);
    cr_assert_eq(unlink(data), 0);
    f.options.as_it_is = true;
    struct fault fault = {0};
    cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, &fault), CODE_FAILED_PRECONDITION);
    f.options.as_it_is = false;
    fixture_reopen(&f);
    fixture_finish(&f);
}

/* A store made anew from copies: when its commits wait for the disk, and what a crash leaves of it. */

#include "fixture.h"

#include "common/store/internal.h"

#include <fcntl.h>

static bool marked(const struct fixture *f)
{
    char path[200];
    snprintf(path, sizeof path, "%s/rebuilding", f->folder);
    return access(path, F_OK) == 0;
}

/* As a power cut in the middle leaves it. */
static void mark(const struct fixture *f)
{
    char path[200];
    snprintf(path, sizeof path, "%s/rebuilding", f->folder);
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    cr_assert(file >= 0);
    close(file);
}

static void put_copy(struct fixture *f, const char *id)
{
    Pb__Authority *record = authority(f, id, 0, "Hertfordshire", "");
    uint8_t *packed = arena_alloc(&f->arena, protobuf_c_message_get_packed_size(&record->base));
    begin(f);
    store_only_copies(f->txn, false);
    command(f);
    size_t size = protobuf_c_message_pack(&record->base, packed);
    cr_assert_eq(record_put_copy(f->txn, &copies, &record->base, span_of(packed, size)), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

static uint64_t count_copies(struct fixture *f)
{
    reading(f);
    uint64_t count = record_count(f->txn, &copies);
    end(f);
    return count;
}

Test(rebuild, lasts_until_something_else_than_a_copy_is_committed)
{
    struct fixture f;
    fixture_init(&f);
    store_rebuild_begin(f.store);
    put_copy(&f, "E1");
    cr_assert(marked(&f));
    begin(&f);
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert(marked(&f), "a transaction that wrote nothing ends nothing");
    cr_assert_eq(put(&f, &copies, authority(&f, "E2", 0, "Essex", "")), CODE_OK);
    cr_assert(!marked(&f));
    fixture_reopen(&f);
    cr_assert_eq(count_copies(&f), 2);
    fixture_finish(&f);
}

Test(rebuild, a_store_closed_in_order_keeps_what_it_has)
{
    struct fixture f;
    ProtobufCMessage *record;
    fixture_init(&f);
    store_rebuild_begin(f.store);
    put_copy(&f, "E1");
    fixture_reopen(&f);
    cr_assert(!marked(&f));
    reading(&f);
    cr_assert_eq(record_get(f.txn, &copies, span_of_text("E1"), &f.arena, &record), CODE_OK);
    cr_assert_str_eq(((Pb__Authority *)record)->name, "Hertfordshire");
    end(&f);
    fixture_finish(&f);
}

Test(rebuild, one_that_ended_in_the_middle_begins_empty)
{
    struct fixture f;
    fixture_init(&f);
    put_copy(&f, "E1");
    mark(&f);
    fixture_reopen(&f); /* closing it in order takes no mark away that is not its own */
    cr_assert_eq(count_copies(&f), 0);
    cr_assert(!marked(&f));
    put_copy(&f, "E2");
    fixture_reopen(&f);
    cr_assert_eq(count_copies(&f), 1);
    fixture_finish(&f);
}

/* What others may have seen, or what was promised, is never at stake. */
/* A tool that only looks empties nothing. */
Test(rebuild, one_that_ended_in_the_middle_is_not_there_to_be_looked_at)
{
    struct fixture f;
    struct fault fault = {0};
    fixture_init(&f);
    put_copy(&f, "E1");
    store_close(f.store);
    f.store = NULL;
    mark(&f);
    struct store_options looking = f.options;
    looking.as_it_is = true;
    cr_assert_eq(store_open(&f.world.base, &looking, &f.store, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, "not whole"), "%s", fault.reason);
    cr_assert(marked(&f));
    fixture_reopen(&f); /* its program does */
    cr_assert(!marked(&f));
    cr_assert_eq(count_copies(&f), 0);
    fixture_finish(&f);
}

Test(rebuild, does_not_begin_in_a_store_with_a_journal_or_an_audit_log)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 0, "Essex", "M")), CODE_OK);
    store_rebuild_begin(f.store);
    cr_assert(!marked(&f));
    fixture_finish(&f);
    fixture_init(&f);
    begin(&f);
    const struct audit_line line = {.at_ms = 1,
                                    .principal = "gateway",
                                    .by = "",
                                    .method = "SetVacancy",
                                    .outcome = CODE_OK,
                                    .subject = "",
                                    .detail = ""};
    cr_assert_eq(audit_append(f.txn, &line), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    store_rebuild_begin(f.store);
    cr_assert(!marked(&f));
    fixture_finish(&f);
}

/* --- copies written behind ----------------------------------------------------------------------------- */

static void put_behind(struct fixture *f, const char *id, uint64_t sequence)
{
    Pb__Authority *record = authority(f, id, 0, "Hertfordshire", "");
    uint8_t *packed = arena_alloc(&f->arena, protobuf_c_message_get_packed_size(&record->base));
    const struct cursor cursor = {.position = {1, sequence}};
    cr_assert_eq(store_behind_begin(f->store, &f->txn), CODE_OK);
    command(f);
    size_t size = protobuf_c_message_pack(&record->base, packed);
    cr_assert_eq(record_put_copy(f->txn, &copies, &record->base, span_of(packed, size)), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    cr_assert_eq(cursor_put(f->txn, "registry", &cursor), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

static uint64_t cursor_now(struct fixture *f)
{
    struct cursor cursor;
    reading(f);
    cr_assert_eq(cursor_get(f->txn, "registry", &cursor), CODE_OK);
    end(f);
    return cursor.position.sequence;
}

Test(rebuild, what_is_written_behind_is_as_if_it_was_not)
{
    struct fixture f;
    ProtobufCMessage *record;
    fixture_init(&f);
    store_rebuild_begin(f.store);
    put_behind(&f, "E1", 5);
    put_behind(&f, "E2", 6);
    cr_assert(marked(&f), "it ends nothing");
    cr_assert_eq(count_copies(&f), 2);
    cr_assert_eq(cursor_now(&f), 6);
    struct fault fault;
    cr_assert_eq(store_behind_failed(f.store, &fault), CODE_OK);
    fixture_reopen(&f);
    reading(&f);
    cr_assert_eq(record_get(f.txn, &copies, span_of_text("E1"), &f.arena, &record), CODE_OK);
    cr_assert_str_eq(((Pb__Authority *)record)->name, "Hertfordshire");
    end(&f);
    fixture_finish(&f);
}

Test(rebuild, one_given_up_leaves_nothing)
{
    struct fixture f;
    fixture_init(&f);
    store_rebuild_begin(f.store);
    Pb__Authority *record = authority(&f, "E1", 0, "Essex", "");
    cr_assert_eq(store_behind_begin(f.store, &f.txn), CODE_OK);
    command(&f);
    cr_assert_eq(record_put_copy(f.txn, &copies, &record->base, span_of_text("")), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    end(&f);
    put_behind(&f, "E2", 6);
    cr_assert_eq(count_copies(&f), 1);
    fixture_finish(&f);
}

/* It takes copies and cursors: nothing else can be done there, and nothing of it is lost unnoticed. */
Test(rebuild, nothing_but_copies_is_put_behind)
{
    struct fixture f;
    fixture_init(&f);
    store_rebuild_begin(f.store);
    cr_assert_eq(store_behind_begin(f.store, &f.txn), CODE_OK);
    command(&f);
    cr_assert_neq(record_delete(f.txn, &copies, span_of_text("E1")), CODE_OK);
    cr_assert_neq(keep(&f), CODE_OK);
    cr_assert_neq(commit(&f), CODE_OK);
    fixture_finish(&f);
}

Test(rebuild, a_failure_behind_is_told_once_and_the_cursor_stays)
{
    static const enum disk_step steps[] = {DISK_WRITE, DISK_COMMIT};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct fixture f;
        fixture_init(&f);
        store_rebuild_begin(f.store);
        put_behind(&f, "E1", 5);
        f.world.failing_step = steps[i];
        f.world.failing_code = CODE_UNAVAILABLE;
        put_behind(&f, "E2", 6);
        f.world.failing_code = CODE_OK;
        put_behind(&f, "E3", 7); /* what came after it is lost too */
        struct fault fault = {0};
        cr_assert_eq(store_behind_failed(f.store, &fault), CODE_UNAVAILABLE);
        cr_assert_eq(fault.code, CODE_UNAVAILABLE);
        cr_assert(strstr(fault.reason, f.folder) && strstr(fault.reason, code_meaning(CODE_UNAVAILABLE)),
                  "%s", fault.reason);
        cr_assert_eq(store_behind_failed(f.store, &fault), CODE_OK);
        cr_assert_eq(cursor_now(&f), 5);
        cr_assert_eq(count_copies(&f), 1);
        put_behind(&f, "E2", 6);
        cr_assert_eq(cursor_now(&f), 6);
        fixture_finish(&f);
    }
}

Test(rebuild, a_store_that_is_full_behind_says_so_and_keeps_what_its_cursor_says)
{
    struct fixture f;
    struct fault fault = {0};
    enum code code = CODE_OK;
    uint64_t put = 0;
    fixture_init_sized(&f, 1024 * 1024);
    store_rebuild_begin(f.store);
    while (put < 20000 && code == CODE_OK) {
        char id[16];
        snprintf(id, sizeof id, "E%05u", (unsigned)++put);
        put_behind(&f, id, put);
        code = store_behind_failed(f.store, &fault);
    }
    cr_assert_eq(code, CODE_RESOURCE_EXHAUSTED);
    cr_assert(strstr(fault.reason, "full"), "%s", fault.reason);
    cr_assert_eq(count_copies(&f), put - 1);
    cr_assert_eq(cursor_now(&f), put - 1);
    fixture_finish(&f);
}

/* What was gathered is not kept for the rest of the program's life; a failure is, until it is told. */
Test(rebuild, what_wrote_behind_ends_with_it)
{
    for (int fails = 0; fails < 2; fails++) {
        struct fixture f;
        struct fault fault = {0};
        fixture_init(&f);
        store_rebuild_begin(f.store);
        put_behind(&f, "E1", 5);
        f.world.failing_step = DISK_WRITE;
        f.world.failing_code = fails ? CODE_UNAVAILABLE : CODE_OK;
        put_behind(&f, "E2", 6);
        f.world.failing_code = CODE_OK;
        cr_assert(f.store->behind);
        cr_assert_eq(put(&f, &copies, authority(&f, "E3", 0, "Essex", "")), CODE_OK);
        cr_assert(!store_is_rebuilding(f.store));
        cr_assert_eq(f.store->behind != NULL, fails != 0);
        cr_assert_eq(store_behind_failed(f.store, &fault), fails ? CODE_UNAVAILABLE : CODE_OK);
        cr_assert_eq(count_copies(&f), fails ? 2 : 3);
        fixture_finish(&f);
    }
}

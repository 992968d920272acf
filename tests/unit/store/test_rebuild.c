/* A store made anew from copies: when its commits wait for the disk, and what a crash leaves of it. */

#include "fixture.h"

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

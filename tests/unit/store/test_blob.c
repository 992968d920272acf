/* Blobs: chunks in order, complete only when whole, the head alone in the journal. */

#include "fixture.h"

#include "common/base/limits.h"

#include <sodium.h>

static const struct audience everyone = {.groups = AUDIENCE_SERVICES};

/* Bytes that differ from place to place and from seed to seed. */
static struct span content(struct fixture *f, size_t size, uint64_t seed)
{
    uint8_t *bytes = arena_alloc(&f->arena, size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(test_random(&seed) >> 3);
    return span_of(bytes, size);
}

static void digest_of(struct span all, uint8_t ret_digest[32])
{
    crypto_generichash(ret_digest, 32, all.data, all.size, NULL, 0);
}

/* Each chunk in a transaction of its own. */
static void append_all(struct fixture *f, uint64_t version, struct span all)
{
    uint32_t chunk = 0;
    for (size_t at = 0; at < all.size; at += BLOB_CHUNK_BYTES, chunk++) {
        size_t size = all.size - at < BLOB_CHUNK_BYTES ? all.size - at : BLOB_CHUNK_BYTES;
        for (int twice = 0; twice < 2; twice++) {
            begin(f);
            command(f);
            cr_assert_eq(blob_append(f->txn, "postcodes", version, chunk, span_of(all.data + at, size)),
                         CODE_OK);
            cr_assert_eq(keep(f), CODE_OK);
            cr_assert_eq(commit(f), CODE_OK);
        }
    }
}

static uint64_t begin_blob(struct fixture *f)
{
    uint64_t version = 0;
    begin(f);
    command(f);
    cr_assert_eq(blob_begin(f->txn, "postcodes", "codepo.csv 2025-08", &version), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
    return version;
}

static enum code finish(struct fixture *f, uint64_t version, struct span all, uint64_t *ret_version)
{
    uint8_t digest[32];
    digest_of(all, digest);
    const Pb__BlobHead *head = NULL;
    begin(f);
    command(f);
    enum code code = blob_finish(f->txn, "postcodes", version, 7, digest, &everyone, &f->arena, &head);
    cr_assert_eq(store_command_end(f->txn, code == CODE_OK), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
    if (head)
        *ret_version = head->version;
    return code;
}

static uint64_t whole(struct fixture *f, struct span all)
{
    uint64_t version = begin_blob(f);
    append_all(f, version, all);
    fixture_reopen(f);
    cr_assert_eq(finish(f, version, all, &version), CODE_OK);
    return version;
}

static void readable(struct fixture *f, uint64_t version, struct span all, enum code expected)
{
    reading(f);
    for (uint32_t chunk = 0; chunk * (size_t)BLOB_CHUNK_BYTES < all.size; chunk++) {
        struct span data;
        cr_assert_eq(blob_read(f->txn, "postcodes", version, chunk, &f->arena, &data), expected);
        if (expected == CODE_OK)
            cr_assert(span_equal(data, span_of(all.data + chunk * (size_t)BLOB_CHUNK_BYTES, data.size)));
    }
    end(f);
}

Test(blobs, are_whole_versions_with_a_head_in_the_journal)
{
    struct fixture f;
    fixture_init(&f);
    struct span first = content(&f, BLOB_CHUNK_BYTES * 2 + 1000, 1);
    cr_assert_eq(whole(&f, first), 1);
    readable(&f, 1, first, CODE_OK);
    cr_assert_eq(sequence(&f), 1);
    reading(&f);
    const Pb__BlobHead *head;
    cr_assert_eq(blob_head(f.txn, "postcodes", &f.arena, &head), CODE_OK);
    cr_assert_eq(head->size, first.size);
    cr_assert_eq(head->chunks, 3);
    cr_assert_eq(head->items, 7);
    cr_assert_str_eq(head->origin, "codepo.csv 2025-08");
    cr_assert_eq(blob_head(f.txn, "other", &f.arena, &head), CODE_NOT_FOUND);
    Pb__FollowResponse batch = PB__FOLLOW_RESPONSE__INIT;
    struct entitlement services = {.groups = AUDIENCE_SERVICES};
    cr_assert_eq(journal_read(f.txn, 0, &services, 10, 10000, &f.arena, &batch), CODE_OK);
    cr_assert_eq(batch.n_entries, 1);
    cr_assert_str_eq(batch.entries[0]->record_type, "ccrag.v1.BlobHead");
    Pb__BlobHead *told = (Pb__BlobHead *)protobuf_c_message_unpack(&pb__blob_head__descriptor, &f.arena.pb,
                                                                   batch.entries[0]->content.len,
                                                                   batch.entries[0]->content.data);
    cr_assert_str_eq(told->name, "postcodes");
    cr_assert_eq(told->version, 1);
    fixture_finish(&f);
}

Test(blobs, the_same_again_adds_nothing_and_the_last_but_one_stays)
{
    struct fixture f;
    fixture_init(&f);
    struct span one = content(&f, 3000, 1), two = content(&f, 4000, 2), three = content(&f, 5000, 3);
    cr_assert_eq(whole(&f, one), 1);
    cr_assert_eq(whole(&f, one), 1);
    cr_assert_eq(sequence(&f), 1);
    cr_assert_eq(whole(&f, two), 2);
    readable(&f, 1, one, CODE_OK);
    cr_assert_eq(whole(&f, three), 3);
    readable(&f, 1, one, CODE_NOT_FOUND);
    readable(&f, 2, two, CODE_OK);
    readable(&f, 3, three, CODE_OK);
    cr_assert_eq(sequence(&f), 3);
    fixture_finish(&f);
}

Test(blobs, chunks_out_of_order_or_broken_are_refused)
{
    struct fixture f;
    fixture_init(&f);
    struct span full = content(&f, BLOB_CHUNK_BYTES, 1), part = content(&f, 100, 2);
    struct span long_one = content(&f, BLOB_CHUNK_BYTES + 1, 3);
    uint64_t version = begin_blob(&f);
    const struct {
        uint64_t version;
        uint32_t chunk;
        struct span data;
        enum code code;
    } cases[] = {
        {version, 1, full, CODE_FAILED_PRECONDITION},
        {version + 1, 0, full, CODE_FAILED_PRECONDITION},
        {version, 0, span_of("", 0), CODE_INVALID_ARGUMENT},
        {version, 0, long_one, CODE_INVALID_ARGUMENT},
        {version, 0, full, CODE_OK},
        {version, 0, full, CODE_OK},
        {version, 0, part, CODE_FAILED_PRECONDITION},
        {version, 1, part, CODE_OK},
        {version, 2, part, CODE_FAILED_PRECONDITION},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&f);
        command(&f);
        cr_assert_eq(blob_append(f.txn, "postcodes", cases[i].version, cases[i].chunk, cases[i].data),
                     cases[i].code, "case %zu", i);
        store_command_end(f.txn, true);
        cr_assert_eq(commit(&f), CODE_OK);
    }
    uint64_t finished = 0;
    cr_assert_eq(finish(&f, version, part, &finished), CODE_DATA_LOSS);
    reading(&f);
    const Pb__BlobHead *head;
    cr_assert_eq(blob_head(f.txn, "postcodes", &f.arena, &head), CODE_NOT_FOUND);
    end(&f);
    cr_assert_eq(begin_blob(&f), version, "begun again, the unfinished one is gone");
    readable(&f, version, part, CODE_NOT_FOUND);
    fixture_finish(&f);
}

/* Whoever reads may ask for any name: there is no such blob, whatever it is. */
Test(blob, of_a_name_that_can_be_none_there_is_none)
{
    struct fixture f;
    char name[5001];
    const Pb__BlobHead *head;
    struct span data;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    fixture_init(&f);
    reading(&f);
    cr_assert_eq(blob_head(f.txn, "", &f.arena, &head), CODE_NOT_FOUND);
    cr_assert_eq(blob_read(f.txn, "", 1, 0, &f.arena, &data), CODE_NOT_FOUND);
    cr_assert_eq(blob_head(f.txn, name, &f.arena, &head), CODE_NOT_FOUND);
    cr_assert_eq(blob_read(f.txn, name, 1, 0, &f.arena, &data), CODE_NOT_FOUND);
    end(&f);
    fixture_finish(&f);
}

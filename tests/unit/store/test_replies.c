/* Idempotency: a repeated command is answered alike; outbox numbers are kept for ever. */

#include "fixture.h"

#include "common/base/limits.h"

static const int64_t day_ms = INT64_C(24) * 60 * 60 * 1000;
static const uint8_t digest[32] = {1, 2, 3}, other_digest[32] = {1, 2, 4};

static void keep_reply(struct fixture *f, const char *principal, const struct uuid *key, const char *body)
{
    struct reply reply = {
        .code = CODE_ABORTED, .envelope = span_of_text("status"), .body = span_of_text(body)};
    begin(f);
    cr_assert_eq(reply_keep(f->txn, principal, key, digest, &reply), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

Test(replies, are_found_by_principal_key_and_digest)
{
    struct fixture f;
    fixture_init(&f);
    int64_t now = f.world.now_ms;
    const uint8_t entropy[10] = {5};
    struct uuid key = uuid_v7(now, entropy), unseen = uuid_v7(now, (const uint8_t[10]){6});
    struct uuid old = uuid_v7(now - IDEMPOTENCY_DAYS * day_ms - 1, entropy),
                ahead = uuid_v7(now + day_ms, entropy);
    struct uuid random = {{1, 2, 3, 4, 5, 6, 0x47, 8, 0x89}};
    keep_reply(&f, "gateway", &key, "an answer");
    const struct {
        const char *principal;
        const struct uuid *key;
        const uint8_t *digest;
        int64_t now_ms;
        enum code code;
    } cases[] = {
        {"gateway", &key, digest, now, CODE_OK},
        {"gateway", &key, digest, now + IDEMPOTENCY_DAYS * day_ms, CODE_OK},
        {"gateway", &key, digest, now + IDEMPOTENCY_DAYS * day_ms + 1, CODE_OUT_OF_RANGE},
        {"gateway", &key, other_digest, now, CODE_FAILED_PRECONDITION},
        {"node", &key, digest, now, CODE_NOT_FOUND},
        {"gateway", &unseen, digest, now, CODE_NOT_FOUND},
        {"gateway", &old, digest, now, CODE_OUT_OF_RANGE},
        {"gateway", &ahead, digest, now, CODE_OUT_OF_RANGE},
        {"gateway", &random, digest, now, CODE_INVALID_ARGUMENT},
    };
    reading(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply reply = {.code = CODE_UNKNOWN};
        cr_assert_eq(reply_find(f.txn, cases[i].principal, cases[i].key, cases[i].digest, cases[i].now_ms,
                                &f.arena, &reply),
                     cases[i].code, "case %zu", i);
        cr_assert_eq(reply.code, cases[i].code == CODE_OK ? CODE_ABORTED : CODE_UNKNOWN, "case %zu", i);
        if (cases[i].code == CODE_OK) {
            cr_assert(span_equal(reply.envelope, span_of_text("status")));
            cr_assert(span_equal(reply.body, span_of_text("an answer")));
        }
    }
    cr_assert_eq(store_txn_error(f.txn, NULL), CODE_OK, "none of these is sticky");
    fixture_finish(&f);
}

Test(replies, go_with_the_command_that_made_them)
{
    struct fixture f;
    fixture_init(&f);
    struct uuid key = uuid_v7(f.world.now_ms, (const uint8_t[10]){5});
    struct reply reply = {.body = span_of_text("an answer")};
    begin(&f);
    command(&f);
    cr_assert_eq(reply_keep(f.txn, "gateway", &key, digest, &reply), CODE_OK);
    cr_assert_eq(reply_find(f.txn, "gateway", &key, digest, f.world.now_ms, &f.arena, &reply), CODE_OK);
    cr_assert_eq(store_command_end(f.txn, false), CODE_OK);
    cr_assert_eq(reply_find(f.txn, "gateway", &key, digest, f.world.now_ms, &f.arena, &reply),
                 CODE_NOT_FOUND);
    end(&f);
    fixture_finish(&f);
}

Test(replies, the_sweep_drops_the_old_ones_slice_by_slice)
{
    struct fixture f;
    fixture_init(&f);
    int64_t now = f.world.now_ms;
    struct uuid keys[20];
    for (unsigned i = 0; i < 20; i++) {
        keys[i] = uuid_v7(now - (i % 10) * day_ms, (const uint8_t[10]){(uint8_t)i});
        keep_reply(&f, i % 2 ? "gateway" : "node", &keys[i], "an answer");
    }
    static const size_t left[] = {17, 16, 16}; /* of 4 that are 8 or 9 days old */
    for (size_t slice = 0; slice < 3; slice++) {
        begin(&f);
        cr_assert_eq(reply_sweep(f.txn, now, 3), CODE_OK);
        cr_assert_eq(commit(&f), CODE_OK);
        size_t found = 0;
        reading(&f);
        for (unsigned i = 0; i < 20; i++) {
            struct reply reply;
            int64_t then = uuid_v7_unix_ms(&keys[i]);
            found += reply_find(f.txn, i % 2 ? "gateway" : "node", &keys[i], digest, then, &f.arena,
                                &reply) == CODE_OK;
        }
        end(&f);
        cr_assert_eq(found, left[slice], "slice %zu: %zu", slice, found);
    }
    fixture_finish(&f);
}

Test(outbox, keeps_the_highest_number_done)
{
    struct fixture f;
    fixture_init(&f);
    static const struct {
        uint64_t put, done;
    } steps[] = {{1, 1}, {5, 5}, {3, 5}, {6, 6}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        begin(&f);
        command(&f);
        cr_assert_eq(outbox_done_put(f.txn, "node-E1", steps[i].put), CODE_OK);
        cr_assert_eq(keep(&f), CODE_OK);
        cr_assert_eq(commit(&f), CODE_OK);
        fixture_reopen(&f);
        reading(&f);
        uint64_t done;
        cr_assert_eq(outbox_done_get(f.txn, "node-E1", &done), CODE_OK);
        cr_assert_eq(done, steps[i].done);
        cr_assert_eq(outbox_done_get(f.txn, "node-E2", &done), CODE_OK);
        cr_assert_eq(done, 0);
        end(&f);
    }
    fixture_finish(&f);
}

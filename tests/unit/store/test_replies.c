/* Idempotency: a repeated command is answered alike, by its key or by its number in an outbox. */

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

/* What holds a secret is swept by the time at which it was said, whatever its key says; that it was done
 * stays. */
Test(replies, a_secret_is_not_kept_as_long)
{
    struct fixture f;
    fixture_init(&f);
    int64_t now = f.world.now_ms, minute_ms = 60 * 1000;
    struct uuid keys[6];
    struct reply reply = {.body = span_of_text("a token"), .secret = true};
    begin(&f);
    for (unsigned i = 0; i < 6; i++) {
        keys[i] = uuid_v7(now - (i % 3) * day_ms, (const uint8_t[10]){(uint8_t)i});
        reply.at_ms = now + i * minute_ms;
        cr_assert_eq(reply_keep(f.txn, "gateway", &keys[i], digest, &reply), CODE_OK);
    }
    cr_assert_eq(outbox_keep(f.txn, "gateway", 1, digest, &reply), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    keep_reply(&f, "node", &keys[0], "an answer");
    for (unsigned past = 0; past <= 7; past++) {
        begin(&f);
        cr_assert_eq(reply_sweep(f.txn, now + (IDEMPOTENCY_SECRET_MINUTES + past) * minute_ms, 1), CODE_OK);
        if (past == 6) /* of the outbox, in the same minute */
            cr_assert_eq(reply_sweep(f.txn, now + (IDEMPOTENCY_SECRET_MINUTES + past) * minute_ms, 1),
                         CODE_OK);
        cr_assert_eq(commit(&f), CODE_OK);
        reading(&f);
        for (unsigned i = 0; i < 6; i++) {
            cr_assert_eq(reply_find(f.txn, "gateway", &keys[i], digest, now, &f.arena, &reply), CODE_OK);
            cr_assert_eq(reply.lapsed, i < past, "%u after %u", i, past);
            cr_assert(span_equal(reply.body, i < past ? span_of(NULL, 0) : span_of_text("a token")));
        }
        cr_assert_eq(outbox_find(f.txn, "gateway", 1, digest, &f.arena, &reply), CODE_OK);
        cr_assert_eq(reply.lapsed, past > 5);
        cr_assert_eq(reply_find(f.txn, "node", &keys[0], digest, now, &f.arena, &reply), CODE_OK);
        cr_assert(!reply.lapsed && span_equal(reply.body, span_of_text("an answer")));
        end(&f);
    }
    fixture_finish(&f);
}

static void outbox_put(struct fixture *f, const char *principal, uint64_t number, enum code code)
{
    struct reply reply = {.code = code, .envelope = span_of_text("status"), .body = span_of_text("body")};
    begin(f);
    command(f);
    cr_assert_eq(outbox_keep(f->txn, principal, number, digest, &reply), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

Test(outbox, remembers_the_newest_numbers_and_what_was_answered)
{
    struct fixture f;
    fixture_init(&f);
    static const uint64_t put[] = {1, 5, 3, OUTBOX_REMEMBERED + 3};
    for (size_t i = 0; i < sizeof put / sizeof *put; i++)
        outbox_put(&f, "node-E1", put[i], put[i] == 5 ? CODE_NOT_FOUND : CODE_OK);
    fixture_reopen(&f);
    static const struct {
        const char *principal;
        uint64_t number;
        const uint8_t *digest;
        enum code code, replied;
    } cases[] = {
        {"node-E1", OUTBOX_REMEMBERED + 3, digest, CODE_OK, CODE_OK},
        {"node-E1", OUTBOX_REMEMBERED + 3, other_digest, CODE_FAILED_PRECONDITION, CODE_UNKNOWN},
        {"node-E1", OUTBOX_REMEMBERED + 4, digest, CODE_NOT_FOUND, CODE_UNKNOWN}, /* the next */
        {"node-E1", 5, digest, CODE_OK, CODE_NOT_FOUND},                          /* refused */
        {"node-E1", 4, digest, CODE_NOT_FOUND, CODE_UNKNOWN},                     /* left out */
        {"node-E1", 3, digest, CODE_OUT_OF_RANGE, CODE_UNKNOWN},
        {"node-E1", 1, digest, CODE_OUT_OF_RANGE, CODE_UNKNOWN},
        {"node-E2", 1, digest, CODE_NOT_FOUND, CODE_UNKNOWN},
        {"node-E", 5, digest, CODE_NOT_FOUND, CODE_UNKNOWN},
    };
    reading(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply reply = {.code = CODE_UNKNOWN};
        cr_assert_eq(
            outbox_find(f.txn, cases[i].principal, cases[i].number, cases[i].digest, &f.arena, &reply),
            cases[i].code, "case %zu", i);
        cr_assert_eq(reply.code, cases[i].replied, "case %zu", i);
        if (cases[i].code == CODE_OK)
            cr_assert(span_equal(reply.body, span_of_text("body")));
    }
    cr_assert_eq(store_txn_error(f.txn, NULL), CODE_OK, "none of these is sticky");
    end(&f);
    /* A number whose slot another one had is not taken for that one. */
    outbox_put(&f, "node-E1", 2 * OUTBOX_REMEMBERED + 2, CODE_OK);
    struct reply reply;
    reading(&f);
    cr_assert_eq(outbox_find(f.txn, "node-E1", OUTBOX_REMEMBERED + 5, digest, &f.arena, &reply),
                 CODE_NOT_FOUND);
    end(&f);
    fixture_finish(&f);
}

/* The audit log: a chain that shows where it was altered (rule S3). */

#include "tamper.h"

#include <sodium.h>

static void append(struct fixture *f, unsigned from, unsigned count)
{
    begin(f);
    for (unsigned i = from; i < from + count; i++) {
        struct audit_line line = {.at_ms = (int64_t)i * 10,
                                  .principal = "gateway",
                                  .by = "person-1",
                                  .method = "ccrag.v1.ProvisionsService/SetVacancy",
                                  .outcome = i % 2 ? CODE_OK : CODE_PERMISSION_DENIED,
                                  .subject = arena_format(&f->arena, "subject %u", i),
                                  .detail = ""};
        cr_assert_eq(audit_append(f->txn, &line), CODE_OK);
    }
    cr_assert_eq(commit(f), CODE_OK);
}

enum tampering { FLIPS_A_BYTE, TAKES_AWAY, REWRITES };

/* Someone who holds the key changes what a line says (its last byte), and seals it again as it should be. */
static void rewrite(const uint8_t key[8], uint8_t *value, size_t size)
{
    enum { HEAD = 4 + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, NAME = sizeof "~audit" };
    uint8_t place[NAME + 8], plain[1000];
    unsigned long long plain_size;
    memcpy(place, "~audit", NAME);
    memcpy(place + NAME, key, 8);
    cr_assert_eq(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &plain_size, NULL, value + HEAD,
                                                            size - HEAD, place, sizeof place, value + 4,
                                                            test_key.bytes),
                 0);
    plain[plain_size - 1] ^= 1;
    crypto_aead_xchacha20poly1305_ietf_encrypt(value + HEAD, NULL, plain, plain_size, place, sizeof place,
                                               NULL, value + 4, test_key.bytes);
}

/* Alters the store's file behind its back. */
static void tamper(struct fixture *f, uint64_t number, enum tampering how)
{
    uint8_t bytes[8], copy[TAMPER_BYTES_MAX];
    put_u64_be(bytes, number);
    struct span key = span_of(bytes, sizeof bytes);
    struct tamper t = tamper_begin(f, "audit");
    size_t size = tamper_get(&t, key, copy);
    if (how == REWRITES)
        rewrite(bytes, copy, size);
    else
        copy[size / 2] ^= 1;
    tamper_put(&t, key, how == TAKES_AWAY ? (struct span){0} : span_of(copy, size));
    tamper_end(&t);
    fixture_reopen(f);
}

static enum code verify(struct fixture *f, uint64_t *ret_lines, uint8_t *ret_head, uint64_t *ret_bad)
{
    reading(f);
    enum code code = audit_verify(f->txn, ret_lines, ret_head, ret_bad);
    end(f);
    return code;
}

Test(audit, lines_come_back_as_they_were)
{
    struct fixture f;
    fixture_init(&f);
    append(&f, 1, 5);
    append(&f, 6, 5);
    reading(&f);
    struct audit_line *lines;
    size_t count;
    cr_assert_eq(audit_read(f.txn, 4, 3, &f.arena, &lines, &count), CODE_OK);
    cr_assert_eq(count, 3);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(lines[i].number, 4 + i);
        cr_assert_eq(lines[i].at_ms, (int64_t)(4 + i) * 10);
        cr_assert_eq(lines[i].outcome, (4 + i) % 2 ? CODE_OK : CODE_PERMISSION_DENIED);
        cr_assert_str_eq(lines[i].principal, "gateway");
        cr_assert_str_eq(lines[i].by, "person-1");
        cr_assert_str_eq(lines[i].method, "ccrag.v1.ProvisionsService/SetVacancy");
        cr_assert_str_eq(lines[i].subject, arena_format(&f.arena, "subject %zu", 4 + i));
        cr_assert_str_eq(lines[i].detail, "");
    }
    cr_assert_eq(audit_read(f.txn, 9, 10, &f.arena, &lines, &count), CODE_OK);
    cr_assert_eq(count, 2);
    cr_assert_eq(audit_read(f.txn, 11, 10, &f.arena, &lines, &count), CODE_OK);
    cr_assert_eq(count, 0);
    fixture_finish(&f);
}

Test(audit, the_chain_holds_over_commits_and_reopening) /* rule S3 */
{
    struct fixture f;
    fixture_init(&f);
    uint64_t lines, number, bad = 0;
    uint8_t head[AUDIT_HASH_BYTES], last[AUDIT_HASH_BYTES];
    cr_assert_eq(verify(&f, &lines, head, &bad), CODE_OK);
    cr_assert_eq(lines, 0);
    append(&f, 1, 3);
    fixture_reopen(&f);
    append(&f, 4, 3);
    begin(&f);
    struct audit_line given_up = {.principal = "", .by = "", .method = "", .subject = "", .detail = ""};
    cr_assert_eq(audit_append(f.txn, &given_up), CODE_OK);
    end(&f);
    append(&f, 7, 1);
    cr_assert_eq(verify(&f, &lines, head, &bad), CODE_OK);
    cr_assert_eq(lines, 7);
    cr_assert_eq(bad, 0);
    reading(&f);
    cr_assert_eq(audit_head(f.txn, &number, last), CODE_OK);
    cr_assert_eq(number, 7);
    cr_assert_arr_eq(last, head, AUDIT_HASH_BYTES);
    fixture_finish(&f);
}

Test(audit, names_the_line_that_was_altered) /* rule S3 */
{
    static const struct {
        uint64_t number;
        enum tampering how;
    } cases[] = {{1, FLIPS_A_BYTE}, {5, FLIPS_A_BYTE}, {10, FLIPS_A_BYTE}, {1, TAKES_AWAY},
                 {5, TAKES_AWAY},   {1, REWRITES},     {5, REWRITES},      {10, REWRITES}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        fixture_init(&f);
        append(&f, 1, 10);
        tamper(&f, cases[i].number, cases[i].how);
        append(&f, 11, 2);
        uint64_t lines = 77, bad = 0;
        uint8_t head[AUDIT_HASH_BYTES];
        cr_assert_eq(verify(&f, &lines, head, &bad), CODE_DATA_LOSS);
        cr_assert_eq(bad, cases[i].number, "case %zu: %llu", i, (unsigned long long)bad);
        cr_assert_eq(lines, 77);
        fixture_finish(&f);
    }
}

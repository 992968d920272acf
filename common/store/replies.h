#pragma once
/* Idempotency: what was answered to which command, so that a repeated one is answered alike and done once. */

#include "common/base/uuid.h"
#include "common/store/store.h"

/* A kept reply. */
struct reply {
    enum code code;
    struct span envelope; /* packed Status */
    struct span body;     /* packed response */
    /* Whose record the body shows, of a table with TABLE_OWN_KEY: it is sealed under that record's key, and
     * gone where that is destroyed. NULL: nobody's. */
    const struct table *of;
    struct span key; /* that record's */
    /* The body holds a secret (of nobody's record): a repeat comes soon or never, so it is kept for
     * IDEMPOTENCY_SECRET_MINUTES after `at_ms`, and no longer. */
    bool secret;
    int64_t at_ms;
    bool erased; /* found, but for what it said: the record was erased since */
    bool lapsed; /* the same: it held a secret, and is not kept any more */
};

/* Looks a key up for a principal. NOT_FOUND: not seen. FAILED_PRECONDITION: seen with another request
 * (`digest` is BLAKE2b-256 of method and body). OUT_OF_RANGE: the key's time is older than IDEMPOTENCY_DAYS
 * (or more than an hour ahead), so it cannot be known whether it was done. INVALID_ARGUMENT: not a UUIDv7.
 * None of these is sticky. */
enum code reply_find(struct store_txn *txn, const char *principal, const struct uuid *key,
                     const uint8_t digest[32], int64_t now_ms, struct arena *arena, struct reply *ret_reply);
enum code reply_keep(struct store_txn *txn, const char *principal, const struct uuid *key,
                     const uint8_t digest[32], const struct reply *reply);
/* Drops at most `most` replies older than IDEMPOTENCY_DAYS, and as many secrets older than theirs. */
enum code reply_sweep(struct store_txn *txn, int64_t now_ms, size_t most);

/* What was answered to a principal's outbox number: for ever, but of its newest OUTBOX_REMEMBERED numbers
 * only. As reply_find: NOT_FOUND: never decided, be it newer than all or left out; OUT_OF_RANGE: older than
 * those remembered. */
enum code outbox_find(struct store_txn *txn, const char *principal, uint64_t number, const uint8_t digest[32],
                      struct arena *arena, struct reply *ret_reply);
/* Of a number that outbox_find did not find. */
enum code outbox_keep(struct store_txn *txn, const char *principal, uint64_t number, const uint8_t digest[32],
                      const struct reply *reply);

#pragma once
/* The audit log: append-only, each line bound to the one before by a BLAKE2b-256 hash (rule S3). */

#include "common/store/store.h"

enum { AUDIT_HASH_BYTES = 32 };

struct audit_line {
    uint64_t number; /* from 1; set by audit_append */
    int64_t at_ms;
    const char *principal; /* the program that asked */
    const char *by;        /* the person, or empty */
    const char *method;    /* full method name */
    enum code outcome;
    const char *subject; /* key of what was changed, refused or read; no child's fact */
    const char *detail;  /* reason of a refusal; may be empty */
};

/* Appends in the group itself, not in the command: it stays when the command is refused. RESOURCE_EXHAUSTED
 * (not sticky, nothing appended) when three quarters of the reserve above the fill mark are used. */
enum code audit_append(struct store_txn *txn, const struct audit_line *line);

/* Reads up to `most` lines from `first` on, into `arena`. */
enum code audit_read(struct store_txn *txn, uint64_t first, size_t most, struct arena *arena,
                     struct audit_line **ret_lines, size_t *ret_count);

/* The last line's number and hash, for signing; 0 and zeros when there is none. */
enum code audit_head(struct store_txn *txn, uint64_t *ret_number, uint8_t ret_hash[AUDIT_HASH_BYTES]);

/* Checks the whole chain. DATA_LOSS: `ret_bad` is the first line that does not follow from the one before. */
enum code audit_verify(struct store_txn *txn, uint64_t *ret_lines, uint8_t ret_head[AUDIT_HASH_BYTES],
                       uint64_t *ret_bad);

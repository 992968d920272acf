#pragma once
/* Blobs: large values beside the records, versioned, in sealed chunks; the journal holds the head alone. */

#include "common/store/store.h"

/* Begins the next version under a name, dropping an unfinished one. All chunks but the last are
 * BLOB_CHUNK_BYTES. `audience` goes with the head. */
enum code blob_begin(struct store_txn *txn, const char *name, const char *origin, uint64_t *ret_version);
/* Appends a chunk; chunks come in order from 0 (else FAILED_PRECONDITION; the same chunk again is done
 * already). */
enum code blob_append(struct store_txn *txn, const char *name, uint64_t version, uint32_t chunk,
                      struct span data);
/* Completes it when size and digest agree (else DATA_LOSS), appends the head to the journal, drops the
 * version before the last. The same digest as the present version: the new one is dropped, `ret_head` is the
 * present one. */
enum code blob_finish(struct store_txn *txn, const char *name, uint64_t version, uint64_t items,
                      const uint8_t digest[32], const struct audience *audience, struct arena *arena,
                      const Pb__BlobHead **ret_head);
/* The head of the newest complete version, and a chunk of a version that is there. NOT_FOUND: none, whatever
 * name was asked for. */
enum code blob_head(struct store_txn *txn, const char *name, struct arena *arena,
                    const Pb__BlobHead **ret_head);
enum code blob_read(struct store_txn *txn, const char *name, uint64_t version, uint32_t chunk,
                    struct arena *arena, struct span *ret_data);

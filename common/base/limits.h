#pragma once
/* Every bound of the system, on one page. A stranger controls nothing that is not bounded here. */

#include <assert.h>

enum {
    /* One message on a link. A longer one, up to FRAME_DROP_BYTES, is answered INVALID_ARGUMENT; beyond, the
     * transport drops the link without an answer. */
    FRAME_BYTES_MAX = 2 * 1024 * 1024,
    FRAME_DROP_BYTES = 2 * FRAME_BYTES_MAX,
    FRAME_PARTS = 2, /* envelope, body */
    ENVELOPE_BYTES_MAX = 16 * 1024,

    /* What the pre-scan lets through to the decoder. */
    MESSAGE_DEPTH_MAX = 12,
    MESSAGE_FIELDS_MAX = 200000,
    TEXT_BYTES_MAX = 64 * 1024, /* one string field; records bound theirs further */

    /* One request. */
    REQUEST_ARENA_BYTES = 32 * 1024 * 1024,
    DEADLINE_MS_DEFAULT = 10 * 1000,
    DEADLINE_MS_MAX = 10 * 60 * 1000,
    PAGE_SIZE_DEFAULT = 100,
    PAGE_SIZE_MAX = 1000,

    /* The loop of a service. */
    GROUP_COMMANDS_MAX = 256,  /* commands in one commit */
    DRAIN_MESSAGES_MAX = 1024, /* messages taken in one turn */
    QUEUE_PER_PEER_MAX = 256,  /* waiting requests of one peer before RESOURCE_EXHAUSTED */
    QUEUE_ALL_MAX = 8192,
    JOBS_WAITING_MAX = 64,
    LINKS_PEERS_MAX = 4096,

    /* Feeds. */
    FEED_LEASE_MS = 30 * 1000,
    FEED_BATCH_BYTES = 256 * 1024,
    FEED_CREDIT_MAX = 65536, /* entries */

    /* Keys and identities. */
    STORE_KEY_BYTES_MAX = 500, /* LMDB allows 511 */
    IDEMPOTENCY_DAYS = 7,
    CLAIM_MINUTES = 5,
    CLAIM_SKEW_SECONDS = 60,
    PRINCIPAL_NAME_MAX = 64,
    ROSTER_ENTRIES_MAX = 2048,

    /* Blobs. */
    BLOB_CHUNK_BYTES = 512 * 1024,
    BLOB_BYTES_MAX = 256 * 1024 * 1024,

    /* Searches (rules X1, X2). */
    SEARCH_RESULTS_DEFAULT = 20,
    SEARCH_RESULTS_MAX = 200,
    SEARCH_RADIUS_KM_MAX = 1000,

    /* Passwords (rule S6). */
    PASSWORD_BYTES_MIN = 12,
    PASSWORD_BYTES_MAX = 1024,
};

static_assert(FRAME_DROP_BYTES >= 2 * FRAME_BYTES_MAX, "a frame twice too long is still answered");
static_assert(BLOB_CHUNK_BYTES < FRAME_BYTES_MAX - ENVELOPE_BYTES_MAX, "a chunk fits a frame");
static_assert(FEED_BATCH_BYTES < FRAME_BYTES_MAX - ENVELOPE_BYTES_MAX, "a batch fits a frame");
static_assert(STORE_KEY_BYTES_MAX < 511, "LMDB's own bound");

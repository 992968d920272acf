#pragma once
/* Two states of a store are the same when these are. */

#include "common/store/store.h"

/* Everything in the store but the audit log and what was answered. */
struct store_digest {
    uint8_t bytes[32];
};
struct store_digest store_digest_of(struct store *store);

#pragma once
/* Failures to sign in, by mailbox: known and unknown ones alike, so that a wait tells nothing (rule S6). In
 * memory only: a refused command writes nothing to the store. One thread. */

#include "common/base/limits.h"
#include "common/base/span.h"

struct sign_ins {
    struct sign_in {
        uint64_t mailbox; /* keyed hash; 0: free */
        uint32_t failures;
        int64_t wait_until_ms, last_ms;
    } items[SIGN_IN_MAILBOXES_MAX];
    uint8_t key[16]; /* of the hash */
    bool keyed;
};

/* Begins an attempt: how many milliseconds it has to wait (0: go on). One that goes on counts as a failure
 * until sign_in_succeeded, so that many at once do not pass together. When all places are taken, the longest
 * unused goes. `random` is 16 bytes for the key, read at the first use. */
int64_t sign_in_begin(struct sign_ins *sign_ins, const char *email, int64_t now_ms, const uint8_t random[16]);
void sign_in_succeeded(struct sign_ins *sign_ins, const char *email);

#pragma once
/* ChaCha20-Poly1305 as RFC 8439 has it, faster for short values than the library's own. Nobody outside the
 * store includes this. */

#include "common/base/span.h"

#include <sodium.h>

enum {
    CIPHER_PLACE_BYTES_MAX = 640, /* what a value is bound to */
    CIPHER_NONCE_BYTES = crypto_aead_chacha20poly1305_ietf_NPUBBYTES,
    CIPHER_TAG_BYTES = crypto_aead_chacha20poly1305_ietf_ABYTES,
};

/* Writes ciphertext and tag: CIPHER_TAG_BYTES more than `plain`, which it must not overlap. */
void cipher_seal(uint8_t *ret_sealed, struct span plain, struct span place, const uint8_t *nonce,
                 const uint8_t *key);
/* The reverse, CIPHER_TAG_BYTES less than `sealed`. False: it does not verify, and nothing was written. */
bool cipher_open(uint8_t *ret_plain, struct span sealed, struct span place, const uint8_t *nonce,
                 const uint8_t *key);

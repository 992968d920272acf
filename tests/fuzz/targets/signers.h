#pragma once
/* Signing keys from fixed seeds, so that what an input says can be signed and gets past the signature. */

#include "common/bus/signing.h"

#include <sodium.h>

struct signer {
    uint8_t public_key[SIGNING_KEY_BYTES], secret_key[crypto_sign_SECRETKEYBYTES];
};

enum { SEED_REGION = 10, SEED_REGISTRY = 11, SEED_REVOKER = 12, SEED_STRANGER = 13 };

static inline struct signer signer_of(uint8_t byte)
{
    struct signer signer;
    uint8_t seed[crypto_sign_SEEDBYTES];
    memset(seed, byte, sizeof seed);
    crypto_sign_seed_keypair(signer.public_key, signer.secret_key, seed);
    return signer;
}

static inline ProtobufCBinaryData binary_of(struct span bytes)
{
    return (ProtobufCBinaryData){.len = bytes.size, .data = (uint8_t *)(uintptr_t)bytes.data};
}

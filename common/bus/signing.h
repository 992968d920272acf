#pragma once
/* Signatures within a domain: what is signed as one thing never passes for another. Private to the bus. */

#include "common/bus/roster.h"

#define DOMAIN_ROSTER     "ccrag roster v1"
#define DOMAIN_REVOCATION "ccrag revocation v1"
#define DOMAIN_CLAIM      "ccrag claim v1"

/* Ed25519 over `domain`, NUL and `bytes`. False: past the arena's limit. */
bool domain_sign(const char *domain, struct span bytes, const uint8_t secret_key[64], struct arena *arena,
                 uint8_t ret_signature[SIGNATURE_BYTES]);
/* The same over a message: what it was packed to and the signature, both in the arena. */
bool domain_sign_message(const char *domain, const ProtobufCMessage *message, const uint8_t secret_key[64],
                         struct arena *arena, ProtobufCBinaryData *ret_packed,
                         ProtobufCBinaryData *ret_signature);
/* False: it does not hold, or past the arena's limit. */
bool domain_verify(const char *domain, struct span bytes, struct span signature,
                   const uint8_t public_key[SIGNING_KEY_BYTES], struct arena *arena);

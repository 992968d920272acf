/* Ed25519 with a domain in front.
 *
 * In: bytes and a key. Out: a signature, or whether one holds. Which key is trusted for what is decided by
 * roster.c and claim.c. */

#include "common/bus/signing.h"
#include "common/wire/wire.h"

#include <sodium.h>

static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "ed25519");
static_assert(SIGNING_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "ed25519");

static struct span in_domain(const char *domain, struct span bytes, struct arena *arena)
{
    size_t head = strlen(domain) + 1;
    uint8_t *all = arena_alloc(arena, head + bytes.size);
    if (!all)
        return span_of(NULL, 0);
    memcpy(all, domain, head);
    if (bytes.size > 0)
        memcpy(all + head, bytes.data, bytes.size);
    return span_of(all, head + bytes.size);
}

bool domain_sign(const char *domain, struct span bytes, const uint8_t secret_key[64], struct arena *arena,
                 uint8_t ret_signature[SIGNATURE_BYTES])
{
    struct span all = in_domain(domain, bytes, arena);
    return all.data && crypto_sign_detached(ret_signature, NULL, all.data, all.size, secret_key) == 0;
}

bool domain_sign_message(const char *domain, const ProtobufCMessage *message, const uint8_t secret_key[64],
                         struct arena *arena, ProtobufCBinaryData *ret_packed,
                         ProtobufCBinaryData *ret_signature)
{
    uint8_t *signature = arena_alloc(arena, SIGNATURE_BYTES);
    struct span packed = wire_pack(message, arena);
    if (!signature || !packed.data || !domain_sign(domain, packed, secret_key, arena, signature))
        return false;
    *ret_packed = (ProtobufCBinaryData){.len = packed.size, .data = (uint8_t *)(uintptr_t)packed.data};
    *ret_signature = (ProtobufCBinaryData){.len = SIGNATURE_BYTES, .data = signature};
    return true;
}

bool domain_verify(const char *domain, struct span bytes, struct span signature,
                   const uint8_t public_key[SIGNING_KEY_BYTES], struct arena *arena)
{
    if (signature.size != SIGNATURE_BYTES)
        return false;
    struct arena_mark mark = arena_mark(arena);
    struct span all = in_domain(domain, bytes, arena);
    bool holds = all.data && crypto_sign_verify_detached(signature.data, all.data, all.size, public_key) == 0;
    arena_release(arena, mark);
    return holds;
}

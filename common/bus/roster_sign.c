/* Making what roster.c reads: for the offline region key and the online revoker key.
 *
 * In: a roster or a revocation, and a secret key. Out: the signed bytes. What is in it is the caller's to
 * say. */

#include "common/bus/signing.h"
#include "common/wire/wire.h"

struct span roster_sign(const Pb__Roster *roster, const uint8_t secret_key[64], struct arena *arena)
{
    uint8_t signature[SIGNATURE_BYTES];
    struct span packed = wire_pack(&roster->base, arena);
    if (!packed.data || !domain_sign(DOMAIN_ROSTER, packed, secret_key, arena, signature))
        return span_of(NULL, 0);
    Pb__SignedRoster file = PB__SIGNED_ROSTER__INIT;
    file.roster = (ProtobufCBinaryData){.len = packed.size, .data = (uint8_t *)(uintptr_t)packed.data};
    file.signature = (ProtobufCBinaryData){.len = sizeof(signature), .data = signature};
    return wire_pack(&file.base, arena);
}

Pb__SignedRevocation *revocation_sign(const Pb__Revocation *revocation, const uint8_t secret_key[64],
                                      struct arena *arena)
{
    Pb__SignedRevocation *signed_revocation = arena_new(arena, Pb__SignedRevocation);
    uint8_t *signature = arena_alloc(arena, SIGNATURE_BYTES);
    struct span packed = wire_pack(&revocation->base, arena);
    if (!signed_revocation || !signature || !packed.data ||
        !domain_sign(DOMAIN_REVOCATION, packed, secret_key, arena, signature))
        return NULL;
    pb__signed_revocation__init(signed_revocation);
    signed_revocation->revocation =
        (ProtobufCBinaryData){.len = packed.size, .data = (uint8_t *)(uintptr_t)packed.data};
    signed_revocation->signature = (ProtobufCBinaryData){.len = SIGNATURE_BYTES, .data = signature};
    return signed_revocation;
}

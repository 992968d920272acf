/* Claims seen good a moment ago. A person's claim comes with every call for five minutes; its signature is
 * checked with the first, and after that its bytes are recognised by their hash, which costs a hundredth.
 *
 * In: a signed claim. Out: what it says, or UNAUTHENTICATED. Times are looked at with every call; another
 * roster forgets everything seen, as its issuer may be there no more. */

#include "common/service/internal.h"

#include <sodium.h>

static void digest_of(const Pb__SignedClaim *signed_claim, uint8_t ret_digest[32])
{
    crypto_generichash_state state;
    uint8_t size[8];
    put_u64_be(size, signed_claim->claim.len);
    crypto_generichash_init(&state, NULL, 0, 32);
    crypto_generichash_update(&state, size, sizeof size);
    crypto_generichash_update(&state, signed_claim->claim.data, signed_claim->claim.len);
    crypto_generichash_update(&state, signed_claim->signature.data, signed_claim->signature.len);
    crypto_generichash_final(&state, ret_digest, 32);
}

enum code claims_check(struct claims_seen *seen, unsigned roster_generation,
                       const Pb__SignedClaim *signed_claim, const struct roster *roster, int64_t now_ms,
                       struct arena *arena, const Pb__Claim **ret_claim, struct fault *ret_fault)
{
    uint8_t digest[32];
    digest_of(signed_claim, digest);
    struct claim_seen *slot = &seen->slots[get_u32_be(digest) % CLAIMS_SEEN];
    if (slot->roster_generation == roster_generation &&
        sodium_memcmp(slot->digest, digest, sizeof digest) == 0) {
        ProtobufCMessage *message = NULL;
        struct span packed = span_of(signed_claim->claim.data, signed_claim->claim.len);
        enum code code = wire_unpack(&pb__claim__descriptor, packed, arena, &message, ret_fault);
        if (code != CODE_OK)
            return code;
        const Pb__Claim *claim = (const Pb__Claim *)(const void *)message;
        int64_t skew_ms = INT64_C(1000) * CLAIM_SKEW_SECONDS;
        if (claim->issued_at_ms - skew_ms > now_ms || claim->expires_at_ms + skew_ms <= now_ms)
            return fault_set(ret_fault, CODE_UNAUTHENTICATED, "", "the claim has expired; sign in again");
        *ret_claim = claim;
        return CODE_OK;
    }
    enum code code = claim_verify(signed_claim, roster, now_ms, arena, ret_claim, ret_fault);
    if (code == CODE_OK) {
        memcpy(slot->digest, digest, sizeof digest);
        slot->roster_generation = roster_generation;
    }
    return code;
}

/* Claims: signed by the registry, verified by everyone.
 *
 * In: a claim with its signature, the roster, the time. Out: whether it is believed. What its roles allow is
 * asked of the rights table. */

#include "common/bus/claim.h"

#include "common/bus/signing.h"
#include "common/wire/wire.h"

Pb__SignedClaim *claim_sign(const Pb__Claim *claim, const uint8_t secret_key[64], struct arena *arena)
{
    Pb__SignedClaim *signed_claim = arena_new(arena, Pb__SignedClaim);
    if (!signed_claim)
        return NULL;
    pb__signed_claim__init(signed_claim);
    return domain_sign_message(DOMAIN_CLAIM, &claim->base, secret_key, arena, &signed_claim->claim,
                               &signed_claim->signature)
               ? signed_claim
               : NULL;
}

static bool signed_by(const Pb__RosterEntry *issuer, const Pb__SignedClaim *signed_claim, struct arena *arena)
{
    struct span claim = span_of(signed_claim->claim.data, signed_claim->claim.len);
    struct span signature = span_of(signed_claim->signature.data, signed_claim->signature.len);
    for (size_t i = 0; i < issuer->n_signing_keys; i++)
        if (domain_verify(DOMAIN_CLAIM, claim, signature, issuer->signing_keys[i].data, arena))
            return true;
    return false;
}

static enum code check_times(const Pb__Claim *claim, int64_t now_ms, struct fault *ret_fault)
{
    const int64_t skew_ms = CLAIM_SKEW_SECONDS * INT64_C(1000), longest_ms = CLAIM_MINUTES * INT64_C(60000);
    int64_t lasts_ms;
    if (__builtin_sub_overflow(claim->expires_at_ms, claim->issued_at_ms, &lasts_ms) || lasts_ms <= 0 ||
        lasts_ms > longest_ms)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "claim", "the claim is for longer than %d minutes",
                         (int)CLAIM_MINUTES);
    if (claim->issued_at_ms > now_ms + skew_ms)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "claim",
                         "the claim is from the future: the clocks differ by more than %d s",
                         (int)CLAIM_SKEW_SECONDS);
    if (claim->expires_at_ms <= now_ms - skew_ms)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "claim", "the claim has expired: sign in again");
    return CODE_OK;
}

static enum code check_claim(const Pb__SignedClaim *signed_claim, const struct roster *roster, int64_t now_ms,
                             struct arena *arena, const Pb__Claim **ret_claim, struct fault *ret_fault)
{
    ProtobufCMessage *message;
    struct fault unread;
    struct span packed = span_of(signed_claim->claim.data, signed_claim->claim.len);
    if (wire_unpack(&pb__claim__descriptor, packed, arena, &message, &unread) != CODE_OK)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "claim", "the claim cannot be read: %s",
                         unread.reason);
    const Pb__Claim *claim = (const Pb__Claim *)(const void *)message;
    const Pb__RosterEntry *issuer = roster_find_name(roster, claim->issuer);
    if (!issuer || issuer->role != PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "claim",
                         "the claim was not issued by a service of this region");
    if (!signed_by(issuer, signed_claim, arena))
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "claim", "the claim's signature does not hold");
    if (!claim->person_id[0])
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "claim", "the claim names nobody");
    enum code code = check_times(claim, now_ms, ret_fault);
    if (code == CODE_OK)
        *ret_claim = claim;
    return code;
}

enum code claim_verify(const Pb__SignedClaim *signed_claim, const struct roster *roster, int64_t now_ms,
                       struct arena *arena, const Pb__Claim **ret_claim, struct fault *ret_fault)
{
    enum code code = check_claim(signed_claim, roster, now_ms, arena, ret_claim, ret_fault);
    if (code != CODE_OK && arena->exhausted) /* it may be good */
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory is left to read the claim");
    return code;
}

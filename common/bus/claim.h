#pragma once
/* Claims: who a person is, for five minutes (rule S1). */

#include "common/bus/roster.h"

#include "ccrag/v1/envelope.pb-c.h"

/* Signs a claim with the issuer's ed25519 secret key. In `arena`; NULL past its limit. */
Pb__SignedClaim *claim_sign(const Pb__Claim *claim, const uint8_t secret_key[64], struct arena *arena);

/* Checks signature (against the issuer's signing keys in the roster), times (CLAIM_SKEW_SECONDS allowed) and
 * that the issuer is a service. UNAUTHENTICATED with the reason otherwise. */
enum code claim_verify(const Pb__SignedClaim *signed_claim, const struct roster *roster, int64_t now_ms,
                       struct arena *arena, const Pb__Claim **ret_claim, struct fault *ret_fault);

/* Making what roster.c reads: for the offline region key and the online revoker key.
 *
 * In: a roster or a revocation, and a secret key. Out: the signed bytes. What is in it is the caller's to
 * say. */

#include "common/bus/signing.h"
#include "common/wire/wire.h"

struct span roster_sign(const Pb__Roster *roster, const uint8_t secret_key[64], struct arena *arena)
{
    Pb__SignedRoster file = PB__SIGNED_ROSTER__INIT;
    return domain_sign_message(DOMAIN_ROSTER, &roster->base, secret_key, arena, &file.roster, &file.signature)
               ? wire_pack(&file.base, arena)
               : span_of(NULL, 0);
}

Pb__SignedRevocation *revocation_sign(const Pb__Revocation *revocation, const uint8_t secret_key[64],
                                      struct arena *arena)
{
    Pb__SignedRevocation *signed_revocation = arena_new(arena, Pb__SignedRevocation);
    if (!signed_revocation)
        return NULL;
    pb__signed_revocation__init(signed_revocation);
    return domain_sign_message(DOMAIN_REVOCATION, &revocation->base, secret_key, arena,
                               &signed_revocation->revocation, &signed_revocation->signature)
               ? signed_revocation
               : NULL;
}

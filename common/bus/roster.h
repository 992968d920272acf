#pragma once
/* The signed roster: which CURVE key is which principal. */

#include "common/base/limits.h"
#include "common/world/world.h"

#include "ccrag/v1/roster.pb-c.h"

enum { SIGNING_KEY_BYTES = 32, SIGNATURE_BYTES = 64 };

/* A program as the roster knows it. */
struct principal {
    char name[PRINCIPAL_NAME_MAX];
    Pb__PrincipalRole role;
    char authority[16]; /* GSS code of a node's LA; else empty */
};

struct roster;

/* Verifies and reads a packed SignedRoster. `signing_key` is the region's public key (ed25519).
 * `least_serial` is the highest serial seen before: an older roster is FAILED_PRECONDITION. UNAUTHENTICATED:
 * a signature does not hold. Caller destroys with roster_destroy. */
enum code roster_read(struct span packed, const uint8_t signing_key[SIGNING_KEY_BYTES], uint64_t least_serial,
                      struct roster **ret_roster, struct fault *ret_fault);
void roster_destroy(struct roster *roster);

uint64_t roster_serial(const struct roster *roster);
/* How many removals by the revoker key are in force; of one serial they only become more. */
uint64_t roster_revocations(const struct roster *roster);
const char *roster_region(const struct roster *roster);

/* Who holds this CURVE key; NULL: nobody (any more). Constant for the life of the roster. */
const struct principal *roster_find_key(const struct roster *roster, const struct curve_key *key);

/* The entry of that name; NULL: none. For its server key (the newest first) and signing keys. */
const Pb__RosterEntry *roster_find_name(const struct roster *roster, const char *name);

/* Makes a SignedRoster: packs `roster`, signs it with an ed25519 secret key of 64 bytes. In `arena`. */
struct span roster_sign(const Pb__Roster *roster, const uint8_t secret_key[64], struct arena *arena);

/* Signs a removal with the revoker's ed25519 secret key. In `arena`; NULL past its limit. */
Pb__SignedRevocation *revocation_sign(const Pb__Revocation *revocation, const uint8_t secret_key[64],
                                      struct arena *arena);

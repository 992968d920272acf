/* Claims that a gateway carries.
 *
 * In: who signs, the time, and the bytes of a claim, which are signed here. Held against: it is believed
 * exactly when a service of the roster signed it, it names a person, and its five minutes are not over (rule
 * S1); with another signature, domain or bit it is not. */

#include "common/bus/claim.h"
#include "tests/fuzz/targets/messages.h"
#include "tests/fuzz/targets/signers.h"

enum { SIGNED_BY_REGISTRY, SIGNED_BY_STRANGER, SIGNED_AS_ROSTER, SIGNATURE_CUT, SIGNING_COUNT };

/* A registry that signs, a gateway with a signing key that counts for nothing, a service that has none. */
static struct roster *make_roster(void)
{
    static struct signer registry;
    static uint8_t curve_keys[3][CURVE_KEY_BYTES] = {{1}, {2}, {3}};
    registry = signer_of(SEED_REGISTRY);
    struct signer region = signer_of(SEED_REGION);
    ProtobufCBinaryData keys[3], signing = binary_of(span_of(registry.public_key, SIGNING_KEY_BYTES));
    Pb__RosterEntry entries[3], *all[3];
    for (size_t i = 0; i < 3; i++) {
        all[i] = &entries[i];
        pb__roster_entry__init(&entries[i]);
        keys[i] = binary_of(span_of(curve_keys[i], CURVE_KEY_BYTES));
        entries[i].curve_keys = &keys[i];
        entries[i].n_curve_keys = 1;
        entries[i].role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE;
        entries[i].signing_keys = &signing;
        entries[i].n_signing_keys = i < 2;
    }
    entries[0].name = "registry";
    entries[1].name = "gateway";
    entries[1].role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY;
    entries[2].name = "matching";
    Pb__Roster content = PB__ROSTER__INIT;
    content.region = "east";
    content.serial = 1;
    content.entries = all;
    content.n_entries = 3;
    struct arena arena;
    struct roster *roster = NULL;
    struct fault fault;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    struct span packed = roster_sign(&content, region.secret_key, &arena);
    require(roster_read(packed, region.public_key, 0, &roster, &fault) == CODE_OK);
    arena_finish(&arena);
    return roster;
}

/* Rule S1, once more and in wider numbers. */
static bool should_believe(struct span packed, unsigned signing, int64_t now_ms, struct arena *arena)
{
    if (signing != SIGNED_BY_REGISTRY || wire_scan(&pb__claim__descriptor, packed, NULL) != CODE_OK)
        return false;
    const Pb__Claim *claim =
        (const Pb__Claim *)(const void *)must_unpack(&pb__claim__descriptor, packed, arena);
    __extension__ typedef __int128 wide;
    wide lasts = (wide)claim->expires_at_ms - claim->issued_at_ms;
    return same_text(claim->issuer, "registry") && claim->person_id[0] && lasts > 0 &&
           lasts <= CLAIM_MINUTES * 60 * 1000 &&
           claim->issued_at_ms - (wide)now_ms <= CLAIM_SKEW_SECONDS * 1000 &&
           now_ms - (wide)claim->expires_at_ms < CLAIM_SKEW_SECONDS * 1000;
}

static enum code verify(const Pb__SignedClaim *signed_claim, int64_t now_ms, struct arena *arena)
{
    static struct roster *roster;
    const Pb__Claim untouched, *claim = &untouched;
    struct fault fault;
    if (!roster)
        roster = make_roster();
    enum code code = claim_verify(signed_claim, roster, now_ms, arena, &claim, &fault);
    if (code != CODE_OK) {
        require(code == CODE_UNAUTHENTICATED && claim == &untouched);
        require_fault(code, &fault);
        return code;
    }
    require(claim != &untouched);
    must_pack(&claim->base, arena);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span left = span_of(data, size);
    struct arena arena;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    unsigned signing = (unsigned)take_number(&left, 1) % SIGNING_COUNT;
    int64_t now_ms = (int64_t)take_number(&left, 4) * 1000;

    struct signer signer = signer_of(signing == SIGNED_BY_STRANGER ? SEED_STRANGER : SEED_REGISTRY);
    uint8_t signature[SIGNATURE_BYTES];
    require(domain_sign(signing == SIGNED_AS_ROSTER ? DOMAIN_ROSTER : DOMAIN_CLAIM, left, signer.secret_key,
                        &arena, signature));
    Pb__SignedClaim signed_claim = PB__SIGNED_CLAIM__INIT;
    signed_claim.claim = binary_of(left);
    signed_claim.signature = binary_of(span_of(signature, sizeof signature - (signing == SIGNATURE_CUT)));
    enum code code = verify(&signed_claim, now_ms, &arena);
    require((code == CODE_OK) == should_believe(left, signing, now_ms, &arena));
    if (code == CODE_OK) {
        signature[now_ms / 1000 % SIGNATURE_BYTES] ^= 1;
        require(verify(&signed_claim, now_ms, &arena) == CODE_UNAUTHENTICATED);
    }
    arena_finish(&arena);
    return 0;
}

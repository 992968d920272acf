/* Claims: whom a person is taken for (rule S1). */

#include "tests/unit/bus/roster_kit.h"

#include "common/base/limits.h"

TestSuite(claim, .init = set_up, .fini = tear_down);

static const int64_t now_ms = INT64_C(1790000000000);

static Pb__Claim *claim_of_now(void)
{
    static Pb__Role roles[] = {PB__ROLE__ROLE_PLACEMENT_OFFICER};
    Pb__Claim *claim = arena_new(&arena, Pb__Claim);
    pb__claim__init(claim);
    claim->person_id = "01890000-0000-7000-8000-000000000001";
    claim->authority = "E10000015";
    claim->roles = roles;
    claim->n_roles = 1;
    claim->issued_at_ms = now_ms;
    claim->expires_at_ms = now_ms + CLAIM_MINUTES * 60000;
    claim->issuer = "registry";
    return claim;
}

static enum code verify(const Pb__SignedClaim *signed_claim, int64_t at_ms, const Pb__Claim **ret_claim)
{
    struct roster *roster;
    cr_assert_eq(read_roster(region_roster(), 0, &roster, NULL), CODE_OK);
    struct fault fault = {0};
    enum code code = claim_verify(signed_claim, roster, at_ms, &arena, ret_claim, &fault);
    cr_assert(code == CODE_OK || fault.reason[0]);
    roster_destroy(roster);
    return code;
}

Test(claim, says_who_the_person_is)
{
    struct signer registry = signer_of(11);
    const Pb__Claim *claim = NULL;
    cr_assert_eq(verify(claim_sign(claim_of_now(), registry.secret_key, &arena), now_ms, &claim), CODE_OK);
    cr_assert_str_eq(claim->person_id, "01890000-0000-7000-8000-000000000001");
    cr_assert_eq(claim->roles[0], PB__ROLE__ROLE_PLACEMENT_OFFICER);
}

Test(claim, holds_for_its_time_and_the_skew)
{
    struct signer registry = signer_of(11);
    static const int64_t minute = 60000;
    const struct {
        const char *what;
        int64_t issued, expires, at;
        enum code code;
    } cases[] = {
        {"now", 0, 5 * minute, 0, CODE_OK},
        {"at its end", 0, 5 * minute, 5 * minute, CODE_OK},
        {"within the skew after", 0, 5 * minute, 6 * minute - 1, CODE_OK},
        {"past it", 0, 5 * minute, 6 * minute, CODE_UNAUTHENTICATED},
        {"within the skew before", 0, 5 * minute, -minute, CODE_OK},
        {"from the future", 0, 5 * minute, -minute - 1, CODE_UNAUTHENTICATED},
        {"for too long", 0, 5 * minute + 1, 0, CODE_UNAUTHENTICATED},
        {"for no time", 0, 0, 0, CODE_UNAUTHENTICATED},
        {"ends before it begins", 0, -1, 0, CODE_UNAUTHENTICATED},
        {"beyond all numbers", INT64_MIN, INT64_C(1) << 60, 0, CODE_UNAUTHENTICATED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        Pb__Claim *claim = claim_of_now();
        claim->issued_at_ms = cases[i].issued == INT64_MIN ? INT64_MIN : now_ms + cases[i].issued;
        claim->expires_at_ms = now_ms + cases[i].expires;
        const Pb__Claim *verified = NULL;
        cr_assert_eq(verify(claim_sign(claim, registry.secret_key, &arena), now_ms + cases[i].at, &verified),
                     cases[i].code, "%s", cases[i].what);
        cr_assert_eq(verified != NULL, cases[i].code == CODE_OK, "%s", cases[i].what);
    }
}

Test(claim, is_believed_of_a_service_that_signs_only)
{
    static const struct {
        const char *what, *issuer, *person;
        uint8_t seed;
        enum code code;
    } cases[] = {
        {"the registry", "registry", "p", 11, CODE_OK},
        {"forged", "registry", "p", 12, CODE_UNAUTHENTICATED},
        {"under the region's key", "registry", "p", 10, CODE_UNAUTHENTICATED},
        {"a service without a signing key", "matching", "p", 11, CODE_UNAUTHENTICATED},
        {"a gateway", "gateway", "p", 11, CODE_UNAUTHENTICATED},
        {"nobody known", "elsewhere", "p", 11, CODE_UNAUTHENTICATED},
        {"nobody at all", "", "p", 11, CODE_UNAUTHENTICATED},
        {"of nobody", "registry", "", 11, CODE_UNAUTHENTICATED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct signer signer = signer_of(cases[i].seed);
        Pb__Claim *claim = claim_of_now();
        const Pb__Claim *verified;
        claim->issuer = cases[i].issuer;
        claim->person_id = cases[i].person;
        cr_assert_eq(verify(claim_sign(claim, signer.secret_key, &arena), now_ms, &verified), cases[i].code,
                     "%s", cases[i].what);
    }
}

Test(claim, a_gateway_that_signs_is_still_no_service)
{
    struct signer gateway = signer_of(20);
    Pb__Roster *content = region_roster();
    add_signing_key(content->entries[2], &gateway);
    struct roster *roster;
    cr_assert_eq(read_roster(content, 0, &roster, NULL), CODE_OK);
    Pb__Claim *claim = claim_of_now();
    claim->issuer = "gateway";
    const Pb__Claim *verified = NULL;
    cr_assert_eq(
        claim_verify(claim_sign(claim, gateway.secret_key, &arena), roster, now_ms, &arena, &verified, NULL),
        CODE_UNAUTHENTICATED);
    cr_assert_null(verified);
    roster_destroy(roster);
}

Test(claim, both_keys_hold_while_one_rotates)
{
    struct signer old_key = signer_of(11), new_key = signer_of(21);
    Pb__Roster *content = region_roster();
    add_signing_key(content->entries[0], &new_key);
    struct roster *roster;
    cr_assert_eq(read_roster(content, 0, &roster, NULL), CODE_OK);
    const struct signer *const keys[] = {&old_key, &new_key};
    for (size_t i = 0; i < 2; i++) {
        const Pb__Claim *verified;
        cr_assert_eq(claim_verify(claim_sign(claim_of_now(), keys[i]->secret_key, &arena), roster, now_ms,
                                  &arena, &verified, NULL),
                     CODE_OK);
    }
    roster_destroy(roster);
}

Test(claim, every_changed_bit_is_noticed)
{
    struct signer registry = signer_of(11);
    Pb__SignedClaim *signed_claim = claim_sign(claim_of_now(), registry.secret_key, &arena);
    const ProtobufCBinaryData *const parts[] = {&signed_claim->claim, &signed_claim->signature};
    for (size_t part = 0; part < 2; part++)
        for (size_t bit = 0; bit < parts[part]->len * 8; bit += 3) {
            const Pb__Claim *verified = NULL;
            parts[part]->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            cr_assert_eq(verify(signed_claim, now_ms, &verified), CODE_UNAUTHENTICATED, "part %zu bit %zu",
                         part, bit);
            cr_assert_null(verified);
            parts[part]->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
}

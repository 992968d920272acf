/* The signed roster: who is believed, and what is refused as a whole. */

#include "tests/unit/bus/roster_kit.h"

TestSuite(roster, .init = set_up, .fini = tear_down);

Test(roster, tells_who_holds_a_key)
{
    Pb__Roster *content = region_roster();
    add_curve_key(content->entries[0], 5, CURVE_KEY_BYTES); /* the registry's key rotates */
    struct roster *roster = NULL;
    cr_assert_eq(read_roster(content, 7, &roster, NULL), CODE_OK);
    static const struct {
        uint8_t key;
        const char *name, *authority;
        Pb__PrincipalRole role;
    } cases[] = {{1, "registry", "", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE},
                 {5, "registry", "", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE},
                 {3, "gateway", "", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY},
                 {4, "node-herts", "E10000015", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE},
                 {9, NULL, NULL, 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct curve_key key = curve_key_of(cases[i].key);
        const struct principal *principal = roster_find_key(roster, &key);
        cr_assert_eq(principal != NULL, cases[i].name != NULL, "key %u", cases[i].key);
        if (!principal)
            continue;
        cr_assert_str_eq(principal->name, cases[i].name);
        cr_assert_str_eq(principal->authority, cases[i].authority);
        cr_assert_eq(principal->role, cases[i].role);
    }
    cr_assert_eq(roster_find_name(roster, "registry")->n_curve_keys, 2);
    cr_assert_null(roster_find_name(roster, "notify"));
    cr_assert_eq(roster_serial(roster), 7);
    cr_assert_str_eq(roster_region(roster), "east");
    roster_destroy(roster);
}

Test(roster, an_empty_one_knows_nobody)
{
    Pb__Roster content = PB__ROSTER__INIT;
    struct roster *roster = NULL;
    struct curve_key key = curve_key_of(0);
    cr_assert_eq(read_roster(&content, 0, &roster, NULL), CODE_OK);
    cr_assert_null(roster_find_key(roster, &key));
    cr_assert_null(roster_find_name(roster, ""));
    roster_destroy(roster);
}

Test(roster, every_changed_bit_is_noticed)
{
    struct signer region = signer_of(10);
    struct span packed = roster_sign(region_roster(), region.secret_key, &arena);
    for (size_t i = 0; i < packed.size * 8; i += 7) {
        struct span copy = arena_copy(&arena, packed);
        ((uint8_t *)(uintptr_t)copy.data)[i / 8] ^= (uint8_t)(1 << i % 8);
        struct roster *roster = NULL;
        enum code code = roster_read(copy, region.public_key, 0, &roster, NULL);
        cr_assert(code == CODE_UNAUTHENTICATED || code == CODE_INVALID_ARGUMENT, "bit %zu: %s", i,
                  code_name(code));
        cr_assert_null(roster);
    }
}

Test(roster, is_believed_under_its_regions_key_and_domain_only)
{
    struct signer region = signer_of(10), other = signer_of(99);
    struct roster *roster = NULL;
    struct span packed = roster_sign(region_roster(), other.secret_key, &arena);
    cr_assert_eq(roster_read(packed, region.public_key, 0, &roster, NULL), CODE_UNAUTHENTICATED);

    /* The same bytes signed as a claim, or without any domain. */
    Pb__SignedRoster file = PB__SIGNED_ROSTER__INIT;
    uint8_t signature[SIGNATURE_BYTES];
    struct span plain = wire_pack(&region_roster()->base, &arena);
    crypto_sign_detached(signature, NULL, plain.data, plain.size, region.secret_key);
    file.roster = bytes_of(plain.data, plain.size);
    file.signature = bytes_of(signature, sizeof(signature));
    cr_assert_eq(roster_read(wire_pack(&file.base, &arena), region.public_key, 0, &roster, NULL),
                 CODE_UNAUTHENTICATED);
    file.signature.len--;
    cr_assert_eq(roster_read(wire_pack(&file.base, &arena), region.public_key, 0, &roster, NULL),
                 CODE_UNAUTHENTICATED);
    cr_assert_null(roster);
}

Test(roster, an_older_serial_is_refused)
{
    static const struct {
        uint64_t least;
        enum code code;
    } cases[] = {{0, CODE_OK}, {6, CODE_OK}, {7, CODE_OK}, {8, CODE_FAILED_PRECONDITION}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct roster *roster = NULL;
        cr_assert_eq(read_roster(region_roster(), cases[i].least, &roster, NULL), cases[i].code);
        roster_destroy(roster);
    }
}

/* Each spoils a good roster in one way. */
static void spoil_name_twice(Pb__Roster *roster)
{
    roster->entries[1]->name = "registry";
}

static void spoil_key_twice(Pb__Roster *roster)
{
    roster->entries[1]->curve_keys = roster->entries[2]->curve_keys;
}

static void spoil_key_twice_in_one(Pb__Roster *roster)
{
    add_curve_key(roster->entries[1], 2, CURVE_KEY_BYTES);
}

static void spoil_no_key(Pb__Roster *roster)
{
    roster->entries[1]->n_curve_keys = 0;
}

static void spoil_three_keys(Pb__Roster *roster)
{
    add_curve_key(roster->entries[1], 20, CURVE_KEY_BYTES);
    add_curve_key(roster->entries[1], 21, CURVE_KEY_BYTES);
}

static void spoil_short_key(Pb__Roster *roster)
{
    add_curve_key(roster->entries[1], 20, CURVE_KEY_BYTES - 1);
}

static void spoil_short_signing_key(Pb__Roster *roster)
{
    roster->entries[0]->signing_keys[0].len = 31;
}

static void spoil_role(Pb__Roster *roster)
{
    roster->entries[1]->role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_UNSPECIFIED;
}

static void spoil_unknown_role(Pb__Roster *roster)
{
    roster->entries[1]->role = (Pb__PrincipalRole)77;
}

static void spoil_name_case(Pb__Roster *roster)
{
    roster->entries[1]->name = "Matching";
}

static void spoil_name_empty(Pb__Roster *roster)
{
    roster->entries[1]->name = "";
}

static void spoil_name_long(Pb__Roster *roster)
{
    roster->entries[1]->name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
}

static void spoil_node_without_authority(Pb__Roster *roster)
{
    roster->entries[3]->authority = "";
}

static void spoil_gateway_with_authority(Pb__Roster *roster)
{
    roster->entries[2]->authority = "E10000015";
}

static void spoil_authority_long(Pb__Roster *roster)
{
    roster->entries[3]->authority = "E100000150000000";
}

Test(roster, what_contradicts_itself_is_refused_as_a_whole)
{
    static const struct {
        const char *what;
        void (*spoil)(Pb__Roster *);
    } cases[] = {{"a name twice", spoil_name_twice},
                 {"a key twice", spoil_key_twice},
                 {"a key twice in one entry", spoil_key_twice_in_one},
                 {"no key", spoil_no_key},
                 {"three keys", spoil_three_keys},
                 {"a short key", spoil_short_key},
                 {"a short signing key", spoil_short_signing_key},
                 {"no role", spoil_role},
                 {"an unknown role", spoil_unknown_role},
                 {"capitals in a name", spoil_name_case},
                 {"an empty name", spoil_name_empty},
                 {"a long name", spoil_name_long},
                 {"a node without an LA", spoil_node_without_authority},
                 {"a gateway with an LA", spoil_gateway_with_authority},
                 {"a long GSS code", spoil_authority_long}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        Pb__Roster *content = region_roster();
        struct roster *roster = NULL;
        struct fault fault = {0};
        cases[i].spoil(content);
        cr_assert_eq(read_roster(content, 0, &roster, &fault), CODE_INVALID_ARGUMENT, "%s", cases[i].what);
        cr_assert_null(roster);
        cr_assert(fault.reason[0], "%s", cases[i].what);
    }
}

/* --- revocations ------------------------------------------------------------------------------------- */

static enum code read_with_revocation(const char *region_name, const char *name, uint64_t serial,
                                      uint8_t revoker, bool has_revoker, struct roster **ret_roster)
{
    struct signer region = signer_of(10), appointed = signer_of(12), used = signer_of(revoker);
    Pb__Roster *content = region_roster();
    if (has_revoker)
        content->revoker_key = bytes_of(appointed.public_key, sizeof(appointed.public_key));
    ProtobufCMessage *file;
    struct span packed = roster_sign(content, region.secret_key, &arena);
    cr_assert_eq(wire_unpack(&pb__signed_roster__descriptor, packed, &arena, &file, NULL), CODE_OK);
    Pb__Revocation revocation = PB__REVOCATION__INIT;
    revocation.region = region_name;
    revocation.name = name;
    revocation.serial = serial;
    Pb__SignedRevocation *signed_revocation = revocation_sign(&revocation, used.secret_key, &arena);
    ((Pb__SignedRoster *)(void *)file)->revocations = &signed_revocation;
    ((Pb__SignedRoster *)(void *)file)->n_revocations = 1;
    return roster_read(wire_pack(file, &arena), region.public_key, 0, ret_roster, NULL);
}

Test(roster, revocations_are_verified_and_applied)
{
    static const struct {
        const char *what, *region, *name;
        uint64_t serial;
        uint8_t revoker;
        bool has_revoker;
        enum code code;
        bool gateway_stays;
    } cases[] = {
        {"the gateway is removed", "east", "gateway", 7, 12, true, CODE_OK, false},
        {"made against a later roster", "east", "gateway", 8, 12, true, CODE_OK, false},
        {"made against an older roster", "east", "gateway", 6, 12, true, CODE_OK, true},
        {"of somebody else", "east", "matching", 7, 12, true, CODE_OK, true},
        {"of nobody", "east", "notify", 7, 12, true, CODE_OK, true},
        {"forged", "east", "gateway", 7, 13, true, CODE_UNAUTHENTICATED, false},
        {"by the region's key, which does not revoke", "east", "gateway", 7, 10, true, CODE_UNAUTHENTICATED,
         false},
        {"without a revoker", "east", "gateway", 7, 12, false, CODE_UNAUTHENTICATED, false},
        {"of another region", "west", "gateway", 7, 12, true, CODE_UNAUTHENTICATED, false},
    };
    struct curve_key gateway = curve_key_of(3), registry = curve_key_of(1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct roster *roster = NULL;
        cr_assert_eq(read_with_revocation(cases[i].region, cases[i].name, cases[i].serial, cases[i].revoker,
                                          cases[i].has_revoker, &roster),
                     cases[i].code, "%s", cases[i].what);
        if (!roster)
            continue;
        cr_assert_eq(roster_find_key(roster, &gateway) != NULL, cases[i].gateway_stays, "%s", cases[i].what);
        cr_assert_eq(roster_find_name(roster, "gateway") != NULL, cases[i].gateway_stays, "%s",
                     cases[i].what);
        cr_assert_not_null(roster_find_key(roster, &registry));
        roster_destroy(roster);
    }
}

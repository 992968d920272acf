#pragma once
/* An LA's node that calls a program in this process: another program of the roster. */

#include "tests/unit/program.h"

#include "common/bus/roster.h"

/* Signs the roster anew with that node in it, and calls as that node from here on; `other_key` NULL again: as
 * before. */
static inline void as_node(struct fixture *fixture, const char *gss)
{
    static const char *const before[] = {"allocation", "fees", "gateway", "matching", "monitoring"},
                             *const after[] = {"operator", "registry", "worker-pool"};
    const struct roster *known = service_roster(fixture->service);
    Pb__RosterEntry node = PB__ROSTER_ENTRY__INIT, *entries[COUNT(before) + COUNT(after) + 1];
    Pb__Roster roster = PB__ROSTER__INIT;
    struct curve_key *key = arena_new(&fixture->arena, struct curve_key);
    struct secret seed;
    uint8_t public_key[32], secret_key[64];
    struct fault fault = {0};
    char path[128];
    memset(key->bytes, 7, sizeof key->bytes);
    ProtobufCBinaryData keys[] = {{sizeof key->bytes, key->bytes}};
    node.name = "node-of-an-authority", node.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE;
    node.authority = gss, node.curve_keys = keys, node.n_curve_keys = 1;
    roster.region = "Test", roster.serial = roster_serial(known) + 1, roster.entries = entries;
    for (size_t i = 0; i < COUNT(before); i++)
        entries[roster.n_entries++] = (Pb__RosterEntry *)(uintptr_t)roster_find_name(known, before[i]);
    entries[roster.n_entries++] = &node;
    for (size_t i = 0; i < COUNT(after); i++)
        entries[roster.n_entries++] = (Pb__RosterEntry *)(uintptr_t)roster_find_name(known, after[i]);
    snprintf(path, sizeof path, "%s/keys/region.sign", fixture->directory);
    cr_assert_eq(secret_read(path, SECRET_SIGNING, &seed, &fault), CODE_OK, "%s", fault.reason);
    crypto_sign_seed_keypair(public_key, secret_key, seed.bytes);
    struct span packed = roster_sign(&roster, secret_key, &fixture->arena);
    cr_assert_eq(region_write_roster(fixture->directory, packed, &fault), CODE_OK, "%s", fault.reason);
    pass_ms(fixture, 1000);
    cr_assert_eq(roster_serial(service_roster(fixture->service)), roster.serial);
    fixture->claim = NULL, fixture->other_key = key;
}

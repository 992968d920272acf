#pragma once
/* Rosters for tests: keys that are a byte repeated, and a region's own signing keys from fixed seeds. */

#include "common/bus/claim.h"
#include "common/wire/wire.h"

#include <criterion/criterion.h>
#include <sodium.h>

static struct arena arena;

/* A signing key pair from a seed of one byte repeated. */
struct signer {
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
};

static struct signer signer_of(uint8_t byte)
{
    struct signer signer;
    uint8_t seed[crypto_sign_SEEDBYTES];
    memset(seed, byte, sizeof(seed));
    crypto_sign_seed_keypair(signer.public_key, signer.secret_key, seed);
    return signer;
}

static struct curve_key curve_key_of(uint8_t byte)
{
    struct curve_key key;
    memset(key.bytes, byte, sizeof(key.bytes));
    return key;
}

static ProtobufCBinaryData bytes_of(const void *data, size_t size)
{
    struct span copy = arena_copy(&arena, span_of(data, size));
    return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)copy.data};
}

/* An entry with a CURVE key of one byte repeated. */
static Pb__RosterEntry *entry_of(const char *name, Pb__PrincipalRole role, uint8_t key)
{
    Pb__RosterEntry *entry = arena_new(&arena, Pb__RosterEntry);
    struct curve_key curve = curve_key_of(key);
    pb__roster_entry__init(entry);
    entry->name = name;
    entry->role = role;
    entry->curve_keys = arena_array(&arena, ProtobufCBinaryData, 4);
    entry->n_curve_keys = 1;
    entry->curve_keys[0] = bytes_of(curve.bytes, sizeof(curve.bytes));
    entry->signing_keys = arena_array(&arena, ProtobufCBinaryData, 4);
    return entry;
}

static inline void add_curve_key(Pb__RosterEntry *entry, uint8_t key, size_t size)
{
    struct curve_key curve = curve_key_of(key);
    entry->curve_keys[entry->n_curve_keys++] = bytes_of(curve.bytes, size);
}

static void add_signing_key(Pb__RosterEntry *entry, const struct signer *signer)
{
    entry->signing_keys[entry->n_signing_keys++] = bytes_of(signer->public_key, sizeof(signer->public_key));
}

/* Registry (key 1, signs with seed 11), matching (2), a gateway (3), a node (4). */
static Pb__Roster *region_roster(void)
{
    Pb__Roster *roster = arena_new(&arena, Pb__Roster);
    struct signer registry = signer_of(11);
    pb__roster__init(roster);
    roster->region = "east";
    roster->serial = 7;
    roster->entries = arena_array(&arena, Pb__RosterEntry *, 8);
    roster->n_entries = 4;
    roster->entries[0] = entry_of("registry", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, 1);
    add_signing_key(roster->entries[0], &registry);
    roster->entries[1] = entry_of("matching", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE, 2);
    roster->entries[2] = entry_of("gateway", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY, 3);
    roster->entries[3] = entry_of("node-herts", PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, 4);
    roster->entries[3]->authority = "E10000015";
    return roster;
}

static inline enum code read_roster(const Pb__Roster *content, uint64_t least_serial,
                                    struct roster **ret_roster, struct fault *ret_fault)
{
    struct signer region = signer_of(10);
    struct span packed = roster_sign(content, region.secret_key, &arena);
    return roster_read(packed, region.public_key, least_serial, ret_roster, ret_fault);
}

static void set_up(void)
{
    cr_assert(sodium_init() >= 0);
    arena_init(&arena, 64 << 20);
}

static void tear_down(void)
{
    arena_finish(&arena);
}

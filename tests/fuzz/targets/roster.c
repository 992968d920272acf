/* The roster file.
 *
 * In: a byte of choices; then either a whole file, or the bytes of a roster and of revocations, which are
 * signed here. Held against: who is found by name is found by key, nobody else is; who is gone was revoked;
 * one bit more or less in the signed bytes and the file is refused. */

#include "common/bus/roster.h"
#include "tests/fuzz/targets/messages.h"
#include "tests/fuzz/targets/signers.h"

enum { CHOICE_RAW = 1, CHOICE_OLD = 2, CHOICE_FORGED = 4, REVOCATIONS_MOST = 8, LEAST_SERIAL = 7 };

static struct curve_key key_of(const ProtobufCBinaryData *bytes)
{
    struct curve_key key;
    require(bytes->len == sizeof key.bytes);
    memcpy(key.bytes, bytes->data, sizeof key.bytes);
    return key;
}

/* Was this name removed by a revocation that counts? */
static bool was_revoked(const Pb__SignedRoster *file, const Pb__Roster *content, const char *name,
                        struct arena *arena)
{
    for (size_t i = 0; i < file->n_revocations; i++) {
        const ProtobufCBinaryData *packed = &file->revocations[i]->revocation;
        const Pb__Revocation *revocation = (const Pb__Revocation *)(const void *)must_unpack(
            &pb__revocation__descriptor, span_of(packed->data, packed->len), arena);
        if (revocation->serial >= content->serial && same_text(revocation->name, name))
            return true;
    }
    return false;
}

static void check_entry(const struct roster *roster, const Pb__RosterEntry *entry)
{
    const Pb__RosterEntry *found = roster_find_name(roster, entry->name);
    require(entry->n_curve_keys >= 1);
    for (size_t i = 0; i < entry->n_curve_keys; i++) {
        struct curve_key key = key_of(&entry->curve_keys[i]);
        const struct principal *principal = roster_find_key(roster, &key);
        if (!found) {
            require(!principal || !same_text(principal->name, entry->name));
            continue;
        }
        require(principal && same_text(principal->name, entry->name));
        require(i < found->n_curve_keys &&
                memcmp(found->curve_keys[i].data, key.bytes, sizeof key.bytes) == 0);
        require(principal->role == entry->role && same_text(principal->authority, entry->authority));
        require((entry->authority[0] != '\0') == (entry->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE));
    }
}

static void check_roster(const struct roster *roster, const Pb__SignedRoster *file, uint64_t least_serial,
                         struct arena *arena)
{
    const Pb__Roster *content = (const Pb__Roster *)(const void *)must_unpack(
        &pb__roster__descriptor, span_of(file->roster.data, file->roster.len), arena);
    require(roster_serial(roster) == content->serial && content->serial >= least_serial);
    require(same_text(roster_region(roster), content->region));
    require(content->n_entries <= ROSTER_ENTRIES_MAX);
    for (size_t i = 0; i < content->n_entries; i++) {
        check_entry(roster, content->entries[i]);
        require((roster_find_name(roster, content->entries[i]->name) == NULL) ==
                was_revoked(file, content, content->entries[i]->name, arena));
    }
    require(!roster_find_name(roster, "") && !roster_find_name(roster, "Not a name"));
}

/* What was believed is not believed with one bit changed. */
static void check_forged(const Pb__SignedRoster *file, const struct signer *region, struct arena *arena)
{
    if (file->roster.len == 0)
        return;
    struct roster *untouched = (struct roster *)(void *)arena, *roster = untouched;
    struct fault fault;
    file->roster.data[file->roster.len / 2] ^= 1;
    enum code code = roster_read(must_pack(&file->base, arena), region->public_key, 0, &roster, &fault);
    require(code == CODE_UNAUTHENTICATED && roster == untouched);
    require_fault(code, &fault);
}

/* The choice, the length of the roster, the roster, and revocations each after its length. */
static struct span sign_file(struct span left, uint8_t choice, const struct signer *region,
                             struct arena *arena)
{
    struct signer revoker = signer_of(choice & CHOICE_FORGED ? SEED_STRANGER : SEED_REVOKER);
    struct span content = take_bytes(&left, (size_t)take_number(&left, 2));
    Pb__SignedRoster file = PB__SIGNED_ROSTER__INIT;
    Pb__SignedRevocation revocations[REVOCATIONS_MOST], *all[REVOCATIONS_MOST];
    uint8_t signature[SIGNATURE_BYTES], signatures[REVOCATIONS_MOST][SIGNATURE_BYTES];
    require(domain_sign(DOMAIN_ROSTER, content, region->secret_key, arena, signature));
    file.roster = binary_of(content);
    file.signature = binary_of(span_of(signature, sizeof signature));
    file.revocations = all;
    for (size_t i = 0; left.size > 0 && i < REVOCATIONS_MOST; i++) {
        struct span bytes = take_bytes(&left, (size_t)take_number(&left, 1));
        require(domain_sign(DOMAIN_REVOCATION, bytes, revoker.secret_key, arena, signatures[i]));
        pb__signed_revocation__init(&revocations[i]);
        revocations[i].revocation = binary_of(bytes);
        revocations[i].signature = binary_of(span_of(signatures[i], SIGNATURE_BYTES));
        all[file.n_revocations++] = &revocations[i];
    }
    return must_pack(&file.base, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signer region = signer_of(SEED_REGION);
    struct span left = span_of(data, size);
    struct arena arena;
    struct roster *untouched = (struct roster *)(void *)&arena, *roster = untouched;
    struct fault fault;
    arena_init(&arena, REQUEST_ARENA_BYTES);

    uint8_t choice = (uint8_t)take_number(&left, 1);
    uint64_t least_serial = choice & CHOICE_OLD ? LEAST_SERIAL : 0;
    struct span packed = choice & CHOICE_RAW ? left : sign_file(left, choice, &region, &arena);
    enum code code = roster_read(packed, region.public_key, least_serial, &roster, &fault);
    if (code == CODE_OK) {
        Pb__SignedRoster *file =
            (Pb__SignedRoster *)(void *)must_unpack(&pb__signed_roster__descriptor, packed, &arena);
        check_roster(roster, file, least_serial, &arena);
        roster_destroy(roster);
        check_forged(file, &region, &arena);
    } else {
        require(roster == untouched);
        require_fault(code, &fault);
    }
    arena_finish(&arena);
    return 0;
}

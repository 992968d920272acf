/* The roster file: read, changed in memory, signed again with the region's offline key,
 * or with a removal by the revoker's key added. It knows no service
 * and asks none: who holds the offline key may be on a machine of their own. */

#include "services/cli/roster_file.h"

#include "common/base/limits.h"
#include "common/service/region.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROSTER_BYTES_MAX = 4 * 1024 * 1024 };

static enum code read_signed(struct cli *cli, Pb__SignedRoster **ret_file, struct fault *ret_fault)
{
    /* Opening the region checks the signatures. */
    enum code code = cli_open(cli, ret_fault);
    if (code != CODE_OK)
        return code;
    const char *path = arena_format(&cli->arena, "%s/roster", cli->directory);
    uint8_t *bytes = arena_alloc(&cli->arena, ROSTER_BYTES_MAX);
    FILE *file = path && bytes ? fopen(path, "re") : NULL;
    if (!file)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "%s cannot be read: %s", path ? path : "the roster",
                         strerror(errno));
    size_t size = fread(bytes, 1, ROSTER_BYTES_MAX, file);
    fclose(file);
    ProtobufCMessage *message;
    code =
        wire_unpack(&pb__signed_roster__descriptor, span_of(bytes, size), &cli->arena, &message, ret_fault);
    if (code == CODE_OK)
        *ret_file = (Pb__SignedRoster *)message;
    return code;
}

/* What was removed online stays out of what is signed next. */
static enum code apply_revocations(struct cli *cli, const Pb__SignedRoster *file, Pb__Roster *roster,
                                   struct fault *ret_fault)
{
    for (size_t i = 0; i < file->n_revocations; i++) {
        const ProtobufCBinaryData *packed = &file->revocations[i]->revocation;
        ProtobufCMessage *message;
        enum code code = wire_unpack(&pb__revocation__descriptor, span_of(packed->data, packed->len),
                                     &cli->arena, &message, ret_fault);
        if (code != CODE_OK)
            return code;
        const Pb__Revocation *revocation = (const Pb__Revocation *)message;
        if (revocation->serial >= roster->serial)
            roster_file_remove(roster, revocation->name);
    }
    return CODE_OK;
}

static enum code read_content(struct cli *cli, const Pb__SignedRoster *file, Pb__Roster **ret_roster,
                              struct fault *ret_fault)
{
    ProtobufCMessage *message;
    enum code code = wire_unpack(&pb__roster__descriptor, span_of(file->roster.data, file->roster.len),
                                 &cli->arena, &message, ret_fault);
    if (code == CODE_OK)
        code = apply_revocations(cli, file, (Pb__Roster *)message, ret_fault);
    if (code == CODE_OK)
        *ret_roster = (Pb__Roster *)message;
    return code;
}

enum code roster_file_read(struct cli *cli, Pb__Roster **ret_roster, struct fault *ret_fault)
{
    Pb__SignedRoster *file = NULL;
    enum code code = read_signed(cli, &file, ret_fault);
    return code == CODE_OK ? read_content(cli, file, ret_roster, ret_fault) : code;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(Pb__RosterEntry *const *)a)->name, (*(Pb__RosterEntry *const *)b)->name);
}

/* The pair of keys/NAME.sign; NOT_FOUND with `missing` where it is not here. The caller wipes the secret. */
static enum code read_signer(struct cli *cli, const char *name, const char *missing, uint8_t *ret_public,
                             uint8_t *ret_secret, struct fault *ret_fault)
{
    struct secret seed;
    const char *path = arena_format(&cli->arena, "%s/keys/%s.sign", cli->directory, name);
    if (!path || !cli_world(cli))
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    enum code code = secret_read(path, SECRET_SIGNING, &seed, ret_fault);
    if (code == CODE_NOT_FOUND)
        return fault_set(ret_fault, code, "", "%s %s is not here; run this where it is kept", missing, path);
    if (code != CODE_OK)
        return code;
    crypto_sign_seed_keypair(ret_public, ret_secret, seed.bytes);
    secret_wipe(&seed);
    return CODE_OK;
}

enum code roster_file_may_sign(struct cli *cli, struct fault *ret_fault)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    enum code code =
        read_signer(cli, "region", "the region's offline key", public_key, secret_key, ret_fault);
    sodium_memzero(secret_key, sizeof secret_key);
    return code;
}

enum code roster_file_write(struct cli *cli, Pb__Roster *roster, struct fault *ret_fault)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    enum code code =
        read_signer(cli, "region", "the region's offline key", public_key, secret_key, ret_fault);
    if (code != CODE_OK)
        return code;
    if (roster->n_entries)
        qsort(roster->entries, roster->n_entries, sizeof *roster->entries, by_name);
    roster->serial++;
    roster->signed_at_ms = world_wall_ms(cli->world);
    struct span packed = roster_sign(roster, secret_key, &cli->arena);
    sodium_memzero(secret_key, sizeof secret_key);
    if (packed.size == 0)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    return region_write_roster(cli->directory, packed, ret_fault);
}

Pb__RosterEntry *roster_file_find(const Pb__Roster *roster, const char *name)
{
    for (size_t i = 0; i < roster->n_entries; i++)
        if (strcmp(roster->entries[i]->name, name) == 0)
            return roster->entries[i];
    return NULL;
}

Pb__RosterEntry *roster_file_add(struct cli *cli, Pb__Roster *roster, const char *name)
{
    if (roster_file_find(roster, name) || roster->n_entries >= ROSTER_ENTRIES_MAX)
        return NULL;
    Pb__RosterEntry **all = arena_array(&cli->arena, Pb__RosterEntry *, roster->n_entries + 1);
    Pb__RosterEntry *entry = arena_new(&cli->arena, Pb__RosterEntry);
    if (!all || !entry)
        return NULL;
    pb__roster_entry__init(entry);
    entry->name = name;
    for (size_t i = 0; i < roster->n_entries; i++)
        all[i] = roster->entries[i];
    all[roster->n_entries++] = entry;
    roster->entries = all;
    return entry;
}

bool roster_file_remove(Pb__Roster *roster, const char *name)
{
    for (size_t i = 0; i < roster->n_entries; i++) {
        if (strcmp(roster->entries[i]->name, name) != 0)
            continue;
        for (size_t k = i + 1; k < roster->n_entries; k++)
            roster->entries[k - 1] = roster->entries[k];
        roster->n_entries--;
        return true;
    }
    return false;
}

static enum code add_revocation(struct cli *cli, Pb__SignedRoster *file, const Pb__Revocation *revocation,
                                const uint8_t *secret_key, struct fault *ret_fault)
{
    Pb__SignedRevocation **all = arena_array(&cli->arena, Pb__SignedRevocation *, file->n_revocations + 1);
    Pb__SignedRevocation *added = revocation_sign(revocation, secret_key, &cli->arena);
    if (!all || !added)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    for (size_t i = 0; i < file->n_revocations; i++)
        all[i] = file->revocations[i];
    all[file->n_revocations++] = added;
    file->revocations = all;
    struct span packed = wire_pack(&file->base, &cli->arena);
    if (packed.size == 0)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    return region_write_roster(cli->directory, packed, ret_fault);
}

enum code roster_file_revoke(struct cli *cli, const char *name, struct fault *ret_fault)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    Pb__SignedRoster *file = NULL;
    Pb__Roster *roster = NULL;
    enum code code = read_signed(cli, &file, ret_fault);
    if (code == CODE_OK)
        code = read_content(cli, file, &roster, ret_fault);
    if (code != CODE_OK)
        return code;
    if (!roster_file_find(roster, name))
        return fault_set(ret_fault, CODE_NOT_FOUND, "",
                         "the roster has no %s; `ccrag roster show` lists them", name);
    code = read_signer(cli, "revoker", "the revoker's key", public_key, secret_key, ret_fault);
    if (code != CODE_OK)
        return code;
    Pb__Revocation revocation = PB__REVOCATION__INIT;
    revocation.region = roster->region;
    revocation.serial = roster->serial;
    revocation.name = name;
    revocation.revoked_at_ms = world_wall_ms(cli->world);
    if (roster->revoker_key.len != sizeof public_key ||
        memcmp(roster->revoker_key.data, public_key, sizeof public_key) != 0)
        code = fault_set(ret_fault, CODE_PERMISSION_DENIED, "",
                         "the roster names another revoker than keys/revoker.sign");
    else
        code = add_revocation(cli, file, &revocation, secret_key, ret_fault);
    sodium_memzero(secret_key, sizeof secret_key);
    return code;
}

/* The roster file: read, changed in memory, signed again with the region's offline key. It knows no service
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

enum code roster_file_read(struct cli *cli, Pb__Roster **ret_roster, struct fault *ret_fault)
{
    /* Opening the region checks the signature. */
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
    ProtobufCMessage *signed_roster, *roster;
    code = wire_unpack(&pb__signed_roster__descriptor, span_of(bytes, size), &cli->arena, &signed_roster,
                       ret_fault);
    if (code != CODE_OK)
        return code;
    const ProtobufCBinaryData *inner = &((const Pb__SignedRoster *)signed_roster)->roster;
    code = wire_unpack(&pb__roster__descriptor, span_of(inner->data, inner->len), &cli->arena, &roster,
                       ret_fault);
    if (code == CODE_OK)
        *ret_roster = (Pb__Roster *)roster;
    return code;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(Pb__RosterEntry *const *)a)->name, (*(Pb__RosterEntry *const *)b)->name);
}

enum code roster_file_write(struct cli *cli, Pb__Roster *roster, struct fault *ret_fault)
{
    struct secret seed;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    const char *path = arena_format(&cli->arena, "%s/keys/region.sign", cli->directory);
    if (!path || !cli_world(cli))
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    enum code code = secret_read(path, SECRET_SIGNING, &seed, ret_fault);
    if (code == CODE_NOT_FOUND)
        return fault_set(ret_fault, CODE_NOT_FOUND, "",
                         "the region's offline key %s is not here; run this where it is kept", path);
    if (code != CODE_OK)
        return code;
    if (roster->n_entries)
        qsort(roster->entries, roster->n_entries, sizeof *roster->entries, by_name);
    roster->serial++;
    roster->signed_at_ms = world_wall_ms(cli->world);
    crypto_sign_seed_keypair(public_key, secret_key, seed.bytes);
    struct span packed = roster_sign(roster, secret_key, &cli->arena);
    sodium_memzero(secret_key, sizeof secret_key);
    secret_wipe(&seed);
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

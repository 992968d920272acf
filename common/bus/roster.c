/* The signed roster, verified and indexed.
 *
 * In: the bytes of a roster file and the region's public signing key. Out: who holds which CURVE key, and who
 * signs. What does not hold is refused as a whole: there is no half-read roster. Which principal may do what
 * is not said here. */

#include "common/bus/roster.h"

#include "common/bus/signing.h"
#include "common/wire/wire.h"

#include <stdlib.h>

enum { ROSTER_ARENA_BYTES = 8 * 1024 * 1024, KEYS_PER_ENTRY_MAX = 2 };

struct key_holder {
    struct curve_key key;
    const struct principal *principal;
};

struct roster {
    struct arena arena;
    const Pb__Roster *content;
    const Pb__RosterEntry **entries; /* by name, without those revoked */
    size_t entry_count;
    struct key_holder *holders; /* by key */
    size_t holder_count;
    uint64_t revocations;
};

static struct span span_of_bytes(const ProtobufCBinaryData *bytes)
{
    return span_of(bytes->data, bytes->len);
}

static bool is_name(const char *name)
{
    size_t size = strlen(name);
    return size > 0 && size < PRINCIPAL_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == size;
}

static enum code check_keys(const char *name, const ProtobufCBinaryData *keys, size_t count, size_t least,
                            size_t size, struct fault *ret_fault)
{
    if (count < least || count > KEYS_PER_ENTRY_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, name,
                         "the roster has %zu keys of one kind for %s: %zu to %d", count, name, least,
                         (int)KEYS_PER_ENTRY_MAX);
    for (size_t i = 0; i < count; i++)
        if (keys[i].len != size)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, name,
                             "the roster has a key of %zu bytes for %s", keys[i].len, name);
    return CODE_OK;
}

static enum code check_entry(const Pb__RosterEntry *entry, struct fault *ret_fault)
{
    const char *name = entry->name;
    if (!is_name(name))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "name",
                         "a name in the roster is not of lower-case letters, digits and dashes, or too long");
    if (entry->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_UNSPECIFIED ||
        !protobuf_c_enum_descriptor_get_value(&pb__principal_role__descriptor, (int)entry->role))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, name, "the roster gives %s no known role", name);
    bool is_node = entry->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE;
    if (is_node != (entry->authority[0] != '\0') ||
        strlen(entry->authority) >= sizeof(((struct principal *)NULL)->authority))
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, name,
                         "a node, and nothing else, has its LA's GSS code: %s", name);
    enum code code = check_keys(name, entry->curve_keys, entry->n_curve_keys, 1, CURVE_KEY_BYTES, ret_fault);
    if (code != CODE_OK)
        return code;
    return check_keys(name, entry->signing_keys, entry->n_signing_keys, 0, SIGNING_KEY_BYTES, ret_fault);
}

static int compare_entries(const void *a, const void *b)
{
    const Pb__RosterEntry *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static int compare_holders(const void *a, const void *b)
{
    return memcmp(((const struct key_holder *)a)->key.bytes, ((const struct key_holder *)b)->key.bytes,
                  CURVE_KEY_BYTES);
}

static enum code no_memory(struct fault *ret_fault)
{
    return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "the roster is too large");
}

static enum code read_content(struct roster *roster, const Pb__SignedRoster *file,
                              const uint8_t signing_key[SIGNING_KEY_BYTES], uint64_t least_serial,
                              struct fault *ret_fault)
{
    struct span packed = span_of_bytes(&file->roster);
    if (!domain_verify(DOMAIN_ROSTER, packed, span_of_bytes(&file->signature), signing_key, &roster->arena))
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "signature",
                         "the roster is not signed by this region's key");
    ProtobufCMessage *message;
    enum code code = wire_unpack(&pb__roster__descriptor, packed, &roster->arena, &message, ret_fault);
    if (code != CODE_OK)
        return code;
    roster->content = (const Pb__Roster *)(const void *)message;
    if (roster->content->serial < least_serial)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "serial",
                         "the roster has serial %llu, but serial %llu was known before: it is an old copy",
                         (unsigned long long)roster->content->serial, (unsigned long long)least_serial);
    if (roster->content->n_entries > ROSTER_ENTRIES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "entries", "the roster has more than %d entries",
                         (int)ROSTER_ENTRIES_MAX);
    return CODE_OK;
}

/* All entries by name; a name twice is refused. */
static enum code index_entries(struct roster *roster, struct fault *ret_fault)
{
    size_t count = roster->content->n_entries;
    roster->entries = arena_array(&roster->arena, const Pb__RosterEntry *, count + 1);
    if (!roster->entries)
        return no_memory(ret_fault);
    for (size_t i = 0; i < count; i++) {
        enum code code = check_entry(roster->content->entries[i], ret_fault);
        if (code != CODE_OK)
            return code;
        roster->entries[i] = roster->content->entries[i];
    }
    qsort(roster->entries, count, sizeof(*roster->entries), compare_entries);
    for (size_t i = 1; i < count; i++)
        if (strcmp(roster->entries[i - 1]->name, roster->entries[i]->name) == 0)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, roster->entries[i]->name,
                             "the roster names %s twice", roster->entries[i]->name);
    roster->entry_count = count;
    return CODE_OK;
}

static void remove_entry(struct roster *roster, const char *name)
{
    for (size_t i = 0; i < roster->entry_count; i++)
        if (strcmp(roster->entries[i]->name, name) == 0) {
            roster->entry_count--;
            memmove(&roster->entries[i], &roster->entries[i + 1],
                    (roster->entry_count - i) * sizeof(*roster->entries));
            return;
        }
}

/* A revocation made against an older serial was taken into account, or undone, by the roster that followed
 * it. */
static enum code apply_revocation(struct roster *roster, const Pb__SignedRevocation *signed_revocation,
                                  struct fault *ret_fault)
{
    const ProtobufCBinaryData *revoker = &roster->content->revoker_key;
    struct span packed = span_of_bytes(&signed_revocation->revocation);
    ProtobufCMessage *message;
    enum code code = wire_unpack(&pb__revocation__descriptor, packed, &roster->arena, &message, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__Revocation *revocation = (const Pb__Revocation *)(const void *)message;
    if (revocation->serial < roster->content->serial)
        return CODE_OK;
    if (revoker->len != SIGNING_KEY_BYTES ||
        !domain_verify(DOMAIN_REVOCATION, packed, span_of_bytes(&signed_revocation->signature), revoker->data,
                       &roster->arena))
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "revocations",
                         "a revocation in the roster is not signed by its revoker key");
    if (strcmp(revocation->region, roster->content->region) != 0)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "revocations",
                         "a revocation in the roster is of another region");
    remove_entry(roster, revocation->name);
    roster->revocations++;
    return CODE_OK;
}

static enum code apply_revocations(struct roster *roster, const Pb__SignedRoster *file,
                                   struct fault *ret_fault)
{
    if (file->n_revocations > ROSTER_ENTRIES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "revocations",
                         "the roster has more than %d revocations", (int)ROSTER_ENTRIES_MAX);
    for (size_t i = 0; i < file->n_revocations; i++) {
        enum code code = apply_revocation(roster, file->revocations[i], ret_fault);
        if (code != CODE_OK)
            return code;
    }
    return CODE_OK;
}

static void fill_principal(const Pb__RosterEntry *entry, struct principal *principal)
{
    memcpy(principal->name, entry->name, strlen(entry->name) + 1);
    memcpy(principal->authority, entry->authority, strlen(entry->authority) + 1);
    principal->role = entry->role;
}

/* Every CURVE key with its holder; a key twice is refused. */
static enum code index_keys(struct roster *roster, struct fault *ret_fault)
{
    struct principal *principals = arena_array(&roster->arena, struct principal, roster->entry_count + 1);
    roster->holders =
        arena_array(&roster->arena, struct key_holder, KEYS_PER_ENTRY_MAX * (roster->entry_count + 1));
    if (!principals || !roster->holders)
        return no_memory(ret_fault);
    for (size_t i = 0; i < roster->entry_count; i++) {
        fill_principal(roster->entries[i], &principals[i]);
        for (size_t k = 0; k < roster->entries[i]->n_curve_keys; k++) {
            struct key_holder *holder = &roster->holders[roster->holder_count++];
            memcpy(holder->key.bytes, roster->entries[i]->curve_keys[k].data, CURVE_KEY_BYTES);
            holder->principal = &principals[i];
        }
    }
    qsort(roster->holders, roster->holder_count, sizeof(*roster->holders), compare_holders);
    for (size_t i = 1; i < roster->holder_count; i++)
        if (compare_holders(&roster->holders[i - 1], &roster->holders[i]) == 0)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "curve_keys",
                             "%s and %s have the same key in the roster",
                             roster->holders[i - 1].principal->name, roster->holders[i].principal->name);
    return CODE_OK;
}

static enum code read_all(struct roster *roster, struct span packed,
                          const uint8_t signing_key[SIGNING_KEY_BYTES], uint64_t least_serial,
                          struct fault *ret_fault)
{
    ProtobufCMessage *message;
    enum code code = wire_unpack(&pb__signed_roster__descriptor, packed, &roster->arena, &message, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__SignedRoster *file = (const Pb__SignedRoster *)(const void *)message;
    if ((code = read_content(roster, file, signing_key, least_serial, ret_fault)) != CODE_OK ||
        (code = index_entries(roster, ret_fault)) != CODE_OK ||
        (code = apply_revocations(roster, file, ret_fault)) != CODE_OK)
        return code;
    return index_keys(roster, ret_fault);
}

enum code roster_read(struct span packed, const uint8_t signing_key[SIGNING_KEY_BYTES], uint64_t least_serial,
                      struct roster **ret_roster, struct fault *ret_fault)
{
    struct roster *roster = calloc(1, sizeof(*roster));
    if (!roster)
        return no_memory(ret_fault);
    arena_init(&roster->arena, ROSTER_ARENA_BYTES);
    enum code code = read_all(roster, packed, signing_key, least_serial, ret_fault);
    if (code != CODE_OK) {
        roster_destroy(roster);
        return code;
    }
    *ret_roster = roster;
    return CODE_OK;
}

void roster_destroy(struct roster *roster)
{
    if (!roster)
        return;
    arena_finish(&roster->arena);
    free(roster);
}

uint64_t roster_serial(const struct roster *roster)
{
    return roster->content->serial;
}

uint64_t roster_revocations(const struct roster *roster)
{
    return roster->revocations;
}

const char *roster_region(const struct roster *roster)
{
    return roster->content->region;
}

const struct principal *roster_find_key(const struct roster *roster, const struct curve_key *key)
{
    struct key_holder wanted = {.key = *key};
    const struct key_holder *found =
        bsearch(&wanted, roster->holders, roster->holder_count, sizeof(*roster->holders), compare_holders);
    return found ? found->principal : NULL;
}

const Pb__RosterEntry *roster_find_name(const struct roster *roster, const char *name)
{
    const Pb__RosterEntry wanted = {.name = name}, *pointer = &wanted;
    const Pb__RosterEntry *const *found =
        bsearch(&pointer, roster->entries, roster->entry_count, sizeof(*roster->entries), compare_entries);
    return found ? *found : NULL;
}

/* Who is who, kept fresh: the roster file is looked at twice a second, and read when it changed.
 *
 * In: the region's signed roster. Out: the roster that every check uses; connections of keys that are gone
 * are cut; a newer key of the program's own is taken. The highest serial ever read is remembered in the
 * store, or without one in a file, so that an older roster is refused, after a restart too. A store that is
 * made anew may end up empty: before, what it knows is kept in the file. */

#include "common/service/internal.h"
#include "common/service/stores.h"

static const char serial_name[] = STORE_ROSTER_SERIAL, revocations_name[] = STORE_ROSTER_REVOCATIONS;

static struct roster_known known_of(const struct roster *roster)
{
    return (struct roster_known){roster_serial(roster), roster_revocations(roster)};
}

static const char *program_of(const struct service *service)
{
    const struct service_options *options = &service->options;
    return options->instance ? options->instance : options->name;
}

static enum code read_from_store(struct store *store, struct roster_known *ret_known)
{
    struct store_txn *txn = NULL;
    struct roster_known known = {0, 0};
    enum code code = store_read_begin(store, &txn);
    if (code == CODE_OK)
        code = store_meta_get_u64(txn, serial_name, &known.serial);
    if (code == CODE_OK)
        code = store_meta_get_u64(txn, revocations_name, &known.revocations);
    store_end(txn);
    if (code == CODE_OK)
        *ret_known = known;
    return code;
}

/* The newest read so far, in this life or an earlier one. Store or file are asked once: a disk that fails
 * later must not keep a removed key in force. */
static enum code find_known(struct service *service, struct roster_known *ret_known, struct fault *ret_fault)
{
    if (service->roster) {
        *ret_known = known_of(service->roster);
        return CODE_OK;
    }
    struct roster_known known = {0, 0};
    enum code code = service->store ? read_from_store(service->store, &known) : CODE_OK;
    if (code != CODE_OK)
        return fault_set(ret_fault, code, "", "the store does not say which roster it knows");
    if (known.serial == 0)
        return region_read_known(service->region, program_of(service), ret_known, ret_fault);
    *ret_known = known;
    return CODE_OK;
}

static enum code keep_in_store(struct store *store, const struct roster_known *known)
{
    struct store_txn *txn = NULL;
    enum code code = store_write_begin(store, &txn);
    if (code == CODE_OK)
        code = store_meta_put_u64(txn, serial_name, known->serial);
    if (code == CODE_OK)
        code = store_meta_put_u64(txn, revocations_name, known->revocations);
    if (code == CODE_OK)
        return store_commit(txn);
    store_end(txn);
    return code;
}

static enum code keep_in_file(const struct service *service, const struct roster_known *known)
{
    enum code code = world_disk(service->world, DISK_WRITE, "roster");
    return code == CODE_OK ? region_keep_known(service->region, program_of(service), known, NULL) : code;
}

enum code roster_keep_beside(const struct service *service)
{
    struct roster_known known = known_of(service->roster);
    return keep_in_file(service, &known);
}

/* Tried again each second while it fails (a full disk): the roster itself is in force at once. */
static void keep_known(struct service *service)
{
    struct roster_known known = known_of(service->roster);
    enum code code = service->store ? keep_in_store(service->store, &known) : keep_in_file(service, &known);
    service->roster_unkept = code != CODE_OK;
    if (code != CODE_OK)
        log_event(&service->log, LOG_ERROR, "roster-serial-not-kept", "code", code_name(code), NULL);
}

static enum code read_roster(struct service *service, struct fault *ret_fault)
{
    struct roster *roster = NULL;
    struct roster_known kept = {0, 0};
    enum code code = find_known(service, &kept, ret_fault);
    if (code != CODE_OK)
        return code;
    code = region_read_roster(service->region, kept.serial, &service->roster_stamp, &roster, ret_fault);
    if (code != CODE_OK)
        return code;
    struct roster_known age = known_of(roster);
    if (age.serial == kept.serial && age.revocations < kept.revocations) {
        roster_destroy(roster);
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "revocations",
                         "the roster lacks a revocation that was known before: it is an old copy");
    }
    roster_destroy(service->roster);
    service->roster = roster;
    service->roster_generation++;
    if (age.serial > kept.serial || age.revocations > kept.revocations)
        keep_known(service);
    return CODE_OK;
}

/* The program's own place in the roster: the entry with its key. */
static const struct principal *find_self(const struct service *service)
{
    return roster_find_key(service->roster, &service->pair.public_key);
}

enum code roster_open(struct service *service, struct fault *ret_fault)
{
    service->roster_due_us = world_mono_us(service->world) + INT64_C(1000) * ROSTER_WATCH_MS;
    enum code code = read_roster(service, ret_fault);
    if (code != CODE_OK)
        return code;
    const struct principal *self = find_self(service);
    if (!self)
        return fault_set(ret_fault, CODE_UNAUTHENTICATED, "",
                         "the roster has no entry with the key of %s; add or rotate it with `ccrag roster`",
                         service->options.name);
    service->self = *self;
    return CODE_OK;
}

bool roster_admits(void *context, const struct curve_key *key)
{
    const struct service *service = context;
    return !service->stopping && roster_find_key(service->roster, key) != NULL;
}

static size_t slot_of(uint64_t peer)
{
    uint64_t hash = peer * UINT64_C(0x9e3779b97f4a7c15);
    return hash >> 32 & (PEERS_SEEN - 1);
}

void roster_saw(struct service *service, uint64_t peer, const struct curve_key *key)
{
    size_t slot = slot_of(peer);
    service->peers[slot] = (struct peer_seen){.peer = peer, .key = *key};
    service->peers_seen[slot / 64] |= UINT64_C(1) << slot % 64;
}

static void drop_if_removed(struct service *service, size_t slot)
{
    const struct peer_seen *seen = &service->peers[slot];
    if (roster_find_key(service->roster, &seen->key))
        return;
    if (service->source)
        feed_source_drop_peer(service->source, seen->peer);
    link_drop_peer(service->link, seen->peer);
    service->peers_seen[slot / 64] &= ~(UINT64_C(1) << slot % 64);
    count(service, COUNT_PEERS_DROPPED);
}

static void drop_removed(struct service *service)
{
    for (size_t i = 0; i < PEERS_SEEN / 64; i++)
        for (uint64_t seen = service->peers_seen[i]; seen; seen &= seen - 1)
            drop_if_removed(service, 64 * i + (size_t)__builtin_ctzll(seen));
}

/* Its entry names a newer key than it has: the one that `ccrag roster rotate` made, as soon as this host has
 * its secret. Who connects from then on meets the new key; what is connected stays. */
static void take_new_key(struct service *service)
{
    const Pb__RosterEntry *entry = roster_find_name(service->roster, service->self.name);
    struct curve_pair pair;
    struct curve_key newest;
    struct fault fault = {0};
    if (!entry || entry->n_curve_keys == 0)
        return;
    memcpy(newest.bytes, entry->curve_keys[0].data, CURVE_KEY_BYTES);
    if (curve_key_equal(&newest, &service->pair.public_key))
        return;
    enum code code = region_read_pair(service->region, &pair, &fault);
    if (code == CODE_OK && !curve_key_equal(&newest, &pair.public_key))
        code = fault_set(&fault, CODE_NOT_FOUND, "", "this host does not have the secret of the newest key");
    if (code == CODE_OK && service->link)
        code = link_rekey(service->link, &pair, &fault);
    if (code == CODE_OK) {
        service->pair = pair;
        log_event(&service->log, LOG_INFO, "key-taken", NULL);
    } else if (!curve_key_equal(&newest, &service->key_awaited)) {
        service->key_awaited = newest;
        log_event(&service->log, LOG_INFO, "key-awaited", "code", code_name(code), "reason", fault.reason,
                  NULL);
    }
    curve_pair_wipe(&pair);
}

bool roster_watch(struct service *service)
{
    int64_t now_us = world_mono_us(service->world);
    if (now_us < service->roster_due_us)
        return false;
    service->roster_due_us = now_us + INT64_C(1000) * ROSTER_WATCH_MS;
    unsigned generation = service->roster_generation;
    struct fault fault = {0};
    enum code code = read_roster(service, &fault);
    if (code != CODE_OK && code != CODE_NOT_FOUND)
        log_event(&service->log, LOG_ERROR, "roster-refused", "code", code_name(code), "reason", fault.reason,
                  NULL);
    take_new_key(service);
    if (service->roster_generation != generation) {
        log_event(&service->log, LOG_INFO, "roster-read", "serial",
                  LOG_NUMBER(roster_serial(service->roster)), NULL);
        drop_removed(service);
        if (!find_self(service)) /* it serves on, but its own calls are refused by others */
            log_event(&service->log, LOG_ERROR, "not-in-the-roster", NULL);
    }
    if (service->roster_unkept)
        keep_known(service);
    clients_refresh(service);
    return service->roster_generation != generation;
}

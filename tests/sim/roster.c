/* The roster file of a schedule, and what programs may make of it.
 *
 * In: who leaves, comes back, rotates, which old copy is put in its place; the virtual time. Out: the file,
 * signed, and the verdict on a program that serves a key which it must know is no longer good, or that takes
 * a roster it must refuse. The file's time of change is virtual, so that whether a program sees it as changed
 * does not depend on the machine. */

#include "tests/sim/roster.h"

#include "common/base/limits.h"
#include "common/service/region.h"
#include "common/service/stores.h"
#include "common/wire/wire.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SECOND_US = 1000 * 1000 };

static bool is_older(struct roster_age a, struct roster_age b)
{
    return a.serial < b.serial || (a.serial == b.serial && a.revocations < b.revocations);
}

/* --- the file
 * ----------------------------------------------------------------------------------------------------------
 */

static void write_file(struct sim *sim, struct span packed)
{
    struct fault fault = {0};
    char path[sizeof sim->region->directory + 8];
    snprintf(path, sizeof path, "%s/roster", sim->region->directory);
    int64_t at_us = sim->now_us + ++sim->roster->writes;
    struct timespec times[2] = {{.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000}};
    times[1] = times[0];
    if (!packed.size || region_write_roster(sim->region->directory, packed, &fault) != CODE_OK ||
        utimensat(AT_FDCWD, path, times, 0) != 0) {
        fprintf(stderr, "sim: the roster cannot be written: %s\n", fault.reason);
        abort();
    }
}

static void keep(struct sim_roster *roster, struct span packed)
{
    free(roster->kept[ROSTERS_KEPT - 1].bytes);
    memmove(&roster->kept[1], &roster->kept[0], (ROSTERS_KEPT - 1) * sizeof roster->kept[0]);
    uint8_t *bytes = malloc(packed.size);
    assert(bytes);
    memcpy(bytes, packed.data, packed.size);
    roster->kept[0] = (struct packed_roster){bytes, packed.size};
}

/* Who is in it, signed by `signing_key`. A serial that is not the next makes a forged one: it adds the
 * stranger, as an operator. */
static struct span sign(const struct sim *sim, const uint8_t signing_key[64], uint64_t serial,
                        struct arena *arena)
{
    const struct sim_region *region = sim->region;
    Pb__Roster roster = PB__ROSTER__INIT;
    Pb__RosterEntry entries[SIM_PRINCIPALS + 1], *present[SIM_PRINCIPALS + 1];
    ProtobufCBinaryData keys[SIM_PRINCIPALS][2], signing = {0}, strange = {0};
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++) {
        const struct sim_principal *principal = &region->principals[i];
        const struct sim_keys *has = &sim->roster->keys[i];
        pb__roster_entry__init(&entries[i]);
        for (unsigned k = 0; k <= has->both; k++)
            keys[i][k] = (ProtobufCBinaryData){
                CURVE_KEY_BYTES, (uint8_t *)(uintptr_t)&principal->pairs[has->newest - k].public_key};
        entries[i].name = principal->name;
        entries[i].role = principal->role;
        entries[i].authority = principal->authority;
        entries[i].curve_keys = keys[i];
        entries[i].n_curve_keys = has->both ? 2 : 1;
        if (i == SIM_REGISTRY) { /* the second half of the secret key is the public one */
            signing = (ProtobufCBinaryData){32, (uint8_t *)(uintptr_t)region->registry_key + 32};
            entries[i].signing_keys = &signing;
            entries[i].n_signing_keys = 1;
        }
        if (!sim->roster->out[i])
            present[roster.n_entries++] = &entries[i];
    }
    if (serial > sim->roster->age.serial) {
        strange = (ProtobufCBinaryData){CURVE_KEY_BYTES, (uint8_t *)(uintptr_t)&region->stranger.public_key};
        pb__roster_entry__init(&entries[SIM_PRINCIPALS]);
        entries[SIM_PRINCIPALS].name = "stranger";
        entries[SIM_PRINCIPALS].role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR;
        entries[SIM_PRINCIPALS].authority = "";
        entries[SIM_PRINCIPALS].curve_keys = &strange;
        entries[SIM_PRINCIPALS].n_curve_keys = 1;
        present[roster.n_entries++] = &entries[SIM_PRINCIPALS];
    }
    roster.region = "Simulated";
    roster.serial = serial;
    roster.signed_at_ms = sim_wall_ms;
    roster.entries = present;
    roster.revoker_key = (ProtobufCBinaryData){32, (uint8_t *)(uintptr_t)region->revoker_key + 32};
    return roster_sign(&roster, signing_key, arena);
}

/* The newest roster, from now on. */
static void publish(struct sim *sim, struct span packed)
{
    struct sim_roster *roster = sim->roster;
    keep(roster, packed);
    write_file(sim, packed);
    if (roster->since_us == INT64_MAX)
        roster->since_us = sim->now_us;
    roster->replay_ends_us = INT64_MAX;
}

static void sign_and_publish(struct sim *sim)
{
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    sim->roster->age = (struct roster_age){sim->roster->age.serial + 1, 0};
    sim->roster->revocation_count = 0;
    publish(sim, sign(sim, sim->region->offline_key, sim->roster->age.serial, &arena));
    arena_finish(&arena);
}

/* The same serial, with one removal more. */
static void revoke_and_publish(struct sim *sim, enum sim_principal_id principal)
{
    struct sim_roster *roster = sim->roster;
    struct arena arena;
    Pb__Revocation revocation = PB__REVOCATION__INIT;
    ProtobufCMessage *message = NULL;
    arena_init(&arena, 1024 * 1024);
    revocation.region = "Simulated";
    revocation.serial = roster->age.serial;
    revocation.name = sim->region->principals[principal].name;
    revocation.revoked_at_ms = sim_wall_ms;
    roster->revocations[roster->revocation_count++] =
        revocation_sign(&revocation, sim->region->revoker_key, &roster->arena);
    roster->age.revocations++;
    if (wire_unpack(&pb__signed_roster__descriptor, span_of(roster->kept[0].bytes, roster->kept[0].size),
                    &arena, &message, NULL) != CODE_OK)
        abort();
    Pb__SignedRoster *file = (Pb__SignedRoster *)message;
    file->revocations = roster->revocations;
    file->n_revocations = roster->revocation_count;
    publish(sim, wire_pack(&file->base, &arena));
    arena_finish(&arena);
}

/* --- keys that come and go
 * ---------------------------------------------------------------------------------------------- */

/* From now on that key opens nothing, or something again. */
static void set_gone(struct sim *sim, unsigned principal, unsigned key, bool gone)
{
    sim->roster->gone[principal][key] = (struct out_of_roster){gone ? sim->now_us : -1, sim->roster->age};
}

/* Of a principal that is in: its two or one newest are good, those before them are not. */
static void set_all(struct sim *sim, unsigned principal)
{
    const struct sim_keys *keys = &sim->roster->keys[principal];
    for (unsigned k = 0; k <= keys->newest; k++) {
        bool good = !sim->roster->out[principal] && k + keys->both >= keys->newest;
        if (good || sim->roster->gone[principal][k].since_us < 0)
            set_gone(sim, principal, k, !good);
    }
}

bool roster_has(const struct sim *sim, enum sim_principal_id principal)
{
    return !sim->roster->out[principal];
}

void roster_turn_out_or_in(struct sim *sim, enum sim_principal_id principal)
{
    struct sim_roster *roster = sim->roster;
    bool leaves = !roster->out[principal], by_revoker = leaves && sim_random_chance(&sim->random, 40);
    if (leaves)
        sim_count(sim, by_revoker ? SIM_KEYS_REVOKED : SIM_KEYS_REMOVED);
    roster->out[principal] = leaves;
    if (leaves && sim->plant == PLANT_OLD_ROSTER) {
        /* nobody is told */
    } else if (by_revoker) {
        revoke_and_publish(sim, principal);
    } else {
        sign_and_publish(sim);
    }
    set_all(sim, principal);
}

void roster_rotate(struct sim *sim, enum sim_principal_id principal)
{
    struct sim_keys *keys = &sim->roster->keys[principal];
    if (keys->both || keys->newest + 1 == SIM_KEYS || sim->roster->out[principal])
        return;
    sim_count(sim, SIM_ROTATIONS);
    keys->newest++;
    keys->both = true;
    /* As a rule when all have read the roster; now and then sooner, or much later. */
    int64_t sooner = sim_random_chance(&sim->random, 20) ? 0 : 2000 * ROSTER_WATCH_MS;
    keys->put_us = sim->now_us + sooner + sim_random_between(&sim->random, 0, SECOND_US);
    keys->finish_us = keys->put_us + sim_random_between(&sim->random, 0, 3 * SECOND_US);
    sign_and_publish(sim);
    set_all(sim, principal);
}

static void put_key(struct sim *sim, unsigned principal)
{
    struct sim_keys *keys = &sim->roster->keys[principal];
    keys->put_us = INT64_MAX;
    keys->in_file = keys->newest;
    sim_region_put_key(sim->region, (enum sim_principal_id)principal, keys->newest);
}

static void finish_rotation(struct sim *sim, unsigned principal)
{
    struct sim_keys *keys = &sim->roster->keys[principal];
    sim_count(sim, SIM_ROTATIONS_FINISHED);
    keys->finish_us = INT64_MAX;
    keys->both = sim->plant == PLANT_OLD_KEY;
    sign_and_publish(sim);
    keys->both = false;
    set_all(sim, principal);
}

/* --- copies in the roster's place
 * -------------------------------------------------------------------------------------- */

void roster_replay(struct sim *sim)
{
    struct sim_roster *roster = sim->roster;
    struct arena arena;
    unsigned older = 0;
    while (older + 1 < ROSTERS_KEPT && roster->kept[older + 1].bytes)
        older++;
    bool forged = older == 0 || sim_random_chance(&sim->random, 40);
    const uint8_t *key = sim->plant == PLANT_FORGED ? sim->region->offline_key : sim->region->revoker_key;
    const struct packed_roster *copy =
        &roster->kept[forged ? 0 : (unsigned)sim_random_between(&sim->random, 1, older)];
    arena_init(&arena, 1024 * 1024);
    sim_count(sim, forged ? SIM_FORGERIES : SIM_REPLAYS);
    write_file(sim,
               forged ? sign(sim, key, roster->age.serial + 5, &arena) : span_of(copy->bytes, copy->size));
    roster->since_us = INT64_MAX;
    roster->replay_ends_us = sim->now_us + sim_random_between(&sim->random, 100 * 1000, 4 * SECOND_US);
    arena_finish(&arena);
}

static void end_replay(struct sim *sim)
{
    const struct packed_roster *newest = &sim->roster->kept[0];
    write_file(sim, span_of(newest->bytes, newest->size));
    sim->roster->since_us = sim->now_us;
    sim->roster->replay_ends_us = INT64_MAX;
}

/* --- time
 * --------------------------------------------------------------------------------------------------------------
 */

void roster_advance(struct sim *sim)
{
    struct sim_roster *roster = sim->roster;
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++) {
        if (sim->now_us >= roster->keys[i].put_us)
            put_key(sim, i);
        if (sim->now_us >= roster->keys[i].finish_us)
            finish_rotation(sim, i);
    }
    if (sim->now_us >= roster->replay_ends_us)
        end_replay(sim);
}

int64_t roster_next_us(const struct sim *sim)
{
    int64_t next = sim->roster->replay_ends_us;
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++) {
        const struct sim_keys *keys = &sim->roster->keys[i];
        int64_t at_us = keys->put_us < keys->finish_us ? keys->put_us : keys->finish_us;
        next = at_us < next ? at_us : next;
    }
    return next;
}

void roster_begin(struct sim *sim)
{
    struct sim_roster *roster = sim->roster = calloc(1, sizeof *roster);
    assert(roster);
    arena_init(&roster->arena, 1024 * 1024);
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++) {
        roster->keys[i].put_us = roster->keys[i].finish_us = INT64_MAX;
        for (unsigned k = 0; k < SIM_KEYS; k++)
            roster->gone[i][k].since_us = -1;
    }
    roster->since_us = INT64_MAX;
    sign_and_publish(sim);
    sign_and_publish(sim); /* so that there is an older one from the beginning */
}

void roster_end(struct sim *sim)
{
    struct sim_roster *roster = sim->roster;
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++)
        if (roster->keys[i].in_file != 0)
            sim_region_put_key(sim->region, (enum sim_principal_id)i, 0);
    for (unsigned i = 0; i < ROSTERS_KEPT; i++)
        free(roster->kept[i].bytes);
    arena_finish(&roster->arena);
    free(roster);
    sim->roster = NULL;
}

void roster_settle(struct sim *sim)
{
    struct sim_roster *roster = sim->roster;
    bool changed = false;
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++) {
        struct sim_keys *keys = &roster->keys[i];
        changed |= roster->out[i];
        roster->out[i] = false;
        if (keys->in_file != keys->newest)
            put_key(sim, i);
        if (keys->both && sim_random_chance(&sim->random, 50))
            finish_rotation(sim, i);
        keys->finish_us = INT64_MAX;
    }
    if (changed)
        sign_and_publish(sim);
    else if (roster->since_us == INT64_MAX)
        end_replay(sim);
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++)
        set_all(sim, i);
}

/* --- what a program knows
 * ---------------------------------------------------------------------------------------------- */

bool roster_must_know(const struct sim *sim, const struct node *node, enum sim_principal_id principal,
                      unsigned key)
{
    const struct sim_roster *roster = sim->roster;
    const struct out_of_roster *gone = &roster->gone[principal][key];
    struct roster_age knows = {node->roster_serial, node->roster_revocations};
    if (gone->since_us < 0)
        return false;
    if (sim->plant != PLANT_OLD_ROSTER && sim->plant != PLANT_OLD_KEY && !is_older(knows, gone->as_of))
        return true;
    /* Has it surely looked since? It looks each second, and once before it serves. */
    int64_t from_us = gone->since_us > roster->since_us ? gone->since_us : roster->since_us;
    return from_us != INT64_MAX &&
           (node->started_us >= from_us || node->turn_us >= from_us + INT64_C(1000) * ROSTER_WATCH_MS);
}

void roster_check(struct node *node)
{
    struct sim *sim = node->world.sim;
    const struct roster *in_force = service_roster(node->service);
    struct roster_age age = {roster_serial(in_force), roster_revocations(in_force)},
                      knew = {node->roster_serial, node->roster_revocations};
    if (is_older(age, knew))
        sim_fail(sim, "roster-holds", "%s took the roster %llu.%llu and had known %llu.%llu", node->name,
                 (unsigned long long)age.serial, (unsigned long long)age.revocations,
                 (unsigned long long)knew.serial, (unsigned long long)knew.revocations);
    if (is_older(sim->roster->age, age) || roster_find_key(in_force, &sim->region->stranger.public_key))
        sim_fail(sim, "roster-holds", "%s took a roster that the region did not sign", node->name);
    node->roster_serial = age.serial;
    node->roster_revocations = age.revocations;
}

void roster_leave(struct node *node)
{
    struct sim *sim = node->world.sim;
    struct store *store = service_store(node->service);
    struct store_txn *txn = NULL;
    bool quiet = sim->quiet;
    node->roster_serial = node->roster_revocations = 0; /* one without a store knows nothing afterwards */
    sim->quiet = true;
    if (store && store_read_begin(store, &txn) == CODE_OK) {
        store_meta_get_u64(txn, STORE_ROSTER_SERIAL, &node->roster_serial);
        store_meta_get_u64(txn, STORE_ROSTER_REVOCATIONS, &node->roster_revocations);
        store_end(txn);
    }
    if (store && sim->plant == PLANT_FORGETS_ROSTER && store_write_begin(store, &txn) == CODE_OK) {
        store_meta_put_u64(txn, STORE_ROSTER_SERIAL, 0);
        store_commit(txn);
    }
    sim->quiet = quiet;
}

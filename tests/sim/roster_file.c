/* The roster file of a schedule: signed, with removals by the revoker, older copies and forgeries.
 *
 * In: who is in it, with which keys (roster.c). Out: the file. Its time of change is virtual, so that whether
 * a program sees it as changed does not depend on the machine. */

#include "tests/sim/roster_inside.h"

#include "common/service/region.h"
#include "common/wire/wire.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

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

void roster_publish(struct sim *sim)
{
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    sim->roster->age = (struct roster_age){sim->roster->age.serial + 1, 0};
    sim->roster->revocation_count = 0;
    publish(sim, sign(sim, sim->region->offline_key, sim->roster->age.serial, &arena));
    arena_finish(&arena);
}

void roster_revoke(struct sim *sim, enum sim_principal_id principal)
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

/* --- copies in the roster's place -------------------------------------------------------------------- */

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

void roster_end_replay(struct sim *sim)
{
    const struct packed_roster *newest = &sim->roster->kept[0];
    write_file(sim, span_of(newest->bytes, newest->size));
    sim->roster->since_us = sim->now_us;
    sim->roster->replay_ends_us = INT64_MAX;
}

/* Who is in the roster of a schedule with which keys, and what programs may make of it.
 *
 * In: who leaves, comes back, rotates; the virtual time. Out: rosters (roster_file.c), and the verdict on a
 * program that serves a key which it must know is no longer good, or that takes a roster it must refuse. */

#include "tests/sim/roster_inside.h"

#include "common/base/limits.h"
#include "common/service/stores.h"

#include <assert.h>
#include <stdlib.h>

/* --- keys that come and go --------------------------------------------------------------------------- */

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
        roster_revoke(sim, principal);
    } else {
        roster_publish(sim);
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
    roster_publish(sim);
    set_all(sim, principal);
}

static void put_key(struct sim *sim, unsigned principal)
{
    struct sim_keys *keys = &sim->roster->keys[principal];
    keys->put_us = INT64_MAX;
    keys->in_file = keys->newest;
    if (sim->plant != PLANT_KEEPS_KEY)
        sim_region_put_key(sim->region, (enum sim_principal_id)principal, keys->newest);
}

static void finish_rotation(struct sim *sim, unsigned principal)
{
    struct sim_keys *keys = &sim->roster->keys[principal];
    sim_count(sim, SIM_ROTATIONS_FINISHED);
    keys->finish_us = INT64_MAX;
    keys->both = sim->plant == PLANT_OLD_KEY;
    roster_publish(sim);
    keys->both = false;
    set_all(sim, principal);
}

/* --- time -------------------------------------------------------------------------------------------- */

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
        roster_end_replay(sim);
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
    roster_publish(sim);
    roster_publish(sim); /* so that there is an older one from the beginning */
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
        roster_publish(sim);
    else if (roster->since_us == INT64_MAX)
        roster_end_replay(sim);
    for (unsigned i = 0; i < SIM_PRINCIPALS; i++)
        set_all(sim, i);
}

/* --- what a program knows ---------------------------------------------------------------------------- */

static bool is_older(struct roster_age a, struct roster_age b)
{
    return a.serial < b.serial || (a.serial == b.serial && a.revocations < b.revocations);
}

bool roster_is_taken(const struct sim *sim, const struct node *node)
{
    enum sim_principal_id principal = sim_principal_named(sim->region, node->principal);
    const struct curve_pair *newest =
        &sim->region->principals[principal].pairs[sim->roster->keys[principal].newest];
    return net_has_key(sim, node->world.id, &newest->public_key);
}

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
    /* Has it surely looked since? It looks each second, and once before it serves (one that started in the
     * same instant may have come first). */
    int64_t from_us = gone->since_us > roster->since_us ? gone->since_us : roster->since_us;
    return from_us != INT64_MAX &&
           (node->started_us > from_us || node->turn_us >= from_us + INT64_C(1000) * ROSTER_WATCH_MS);
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
    node->roster_serial = node->roster_revocations = 0;
    if (!store) { /* it keeps what it knows in a file */
        struct roster_known known = {0, 0};
        const char *name = node->options.instance ? node->options.instance : node->options.name;
        region_read_known(node->region, name, &known, NULL);
        node->roster_serial = known.serial;
        node->roster_revocations = known.revocations;
    }
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

/* One schedule: a region is started, driven and disturbed as the seed says, left alone until it has settled,
 * and judged.
 *
 * In: a seed, a region, a planted fault or none. Out: the first invariant that did not hold, or none; counts;
 * the trace's hash. Only one program has a turn at a time; which one is next is the virtual clock's to say.
 */

#include "tests/sim/schedule.h"

#include "tests/sim/disturb.h"
#include "tests/sim/facts.h"
#include "tests/sim/libraries.h"
#include "tests/sim/parts.h"
#include "tests/sim/programs.h"
#include "tests/sim/records.h"
#include "tests/sim/roster.h"

#include <stdio.h>
#include <stdlib.h>

enum { SETTLE_SECONDS = 400, TURNS_MAX = 3000000 };

struct node *sim_add_node(struct sim *sim, const char *name, const char *principal)
{
    struct node *node = &sim->nodes[sim->node_count];
    node->name = name;
    node->principal = principal;
    node->down = true;
    node->world.wall_skew_ms = sim_random_between(&sim->random, -10 * 1000, 10 * 1000);
    sim_world_init(&node->world, sim, node, sim->node_count++);
    return node;
}

/* Somebody who has a key of the region for ever: what it may do ends with the key's time. */
static void add_stranger(struct sim *sim)
{
    static const struct {
        const char *principal;
        enum load_role role;
        const char *authority;
    } stolen[] = {
        {"operator", LOAD_OPERATOR, ""}, {"node-a", LOAD_NODE, LA_A}, {"gateway", LOAD_OFFICER, LA_B}};
    unsigned which = (unsigned)sim_random_between(&sim->random, 0, 2);
    struct node *node = sim_add_node(sim, "a stranger", stolen[which].principal);
    node->stranger = true;
    load_prepare(node, stolen[which].role, stolen[which].authority);
    sim_count(sim, SIM_STRANGERS);
}

static void build(struct sim *sim)
{
    for (const struct part *const *part = sim_parts; *part; part++)
        (*part)->build(sim);
    load_prepare(sim_add_node(sim, "the operator", "operator"), LOAD_OPERATOR, "");
    load_prepare(sim_add_node(sim, "an operator beside", "operator"), LOAD_OPERATOR, "");
    load_prepare(sim_add_node(sim, "a visitor", "operator"), LOAD_VISITOR, "");
    load_prepare(sim_add_node(sim, "an LA's program", "node-a"), LOAD_NODE, LA_A);
    load_prepare(sim_add_node(sim, "an officer", "gateway"), LOAD_OFFICER, LA_B);
    if (disturb_rotates(sim))
        add_stranger(sim);
    for (unsigned i = 0; i < sim->node_count; i++)
        sim->nodes[i].options.feed_batch = sim->feed_batch;
    sim->promises = promises_create();
    sim->facts = facts_create();
    sim->records = records_create();
    sim_region_clear(sim->region);
    for (unsigned i = 0; i < sim->node_count; i++)
        if (!node_start(&sim->nodes[i]))
            sim_fail(sim, "settles", "%s did not start on an empty disk", sim->nodes[i].name);
    if (!sim->failed && (sim_random_chance(&sim->random, 50) || sim->scene != SCENE_ANYTHING))
        registry_start_full(sim);
}

/* --- turns ------------------------------------------------------------------------------------------- */

/* What a program waits for does not change but by its own turns, the network's and a disturbance: it is not
 * asked again before (most steps are of somebody else). One that is due already says so anew each time. */
static int64_t due_us(const struct sim *sim, struct node *node)
{
    if (node->next_us > sim->now_us)
        return node->next_us;
    int64_t next_us = service_next_us(node->service);
    node->next_us = next_us > sim->now_us ? next_us : 0;
    return next_us;
}

static void forget_due(struct sim *sim)
{
    for (unsigned i = 0; i < sim->node_count; i++)
        sim->nodes[i].next_us = 0;
}

/* When the node has something to do; `next`: when there is a message for it. */
static int64_t ready_us(const struct sim *sim, struct node *node, int64_t next)
{
    if (node->down)
        return node->restart_us;
    if (node->world.wake)
        return sim->now_us > node->busy_until_us ? sim->now_us : node->busy_until_us;
    int64_t due = due_us(sim, node);
    if (due < next)
        next = due;
    if (node->load && load_next_us(node) < next)
        next = load_next_us(node);
    if (node->world.jobs && node->world.jobs_due_us < next)
        next = node->world.jobs_due_us;
    return next > node->busy_until_us ? next : node->busy_until_us;
}

static void take_turn(struct node *node)
{
    struct sim *sim = node->world.sim;
    int64_t began_us = sim->now_us;
    sim_count(sim, SIM_TURNS);
    node->next_us = 0;
    if (node->down) {
        if (node_start(node)) {
            sim_count(sim, SIM_RESTARTS);
        } else {
            sim_count(sim, SIM_RESTARTS_FAILED);
            node->restart_us = sim->now_us + sim_random_between(&sim->random, 100 * 1000, 1000 * 1000);
        }
        return;
    }
    node->world.wake = false;
    service_turn(node->service);
    if (node->load && !node->world.dead)
        load_turn(node);
    if (node->world.dead) {
        node_end(node, false);
        disturb_ended(node);
        return;
    }
    roster_check(node);
    node->turn_us = began_us;
    int64_t spent_us = sim_random_between(&sim->random, 20, 400);
    if (sim->now_us < node->lag_until_us)
        spent_us += node->lag_us;
    node->busy_until_us = sim->now_us + spent_us;
}

/* One step of virtual time; false: nothing is left to do. */
static bool step(struct sim *sim, int64_t until_us)
{
    struct node *next = NULL;
    net_reckon(sim);
    int64_t network_us = sim->net.next_us;
    int64_t disturb_us = disturb_next_us(sim), at_us = network_us < disturb_us ? network_us : disturb_us;
    for (unsigned i = 0; i < sim->node_count; i++) {
        int64_t ready = ready_us(sim, &sim->nodes[i], sim->net.arrivals_us[i]);
        if (ready < at_us) {
            at_us = ready;
            next = &sim->nodes[i];
        }
    }
    if (at_us > until_us)
        return false;
    if (at_us > sim->now_us)
        sim->now_us = at_us;
    if (network_us <= sim->now_us)
        net_advance(sim);
    if (disturb_us <= sim->now_us)
        disturb(sim);
    if (network_us <= sim->now_us || disturb_us <= sim->now_us)
        forget_due(sim);
    if (next)
        take_turn(next);
    if (sim->counts[SIM_TURNS] > TURNS_MAX)
        sim_fail(sim, "settles", "the programs are busy without end");
    return !sim->failed;
}

/* --- settling ---------------------------------------------------------------------------------------- */

/* Does it follow any? */
static bool follows(const struct node *node)
{
    return node->options.follows;
}

/* Of each service that it follows. */
static bool has_read_all(struct sim *sim, const struct node *node)
{
    for (const struct follow *follow = node->options.follows; follow->service; follow++) {
        struct node *source = sim_node_named(sim, follow->service);
        struct position position = store_position(service_store(source->service));
        struct cursor cursor = service_cursor(node->service, follow->service);
        if (cursor.position.epoch != position.epoch || cursor.position.sequence != position.sequence)
            return false;
    }
    return true;
}

/* Of a follower: does it read at all? One whose LA is no member does not. */
static bool may_read(struct sim *sim, const struct node *node)
{
    struct entitlement entitlement;
    return watch_entitlement(sim, sim_principal_named(sim->region, node->principal), &entitlement);
}

static bool has_settled(struct sim *sim)
{
    if (!net_is_up(sim))
        return false;
    for (unsigned i = 0; i < sim->node_count; i++) {
        struct node *node = &sim->nodes[i];
        if (!node->stranger &&
            (node->down || (node->load && load_is_busy(node)) || !roster_is_taken(sim, node)))
            return false;
    }
    for (unsigned i = 0; i < sim->node_count; i++) {
        struct node *node = &sim->nodes[i];
        if (follows(node) && may_read(sim, node) && !has_read_all(sim, node))
            return false;
    }
    return true;
}

/* Whoever is not at rest by now. */
static void fail_unsettled(struct sim *sim)
{
    for (unsigned i = 0; i < sim->node_count; i++) {
        struct node *node = &sim->nodes[i];
        if (node->stranger)
            continue;
        if (node->down)
            sim_fail(sim, "settles", "%s does not come up again: %s", node->name, node->fault);
        else if (node->load && load_is_busy(node))
            sim_fail(sim, "settles", "%s waits for an answer without end", node->name);
        else if (!roster_is_taken(sim, node))
            sim_fail(sim, "settles", "%s does not take its new key", node->name);
    }
    if (!net_is_up(sim))
        sim_fail(sim, "settles", "a link does not come up again");
    for (unsigned i = 0; i < sim->node_count && !sim->failed; i++) {
        struct node *node = &sim->nodes[i];
        if (follows(node) && may_read(sim, node) && !has_read_all(sim, node))
            sim_fail(sim, "settles", "%s did not catch up in %d s", node->name, SETTLE_SECONDS);
    }
}

static void search_at_rest(struct sim *sim)
{
    int64_t end_us = sim->now_us + 70 * INT64_C(1000000);
    bool busy = true;
    sim->settled = true;
    for (unsigned i = 0; i < sim->node_count; i++)
        if (sim->nodes[i].load && !sim->nodes[i].stranger)
            load_search_last(&sim->nodes[i]);
    while (busy && step(sim, end_us)) {
        busy = false;
        for (unsigned i = 0; i < sim->node_count; i++)
            busy |= sim->nodes[i].load && load_is_busy(&sim->nodes[i]);
    }
    if (busy)
        sim_fail(sim, "settles", "a search is not answered with all at rest");
}

static void settle(struct sim *sim)
{
    disturb_stop(sim);
    int64_t end_us = sim->now_us + SETTLE_SECONDS * INT64_C(1000000);
    /* A while, so that whatever was late has come; then until all is quiet. */
    int64_t quiet_us = sim->now_us + 5 * 1000 * 1000;
    while (step(sim, quiet_us))
        ;
    while (!sim->failed && !has_settled(sim)) {
        quiet_us += 1000 * 1000;
        while (step(sim, quiet_us))
            ;
        if (quiet_us > end_us)
            break;
    }
    if (!sim->failed)
        fail_unsettled(sim);
    if (!sim->failed)
        search_at_rest(sim);
}

static void judge(struct sim *sim)
{
    for (const struct part *const *part = sim_parts; *part; part++)
        if ((*part)->check)
            (*part)->check(sim);
}

static void finish(struct sim *sim)
{
    sim->quiet = true;
    for (unsigned i = 0; i < sim->node_count; i++) {
        struct node *node = &sim->nodes[i];
        node->world.dead = true;
        if (!node->down)
            node_end(node, false);
        free(node->context);
    }
    roster_end(sim);
    net_finish(sim);
    promises_destroy(sim->promises);
    facts_destroy(sim->facts);
    records_destroy(sim->records);
    sim->promises = NULL;
    sim->facts = NULL;
    sim->records = NULL;
}

void schedule_run(struct sim *sim)
{
    sim_random_seed(&sim->random, sim->seed);
    sim->trace = UINT64_C(14695981039346656037);
    sim->now_us = 1000 * 1000;
    sim->net.changed = true;
    unsigned long behind = libraries_behind, behind_failed = libraries_behind_failed;
    sim->behind_seen = behind;
    libraries_behind_untold = sim->plant == PLANT_UNTOLD;
    disturb_plan(sim);
    roster_begin(sim);
    build(sim);
    while (step(sim, sim->active_until_us))
        ;
    if (!sim->failed)
        settle(sim);
    if (!sim->failed)
        judge(sim);
    sim->counts[SIM_VIRTUAL_SECONDS] = (uint64_t)sim->now_us / 1000000;
    sim->counts[SIM_BEHIND] = libraries_behind - behind;
    sim->counts[SIM_BEHIND_FAILED] = libraries_behind_failed - behind_failed;
    uint64_t counts[SIM_COUNTS]; /* the end of all programs is no crash */
    memcpy(counts, sim->counts, sizeof counts);
    finish(sim);
    memcpy(sim->counts, counts, sizeof counts);
}

/* What goes wrong: crashes, stops, partitions, broken connections, disks that refuse, slow spells, keys that
 * leave the roster, come back and rotate, copies in the place of the roster and of stores.
 *
 * In: the seed. Out: one disturbance after another, some of each kind in some schedules and none in others,
 * so that no kind hides another. */

#include "tests/sim/disturb.h"

#include "common/base/limits.h"
#include "tests/sim/programs.h"
#include "tests/sim/restore.h"
#include "tests/sim/roster.h"

#include <assert.h>

enum { SECOND_US = 1000 * 1000 };

static int64_t between(struct sim *sim, int64_t least, int64_t most)
{
    return sim_random_between(&sim->random, least, most);
}

/* --- kinds ------------------------------------------------------------------------------------------- */

/* The registry more often than others. */
static struct node *any_node(struct sim *sim)
{
    return sim_random_chance(&sim->random, 40) ? sim->registry
                                               : &sim->nodes[between(sim, 0, sim->node_count - 1)];
}

void disturb_ended(struct node *node)
{
    struct sim *sim = node->world.sim;
    static const int64_t most_us[] = {50 * 1000, SECOND_US, 8 * SECOND_US};
    node->restart_us = sim->now_us + between(sim, 1000, most_us[between(sim, 0, 2)]);
    if (sim->plant == PLANT_EARLY_ANSWER && node == sim->registry)
        plant_roll_back(sim);
}

/* In the middle of its next turns, at any call of its world; or between two. */
static void crash(struct sim *sim)
{
    struct node *node = any_node(sim);
    if (node->down)
        return;
    if (sim_random_chance(&sim->random, 70)) {
        node->world.doom = (unsigned)between(sim, 1, 60);
        return;
    }
    node_end(node, false);
    disturb_ended(node);
}

static void stop(struct sim *sim)
{
    struct node *node = any_node(sim);
    if (node->down || node->load)
        return;
    node_end(node, true);
    node->restart_us = sim->now_us + between(sim, 1000, 3 * SECOND_US);
}

static void partition(struct sim *sim)
{
    unsigned a = any_node(sim)->world.id;
    bool alone = sim_random_chance(&sim->random, 40);
    sim_count(sim, SIM_PARTITIONS);
    for (unsigned b = 0; b < sim->node_count; b++)
        if (b != a && (alone || sim_random_chance(&sim->random, 30)))
            net_block(sim, a, b);
    sim->heal_us =
        sim->now_us +
        between(sim, 50 * 1000, sim_random_chance(&sim->random, 20) ? 40 * SECOND_US : 4 * SECOND_US);
}

static void cut(struct sim *sim)
{
    unsigned count = 0;
    struct connection *found = NULL;
    for (struct connection *at = sim->net.connections; at; at = at->next)
        if (!at->broken && between(sim, 0, count++) == 0)
            found = at;
    if (found)
        net_break(sim, found, sim_random_chance(&sim->random, 30));
}

static void spoil_disk_of(struct node *node)
{
    struct sim *sim = node->world.sim;
    unsigned steps = 1u << DISK_WRITE | 1u << DISK_COMMIT | 1u << DISK_SETTLE;
    sim_count(sim, SIM_DISK_FAULTS);
    if (sim_random_chance(&sim->random, 30))
        steps |= 1u << DISK_READ | 1u << DISK_OPEN;
    if (sim_random_chance(&sim->random, 40))
        steps = 1u << (sim_random_chance(&sim->random, 50) ? DISK_COMMIT : DISK_SETTLE);
    node->world.disk_refuses = steps;
    node->world.disk_code = sim_random_chance(&sim->random, 50) ? CODE_RESOURCE_EXHAUSTED : CODE_INTERNAL;
    if (node->world.disk_code == CODE_RESOURCE_EXHAUSTED)
        sim_count(sim, SIM_DISKS_FULL);
    node->world.disk_until_us = sim->now_us + between(sim, 1000, 5 * SECOND_US);
}

static void spoil_disk(struct sim *sim)
{
    struct node *node = any_node(sim);
    if (node->options.tables)
        spoil_disk_of(node);
}

static void slow_down(struct sim *sim)
{
    struct node *node = any_node(sim);
    sim_count(sim, SIM_STALLS);
    if (node->options.follows)
        sim_count(sim, SIM_STALLS_FOLLOWERS);
    node->lag_us = between(sim, 5 * 1000, 600 * 1000);
    node->lag_until_us = sim->now_us + between(sim, 100 * 1000, 6 * SECOND_US);
}

/* A node's, the gateway's or the operator's key leaves the roster, or those that left come back. */
static void change_roster(struct sim *sim)
{
    static const enum sim_principal_id removable[] = {SIM_NODE_A, SIM_NODE_B, SIM_GATEWAY, SIM_OPERATOR,
                                                      SIM_FOLLOWER};
    roster_turn_out_or_in(sim, removable[between(sim, 0, 4)]);
}

static void rotate(struct sim *sim)
{
    roster_rotate(sim, (enum sim_principal_id)between(sim, 0, SIM_PRINCIPALS - 1));
}

/* Where provisions are handed over, allocation's as often as the registry's; where it is about fees, fees'.
 */
static struct node *any_store(struct sim *sim)
{
    static const char *const often[SIM_SCENES] = {"", "allocation", "fees"};
    struct node *node = any_node(sim);
    if (often[sim->scene][0] && sim_random_chance(&sim->random, 40))
        for (unsigned i = 0; i < sim->node_count; i++)
            if (strcmp(sim->nodes[i].name, often[sim->scene]) == 0)
                node = &sim->nodes[i];
    return node;
}

/* A store is copied, or one of which there is a copy is put back; the registry's more often. */
static void restore(struct sim *sim)
{
    struct node *node = any_store(sim);
    bool put = sim_random_chance(&sim->random, 40);
    for (unsigned i = 0; i < 8 && put && !sim->copied[node->world.id].epoch; i++)
        node = any_store(sim);
    if (!node->options.tables)
        return;
    /* A copy is kept for a while, so that much is done after it. */
    bool keeps = sim->copied[node->world.id].epoch && sim_random_chance(&sim->random, 70);
    if (put)
        restore_put(node);
    else if (!node->down && !keeps)
        restore_copy(node);
}

static const struct kind {
    void (*happen)(struct sim *sim);
    unsigned percent; /* of the schedules have it */
    unsigned weight;
} kinds[] = {
    {crash, 70, 6},         {stop, 30, 2},      {partition, 50, 4},     {cut, 60, 6},
    {spoil_disk, 40, 3},    {slow_down, 40, 3}, {change_roster, 30, 3}, {rotate, 40, 4},
    {roster_replay, 25, 2}, {restore, 40, 10},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static bool happens(const struct sim *sim, void (*happen)(struct sim *sim))
{
    for (unsigned i = 0; i < KINDS; i++)
        if (kinds[i].happen == happen)
            return sim->kinds & 1u << i;
    return false;
}

bool disturb_rotates(const struct sim *sim)
{
    return happens(sim, rotate);
}

void disturb_behind(struct node *node)
{
    struct sim *sim = node->world.sim;
    if (!sim->settling && happens(sim, spoil_disk) && sim_random_chance(&sim->random, 10))
        spoil_disk_of(node);
}

/* --- when -------------------------------------------------------------------------------------------- */

/* What a planted fault must have happen before it can show: each schedule has it then. */
static bool shows(enum plant plant, void (*happen)(struct sim *sim))
{
    static const struct {
        enum plant plant;
        void (*happen)(struct sim *sim);
    } shown[] = {
        {PLANT_OLD_ROSTER, change_roster},     {PLANT_OLD_KEY, rotate},       {PLANT_KEEPS_KEY, rotate},
        {PLANT_FORGETS_ROSTER, roster_replay}, {PLANT_FORGED, roster_replay}, {PLANT_OTHER_COPY, restore},
        {PLANT_SAME_EPOCH, restore},           {PLANT_LOST_LIST, restore},    {PLANT_STALE, restore},
        {PLANT_EARLY_ANSWER, crash},           {PLANT_UNTOLD, spoil_disk},
    };
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        if (shown[i].plant == plant && shown[i].happen == happen)
            return true;
    return false;
}

static void draw_next(struct sim *sim)
{
    sim->disturb_us =
        sim->disturb_every_us == 0 ? INT64_MAX : sim->now_us + between(sim, 1000, sim->disturb_every_us);
}

/* Each step waits for the one before it: a task for a placement's end, an offer for the task, its answer. */
static void plan_handing_over(struct sim *sim)
{
    sim->scene = SCENE_HANDING_OVER;
    sim->pace_us = 150 * 1000;
    sim->active_until_us += 5 * SECOND_US;
    sim->orders_max += 200;
}

/* The same; and what becomes of an application takes many steps. */
static void plan_fees(struct sim *sim)
{
    sim->scene = SCENE_FEES;
    sim->pace_us = 60 * 1000;
    sim->active_until_us += 6 * SECOND_US;
    sim->orders_max += 400;
}

static bool shows_in_fees(enum plant plant)
{
    return plant == PLANT_SAME_NUMBER || plant == PLANT_UNREAD || plant == PLANT_UNDECIDED ||
           plant == PLANT_UNCOUNTED || plant == PLANT_UNSETTLED;
}

void disturb_plan(struct sim *sim)
{
    static const int64_t paces_us[] = {15 * 1000, 80 * 1000, 300 * 1000};
    static const unsigned waiting[] = {3, 30, 1000};
    sim->active_until_us = sim->now_us + between(sim, 1 * SECOND_US, 6 * SECOND_US);
    sim->pace_us = paces_us[between(sim, 0, 2)];
    sim->orders_max = (unsigned)between(sim, 40, 400);
    sim->journal_keep =
        sim_random_chance(&sim->random, 50) ? JOURNAL_KEEP_DEFAULT : (unsigned)between(sim, 10, 200);
    sim->fill_permille = sim_random_chance(&sim->random, 85) ? 900 : 100;
    sim->net.waiting_max = waiting[between(sim, 0, 2)];
    sim->net.delay_us_min = between(sim, 20, 500);
    sim->net.delay_us_max =
        sim->net.delay_us_min + between(sim, 0, sim_random_chance(&sim->random, 30) ? 200 * 1000 : 3000);
    sim->net.spike_percent = (unsigned)between(sim, 0, 5);
    /* So few that a new store takes several batches, and writes them behind (common/store/behind.c). */
    sim->feed_batch = sim_random_chance(&sim->random, 40) ? (unsigned)between(sim, 1, 12) : 0;
    sim->heal_us = INT64_MAX;
    for (unsigned i = 0; i < KINDS; i++)
        if (sim_random_chance(&sim->random, kinds[i].percent) || shows(sim->plant, kinds[i].happen))
            sim->kinds |= 1u << i;
    bool hands_over = sim_random_chance(&sim->random, 25), fees = sim_random_chance(&sim->random, 33);
    if (sim->plant == PLANT_HALF || (hands_over && !shows_in_fees(sim->plant)))
        plan_handing_over(sim);
    else if (shows_in_fees(sim->plant) || fees)
        plan_fees(sim);
    sim->disturb_every_us = sim->kinds ? between(sim, 100 * 1000, 2 * SECOND_US) : 0;
    draw_next(sim);
}

static void happen(struct sim *sim)
{
    unsigned total = 0;
    for (unsigned i = 0; i < KINDS; i++)
        total += sim->kinds & 1u << i ? kinds[i].weight : 0;
    int64_t left = between(sim, 1, total);
    for (unsigned i = 0; i < KINDS; i++) {
        left -= sim->kinds & 1u << i ? kinds[i].weight : 0;
        if (left <= 0) {
            sim_trace(sim, 0, "disturbance", i, span_of(NULL, 0));
            kinds[i].happen(sim);
            return;
        }
    }
}

void disturb(struct sim *sim)
{
    if (sim->now_us >= sim->heal_us) {
        net_heal(sim);
        sim->heal_us = INT64_MAX;
    }
    roster_advance(sim);
    if (sim->now_us < sim->disturb_us)
        return;
    happen(sim);
    draw_next(sim);
}

int64_t disturb_next_us(const struct sim *sim)
{
    int64_t next = sim->heal_us < sim->disturb_us ? sim->heal_us : sim->disturb_us;
    return roster_next_us(sim) < next ? roster_next_us(sim) : next;
}

void disturb_stop(struct sim *sim)
{
    sim->settling = true;
    sim->disturb_us = sim->heal_us = INT64_MAX;
    net_heal(sim);
    for (unsigned i = 0; i < sim->node_count; i++) {
        struct node *node = &sim->nodes[i];
        node->world.doom = 0;
        node->world.disk_until_us = node->lag_until_us = 0;
        if (node->stranger && !node->down)
            node_end(node, false);
        if (node->stranger)
            node->restart_us = INT64_MAX;
    }
    roster_settle(sim);
}

/* A program's life: started from its store, ended in the middle of something or orderly.
 *
 * In: a node that was prepared. Out: a running program. What an ended one committed is in its store; nothing
 * else of it is left. */

#include "tests/sim/programs.h"
#include "tests/sim/roster.h"

#include "common/service/region.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

/* Programs of a simulation write no log. */
static const struct log no_log = {.service = "sim", .descriptor = -1, .least = LOG_ERROR};

bool node_start(struct node *node)
{
    struct sim *sim = node->world.sim;
    struct fault fault = {0};
    unsigned disk = node->world.disk_refuses;
    int64_t until_us = node->world.disk_until_us;
    sim_world_init(&node->world, sim, node, node->world.id);
    node->world.disk_refuses = disk;
    node->world.disk_until_us = until_us;
    node->world.disk_code = CODE_INTERNAL;
    node->started_us = node->busy_until_us = sim->now_us;
    node->turn_us = 0;
    node->world.wake = true;
    node->region = sim_region_open(sim, node->principal, node->stranger);
    node->options.log = &no_log;
    enum code code = service_create(&node->world.base, node->region, &node->options, &node->service, &fault);
    sim_trace(sim, node->world.id, "starts", code, span_of(NULL, 0));
    if (code == CODE_OK) {
        node->down = false;
        roster_check(node);
        return true;
    }
    region_destroy(node->region);
    node->region = NULL;
    node->service = NULL;
    snprintf(node->fault, sizeof node->fault, "%s", fault.reason);
    return false;
}

void node_end(struct node *node, bool orderly)
{
    struct sim *sim = node->world.sim;
    sim_trace(sim, node->world.id, orderly ? "stops" : "ends", 0, span_of(NULL, 0));
    sim_count(sim, orderly ? SIM_STOPS : SIM_CRASHES);
    node->world.dead = !orderly;
    if (orderly)
        service_stop(node->service);
    else if (node->options.stop) /* what the program holds besides its store goes with it */
        node->options.stop(node->service);
    roster_leave(node);
    service_destroy(node->service);
    region_destroy(node->region);
    node->service = NULL;
    node->region = NULL;
    node->down = true;
}

/* The simulated world of one program: virtual clocks, seeded randomness, a disk that refuses, slow work that
 * is done at a later instant, and the death of the program in the middle of whatever it does.
 *
 * In: calls of struct world_ops. Out: what the seed says. A program that has crashed lives on to the end of
 * its turn as a ghost: nothing it sends leaves, nothing it writes is committed. Links are net.c's. */

#include "tests/sim/disturb.h"
#include "tests/sim/libraries.h"
#include "tests/sim/programs.h"

#include <stdlib.h>

bool sim_world_is_dead(struct sim_world *world)
{
    if (world->sim->quiet || world->dead || world->doom == 0 || --world->doom > 0)
        return world->dead;
    sim_trace(world->sim, world->id, "dies", 0, span_of(NULL, 0));
    sim_count(world->sim, SIM_CRASHES_IN_TURN);
    return world->dead = true;
}

static int64_t wall_ms(struct world *base)
{
    const struct sim_world *world = sim_world_of(base);
    return sim_wall_ms + world->sim->now_us / 1000 + world->wall_skew_ms;
}

static int64_t mono_us(struct world *base)
{
    return sim_world_of(base)->sim->now_us;
}

static void draw(struct world *base, void *ret_bytes, size_t size)
{
    sim_random_bytes(&sim_world_of(base)->sim->random, ret_bytes, size);
}

static enum code disk(struct world *base, enum disk_step step, const char *path)
{
    struct sim_world *world = sim_world_of(base);
    struct sim *sim = world->sim;
    (void)path;
    if (sim->quiet)
        return CODE_OK;
    bool behind = step == DISK_WRITE && sim->behind_seen != libraries_behind;
    sim->behind_seen = libraries_behind;
    if (sim_world_is_dead(world))
        return CODE_UNAVAILABLE;
    if (sim->plant == PLANT_EARLY_ANSWER && step == DISK_COMMIT && world->node == sim->registry)
        plant_remember(sim);
    if (behind)
        disturb_behind(world->node);
    if (sim->now_us >= world->disk_until_us || !(world->disk_refuses & 1u << step))
        return CODE_OK;
    sim_trace(sim, world->id, "disk-refuses", step, span_of(NULL, 0));
    sim_count(sim, SIM_DISK_REFUSALS);
    if (step == DISK_SETTLE)
        sim_count(sim, SIM_SETTLES_REFUSED);
    return world->disk_code;
}

/* Nobody sleeps here, but a program that ends waits for its slow work: that is done at once then. */
static void wait_until(struct world *base, int64_t until_us)
{
    (void)until_us;
    sim_world_of(base)->jobs_due_us = 0;
}

static void wake(struct world *base)
{
    sim_world_of(base)->wake = true;
}

static enum code job_submit(struct world *base, enum job_pool pool, struct job *job)
{
    struct sim_world *world = sim_world_of(base);
    struct job **end = &world->jobs;
    (void)pool;
    while (*end)
        end = &(*end)->next;
    job->next = NULL;
    *end = job;
    if (world->jobs == job)
        world->jobs_due_us = world->sim->now_us + sim_random_between(&world->sim->random, 1000, 300 * 1000);
    sim_count(world->sim, SIM_SLOW_JOBS);
    return CODE_OK;
}

static bool jobs_finish(struct world *base)
{
    struct sim_world *world = sim_world_of(base);
    bool any = false;
    while (world->jobs && world->sim->now_us >= world->jobs_due_us) {
        struct job *job = world->jobs;
        world->jobs = job->next;
        if (job->run)
            job->run(job);
        job->done(job);
        any = true;
    }
    return any;
}

static unsigned job_threads(const struct world *base, enum job_pool pool)
{
    (void)base, (void)pool;
    return 2;
}

static void destroy(struct world *base)
{
    (void)base; /* part of its node */
}

static const struct world_ops ops = {
    .wall_ms = wall_ms,
    .mono_us = mono_us,
    .random = draw,
    .disk = disk,
    .listen = net_listen,
    .dial = net_dial,
    .receive = net_receive,
    .send = net_send,
    .drop_peer = net_drop_peer,
    .state = net_state,
    .endpoint = net_endpoint,
    .rekey = net_rekey,
    .close = net_close,
    .wait = wait_until,
    .wake = wake,
    .job_submit = job_submit,
    .jobs_finish = jobs_finish,
    .job_threads = job_threads,
    .destroy = destroy,
};

void sim_world_init(struct sim_world *world, struct sim *sim, struct node *node, unsigned id)
{
    int64_t skew_ms = world->wall_skew_ms;
    *world = (struct sim_world){
        .base = {.ops = &ops}, .sim = sim, .node = node, .id = id, .wall_skew_ms = skew_ms};
}

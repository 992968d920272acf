/* Stores that are copied while their program runs, and put back.
 *
 * In: a program. Out: its store as it was, in a new epoch, and the promises and facts that go with it. The
 * files and what is done to them are those of `ccrag restore`: the list of destroyed keys stays beside the
 * store. */

#include "tests/sim/restore.h"

#include "tests/sim/facts.h"
#include "tests/sim/programs.h"
#include "tests/sim/parts.h"
#include "tests/sim/promises.h"
#include "tests/sim/region.h"

#include "common/service/stores.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 200 };

static void path_of(const struct node *node, const char *suffix, char ret_path[PATH_BYTES])
{
    const char *name = node->options.instance ? node->options.instance : node->principal;
    snprintf(ret_path, PATH_BYTES, "%s/store/%s%s", node->world.sim->region->directory, name, suffix);
}

static void must(enum code code, const struct fault *fault)
{
    if (code == CODE_OK)
        return;
    fprintf(stderr, "sim: a store cannot be restored: %s\n", fault->reason);
    abort();
}

void restore_copy(struct node *node)
{
    struct sim *sim = node->world.sim;
    struct store *store = service_store(node->service);
    struct position *copied = &sim->copied[node->world.id];
    struct fault fault = {0};
    char copy[PATH_BYTES];
    bool quiet = sim->quiet, keeps_older = sim->plant == PLANT_OTHER_COPY && copied->epoch;
    path_of(node, ".copy", copy);
    sim_count(sim, SIM_COPIES_MADE);
    *copied = store_position(store);
    sim->quiet = true;
    if (!keeps_older) {
        store_remove(copy);
        must(store_settle(store), &fault);
        must(store_copy(store, copy, &fault), &fault);
    }
    sim->quiet = quiet;
    if (node != sim->registry)
        return;
    facts_read(sim);
    promises_copied(sim->promises);
}

/* The copy, made fit to take the store's place, in a folder of its own; its epoch from then on. */
static uint64_t make_fit(struct node *node, const char *place, const char *copy, const char *fit)
{
    struct sim *sim = node->world.sim;
    struct world *world = &node->world.base;
    struct region *region = sim_region_open(sim, node->principal, false);
    struct fault fault = {0};
    struct store_options options;
    struct store_facts replaced, facts;
    uint64_t missing;
    char from[PATH_BYTES + 16], to[PATH_BYTES + 16];
    snprintf(from, sizeof from, "%s/data.mdb", copy);
    snprintf(to, sizeof to, "%s/data.mdb", fit);
    must(stores_options(region, node->principal, &options, &fault), &fault);
    must(stores_look(world, &options, place, &replaced, &fault), &fault);
    if (mkdir(fit, 0700) != 0)
        abort();
    sim_region_copy_file(from, to);
    const struct restoring restoring = {
        .directory = fit, .replaced = &replaced, .by = "", .now_ms = world_wall_ms(world)};
    if (sim->plant != PLANT_SAME_EPOCH)
        must(stores_make_fit(world, &options, &restoring, &missing, &fault), &fault);
    must(stores_look(world, &options, fit, &facts, &fault), &fault);
    region_destroy(region);
    return facts.position.epoch;
}

/* One that clients give commands to loses what it told them. */
static void restored_other(struct node *node, uint64_t epoch)
{
    struct sim *sim = node->world.sim;
    for (const struct part *const *part = sim_parts; *part; part++)
        if ((*part)->orders && (*part)->tables && strcmp((*part)->service, node->principal) == 0) {
            promises_restored_other(sim, *part, epoch);
            sim_count(sim, SIM_RESTORES_SERVING);
        }
}

void restore_put(struct node *node)
{
    struct sim *sim = node->world.sim;
    char place[PATH_BYTES], copy[PATH_BYTES], fit[PATH_BYTES], list[PATH_BYTES];
    struct position copied = sim->copied[node->world.id];
    bool quiet = sim->quiet;
    if (!copied.epoch)
        return;
    if (!node->down)
        node_end(node, sim_random_chance(&sim->random, 50));
    path_of(node, "", place);
    path_of(node, ".copy", copy);
    path_of(node, ".restoring", fit);
    path_of(node, ".erased", list);
    sim->quiet = true;
    uint64_t epoch = make_fit(node, place, copy, fit);
    sim->quiet = quiet;
    store_remove(place);
    if (rename(fit, place) != 0)
        abort();
    if (sim->plant == PLANT_LOST_LIST)
        unlink(list);
    sim_trace(sim, node->world.id, "is restored", epoch, span_of(NULL, 0));
    sim_count(sim, node == sim->registry ? SIM_RESTORES : SIM_RESTORES_OTHER);
    node->restart_us = sim->now_us + sim_random_between(&sim->random, 1000, 2000 * 1000);
    if (node != sim->registry) {
        restored_other(node, epoch);
        return;
    }
    promises_restored(sim, copied, epoch);
    facts_restored(sim, copied, epoch);
}

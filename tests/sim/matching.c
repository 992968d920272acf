/* Matching as a program of the simulation: the real handlers, tables and index.
 *
 * The planted faults stand before its `apply`: a vacancy that ends does not come through, or a change of a
 * provision to one worker alone. */

#include "tests/sim/parts.h"
#include "tests/sim/programs.h"

#include "common/wire/wire.h"
#include "services/matching/follow.h"
#include "services/matching/matching.h"
#include "services/matching/records.h"

#include "ccrag/v1/handlers.h"

#include <assert.h>
#include <stdlib.h>

struct matching_program {
    struct matching matching; /* first: handlers know it as the context */
    struct follow follows[3]; /* of the registry and monitoring */
    uint64_t epoch;           /* of PLANT_STALE: the first that was shown */
};

static const Pb__MatchingService_Service searching = PB__MATCHING_SERVICE__INIT(on_);
static const Pb__DispatchService_Service dispatching = PB__DISPATCH_SERVICE__INIT(on_);
static const struct api apis[] = {
    {.descriptor = &pb__matching_service__descriptor, .handlers = &searching.base, .while_partial = true},
    {.descriptor = &pb__dispatch_service__descriptor, .handlers = &dispatching.base, .while_partial = true},
    {.descriptor = NULL},
};
static const struct api nothing[] = {{.descriptor = NULL}};

static const struct timer timers[] = {
    MATCHING_TIMER,
    {.name = NULL},
};

static enum code pass_over_ends(struct command *command, const Pb__JournalEntry *entry)
{
    ProtobufCMessage *record;
    bool vacancy = entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT &&
                   strcmp(entry->record_type, pb__vacancy__descriptor.name) == 0;
    if (vacancy &&
        wire_unpack(&pb__vacancy__descriptor, span_of(entry->content.data, entry->content.len),
                    command->arena, &record, NULL) == CODE_OK &&
        ((Pb__Vacancy *)record)->n_free == 0)
        return CODE_OK;
    return matching_follows[0].apply(command, entry);
}

static enum code pass_over_changes(struct command *command, const Pb__JournalEntry *entry)
{
    if (entry->version > 1 && strcmp(entry->record_type, pb__provision__descriptor.name) == 0)
        return CODE_OK;
    return matching_follows[0].apply(command, entry);
}

static void show_first_epoch(struct service *service, void *context)
{
    struct matching_program *program = context;
    uint64_t epoch = service_cursor(service, matching_sources[SOURCE_REGISTRY]).position.epoch;
    if (program->epoch == 0)
        program->epoch = epoch;
    if (program->epoch == epoch)
        matching_follows[0].applied(service, context);
}

/* Without an instance's name: the dispatcher, which may work too; with one: a worker by itself. */
static void prepare(struct node *node, bool works, const char *instance)
{
    bool dispatches = instance == NULL;
    struct matching_program *program = calloc(1, sizeof *program);
    assert(program);
    program->matching =
        (struct matching){.works = works, .dispatches = dispatches, .instance = dispatches ? "1" : instance};
    program->follows[0] = matching_follows[0];
    program->follows[1] = matching_follows[1];
    if (node->world.sim->plant == PLANT_OLD_INDEX)
        program->follows[0].apply = pass_over_ends;
    if (node->world.sim->plant == PLANT_DIFFERS && !dispatches && strcmp(instance, "worker-1") == 0)
        program->follows[0].apply = pass_over_changes;
    if (node->world.sim->plant == PLANT_STALE && !dispatches && strcmp(instance, "worker-2") == 0)
        program->follows[0].applied = show_first_epoch;
    node->context = program;
    node->searches = works;
    node->options = (struct service_options){
        .name = node->principal,
        .instance = instance,
        .apis = dispatches ? apis : nothing,
        .tables = works ? matching_tables : NULL,
        .follows = works ? program->follows : NULL,
        .timers = timers,
        .schema = 1,
        .context = program,
        .start = matching_start,
        .stop = matching_stop,
        .count = matching_count,
        .is_demonstration = matching_is_demonstration,
    };
}

static void build(struct sim *sim)
{
    prepare(sim_add_node(sim, "matching", "matching"), sim_random_chance(&sim->random, 60), NULL);
    prepare(sim_add_node(sim, "worker-1", "worker-pool"), true, "worker-1");
    prepare(sim_add_node(sim, "worker-2", "worker-pool"), true, "worker-2");
}

/* What it answers is held against the registry's journal as it comes (facts.c). */
const struct part matching_part = {.service = "matching", .build = build};

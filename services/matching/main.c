/* ccrag-matching: finds places for children.
 *
 * One program, by default everything in one process: it follows the registry into a store and an index,
 * searches with a thread for each core, and dispatches to itself and to whatever other workers offer
 * themselves. With --worker it is one of those, with --dispatcher it only hands searches out. */

#include "services/matching/follow.h"
#include "services/matching/matching.h"
#include "services/matching/records.h"

#include "ccrag/v1/handlers.h"

#include <argp.h>
#include <stdio.h>

static const Pb__MatchingService_Service matching_api = PB__MATCHING_SERVICE__INIT(on_);
static const Pb__DispatchService_Service dispatch_api = PB__DISPATCH_SERVICE__INIT(on_);

/* Answered while this process still reads its first facts: another worker may be further. */
static const struct api dispatching[] = {
    {.descriptor = &pb__matching_service__descriptor, .handlers = &matching_api.base, .while_partial = true},
    {.descriptor = &pb__dispatch_service__descriptor, .handlers = &dispatch_api.base, .while_partial = true},
    {.descriptor = NULL},
};
static const struct api nothing[] = {{.descriptor = NULL}};

static const struct timer timers[] = {
    MATCHING_TIMER,
    {.name = NULL},
};

/* A store of before there were LAs in it: the registry is read again from the beginning. */
static enum code read_registry_again(struct store_txn *txn, uint32_t from)
{
    const struct cursor nothing_read = {0};
    (void)from;
    return cursor_put(txn, matching_sources[SOURCE_REGISTRY], &nothing_read);
}

static const store_migration migrations[] = {read_registry_again};

static struct service_options matching_options(void *context)
{
    return (struct service_options){
        .name = "matching",
        .apis = dispatching,
        .tables = matching_tables,
        .follows = matching_follows,
        .timers = timers,
        .schema = 2,
        .migrations = migrations,
        .context = context,
        .start = matching_start,
        .stop = matching_stop,
        .count = matching_count,
        .is_demonstration = matching_is_demonstration,
    };
}

/* What arguments may change. */
struct program {
    struct matching matching; /* first: the context of the service */
    struct service_options options;
    char instance[WORKER_INSTANCE_MAX + 8]; /* `worker-east-1`: names its store and pid file */
    bool worker, dispatcher;
};

enum { KEY_WORKER = 2000, KEY_DISPATCHER, KEY_INSTANCE };

static const struct argp_option argument_table[] = {
    {"worker", KEY_WORKER, NULL, 0,
     "Only search, for a dispatcher elsewhere, as one of the roster's worker-pool", 0},
    {"instance", KEY_INSTANCE, "NAME", 0, "With --worker: its name in the pool (default: 1)", 0},
    {"dispatcher", KEY_DISPATCHER, NULL, 0, "Only hand searches out to workers", 0},
    {0}};

static bool is_instance(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= WORKER_INSTANCE_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static void be_worker(struct program *program)
{
    snprintf(program->instance, sizeof program->instance, "worker-%s", program->matching.instance);
    program->matching.dispatches = false;
    program->options.name = "worker-pool";
    program->options.instance = program->instance;
    program->options.apis = nothing;
}

static void be_dispatcher(struct program *program)
{
    program->matching.works = false;
    program->options.tables = NULL;
    program->options.follows = NULL;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct program *program = state->input;
    switch (key) {
    case KEY_WORKER:
        program->worker = true;
        return 0;
    case KEY_DISPATCHER:
        program->dispatcher = true;
        return 0;
    case KEY_INSTANCE:
        if (!is_instance(value))
            argp_error(state, "--instance takes 1 to %d lower-case letters, digits and dashes",
                       WORKER_INSTANCE_MAX);
        program->matching.instance = value;
        return 0;
    case ARGP_KEY_END:
        if (program->worker && program->dispatcher)
            argp_error(state, "it is one of --worker and --dispatcher, or without either both");
        if (program->worker)
            be_worker(program);
        if (program->dispatcher)
            be_dispatcher(program);
        return 0;
    default: /* a key of argp's own */
        return ARGP_ERR_UNKNOWN;
    }
}

int main(int argc, char **argv)
{
    static const struct argp arguments = {.options = argument_table, .parser = parse};
    static struct program program = {
        .matching = {.works = true, .dispatches = true, .instance = "1"},
    };
    program.options = matching_options(&program);
    program.options.arguments = &arguments;
    return service_main(argc, argv, &program.options);
}

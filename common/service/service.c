/* The life of a service: made, turned, stopped. One turn takes what has come, runs commands in one group and
 * reads in one transaction, lets feeds, clients, timers and housekeeping have their share, and returns; it
 * never sleeps.
 *
 * In: a world, a region, what the program says of itself. Out: a service that serves. What happens in a turn
 * is each in a file of its own; this one only says in which order. */

#include "common/service/internal.h"
#include "common/service/stores.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t log_now(void *world)
{
    return world_wall_ms(world);
}

static enum code open_store(struct service *service, struct fault *ret_fault)
{
    if (!service->options.tables)
        return CODE_OK;
    char directory[PATH_MAX], erased[PATH_MAX + 8];
    snprintf(directory, sizeof directory, "%s/store/%s", region_directory(service->region),
             service->options.instance ? service->options.instance : service->options.name);
    snprintf(erased, sizeof erased, "%s.erased", directory);
    struct store_options options;
    enum code code = stores_options(service->region, service->options.name, &options, ret_fault);
    if (code != CODE_OK)
        return code;
    options.directory = directory;
    options.erased_path = erased;
    options.tables = service->options.tables;
    options.schema = service->options.schema ? service->options.schema : 1;
    options.migrations = service->options.migrations;
    return store_open(service->world, &options, &service->store, ret_fault);
}

static enum code open_link(struct service *service, struct fault *ret_fault)
{
    struct listen_options options = {
        .endpoint = region_listen_endpoint(service->region, service->options.name, &service->turn_arena),
        .pair = service->pair,
        .admit = roster_admits,
        .context = service,
    };
    /* A program without an endpoint only follows and calls. */
    enum code code =
        options.endpoint ? world_listen(service->world, &options, &service->link, ret_fault) : CODE_OK;
    arena_reset(&service->turn_arena);
    return code;
}

static enum code open_all(struct service *service, struct fault *ret_fault)
{
    enum code code = dispatch_create(service, ret_fault);
    if (code == CODE_OK)
        code = open_store(service, ret_fault);
    if (code == CODE_OK)
        code = roster_open(service, ret_fault);
    if (code == CODE_OK && service->options.start)
        code = service->options.start(service, ret_fault);
    if (code == CODE_OK)
        code = feed_create(service, ret_fault);
    if (code == CODE_OK)
        code = follows_create(service, ret_fault);
    if (code == CODE_OK)
        code = timers_create(service, ret_fault);
    return code == CODE_OK ? open_link(service, ret_fault) : code;
}

enum code service_create(struct world *world, const struct region *region,
                         const struct service_options *options, struct service **ret_service,
                         struct fault *ret_fault)
{
    struct service *service = calloc(1, sizeof *service);
    if (!service)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    service->world = world;
    service->region = region;
    service->pair = *region_pair(region);
    service->options = *options;
    service->open_due_us = INT64_MAX;
    service->started_us = world_mono_us(world);
    service->log =
        options->log
            ? *options->log
            : (struct log){.service = options->name,
                           .descriptor = 2,
                           .least = config_flag(region_config(region), "log.debug") ? LOG_DEBUG : LOG_INFO,
                           .json = config_flag(region_config(region), "log.json"),
                           .now_ms = log_now,
                           .clock = world};
    arena_init(&service->turn_arena, FRAME_BYTES_MAX);
    service->peers = malloc(PEERS_SEEN * sizeof *service->peers);
    service->claims = calloc(1, sizeof *service->claims);
    enum code code = service->peers && service->claims
                         ? open_all(service, ret_fault)
                         : fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    if (code != CODE_OK) {
        service_destroy(service);
        return code;
    }
    log_event(&service->log, LOG_INFO, "started", "release", CCRAG_VERSION, "endpoint",
              service_endpoint(service), "roster", LOG_NUMBER((int64_t)roster_serial(service->roster)), NULL);
    *ret_service = service;
    return CODE_OK;
}

/* Said once each time it changes. */
static void announce_ready(struct service *service)
{
    char reason[FAULT_REASON_BYTES] = "";
    bool ready = service_is_ready(service, reason, sizeof reason);
    if (ready == service->was_ready)
        return;
    service->was_ready = ready;
    if (ready)
        log_event(&service->log, LOG_INFO, "ready", NULL);
    else
        log_event(&service->log, LOG_WARNING, "not-ready", "reason", reason, NULL);
}

/* LMDB commits what groups have left to it, when nothing else has come for a moment. */
static bool settle(struct service *service)
{
    if (!service->store || !store_owes(service->store) ||
        world_mono_us(service->world) < service->settle_due_us)
        return false;
    service->settle_due_us = world_mono_us(service->world) + SETTLE_AGAIN_US;
    return store_settle(service->store) == CODE_OK; /* if not, whoever comes next is told */
}

bool service_turn(struct service *service)
{
    bool did = world_jobs_finish(service->world);
    if (service->link)
        did |= intake(service);
    did |= group_run(service);
    did |= reads_run(service);
    if (service->source)
        did |= feed_source_turn(service->source);
    did |= clients_turn(service);
    did |= follows_turn(service);
    did |= timers_run(service);
    did |= sweep_run(service);
    did |= roster_watch(service);
    did |= settle(service);
    later_expire(service);
    announce_ready(service);
    return did;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t service_next_us(const struct service *service)
{
    int64_t now = world_mono_us(service->world);
    if (service->reads.waiting || service->done_first)
        return now;
    int64_t next = sooner(service->roster_due_us, service->open_due_us);
    if (service->commands.waiting) /* held, or not */
        next = sooner(next, service->pace.expected ? service->pace.hold_us : now);
    if (service->store && store_owes(service->store))
        next = sooner(next, service->settle_due_us);
    next = sooner(next, sooner(timers_next_us(service), sweep_next_us(service)));
    next = sooner(next, sooner(clients_next_us(service), follows_next_us(service)));
    return service->source ? sooner(next, feed_source_next_us(service->source)) : next;
}

void service_stop(struct service *service)
{
    service->stopping = true;
    if (service->link)
        intake(service); /* what has come too late is told so */
    if (service->source)
        feed_source_stop(service->source);
    jobs_await(service);
    while (group_run(service) | reads_run(service)) {
        jobs_await(service); /* a command may have gone to the pool */
    }
    later_end_all(service);
    if (service->options.stop)
        service->options.stop(service);
    log_event(&service->log, LOG_INFO, "stopped", NULL);
}

static void drop_queue(struct service *service, struct queue *queue)
{
    for (struct request *request; (request = queue_pop(queue)) != NULL;)
        request_release(service, request);
}

static void drop_requests(struct service *service)
{
    drop_queue(service, &service->commands);
    drop_queue(service, &service->reads);
    for (size_t i = 0; i < OPEN_BUCKETS; i++)
        while (service->open[i]) {
            struct request *request = service->open[i];
            later_close(service, request);
            request_release(service, request);
        }
    for (struct request *request; (request = service->done_first) != NULL;) {
        service->done_first = request->next;
        once_drop(service, request);
        request_release(service, request);
    }
    for (struct request *request; (request = service->unused) != NULL;) {
        service->unused = request->next;
        arena_finish(&request->arena);
        free(request);
    }
}

void service_destroy(struct service *service)
{
    if (!service)
        return;
    jobs_await(service);
    drop_requests(service);
    follows_destroy(service);
    clients_destroy(service);
    feed_source_destroy(service->source);
    link_close(service->link);
    store_close(service->store);
    roster_destroy(service->roster);
    free(service->served);
    free(service->peers);
    free(service->claims);
    form_cache_finish(&service->form_cache);
    arena_finish(&service->turn_arena);
    curve_pair_wipe(&service->pair);
    free(service);
}

struct world *service_world(const struct service *service)
{
    return service->world;
}

unsigned service_waiting(const struct service *service)
{
    return service->commands.waiting + service->reads.waiting;
}

struct store *service_store(const struct service *service)
{
    return service->store;
}

void *service_context(const struct service *service)
{
    return service->options.context;
}

const struct region *service_region(const struct service *service)
{
    return service->region;
}

const struct roster *service_roster(const struct service *service)
{
    return service->roster;
}

const struct log *service_log(const struct service *service)
{
    return &service->log;
}

const char *service_endpoint(const struct service *service)
{
    return service->link ? link_endpoint(service->link) : "";
}

Pb__SignedClaim *service_sign_claim(struct service *service, const Pb__Claim *claim, struct arena *arena)
{
    const uint8_t *key = region_secret_signing_key(service->region);
    Pb__Claim own = *claim;
    own.issuer = service->self.name;
    return key ? claim_sign(&own, key, arena) : NULL;
}

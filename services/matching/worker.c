/* The searches of a worker. In: a request. Out: a packed answer, from a root that is held meanwhile, with the
 * position and the age of its facts (rule X4). Checking and finding the home happen on the loop; scanning,
 * marking and packing on a thread of the pool. */

#include "services/matching/worker.h"

#include "common/wire/wire.h"
#include "services/matching/postcodes.h"
#include "services/matching/records.h"

#include <stddef.h>
#include <stdlib.h>

enum { PUBLISH_EVERY_MS = 200 }; /* at least between two roots, while monitoring is first read */

struct worker_job {
    struct job job;
    struct worker *worker;
    struct worker_job *next; /* among the unused */
    struct arena arena;
    const struct matching_root *root;
    struct search search;
    struct positions positions;
    int64_t facts_age_ms;
    uint64_t number;
    worker_done done;
    void *context;
    enum code code;
    struct span packed;
};

/* --- its life ----------------------------------------------------------------------------------------- */

enum code worker_init(struct worker *worker, struct service *service, struct fault *ret_fault)
{
    *worker = (struct worker){.service = service};
    ahead_init(worker);
    enum code code = index_create(&worker->index);
    if (code == CODE_OK)
        code = worker_read_store(worker, matching_tables);
    if (code == CODE_OK)
        code = postcodes_load(worker);
    if (code == CODE_OK)
        return CODE_OK;
    worker_finish(worker);
    return fault_set(ret_fault, code, "", "the index cannot be made from the store");
}

static void free_job(struct worker_job *job)
{
    arena_finish(&job->arena);
    free(job);
}

void worker_finish(struct worker *worker)
{
    if (!worker->index)
        return;
    struct world *world = service_world(worker->service);
    while (worker->busy) {
        world_jobs_finish(world);
        if (worker->busy)
            world_wait(world, world_mono_us(world) + 100 * 1000);
    }
    while (worker->unused) {
        struct worker_job *job = worker->unused;
        worker->unused = job->next;
        free_job(job);
    }
    index_destroy(worker->index);
    ahead_finish(worker);
    members_forget(&worker->members);
    free(worker->postcodes.bytes);
    *worker = (struct worker){0};
}

static bool is_heard(const struct cursor *cursor)
{
    return cursor->position.epoch != 0;
}

/* A band is copied to be published, and each batch touches nearly every band. While the registry is read for
 * the first time nothing is published, as nothing is answered; while monitoring is, now and then, the longer
 * it takes the less often. */
enum code worker_publish(struct worker *worker)
{
    struct world *world = service_world(worker->service);
    struct cursor cursors[SOURCE_COUNT];
    int64_t now = world_mono_us(world);
    for (unsigned source = 0; source < SOURCE_COUNT; source++)
        cursors[source] = service_cursor(worker->service, matching_sources[source]);
    worker->unpublished = true;
    if (cursor_is_partial(&cursors[SOURCE_REGISTRY]))
        return CODE_OK;
    const struct cursor *quality = &cursors[SOURCE_MONITORING];
    bool shown = !cursor_is_partial(&worker->cursors[SOURCE_REGISTRY]) &&
                 worker->cursors[SOURCE_REGISTRY].position.epoch == cursors[SOURCE_REGISTRY].position.epoch;
    if (shown && is_heard(quality) && cursor_is_partial(quality) && now < worker->publish_us)
        return CODE_OK;
    for (unsigned source = 0; source < SOURCE_COUNT; source++)
        if (!ahead_take_back(worker, (enum matching_source)source))
            return CODE_OK;
    if (cursor_is_partial(&cursors[SOURCE_MONITORING]))
        cursors[SOURCE_MONITORING] = (struct cursor){0};
    index_know_concerns(worker->index, is_heard(&cursors[SOURCE_MONITORING]));
    enum code code = index_publish(worker->index);
    if (code != CODE_OK)
        return code;
    int64_t ended = world_mono_us(world);
    worker->publish_us = ended + PUBLISH_EVERY_MS * INT64_C(1000) + 9 * (ended - now);
    memcpy(worker->cursors, cursors, sizeof cursors);
    worker->unpublished = false;
    return CODE_OK;
}

bool worker_is_ready(const struct worker *worker)
{
    return worker->index && service_follows_whole(worker->service, matching_sources[SOURCE_REGISTRY]) &&
           !cursor_is_partial(&worker->cursors[SOURCE_REGISTRY]) &&
           (worker->postcodes.bytes || !worker->postcodes.wanted);
}

/* --- a search ---------------------------------------------------------------------------------------- */

static unsigned credit_of(const struct worker *worker)
{
    unsigned threads = world_job_threads(service_world(worker->service), JOB_POOL_SEARCH);
    return (threads ? threads : 1) * WORKER_CREDIT_PER_THREAD;
}

struct positions worker_positions(const struct worker *worker)
{
    struct positions positions = {0};
    for (unsigned source = 0; source < SOURCE_COUNT; source++)
        positions.of[source] = worker->cursors[source].position;
    return positions;
}

/* Of the source that was read longest ago, of those that are known. */
static int64_t facts_age_ms(const struct worker *worker)
{
    int64_t oldest_ms = 0, now_ms = world_wall_ms(service_world(worker->service));
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        int64_t age_ms = now_ms - service_cursor(worker->service, matching_sources[source]).read_at_ms;
        if (is_heard(&worker->cursors[source]) && age_ms > oldest_ms)
            oldest_ms = age_ms;
    }
    return oldest_ms;
}

static const char too_large[] = "the answer is too large; ask for fewer results";

/* Whose facts they are, and how old. */
static enum code sign(const struct positions *positions, int64_t age_ms, struct arena *arena,
                      Pb__SearchResponse *response)
{
    response->facts_age_ms = age_ms;
    response->positions = positions_name(positions, arena, &response->n_positions);
    return response->positions ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

enum code worker_search_brief(struct worker *worker, const char *authority, struct search *search,
                              uint64_t rows_most, struct arena *arena, Pb__SearchResponse *ret_response,
                              struct fault *ret_fault)
{
    if (!worker_is_ready(worker))
        return CODE_UNAVAILABLE;
    enum code code = members_check(&worker->members, service_store(worker->service), authority, ret_fault);
    if (code == CODE_OK)
        code = search_locate(&worker->postcodes.table, search, ret_fault);
    if (code != CODE_OK)
        return code;
    /* Released before the answer is packed: only the loop publishes, so until it does nothing is freed. */
    const struct matching_root *root = root_acquire(worker->index);
    code = root_search_brief(root, search, rows_most, arena, ret_response);
    root_release(worker->index, root);
    const struct positions positions = worker_positions(worker);
    if (code == CODE_OK)
        code = sign(&positions, facts_age_ms(worker), arena, ret_response);
    if (code != CODE_OK && code != CODE_UNAVAILABLE)
        fault_set(ret_fault, code, "", "%s", too_large);
    worker->answered += code == CODE_OK;
    return code;
}

/* On a thread of the pool. */
static void run(struct job *base)
{
    struct worker_job *job = (struct worker_job *)(void *)base;
    Pb__SearchResponse response;
    pb__search_response__init(&response);
    job->code = root_search(job->root, &job->search, &job->arena, &response);
    if (job->code == CODE_OK)
        job->code = sign(&job->positions, job->facts_age_ms, &job->arena, &response);
    if (job->code != CODE_OK)
        return;
    job->packed = wire_pack(&response.base, &job->arena);
    if (job->arena.exhausted)
        job->code = CODE_RESOURCE_EXHAUSTED;
}

/* On the loop. */
static void finished(struct job *base)
{
    struct worker_job *job = (struct worker_job *)(void *)base;
    struct worker *worker = job->worker;
    struct fault fault = {0};
    root_release(worker->index, job->root);
    worker->busy--;
    worker->answered++;
    if (job->code != CODE_OK)
        fault_set(&fault, job->code, "", "%s", too_large);
    job->done(job->context, job->number, job->code, &fault, job->packed);
    arena_reset(&job->arena);
    job->next = worker->unused;
    worker->unused = job;
}

static struct worker_job *take_job(struct worker *worker)
{
    struct worker_job *job = worker->unused;
    if (job) {
        worker->unused = job->next;
    } else {
        job = calloc(1, sizeof *job);
        if (!job)
            return NULL;
        arena_init(&job->arena, SEARCH_ARENA_BYTES);
    }
    job->job = (struct job){.run = run, .done = finished};
    job->worker = worker;
    job->packed = (struct span){0};
    return job;
}

static enum code submit(struct worker *worker, struct worker_job *job)
{
    struct world *world = service_world(worker->service);
    job->positions = worker_positions(worker);
    job->facts_age_ms = facts_age_ms(worker);
    job->root = root_acquire(worker->index);
    enum code code = world_job_submit(world, JOB_POOL_SEARCH, &job->job);
    if (code == CODE_OK) {
        worker->busy++;
        return CODE_OK;
    }
    root_release(worker->index, job->root);
    job->next = worker->unused;
    worker->unused = job;
    return code;
}

/* What a dispatcher knows of a worker may be from before it began anew. */
static bool has_read(const struct worker *worker, const Pb__SearchRequest *request)
{
    struct positions read = worker_positions(worker);
    struct positions least = positions_read(request->at_least, request->n_at_least);
    return positions_reach(&read, &least);
}

enum code worker_search(struct worker *worker, uint64_t search, const char *authority,
                        const Pb__SearchRequest *request, worker_done done, void *context,
                        struct fault *ret_fault)
{
    struct search read;
    if (!worker_is_ready(worker))
        return fault_set(ret_fault, CODE_UNAVAILABLE, "", "this worker is still reading its first facts");
    if (!has_read(worker, request))
        return fault_set(ret_fault, CODE_UNAVAILABLE, "at_least", "this worker has not yet read so far");
    enum code code = members_check(&worker->members, service_store(worker->service), authority, ret_fault);
    if (code == CODE_OK)
        code = search_read(request, &read, ret_fault);
    if (code == CODE_OK)
        code = search_locate(&worker->postcodes.table, &read, ret_fault);
    if (code != CODE_OK)
        return code;
    struct worker_job *job = worker->busy < credit_of(worker) ? take_job(worker) : NULL;
    if (!job)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "",
                         "this worker has all the searches it can take");
    job->search = read;
    job->number = search;
    job->done = done;
    job->context = context;
    code = submit(worker, job);
    return code == CODE_OK ? CODE_OK : fault_set(ret_fault, code, "", "no thread takes the search now");
}

Pb__Worker *worker_state(const struct worker *worker, struct arena *arena)
{
    Pb__Worker *state = arena_new(arena, Pb__Worker);
    struct positions read = worker_positions(worker);
    if (!state)
        return NULL;
    pb__worker__init(state);
    state->positions = positions_name(&read, arena, &state->n_positions);
    if (!state->positions)
        return NULL;
    state->credit = credit_of(worker);
    state->busy = worker->busy;
    state->answered = worker->answered;
    const struct matching_root *root = root_acquire(worker->index);
    state->places = root_places(root);
    root_release(worker->index, root);
    state->partial = !worker_is_ready(worker);
    state->threads = world_job_threads(service_world(worker->service), JOB_POOL_SEARCH);
    return state;
}

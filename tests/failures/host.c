/* One service in this process: a region in a folder that goes away, a world whose clock stands still but for
 * what the harness lets pass, links whose other ends the harness holds. Slow work is done at the next turn.
 */

#include "tests/failures/failures.h"

#include "common/base/limits.h"
#include "common/bus/envelope.h"
#include "common/service/region.h"
#include "common/service/stores.h"
#include "common/store/journal.h"
#include "common/wire/wire.h"
#include "common/world/keys.h"

#include <assert.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PEER = 1, TURNS_MAX = 200, TURN_US = 1000 };

static struct host *host_of(struct world *world)
{
    return (struct host *)(void *)world;
}

static struct host *host_of_link(const struct link *link)
{
    return host_of(((const struct link_base *)(const void *)link)->world);
}

/* --- the world --------------------------------------------------------------------------------------- */

static int64_t wall_ms(struct world *world)
{
    return host_of(world)->wall_ms;
}

static int64_t mono_us(struct world *world)
{
    return host_of(world)->mono_us;
}

static void draw(struct world *world, void *bytes, size_t size)
{
    (void)world;
    randombytes_buf(bytes, size);
}

static enum code disk(struct world *world, enum disk_step step, const char *path)
{
    (void)world, (void)step, (void)path;
    return fail_now(FAIL_DISK) ? CODE_UNAVAILABLE : CODE_OK;
}

static enum code listens(struct world *world, const struct listen_options *options, struct link **ret_link,
                         struct fault *ret_fault)
{
    (void)options, (void)ret_fault;
    host_of(world)->listening.world = world;
    *ret_link = (struct link *)(void *)&host_of(world)->listening;
    return CODE_OK;
}

/* NULL: it is the one that listens. */
static struct dialled *dialled_of(const struct link *link)
{
    return link == (const struct link *)(const void *)&host_of_link(link)->listening
               ? NULL
               : (struct dialled *)(void *)(uintptr_t)link;
}

static struct dialled *dialled_at(struct host *host, const char *endpoint)
{
    struct dialled *dialled = host->dialled;
    while (dialled->endpoint[0] && strcmp(dialled->endpoint, endpoint) != 0)
        dialled++;
    assert(dialled < host->dialled + HOST_DIALLED && strlen(endpoint) < HOST_ENDPOINT_BYTES);
    snprintf(dialled->endpoint, sizeof dialled->endpoint, "%s", endpoint);
    return dialled;
}

struct dialled *host_dialled(struct host *host, const char *service)
{
    return dialled_at(host, region_endpoint(host->region, service));
}

/* Gets through while it is up. */
static enum code dials(struct world *world, const struct dial_options *options, struct link **ret_link,
                       struct fault *ret_fault)
{
    (void)ret_fault;
    struct dialled *dialled = dialled_at(host_of(world), options->endpoint);
    dialled->base.world = world;
    dialled->call = 0;
    *ret_link = (struct link *)(void *)dialled;
    return CODE_OK;
}

static struct span copy_of(struct span span)
{
    uint8_t *copy = malloc(span.size + 1);
    assert(copy);
    if (span.size)
        memcpy(copy, span.data, span.size);
    return span_of(copy, span.size);
}

static void forget(struct span *span)
{
    free((void *)(uintptr_t)span->data);
    *span = (struct span){0};
}

static enum code take_told(struct dialled *dialled, struct arena *arena, struct message *ret_message)
{
    if (!dialled->envelope.data)
        return CODE_UNAVAILABLE;
    *ret_message = (struct message){.envelope = arena_copy(arena, dialled->envelope)};
    if (ret_message->envelope.data)
        ret_message->body = arena_copy(arena, dialled->body);
    bool suspended = fail_suspend();
    forget(&dialled->envelope);
    forget(&dialled->body);
    fail_resume(suspended);
    return arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

static enum code receives(struct link *link, struct arena *arena, struct message *ret_message)
{
    struct host *host = host_of_link(link);
    if (dialled_of(link))
        return take_told(dialled_of(link), arena, ret_message);
    if (!host->waiting)
        return CODE_UNAVAILABLE;
    host->waiting = false;
    *ret_message = (struct message){.peer = PEER, .key = host->from};
    ret_message->envelope = arena_copy(arena, host->in_envelope);
    if (ret_message->envelope.data)
        ret_message->body = arena_copy(arena, host->in_body);
    return arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

/* A Follow begins or ends. */
static void take_asked(struct dialled *dialled, struct span packed)
{
    struct arena arena;
    Pb__Envelope *envelope = NULL;
    arena_init(&arena, REQUEST_ARENA_BYTES);
    if (envelope_read(packed, &arena, &envelope, NULL) != CODE_OK)
        abort();
    if (envelope->kind_case == PB__ENVELOPE__KIND_REQUEST &&
        strcmp(envelope->request->method, "ccrag.v1.FeedService/Follow") == 0)
        dialled->call = envelope->call;
    else if (envelope->kind_case == PB__ENVELOPE__KIND_CANCEL && envelope->call == dialled->call)
        dialled->call = 0;
    arena_finish(&arena);
}

void host_tell(struct dialled *dialled, struct span envelope, struct span body)
{
    forget(&dialled->envelope);
    forget(&dialled->body);
    dialled->envelope = copy_of(envelope);
    dialled->body = copy_of(body);
}

static enum code sends(struct link *link, uint64_t peer, struct span envelope, struct span body)
{
    struct host *host = host_of_link(link);
    bool suspended = fail_suspend();
    (void)peer;
    if (dialled_of(link))
        take_asked(dialled_of(link), envelope);
    else if (!host->answered &&
             envelope_call(envelope) == host->call) { /* else of an earlier one, a stream's */
        forget(&host->out_envelope);
        forget(&host->out_body);
        host->out_envelope = copy_of(envelope);
        host->out_body = copy_of(body);
        host->answered = true;
    }
    fail_resume(suspended);
    return CODE_OK;
}

static void drops(struct link *link, uint64_t peer)
{
    (void)link, (void)peer;
}

static enum link_state state(const struct link *link)
{
    return !dialled_of(link) || dialled_of(link)->up ? LINK_UP : LINK_CONNECTING;
}

static const char *endpoint(const struct link *link)
{
    (void)link;
    return "tcp://127.0.0.1:1";
}

static void closes(struct link *link)
{
    (void)link;
}

static void waits(struct world *world, int64_t until)
{
    (void)world, (void)until;
}

static void wakes(struct world *world)
{
    (void)world;
}

static enum code submits(struct world *world, enum job_pool pool, struct job *job)
{
    struct job **end = &host_of(world)->jobs;
    (void)pool;
    while (*end)
        end = &(*end)->next;
    job->next = NULL;
    *end = job;
    return CODE_OK;
}

static bool finishes(struct world *world)
{
    struct job *job = host_of(world)->jobs;
    if (!job)
        return false;
    host_of(world)->jobs = job->next;
    if (job->run)
        job->run(job);
    job->done(job);
    return true;
}

static unsigned threads(const struct world *world, enum job_pool pool)
{
    (void)world, (void)pool;
    return 1;
}

static const struct world_ops ops = {
    .wall_ms = wall_ms,
    .mono_us = mono_us,
    .random = draw,
    .disk = disk,
    .listen = listens,
    .dial = dials,
    .receive = receives,
    .send = sends,
    .drop_peer = drops,
    .state = state,
    .endpoint = endpoint,
    .close = closes,
    .wait = waits,
    .wake = wakes,
    .job_submit = submits,
    .jobs_finish = finishes,
    .job_threads = threads,
};

/* --- the service ------------------------------------------------------------------------------------- */

static void must(enum code code, const struct fault *fault, const char *what)
{
    if (code == CODE_OK)
        return;
    fprintf(stderr, "%s: %s %s\n", what, code_name(code), fault->reason);
    abort();
}

static void start(struct host *host)
{
    struct fault fault = {0};
    must(service_create(&host->world, host->region, &host->options, &host->service, &fault), &fault,
         "the service does not start");
}

static void stop(struct host *host)
{
    service_stop(host->service);
    service_destroy(host->service);
    host->service = NULL;
}

enum code held_put(struct store_txn *txn, const struct table *const *tables, const struct held *held,
                   size_t count, struct arena *arena)
{
    enum code code = CODE_OK;
    for (size_t i = 0; i < count && code == CODE_OK; i++) {
        ProtobufCMessage *record = NULL;
        const struct table *table = table_of_type(tables, held[i].type);
        code = wire_from_json(table->type, held[i].json, arena, &record, NULL);
        code = code ? code : record_put(txn, table, record);
    }
    return code;
}

enum code held_is_read(struct store_txn *txn, const char *service)
{
    const struct cursor cursor = {
        .position = {.epoch = 1, .sequence = 4}, .entitlement = 1, .floor = 1, .read_at_ms = 1};
    return cursor_put(txn, service, &cursor);
}

static void fill(struct host *host, const struct subject *what)
{
    struct store_options options;
    struct store *store = NULL;
    struct store_txn *txn = NULL;
    struct arena arena;
    struct fault fault = {0};
    char folder[128];
    snprintf(folder, sizeof folder, "%s/store", host->directory);
    mkdir(folder, 0700);
    must(stores_options(host->region, what->service, &options, &fault), &fault, "the store's keys");
    snprintf(folder, sizeof folder, "%s/store/%s", host->directory, what->service);
    options.directory = folder;
    options.tables = host->options.tables;
    options.schema = host->options.schema;
    must(store_open(&host->world, &options, &store, &fault), &fault, "the store");
    arena_init(&arena, REQUEST_ARENA_BYTES);
    struct actor actor = {.by = "test", .principal = "test", .now_ms = host->wall_ms};
    must(store_write_begin(store, &txn), &fault, "the store");
    store_command_begin(txn, &actor, &arena);
    must(what->fill(txn, &arena), &fault, "what the store holds");
    must(store_command_end(txn, true), &fault, "what the store holds");
    must(store_commit(txn), &fault, "what the store holds");
    arena_finish(&arena);
    store_close(store);
}

void host_init(struct host *host, const struct subject *what)
{
    struct fault fault = {0};
    memset(host, 0, sizeof *host);
    host->world.ops = &ops;
    host->wall_ms = INT64_C(1780311600000); /* 1 June 2026, noon */
    host->mono_us = 1000000;
    snprintf(host->directory, sizeof host->directory, "%s/ccrag-failures-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (sodium_init() < 0 || !mkdtemp(host->directory))
        abort();
    const struct region_init_options init = {.directory = host->directory, .name = "Test"};
    must(region_init(&host->world, &init, &fault), &fault, "no region");
    char map[] = "CCRAG_STORE_MAP_MIB=64", *environment[] = {map, NULL};
    must(region_open(host->directory, what->service, environment, &host->region, &fault), &fault,
         "no region");
    host->log = (struct log){.service = what->service, .descriptor = -1, .least = LOG_ERROR};
    host->options = what->options();
    host->options.log = &host->log;
    if (what->fill)
        fill(host, what);
    start(host);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

void host_finish(struct host *host)
{
    stop(host);
    region_destroy(host->region);
    forget(&host->out_envelope);
    forget(&host->out_body);
    for (size_t i = 0; i < HOST_DIALLED; i++) {
        forget(&host->dialled[i].envelope);
        forget(&host->dialled[i].body);
    }
    nftw(host->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

struct curve_key host_key(const struct host *host, const char *principal)
{
    char path[128];
    struct curve_pair pair;
    struct fault fault = {0};
    snprintf(path, sizeof path, "%s/keys/%s.curve", host->directory, principal);
    must(curve_pair_read(path, &pair, &fault), &fault, principal);
    return pair.public_key;
}

static void copy_file(const struct host *host, const char *from, const char *to)
{
    char path[128], bytes[65536];
    snprintf(path, sizeof path, "%s/%s", host->directory, to);
    unlink(path);
    FILE *out = fopen(path, "wb");
    snprintf(path, sizeof path, "%s/%s", host->directory, from);
    FILE *in = fopen(path, "rb");
    for (size_t size; in && out && (size = fread(bytes, 1, sizeof bytes, in)) > 0;)
        if (fwrite(bytes, 1, size, out) != size)
            abort();
    if (in)
        fclose(in);
    if (!out || fclose(out) != 0)
        abort();
}

void host_remember(struct host *host)
{
    char data[80];
    snprintf(data, sizeof data, "store/%s/data.mdb", subject.service);
    copy_file(host, data, "remembered.mdb");
    snprintf(data, sizeof data, "store/%s.erased", subject.service);
    copy_file(host, data, "remembered.erased");
    host->remembered_ms = host->wall_ms;
}

void host_restore(struct host *host)
{
    char data[128];
    stop(host);
    snprintf(data, sizeof data, "%s/backup", host->directory);
    nftw(data, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    snprintf(data, sizeof data, "store/%s/data.mdb", subject.service);
    copy_file(host, "remembered.mdb", data);
    snprintf(data, sizeof data, "store/%s.erased", subject.service);
    copy_file(host, "remembered.erased", data);
    host->wall_ms = host->remembered_ms; /* what names the day says the same in each try */
    start(host);
}

void host_restart(struct host *host)
{
    stop(host);
    start(host);
}

void host_run(struct host *host, bool failing)
{
    bool did = true;
    for (unsigned i = 0; i < TURNS_MAX && did; i++) {
        if (failing)
            fail_begin();
        did = service_turn(host->service);
        fail_end();
        host->mono_us += TURN_US;
        host->wall_ms += TURN_US / 1000;
    }
}

void host_settle(struct host *host, unsigned seconds)
{
    for (unsigned i = 0; i < 3; i++) {
        host->mono_us += INT64_C(1000000);
        host->wall_ms += INT64_C(1000);
        host_run(host, false);
    }
    host->mono_us += INT64_C(1000000) * seconds;
    host->wall_ms += INT64_C(1000) * seconds;
    host_run(host, false);
}

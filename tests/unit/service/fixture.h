#pragma once
/* What the frame's tests share: a world of the tests' own (a clock that is set, a disk that can refuse, one
 * link whose both ends the test holds), a new region in a folder that goes away, and a small program on the
 * frame.
 *
 * The program serves AuthoritiesService with one table, sub-regions. UpdateSubRegion writes one; named
 * "refuse" it is refused after the write. GetRegion tells, as vacancy_stale_days, how many there are.
 * ApplyForMembership is slow work and then writes one, and tells its identifier; named "refuse" it is refused
 * then, named "stale" it writes over a version that is not there. LeaveRegion stays open: its ticket is in
 * `trial.ticket`. The rest says UNIMPLEMENTED. */

#include "common/service/internal.h"
#include "common/world/keys.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the world --------------------------------------------------------------------------------------- */

enum { FAKE_MESSAGES = 4096 };

struct fake_message {
    uint64_t peer;
    struct curve_key key;
    struct span envelope, body;
    enum code code; /* what link_receive says of it */
};

struct fake_world {
    struct world base;
    int64_t wall_ms, mono_us;
    bool disk_full;           /* the next commits fail */
    enum code disk_full_code; /* so; CODE_OK: UNAVAILABLE */
    struct job *jobs;
    struct fake_link *link;
};

struct fake_link {
    struct link_base base;
    struct fake_message in[FAKE_MESSAGES], out[FAKE_MESSAGES];
    size_t in_first, in_count, out_first, out_count;
    uint64_t dropped; /* the last peer that was cut off */
    link_admit admit;
    void *context;
};

static inline struct fake_world *fake_of(const struct world *world)
{
    return (struct fake_world *)(uintptr_t)world;
}

static inline struct span fake_copy(struct span span)
{
    uint8_t *copy = malloc(span.size + 1);
    if (span.size)
        memcpy(copy, span.data, span.size);
    return span_of(copy, span.size);
}

static inline int64_t fake_wall(struct world *world)
{
    return fake_of(world)->wall_ms;
}

static inline int64_t fake_mono(struct world *world)
{
    return fake_of(world)->mono_us;
}

static inline void fake_random(struct world *world, void *bytes, size_t size)
{
    (void)world;
    randombytes_buf(bytes, size);
}

static inline enum code fake_disk(struct world *world, enum disk_step step, const char *path)
{
    (void)path;
    struct fake_world *fake = fake_of(world);
    if (step != DISK_COMMIT || !fake->disk_full)
        return CODE_OK;
    return fake->disk_full_code ? fake->disk_full_code : CODE_UNAVAILABLE;
}

static inline enum code fake_listen(struct world *world, const struct listen_options *options,
                                    struct link **ret_link, struct fault *ret_fault)
{
    (void)ret_fault;
    struct fake_link *link = calloc(1, sizeof *link);
    link->base.world = world;
    link->admit = options->admit;
    link->context = options->context;
    fake_of(world)->link = link;
    *ret_link = (struct link *)(void *)link;
    return CODE_OK;
}

/* A dialled link that never gets through. */
static inline enum code fake_dial(struct world *world, const struct dial_options *options,
                                  struct link **ret_link, struct fault *ret_fault)
{
    (void)options, (void)ret_fault;
    struct fake_link *link = calloc(1, sizeof *link);
    link->base.world = world;
    *ret_link = (struct link *)(void *)link;
    return CODE_OK;
}

static inline enum link_state fake_state(const struct link *link)
{
    (void)link;
    return LINK_CONNECTING;
}

static inline enum code fake_receive(struct link *of, struct arena *arena, struct message *ret_message)
{
    struct fake_link *link = (struct fake_link *)(void *)of;
    if (link->in_first == link->in_count)
        return CODE_UNAVAILABLE;
    struct fake_message *in = &link->in[link->in_first++];
    ret_message->peer = in->peer;
    ret_message->key = in->key;
    ret_message->envelope = arena_copy(arena, in->envelope);
    ret_message->body = arena_copy(arena, in->body);
    free((void *)(uintptr_t)in->envelope.data);
    free((void *)(uintptr_t)in->body.data);
    return in->code;
}

static inline enum code fake_send(struct link *of, uint64_t peer, struct span envelope, struct span body)
{
    struct fake_link *link = (struct fake_link *)(void *)of;
    if (envelope.size + body.size > FRAME_BYTES_MAX)
        return CODE_INVALID_ARGUMENT;
    cr_assert(link->out_count < FAKE_MESSAGES);
    link->out[link->out_count++] =
        (struct fake_message){.peer = peer, .envelope = fake_copy(envelope), .body = fake_copy(body)};
    return CODE_OK;
}

static inline void fake_drop(struct link *of, uint64_t peer)
{
    ((struct fake_link *)(void *)of)->dropped = peer;
}

static inline const char *fake_endpoint(const struct link *link)
{
    (void)link;
    return "tcp://127.0.0.1:1";
}

static inline void fake_close(struct link *of)
{
    struct fake_link *link = (struct fake_link *)(void *)of;
    for (; link->out_first < link->out_count; link->out_first++) {
        free((void *)(uintptr_t)link->out[link->out_first].envelope.data);
        free((void *)(uintptr_t)link->out[link->out_first].body.data);
    }
    free(link);
}

static inline void fake_wait(struct world *world, int64_t until)
{
    (void)world, (void)until;
}

static inline enum code fake_submit(struct world *world, enum job_pool pool, struct job *job)
{
    (void)pool;
    job->next = fake_of(world)->jobs;
    fake_of(world)->jobs = job;
    return CODE_OK;
}

static inline bool fake_jobs_finish(struct world *world)
{
    struct job *job = fake_of(world)->jobs;
    if (!job)
        return false;
    fake_of(world)->jobs = job->next;
    job->run(job);
    job->done(job);
    return true;
}

static const struct world_ops fake_ops = {.wall_ms = fake_wall,
                                          .mono_us = fake_mono,
                                          .random = fake_random,
                                          .disk = fake_disk,
                                          .listen = fake_listen,
                                          .dial = fake_dial,
                                          .state = fake_state,
                                          .receive = fake_receive,
                                          .send = fake_send,
                                          .drop_peer = fake_drop,
                                          .endpoint = fake_endpoint,
                                          .close = fake_close,
                                          .wait = fake_wait,
                                          .job_submit = fake_submit,
                                          .jobs_finish = fake_jobs_finish};

/* --- the program ------------------------------------------------------------------------------------- */

struct trial {
    uint64_t ticket;
    unsigned runs;  /* handlers that ran */
    unsigned works; /* slow work that was done */
    unsigned timer_runs;
};

static inline struct span trial_key(const ProtobufCMessage *record, struct arena *arena)
{
    return key_of_uuid(((const Pb__SubRegion *)(const void *)record)->id, arena);
}

static inline void trial_audience(const ProtobufCMessage *record, struct audience *ret_audience)
{
    ret_audience->groups = AUDIENCE_SERVICES | AUDIENCE_MEMBERS;
    audience_add(ret_audience, ((const Pb__SubRegion *)(const void *)record)->representative);
}

static const struct table trial_table = {.name = "sub_regions",
                                         .type = &pb__sub_region__descriptor,
                                         .flags = TABLE_VERSIONED | TABLE_JOURNAL | TABLE_HISTORY,
                                         .key = trial_key,
                                         .audience = trial_audience};
static const struct table *const trial_tables[] = {&trial_table, NULL};

#define SERVICE_TYPE Pb__AuthoritiesService_Service

HANDLE(UpdateSubRegion, update_sub_region)
{
    struct trial *trial = command->context;
    trial->runs++;
    command->subject = in->sub_region ? in->sub_region->id : "";
    if (!in->sub_region)
        return refuse(command, CODE_INVALID_ARGUMENT, "sub_region", "there is none");
    enum code code = record_put(command->txn, &trial_table, &in->sub_region->base);
    if (code == CODE_OK && strcmp(in->sub_region->name, "greedy") == 0)
        return refuse(command, CODE_RESOURCE_EXHAUSTED, "",
                      arena_alloc(command->arena, SIZE_MAX) ? "?" : "no room");
    if (code == CODE_OK && strcmp(in->sub_region->name, "refuse") == 0)
        return refuse(command, CODE_FAILED_PRECONDITION, "sub_region.name", "no such name");
    out->sub_region = in->sub_region;
    return code;
}

HANDLE(GetRegion, get_region)
{
    (void)in;
    struct trial *trial = command->context;
    trial->runs++;
    out->region = arena_new(command->arena, Pb__Region);
    pb__region__init(out->region);
    out->region->vacancy_stale_days = (uint32_t)record_count(command->txn, &trial_table);
    return CODE_OK;
}

struct applying {
    struct trial *trial;
    const char *id, *name;
    bool worked;
};

static void apply_work(void *state)
{
    struct applying *applying = state;
    applying->worked = true;
    applying->trial->works++;
}

static enum code apply_finish(struct command *command, void *state, ProtobufCMessage *out)
{
    struct applying *applying = state;
    Pb__SubRegion record = PB__SUB_REGION__INIT;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    if (strcmp(applying->name, "refuse") == 0)
        return refuse(command, CODE_UNAUTHENTICATED, "name", "no such name");
    record.id = applying->id;
    record.name = applying->worked ? "worked" : "not worked";
    enum code code = record_put(command->txn, &trial_table, &record.base);
    if (code == CODE_OK && strcmp(applying->name, "stale") == 0) {
        meta.version = 7;
        record.meta = &meta;
        record.name = "again";
        return record_put(command->txn, &trial_table, &record.base);
    }
    Pb__ApplyForMembershipResponse *answer = (void *)out;
    answer->authority = arena_new(command->arena, Pb__Authority);
    pb__authority__init(answer->authority);
    answer->authority->id = applying->id;
    return code;
}

HANDLE(ApplyForMembership, apply_for_membership)
{
    (void)out;
    struct trial *trial = command->context;
    trial->runs++;
    struct applying *applying = arena_new(command->arena, struct applying);
    *applying = (struct applying){.trial = trial, .id = command_new_id(command), .name = in->name};
    return defer(command, JOB_POOL_SLOW, apply_work, apply_finish, applying);
}

HANDLE(LeaveRegion, leave_region)
{
    (void)in, (void)out;
    struct trial *trial = command->context;
    trial->runs++;
    trial->ticket = answer_open(command);
    return trial->ticket ? CODE_OK : refuse(command, CODE_RESOURCE_EXHAUSTED, "", "too many are open");
}

#define NOT_HERE(Method, verb)                                                                               \
    HANDLE(Method, verb)                                                                                     \
    {                                                                                                        \
        (void)in, (void)out;                                                                                 \
        return refuse(command, CODE_UNIMPLEMENTED, "", "not here");                                          \
    }
NOT_HERE(UpdateRegion, update_region)
NOT_HERE(DecideMembership, decide_membership)
NOT_HERE(UpdateAuthority, update_authority)
NOT_HERE(ImportAuthorities, import_authorities)
NOT_HERE(GetAuthority, get_authority)
NOT_HERE(ListAuthorities, list_authorities)
NOT_HERE(ListSubscriptions, list_subscriptions)
NOT_HERE(RecordSubscriptionPayment, record_subscription_payment)

static const Pb__AuthoritiesService_Service trial_handlers = PB__AUTHORITIES_SERVICE__INIT(on_);
static const struct api trial_apis[] = {{&pb__authorities_service__descriptor, &trial_handlers.base, false},
                                        {0}};

/* --- a region and a service in it -------------------------------------------------------------------- */

struct fixture {
    struct fake_world world;
    char directory[64];
    struct region *region;
    struct service *service;
    struct trial trial;
    struct log log;
    struct curve_key operator_key, gateway_key, worker_key;
    struct arena arena;
    uint64_t calls;
};

static int64_t const fixture_wall_ms = INT64_C(1760000000000);

static inline void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char inner[1024];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        cr_assert(length > 0 && length < (int)sizeof inner);
        remove_folder(inner);
    }
    if (folder)
        closedir(folder);
    remove(path);
}

static inline struct curve_key fixture_key(const struct fixture *fixture, const char *name)
{
    char path[128];
    struct curve_pair pair;
    struct fault fault = {0};
    snprintf(path, sizeof path, "%s/keys/%s.curve", fixture->directory, name);
    cr_assert_eq(curve_pair_read(path, &pair, &fault), CODE_OK, "%s", fault.reason);
    return pair.public_key;
}

/* A new region with the trial program as its registry. `options` may say more; NULL: as it is. `setting` is
 * one of the configuration's, as the environment has it; NULL: none. */
static inline void fixture_init_with(struct fixture *fixture, const struct service_options *options,
                                     char *setting)
{
    memset(fixture, 0, sizeof *fixture);
    cr_assert(sodium_init() >= 0);
    fixture->world.base.ops = &fake_ops;
    fixture->world.wall_ms = fixture_wall_ms;
    fixture->world.mono_us = 1000000;
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/ccrag-service-XXXXXX");
    cr_assert(mkdtemp(fixture->directory));
    struct fault fault = {0};
    struct region_init_options init = {.directory = fixture->directory, .name = "Test"};
    cr_assert_eq(region_init(&fixture->world.base, &init, &fault), CODE_OK, "%s", fault.reason);
    char map[] = "CCRAG_STORE_MAP_MIB=16";
    char *environment[] = {map, setting, NULL};
    cr_assert_eq(region_open(fixture->directory, "registry", environment, &fixture->region, &fault), CODE_OK,
                 "%s", fault.reason);
    fixture->operator_key = fixture_key(fixture, "operator");
    fixture->gateway_key = fixture_key(fixture, "gateway");
    fixture->worker_key = fixture_key(fixture, "worker-pool");
    arena_init(&fixture->arena, 64 * 1024 * 1024);
    fixture->log = (struct log){.service = "registry", .descriptor = 2, .least = LOG_ERROR};
    struct service_options mine = options ? *options : (struct service_options){0};
    mine.name = "registry";
    mine.apis = trial_apis;
    mine.tables = trial_tables;
    mine.context = &fixture->trial;
    mine.log = &fixture->log;
    cr_assert_eq(service_create(&fixture->world.base, fixture->region, &mine, &fixture->service, &fault),
                 CODE_OK, "%s", fault.reason);
}

static inline void fixture_init(struct fixture *fixture, const struct service_options *options)
{
    fixture_init_with(fixture, options, NULL);
}

static inline void fixture_finish(struct fixture *fixture)
{
    service_destroy(fixture->service);
    region_destroy(fixture->region);
    arena_finish(&fixture->arena);
    remove_folder(fixture->directory);
}

/* --- asking and being answered ----------------------------------------------------------------------- */

struct ask {
    const char *method;
    const ProtobufCMessage *request;
    struct span body;            /* in place of a request */
    const struct curve_key *key; /* NULL: the operator's */
    uint64_t peer;               /* 0: 1 */
    const Pb__SignedClaim *claim;
    const struct uuid *idempotency_key;
    uint64_t outbox_number;
    uint32_t time_left_ms;
};

static inline void put_message(struct fixture *fixture, uint64_t peer, const struct curve_key *key,
                               struct span envelope, struct span body, enum code code)
{
    struct fake_link *link = fixture->world.link;
    cr_assert(link->in_count < FAKE_MESSAGES);
    link->in[link->in_count++] =
        (struct fake_message){peer, *key, fake_copy(envelope), fake_copy(body), code};
}

/* Puts a request on the link; returns its call number. */
static inline uint64_t put(struct fixture *fixture, const struct ask *ask)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    header.method = ask->method;
    header.time_left_ms = ask->time_left_ms;
    header.claim = (Pb__SignedClaim *)(uintptr_t)ask->claim;
    header.outbox_number = ask->outbox_number;
    if (ask->idempotency_key)
        header.idempotency_key = (ProtobufCBinaryData){
            .len = UUID_BYTES, .data = (uint8_t *)(uintptr_t)ask->idempotency_key->bytes};
    uint64_t call = ++fixture->calls;
    struct span envelope = envelope_request(call, &header, &fixture->arena);
    struct span body = ask->request ? wire_pack(ask->request, &fixture->arena) : ask->body;
    put_message(fixture, ask->peer ? ask->peer : 1, ask->key ? ask->key : &fixture->operator_key, envelope,
                body, CODE_OK);
    return call;
}

static inline void turn(struct fixture *fixture)
{
    for (unsigned i = 0; i < 100 && service_turn(fixture->service); i++)
        ;
}

struct answered {
    uint64_t call, peer;
    enum code code;
    const Pb__Status *status;
    const Pb__AnswerHeader *header;
    struct span body;
};

/* The next answer that was sent; false: none. */
static inline bool take(struct fixture *fixture, struct answered *ret_answered)
{
    struct fake_link *link = fixture->world.link;
    if (link->out_first == link->out_count)
        return false;
    struct fake_message *out = &link->out[link->out_first++];
    Pb__Envelope *envelope = NULL;
    struct fault fault = {0};
    struct span packed = arena_copy(&fixture->arena, out->envelope);
    cr_assert_eq(envelope_read(packed, &fixture->arena, &envelope, &fault), CODE_OK, "%s", fault.reason);
    cr_assert_eq(envelope->kind_case, PB__ENVELOPE__KIND_RESPONSE);
    *ret_answered = (struct answered){.call = envelope->call,
                                      .peer = out->peer,
                                      .header = envelope->response,
                                      .status = envelope->response->status,
                                      .body = arena_copy(&fixture->arena, out->body)};
    ret_answered->code = ret_answered->status ? code_from_number(ret_answered->status->code) : CODE_OK;
    free((void *)(uintptr_t)out->envelope.data);
    free((void *)(uintptr_t)out->body.data);
    return true;
}

/* Asks one thing, and is answered. */
static inline struct answered ask(struct fixture *fixture, const struct ask *what)
{
    struct answered answered = {0};
    uint64_t call = put(fixture, what);
    turn(fixture);
    cr_assert(take(fixture, &answered), "%s was not answered", what->method);
    cr_assert_eq(answered.call, call);
    return answered;
}

#define AUTHORITIES(method) "ccrag.v1.AuthoritiesService/" method

static inline unsigned count_records(struct fixture *fixture)
{
    Pb__GetRegionRequest request = PB__GET_REGION_REQUEST__INIT;
    struct answered answered =
        ask(fixture, &(struct ask){.method = AUTHORITIES("GetRegion"), .request = &request.base});
    cr_assert_eq(answered.code, CODE_OK);
    Pb__GetRegionResponse *response = (void *)protobuf_c_message_unpack(
        &pb__get_region_response__descriptor, &fixture->arena.pb, answered.body.size, answered.body.data);
    cr_assert(response && response->region);
    return response->region->vacancy_stale_days;
}

/* A request to keep a sub-region of that name, under a new identifier. */
static inline const ProtobufCMessage *sub_region(struct fixture *fixture, const char *name)
{
    uint8_t random[10];
    randombytes_buf(random, sizeof random);
    struct uuid id = uuid_v7(fixture->world.wall_ms, random);
    char *text = arena_alloc(&fixture->arena, UUID_TEXT_BYTES);
    uuid_print(&id, text);
    Pb__UpdateSubRegionRequest *request = arena_new(&fixture->arena, Pb__UpdateSubRegionRequest);
    pb__update_sub_region_request__init(request);
    request->sub_region = arena_new(&fixture->arena, Pb__SubRegion);
    pb__sub_region__init(request->sub_region);
    request->sub_region->id = text;
    request->sub_region->name = name;
    return &request->base;
}

static inline struct uuid new_key(const struct fixture *fixture)
{
    uint8_t random[10];
    randombytes_buf(random, sizeof random);
    return uuid_v7(fixture->world.wall_ms, random);
}

/* The lines of the audit log, oldest first. */
static inline size_t audit_lines(struct fixture *fixture, struct audit_line **ret_lines)
{
    struct store_txn *txn = NULL;
    size_t count = 0;
    cr_assert_eq(store_read_begin(service_store(fixture->service), &txn), CODE_OK);
    cr_assert_eq(audit_read(txn, 1, 1000, &fixture->arena, ret_lines, &count), CODE_OK);
    store_end(txn);
    return count;
}

/* A claim signed by the registry's own key. */
static inline Pb__SignedClaim *fixture_claim(struct fixture *fixture, const char *person,
                                             const char *authority, Pb__Role role)
{
    Pb__Role roles[] = {role};
    Pb__Claim claim = PB__CLAIM__INIT;
    claim.person_id = person;
    claim.authority = authority;
    claim.roles = roles;
    claim.n_roles = 1;
    claim.issued_at_ms = fixture->world.wall_ms;
    claim.expires_at_ms = fixture->world.wall_ms + INT64_C(60000) * CLAIM_MINUTES;
    claim.issuer = "registry";
    Pb__SignedClaim *signed_claim = service_sign_claim(fixture->service, &claim, &fixture->arena);
    cr_assert(signed_claim);
    return signed_claim;
}

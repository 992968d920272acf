#pragma once
/* A program in this process: its real handlers, tables and rules, a store in a folder that goes away, a clock
 * that is set, and one link whose both ends the test holds. Calls run to their answer before they return. Of
 * what it follows, `followed.h` plays the source. */

#include "common/base/uuid.h"
#include "common/bus/claim.h"
#include "common/bus/envelope.h"
#include "common/service/region.h"
#include "common/wire/wire.h"
#include "common/world/keys.h"
#include "common/service/service.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { HANDLER_PEER = 1, DIALLED_MESSAGES = 4096, DIALLED_MAX = 2 };

/* A link that the program dialled: what waits for it there. */
struct dialled {
    struct link_base link; /* first */
    struct curve_key key;
    struct span to_it[DIALLED_MESSAGES][2];
    size_t first, count;
};

struct fixture {
    struct world world; /* first */
    int64_t wall_ms, mono_us;
    struct link_base link;
    bool waiting, answered; /* a request, an answer */
    struct span in_envelope, in_body, out_envelope, out_body;
    struct job *job;
    bool holds_job, job_ran; /* slow work is done, and comes back only when it is held no more */
    char directory[64];
    struct region *region, *signer; /* its own, and the registry's, which signs claims */
    struct service *service;
    struct service_options options;
    struct log log;
    void *program; /* its state; freed at the end */
    /* What it dialled, in that order, and what becomes of what it sends there. */
    struct dialled dialled[DIALLED_MAX];
    size_t dialled_count;
    void (*from_it)(struct fixture *fixture, size_t which, struct span envelope, struct span body);
    bool (*others_turn)(struct fixture *fixture); /* between its turns; NULL: nobody */
    void *sources[DIALLED_MAX];                   /* who is there */
    unsigned source_batch;                        /* entries in a batch of theirs; 0: as it is */
    struct curve_key operator_key, gateway_key;
    struct arena arena;
    uint64_t calls;
    /* Who calls: the operator, or through the gateway a person. */
    const Pb__SignedClaim *claim;
    const struct uuid *key; /* of idempotency; NULL: none */
    bool as_gateway;
    const struct curve_key *other_key; /* a program of the roster (node.h) that calls; NULL: none */
    /* Of the last answer: */
    const Pb__Status *status;
    uint64_t sequence;
};

/* --- the world --------------------------------------------------------------------------------------- */

static inline struct fixture *fixture_of(struct world *world)
{
    return (struct fixture *)(void *)world;
}

static inline struct fixture *fixture_of_link(const struct link *link)
{
    return fixture_of(((const struct link_base *)(const void *)link)->world);
}

static inline int64_t world_wall(struct world *world)
{
    return fixture_of(world)->wall_ms;
}

static inline int64_t world_mono(struct world *world)
{
    return fixture_of(world)->mono_us;
}

static inline void world_draw(struct world *world, void *bytes, size_t size)
{
    (void)world;
    randombytes_buf(bytes, size);
}

static inline enum code world_disk_good(struct world *world, enum disk_step step, const char *path)
{
    (void)world, (void)step, (void)path;
    return CODE_OK;
}

static inline enum code world_listens(struct world *world, const struct listen_options *options,
                                      struct link **ret_link, struct fault *ret_fault)
{
    (void)options, (void)ret_fault;
    fixture_of(world)->link.world = world;
    *ret_link = (struct link *)(void *)&fixture_of(world)->link;
    return CODE_OK;
}

/* Which of those it dialled; DIALLED_MAX: none, its own. */
static inline size_t dialled_of(const struct link *link)
{
    const struct fixture *fixture = fixture_of_link(link);
    size_t which = 0;
    while (which < DIALLED_MAX && (const void *)link != (const void *)&fixture->dialled[which])
        which++;
    return which;
}

/* The same one again under the same key: who dials anew. */
static inline enum code world_dials(struct world *world, const struct dial_options *options,
                                    struct link **ret_link, struct fault *ret_fault)
{
    struct fixture *fixture = fixture_of(world);
    size_t which = 0;
    (void)ret_fault;
    while (which < fixture->dialled_count &&
           memcmp(&fixture->dialled[which].key, &options->server_key, sizeof options->server_key) != 0)
        which++;
    cr_assert(which < DIALLED_MAX);
    if (which == fixture->dialled_count)
        fixture->dialled_count++;
    fixture->dialled[which].link.world = world;
    fixture->dialled[which].key = options->server_key;
    *ret_link = (struct link *)(void *)&fixture->dialled[which];
    return CODE_OK;
}

static inline enum code dialled_receives(struct dialled *dialled, struct arena *arena,
                                         struct message *ret_message)
{
    if (dialled->first == dialled->count)
        return CODE_UNAVAILABLE;
    struct span *message = dialled->to_it[dialled->first++];
    *ret_message = (struct message){
        .key = dialled->key,
        .envelope = arena_copy(arena, message[0]),
        .body = arena_copy(arena, message[1]),
    };
    return CODE_OK;
}

static inline enum code world_receives(struct link *link, struct arena *arena, struct message *ret_message)
{
    struct fixture *fixture = fixture_of_link(link);
    if (dialled_of(link) < DIALLED_MAX)
        return dialled_receives(&fixture->dialled[dialled_of(link)], arena, ret_message);
    if (!fixture->waiting)
        return CODE_UNAVAILABLE;
    fixture->waiting = false;
    *ret_message = (struct message){
        .peer = HANDLER_PEER + fixture->as_gateway,
        .key = fixture->other_key    ? *fixture->other_key
               : fixture->as_gateway ? fixture->gateway_key
                                     : fixture->operator_key,
        .envelope = arena_copy(arena, fixture->in_envelope),
        .body = arena_copy(arena, fixture->in_body),
    };
    return CODE_OK;
}

static inline enum code world_sends(struct link *link, uint64_t peer, struct span envelope, struct span body)
{
    struct fixture *fixture = fixture_of_link(link);
    if (dialled_of(link) < DIALLED_MAX) {
        if (fixture->from_it)
            fixture->from_it(fixture, dialled_of(link), envelope, body);
        return CODE_OK;
    }
    if (peer > HANDLER_PEER + 1) /* a follower of the test's own */
        return CODE_OK;
    fixture->answered = true;
    fixture->out_envelope = arena_copy(&fixture->arena, envelope);
    fixture->out_body = arena_copy(&fixture->arena, body);
    return CODE_OK;
}

static inline void world_drops(struct link *link, uint64_t peer)
{
    (void)link, (void)peer;
}

static inline enum link_state world_state(const struct link *link)
{
    (void)link;
    return LINK_UP;
}

static inline const char *world_endpoint(const struct link *link)
{
    (void)link;
    return "tcp://127.0.0.1:1";
}

static inline void world_closes(struct link *link)
{
    (void)link;
}

static inline void world_waits(struct world *world, int64_t until)
{
    (void)world, (void)until;
}

static inline enum code world_submits(struct world *world, enum job_pool pool, struct job *job)
{
    (void)pool;
    fixture_of(world)->job = job;
    return CODE_OK;
}

static inline bool world_finishes_jobs(struct world *world)
{
    struct job *job = fixture_of(world)->job;
    if (!job)
        return false;
    if (!fixture_of(world)->job_ran)
        job->run(job);
    fixture_of(world)->job_ran = fixture_of(world)->holds_job;
    if (fixture_of(world)->holds_job)
        return false;
    fixture_of(world)->job = NULL;
    job->done(job);
    return true;
}

static const struct world_ops fixture_world = {
    .wall_ms = world_wall,
    .mono_us = world_mono,
    .random = world_draw,
    .disk = world_disk_good,
    .listen = world_listens,
    .dial = world_dials,
    .receive = world_receives,
    .send = world_sends,
    .drop_peer = world_drops,
    .state = world_state,
    .endpoint = world_endpoint,
    .close = world_closes,
    .wait = world_waits,
    .job_submit = world_submits,
    .jobs_finish = world_finishes_jobs,
};

/* --- a region ---------------------------------------------------------------------------------------- */

static inline struct curve_key key_of(const struct fixture *fixture, const char *name)
{
    char path[128];
    struct curve_pair pair;
    snprintf(path, sizeof path, "%s/keys/%s.curve", fixture->directory, name);
    cr_assert(curve_pair_read(path, &pair, NULL) == CODE_OK);
    return pair.public_key;
}

/* 1 June 2026, noon. */
static const int64_t fixture_start_ms = INT64_C(1780311600000);

/* A new region, seen as that program. */
static inline struct fixture *fixture_new(const char *name)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct fault fault = {0};
    cr_assert(fixture && sodium_init() >= 0);
    fixture->world.ops = &fixture_world;
    fixture->wall_ms = fixture_start_ms;
    fixture->mono_us = 1000000;
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/ccrag-%s-XXXXXX", name);
    cr_assert(mkdtemp(fixture->directory));
    const struct region_init_options init = {.directory = fixture->directory, .name = "Test"};
    cr_assert(region_init(&fixture->world, &init, &fault) == CODE_OK, "%s", fault.reason);
    char map[] = "CCRAG_STORE_MAP_MIB=64";
    char *environment[] = {map, NULL};
    cr_assert(region_open(fixture->directory, name, environment, &fixture->region, &fault) == CODE_OK, "%s",
              fault.reason);
    cr_assert(region_open(fixture->directory, "registry", environment, &fixture->signer, &fault) == CODE_OK,
              "%s", fault.reason);
    fixture->operator_key = key_of(fixture, "operator");
    fixture->gateway_key = key_of(fixture, "gateway");
    arena_init(&fixture->arena, 256 * 1024 * 1024);
    fixture->log = (struct log){.service = name, .descriptor = 2, .least = LOG_ERROR};
    return fixture;
}

/* Starts the program, again after fixture_stop: its store is as it was. */
static inline void fixture_start(struct fixture *fixture)
{
    struct fault fault = {0};
    fixture->options.log = &fixture->log;
    cr_assert(service_create(&fixture->world, fixture->region, &fixture->options, &fixture->service,
                             &fault) == CODE_OK,
              "%s", fault.reason);
}

static inline void fixture_stop(struct fixture *fixture)
{
    service_stop(fixture->service);
    service_destroy(fixture->service);
}

static inline int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static inline void fixture_destroy(struct fixture *fixture)
{
    fixture_stop(fixture);
    region_destroy(fixture->region);
    region_destroy(fixture->signer);
    free(fixture->program);
    arena_finish(&fixture->arena);
    nftw(fixture->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(fixture);
}

/* --- calls ------------------------------------------------------------------------------------------- */

static inline void run(struct fixture *fixture)
{
    bool did = true;
    for (int i = 0; i < 2000 && did; i++) {
        did = service_turn(fixture->service);
        if (fixture->others_turn)
            did |= fixture->others_turn(fixture);
    }
}

/* Lets time pass, and what it brings about happen. */
static inline void pass_ms(struct fixture *fixture, int64_t ms)
{
    fixture->wall_ms += ms;
    fixture->mono_us += 1000 * ms;
    run(fixture);
}

/* Asks as the operator, or as the person of `claim`, and runs; whether it is answered is the world's to say.
 */
static inline void ask(struct fixture *fixture, const char *method, const ProtobufCMessage *request)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    header.method = method;
    header.claim = (Pb__SignedClaim *)(uintptr_t)fixture->claim;
    if (fixture->key)
        header.idempotency_key = (ProtobufCBinaryData){UUID_BYTES, (uint8_t *)(uintptr_t)fixture->key->bytes};
    fixture->as_gateway = fixture->claim != NULL;
    fixture->in_envelope = envelope_request(++fixture->calls, &header, &fixture->arena);
    fixture->in_body = wire_pack(request, &fixture->arena);
    fixture->waiting = true;
    fixture->answered = false;
    run(fixture);
}

/* The answer that came: asserts the code and gives the response, in the fixture's arena. */
static inline void *answer_of(struct fixture *fixture, const char *method, enum code expected)
{
    const struct wire_method *known = wire_method_find(method);
    cr_assert(known, "%s", method);
    cr_assert(fixture->answered, "%s was not answered", method);
    Pb__Envelope *envelope = NULL;
    cr_assert(envelope_read(fixture->out_envelope, &fixture->arena, &envelope, NULL) == CODE_OK);
    fixture->status = envelope->response->status;
    fixture->sequence = envelope->response->position ? envelope->response->position->sequence : 0;
    enum code code = fixture->status ? code_from_number(fixture->status->code) : CODE_OK;
    cr_assert(code == expected, "%s: %s %s: %s", method, code_name(code),
              fixture->status ? fixture->status->field : "", fixture->status ? fixture->status->message : "");
    ProtobufCMessage *response = NULL;
    if (code == CODE_OK)
        cr_assert(wire_unpack(known->output, fixture->out_body, &fixture->arena, &response, NULL) == CODE_OK);
    return response;
}

static inline void *call(struct fixture *fixture, const char *method, const ProtobufCMessage *request,
                         enum code expected)
{
    ask(fixture, method, request);
    return answer_of(fixture, method, expected);
}

/* A claim as the registry signs it; `also`: a second role, or none. */
static inline const Pb__SignedClaim *claim_of_two(struct fixture *fixture, const char *authority,
                                                  const char *provider, Pb__Role role, Pb__Role also)
{
    Pb__Role roles[] = {role, also};
    Pb__Claim claim = PB__CLAIM__INIT;
    claim.person_id = "01979df0-0000-7000-8000-00000000aaaa";
    claim.authority = authority;
    claim.provider_id = provider;
    claim.roles = roles;
    claim.n_roles = also ? 2 : 1;
    claim.issued_at_ms = fixture->wall_ms;
    claim.expires_at_ms = fixture->wall_ms + 60 * 1000 * CLAIM_MINUTES;
    claim.issuer = "registry";
    const Pb__SignedClaim *signed_claim =
        claim_sign(&claim, region_secret_signing_key(fixture->signer), &fixture->arena);
    cr_assert(signed_claim);
    return signed_claim;
}

static inline const Pb__SignedClaim *claim_of(struct fixture *fixture, const char *authority,
                                              const char *provider, Pb__Role role)
{
    return claim_of_two(fixture, authority, provider, role, PB__ROLE__ROLE_UNSPECIFIED);
}

#pragma once
/* A client, a service that answers as it is told, and the network between them, in virtual time. */

#include "common/bus/client.h"
#include "common/wire/wire.h"
#include "tests/unit/bus/fake_world.h"

#include "ccrag/v1/feed.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define READ    "ccrag.v1.FeedService/ReadBlob"
#define COMMAND "ccrag.v1.ProvisionsService/SetVacancy"
#define STREAM  "ccrag.v1.FeedService/Follow"

enum { CALLS = 400, SECOND = 1000000 };

/* What came of one call. */
struct outcome {
    unsigned answers;
    bool more;
    enum code code;
    char reason[FAULT_REASON_BYTES];
    uint64_t value; /* ReadBlobResponse: first byte; FollowResponse: newest */
    int64_t at_us;
    struct bench *bench;
};

/* The server answers every request with its own number of requests, as it is told. */
struct bench {
    struct fake_world world;
    struct client *client;
    struct arena arena;
    struct outcome outcomes[CALLS];
    bool silent;
    enum code refuse_with; /* not CODE_OK: so, `refusals` times */
    unsigned refusals;
    uint32_t retry_after_ms;
    bool garbage, conflict;
    unsigned requests, cancels, commands_done;
    uint8_t keys[4 * CALLS][16]; /* of commands done */
    uint64_t last_call;
    uint32_t last_time_left_ms;
    uint8_t last_key[16];
    uint64_t last_outbox;
};

static inline bool done_before(struct bench *bench, const ProtobufCBinaryData *key)
{
    for (unsigned i = 0; i < bench->commands_done; i++)
        if (memcmp(bench->keys[i], key->data, 16) == 0)
            return true;
    return false;
}

static inline void answer(struct bench *bench, uint64_t peer, uint64_t call, const struct answer_head *head,
                          const ProtobufCMessage *response)
{
    struct span body = response ? wire_pack(response, &bench->arena) : span_of(NULL, 0);
    if (bench->garbage)
        body = span_of_text("\xff\xff");
    fake_reply(&bench->world, peer, envelope_answer(call, head, &bench->arena), body);
}

static inline void refuse(struct bench *bench, uint64_t peer, uint64_t call)
{
    struct fault fault;
    Pb__Conflict conflict = PB__CONFLICT__INIT;
    conflict.record_type = "ccrag.v1.Provision";
    fault_set(&fault, bench->refuse_with, "a_field", "as the test asked");
    struct answer_head head = {.fault = &fault,
                               .retry_after_ms = bench->retry_after_ms,
                               .conflict = bench->conflict ? &conflict : NULL};
    bench->refusals--;
    answer(bench, peer, call, &head, NULL);
}

static inline void serve_request(struct bench *bench, uint64_t peer, uint64_t call,
                                 const Pb__CallHeader *header, struct span body)
{
    bench->requests++;
    bench->last_call = call;
    bench->last_time_left_ms = header->time_left_ms;
    bench->last_outbox = header->outbox_number;
    if (header->idempotency_key.len == 16)
        memcpy(bench->last_key, header->idempotency_key.data, 16);
    if (bench->silent)
        return;
    if (bench->refusals > 0) {
        refuse(bench, peer, call);
        return;
    }
    struct answer_head head = {.epoch = 5, .sequence = 6};
    if (strcmp(header->method, COMMAND) == 0) {
        Pb__SetVacancyResponse response = PB__SET_VACANCY_RESPONSE__INIT;
        if (header->idempotency_key.len == 16 && !done_before(bench, &header->idempotency_key))
            memcpy(bench->keys[bench->commands_done++], header->idempotency_key.data, 16);
        answer(bench, peer, call, &head, &response.base);
    } else if (strcmp(header->method, STREAM) == 0) {
        Pb__FollowResponse response = PB__FOLLOW_RESPONSE__INIT;
        head.more = true;
        for (response.newest = 1; response.newest <= 3; response.newest++)
            answer(bench, peer, call, &head, &response.base);
    } else {
        /* Gives back the chunk that was asked for. */
        ProtobufCMessage *request;
        cr_assert_eq(wire_unpack(&pb__read_blob_request__descriptor, body, &bench->arena, &request, NULL),
                     CODE_OK);
        uint32_t chunk = ((const Pb__ReadBlobRequest *)(const void *)request)->chunk;
        Pb__ReadBlobResponse response = PB__READ_BLOB_RESPONSE__INIT;
        response.data = (ProtobufCBinaryData){.len = sizeof(chunk), .data = (uint8_t *)&chunk};
        answer(bench, peer, call, &head, &response.base);
    }
}

static inline void serve(struct fake_world *world, void *context)
{
    struct bench *bench = context;
    struct fake_frame *frame;
    while ((frame = fake_take(world, true, 0))) {
        Pb__Envelope *envelope;
        arena_reset(&bench->arena);
        cr_assert_eq(envelope_read(frame->envelope, &bench->arena, &envelope, NULL), CODE_OK);
        if (envelope->kind_case == PB__ENVELOPE__KIND_CANCEL)
            bench->cancels++;
        else
            serve_request(bench, frame->peer, envelope->call, envelope->request, frame->body);
        free(frame);
    }
}

static inline struct bench *bench_create(uint64_t seed)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    fake_init(&bench->world, seed);
    bench->world.server = serve;
    bench->world.context = bench;
    arena_init(&bench->arena, 1 << 20);
    const struct client_options options = {.service = "registry", .endpoint = "tcp://127.0.0.1:7001"};
    cr_assert_eq(client_create(&bench->world.base, &options, &bench->client, NULL), CODE_OK);
    for (unsigned i = 0; i < CALLS; i++)
        bench->outcomes[i].bench = bench;
    return bench;
}

static inline void bench_destroy(struct bench *bench)
{
    client_destroy(bench->client);
    fake_finish(&bench->world);
    arena_finish(&bench->arena);
    free(bench);
}

static inline void take(void *context, const struct client_answer *given)
{
    struct outcome *outcome = context;
    outcome->answers++;
    outcome->more = given->more;
    outcome->code = given->fault.code;
    outcome->at_us = outcome->bench->world.mono_us;
    snprintf(outcome->reason, sizeof(outcome->reason), "%s", given->fault.reason);
    if (given->response && given->response->descriptor == &pb__read_blob_response__descriptor) {
        const Pb__ReadBlobResponse *blob = (const Pb__ReadBlobResponse *)(const void *)given->response;
        if (blob->data.len == 4)
            memcpy(&outcome->value, blob->data.data, 4);
    }
    if (given->response && given->response->descriptor == &pb__follow_response__descriptor)
        outcome->value = ((const Pb__FollowResponse *)(const void *)given->response)->newest;
}

static inline uint64_t ask(struct bench *bench, const char *method, unsigned i,
                           const struct call_options *options)
{
    Pb__ReadBlobRequest read = PB__READ_BLOB_REQUEST__INIT;
    Pb__SetVacancyRequest command = PB__SET_VACANCY_REQUEST__INIT;
    Pb__FollowRequest follow = PB__FOLLOW_REQUEST__INIT;
    read.chunk = i + 1000;
    const ProtobufCMessage *request = strcmp(method, READ) == 0      ? &read.base
                                      : strcmp(method, COMMAND) == 0 ? &command.base
                                                                     : &follow.base;
    return client_call(bench->client, method, request, options, take, &bench->outcomes[i]);
}

/* Lets `for_us` pass. */
static inline void run(struct bench *bench, int64_t for_us)
{
    int64_t until = bench->world.mono_us + for_us;
    do {
        while (client_turn(bench->client))
            ;
        int64_t next = client_next_us(bench->client);
        world_wait(&bench->world.base, next < until ? next : until);
    } while (bench->world.mono_us < until);
    while (client_turn(bench->client))
        ;
}

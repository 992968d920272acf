/* Calls over a network that can do everything a network does, in virtual time. */

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

static bool done_before(struct bench *bench, const ProtobufCBinaryData *key)
{
    for (unsigned i = 0; i < bench->commands_done; i++)
        if (memcmp(bench->keys[i], key->data, 16) == 0)
            return true;
    return false;
}

static void answer(struct bench *bench, uint64_t peer, uint64_t call, const struct answer_head *head,
                   const ProtobufCMessage *response)
{
    struct span body = response ? wire_pack(response, &bench->arena) : span_of(NULL, 0);
    if (bench->garbage)
        body = span_of_text("\xff\xff");
    fake_reply(&bench->world, peer, envelope_answer(call, head, &bench->arena), body);
}

static void refuse(struct bench *bench, uint64_t peer, uint64_t call)
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

static void serve_request(struct bench *bench, uint64_t peer, uint64_t call, const Pb__CallHeader *header,
                          struct span body)
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

static void serve(struct fake_world *world, void *context)
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

static struct bench *bench_create(uint64_t seed)
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

static void bench_destroy(struct bench *bench)
{
    client_destroy(bench->client);
    fake_finish(&bench->world);
    arena_finish(&bench->arena);
    free(bench);
}

static void take(void *context, const struct client_answer *given)
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

static uint64_t ask(struct bench *bench, const char *method, unsigned i, const struct call_options *options)
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
static void run(struct bench *bench, int64_t for_us)
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

Test(client, answers_find_their_calls_in_any_order)
{
    struct bench *bench = bench_create(1);
    bench->world.delay_us_max = 500000;
    for (unsigned i = 0; i < 100; i++)
        cr_assert_neq(ask(bench, READ, i, NULL), 0);
    cr_assert_eq(client_pending(bench->client), 100);
    run(bench, 2 * SECOND);
    for (unsigned i = 0; i < 100; i++) {
        cr_assert_eq(bench->outcomes[i].answers, 1);
        cr_assert_eq(bench->outcomes[i].code, CODE_OK);
        cr_assert_eq(bench->outcomes[i].value, i + 1000);
    }
    cr_assert_eq(bench->requests, 100);
    cr_assert_eq(client_pending(bench->client), 0);
    bench_destroy(bench);
}

/* However often a message is lost, repeated or late: each call ends once, each command is done once. */
Test(client, commands_are_done_once_over_a_bad_network)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct bench *bench = bench_create(seed);
        bench->world.loss_permille = 250;
        bench->world.repeat_permille = 200;
        bench->world.delay_us_max = 300000;
        const struct call_options options = {.deadline_ms = 60000, .command = true};
        for (unsigned i = 0; i < CALLS; i++)
            cr_assert_neq(ask(bench, i % 2 ? COMMAND : READ, i, &options), 0);
        run(bench, 70 * SECOND);
        unsigned ok = 0;
        for (unsigned i = 0; i < CALLS; i++) {
            cr_assert_eq(bench->outcomes[i].answers, 1, "seed %llu call %u", (unsigned long long)seed, i);
            ok += bench->outcomes[i].code == CODE_OK;
            cr_assert(bench->outcomes[i].code == CODE_OK ||
                      bench->outcomes[i].code == CODE_DEADLINE_EXCEEDED);
        }
        cr_assert(ok > CALLS * 8 / 10, "%u", ok);
        cr_assert(bench->commands_done <= CALLS / 2, "%u", bench->commands_done);
        cr_assert(bench->requests > CALLS);
        bench_destroy(bench);
    }
}

Test(client, a_repeat_has_a_new_number_the_same_key_and_less_time)
{
    struct bench *bench = bench_create(2);
    const struct call_options options = {.deadline_ms = 9000, .command = true};
    bench->silent = true;
    ask(bench, COMMAND, 0, &options);
    run(bench, SECOND);
    uint64_t number = bench->last_call;
    uint8_t key[16];
    memcpy(key, bench->last_key, 16);
    cr_assert_eq(bench->last_time_left_ms, 9000);
    cr_assert_eq(key[6] >> 4, 7); /* UUIDv7 */
    bench->silent = false;
    run(bench, 3 * SECOND);
    cr_assert_eq(bench->requests, 2);
    cr_assert_neq(bench->last_call, number);
    cr_assert(memcmp(key, bench->last_key, 16) == 0);
    cr_assert_eq(bench->last_time_left_ms, 6000);
    cr_assert_eq(bench->outcomes[0].code, CODE_OK);
    bench_destroy(bench);
}

Test(client, an_outbox_number_goes_in_place_of_a_key)
{
    struct bench *bench = bench_create(3);
    const struct call_options options = {.command = true, .outbox_number = 17};
    ask(bench, COMMAND, 0, &options);
    run(bench, SECOND);
    cr_assert_eq(bench->last_outbox, 17);
    cr_assert_eq(bench->last_key[6], 0);
    bench_destroy(bench);
}

Test(client, a_silent_service_ends_at_the_deadline)
{
    struct bench *bench = bench_create(4);
    const struct call_options options = {.deadline_ms = 2000, .command = true}, read = {.deadline_ms = 2000};
    int64_t begin = bench->world.mono_us;
    bench->silent = true;
    ask(bench, COMMAND, 0, &options);
    ask(bench, READ, 1, &read);
    run(bench, 3 * SECOND);
    cr_assert_eq(bench->outcomes[0].code, CODE_DEADLINE_EXCEEDED);
    cr_assert(strstr(bench->outcomes[0].reason, "may or may not have been done"));
    cr_assert_eq(bench->outcomes[0].at_us, begin + 2 * SECOND);
    cr_assert_eq(bench->outcomes[1].code, CODE_DEADLINE_EXCEEDED);
    cr_assert(!strstr(bench->outcomes[1].reason, "may or may not"));
    cr_assert_eq(bench->cancels, 2);
    bench_destroy(bench);
}

/* What a link that is not up tells the callers, and when. */
Test(client, a_service_that_cannot_be_reached_says_what_to_do)
{
    static const struct {
        enum link_state state;
        enum code code;
        int64_t after_us;
        const char *text;
    } cases[] = {
        {LINK_CONNECTING, CODE_UNAVAILABLE, 3 * SECOND, "ccrag status"},
        {LINK_REFUSED, CODE_UNAUTHENTICATED, 0, "ccrag roster add"},
        {LINK_BROKEN, CODE_UNAVAILABLE, CLIENT_BROKEN_MS * 1000, "roster here out of date"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bench *bench = bench_create(5);
        const struct call_options options = {.deadline_ms = 3000, .command = true};
        fake_set_state(&bench->world, 1, cases[i].state);
        int64_t begin = bench->world.mono_us;
        ask(bench, COMMAND, 0, &options);
        run(bench, 4 * SECOND);
        cr_assert_eq(bench->outcomes[0].answers, 1);
        cr_assert_eq(bench->outcomes[0].code, cases[i].code, "%s", bench->outcomes[0].reason);
        cr_assert_eq(bench->outcomes[0].at_us, begin + cases[i].after_us, "%zu: %lld", i,
                     (long long)(bench->outcomes[0].at_us - begin));
        cr_assert(strstr(bench->outcomes[0].reason, cases[i].text), "%s", bench->outcomes[0].reason);
        cr_assert(strstr(bench->outcomes[0].reason, "tcp://127.0.0.1:7001"));
        cr_assert_eq(bench->requests, 0);
        bench_destroy(bench);
    }
}

Test(client, a_handshake_that_fails_once_is_not_told)
{
    struct bench *bench = bench_create(6);
    fake_set_state(&bench->world, 1, LINK_BROKEN);
    ask(bench, READ, 0, NULL);
    run(bench, SECOND / 2);
    fake_set_state(&bench->world, 1, LINK_UP);
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].code, CODE_OK);
    bench_destroy(bench);
}

/* A connection that is lost under calls, and comes back. */
Test(client, a_lost_link_ends_what_cannot_be_repeated)
{
    struct bench *bench = bench_create(7);
    const struct call_options command = {.command = true}, once = {0};
    bench->silent = true;
    ask(bench, READ, 0, NULL);
    ask(bench, COMMAND, 1, &command);
    ask(bench, COMMAND, 2, &once); /* without a key */
    ask(bench, STREAM, 3, NULL);
    run(bench, SECOND);
    uint8_t key[16];
    memcpy(key, bench->last_key, 16);
    fake_set_state(&bench->world, 1, LINK_CONNECTING);
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].answers, 0);
    cr_assert_eq(bench->outcomes[1].answers, 0);
    cr_assert_eq(bench->outcomes[2].code, CODE_UNKNOWN);
    cr_assert(strstr(bench->outcomes[2].reason, "may or may not have been done"));
    cr_assert_eq(bench->outcomes[3].code, CODE_UNAVAILABLE);
    cr_assert(!bench->outcomes[3].more);
    bench->silent = false;
    fake_set_state(&bench->world, 1, LINK_UP);
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].code, CODE_OK);
    cr_assert_eq(bench->outcomes[0].answers, 1);
    cr_assert_eq(bench->outcomes[1].answers, 1);
    cr_assert_eq(bench->commands_done, 1);
    cr_assert(memcmp(key, bench->last_key, 16) == 0);
    cr_assert_eq(client_pending(bench->client), 0);
    bench_destroy(bench);
}

Test(client, a_refusal_is_repeated_when_it_says_when)
{
    static const struct {
        const char *what;
        enum code code;
        uint32_t retry_after_ms;
        bool command;
        enum code ends;
        unsigned requests;
    } cases[] = {
        {"busy, with a hint", CODE_UNAVAILABLE, 300, true, CODE_OK, 2},
        {"over its bound, with a hint", CODE_RESOURCE_EXHAUSTED, 300, true, CODE_OK, 2},
        {"no hint", CODE_UNAVAILABLE, 0, true, CODE_UNAVAILABLE, 1},
        {"full", CODE_RESOURCE_EXHAUSTED, 0, true, CODE_RESOURCE_EXHAUSTED, 1},
        {"a command without a key", CODE_UNAVAILABLE, 300, false, CODE_UNAVAILABLE, 1},
        {"later than the deadline", CODE_UNAVAILABLE, 60000, true, CODE_UNAVAILABLE, 1},
        {"another refusal", CODE_FAILED_PRECONDITION, 300, true, CODE_FAILED_PRECONDITION, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bench *bench = bench_create(8);
        const struct call_options options = {.command = cases[i].command};
        bench->refuse_with = cases[i].code;
        bench->refusals = 1;
        bench->retry_after_ms = cases[i].retry_after_ms;
        int64_t begin = bench->world.mono_us;
        ask(bench, COMMAND, 0, &options);
        run(bench, 2 * SECOND);
        cr_assert_eq(bench->outcomes[0].answers, 1, "%s", cases[i].what);
        cr_assert_eq(bench->outcomes[0].code, cases[i].ends, "%s", cases[i].what);
        cr_assert_eq(bench->requests, cases[i].requests, "%s", cases[i].what);
        cr_assert(cases[i].requests == 1 ||
                  bench->outcomes[0].at_us >= begin + cases[i].retry_after_ms * 1000);
        bench_destroy(bench);
    }
}

Test(client, a_service_that_stays_busy_is_told_as_such)
{
    struct bench *bench = bench_create(9);
    const struct call_options options = {.deadline_ms = 5000, .command = true};
    bench->refuse_with = CODE_UNAVAILABLE;
    bench->refusals = 1000;
    bench->retry_after_ms = 100;
    ask(bench, COMMAND, 0, &options);
    run(bench, 6 * SECOND);
    cr_assert_eq(bench->outcomes[0].code, CODE_UNAVAILABLE);
    cr_assert_str_eq(bench->outcomes[0].reason, "as the test asked");
    /* The back-off grows: far fewer than every 100 ms. */
    cr_assert(bench->requests >= 3 && bench->requests < 20, "%u", bench->requests);
    bench_destroy(bench);
}

Test(client, what_is_withdrawn_is_not_told)
{
    struct bench *bench = bench_create(10);
    uint64_t call = ask(bench, READ, 0, NULL), stream = ask(bench, STREAM, 1, NULL);
    client_cancel(bench->client, call);
    client_cancel(bench->client, call); /* again: nothing */
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].answers, 0);
    cr_assert_eq(bench->cancels, 1);
    cr_assert_eq(bench->outcomes[1].answers, 3);
    cr_assert(bench->outcomes[1].more);
    cr_assert_eq(bench->outcomes[1].value, 3);
    client_cancel(bench->client, stream);
    run(bench, SECOND);
    cr_assert_eq(bench->cancels, 2);
    cr_assert_eq(client_pending(bench->client), 0);
    bench_destroy(bench);
}

static void take_and_withdraw(void *context, const struct client_answer *given)
{
    take(context, given);
    client_cancel(((struct outcome *)context)->bench->client, 1);
}

Test(client, a_stream_can_be_withdrawn_by_its_own_answer)
{
    struct bench *bench = bench_create(11);
    Pb__FollowRequest request = PB__FOLLOW_REQUEST__INIT;
    cr_assert_eq(
        client_call(bench->client, STREAM, &request.base, NULL, take_and_withdraw, &bench->outcomes[0]), 1);
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].answers, 1);
    cr_assert_eq(bench->cancels, 1);
    bench_destroy(bench);
}

Test(client, an_answer_that_cannot_be_read_is_an_internal_error)
{
    struct bench *bench = bench_create(12);
    bench->garbage = true;
    ask(bench, READ, 0, NULL);
    ask(bench, STREAM, 1, NULL);
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].code, CODE_INTERNAL);
    cr_assert_eq(bench->outcomes[1].code, CODE_INTERNAL);
    cr_assert_eq(bench->outcomes[1].answers, 1);
    cr_assert_eq(client_pending(bench->client), 0);
    bench_destroy(bench);
}

/* Envelopes that no service of ours sends. */
Test(client, answers_to_nothing_are_passed_over)
{
    struct bench *bench = bench_create(13);
    bench->silent = true;
    ask(bench, READ, 0, NULL);
    const struct answer_head done = {0};
    static const uint64_t numbers[] = {1, 2, 255, 256, 258, 1 << 9, UINT64_MAX};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        fake_reply(&bench->world, 1, envelope_answer(numbers[i], &done, &bench->arena), span_of(NULL, 0));
    fake_reply(&bench->world, 1, span_of_text("\xff"), span_of(NULL, 0));
    fake_reply(&bench->world, 1, envelope_cancel(257, &bench->arena), span_of(NULL, 0));
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].answers, 0);
    fake_reply(&bench->world, 1, envelope_answer(257, &done, &bench->arena), span_of(NULL, 0));
    run(bench, SECOND);
    cr_assert_eq(bench->outcomes[0].answers, 1);
    bench_destroy(bench);
}

Test(client, is_bounded)
{
    struct bench *bench = bench_create(14);
    Pb__ReadBlobRequest request = PB__READ_BLOB_REQUEST__INIT;
    cr_assert_eq(client_call(bench->client, "ccrag.v1.FeedService/Nothing", &request.base, NULL, take, NULL),
                 0);
    fake_set_state(&bench->world, 1, LINK_CONNECTING);
    for (unsigned i = 0; i < CLIENT_CALLS_MAX; i++)
        cr_assert_neq(client_call(bench->client, READ, &request.base, NULL, take, &bench->outcomes[0]), 0);
    cr_assert_eq(client_call(bench->client, READ, &request.base, NULL, take, &bench->outcomes[0]), 0);
    run(bench, 11 * SECOND);
    cr_assert_eq(bench->outcomes[0].answers, CLIENT_CALLS_MAX);
    bench_destroy(bench);
}

Test(client, waits_for_a_program_without_a_loop)
{
    struct bench *bench = bench_create(15);
    struct arena arena;
    arena_init(&arena, 1 << 20);
    Pb__ReadBlobRequest request = PB__READ_BLOB_REQUEST__INIT;
    request.chunk = 7;
    const ProtobufCMessage *response = NULL;
    struct client_answer given;
    cr_assert_eq(client_call_wait(bench->client, READ, &request.base, NULL, &arena, &response, &given),
                 CODE_OK);
    cr_assert_eq(((const Pb__ReadBlobResponse *)(const void *)response)->data.data[0], 7);
    cr_assert_eq(given.position.epoch, 5);
    cr_assert_eq(given.position.sequence, 6);

    bench->refuse_with = CODE_ABORTED;
    bench->refusals = 1;
    bench->conflict = true;
    response = NULL;
    cr_assert_eq(client_call_wait(bench->client, READ, &request.base, NULL, &arena, &response, &given),
                 CODE_ABORTED);
    cr_assert_null(response);
    cr_assert_str_eq(given.conflict->record_type, "ccrag.v1.Provision");
    cr_assert_str_eq(given.fault.field, "a_field");
    cr_assert_eq(client_call_wait(bench->client, "no/method", &request.base, NULL, &arena, &response, &given),
                 CODE_UNIMPLEMENTED);
    arena_finish(&arena);
    bench_destroy(bench);
}

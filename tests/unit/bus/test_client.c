/* Calls over a network that can do everything a network does. */

#include "tests/unit/bus/client_bench.h"

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

/* What a link that is not up tells the callers, and when. */
/* A connection that is lost under calls, and comes back. */
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

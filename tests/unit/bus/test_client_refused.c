/* Calls to a service that refuses, is silent, or cannot be reached. */

#include "tests/unit/bus/client_bench.h"

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

/* The first attempt was not answered, the second was refused for a reason of its own: the first may be done.
 */
Test(client, a_refusal_beside_an_unanswered_attempt_leaves_it_open)
{
    static const struct {
        const char *method;
        enum code refused, told;
    } cases[] = {
        {COMMAND, CODE_UNAUTHENTICATED, CODE_UNKNOWN},
        {COMMAND, CODE_RESOURCE_EXHAUSTED, CODE_UNKNOWN},
        {COMMAND, CODE_FAILED_PRECONDITION, CODE_FAILED_PRECONDITION}, /* kept for the first too */
        {READ, CODE_UNAUTHENTICATED, CODE_UNAUTHENTICATED},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench *bench = bench_create(i + 1);
        const struct call_options options = {.deadline_ms = 9000, .command = true};
        bench->silent = true;
        ask(bench, cases[i].method, 0, &options);
        run(bench, SECOND);
        bench->silent = false;
        bench->refuse_with = cases[i].refused;
        bench->refusals = 1;
        run(bench, 3 * SECOND);
        cr_assert_eq(bench->outcomes[0].answers, 1, "case %u", i);
        cr_assert_eq(bench->outcomes[0].code, cases[i].told, "case %u", i);
        bench_destroy(bench);
    }
}

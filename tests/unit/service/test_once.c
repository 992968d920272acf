/* A command that comes again while its first attempt is with the pool: it waits for that one, and is answered
 * alike. */

#include "fixture.h"

struct once {
    struct fixture f;
    struct uuid key;
    Pb__ApplyForMembershipRequest request;
    struct ask ask;
    struct job *held;
    uint64_t first;
};

/* The first attempt is with the pool, and stays there until `let_go`. */
static struct once *begin(const char *name)
{
    struct once *once = calloc(1, sizeof *once);
    fixture_init(&once->f, NULL);
    pb__apply_for_membership_request__init(&once->request);
    once->request.name = name;
    once->key = new_key(&once->f);
    once->ask = (struct ask){.method = AUTHORITIES("ApplyForMembership"),
                             .request = &once->request.base,
                             .idempotency_key = &once->key,
                             .time_left_ms = 1000};
    once->first = put(&once->f, &once->ask);
    service_turn(once->f.service);
    cr_assert_eq(once->f.service->slow_counts[JOB_POOL_SLOW], 1);
    once->held = once->f.world.jobs;
    once->f.world.jobs = NULL;
    return once;
}

static void let_go(struct once *once)
{
    struct job **end = &once->held;
    while (*end)
        end = &(*end)->next;
    *end = once->f.world.jobs;
    once->f.world.jobs = once->held;
    once->held = NULL;
    turn(&once->f);
}

static uint64_t repeat(struct once *once)
{
    uint64_t call = put(&once->f, &once->ask);
    turn(&once->f);
    return call;
}

static void cancel(struct once *once, uint64_t call)
{
    put_message(&once->f, 1, &once->f.operator_key, envelope_cancel(call, &once->f.arena), span_of(NULL, 0),
                CODE_OK);
    turn(&once->f);
}

static void finish(struct once *once)
{
    cr_assert_eq(once->f.service->repeat_count, 0);
    cr_assert_null(once->f.service->under_way);
    fixture_finish(&once->f);
    free(once);
}

static struct answered next(struct once *once)
{
    struct answered answered = {0};
    cr_assert(take(&once->f, &answered), "no answer");
    return answered;
}

static void no_more(struct once *once)
{
    struct answered answered;
    cr_assert(!take(&once->f, &answered), "an answer too many");
}

Test(once, the_slow_work_is_done_once_and_all_are_answered_alike)
{
    struct audit_line *lines;
    struct once *once = begin("a");
    uint64_t second = repeat(once), third = repeat(once);
    no_more(once);
    cr_assert_eq(once->f.service->slow_counts[JOB_POOL_SLOW], 1);
    let_go(once);
    struct answered first = next(once), again = next(once), yet_again = next(once);
    cr_assert(first.call == once->first && again.call == second && yet_again.call == third);
    cr_assert(first.code == CODE_OK && again.code == CODE_OK && yet_again.code == CODE_OK);
    cr_assert(first.body.size > 0 && span_equal(first.body, again.body) &&
              span_equal(first.body, yet_again.body));
    cr_assert(once->f.trial.runs == 1 && once->f.trial.works == 1);
    cr_assert_eq(audit_lines(&once->f, &lines), 1, "one line for what was done once");
    cr_assert_eq(count_records(&once->f), 1);
    repeat(once); /* and later it is a kept reply */
    cr_assert(span_equal(next(once).body, first.body));
    cr_assert_eq(once->f.trial.works, 1);
    finish(once);
}

/* In one turn, before the first is even with the pool. */
Test(once, repeats_of_one_group)
{
    struct once *once = begin("a");
    struct uuid other = new_key(&once->f);
    once->ask.idempotency_key = &other;
    put(&once->f, &once->ask);
    put(&once->f, &once->ask);
    let_go(once);
    for (unsigned i = 0; i < 3; i++)
        cr_assert_eq(next(once).code, CODE_OK);
    cr_assert_eq(once->f.trial.works, 2, "one of each key");
    cr_assert_eq(count_records(&once->f), 2);
    finish(once);
}

Test(once, a_refusal_is_the_repeats_too)
{
    static const struct {
        const char *name;
        enum code code;
    } cases[] = {{"refuse", CODE_UNAUTHENTICATED}, {"stale", CODE_ABORTED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct audit_line *lines;
        struct once *once = begin(cases[i].name);
        repeat(once);
        let_go(once);
        struct answered first = next(once), second = next(once);
        cr_assert(first.code == cases[i].code && second.code == cases[i].code, "%s: %s", cases[i].name,
                  code_name(second.code));
        cr_assert_str_eq(first.status->message, second.status->message);
        cr_assert_str_eq(first.status->field, second.status->field);
        cr_assert_eq(first.status->conflict != NULL, cases[i].code == CODE_ABORTED);
        cr_assert_eq(second.status->conflict != NULL, cases[i].code == CODE_ABORTED);
        cr_assert_eq(once->f.trial.works, 1);
        cr_assert_eq(audit_lines(&once->f, &lines), 2, "each refusal has its line");
        cr_assert_eq(count_records(&once->f), 0);
        finish(once);
    }
}

Test(once, another_command_under_the_key_is_refused_at_once)
{
    struct once *once = begin("a");
    once->request.name = "b";
    repeat(once);
    struct answered other = next(once);
    cr_assert_eq(other.code, CODE_FAILED_PRECONDITION);
    cr_assert_str_eq(other.status->field, "idempotency_key");
    once->request.name = "a";
    once->ask.method = AUTHORITIES("UpdateSubRegion");
    repeat(once);
    cr_assert_eq(next(once).code, CODE_FAILED_PRECONDITION, "nor of another method");
    let_go(once);
    cr_assert_eq(next(once).code, CODE_OK);
    finish(once);
}

/* Keys are their holder's own. */
Test(once, the_same_key_of_another_is_another_command)
{
    struct once *once = begin("a");
    once->ask.key = &once->f.gateway_key;
    put(&once->f, &once->ask);
    service_turn(once->f.service);
    cr_assert_eq(once->f.service->slow_counts[JOB_POOL_SLOW], 2);
    let_go(once);
    cr_assert(next(once).code == CODE_OK && next(once).code == CODE_OK);
    cr_assert_eq(once->f.trial.works, 2);
    finish(once);
}

/* The first caller goes: the work goes on for the second. Both go: nothing is done. One that waits goes: the
 * others are answered. */
Test(once, who_withdraws_gets_no_answer)
{
    static const struct {
        bool first, second;
    } cases[] = {{true, false}, {false, true}, {true, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct once *once = begin("a");
        uint64_t second = repeat(once);
        if (cases[i].first)
            cancel(once, once->first);
        if (cases[i].second)
            cancel(once, second);
        let_go(once);
        if (!cases[i].first)
            cr_assert_eq(next(once).call, once->first);
        if (!cases[i].second)
            cr_assert_eq(next(once).call, second);
        no_more(once);
        cr_assert_eq(count_records(&once->f), !(cases[i].first && cases[i].second), "case %zu", i);
        cr_assert_eq(once->f.trial.works, 1);
        cr_assert_eq(once->f.service->counters[COUNT_WITHDRAWN], (unsigned)cases[i].first + cases[i].second);
        finish(once);
    }
}

/* It withdrew, and asks again while the work goes on. */
Test(once, a_repeat_joins_what_was_withdrawn)
{
    struct once *once = begin("a");
    cancel(once, once->first);
    uint64_t second = repeat(once);
    let_go(once);
    struct answered answered = next(once);
    cr_assert(answered.call == second && answered.code == CODE_OK);
    no_more(once);
    cr_assert(once->f.trial.works == 1 && count_records(&once->f) == 1);
    finish(once);
}

/* The first one's time is over, the second one's is not: it is done for that one. When all of it is over
 * nothing is done, and each is told. */
Test(once, time_runs_out_for_the_last_of_them)
{
    static const struct {
        int64_t pass_ms;
        enum code code;
    } cases[] = {{1200, CODE_OK}, {1600, CODE_DEADLINE_EXCEEDED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct once *once = begin("a");
        once->f.world.mono_us += 500 * 1000;
        repeat(once);
        once->f.world.mono_us += (cases[i].pass_ms - 500) * 1000;
        let_go(once);
        cr_assert(next(once).code == cases[i].code && next(once).code == cases[i].code, "case %zu", i);
        no_more(once);
        cr_assert_eq(count_records(&once->f), cases[i].code == CODE_OK);
        finish(once);
    }
}

/* The first one's claim is over when the roster has changed, and nothing is done; the second one's is good,
 * and it has a turn of its own. */
Test(once, a_first_attempt_that_may_not_go_on_decides_nothing)
{
    static const char person[] = "01979df0-0000-7000-8000-00000000aaaa";
    struct once *once = begin("a");
    let_go(once);
    next(once);
    struct uuid key = new_key(&once->f);
    once->ask.idempotency_key = &key;
    once->ask.key = &once->f.gateway_key;
    once->ask.claim = fixture_claim(&once->f, person, "E10000015", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    uint64_t first = put(&once->f, &once->ask);
    service_turn(once->f.service);
    once->held = once->f.world.jobs;
    once->f.world.jobs = NULL;
    cr_assert_not_null(once->held);
    once->f.world.wall_ms += INT64_C(4) * 60 * 1000;
    once->ask.claim = fixture_claim(&once->f, person, "E10000015", PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR);
    uint64_t second = repeat(once);
    once->f.world.wall_ms += INT64_C(4) * 60 * 1000;
    once->f.service->roster_generation++;
    let_go(once);
    struct answered refused = next(once), done = next(once);
    cr_assert(refused.call == first && refused.code == CODE_UNAUTHENTICATED, "%s", code_name(refused.code));
    cr_assert(done.call == second && done.code == CODE_OK, "%s", code_name(done.code));
    cr_assert_eq(once->f.trial.works, 3);
    cr_assert_eq(count_records(&once->f), 2);
    finish(once);
}

/* What could not be committed was not done: each may ask again. */
Test(once, a_failed_commit_fails_the_repeats)
{
    struct once *once = begin("a");
    repeat(once);
    once->f.world.disk_full = true;
    let_go(once);
    cr_assert(next(once).code == CODE_UNAVAILABLE && next(once).code == CODE_UNAVAILABLE);
    once->f.world.disk_full = false;
    repeat(once);
    cr_assert_eq(next(once).code, CODE_OK);
    cr_assert_eq(count_records(&once->f), 1);
    finish(once);
}

Test(once, only_so_many_wait)
{
    struct once *once = begin("a");
    for (unsigned i = 0; i < REPEATS_MAX; i++)
        repeat(once);
    no_more(once);
    repeat(once);
    cr_assert_eq(next(once).code, CODE_RESOURCE_EXHAUSTED);
    let_go(once);
    for (unsigned i = 0; i < REPEATS_MAX + 1; i++)
        cr_assert_eq(next(once).code, CODE_OK);
    no_more(once);
    finish(once);
}

Test(once, an_outbox_number_joins_as_a_key_does)
{
    struct once *once = begin("a");
    let_go(once);
    next(once);
    once->ask.outbox_number = 3;
    put(&once->f, &once->ask);
    service_turn(once->f.service);
    once->held = once->f.world.jobs;
    once->f.world.jobs = NULL;
    repeat(once);
    once->request.name = "b";
    repeat(once);
    cr_assert_eq(next(once).code, CODE_FAILED_PRECONDITION, "another command under the number");
    let_go(once);
    cr_assert(next(once).code == CODE_OK && next(once).code == CODE_OK);
    cr_assert_eq(once->f.trial.works, 2);
    finish(once);
}

Test(once, stopping_answers_them_and_ending_without_leaks_none)
{
    struct once *once = begin("a");
    repeat(once);
    once->f.world.jobs = once->held;
    service_stop(once->f.service);
    cr_assert(next(once).code == CODE_OK && next(once).code == CODE_OK);
    finish(once);

    once = begin("a");
    repeat(once);
    once->f.world.jobs = once->held;
    fixture_finish(&once->f);
    free(once);
}

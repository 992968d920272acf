/* A journal and its followers, one thing at a time (the source and the follower together: what one promises
 * the other relies on). */

#include "tests/unit/bus/feed_bench.h"

Test(feed, a_new_follower_reads_all_and_then_what_appears)
{
    struct bench *bench = bench_create(1);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    cr_assert(state_of(reader)->partial);
    for (unsigned i = 0; i < 10; i++)
        write_record(bench, i, id_of(i), i % 2 ? "S" : "W");
    run(bench, SECOND);
    check_copy(reader);
    cr_assert_eq(reader->started_over, 1);

    /* Live: within two crossings of the network, not at the next sign of life. */
    write_record(bench, 20, "new", "S");
    run(bench, 200);
    check_copy(reader);
    cr_assert_eq(reader->started_over, 1);
    write_record(bench, 20, "newer", "W"); /* no longer for it: forget */
    run(bench, SECOND);
    cr_assert_str_eq(reader->names[20], "");
    delete_record(bench, 1);
    run(bench, SECOND);
    check_copy(reader);
    bench_destroy(bench);
}

Test(feed, it_is_partial_until_all_that_there_was_is_here_once)
{
    struct bench *bench = bench_create(9);
    for (unsigned i = 0; i < RECORDS; i++)
        write_record(bench, i, id_of(i), "S");
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    feed_follower_destroy(reader->follower);
    reader->credit = 1; /* a call for each entry */
    open_follower(reader);
    uint64_t newest = store_position(bench->store.store).sequence;
    unsigned began = 0;
    for (unsigned step = 0; step < 1000 && reader->kept.position.sequence < newest; step++) {
        run(bench, 10);
        if (state_of(reader)->partial)
            began += reader->kept.position.sequence > 0;
        else
            cr_assert_eq(reader->kept.position.sequence, newest);
    }
    cr_assert_gt(began, 0, "it was seen with a part");
    cr_assert(!state_of(reader)->partial);

    /* Behind, but it had all once. */
    bench->dead = true;
    write_record(bench, 0, "new", "S");
    run(bench, SECOND);
    cr_assert(!state_of(reader)->partial);
    cr_assert_lt(reader->kept.position.sequence, store_position(bench->store.store).sequence);
    bench_destroy(bench);
}

Test(feed, an_idle_follower_knows_that_nothing_happened)
{
    struct bench *bench = bench_create(2);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    write_record(bench, 1, "one", "S");
    run(bench, SECOND);
    unsigned applied = reader->applied;
    for (unsigned round = 0; round < 60; round++) { /* two leases */
        run(bench, 2 * SECOND);
        int64_t age_ms = world_wall_ms(&bench->world.base) - state_of(reader)->cursor.read_at_ms;
        cr_assert(age_ms <= FEED_HEARTBEAT_MS + 10, "%lld", (long long)age_ms);
        cr_assert(world_wall_ms(&bench->world.base) - state_of(reader)->heard_at_ms <=
                  FEED_HEARTBEAT_MS + 10);
    }
    cr_assert_eq(reader->applied, applied);
    cr_assert_eq(reader->started_over, 1);
    cr_assert_eq(feed_source_counts(bench->source).open, 1);
    bench_destroy(bench);
}

Test(feed, a_small_credit_goes_on_without_a_gap)
{
    struct bench *bench = bench_create(3);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    feed_follower_destroy(reader->follower);
    reader->credit = 3;
    open_follower(reader);
    for (unsigned i = 0; i < RECORDS; i++)
        write_record(bench, i, id_of(i), "S");
    run(bench, SECOND);
    check_copy(reader);
    cr_assert(reader->applied >= RECORDS / 3);
    cr_assert_eq(reader->started_over, 1);
    bench_destroy(bench);
}

Test(feed, a_batch_is_read_once_for_all_who_may_see_the_same)
{
    struct bench *bench = bench_create(4);
    for (unsigned i = 0; i < FOLLOWERS; i++)
        follow(bench, i < 4 ? AUDIENCE_SERVICES : AUDIENCE_WORKERS, "");
    run(bench, SECOND);
    struct feed_source_counts before = feed_source_counts(bench->source);
    for (unsigned i = 0; i < RECORDS; i++)
        write_record(bench, i, id_of(i), "S W");
    run(bench, SECOND / 2);
    struct feed_source_counts after = feed_source_counts(bench->source);
    cr_assert_eq(after.entries - before.entries, RECORDS * FOLLOWERS);
    cr_assert_eq(after.reads - before.reads, 2, "%llu", (unsigned long long)(after.reads - before.reads));
    cr_assert_eq(after.batches - before.batches, FOLLOWERS);
    for (unsigned i = 0; i < FOLLOWERS; i++)
        check_copy(&bench->readers[i]);
    bench_destroy(bench);
}

Test(feed, a_repeated_batch_is_passed_over)
{
    struct bench *bench = bench_create(17);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    run(bench, SECOND);
    bench->world.repeat_permille = 1000;
    for (unsigned i = 0; i < 10; i++) {
        unsigned applied = reader->applied;
        write_record(bench, i, id_of(i), "S");
        run(bench, 1000);
        check_copy(reader);
        cr_assert_eq(reader->applied, applied + 1);
        cr_assert_eq(state_of(reader)->fault.code, CODE_OK, "%s", state_of(reader)->fault.reason);
    }
    bench_destroy(bench);
}

Test(feed, another_entitlement_starts_over)
{
    struct bench *bench = bench_create(5);
    struct reader *reader = follow(bench, AUDIENCE_MEMBERS, "E10");
    write_record(bench, 0, "members", "M");
    write_record(bench, 1, "theirs", "E10");
    write_record(bench, 2, "other", "E11");
    run(bench, SECOND);
    check_copy(reader);
    reader->may = (struct entitlement){.name = "E11"};
    reader->number++;
    run(bench, 3 * SECOND);
    check_copy(reader);
    cr_assert_eq(reader->started_over, 2);
    cr_assert_str_eq(reader->names[0], "");
    cr_assert_str_eq(reader->names[2], "other");
    bench_destroy(bench);
}

Test(feed, one_that_is_nobody_any_more_gets_nothing_more)
{
    struct bench *bench = bench_create(6);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    run(bench, SECOND);
    reader->allowed = false;
    write_record(bench, 1, "secret", "S");
    run(bench, 60 * SECOND);
    cr_assert_str_eq(reader->names[1], "");
    cr_assert_eq(state_of(reader)->fault.code, CODE_UNAUTHENTICATED);
    cr_assert_eq(feed_source_counts(bench->source).open, 0);
    reader->allowed = true; /* admitted again */
    run(bench, 10 * SECOND);
    check_copy(reader);
    cr_assert_eq(state_of(reader)->fault.code, CODE_OK);
    bench_destroy(bench);
}

Test(feed, a_slow_follower_slows_only_itself)
{
    struct bench *bench = bench_create(7);
    struct reader *slow = follow(bench, AUDIENCE_SERVICES, ""), *quick = follow(bench, AUDIENCE_SERVICES, "");
    run(bench, SECOND);
    fake_set_state(&bench->world, 1, LINK_CONNECTING);
    for (unsigned i = 0; i < RECORDS; i++) {
        write_record(bench, i, id_of(i), "S");
        run(bench, SECOND / 10);
        check_copy(quick);
    }
    cr_assert_str_eq(slow->names[3], "");
    cr_assert_eq(state_of(slow)->fault.code, CODE_UNAVAILABLE);
    cr_assert(bench->world.refused_sends < 200, "%llu", (unsigned long long)bench->world.refused_sends);
    fake_set_state(&bench->world, 1, LINK_UP);
    run(bench, 10 * SECOND);
    check_copy(slow);
    cr_assert_eq(slow->started_over, 1);
    cr_assert_eq(quick->started_over, 1);
    bench_destroy(bench);
}

/* Sweeps all there is, so that floor and horizon stand at the end. */
static void sweep_all(struct bench *bench)
{
    uint64_t end = store_position(bench->store.store).sequence, floor = 0, before;
    begin(&bench->store);
    do {
        before = floor;
        cr_assert_eq(journal_sweep(bench->store.txn, end, end, 1000), CODE_OK);
        floor = journal_floor(bench->store.txn);
    } while (floor != before);
    cr_assert(journal_horizon(bench->store.txn) > 0);
    cr_assert_eq(commit(&bench->store), CODE_OK);
}

/* A follower that was away while the journal was swept. */
Test(feed, below_the_horizon_it_starts_over)
{
    struct bench *bench = bench_create(8);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    for (unsigned i = 0; i < 10; i++)
        write_record(bench, i, id_of(i), "S");
    run(bench, SECOND);
    fake_set_state(&bench->world, 1, LINK_CONNECTING);
    run(bench, SECOND);
    delete_record(bench, 3);
    delete_record(bench, 4);
    write_record(bench, 11, "eleven", "S");
    sweep_all(bench);
    fake_set_state(&bench->world, 1, LINK_UP);
    run(bench, 10 * SECOND);
    check_copy(reader);
    cr_assert_eq(reader->started_over, 2);
    bench_destroy(bench);
}

/* A follower that needs many calls to come from 0 past the horizon gets there. */
Test(feed, one_that_reads_from_0_gets_past_the_horizon)
{
    struct bench *bench = bench_create(18);
    for (unsigned i = 0; i < RECORDS; i++)
        write_record(bench, i, id_of(i), "S");
    for (unsigned i = 0; i < RECORDS; i += 5)
        delete_record(bench, i);
    sweep_all(bench);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    feed_follower_destroy(reader->follower);
    reader->credit = 3;
    open_follower(reader);
    run(bench, SECOND);
    check_copy(reader);
    cr_assert_eq(reader->started_over, 1);
    cr_assert(reader->applied > 8);
    bench_destroy(bench);
}

Test(feed, another_epoch_starts_over)
{
    struct bench *bench = bench_create(9);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    write_record(bench, 0, "nought", "S");
    run(bench, SECOND);
    begin(&bench->store);
    cr_assert_eq(store_new_epoch(bench->store.txn), CODE_OK);
    cr_assert_eq(commit(&bench->store), CODE_OK);
    run(bench, 5 * SECOND);
    check_copy(reader);
    cr_assert_eq(reader->started_over, 2);
    bench_destroy(bench);
}

Test(feed, a_silent_source_is_asked_again)
{
    struct bench *bench = bench_create(10);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    run(bench, SECOND);
    bench->dead = true; /* killed: its open calls are gone with it */
    run(bench, 60 * SECOND);
    cr_assert_eq(state_of(reader)->fault.code, CODE_UNAVAILABLE);
    feed_source_destroy(bench->source);
    open_source(bench);
    bench->dead = false;
    write_record(bench, 0, "after", "S");
    run(bench, 20 * SECOND);
    check_copy(reader);
    cr_assert_eq(reader->started_over, 1);
    bench_destroy(bench);
}

Test(feed, a_source_that_stops_says_so)
{
    struct bench *bench = bench_create(11);
    struct reader *reader = follow(bench, AUDIENCE_SERVICES, "");
    run(bench, SECOND);
    feed_source_stop(bench->source);
    run(bench, SECOND);
    cr_assert_eq(state_of(reader)->fault.code, CODE_UNAVAILABLE);
    cr_assert_eq(feed_source_counts(bench->source).open, 0);
    bench_destroy(bench);
}

Test(feed, calls_are_bounded)
{
    struct bench *bench = bench_create(12);
    struct curve_key key = {.bytes = {1}};
    Pb__FollowRequest request = PB__FOLLOW_REQUEST__INIT;
    bench->readers[0] = (struct reader){.allowed = true, .number = 1};
    static const struct {
        uint32_t credit;
        enum code code;
    } credits[] = {{0, CODE_INVALID_ARGUMENT}, {FEED_CREDIT_MAX + 1, CODE_INVALID_ARGUMENT}, {1, CODE_OK}};
    for (size_t i = 0; i < 3; i++) {
        request.credit = credits[i].credit;
        cr_assert_eq(feed_source_follow(bench->source, 1, &key, 1, &request, NULL), credits[i].code);
    }
    cr_assert_eq(feed_source_follow(bench->source, 1, &key, 1, &request, NULL), CODE_ALREADY_EXISTS);
    for (uint64_t call = 2; call <= FEED_CALLS_PER_PEER; call++)
        cr_assert_eq(feed_source_follow(bench->source, 1, &key, call, &request, NULL), CODE_OK);
    cr_assert_eq(feed_source_follow(bench->source, 1, &key, 99, &request, NULL), CODE_RESOURCE_EXHAUSTED);
    for (uint64_t peer = 2; feed_source_counts(bench->source).open < LINKS_PEERS_MAX; peer++)
        cr_assert_eq(feed_source_follow(bench->source, peer, &key, 1, &request, NULL), CODE_OK);
    cr_assert_eq(feed_source_follow(bench->source, 99999, &key, 1, &request, NULL), CODE_RESOURCE_EXHAUSTED);
    feed_source_drop_peer(bench->source, 1);
    cr_assert_eq(feed_source_counts(bench->source).open, LINKS_PEERS_MAX - FEED_CALLS_PER_PEER);
    bench->readers[0].allowed = false;
    cr_assert_eq(feed_source_follow(bench->source, 1, &key, 1, &request, NULL), CODE_UNAUTHENTICATED);
    bench_destroy(bench);
}

/* A journal and its followers, everything at once: losses, crashes, sweeps, changes of who may see what. */

#include "tests/unit/bus/feed_bench.h"

static void disturb(struct bench *bench)
{
    uint64_t peer = 1 + fake_draw(&bench->world) % bench->reader_count;
    struct reader *reader = &bench->readers[peer - 1];
    switch (fake_draw(&bench->world) % 8) {
    case 0:
        fake_set_state(&bench->world, peer, LINK_CONNECTING);
        break;
    case 1:
    case 2:
        fake_set_state(&bench->world, peer, LINK_UP);
        break;
    case 3: /* the follower crashes and begins again from what it kept */
        feed_follower_destroy(reader->follower);
        open_follower(reader);
        break;
    case 4: /* the source crashes */
        feed_source_destroy(bench->source);
        open_source(bench);
        break;
    case 5:
        reader->number++;
        reader->may.groups ^= AUDIENCE_MEMBERS;
        break;
    default:
        break;
    }
}

static void change(struct bench *bench, unsigned step)
{
    static const char *const audiences[] = {"S", "W", "S W", "M", "E10", "M E10", "S E11"};
    unsigned i = (unsigned)(fake_draw(&bench->world) % RECORDS);
    if (bench->truth[i].exists && fake_draw(&bench->world) % 4 == 0) {
        delete_record(bench, i);
        return;
    }
    char name[24];
    snprintf(name, sizeof(name), "%u-%u", i, step);
    write_record(bench, i, name, audiences[fake_draw(&bench->world) % 7]);
}

static void sweep(struct bench *bench)
{
    uint64_t end = store_position(bench->store.store).sequence;
    begin(&bench->store);
    cr_assert_eq(journal_sweep(bench->store.txn, end > 30 ? end - 30 : 0, end > 60 ? end - 60 : 0, 50),
                 CODE_OK);
    cr_assert_eq(commit(&bench->store), CODE_OK);
}

/* Whatever is lost, repeated, reordered, cut off, crashed, swept or no longer granted: in the end each
 * follower has what it may see, and never took a gap or a repeat on the way (apply asserts it). */
Test(feed, followers_have_the_truth_in_the_end)
{
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct bench *bench = bench_create(seed);
        bench->world.loss_permille = 100;
        bench->world.repeat_permille = 100;
        bench->world.delay_us_max = 20000;
        follow(bench, AUDIENCE_SERVICES, "");
        follow(bench, AUDIENCE_WORKERS, "");
        follow(bench, AUDIENCE_MEMBERS, "E10");
        follow(bench, 0, "E11");
        for (unsigned i = 0; i < bench->reader_count; i++) {
            bench->readers[i].apply_fails_permille = 50;
            bench->readers[i].credit = i % 2 ? 0 : 7;
            feed_follower_destroy(bench->readers[i].follower);
            open_follower(&bench->readers[i]);
        }
        for (unsigned step = 0; step < 300; step++) {
            change(bench, step);
            if (step % 5 == 0)
                disturb(bench);
            if (step % 17 == 0)
                sweep(bench);
            run(bench, (int64_t)(fake_draw(&bench->world) % 400000));
        }
        bench->world.loss_permille = bench->world.repeat_permille = 0;
        for (unsigned i = 0; i < bench->reader_count; i++) {
            bench->readers[i].apply_fails_permille = 0;
            fake_set_state(&bench->world, i + 1, LINK_UP);
        }
        run(bench, 60 * SECOND);
        for (unsigned i = 0; i < bench->reader_count; i++)
            check_copy(&bench->readers[i]);
        bench_destroy(bench);
    }
}

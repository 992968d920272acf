/* A journal and its followers, over a network that can do everything a network does, in virtual time (the
 * source and the follower together: what one promises the other relies on). */

#include "common/bus/feed_follower.h"
#include "common/bus/feed_source.h"
#include "common/wire/wire.h"
#include "tests/unit/bus/fake_world.h"
#include "tests/unit/store/fixture.h"

#include <criterion/criterion.h>

enum { SECOND = 1000000, RECORDS = 40, FOLLOWERS = 6 };

struct bench;

/* A follower with its own copy of what it was given. */
struct reader {
    struct bench *bench;
    struct client *client;
    struct feed_follower *follower;
    struct cursor kept;     /* as stored with what was applied */
    struct entitlement may; /* what the source grants it */
    uint64_t number;
    bool allowed;
    char names[RECORDS][24]; /* empty: it has no such record */
    unsigned applied, started_over, apply_fails_permille;
    uint32_t credit;
};

struct bench {
    struct fake_world world;
    struct fixture store;
    struct feed_source *source;
    struct arena arena;
    bool dead; /* the source is served no more */
    struct reader readers[FOLLOWERS];
    unsigned reader_count;
    struct {
        char name[24], audience[24];
        uint64_t version;
        bool exists;
    } truth[RECORDS];
};

static const char *id_of(unsigned i)
{
    static char ids[RECORDS][8];
    snprintf(ids[i], sizeof(ids[i]), "E%u", i);
    return ids[i];
}

/* --- the source
 * ------------------------------------------------------------------------------------------------ */

static enum code send_to(void *context, uint64_t peer, struct span envelope, struct span body)
{
    return fake_reply(&((struct bench *)context)->world, peer, envelope, body);
}

static bool may_see(void *context, const struct curve_key *key, struct entitlement *ret_entitlement,
                    uint64_t *ret_number)
{
    const struct reader *reader = &((struct bench *)context)->readers[key->bytes[0] - 1];
    *ret_entitlement = reader->may;
    *ret_number = reader->number;
    return reader->allowed;
}

static void serve_follow(struct bench *bench, uint64_t peer, uint64_t call, struct span body)
{
    ProtobufCMessage *request;
    struct fault fault = {0};
    struct curve_key key = {.bytes = {(uint8_t)peer}};
    cr_assert_eq(wire_unpack(&pb__follow_request__descriptor, body, &bench->arena, &request, NULL), CODE_OK);
    enum code code = feed_source_follow(bench->source, peer, &key, call,
                                        (const Pb__FollowRequest *)(const void *)request, &fault);
    /* A request that the network repeated is open already. */
    if (code != CODE_OK && code != CODE_ALREADY_EXISTS) {
        const struct answer_head head = {.fault = &fault};
        fake_reply(&bench->world, peer, envelope_answer(call, &head, &bench->arena), span_of(NULL, 0));
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
        if (bench->dead)
            ;
        else if (envelope->kind_case == PB__ENVELOPE__KIND_CANCEL)
            feed_source_cancel(bench->source, frame->peer, envelope->call);
        else
            serve_follow(bench, frame->peer, envelope->call, frame->body);
        free(frame);
    }
    while (!bench->dead && feed_source_turn(bench->source))
        ;
}

static void open_source(struct bench *bench)
{
    const struct feed_source_options options = {.world = &bench->world.base,
                                                .store = bench->store.store,
                                                .send = send_to,
                                                .allowed = may_see,
                                                .context = bench};
    cr_assert_eq(feed_source_create(&options, &bench->source), CODE_OK);
}

/* --- the followers
 * --------------------------------------------------------------------------------------------- */

static void apply_entry(struct reader *reader, const Pb__JournalEntry *entry)
{
    ProtobufCMessage *record;
    unsigned i = (unsigned)strtoul((const char *)entry->key.data + 1, NULL, 10);
    cr_assert_str_eq(entry->record_type, "ccrag.v1.Authority");
    cr_assert(i < RECORDS);
    if (entry->change_case != PB__JOURNAL_ENTRY__CHANGE_CONTENT) {
        reader->names[i][0] = '\0';
        return;
    }
    struct span content = span_of(entry->content.data, entry->content.len);
    cr_assert_eq(wire_unpack(&pb__authority__descriptor, content, &reader->bench->arena, &record, NULL),
                 CODE_OK);
    snprintf(reader->names[i], sizeof(reader->names[i]), "%s",
             ((const Pb__Authority *)(const void *)record)->name);
}

static enum code apply(void *context, const Pb__FollowResponse *batch, const struct cursor *next)
{
    struct reader *reader = context;
    if (fake_draw(&reader->bench->world) % 1000 < reader->apply_fails_permille)
        return CODE_RESOURCE_EXHAUSTED;
    if (batch->start_over) {
        memset(reader->names, 0, sizeof(reader->names));
        reader->started_over++;
    } else {
        /* No gap, no repeat. */
        cr_assert_eq(batch->after->sequence, reader->kept.position.sequence);
        cr_assert_eq(batch->after->epoch, reader->kept.position.epoch);
    }
    for (size_t i = 0; i < batch->n_entries; i++) {
        cr_assert(batch->entries[i]->sequence > batch->after->sequence);
        apply_entry(reader, batch->entries[i]);
    }
    reader->kept = *next;
    reader->applied++;
    return CODE_OK;
}

static void open_follower(struct reader *reader)
{
    const struct feed_follower_options options = {.world = &reader->bench->world.base,
                                                  .client = reader->client,
                                                  .cursor = reader->kept,
                                                  .credit = reader->credit,
                                                  .apply = apply,
                                                  .context = reader};
    cr_assert_eq(feed_follower_create(&options, &reader->follower), CODE_OK);
}

static struct reader *follow(struct bench *bench, unsigned groups, const char *name)
{
    struct reader *reader = &bench->readers[bench->reader_count++];
    *reader = (struct reader){.bench = bench, .may = {.groups = groups}, .number = 100, .allowed = true};
    snprintf(reader->may.name, sizeof(reader->may.name), "%s", name);
    const struct client_options options = {.service = "registry", .endpoint = "tcp://127.0.0.1:7001"};
    cr_assert_eq(client_create(&bench->world.base, &options, &reader->client, NULL), CODE_OK);
    open_follower(reader);
    return reader;
}

static const struct feed_follower_state *state_of(const struct reader *reader)
{
    return feed_follower_state(reader->follower);
}

/* --- the bench
 * ------------------------------------------------------------------------------------------------- */

static struct bench *bench_create(uint64_t seed)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    fake_init(&bench->world, seed);
    fixture_init(&bench->store);
    bench->world.server = serve;
    bench->world.context = bench;
    arena_init(&bench->arena, 64 << 20);
    open_source(bench);
    return bench;
}

static void bench_destroy(struct bench *bench)
{
    for (unsigned i = 0; i < bench->reader_count; i++) {
        feed_follower_destroy(bench->readers[i].follower);
        client_destroy(bench->readers[i].client);
    }
    feed_source_destroy(bench->source);
    fixture_finish(&bench->store);
    fake_finish(&bench->world);
    arena_finish(&bench->arena);
    free(bench);
}

static bool turn(struct bench *bench)
{
    bool any = false;
    for (unsigned i = 0; i < bench->reader_count; i++) {
        any |= client_turn(bench->readers[i].client);
        any |= feed_follower_turn(bench->readers[i].follower);
    }
    return any;
}

static int64_t next_us(const struct bench *bench)
{
    int64_t next = bench->dead ? INT64_MAX : feed_source_next_us(bench->source);
    for (unsigned i = 0; i < bench->reader_count; i++) {
        int64_t call = client_next_us(bench->readers[i].client),
                ask = feed_follower_next_us(bench->readers[i].follower);
        next = call < next ? call : next;
        next = ask < next ? ask : next;
    }
    return next;
}

static void run(struct bench *bench, int64_t for_us)
{
    int64_t until = bench->world.mono_us + for_us;
    unsigned turns = 0;
    serve(&bench->world, bench);
    do {
        while (turn(bench))
            ;
        int64_t next = next_us(bench);
        world_wait(&bench->world.base, next < until ? next : until);
        cr_assert(++turns < 2000000, "the loop spins");
    } while (bench->world.mono_us < until);
    while (turn(bench))
        ;
}

static void write_record(struct bench *bench, unsigned i, const char *name, const char *audience)
{
    Pb__Authority *record = authority(&bench->store, id_of(i), bench->truth[i].version, name, audience);
    cr_assert_eq(put(&bench->store, &authorities, record), CODE_OK);
    bench->truth[i].version = record->meta->version;
    bench->truth[i].exists = true;
    snprintf(bench->truth[i].name, sizeof(bench->truth[i].name), "%s", name);
    snprintf(bench->truth[i].audience, sizeof(bench->truth[i].audience), "%s", audience);
    arena_reset(&bench->store.arena);
}

static void delete_record(struct bench *bench, unsigned i)
{
    begin(&bench->store);
    command(&bench->store);
    cr_assert_eq(record_delete(bench->store.txn, &authorities, key_of_text(id_of(i))), CODE_OK);
    cr_assert_eq(keep(&bench->store), CODE_OK);
    cr_assert_eq(commit(&bench->store), CODE_OK);
    bench->truth[i].exists = false;
    bench->truth[i].version = 0;
    arena_reset(&bench->store.arena);
}

/* It has what it may see of what there is, and nothing else. */
static void check_copy(const struct reader *reader)
{
    for (unsigned i = 0; i < RECORDS; i++) {
        struct audience audience = {0};
        audience_parse(reader->bench->truth[i].audience, &audience);
        bool sees = reader->bench->truth[i].exists && audience_admits(&audience, &reader->may);
        cr_assert_str_eq(reader->names[i], sees ? reader->bench->truth[i].name : "",
                         "follower %u, record %u (for %s): has '%s', wants '%s'",
                         (unsigned)(reader - reader->bench->readers), i, reader->bench->truth[i].audience,
                         reader->names[i], sees ? reader->bench->truth[i].name : "");
    }
    cr_assert_eq(reader->kept.position.sequence, store_position(reader->bench->store.store).sequence);
    cr_assert_eq(reader->kept.position.epoch, store_position(reader->bench->store.store).epoch);
    cr_assert(!state_of(reader)->partial);
    cr_assert_eq(state_of(reader)->behind, 0);
}

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

/* --- everything at once
 * ---------------------------------------------------------------------------------------- */

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

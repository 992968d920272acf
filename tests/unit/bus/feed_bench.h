#pragma once
/* A source over a store, followers with copies of their own, and the network between them, in virtual time.
 */

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

/* --- the source -------------------------------------------------------------------------------------- */

static inline enum code send_to(void *context, uint64_t peer, struct span envelope, struct parcel *body)
{
    return fake_reply(&((struct bench *)context)->world, peer, envelope, parcel_span(body));
}

static inline bool may_see(void *context, const struct curve_key *key, struct entitlement *ret_entitlement,
                           uint64_t *ret_number)
{
    const struct reader *reader = &((struct bench *)context)->readers[key->bytes[0] - 1];
    *ret_entitlement = reader->may;
    *ret_number = reader->number;
    return reader->allowed;
}

static inline void serve_follow(struct bench *bench, uint64_t peer, uint64_t call, struct span body)
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

static inline void serve(struct fake_world *world, void *context)
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

static inline void open_source(struct bench *bench)
{
    const struct feed_source_options options = {.world = &bench->world.base,
                                                .store = bench->store.store,
                                                .send = send_to,
                                                .allowed = may_see,
                                                .context = bench};
    cr_assert_eq(feed_source_create(&options, &bench->source), CODE_OK);
}

/* --- the followers ----------------------------------------------------------------------------------- */

static inline void apply_entry(struct reader *reader, const Pb__JournalEntry *entry)
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

static inline enum code apply(void *context, const Pb__FollowResponse *batch, const struct cursor *next)
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

static inline void open_follower(struct reader *reader)
{
    const struct feed_follower_options options = {.world = &reader->bench->world.base,
                                                  .client = reader->client,
                                                  .cursor = reader->kept,
                                                  .credit = reader->credit,
                                                  .apply = apply,
                                                  .context = reader};
    cr_assert_eq(feed_follower_create(&options, &reader->follower), CODE_OK);
}

static inline struct reader *follow(struct bench *bench, unsigned groups, const char *name)
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

/* --- the bench --------------------------------------------------------------------------------------- */

static inline struct bench *bench_create(uint64_t seed)
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

static inline void bench_destroy(struct bench *bench)
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

static inline bool turn(struct bench *bench)
{
    bool any = false;
    for (unsigned i = 0; i < bench->reader_count; i++) {
        any |= client_turn(bench->readers[i].client);
        any |= feed_follower_turn(bench->readers[i].follower);
    }
    return any;
}

static inline int64_t next_us(const struct bench *bench)
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

static inline void run(struct bench *bench, int64_t for_us)
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

static inline void write_record(struct bench *bench, unsigned i, const char *name, const char *audience)
{
    Pb__Authority *record = authority(&bench->store, id_of(i), bench->truth[i].version, name, audience);
    cr_assert_eq(put(&bench->store, &authorities, record), CODE_OK);
    bench->truth[i].version = record->meta->version;
    bench->truth[i].exists = true;
    snprintf(bench->truth[i].name, sizeof(bench->truth[i].name), "%s", name);
    snprintf(bench->truth[i].audience, sizeof(bench->truth[i].audience), "%s", audience);
    arena_reset(&bench->store.arena);
}

static inline void delete_record(struct bench *bench, unsigned i)
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
static inline void check_copy(const struct reader *reader)
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

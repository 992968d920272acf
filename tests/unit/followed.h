#pragma once
/* A source that a program of tests/unit/program.h follows: a store with a journal of its own, and the bus's
 * real feed over the link that the program dialled. */

#include "tests/unit/program.h"

#include "common/bus/feed_source.h"

#include "ccrag/v1/types.pb-c.h"

struct source {
    struct fixture *fixture;
    size_t which;
    const struct table *const *tables;
    struct store *store;
    struct feed_source *feed;
    struct arena arena;
    char directory[96];
};

static inline struct source *source_at(const struct fixture *fixture, size_t which)
{
    return fixture->sources[which];
}

/* The one that has the table. */
static inline struct source *source_of(const struct fixture *fixture, const struct table *table)
{
    for (size_t which = 0; which < DIALLED_MAX; which++)
        for (const struct table *const *at = source_at(fixture, which) ? source_at(fixture, which)->tables
                                                                       : NULL;
             at && *at; at++)
            if (*at == table)
                return source_at(fixture, which);
    cr_assert_fail("no source has %s", table->name);
    return NULL;
}

static inline bool source_allows(void *context, const struct curve_key *key,
                                 struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    (void)context, (void)key;
    *ret_entitlement = (struct entitlement){.groups = AUDIENCE_SERVICES};
    *ret_number = 1;
    return true;
}

static inline enum code source_sends(void *context, uint64_t peer, struct span envelope, struct parcel *body)
{
    struct source *source = context;
    struct dialled *dialled = &source->fixture->dialled[source->which];
    (void)peer;
    cr_assert(dialled->count < DIALLED_MESSAGES);
    struct span *message = dialled->to_it[dialled->count++];
    message[0] = arena_copy(&source->fixture->arena, envelope);
    message[1] = arena_copy(&source->fixture->arena, parcel_span(body));
    return CODE_OK;
}

static inline void source_gets(struct fixture *fixture, size_t which, struct span packed, struct span body)
{
    struct source *source = source_at(fixture, which);
    struct fault fault = {0};
    Pb__Envelope *envelope = NULL;
    ProtobufCMessage *request = NULL;
    if (!source)
        return;
    cr_assert(envelope_read(packed, &fixture->arena, &envelope, &fault) == CODE_OK, "%s", fault.reason);
    if (envelope->kind_case != PB__ENVELOPE__KIND_REQUEST) {
        feed_source_cancel(source->feed, HANDLER_PEER, envelope->call);
        return;
    }
    cr_assert(wire_unpack(&pb__follow_request__descriptor, body, &fixture->arena, &request, &fault) ==
              CODE_OK);
    cr_assert(feed_source_follow(source->feed, HANDLER_PEER, &fixture->dialled[which].key, envelope->call,
                                 (const Pb__FollowRequest *)request, &fault) == CODE_OK,
              "%s", fault.reason);
}

static inline bool sources_turn(struct fixture *fixture)
{
    bool did = false;
    for (size_t which = 0; which < DIALLED_MAX; which++)
        if (source_at(fixture, which))
            did |= feed_source_turn(source_at(fixture, which)->feed);
    return did;
}

/* An empty source with these tables, in the place of the one there was, if any (another epoch): what the
 * program dials as its `which`-th, from 0. */
static inline void source_begin_at(struct fixture *fixture, size_t which, const struct table *const *tables)
{
    static unsigned number;
    struct source *source = calloc(1, sizeof *source);
    struct fault fault = {0};
    snprintf(source->directory, sizeof source->directory, "%s/source-%u", fixture->directory, ++number);
    const struct sealing_key key = {.number = 1};
    const struct store_options options = {.directory = source->directory,
                                          .map_bytes = 64 * 1024 * 1024,
                                          .tables = tables,
                                          .keys = &key,
                                          .key_count = 1,
                                          .schema = 1};
    cr_assert(store_open(&fixture->world, &options, &source->store, &fault) == CODE_OK, "%s", fault.reason);
    const struct feed_source_options feed = {.world = &fixture->world,
                                             .store = source->store,
                                             .send = source_sends,
                                             .allowed = source_allows,
                                             .context = source,
                                             .batch_max = fixture->source_batch};
    source->fixture = fixture, source->which = which, source->tables = tables;
    cr_assert(feed_source_create(&feed, &source->feed) == CODE_OK);
    arena_init(&source->arena, 64 * 1024 * 1024);
    fixture->sources[which] = source;
    fixture->from_it = source_gets;
    fixture->others_turn = sources_turn;
}

static inline void source_begin(struct fixture *fixture, const struct table *const *tables)
{
    source_begin_at(fixture, 0, tables);
}

static inline void source_end_at(struct fixture *fixture, size_t which)
{
    struct source *source = source_at(fixture, which);
    feed_source_destroy(source->feed);
    store_close(source->store);
    arena_finish(&source->arena);
    free(source);
    fixture->sources[which] = NULL;
}

static inline void source_end(struct fixture *fixture)
{
    source_end_at(fixture, 0);
}

/* Puts a record, whatever version is there (`record` NULL: takes the one of that key out), without letting
 * the program read it yet. */
static inline void source_put_quietly(struct fixture *fixture, const struct table *table, struct span key,
                                      ProtobufCMessage *record)
{
    struct source *source = source_of(fixture, table);
    struct store_txn *txn;
    const struct actor actor = {"test", "registry", fixture->wall_ms};
    ProtobufCMessage *stored = NULL;
    cr_assert(store_write_begin(source->store, &txn) == CODE_OK);
    store_command_begin(txn, &actor, &source->arena);
    if (record) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(record->descriptor, "meta");
        Pb__RecordMeta **meta = (void *)((uint8_t *)record + field->offset);
        Pb__RecordMeta given = PB__RECORD_META__INIT;
        given.generated = *meta && (*meta)->generated;
        if (record_get(txn, table, table->key(record, &source->arena), &source->arena, &stored) == CODE_OK)
            given.version = (*(Pb__RecordMeta **)(void *)((uint8_t *)stored + field->offset))->version;
        *meta = &given;
        cr_assert(record_put(txn, table, record) == CODE_OK);
        *meta = NULL;
    } else {
        cr_assert(record_delete(txn, table, key) == CODE_OK);
    }
    cr_assert(store_command_end(txn, true) == CODE_OK && store_commit(txn) == CODE_OK);
    arena_reset(&source->arena);
}

static inline void source_put(struct fixture *fixture, const struct table *table, ProtobufCMessage *record)
{
    source_put_quietly(fixture, table, span_of(NULL, 0), record);
    pass_ms(fixture, 100); /* a batch that only moves the cursor waits a little */
}

static inline void source_delete(struct fixture *fixture, const struct table *table, struct span key)
{
    source_put_quietly(fixture, table, key, NULL);
    pass_ms(fixture, 100);
}

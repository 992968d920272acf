#pragma once
/* What the store's tests share: a world of the tests' own (a seeded generator, a clock that is set, a disk
 * that can refuse), a folder that goes away, and two tables.
 *
 * `authorities`: versioned, followed, with history; found by name (unique), by mail address (secret) and by
 * partner. Its audience is written in `protocol_accepted_by`: letters S W H M for groups, then names, divided
 * by spaces. `placements`: each under a key of its own. */

#include "common/base/uuid.h"
#include "common/store/audit.h"
#include "common/store/blob.h"
#include "common/store/journal.h"
#include "common/store/replies.h"
#include "common/store/store.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"

#ifndef FIXTURE_PLAIN
#include <criterion/criterion.h>
#endif
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef FIXTURE_PLAIN /* without Criterion */
#define cr_assert(condition, ...) plain_assert((condition), #condition)
#define cr_assert_eq(a, b, ...)   plain_assert((a) == (b), #a " == " #b)
static inline void plain_assert(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "failed: %s\n", what);
        abort();
    }
}
#endif

struct test_world {
    struct world base;
    int64_t now_ms;
    uint64_t seed;
    enum disk_step failing_step;
    enum code failing_code; /* CODE_OK: the disk works */
    unsigned disk_fill;     /* in per mille */
};

static inline uint64_t test_random(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int64_t world_test_wall(struct world *world)
{
    return ((struct test_world *)world)->now_ms;
}

static inline void world_test_random(struct world *world, void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)bytes)[i] = (uint8_t)test_random(&((struct test_world *)world)->seed);
}

static inline enum code world_test_disk(struct world *world, enum disk_step step, const char *path)
{
    struct test_world *test = (struct test_world *)world;
    (void)path;
    return step == test->failing_step ? test->failing_code : CODE_OK;
}

static inline unsigned world_test_disk_fill(struct world *world, const char *path)
{
    (void)path;
    return ((struct test_world *)world)->disk_fill;
}

static const struct world_ops test_world_ops = {.wall_ms = world_test_wall,
                                                .random = world_test_random,
                                                .disk = world_test_disk,
                                                .disk_fill_permille = world_test_disk_fill};

/* A world that has threads for a store's own work. */
static inline enum code world_test_thread(struct world *world, void *(*run)(void *), void *context,
                                          pthread_t *ret_thread)
{
    (void)world;
    return pthread_create(ret_thread, NULL, run, context) == 0 ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

static const struct world_ops test_world_ops_threads = {.wall_ms = world_test_wall,
                                                        .random = world_test_random,
                                                        .disk = world_test_disk,
                                                        .thread_start = world_test_thread};

static inline void authority_name_values(const ProtobufCMessage *record, struct arena *arena,
                                         struct index_values *ret_values)
{
    (void)arena;
    ret_values->values[ret_values->count++] = span_of_text(((const Pb__Authority *)record)->name);
}

static inline void authority_mail_values(const ProtobufCMessage *record, struct arena *arena,
                                         struct index_values *ret_values)
{
    (void)arena;
    const char *mail = ((const Pb__Authority *)record)->placement_team_email;
    if (mail[0])
        ret_values->values[ret_values->count++] = span_of_text(mail);
}

static inline void authority_partner_values(const ProtobufCMessage *record, struct arena *arena,
                                            struct index_values *ret_values)
{
    (void)arena;
    const char *partner = ((const Pb__Authority *)record)->partner;
    if (partner[0])
        ret_values->values[ret_values->count++] = span_of_text(partner);
}

static inline struct span authority_key(const ProtobufCMessage *record, struct arena *arena)
{
    (void)arena;
    return key_of_text(((const Pb__Authority *)record)->id);
}

static inline void audience_parse(const char *text, struct audience *ret_audience)
{
    char copy[1000];
    snprintf(copy, sizeof copy, "%s", text);
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (strcmp(word, "S") == 0)
            ret_audience->groups |= AUDIENCE_SERVICES;
        else if (strcmp(word, "W") == 0)
            ret_audience->groups |= AUDIENCE_WORKERS;
        else if (strcmp(word, "H") == 0)
            ret_audience->groups |= AUDIENCE_HOST;
        else if (strcmp(word, "M") == 0)
            ret_audience->groups |= AUDIENCE_MEMBERS;
        else
            audience_add(ret_audience, word);
    }
}

static inline void authority_audience(const ProtobufCMessage *record, struct audience *ret_audience)
{
    audience_parse(((const Pb__Authority *)record)->protocol_accepted_by, ret_audience);
}

static const struct table_index authority_indexes[] = {
    {.name = "name", .unique = true, .values = authority_name_values},
    {.name = "mail", .unique = true, .secret = true, .values = authority_mail_values},
    {.name = "partner", .values = authority_partner_values},
};
enum { BY_NAME, BY_MAIL, BY_PARTNER };

static const struct table authorities = {
    .name = "authorities",
    .type = &pb__authority__descriptor,
    .flags = TABLE_VERSIONED | TABLE_JOURNAL | TABLE_HISTORY,
    .key = authority_key,
    .indexes = authority_indexes,
    .index_count = 3,
    .audience = authority_audience,
};

static inline struct span placement_key(const ProtobufCMessage *record, struct arena *arena)
{
    return key_of_uuid(((const Pb__Placement *)record)->id, arena);
}

static inline void placement_audience(const ProtobufCMessage *record, struct audience *ret_audience)
{
    audience_add(ret_audience, ((const Pb__Placement *)record)->authority_id);
}

static inline void placement_reference_values(const ProtobufCMessage *record, struct arena *arena,
                                              struct index_values *ret_values)
{
    (void)arena;
    ret_values->values[ret_values->count++] = span_of_text(((const Pb__Placement *)record)->reference);
}

static const struct table_index placement_indexes[] = {
    {.name = "reference", .unique = true, .secret = true, .values = placement_reference_values},
};

static const struct table placements = {
    .name = "placements",
    .type = &pb__placement__descriptor,
    .flags = TABLE_VERSIONED | TABLE_JOURNAL | TABLE_HISTORY | TABLE_OWN_KEY,
    .key = placement_key,
    .indexes = placement_indexes,
    .index_count = 1,
    .audience = placement_audience,
};

/* A copy as a follower keeps it. */
static const struct table copies = {
    .name = "copies", .type = &pb__authority__descriptor, .key = authority_key};

static const struct table *const test_tables[] = {&authorities, &placements, &copies, NULL};

static const struct sealing_key test_key = {.number = 1, .bytes = {1, 2, 3, 4, 5, 6, 7, 8}};

/* One test's store, and what a command needs. */
struct fixture {
    struct test_world world;
    char folder[64];
    struct store_options options;
    struct store *store;
    struct store_txn *txn;
    struct arena arena;
    bool joins; /* transactions are begun as those of groups */
};

static inline void fixture_reopen(struct fixture *f)
{
    store_close(f->store);
    f->store = NULL;
    struct fault fault = {0};
    cr_assert_eq(store_open(&f->world.base, &f->options, &f->store, &fault), CODE_OK, "%s", fault.reason);
}

/* The program dies: what it wrote stays, nothing is brought to an end. */
static inline void crash(struct fixture *f)
{
    f->world.failing_step = DISK_CLOSE;
    f->world.failing_code = CODE_UNAVAILABLE;
    store_close(f->store);
    f->store = NULL;
    f->world.failing_code = CODE_OK;
}

static inline void crash_and_reopen(struct fixture *f)
{
    crash(f);
    fixture_reopen(f);
}

/* All but the folder and the store. */
static inline void fixture_prepare(struct fixture *f, uint64_t map_bytes)
{
    *f = (struct fixture){0};
    f->world =
        (struct test_world){.base = {.ops = &test_world_ops}, .now_ms = INT64_C(1800000000000), .seed = 42};
    f->options = (struct store_options){.directory = f->folder,
                                        .map_bytes = map_bytes,
                                        .tables = test_tables,
                                        .keys = &test_key,
                                        .key_count = 1,
                                        .schema = 1};
    arena_init(&f->arena, 64 * 1024 * 1024);
}

static inline void fixture_init_sized(struct fixture *f, uint64_t map_bytes)
{
    fixture_prepare(f, map_bytes);
    snprintf(f->folder, sizeof f->folder, "/tmp/ccrag-store-XXXXXX");
    cr_assert(mkdtemp(f->folder));
    fixture_reopen(f);
}

static inline void fixture_init(struct fixture *f)
{
    fixture_init_sized(f, 64 * 1024 * 1024);
}

static inline void fixture_finish(struct fixture *f)
{
    store_end(f->txn);
    store_close(f->store);
    arena_finish(&f->arena);
    store_remove(f->folder);
}

/* A group of one command, or of several between `begin` and `commit`. */
static inline void begin(struct fixture *f)
{
    enum code code = f->joins ? store_group_begin(f->store, &f->txn) : store_write_begin(f->store, &f->txn);
    cr_assert_eq(code, CODE_OK);
}

static inline enum code commit(struct fixture *f)
{
    enum code code = store_commit(f->txn);
    f->txn = NULL;
    return code;
}

static inline void command(struct fixture *f)
{
    struct actor actor = {.by = "person-1", .principal = "gateway", .now_ms = f->world.now_ms++};
    store_command_begin(f->txn, &actor, &f->arena);
}

static inline enum code keep(struct fixture *f)
{
    return store_command_end(f->txn, true);
}

static inline void reading(struct fixture *f)
{
    cr_assert_eq(store_read_begin(f->store, &f->txn), CODE_OK);
}

static inline void end(struct fixture *f)
{
    store_end(f->txn);
    f->txn = NULL;
}

static inline Pb__Authority *authority(struct fixture *f, const char *id, uint64_t version, const char *name,
                                       const char *audience)
{
    Pb__Authority *record = arena_new(&f->arena, Pb__Authority);
    pb__authority__init(record);
    record->id = id;
    record->name = name;
    record->protocol_accepted_by = audience;
    if (version) {
        record->meta = arena_new(&f->arena, Pb__RecordMeta);
        pb__record_meta__init(record->meta);
        record->meta->version = version;
    }
    return record;
}

static inline Pb__Placement *placement(struct fixture *f, const char *id, uint64_t version, const char *la,
                                       const char *reference)
{
    Pb__Placement *record = arena_new(&f->arena, Pb__Placement);
    pb__placement__init(record);
    record->id = id;
    record->authority_id = la;
    record->reference = reference;
    if (version) {
        record->meta = arena_new(&f->arena, Pb__RecordMeta);
        pb__record_meta__init(record->meta);
        record->meta->version = version;
    }
    return record;
}

/* A whole group that puts one record. */
static inline enum code put(struct fixture *f, const struct table *table, void *record)
{
    begin(f);
    command(f);
    enum code code = record_put(f->txn, table, record);
    enum code kept = store_command_end(f->txn, code == CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
    return code ? code : kept;
}

static inline enum code delete_one(struct fixture *f, const struct table *table, struct span key)
{
    begin(f);
    command(f);
    enum code code = record_delete(f->txn, table, key);
    enum code kept = store_command_end(f->txn, code == CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
    return code ? code : kept;
}

static inline uint64_t sequence(struct fixture *f)
{
    return store_position(f->store).sequence;
}

/* Is that text anywhere in the store's file? */
static inline bool file_has(const char *folder, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    FILE *file = fopen(path, "rb");
    cr_assert(file);
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *all = malloc(size);
    cr_assert(all && fread(all, 1, size, file) == size);
    fclose(file);
    bool found = memmem(all, size, text, strlen(text)) != NULL;
    free(all);
    return found;
}

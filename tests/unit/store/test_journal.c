/* The journal: who gets what, in which order, before and after the sweep. */

#include "tamper.h"

#include "common/base/limits.h"

#include <sodium.h>

static Pb__FollowResponse *read_from(struct fixture *f, uint64_t after, struct entitlement who,
                                     size_t entries, size_t bytes)
{
    Pb__FollowResponse *batch = arena_new(&f->arena, Pb__FollowResponse);
    pb__follow_response__init(batch);
    cr_assert_eq(journal_read(f->txn, after, &who, entries, bytes, &f->arena, batch), CODE_OK);
    cr_assert_eq(batch->after->sequence, after);
    cr_assert_eq(batch->after->epoch, store_position(f->store).epoch);
    cr_assert_eq(batch->newest, store_position(f->store).sequence);
    return batch;
}

/* What a follower gets, as a text: `E1=name`, `-E1` deleted, `~E1` forget. */
static const char *seen(struct fixture *f, uint64_t after, struct entitlement who)
{
    static char text[4000];
    text[0] = '\0';
    Pb__FollowResponse *batch = read_from(f, after, who, 1000, 1000000);
    for (size_t i = 0; i < batch->n_entries; i++) {
        const Pb__JournalEntry *entry = batch->entries[i];
        char *key = arena_format(&f->arena, "%.*s", (int)entry->key.len, (const char *)entry->key.data);
        size_t size = strlen(text);
        if (entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT) {
            Pb__Authority *record = (Pb__Authority *)protobuf_c_message_unpack(
                &pb__authority__descriptor, &f->arena.pb, entry->content.len, entry->content.data);
            cr_assert_str_eq(record->id, key);
            cr_assert_eq(record->meta->version, entry->version);
            snprintf(text + size, sizeof text - size, "%s=%s ", key, record->name);
        } else {
            snprintf(text + size, sizeof text - size, "%s%s ",
                     entry->change_case == PB__JOURNAL_ENTRY__CHANGE_DELETED ? "-" : "~", key);
        }
        cr_assert_str_eq(entry->record_type, "ccrag.v1.Authority");
    }
    return text;
}

static const struct entitlement services = {.groups = AUDIENCE_SERVICES};
static const struct entitlement member_e1 = {.groups = AUDIENCE_MEMBERS, .name = "E1"};
static const struct entitlement provider_p = {.name = "P"};

Test(audience, admits_groups_and_names)
{
    static const struct {
        const char *audience;
        struct entitlement who;
        bool admitted;
    } cases[] = {
        {"M", {.groups = AUDIENCE_MEMBERS, .name = "E1"}, true},
        {"S", {.groups = AUDIENCE_MEMBERS, .name = "E1"}, false},
        {"E1", {.groups = AUDIENCE_MEMBERS, .name = "E1"}, true},
        {"E1 P", {.name = "P"}, true},
        {"E1", {.name = "E"}, false},
        {"", {.groups = ~0u}, false},
        {"E1", {.groups = 0, .name = ""}, false},
        {"H S", {.groups = AUDIENCE_HOST}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct audience audience = {0};
        audience_parse(cases[i].audience, &audience);
        cr_assert_eq(audience_admits(&audience, &cases[i].who), cases[i].admitted, "case %zu", i);
    }
    struct audience full = {0};
    for (unsigned i = 0; i < AUDIENCE_NAMES_MAX; i++) {
        char name[8];
        snprintf(name, sizeof name, "N%u", i);
        cr_assert(audience_add(&full, name));
    }
    cr_assert(audience_add(&full, "N0"), "it is there already");
    cr_assert(audience_add(&full, ""), "no name, nothing to add");
    cr_assert(!audience_add(&full, "one more"));
    cr_assert_eq(full.name_count, AUDIENCE_NAMES_MAX);
}

Test(journal, gives_each_follower_what_it_may_see)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "A", 0, "all", "S M P"));
    put(&f, &authorities, authority(&f, "B", 0, "members", "M"));
    put(&f, &authorities, authority(&f, "C", 0, "one", "E1"));
    put(&f, &authorities, authority(&f, "D", 0, "services", "S"));
    reading(&f);
    cr_assert_str_eq(seen(&f, 0, services), "A=all D=services ");
    cr_assert_str_eq(seen(&f, 0, member_e1), "A=all B=members C=one ");
    cr_assert_str_eq(seen(&f, 0, provider_p), "A=all ");
    cr_assert_str_eq(seen(&f, 2, member_e1), "C=one ");
    cr_assert_str_eq(seen(&f, 4, member_e1), "");
    Pb__FollowResponse *batch = read_from(&f, 1, provider_p, 10, 1000);
    cr_assert_eq(batch->n_entries, 0);
    cr_assert_eq(batch->through->sequence, 4, "a cursor moves on past what is not for it");
    fixture_finish(&f);
}

Test(journal, who_lost_sight_must_forget_and_gets_no_content)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "A", 0, "one", "M P"));
    put(&f, &authorities, authority(&f, "A", 1, "two", "S"));
    put(&f, &authorities, authority(&f, "A", 2, "three", "S"));
    put(&f, &authorities, authority(&f, "A", 3, "four", "S P"));
    delete_one(&f, &authorities, key_of_text("A"));
    reading(&f);
    cr_assert_str_eq(seen(&f, 0, member_e1), "A=one ~A ~A ~A ~A ");
    cr_assert_str_eq(seen(&f, 0, provider_p), "A=one ~A ~A A=four -A ");
    cr_assert_str_eq(seen(&f, 0, services), "A=two A=three A=four -A ");
    cr_assert_str_eq(seen(&f, 0, (struct entitlement){.groups = AUDIENCE_HOST, .name = "E9"}), "");
    Pb__FollowResponse *batch = read_from(&f, 1, member_e1, 1, 1000);
    cr_assert_str_eq(batch->entries[0]->by, "", "who changed it is no more its concern");
    fixture_finish(&f);
}

Test(journal, many_who_ever_saw_it_become_everyone)
{
    struct fixture f;
    fixture_init(&f);
    Pb__Authority *record = authority(&f, "A", 0, "one", "");
    for (unsigned i = 0; i < JOURNAL_WATCHERS_MAX + 3; i++) {
        record->protocol_accepted_by = arena_format(&f.arena, "N%u", i);
        cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    }
    uint64_t last = sequence(&f) - 1;
    reading(&f);
    cr_assert_str_eq(seen(&f, last, (struct entitlement){.name = "N0"}), "~A ");
    cr_assert_str_eq(seen(&f, last, (struct entitlement){.name = "N34"}), "A=one ");
    fixture_finish(&f);
}

/* As many LAs as an audience holds may see a record change and never be told to others. */
Test(journal, many_who_go_on_seeing_it_are_not_everyone)
{
    struct fixture f;
    char names[AUDIENCE_NAMES_MAX * 5 + 1] = "";
    fixture_init(&f);
    for (unsigned i = 0; i < AUDIENCE_NAMES_MAX - 1; i++)
        snprintf(names + strlen(names), 6, "%sN%u", i ? " " : "", i);
    Pb__Authority *record = authority(&f, "A", 0, "one", names);
    cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    record->name = "two";
    cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    snprintf(names + strlen(names), 6, " M");
    record->name = "three", record->protocol_accepted_by = names + strlen("N0 ");
    cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    reading(&f);
    cr_assert_str_eq(seen(&f, 0, (struct entitlement){.name = "N120"}), "A=one A=two A=three ");
    cr_assert_str_eq(seen(&f, 0, (struct entitlement){.name = "N0"}), "A=one A=two ~A ");
    cr_assert_str_eq(seen(&f, 0, provider_p), "");
    cr_assert_str_eq(seen(&f, 0, services), "");
    fixture_finish(&f);
}

/* What an entry begins with, in the clear: who may see it, who may no longer, flags. */
enum { GROUPS_AT = 2 + 3, LOST_GROUPS_AT = 2 + 7, FLAGS_AT = 2 + 8 };
enum { EVERYONE = 1 << 1, DELETED = 1 << 2, STATE = 1 << 3 };

static struct span number_key(uint8_t bytes[8], uint64_t number)
{
    put_u64_be(bytes, number);
    return span_of(bytes, 8);
}

static void put_blob(struct fixture *f, const char *name)
{
    static const struct audience audience = {.groups = AUDIENCE_SERVICES};
    const Pb__BlobHead *head;
    uint64_t version;
    uint8_t digest[crypto_generichash_BYTES];
    crypto_generichash(digest, sizeof digest, (const uint8_t *)"bytes", 5, NULL, 0);
    begin(f);
    command(f);
    cr_assert_eq(blob_begin(f->txn, name, "a file", &version), CODE_OK);
    cr_assert_eq(blob_append(f->txn, name, version, 0, span_of_text("bytes")), CODE_OK);
    cr_assert_eq(blob_finish(f->txn, name, version, 1, digest, &audience, &f->arena, &head), CODE_OK);
    cr_assert_eq(keep(f), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

/* The state of one record at one number is that of no other number, though it is the record's own; a deletion
 * neither; and what is not sealed of an entry says no more than what is. */
Test(journal, an_entry_is_bound_to_its_number_and_to_what_is_not_sealed)
{
    enum { BLOB = 4 };
    static const struct {
        uint64_t from, to; /* sequences */
        size_t at;         /* 0: it is moved, whole */
        uint8_t bit;
    } cases[] = {
        {1, 1, 0, 0}, /* as it was */
        {1, 2, 0, 0},
        {2, 1, 0, 0},
        {3, 1, 0, 0},
        {1, 3, 0, 0},
        {1, 1, GROUPS_AT, AUDIENCE_MEMBERS},
        {1, 1, LOST_GROUPS_AT, AUDIENCE_MEMBERS},
        {1, 1, FLAGS_AT, EVERYONE},
        {1, 1, FLAGS_AT, DELETED},
        {1, 1, FLAGS_AT, STATE},
        {3, 3, GROUPS_AT, AUDIENCE_MEMBERS},
        {3, 3, FLAGS_AT, STATE},
        {BLOB, BLOB, FLAGS_AT, STATE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        fixture_init(&f);
        put(&f, &authorities, authority(&f, "A", 0, "one", "S"));
        put(&f, &authorities, authority(&f, "A", 1, "two", "S"));
        delete_one(&f, &authorities, key_of_text("A"));
        put_blob(&f, "B");
        uint8_t value[TAMPER_BYTES_MAX], key[8];
        struct tamper t = tamper_begin(&f, "journal");
        size_t size = tamper_get(&t, number_key(key, cases[i].from), value);
        if (cases[i].at)
            value[cases[i].at] ^= cases[i].bit;
        tamper_put(&t, number_key(key, cases[i].to), span_of(value, size));
        tamper_end(&t);
        fixture_reopen(&f);
        reading(&f);
        Pb__FollowResponse batch = PB__FOLLOW_RESPONSE__INIT;
        enum code code = journal_read(f.txn, 0, &services, 10, 10000, &f.arena, &batch);
        cr_assert_eq(code, i == 0 ? CODE_OK : CODE_DATA_LOSS, "case %zu", i);
        cr_assert(code || batch.n_entries == BLOB);
        fixture_finish(&f);
    }
}

Test(journal, batches_are_bounded_and_join)
{
    struct fixture f;
    fixture_init(&f);
    for (unsigned i = 0; i < 50; i++) {
        char *id = arena_format(&f.arena, "E%02u", i);
        put(&f, &authorities, authority(&f, id, 0, id, i % 5 ? "S" : "M"));
    }
    reading(&f);
    static const struct {
        size_t entries, bytes;
    } bounds[] = {{1, 100000}, {7, 100000}, {1000, 1}, {1000, 300}, {1000, 100000}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        uint64_t cursor = 0;
        size_t entries = 0;
        for (int batches = 0; cursor < 50 && batches < 100; batches++) {
            Pb__FollowResponse *batch = read_from(&f, cursor, services, bounds[i].entries, bounds[i].bytes);
            cr_assert(batch->n_entries <= bounds[i].entries);
            cr_assert(batch->n_entries <= 1 ||
                      protobuf_c_message_get_packed_size(&batch->base) < bounds[i].bytes + 100);
            cr_assert(batch->through->sequence > cursor);
            entries += batch->n_entries;
            cursor = batch->through->sequence;
        }
        cr_assert_eq(entries, 40, "bounds %zu", i);
    }
    fixture_finish(&f);
}

static void sweep(struct fixture *f, uint64_t target, uint64_t horizon, size_t most)
{
    begin(f);
    cr_assert_eq(journal_sweep(f->txn, target, horizon, most), CODE_OK);
    cr_assert_eq(commit(f), CODE_OK);
}

Test(sweep, keeps_the_newest_state_of_each_and_tombstones_above_the_horizon)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "A", 0, "a1", "S")); /* 1 */
    put(&f, &authorities, authority(&f, "B", 0, "b1", "S")); /* 2 */
    put(&f, &authorities, authority(&f, "A", 1, "a2", "S")); /* 3 */
    delete_one(&f, &authorities, key_of_text("B"));          /* 4 */
    put(&f, &authorities, authority(&f, "C", 0, "c1", "S")); /* 5 */
    put(&f, &authorities, authority(&f, "A", 2, "a3", "S")); /* 6 */
    sweep(&f, 5, 0, 2);
    reading(&f);
    cr_assert_eq(journal_floor(f.txn), 2);
    end(&f);
    sweep(&f, 5, 0, 100);
    reading(&f);
    cr_assert_eq(journal_floor(f.txn), 5);
    cr_assert_eq(journal_horizon(f.txn), 0);
    cr_assert_str_eq(seen(&f, 0, services), "A=a2 -B C=c1 A=a3 ");
    end(&f);
    sweep(&f, 5, 4, 100);
    reading(&f);
    cr_assert_eq(journal_horizon(f.txn), 4);
    cr_assert_str_eq(seen(&f, 0, services), "A=a2 C=c1 A=a3 ");
    cr_assert_eq(read_from(&f, 0, services, 1, 1000)->floor, 5);
    end(&f);
    sweep(&f, 100, 100, 100);
    fixture_reopen(&f);
    cr_assert_eq(sequence(&f), 6, "the newest entry stays, and with it the position");
    reading(&f);
    cr_assert_str_eq(seen(&f, 0, services), "A=a2 C=c1 A=a3 ");
    fixture_finish(&f);
}

/* --- a property: whenever a follower joins, it ends with what it may see ----------------------------- */

enum { KEYS = 12, FOLLOWERS = 6, STEPS = 600 };

/* Of each key, the name held; empty: none. */
struct follower {
    struct entitlement who;
    uint64_t cursor;
    char held[KEYS][16];
};

struct model {
    char name[KEYS][16]; /* empty: no such record */
    const char *audience[KEYS];
    uint64_t version[KEYS];
};

static const char *const audiences[] = {"S", "M", "S M", "E1", "E2 P", "S P", "E1 E2", ""};

static void follow(struct fixture *f, struct follower *follower, size_t most)
{
    reading(f);
    if (follower->cursor && follower->cursor < journal_horizon(f->txn)) {
        follower->cursor = 0;
        memset(follower->held, 0, sizeof follower->held);
    }
    Pb__FollowResponse *batch = read_from(f, follower->cursor, follower->who, most, 100000);
    for (size_t i = 0; i < batch->n_entries; i++) {
        const Pb__JournalEntry *entry = batch->entries[i];
        cr_assert(entry->sequence > follower->cursor && entry->sequence <= batch->through->sequence);
        char *held = follower->held[entry->key.data[0] - 'a'];
        held[0] = '\0';
        if (entry->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT) {
            Pb__Authority *record = (Pb__Authority *)protobuf_c_message_unpack(
                &pb__authority__descriptor, &f->arena.pb, entry->content.len, entry->content.data);
            struct audience audience = {0};
            audience_parse(record->protocol_accepted_by, &audience);
            cr_assert(audience_admits(&audience, &follower->who), "nothing is given that it may not see");
            snprintf(held, 16, "%s", record->name);
        }
    }
    follower->cursor = batch->through->sequence;
    end(f);
}

static void check(const struct model *model, const struct follower *follower, uint64_t seed);

static void change(struct fixture *f, struct model *model, uint64_t *seed)
{
    size_t at = test_random(seed) % KEYS;
    char *key = arena_format(&f->arena, "%c", (int)('a' + at));
    if (model->name[at][0] && test_random(seed) % 4 == 0) {
        cr_assert_eq(delete_one(f, &authorities, key_of_text(key)), CODE_OK);
        model->name[at][0] = '\0';
        return;
    }
    snprintf(model->name[at], sizeof model->name[at], "%c%u", (int)('a' + at),
             (unsigned)(test_random(seed) % 100000));
    model->audience[at] = audiences[test_random(seed) % (sizeof audiences / sizeof *audiences)];
    Pb__Authority *record = authority(f, key, 0, arena_text(&f->arena, model->name[at]), model->audience[at]);
    reading(f);
    ProtobufCMessage *old;
    if (record_get(f->txn, &authorities, key_of_text(key), &f->arena, &old) == CODE_OK)
        record->meta = ((Pb__Authority *)old)->meta;
    end(f);
    cr_assert_eq(put(f, &authorities, record), CODE_OK);
}

static void check(const struct model *model, const struct follower *follower, uint64_t seed)
{
    for (size_t at = 0; at < KEYS; at++) {
        struct audience audience = {0};
        if (model->name[at][0])
            audience_parse(model->audience[at], &audience);
        bool sees = model->name[at][0] && audience_admits(&audience, &follower->who);
        cr_assert_str_eq(follower->held[at], sees ? model->name[at] : "", "seed %llu, key %zu",
                         (unsigned long long)seed, at);
    }
}

Test(sweep, every_follower_ends_with_what_it_may_see_whenever_it_joined, .timeout = 60)
{
    static const struct entitlement who[FOLLOWERS] = {{.groups = AUDIENCE_SERVICES},
                                                      {.groups = AUDIENCE_MEMBERS, .name = "E1"},
                                                      {.groups = AUDIENCE_MEMBERS, .name = "E2"},
                                                      {.name = "P"},
                                                      {.groups = AUDIENCE_SERVICES},
                                                      {.groups = AUDIENCE_MEMBERS, .name = "E1"}};
    for (uint64_t run = 1; run <= 3; run++) {
        uint64_t seed = run;
        struct fixture f;
        fixture_init(&f);
        struct model model = {0};
        struct follower followers[FOLLOWERS] = {0};
        for (size_t i = 0; i < FOLLOWERS; i++)
            followers[i].who = who[i];
        for (unsigned step = 0; step < STEPS; step++) {
            change(&f, &model, &seed);
            size_t lucky = test_random(&seed) % (FOLLOWERS * 3);
            if (lucky < FOLLOWERS)
                follow(&f, &followers[lucky], 1 + test_random(&seed) % 60);
            if (lucky < FOLLOWERS && followers[lucky].cursor == sequence(&f))
                check(&model, &followers[lucky], run);
            if (test_random(&seed) % 10 == 0) {
                uint64_t back = test_random(&seed) % 30;
                uint64_t target = sequence(&f) > back ? sequence(&f) - back : 0;
                sweep(&f, target, target > 60 ? target - 60 : 0, 1 + test_random(&seed) % 40);
            }
            arena_reset(&f.arena);
        }
        for (size_t i = 0; i < FOLLOWERS; i++) {
            struct follower fresh = {.who = who[i]};
            for (int batches = 0; followers[i].cursor < sequence(&f) && batches < 1000; batches++)
                follow(&f, &followers[i], 50);
            for (int batches = 0; fresh.cursor < sequence(&f) && batches < 1000; batches++)
                follow(&f, &fresh, 7);
            check(&model, &followers[i], run);
            check(&model, &fresh, run);
        }
        fixture_finish(&f);
    }
}

/* --- cursors ----------------------------------------------------------------------------------------- */

Test(cursors, are_kept_with_what_was_made_of_the_batch)
{
    struct fixture f;
    fixture_init(&f);
    struct cursor cursor;
    reading(&f);
    cr_assert_eq(cursor_get(f.txn, "registry", &cursor), CODE_OK);
    cr_assert(cursor.position.epoch == 0 && cursor.position.sequence == 0 && cursor.read_at_ms == 0);
    end(&f);
    cursor = (struct cursor){
        .position = {.epoch = 9, .sequence = 10}, .entitlement = 3, .floor = 4, .read_at_ms = 5};
    for (int dropped = 1; dropped >= 0; dropped--) {
        begin(&f);
        command(&f);
        cr_assert_eq(record_put(f.txn, &copies, &authority(&f, "E1", 1, "one", "")->base), CODE_OK);
        cr_assert_eq(cursor_put(f.txn, "registry", &cursor), CODE_OK);
        cr_assert_eq(store_command_end(f.txn, !dropped), CODE_OK);
        cr_assert_eq(commit(&f), CODE_OK);
        reading(&f);
        struct cursor read;
        cr_assert_eq(cursor_get(f.txn, "registry", &read), CODE_OK);
        cr_assert_eq(read.position.sequence, dropped ? 0 : 10);
        cr_assert_eq(record_count(f.txn, &copies), dropped ? 0 : 1);
        cr_assert(dropped || (read.position.epoch == 9 && read.entitlement == 3 && read.floor == 4 &&
                              read.read_at_ms == 5));
        end(&f);
    }
    fixture_finish(&f);
}

/* Erasure: child-level records under keys of their own (rule S2). */

#include "tamper.h"

static const char child[] = "01890000-0000-7000-8000-000000000001";
static const char other[] = "01890000-0000-7000-8000-000000000002";

static enum code erase(struct fixture *f, const char *id)
{
    begin(f);
    command(f);
    enum code code = record_erase(f->txn, &placements, key_of_uuid(id, &f->arena));
    enum code kept = keep(f);
    cr_assert_eq(commit(f), CODE_OK);
    return code ? code : kept;
}

static Pb__FollowResponse *followed_by(struct fixture *f, const char *authority, uint64_t after)
{
    Pb__FollowResponse *batch = arena_new(&f->arena, Pb__FollowResponse);
    pb__follow_response__init(batch);
    struct entitlement la = {0};
    snprintf(la.name, sizeof la.name, "%s", authority);
    cr_assert_eq(journal_read(f->txn, after, &la, 100, 1000000, &f->arena, batch), CODE_OK);
    return batch;
}

static Pb__FollowResponse *followed(struct fixture *f, uint64_t after)
{
    return followed_by(f, "E1", after);
}

static size_t past_of(struct fixture *f, const char *id)
{
    Pb__JournalEntry **entries;
    size_t count;
    cr_assert_eq(
        record_history(f->txn, &placements, key_of_uuid(id, &f->arena), 10, &f->arena, &entries, &count),
        CODE_OK);
    return count;
}

/* Entries of a database, counted behind the store's back. */
static size_t entries_of(struct fixture *f, const char *name)
{
    struct tamper t = tamper_begin(f, name);
    MDB_stat stat;
    cr_assert_eq(mdb_stat(t.txn, t.dbi, &stat), 0);
    tamper_end(&t);
    fixture_reopen(f);
    return stat.ms_entries;
}

Test(erase, no_copy_can_be_read_again) /* rule S2 */
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &placements, placement(&f, child, 0, "E1", "REF-1"));
    put(&f, &placements, placement(&f, child, 1, "E1", "REF-2"));
    put(&f, &placements, placement(&f, other, 0, "E1", "REF-3"));
    reading(&f);
    Pb__FollowResponse *batch = followed(&f, 0);
    cr_assert_eq(batch->n_entries, 3);
    Pb__Placement *content = (Pb__Placement *)protobuf_c_message_unpack(
        &pb__placement__descriptor, &f.arena.pb, batch->entries[1]->content.len,
        batch->entries[1]->content.data);
    cr_assert_str_eq(content->reference, "REF-2");
    cr_assert_eq(past_of(&f, child), 1);
    end(&f);

    cr_assert_eq(entries_of(&f, "past"), 1);
    cr_assert_eq(entries_of(&f, "record-keys"), 2);
    cr_assert_eq(erase(&f, child), CODE_OK);
    cr_assert_eq(entries_of(&f, "past"), 0);
    cr_assert_eq(entries_of(&f, "record-keys"), 1);
    reading(&f);
    ProtobufCMessage *record;
    cr_assert_eq(record_get(f.txn, &placements, key_of_uuid(child, &f.arena), &f.arena, &record),
                 CODE_NOT_FOUND);
    cr_assert_eq(record_find(f.txn, &placements, "reference", span_of_text("REF-2"), &f.arena, &record),
                 CODE_NOT_FOUND);
    cr_assert_eq(record_get(f.txn, &placements, key_of_uuid(other, &f.arena), &f.arena, &record), CODE_OK);
    cr_assert_eq(past_of(&f, child), 0);
    batch = followed(&f, 0);
    cr_assert_eq(batch->n_entries, 2, "the other one, and the tombstone");
    cr_assert_eq(batch->entries[0]->sequence, 3);
    cr_assert_eq(batch->entries[1]->change_case, PB__JOURNAL_ENTRY__CHANGE_DELETED);
    fixture_finish(&f);
}

/* Whoever once saw it and was away when that ended has it still; the entry that told so cannot be read any
 * more. */
Test(erase, is_told_to_who_lost_sight_of_the_record_before)
{
    for (int deleted = 0; deleted < 2; deleted++) {
        struct fixture f;
        fixture_init(&f);
        put(&f, &placements, placement(&f, child, 0, "E1", "REF-1"));
        put(&f, &placements, placement(&f, child, 1, "E2", "REF-1"));
        if (deleted)
            delete_one(&f, &placements, key_of_uuid(child, &f.arena));
        cr_assert_eq(erase(&f, child), CODE_OK);
        reading(&f);
        Pb__FollowResponse *lost = followed_by(&f, "E1", 1), *seen = followed_by(&f, "E2", 0);
        cr_assert_eq(lost->n_entries, 1);
        cr_assert_eq(lost->entries[0]->change_case, PB__JOURNAL_ENTRY__CHANGE_FORGET);
        cr_assert_eq(seen->n_entries, 1);
        cr_assert_eq(seen->entries[0]->change_case, PB__JOURNAL_ENTRY__CHANGE_DELETED);
        cr_assert_eq(followed_by(&f, "E3", 0)->n_entries, 0);
        fixture_finish(&f);
    }
}

Test(erase, takes_the_past_of_a_deleted_record_and_nobody_elses) /* rule S2 */
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &placements, placement(&f, child, 0, "E1", "REF-1"));
    put(&f, &placements, placement(&f, other, 0, "E1", "REF-2"));
    put(&f, &placements, placement(&f, child, 1, "E1", "REF-3"));
    put(&f, &placements, placement(&f, other, 1, "E1", "REF-4"));
    delete_one(&f, &placements, key_of_uuid(child, &f.arena));
    cr_assert_eq(entries_of(&f, "past"), 4, "one of each, and the child's last and its end");
    cr_assert_eq(erase(&f, child), CODE_OK);
    cr_assert_eq(entries_of(&f, "past"), 1);
    put(&f, &placements, placement(&f, other, 2, "E1", "REF-5"));
    reading(&f);
    cr_assert_eq(past_of(&f, child), 0);
    cr_assert_eq(past_of(&f, other), 2);
    fixture_finish(&f);
}

Test(erase, is_for_ever_and_listed)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &placements, placement(&f, child, 0, "E1", "REF-1"));
    int64_t at_ms = f.world.now_ms;
    cr_assert_eq(erase(&f, child), CODE_OK);
    cr_assert_eq(erase(&f, child), CODE_NOT_FOUND);
    cr_assert_eq(put(&f, &placements, placement(&f, child, 0, "E1", "REF-1")), CODE_FAILED_PRECONDITION);
    cr_assert_eq(erase(&f, other), CODE_NOT_FOUND, "listed all the same, for a copy may hold it");
    reading(&f);
    struct erasure *erasures, *rest;
    size_t count;
    cr_assert_eq(store_erasures(f.txn, NULL, 10, &f.arena, &erasures, &count), CODE_OK);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(erasures[0].table, "placements");
    cr_assert(span_equal(erasures[0].key, key_of_uuid(child, &f.arena)));
    cr_assert_eq(erasures[0].at_ms, at_ms);
    cr_assert_eq(store_erasures(f.txn, &erasures[0], 10, &f.arena, &rest, &count), CODE_OK);
    cr_assert_eq(count, 1);
    cr_assert(span_equal(rest[0].key, key_of_uuid(other, &f.arena)));
    fixture_finish(&f);
}

Test(erase, a_deleted_record_still_has_a_past_until_it_is_erased)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &placements, placement(&f, child, 0, "E1", "REF-1"));
    cr_assert_eq(delete_one(&f, &placements, key_of_uuid(child, &f.arena)), CODE_OK);
    reading(&f);
    cr_assert_eq(past_of(&f, child), 2);
    end(&f);
    cr_assert_eq(erase(&f, child), CODE_OK);
    reading(&f);
    cr_assert_eq(past_of(&f, child), 0);
    fixture_finish(&f);
}

Test(erase, a_restored_copy_is_erased_again)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &placements, placement(&f, child, 0, "E1", "REF-1"));
    char folder[100];
    snprintf(folder, sizeof folder, "%s-copy", f.folder);
    cr_assert_eq(store_copy(f.store, folder, NULL), CODE_OK);
    cr_assert_eq(erase(&f, child), CODE_OK);
    reading(&f);
    struct erasure *erasures;
    size_t count;
    cr_assert_eq(store_erasures(f.txn, NULL, 10, &f.arena, &erasures, &count), CODE_OK);
    end(&f);

    struct fixture restored = {.world = f.world, .options = f.options};
    snprintf(restored.folder, sizeof restored.folder, "%.50s-copy", f.folder);
    restored.options.directory = restored.folder;
    arena_init(&restored.arena, 1024 * 1024);
    fixture_reopen(&restored);
    for (size_t i = 0; i < count; i++) {
        begin(&restored);
        command(&restored);
        cr_assert_eq(record_erase(restored.txn, &placements, erasures[i].key), CODE_OK);
        cr_assert_eq(keep(&restored), CODE_OK);
        cr_assert_eq(commit(&restored), CODE_OK);
    }
    reading(&restored);
    ProtobufCMessage *record;
    cr_assert_eq(
        record_get(restored.txn, &placements, key_of_uuid(child, &restored.arena), &restored.arena, &record),
        CODE_NOT_FOUND);
    fixture_finish(&restored);
    fixture_finish(&f);
}

/* What was answered about a record is sealed under its key as well, by whichever way it is kept (rule S2). */
Test(erase, what_was_answered_goes_with_the_record)
{
    static const uint8_t digest[32] = {1};
    struct fixture f;
    fixture_init(&f);
    put(&f, &placements, placement(&f, child, 0, "E1", "REF-1"));
    put(&f, &placements, placement(&f, other, 0, "E1", "REF-2"));
    const char *const ids[] = {child, other};
    struct uuid keys[2];
    struct reply reply;
    begin(&f);
    command(&f);
    for (uint8_t i = 0; i < 2; i++) {
        keys[i] = uuid_v7(f.world.now_ms, (const uint8_t[10]){i});
        reply = (struct reply){.body = span_of_text(i ? "REF-2" : "REF-1"), .of = &placements};
        reply.key = key_of_uuid(ids[i], &f.arena);
        cr_assert_eq(reply_keep(f.txn, "gateway", &keys[i], digest, &reply), CODE_OK);
        cr_assert_eq(outbox_keep(f.txn, "node-E1", i + 1u, digest, &reply), CODE_OK);
    }
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    for (int erased = 0; erased < 2; erased++) {
        reading(&f);
        for (unsigned i = 0; i < 2; i++) {
            const bool gone = erased && i == 0;
            const char *body = gone ? "" : i ? "REF-2" : "REF-1";
            reply = (struct reply){.code = CODE_UNKNOWN};
            cr_assert_eq(reply_find(f.txn, "gateway", &keys[i], digest, f.world.now_ms, &f.arena, &reply),
                         CODE_OK);
            cr_assert(reply.erased == gone && span_equal(reply.body, span_of_text(body)));
            reply = (struct reply){.code = CODE_UNKNOWN};
            cr_assert_eq(outbox_find(f.txn, "node-E1", i + 1u, digest, &f.arena, &reply), CODE_OK);
            cr_assert(reply.erased == gone && span_equal(reply.body, span_of_text(body)));
        }
        cr_assert_eq(store_txn_error(f.txn, NULL), CODE_OK);
        end(&f);
        cr_assert_eq(erase(&f, child), erased ? CODE_NOT_FOUND : CODE_OK);
        fixture_reopen(&f);
    }
    fixture_finish(&f);
}

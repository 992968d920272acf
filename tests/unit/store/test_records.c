/* Records: versions, both sides of a conflict, indexes, scans, history, the overlay of a command. */

#include "fixture.h"

#include "common/base/limits.h"

static Pb__Authority *get(struct fixture *f, const char *id)
{
    ProtobufCMessage *record = NULL;
    enum code code = record_get(f->txn, &authorities, key_of_text(id), &f->arena, &record);
    cr_assert(code == CODE_OK || code == CODE_NOT_FOUND);
    return (Pb__Authority *)record;
}

Test(records, a_put_keeps_who_when_and_the_version) /* rule R10 */
{
    struct fixture f;
    fixture_init(&f);
    int64_t created = f.world.now_ms;
    Pb__Authority *record = authority(&f, "E10000015", 0, "Hertfordshire", "M");
    cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    cr_assert_eq(record->meta->version, 1);
    record->name = "Herts";
    record->meta->generated = true;
    cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    reading(&f);
    Pb__Authority *read = get(&f, "E10000015");
    cr_assert_str_eq(read->name, "Herts");
    cr_assert_eq(read->meta->version, 2);
    cr_assert_eq(read->meta->created_at_ms, created);
    cr_assert_eq(read->meta->changed_at_ms, created + 1);
    cr_assert_str_eq(read->meta->changed_by, "person-1");
    cr_assert(read->meta->generated);
    cr_assert_eq(record_count(f.txn, &authorities), 1);
    fixture_finish(&f);
}

static struct record_stamp stamp_of(struct fixture *f, const char *id, enum code expected)
{
    struct record_stamp stamp = {{0}};
    enum code code = record_stamp_get(f->txn, &authorities, key_of_text(id), &stamp);
    cr_assert_eq(code, expected, "%s: %s", id, code_name(code));
    return stamp;
}

static bool same(struct record_stamp a, struct record_stamp b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* One state has one stamp, whatever else happens; no other state ever has it. */
Test(records, a_stamp_is_of_one_state_alone)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 0, "one", "M")), CODE_OK);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E2", 0, "another", "M")), CODE_OK);
    reading(&f);
    struct record_stamp first = stamp_of(&f, "E1", CODE_OK);
    cr_assert_not(same(first, stamp_of(&f, "E2", CODE_OK)), "another record");
    stamp_of(&f, "E3", CODE_NOT_FOUND);
    end(&f);
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 1, "two", "M")->base), CODE_OK);
    struct record_stamp undone = stamp_of(&f, "E1", CODE_OK);
    cr_assert_not(same(first, undone), "the command's own");
    cr_assert_eq(store_command_end(f.txn, false), CODE_OK);
    cr_assert(same(first, stamp_of(&f, "E1", CODE_OK)), "undone");
    end(&f);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 1, "two", "M")), CODE_OK);
    reading(&f);
    struct record_stamp second = stamp_of(&f, "E1", CODE_OK);
    cr_assert_not(same(second, first));
    cr_assert_not(same(second, undone), "the same words, put again");
    end(&f);
    fixture_reopen(&f);
    reading(&f);
    cr_assert(same(second, stamp_of(&f, "E1", CODE_OK)), "opened anew");
    fixture_finish(&f);
}

struct version_case {
    bool exists;
    uint64_t version;
    enum code code;
};

Test(records, an_edit_names_the_version_that_it_read) /* rule R10 */
{
    static const struct version_case cases[] = {
        {.exists = false, .version = 0, .code = CODE_OK},
        {.exists = false, .version = 1, .code = CODE_ABORTED},
        {.exists = true, .version = 0, .code = CODE_ALREADY_EXISTS},
        {.exists = true, .version = 1, .code = CODE_ABORTED},
        {.exists = true, .version = 2, .code = CODE_OK},
        {.exists = true, .version = 3, .code = CODE_ABORTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        fixture_init(&f);
        if (cases[i].exists) {
            cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 0, "one", "M")), CODE_OK);
            cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 1, "two", "M")), CODE_OK);
        }
        cr_assert_eq(put(&f, &authorities, authority(&f, "E1", cases[i].version, "three", "M")),
                     cases[i].code, "case %zu", i);
        fixture_finish(&f);
    }
}

Test(records, a_stale_edit_shows_both_versions) /* rule R10 */
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    put(&f, &authorities, authority(&f, "E1", 1, "theirs", "M"));
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 1, "mine", "M")->base), CODE_ABORTED);
    struct fault fault;
    cr_assert_eq(store_txn_error(f.txn, &fault), CODE_ABORTED);
    cr_assert_str_eq(fault.field, "meta.version");
    const Pb__Conflict *conflict = store_txn_conflict(f.txn);
    cr_assert_str_eq(conflict->record_type, "ccrag.v1.Authority");
    Pb__Authority *stored = (Pb__Authority *)protobuf_c_message_unpack(
        &pb__authority__descriptor, &f.arena.pb, conflict->stored.len, conflict->stored.data);
    Pb__Authority *offered = (Pb__Authority *)protobuf_c_message_unpack(
        &pb__authority__descriptor, &f.arena.pb, conflict->offered.len, conflict->offered.data);
    cr_assert_str_eq(stored->name, "theirs");
    cr_assert_eq(stored->meta->version, 2);
    cr_assert_str_eq(offered->name, "mine");
    cr_assert_eq(keep(&f), CODE_ABORTED);
    cr_assert_eq(commit(&f), CODE_OK);
    reading(&f);
    cr_assert_str_eq(get(&f, "E1")->name, "theirs");
    fixture_finish(&f);
}

Test(records, a_put_that_changes_nothing_writes_nothing)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    struct position before = store_position(f.store);
    Pb__Authority *same = authority(&f, "E1", 1, "one", "M");
    cr_assert_eq(put(&f, &authorities, same), CODE_OK);
    cr_assert_eq(store_position(f.store).sequence, before.sequence);
    cr_assert_eq(same->meta->version, 1);
    cr_assert_str_eq(same->meta->changed_by, "person-1");
    same->meta->generated = true;
    cr_assert_eq(put(&f, &authorities, same), CODE_OK);
    cr_assert_eq(store_position(f.store).sequence, before.sequence + 1);
    fixture_finish(&f);
}

Test(records, a_key_is_there_and_not_too_long)
{
    struct fixture f;
    fixture_init(&f);
    char long_key[300];
    memset(long_key, 'k', sizeof long_key - 1);
    long_key[sizeof long_key - 1] = '\0';
    cr_assert_eq(put(&f, &authorities, authority(&f, "", 0, "one", "M")), CODE_INVALID_ARGUMENT);
    cr_assert_eq(put(&f, &authorities, authority(&f, long_key, 0, "one", "M")), CODE_INVALID_ARGUMENT);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 0, long_key, "M")), CODE_INVALID_ARGUMENT);
    cr_assert_eq(put(&f, &placements, placement(&f, "no uuid", 0, "E1", "r")), CODE_INVALID_ARGUMENT);
    reading(&f);
    cr_assert_eq(record_count(f.txn, &authorities), 0);
    ProtobufCMessage *record;
    cr_assert_eq(record_get(f.txn, &authorities, span_of_text(long_key), &f.arena, &record), CODE_NOT_FOUND);
    cr_assert_eq(record_get(f.txn, &authorities, span_of_text(""), &f.arena, &record), CODE_NOT_FOUND);
    fixture_finish(&f);
}

Test(records, a_table_without_versions_is_overwritten)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put(&f, &copies, authority(&f, "E1", 7, "one", "M")), CODE_OK);
    cr_assert_eq(put(&f, &copies, authority(&f, "E1", 3, "two", "M")), CODE_OK);
    reading(&f);
    ProtobufCMessage *record;
    cr_assert_eq(record_get(f.txn, &copies, key_of_text("E1"), &f.arena, &record), CODE_OK);
    cr_assert_str_eq(((Pb__Authority *)record)->name, "two");
    cr_assert_eq(((Pb__Authority *)record)->meta->version, 3);
    cr_assert_eq(sequence(&f), 0);
    fixture_finish(&f);
}

Test(records, deleted_and_made_again_goes_on_from_the_old_version)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(delete_one(&f, &authorities, key_of_text("E1")), CODE_NOT_FOUND);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    cr_assert_eq(delete_one(&f, &authorities, key_of_text("E1")), CODE_OK);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 1, "one", "M")), CODE_ABORTED);
    Pb__Authority *again = authority(&f, "E1", 0, "again", "M");
    cr_assert_eq(put(&f, &authorities, again), CODE_OK);
    cr_assert_eq(again->meta->version, 3);
    fixture_finish(&f);
}

/* --- indexes ----------------------------------------------------------------------------------------- */

static const char *found(struct fixture *f, const char *index, const char *value)
{
    ProtobufCMessage *record;
    enum code code = record_find(f->txn, &authorities, index, span_of_text(value), &f->arena, &record);
    cr_assert(code == CODE_OK || code == CODE_NOT_FOUND);
    return code ? NULL : ((Pb__Authority *)record)->id;
}

Test(indexes, a_unique_value_belongs_to_one_record)
{
    struct fixture f;
    fixture_init(&f);
    Pb__Authority *first = authority(&f, "E1", 0, "one", "M");
    first->placement_team_email = "team@one.example";
    cr_assert_eq(put(&f, &authorities, first), CODE_OK);
    Pb__Authority *same_name = authority(&f, "E2", 0, "one", "M");
    cr_assert_eq(put(&f, &authorities, same_name), CODE_ALREADY_EXISTS);
    cr_assert_null(same_name->meta, "a refusal leaves the record as it was");
    Pb__Authority *same_mail = authority(&f, "E2", 0, "two", "M");
    same_mail->placement_team_email = "team@one.example";
    cr_assert_eq(put(&f, &authorities, same_mail), CODE_ALREADY_EXISTS);
    first->name = "uno";
    cr_assert_eq(put(&f, &authorities, first), CODE_OK);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E2", 0, "one", "M")), CODE_OK);
    reading(&f);
    cr_assert_str_eq(found(&f, "name", "one"), "E2");
    cr_assert_str_eq(found(&f, "name", "uno"), "E1");
    cr_assert_null(found(&f, "name", "on"));
    cr_assert_str_eq(found(&f, "mail", "team@one.example"), "E1");
    cr_assert_null(found(&f, "mail", "team@two.example"));
    end(&f);
    cr_assert_eq(delete_one(&f, &authorities, key_of_text("E1")), CODE_OK);
    reading(&f);
    cr_assert_null(found(&f, "name", "uno"));
    cr_assert_null(found(&f, "mail", "team@one.example"));
    fixture_finish(&f);
}

Test(indexes, a_value_goes_from_one_record_to_another_in_one_command)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 1, "uno", "M")->base), CODE_OK);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E2", 0, "one", "M")->base), CODE_OK);
    cr_assert_str_eq(found(&f, "name", "one"), "E2");
    cr_assert_str_eq(found(&f, "name", "uno"), "E1");
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    reading(&f);
    cr_assert_str_eq(found(&f, "name", "one"), "E2");
    fixture_finish(&f);
}

/* Everything that a scan gives, as one text. */
static const char *scanned(struct fixture *f, struct record_scan scan, size_t page)
{
    static char text[1000];
    text[0] = '\0';
    scan.txn = f->txn;
    scan.table = &authorities;
    enum code code = CODE_OK;
    for (size_t i = 0; code == CODE_OK; i++) {
        if (page && i && i % page == 0) {
            record_scan_finish(&scan);
            scan.first = scan.place;
            scan.after = true;
        }
        ProtobufCMessage *record;
        code = record_scan_next(&scan, &f->arena, &record);
        if (code == CODE_OK) {
            strcat(strcat(text, ((Pb__Authority *)record)->id), " ");
            cr_assert(span_equal(scan.key, span_of_text(((Pb__Authority *)record)->id)));
        }
    }
    cr_assert_eq(code, CODE_NOT_FOUND);
    record_scan_finish(&scan);
    return text;
}

static void fill_partners(struct fixture *f)
{
    static const char *const rows[][2] = {{"E3", "north"}, {"E1", "north"}, {"E2", "north east"},
                                          {"E5", "no"},    {"E4", ""},      {"F1", "south"},
                                          {"E6", "nort"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Pb__Authority *record = authority(f, rows[i][0], 0, rows[i][0], "M");
        record->partner = rows[i][1];
        cr_assert_eq(put(f, &authorities, record), CODE_OK);
    }
}

Test(indexes, scans_give_keys_and_values_in_order)
{
    struct fixture f;
    fixture_init(&f);
    fill_partners(&f);
    const struct table_index *partner = &authority_indexes[BY_PARTNER], *mail = &authority_indexes[BY_MAIL];
    const struct {
        struct record_scan scan;
        const char *expected;
    } cases[] = {
        {{0}, "E1 E2 E3 E4 E5 E6 F1 "},
        {{.prefix = span_of_text("E")}, "E1 E2 E3 E4 E5 E6 "},
        {{.prefix = span_of_text("E"), .first = span_of_text("E3")}, "E3 E4 E5 E6 "},
        {{.prefix = span_of_text("E"), .first = span_of_text("E3"), .after = true}, "E4 E5 E6 "},
        {{.prefix = span_of_text("X")}, ""},
        {{.index = partner}, "E5 E6 E1 E3 E2 F1 "},
        {{.index = partner, .prefix = span_of_text("nor")}, "E6 E1 E3 E2 "},
        {{.index = partner, .prefix = span_of_text("north")}, "E1 E3 E2 "},
        {{.index = partner, .prefix = span_of_text("north"), .whole = true}, "E1 E3 "},
        {{.index = partner, .first = span_of_text("north")}, "E1 E3 E2 F1 "},
        {{.index = mail, .prefix = span_of_text("nobody")}, ""},
    };
    reading(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t page = 0; page < 4; page++)
            cr_assert_str_eq(scanned(&f, cases[i].scan, page), cases[i].expected, "case %zu, pages of %zu", i,
                             page);
    fixture_finish(&f);
}

Test(indexes, a_value_with_zero_bytes_keeps_its_place)
{
    struct fixture f;
    fixture_init(&f);
    static const char *const names[] = {"a", "a\x01", "ab"};
    for (size_t i = 0; i < 3; i++) {
        char *id = arena_format(&f.arena, "E%zu", 3 - i);
        Pb__Authority *record = authority(&f, id, 0, id, "M");
        record->partner = names[i];
        cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    }
    reading(&f);
    const struct table_index *partner = &authority_indexes[BY_PARTNER];
    cr_assert_str_eq(scanned(&f, (struct record_scan){.index = partner}, 0), "E3 E2 E1 ");
    cr_assert_str_eq(
        scanned(&f, (struct record_scan){.index = partner, .prefix = span_of_text("a"), .whole = true}, 0),
        "E3 ");
    fixture_finish(&f);
}

/* --- history ----------------------------------------------------------------------------------------- */

Test(history, past_states_newest_first_without_the_present_one) /* rule R10 */
{
    struct fixture f;
    fixture_init(&f);
    int64_t began = f.world.now_ms;
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    put(&f, &authorities, authority(&f, "E1", 1, "two", "M"));
    put(&f, &authorities, authority(&f, "E1", 2, "three", "M"));
    put(&f, &authorities, authority(&f, "E12", 0, "other", "M"));
    for (int twice = 0; twice < 2; twice++) {
        begin(&f);
        command(&f);
        cr_assert_eq(record_put_history(f.txn, &authorities, &authority(&f, "E1", 0, "old", "M")->base, 1000),
                     CODE_OK);
        cr_assert_eq(keep(&f), CODE_OK);
        cr_assert_eq(commit(&f), CODE_OK);
    }
    cr_assert_eq(sequence(&f), 4);
    reading(&f);
    Pb__JournalEntry **entries;
    size_t count;
    cr_assert_eq(record_history(f.txn, &authorities, key_of_text("E1"), 10, &f.arena, &entries, &count),
                 CODE_OK);
    static const char *const names[] = {"two", "one", "old"};
    static const uint64_t versions[] = {2, 1, 0};
    const int64_t times[] = {began + 1, began, 1000};
    cr_assert_eq(count, 3);
    for (size_t i = 0; i < count; i++) {
        Pb__Authority *past = (Pb__Authority *)protobuf_c_message_unpack(
            &pb__authority__descriptor, &f.arena.pb, entries[i]->content.len, entries[i]->content.data);
        cr_assert_str_eq(past->name, names[i]);
        cr_assert_eq(entries[i]->version, versions[i]);
        cr_assert_eq(entries[i]->at_ms, times[i]);
        cr_assert_str_eq(entries[i]->by, "person-1");
        cr_assert_str_eq(entries[i]->record_type, "ccrag.v1.Authority");
    }
    cr_assert_eq(record_history(f.txn, &authorities, key_of_text("E1"), 1, &f.arena, &entries, &count),
                 CODE_OK);
    cr_assert_eq(count, 1);
    cr_assert_eq(record_history(f.txn, &authorities, key_of_text("E9"), 5, &f.arena, &entries, &count),
                 CODE_OK);
    cr_assert_eq(count, 0);
    cr_assert_eq(record_history(f.txn, &authorities, key_of_text("E1"), 0, &f.arena, &entries, &count),
                 CODE_OK);
    cr_assert_eq(count, 0);
    /* Under what can be no key nothing ever was. */
    static const uint8_t bytes[10 * RECORD_KEY_BYTES_MAX];
    const struct span no_keys[] = {span_of(NULL, 0), span_of(bytes, sizeof bytes)};
    for (size_t i = 0; i < sizeof no_keys / sizeof *no_keys; i++) {
        count = 1;
        cr_assert_eq(record_history(f.txn, &authorities, no_keys[i], 5, &f.arena, &entries, &count), CODE_OK);
        cr_assert_eq(count, 0);
    }
    fixture_finish(&f);
}

Test(history, a_deletion_is_the_last_of_the_past)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    delete_one(&f, &authorities, key_of_text("E1"));
    reading(&f);
    Pb__JournalEntry **entries;
    size_t count;
    cr_assert_eq(record_history(f.txn, &authorities, key_of_text("E1"), 10, &f.arena, &entries, &count),
                 CODE_OK);
    cr_assert_eq(count, 2);
    cr_assert_eq(entries[0]->change_case, PB__JOURNAL_ENTRY__CHANGE_DELETED);
    cr_assert_eq(entries[0]->version, 2);
    cr_assert_eq(entries[1]->change_case, PB__JOURNAL_ENTRY__CHANGE_CONTENT);
    fixture_finish(&f);
}

/* The past of a record, newest first: a name, or what else there is, for each state. */
static const char *past_of(struct fixture *f, const char *key)
{
    Pb__JournalEntry **entries;
    size_t count;
    const char *said = "";
    cr_assert_eq(record_history(f->txn, &authorities, key_of_text(key), 20, &f->arena, &entries, &count),
                 CODE_OK);
    for (size_t i = 0; i < count; i++) {
        const Pb__Authority *past = NULL;
        if (entries[i]->change_case == PB__JOURNAL_ENTRY__CHANGE_CONTENT)
            past = (Pb__Authority *)protobuf_c_message_unpack(
                &pb__authority__descriptor, &f->arena.pb, entries[i]->content.len, entries[i]->content.data);
        said = arena_format(&f->arena, "%s%s ", said, past ? past->name : "-");
    }
    return said;
}

Test(history, goes_on_after_a_deletion_and_another_opening)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    put(&f, &authorities, authority(&f, "E2", 0, "else", "M"));
    put(&f, &authorities, authority(&f, "E1", 1, "two", "M"));
    delete_one(&f, &authorities, key_of_text("E1"));
    reading(&f);
    cr_assert_str_eq(past_of(&f, "E1"), "- two one ");
    end(&f);
    fixture_reopen(&f);
    put(&f, &authorities, authority(&f, "E2", 1, "other", "M"));
    put(&f, &authorities, authority(&f, "E1", 0, "three", "M"));
    put(&f, &authorities, authority(&f, "E1", 4, "four", "M"));
    reading(&f);
    cr_assert_str_eq(past_of(&f, "E1"), "three - two one ");
    cr_assert_str_eq(past_of(&f, "E2"), "else ");
    end(&f);
    fixture_finish(&f);
}

Test(history, of_a_record_written_twice_in_a_command_has_the_state_between)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 1, "two", "M")->base), CODE_OK);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 2, "three", "M")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 3, "refused", "M")->base), CODE_OK);
    store_command_end(f.txn, false);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E1", 3, "four", "M")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    reading(&f);
    cr_assert_str_eq(past_of(&f, "E1"), "three two one ");
    end(&f);
    fixture_finish(&f);
}

/* --- the overlay ------------------------------------------------------------------------------------- */

Test(overlay, a_command_sees_its_own_writes_and_a_refused_one_leaves_none)
{
    struct fixture f;
    fixture_init(&f);
    begin(&f);
    command(&f);
    for (unsigned i = 0; i < 100; i++) {
        char *id = arena_format(&f.arena, "E%03u", i);
        cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, id, 0, id, "M")->base), CODE_OK);
        cr_assert_str_eq(get(&f, id)->name, id);
    }
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E000", 1, "changed", "M")->base), CODE_OK);
    cr_assert_str_eq(get(&f, "E000")->name, "changed");
    cr_assert_eq(record_delete(f.txn, &authorities, key_of_text("E001")), CODE_OK);
    cr_assert_null(get(&f, "E001"));
    cr_assert_eq(keep(&f), CODE_OK);

    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E500", 0, "refused", "M")->base), CODE_OK);
    cr_assert_eq(record_delete(f.txn, &authorities, key_of_text("E002")), CODE_OK);
    struct audit_line line = {.at_ms = 1,
                              .principal = "gateway",
                              .by = "p",
                              .method = "m",
                              .outcome = CODE_PERMISSION_DENIED,
                              .subject = "E500",
                              .detail = ""};
    cr_assert_eq(audit_append(f.txn, &line), CODE_OK);
    cr_assert_eq(store_command_end(f.txn, false), CODE_OK);
    cr_assert_null(get(&f, "E500"));
    cr_assert_not_null(get(&f, "E002"));
    cr_assert_eq(commit(&f), CODE_OK);

    cr_assert_eq(sequence(&f), 102);
    reading(&f);
    cr_assert_eq(record_count(f.txn, &authorities), 99);
    uint64_t lines;
    uint8_t head[AUDIT_HASH_BYTES];
    cr_assert_eq(audit_head(f.txn, &lines, head), CODE_OK);
    cr_assert_eq(lines, 1);
    fixture_finish(&f);
}

Test(overlay, the_first_error_of_a_command_stays_until_its_end)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E2", 0, "one", "M")->base),
                 CODE_ALREADY_EXISTS);
    ProtobufCMessage *record;
    cr_assert_eq(record_get(f.txn, &authorities, key_of_text("E1"), &f.arena, &record), CODE_ALREADY_EXISTS);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E3", 0, "three", "M")->base),
                 CODE_ALREADY_EXISTS);
    cr_assert_eq(keep(&f), CODE_ALREADY_EXISTS);
    command(&f);
    cr_assert_eq(store_txn_error(f.txn, NULL), CODE_OK);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E3", 0, "three", "M")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    reading(&f);
    cr_assert_not_null(get(&f, "E3"));
    cr_assert_null(get(&f, "E2"));
    fixture_finish(&f);
}

Test(overlay, a_command_is_bounded_by_its_arena)
{
    struct fixture f;
    fixture_init(&f);
    struct arena small;
    arena_init(&small, 100 * 1024);
    begin(&f);
    struct actor actor = {.by = "p", .principal = "gateway", .now_ms = 1};
    store_command_begin(f.txn, &actor, &small);
    enum code code = CODE_OK;
    for (unsigned i = 0; i < 1000 && code == CODE_OK; i++) {
        char *id = arena_format(&f.arena, "E%03u", i);
        code = record_put(f.txn, &authorities, &authority(&f, id, 0, id, "M")->base);
    }
    cr_assert_eq(code, CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(keep(&f), CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert_eq(sequence(&f), 0);
    arena_finish(&small);
    fixture_finish(&f);
}

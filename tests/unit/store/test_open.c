/* Opening, keys, schema, copies, the disk, and what is to be seen of it all at rest. */

#include "tamper.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

Test(open, nothing_is_readable_at_rest)
{
    struct fixture f;
    fixture_init(&f);
    Pb__Authority *record = authority(&f, "E10000015", 0, "Hertfordshire", "M");
    record->placement_team_email = "secret-team@herts.example";
    record->head_office_address = "County Hall, Pegs Lane";
    cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    record->head_office_address = "County Hall, Pegs Lane, SG13 8DQ";
    cr_assert_eq(put(&f, &authorities, record), CODE_OK);
    cr_assert_eq(put(&f, &placements,
                     placement(&f, "01890000-0000-7000-8000-000000000001", 0, "E10000015", "REF-4711")),
                 CODE_OK);
    begin(&f);
    struct audit_line line = {.at_ms = 1,
                              .principal = "gateway",
                              .by = "person-1",
                              .method = "SetVacancy",
                              .outcome = CODE_OK,
                              .subject = "E10000015",
                              .detail = "a detail"};
    cr_assert_eq(audit_append(f.txn, &line), CODE_OK);
    struct uuid key = uuid_v7(f.world.now_ms, (const uint8_t[10]){7});
    struct reply reply = {.body = span_of_text("a kept answer")};
    cr_assert_eq(reply_keep(f.txn, "gateway", &key, (const uint8_t[32]){1}, &reply), CODE_OK);
    command(&f);
    uint64_t version;
    cr_assert_eq(blob_begin(f.txn, "postcodes", "codepo.csv", &version), CODE_OK);
    cr_assert_eq(blob_append(f.txn, "postcodes", version, 0, span_of_text("AL1 1AA,514000,207000")), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    static const char *const secrets[] = {"secret-team", "County Hall", "REF-4711", "person-1", "SetVacancy",
                                          "a detail",    "a kept",      "AL1 1AA",  "codepo"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        cr_assert(!file_has(f.folder, secrets[i]), "%s", secrets[i]);
    cr_assert(file_has(f.folder, "E10000015"), "keys of records are not sealed: the search itself works");
    fixture_finish(&f);
}

/* Puts the sealed value of one authority in another's place, whole or cut short. */
static void swap_value(struct fixture *f, const char *from, const char *to, size_t cut)
{
    uint8_t copy[TAMPER_BYTES_MAX];
    struct tamper t = tamper_begin(f, "table:authorities");
    size_t size = tamper_get(&t, key_of_text(from), copy);
    tamper_put(&t, key_of_text(to), span_of(copy, size - cut));
    tamper_end(&t);
    fixture_reopen(f);
}

Test(open, a_value_is_bound_to_its_place_and_whole)
{
    static const struct {
        const char *to;
        size_t cut;
        enum code code;
    } cases[] = {
        {"E1", 0, CODE_OK}, {"E2", 0, CODE_DATA_LOSS}, {"E1", 1, CODE_DATA_LOSS}, {"E1", 60, CODE_DATA_LOSS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        fixture_init(&f);
        put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
        put(&f, &authorities, authority(&f, "E2", 0, "two", "M"));
        swap_value(&f, "E1", cases[i].to, cases[i].cut);
        reading(&f);
        ProtobufCMessage *record;
        cr_assert_eq(record_get(f.txn, &authorities, key_of_text(cases[i].to), &f.arena, &record),
                     cases[i].code, "case %zu", i);
        cr_assert_eq(store_txn_error(f.txn, NULL), cases[i].code);
        fixture_finish(&f);
    }
}

Test(open, files_are_for_their_owner_alone)
{
    struct fixture f;
    fixture_init(&f);
    static const char *const names[] = {"", "/data.mdb", "/lock.mdb", "/store.lock"};
    for (size_t i = 0; i < 4; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s%s", f.folder, names[i]);
        struct stat stat_of;
        cr_assert_eq(stat(path, &stat_of), 0);
        cr_assert_eq(stat_of.st_mode & 077, 0, "%s", path);
    }
    fixture_finish(&f);
}

Test(open, another_key_does_not_open_it)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    store_close(f.store);
    f.store = NULL;
    const struct sealing_key wrong[] = {{.number = 1, .bytes = {9}},
                                        {.number = 2, .bytes = {1, 2, 3, 4, 5, 6, 7, 8}}};
    for (size_t i = 0; i < 2; i++) {
        f.options.keys = &wrong[i];
        struct fault fault = {0};
        cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, &fault), CODE_DATA_LOSS);
        cr_assert(strstr(fault.reason, f.folder) && strstr(fault.reason, "key"), "%s", fault.reason);
    }
    f.options.keys = &test_key;
    fixture_reopen(&f);
    cr_assert_eq(sequence(&f), 1);
    fixture_finish(&f);
}

Test(open, keys_rotate_and_all_that_are_given_open)
{
    struct fixture f;
    fixture_init(&f);
    Pb__Authority *record = authority(&f, "E1", 0, "one", "M");
    record->placement_team_email = "team@one.example";
    put(&f, &authorities, record);
    struct sealing_key keys[2] = {{.number = 2, .bytes = {9, 9}}, test_key};
    f.options.keys = keys;
    f.options.key_count = 2;
    fixture_reopen(&f);
    put(&f, &authorities, authority(&f, "E2", 0, "two", "M"));
    reading(&f);
    ProtobufCMessage *read;
    cr_assert_eq(record_get(f.txn, &authorities, key_of_text("E1"), &f.arena, &read), CODE_OK);
    cr_assert_eq(record_find(f.txn, &authorities, "mail", span_of_text("team@one.example"), &f.arena, &read),
                 CODE_OK);
    end(&f);
    store_close(f.store);
    f.store = NULL;
    f.options.key_count = 1;
    struct fault fault = {0};
    cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, &fault), CODE_DATA_LOSS);
    cr_assert(strstr(fault.reason, "key 1"), "%s", fault.reason);
    fixture_finish(&f);
}

Test(open, a_second_opening_is_refused_here_and_in_another_process)
{
    struct fixture f;
    fixture_init(&f);
    struct store *second = NULL;
    struct fault fault = {0};
    cr_assert_eq(store_open(&f.world.base, &f.options, &second, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, f.folder), "%s", fault.reason);
    pid_t child = fork();
    if (child == 0) {
        enum code code = store_open(&f.world.base, &f.options, &second, NULL);
        _exit(code == CODE_FAILED_PRECONDITION ? 7 : 8);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    fixture_reopen(&f);
    fixture_finish(&f);
}

Test(open, a_folder_that_cannot_be_is_a_fault_that_names_it)
{
    struct fixture f;
    fixture_init(&f);
    struct store_options options = f.options;
    options.directory = "/proc/nowhere/store";
    struct store *store = NULL;
    struct fault fault = {0};
    cr_assert_eq(store_open(&f.world.base, &options, &store, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, "/proc/nowhere/store"), "%s", fault.reason);
    cr_assert_null(store);
    fixture_finish(&f);
}

/* --- schema ------------------------------------------------------------------------------------------ */

static enum code rename_all(struct store_txn *txn, uint32_t from)
{
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    struct record_scan scan = {.txn = txn, .table = &authorities};
    ProtobufCMessage *record;
    enum code code = record_scan_next(&scan, &arena, &record);
    record_scan_finish(&scan);
    struct actor actor = {.by = "migration", .principal = "migration", .now_ms = 5};
    if (code == CODE_OK) {
        store_command_begin(txn, &actor, &arena);
        ((Pb__Authority *)record)->name =
            arena_format(&arena, "%s+%u", ((Pb__Authority *)record)->name, from);
        record_put(txn, &authorities, record);
        code = store_command_end(txn, true);
    }
    if (code == CODE_OK) { /* a command that is refused and passed over does not stop a migration */
        store_command_begin(txn, &actor, &arena);
        ((Pb__Authority *)record)->meta = NULL;
        cr_assert_eq(record_put(txn, &authorities, record), CODE_ALREADY_EXISTS);
        cr_assert_eq(store_command_end(txn, false), CODE_OK);
    }
    arena_finish(&arena);
    return code;
}

static enum code fail_always(struct store_txn *txn, uint32_t from)
{
    cr_assert_eq(from, 3);
    cr_assert_eq(store_meta_put_u64(txn, "half", 1), CODE_OK);
    return CODE_INTERNAL;
}

Test(schema, migrations_run_once_each_and_in_order)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    const store_migration migrations[] = {rename_all, rename_all, fail_always};
    f.options.migrations = migrations;
    f.options.schema = 3;
    for (int twice = 0; twice < 2; twice++) {
        fixture_reopen(&f);
        reading(&f);
        ProtobufCMessage *record;
        cr_assert_eq(record_get(f.txn, &authorities, key_of_text("E1"), &f.arena, &record), CODE_OK);
        cr_assert_str_eq(((Pb__Authority *)record)->name, "one+1+2");
        end(&f);
    }
    store_close(f.store);
    f.store = NULL;
    f.options.schema = 4;
    struct fault fault = {0};
    cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, &fault), CODE_INTERNAL);
    f.options.schema = 3;
    fixture_reopen(&f);
    reading(&f);
    uint64_t half = 9;
    cr_assert_eq(store_meta_get_u64(f.txn, "half", &half), CODE_OK);
    cr_assert_eq(half, 0, "a migration that fails leaves nothing");
    end(&f);
    store_close(f.store);
    f.store = NULL;
    f.options.schema = 2;
    cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, "newer release"), "%s", fault.reason);
    fixture_finish(&f);
}

Test(schema, an_index_that_is_new_is_filled_when_the_store_is_opened)
{
    struct fixture f;
    fixture_init(&f);
    struct table bare = authorities;
    bare.index_count = 1;
    const struct table *const bare_tables[] = {&bare, NULL};
    f.options.tables = bare_tables;
    fixture_reopen(&f);
    Pb__Authority *record = authority(&f, "E1", 0, "one", "M");
    record->partner = "north";
    cr_assert_eq(put(&f, &bare, record), CODE_OK);
    f.options.tables = test_tables;
    fixture_reopen(&f);
    /* The full table's indexes were filled (empty) at the first opening, so only a migration can fill them
     * anew. */
    begin(&f);
    cr_assert_eq(store_reindex(f.txn, &authorities), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    reading(&f);
    struct record_scan scan = {.txn = f.txn, .table = &authorities, .index = &authority_indexes[BY_PARTNER]};
    ProtobufCMessage *found;
    cr_assert_eq(record_scan_next(&scan, &f.arena, &found), CODE_OK);
    cr_assert_str_eq(((Pb__Authority *)found)->id, "E1");
    record_scan_finish(&scan);
    end(&f);

    const struct table_index indexes[] = {authority_indexes[0],
                                          authority_indexes[1],
                                          authority_indexes[2],
                                          {.name = "new", .values = authority_partner_values}};
    struct table more = authorities;
    more.indexes = indexes;
    more.index_count = 4;
    const struct table *const more_tables[] = {&more, NULL};
    f.options.tables = more_tables;
    fixture_reopen(&f);
    reading(&f);
    scan = (struct record_scan){
        .txn = f.txn, .table = &more, .index = &indexes[3], .prefix = span_of_text("north")};
    cr_assert_eq(record_scan_next(&scan, &f.arena, &found), CODE_OK);
    record_scan_finish(&scan);
    fixture_finish(&f);
}

/* A store of a release that knew no formats has none; what lies in it is not guessed at. */
Test(schema, a_store_of_another_format_is_refused_and_stays_as_it_is)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert_eq(put(&f, &authorities, authority(&f, "E1", 0, "one", "M")), CODE_OK);
    uint8_t format[TAMPER_BYTES_MAX];
    struct tamper t = tamper_begin(&f, "meta");
    size_t size = tamper_get(&t, span_of_text("~format"), format);
    tamper_put(&t, span_of_text("~format"), (struct span){0});
    tamper_end(&t);
    struct fault fault = {0};
    for (int as_it_is = 0; as_it_is < 2; as_it_is++) {
        f.options.as_it_is = as_it_is;
        cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, &fault), CODE_FAILED_PRECONDITION);
        cr_assert(strstr(fault.reason, f.folder) && strstr(fault.reason, "format 0"), "%s", fault.reason);
    }
    f.options.as_it_is = false;
    t = tamper_begin(&f, "meta");
    tamper_put(&t, span_of_text("~format"), span_of(format, size));
    tamper_end(&t);
    fixture_reopen(&f);
    reading(&f);
    ProtobufCMessage *record;
    cr_assert_eq(record_get(f.txn, &authorities, key_of_text("E1"), &f.arena, &record), CODE_OK);
    fixture_finish(&f);
}

/* --- copies, epochs, numbers ------------------------------------------------------------------------- */

Test(copy, a_copy_opens_and_equals_while_the_store_goes_on)
{
    struct fixture f;
    fixture_init(&f);
    for (unsigned i = 0; i < 200; i++) {
        char *id = arena_format(&f.arena, "E%03u", i);
        cr_assert_eq(put(&f, &authorities, authority(&f, id, 0, id, "M")), CODE_OK);
    }
    char folder[100];
    snprintf(folder, sizeof folder, "%s-copy", f.folder);
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "later", 0, "later", "M")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    struct fault fault = {0};
    cr_assert_eq(store_copy(f.store, folder, &fault), CODE_OK, "%s", fault.reason);
    cr_assert_eq(commit(&f), CODE_OK);
    cr_assert_eq(store_copy(f.store, folder, &fault), CODE_ALREADY_EXISTS);

    struct store *copy;
    struct store_options options = f.options;
    options.directory = folder;
    cr_assert_eq(store_open(&f.world.base, &options, &copy, &fault), CODE_OK, "%s", fault.reason);
    cr_assert_eq(store_position(copy).epoch, store_position(f.store).epoch);
    cr_assert_eq(store_position(copy).sequence, 200);
    struct store_txn *txn;
    cr_assert_eq(store_read_begin(copy, &txn), CODE_OK);
    ProtobufCMessage *record;
    cr_assert_eq(record_get(txn, &authorities, key_of_text("E123"), &f.arena, &record), CODE_OK);
    cr_assert_eq(record_get(txn, &authorities, key_of_text("later"), &f.arena, &record), CODE_NOT_FOUND);
    cr_assert_eq(record_count(txn, &authorities), 200);
    store_end(txn);
    store_close(copy);
    store_remove(folder);
    fixture_finish(&f);
}

Test(epoch, is_kept_until_a_new_one_is_asked_for)
{
    struct fixture f;
    fixture_init(&f);
    uint64_t first = store_position(f.store).epoch;
    cr_assert_neq(first, 0);
    fixture_reopen(&f);
    cr_assert_eq(store_position(f.store).epoch, first);
    begin(&f);
    cr_assert_eq(store_new_epoch(f.txn), CODE_OK);
    end(&f);
    cr_assert_eq(store_position(f.store).epoch, first);
    begin(&f);
    cr_assert_eq(store_new_epoch(f.txn), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    uint64_t second = store_position(f.store).epoch;
    cr_assert_neq(second, first);
    fixture_reopen(&f);
    cr_assert_eq(store_position(f.store).epoch, second);
    fixture_finish(&f);
}

Test(numbers, are_kept_by_name)
{
    struct fixture f;
    fixture_init(&f);
    begin(&f);
    uint64_t number = 9;
    cr_assert_eq(store_meta_get_u64(f.txn, "roster-serial", &number), CODE_OK);
    cr_assert_eq(number, 0);
    cr_assert_eq(store_meta_put_u64(f.txn, "roster-serial", 12), CODE_OK);
    cr_assert_eq(commit(&f), CODE_OK);
    fixture_reopen(&f);
    reading(&f);
    cr_assert_eq(store_meta_get_u64(f.txn, "roster-serial", &number), CODE_OK);
    cr_assert_eq(number, 12);
    fixture_finish(&f);
}

/* --- the disk ---------------------------------------------------------------------------------------- */

Test(disk, its_failures_come_through_and_nothing_is_half_done)
{
    struct fixture f;
    fixture_init(&f);
    put(&f, &authorities, authority(&f, "E1", 0, "one", "M"));
    f.world.failing_code = CODE_UNAVAILABLE;

    f.world.failing_step = DISK_READ;
    cr_assert_eq(store_read_begin(f.store, &f.txn), CODE_UNAVAILABLE);
    f.world.failing_step = DISK_COPY;
    cr_assert_eq(store_copy(f.store, "/tmp/never-made", NULL), CODE_UNAVAILABLE);

    f.world.failing_step = DISK_COMMIT;
    begin(&f);
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E2", 0, "two", "M")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_OK);
    cr_assert_eq(commit(&f), CODE_UNAVAILABLE);
    cr_assert_eq(sequence(&f), 1);

    begin(&f);
    f.world.failing_step = DISK_WRITE;
    command(&f);
    cr_assert_eq(record_put(f.txn, &authorities, &authority(&f, "E2", 0, "two", "M")->base), CODE_OK);
    cr_assert_eq(keep(&f), CODE_UNAVAILABLE);
    cr_assert_eq(store_txn_error(f.txn, NULL), CODE_UNAVAILABLE);
    cr_assert_eq(commit(&f), CODE_UNAVAILABLE, "a group whose writes failed is not committed");

    f.world.failing_step = DISK_OPEN;
    store_close(f.store);
    f.store = NULL;
    cr_assert_eq(store_open(&f.world.base, &f.options, &f.store, NULL), CODE_UNAVAILABLE);
    f.world.failing_code = CODE_OK;
    fixture_reopen(&f);
    reading(&f);
    cr_assert_eq(record_count(f.txn, &authorities), 1);
    fixture_finish(&f);
}

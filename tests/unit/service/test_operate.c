/* Copies of a store, what makes one fit to be put back, and the audit log as it is read and checked (rule
 * S3). */

#include "fixture.h"

#include "common/service/stores.h"

#include "ccrag/v1/operate.pb-c.h"

#include <fcntl.h>
#include <lmdb.h>

#define OPERATE(method) "ccrag.v1.OperateService/" method

static void write_one(struct fixture *f, const char *name)
{
    cr_assert_eq(
        ask(f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(f, name)}).code,
        CODE_OK);
}

static struct answered backup(struct fixture *f, const char *name)
{
    Pb__BackupRequest request = PB__BACKUP_REQUEST__INIT;
    request.name = name;
    return ask(f, &(struct ask){.method = OPERATE("Backup"), .request = &request.base});
}

static const Pb__BackupManifest *backed_up(struct fixture *f, const char *name)
{
    struct answered answered = backup(f, name);
    cr_assert_eq(answered.code, CODE_OK, "%s", answered.status ? answered.status->message : "");
    Pb__BackupResponse *response = (void *)protobuf_c_message_unpack(
        &pb__backup_response__descriptor, &f->arena.pb, answered.body.size, answered.body.data);
    cr_assert(response && response->manifest);
    return response->manifest;
}

static const char *copy_folder(struct fixture *f, const char *name)
{
    return arena_format(&f->arena, "%s/backup/%s/registry", f->directory, name);
}

static size_t files_in(const char *folder)
{
    DIR *open = opendir(folder);
    size_t count = 0;
    cr_assert(open, "%s", folder);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

static struct store_facts look(struct fixture *f, const char *folder)
{
    struct store_options options;
    struct store_facts facts = {0};
    struct fault fault = {0};
    cr_assert_eq(stores_options(f->region, "registry", &options, &fault), CODE_OK);
    cr_assert_eq(stores_look(&f->world.base, &options, folder, &facts, &fault), CODE_OK, "%s", fault.reason);
    return facts;
}

Test(operate, a_copy_is_what_it_says)
{
    struct fixture f;
    struct audit_line *lines;
    fixture_init(&f, NULL);
    write_one(&f, "east");
    write_one(&f, "west");
    struct position position = store_position(service_store(f.service));
    const Pb__BackupManifest *manifest = backed_up(&f, "first-1");
    const char *folder = copy_folder(&f, "first-1");
    cr_assert_str_eq(manifest->service, "registry");
    cr_assert_eq(manifest->position->epoch, position.epoch);
    cr_assert_eq(manifest->position->sequence, 2);
    cr_assert_eq(manifest->taken_at_ms, f.world.wall_ms);
    cr_assert_eq(manifest->audit_lines, 2);
    cr_assert_eq(files_in(folder), 1, "no lock is left beside it");

    uint8_t digest[STORE_DIGEST_BYTES];
    uint64_t size = 0;
    int file = open(arena_format(&f.arena, "%s/data.mdb", folder), O_RDONLY);
    cr_assert_eq(stores_digest(file, -1, NULL, NULL, &size, digest, NULL), CODE_OK);
    close(file);
    cr_assert_eq(size, manifest->size);
    cr_assert(
        span_equal(span_of(digest, sizeof digest), span_of(manifest->digest.data, manifest->digest.len)));
    struct store_facts facts = look(&f, folder);
    cr_assert_eq(facts.position.sequence, 2);
    cr_assert(span_equal(span_of(facts.audit_head, sizeof facts.audit_head),
                         span_of(manifest->audit_head.data, manifest->audit_head.len)));

    write_one(&f, "north");
    cr_assert_eq(look(&f, folder).position.sequence, 2, "as it stood");
    cr_assert_eq(backed_up(&f, "second")->position->sequence, 3);
    cr_assert_eq(backup(&f, "second").code, CODE_ALREADY_EXISTS, "no copy is written over");
    cr_assert_eq(audit_lines(&f, &lines), 6);
    cr_assert_str_eq(lines[2].method, OPERATE("Backup"));
    cr_assert_eq(lines[5].outcome, CODE_ALREADY_EXISTS);
    fixture_finish(&f);
}

Test(operate, a_copy_stays_below_the_region)
{
    struct fixture f;
    fixture_init(&f, NULL);
    char long_name[BACKUP_NAME_MAX + 2];
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    const char *const names[] = {"", ".", "..", "a/b", "../x", "a b", "a.b", "é", long_name};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_assert_eq(backup(&f, names[i]).code, CODE_INVALID_ARGUMENT, "%s", names[i]);
    cr_assert_eq(backup(&f, long_name + 1).code, CODE_OK);
    fixture_finish(&f);
}

/* --- the audit log (rule S3) ------------------------------------------------------------------------- */

static const Pb__ReadAuditResponse *audit(struct fixture *f, uint64_t first, uint32_t size)
{
    Pb__ReadAuditRequest request = PB__READ_AUDIT_REQUEST__INIT;
    request.first = first;
    request.size = size;
    struct answered answered =
        ask(f, &(struct ask){.method = OPERATE("ReadAudit"), .request = &request.base});
    cr_assert_eq(answered.code, CODE_OK);
    return (void *)protobuf_c_message_unpack(&pb__read_audit_response__descriptor, &f->arena.pb,
                                             answered.body.size, answered.body.data);
}

static const Pb__VerifyAuditResponse *verify(struct fixture *f)
{
    Pb__VerifyAuditRequest request = PB__VERIFY_AUDIT_REQUEST__INIT;
    struct answered answered =
        ask(f, &(struct ask){.method = OPERATE("VerifyAudit"), .request = &request.base});
    cr_assert_eq(answered.code, CODE_OK);
    return (void *)protobuf_c_message_unpack(&pb__verify_audit_response__descriptor, &f->arena.pb,
                                             answered.body.size, answered.body.data);
}

Test(operate, the_log_is_read_in_pages)
{
    struct fixture f;
    fixture_init(&f, NULL);
    cr_assert_eq(audit(&f, 0, 0)->n_lines, 0);
    for (unsigned i = 0; i < 10; i++)
        write_one(&f, i == 9 ? "last" : "some");
    Pb__UpdateSubRegionRequest refused = PB__UPDATE_SUB_REGION_REQUEST__INIT;
    ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = &refused.base});
    static const struct {
        uint64_t first;
        uint32_t size;
        size_t lines;
        uint64_t number; /* of the first given */
    } cases[] = {{0, 0, 11, 1}, {0, 3, 3, 9}, {1, 3, 3, 1}, {10, 5, 2, 10}, {12, 5, 0, 0}, {0, 5000, 11, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Pb__ReadAuditResponse *page = audit(&f, cases[i].first, cases[i].size);
        cr_assert_eq(page->n_lines, cases[i].lines, "case %zu", i);
        cr_assert_eq(page->newest, 11);
        for (size_t k = 0; k < page->n_lines; k++)
            cr_assert_eq(page->lines[k]->number, cases[i].number + k);
    }
    const Pb__AuditLine *line = audit(&f, 11, 1)->lines[0];
    cr_assert_str_eq(line->principal, "operator");
    cr_assert_str_eq(line->by, "");
    cr_assert_str_eq(line->method, AUTHORITIES("UpdateSubRegion"));
    cr_assert_str_eq(line->outcome, "INVALID_ARGUMENT");
    cr_assert_str_eq(line->detail, "there is none");
    cr_assert_eq(line->at_ms, f.world.wall_ms);
    fixture_finish(&f);
}

/* Changes one byte of a line behind the service's back, through LMDB. */
static void flip(struct fixture *f, uint64_t number)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    uint8_t bytes[8], copy[2000];
    cr_assert_eq(mdb_env_create(&env), 0);
    cr_assert_eq(mdb_env_set_maxdbs(env, 4), 0);
    cr_assert_eq(mdb_env_set_mapsize(env, 16 * 1024 * 1024), 0);
    cr_assert_eq(mdb_env_open(env, arena_format(&f->arena, "%s/store/registry", f->directory), 0, 0600), 0);
    cr_assert_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
    cr_assert_eq(mdb_dbi_open(txn, "audit", 0, &dbi), 0);
    put_u64_be(bytes, number);
    MDB_val key = {sizeof bytes, bytes}, value;
    cr_assert_eq(mdb_get(txn, dbi, &key, &value), 0);
    memcpy(copy, value.mv_data, value.mv_size);
    copy[value.mv_size / 2] ^= 1;
    value.mv_data = copy;
    cr_assert_eq(mdb_put(txn, dbi, &key, &value, 0), 0);
    cr_assert_eq(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void restart(struct fixture *f, bool tampered, uint64_t number)
{
    struct service_options options = f->service->options;
    struct fault fault = {0};
    service_destroy(f->service);
    if (tampered)
        flip(f, number);
    cr_assert_eq(service_create(&f->world.base, f->region, &options, &f->service, &fault), CODE_OK, "%s",
                 fault.reason);
}

Test(operate, a_flipped_byte_is_found_and_named) /* rule S3 */
{
    struct fixture f;
    fixture_init(&f, NULL);
    const Pb__VerifyAuditResponse *found = verify(&f);
    cr_assert(found->lines == 0 && found->bad_line == 0);
    for (unsigned i = 0; i < 5; i++)
        write_one(&f, "some");
    found = verify(&f);
    cr_assert(found->lines == 5 && found->bad_line == 0 && found->head.len == AUDIT_HASH_BYTES);
    restart(&f, true, 3);
    write_one(&f, "after");
    found = verify(&f);
    cr_assert_eq(found->bad_line, 3);
    cr_assert_eq(found->lines, 2);
    cr_assert_eq(found->head.len, 0);
    Pb__ReadAuditRequest request = PB__READ_AUDIT_REQUEST__INIT;
    request.first = 1;
    cr_assert_eq(ask(&f, &(struct ask){.method = OPERATE("ReadAudit"), .request = &request.base}).code,
                 CODE_DATA_LOSS);
    request.first = 4;
    cr_assert_eq(ask(&f, &(struct ask){.method = OPERATE("ReadAudit"), .request = &request.base}).code,
                 CODE_OK);
    fixture_finish(&f);
}

/* --- a copy is put back ------------------------------------------------------------------------------ */

static const Pb__GetStatusResponse *status(struct fixture *f)
{
    Pb__GetStatusRequest request = PB__GET_STATUS_REQUEST__INIT;
    struct answered answered =
        ask(f, &(struct ask){.method = "ccrag.v1.FeedService/GetStatus", .request = &request.base});
    cr_assert_eq(answered.code, CODE_OK);
    return (void *)protobuf_c_message_unpack(&pb__get_status_response__descriptor, &f->arena.pb,
                                             answered.body.size, answered.body.data);
}

/* Puts the copy in the store's place, as `ccrag restore` does; tells how many changes are missing. */
static uint64_t put_back(struct fixture *f, const char *name, bool knows_replaced)
{
    struct service_options options = f->service->options;
    struct store_options store;
    struct fault fault = {0};
    uint64_t missing = 77;
    const char *place = arena_format(&f->arena, "%s/store/registry", f->directory);
    const char *folder = copy_folder(f, name);
    service_destroy(f->service);
    cr_assert_eq(stores_options(f->region, "registry", &store, &fault), CODE_OK);
    struct store_facts replaced = look(f, place);
    struct restoring restoring = {.directory = folder,
                                  .taken_at_ms = f->world.wall_ms,
                                  .replaced = knows_replaced ? &replaced : NULL,
                                  .by = "",
                                  .now_ms = f->world.wall_ms};
    cr_assert_eq(stores_make_fit(&f->world.base, &store, &restoring, &missing, &fault), CODE_OK, "%s",
                 fault.reason);
    remove_folder(place);
    cr_assert_eq(rename(folder, place), 0);
    cr_assert_eq(service_create(&f->world.base, f->region, &options, &f->service, &fault), CODE_OK, "%s",
                 fault.reason);
    return missing;
}

Test(operate, a_restored_store_has_a_new_epoch_and_says_what_it_lacks)
{
    static const struct {
        unsigned after; /* changes made after the copy */
        bool knows_replaced;
        uint64_t missing;
        const char *remark; /* NULL: none */
    } cases[] = {
        {0, true, 0, NULL},
        {1, true, 1,
         "It was restored on 9 October 2025, 09:53 from a backup of 9 October 2025, 09:53: 1 change made "
         "in between is not in it."},
        {3, true, 3, "3 changes made in between are not in it."},
        {3, false, RESTORE_MISSING_UNKNOWN, "what was changed in between is not in it."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct audit_line *lines;
        fixture_init(&f, NULL);
        write_one(&f, "east");
        backed_up(&f, "b");
        uint64_t epoch = store_position(service_store(f.service)).epoch;
        for (unsigned k = 0; k < cases[i].after; k++)
            write_one(&f, "later");
        cr_assert_eq(put_back(&f, "b", cases[i].knows_replaced), cases[i].missing, "case %zu", i);
        cr_assert(store_position(service_store(f.service)).epoch != epoch);
        cr_assert_eq(store_position(service_store(f.service)).sequence, 1);
        cr_assert_eq(count_records(&f), 1);
        const Pb__GetStatusResponse *now = status(&f);
        cr_assert_eq(now->n_unreconciled, cases[i].remark != NULL);
        if (cases[i].remark)
            cr_assert(strstr(now->unreconciled[0], cases[i].remark), "%s", now->unreconciled[0]);
        cr_assert_eq(audit_lines(&f, &lines), 2);
        cr_assert_str_eq(lines[1].method, "restored");
        f.world.wall_ms += INT64_C(86400000) * (RESTORE_SHOWN_DAYS + 1);
        cr_assert_eq(status(&f)->n_unreconciled, 0, "it is not said for ever");
        fixture_finish(&f);
    }
}

static void remember_roster(struct fixture *f, uint64_t serial, uint64_t revocations)
{
    struct store_txn *txn;
    cr_assert_eq(store_write_begin(service_store(f->service), &txn), CODE_OK);
    cr_assert_eq(store_meta_put_u64(txn, STORE_ROSTER_SERIAL, serial), CODE_OK);
    cr_assert_eq(store_meta_put_u64(txn, STORE_ROSTER_REVOCATIONS, revocations), CODE_OK);
    cr_assert_eq(store_commit(txn), CODE_OK);
}

/* A restored store refuses the rosters that the replaced one refused. */
Test(operate, the_newest_roster_is_remembered)
{
    static const struct {
        uint64_t copy[2], replaced[2], wanted[2];
    } cases[] = {{{1, 0}, {1, 0}, {1, 0}},
                 {{1, 0}, {7, 0}, {7, 0}},
                 {{1, 5}, {7, 0}, {7, 0}},
                 {{7, 1}, {7, 2}, {7, 2}},
                 {{7, 2}, {1, 9}, {7, 2}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        fixture_init(&f, NULL);
        remember_roster(&f, cases[i].copy[0], cases[i].copy[1]);
        backed_up(&f, "b");
        struct store_facts replaced = look(&f, copy_folder(&f, "b"));
        replaced.roster_serial = cases[i].replaced[0];
        replaced.roster_revocations = cases[i].replaced[1];
        struct store_options options;
        struct fault fault = {0};
        uint64_t missing;
        cr_assert_eq(stores_options(f.region, "registry", &options, &fault), CODE_OK);
        struct restoring restoring = {
            .directory = copy_folder(&f, "b"), .replaced = &replaced, .by = "", .now_ms = 1};
        cr_assert_eq(stores_make_fit(&f.world.base, &options, &restoring, &missing, &fault), CODE_OK);
        struct store_facts fit = look(&f, copy_folder(&f, "b"));
        cr_assert_eq(fit.roster_serial, cases[i].wanted[0], "case %zu", i);
        cr_assert_eq(fit.roster_revocations, cases[i].wanted[1], "case %zu", i);
        fixture_finish(&f);
    }
}

Test(operate, what_is_no_store_is_refused)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct store_options options;
    struct store_facts facts;
    struct fault fault = {0};
    cr_assert_eq(stores_options(f.region, "registry", &options, &fault), CODE_OK);
    cr_assert_eq(stores_look(&f.world.base, &options, f.directory, &facts, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, f.directory), "%s", fault.reason);
    backed_up(&f, "b");
    struct sealing_key other = {.number = 1, .bytes = {9}};
    options.keys = &other;
    options.key_count = 1;
    cr_assert_eq(stores_look(&f.world.base, &options, copy_folder(&f, "b"), &facts, &fault), CODE_DATA_LOSS);
    fixture_finish(&f);
}

/* Registers and the list of postcodes through the real handlers: twice the same adds nothing, not even to the
 * journal; an older year is history; what is gone is closed (rule R10), and positions say how well they are
 * known (rule X1). */

#include "fixture.h"

#include "common/store/store.h"

enum { ROWS_MOST = 4 };

static Pb__ImportResult *import_of(struct fixture *fixture, const char *register_name, const char *as_of,
                                   Pb__Provision *rows, size_t count, enum code expected)
{
    Pb__Provision *list[ROWS_MOST];
    for (size_t i = 0; i < count; i++)
        list[i] = &rows[i];
    Pb__ImportProvisionsRequest request = PB__IMPORT_PROVISIONS_REQUEST__INIT;
    request.register_ = register_name, request.as_of = as_of, request.provisions = list,
    request.n_provisions = count;
    Pb__ImportProvisionsResponse *response =
        call(fixture, PROVISIONS("ImportProvisions"), &request.base, expected);
    return response ? response->result : NULL;
}

static Pb__ImportResult *import(struct fixture *fixture, const char *as_of, Pb__Provision *rows, size_t count,
                                enum code expected)
{
    return import_of(fixture, "ofsted", as_of, rows, count, expected);
}

static Pb__ImportResult *finish_unread(struct fixture *fixture, const char *as_of, uint32_t rows,
                                       uint32_t unread, enum code expected)
{
    Pb__FinishImportRequest request = PB__FINISH_IMPORT_REQUEST__INIT;
    request.register_ = "ofsted", request.as_of = as_of, request.rows = rows, request.unread = unread;
    Pb__FinishImportResponse *response = call(fixture, PROVISIONS("FinishImport"), &request.base, expected);
    return response ? response->result : NULL;
}

static Pb__ImportResult *finish(struct fixture *fixture, const char *as_of, uint32_t rows, enum code expected)
{
    return finish_unread(fixture, as_of, rows, 0, expected);
}

static void fill(Pb__Provision rows[ROWS_MOST], const char *urns[ROWS_MOST])
{
    for (size_t i = 0; i < ROWS_MOST; i++) {
        pb__provision__init(&rows[i]);
        rows[i].name = "A home", rows[i].kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
        rows[i].urns = &urns[i], rows[i].n_urns = 1, rows[i].postcode = "sg138dq",
        rows[i].local_authority = HERTS;
    }
}

static Pb__Provision *get(struct fixture *fixture, const char *urn, enum code expected)
{
    Pb__GetProvisionRequest request = PB__GET_PROVISION_REQUEST__INIT;
    request.provision_id = urn;
    Pb__GetProvisionResponse *response = call(fixture, PROVISIONS("GetProvision"), &request.base, expected);
    return response ? response->provision : NULL;
}

Test(imports, a_register_over_the_years)
{
    struct fixture *fixture = fixture_create();
    const char *urns[] = {"ofsted:SC000001", "ofsted:SC000002", "ofsted:SC000003", "ofsted:SC000004"};
    Pb__Provision rows[ROWS_MOST];
    fill(rows, urns);
    rows[1].redacted = true, rows[1].name = "", rows[1].postcode = "";
    Pb__ImportResult *first = import(fixture, "2023-03-31", rows, 3, CODE_OK);
    cr_assert(first->added == 3 && first->n_rejects == 0 && first->n_remarks == 3);
    cr_assert(finish(fixture, "2023-03-31", 3, CODE_OK)->closed == 0);
    uint64_t sequence = fixture->sequence;
    cr_assert(import(fixture, "2023-03-31", rows, 3, CODE_OK)->unchanged == 3);
    cr_assert(finish(fixture, "2023-03-31", 3, CODE_OK)->closed == 0);
    cr_assert(fixture->sequence == sequence, "twice the same: nothing in the journal");
    Pb__Provision *redacted = get(fixture, "ofsted:SC000002", CODE_OK);
    cr_assert_str_eq(redacted->name, "Name withheld");
    cr_assert(redacted->position_quality == PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY);
    cr_assert_str_eq(get(fixture, "SC000001", CODE_OK)->postcode, "SG13 8DQ");

    /* A newer year: one changed, one the same, one gone, one new, one bad. */
    const char *unknown = "ofsted:SC000009";
    Pb__Provision next[ROWS_MOST] = {rows[0], rows[1], rows[3], rows[2]};
    next[0].name = "A home renamed";
    next[3].postcode = "nowhere", next[3].urns = &unknown;
    Pb__ImportResult *second = import(fixture, "2025-03-31", next, 4, CODE_OK);
    cr_assert(second->changed == 1 && second->unchanged == 1 && second->added == 1 && second->n_rejects == 1);
    cr_assert(second->rejects[0]->row == 3);
    cr_assert_str_eq(second->rejects[0]->field, "postcode");
    finish(fixture, "2025-03-31", 1, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REGISTER_TOO_SMALL);
    cr_assert(finish(fixture, "2025-03-31", 3, CODE_OK)->closed == 1);
    Pb__Provision *gone = get(fixture, "ofsted:SC000003", CODE_OK);
    cr_assert(gone->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED);
    cr_assert_str_eq(gone->closed_on, "2025-03-31");
    sequence = fixture->sequence;

    /* An older year, with one that nobody knew: history, and nothing else, however often. */
    const char *old_urns[] = {"ofsted:SC000001", "ofsted:SC000009", "ofsted:SC000003", "ofsted:SC000002"};
    fill(rows, old_urns);
    for (int i = 0; i < 2; i++) {
        Pb__ImportResult *old = import(fixture, "2020-03-31", rows, 4, CODE_OK);
        cr_assert(old->history == 4 && old->added == 0 && old->changed == 0);
        cr_assert(finish(fixture, "2020-03-31", 4, CODE_OK)->closed == 0);
    }
    cr_assert(fixture->sequence == sequence, "an older file fills history only");
    get(fixture, "ofsted:SC000009", CODE_NOT_FOUND);
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = "ccrag.v1.Provision", request.id = get(fixture, "ofsted:SC000001", CODE_OK)->id;
    Pb__ReadHistoryResponse *past = call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
    cr_assert(past->n_entries == 2, "the 2023 state, and the 2020 one once");
    fixture_destroy(fixture);
}

/* A row that is wrong in something names its home all the same: that one is not closed for it. */
Test(imports, a_bad_row_does_not_close_what_it_names)
{
    struct fixture *fixture = fixture_create();
    const char *urns[] = {"ofsted:SC000001", "ofsted:SC000002", "ofsted:SC000003", "ofsted:SC000004"};
    Pb__Provision rows[ROWS_MOST];
    fill(rows, urns);
    import(fixture, "2023-03-31", rows, 4, CODE_OK);
    finish(fixture, "2023-03-31", 4, CODE_OK);
    rows[1].postcode = "nowhere";
    Pb__ImportResult *result = import(fixture, "2024-03-31", rows, 3, CODE_OK);
    cr_assert(result->n_rejects == 1 && result->unchanged == 2);
    cr_assert(finish(fixture, "2024-03-31", 3, CODE_OK)->closed == 1, "the one that is not named");
    const Pb__Provision *named = get(fixture, "ofsted:SC000002", CODE_OK);
    cr_assert(named->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED);
    cr_assert_str_eq(named->postcode, "SG13 8DQ");
    cr_assert_str_eq(named->registers[0]->as_of, "2024-03-31");
    uint64_t sequence = fixture->sequence;
    import(fixture, "2024-03-31", rows, 3, CODE_OK);
    cr_assert(fixture->sequence == sequence, "twice the same: nothing in the journal");
    /* Put right, it is taken. */
    rows[1].postcode = "SG13 8DP";
    cr_assert(import(fixture, "2024-03-31", rows, 3, CODE_OK)->changed == 1);
    fixture_destroy(fixture);
}

static enum code name_only(struct fixture *fixture, const char *as_of, const char **urns, size_t count,
                           enum code expected)
{
    Pb__ImportProvisionsRequest request = PB__IMPORT_PROVISIONS_REQUEST__INIT;
    request.register_ = "ofsted", request.as_of = as_of, request.named = urns, request.n_named = count;
    Pb__ImportProvisionsResponse *response =
        call(fixture, PROVISIONS("ImportProvisions"), &request.base, expected);
    return response && response->result->n_rejects == 0 ? CODE_OK : CODE_UNKNOWN;
}

/* Nor does one that was wrong for who read the file, and never came: its URN alone is told. One whose URN
 * nobody could read might be anybody's. */
Test(imports, a_row_that_never_came_closes_nothing)
{
    struct fixture *fixture = fixture_create();
    const char *urns[] = {"ofsted:SC000001", "ofsted:SC000002", "ofsted:SC000003", "ofsted:SC000004"};
    const char *named[] = {"ofsted:SC000003", "ofsted:SC000099", "dfe:100001", "nothing"};
    Pb__Provision rows[ROWS_MOST];
    fill(rows, urns);
    import(fixture, "2023-03-31", rows, 4, CODE_OK);
    finish(fixture, "2023-03-31", 4, CODE_OK);
    import(fixture, "2024-03-31", rows, 2, CODE_OK);
    cr_assert(name_only(fixture, "2024-03-31", named, 4, CODE_OK) == CODE_OK);
    Pb__ImportResult *result = finish_unread(fixture, "2024-03-31", 2, 1, CODE_OK);
    cr_assert(result->closed == 0 && result->n_remarks == 1);
    cr_assert(strstr(result->remarks[0]->reason, "1 are named no more"), "%s", result->remarks[0]->reason);
    cr_assert(finish(fixture, "2024-03-31", 2, CODE_OK)->closed == 1, "mended: the one that is not named");
    cr_assert(get(fixture, "ofsted:SC000003", CODE_OK)->status !=
              PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED);
    cr_assert(get(fixture, "ofsted:SC000004", CODE_OK)->status ==
              PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED);
    get(fixture, "ofsted:SC000099", CODE_NOT_FOUND);
    fixture_destroy(fixture);
}

/* A row that judges in the future is refused, and costs its neighbours nothing. */
Test(imports, no_judgement_is_of_a_day_to_come)
{
    struct fixture *fixture = fixture_create();
    const char *urns[] = {"ofsted:SC000001", "ofsted:SC000002", "ofsted:SC000003", "ofsted:SC000004"};
    Pb__Provision rows[ROWS_MOST];
    fill(rows, urns);
    rows[0].judged_on = "2026-06-01", rows[1].judged_on = "2026-06-02", rows[2].judged_on = "2062-01-01";
    for (size_t i = 0; i < ROWS_MOST; i++)
        rows[i].judgement = PB__JUDGEMENT__JUDGEMENT_GOOD;
    Pb__ImportResult *result = import(fixture, "2026-05-31", rows, 4, CODE_OK);
    cr_assert(result->added == 2 && result->n_rejects == 2);
    for (size_t i = 0; i < 2; i++) {
        cr_assert(result->rejects[i]->row == 1 + i);
        cr_assert_str_eq(result->rejects[i]->field, "judged_on");
        const char *reason = result->rejects[i]->reason;
        cr_assert(strstr(reason, "a judgement is not made in the future") &&
                      strstr(reason, rows[1 + i].judged_on),
                  "%s", reason);
    }
    cr_assert_str_eq(get(fixture, "ofsted:SC000001", CODE_OK)->judged_on, "2026-06-01");
    get(fixture, "ofsted:SC000002", CODE_NOT_FOUND);
    fixture_destroy(fixture);
}

Test(imports, a_linked_urn_joins_or_stays_where_it_is)
{
    struct fixture *fixture = fixture_create();
    const char *school_urns[] = {"dfe:117671"}, *home_urns[] = {"ofsted:SC000001", "dfe:117671"},
               *other_urns[] = {"ofsted:SC000002"}, *late_urns[] = {"ofsted:SC000002", "dfe:117671"};
    Pb__Provision school = PB__PROVISION__INIT, home = PB__PROVISION__INIT, other = PB__PROVISION__INIT;
    Pb__Provision *list[] = {&school};
    school.name = "A school", school.kind = PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL;
    school.urns = school_urns, school.n_urns = 1;
    Pb__ImportProvisionsRequest request = PB__IMPORT_PROVISIONS_REQUEST__INIT;
    request.register_ = "dfe-schools", request.as_of = "2018-09-01", request.provisions = list,
    request.n_provisions = 1;
    Pb__ImportProvisionsResponse *added =
        call(fixture, PROVISIONS("ImportProvisions"), &request.base, CODE_OK);
    cr_assert(added->result->added == 1);
    home.name = "Its home", home.kind = other.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    home.urns = home_urns, home.n_urns = 2, other.name = "Another", other.urns = other_urns, other.n_urns = 1;
    cr_assert(import(fixture, "2023-03-31", &home, 1, CODE_OK)->changed == 1);
    Pb__Provision *joined = get(fixture, "dfe:117671", CODE_OK);
    cr_assert(joined->kind == PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED);
    cr_assert_str_eq(get(fixture, "ofsted:SC000001", CODE_OK)->id, joined->id);
    cr_assert(import(fixture, "2023-03-31", &other, 1, CODE_OK)->added == 1);
    other.urns = late_urns, other.n_urns = 2;
    Pb__ImportResult *late = import(fixture, "2025-03-31", &other, 1, CODE_OK);
    cr_assert(late->changed == 1 && late->n_remarks >= 1);
    cr_assert_str_eq(late->remarks[0]->field, "urns");
    cr_assert_str_eq(get(fixture, "dfe:117671", CODE_OK)->id, joined->id);
    fixture_destroy(fixture);
}

/* --- URNs in order (rule X4) ------------------------------------------------------------------------- */

/* Two schools with homes, each registered again since: in the files of four days. What is live of the first
 * is lower than what is live of the second, of what they had before it is the other way round. */
struct file {
    const char *register_name, *as_of;
    const char *urns[2][2]; /* of each school's row */
};

static const struct file files[] = {
    {"dfe-schools", "2018-09-01", {{"dfe:1%02zu104"}, {"dfe:1%02zu103"}}},
    {"ofsted",
     "2023-03-31",
     {{"ofsted:SC0%02zu002", "dfe:1%02zu104"}, {"ofsted:SC0%02zu001", "dfe:1%02zu103"}}},
    {"gias", "2025-04-22", {{"dfe:1%02zu108", "dfe:1%02zu104"}, {"dfe:1%02zu109", "dfe:1%02zu103"}}},
    {"ofsted",
     "2025-03-31",
     {{"ofsted:25%02zu001", "dfe:1%02zu104"}, {"ofsted:25%02zu002", "dfe:1%02zu103"}}},
};
enum { FILES = COUNT(files), ORDERS = 24 };

static const char *numbered(struct fixture *fixture, const char *form, size_t number)
{
    /* Each order has schools of its own: the two figures before the last three. */
    const char *at = strstr(form, "%02zu");
    return arena_format(&fixture->arena, "%.*s%02zu%s", (int)(at - form), form, number, at + 5);
}

static void import_file(struct fixture *fixture, const struct file *file, size_t number)
{
    Pb__Provision rows[2];
    const char *urns[2][2];
    for (size_t i = 0; i < 2; i++) {
        pb__provision__init(&rows[i]);
        rows[i].name = "A school",
        rows[i].kind = PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL;
        rows[i].urns = urns[i];
        for (; rows[i].n_urns < 2 && file->urns[i][rows[i].n_urns]; rows[i].n_urns++)
            urns[i][rows[i].n_urns] = numbered(fixture, file->urns[i][rows[i].n_urns], number);
    }
    Pb__ImportResult *result = import_of(fixture, file->register_name, file->as_of, rows, 2, CODE_OK);
    cr_assert(result->n_rejects == 0 &&
              result->added + result->changed + result->unchanged + result->history == 2);
}

/* The order of that number among all of four. */
static void make_order(size_t number, size_t order[FILES])
{
    size_t left[FILES] = {0, 1, 2, 3};
    for (size_t i = 0; i < FILES; i++) {
        size_t at = number % (FILES - i);
        number /= FILES - i;
        order[i] = left[at];
        memmove(&left[at], &left[at + 1], (FILES - i - at - 1) * sizeof left[0]);
    }
}

static void check_urns(struct fixture *fixture, size_t number, size_t school, const char *const expected[],
                       size_t count)
{
    const Pb__Provision *provision =
        get(fixture, numbered(fixture, files[0].urns[school][0], number), CODE_OK);
    cr_assert(provision->n_urns == count, "order %zu: %zu URNs", number, provision->n_urns);
    for (size_t i = 0; i < count; i++)
        cr_assert_str_eq(provision->urns[i], numbered(fixture, expected[i], number), "order %zu, URN %zu",
                         number, i);
}

/* Whatever order the files come in, the same URNs in the same order, so that ties break the same way. */
Test(imports, urns_do_not_tell_which_file_came_first)
{
    static const char *const first[] = {"dfe:1%02zu104", "dfe:1%02zu108", "ofsted:25%02zu001",
                                        "ofsted:SC0%02zu002"};
    static const char *const second[] = {"dfe:1%02zu103", "dfe:1%02zu109", "ofsted:25%02zu002",
                                         "ofsted:SC0%02zu001"};
    struct fixture *fixture = fixture_create();
    for (size_t number = 0; number < ORDERS; number++) {
        size_t order[FILES];
        make_order(number, order);
        for (size_t i = 0; i < FILES; i++)
            import_file(fixture, &files[order[i]], number);
        check_urns(fixture, number, 0, first, COUNT(first));
        check_urns(fixture, number, 1, second, COUNT(second));
        uint64_t sequence = fixture->sequence;
        for (size_t i = 0; i < FILES; i++)
            import_file(fixture, &files[order[i]], number);
        get(fixture, numbered(fixture, first[0], number), CODE_OK);
        cr_assert(fixture->sequence == sequence, "order %zu: twice the same, nothing in the journal", number);
    }
    fixture_destroy(fixture);
}

/* As the host writes it, in any order: kept in the one order; and what a register says of it counts. */
Test(imports, urns_written_by_hand_are_put_in_order)
{
    struct fixture *fixture = fixture_create();
    const char *urns[] = {"ofsted:SC000001", "ofsted:2500001", "dfe:117671"}, *newest[] = {"ofsted:SC000001"};
    Pb__Provision home = PB__PROVISION__INIT, row;
    home.name = "A home", home.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    home.urns = urns, home.n_urns = 3;
    Pb__UpdateProvisionRequest keep = PB__UPDATE_PROVISION_REQUEST__INIT;
    keep.provision = &home;
    Pb__UpdateProvisionResponse *kept = call(fixture, PROVISIONS("UpdateProvision"), &keep.base, CODE_OK);
    const char *const by_hand[] = {"dfe:117671", "ofsted:2500001", "ofsted:SC000001"};
    for (size_t i = 0; i < 3; i++)
        cr_assert_str_eq(kept->provision->urns[i], by_hand[i]);
    row = home, row.urns = newest, row.n_urns = 1;
    cr_assert(import(fixture, "2025-03-31", &row, 1, CODE_OK)->changed == 1);
    const char *const spoken[] = {"dfe:117671", "ofsted:SC000001", "ofsted:2500001"};
    Pb__Provision *read = get(fixture, "dfe:117671", CODE_OK);
    for (size_t i = 0; i < 3; i++)
        cr_assert_str_eq(read->urns[i], spoken[i]);
    keep.provision = read, read->urns = urns; /* written again as it was first */
    kept = call(fixture, PROVISIONS("UpdateProvision"), &keep.base, CODE_OK);
    for (size_t i = 0; i < 3; i++)
        cr_assert_str_eq(kept->provision->urns[i], spoken[i]);
    fixture_destroy(fixture);
}

Test(imports, what_no_register_may_say)
{
    struct fixture *fixture = fixture_create();
    Pb__Provision row = PB__PROVISION__INIT;
    import(fixture, "2027-01-01", &row, 1, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_AS_OF_WRONG);
    Pb__ImportResult *rejected = import(fixture, "2025-03-31", &row, 1, CODE_OK);
    cr_assert(rejected->n_rejects == 1 && rejected->added == 0);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    import(fixture, "2025-03-31", &row, 1, CODE_PERMISSION_DENIED);
    fixture_destroy(fixture);
}

/* --- postcodes --------------------------------------------------------------------------------------- */

static Pb__FinishBlobResponse *send_postcodes(struct fixture *fixture, const uint8_t *bytes, size_t size,
                                              enum code expected)
{
    Pb__BeginBlobRequest begin = PB__BEGIN_BLOB_REQUEST__INIT;
    begin.name = "postcodes", begin.origin = "a test";
    Pb__BeginBlobResponse *begun = call(fixture, PROVISIONS("BeginBlob"), &begin.base, CODE_OK);
    Pb__AppendBlobRequest part = PB__APPEND_BLOB_REQUEST__INIT;
    part.name = "postcodes", part.version = begun->version;
    part.data = (ProtobufCBinaryData){size, (uint8_t *)(uintptr_t)bytes};
    call(fixture, PROVISIONS("AppendBlob"), &part.base, CODE_OK);
    Pb__FinishBlobRequest end = PB__FINISH_BLOB_REQUEST__INIT;
    uint8_t digest[32];
    crypto_generichash(digest, sizeof digest, bytes, size, NULL, 0);
    end.name = "postcodes", end.version = begun->version, end.items = 1;
    end.digest = (ProtobufCBinaryData){sizeof digest, digest};
    return call(fixture, PROVISIONS("FinishBlob"), &end.base, expected);
}

Test(imports, positions_are_found_anew_with_a_new_list)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const char *urns[] = {"ofsted:SC000001", "ofsted:SC000002", "ofsted:SC000003", "ofsted:SC000004"};
    Pb__Provision rows[ROWS_MOST];
    fill(rows, urns);
    rows[1].postcode = "SG13 8ZZ", rows[2].postcode = "EH1 1AA", rows[3].postcode = "BT1 1AA";
    cr_assert(import(fixture, "2023-03-31", rows, 4, CODE_OK)->added == 4);
    cr_assert(get(fixture, urns[0], CODE_OK)->position_quality ==
              PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE);

    struct postcode_entry entry = {.easting = 532640, .northing = 212860};
    uint8_t bytes[32];
    cr_assert(postcode_parse("SG13 8DQ", &entry.postcode, NULL) == CODE_OK);
    cr_assert(postcode_table_write(&entry, 1, bytes) == CODE_OK);
    size_t size = postcode_table_bytes(1);
    send_postcodes(fixture, bytes, size - 1,
                   CODE_INVALID_ARGUMENT); /* whole as a blob, but no table: nobody is told */
    cr_assert(!send_postcodes(fixture, bytes, size, CODE_OK)->unchanged);
    pass_ms(fixture, 1000);
    const Pb__PositionQuality then[] = {
        PB__POSITION_QUALITY__POSITION_QUALITY_EXACT, PB__POSITION_QUALITY__POSITION_QUALITY_SECTOR,
        PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE,
        PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY, /* not on this grid */
    };
    for (size_t i = 0; i < ROWS_MOST; i++)
        cr_assert(get(fixture, urns[i], CODE_OK)->position_quality == then[i], "row %zu: %d", i,
                  (int)get(fixture, urns[i], CODE_OK)->position_quality);
    uint64_t sequence = fixture->sequence;
    cr_assert(send_postcodes(fixture, bytes, size, CODE_OK)->unchanged);
    pass_ms(fixture, 2000);
    get(fixture, urns[0], CODE_OK);
    cr_assert(fixture->sequence == sequence, "the same list again: nothing in the journal");
    fixture_destroy(fixture);
}

Test(imports, a_new_list_places_the_very_next_row)
{
    struct fixture *fixture = fixture_create();
    add_members(fixture);
    const char *urns[] = {"ofsted:SC000001", "ofsted:SC000002", "ofsted:SC000003", "ofsted:SC000004"};
    Pb__Provision rows[ROWS_MOST];
    fill(rows, urns);
    struct postcode_entry entry = {.easting = 532640, .northing = 212860};
    uint8_t bytes[32];
    cr_assert(postcode_parse(rows[0].postcode, &entry.postcode, NULL) == CODE_OK);
    cr_assert(postcode_table_write(&entry, 1, bytes) == CODE_OK);
    cr_assert(!send_postcodes(fixture, bytes, postcode_table_bytes(1), CODE_OK)->unchanged);
    cr_assert(import(fixture, "2023-03-31", rows, 1, CODE_OK)->added == 1); /* no timer has run between */
    cr_assert(get(fixture, urns[0], CODE_OK)->position_quality ==
              PB__POSITION_QUALITY__POSITION_QUALITY_EXACT);
    fixture_destroy(fixture);
}

/* What every service serves besides its own: its feed, its records' past, how it does; and the roster that is
 * watched. */

#include "fixture.h"

#define FEED(method) "ccrag.v1.FeedService/" method

/* --- entitlement ------------------------------------------------------------------------------------- */

Test(feed, entitlement_by_role)
{
    static const struct {
        struct principal principal;
        bool any;
        unsigned groups;
        const char *name;
    } rows[] = {
        {{.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_SERVICE}, true, AUDIENCE_SERVICES, ""},
        {{.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER}, true, AUDIENCE_WORKERS, ""},
        {{.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR},
         true,
         AUDIENCE_SERVICES | AUDIENCE_WORKERS | AUDIENCE_HOST | AUDIENCE_MEMBERS | AUDIENCE_HOST_OWN,
         ""},
        {{.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, .authority = "E10000015"},
         true,
         AUDIENCE_MEMBERS,
         "E10000015"},
        {{.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_GATEWAY}, false, 0, ""},
        {{.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_REGION}, false, 0, ""},
        {{.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_UNSPECIFIED}, false, 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct entitlement entitlement = {0};
        uint64_t number = 0;
        cr_assert_eq(entitlement_by_role(&rows[i].principal, &entitlement, &number), rows[i].any, "row %zu",
                     i);
        cr_assert_eq(entitlement.groups, rows[i].groups, "row %zu", i);
        cr_assert_str_eq(entitlement.name, rows[i].name, "row %zu", i);
        cr_assert_eq(number != 0, rows[i].any, "row %zu", i);
    }
}

Test(feed, another_entitlement_has_another_number)
{
    const struct entitlement one = {.groups = 1, .name = "E10000015"},
                             groups = {.groups = 3, .name = "E10000015"},
                             name = {.groups = 1, .name = "E10000014"};
    cr_assert_eq(entitlement_number(&one), entitlement_number(&one));
    cr_assert_neq(entitlement_number(&one), entitlement_number(&groups));
    cr_assert_neq(entitlement_number(&one), entitlement_number(&name));
}

/* --- following --------------------------------------------------------------------------------------- */

Test(feed, a_follower_is_sent_what_was_committed)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__FollowRequest request = PB__FOLLOW_REQUEST__INIT;
    request.credit = 10;
    put(&f, &(struct ask){.method = FEED("Follow"), .request = &request.base, .peer = 3});
    turn(&f);
    while (take(&f, &answered)) /* where it stands: nothing yet */
        cr_assert(answered.header->more);
    put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "east")});
    turn(&f);
    unsigned entries = 0;
    while (take(&f, &answered)) {
        if (answered.peer != 3)
            continue;
        Pb__FollowResponse *batch = (void *)protobuf_c_message_unpack(
            &pb__follow_response__descriptor, &f.arena.pb, answered.body.size, answered.body.data);
        cr_assert(batch && answered.header->more);
        entries += (unsigned)batch->n_entries;
        if (batch->n_entries)
            cr_assert_str_eq(batch->entries[0]->record_type, "ccrag.v1.SubRegion");
    }
    cr_assert_eq(entries, 1);
    cr_assert_eq(
        ask(&f, &(struct ask){.method = FEED("Follow"), .request = &request.base, .key = &f.gateway_key})
            .code,
        CODE_PERMISSION_DENIED);
    fixture_finish(&f);
}

/* --- the past (rule R10) ----------------------------------------------------------------------------- */

static Pb__ReadHistoryResponse *history(struct fixture *f, const char *id, const struct ask *by)
{
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = "ccrag.v1.SubRegion";
    request.id = id;
    struct ask what = *by;
    what.method = FEED("ReadHistory");
    what.request = &request.base;
    struct answered answered = ask(f, &what);
    cr_assert_eq(answered.code, CODE_OK, "%s", answered.status ? answered.status->message : "");
    return (void *)protobuf_c_message_unpack(&pb__read_history_response__descriptor, &f->arena.pb,
                                             answered.body.size, answered.body.data);
}

Test(feed, past_states_are_for_whom_they_were_and_reading_them_is_audited)
{
    struct fixture f;
    struct audit_line *lines;
    fixture_init(&f, NULL);
    Pb__UpdateSubRegionRequest *request = (void *)(uintptr_t)sub_region(&f, "east");
    cr_assert_eq(
        ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = &request->base}).code,
        CODE_OK);
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    meta.version = 1;
    request->sub_region->meta = &meta;
    request->sub_region->name = "west";
    cr_assert_eq(
        ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = &request->base}).code,
        CODE_OK);
    const char *id = request->sub_region->id;

    Pb__SignedClaim *member = fixture_claim(&f, "018bcfe5-6800-7000-8000-000000000002", "E10000015",
                                            PB__ROLE__ROLE_QUALITY_OFFICER);
    Pb__SignedClaim *provider =
        fixture_claim(&f, "018bcfe5-6800-7000-8000-000000000004", "", PB__ROLE__ROLE_PROVIDER_USER);
    const struct {
        struct ask by;
        size_t entries;
    } cases[] = {
        {{.key = NULL}, 1},                              /* the operator */
        {{.key = &f.gateway_key, .claim = member}, 1},   /* it was for members */
        {{.key = &f.gateway_key, .claim = provider}, 0}, /* and for no provider */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_assert_eq(history(&f, id, &cases[i].by)->n_entries, cases[i].entries, "case %zu", i);
    cr_assert_eq(audit_lines(&f, &lines), 5);

    Pb__ReadHistoryRequest whole = PB__READ_HISTORY_REQUEST__INIT;
    whole.record_type = "ccrag.v1.SubRegion";
    whole.id = id;
    whole.with_present = true;
    struct answered answered = ask(&f, &(struct ask){.method = FEED("ReadHistory"), .request = &whole.base});
    Pb__ReadHistoryResponse *both = (void *)protobuf_c_message_unpack(
        &pb__read_history_response__descriptor, &f.arena.pb, answered.body.size, answered.body.data);
    cr_assert(both && both->n_entries == 2, "the present one first");
    cr_assert_eq(both->entries[0]->version, 2);
    cr_assert_eq(both->entries[1]->version, 1);
    cr_assert_str_eq(both->entries[0]->by, both->entries[1]->by);
    cr_assert_eq(both->entries[0]->at_ms, f.world.wall_ms);
    cr_assert_str_eq(lines[3].method, FEED("ReadHistory"));
    cr_assert_str_eq(lines[3].by, "018bcfe5-6800-7000-8000-000000000002");
    cr_assert_str_eq(lines[3].subject, id);
    fixture_finish(&f);
}

Test(feed, there_is_no_past_of_what_is_not_kept)
{
    struct fixture f;
    fixture_init(&f, NULL);
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = "ccrag.v1.PersonSecret";
    struct answered answered =
        ask(&f, &(struct ask){.method = FEED("ReadHistory"), .request = &request.base});
    cr_assert_eq(answered.code, CODE_NOT_FOUND);
    fixture_finish(&f);
}

/* --- readiness --------------------------------------------------------------------------------------- */

static enum code never(struct command *command, const Pb__JournalEntry *entry)
{
    (void)command, (void)entry;
    return CODE_INTERNAL;
}

static enum code never_over(struct command *command)
{
    (void)command;
    return CODE_INTERNAL;
}

static enum code counted(struct command *command)
{
    ((struct trial *)command->context)->timer_runs++;
    return CODE_OK;
}

Test(feed, a_partial_follower_says_how_it_does_and_answers_nothing_else)
{
    struct fixture f;
    static const struct follow follows[] = {{"monitoring", never, never_over, NULL, false, false}, {0}};
    static const struct timer timers[] = {{.name = "never", .every_ms = 10, .run = counted}, {0}};
    fixture_init(&f, &(struct service_options){.follows = follows, .timers = timers});
    f.world.mono_us += 20 * 1000;
    turn(&f);
    cr_assert_gt(service_next_us(f.service), f.world.mono_us, "it does not spin either");
    cr_assert_eq(f.trial.timer_runs, 0);
    struct answered refused = ask(&f, &(struct ask){.method = AUTHORITIES("GetRegion")});
    cr_assert_eq(refused.code, CODE_UNAVAILABLE);
    cr_assert_gt(refused.status->retry_after_ms, 0);
    cr_assert(strstr(refused.status->message, "monitoring"));
    struct answered answered = ask(&f, &(struct ask){.method = FEED("GetStatus")});
    cr_assert_eq(answered.code, CODE_OK);
    Pb__GetStatusResponse *status = (void *)protobuf_c_message_unpack(
        &pb__get_status_response__descriptor, &f.arena.pb, answered.body.size, answered.body.data);
    cr_assert(status && !status->ready && status->reason[0]);
    cr_assert_eq(status->n_follows, 1);
    cr_assert(status->follows[0]->partial);
    cr_assert_str_eq(status->service, "registry");
    cr_assert_eq(status->roster_serial, 1);
    cr_assert_gt(status->n_counters, COUNTERS);
    cr_assert(!service_follows_whole(f.service, "monitoring"));
    fixture_finish(&f);
}

Test(feed, without_an_optional_source_it_answers)
{
    struct fixture f;
    static const struct follow follows[] = {{"monitoring", never, never_over, NULL, true, false},
                                            {"nobody-at-all", never, never_over, NULL, true, false},
                                            {0}};
    static const struct timer timers[] = {{.name = "now", .every_ms = 10, .run = counted}, {0}};
    fixture_init(&f, &(struct service_options){.follows = follows, .timers = timers});
    f.world.mono_us += 20 * 1000;
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 1);
    cr_assert_eq(ask(&f, &(struct ask){.method = AUTHORITIES("GetRegion")}).code, CODE_OK);
    cr_assert(!service_follows_whole(f.service, "monitoring"));
    cr_assert_eq(service_cursor(f.service, "nobody-at-all").position.epoch, 0);
    fixture_finish(&f);
}

/* --- a full store ------------------------------------------------------------------------------------ */

Test(feed, a_full_store_refuses_and_goes_on_reading)
{
    struct fixture f;
    fixture_init(&f, NULL);
    enum { NAME_BYTES = 60 * 1000 };
    char *name = arena_alloc(&f.arena, NAME_BYTES + 1);
    randombytes_buf(name, NAME_BYTES);
    for (size_t i = 0; i < NAME_BYTES; i++)
        name[i] = (char)('a' + (name[i] & 15));
    unsigned kept = 0;
    struct answered answered = {0};
    for (; kept < 1000; kept++) {
        answered =
            ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, name)});
        if (answered.code != CODE_OK)
            break;
    }
    cr_assert_eq(answered.code, CODE_RESOURCE_EXHAUSTED, "%s", code_name(answered.code));
    cr_assert_gt(kept, 10);
    cr_assert_eq(count_records(&f), kept);
    fixture_finish(&f);
}

/* --- housekeeping ------------------------------------------------------------------------------------ */

static uint64_t floor_of(struct fixture *f)
{
    struct store_txn *txn = NULL;
    cr_assert_eq(store_read_begin(service_store(f->service), &txn), CODE_OK);
    uint64_t floor = journal_floor(txn);
    store_end(txn);
    return floor;
}

Test(feed, the_journals_floor_follows_its_end_at_a_distance)
{
    struct fixture f;
    struct answered answered;
    char setting[] = "CCRAG_JOURNAL_KEEP=1000";
    fixture_init_with(&f, NULL, setting);
    for (unsigned i = 0; i < 1200; i++) {
        put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "a")});
        if (i % 200 == 199)
            turn(&f);
    }
    while (take(&f, &answered))
        cr_assert_eq(answered.code, CODE_OK);
    cr_assert_eq(floor_of(&f), 0);
    for (unsigned i = 0; i < 3; i++) {
        f.world.mono_us += 1000 * 1000;
        turn(&f);
    }
    cr_assert_eq(floor_of(&f), 200);
    cr_assert_eq(count_records(&f), 1200);
    fixture_finish(&f);
}

/* --- the roster -------------------------------------------------------------------------------------- */

/* Signs the region's roster anew, with a serial and without one of its entries. */
static void sign_without(struct fixture *f, uint64_t serial, const char *name)
{
    static const char *const all[] = {"gateway", "operator", "registry", "worker-pool"};
    struct secret seed;
    uint8_t public_key[32], secret_key[64];
    struct fault fault = {0};
    char path[128];
    snprintf(path, sizeof path, "%s/keys/region.sign", f->directory);
    cr_assert_eq(secret_read(path, SECRET_SIGNING, &seed, &fault), CODE_OK, "%s", fault.reason);
    crypto_sign_seed_keypair(public_key, secret_key, seed.bytes);
    Pb__RosterEntry *entries[4];
    Pb__Roster roster = PB__ROSTER__INIT;
    roster.region = "Test";
    roster.serial = serial;
    roster.entries = entries;
    for (size_t i = 0; i < 4; i++) {
        const Pb__RosterEntry *known = roster_find_name(service_roster(f->service), all[i]);
        if (known && strcmp(all[i], name) != 0)
            entries[roster.n_entries++] = (Pb__RosterEntry *)(uintptr_t)known;
    }
    struct span packed = roster_sign(&roster, secret_key, &f->arena);
    cr_assert_eq(region_write_roster(f->directory, packed, &fault), CODE_OK, "%s", fault.reason);
}

Test(feed, a_removed_key_is_refused_and_cut_off_within_a_second)
{
    struct fixture f;
    fixture_init(&f, NULL);
    Pb__SignedClaim *claim = fixture_claim(&f, "018bcfe5-6800-7000-8000-000000000003", "E10000015",
                                           PB__ROLE__ROLE_HOST_ADMINISTRATOR);
    struct ask what = {.method = AUTHORITIES("GetRegion"), .key = &f.gateway_key, .claim = claim, .peer = 8};
    cr_assert_eq(ask(&f, &what).code, CODE_OK);
    cr_assert(f.world.link->admit(f.world.link->context, &f.gateway_key));
    sign_without(&f, 2, "gateway");
    f.world.mono_us += 1000 * 1000;
    turn(&f);
    cr_assert_eq(f.world.link->dropped, 8);
    cr_assert(!f.world.link->admit(f.world.link->context, &f.gateway_key));
    cr_assert_eq(ask(&f, &what).code, CODE_UNAUTHENTICATED);
    cr_assert_eq(count_records(&f), 0, "the operator is served as before");
    fixture_finish(&f);
}

/* What waited under the old roster is decided under the new. */
Test(feed, a_command_that_waits_while_its_key_is_removed_is_not_done)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__SignedClaim *claim = fixture_claim(&f, "018bcfe5-6800-7000-8000-000000000003", "E10000015",
                                           PB__ROLE__ROLE_HOST_ADMINISTRATOR);
    for (unsigned i = 0; i < GROUP_COMMANDS_MAX; i++)
        put(&f, &(struct ask){
                    .method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "a"), .peer = 1});
    for (unsigned i = 0; i < GROUP_COMMANDS_MAX; i++)
        put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"),
                              .request = sub_region(&f, "b"),
                              .peer = 8,
                              .key = &f.gateway_key,
                              .claim = claim});
    sign_without(&f, 2, "gateway");
    f.world.mono_us += 1000 * 1000;
    service_turn(f.service); /* a group of both, then the roster */
    turn(&f);
    unsigned done = 0, refused = 0;
    while (take(&f, &answered)) {
        done += answered.code == CODE_OK && answered.peer == 8;
        refused += answered.code == CODE_UNAUTHENTICATED && answered.peer == 8;
    }
    cr_assert_eq(done, GROUP_COMMANDS_MAX / 2);
    cr_assert_eq(refused, GROUP_COMMANDS_MAX / 2);
    fixture_finish(&f);
}

Test(feed, an_older_roster_is_refused_even_after_a_restart)
{
    struct fixture f;
    struct fault fault = {0};
    fixture_init(&f, NULL);
    sign_without(&f, 5, "gateway");
    f.world.mono_us += 1000 * 1000;
    turn(&f);
    cr_assert_eq(roster_serial(service_roster(f.service)), 5);
    sign_without(&f, 4, "");
    f.world.mono_us += 1000 * 1000;
    turn(&f);
    cr_assert_eq(roster_serial(service_roster(f.service)), 5);
    service_destroy(f.service);
    f.service = NULL;
    struct service_options options = {
        .name = "registry", .apis = trial_apis, .tables = trial_tables, .log = &f.log};
    cr_assert_eq(service_create(&f.world.base, f.region, &options, &f.service, &fault),
                 CODE_FAILED_PRECONDITION);
    cr_assert(fault.reason[0]);
    fixture_finish(&f);
}

static enum code create_without_store(struct fixture *f, struct fault *ret_fault)
{
    struct service_options options = {
        .name = "registry", .instance = "bare", .apis = trial_apis, .log = &f->log};
    return service_create(&f->world.base, f->region, &options, &f->service, ret_fault);
}

/* A program without a store keeps it in a file beside its pid; a file that says something else is refused. */
Test(feed, a_program_without_a_store_refuses_an_older_roster_too)
{
    struct fixture f;
    struct fault fault = {0};
    char path[160];
    fixture_init(&f, NULL);
    service_destroy(f.service);
    cr_assert_eq(create_without_store(&f, &fault), CODE_OK, "%s", fault.reason);
    sign_without(&f, 5, "gateway");
    f.world.mono_us += 1000 * 1000;
    turn(&f);
    cr_assert_eq(roster_serial(service_roster(f.service)), 5);
    sign_without(&f, 4, "");
    service_destroy(f.service);
    cr_assert_eq(create_without_store(&f, &fault), CODE_FAILED_PRECONDITION);
    cr_assert_str_eq(fault.field, "serial");
    snprintf(path, sizeof path, "%s/run/bare.roster", f.directory);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(create_without_store(&f, &fault), CODE_OK, "%s", fault.reason);
    service_destroy(f.service);
    f.service = NULL;
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs("4 0", file) >= 0 && fclose(file) == 0, "cut short");
    cr_assert_eq(create_without_store(&f, &fault), CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fault.reason, "bare.roster"), "%s", fault.reason);
    fixture_finish(&f);
}

/* --- a program that is not whole --------------------------------------------------------------------- */

Test(feed, a_service_with_a_method_without_handler_does_not_start)
{
    struct fixture f;
    struct fault fault = {0};
    fixture_init(&f, NULL);
    service_destroy(f.service);
    f.service = NULL;
    Pb__AuthoritiesService_Service lacking = PB__AUTHORITIES_SERVICE__INIT(on_);
    lacking.leave_region = NULL;
    const struct api apis[] = {{&pb__authorities_service__descriptor, &lacking.base, false}, {0}};
    struct service_options options = {
        .name = "registry", .apis = apis, .tables = trial_tables, .log = &f.log};
    cr_assert_eq(service_create(&f.world.base, f.region, &options, &f.service, &fault), CODE_INTERNAL);
    cr_assert(strstr(fault.reason, "LeaveRegion"), "%s", fault.reason);
    fixture_finish(&f);
}

/* Commands in groups: what is kept, what is answered, what the audit log says. */

#include "fixture.h"

Test(group, a_command_is_stored_audited_and_answered_with_its_position)
{
    struct fixture f;
    struct audit_line *lines;
    fixture_init(&f, NULL);
    struct answered answered =
        ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "east")});
    cr_assert_eq(answered.code, CODE_OK);
    cr_assert_gt(answered.body.size, 0);
    cr_assert(answered.header->position && answered.header->position->sequence == 1);
    cr_assert_eq(count_records(&f), 1);
    cr_assert_eq(audit_lines(&f, &lines), 1);
    cr_assert_str_eq(lines[0].method, AUTHORITIES("UpdateSubRegion"));
    cr_assert_str_eq(lines[0].principal, "operator");
    cr_assert_eq(lines[0].outcome, CODE_OK);
    cr_assert_eq(strlen(lines[0].subject), UUID_TEXT_BYTES - 1);
    fixture_finish(&f);
}

/* LMDB's commit of what was answered waits for more, but not for long; the loop is told when it is due. */
Test(group, what_is_owed_is_settled_when_nothing_else_comes)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct store *store = service_store(f.service);
    for (unsigned i = 0; i < 2; i++) /* the first turns of a service read */
        ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "east")});
    cr_assert(store_owes(store));
    cr_assert_eq(service_next_us(f.service), f.world.mono_us + SETTLE_AFTER_US);
    f.world.mono_us += SETTLE_AFTER_US;
    turn(&f);
    cr_assert(!store_owes(store));
    cr_assert_eq(count_records(&f), 2);
    fixture_finish(&f);
}

/* A refused command leaves its audit line and nothing else; its neighbours are done (rule S3). */
Test(group, one_refusal_costs_its_neighbours_nothing)
{
    struct fixture f;
    struct answered answered;
    struct audit_line *lines;
    fixture_init(&f, NULL);
    static const char *const names[] = {"a", "refuse", "b", "refuse", "c"};
    for (unsigned i = 0; i < 5; i++)
        put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, names[i])});
    turn(&f);
    for (unsigned i = 0; i < 5; i++) {
        cr_assert(take(&f, &answered));
        cr_assert_eq(answered.code, names[i][0] == 'r' ? CODE_FAILED_PRECONDITION : CODE_OK);
    }
    cr_assert_eq(count_records(&f), 3);
    cr_assert_eq(f.service->counters[COUNT_GROUPS], 1);
    cr_assert_eq(audit_lines(&f, &lines), 5);
    cr_assert_eq(lines[1].outcome, CODE_FAILED_PRECONDITION);
    cr_assert_str_eq(lines[1].detail, "no such name");
    fixture_finish(&f);
}

/* Refused for want of a right: in the log too (rule S3). */
Test(group, a_command_without_right_is_audited)
{
    struct fixture f;
    struct audit_line *lines;
    fixture_init(&f, NULL);
    struct answered answered = ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"),
                                                     .request = sub_region(&f, "x"),
                                                     .key = &f.gateway_key});
    cr_assert_eq(answered.code, CODE_PERMISSION_DENIED);
    cr_assert_eq(f.trial.runs, 0);
    cr_assert_eq(audit_lines(&f, &lines), 1);
    cr_assert_eq(lines[0].outcome, CODE_PERMISSION_DENIED);
    cr_assert_str_eq(lines[0].principal, "gateway");
    fixture_finish(&f);
}

Test(group, a_failed_commit_answers_its_whole_group_as_not_done)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    f.world.disk_full = true;
    for (unsigned i = 0; i < 3; i++)
        put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "x")});
    turn(&f);
    for (unsigned i = 0; i < 3; i++) {
        cr_assert(take(&f, &answered));
        cr_assert_eq(answered.code, CODE_UNAVAILABLE, "%s", code_name(answered.code));
        cr_assert_gt(answered.status->retry_after_ms, 0);
    }
    f.world.disk_full = false;
    cr_assert_eq(count_records(&f), 0);
    fixture_finish(&f);
}

/* Nobody is told that nothing was done where the disk may have it. */
Test(group, a_commit_that_nobody_knows_of_is_said_to_be_so)
{
    struct fixture f;
    fixture_init(&f, NULL);
    f.world.disk_full = true;
    f.world.disk_full_code = CODE_UNKNOWN;
    struct answered answered =
        ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "x")});
    cr_assert_eq(answered.code, CODE_UNAVAILABLE, "%s", code_name(answered.code));
    cr_assert(strstr(answered.status->message, "whether it was done"), "%s", answered.status->message);
    cr_assert_gt(answered.status->retry_after_ms, 0);
    fixture_finish(&f);
}

static enum code does_little(struct command *command)
{
    command->subject = "little";
    return CODE_OK;
}

/* Nobody is answered then: the log is all there is. */
Test(group, a_command_of_its_own_that_is_not_committed_is_logged_with_the_reason)
{
    struct fixture f;
    char line[1024] = "";
    bool again;
    fixture_init(&f, NULL);
    FILE *log = tmpfile();
    f.service->log.descriptor = fileno(log);
    f.world.disk_full = true;
    cr_assert_eq(group_run_own(f.service, "Little", does_little, &again), CODE_UNAVAILABLE);
    f.world.disk_full = false;
    rewind(log);
    cr_assert(fgets(line, sizeof line, log));
    cr_assert(strstr(line, "own-command-failed") && strstr(line, code_meaning(CODE_UNAVAILABLE)), "%s", line);
    f.service->log.descriptor = 2;
    fclose(log);
    fixture_finish(&f);
}

/* Whoever reads it can do something about it. */
Test(group, a_commit_without_room_says_so)
{
    struct fixture f;
    fixture_init(&f, NULL);
    f.world.disk_full = true;
    f.world.disk_full_code = CODE_RESOURCE_EXHAUSTED;
    const struct ask what = {.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "east")};
    struct answered answered = ask(&f, &what);
    cr_assert_eq(answered.code, CODE_RESOURCE_EXHAUSTED);
    cr_assert(strstr(answered.status->message, "no room"), "%s", answered.status->message);
    f.world.disk_full = false;
    cr_assert_eq(count_records(&f), 0);
    fixture_finish(&f);
}

/* What needs too much needs it the next time too: the caller is not told to come again. */
Test(group, a_request_that_needs_too_much_is_not_worth_asking_again)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct answered answered =
        ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "greedy")});
    cr_assert_eq(answered.code, CODE_RESOURCE_EXHAUSTED);
    cr_assert_eq(answered.status->retry_after_ms, 0);
    cr_assert_eq(count_records(&f), 0);
    fixture_finish(&f);
}

Test(group, a_stale_edit_is_given_both_versions)
{
    struct fixture f;
    fixture_init(&f, NULL);
    const ProtobufCMessage *request = sub_region(&f, "east");
    cr_assert_eq(ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = request}).code,
                 CODE_OK);
    Pb__UpdateSubRegionRequest again = *(const Pb__UpdateSubRegionRequest *)(const void *)request;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    meta.version = 7; /* never was */
    again.sub_region->meta = &meta;
    again.sub_region->name = "west";
    struct answered answered =
        ask(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"), .request = &again.base});
    cr_assert_eq(answered.code, CODE_ABORTED, "%s", code_name(answered.code));
    cr_assert(answered.status->conflict);
    cr_assert_str_eq(answered.status->conflict->record_type, "ccrag.v1.SubRegion");
    cr_assert_gt(answered.status->conflict->stored.len, 0);
    cr_assert_gt(answered.status->conflict->offered.len, 0);
    fixture_finish(&f);
}

/* --- done once --------------------------------------------------------------------------------------- */

Test(group, a_repeated_key_is_done_once_and_answered_alike)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct uuid key = new_key(&f);
    struct ask what = {
        .method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "east"), .idempotency_key = &key};
    struct answered first = ask(&f, &what), second = ask(&f, &what);
    cr_assert_eq(first.code, CODE_OK);
    cr_assert_eq(second.code, CODE_OK);
    cr_assert(span_equal(first.body, second.body));
    cr_assert_eq(f.trial.runs, 1);
    cr_assert_eq(count_records(&f), 1);
    fixture_finish(&f);
}

Test(group, a_repeat_in_the_same_group_is_done_once)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    struct uuid key = new_key(&f);
    struct ask what = {
        .method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "east"), .idempotency_key = &key};
    put(&f, &what);
    put(&f, &what);
    turn(&f);
    for (unsigned i = 0; i < 2; i++) {
        cr_assert(take(&f, &answered));
        cr_assert_eq(answered.code, CODE_OK);
    }
    cr_assert_eq(f.trial.runs, 1);
    fixture_finish(&f);
}

Test(group, keys_that_cannot_be)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct uuid used = new_key(&f), old = new_key(&f), other = new_key(&f);
    uint8_t random[10] = {0};
    old = uuid_v7(f.world.wall_ms - INT64_C(86400000) * (IDEMPOTENCY_DAYS + 1), random);
    other.bytes[6] = 0x4f; /* version 4 */
    struct ask first = {
        .method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "a"), .idempotency_key = &used};
    cr_assert_eq(ask(&f, &first).code, CODE_OK);
    const struct {
        const struct uuid *key;
        enum code code;
    } cases[] = {
        {&used, CODE_FAILED_PRECONDITION}, /* another body */
        {&old, CODE_OUT_OF_RANGE},
        {&other, CODE_INVALID_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ask what = {.method = AUTHORITIES("UpdateSubRegion"),
                           .request = sub_region(&f, "b"),
                           .idempotency_key = cases[i].key};
        cr_assert_eq(ask(&f, &what).code, cases[i].code, "case %zu", i);
    }
    cr_assert_eq(count_records(&f), 1);
    fixture_finish(&f);
}

/* What was refused stays refused: a repeat that is late must not be done, when the caller was told no. */
Test(group, a_refusal_is_kept_where_it_might_turn)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct uuid key = new_key(&f), other = new_key(&f);
    struct ask what = {.method = AUTHORITIES("UpdateSubRegion"),
                       .request = sub_region(&f, "refuse"),
                       .idempotency_key = &key};
    struct answered first = ask(&f, &what), second = ask(&f, &what);
    cr_assert_eq(first.code, CODE_FAILED_PRECONDITION);
    cr_assert_eq(second.code, CODE_FAILED_PRECONDITION);
    cr_assert_str_eq(second.status->field, "sub_region.name");
    cr_assert_str_eq(second.status->message, first.status->message);
    cr_assert_eq(f.trial.runs, 1);
    what.idempotency_key = &other; /* another command, decided anew */
    cr_assert_eq(ask(&f, &what).code, CODE_FAILED_PRECONDITION);
    cr_assert_eq(f.trial.runs, 2);
    fixture_finish(&f);
}

/* Each number is done once, in whatever order they come, and what was refused stays refused. */
Test(group, an_outbox_number_is_decided_once)
{
    struct fixture f;
    fixture_init(&f, NULL);
    const ProtobufCMessage *good[6], *bad = sub_region(&f, "refuse");
    for (size_t i = 0; i < 6; i++)
        good[i] = sub_region(&f, "a");
    const struct {
        uint64_t number;
        const ProtobufCMessage *request;
        enum code code;
        unsigned runs, records;
    } cases[] = {
        {1, good[1], CODE_OK, 1, 1},
        {1, good[1], CODE_OK, 1, 1},
        {2, bad, CODE_FAILED_PRECONDITION, 2, 1},
        {3, good[3], CODE_OK, 3, 2},
        {2, bad, CODE_FAILED_PRECONDITION, 3, 2},     /* refused, not done and not passed over */
        {2, good[2], CODE_FAILED_PRECONDITION, 3, 2}, /* another command under its number */
        {5, good[5], CODE_OK, 4, 3},
        {4, good[4], CODE_OK, 5, 4}, /* late, but never decided */
        {4, good[4], CODE_OK, 5, 4},
        {5 + OUTBOX_REMEMBERED, good[0], CODE_OK, 6, 5},
        {5, good[5], CODE_OUT_OF_RANGE, 6, 5},
        {6, good[2], CODE_OK, 7, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ask what = {.method = AUTHORITIES("UpdateSubRegion"),
                           .request = cases[i].request,
                           .outbox_number = cases[i].number};
        cr_assert_eq(ask(&f, &what).code, cases[i].code, "case %zu", i);
        unsigned runs = f.trial.runs;
        cr_assert_eq(count_records(&f), cases[i].records, "case %zu", i);
        cr_assert_eq(runs, cases[i].runs, "case %zu: %u", i, runs);
        f.trial.runs = runs;
    }
    fixture_finish(&f);
}

/* What could not be decided leaves its number free: it is done when it comes again. */
Test(group, an_outbox_number_that_was_not_decided_is_not_used_up)
{
    struct fixture f;
    fixture_init(&f, NULL);
    struct ask what = {
        .method = AUTHORITIES("UpdateSubRegion"), .request = sub_region(&f, "a"), .outbox_number = 1};
    f.world.disk_full = true;
    cr_assert_eq(ask(&f, &what).code, CODE_UNAVAILABLE);
    f.world.disk_full = false;
    cr_assert_eq(ask(&f, &what).code, CODE_OK);
    cr_assert_eq(count_records(&f), 1);
    fixture_finish(&f);
}

/* A slow one is not passed over because the next was done before it came back. */
Test(group, a_slow_outbox_number_is_done_after_the_next)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__ApplyForMembershipRequest slow = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
    put(&f, &(struct ask){
                .method = AUTHORITIES("ApplyForMembership"), .request = &slow.base, .outbox_number = 1});
    put(&f, &(struct ask){.method = AUTHORITIES("UpdateSubRegion"),
                          .request = sub_region(&f, "a"),
                          .outbox_number = 2});
    turn(&f);
    for (unsigned i = 0; i < 2; i++) {
        cr_assert(take(&f, &answered));
        cr_assert_eq(answered.code, CODE_OK);
    }
    cr_assert_eq(count_records(&f), 2);
    fixture_finish(&f);
}

/* --- what takes longer ------------------------------------------------------------------------------- */

Test(group, slow_work_comes_back_as_a_command)
{
    struct fixture f;
    struct audit_line *lines;
    fixture_init(&f, NULL);
    Pb__ApplyForMembershipRequest request = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
    struct answered answered = ask(&f, &(struct ask){.method = AUTHORITIES("ApplyForMembership"),
                                                     .request = &request.base,
                                                     .key = &f.gateway_key});
    cr_assert_eq(answered.code, CODE_OK, "%s", code_name(answered.code));
    cr_assert_eq(count_records(&f), 1);
    cr_assert_eq(audit_lines(&f, &lines), 1, "one line, of its end");
    fixture_finish(&f);
}

Test(group, slow_work_that_was_withdrawn_changes_nothing)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__ApplyForMembershipRequest request = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
    uint64_t call =
        put(&f, &(struct ask){.method = AUTHORITIES("ApplyForMembership"), .request = &request.base});
    service_turn(f.service); /* it is with the pool now */
    cr_assert_eq(f.service->slow_counts[JOB_POOL_SLOW], 1);
    put_message(&f, 1, &f.operator_key, envelope_cancel(call, &f.arena), span_of(NULL, 0), CODE_OK);
    struct job *held = f.world.jobs;
    f.world.jobs = NULL; /* still at work */
    service_turn(f.service);
    f.world.jobs = held;
    turn(&f);
    cr_assert(!take(&f, &answered));
    cr_assert_eq(count_records(&f), 0);
    fixture_finish(&f);
}

Test(group, an_open_request_is_answered_by_its_ticket_once)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__LeaveRegionRequest request = PB__LEAVE_REGION_REQUEST__INIT;
    Pb__LeaveRegionResponse response = PB__LEAVE_REGION_RESPONSE__INIT;
    uint64_t call = put(&f, &(struct ask){.method = AUTHORITIES("LeaveRegion"), .request = &request.base});
    turn(&f);
    cr_assert(!take(&f, &answered));
    answer_later(f.service, f.trial.ticket, CODE_OK, NULL, &response.base);
    answer_later(f.service, f.trial.ticket, CODE_OK, NULL, &response.base);
    cr_assert(take(&f, &answered));
    cr_assert_eq(answered.call, call);
    cr_assert_eq(answered.code, CODE_OK);
    cr_assert(!take(&f, &answered));
    fixture_finish(&f);
}

Test(group, an_open_request_ends_with_its_deadline)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__LeaveRegionRequest request = PB__LEAVE_REGION_REQUEST__INIT;
    put(&f,
        &(struct ask){.method = AUTHORITIES("LeaveRegion"), .request = &request.base, .time_left_ms = 50});
    turn(&f);
    f.world.mono_us += 49 * 1000;
    turn(&f);
    cr_assert(!take(&f, &answered));
    cr_assert_leq(service_next_us(f.service), f.world.mono_us + 1000);
    f.world.mono_us += 1000;
    turn(&f);
    cr_assert(take(&f, &answered));
    cr_assert_eq(answered.code, CODE_DEADLINE_EXCEEDED);
    cr_assert(!answer_item(f.service, f.trial.ticket, &request.base), "the ticket means nothing any more");
    fixture_finish(&f);
}

Test(group, items_of_an_open_stream_say_that_more_follow)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__LeaveRegionRequest request = PB__LEAVE_REGION_REQUEST__INIT;
    Pb__LeaveRegionResponse item = PB__LEAVE_REGION_RESPONSE__INIT;
    put(&f, &(struct ask){.method = AUTHORITIES("LeaveRegion"), .request = &request.base});
    turn(&f);
    for (unsigned i = 0; i < 3; i++) {
        cr_assert(answer_item(f.service, f.trial.ticket, &item.base));
        cr_assert(take(&f, &answered));
        cr_assert(answered.header->more);
    }
    answer_later(f.service, f.trial.ticket, CODE_OK, NULL, NULL);
    cr_assert(take(&f, &answered));
    cr_assert(!answered.header->more);
    fixture_finish(&f);
}

Test(group, one_connection_holds_only_so_many_open)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__LeaveRegionRequest request = PB__LEAVE_REGION_REQUEST__INIT;
    struct ask what = {.method = AUTHORITIES("LeaveRegion"), .request = &request.base};
    for (unsigned i = 0; i < OPEN_PER_PEER_MAX; i++) {
        put(&f, &what);
        if (i % QUEUE_PER_PEER_MAX == QUEUE_PER_PEER_MAX - 1)
            turn(&f);
    }
    cr_assert(!take(&f, &answered));
    cr_assert_eq(ask(&f, &what).code, CODE_RESOURCE_EXHAUSTED);
    what.peer = 2;
    put(&f, &what);
    turn(&f);
    cr_assert(!take(&f, &answered), "another connection's is open");
    cr_assert_eq(f.service->open_count, OPEN_PER_PEER_MAX + 1);
    fixture_finish(&f);
}

/* --- time and stopping ------------------------------------------------------------------------------- */

static enum code beat(struct command *command)
{
    struct trial *trial = command->context;
    if (++trial->timer_runs == 1)
        command->again = true;
    command->subject = "beat";
    return CODE_OK;
}

Test(group, a_timer_is_a_command_of_the_services_own)
{
    struct fixture f;
    struct audit_line *lines;
    static const struct timer timers[] = {{.name = "beat", .every_ms = 1000, .run = beat}, {0}};
    fixture_init(&f, &(struct service_options){.timers = timers});
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 0);
    f.world.mono_us += 1000 * 1000;
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 2, "it asked to be called again once");
    f.world.mono_us += 60 * 1000 * 1000;
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 3, "a missed beat is not made up for");
    cr_assert_eq(audit_lines(&f, &lines), 3);
    cr_assert_str_eq(lines[0].method, "timer/beat");
    cr_assert_str_eq(lines[0].principal, "registry");
    fixture_finish(&f);
}

static bool rests(const struct service *service)
{
    const struct trial *trial = service_context(service);
    return trial->timer_runs % 2 == 0;
}

Test(group, an_idle_timer_waits_until_it_is_idle_no_more)
{
    struct fixture f;
    static const struct timer timers[] = {
        {.name = "beat", .every_ms = 10, .run = beat, .is_idle = rests, .idle_ms = 1000}, {0}};
    fixture_init(&f, &(struct service_options){.timers = timers});
    f.trial.timer_runs = 2;
    f.world.mono_us += 500 * 1000;
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 2, "there is nothing to do for it");
    cr_assert_eq(timers_next_us(f.service), f.world.mono_us + 500 * 1000);
    f.trial.timer_runs = 3;
    cr_assert_leq(timers_next_us(f.service), f.world.mono_us, "now there is");
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 4);
    f.world.mono_us += 990 * 1000;
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 4);
    f.world.mono_us += 10 * 1000;
    turn(&f);
    cr_assert_eq(f.trial.timer_runs, 5, "idle, it is called now and then");
    fixture_finish(&f);
}

Test(group, stopping_finishes_what_waits_and_ends_what_is_open)
{
    struct fixture f;
    struct answered answered;
    fixture_init(&f, NULL);
    Pb__LeaveRegionRequest request = PB__LEAVE_REGION_REQUEST__INIT;
    Pb__ApplyForMembershipRequest slow = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
    put(&f, &(struct ask){.method = AUTHORITIES("LeaveRegion"), .request = &request.base});
    turn(&f);
    put(&f, &(struct ask){.method = AUTHORITIES("ApplyForMembership"), .request = &slow.base});
    service_turn(f.service);
    service_stop(f.service);
    unsigned done = 0, ended = 0;
    while (take(&f, &answered)) {
        done += answered.code == CODE_OK;
        ended += answered.code == CODE_UNAVAILABLE;
    }
    cr_assert_eq(done, 1);
    cr_assert_eq(ended, 1);
    cr_assert_eq(ask(&f, &(struct ask){.method = AUTHORITIES("GetRegion")}).code, CODE_UNAVAILABLE);
    fixture_finish(&f);
}

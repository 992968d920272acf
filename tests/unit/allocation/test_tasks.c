/* What changes between publications (rule A7): tasks raised and settled, new provisions allocated, the host's
 * choice; and that nothing is raised while the registry is not read. */

#include "fixture.h"

static const Pb__SettleAllocationTaskResponse *settle_task(struct fixture *fixture, unsigned home, bool apply,
                                                           const char *reason, enum code expected)
{
    Pb__SettleAllocationTaskRequest request = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    request.task_id = home_id(fixture, home), request.apply = apply, request.reason = reason;
    return call(fixture, ALLOCATION("SettleAllocationTask"), &request.base, expected);
}

static void end_stay(struct fixture *fixture, unsigned stay, const char *gss, unsigned home)
{
    put_stay(fixture, stay, gss, home, "2026-01-05", "2026-05-31");
    settle(fixture);
}

Test(tasks, a_change_raises_a_task_and_moves_nothing)
{
    struct fixture *fixture = fixture_published();
    end_stay(fixture, 20, BEDFORD, 2); /* E alone places at home 2 now */
    const Pb__AllocationTask *task = task_of(fixture, 2);
    cr_assert(task && task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_REALLOCATE &&
              task->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN);
    cr_assert_str_eq(task->authority_id, BEDFORD);
    cr_assert_str_eq(task->proposed->authority_id, ESSEX);
    cr_assert_str_eq(link_of(fixture, 2), BEDFORD);
    cr_assert(task->n_causes && task->causes[0] == PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PLACEMENT_ENDED);
    put_stay(fixture, 20, BEDFORD, 2, "2026-01-05", ""); /* it did not end after all */
    settle(fixture);
    cr_assert(!task_of(fixture, 2) && open_tasks(fixture) == 0);
    end_stay(fixture, 20, BEDFORD, 2); /* and does */
    cr_assert(open_tasks(fixture) == 1);

    const Pb__SettleAllocationTaskResponse *done = settle_task(fixture, 2, true, "", CODE_OK);
    cr_assert_str_eq(done->allocation->authority_id, ESSEX);
    cr_assert(done->task->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED);
    const Pb__GetAllocationResponse *now = allocation_at(fixture, 2);
    cr_assert(now->allocation->standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE && !now->task &&
              now->n_terms == 2 && now->terms[1]->until[0] && !now->terms[0]->until[0]);
    settle_task(fixture, 2, true, "", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_TASK_SETTLED);
    fixture_end(fixture);
}

/* What is kept stays kept until the facts change again. */
Test(tasks, the_host_keeps_things_as_they_are)
{
    struct fixture *fixture = fixture_published();
    end_stay(fixture, 20, BEDFORD, 2);
    settle_task(fixture, 2, false, "", CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_REASON_MISSING);
    settle_task(fixture, 2, false, "B has visited already", CODE_OK);
    cr_assert(open_tasks(fixture) == 0);
    put_stay(fixture, 22, ESSEX, 2, "2026-01-05", ""); /* another child of E says nothing new */
    settle(fixture);
    cr_assert(task_of(fixture, 2)->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_KEPT);
    put_stay(fixture, 23, KENT, 2, "2026-01-05", ""); /* another LA does */
    settle(fixture);
    cr_assert(task_of(fixture, 2)->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN);
    Pb__ListAllocationTasksRequest of_kent = PB__LIST_ALLOCATION_TASKS_REQUEST__INIT;
    of_kent.authority_id = KENT;
    cr_assert(((Pb__ListAllocationTasksResponse *)call(fixture, ALLOCATION("ListAllocationTasks"),
                                                       &of_kent.base, CODE_OK))
                  ->n_tasks == 0);
    of_kent.authority_id = ESSEX; /* would have it */
    cr_assert(((Pb__ListAllocationTasksResponse *)call(fixture, ALLOCATION("ListAllocationTasks"),
                                                       &of_kent.base, CODE_OK))
                  ->n_tasks == 1);
    fixture_end(fixture);
}

/* rule A5: nobody places there any more, or it closed. */
Test(tasks, what_ends_keeps_its_history)
{
    struct fixture *fixture = fixture_published();
    end_stay(fixture, 40, KENT, 4);
    const Pb__AllocationTask *task = task_of(fixture, 4);
    cr_assert(task && task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_END);
    cr_assert(!settle_task(fixture, 4, true, "", CODE_OK)->allocation);
    const Pb__GetAllocationResponse *now = allocation_at(fixture, 4);
    cr_assert(!now->allocation && !now->present && now->n_terms == 1 && now->terms[0]->until[0]);
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__Provision closed = home_of(fixture, 3, &point, 19);
    closed.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
    source_put(fixture, &source_provisions, &closed.base);
    settle(fixture);
    task = task_of(fixture, 3);
    cr_assert(task && task->causes[0] == PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PROVISION_CLOSED);
    put_stay(fixture, 41, KENT, 4, "2026-01-05", ""); /* and comes again: as new */
    settle(fixture);
    cr_assert_str_eq(link_of(fixture, 4), KENT);
    cr_assert(allocation_at(fixture, 4)->n_terms == 2);
    fixture_end(fixture);
}

/* rule A7: new in mid-cycle is allocated at once; not before anything is published. */
Test(tasks, a_new_provision_is_allocated_at_once)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    settle(fixture);
    cr_assert_str_eq(link_of(fixture, 1), "");
    propose_now(fixture), publish_now(fixture);
    put_home(fixture, 5, 28);
    put_stay(fixture, 50, KENT, 5, "2026-06-01", "");
    put_stay(fixture, 51, HERTS, 5, "2026-06-01", "");
    settle(fixture);
    const Pb__GetAllocationResponse *five = allocation_at(fixture, 5);
    cr_assert_str_eq(five->allocation->authority_id, KENT);
    cr_assert(five->n_terms == 1 && five->allocation->proposal_number == 0 && !five->task);
    fixture_end(fixture);
}

/* Placements begin and end by date, with nothing told that day. */
Test(tasks, a_day_begins)
{
    struct fixture *fixture = fixture_published();
    put_stay(fixture, 20, BEDFORD, 2, "2026-01-05", "2026-06-01");
    settle(fixture);
    cr_assert(open_tasks(fixture) == 0, "its last day is today");
    pass_ms(fixture, INT64_C(24) * 60 * 60 * 1000);
    settle(fixture);
    cr_assert(open_tasks(fixture) == 1 && task_of(fixture, 2));
    fixture_end(fixture);
}

/* A member that leaves, or whose office moves, concerns every provision where it places. */
Test(tasks, members_leave_and_move)
{
    struct fixture *fixture = fixture_published();
    put_member(fixture, ESSEX, "Essex", 20, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    cr_assert(open_tasks(fixture) == 2, "home 3 was its own, at home 2 B is alone");
    cr_assert(task_of(fixture, 3)->causes[0] == PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_MEMBER_LEFT);
    put_member(fixture, ESSEX, "Essex", 20, member);
    settle(fixture);
    cr_assert(open_tasks(fixture) == 0);
    put_member(fixture, BEDFORD, "Bedford", 3, member);
    settle(fixture);
    const Pb__AllocationTask *task = task_of(fixture, 1);
    cr_assert(task && task->causes[0] == PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_OFFICE_MOVED);
    cr_assert_str_eq(task->proposed->authority_id, BEDFORD);
    fixture_end(fixture);
}

/* rule A3: a tie stays as it was settled, whatever others have since. */
Test(tasks, a_tie_stays)
{
    struct fixture *fixture = fixture_published();
    put_home(fixture, 5, 15); /* as far from B as from E, which have one each: the lower code */
    put_stay(fixture, 50, BEDFORD, 5, "2026-06-01", "");
    put_stay(fixture, 51, ESSEX, 5, "2026-06-01", "");
    settle(fixture);
    cr_assert_str_eq(link_of(fixture, 5), BEDFORD);
    put_home(fixture, 6, 15); /* B has one more now */
    put_stay(fixture, 60, BEDFORD, 6, "2026-06-01", "");
    put_stay(fixture, 61, ESSEX, 6, "2026-06-01", "");
    settle(fixture);
    cr_assert_str_eq(link_of(fixture, 6), ESSEX);
    put_stay(fixture, 52, ESSEX, 5, "2026-06-01", ""); /* looked at again: B has no fewer, and keeps it */
    settle(fixture);
    cr_assert(!task_of(fixture, 5) && open_tasks(fixture) == 0);
    fixture_end(fixture);
}

/* rule A8: the host chooses, with its reason, and it holds. */
Test(tasks, the_host_chooses)
{
    struct fixture *fixture = fixture_published();
    Pb__ChooseAllocationRequest choose = PB__CHOOSE_ALLOCATION_REQUEST__INIT;
    choose.provision_id = "ofsted:SC000001", choose.authority_id = KENT, choose.reason = "it knows the home";
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOT_PLACING);
    choose.authority_id = "E10000099";
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOT_MEMBER);
    choose.authority_id = HERTS;
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CHOICE_SAME);
    choose.authority_id = BEDFORD;
    choose.version = 9;
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_ABORTED);
    choose.version = 0;
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_OK);
    cr_assert_str_eq(allocation_at(fixture, 1)->allocation->reason, "it knows the home");
    put_stay(fixture, 12, HERTS, 1, "2026-01-05", "");
    settle(fixture);
    cr_assert(!task_of(fixture, 1), "it holds");
    cr_assert(propose_now(fixture)->changes == 0);
    publish_now(fixture);
    const Pb__Allocation *held = allocation_at(fixture, 1)->allocation;
    cr_assert(held->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_HOST_CHOICE && held->reason[0]);
    end_stay(fixture, 11, BEDFORD, 1); /* until it places there no more */
    cr_assert_str_eq(task_of(fixture, 1)->proposed->authority_id, HERTS);
    Pb__Provision foster = PB__PROVISION__INIT;
    foster.id = home_id(fixture, 9), foster.name = "Agency";
    foster.kind = PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY;
    source_put(fixture, &source_provisions, &foster.base);
    choose.provision_id = foster.id;
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_OUT_OF_SCOPE);
    fixture_end(fixture);
}

/* What the host read is what is done. */
Test(tasks, a_task_that_was_overtaken)
{
    struct fixture *fixture = fixture_published();
    end_stay(fixture, 20, BEDFORD, 2);
    fixture->others_turn = NULL; /* nothing more is read */
    Pb__SettleAllocationTaskRequest request = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    request.task_id = home_id(fixture, 2), request.apply = true, request.version = 7;
    call(fixture, ALLOCATION("SettleAllocationTask"), &request.base, CODE_ABORTED);
    cr_assert_str_eq(link_of(fixture, 2), BEDFORD, "nothing of it was done");
    request.version = 0, request.task_id = home_id(fixture, 1);
    call(fixture, ALLOCATION("SettleAllocationTask"), &request.base, CODE_NOT_FOUND);
    fixture_end(fixture);
}

/* Records that fill a batch of the feed and mean nothing here. */
static void put_fillers(struct fixture *fixture)
{
    struct source *source = source_at(fixture, 0);
    const struct actor actor = {"test", "registry", fixture->wall_ms};
    struct store_txn *txn;
    cr_assert(store_write_begin(source->store, &txn) == CODE_OK);
    store_command_begin(txn, &actor, &source->arena);
    for (unsigned i = 0; i < FEED_BATCH_ENTRIES; i++) {
        Pb__Region filler = PB__REGION__INIT;
        Pb__RecordMeta meta = PB__RECORD_META__INIT;
        filler.id = arena_format(&source->arena, "filler-%u", i), filler.meta = &meta;
        cr_assert(record_put(txn, &source_regions, &filler.base) == CODE_OK);
    }
    cr_assert(store_command_end(txn, true) == CODE_OK && store_commit(txn) == CODE_OK);
    arena_reset(&source->arena);
}

/* The registry in another epoch, with more than fits a batch. */
static void begin_anew(struct fixture *fixture)
{
    source_end(fixture);
    source_begin(fixture, source_tables);
    put_fillers(fixture);
    put_region(fixture);
}

static void read_first_batch(struct fixture *fixture)
{
    while (service_cursor(fixture->service, ALLOCATION_SOURCE).position.sequence != FEED_BATCH_ENTRIES) {
        service_turn(fixture->service);
        if (fixture->dialled[0].first == fixture->dialled[0].count)
            feed_source_turn(source_at(fixture, 0)->feed);
        fixture->mono_us += 1000;
    }
}

/* A source that begins anew (it was restored): what is not yet read again is not gone. */
Test(tasks, none_while_the_registry_is_not_read)
{
    struct fixture *fixture = fixture_published();
    fixture_stop(fixture);
    begin_anew(fixture);
    fixture->dialled[0].first = fixture->dialled[0].count;
    fixture_start(fixture);
    read_first_batch(fixture);
    size_t kept = fixture->dialled[0].count; /* what follows is on its way, and does not come yet */
    fixture->dialled[0].count = fixture->dialled[0].first;
    fixture->others_turn = NULL;
    pass_ms(fixture, 5000);
    Pb__ListAllocationTasksRequest list = PB__LIST_ALLOCATION_TASKS_REQUEST__INIT;
    call(fixture, ALLOCATION("ListAllocationTasks"), &list.base, CODE_UNAVAILABLE);
    Pb__ProposeRequest propose = PB__PROPOSE_REQUEST__INIT;
    call(fixture, ALLOCATION("Propose"), &propose.base, CODE_UNAVAILABLE);
    Pb__GetAllocationRequest get = PB__GET_ALLOCATION_REQUEST__INIT;
    get.provision_id = home_id(fixture, 1);
    call(fixture, ALLOCATION("GetAllocation"), &get.base, CODE_UNAVAILABLE);

    fixture->dialled[0].count = kept;
    fixture->others_turn = sources_turn;
    pass_ms(fixture, 5000);
    settle(fixture);
    cr_assert(open_tasks(fixture) == 0, "as it was");
    end_stay(fixture, 20, BEDFORD, 2);
    cr_assert(open_tasks(fixture) == 1, "and followed again");
    fixture_end(fixture);
}

/* What was looked at before and would be told after. */
Test(tasks, a_report_is_not_told_once_the_registry_has_begun_anew)
{
    struct fixture *fixture = fixture_published();
    Pb__ReportLoadRequest loads = PB__REPORT_LOAD_REQUEST__INIT;
    fixture->holds_job = true;
    ask(fixture, ALLOCATION("ReportLoad"), &loads.base);
    cr_assert(!fixture->answered && fixture->job_ran);
    begin_anew(fixture);
    read_first_batch(fixture);
    fixture->holds_job = false;
    service_turn(fixture->service);
    answer_of(fixture, ALLOCATION("ReportLoad"), CODE_UNAVAILABLE);
    pass_ms(fixture, 5000);
    call(fixture, ALLOCATION("ReportLoad"), &loads.base, CODE_OK);
    fixture_end(fixture);
}

/* A restart in the middle of a look at all goes on from the beginning; marks are on disk. */
Test(tasks, what_is_marked_is_on_disk)
{
    struct fixture *fixture = fixture_published();
    for (unsigned home = 10; home < 210; home++) { /* more than a slice */
        put_home(fixture, home, 9);
        put_stay(fixture, home * 10, HERTS, home, "2026-01-05", "");
        put_stay(fixture, home * 10 + 1, BEDFORD, home, "2026-01-05", "");
    }
    for (int i = 0; i < 30; i++) { /* read, looked at in part */
        service_turn(fixture->service);
        feed_source_turn(source_at(fixture, 0)->feed);
    }
    fixture_stop(fixture);
    feed_source_drop_peer(source_at(fixture, 0)->feed, HANDLER_PEER);
    fixture->dialled[0].first = fixture->dialled[0].count;
    fixture_start(fixture);
    pass_ms(fixture, 5000);
    settle(fixture);
    for (unsigned home = 10; home < 210; home++)
        cr_assert_str_eq(link_of(fixture, home), BEDFORD, "home %u", home);
    put_member(fixture, BEDFORD, "Bedford", 20, member);
    settle(fixture);
    cr_assert(open_tasks(fixture) == 100, "the first page of 200 and more");
    fixture_end(fixture);
}

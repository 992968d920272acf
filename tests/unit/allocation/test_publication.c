/* Cycles, proposals, publication and reports through the real handlers (rules A1 to A9). */

#include "fixture.h"

/* rule A7: the host opens a cycle; its presets are October to September. */
Test(publication, a_cycle_is_opened_changed_and_closed)
{
    struct fixture *fixture = fixture_create();
    const Pb__AllocationCycle *cycle = open_a_cycle(fixture);
    cr_assert_str_eq(cycle->id, "2025-26");
    cr_assert_str_eq(cycle->first_on, "2025-10-01");
    cr_assert_str_eq(cycle->last_on, "2026-09-30");
    Pb__OpenCycleRequest another = PB__OPEN_CYCLE_REQUEST__INIT;
    call(fixture, ALLOCATION("OpenCycle"), &another.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CYCLE_OPEN);

    Pb__AllocationCycle changed = *cycle;
    Pb__UpdateCycleRequest update = PB__UPDATE_CYCLE_REQUEST__INIT;
    update.cycle = &changed, changed.offer_days = 3;
    Pb__UpdateCycleResponse *updated = call(fixture, ALLOCATION("UpdateCycle"), &update.base, CODE_OK);
    cr_assert(updated->cycle->offer_days == 3 && updated->cycle->meta->version == 2);
    changed.offer_days = 4; /* rule R10: as it was read before */
    call(fixture, ALLOCATION("UpdateCycle"), &update.base, CODE_ABORTED);

    Pb__CloseCycleRequest close = PB__CLOSE_CYCLE_REQUEST__INIT;
    call(fixture, ALLOCATION("CloseCycle"), &close.base, CODE_OK);
    Pb__ProposeRequest propose = PB__PROPOSE_REQUEST__INIT;
    call(fixture, ALLOCATION("Propose"), &propose.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NO_CYCLE);
    cr_assert_str_eq(open_a_cycle(fixture)->id, "2026-27");
    Pb__ListCyclesRequest list = PB__LIST_CYCLES_REQUEST__INIT;
    Pb__ListCyclesResponse *all = call(fixture, ALLOCATION("ListCycles"), &list.base, CODE_OK);
    cr_assert(all->n_cycles == 2 && all->cycles[0]->state == PB__CYCLE_STATE__CYCLE_STATE_CLOSED);
    fixture_end(fixture);
}

/* rules A2, A4: who places, how far, who is next; the same facts give the same digest. */
Test(publication, a_proposal_says_who_and_why)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    const Pb__AllocationProposal *first = propose_now(fixture), *second = propose_now(fixture);
    cr_assert_str_eq(first->id, "2025-26/1");
    cr_assert(second->number == 2 && first->provisions == 4 && first->links == 3 && first->soles == 1 &&
              first->attention == 0 && first->changes == 4 && first->n_loads == 4);
    cr_assert(first->made_from->epoch && first->made_from->sequence == 16);
    cr_assert(first->digest.len == 32 && memcmp(first->digest.data, second->digest.data, 32) == 0);

    Pb__GetProposalRequest get = PB__GET_PROPOSAL_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    get.page = &page, page.size = 3, get.number = 1;
    Pb__GetProposalResponse *some = call(fixture, ALLOCATION("GetProposal"), &get.base, CODE_OK);
    cr_assert(some->n_allocations == 3 && some->page->next.len);
    const Pb__ProposedAllocation *row = some->allocations[0];
    cr_assert_str_eq(row->authority_id, HERTS);
    cr_assert_str_eq(row->next_authority_id, BEDFORD);
    cr_assert(row->distance_metres == 2224 && row->margin_metres == 8896 - 2224 && row->n_placing == 2 &&
              row->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_CLOSEST);
    page.after = some->page->next;
    Pb__GetProposalResponse *rest = call(fixture, ALLOCATION("GetProposal"), &get.base, CODE_OK);
    cr_assert(rest->n_allocations == 1 && rest->page->next.len == 0);
    cr_assert(rest->allocations[0]->standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE, "rule A4");
    page.after.len = 3;
    call(fixture, ALLOCATION("GetProposal"), &get.base, CODE_INVALID_ARGUMENT);
    page.after.len = 0, get.authority_id = ESSEX;
    cr_assert(((Pb__GetProposalResponse *)call(fixture, ALLOCATION("GetProposal"), &get.base, CODE_OK))
                  ->n_allocations == 1);
    get.number = 9;
    call(fixture, ALLOCATION("GetProposal"), &get.base, CODE_NOT_FOUND);
    said(fixture, REFUSAL_PROPOSAL_UNKNOWN);
    fixture_end(fixture);
}

/* rule A7: all of it at once, with its terms; a second proposal of the same facts changes nothing. */
Test(publication, publishing_gives_every_provision_its_link)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    Pb__PublishProposalRequest early = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    call(fixture, ALLOCATION("PublishProposal"), &early.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_PROPOSAL_NONE);
    propose_now(fixture);
    const Pb__PublishProposalResponse *published = publish_now(fixture);
    cr_assert(published->changed == 4 && published->cycle->state == PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED &&
              published->cycle->published->n_offices == 4);
    cr_assert_str_eq(link_of(fixture, 1), HERTS);
    cr_assert_str_eq(link_of(fixture, 2), BEDFORD);
    cr_assert_str_eq(link_of(fixture, 3), ESSEX);
    cr_assert_str_eq(link_of(fixture, 4), KENT);
    const Pb__GetAllocationResponse *one = allocation_at(fixture, 1);
    cr_assert(one->n_terms == 1 && !one->task && one->allocation->proposal_number == 1 &&
              one->allocation->n_placing == 2);
    cr_assert_str_eq(one->terms[0]->from, "2026-06-01");
    cr_assert_str_eq(one->allocation->since, "2026-06-01");
    cr_assert(open_tasks(fixture) == 0);

    cr_assert(propose_now(fixture)->changes == 0);
    cr_assert(publish_now(fixture)->changed == 0);
    cr_assert(allocation_at(fixture, 1)->n_terms == 1 &&
              allocation_at(fixture, 1)->allocation->proposal_number == 2);

    Pb__ListAllocationsRequest list = PB__LIST_ALLOCATIONS_REQUEST__INIT;
    list.authority_id = ESSEX;
    Pb__ListAllocationsResponse *of_essex = call(fixture, ALLOCATION("ListAllocations"), &list.base, CODE_OK);
    cr_assert(of_essex->n_allocations == 1);
    cr_assert_str_eq(of_essex->allocations[0]->name, "Home 3");
    list.authority_id = "", list.standing = PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE;
    cr_assert(
        ((Pb__ListAllocationsResponse *)call(fixture, ALLOCATION("ListAllocations"), &list.base, CODE_OK))
            ->n_allocations == 1);
    fixture_end(fixture);
}

/* Refused where the facts give something else now; not where only another child came to the same LA. */
Test(publication, a_stale_proposal_is_refused)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    propose_now(fixture);
    put_stay(fixture, 12, HERTS, 1, "2026-01-05", ""); /* a second child of H */
    settle(fixture);
    cr_assert(publish_now(fixture)->changed == 4);

    propose_now(fixture);
    put_stay(fixture, 22, ESSEX, 2, "2026-01-05", "");
    put_stay(fixture, 20, BEDFORD, 2, "2026-01-05", "2026-05-31"); /* B's last ended */
    settle(fixture);
    Pb__PublishProposalRequest publish = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    call(fixture, ALLOCATION("PublishProposal"), &publish.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_PROPOSAL_STALE);
    cr_assert(strstr(fixture->status->message, "(1 of its provisions)"), "%s", fixture->status->message);
    cr_assert_str_eq(link_of(fixture, 2), BEDFORD, "nothing moved");

    propose_now(fixture);
    Pb__CompareProposalRequest compare = PB__COMPARE_PROPOSAL_REQUEST__INIT;
    Pb__CompareProposalResponse *changes =
        call(fixture, ALLOCATION("CompareProposal"), &compare.base, CODE_OK);
    cr_assert(changes->n_changes == 1 && changes->proposal->number == 3);
    const Pb__AllocationChange *change = changes->changes[0];
    cr_assert_str_eq(change->from_authority_id, BEDFORD);
    cr_assert_str_eq(change->to_authority_id, ESSEX);
    cr_assert(change->n_causes &&
              change->causes[0] == PB__ALLOCATION_CAUSE__ALLOCATION_CAUSE_PLACEMENT_ENDED);
    compare.authority_id = KENT;
    cr_assert(
        ((Pb__CompareProposalResponse *)call(fixture, ALLOCATION("CompareProposal"), &compare.base, CODE_OK))
            ->n_changes == 0);
    const Pb__PublishProposalResponse *published = publish_now(fixture);
    cr_assert(published->changed == 1 && published->settled == 1, "with its task");
    cr_assert(allocation_at(fixture, 2)->n_terms == 2 && open_tasks(fixture) == 0);
    fixture_end(fixture);
}

Test(publication, one_of_a_day_to_come_shows_what_will_be)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    put_stay(fixture, 10, HERTS, 1, "2026-01-05", "2026-06-30");
    settle(fixture);
    Pb__ProposeRequest propose = PB__PROPOSE_REQUEST__INIT;
    propose.as_of = "2026-07-01";
    Pb__ProposeResponse *ahead = call(fixture, ALLOCATION("Propose"), &propose.base, CODE_OK);
    cr_assert(ahead->proposal->soles == 2);
    Pb__PublishProposalRequest publish = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    call(fixture, ALLOCATION("PublishProposal"), &publish.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_PROPOSAL_AHEAD);
    propose.as_of = "July";
    call(fixture, ALLOCATION("Propose"), &propose.base, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_AS_OF_WRONG);
    fixture_end(fixture);
}

/* Bad input: a provision or an office without a position is listed, and the rest stands. */
Test(publication, what_has_no_position_needs_attention)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    put_home(fixture, 1, -1);
    put_member(fixture, ESSEX, "Essex", -1, member);
    settle(fixture);
    const Pb__AllocationProposal *proposal = propose_now(fixture);
    cr_assert(proposal->attention == 3 && proposal->links == 2 && proposal->soles == 1);
    Pb__GetProposalRequest get = PB__GET_PROPOSAL_REQUEST__INIT;
    get.attention_only = true;
    Pb__GetProposalResponse *listed = call(fixture, ALLOCATION("GetProposal"), &get.base, CODE_OK);
    cr_assert(listed->n_allocations == 3);
    cr_assert(listed->allocations[0]->attention ==
                  PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_PROVISION_UNPLACED &&
              !listed->allocations[0]->authority_id[0]);
    cr_assert(listed->allocations[1]->attention ==
              PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_OFFICE_UNPLACED);
    cr_assert(publish_now(fixture)->changed == 3);
    cr_assert(open_tasks(fixture) == 1);
    const Pb__AllocationTask *task = task_of(fixture, 1);
    cr_assert(task && task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_ATTENTION);
    Pb__SettleAllocationTaskRequest settle_it = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    settle_it.task_id = task->id, settle_it.apply = true;
    call(fixture, ALLOCATION("SettleAllocationTask"), &settle_it.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_TASK_NOT_APPLICABLE);
    put_home(fixture, 1, 2); /* mended: new in mid-cycle, so allocated at once */
    settle(fixture);
    cr_assert_str_eq(link_of(fixture, 1), HERTS);
    cr_assert(open_tasks(fixture) == 0);
    fixture_end(fixture);
}

/* rule A8: balanced beside the rule, with what each comes to. */
Test(publication, balanced_beside_the_rule)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    Pb__ProposeRequest propose = PB__PROPOSE_REQUEST__INIT;
    propose.method = PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED;
    Pb__ProposeResponse *balanced = call(fixture, ALLOCATION("Propose"), &propose.base, CODE_OK);
    cr_assert(balanced->proposal->links == 3 && balanced->proposal->n_closest_loads == 4);
    Pb__ReportLoadRequest loads = PB__REPORT_LOAD_REQUEST__INIT;
    loads.number = 1;
    Pb__ReportLoadResponse *report = call(fixture, ALLOCATION("ReportLoad"), &loads.base, CODE_OK);
    cr_assert(report->total->links == 3 && report->closest_total->links == 3 &&
              report->costs->working_days == 260);
    publish_now(fixture);
    cr_assert(open_tasks(fixture) == 0, "what was balanced stays");
    for (unsigned home = 1; home <= 3; home++)
        cr_assert(allocation_at(fixture, home)->allocation->basis ==
                  PB__ALLOCATION_BASIS__ALLOCATION_BASIS_BALANCED);

    propose.method = 7;
    call(fixture, ALLOCATION("Propose"), &propose.base, CODE_INVALID_ARGUMENT);
    fixture_end(fixture);
}

/* rule A8: where there is none, who stands in its way is told by name, with the bound and how many. */
Test(publication, without_a_balance_it_says_why)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    Pb__ProposeRequest propose = PB__PROPOSE_REQUEST__INIT;
    propose.method = PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED;
    for (unsigned home = 5; home < 9; home++) { /* near K, which H places in beside it, once each */
        put_home(fixture, home, 30);
        put_stay(fixture, home * 10, KENT, home, "2026-01-05", "");
        put_stay(fixture, home * 10 + 1, HERTS, home, "2026-01-05", "");
    }
    for (unsigned more = 0; more < 40; more++) /* most of all placements are B's, and at one place */
        put_stay(fixture, 200 + more, BEDFORD, 1, "2026-01-05", "");
    settle(fixture);
    call(fixture, ALLOCATION("Propose"), &propose.base, CODE_FAILED_PRECONDITION);
    cr_assert_str_eq(fixture->status->field, "tolerance_percent");
    cr_assert_str_eq(fixture->status->message, "no balanced proposal exists: Hertfordshire, Kent may take 2 "
                                               "at most, and 4 can be nobody else's; raise the tolerance");
    Pb__ListProposalsRequest list = PB__LIST_PROPOSALS_REQUEST__INIT;
    cr_assert(((Pb__ListProposalsResponse *)call(fixture, ALLOCATION("ListProposals"), &list.base, CODE_OK))
                      ->n_proposals == 0,
              "nothing is kept");
    propose.tolerance_percent = 500; /* as it says */
    call(fixture, ALLOCATION("Propose"), &propose.base, CODE_OK);
    fixture_end(fixture);
}

/* rule A9, with other inputs than the cycle's. */
Test(publication, savings_and_loads)
{
    struct fixture *fixture = fixture_create();
    Pb__ReportSavingsRequest request = PB__REPORT_SAVINGS_REQUEST__INIT;
    call(fixture, ALLOCATION("ReportSavings"), &request.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOT_PUBLISHED);
    open_a_cycle(fixture), propose_now(fixture), publish_now(fixture);
    Pb__VisitCosts costs = PB__VISIT_COSTS__INIT;
    costs.officer_salary_pence = 2600000, costs.return_miles = 100;
    request.costs = &costs;
    Pb__ReportSavingsResponse *savings = call(fixture, ALLOCATION("ReportSavings"), &request.base, CODE_OK);
    cr_assert(savings->visit_pence == 10000 + 4000 && savings->n_savings == 4);
    /* Used: H 2, B 2, E 2, K 1; had: 1 each. */
    cr_assert(savings->total->without_pence == 7 * 14000 && savings->total->with_pence == 4 * 14000);
    cr_assert(savings->costs->working_days == 260 && savings->costs->return_miles == 100);
    costs.working_days = 400;
    call(fixture, ALLOCATION("ReportSavings"), &request.base, CODE_INVALID_ARGUMENT);
    Pb__ReportLoadRequest loads = PB__REPORT_LOAD_REQUEST__INIT;
    Pb__ReportLoadResponse *report = call(fixture, ALLOCATION("ReportLoad"), &loads.base, CODE_OK);
    cr_assert(report->n_loads == 4 && report->total->links == 3 && report->total->soles == 1 &&
              report->total->placements == 7 && report->total->visits == 3);
    fixture_end(fixture);
}

/* Positions that must have been read first. */
Test(publication, a_proposal_waits_for_what_it_must_know)
{
    struct fixture *fixture = fixture_create();
    open_a_cycle(fixture);
    const Pb__Position *made_from = propose_now(fixture)->made_from;
    Pb__ProposeRequest request = PB__PROPOSE_REQUEST__INIT;
    Pb__Position position = PB__POSITION__INIT;
    Pb__ServicePosition wanted = PB__SERVICE_POSITION__INIT;
    Pb__ServicePosition *list[] = {&wanted};
    position.epoch = made_from->epoch, position.sequence = made_from->sequence;
    wanted.service = "registry", wanted.position = &position;
    request.at_least = list, request.n_at_least = 1;
    call(fixture, ALLOCATION("Propose"), &request.base, CODE_OK);
    position.sequence++;
    call(fixture, ALLOCATION("Propose"), &request.base, CODE_UNAVAILABLE);
    cr_assert(fixture->status->retry_after_ms);
    put_home(fixture, 9, 9);
    settle(fixture);
    call(fixture, ALLOCATION("Propose"), &request.base, CODE_OK);
    fixture_end(fixture);
}

/* Visits (rules M1, A4): who is seen before one plans, whose visit it is, and the report that begins. */

#include "fixture.h"

static const Pb__FindVisitsResponse *find(struct fixture *fixture, const char *id_or_urn)
{
    Pb__FindVisitsRequest request = PB__FIND_VISITS_REQUEST__INIT;
    request.provision_id = id_or_urn;
    return call(fixture, MONITORING("FindVisits"), &request.base, CODE_OK);
}

Test(visits, others_are_seen_first)
{
    struct fixture *fixture = fixture_create();
    const Pb__Visit *first = plan(fixture, 1, HERTS, QA, "2026-07-01", CODE_OK);
    cr_assert(first->duty == PB__VISIT_DUTY__VISIT_DUTY_LINK);
    cr_assert_str_eq(first->cycle_id, CYCLE);
    cr_assert_str_eq(first->provider_id, PROVIDER_ONE);
    as_officer(fixture, BEDFORD);
    Pb__PlanVisitRequest request = PB__PLAN_VISIT_REQUEST__INIT;
    Pb__Visit visit = PB__VISIT__INIT;
    visit.provision_id = "SC000001", visit.intended_on = "2026-07-08";
    visit.purpose = PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT;
    visit.mode = PB__VISIT_MODE__VISIT_MODE_REMOTE;
    request.visit = &visit;
    call(fixture, MONITORING("PlanVisit"), &request.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_VISIT_OTHERS_NOT_SEEN);
    const Pb__FindVisitsResponse *found = find(fixture, "SC000001");
    cr_assert(found->n_visits == 1);
    cr_assert_str_eq(found->authority_id, HERTS);
    request.others_seen = true;
    const Pb__PlanVisitResponse *planned = call(fixture, MONITORING("PlanVisit"), &request.base, CODE_OK);
    cr_assert_str_eq(planned->visit->authority_id, BEDFORD);
    cr_assert(planned->visit->duty == PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED);
    fixture_end(fixture);
}

/* Rule S1: a host administrator visits for the host's LA alone, an officer for the officer's own. */
Test(visits, for_its_own_authority)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, BEDFORD);
    plan(fixture, 1, HERTS, QA, "2026-07-01", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_VISIT_NOT_YOURS);
    plan(fixture, 1, BEDFORD, QA, "2026-07-01", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_VISIT_PURPOSE_NOT_YOURS);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_HOST_ADMINISTRATOR);
    plan(fixture, 2, BEDFORD, QA, "2026-07-01", CODE_PERMISSION_DENIED);
    const Pb__Visit *visit = plan(fixture, 1, HERTS, QA, "2026-07-01", CODE_OK);
    as_officer(fixture, BEDFORD);
    made(fixture, visit->id, "2026-06-01", CODE_PERMISSION_DENIED);
    fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_FEES_OFFICER);
    made(fixture, visit->id, "2026-06-01", CODE_PERMISSION_DENIED);
    put_member(fixture, HERTS, "Hertfordshire", 0, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    as_officer(fixture, HERTS);
    made(fixture, visit->id, "2026-06-01", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_CONCERN_NOT_MEMBER);
    Pb__ListVisitsRequest list = PB__LIST_VISITS_REQUEST__INIT;
    Pb__FindVisitsRequest find_them = PB__FIND_VISITS_REQUEST__INIT;
    find_them.provision_id = home_id(fixture, 1);
    call(fixture, MONITORING("ListVisits"), &list.base, CODE_PERMISSION_DENIED);
    call(fixture, MONITORING("FindVisits"), &find_them.base, CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}

Test(visits, moved_made_and_given_up_with_history)
{
    struct fixture *fixture = fixture_create();
    const Pb__Visit *visit = plan(fixture, 1, HERTS, QA, "2026-07-01", CODE_OK);
    Pb__RescheduleVisitRequest move = PB__RESCHEDULE_VISIT_REQUEST__INIT;
    move.visit_id = visit->id, move.version = 1, move.intended_on = "2026-08-01", move.reason = "illness";
    call(fixture, MONITORING("RescheduleVisit"), &move.base, CODE_OK);
    call(fixture, MONITORING("RescheduleVisit"), &move.base, CODE_ABORTED);
    const Pb__Visit *later = plan(fixture, 1, HERTS, QA, "2026-10-05", CODE_OK);
    move.visit_id = later->id;
    call(fixture, MONITORING("RescheduleVisit"), &move.base, CODE_ALREADY_EXISTS);
    move.visit_id = visit->id;
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.Visit", past.id = visit->id;
    const Pb__ReadHistoryResponse *states =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(states->n_entries == 1);
    made(fixture, visit->id, "2026-06-02", CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_VISIT_MADE_LATER);
    visit = made(fixture, visit->id, "2026-05-29", CODE_OK);
    cr_assert(visit->state == PB__VISIT_STATE__VISIT_STATE_MADE && visit->report_id[0]);
    const Pb__GetDraftResponse *draft = draft_of(fixture, visit->report_id);
    cr_assert_str_eq(draft->report->form_id, "small/1");
    cr_assert_str_eq(draft->report->visited_on, "2026-05-29");
    cr_assert(draft->n_answers == 0 && draft->n_problems == 2);
    made(fixture, visit->id, "2026-05-29", CODE_FAILED_PRECONDITION);
    Pb__CancelVisitRequest cancel = PB__CANCEL_VISIT_REQUEST__INIT;
    cancel.visit_id = visit->id, cancel.reason = "no";
    call(fixture, MONITORING("CancelVisit"), &cancel.base, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_VISIT_MADE);
    cancel.visit_id = plan(fixture, 1, HERTS, QA, "2026-09-01", CODE_OK)->id;
    call(fixture, MONITORING("CancelVisit"), &cancel.base, CODE_OK);
    Pb__ListVisitsRequest list = PB__LIST_VISITS_REQUEST__INIT;
    list.provision_id = home_id(fixture, 1);
    const Pb__ListVisitsResponse *all = call(fixture, MONITORING("ListVisits"), &list.base, CODE_OK);
    cr_assert(all->n_visits == 3);
    list.state = PB__VISIT_STATE__VISIT_STATE_CANCELLED, list.provision_id = "", list.cycle_id = CYCLE;
    all = call(fixture, MONITORING("ListVisits"), &list.base, CODE_OK);
    cr_assert(all->n_visits == 1);
    fixture_end(fixture);
}

/* Rule M2: what was met carries over from the last report published there. */
Test(visits, a_later_report_begins_with_the_last_ones_answers)
{
    struct fixture *fixture = fixture_create();
    published_at(fixture, 1, HERTS);
    to_day(fixture, "2026-09-01");
    const Pb__GetDraftResponse *draft = draft_of(fixture, draft_at(fixture, 1, HERTS));
    cr_assert(draft->n_answers == 1, "%zu", draft->n_answers);
    cr_assert_str_eq(draft->answers[0]->answer->question_id, "care");
    cr_assert(draft->answers[0]->answer->carried_over);
    save(fixture, draft->report->id, "care", "poor", "", 1, CODE_OK);
    draft = draft_of(fixture, draft->report->id);
    cr_assert(!draft->answers[0]->answer->carried_over, "somebody has changed it");
    fixture_end(fixture);
}

/* Applications, from the first word to the last correction (rules F3, F4). */

#include "applying.h"

#include "services/fees/rules_sheet.h"

#define STATE(s) PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_##s
#define LEVEL(l) PB__FEE_LEVEL__FEE_LEVEL_##l

static const Pb__FeeApplication *application_of(struct fixture *fixture, const char *id)
{
    return stored(fixture, &fees_applications, id);
}

static const Pb__FeeSubmission *submission_of(struct fixture *fixture, const char *id)
{
    return stored(fixture, &fees_submissions, id);
}

/* --- begun ------------------------------------------------------------------------------------------- */

Test(applications, are_begun_once_by_who_runs_the_home)
{
    struct fixture *fixture = applying_create();
    as_provider(fixture, PROVIDER_TWO);
    apply_begin(fixture, 1, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_APPLICATION_NOT_YOURS);
    as_provider(fixture, PROVIDER_ONE);
    const Pb__FeeApplication *begun = apply_begin(fixture, 1, CODE_OK);
    cr_assert_str_eq(begun->form_id, "small-application/1");
    cr_assert_str_eq(begun->provider_id, PROVIDER_ONE);
    cr_assert_str_eq(begun->name, "Home 1");
    cr_assert_str_eq(begun->cycle_id, CYCLE);
    cr_assert_eq(begun->state, STATE(DRAFT));
    cr_assert_str_eq(consultation_of(fixture, 1)->application_id, begun->id);
    cr_assert_str_eq(apply_begin(fixture, 1, CODE_OK)->id, begun->id, "it goes on with the one there is");
    fixture_end(fixture);
}

Test(applications, are_for_homes_that_are_dealt_with_in_a_cycle_that_is_open)
{
    struct fixture *fixture = applying_create();
    put_kind(fixture, 7, PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME);
    put_home(fixture, 9, 3);
    put_stay(fixture, 70, HERTS, 7, "2026-01-05", "");
    settle(fixture);
    as_provider(fixture, PROVIDER_ONE);
    apply_begin(fixture, 7, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_APPLICATION_KIND);
    apply_begin(fixture, 9, CODE_NOT_FOUND); /* nobody places there */
    said(fixture, REFUSAL_CONSULTATION_UNKNOWN);
    apply_begin(fixture, 1, CODE_OK);
    as_operator(fixture);
    Pb__CloseFeeCycleRequest close = PB__CLOSE_FEE_CYCLE_REQUEST__INIT;
    close.cycle_id = CYCLE;
    call(fixture, CYCLES("CloseFeeCycle"), &close.base, CODE_OK);
    as_provider(fixture, PROVIDER_ONE);
    apply_begin(fixture, 3, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CYCLE_NONE_OPEN);
    fixture_end(fixture);
}

/* Who runs a home next does not see what the one before wrote (rule S4). */
Test(applications, are_begun_from_the_providers_own_last)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 510000);
    apply_withdraw(fixture, id, "the home is sold", CODE_OK);
    const Pb__FeeApplication *again = apply_begin(fixture, 1, CODE_OK);
    cr_assert_neq(strcmp(again->id, id), 0);
    cr_assert_eq(again->n_services, 1);
    cr_assert_str_eq(again->services[0]->title, "Service residential");
    cr_assert_eq(again->services[0]->current->total_pence, 0, "amounts are said anew");
    apply_withdraw(fixture, again->id, "the home is sold", CODE_OK);
    hand_over(fixture, 1, PROVIDER_TWO);
    as_provider(fixture, PROVIDER_TWO);
    const Pb__FeeApplication *others = apply_begin(fixture, 1, CODE_OK);
    cr_assert_eq(others->n_services, 0);
    as_provider(fixture, PROVIDER_ONE);
    apply_begin(fixture, 1, CODE_PERMISSION_DENIED);
    apply_get(fixture, others->id, CODE_NOT_FOUND);
    cr_assert(apply_get(fixture, id, CODE_OK)->application, "its own it keeps");
    fixture_end(fixture);
}

/* A home is sold in the middle of a cycle: who runs it now applies, and nobody else. */
Test(applications, of_who_runs_it_no_more_give_way)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 510000);
    hand_over(fixture, 1, PROVIDER_TWO);
    as_provider(fixture, PROVIDER_TWO);
    const char *others = apply_begin(fixture, 1, CODE_OK)->id;
    cr_assert_neq(strcmp(others, id), 0);
    cr_assert_str_eq(apply_begin(fixture, 1, CODE_OK)->id, others, "its own is gone on with");
    const Pb__FeeApplication *former = application_of(fixture, id);
    cr_assert_eq(former->state, PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN);
    cr_assert(former->reason[0]);
    cr_assert_not(((const Pb__FeeSubmission *)stored(fixture, &fees_submissions, id))->stands);
    const Pb__Consultation *consultation = consultation_of(fixture, 1);
    cr_assert_eq(consultation->submission, 0);
    cr_assert_eq(consultation->state, PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED);
    cr_assert_str_eq(consultation->application_id, others);
    apply_get(fixture, id, CODE_NOT_FOUND);
    as_provider(fixture, PROVIDER_ONE);
    cr_assert(apply_get(fixture, id, CODE_OK)->application, "its own it keeps");
    fixture_end(fixture);
}

Test(applications, of_who_runs_it_no_more_are_not_submitted)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 510000);
    apply_correct(fixture, id, CODE_OK);
    hand_over(fixture, 1, PROVIDER_TWO);
    as_provider(fixture, PROVIDER_ONE);
    apply_submit(fixture, id, 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_APPLICATION_HANDED_OVER);
    fixture_end(fixture);
}

/* --- typed ------------------------------------------------------------------------------------------- */

Test(applications, two_who_type_different_answers_are_never_in_each_others_way)
{
    struct fixture *fixture = applying_create();
    as_provider(fixture, PROVIDER_ONE);
    const char *id = apply_begin(fixture, 1, CODE_OK)->id;
    apply_answer(fixture, id, 1, "reasons", "pay rises", CODE_OK);
    apply_answer(fixture, id, 1, "savings", "heating", CODE_OK);
    apply_fee(fixture, id, 1, 500000, 510000, CODE_OK);
    const Pb__FeeApplication *kept = application_of(fixture, id);
    cr_assert_eq(kept->meta->version, 4);
    cr_assert_eq(kept->n_answers, 2);
    cr_assert_str_eq(kept->answers[0]->text, "pay rises");
    cr_assert_str_eq(kept->answers[1]->text, "heating");
    apply_answer(fixture, id, 1, "reasons", "energy", CODE_ABORTED);
    said(fixture, REFUSAL_NONE); /* says both */
    cr_assert(strstr(fixture->status->message, "pay rises") && strstr(fixture->status->message, "energy"),
              "%s", fixture->status->message);
    cr_assert_str_eq(fixture->status->field, "answers[reasons]");
    apply_fee(fixture, id, 3, 500000, 520000, CODE_ABORTED);
    cr_assert_str_eq(fixture->status->field, "services");
    apply_answer(fixture, id, 1, "reasons", "pay rises",
                 CODE_OK); /* the same: no conflict, nothing written */
    cr_assert_eq(application_of(fixture, id)->meta->version, 4);
    apply_answer(fixture, id, 4, "reasons", "energy", CODE_OK);
    cr_assert_eq(application_of(fixture, id)->meta->version, 5);
    fixture_end(fixture);
}

Test(applications, tell_what_is_missing_and_keep_it_all_the_same)
{
    struct fixture *fixture = applying_create();
    as_provider(fixture, PROVIDER_ONE);
    const char *id = apply_begin(fixture, 1, CODE_OK)->id;
    Pb__SaveFeeApplicationRequest request = PB__SAVE_FEE_APPLICATION_REQUEST__INIT;
    Pb__FeeService *services[] = {service_of(fixture, "residential", 500000, 510000)};
    services[0]->proposed->total_pence += 1;
    request.application_id = id, request.version = 1;
    request.services = services, request.n_services = 1;
    const Pb__SaveFeeApplicationResponse *saved = apply_save(fixture, &request, CODE_OK);
    cr_assert_eq(saved->n_problems, 2);
    cr_assert_str_eq(saved->problems[0]->field, "services[residential].proposed.total");
    cr_assert_str_eq(saved->problems[0]->value, "£5,100.01");
    cr_assert_str_eq(saved->problems[1]->field, "answers[reasons]");
    apply_submit(fixture, id, 0, CODE_FAILED_PRECONDITION);
    cr_assert_str_eq(fixture->status->field, "services[residential].proposed.total");
    cr_assert(strstr(fixture->status->message, "and 1 more"), "%s", fixture->status->message);
    cr_assert_eq(application_of(fixture, id)->services[0]->proposed->total_pence, 510001, "nothing is lost");
    cr_assert_eq(apply_get(fixture, id, CODE_OK)->n_problems, 2);
    apply_answer(fixture, id, 1, "nothing", "x", CODE_INVALID_ARGUMENT);
    fixture_end(fixture);
}

/* --- submitted --------------------------------------------------------------------------------------- */

Test(applications, are_submitted_as_one_act_with_a_number)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 515001);
    const Pb__FeeSubmission *submission = submission_of(fixture, id);
    cr_assert_eq(submission->number, 1);
    cr_assert(submission->stands);
    cr_assert_eq(submission->level, LEVEL(EXCEPTIONAL), "a penny above 3%%");
    cr_assert_str_eq(submission->threshold, THRESHOLD);
    cr_assert_str_eq(submission->increase_percent, "3.0002");
    cr_assert_str_eq(submission->submitted_on, "2026-06-01");
    cr_assert_str_eq(submission->effective_on, "2027-04-01");
    cr_assert_eq(submission->n_concerned_ids, 2);
    const Pb__Consultation *consultation = consultation_of(fixture, 1);
    cr_assert_eq(consultation->state, PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED);
    cr_assert_eq(consultation->submission, 1);
    cr_assert_eq(consultation->level, LEVEL(EXCEPTIONAL));
    apply_submit(fixture, id, 0, CODE_FAILED_PRECONDITION); /* twice */
    said(fixture, REFUSAL_APPLICATION_SUBMITTED);
    cr_assert_eq(submission_of(fixture, id)->number, 1);
    apply_answer(fixture, id, 3, "reasons", "more", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_APPLICATION_SUBMITTED);
    fixture_end(fixture);
}

Test(applications, stand_while_they_are_corrected)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 515000);
    cr_assert_eq(submission_of(fixture, id)->level, LEVEL(WITHIN), "3%% exactly is not above it");
    apply_correct(fixture, id, CODE_OK);
    uint64_t version = application_of(fixture, id)->meta->version;
    apply_fee(fixture, id, version, 500000, 560000, CODE_OK);
    cr_assert(submission_of(fixture, id)->stands);
    cr_assert_eq(submission_of(fixture, id)->services[0]->proposed->total_pence, 515000);
    cr_assert_eq(consultation_of(fixture, 1)->level, LEVEL(WITHIN));
    apply_submit(fixture, id, version, CODE_ABORTED); /* it changed since */
    Pb__WithdrawFeeApplicationRequest withdraw = PB__WITHDRAW_FEE_APPLICATION_REQUEST__INIT;
    withdraw.application_id = id, withdraw.reason = "the home closes", withdraw.version = version;
    call(fixture, APPLICATIONS("WithdrawFeeApplication"), &withdraw.base, CODE_ABORTED);
    apply_submit(fixture, id, version + 1, CODE_OK);
    cr_assert_eq(submission_of(fixture, id)->number, 2);
    cr_assert_eq(submission_of(fixture, id)->level, LEVEL(REVIEW));
    cr_assert_eq(consultation_of(fixture, 1)->submission, 2);
    fixture_end(fixture);
}

Test(applications, are_returned_by_the_lead_for_the_submission_that_was_read)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 515000);
    as_officer(fixture, BEDFORD);
    apply_return(fixture, id, 1, "say more", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_APPLICATION_NOT_LEAD);
    as_officer(fixture, HERTS);
    apply_return(fixture, id, 2, "say more", CODE_ABORTED);
    apply_return(fixture, id, 1, " ", CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_REASON_MISSING);
    const Pb__FeeApplication *told = apply_return(fixture, id, 1, "say more of pay", CODE_OK);
    cr_assert_eq(told->state, STATE(RETURNED));
    cr_assert(told->n_services == 0 && told->n_answers == 0, "what is being written is not shown to LAs");
    cr_assert(!submission_of(fixture, id)->stands);
    cr_assert_eq(consultation_of(fixture, 1)->state, PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED);
    cr_assert_eq(consultation_of(fixture, 1)->submission, 0);
    as_provider(fixture, PROVIDER_ONE);
    const Pb__GetFeeApplicationResponse *read = apply_get(fixture, id, CODE_OK);
    cr_assert_str_eq(read->application->reason, "say more of pay");
    apply_submit(fixture, id, 0, CODE_OK);
    cr_assert_eq(submission_of(fixture, id)->number, 2);
    cr_assert(submission_of(fixture, id)->stands);
    cr_assert_str_eq(application_of(fixture, id)->reason, "");
    fixture_end(fixture);
}

Test(applications, that_nobody_leads_for_are_returned_by_the_host)
{
    struct fixture *fixture = applying_create();
    put_kind(fixture, 5, PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY);
    put_stay(fixture, 50, HERTS, 5, "2026-01-05", "");
    put_stay(fixture, 51, KENT, 5, "2026-01-05", "");
    settle(fixture);
    const char *id = apply_whole(fixture, 5, 90000 + 100000, 95000 + 100000);
    as_officer(fixture, KENT);
    apply_return(fixture, id, 1, "say more", CODE_PERMISSION_DENIED);
    as_host(fixture);
    cr_assert_eq(apply_return(fixture, id, 1, "say more", CODE_OK)->n_services, 1, "the host reads it all");
    fixture_end(fixture);
}

Test(applications, that_are_given_up_make_room_for_another_with_the_next_number)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 515000);
    apply_withdraw(fixture, id, "", CODE_INVALID_ARGUMENT);
    apply_withdraw(fixture, id, "we reckoned wrongly", CODE_OK);
    cr_assert(!submission_of(fixture, id)->stands);
    cr_assert_str_eq(consultation_of(fixture, 1)->application_id, "");
    apply_submit(fixture, id, 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_APPLICATION_WITHDRAWN);
    const char *other = apply_whole(fixture, 1, 500000, 512000);
    cr_assert_eq(submission_of(fixture, other)->number, 2);
    cr_assert_eq(consultation_of(fixture, 1)->submission, 2);
    fixture_end(fixture);
}

Test(applications, do_not_change_once_the_report_is_published)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 1, 500000, 515000);
    Pb__Consultation *consultation = consultation_of(fixture, 1);
    consultation->state = PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED;
    keep(fixture, &fees_consultations, &consultation->base);
    apply_correct(fixture, id, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_APPLICATION_REPORTED);
    apply_withdraw(fixture, id, "no more", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_APPLICATION_REPORTED);
    as_officer(fixture, HERTS);
    apply_return(fixture, id, 1, "say more", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_APPLICATION_REPORTED);
    fixture_end(fixture);
}

/* --- sheets ------------------------------------------------------------------------------------------ */

static const Pb__ImportFeeSheetResponse *import_sheet(struct fixture *fixture, const char *id,
                                                      const char *csv, enum code expected)
{
    Pb__ImportFeeSheetRequest request = PB__IMPORT_FEE_SHEET_REQUEST__INIT;
    request.application_id = id;
    request.csv = (ProtobufCBinaryData){strlen(csv), (uint8_t *)(uintptr_t)csv};
    return call(fixture, APPLICATIONS("ImportFeeSheet"), &request.base, expected);
}

Test(applications, are_filled_in_as_a_sheet)
{
    struct fixture *fixture = applying_create();
    as_provider(fixture, PROVIDER_ONE);
    const char *id = apply_begin(fixture, 1, CODE_OK)->id;
    Pb__WriteFeeSheetRequest write = PB__WRITE_FEE_SHEET_REQUEST__INIT;
    write.application_id = id;
    const Pb__WriteFeeSheetResponse *sheet =
        call(fixture, APPLICATIONS("WriteFeeSheet"), &write.base, CODE_OK);
    cr_assert_str_eq(sheet->file_name, "fees-2027-28-home-1.csv");
    cr_assert(sheet->csv.len > 100);
    const Pb__ImportFeeSheetResponse *read =
        import_sheet(fixture, id,
                     "part,item,detail,title,current,proposed,answer,remark\n"
                     "service,residential,title,,,,Residential,\n"
                     "service,residential,attendance,,,,52 weeks,\n"
                     "service,residential,social-care,,4000.00,4100.00,,\n"
                     "service,residential,education,,1000.00,1000.00,,\n"
                     "service,residential,health,,0,0,,\n"
                     "service,residential,total,,5000.00,3%,,\n"
                     "answer,reasons,,,,,pay rises,\n"
                     "answer,savings,,,,,=1+1,\n"
                     "answer,staffing,,,100.50,200.25,,\n",
                     CODE_OK);
    cr_assert_eq(read->n_problems, 2, "%zu: %s", read->n_problems,
                 read->n_problems ? read->problems[0]->reason : "");
    cr_assert_eq(read->problems[0]->row, 7);
    cr_assert_str_eq(read->problems[0]->column, "proposed");
    cr_assert_str_eq(read->problems[0]->value, "3%");
    cr_assert_eq(read->problems[1]->row, 9);
    cr_assert_str_eq(read->problems[1]->column, "answer");
    const Pb__FeeApplication *kept = application_of(fixture, id);
    cr_assert_eq(kept->services[0]->current->total_pence, 500000);
    cr_assert_eq(kept->services[0]->proposed->social_care_pence, 410000);
    cr_assert_eq(kept->n_answers, 2);
    cr_assert_gt(read->n_missing, 0, "the total that was wrong");
    import_sheet(fixture, id,
                 "part,item,detail,title,current,proposed,answer,remark\n"
                 "service,residential,total,,,5100.00,,\n",
                 CODE_OK);
    apply_submit(fixture, id, 0, CODE_OK);
    import_sheet(fixture, id, "part,item\n", CODE_FAILED_PRECONDITION);
    fixture_end(fixture);
}

/* --- listed ------------------------------------------------------------------------------------------ */

static const Pb__ListFeeApplicationsResponse *list(struct fixture *fixture,
                                                   Pb__ListFeeApplicationsRequest *request, size_t expected)
{
    const Pb__ListFeeApplicationsResponse *response =
        call(fixture, APPLICATIONS("ListFeeApplications"), &request->base, CODE_OK);
    cr_assert_eq(response->n_applications, expected, "%zu", response->n_applications);
    return response;
}

Test(applications, are_listed_in_pages_without_their_contents)
{
    struct fixture *fixture = applying_create();
    apply_whole(fixture, 1, 500000, 515001);
    apply_whole(fixture, 2, 400000, 404000);
    as_provider(fixture, PROVIDER_ONE);
    apply_begin(fixture, 3, CODE_OK);
    Pb__ListFeeApplicationsRequest request = PB__LIST_FEE_APPLICATIONS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    const Pb__ListFeeApplicationsResponse *mine = list(fixture, &request, 2);
    for (size_t i = 0; i < mine->n_applications; i++) {
        const Pb__FeeApplicationHead *head = mine->applications[i];
        bool submitted = head->state == STATE(SUBMITTED);
        cr_assert_str_eq(head->increase_percent, submitted ? "3.0002" : "");
        cr_assert_str_eq(head->submitted_on, submitted ? "2026-06-01" : "");
        cr_assert_eq(head->level, submitted ? LEVEL(EXCEPTIONAL) : LEVEL(UNSPECIFIED));
    }
    as_officer(fixture, BEDFORD);
    list(fixture, &request, 2);
    as_officer(fixture, HERTS);
    list(fixture, &request, 1);
    as_officer(fixture, KENT);
    list(fixture, &request, 0);
    as_auditor(fixture);
    list(fixture, &request, 2); /* what was submitted */
    as_host(fixture);
    list(fixture, &request, 3);
    request.state = STATE(DRAFT);
    list(fixture, &request, 1);
    request.state = STATE(UNSPECIFIED), request.authority_id = ESSEX;
    list(fixture, &request, 1);
    request.authority_id = "", request.provider_id = PROVIDER_TWO;
    list(fixture, &request, 1);
    request.provider_id = "", request.cycle_id = "2026-27";
    list(fixture, &request, 0);
    request.cycle_id = CYCLE, request.page = &page, page.size = 2;
    const Pb__ListFeeApplicationsResponse *first = list(fixture, &request, 2);
    cr_assert_gt(first->page->next.len, 0);
    page.after = first->page->next;
    cr_assert_eq(list(fixture, &request, 1)->page->next.len, 0);
    page.size = 1001;
    call(fixture, APPLICATIONS("ListFeeApplications"), &request.base, CODE_INVALID_ARGUMENT);
    fixture_end(fixture);
}

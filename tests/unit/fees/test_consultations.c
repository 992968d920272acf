/* Consultations through the methods (rules F1, F4, F6): the lead's steps, the log, the report, each LA's
 * decision, and lines that follow. */

#include "consulting.h"

#define STATE(s) PB__CONSULTATION_STATE__CONSULTATION_STATE_##s
#define LEVEL(l) PB__FEE_LEVEL__FEE_LEVEL_##l

/* --- the lead's steps -------------------------------------------------------------------------------- */

Test(consultations, the_lead_tells_and_begins)
{
    struct fixture *fixture = consulting_create();
    as_officer(fixture, BEDFORD);
    tell(fixture, 1, LEVEL(WITHIN), "", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_LEAD);
    as_officer(fixture, HERTS);
    tell(fixture, 1, LEVEL(REVIEW), "", CODE_INVALID_ARGUMENT);
    const Pb__Consultation *one = tell(fixture, 1, LEVEL(EXCEPTIONAL), "they said so by telephone", CODE_OK);
    cr_assert(one->state == STATE(AWAITED) && one->told_level == LEVEL(EXCEPTIONAL),
              "also before the application");
    cr_assert_str_eq(one->told_on, "2026-06-01");
    begin(fixture, 1, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CONSULTATION_AWAITED);
    submit(fixture, 1, 5000, 5100);
    one = begin(fixture, 1, CODE_OK);
    cr_assert(one->state == STATE(CONSULTING));
    cr_assert_str_eq(one->begun_on, "2026-06-01");
    begin(fixture, 1, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CONSULTATION_BEGUN);
    as_host(fixture); /* of Hertfordshire, for which it acts */
    tell(fixture, 2, LEVEL(WITHIN), "", CODE_PERMISSION_DENIED);
    as_operator(fixture);
    tell(fixture, 2, LEVEL(WITHIN), "", CODE_OK);
    submit(fixture, 2, 5000, 5100);
    begin(fixture, 2, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CONSULTATION_NOT_EXCEPTIONAL);
    fixture_end(fixture);
}

/* Rule R10: of what was read since changed, nothing is told, nominated or given up. */
Test(consultations, and_applications_that_changed_since_they_were_read)
{
    struct fixture *fixture = consulting_create();
    Pb__TellLevelRequest tell_it = PB__TELL_LEVEL_REQUEST__INIT;
    Pb__NominateLeadRequest nominate = PB__NOMINATE_LEAD_REQUEST__INIT;
    as_officer(fixture, HERTS);
    uint64_t read = consultation_of(fixture, 1)->meta->version;
    tell(fixture, 1, LEVEL(WITHIN), "", CODE_OK);
    tell_it.provision_id = nominate.provision_id = home_id(fixture, 1);
    tell_it.level = LEVEL(EXCEPTIONAL), tell_it.version = nominate.version = read;
    call(fixture, CONSULTATIONS("TellLevel"), &tell_it.base, CODE_ABORTED);
    as_host(fixture);
    nominate.authority_id = BEDFORD, nominate.reason = "it knows the home";
    call(fixture, CONSULTATIONS("NominateLead"), &nominate.base, CODE_ABORTED);
    nominate.version = read + 1;
    call(fixture, CONSULTATIONS("NominateLead"), &nominate.base, CODE_OK);
    fixture_end(fixture);
}

Test(consultations, where_nobody_leads_there_are_no_steps)
{
    struct fixture *fixture = consulting_create();
    put_kind(fixture, 5, PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY);
    put_stay(fixture, 50, HERTS, 5, "2026-01-05", "");
    put_stay(fixture, 51, KENT, 5, "2026-01-05", "");
    settle(fixture);
    as_officer(fixture, HERTS);
    tell(fixture, 5, LEVEL(WITHIN), "", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CONSULTATION_NOT_LED);
    write_report(fixture, 5, 0, "", "", CODE_FAILED_PRECONDITION);
    tell(fixture, 9, LEVEL(WITHIN), "", CODE_NOT_FOUND);
    said(fixture, REFUSAL_CONSULTATION_UNKNOWN);
    fixture_end(fixture);
}

Test(consultations, are_listed_by_lead_authority_provider_and_state)
{
    struct fixture *fixture = fixture_create();
    submit(fixture, 2, 5000, 5100);
    static const struct {
        const char *lead, *authority, *provider;
        Pb__ConsultationState state;
        size_t count;
    } rows[] = {
        {"", "", "", STATE(UNSPECIFIED), 4},
        {HERTS, "", "", STATE(UNSPECIFIED), 1},
        {"", HERTS, "", STATE(UNSPECIFIED), 2},
        {"", "", PROVIDER_ONE, STATE(UNSPECIFIED), 2},
        {"", "", "", STATE(APPLIED), 1},
        {"", ESSEX, "", STATE(APPLIED), 1},
        {KENT, "", PROVIDER_ONE, STATE(AWAITED), 0},
    };
    as_officer(fixture, KENT);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Pb__ListConsultationsRequest request = PB__LIST_CONSULTATIONS_REQUEST__INIT;
        request.lead_id = rows[i].lead, request.authority_id = rows[i].authority;
        request.provider_id = rows[i].provider, request.state = rows[i].state;
        const Pb__ListConsultationsResponse *response =
            call(fixture, CONSULTATIONS("ListConsultations"), &request.base, CODE_OK);
        cr_assert_eq(response->n_consultations, rows[i].count, "row %zu: %zu", i, response->n_consultations);
    }
    as_provider(fixture, PROVIDER_TWO);
    Pb__ListConsultationsRequest request = PB__LIST_CONSULTATIONS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    page.size = 1, request.page = &page;
    const Pb__ListConsultationsResponse *first =
        call(fixture, CONSULTATIONS("ListConsultations"), &request.base, CODE_OK);
    cr_assert_str_eq(first->consultations[0]->provision_id, home_id(fixture, 2), "its own alone");
    page.after = first->page->next;
    const Pb__ListConsultationsResponse *second =
        call(fixture, CONSULTATIONS("ListConsultations"), &request.base, CODE_OK);
    cr_assert_str_eq(second->consultations[0]->provision_id, home_id(fixture, 4));
    cr_assert_eq(second->page->next.len, 0);
    fixture_end(fixture);
}

/* --- the log ----------------------------------------------------------------------------------------- */

Test(log, is_added_to_by_those_concerned)
{
    struct fixture *fixture = fixture_create();
    submit(fixture, 1, 5000, 5500);
    as_officer(fixture, KENT);
    add(fixture, 1, "", "we should like to know", 0, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_CONCERNED);
    read_log(fixture, 1, CODE_PERMISSION_DENIED);
    as_officer(fixture, BEDFORD);
    add(fixture, 1, HERTS, "a note", 0, CODE_PERMISSION_DENIED);
    const Pb__FeeLogEntry *entry = add(fixture, 1, "", "met the manager", 0, CODE_OK);
    cr_assert_str_eq(entry->authority_id, BEDFORD);
    cr_assert_str_eq(entry->on, "2026-06-01");
    pass_ms(fixture, 10); /* identifiers of one millisecond have no order */
    add(fixture, 1, "", "", 540000, CODE_OK);
    add(fixture, 1, "", "", 0, CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_LOG_TEXT_MISSING);
    as_operator(fixture);
    add(fixture, 1, KENT, "for Kent", 0, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_CONCERNED);
    as_auditor(fixture);
    const Pb__ListLogEntriesResponse *log = read_log(fixture, 1, CODE_OK);
    cr_assert_eq(log->n_entries, 2);
    cr_assert_str_eq(log->entries[0]->text, "met the manager");
    cr_assert_eq(log->entries[1]->figures[0]->weekly_pence, 540000);
    fixture_end(fixture);
}

/* --- the report (rule F6) ---------------------------------------------------------------------------- */

Test(reports, a_short_one_is_published_at_once)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    as_officer(fixture, BEDFORD);
    write_report(fixture, 1, 0, "", "", CODE_PERMISSION_DENIED);
    as_officer(fixture, HERTS);
    publish(fixture, 1, 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_INCOMPLETE);
    const Pb__SaveFeeReportResponse *saved = write_report(fixture, 1, 505000, "", "", CODE_OK);
    cr_assert_eq(saved->n_problems, 1, "%zu", saved->n_problems);
    cr_assert_str_eq(saved->problems[0]->field, "answers[asked]");
    publish(fixture, 1, 0, CODE_FAILED_PRECONDITION);
    cr_assert(strstr(fixture->status->message, "answers[asked]"), "%s", fixture->status->message);
    as_officer(fixture, BEDFORD);
    get_report(fixture, 1, CODE_NOT_FOUND);
    as_officer(fixture, HERTS);
    write_report(fixture, 1, 0, "asked", "2% for pay", CODE_OK);
    cr_assert_eq(get_report(fixture, 1, CODE_OK)->form->n_sections, 1);
    publish(fixture, 1, 4, CODE_ABORTED);
    const Pb__FeeReport *report = publish(fixture, 1, 1, CODE_OK);
    cr_assert(report->published && report->short_form && report->submission == 1);
    cr_assert_eq(report->figures[0]->weekly_pence, 505000);
    cr_assert(consultation_of(fixture, 1)->state == STATE(REPORTED));
    as_officer(fixture, KENT);
    cr_assert_str_eq(get_report(fixture, 1, CODE_OK)->report->rationale, "costs have risen, though less");
    cr_assert_str_eq(get(fixture, 1, CODE_OK)->report->id, report->id);
    as_officer(fixture, HERTS);
    write_report(fixture, 1, 505000, "", "", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CONSULTATION_REPORTED);
    fixture_end(fixture);
}

Test(reports, an_exceptional_increase_has_the_whole)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5500);
    as_officer(fixture, HERTS);
    write_report(fixture, 1, 520000, "asked", "10%", CODE_OK);
    publish(fixture, 1, 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CONSULTATION_NOT_BEGUN);
    begin(fixture, 1, CODE_OK);
    const Pb__SaveFeeReportResponse *saved = write_report(fixture, 1, 0, "", "", CODE_OK);
    cr_assert_str_eq(saved->problems[0]->field, "answers[views]");
    write_report(fixture, 1, 0, "views", "too much", CODE_OK);
    cr_assert(!publish(fixture, 1, 0, CODE_OK)->short_form);
    fixture_end(fixture);
}

Test(reports, a_stale_edit_is_refused)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    as_officer(fixture, HERTS);
    write_report(fixture, 1, 505000, "", "", CODE_OK);
    Pb__SaveFeeReportRequest request = PB__SAVE_FEE_REPORT_REQUEST__INIT;
    request.provision_id = home_id(fixture, 1), request.version = 9, request.rationale = "another";
    call(fixture, CONSULTATIONS("SaveFeeReport"), &request.base, CODE_ABORTED); /* rule R10 */
    request.version = 1;
    call(fixture, CONSULTATIONS("SaveFeeReport"), &request.base, CODE_OK);
    fixture_end(fixture);
}

/* State and report stay with the consultation when another leads; the draft is the new lead's. */
Test(reports, go_on_with_another_lead)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5500);
    as_officer(fixture, HERTS);
    begin(fixture, 1, CODE_OK);
    write_report(fixture, 1, 520000, "asked", "10%", CODE_OK);
    Pb__NominateLeadRequest nominate = PB__NOMINATE_LEAD_REQUEST__INIT;
    nominate.provision_id = home_id(fixture, 1), nominate.authority_id = BEDFORD, nominate.reason = "illness";
    as_host(fixture);
    call(fixture, CONSULTATIONS("NominateLead"), &nominate.base, CODE_OK);
    as_officer(fixture, HERTS);
    get_report(fixture, 1, CODE_NOT_FOUND);
    as_officer(fixture, BEDFORD);
    cr_assert_str_eq(get_report(fixture, 1, CODE_OK)->report->authority_id, BEDFORD);
    write_report(fixture, 1, 0, "views", "too much", CODE_OK);
    publish(fixture, 1, 0, CODE_OK);
    fixture_end(fixture);
}

Test(reports, are_opened_again_for_a_correction)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    report_short(fixture, 505000);
    as_officer(fixture, BEDFORD);
    reopen(fixture, 1, "they have to correct it", CODE_PERMISSION_DENIED);
    as_officer(fixture, HERTS);
    reopen(fixture, 1, "", CODE_INVALID_ARGUMENT);
    const Pb__Consultation *one = reopen(fixture, 1, "they have to correct it", CODE_OK);
    cr_assert(one->state == STATE(APPLIED));
    cr_assert_str_eq(one->reported_on, "");
    cr_assert(!get_report(fixture, 1, CODE_OK)->report->published);
    cr_assert_str_eq(read_log(fixture, 1, CODE_OK)->entries[0]->text, "they have to correct it");
    as_officer(fixture, KENT);
    get_report(fixture, 1, CODE_NOT_FOUND);
    cr_assert_null(get(fixture, 1, CODE_OK)->report);
    fixture_end(fixture);
}

/* --- decisions (rule F6) ----------------------------------------------------------------------------- */

Test(decisions, are_each_authoritys_own)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_DECISION_EARLY);
    report_short(fixture, 505000);
    as_officer(fixture, KENT);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_DECISION_NOT_CONCERNED);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, HERTS, 1, DECIDE(ACCEPT), 0, "", CODE_PERMISSION_DENIED);
    decide(fixture, 1, "", 1, DECIDE(REJECT), 0, "", CODE_INVALID_ARGUMENT);
    const Pb__FeeDecision *decision = decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    cr_assert_eq(decision->figures[0]->weekly_pence, 505000, "the report's");
    decision = decide(fixture, 1, "", 1, DECIDE(OTHER), 502000, "no more than that", CODE_OK);
    cr_assert_eq(decision->meta->version, 2);
    as_officer(fixture, HERTS);
    cr_assert_eq(decisions(fixture)->n_decisions, 1, "nothing is decided by default");
    cr_assert_eq(get(fixture, 1, CODE_OK)->n_decisions, 1);
    fixture_end(fixture);
}

Test(decisions, are_about_the_submission_that_was_read)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    report_short(fixture, 505000);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    as_officer(fixture, HERTS);
    reopen(fixture, 1, "corrected", CODE_OK);
    submit(fixture, 1, 5000, 5120);
    report_short(fixture, 510000);
    as_officer(fixture, BEDFORD);
    const Pb__ListDecisionsResponse *list = decisions(fixture);
    cr_assert(list->decisions[0]->outdated && list->decisions[0]->submission == 1);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_ABORTED);
    cr_assert(strstr(fixture->status->message, "1") && strstr(fixture->status->message, "2"),
              "both numbers: %s", fixture->status->message);
    decide(fixture, 1, "", 2, DECIDE(ACCEPT), 0, "", CODE_OK);
    cr_assert(!decisions(fixture)->decisions[0]->outdated);
    fixture_end(fixture);
}

Test(decisions, need_no_report_once_its_day_is_past)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    to_day(fixture, "2027-04-30");
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_FAILED_PRECONDITION);
    to_day(fixture, "2027-05-01");
    as_officer(fixture, BEDFORD);
    const Pb__FeeDecision *decision = decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    cr_assert_eq(decision->figures[0]->weekly_pence, 510000, "what was asked for");
    Pb__CloseFeeCycleRequest close = PB__CLOSE_FEE_CYCLE_REQUEST__INIT;
    close.cycle_id = CYCLE;
    as_operator(fixture);
    call(fixture, CYCLES("CloseFeeCycle"), &close.base, CODE_OK);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(REJECT), 0, "after all", CODE_OK);
    add(fixture, 1, "", "a note", 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_CYCLE_NONE_OPEN);
    fixture_end(fixture);
}

/* Lines and their totals are counted in the command of what they depend on (rule F5). */
Test(decisions, lines_follow_what_is_reported_and_decided)
{
    struct fixture *fixture = consulting_create();
    const char *totals_id = fees_of_authority_id(CYCLE, home_id(fixture, 1), BEDFORD, &fixture->arena);
    Pb__FeeLine line = PB__FEE_LINE__INIT;
    Pb__FeeLineTotals totals = PB__FEE_LINE_TOTALS__INIT;
    line.id = fees_line_id(CYCLE, stay_id(fixture, 11), &fixture->arena), line.meta = new_meta(fixture);
    line.cycle_id = CYCLE, line.provision_id = home_id(fixture, 1), line.authority_id = BEDFORD;
    line.placement_id = stay_id(fixture, 11), line.reference = "B-1", line.service_id = "residential";
    line.attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    line.current_pence = 600000, line.proposed_pence = 612000, line.effective_on = "2027-04-01";
    totals.id = totals_id, totals.meta = new_meta(fixture), totals.cycle_id = CYCLE;
    totals.provision_id = home_id(fixture, 1), totals.authority_id = BEDFORD;
    keep(fixture, &fees_lines, &line.base);
    keep(fixture, &fees_line_totals, &totals.base);
    submit(fixture, 1, 5000, 5100);
    report_short(fixture, 505000);
    const Pb__FeeLine *kept = stored(fixture, &fees_lines, line.id);
    const Pb__FeeLineTotals *sums = stored(fixture, &fees_line_totals, totals_id);
    cr_assert_eq(kept->negotiated_pence, 606000, "as the report's figure is to the fee now");
    cr_assert_str_eq(sums->lead_id, HERTS);
    cr_assert(sums->all_year->lines == 1 && sums->all_year->negotiated->weekly_pence == 606000 &&
              sums->all_year->decided_lines == 0);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(REJECT), 0, "not this year", CODE_OK);
    kept = stored(fixture, &fees_lines, line.id), sums = stored(fixture, &fees_line_totals, totals_id);
    cr_assert(kept->decided && kept->decided_pence == 600000);
    cr_assert_eq(sums->all_year->decided->weekly_pence, 600000);
    as_officer(fixture, HERTS);
    reopen(fixture, 1, "corrected", CODE_OK);
    kept = stored(fixture, &fees_lines, line.id), sums = stored(fixture, &fees_line_totals, totals_id);
    cr_assert_eq(kept->negotiated_pence, 0);
    cr_assert_eq(sums->all_year->negotiated_lines, 0);
    Pb__NominateLeadRequest nominate = PB__NOMINATE_LEAD_REQUEST__INIT;
    nominate.provision_id = home_id(fixture, 1), nominate.authority_id = BEDFORD, nominate.reason = "illness";
    as_host(fixture);
    call(fixture, CONSULTATIONS("NominateLead"), &nominate.base, CODE_OK);
    sums = stored(fixture, &fees_line_totals, totals_id);
    cr_assert_str_eq(sums->lead_id, BEDFORD);
    fixture_end(fixture);
}

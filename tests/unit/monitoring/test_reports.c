/* A report's way (rule M3): written, sent, commented or given notice of, published once, amended. */

#include "fixture.h"

Test(reports, two_authors_are_not_in_each_others_way)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    as_officer(fixture, HERTS);
    save(fixture, id, "care", "good", "", 0, CODE_OK);
    save(fixture, id, "seen", "", "a garden", 0, CODE_OK);
    save(fixture, id, "care", "poor", "", 1, CODE_OK);
    save(fixture, id, "care", "good", "", 1, CODE_ABORTED);
    save(fixture, id, "seen", "", "twice", 0, CODE_ABORTED);
    save(fixture, id, "care", "great", "", 2, CODE_INVALID_ARGUMENT);
    save(fixture, id, "nothing", "", "x", 0, CODE_INVALID_ARGUMENT);
    const Pb__GetDraftResponse *draft = draft_of(fixture, id);
    cr_assert(draft->n_answers == 2 && draft->n_problems == 0);
    Pb__ReadHistoryRequest past = PB__READ_HISTORY_REQUEST__INIT;
    past.record_type = "ccrag.v1.ReportAnswer";
    past.id = answer_id(id, "care", &fixture->arena);
    const Pb__ReadHistoryResponse *states =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &past.base, CODE_OK);
    cr_assert(states->n_entries == 1, "nothing typed is lost (rule R10)");
    fixture_end(fixture);
}

Test(reports, what_is_missing_is_listed)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    send_it(fixture, id, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_INCOMPLETE);
    complete(fixture, id);
    const Pb__Report *sent = send_it(fixture, id, CODE_OK);
    cr_assert(sent->state == PB__REPORT_STATE__REPORT_STATE_SENT);
    cr_assert_str_eq(sent->comment_by, "2026-06-15", "ten working days");
    save(fixture, id, "seen", "", "more", 1, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_SENT);
    revise_it(fixture, id, CODE_OK);
    save(fixture, id, "seen", "", "more", 1, CODE_OK);
    fixture_end(fixture);
}

/* Rule R10: what a comment is about is what its author read. */
Test(reports, a_comment_on_a_text_that_was_revised_is_refused)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    Pb__CommentOnReportRequest request = PB__COMMENT_ON_REPORT_REQUEST__INIT;
    complete(fixture, id);
    uint64_t read = send_it(fixture, id, CODE_OK)->meta->version;
    revise_it(fixture, id, CODE_OK);
    uint64_t sent = send_it(fixture, id, CODE_OK)->meta->version;
    as_provider(fixture, PROVIDER_ONE);
    request.report_id = id, request.comment = "that is not so", request.version = read;
    call(fixture, REPORTS("CommentOnReport"), &request.base, CODE_ABORTED);
    request.version = sent;
    call(fixture, REPORTS("CommentOnReport"), &request.base, CODE_OK);
    fixture_end(fixture);
}

/* Without a comment: notice once its day is over, publication from the fifth working day after. */
Test(reports, published_without_comment)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    complete(fixture, id);
    send_it(fixture, id, CODE_OK);
    publish_it(fixture, id, CODE_FAILED_PRECONDITION);
    notice_it(fixture, id, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOTICE_EARLY);
    to_day(fixture, "2026-06-16");
    const Pb__Report *report = notice_it(fixture, id, CODE_OK);
    cr_assert_str_eq(report->may_publish_on, "2026-06-23");
    to_day(fixture, "2026-06-22");
    publish_it(fixture, id, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_PUBLISH_EARLY);
    to_day(fixture, "2026-06-23");
    report = publish_it(fixture, id, CODE_OK);
    cr_assert(report->without_comment && report->state == PB__REPORT_STATE__REPORT_STATE_PUBLISHED);
    as_provider(fixture, PROVIDER_ONE);
    comment_it(fixture, id, "too late", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_COMMENT_TOO_LATE);
    fixture_end(fixture);
}

/* A comment that comes late, but before publication, is taken. */
Test(reports, published_with_a_late_comment_and_once)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    complete(fixture, id);
    send_it(fixture, id, CODE_OK);
    to_day(fixture, "2026-06-16");
    notice_it(fixture, id, CODE_OK);
    as_provider(fixture, PROVIDER_ONE);
    comment_it(fixture, id, "we have painted it", CODE_OK);
    as_officer(fixture, HERTS);
    cr_assert(!publish_it(fixture, id, CODE_OK)->without_comment);
    publish_it(fixture, id, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_PUBLISHED);
    const Pb__PublishedReport *published = report_of(fixture, id, CODE_OK)->report;
    cr_assert(published->meta->version == 1 && published->n_answers == 2);
    cr_assert_str_eq(published->report->comment, "we have painted it");
    const Pb__ProvisionQuality *quality = stored(fixture, &monitoring_quality, home_id(fixture, 1));
    cr_assert(quality && quality->meta->version == 1);
    cr_assert_str_eq(quality->report_id, id);
    cr_assert_str_eq(quality->visited_on, "2026-06-01");
    fixture_end(fixture);
}

Test(reports, given_up)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    Pb__DiscardReportRequest request = PB__DISCARD_REPORT_REQUEST__INIT;
    request.report_id = id;
    call(fixture, REPORTS("DiscardReport"), &request.base, CODE_INVALID_ARGUMENT);
    request.reason = "the wrong home";
    call(fixture, REPORTS("DiscardReport"), &request.base, CODE_OK);
    save(fixture, id, "care", "good", "", 0, CODE_FAILED_PRECONDITION);
    cr_assert(draft_of(fixture, id)->report->state == PB__REPORT_STATE__REPORT_STATE_DISCARDED);
    fixture_end(fixture);
}

static const Pb__AmendReportResponse *amend(struct fixture *fixture, const char *id, uint64_t version,
                                            const char *grade, enum code expected)
{
    Pb__AmendReportRequest request = PB__AMEND_REPORT_REQUEST__INIT;
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT, *answers[] = {&answer};
    answer.question_id = "care", answer.option_ids = &grade, answer.n_option_ids = 1;
    request.report_id = id, request.version = version, request.reason = "misread";
    request.answers = answers, request.n_answers = 1;
    return call(fixture, REPORTS("AmendReport"), &request.base, expected);
}

Test(reports, amended_by_number_and_compared)
{
    struct fixture *fixture = fixture_create();
    const char *draft = draft_at(fixture, 3, ESSEX);
    amend(fixture, draft, 0, "poor", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_REPORT_NOT_PUBLISHED);
    const char *id = published_at(fixture, 1, HERTS);
    const Pb__PublishedReport *amended = amend(fixture, id, 1, "poor", CODE_OK)->report;
    cr_assert(amended->n_amendments == 1 && amended->amendments[0]->number == 1);
    amend(fixture, id, 1, "good", CODE_ABORTED);
    amend(fixture, id, 2, "superb", CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_AMENDMENT_WRONG);
    amended = amend(fixture, id, 2, "good", CODE_OK)->report;
    cr_assert(amended->n_amendments == 2 && amended->report->amendments == 2);
    cr_assert(((const Pb__Report *)stored(fixture, &monitoring_reports, id))->amendments == 2);
    amend(fixture, id, 0, "poor", CODE_OK);

    to_day(fixture, "2026-09-01");
    const char *later = published_at(fixture, 1, HERTS);
    Pb__CompareReportsRequest compare = PB__COMPARE_REPORTS_REQUEST__INIT;
    compare.provision_id = home_id(fixture, 1);
    as_officer(fixture, KENT);
    const Pb__CompareReportsResponse *changes =
        call(fixture, REPORTS("CompareReports"), &compare.base, CODE_OK);
    cr_assert_str_eq(changes->later->id, later);
    cr_assert_str_eq(changes->earlier->id, id);
    cr_assert(changes->n_changes == 2 && changes->changes[0]->changed && !changes->changes[1]->changed);
    Pb__ListGradesRequest grades = PB__LIST_GRADES_REQUEST__INIT;
    grades.provision_id = "SC000001";
    const Pb__ListGradesResponse *given = call(fixture, REPORTS("ListGrades"), &grades.base, CODE_OK);
    cr_assert(given->n_grades == 2);
    cr_assert_str_eq(given->grades[0]->grade_id, "poor", "as amended");
    cr_assert_str_eq(given->grades[1]->grade_id, "good");
    compare.earlier_report_id = later;
    compare.later_report_id = draft;
    call(fixture, REPORTS("CompareReports"), &compare.base, CODE_NOT_FOUND);
    fixture_end(fixture);
}

/* Who runs the provision when the report is sent is who comments. */
Test(reports, the_provider_of_the_day_comments)
{
    struct fixture *fixture = fixture_create();
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    const char *id = draft_at(fixture, 1, HERTS);
    complete(fixture, id);
    Pb__Provision home = home_of(fixture, 1, &point, 2);
    home.provider_id = PROVIDER_TWO, home.name = "The Willows";
    source_put(fixture, &source_provisions, &home.base);
    settle(fixture);
    cr_assert_str_eq(send_it(fixture, id, CODE_OK)->name, "The Willows");
    as_provider(fixture, PROVIDER_ONE);
    comment_it(fixture, id, "not ours", CODE_NOT_FOUND);
    as_provider(fixture, PROVIDER_TWO);
    comment_it(fixture, id, "ours", CODE_OK);
    fixture_end(fixture);
}

/* Rule M4: a home that is sold takes what is owed with it: who runs it now comments on what was sent before,
 * and reads what was published; who was sent it keeps that. */
Test(reports, go_with_the_home_to_its_new_provider)
{
    struct fixture *fixture = fixture_create();
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__ListReportsRequest list = PB__LIST_REPORTS_REQUEST__INIT;
    list.provision_id = home_id(fixture, 1);
    const char *sent = draft_at(fixture, 1, HERTS);
    complete(fixture, sent);
    send_it(fixture, sent, CODE_OK);
    const char *published = published_at(fixture, 1, HERTS);
    as_provider(fixture, PROVIDER_TWO);
    report_of(fixture, published, CODE_NOT_FOUND);
    comment_it(fixture, sent, "not ours", CODE_NOT_FOUND);
    Pb__Provision sold = home_of(fixture, 1, &point, 2);
    sold.provider_id = PROVIDER_TWO;
    source_put(fixture, &source_provisions, &sold.base);
    settle(fixture);
    as_provider(fixture, PROVIDER_TWO);
    report_of(fixture, published, CODE_OK);
    cr_assert(
        ((Pb__ListReportsResponse *)call(fixture, REPORTS("ListReports"), &list.base, CODE_OK))->n_reports ==
        2);
    comment_it(fixture, sent, "we have painted it", CODE_OK);
    as_provider(fixture, PROVIDER_ONE);
    report_of(fixture, published, CODE_OK);
    fixture_end(fixture);
}

/* Who sees what of applications, files and lines (rules S1, S3, S4, F5): row by row, by method and history.
 * Home 2: Bedford leads, Essex is concerned, Hertfordshire is the host and places nobody there. */

#include "applying.h"

#include <sodium.h>

enum who { LEAD, CONCERNED, MEMBER, HOST_ADMIN, AUDITOR, PROVIDER, OTHER_PROVIDER, LEFT, WHO };
static const char *const who_names[WHO] = {"the lead",         "an LA concerned", "another member",
                                           "the host",         "the auditor",     "its provider",
                                           "another provider", "an LA that left"};

static void as(struct fixture *fixture, enum who who)
{
    static const char *const officers[WHO] = {
        [LEAD] = BEDFORD, [CONCERNED] = ESSEX, [MEMBER] = HERTS, [LEFT] = KENT};
    if (officers[who])
        as_officer(fixture, officers[who]);
    else if (who == HOST_ADMIN)
        as_host(fixture);
    else if (who == AUDITOR)
        as_auditor(fixture);
    else
        as_provider(fixture, who == PROVIDER ? PROVIDER_TWO : PROVIDER_ONE);
}

static const void *what_came_of(struct fixture *fixture, const char *method, const ProtobufCMessage *request)
{
    Pb__Envelope *envelope = NULL;
    ask(fixture, method, request);
    cr_assert(fixture->answered);
    cr_assert(envelope_read(fixture->out_envelope, &fixture->arena, &envelope, NULL) == CODE_OK);
    bool done = !envelope->response->status || !envelope->response->status->code;
    return done ? call(fixture, method, request, CODE_OK) : NULL;
}

/* Lead, concerned, member, host, auditor, provider, another provider, one that left: `r` reads it. */
static void check(const char *what, const char *reads, enum who who, bool does)
{
    cr_assert_eq(does, reads[who] == 'r', "%s reads %s: %d", who_names[who], what, does);
}

/* --- a file beside it ------------------------------------------------------------------------------------
 */

static const char *put_file(struct fixture *fixture, const char *application_id)
{
    static const char words[] = "The accounts.";
    uint8_t digest[32];
    Pb__BeginEvidenceRequest begin = PB__BEGIN_EVIDENCE_REQUEST__INIT;
    Pb__AppendEvidenceRequest append = PB__APPEND_EVIDENCE_REQUEST__INIT;
    Pb__FinishEvidenceRequest finish = PB__FINISH_EVIDENCE_REQUEST__INIT;
    begin.of_id = application_id, begin.question_id = "reasons", begin.name = "accounts.txt";
    begin.size = sizeof words - 1;
    const Pb__BeginEvidenceResponse *begun =
        call(fixture, "ccrag.v1.EvidenceService/BeginEvidence", &begin.base, CODE_OK);
    const char *id = begun->evidence->id;
    append.evidence_id = finish.evidence_id = id;
    append.data = (ProtobufCBinaryData){sizeof words - 1, (uint8_t *)(uintptr_t)words};
    call(fixture, "ccrag.v1.EvidenceService/AppendEvidence", &append.base, CODE_OK);
    crypto_generichash(digest, sizeof digest, (const uint8_t *)words, sizeof words - 1, NULL, 0);
    finish.digest = (ProtobufCBinaryData){sizeof digest, digest};
    call(fixture, "ccrag.v1.EvidenceService/FinishEvidence", &finish.base, CODE_OK);
    return id;
}

static bool reads_file(struct fixture *fixture, const char *id)
{
    Pb__ReadEvidenceRequest request = PB__READ_EVIDENCE_REQUEST__INIT;
    request.evidence_id = id;
    return what_came_of(fixture, "ccrag.v1.EvidenceService/ReadEvidence", &request.base);
}

/* --- applications ----------------------------------------------------------------------------------------
 */

static bool is_listed(struct fixture *fixture)
{
    Pb__ListFeeApplicationsRequest request = PB__LIST_FEE_APPLICATIONS_REQUEST__INIT;
    const Pb__ListFeeApplicationsResponse *listed =
        what_came_of(fixture, APPLICATIONS("ListFeeApplications"), &request.base);
    return listed && listed->n_applications == 1;
}

static bool past_is_told(struct fixture *fixture, const char *type, const char *id)
{
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = type, request.id = id, request.with_present = true;
    const Pb__ReadHistoryResponse *response =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
    return response->n_entries > 0;
}

static void check_application(struct fixture *fixture, const char *id, const char *file, enum who who,
                              const char *draft, const char *submitted)
{
    Pb__GetFeeApplicationRequest get = PB__GET_FEE_APPLICATION_REQUEST__INIT;
    Pb__WriteFeeSheetRequest sheet = PB__WRITE_FEE_SHEET_REQUEST__INIT;
    const char *either = submitted[LEAD] == 'r' ? "rr-rrr--" : draft;
    get.application_id = sheet.application_id = id;
    as(fixture, who);
    const Pb__GetFeeApplicationResponse *read =
        what_came_of(fixture, APPLICATIONS("GetFeeApplication"), &get.base);
    check("anything of it", either, who, read);
    check("what is being written", draft, who, read && read->application);
    check("what was submitted", submitted, who, read && read->submission);
    check("that there is one", either, who, is_listed(fixture));
    check("its sheet", draft, who, what_came_of(fixture, APPLICATIONS("WriteFeeSheet"), &sheet.base));
    check("its file", either, who, reads_file(fixture, file));
    check("that it has one", either, who, read && read->n_evidence == 1);
    check("its past", draft, who, past_is_told(fixture, "ccrag.v1.FeeApplication", id));
    check("the past of its submission", submitted, who, past_is_told(fixture, "ccrag.v1.FeeSubmission", id));
}

Test(sharing_figures, of_an_application)
{
    struct fixture *fixture = applying_create();
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    as_provider(fixture, PROVIDER_TWO);
    const char *id = apply_begin(fixture, 2, CODE_OK)->id;
    apply_fee(fixture, id, 1, 500000, 510000, CODE_OK);
    apply_answer(fixture, id, 2, "reasons", "pay rises", CODE_OK);
    const char *file = put_file(fixture, id);
    for (int who = 0; who < WHO; who++)
        check_application(fixture, id, file, (enum who)who, "---r-r--", "--------");
    as_provider(fixture, PROVIDER_TWO);
    apply_submit(fixture, id, 0, CODE_OK);
    for (int who = 0; who < WHO; who++)
        check_application(fixture, id, file, (enum who)who, "---r-r--", "rr-rrr--");
    fixture_end(fixture);
}

/* While it is corrected, LAs read what was submitted, and no file that was put beside it since. */
Test(sharing_figures, of_an_application_that_is_corrected)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 2, 500000, 510000);
    uint64_t version = apply_correct(fixture, id, CODE_OK)->meta->version;
    apply_fee(fixture, id, version, 500000, 590000, CODE_OK);
    const char *file = put_file(fixture, id);
    as(fixture, CONCERNED);
    const Pb__GetFeeApplicationResponse *read = apply_get(fixture, id, CODE_OK);
    cr_assert_null(read->application);
    cr_assert_eq(read->submission->services[0]->proposed->total_pence, 510000);
    cr_assert_eq(read->n_evidence, 0);
    cr_assert(!reads_file(fixture, file));
    as(fixture, LEAD);
    const Pb__FeeApplication *told = apply_return(fixture, id, 1, "say more", CODE_OK);
    cr_assert_eq(told->n_services, 0);
    fixture_end(fixture);
}

/* --- writing ---------------------------------------------------------------------------------------------
 */

/* Nobody but its provider writes it, whatever else they are. */
Test(sharing_figures, of_writing)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 2, 500000, 510000);
    for (int who = 0; who < WHO; who++) {
        if (who == PROVIDER)
            continue;
        Pb__CorrectFeeApplicationRequest correct = PB__CORRECT_FEE_APPLICATION_REQUEST__INIT;
        Pb__WithdrawFeeApplicationRequest withdraw = PB__WITHDRAW_FEE_APPLICATION_REQUEST__INIT;
        Pb__SubmitFeeApplicationRequest submit_it = PB__SUBMIT_FEE_APPLICATION_REQUEST__INIT;
        correct.application_id = withdraw.application_id = submit_it.application_id = id;
        withdraw.reason = "no more";
        as(fixture, (enum who)who);
        cr_assert_null(what_came_of(fixture, APPLICATIONS("CorrectFeeApplication"), &correct.base), "%s",
                       who_names[who]);
        cr_assert_null(what_came_of(fixture, APPLICATIONS("WithdrawFeeApplication"), &withdraw.base), "%s",
                       who_names[who]);
        cr_assert_null(what_came_of(fixture, APPLICATIONS("SubmitFeeApplication"), &submit_it.base), "%s",
                       who_names[who]);
    }
    fixture_end(fixture);
}

/* --- lines -----------------------------------------------------------------------------------------------
 */

Test(sharing_figures, of_lines)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, ESSEX);
    import_line(fixture, 21, 500000, 510000);
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    Pb__ListFeeLinesRequest lines_of = PB__LIST_FEE_LINES_REQUEST__INIT;
    Pb__ListFeeLineTotalsRequest totals_of_all = PB__LIST_FEE_LINE_TOTALS_REQUEST__INIT;
    lines_of.authority_id = ESSEX;
    for (int i = 0; i < WHO; i++) {
        enum who who = (enum who)i;
        as(fixture, who);
        check("a line", "-r------", who, what_came_of(fixture, LINES("ListFeeLines"), &lines_of.base));
        check("a line's past", "-r------", who,
              past_is_told(fixture, "ccrag.v1.FeeLine", line_id(fixture, 21)));
        const Pb__ListFeeLineTotalsResponse *sums =
            what_came_of(fixture, LINES("ListFeeLineTotals"), &totals_of_all.base);
        check("its sum", "rr-rr---", who, sums && sums->n_totals == 1);
    }
    fixture_end(fixture);
}

/* Rule S3: a read of an application, a sheet, lines is in the log before its answer leaves. */
Test(sharing_figures, of_restricted_reads)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 2, 500000, 510000);
    static const char *const methods[] = {APPLICATIONS("GetFeeApplication"), APPLICATIONS("WriteFeeSheet"),
                                          LINES("ListFeeLines")};
    Pb__WriteFeeSheetRequest sheet = PB__WRITE_FEE_SHEET_REQUEST__INIT;
    Pb__ListFeeLinesRequest lines_of = PB__LIST_FEE_LINES_REQUEST__INIT;
    apply_get(fixture, id, CODE_OK);
    sheet.application_id = id;
    call(fixture, methods[1], &sheet.base, CODE_OK);
    as_officer(fixture, ESSEX);
    call(fixture, methods[2], &lines_of.base, CODE_OK);
    as_operator(fixture);
    Pb__ReadAuditRequest request = PB__READ_AUDIT_REQUEST__INIT;
    const Pb__ReadAuditResponse *log =
        call(fixture, "ccrag.v1.OperateService/ReadAudit", &request.base, CODE_OK);
    for (size_t method = 0; method < COUNT(methods); method++) {
        size_t read = 0;
        for (size_t i = 0; i < log->n_lines; i++)
            read += strcmp(log->lines[i]->method, methods[method]) == 0 &&
                    strcmp(log->lines[i]->outcome, "OK") == 0;
        cr_assert_eq(read, 1, "%s: %zu", methods[method], read);
    }
    fixture_end(fixture);
}

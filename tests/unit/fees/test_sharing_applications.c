/* Who sees an application, what was submitted of it, its files, an LA's lines and their sums (rules S1, S4,
 * F5): row by row. Home 2: Bedford leads, Essex is concerned, Hertfordshire is the host and places nobody
 * there. */

#include "fixture.h"

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

static enum code code_of(struct fixture *fixture, const char *method, const ProtobufCMessage *request)
{
    Pb__Envelope *envelope = NULL;
    ask(fixture, method, request);
    cr_assert(fixture->answered);
    cr_assert(envelope_read(fixture->out_envelope, &fixture->arena, &envelope, NULL) == CODE_OK);
    return envelope->response->status ? code_from_number(envelope->response->status->code) : CODE_OK;
}

static void check(const char *what, const char *reads, enum who who, bool sees)
{
    cr_assert_eq(sees, reads[who] == 'r', "%s sees %s: %d", who_names[who], what, sees);
}

/* --- an application of home 2 ------------------------------------------------------------------------ */

static const char small_form[] = "form: small-application\n"
                                 "title: A small application\n"
                                 "purpose: fee application\n"
                                 "\n"
                                 "section: all: Everything\n"
                                 "\n"
                                 "question: why: Why?\n"
                                 "  answer: text\n"
                                 "  required\n"
                                 "  evidence: welcome\n";

static struct fixture *applying_create(void)
{
    struct fixture *fixture = fixture_create();
    Pb__ImportFormRequest import = PB__IMPORT_FORM_REQUEST__INIT;
    Pb__PublishFormRequest publish = PB__PUBLISH_FORM_REQUEST__INIT;
    import.source = small_form, publish.form_id = "small-application";
    call(fixture, "ccrag.v1.FormsService/ImportForm", &import.base, CODE_OK);
    pass_ms(fixture, 10);
    call(fixture, "ccrag.v1.FormsService/PublishForm", &publish.base, CODE_OK);
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    return fixture;
}

static const char *begin(struct fixture *fixture)
{
    Pb__BeginFeeApplicationRequest request = PB__BEGIN_FEE_APPLICATION_REQUEST__INIT;
    request.provision_id = home_id(fixture, 2);
    as(fixture, PROVIDER);
    const Pb__BeginFeeApplicationResponse *response =
        call(fixture, APPLICATIONS("BeginFeeApplication"), &request.base, CODE_OK);
    return response->application->id;
}

static void save(struct fixture *fixture, const char *id, const char *why)
{
    Pb__SaveFeeApplicationRequest request = PB__SAVE_FEE_APPLICATION_REQUEST__INIT;
    Pb__FormAnswer answer = PB__FORM_ANSWER__INIT, *answers[] = {&answer};
    Pb__FeeService service = PB__FEE_SERVICE__INIT, *services[] = {&service};
    Pb__FeeSplit current = PB__FEE_SPLIT__INIT, proposed = PB__FEE_SPLIT__INIT;
    const Pb__FeeApplication *application = stored(fixture, &fees_applications, id);
    answer.question_id = "why", answer.text = why;
    service.id = "residential", service.title = "Residential";
    service.attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    current.social_care_pence = current.total_pence = 500000;
    proposed.social_care_pence = proposed.total_pence = 510000;
    service.current = &current, service.proposed = &proposed;
    request.application_id = id, request.version = application->meta->version;
    request.services_given = true, request.services = services, request.n_services = 1;
    request.answers = answers, request.n_answers = 1;
    call(fixture, APPLICATIONS("SaveFeeApplication"), &request.base, CODE_OK);
}

/* A file beside the answer, whole. */
static const char *attach(struct fixture *fixture, const char *id, const char *text)
{
    Pb__BeginEvidenceRequest begin_it = PB__BEGIN_EVIDENCE_REQUEST__INIT;
    Pb__AppendEvidenceRequest append = PB__APPEND_EVIDENCE_REQUEST__INIT;
    Pb__FinishEvidenceRequest finish = PB__FINISH_EVIDENCE_REQUEST__INIT;
    uint8_t digest[32];
    begin_it.of_id = id, begin_it.question_id = "why", begin_it.name = "note.txt",
    begin_it.size = strlen(text);
    const Pb__BeginEvidenceResponse *begun =
        call(fixture, "ccrag.v1.EvidenceService/BeginEvidence", &begin_it.base, CODE_OK);
    append.evidence_id = finish.evidence_id = begun->evidence->id;
    append.data = (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
    call(fixture, "ccrag.v1.EvidenceService/AppendEvidence", &append.base, CODE_OK);
    crypto_generichash(digest, sizeof digest, (const uint8_t *)text, strlen(text), NULL, 0);
    finish.digest = (ProtobufCBinaryData){sizeof digest, digest};
    call(fixture, "ccrag.v1.EvidenceService/FinishEvidence", &finish.base, CODE_OK);
    return begun->evidence->id;
}

static void submit_it(struct fixture *fixture, const char *id)
{
    Pb__SubmitFeeApplicationRequest request = PB__SUBMIT_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id;
    call(fixture, APPLICATIONS("SubmitFeeApplication"), &request.base, CODE_OK);
}

static void correct(struct fixture *fixture, const char *id)
{
    Pb__CorrectFeeApplicationRequest request = PB__CORRECT_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id;
    call(fixture, APPLICATIONS("CorrectFeeApplication"), &request.base, CODE_OK);
}

static bool reads_file(struct fixture *fixture, const char *id)
{
    Pb__ReadEvidenceRequest request = PB__READ_EVIDENCE_REQUEST__INIT;
    request.evidence_id = id;
    return code_of(fixture, "ccrag.v1.EvidenceService/ReadEvidence", &request.base) == CODE_OK;
}

static enum code remove_file(struct fixture *fixture, const char *id)
{
    Pb__RemoveEvidenceRequest request = PB__REMOVE_EVIDENCE_REQUEST__INIT;
    request.evidence_id = id;
    return code_of(fixture, "ccrag.v1.EvidenceService/RemoveEvidence", &request.base);
}

static const Pb__GetFeeApplicationResponse *get(struct fixture *fixture, const char *id)
{
    Pb__GetFeeApplicationRequest request = PB__GET_FEE_APPLICATION_REQUEST__INIT;
    request.application_id = id;
    if (code_of(fixture, APPLICATIONS("GetFeeApplication"), &request.base) != CODE_OK)
        return NULL;
    return call(fixture, APPLICATIONS("GetFeeApplication"), &request.base, CODE_OK);
}

static bool is_listed(struct fixture *fixture)
{
    Pb__ListFeeApplicationsRequest request = PB__LIST_FEE_APPLICATIONS_REQUEST__INIT;
    if (code_of(fixture, APPLICATIONS("ListFeeApplications"), &request.base) != CODE_OK)
        return false;
    const Pb__ListFeeApplicationsResponse *response =
        call(fixture, APPLICATIONS("ListFeeApplications"), &request.base, CODE_OK);
    return response->n_applications > 0;
}

static bool past_is_told(struct fixture *fixture, const char *type, const char *id)
{
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = type, request.id = id, request.with_present = true;
    const Pb__ReadHistoryResponse *response =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
    return response->n_entries > 0;
}

/* --- row by row -------------------------------------------------------------------------------------- */

/* Lead, concerned, member, host, auditor, provider, another provider, one that left. */
#define WRITTEN   "---r-r--"
#define SUBMITTED "rr-rrr--"

Test(sharing, of_an_application_that_was_never_submitted)
{
    struct fixture *fixture = applying_create();
    const char *id = begin(fixture);
    save(fixture, id, "pay has risen");
    const char *file = attach(fixture, id, "what it costs");
    for (int i = 0; i < WHO; i++) {
        enum who who = (enum who)i;
        as(fixture, who);
        check("an application in draft", WRITTEN, who, get(fixture, id) != NULL);
        check("it in a list", WRITTEN, who, is_listed(fixture));
        check("its file", WRITTEN, who, reads_file(fixture, file));
        check("its past", WRITTEN, who, past_is_told(fixture, "ccrag.v1.FeeApplication", id));
    }
    fixture_end(fixture);
}

Test(sharing, of_what_was_submitted_and_is_being_corrected)
{
    struct fixture *fixture = applying_create();
    const char *id = begin(fixture);
    save(fixture, id, "pay has risen");
    const char *file = attach(fixture, id, "what it costs");
    submit_it(fixture, id);
    correct(fixture, id);
    save(fixture, id, "pay has risen, as we see now less");
    const char *later = attach(fixture, id, "what it costs, corrected");
    for (int i = 0; i < WHO; i++) {
        enum who who = (enum who)i;
        as(fixture, who);
        const Pb__GetFeeApplicationResponse *whole = get(fixture, id);
        check("what was submitted", SUBMITTED, who, whole && whole->submission);
        check("what is being written", WRITTEN, who, whole && whole->application);
        if (whole) {
            cr_assert_str_eq(whole->submission->answers[0]->text, "pay has risen", "%s", who_names[who]);
            cr_assert_eq(whole->n_evidence, WRITTEN[who] == 'r' ? 2 : 1, "%s: files", who_names[who]);
        }
        check("it in a list", SUBMITTED, who, is_listed(fixture));
        check("the file that was submitted", SUBMITTED, who, reads_file(fixture, file));
        check("a file that was not", WRITTEN, who, reads_file(fixture, later));
        check("what was submitted, as its past tells it", SUBMITTED, who,
              past_is_told(fixture, "ccrag.v1.FeeSubmission", id));
        check("what is being written, as its past tells it", WRITTEN, who,
              past_is_told(fixture, "ccrag.v1.FeeApplication", id));
    }
    as(fixture, PROVIDER);
    cr_assert_eq(remove_file(fixture, file), CODE_FAILED_PRECONDITION, "what was submitted stands");
    cr_assert_eq(remove_file(fixture, later), CODE_OK);
    fixture_end(fixture);
}

/* Once it is returned nothing stands: its files can be taken away, and are read no more but by who writes it.
 */
Test(sharing, of_what_was_returned)
{
    struct fixture *fixture = applying_create();
    const char *id = begin(fixture);
    save(fixture, id, "pay has risen");
    const char *file = attach(fixture, id, "what it costs");
    submit_it(fixture, id);
    Pb__ReturnFeeApplicationRequest back = PB__RETURN_FEE_APPLICATION_REQUEST__INIT;
    back.application_id = id, back.submission = 1, back.reason = "a sum is wrong";
    as(fixture, CONCERNED);
    cr_assert_eq(code_of(fixture, APPLICATIONS("ReturnFeeApplication"), &back.base), CODE_PERMISSION_DENIED);
    as(fixture, HOST_ADMIN);
    cr_assert_eq(code_of(fixture, APPLICATIONS("ReturnFeeApplication"), &back.base), CODE_PERMISSION_DENIED,
                 "somebody leads");
    as(fixture, LEAD);
    cr_assert_eq(code_of(fixture, APPLICATIONS("ReturnFeeApplication"), &back.base), CODE_OK);
    for (int i = 0; i < WHO; i++) {
        as(fixture, (enum who)i);
        check("the file", WRITTEN, (enum who)i, reads_file(fixture, file));
    }
    as(fixture, PROVIDER);
    cr_assert_eq(remove_file(fixture, file), CODE_OK);
    fixture_end(fixture);
}

/* A decision is about one submission, also where another application came after one that was given up. */
Test(sharing, numbers_go_on_from_an_application_that_was_given_up)
{
    struct fixture *fixture = applying_create();
    const char *id = begin(fixture);
    save(fixture, id, "pay has risen");
    submit_it(fixture, id);
    Pb__WithdrawFeeApplicationRequest give_up = PB__WITHDRAW_FEE_APPLICATION_REQUEST__INIT;
    give_up.application_id = id, give_up.reason = "the wrong year";
    call(fixture, APPLICATIONS("WithdrawFeeApplication"), &give_up.base, CODE_OK);
    const char *other = begin(fixture);
    cr_assert_str_neq(other, id);
    save(fixture, other, "pay has risen");
    submit_it(fixture, other);
    const Pb__FeeSubmission *submission = stored(fixture, &fees_submissions, other);
    cr_assert_eq(submission->number, 2);
    cr_assert_eq(consultation_of(fixture, 2)->submission, 2);
    fixture_end(fixture);
}

/* --- lines (rule F5) --------------------------------------------------------------------------------- */

static size_t lines_of(struct fixture *fixture, const char *gss)
{
    Pb__ListFeeLinesRequest request = PB__LIST_FEE_LINES_REQUEST__INIT;
    request.authority_id = gss;
    if (code_of(fixture, LINES("ListFeeLines"), &request.base) != CODE_OK)
        return 0;
    const Pb__ListFeeLinesResponse *response = call(fixture, LINES("ListFeeLines"), &request.base, CODE_OK);
    return response->n_lines;
}

static size_t totals_seen(struct fixture *fixture)
{
    Pb__ListFeeLineTotalsRequest request = PB__LIST_FEE_LINE_TOTALS_REQUEST__INIT;
    if (code_of(fixture, LINES("ListFeeLineTotals"), &request.base) != CODE_OK)
        return 0;
    const Pb__ListFeeLineTotalsResponse *response =
        call(fixture, LINES("ListFeeLineTotals"), &request.base, CODE_OK);
    return response->n_totals;
}

Test(sharing, of_lines)
{
    struct fixture *fixture = applying_create();
    Pb__ImportFeeLinesRequest request = PB__IMPORT_FEE_LINES_REQUEST__INIT;
    Pb__FeeLineRow row = PB__FEE_LINE_ROW__INIT, *rows[] = {&row};
    Pb__FeeLine line = PB__FEE_LINE__INIT;
    row.row = 2, row.line = &line, request.rows = rows, request.n_rows = 1;
    line.placement_id = stay_id(fixture, 21), line.reference = "E-1";
    line.attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
    line.current_pence = 500000, line.proposed_pence = 510000;
    as(fixture, CONCERNED);
    const Pb__ImportFeeLinesResponse *imported =
        call(fixture, LINES("ImportFeeLines"), &request.base, CODE_OK);
    cr_assert(imported->added == 1, "%s", imported->n_problems ? imported->problems[0]->reason : "");
    const char *line_id = fees_line_id(CYCLE, stay_id(fixture, 21), &fixture->arena);
    for (int i = 0; i < WHO; i++) {
        enum who who = (enum who)i;
        as(fixture, who);
        check("a line", "-r------", who, lines_of(fixture, ESSEX) == 1);
        check("its past", "-r------", who, past_is_told(fixture, "ccrag.v1.FeeLine", line_id));
        check("its LA's sums", "rr-rr---", who, totals_seen(fixture) == 1);
    }
    as_operator(fixture);
    cr_assert_eq(lines_of(fixture, ESSEX), 1, "who keeps its deployment");
    fixture_end(fixture);
}

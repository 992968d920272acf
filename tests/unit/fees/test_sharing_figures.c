/* Who writes an application, has it as a sheet, and which reads are written down (rules S1, S3, S4): row by
 * row. Home 2: Bedford leads, Essex is concerned, Hertfordshire is the host and places nobody there. */

#include "applying.h"

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

/* --- sheets ------------------------------------------------------------------------------------------ */

/* What is being written is in it: it is for whom that is. */
Test(sharing_figures, of_sheets)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 2, 500000, 510000);
    Pb__WriteFeeSheetRequest sheet = PB__WRITE_FEE_SHEET_REQUEST__INIT;
    sheet.application_id = id;
    for (int who = 0; who < WHO; who++) {
        as(fixture, (enum who)who);
        check("its sheet", "---r-r--", (enum who)who,
              what_came_of(fixture, APPLICATIONS("WriteFeeSheet"), &sheet.base));
    }
    fixture_end(fixture);
}

/* Who returns an application that is being corrected is not shown what is being written. */
Test(sharing_figures, of_what_is_returned_while_it_is_corrected)
{
    struct fixture *fixture = applying_create();
    const char *id = apply_whole(fixture, 2, 500000, 510000);
    uint64_t version = apply_correct(fixture, id, CODE_OK)->meta->version;
    apply_fee(fixture, id, version, 500000, 590000, CODE_OK);
    as(fixture, LEAD);
    cr_assert_eq(apply_return(fixture, id, 1, "say more", CODE_OK)->n_services, 0);
    fixture_end(fixture);
}

/* --- writing ----------------------------------------------------------------------------------------- */

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

/* --- reads ------------------------------------------------------------------------------------------- */

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

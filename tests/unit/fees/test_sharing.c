/* Who sees and does what (rules S1, S3, S4, F5): row by row, by method, history and feed. Home 2: Bedford
 * leads, Essex is concerned, Hertfordshire is the host and places nobody there. */

#include "consulting.h"
#include "tests/unit/node.h"

#include "common/service/entitlement.h"

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

/* What came of a request, whatever it is. */
static enum code code_of(struct fixture *fixture, const char *method, const ProtobufCMessage *request)
{
    Pb__Envelope *envelope = NULL;
    ask(fixture, method, request);
    cr_assert(fixture->answered);
    cr_assert(envelope_read(fixture->out_envelope, &fixture->arena, &envelope, NULL) == CODE_OK);
    return envelope->response->status ? code_from_number(envelope->response->status->code) : CODE_OK;
}

/* --- what there is ----------------------------------------------------------------------------------- */

#define LETTER PB__FEE_LETTER_KIND__FEE_LETTER_KIND_NOT_LEADING

/* An application, an entry of the log, a report of the lead's, a decision and a letter of Essex. */
static const char *fill(struct fixture *fixture, bool published, Pb__FeeDecisionKind kind)
{
    submit(fixture, 2, 5000, 5100);
    as_officer(fixture, BEDFORD);
    const char *log_id = add(fixture, 2, "", "met the manager", 0, CODE_OK)->id;
    write_report(fixture, 2, 505000, "asked", "2%", CODE_OK);
    if (published)
        publish(fixture, 2, 0, CODE_OK);
    else
        to_day(fixture, "2027-05-01"); /* they may decide all the same */
    as_officer(fixture, ESSEX);
    decide(fixture, 2, "", 1, kind, 0, "because of the budget", CODE_OK);
    Pb__RecordLetterRequest letter = PB__RECORD_LETTER_REQUEST__INIT;
    letter.provision_id = home_id(fixture, 2), letter.kind = LETTER, letter.text = "We do not lead.";
    call(fixture, CONSULTATIONS("RecordLetter"), &letter.base, CODE_OK);
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    return log_id;
}

static size_t letters_seen(struct fixture *fixture)
{
    Pb__ListLettersRequest request = PB__LIST_LETTERS_REQUEST__INIT;
    size_t sent = 0;
    if (code_of(fixture, CONSULTATIONS("ListLetters"), &request.base) != CODE_OK)
        return 0;
    const Pb__ListLettersResponse *response =
        call(fixture, CONSULTATIONS("ListLetters"), &request.base, CODE_OK);
    for (size_t i = 0; i < response->n_letters; i++)
        sent += response->letters[i]->sent_on[0] && strcmp(response->letters[i]->authority_id, ESSEX) == 0;
    return sent;
}

static size_t decisions_seen(struct fixture *fixture)
{
    Pb__ListDecisionsRequest request = PB__LIST_DECISIONS_REQUEST__INIT;
    if (code_of(fixture, CONSULTATIONS("ListDecisions"), &request.base) != CODE_OK)
        return 0;
    const Pb__ListDecisionsResponse *response = decisions(fixture);
    return response->n_decisions;
}

static bool past_is_told(struct fixture *fixture, const char *type, const char *id)
{
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = type, request.id = id, request.with_present = true;
    const Pb__ReadHistoryResponse *response =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
    return response->n_entries > 0;
}

/* --- read, row by row -------------------------------------------------------------------------------- */

/* Lead, concerned, member, host, auditor, provider, another provider, one that left: `r` reads it. */
struct row {
    const char *what, *reads;
};

static void check(const struct row *row, enum who who, bool reads)
{
    cr_assert_eq(reads, row->reads[who] == 'r', "%s reads %s: %d", who_names[who], row->what, reads);
}

static void check_methods(struct fixture *fixture, bool published, Pb__FeeDecisionKind kind)
{
    const struct row head = {"the head", "rrrrrr--"}, log = {"the log", "rr-rr---"},
                     draft = {"a draft report", "r--r----"}, report = {"a published report", "rrrrr---"},
                     pending = {"what is pending", "rr-rr---"}, decided = {"a decision", "rr-rrr--"},
                     letter = {"a letter", "-r-rrr--"};
    const char *id = consultation_id(fixture, 2), *log_id = fill(fixture, published, kind);
    const char *decision_id = fees_of_authority_id(CYCLE, home_id(fixture, 2), ESSEX, &fixture->arena);
    const char *letter_id = fees_letter_id(CYCLE, home_id(fixture, 2), ESSEX, LETTER, &fixture->arena);
    const struct row *decision = kind == DECIDE(PENDING) ? &pending : &decided;
    Pb__GetConsultationRequest get_one = PB__GET_CONSULTATION_REQUEST__INIT;
    Pb__ListLogEntriesRequest list = PB__LIST_LOG_ENTRIES_REQUEST__INIT;
    Pb__GetFeeReportRequest get_it = PB__GET_FEE_REPORT_REQUEST__INIT;
    get_one.provision_id = list.provision_id = get_it.provision_id = home_id(fixture, 2);
    for (int i = 0; i < WHO; i++) {
        enum who who = (enum who)i;
        as(fixture, who);
        bool sees = code_of(fixture, CONSULTATIONS("GetConsultation"), &get_one.base) == CODE_OK;
        check(&head, who, sees);
        check(&log, who, code_of(fixture, CONSULTATIONS("ListLogEntries"), &list.base) == CODE_OK);
        check(published ? &report : &draft, who,
              code_of(fixture, CONSULTATIONS("GetFeeReport"), &get_it.base) == CODE_OK);
        check(decision, who, decisions_seen(fixture) == 1);
        check(&letter, who, letters_seen(fixture) == 1);
        if (sees) {
            const Pb__GetConsultationResponse *whole = get(fixture, 2, CODE_OK);
            cr_assert_eq(whole->report != NULL, published && report.reads[who] == 'r', "%s", who_names[who]);
            cr_assert_eq(whole->n_decisions, decision->reads[who] == 'r', "%s", who_names[who]);
        }
        check(&head, who, past_is_told(fixture, "ccrag.v1.Consultation", id));
        check(&log, who, past_is_told(fixture, "ccrag.v1.FeeLogEntry", log_id));
        check(published ? &report : &draft, who, past_is_told(fixture, "ccrag.v1.FeeReport", id));
        check(decision, who, past_is_told(fixture, "ccrag.v1.FeeDecision", decision_id));
        check(&letter, who, past_is_told(fixture, "ccrag.v1.FeeLetter", letter_id));
        check(&(struct row){"a submission", "rr-rrr--"}, who,
              past_is_told(fixture, "ccrag.v1.FeeSubmission", consultation_of(fixture, 2)->application_id));
    }
}

Test(sharing, of_a_draft_and_what_is_pending)
{
    struct fixture *fixture = consulting_create();
    check_methods(fixture, false, DECIDE(PENDING));
    fixture_end(fixture);
}

Test(sharing, of_a_report_and_a_decision)
{
    struct fixture *fixture = consulting_create();
    check_methods(fixture, true, DECIDE(ACCEPT));
    fixture_end(fixture);
}

/* The past of a report tells its drafts to those alone who had them, and that of a decision what was pending.
 */
Test(sharing, a_past_does_not_tell_what_was_a_draft)
{
    struct fixture *fixture = consulting_create();
    fill(fixture, true, DECIDE(PENDING));
    as_officer(fixture, ESSEX);
    decide(fixture, 2, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    static const size_t
        reports[WHO] = {[LEAD] = 2, [CONCERNED] = 1, [MEMBER] = 1, [HOST_ADMIN] = 2, [AUDITOR] = 1},
        decided[WHO] = {[LEAD] = 2, [CONCERNED] = 2, [HOST_ADMIN] = 2, [AUDITOR] = 2, [PROVIDER] = 1};
    for (int who = 0; who < WHO; who++) {
        Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
        request.with_present = true;
        as(fixture, (enum who)who);
        request.record_type = "ccrag.v1.FeeReport", request.id = consultation_id(fixture, 2);
        const Pb__ReadHistoryResponse *past =
            call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
        cr_assert_eq(past->n_entries, reports[who], "%s: %zu of the report", who_names[who], past->n_entries);
        request.record_type = "ccrag.v1.FeeDecision";
        request.id = fees_of_authority_id(CYCLE, home_id(fixture, 2), ESSEX, &fixture->arena);
        past = call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
        cr_assert_eq(past->n_entries, decided[who], "%s: %zu of the decision", who_names[who],
                     past->n_entries);
    }
    fixture_end(fixture);
}

/* Who runs a home next reads nothing of what the one before applied for and was told. */
Test(sharing, of_a_decision_stays_with_the_provider_that_had_applied)
{
    struct fixture *fixture = consulting_create();
    fill(fixture, true, DECIDE(ACCEPT));
    hand_over(fixture, 2, PROVIDER_ONE);
    cr_assert_str_eq(consultation_of(fixture, 2)->provider_id, PROVIDER_ONE);
    as_provider(fixture, PROVIDER_ONE);
    cr_assert_eq(get(fixture, 2, CODE_OK)->n_decisions, 0);
    cr_assert_eq(decisions_seen(fixture), 0);
    as_provider(fixture, PROVIDER_TWO);
    get(fixture, 2, CODE_NOT_FOUND);
    cr_assert_eq(decisions_seen(fixture), 1);
    as_officer(fixture, ESSEX);
    cr_assert_eq(get(fixture, 2, CODE_OK)->n_decisions, 1);
    fixture_end(fixture);
}

/* --- written, row by row ----------------------------------------------------------------------------- */

Test(sharing, who_writes_what)
{
    struct fixture *fixture = consulting_create();
    fill(fixture, true, DECIDE(ACCEPT));
    Pb__TellLevelRequest tell_it = PB__TELL_LEVEL_REQUEST__INIT;
    Pb__BeginConsultationRequest begin_it = PB__BEGIN_CONSULTATION_REQUEST__INIT;
    Pb__SaveFeeReportRequest save = PB__SAVE_FEE_REPORT_REQUEST__INIT;
    Pb__PublishFeeReportRequest publish_it = PB__PUBLISH_FEE_REPORT_REQUEST__INIT;
    Pb__ReopenConsultationRequest reopen_it = PB__REOPEN_CONSULTATION_REQUEST__INIT;
    Pb__AddLogEntryRequest add_it = PB__ADD_LOG_ENTRY_REQUEST__INIT;
    Pb__FeeLogEntry entry = PB__FEE_LOG_ENTRY__INIT;
    Pb__DecideFeeRequest decide_it = PB__DECIDE_FEE_REQUEST__INIT;
    Pb__WriteLetterRequest write = PB__WRITE_LETTER_REQUEST__INIT;
    Pb__NominateLeadRequest nominate = PB__NOMINATE_LEAD_REQUEST__INIT;
    Pb__OpenFeeCycleRequest open = PB__OPEN_FEE_CYCLE_REQUEST__INIT;
    Pb__FeeCycle cycle = PB__FEE_CYCLE__INIT;
    tell_it.provision_id = begin_it.provision_id = save.provision_id = publish_it.provision_id =
        reopen_it.provision_id = add_it.provision_id = decide_it.provision_id = write.provision_id =
            nominate.provision_id = home_id(fixture, 2);
    add_it.entry = &entry, open.cycle = &cycle, decide_it.submission = 9, write.kind = LETTER;
    /* `w`: it is not refused as not theirs. Nothing of it is done: it is reported, or wrong. */
    const struct {
        const char *method;
        const ProtobufCMessage *request;
        const char *writes;
    } rows[] = {
        {CONSULTATIONS("TellLevel"), &tell_it.base, "w-------"},
        {CONSULTATIONS("BeginConsultation"), &begin_it.base, "w-------"},
        {CONSULTATIONS("SaveFeeReport"), &save.base, "w-------"},
        {CONSULTATIONS("PublishFeeReport"), &publish_it.base, "w-------"},
        {CONSULTATIONS("ReopenConsultation"), &reopen_it.base, "w-------"},
        {CONSULTATIONS("AddLogEntry"), &add_it.base, "ww------"},
        {CONSULTATIONS("DecideFee"), &decide_it.base, "ww------"},
        {CONSULTATIONS("WriteLetter"), &write.base, "wwww----"},
        {CONSULTATIONS("NominateLead"), &nominate.base, "---w----"},
        {CYCLES("OpenFeeCycle"), &open.base, "---w----"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (int who = 0; who < WHO; who++) {
            as(fixture, (enum who)who);
            bool writes = code_of(fixture, rows[i].method, rows[i].request) != CODE_PERMISSION_DENIED;
            cr_assert_eq(writes, rows[i].writes[who] == 'w', "%s: %s", who_names[who], rows[i].method);
        }
    fixture_end(fixture);
}

/* --- by feed ----------------------------------------------------------------------------------------- */

/* S services, W workers, H host's people and its auditors, O the host but for auditors, M members, a its own
 * LA, l the lead, c an LA concerned, p its provider. */
static void check_audience(const struct table *table, const ProtobufCMessage *record, const char *who)
{
    static const struct {
        char letter;
        struct entitlement entitlement;
    } asked[] = {
        {'S', {.groups = AUDIENCE_SERVICES}},
        {'W', {.groups = AUDIENCE_WORKERS}},
        {'H', {.groups = AUDIENCE_HOST}},
        {'O', {.groups = AUDIENCE_HOST_OWN}},
        {'M', {.groups = AUDIENCE_MEMBERS}},
        {'a', {.name = HERTS}},
        {'l', {.name = BEDFORD}},
        {'c', {.name = ESSEX}},
        {'p', {.name = PROVIDER_ONE}},
        {'-', {.name = KENT}},
        {'-', {.name = PROVIDER_TWO}},
    };
    struct audience audience = {0};
    table->audience(record, &audience);
    for (size_t i = 0; i < COUNT(asked); i++)
        cr_assert(audience_admits(&audience, &asked[i].entitlement) == (strchr(who, asked[i].letter) != NULL),
                  "%s, %c", table->name, asked[i].letter);
}

Test(sharing, audiences)
{
    static const char *concerned[] = {ESSEX};
    Pb__FeeCycle cycle = PB__FEE_CYCLE__INIT;
    Pb__FeeIndex index = PB__FEE_INDEX__INIT;
    Pb__FeeDate date = PB__FEE_DATE__INIT;
    Pb__LetterText text = PB__LETTER_TEXT__INIT;
    Pb__FormTemplate form = PB__FORM_TEMPLATE__INIT;
    Pb__Evidence evidence = PB__EVIDENCE__INIT;
    Pb__FeeApplication application = PB__FEE_APPLICATION__INIT;
    Pb__FeeSubmission submission = PB__FEE_SUBMISSION__INIT;
    Pb__Consultation consultation = PB__CONSULTATION__INIT;
    Pb__FeeLogEntry entry = PB__FEE_LOG_ENTRY__INIT;
    Pb__FeeReport draft = PB__FEE_REPORT__INIT, published = PB__FEE_REPORT__INIT;
    Pb__FeeDecision pending = PB__FEE_DECISION__INIT, decision = PB__FEE_DECISION__INIT;
    Pb__FeeLetter letter = PB__FEE_LETTER__INIT;
    Pb__FeeLine line = PB__FEE_LINE__INIT;
    Pb__FeeLineTotals totals = PB__FEE_LINE_TOTALS__INIT;
    date.provider_id = evidence.provider_id = application.provider_id = submission.provider_id =
        consultation.provider_id = pending.provider_id = decision.provider_id = letter.provider_id =
            PROVIDER_ONE;
    date.authority_id = entry.authority_id = pending.authority_id = decision.authority_id =
        letter.authority_id = line.authority_id = totals.authority_id = HERTS;
    consultation.lead_id = totals.lead_id = draft.authority_id = published.authority_id = BEDFORD;
    submission.concerned_ids = consultation.concerned_ids = entry.concerned_ids = pending.concerned_ids =
        decision.concerned_ids = (void *)concerned;
    submission.n_concerned_ids = consultation.n_concerned_ids = entry.n_concerned_ids =
        pending.n_concerned_ids = decision.n_concerned_ids = 1;
    published.published = true;
    pending.kind = DECIDE(PENDING), decision.kind = DECIDE(REJECT);
    const struct {
        const struct table *table;
        const ProtobufCMessage *record;
        const char *seen;
    } rows[] = {
        {&fees_cycles, &cycle.base, "SHM"},
        {&fees_indices, &index.base, "SHM"},
        {&fees_dates, &date.base, "SHMp"},
        {&fees_letter_texts, &text.base, "SHM"},
        {&fees_forms, &form.base, "SHM"},
        {&fees_evidence, &evidence.base, "Op"},
        {&fees_applications, &application.base, "Op"},
        {&fees_submissions, &submission.base, "HOcp"},
        {&fees_consultations, &consultation.base, "SHOMlp"},
        {&fees_log, &entry.base, "HOc"},
        {&fees_reports, &draft.base, "Ol"},
        {&fees_reports, &published.base, "SHOMl"},
        {&fees_decisions, &pending.base, "HOac"},
        {&fees_decisions, &decision.base, "HOacp"},
        {&fees_letters, &letter.base, "HOap"},
        {&fees_lines, &line.base, "a"},
        {&fees_line_totals, &totals.base, "HOal"},
    };
    size_t journaled = COUNT(rows) - 2; /* reports and decisions have two rows */
    for (size_t i = 0; i < COUNT(rows); i++)
        check_audience(rows[i].table, rows[i].record, rows[i].seen);
    for (const struct table *const *at = fees_tables; *at; at++)
        if ((*at)->flags & TABLE_JOURNAL)
            journaled--;
    cr_assert_eq(journaled, 0, "each table that goes out has a row");
}

/* As many as may be concerned fit an audience, with its provider. */
Test(sharing, audiences_hold_all_who_are_concerned)
{
    const char *names[FEE_CONCERNED_MAX];
    static char texts[FEE_CONCERNED_MAX][8];
    Pb__FeeSubmission submission = PB__FEE_SUBMISSION__INIT;
    struct audience audience = {0};
    for (unsigned i = 0; i < FEE_CONCERNED_MAX; i++) {
        snprintf(texts[i], sizeof texts[i], "N%u", i);
        names[i] = texts[i];
    }
    submission.provider_id = PROVIDER_ONE;
    submission.concerned_ids = (void *)names, submission.n_concerned_ids = FEE_CONCERNED_MAX;
    fees_submissions.audience(&submission.base, &audience);
    cr_assert_eq(audience.name_count, FEE_CONCERNED_MAX + 1);
}

/* --- who follows, and what is written down ----------------------------------------------------------- */

Test(sharing, members_follow)
{
    struct fixture *fixture = fixture_create();
    struct principal node = {
        .name = "node", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, .authority = KENT};
    struct entitlement entitlement;
    uint64_t number;
    cr_assert(fees_entitle(fixture->service, &node, &entitlement, &number));
    cr_assert(!(entitlement.groups & (AUDIENCE_HOST | AUDIENCE_HOST_OWN)));
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    cr_assert(!fees_entitle(fixture->service, &node, &entitlement, &number));
    cr_assert(!fees_is_demonstration(fixture->service));
    fixture_end(fixture);
}

/* A node is its LA, and no more than it; it is not the operator, who sees all. */
Test(sharing, a_node_sees_what_its_authority_does)
{
    struct fixture *fixture = consulting_create();
    fill(fixture, false, DECIDE(PENDING));
    Pb__ListFeeCyclesRequest all = PB__LIST_FEE_CYCLES_REQUEST__INIT;
    as_node(fixture, ESSEX);
    call(fixture, CYCLES("ListFeeCycles"), &all.base, CODE_OK);
    get_report(fixture, 2, CODE_NOT_FOUND); /* a draft, and not its own */
    put_member(fixture, ESSEX, "Essex", 20, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    call(fixture, CYCLES("ListFeeCycles"), &all.base, CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}

/* Rule S3: a read of a report, which may be a draft, is in the log before its answer leaves. */
Test(sharing, restricted_reads_are_logged)
{
    struct fixture *fixture = consulting_create();
    fill(fixture, false, DECIDE(PENDING));
    as(fixture, LEAD);
    get_report(fixture, 2, CODE_OK);
    as(fixture, MEMBER);
    get_report(fixture, 2, CODE_NOT_FOUND);
    as_operator(fixture);
    Pb__ReadAuditRequest request = PB__READ_AUDIT_REQUEST__INIT;
    const Pb__ReadAuditResponse *log =
        call(fixture, "ccrag.v1.OperateService/ReadAudit", &request.base, CODE_OK);
    size_t read = 0, refused = 0;
    for (size_t i = 0; i < log->n_lines; i++) {
        const Pb__AuditLine *audit = log->lines[i];
        if (strcmp(audit->method, CONSULTATIONS("GetFeeReport")) != 0)
            continue;
        read += strcmp(audit->outcome, "OK") == 0 && strcmp(audit->subject, consultation_id(fixture, 2)) == 0;
        refused += strcmp(audit->outcome, "NOT_FOUND") == 0;
    }
    cr_assert(read == 1 && refused == 1, "%zu read, %zu refused", read, refused);
    fixture_end(fixture);
}

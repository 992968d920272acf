/* Who sees and does what (rules M4, S1, S3): row by row, by method, feed and history. Drafts never leak. */

#include "fixture.h"
#include "tests/unit/node.h"

#include "common/service/entitlement.h"

/* --- by method: role by state ------------------------------------------------------------------------ */

enum state { DRAFT, SENT, COMMENTED, NOTICED, PUBLISHED, DISCARDED, STATES };
static const char *const state_names[STATES] = {"draft",        "sent",      "commented",
                                                "notice given", "published", "discarded"};

static const char *report_in(struct fixture *fixture, enum state state)
{
    const char *id = draft_at(fixture, 1, HERTS);
    if (state == DISCARDED) {
        Pb__DiscardReportRequest request = PB__DISCARD_REPORT_REQUEST__INIT;
        request.report_id = id, request.reason = "a mistake";
        call(fixture, REPORTS("DiscardReport"), &request.base, CODE_OK);
    }
    if (state == DRAFT || state == DISCARDED)
        return id;
    complete(fixture, id);
    send_it(fixture, id, CODE_OK);
    if (state == COMMENTED || state == PUBLISHED)
        comment_it(fixture, id, "thanks", CODE_OK);
    if (state == PUBLISHED)
        publish_it(fixture, id, CODE_OK);
    if (state == NOTICED) {
        to_day(fixture, "2026-06-16");
        notice_it(fixture, id, CODE_OK);
    }
    return id;
}

enum who { AUTHOR, HOST_ADMIN, OTHER_MEMBER, AUDITOR, PROVIDER, OTHER_PROVIDER, LEFT, WHO };
static const char *const who_names[WHO] = {"author",   "host administrator", "other member", "auditor",
                                           "provider", "other provider",     "left"};

static void as(struct fixture *fixture, enum who who)
{
    switch (who) {
    case AUTHOR:
        fixture->claim = claim_of(fixture, HERTS, "", PB__ROLE__ROLE_QUALITY_OFFICER);
        return;
    case HOST_ADMIN: /* of another LA than the one that writes */
        fixture->claim = claim_of(fixture, ESSEX, "", PB__ROLE__ROLE_HOST_ADMINISTRATOR);
        return;
    case OTHER_MEMBER:
        fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_QUALITY_OFFICER);
        return;
    case AUDITOR:
        fixture->claim = claim_of(fixture, "", "", PB__ROLE__ROLE_AUDITOR);
        return;
    case PROVIDER:
        fixture->claim = claim_of(fixture, "", PROVIDER_ONE, PB__ROLE__ROLE_PROVIDER_USER);
        return;
    case OTHER_PROVIDER:
        fixture->claim = claim_of(fixture, "", PROVIDER_TWO, PB__ROLE__ROLE_PROVIDER_USER);
        return;
    case LEFT:
        fixture->claim = claim_of(fixture, KENT, "", PB__ROLE__ROLE_QUALITY_OFFICER);
        return;
    case WHO:
        break;
    }
    cr_assert_fail("nobody");
}

/* D: reads the draft, P: reads it published, W: writes, C: comments, -: not even that it is there. */
static const char *const allowed[WHO][STATES] = {
    /*                  draft sent  comm. noticed publ. discarded */
    [AUTHOR] = {"DW", "DW", "DW", "DW", "PW", "DW"},
    [HOST_ADMIN] = {"D", "D", "D", "D", "P", "D"},
    [OTHER_MEMBER] = {"", "", "", "", "P", ""},
    [AUDITOR] = {"", "", "", "", "P", ""},
    [PROVIDER] = {"", "DC", "DC", "DC", "PC", ""},
    [OTHER_PROVIDER] = {"", "", "", "", "", ""},
    [LEFT] = {"", "", "", "", "", ""},
};

static enum code code_of(struct fixture *fixture, const char *method, const ProtobufCMessage *request)
{
    /* `call` asserts a code: the one that comes is found by asking for each. */
    const struct wire_method *known = wire_method_find(method);
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    Pb__Envelope *envelope = NULL;
    header.method = method;
    header.claim = (Pb__SignedClaim *)(uintptr_t)fixture->claim;
    fixture->as_gateway = fixture->claim != NULL;
    fixture->in_envelope = envelope_request(++fixture->calls, &header, &fixture->arena);
    fixture->in_body = wire_pack(request, &fixture->arena);
    fixture->waiting = true, fixture->answered = false;
    run(fixture);
    cr_assert(known && fixture->answered);
    cr_assert(envelope_read(fixture->out_envelope, &fixture->arena, &envelope, NULL) == CODE_OK);
    return envelope->response->status ? code_from_number(envelope->response->status->code) : CODE_OK;
}

static bool is_listed(struct fixture *fixture, const char *id)
{
    Pb__ListReportsRequest request = PB__LIST_REPORTS_REQUEST__INIT;
    const Pb__ListReportsResponse *response = call(fixture, REPORTS("ListReports"), &request.base, CODE_OK);
    for (size_t i = 0; i < response->n_reports; i++)
        if (strcmp(response->reports[i]->id, id) == 0)
            return true;
    return false;
}

static bool past_is_told(struct fixture *fixture, const char *type, const char *id)
{
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = type, request.id = id, request.with_present = true;
    const Pb__ReadHistoryResponse *response =
        call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
    return response->n_entries > 0;
}

static void check_row(struct fixture *fixture, const char *id, enum who who, enum state state)
{
    const char *may = allowed[who][state];
    bool draft = strchr(may, 'D'), reads = may[0], writes = strchr(may, 'W'), comments = strchr(may, 'C');
    Pb__GetDraftRequest get = PB__GET_DRAFT_REQUEST__INIT;
    get.report_id = id;
    enum code code = code_of(fixture, REPORTS("GetDraft"), &get.base);
    cr_assert((code == CODE_OK) == draft, "%s reads a %s draft: %s", who_names[who], state_names[state],
              code_name(code));
    Pb__GetReportRequest published = PB__GET_REPORT_REQUEST__INIT;
    published.report_id = id;
    code = code_of(fixture, REPORTS("GetReport"), &published.base);
    cr_assert((code == CODE_OK) == (may[0] == 'P'), "%s reads a %s report: %s", who_names[who],
              state_names[state], code_name(code));
    published.report_id = "", published.provision_id = home_id(fixture, 1);
    code = code_of(fixture, REPORTS("GetReport"), &published.base);
    cr_assert((code == CODE_OK) == (may[0] == 'P'), "%s: the latest there", who_names[who]);
    cr_assert(is_listed(fixture, id) == reads, "%s: list of a %s report", who_names[who], state_names[state]);

    /* Not to be allowed is refused before the state is looked at; to be allowed, by the state or not at all.
     */
    Pb__ReviseReportRequest revise = PB__REVISE_REPORT_REQUEST__INIT;
    revise.report_id = id, revise.version = 999;
    code = code_of(fixture, REPORTS("ReviseReport"), &revise.base);
    bool could = code == CODE_FAILED_PRECONDITION || code == CODE_ABORTED;
    cr_assert(could == writes, "%s changes a %s report: %s", who_names[who], state_names[state],
              code_name(code));
    Pb__CommentOnReportRequest comment = PB__COMMENT_ON_REPORT_REQUEST__INIT;
    comment.report_id = id, comment.comment = " ";
    code = code_of(fixture, REPORTS("CommentOnReport"), &comment.base);
    could = code == CODE_FAILED_PRECONDITION || code == CODE_INVALID_ARGUMENT;
    cr_assert(could == comments, "%s comments a %s report: %s", who_names[who], state_names[state],
              code_name(code));
}

/* The head in its present state, and what was typed, as its past tells it. */
static void check_past(struct fixture *fixture, const char *id, enum who who, enum state state)
{
    const char *may = allowed[who][state], *answer = answer_id(id, "care", &fixture->arena);
    bool author = who == AUTHOR || who == HOST_ADMIN;
    cr_assert(past_is_told(fixture, "ccrag.v1.Report", id) == (may[0] != 0), "%s: past of a %s report",
              who_names[who], state_names[state]);
    if (state != DRAFT && state != DISCARDED)
        cr_assert(past_is_told(fixture, "ccrag.v1.ReportAnswer", answer) == author,
                  "%s: past of an answer of a %s report", who_names[who], state_names[state]);
    if (state == PUBLISHED)
        cr_assert(past_is_told(fixture, "ccrag.v1.PublishedReport", id) == (may[0] != 0));
}

static void check_state(enum state state)
{
    struct fixture *fixture = fixture_create();
    const char *id = report_in(fixture, state);
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    for (int who = 0; who < WHO; who++) {
        as(fixture, (enum who)who);
        check_row(fixture, id, (enum who)who, state);
        check_past(fixture, id, (enum who)who, state);
    }
    fixture_end(fixture);
}

Test(sharing, of_a_draft)
{
    check_state(DRAFT);
}
Test(sharing, of_a_report_that_was_sent)
{
    check_state(SENT);
}
Test(sharing, of_a_report_with_its_comment)
{
    check_state(COMMENTED);
}
Test(sharing, of_a_report_that_notice_was_given_of)
{
    check_state(NOTICED);
}
Test(sharing, of_a_published_report)
{
    check_state(PUBLISHED);
}
Test(sharing, of_a_discarded_report)
{
    check_state(DISCARDED);
}

/* The past of a published report still has its drafts: for those alone who had them. */
Test(sharing, a_past_does_not_tell_what_was_a_draft)
{
    struct fixture *fixture = fixture_create();
    const char *id = report_in(fixture, PUBLISHED);
    Pb__ReadHistoryRequest request = PB__READ_HISTORY_REQUEST__INIT;
    request.record_type = "ccrag.v1.Report", request.id = id;
    static const size_t told[WHO] = {[AUTHOR] = 3, [HOST_ADMIN] = 3, [PROVIDER] = 2};
    for (int who = 0; who < WHO; who++) {
        as(fixture, (enum who)who);
        const Pb__ReadHistoryResponse *past =
            call(fixture, "ccrag.v1.FeedService/ReadHistory", &request.base, CODE_OK);
        cr_assert_eq(past->n_entries, told[who], "%s: %zu", who_names[who], past->n_entries);
    }
    fixture_end(fixture);
}

/* --- by feed ----------------------------------------------------------------------------------------- */

/* S services, W workers, H host's people and its auditors, O the host but for auditors, M members, a its own
 * LA, p its provider. */
static void check_audience(const struct table *table, const ProtobufCMessage *record, const char *who)
{
    static const struct {
        char letter;
        struct entitlement entitlement;
    } asked[] = {
        {'S', {.groups = AUDIENCE_SERVICES}}, {'W', {.groups = AUDIENCE_WORKERS}},
        {'H', {.groups = AUDIENCE_HOST}},     {'O', {.groups = AUDIENCE_HOST_OWN}},
        {'M', {.groups = AUDIENCE_MEMBERS}},  {'a', {.name = HERTS}},
        {'p', {.name = PROVIDER_ONE}},        {'-', {.name = BEDFORD}},
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
    Pb__Report report = PB__REPORT__INIT;
    report.authority_id = HERTS, report.provider_id = PROVIDER_ONE;
    static const char *const seen[] = {"", "Oa", "Oap", "Oap", "Oap", "SHOMap", "Oa"};
    for (int state = 1; state < (int)COUNT(seen); state++) {
        report.state = (Pb__ReportState)state;
        check_audience(&monitoring_reports, &report.base, seen[state]);
    }
    Pb__PublishedReport published = PB__PUBLISHED_REPORT__INIT;
    Pb__ReportAnswer answer = PB__REPORT_ANSWER__INIT;
    Pb__Evidence evidence = PB__EVIDENCE__INIT;
    Pb__PlacementOutcomes placed = PB__PLACEMENT_OUTCOMES__INIT;
    Pb__FormTemplate form = PB__FORM_TEMPLATE__INIT;
    Pb__Visit visit = PB__VISIT__INIT;
    Pb__Concern concern = PB__CONCERN__INIT;
    Pb__ProvisionQuality quality = PB__PROVISION_QUALITY__INIT;
    published.report = &report;
    answer.authority_id = evidence.authority_id = placed.authority_id = visit.authority_id = HERTS;
    visit.provider_id = PROVIDER_ONE;
    const struct {
        const struct table *table;
        const ProtobufCMessage *record;
        const char *seen;
    } rows[] = {
        {&monitoring_published, &published.base, "SHMp"}, {&monitoring_answers, &answer.base, "Oa"},
        {&monitoring_evidence, &evidence.base, "Oa"},     {&monitoring_outcomes, &placed.base, "a"},
        {&monitoring_forms, &form.base, "SHM"},           {&monitoring_visits, &visit.base, "SHM"},
        {&monitoring_concerns, &concern.base, "SHM"},     {&monitoring_quality, &quality.base, "SWHM"},
    };
    size_t journaled = 1; /* reports */
    for (size_t i = 0; i < COUNT(rows); i++, journaled++)
        check_audience(rows[i].table, rows[i].record, rows[i].seen);
    for (const struct table *const *at = monitoring_tables; *at; at++)
        if ((*at)->flags & TABLE_JOURNAL)
            journaled--;
    cr_assert_eq(journaled, 0, "each table that goes out has a row");
}

/* --- who follows, and what is written down ----------------------------------------------------------- */

Test(sharing, members_follow)
{
    struct fixture *fixture = fixture_create();
    struct principal node = {
        .name = "node", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, .authority = HERTS};
    struct entitlement entitlement;
    uint64_t number;
    cr_assert(monitoring_entitle(fixture->service, &node, &entitlement, &number));
    cr_assert(entitlement.groups & AUDIENCE_HOST_OWN, "the host's");
    snprintf(node.authority, sizeof node.authority, "%s", KENT);
    cr_assert(monitoring_entitle(fixture->service, &node, &entitlement, &number));
    cr_assert(!(entitlement.groups & (AUDIENCE_HOST | AUDIENCE_HOST_OWN)));
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    cr_assert(!monitoring_entitle(fixture->service, &node, &entitlement, &number));
    cr_assert(!monitoring_is_demonstration(fixture->service));
    fixture_end(fixture);
}

/* A node is its LA: it sees what members share while that is one, and no more than it. */
Test(sharing, a_node_sees_what_its_authority_does)
{
    struct fixture *fixture = fixture_create();
    Pb__ListVisitsRequest all = PB__LIST_VISITS_REQUEST__INIT;
    Pb__ListConcernsRequest open = PB__LIST_CONCERNS_REQUEST__INIT;
    as_node(fixture, KENT);
    call(fixture, MONITORING("ListVisits"), &all.base, CODE_OK);
    call(fixture, "ccrag.v1.ConcernsService/ListConcerns", &open.base, CODE_OK);
    put_member(fixture, KENT, "Kent", 30, PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT);
    settle(fixture);
    call(fixture, MONITORING("ListVisits"), &all.base, CODE_PERMISSION_DENIED);
    call(fixture, "ccrag.v1.ConcernsService/ListConcerns", &open.base, CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}

/* Rule S3: a read of a draft is in the log before its answer leaves. */
Test(sharing, restricted_reads_are_logged)
{
    struct fixture *fixture = fixture_create();
    const char *id = draft_at(fixture, 1, HERTS);
    as(fixture, AUTHOR);
    draft_of(fixture, id);
    as(fixture, OTHER_MEMBER);
    Pb__GetDraftRequest get = PB__GET_DRAFT_REQUEST__INIT;
    get.report_id = id;
    call(fixture, REPORTS("GetDraft"), &get.base, CODE_NOT_FOUND);
    fixture->claim = NULL;
    Pb__ReadAuditRequest request = PB__READ_AUDIT_REQUEST__INIT;
    const Pb__ReadAuditResponse *log =
        call(fixture, "ccrag.v1.OperateService/ReadAudit", &request.base, CODE_OK);
    size_t read = 0, refused = 0;
    for (size_t i = 0; i < log->n_lines; i++) {
        const Pb__AuditLine *line = log->lines[i];
        if (strcmp(line->method, REPORTS("GetDraft")) != 0)
            continue;
        read += strcmp(line->outcome, "OK") == 0 && strcmp(line->subject, id) == 0;
        refused += strcmp(line->outcome, "NOT_FOUND") == 0;
    }
    cr_assert(read == 1 && refused == 1, "%zu read, %zu refused", read, refused);
    fixture_end(fixture);
}

/* rules F3, S4: an application's states, who may do what with it, and its steps. */

#include "services/fees/rules_application.h"
#include "tests/unit/fees/rules_kit.h"

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, TEST_ARENA_BYTES);
}
static void end(void)
{
    arena_finish(&arena);
}
TestSuite(rules_application, .init = begin, .fini = end);

#define UNSAID     PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_UNSPECIFIED
#define DRAFT      PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_DRAFT
#define SUBMITTED  PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_SUBMITTED
#define RETURNED   PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_RETURNED
#define CORRECTING PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_CORRECTING
#define WITHDRAWN  PB__FEE_APPLICATION_STATE__FEE_APPLICATION_STATE_WITHDRAWN
enum { STATES = WITHDRAWN + 1 };

#define REPORTED PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED

static Pb__FeeApplication application_in(Pb__FeeApplicationState state)
{
    Pb__FeeApplication application;
    pb__fee_application__init(&application);
    application.id = "application", application.provider_id = "provider", application.cycle_id = "2027-28";
    application.state = state;
    application.submission = state == DRAFT || state == UNSAID ? 0 : 2;
    return application;
}

/* Every state, every event; where it leads, or why it does not. */
static const struct {
    enum fees_refusal refusal;
    Pb__FeeApplicationState next;
} expected[STATES][FEE_APPLICATION_EVENTS] = {
    /* begin, save, submit, correct, return, withdraw */
    [UNSAID] = {{REFUSAL_NONE, DRAFT},
                {REFUSAL_APPLICATION_UNKNOWN, 0},
                {REFUSAL_APPLICATION_UNKNOWN, 0},
                {REFUSAL_APPLICATION_UNKNOWN, 0},
                {REFUSAL_APPLICATION_UNKNOWN, 0},
                {REFUSAL_APPLICATION_UNKNOWN, 0}},
    [DRAFT] = {{REFUSAL_APPLICATION_KNOWN, 0},
               {REFUSAL_NONE, DRAFT},
               {REFUSAL_NONE, SUBMITTED},
               {REFUSAL_APPLICATION_OPEN, 0},
               {REFUSAL_APPLICATION_NEVER_SUBMITTED, 0},
               {REFUSAL_NONE, WITHDRAWN}},
    [SUBMITTED] = {{REFUSAL_APPLICATION_KNOWN, 0},
                   {REFUSAL_APPLICATION_SUBMITTED, 0},
                   {REFUSAL_APPLICATION_SUBMITTED, 0},
                   {REFUSAL_NONE, CORRECTING},
                   {REFUSAL_NONE, RETURNED},
                   {REFUSAL_NONE, WITHDRAWN}},
    [RETURNED] = {{REFUSAL_APPLICATION_KNOWN, 0},
                  {REFUSAL_NONE, RETURNED},
                  {REFUSAL_NONE, SUBMITTED},
                  {REFUSAL_APPLICATION_OPEN, 0},
                  {REFUSAL_APPLICATION_RETURNED, 0},
                  {REFUSAL_NONE, WITHDRAWN}},
    [CORRECTING] = {{REFUSAL_APPLICATION_KNOWN, 0},
                    {REFUSAL_NONE, CORRECTING},
                    {REFUSAL_NONE, SUBMITTED},
                    {REFUSAL_APPLICATION_OPEN, 0},
                    {REFUSAL_NONE, RETURNED},
                    {REFUSAL_NONE, WITHDRAWN}},
    [WITHDRAWN] = {{REFUSAL_NONE, DRAFT},
                   {REFUSAL_APPLICATION_WITHDRAWN, 0},
                   {REFUSAL_APPLICATION_WITHDRAWN, 0},
                   {REFUSAL_APPLICATION_WITHDRAWN, 0},
                   {REFUSAL_APPLICATION_WITHDRAWN, 0},
                   {REFUSAL_APPLICATION_WITHDRAWN, 0}},
};

Test(rules_application, the_table_of_states)
{
    for (unsigned state = 0; state < STATES; state++)
        for (unsigned event = 0; event < FEE_APPLICATION_EVENTS; event++) {
            Pb__FeeApplicationState next = 0;
            cr_assert_eq(fee_application_step((Pb__FeeApplicationState)state, event, &next),
                         expected[state][event].refusal, "state %u, event %u", state, event);
            cr_assert_eq(next, expected[state][event].next, "state %u, event %u", state, event);
        }
    Pb__FeeApplicationState next = 0;
    cr_assert_eq(fee_application_step((Pb__FeeApplicationState)STATES, FEE_APPLICATION_SAVE, &next),
                 REFUSAL_ENUM_UNKNOWN);
    cr_assert_eq(fee_application_step(DRAFT, FEE_APPLICATION_EVENTS, &next), REFUSAL_ENUM_UNKNOWN);
}

/* Once the report is published, nothing of it changes until the lead opens the consultation again. */
Test(rules_application, after_the_report_nothing_goes_on)
{
    for (unsigned beside = 0; beside <= REPORTED; beside++)
        for (unsigned state = 0; state < STATES; state++)
            for (unsigned event = 0; event < FEE_APPLICATION_EVENTS; event++) {
                Pb__FeeApplicationState next = 0;
                bool stops = beside == REPORTED && event != FEE_APPLICATION_BEGIN &&
                             event != FEE_APPLICATION_SAVE && expected[state][event].refusal == REFUSAL_NONE;
                cr_assert_eq(fee_application_step_beside((Pb__FeeApplicationState)state,
                                                         (Pb__ConsultationState)beside, event, &next),
                             stops ? REFUSAL_APPLICATION_REPORTED : expected[state][event].refusal,
                             "beside %u, state %u, event %u", beside, state, event);
                cr_assert_eq(next, stops ? 0 : expected[state][event].next);
            }
}

/* rule S4: the table of rights, row by row: who, in which state, may read it (r), read what was submitted
 * (s), write it (w), return it (t). */
Test(rules_application, rights_row_by_row)
{
    const struct fees_actor keeper = {.is_operator = true}, auditor = {.reads_all = true};
    const struct fees_actor host = {.is_host = true, .authority_id = KENT, .is_active_member = true};
    const struct fees_actor host_leads = {.is_host = true, .authority_id = HERTS, .is_active_member = true};
    const struct fees_actor lead = {.authority_id = HERTS, .is_active_member = true};
    const struct fees_actor lead_left = {.authority_id = HERTS};
    const struct fees_actor concerned = {.authority_id = ESSEX, .is_active_member = true};
    const struct fees_actor member = {.authority_id = KENT, .is_active_member = true};
    const struct fees_actor provider = {.provider_id = "provider"}, other = {.provider_id = "other"};
    const struct fees_actor nobody = {.authority_id = "", .provider_id = "", .is_active_member = true};
    const struct {
        const struct fees_actor *who;
        bool led;
        const char *may[STATES]; /* none, draft, submitted, returned, correcting, withdrawn */
    } rows[] = {
        {&keeper, true, {"", "rwt", "rswt", "rswt", "rswt", "rswt"}},
        {&host, true, {"", "r", "rs", "rs", "rs", "rs"}},
        {&host, false, {"", "r", "rst", "rst", "rst", "rst"}},
        {&host_leads, true, {"", "r", "rst", "rst", "rst", "rst"}},
        {&auditor, true, {"", "", "s", "s", "s", "s"}},
        {&provider, true, {"", "rw", "rsw", "rsw", "rsw", "rsw"}},
        {&lead, true, {"", "", "st", "st", "st", "st"}},
        {&lead, false, {"", "", "s", "s", "s", "s"}}, /* concerned alone */
        {&concerned, true, {"", "", "s", "s", "s", "s"}},
        {&concerned, false, {"", "", "s", "s", "s", "s"}},
        {&lead_left, true, {"", "", "", "", "", ""}},
        {&member, true, {"", "", "", "", "", ""}},
        {&other, true, {"", "", "", "", "", ""}},
        {&nobody, true, {"", "", "", "", "", ""}},
    };
    const char *concerned_ids[] = {ESSEX, HERTS};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t state = 0; state < STATES; state++)
            for (unsigned act = 0; act < FEE_ACTS; act++) {
                Pb__Consultation consultation = PB__CONSULTATION__INIT;
                Pb__FeeApplication application = application_in((Pb__FeeApplicationState)state);
                consultation.concerned_ids = concerned_ids, consultation.n_concerned_ids = 2;
                consultation.lead_id = rows[i].led ? HERTS : "";
                const char *row = rows[i].may[state];
                bool reads = strchr(row, 'r') || strchr(row, 's'), may = strchr(row, "rswt"[act]);
                enum fees_refusal refusal = may                     ? REFUSAL_NONE
                                            : !reads                ? REFUSAL_APPLICATION_UNKNOWN
                                            : act == FEE_ACT_WRITE  ? REFUSAL_APPLICATION_NOT_YOURS
                                            : act == FEE_ACT_RETURN ? REFUSAL_APPLICATION_NOT_LEAD
                                                                    : REFUSAL_APPLICATION_UNKNOWN;
                enum fees_refusal got = fee_application_may(rows[i].who, act, &application, &consultation);
                cr_assert_eq(got, refusal, "row %zu, state %zu, act %u: %s", i, state, act, called(got));
            }
}

Test(rules_application, what_was_never_submitted_is_never_anybody_elses)
{
    const char *concerned_ids[] = {ESSEX};
    const struct fees_actor concerned = {.authority_id = ESSEX, .is_active_member = true};
    const struct fees_actor unsaid = {0}, provider = {.provider_id = "provider"};
    Pb__Consultation consultation = PB__CONSULTATION__INIT;
    Pb__FeeApplication application = application_in(WITHDRAWN);
    consultation.concerned_ids = concerned_ids, consultation.n_concerned_ids = 1;
    application.submission = 0;
    cr_assert_eq(fee_application_may(&concerned, FEE_ACT_READ_SUBMITTED, &application, &consultation),
                 REFUSAL_APPLICATION_UNKNOWN);
    cr_assert_eq(fee_application_may(&provider, FEE_ACT_READ, &application, NULL), REFUSAL_NONE);
    cr_assert_eq(fee_relations(&unsaid, &application, NULL), 1u << FEE_STRANGER);
    application.provider_id = "";
    cr_assert_eq(fee_relations(&(struct fees_actor){.provider_id = ""}, &application, NULL),
                 1u << FEE_STRANGER, "nobody's application is no provider's");
    cr_assert_not(fee_application_right(FEE_RELATIONS, DRAFT, true, FEE_ACT_READ));
    cr_assert_not(fee_application_right(FEE_OPERATOR, (Pb__FeeApplicationState)STATES, true, FEE_ACT_READ));
    cr_assert_not(fee_application_right(FEE_OPERATOR, DRAFT, true, FEE_ACTS));
}

Test(rules_application, is_returned_by_who_has_read_it)
{
    static const struct {
        Pb__FeeApplicationState state;
        unsigned submission;
        const char *reason;
        enum fees_refusal refusal;
    } cases[] = {
        {SUBMITTED, 2, "The totals of day places.", REFUSAL_NONE},
        {CORRECTING, 2, "The totals of day places.", REFUSAL_NONE},
        {SUBMITTED, 1, "The totals of day places.", REFUSAL_SUBMISSION_OTHER},
        {SUBMITTED, 0, "The totals of day places.", REFUSAL_SUBMISSION_OTHER},
        {SUBMITTED, 2, "", REFUSAL_REASON_MISSING},
        {SUBMITTED, 2, " \n", REFUSAL_REASON_MISSING},
        {RETURNED, 2, "Again.", REFUSAL_APPLICATION_RETURNED},
        {WITHDRAWN, 2, "Again.", REFUSAL_APPLICATION_WITHDRAWN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeApplication stored = application_in(cases[i].state), application;
        Pb__ReturnFeeApplicationRequest request = PB__RETURN_FEE_APPLICATION_REQUEST__INIT;
        struct fault fault = {0};
        request.submission = cases[i].submission, request.reason = cases[i].reason;
        cr_assert_eq(fee_application_return(&stored, 0, &request, &application, &fault), cases[i].refusal,
                     "case %zu", i);
        if (cases[i].refusal == REFUSAL_SUBMISSION_OTHER)
            cr_assert(fault.code == CODE_ABORTED && strstr(fault.reason, "submission 2 stands"), "%s",
                      fault.reason);
        if (cases[i].refusal)
            continue;
        cr_assert_eq(application.state, RETURNED);
        cr_assert_str_eq(application.reason, cases[i].reason);
        cr_assert_eq(fee_application_return(&stored, REPORTED, &request, &application, &fault),
                     REFUSAL_APPLICATION_REPORTED);
    }
}

Test(rules_application, is_corrected_and_given_up)
{
    Pb__FeeApplication stored = application_in(SUBMITTED), application;
    cr_assert_eq(fee_application_correct(&stored, 0, &application), REFUSAL_NONE);
    cr_assert(application.state == CORRECTING && application.submission == 2, "what was submitted stands");
    cr_assert_eq(fee_application_correct(&stored, REPORTED, &application), REFUSAL_APPLICATION_REPORTED);
    cr_assert_eq(fee_application_withdraw(&stored, 0, " ", &application), REFUSAL_REASON_MISSING);
    cr_assert_eq(fee_application_withdraw(&stored, REPORTED, "We close.", &application),
                 REFUSAL_APPLICATION_REPORTED);
    cr_assert_eq(fee_application_withdraw(&stored, 0, "We close.", &application), REFUSAL_NONE);
    cr_assert_eq(application.state, WITHDRAWN);
    cr_assert_str_eq(application.reason, "We close.");
}

/* The next year begins with what was said last year: services without their amounts, answers that carry over.
 */
Test(rules_application, begins_from_the_last_one)
{
    static const char text[] = "form: f\ntitle: F\npurpose: fee application\nsection: s: S\n"
                               "question: owner: Owner?\nanswer: text\ncarries over\n"
                               "question: why: Why?\nanswer: text\n";
    Pb__FormTemplate *form = NULL;
    struct form_problems problems;
    cr_assert_eq(form_read(span_of_text(text), &arena, &form, &problems), CODE_OK);
    form->id = "f/2";
    Pb__FeeSplit split = PB__FEE_SPLIT__INIT;
    Pb__FeeService service = PB__FEE_SERVICE__INIT, *services[] = {&service};
    Pb__FormAnswer owner = PB__FORM_ANSWER__INIT, why = PB__FORM_ANSWER__INIT, *answers[] = {&owner, &why};
    uint64_t versions[] = {4, 7};
    Pb__FeeApplication before = application_in(SUBMITTED), application;
    Pb__FeeCycle cycle = PB__FEE_CYCLE__INIT;
    cycle.id = "2028-29";
    split.total_pence = 300000;
    service.id = "day", service.title = "Day places", service.current = &split, service.proposed = &split;
    owner.question_id = "owner", owner.text = "A charity", why.question_id = "why", why.text = "Pay";
    before.services = services, before.n_services = 1, before.answers = answers, before.n_answers = 2;
    before.answer_versions = versions, before.n_answer_versions = 2;
    cr_assert_eq(fee_application_begin(&cycle, form, &before, form, day("2028-02-01"), &arena, &application),
                 REFUSAL_NONE);
    cr_assert(application.state == DRAFT && application.submission == 0);
    cr_assert_str_eq(application.cycle_id, "2028-29");
    cr_assert_str_eq(application.form_id, "f/2");
    cr_assert_str_eq(application.services[0]->title, "Day places");
    cr_assert_eq(application.services[0]->current->total_pence, 0);
    cr_assert_eq(application.n_answers, 1);
    cr_assert(application.answers[0]->carried_over && application.answer_versions[0] == 1);
    cr_assert_str_eq(application.answers[0]->text, "A charity");
    cr_assert_eq(fee_application_begin(&cycle, form, NULL, NULL, day("2028-02-01"), &arena, &application),
                 REFUSAL_NONE);
    cr_assert(application.n_services == 0 && application.n_answers == 0);
}

/* Every refusal has its words, and its code is a no. */
Test(rules_application, every_refusal_is_told)
{
    for (unsigned refusal = REFUSAL_NONE + 1; refusal < FEES_REFUSAL_COUNT; refusal++) {
        const struct refusal_facts *facts = fees_refusal_facts((enum fees_refusal)refusal);
        struct fault fault = {0};
        cr_assert(facts->code != CODE_OK && facts->text[0] && facts->name[0], "%u", refusal);
        cr_assert_eq(fees_refuse(&fault, (enum fees_refusal)refusal, NULL, NULL), refusal);
        cr_assert_eq(fault.code, facts->code);
        cr_assert_str_eq(fault.reason, facts->text);
        cr_assert_str_eq(fault.field, facts->field);
        fees_refuse(&fault, (enum fees_refusal)refusal, "field", "%d of %s", 3, "them");
        cr_assert_str_eq(fault.field, "field");
        cr_assert_str_eq(fault.reason, "3 of them");
    }
    cr_assert_eq(fees_refuse(NULL, REFUSAL_TOO_MANY, NULL, NULL), REFUSAL_TOO_MANY);
    cr_assert_eq(fees_refusal_facts(9999)->code, CODE_OK);
}

/* An LA's own decision (rule F6), and figures by service. */

#include "services/fees/rules_decision.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define AWAITED    PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED
#define APPLIED    PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED
#define CONSULTING PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING
#define REPORTED   PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED

#define LED       PB__FEE_SCOPE__FEE_SCOPE_LED
#define ALONE     PB__FEE_SCOPE__FEE_SCOPE_ALONE
#define SHARED    PB__FEE_SCOPE__FEE_SCOPE_SHARED
#define FORM_ONLY PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY
#define NONE      PB__FEE_SCOPE__FEE_SCOPE_NONE

#define HOME_KIND      PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME
#define IFA_KIND       PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY
#define SUPPORTED_KIND PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION

#define PENDING PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING
#define ACCEPT  PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT
#define OTHER   PB__FEE_DECISION_KIND__FEE_DECISION_KIND_OTHER
#define REJECT  PB__FEE_DECISION_KIND__FEE_DECISION_KIND_REJECT

static const struct placed placed[] = {{ESSEX, 1}, {HERTS, 0}, {NULL, 0}};
static const struct charge charges[SERVICES] = {{"bed", 300000, 330000}, {"day", 90000, 95000}};

/* When an LA may decide: Hertfordshire placed there in the cycle, Kent never did; the report is due 30 April.
 */
Test(rules_decision, when)
{
    const struct {
        Pb__FeeScope scope;
        Pb__ProvisionKind kind;
        Pb__ConsultationState state;
        uint32_t submission;
        const char *today, *authority_id;
        enum fees_refusal refusal;
    } cases[] = {
        {LED, HOME_KIND, REPORTED, 1, "2027-04-20", ESSEX, REFUSAL_NONE},
        {LED, HOME_KIND, REPORTED, 1, "2027-04-20", HERTS, REFUSAL_NONE},
        {LED, HOME_KIND, REPORTED, 1, "2027-04-20", KENT, REFUSAL_DECISION_NOT_CONCERNED},
        {LED, HOME_KIND, APPLIED, 1, "2027-04-30", ESSEX, REFUSAL_DECISION_EARLY},
        {LED, HOME_KIND, APPLIED, 1, "2027-05-01", ESSEX, REFUSAL_NONE},
        {LED, HOME_KIND, CONSULTING, 2, "2027-04-30", ESSEX, REFUSAL_DECISION_EARLY},
        {LED, HOME_KIND, CONSULTING, 2, "2029-01-01", ESSEX, REFUSAL_NONE},
        {LED, HOME_KIND, AWAITED, 0, "2027-05-01", ESSEX, REFUSAL_DECISION_NOTHING},
        {ALONE, HOME_KIND, APPLIED, 1, "2027-04-30", ESSEX, REFUSAL_DECISION_EARLY},
        {ALONE, HOME_KIND, REPORTED, 1, "2027-04-20", ESSEX, REFUSAL_NONE},
        {SHARED, IFA_KIND, APPLIED, 1, "2027-03-01", ESSEX, REFUSAL_NONE},
        {SHARED, IFA_KIND, AWAITED, 0, "2027-03-01", ESSEX, REFUSAL_DECISION_NOTHING},
        {FORM_ONLY, SUPPORTED_KIND, APPLIED, 1, "2027-06-01", ESSEX, REFUSAL_DECISION_NOT_ASKED},
        {NONE, HOME_KIND, REPORTED, 1, "2027-04-20", HERTS, REFUSAL_NONE}, /* nobody places there any more */
        {NONE, HOME_KIND, APPLIED, 1, "2027-04-20", HERTS, REFUSAL_DECISION_EARLY},
        {NONE, IFA_KIND, APPLIED, 1, "2027-04-20", HERTS, REFUSAL_NONE},
        {NONE, SUPPORTED_KIND, APPLIED, 1, "2027-04-20", HERTS, REFUSAL_DECISION_NOT_ASKED},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Consultation *at = consultation(cases[i].scope, cases[i].state, placed, &arena);
        Pb__FeeCycle *cycle = cycle_2027(&arena);
        at->kind = cases[i].kind, at->submission = cases[i].submission;
        struct fee_decision_facts facts = {cycle, at, NULL, NULL, day(cases[i].today)};
        cr_assert(fee_decision_may(&facts, cases[i].authority_id) == cases[i].refusal, "case %zu", i);
        cycle->state = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED; /* decisions go on */
        cr_assert(fee_decision_may(&facts, cases[i].authority_id) == cases[i].refusal, "case %zu", i);
    }
    arena_finish(&arena);
}

/* What a decision comes to, and what it needs. */
Test(rules_decision, what)
{
    const struct {
        Pb__FeeDecisionKind kind;
        const char *reason;
        struct figure given[SERVICES];
        bool reported;
        uint32_t read;
        enum fees_refusal refusal;
        int64_t bed, day; /* -1: no figure */
    } cases[] = {
        {ACCEPT, "", {{0}}, true, 2, REFUSAL_NONE, 315000, 92000},
        {ACCEPT, "", {{0}}, false, 2, REFUSAL_NONE, 330000, 95000},
        {ACCEPT, "fair", {{0}}, true, 2, REFUSAL_NONE, 315000, 92000},
        {ACCEPT, "", {{"bed", 1}}, true, 2, REFUSAL_DECISION_FIGURES_NOT_ASKED, 0, 0},
        {REJECT, "no money", {{0}}, true, 2, REFUSAL_NONE, 300000, 90000},
        {REJECT, "", {{0}}, true, 2, REFUSAL_REASON_MISSING, 0, 0},
        {REJECT, "no", {{"bed", 1}}, true, 2, REFUSAL_DECISION_FIGURES_NOT_ASKED, 0, 0},
        {OTHER, "two thirds", {{"bed", 320000}}, true, 2, REFUSAL_NONE, 320000, 90000},
        {OTHER, "all", {{"day", 91000}, {"bed", 0}}, true, 2, REFUSAL_NONE, 0, 91000},
        {OTHER, "two thirds", {{0}}, true, 2, REFUSAL_DECISION_FIGURES_MISSING, 0, 0},
        {OTHER, "two thirds", {{"cot", 320000}}, true, 2, REFUSAL_FIGURE_SERVICE_UNKNOWN, 0, 0},
        {OTHER, "", {{"bed", 320000}}, true, 2, REFUSAL_REASON_MISSING, 0, 0},
        {PENDING, "the panel sits in June", {{0}}, true, 2, REFUSAL_NONE, -1, -1},
        {PENDING, " \n", {{0}}, true, 2, REFUSAL_REASON_MISSING, 0, 0},
        {0, "why", {{0}}, true, 2, REFUSAL_DECISION_KIND_WRONG, 0, 0},
        {9, "why", {{0}}, true, 2, REFUSAL_DECISION_KIND_WRONG, 0, 0},
        {ACCEPT, "", {{0}}, true, 1, REFUSAL_SUBMISSION_OTHER, 0, 0},
        {ACCEPT, "", {{0}}, true, 0, REFUSAL_SUBMISSION_OTHER, 0, 0},
    };
    const struct figure reported[SERVICES] = {{"bed", 315000}, {"day", 92000}};
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fee_figures report_figures = figures_of(reported, &arena),
                           given = figures_of(cases[i].given, &arena);
        Pb__Consultation *at = consultation(LED, REPORTED, placed, &arena);
        Pb__FeeReport report;
        Pb__DecideFeeRequest request;
        Pb__FeeDecision decision = {.cycle_id = NULL};
        struct fault fault = {.code = CODE_OK};
        int64_t pence;
        at->submission = 2;
        pb__fee_report__init(&report);
        report.figures = report_figures.items, report.n_figures = report_figures.count;
        report.published = true, report.submission = 2;
        pb__decide_fee_request__init(&request);
        request.kind = cases[i].kind, request.reason = cases[i].reason, request.submission = cases[i].read;
        request.figures = given.items, request.n_figures = given.count;
        struct fee_decision_facts facts = {cycle_2027(&arena), at, submission(2, charges, &arena),
                                           cases[i].reported ? &report : NULL, day("2027-05-10")};
        cr_assert(fee_decision_make(&request, ESSEX, &facts, &arena, &decision, &fault) == cases[i].refusal,
                  "case %zu", i);
        if (cases[i].refusal) {
            cr_assert(fault.code == fees_refusal_facts(cases[i].refusal)->code && !decision.cycle_id);
            continue;
        }
        const struct fee_figures figures = {decision.figures, decision.n_figures};
        cr_assert(figures.count == (cases[i].bed < 0 ? 0 : 2));
        cr_assert(cases[i].bed < 0 || (fee_figure(&figures, "bed", &pence) && pence == cases[i].bed),
                  "case %zu", i);
        cr_assert(cases[i].day < 0 || (fee_figure(&figures, "day", &pence) && pence == cases[i].day));
        cr_assert_str_eq(decision.authority_id, ESSEX);
        cr_assert_str_eq(decision.decided_on, "2027-05-10");
        cr_assert_str_eq(decision.provider_id, "provider");
        cr_assert(decision.submission == 2 && decision.kind == cases[i].kind);
    }
    arena_finish(&arena);
}

/* A report about what no longer stands is none. */
Test(rules_decision, an_older_report_is_not_what_is_accepted)
{
    const struct figure reported[SERVICES] = {{"bed", 315000}, {"day", 92000}};
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct fee_figures figures = figures_of(reported, &arena);
    Pb__FeeReport report;
    Pb__DecideFeeRequest request;
    Pb__FeeDecision decision;
    Pb__Consultation *at = consultation(LED, APPLIED, placed, &arena);
    at->submission = 3;
    pb__fee_report__init(&report);
    report.figures = figures.items, report.n_figures = 2, report.published = true, report.submission = 2;
    pb__decide_fee_request__init(&request);
    request.kind = ACCEPT, request.submission = 3;
    struct fee_decision_facts facts = {cycle_2027(&arena), at, submission(3, charges, &arena), &report,
                                       day("2027-05-10")};
    cr_assert(fee_decision_make(&request, ESSEX, &facts, &arena, &decision, NULL) == REFUSAL_NONE);
    cr_assert(decision.figures[0]->weekly_pence == 330000);
    arena_finish(&arena);
}

Test(rules_decision, which_count)
{
    const struct {
        Pb__FeeDecisionKind kind;
        uint32_t about, stands;
        bool counts, outdated;
    } cases[] = {
        {ACCEPT, 1, 1, true, false},   {REJECT, 1, 1, true, false},  {OTHER, 1, 1, true, false},
        {PENDING, 1, 1, false, false}, {0, 1, 1, false, false},      {ACCEPT, 1, 2, false, true},
        {ACCEPT, 1, 0, false, true},   {ACCEPT, 0, 0, false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeDecision decision;
        pb__fee_decision__init(&decision);
        decision.kind = cases[i].kind, decision.submission = cases[i].about;
        cr_assert(fee_decision_counts(&decision, cases[i].stands) == cases[i].counts, "case %zu", i);
        cr_assert(fee_decision_is_outdated(&decision, cases[i].stands) == cases[i].outdated, "case %zu", i);
    }
    cr_assert(!fee_decision_counts(NULL, 1));
}

/* --- figures ----------------------------------------------------------------------------------------- */

/* What a line of so much a week becomes: to the nearest penny, halves away from zero. */
Test(rules_decision, figures_applied_to_a_line)
{
    const struct {
        struct charge services[SERVICES];
        struct figure figures[SERVICES];
        const char *service;
        int64_t line;
        bool applies;
        int64_t gives;
    } cases[] = {
        {{{"bed", 300000, 0}}, {{"bed", 315000}}, "bed", 310000, true, 325500},
        {{{"bed", 2, 0}}, {{"bed", 1}}, "bed", 3, true, 2}, /* 1.5 */
        {{{"bed", 2, 0}}, {{"bed", 1}}, "bed", 5, true, 3}, /* 2.5 */
        {{{"bed", 4, 0}}, {{"bed", 1}}, "bed", 5, true, 1}, /* 1.25 */
        {{{"bed", 3, 0}}, {{"bed", 2}}, "bed", 100000, true, 66667},
        {{{"bed", 0, 0}}, {{"bed", 250000}}, "bed", 240000, true, 250000}, /* a new service */
        {{{"bed", 300000, 0}}, {{"bed", 0}}, "bed", 310000, true, 0},
        {{{"bed", 300000, 0}}, {{"day", 1}}, "bed", 310000, false, 0},
        /* no service: by the sums of all */
        {{{"bed", 300000, 0}, {"day", 100000, 0}},
         {{"bed", 330000}, {"day", 90000}},
         "",
         200000,
         true,
         210000},
        {{{"bed", 300000, 0}, {"day", 100000, 0}},
         {{"bed", 330000}, {"day", 90000}},
         "cot", /* that the application no longer has */
         200000,
         true,
         210000},
        {{{"bed", 0, 0}, {"day", 100000, 0}}, {{"bed", 50000}, {"day", 100000}}, "", 200000, true, 300000},
        {{{"bed", 0, 0}}, {{"bed", 50000}}, "", 200000, false, 0}, /* nothing to go by */
        {{{0}}, {{0}}, "", 200000, false, 0},
        /* nobody means so much */
        {{{"bed", 1, 0}}, {{"bed", 315000}}, "bed", 300000, false, 0},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct fee_services services = fee_services_of(submission(1, cases[i].services, &arena));
        const struct fee_figures figures = figures_of(cases[i].figures, &arena);
        int64_t gives = 0;
        cr_assert(fee_figures_apply(&figures, &services, cases[i].service, cases[i].line, &gives) ==
                      cases[i].applies,
                  "case %zu", i);
        cr_assert(gives == cases[i].gives, "case %zu gives %ld", i, (long)gives);
    }
    arena_finish(&arena);
}

Test(rules_decision, increases_in_words)
{
    const struct {
        int64_t before, after;
        unsigned decimals;
        const char *text;
    } cases[] = {
        {100000, 104500, 2, "4.50"},
        {300000, 310000, 4, "3.3333"},
        {300000, 290000, 2, "-3.33"},
        {80000, 80001, 2, "0.00"},
        {20000, 20001, 2, "0.01"},
        {20000, 19999, 2, "-0.01"},
        {0, 5, 2, ""},
        {100, 100, 2, "0.00"},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert_str_eq(fee_increase_text(cases[i].before, cases[i].after, cases[i].decimals, &arena),
                         cases[i].text, "case %zu: %s", i,
                         fee_increase_text(cases[i].before, cases[i].after, cases[i].decimals, &arena));
    arena_finish(&arena);
}

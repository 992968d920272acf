/* Concerns: every state by every state, who may, and what searches are told (rule M5). */

#include "services/monitoring/rules_concern.h"
#include "tests/unit/monitoring/rules_kit.h"

#define RAISED        PB__CONCERN_STATE__CONCERN_STATE_RAISED
#define INVESTIGATING PB__CONCERN_STATE__CONCERN_STATE_INVESTIGATING
#define SUSPENDED     PB__CONCERN_STATE__CONCERN_STATE_SUSPENDED
#define RESOLVED      PB__CONCERN_STATE__CONCERN_STATE_RESOLVED
#define HIGH          PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH
#define LOW           PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW

enum { STATES = RESOLVED + 1 };

/* rule M5: the table, from every state to every state. */
Test(rules_concern, every_state_to_every_state)
{
    const enum monitoring_refusal fresh = REFUSAL_CONCERN_STATE_WRONG, none = REFUSAL_ENUM_UNKNOWN,
                                  back = REFUSAL_CONCERN_STEP_WRONG, over = REFUSAL_CONCERN_RESOLVED, ok = 0;
    const enum monitoring_refusal expected[STATES][STATES] = {
        /* unsaid, raised, investigating, suspended, resolved */
        {fresh, ok, fresh, ok, fresh}, {none, ok, ok, ok, ok},         {none, back, ok, ok, ok},
        {none, back, ok, ok, ok},      {over, over, over, over, over},
    };
    for (size_t from = 0; from < STATES; from++)
        for (size_t to = 0; to < STATES; to++)
            cr_assert(concern_step((Pb__ConcernState)from, (Pb__ConcernState)to) == expected[from][to],
                      "from %zu to %zu", from, to);
    cr_assert(concern_step((Pb__ConcernState)STATES, RAISED) == REFUSAL_ENUM_UNKNOWN);
    cr_assert(concern_step(RAISED, (Pb__ConcernState)STATES) == REFUSAL_ENUM_UNKNOWN);
}

/* rules M5, S1: who may read, raise and carry on. Essex raised it; Kent has the provision. */
Test(rules_concern, rights_row_by_row)
{
    Pb__Allocation allocation;
    pb__allocation__init(&allocation);
    allocation.authority_id = KENT;
    const struct {
        struct monitoring_actor who;
        bool reads, raises; /* for Essex */
        enum monitoring_refusal looks_into, suspends, lifts, resolves;
    } rows[] = {
        {{.is_host = true}, true, true, 0, 0, 0, 0},
        {{.authority_id = ESSEX, .is_active_member = true}, true, true, 0, 0, 0, 0},
        {{.authority_id = KENT, .is_active_member = true},
         true,
         false,
         0,
         0,
         REFUSAL_CONCERN_NOT_YOURS_TO_END,
         REFUSAL_CONCERN_NOT_YOURS_TO_END},
        {{.authority_id = HERTS, .is_active_member = true},
         true,
         false,
         REFUSAL_CONCERN_NOT_YOURS,
         REFUSAL_CONCERN_NOT_YOURS,
         REFUSAL_CONCERN_NOT_YOURS,
         REFUSAL_CONCERN_NOT_YOURS},
        {{.reads_all = true},
         true,
         false,
         REFUSAL_CONCERN_NOT_YOURS,
         REFUSAL_CONCERN_NOT_YOURS,
         REFUSAL_CONCERN_NOT_YOURS,
         REFUSAL_CONCERN_NOT_YOURS},
        {{.authority_id = ESSEX},
         false,
         false,
         REFUSAL_CONCERN_UNKNOWN,
         REFUSAL_CONCERN_UNKNOWN,
         REFUSAL_CONCERN_UNKNOWN,
         REFUSAL_CONCERN_UNKNOWN},
        {{.provider_id = "provider"},
         false,
         false,
         REFUSAL_CONCERN_UNKNOWN,
         REFUSAL_CONCERN_UNKNOWN,
         REFUSAL_CONCERN_UNKNOWN,
         REFUSAL_CONCERN_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Pb__Concern raised, suspended;
        pb__concern__init(&raised);
        raised.raised_by = ESSEX, raised.state = RAISED;
        suspended = raised, suspended.state = SUSPENDED;
        const struct monitoring_actor *who = &rows[i].who;
        cr_assert(concern_may_read(who) == rows[i].reads, "row %zu", i);
        cr_assert((concern_may_raise(who, ESSEX) == REFUSAL_NONE) == rows[i].raises, "row %zu", i);
        cr_assert(concern_may_update(who, &raised, &allocation, INVESTIGATING) == rows[i].looks_into,
                  "row %zu", i);
        cr_assert(concern_may_update(who, &raised, &allocation, SUSPENDED) == rows[i].suspends, "row %zu", i);
        cr_assert(concern_may_update(who, &suspended, &allocation, INVESTIGATING) == rows[i].lifts, "row %zu",
                  i);
        cr_assert(concern_may_update(who, &raised, &allocation, RESOLVED) == rows[i].resolves, "row %zu", i);
        cr_assert(concern_may_update(who, &suspended, &allocation, SUSPENDED) == rows[i].suspends, "row %zu",
                  i);
    }
    /* what the host raised has no authority, and is nobody's who has none */
    Pb__Concern hosts;
    pb__concern__init(&hosts);
    const struct monitoring_actor kent = {.authority_id = KENT, .is_active_member = true};
    const struct monitoring_actor unsaid = {.authority_id = "", .is_active_member = true};
    cr_assert(concern_may_update(&kent, &hosts, NULL, RESOLVED) == REFUSAL_CONCERN_NOT_YOURS);
    cr_assert(concern_may_update(&unsaid, &hosts, NULL, RESOLVED) == REFUSAL_CONCERN_UNKNOWN);
    cr_assert(concern_may_raise(&unsaid, "") == REFUSAL_CONCERN_NOT_MEMBER);
}

Test(rules_concern, what_raising_needs)
{
    const struct {
        Pb__ConcernState state;
        Pb__ConcernSeverity severity;
        const char *text;
        enum monitoring_refusal refusal;
        Pb__ConcernState stands;
    } cases[] = {
        {0, HIGH, "Two staff were arrested.", REFUSAL_NONE, RAISED},
        {RAISED, LOW, "No cook for a week.", REFUSAL_NONE, RAISED},
        {SUSPENDED, HIGH, "Two staff were arrested.", REFUSAL_NONE, SUSPENDED},
        {INVESTIGATING, HIGH, "x", REFUSAL_CONCERN_STATE_WRONG, 0},
        {RESOLVED, HIGH, "x", REFUSAL_CONCERN_STATE_WRONG, 0},
        {RAISED, 0, "x", REFUSAL_CONCERN_SEVERITY_MISSING, 0},
        {RAISED, 9, "x", REFUSAL_ENUM_UNKNOWN, 0},
        {9, HIGH, "x", REFUSAL_ENUM_UNKNOWN, 0},
        {RAISED, HIGH, "  ", REFUSAL_CONCERN_TEXT_MISSING, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__RaiseConcernRequest request;
        Pb__Concern concern = {.text = "untouched"};
        pb__raise_concern_request__init(&request);
        request.state = cases[i].state, request.severity = cases[i].severity, request.text = cases[i].text;
        cr_assert(concern_raise(&request, &concern) == cases[i].refusal, "case %zu", i);
        cr_assert_str_eq(concern.text, cases[i].refusal ? "untouched" : cases[i].text);
        if (!cases[i].refusal)
            cr_assert(concern.state == cases[i].stands && concern.severity == cases[i].severity);
    }
}

Test(rules_concern, what_carrying_on_needs)
{
    const struct {
        Pb__ConcernState from, to;
        Pb__ConcernSeverity severity, then;
        const char *finding;
        enum monitoring_refusal refusal;
    } cases[] = {
        {RAISED, INVESTIGATING, 0, HIGH, "Visited today.", REFUSAL_NONE},
        {INVESTIGATING, INVESTIGATING, LOW, LOW, "Less grave.", REFUSAL_NONE},
        {SUSPENDED, RESOLVED, 0, HIGH, "Staff replaced.", REFUSAL_NONE},
        {RAISED, INVESTIGATING, 0, 0, "", REFUSAL_CONCERN_FINDING_MISSING},
        {RAISED, INVESTIGATING, 7, 0, "x", REFUSAL_ENUM_UNKNOWN},
        {RESOLVED, INVESTIGATING, 0, 0, "x", REFUSAL_CONCERN_RESOLVED},
        {INVESTIGATING, RAISED, 0, 0, "x", REFUSAL_CONCERN_STEP_WRONG},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__UpdateConcernRequest request;
        Pb__Concern stored, next;
        pb__update_concern_request__init(&request);
        pb__concern__init(&stored);
        stored.state = cases[i].from, stored.severity = HIGH, stored.text = "what it is about";
        request.state = cases[i].to, request.severity = cases[i].severity, request.finding = cases[i].finding;
        request.version = 1;
        cr_assert(concern_update(&request, &stored, &next) == cases[i].refusal, "case %zu", i);
        if (cases[i].refusal)
            continue;
        cr_assert(next.state == cases[i].to && next.severity == cases[i].then, "case %zu", i);
        cr_assert_str_eq(next.text, "what it is about");
    }
}

/* rules M5, X2: what searches are told. */
Test(rules_concern, what_a_provisions_monitoring_comes_to)
{
    const Pb__ConcernState states[] = {RAISED, INVESTIGATING, SUSPENDED, RESOLVED, SUSPENDED};
    const Pb__ConcernSeverity severities[] = {
        PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_MEDIUM,
        PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH,
        PB__CONCERN_SEVERITY__CONCERN_SEVERITY_UNSPECIFIED};
    Pb__Concern concerns[COUNT(states)], *list[COUNT(states)];
    Pb__Report reports[3], *those[] = {&reports[0], &reports[1], &reports[2]};
    Pb__ProvisionQuality quality;
    for (size_t i = 0; i < COUNT(states); i++) {
        pb__concern__init(&concerns[i]);
        concerns[i].state = states[i], list[i] = &concerns[i];
        concerns[i].severity = severities[i];
    }
    for (size_t i = 0; i < COUNT(reports); i++) {
        pb__report__init(&reports[i]);
        reports[i].state = PB__REPORT_STATE__REPORT_STATE_PUBLISHED;
    }
    reports[0].id = "a", reports[0].visited_on = "2026-03-01";
    reports[1].id = "b", reports[1].visited_on = "2025-03-01";
    reports[2].id = "c", reports[2].visited_on = "2026-05-01";
    reports[2].state = PB__REPORT_STATE__REPORT_STATE_SENT; /* not published: nobody is told */
    provision_quality_of("home", list, COUNT(list), those, 3, &quality);
    cr_assert(quality.open_concerns == 4 && quality.suspensions == 2);
    cr_assert_eq(quality.gravest, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_MEDIUM,
                 "a resolved one is grave no more");
    cr_assert_str_eq(quality.report_id, "a");
    cr_assert_str_eq(quality.visited_on, "2026-03-01");
    provision_quality_of("home", list, 0, those, 0, &quality);
    cr_assert(quality.open_concerns == 0 && !quality.report_id[0] && !quality.visited_on[0]);
}

/* Visits: every state by every event, and what a plan and a visit need (rules M1, A4). */

#include "services/monitoring/rules_visit.h"
#include "tests/unit/monitoring/rules_kit.h"

#define PLANNED    PB__VISIT_STATE__VISIT_STATE_PLANNED
#define MADE       PB__VISIT_STATE__VISIT_STATE_MADE
#define CANCELLED  PB__VISIT_STATE__VISIT_STATE_CANCELLED
#define COMPLIANCE PB__FORM_PURPOSE__FORM_PURPOSE_CONTRACTUAL_COMPLIANCE
#define QUALITY    PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT
#define ASSURANCE  PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE
#define FEE        PB__FORM_PURPOSE__FORM_PURPOSE_FEE_APPLICATION
#define ON_SITE    PB__VISIT_MODE__VISIT_MODE_ON_SITE
#define REMOTE     PB__VISIT_MODE__VISIT_MODE_REMOTE
#define ANY_MODE   PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED
#define LINK       PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK
#define SOLE       PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE

/* rule M1: the table, every state by every event. */
Test(rules_visit, every_state_by_every_event)
{
    const struct {
        Pb__VisitState state;
        struct {
            enum monitoring_refusal refusal;
            Pb__VisitState next;
        } on[VISIT_EVENTS]; /* plan, reschedule, record, cancel */
    } rows[] = {
        {0,
         {{REFUSAL_NONE, PLANNED},
          {REFUSAL_VISIT_NOT_PLANNED, 0},
          {REFUSAL_VISIT_NOT_PLANNED, 0},
          {REFUSAL_VISIT_NOT_PLANNED, 0}}},
        {PLANNED,
         {{REFUSAL_VISIT_EXISTS, 0},
          {REFUSAL_NONE, PLANNED},
          {REFUSAL_NONE, MADE},
          {REFUSAL_NONE, CANCELLED}}},
        {MADE,
         {{REFUSAL_VISIT_EXISTS, 0},
          {REFUSAL_VISIT_MADE, 0},
          {REFUSAL_VISIT_MADE, 0},
          {REFUSAL_VISIT_MADE, 0}}},
        {CANCELLED,
         {{REFUSAL_VISIT_EXISTS, 0},
          {REFUSAL_VISIT_CANCELLED, 0},
          {REFUSAL_VISIT_CANCELLED, 0},
          {REFUSAL_VISIT_CANCELLED, 0}}},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t event = 0; event < VISIT_EVENTS; event++) {
            Pb__VisitState next = 99;
            cr_assert(visit_step(rows[i].state, event, &next) == rows[i].on[event].refusal,
                      "state %zu, event %zu", i, event);
            cr_assert(next == (rows[i].on[event].refusal ? 99 : rows[i].on[event].next),
                      "state %zu, event %zu", i, event);
        }
    Pb__VisitState next = 99;
    cr_assert(visit_step(4, VISIT_PLAN, &next) == REFUSAL_ENUM_UNKNOWN && next == 99);
    cr_assert(visit_step(PLANNED, VISIT_EVENTS, &next) == REFUSAL_ENUM_UNKNOWN && next == 99);
}

/* rules M1, A4: the link owes, the sole is encouraged, a quality visit is one's own wish. */
Test(rules_visit, why_an_authority_visits)
{
    Pb__Allocation allocation;
    pb__allocation__init(&allocation);
    allocation.authority_id = HERTS;
    const struct {
        Pb__AllocationStanding standing;
        const char *authority;
        Pb__FormPurpose purpose;
        Pb__VisitDuty duty;
    } cases[] = {
        {LINK, HERTS, COMPLIANCE, PB__VISIT_DUTY__VISIT_DUTY_LINK},
        {LINK, HERTS, ASSURANCE, PB__VISIT_DUTY__VISIT_DUTY_LINK},
        {LINK, HERTS, QUALITY, PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED},
        {LINK, ESSEX, COMPLIANCE, PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED},
        {SOLE, HERTS, COMPLIANCE, PB__VISIT_DUTY__VISIT_DUTY_SOLE},
        {SOLE, HERTS, QUALITY, PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED},
        {0, HERTS, COMPLIANCE, PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        allocation.standing = cases[i].standing;
        cr_assert(visit_duty(&allocation, cases[i].authority, cases[i].purpose) == cases[i].duty, "case %zu",
                  i);
    }
    cr_assert(visit_duty(NULL, HERTS, COMPLIANCE) == PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED);
}

static Pb__Visit visit_of(const char *id, Pb__VisitState state, const char *intended_on, const char *made_on)
{
    Pb__Visit visit;
    pb__visit__init(&visit);
    visit.id = id;
    visit.state = state;
    visit.authority_id = ESSEX;
    visit.purpose = QUALITY;
    visit.mode = ON_SITE;
    visit.intended_on = intended_on;
    visit.made_on = made_on;
    return visit;
}

/* rule M1: recent and planned visits, planned ones first by date, then the newest made. */
Test(rules_visit, what_is_to_be_seen)
{
    Pb__Visit visits[] = {
        visit_of("a", MADE, "2026-01-10", "2026-01-12"),
        visit_of("b", PLANNED, "2026-09-01", ""),
        visit_of("c", MADE, "2025-06-01", "2025-06-01"), /* 365 days ago */
        visit_of("d", MADE, "2025-05-31", "2025-05-31"), /* 366 */
        visit_of("e", CANCELLED, "2026-06-10", ""),
        visit_of("f", PLANNED, "2026-02-01", ""), /* late, still planned */
        visit_of("g", MADE, "2026-05-01", "2026-05-20"),
    };
    Pb__Visit *list[COUNT(visits)], **seen;
    struct arena arena;
    size_t count = 0;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(visits); i++)
        list[i] = &visits[i];
    cr_assert(visits_to_be_seen(list, COUNT(list), day("2026-06-01"), 0, &arena, &seen, &count) == CODE_OK);
    const char *expected[] = {"f", "b", "g", "a", "c"};
    cr_assert(count == COUNT(expected), "%zu", count);
    for (size_t i = 0; i < count; i++)
        cr_assert_str_eq(seen[i]->id, expected[i]);
    cr_assert(visits_to_be_seen(list, COUNT(list), day("2026-06-01"), 30, &arena, &seen, &count) == CODE_OK);
    cr_assert(count == 3);
    arena_finish(&arena);
}

static Pb__AllocationCycle cycle_of(const char *id, const char *first, const char *last, Pb__CycleState state)
{
    Pb__AllocationCycle cycle;
    pb__allocation_cycle__init(&cycle);
    cycle.id = id, cycle.first_on = first, cycle.last_on = last, cycle.state = state;
    return cycle;
}

/* rule M6: a visit counts for the cycle of its day. */
Test(rules_visit, the_cycle_it_counts_for)
{
    Pb__AllocationCycle old =
        cycle_of("2025-26", "2025-10-01", "2026-09-30", PB__CYCLE_STATE__CYCLE_STATE_CLOSED);
    Pb__AllocationCycle now =
        cycle_of("2026-27", "2026-10-01", "2027-09-30", PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED);
    Pb__AllocationCycle *cycles[] = {&now, &old};
    const struct {
        size_t count;
        const char *named, *day, *id;
    } cases[] = {
        {2, "", "2026-09-30", "2025-26"},
        {2, "", "2026-10-01", "2026-27"},
        {2, "", "2027-10-01", "2026-27"},
        {2, "", "2020-01-01", "2026-27"},
        {2, "2025-26", "2026-12-01", "2025-26"},
        {2, "x", "2026-12-01", NULL},
        {0, "", "2026-12-01", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const Pb__AllocationCycle *cycle =
            visit_cycle(cycles, cases[i].count, cases[i].named, day(cases[i].day));
        cr_assert(cases[i].id ? cycle && strcmp(cycle->id, cases[i].id) == 0 : !cycle, "case %zu", i);
    }
}

/* rule M1: what a plan needs. */
Test(rules_visit, what_a_plan_needs)
{
    Pb__Allocation allocation;
    pb__allocation__init(&allocation);
    allocation.authority_id = HERTS, allocation.standing = LINK;
    Pb__Visit other = visit_of("other", MADE, "2026-05-01", "2026-05-02");
    Pb__Visit own = visit_of("own", PLANNED, "2026-07-01", "");
    own.authority_id = HERTS, own.purpose = COMPLIANCE;
    Pb__Visit old = visit_of("old", MADE, "2024-05-01", "2024-05-02");
    const struct {
        const char *authority;
        Pb__FormPurpose purpose;
        Pb__VisitMode mode;
        const char *intended_on;
        Pb__Visit *there;
        bool others_seen;
        const char *cycle;
        enum monitoring_refusal refusal;
    } cases[] = {
        {HERTS, COMPLIANCE, ON_SITE, "2026-07-01", NULL, false, "", REFUSAL_NONE},
        {HERTS, ASSURANCE, REMOTE, "2026-07-01", &old, false, "", REFUSAL_NONE},
        {ESSEX, QUALITY, ON_SITE, "2026-07-01", NULL, false, "", REFUSAL_NONE},
        {ESSEX, COMPLIANCE, ON_SITE, "2026-07-01", NULL, false, "", REFUSAL_VISIT_PURPOSE_NOT_YOURS},
        {ESSEX, ASSURANCE, ON_SITE, "2026-07-01", NULL, false, "", REFUSAL_VISIT_PURPOSE_NOT_YOURS},
        {HERTS, FEE, ON_SITE, "2026-07-01", NULL, false, "", REFUSAL_VISIT_PURPOSE_WRONG},
        {HERTS, 0, ON_SITE, "2026-07-01", NULL, false, "", REFUSAL_VISIT_PURPOSE_WRONG},
        {HERTS, COMPLIANCE, ANY_MODE, "2026-07-01", NULL, false, "", REFUSAL_VISIT_MODE_WRONG},
        {HERTS, COMPLIANCE, 3, "2026-07-01", NULL, false, "", REFUSAL_VISIT_MODE_WRONG},
        {HERTS, COMPLIANCE, ON_SITE, "", NULL, false, "", REFUSAL_VISIT_DATE_WRONG},
        {HERTS, COMPLIANCE, ON_SITE, "1/7/2026", NULL, false, "", REFUSAL_VISIT_DATE_WRONG},
        {HERTS, COMPLIANCE, ON_SITE, "2028-06-02", NULL, false, "", REFUSAL_NONE}, /* 732 days */
        {HERTS, COMPLIANCE, ON_SITE, "2028-06-03", NULL, false, "", REFUSAL_VISIT_DATE_FAR},
        {HERTS, COMPLIANCE, ON_SITE, "2023-05-29", NULL, false, "", REFUSAL_VISIT_DATE_FAR},
        {HERTS, COMPLIANCE, ON_SITE, "2023-05-30", NULL, false, "", REFUSAL_NONE}, /* 1,098 days ago */
        {HERTS, COMPLIANCE, ON_SITE, "2026-07-01", NULL, false, "2030-31", REFUSAL_VISIT_CYCLE_UNKNOWN},
        {HERTS, COMPLIANCE, ON_SITE, "2026-07-01", &other, false, "", REFUSAL_VISIT_OTHERS_NOT_SEEN},
        {HERTS, COMPLIANCE, ON_SITE, "2026-07-01", &other, true, "", REFUSAL_NONE},
        {HERTS, COMPLIANCE, ON_SITE, "2026-07-01", &own, true, "", REFUSAL_VISIT_KNOWN},
        {HERTS, COMPLIANCE, ON_SITE, "2026-07-02", &own, false, "", REFUSAL_VISIT_OTHERS_NOT_SEEN},
        {HERTS, COMPLIANCE, ON_SITE, "2026-07-02", &own, true, "", REFUSAL_NONE},
        {HERTS, QUALITY, ON_SITE, "2026-07-01", &own, true, "", REFUSAL_NONE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Visit asked = visit_of("", 0, cases[i].intended_on, "2026-01-01"), planned = {.id = "untouched"};
        Pb__Visit *there[] = {cases[i].there};
        asked.authority_id = cases[i].authority, asked.purpose = cases[i].purpose;
        asked.mode = cases[i].mode, asked.cycle_id = cases[i].cycle;
        struct visit_facts facts = {.allocation = &allocation,
                                    .visits = there,
                                    .visit_count = cases[i].there ? 1 : 0,
                                    .others_seen = cases[i].others_seen,
                                    .today = day("2026-06-01")};
        enum monitoring_refusal refusal = visit_plan(&asked, &facts, &planned);
        cr_assert(refusal == cases[i].refusal, "case %zu: %s", i, monitoring_refusal_facts(refusal)->name);
        if (refusal)
            cr_assert_str_eq(planned.id, "untouched");
        else
            cr_assert(planned.state == PLANNED && !planned.made_on[0] && !planned.cycle_id[0], "case %zu", i);
    }
}

/* rule M1: what making a visit needs. */
Test(rules_visit, what_a_made_visit_needs)
{
    const char *nobody[] = {" "}, *somebody[] = {"A. Officer"};
    const struct {
        Pb__VisitState state;
        const char *made_on;
        Pb__VisitMode planned, mode;
        const char **officers;
        size_t n_officers;
        enum monitoring_refusal refusal;
    } cases[] = {
        {PLANNED, "2026-06-01", ON_SITE, ANY_MODE, somebody, 1, REFUSAL_NONE},
        {PLANNED, "2026-03-01", ON_SITE, REMOTE, somebody, 1, REFUSAL_NONE}, /* before it was intended */
        {PLANNED, "2026-06-02", ON_SITE, ANY_MODE, somebody, 1, REFUSAL_VISIT_MADE_LATER},
        {PLANNED, "2023-05-29", ON_SITE, ANY_MODE, somebody, 1, REFUSAL_VISIT_MADE_LONG_AGO},
        {PLANNED, "", ON_SITE, ANY_MODE, somebody, 1, REFUSAL_VISIT_MADE_ON_WRONG},
        {PLANNED, "2026-02-30", ON_SITE, ANY_MODE, somebody, 1, REFUSAL_VISIT_MADE_ON_WRONG},
        {PLANNED, "2026-06-01", ON_SITE, 9, somebody, 1, REFUSAL_VISIT_MODE_WRONG},
        {PLANNED, "2026-06-01", ANY_MODE, ANY_MODE, somebody, 1, REFUSAL_VISIT_MODE_WRONG},
        {PLANNED, "2026-06-01", ON_SITE, ANY_MODE, NULL, 0, REFUSAL_VISIT_OFFICERS_MISSING},
        {PLANNED, "2026-06-01", ON_SITE, ANY_MODE, nobody, 1, REFUSAL_VISIT_OFFICERS_MISSING},
        {MADE, "2026-06-01", ON_SITE, ANY_MODE, somebody, 1, REFUSAL_VISIT_MADE},
        {CANCELLED, "2026-06-01", ON_SITE, ANY_MODE, somebody, 1, REFUSAL_VISIT_CANCELLED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Visit stored = visit_of("v", cases[i].state, "2026-04-01", ""), made;
        Pb__RecordVisitRequest request;
        pb__record_visit_request__init(&request);
        stored.mode = cases[i].planned;
        request.made_on = cases[i].made_on, request.mode = cases[i].mode;
        request.officers = cases[i].officers, request.n_officers = cases[i].n_officers;
        cr_assert(visit_record(&request, &stored, day("2026-06-01"), &made) == cases[i].refusal, "case %zu",
                  i);
        if (!cases[i].refusal)
            cr_assert(made.state == MADE && made.n_officers == 1 &&
                      made.mode == (cases[i].mode ? cases[i].mode : cases[i].planned));
    }
}

/* rule M1: moved and given up only with a reason, and only while it is planned. */
Test(rules_visit, moved_and_given_up)
{
    const struct {
        Pb__VisitState state;
        const char *to, *reason;
        enum monitoring_refusal moved, given_up;
    } cases[] = {
        {PLANNED, "2026-08-01", "staff ill", REFUSAL_NONE, REFUSAL_NONE},
        {PLANNED, "2026-08-01", "", REFUSAL_REASON_MISSING, REFUSAL_REASON_MISSING},
        {PLANNED, "2026-08-01", " \n", REFUSAL_REASON_MISSING, REFUSAL_REASON_MISSING},
        {PLANNED, "soon", "staff ill", REFUSAL_VISIT_DATE_WRONG, REFUSAL_NONE},
        {MADE, "2026-08-01", "staff ill", REFUSAL_VISIT_MADE, REFUSAL_VISIT_MADE},
        {CANCELLED, "2026-08-01", "staff ill", REFUSAL_VISIT_CANCELLED, REFUSAL_VISIT_CANCELLED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Visit stored = visit_of("v", cases[i].state, "2026-07-01", ""), next;
        Pb__RescheduleVisitRequest move;
        Pb__CancelVisitRequest cancel;
        pb__reschedule_visit_request__init(&move);
        pb__cancel_visit_request__init(&cancel);
        move.intended_on = cases[i].to, move.reason = cancel.reason = cases[i].reason;
        cr_assert(visit_reschedule(&move, &stored, NULL, 0, day("2026-06-01"), &next) == cases[i].moved,
                  "case %zu", i);
        if (!cases[i].moved)
            cr_assert(next.state == PLANNED && strcmp(next.intended_on, cases[i].to) == 0);
        cr_assert(visit_cancel(&cancel, &stored, &next) == cases[i].given_up, "case %zu", i);
        if (!cases[i].given_up)
            cr_assert(next.state == CANCELLED && strcmp(next.intended_on, "2026-07-01") == 0);
    }
}

/* rule M1: no more than a plan does a visit that is moved make the same visit twice. */
Test(rules_visit, moved_onto_no_visit_like_it)
{
    const struct {
        Pb__Visit there;
        enum monitoring_refusal refusal;
    } cases[] = {
        {visit_of("other", PLANNED, "2026-08-01", ""), REFUSAL_VISIT_KNOWN},
        {visit_of("v", PLANNED, "2026-08-01", ""), REFUSAL_NONE}, /* itself */
        {visit_of("other", PLANNED, "2026-08-02", ""), REFUSAL_NONE},
        {visit_of("other", CANCELLED, "2026-08-01", ""), REFUSAL_NONE},
        {visit_of("other", MADE, "2026-08-01", "2026-05-01"), REFUSAL_NONE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Visit stored = visit_of("v", PLANNED, "2026-07-01", ""), there = cases[i].there, next;
        Pb__Visit *list[] = {&stored, &there};
        Pb__RescheduleVisitRequest move;
        pb__reschedule_visit_request__init(&move);
        move.intended_on = "2026-08-01", move.reason = "staff ill";
        cr_assert(visit_reschedule(&move, &stored, list, 2, day("2026-06-01"), &next) == cases[i].refusal,
                  "case %zu", i);
        there.purpose = COMPLIANCE;
        cr_assert(visit_reschedule(&move, &stored, list, 2, day("2026-06-01"), &next) == REFUSAL_NONE);
    }
}

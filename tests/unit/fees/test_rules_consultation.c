/* Where a consultation stands, and its log (rules F1, F4, F6). */

#include "services/fees/rules_consultation.h"
#include "services/fees/rules_log.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define UNKNOWN    PB__CONSULTATION_STATE__CONSULTATION_STATE_UNSPECIFIED
#define AWAITED    PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED
#define APPLIED    PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED
#define CONSULTING PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING
#define REPORTED   PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED

#define LED       PB__FEE_SCOPE__FEE_SCOPE_LED
#define ALONE     PB__FEE_SCOPE__FEE_SCOPE_ALONE
#define SHARED    PB__FEE_SCOPE__FEE_SCOPE_SHARED
#define FORM_ONLY PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY
#define NONE      PB__FEE_SCOPE__FEE_SCOPE_NONE

#define NOT_KNOWN   PB__FEE_LEVEL__FEE_LEVEL_UNSPECIFIED
#define WITHIN      PB__FEE_LEVEL__FEE_LEVEL_WITHIN
#define EXCEPTIONAL PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL
#define REVIEW      PB__FEE_LEVEL__FEE_LEVEL_REVIEW

/* Every state by every event. */
Test(rules_consultation, the_table)
{
    enum { NO = -1 };
#define U REFUSAL_CONSULTATION_UNKNOWN
#define A REFUSAL_CONSULTATION_AWAITED
#define B REFUSAL_CONSULTATION_BEGUN
#define R REFUSAL_CONSULTATION_REPORTED
#define N REFUSAL_CONSULTATION_NOT_REPORTED
    const struct {
        Pb__ConsultationState state;
        struct {
            int next;
            enum fees_refusal refusal;
        } events[CONSULTATION_EVENTS];
    } rows[] = {
        /*        submit          return         withdraw      correct           tell
                  begin           write          publish       reopen */
        {UNKNOWN, {{NO, U}, {NO, U}, {NO, U}, {NO, U}, {NO, U}, {NO, U}, {NO, U}, {NO, U}, {NO, U}}},
        {AWAITED,
         {{APPLIED, 0},
          {NO, A},
          {AWAITED, 0},
          {NO, A},
          {AWAITED, 0},
          {NO, A},
          {AWAITED, 0},
          {NO, A},
          {NO, N}}},
        {APPLIED,
         {{APPLIED, 0},
          {AWAITED, 0},
          {AWAITED, 0},
          {APPLIED, 0},
          {APPLIED, 0},
          {CONSULTING, 0},
          {APPLIED, 0},
          {REPORTED, 0},
          {NO, N}}},
        {CONSULTING,
         {{CONSULTING, 0},
          {AWAITED, 0},
          {AWAITED, 0},
          {CONSULTING, 0},
          {CONSULTING, 0},
          {NO, B},
          {CONSULTING, 0},
          {REPORTED, 0},
          {NO, N}}},
        {REPORTED, {{NO, R}, {NO, R}, {NO, R}, {NO, R}, {NO, R}, {NO, R}, {NO, R}, {NO, R}, {APPLIED, 0}}},
    };
#undef U
#undef A
#undef B
#undef R
#undef N
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int event = 0; event < CONSULTATION_EVENTS; event++) {
            Pb__ConsultationState next = (Pb__ConsultationState)77;
            enum fees_refusal refusal =
                fee_consultation_step(rows[i].state, (enum fee_consultation_event)event, &next);
            cr_assert(refusal == rows[i].events[event].refusal, "row %zu event %d", i, event);
            cr_assert((int)next == (refusal ? 77 : rows[i].events[event].next), "row %zu event %d", i, event);
        }
    }
    Pb__ConsultationState next;
    cr_assert(fee_consultation_step((Pb__ConsultationState)9, CONSULTATION_TELL, &next) ==
              REFUSAL_ENUM_UNKNOWN);
    cr_assert(fee_consultation_step(AWAITED, CONSULTATION_EVENTS, &next) == REFUSAL_ENUM_UNKNOWN);
}

/* Where nobody leads there is the application alone; every scope by every event. */
Test(rules_consultation, what_only_a_lead_does)
{
    const Pb__FeeScope scopes[] = {LED, ALONE, SHARED, FORM_ONLY, NONE};
    const bool leads[CONSULTATION_EVENTS] = {
        [CONSULTATION_TELL] = true,    [CONSULTATION_BEGIN] = true,  [CONSULTATION_WRITE] = true,
        [CONSULTATION_PUBLISH] = true, [CONSULTATION_REOPEN] = true,
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(scopes); i++) {
        for (int state = AWAITED; state <= REPORTED; state++) {
            for (int event = 0; event < CONSULTATION_EVENTS; event++) {
                Pb__Consultation *at = consultation(scopes[i], (Pb__ConsultationState)state, NULL, &arena);
                bool refused = fee_consultation_may(at, (enum fee_consultation_event)event) ==
                               REFUSAL_CONSULTATION_NOT_LED;
                cr_assert(refused == (leads[event] && i >= 2), "scope %zu state %d event %d", i, state,
                          event);
            }
        }
    }
    arena_finish(&arena);
}

/* Rule F4: exceptional as told or as computed, unless the lead has a reason; then it is consulted on, and the
 * report is the full one. */
Test(rules_consultation, an_exceptional_increase_is_consulted_on)
{
    const struct {
        Pb__FeeLevel computed, told;
        const char *reason;
        bool exceptional;
    } cases[] = {
        {NOT_KNOWN, NOT_KNOWN, "", false},
        {WITHIN, NOT_KNOWN, "", false},
        {EXCEPTIONAL, NOT_KNOWN, "", true},
        {REVIEW, NOT_KNOWN, "", true},
        {WITHIN, EXCEPTIONAL, "a third in two years", true},
        {NOT_KNOWN, EXCEPTIONAL, "", true},
        {NOT_KNOWN, WITHIN, "", false},
        {EXCEPTIONAL, WITHIN, "", true}, /* told before anybody had applied */
        {WITHIN, EXCEPTIONAL, "", false},
        {EXCEPTIONAL, WITHIN, "a new wing, not the fee", false},
        {REVIEW, WITHIN, "a new wing, not the fee", false},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool exceptional = cases[i].exceptional;
        Pb__Consultation *at = consultation(LED, APPLIED, NULL, &arena), after;
        at->level = cases[i].computed, at->told_level = cases[i].told, at->submission = 1;
        at->told_reason = cases[i].reason;
        cr_assert(fee_consultation_is_exceptional(at) == exceptional, "case %zu", i);
        cr_assert(fee_consultation_is_short(at) == !exceptional);
        cr_assert(fee_consultation_may(at, CONSULTATION_PUBLISH) ==
                  (exceptional ? REFUSAL_CONSULTATION_NOT_BEGUN : REFUSAL_NONE));
        cr_assert(fee_consultation_begin(at, day("2027-03-10"), &arena, &after) ==
                  (exceptional ? REFUSAL_NONE : REFUSAL_CONSULTATION_NOT_EXCEPTIONAL));
        if (!exceptional)
            continue;
        cr_assert(after.state == CONSULTING && !fee_consultation_is_short(&after));
        cr_assert_str_eq(after.begun_on, "2027-03-10");
        after.told_level = WITHIN,
        after.told_reason = "it was a misprint"; /* the report is the full one yet */
        cr_assert(fee_consultation_may(&after, CONSULTATION_PUBLISH) == REFUSAL_NONE);
        cr_assert(!fee_consultation_is_short(&after));
    }
    arena_finish(&arena);
}

/* Rule F1: by December, so before the application too; with a reason where it differs from what is computed.
 */
Test(rules_consultation, the_lead_tells)
{
    const struct {
        Pb__ConsultationState state;
        Pb__FeeLevel computed, told;
        const char *reason;
        enum fees_refusal refusal;
    } cases[] = {
        {AWAITED, NOT_KNOWN, WITHIN, "", REFUSAL_NONE},
        {AWAITED, NOT_KNOWN, EXCEPTIONAL, "", REFUSAL_NONE},
        {APPLIED, WITHIN, WITHIN, "", REFUSAL_NONE},
        {APPLIED, WITHIN, EXCEPTIONAL, "", REFUSAL_REASON_MISSING},
        {APPLIED, WITHIN, EXCEPTIONAL, "  ", REFUSAL_REASON_MISSING},
        {APPLIED, WITHIN, EXCEPTIONAL, "a third in two years", REFUSAL_NONE},
        {APPLIED, EXCEPTIONAL, WITHIN, "", REFUSAL_REASON_MISSING},
        {APPLIED, EXCEPTIONAL, EXCEPTIONAL, "", REFUSAL_NONE},
        {APPLIED, REVIEW, EXCEPTIONAL, "", REFUSAL_NONE},
        {CONSULTING, REVIEW, WITHIN, "it was a misprint", REFUSAL_NONE},
        {APPLIED, WITHIN, REVIEW, "x", REFUSAL_LEVEL_WRONG},
        {APPLIED, WITHIN, NOT_KNOWN, "x", REFUSAL_LEVEL_WRONG},
        {REPORTED, WITHIN, WITHIN, "", REFUSAL_CONSULTATION_REPORTED},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__Consultation *at = consultation(LED, cases[i].state, NULL, &arena), after = {.begun_on = NULL};
        at->level = cases[i].computed;
        cr_assert(fee_consultation_tell(at, cases[i].told, cases[i].reason, day("2026-12-20"), &arena,
                                        &after) == cases[i].refusal,
                  "case %zu", i);
        if (cases[i].refusal) {
            cr_assert_null(after.begun_on, "untouched");
            continue;
        }
        cr_assert(after.told_level == cases[i].told && after.state == cases[i].state);
        cr_assert_str_eq(after.told_on, "2026-12-20");
        cr_assert_str_eq(after.told_reason, cases[i].reason);
    }
    arena_finish(&arena);
}

/* A consultation through a whole cycle, and back again. */
Test(rules_consultation, submitted_returned_submitted_reopened)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    const struct charge charges[SERVICES] = {{"bed", 300000, 330000}};
    Pb__FeeSubmission *first = submission(1, charges, &arena), *second = submission(2, charges, &arena);
    Pb__Consultation *at = consultation(LED, AWAITED, NULL, &arena), now;
    first->level = EXCEPTIONAL, second->level = REVIEW;
    cr_assert(fee_consultation_submit(at, first, &now) == REFUSAL_NONE);
    cr_assert(now.state == APPLIED && now.submission == 1 && now.level == EXCEPTIONAL);
    cr_assert_str_eq(now.application_id, "application");
    cr_assert(fee_consultation_begin(&now, day("2027-03-10"), &arena, &now) == REFUSAL_NONE);
    cr_assert(fee_consultation_submit(&now, second, &now) == REFUSAL_NONE);
    cr_assert(now.state == CONSULTING && now.submission == 2 && now.level == REVIEW);

    Pb__Consultation returned, withdrawn;
    cr_assert(fee_consultation_take_back(&now, CONSULTATION_RETURN, &returned) == REFUSAL_NONE);
    cr_assert(returned.state == AWAITED && returned.submission == 0 && returned.level == NOT_KNOWN);
    cr_assert_str_eq(returned.application_id, "application");
    cr_assert_str_eq(returned.begun_on, "");
    cr_assert(fee_consultation_take_back(&now, CONSULTATION_WITHDRAW, &withdrawn) == REFUSAL_NONE);
    cr_assert_str_eq(withdrawn.application_id, "");
    cr_assert(fee_consultation_take_back(&now, CONSULTATION_TELL, &withdrawn) == REFUSAL_ENUM_UNKNOWN);

    now.state = REPORTED, now.reported_on = "2027-04-20";
    cr_assert(fee_consultation_reopen(&now, " ", &now) == REFUSAL_REASON_MISSING);
    cr_assert(fee_consultation_reopen(&now, "the totals were wrong", &now) == REFUSAL_NONE);
    cr_assert(now.state == APPLIED && now.submission == 2);
    cr_assert_str_eq(now.begun_on, "");
    cr_assert_str_eq(now.reported_on, "");
    cr_assert(fee_consultation_reopen(&now, "again", &now) == REFUSAL_CONSULTATION_NOT_REPORTED);
    arena_finish(&arena);
}

/* ABORTED, with both numbers. */
Test(rules_consultation, the_submission_that_was_read)
{
    struct fault fault;
    cr_assert(fee_submission_check(2, 2, &fault) == REFUSAL_NONE);
    cr_assert(fee_submission_check(1, 2, &fault) == REFUSAL_SUBMISSION_OTHER);
    cr_assert(fault.code == CODE_ABORTED);
    cr_assert_str_eq(fault.field, "submission");
    cr_assert_str_eq(fault.reason, "submission 1 was read; submission 2 stands: read that first");
    cr_assert(fee_submission_check(2, 0, &fault) == REFUSAL_SUBMISSION_OTHER);
    cr_assert_str_eq(fault.reason,
                     "submission 2 was read; it was returned or given up since, and none stands");
    cr_assert(fee_submission_check(1, 2, NULL) == REFUSAL_SUBMISSION_OTHER);
}

/* --- the log ----------------------------------------------------------------------------------------- */

#define MEETING PB__FEE_LOG_KIND__FEE_LOG_KIND_MEETING
#define OFFER   PB__FEE_LOG_KIND__FEE_LOG_KIND_OFFER
#define COUNTER PB__FEE_LOG_KIND__FEE_LOG_KIND_COUNTER_OFFER
#define NOTE    PB__FEE_LOG_KIND__FEE_LOG_KIND_NOTE

Test(rules_consultation, what_the_log_takes)
{
    const struct {
        Pb__FeeLogKind kind;
        const char *on, *text;
        struct figure figures[SERVICES];
        bool applied;
        enum fees_refusal refusal;
    } cases[] = {
        {MEETING, "2027-03-10", "They met.", {{0}}, true, REFUSAL_NONE},
        {MEETING, "", "They met.", {{0}}, false, REFUSAL_NONE},
        {NOTE, "2027-03-20", "A note.", {{0}}, true, REFUSAL_NONE},
        {NOTE, "2027-03-21", "A note.", {{0}}, true, REFUSAL_LOG_DAY_LATER},
        {NOTE, "2026-03-31", "A note.", {{0}}, true, REFUSAL_NONE},
        {NOTE, "2026-03-30", "A note.", {{0}}, true, REFUSAL_LOG_DAY_LONG_AGO},
        {NOTE, "20 March", "A note.", {{0}}, true, REFUSAL_LOG_DAY_WRONG},
        {NOTE, "2027-03-20", "", {{0}}, true, REFUSAL_LOG_TEXT_MISSING},
        {NOTE, "2027-03-20", "A note.", {{"bed", 1}}, true, REFUSAL_LOG_FIGURES_NOT_ASKED},
        {OFFER, "2027-03-20", "", {{"bed", 320000}}, true, REFUSAL_NONE},
        {OFFER, "2027-03-20", "3% for all of it", {{0}}, true, REFUSAL_NONE},
        {OFFER, "2027-03-20", "", {{0}}, true, REFUSAL_LOG_TEXT_MISSING},
        {COUNTER, "2027-03-20", "", {{"bed", 310000}, {"day", 1000}}, true, REFUSAL_NONE},
        {COUNTER, "2027-03-20", "", {{"bed", 310000}, {"bed", 1000}}, true, REFUSAL_FIGURE_TWICE},
        {COUNTER, "2027-03-20", "", {{"cot", 310000}}, true, REFUSAL_FIGURE_SERVICE_UNKNOWN},
        {COUNTER, "2027-03-20", "", {{"bed", -1}}, true, REFUSAL_FIGURE_WRONG},
        {COUNTER, "2027-03-20", "", {{"bed", FEE_WEEKLY_PENCE_MAX + 1}}, true, REFUSAL_FIGURE_WRONG},
        {COUNTER, "2027-03-20", "", {{"bed", 310000}}, false, REFUSAL_FIGURES_TOO_EARLY},
        {0, "2027-03-20", "What?", {{0}}, true, REFUSAL_LOG_KIND_WRONG},
        {9, "2027-03-20", "What?", {{0}}, true, REFUSAL_LOG_KIND_WRONG},
    };
    const struct charge charges[SERVICES] = {{"bed", 300000, 330000}, {"day", 900, 950}};
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fee_figures figures = figures_of(cases[i].figures, &arena);
        struct date on = DATE_NONE;
        Pb__FeeLogEntry entry;
        pb__fee_log_entry__init(&entry);
        entry.kind = cases[i].kind, entry.on = cases[i].on, entry.text = cases[i].text;
        entry.figures = figures.items, entry.n_figures = figures.count;
        cr_assert(fee_log_check(&entry, cycle_2027(&arena),
                                cases[i].applied ? submission(1, charges, &arena) : NULL, day("2027-03-20"),
                                &on) == cases[i].refusal,
                  "case %zu", i);
        cr_assert(date_is_none(on) == (cases[i].refusal != REFUSAL_NONE), "case %zu", i);
        if (!cases[i].refusal)
            cr_assert(date_compare(on, day(cases[i].on[0] ? cases[i].on : "2027-03-20")) == 0);
    }
    arena_finish(&arena);
}

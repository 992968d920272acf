/* Cycles and tasks (rules A7, A8): dates and names as tables, every state and event. */

#include "services/allocation/rules_cycle.h"

#include "common/base/limits.h"

#include <criterion/criterion.h>

#define CYCLE(name) PB__CYCLE_STATE__CYCLE_STATE_##name
#define TASK(name)  PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_##name

static struct date day(const char *text)
{
    struct date date;
    cr_assert_eq(date_parse(text, &date, NULL), CODE_OK);
    return date;
}

struct open_case {
    const char *id, *first_on, *last_on; /* asked */
    const char *before;                  /* last day of the cycle before; NULL: none */
    enum allocation_refusal refusal;
    const char *got_id, *got_first, *got_last;
};

/* Today is 2026-03-01. */
static const struct open_case opens[] = {
    {"", "", "", NULL, REFUSAL_NONE, "2025-26", "2025-10-01", "2026-09-30"},
    {"", "", "", "2026-09-30", REFUSAL_NONE, "2026-27", "2026-10-01", "2027-09-30"},
    {"", "", "", "2026-10-01", REFUSAL_NONE, "2027-28", "2027-10-01", "2028-09-30"},
    {"", "", "", "2025-08-31", REFUSAL_NONE, "2025-26", "2025-10-01", "2026-09-30"},
    {"", "2026-01-01", "2026-12-31", NULL, REFUSAL_NONE, "2026", "2026-01-01", "2026-12-31"},
    {"pilot-1", "2026-04-01", "", NULL, REFUSAL_NONE, "pilot-1", "2026-04-01", "2027-03-31"},
    {"", "2028-02-29", "", NULL, REFUSAL_NONE, "2028-29", "2028-02-29", "2029-02-28"},
    {"", "1999-10-01", "", NULL, REFUSAL_NONE, "1999-00", "1999-10-01", "2000-09-30"},
    {"", "2026-01-31", "2026-02-28", NULL, REFUSAL_NONE, "2026", "2026-01-31", "2026-02-28"},
    {"", "2026-01-31", "2026-02-27", NULL, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL, NULL},
    {"", "2026-10-01", "2028-09-30", NULL, REFUSAL_NONE, "2026-28", "2026-10-01", "2028-09-30"},
    {"", "2026-10-01", "2028-10-01", NULL, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL, NULL},
    {"", "2026-10-01", "2026-09-30", NULL, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL, NULL},
    {"", "1 October", "", NULL, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL, NULL},
    {"", "2026-10-01", "31/09/2027", NULL, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL, NULL},
    {"", "2398-10-01", "", NULL, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL, NULL},
    {"", "2026-09-30", "", "2026-09-30", REFUSAL_CYCLE_OVERLAPS, NULL, NULL, NULL},
    {"2025/26", "", "", NULL, REFUSAL_CYCLE_ID_WRONG, NULL, NULL, NULL},
    {"seventeen-letters", "", "", NULL, REFUSAL_CYCLE_ID_WRONG, NULL, NULL, NULL},
    {"before", "", "", "2026-09-30", REFUSAL_CYCLE_KNOWN, NULL, NULL, NULL},
};

Test(cycle, opens)
{
    for (size_t i = 0; i < sizeof opens / sizeof opens[0]; i++) {
        const struct open_case *open = &opens[i];
        struct arena arena;
        Pb__AllocationCycle asked = PB__ALLOCATION_CYCLE__INIT, last = PB__ALLOCATION_CYCLE__INIT, cycle;
        arena_init(&arena, 1 << 20);
        asked.id = open->id;
        asked.first_on = open->first_on;
        asked.last_on = open->last_on;
        last.id = "before";
        last.last_on = open->before;
        last.state = CYCLE(CLOSED);
        cr_assert_eq(cycle_open(&asked, open->before ? &last : NULL, day("2026-03-01"), &arena, &cycle),
                     open->refusal, "case %zu", i);
        if (open->refusal == REFUSAL_NONE) {
            cr_assert_str_eq(cycle.id, open->got_id, "case %zu", i);
            cr_assert_str_eq(cycle.first_on, open->got_first, "case %zu", i);
            cr_assert_str_eq(cycle.last_on, open->got_last, "case %zu", i);
            cr_assert_eq(cycle.state, CYCLE(OPEN));
            cr_assert_eq(cycle.offer_days, CYCLE_OFFER_DAYS_DEFAULT);
        }
        arena_finish(&arena);
    }
}

Test(cycle, one_is_open_at_a_time)
{
    static const Pb__CycleState states[] = {CYCLE(OPEN), CYCLE(PUBLISHED)};
    for (size_t i = 0; i < 2; i++) {
        struct arena arena;
        Pb__AllocationCycle asked = PB__ALLOCATION_CYCLE__INIT, last = PB__ALLOCATION_CYCLE__INIT, cycle;
        arena_init(&arena, 1 << 20);
        last.last_on = "2025-09-30";
        last.state = states[i];
        cr_assert_eq(cycle_open(&asked, &last, day("2026-03-01"), &arena, &cycle), REFUSAL_CYCLE_OPEN);
        arena_finish(&arena);
    }
}

static const struct {
    uint32_t offer_days, tolerance_percent;
    int64_t salary_pence;
    enum allocation_refusal refusal;
} settings[] = {
    {0, 0, 0, REFUSAL_NONE},
    {CYCLE_OFFER_DAYS_MAX, TOLERANCE_PERCENT_MAX, COSTS_SALARY_PENCE_MAX, REFUSAL_NONE},
    {CYCLE_OFFER_DAYS_MAX + 1, 0, 0, REFUSAL_SETTING_WRONG},
    {0, TOLERANCE_PERCENT_MAX + 1, 0, REFUSAL_SETTING_WRONG},
    {0, 0, COSTS_SALARY_PENCE_MAX + 1, REFUSAL_COSTS_WRONG},
    {0, 0, -1, REFUSAL_COSTS_WRONG},
};

Test(cycle, settings_are_bounded)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        struct arena arena;
        Pb__AllocationCycle asked = PB__ALLOCATION_CYCLE__INIT, opened, updated;
        Pb__VisitCosts costs = PB__VISIT_COSTS__INIT;
        arena_init(&arena, 1 << 20);
        costs.officer_salary_pence = settings[i].salary_pence;
        asked.costs = &costs;
        asked.offer_days = settings[i].offer_days;
        asked.tolerance_percent = settings[i].tolerance_percent;
        cr_assert_eq(cycle_open(&asked, NULL, day("2026-03-01"), &arena, &opened), settings[i].refusal,
                     "case %zu", i);
        Pb__AllocationCycle stored = PB__ALLOCATION_CYCLE__INIT;
        stored.first_on = "2025-10-01";
        stored.last_on = "2026-09-30";
        stored.state = CYCLE(OPEN);
        cr_assert_eq(cycle_update(&asked, &stored, NULL, &updated), settings[i].refusal, "case %zu", i);
        arena_finish(&arena);
    }
}

/* What the service keeps stays; dates that are left out stay; the rest is as asked. */
Test(cycle, updates)
{
    Pb__Publication published = PB__PUBLICATION__INIT;
    Pb__AllocationCycle asked = PB__ALLOCATION_CYCLE__INIT, stored = PB__ALLOCATION_CYCLE__INIT,
                        before = PB__ALLOCATION_CYCLE__INIT, cycle;
    stored.id = "2025-26";
    stored.first_on = "2025-10-01";
    stored.last_on = "2026-09-30";
    stored.state = CYCLE(PUBLISHED);
    stored.proposals = 3;
    stored.published = &published;
    before.last_on = "2025-09-30";
    asked.id = "other";
    asked.last_on = "2026-08-31";
    asked.offer_days = 7;
    asked.proposals = 9;
    cr_assert_eq(cycle_update(&asked, &stored, &before, &cycle), REFUSAL_NONE);
    cr_assert_str_eq(cycle.id, "2025-26");
    cr_assert_str_eq(cycle.first_on, "2025-10-01");
    cr_assert_str_eq(cycle.last_on, "2026-08-31");
    cr_assert_eq(cycle.state, CYCLE(PUBLISHED));
    cr_assert_eq(cycle.proposals, 3);
    cr_assert_eq(cycle.published, &published);
    cr_assert_eq(cycle.offer_days, 7);

    asked.first_on = "2025-09-30";
    cr_assert_eq(cycle_update(&asked, &stored, &before, &cycle), REFUSAL_CYCLE_OVERLAPS);
    cr_assert_eq(cycle_update(&asked, &stored, NULL, &cycle), REFUSAL_NONE);
    asked.first_on = "2026-08-30";
    cr_assert_eq(cycle_update(&asked, &stored, NULL, &cycle), REFUSAL_CYCLE_DATES_WRONG);
    stored.state = CYCLE(CLOSED);
    cr_assert_eq(cycle_update(&asked, &stored, NULL, &cycle), REFUSAL_CYCLE_CLOSED);
}

/* Every state and event. */
Test(cycle, steps)
{
    static const struct {
        Pb__CycleState state, next[4]; /* by enum cycle_event; UNSPECIFIED: refused */
        enum allocation_refusal refusal;
    } cases[] = {
        {CYCLE(UNSPECIFIED), {0}, REFUSAL_NO_CYCLE},
        {CYCLE(OPEN), {CYCLE(OPEN), CYCLE(PUBLISHED), CYCLE(OPEN), CYCLE(CLOSED)}, REFUSAL_NONE},
        {CYCLE(PUBLISHED),
         {CYCLE(PUBLISHED), CYCLE(PUBLISHED), CYCLE(PUBLISHED), CYCLE(CLOSED)},
         REFUSAL_NONE},
        {CYCLE(CLOSED), {0}, REFUSAL_CYCLE_CLOSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int event = CYCLE_PROPOSE; event <= CYCLE_CLOSE; event++) {
            Pb__CycleState next = CYCLE(UNSPECIFIED);
            cr_assert_eq(cycle_step(cases[i].state, (enum cycle_event)event, &next), cases[i].refusal);
            cr_assert_eq(next, cases[i].next[event], "state %zu, event %d", i, event);
        }
    }
}

/* A7: every state and event of a task. */
Test(task, steps)
{
    static const struct {
        Pb__AllocationTaskState state, next[5]; /* by enum task_event; UNSPECIFIED: refused */
    } cases[] = {
        {TASK(UNSPECIFIED), {TASK(SETTLED), TASK(OPEN), TASK(OPEN), TASK(UNSPECIFIED), TASK(UNSPECIFIED)}},
        {TASK(OPEN), {TASK(SETTLED), TASK(OPEN), TASK(OPEN), TASK(SETTLED), TASK(KEPT)}},
        {TASK(KEPT), {TASK(SETTLED), TASK(OPEN), TASK(KEPT), TASK(SETTLED), TASK(KEPT)}},
        {TASK(SETTLED), {TASK(SETTLED), TASK(OPEN), TASK(OPEN), TASK(UNSPECIFIED), TASK(UNSPECIFIED)}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int event = TASK_FACTS_SAME; event <= TASK_KEEP; event++) {
            Pb__AllocationTaskState next = TASK(UNSPECIFIED), want = cases[i].next[event];
            cr_assert_eq(task_step(cases[i].state, (enum task_event)event, &next),
                         want == TASK(UNSPECIFIED) ? REFUSAL_TASK_SETTLED : REFUSAL_NONE);
            cr_assert_eq(next, want, "state %zu, event %d", i, event);
        }
    }
}

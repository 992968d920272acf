/* rule F1: fee cycles, their dates and their tasks. */

#include "services/fees/rules_cycle.h"
#include "tests/unit/fees/rules_kit.h"

#include <stdio.h>

static struct arena arena;

static void begin(void)
{
    arena_init(&arena, TEST_ARENA_BYTES);
}
static void end(void)
{
    arena_finish(&arena);
}
TestSuite(rules_cycle, .init = begin, .fini = end);

#define UNSAID PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_UNSPECIFIED
#define OPEN   PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN
#define CLOSED PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED

static Pb__FeeCycle cycle_of(const char *id, const char *first_on, const char *last_on)
{
    Pb__FeeCycle cycle;
    pb__fee_cycle__init(&cycle);
    cycle.id = id, cycle.first_on = first_on, cycle.last_on = last_on;
    return cycle;
}

static Pb__FeeTask *task(Pb__FeeTaskKind kind, const char *due_on)
{
    Pb__FeeTask *made = arena_new(&arena, Pb__FeeTask);
    pb__fee_task__init(made);
    made->kind = kind, made->due_on = due_on;
    return made;
}

/* Every state, every event. */
Test(rules_cycle, the_table_of_states)
{
    static const struct {
        enum fees_refusal refusal;
        Pb__FeeCycleState next;
    } expected[3][FEE_CYCLE_EVENTS] = {
        /* open, update, work, record, close */
        {{REFUSAL_NONE, OPEN},
         {REFUSAL_CYCLE_UNKNOWN, 0},
         {REFUSAL_CYCLE_NONE_OPEN, 0},
         {REFUSAL_CYCLE_NONE_OPEN, 0},
         {REFUSAL_CYCLE_UNKNOWN, 0}},
        {{REFUSAL_CYCLE_KNOWN, 0},
         {REFUSAL_NONE, OPEN},
         {REFUSAL_NONE, OPEN},
         {REFUSAL_NONE, OPEN},
         {REFUSAL_NONE, CLOSED}},
        {{REFUSAL_CYCLE_KNOWN, 0},
         {REFUSAL_CYCLE_CLOSED, 0},
         {REFUSAL_CYCLE_CLOSED, 0},
         {REFUSAL_NONE, CLOSED}, /* decisions and lines that are still to be recorded */
         {REFUSAL_CYCLE_CLOSED, 0}},
    };
    for (unsigned state = UNSAID; state <= CLOSED; state++)
        for (unsigned event = 0; event < FEE_CYCLE_EVENTS; event++) {
            Pb__FeeCycleState next = 0;
            cr_assert_eq(fee_cycle_step((Pb__FeeCycleState)state, (enum fee_cycle_event)event, &next),
                         expected[state][event].refusal, "state %u, event %u", state, event);
            cr_assert_eq(next, expected[state][event].next, "state %u, event %u", state, event);
        }
    Pb__FeeCycleState next = 0;
    cr_assert_eq(fee_cycle_step((Pb__FeeCycleState)9, FEE_CYCLE_UPDATE, &next), REFUSAL_ENUM_UNKNOWN);
    cr_assert_eq(fee_cycle_step(OPEN, FEE_CYCLE_EVENTS, &next), REFUSAL_ENUM_UNKNOWN);
}

Test(rules_cycle, what_is_left_out_is_reckoned)
{
    static const struct {
        const char *id, *first_on, *last_on, *today;
        const char *as_id, *first, *last; /* as it is opened */
    } cases[] = {
        {"", "", "", "2026-10-01", "2027-28", "2027-04-01", "2028-03-31"},
        {"", "", "", "2027-03-31", "2027-28", "2027-04-01", "2028-03-31"},
        {"", "", "", "2027-04-01", "2028-29", "2028-04-01", "2029-03-31"},
        {"2027-28", "", "", "2027-06-01", "2027-28", "2027-04-01", "2028-03-31"},
        {"2099-00", "", "", "2027-06-01", "2099-00", "2099-04-01", "2100-03-31"},
        {"2027-29", "", "", "2026-10-01", "2027-29", "2027-04-01", "2028-03-31"}, /* names no year */
        {"2007-8x", "", "", "2026-10-01", "2007-8x", "2027-04-01", "2028-03-31"},
        {"Fees", "2027-09-01", "", "2026-10-01", "Fees", "2027-09-01", "2028-08-31"},
        {"", "2027-01-01", "2027-12-31", "2026-10-01", "2027", "2027-01-01", "2027-12-31"},
        {"", "2028-02-29", "", "2026-10-01", "2028-29", "2028-02-29", "2029-02-28"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeCycle asked = cycle_of(cases[i].id, cases[i].first_on, cases[i].last_on), cycle;
        struct fault fault = {0};
        cr_assert_eq(fee_cycle_open(&asked, NULL, day(cases[i].today), &arena, &cycle, &fault), REFUSAL_NONE,
                     "case %zu: %s", i, fault.reason);
        cr_assert_str_eq(cycle.id, cases[i].as_id);
        cr_assert_str_eq(cycle.first_on, cases[i].first);
        cr_assert_str_eq(cycle.last_on, cases[i].last);
        cr_assert(cycle.state == OPEN && cycle.reminder_days == 14 && cycle.short_report_sections == 4);
        cr_assert_eq(cycle.n_thresholds, 0);
    }
}

/* rule F1: the days of the seed's calendar, from whatever day a cycle begins. */
Test(rules_cycle, tasks_left_out_are_due_on_their_days)
{
    static const struct {
        const char *first_on, *due; /* level, letter, application, consultation, report, decision */
    } cases[] = {
        {"2027-04-01", "2026-12-31 2026-12-31 2027-03-01 2027-03-15 2027-04-30 2027-05-31"},
        {"2027-09-01", "2026-12-31 2026-12-31 2027-03-01 2027-03-15 2028-04-30 2028-05-31"},
        {"2027-01-01", "2026-12-31 2026-12-31 2026-03-01 2026-03-15 2027-04-30 2027-05-31"},
        {"2027-12-31", "2026-12-31 2026-12-31 2027-03-01 2027-03-15 2028-04-30 2028-05-31"},
        {"2027-04-30", "2026-12-31 2026-12-31 2027-03-01 2027-03-15 2027-04-30 2027-05-31"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeCycle asked = cycle_of("", cases[i].first_on, ""), cycle;
        char due[100] = "";
        cr_assert_eq(fee_cycle_open(&asked, NULL, day("2026-10-01"), &arena, &cycle, NULL), REFUSAL_NONE);
        cr_assert_eq(cycle.n_tasks, FEE_TASK_KINDS);
        for (unsigned kind = 1; kind <= FEE_TASK_KINDS; kind++) {
            char text[DATE_TEXT_BYTES];
            cr_assert_eq(cycle.tasks[kind - 1]->kind, kind);
            date_print(fee_cycle_due(&cycle, (Pb__FeeTaskKind)kind), text);
            sprintf(due + strlen(due), "%s%s", kind > 1 ? " " : "", text);
        }
        cr_assert_str_eq(due, cases[i].due, "from %s", cases[i].first_on);
    }
}

Test(rules_cycle, tasks_are_each_there_once_on_sensible_days)
{
    static const struct {
        Pb__FeeTaskKind kind;
        const char *due_on;
        enum fees_refusal refusal;
        const char *reason;
    } cases[] = {
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT, "2026-11-30", REFUSAL_NONE, ""},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION, "2027-02-28", REFUSAL_NONE, ""},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION, "2027-03-15", REFUSAL_NONE, ""},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION, "2027-03-16", REFUSAL_TASKS_ORDER,
         "the beginning of consultation is due before the application"},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION, "2027-04-29", REFUSAL_TASKS_ORDER,
         "the decision is due before the report"},
        /* a level may be told and letters sent before or after the application */
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_LEVEL_TOLD, "2027-05-30", REFUSAL_TASK_KIND_WRONG,
         "each task is one of those there are, and there once"},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT, "2027-05-30", REFUSAL_NONE, ""},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT, "2026-03-31", REFUSAL_NONE, ""},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT, "2026-03-30", REFUSAL_TASK_DATE_FAR,
         "letter to the provider: 2026-03-30 lies more than a year outside the cycle"},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION, "2029-04-02", REFUSAL_TASK_DATE_FAR,
         "decision: 2029-04-02 lies more than a year outside the cycle"},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION, "", REFUSAL_TASK_DATE_WRONG,
         "decision: \"\" is no day: write YYYY-MM-DD"},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION, "31 May", REFUSAL_TASK_DATE_WRONG,
         "decision: \"31 May\" is no day: write YYYY-MM-DD"},
        {PB__FEE_TASK_KIND__FEE_TASK_KIND_UNSPECIFIED, "2027-05-30", REFUSAL_TASK_KIND_WRONG,
         "each task is one of those there are, and there once"},
        {(Pb__FeeTaskKind)7, "2027-05-30", REFUSAL_TASK_KIND_WRONG,
         "each task is one of those there are, and there once"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeTask *tasks[] = {task(PB__FEE_TASK_KIND__FEE_TASK_KIND_LEVEL_TOLD, "2026-12-15"),
                                task(cases[i].kind, cases[i].due_on)};
        Pb__FeeCycle asked = cycle_of("2027-28", "", ""), cycle = {.id = "untouched"};
        struct fault fault = {0};
        asked.tasks = tasks, asked.n_tasks = COUNT(tasks);
        enum fees_refusal refusal = fee_cycle_open(&asked, NULL, day("2026-10-01"), &arena, &cycle, &fault);
        cr_assert_eq(refusal, cases[i].refusal, "case %zu: %s", i, called(refusal));
        cr_assert_str_eq(fault.reason, cases[i].reason);
        if (refusal != REFUSAL_NONE) {
            cr_assert_str_eq(cycle.id, "untouched");
            continue;
        }
        cr_assert_eq(fee_cycle_due(&cycle, cases[i].kind).day, day(cases[i].due_on).day);
        cr_assert_eq(fee_cycle_due(&cycle, PB__FEE_TASK_KIND__FEE_TASK_KIND_LEVEL_TOLD).day,
                     day("2026-12-15").day);
    }
}

Test(rules_cycle, what_cannot_be_opened)
{
    static const struct {
        const char *id, *first_on, *last_on;
        enum fees_refusal refusal;
    } cases[] = {
        {"2027-28-and-longer", "", "", REFUSAL_CYCLE_ID_WRONG},
        {"2027/28", "", "", REFUSAL_CYCLE_ID_WRONG},
        {"2027 28", "", "", REFUSAL_CYCLE_ID_WRONG},
        {"x", "1 April", "", REFUSAL_CYCLE_DATES_WRONG},
        {"x", "", "31 March", REFUSAL_CYCLE_DATES_WRONG},
        {"x", "2027-04-01", "2027-03-31", REFUSAL_CYCLE_DATES_WRONG},
        {"x", "2027-04-01", "2027-04-29", REFUSAL_CYCLE_DATES_WRONG}, /* a day less than a month */
        {"x", "2027-04-01", "2027-04-30", REFUSAL_NONE},
        {"x", "2027-04-01", "2029-03-31", REFUSAL_NONE},
        {"x", "2027-04-01", "2029-04-01", REFUSAL_CYCLE_DATES_WRONG}, /* a day more than two years */
        {"x", "2027-03-31", "", REFUSAL_CYCLE_OVERLAPS},
        {"2026-27", "2027-04-01", "", REFUSAL_CYCLE_KNOWN},
    };
    Pb__FeeCycle last = cycle_of("2026-27", "2026-04-01", "2027-03-31");
    last.state = CLOSED;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeCycle asked = cycle_of(cases[i].id, cases[i].first_on, cases[i].last_on), cycle;
        enum fees_refusal refusal = fee_cycle_open(&asked, &last, day("2026-10-01"), &arena, &cycle, NULL);
        cr_assert_eq(refusal, cases[i].refusal, "case %zu: %s", i, called(refusal));
    }
    Pb__FeeCycle asked = cycle_of("", "", ""), cycle;
    asked.reminder_days = 91;
    cr_assert_eq(fee_cycle_open(&asked, &last, day("2026-10-01"), &arena, &cycle, NULL),
                 REFUSAL_CYCLE_SETTING_WRONG);
    asked.reminder_days = 90, asked.short_report_sections = 61;
    cr_assert_eq(fee_cycle_open(&asked, &last, day("2026-10-01"), &arena, &cycle, NULL),
                 REFUSAL_CYCLE_SETTING_WRONG);
    asked.short_report_sections = 60;
    cr_assert_eq(fee_cycle_open(&asked, &last, day("2026-10-01"), &arena, &cycle, NULL), REFUSAL_NONE);
    cr_assert(cycle.reminder_days == 90 && cycle.short_report_sections == 60);
    last.state = OPEN;
    cr_assert_eq(fee_cycle_open(&asked, &last, day("2026-10-01"), &arena, &cycle, NULL), REFUSAL_CYCLE_OPEN);
}

/* After the cycle before, whenever today is. */
Test(rules_cycle, follows_on_the_one_before)
{
    Pb__FeeCycle last = cycle_of("2026-27", "2026-04-01", "2027-03-31"), asked = cycle_of("", "", ""), cycle;
    last.state = CLOSED;
    cr_assert_eq(fee_cycle_open(&asked, &last, day("2026-08-01"), &arena, &cycle, NULL), REFUSAL_NONE);
    cr_assert_str_eq(cycle.first_on, "2027-04-01");
    last.last_on = "2027-06-30";
    cr_assert_eq(fee_cycle_open(&asked, &last, day("2026-08-01"), &arena, &cycle, NULL), REFUSAL_NONE);
    cr_assert_str_eq(cycle.first_on, "2028-04-01");
}

Test(rules_cycle, is_changed_whole)
{
    Pb__FeeTask *tasks[] = {task(PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION, "2027-02-15")};
    Pb__FeeThreshold threshold = PB__FEE_THRESHOLD__INIT, *thresholds[] = {&threshold};
    Pb__FeeCycle asked = cycle_of("2027-28", "", ""), stored, cycle;
    cr_assert_eq(fee_cycle_open(&asked, NULL, day("2026-10-01"), &arena, &stored, NULL), REFUSAL_NONE);
    stored.thresholds = thresholds, stored.n_thresholds = 1;
    asked = cycle_of("another name", "", "2028-04-30");
    asked.tasks = tasks, asked.n_tasks = 1, asked.reminder_days = 7, asked.state = CLOSED;
    cr_assert_eq(fee_cycle_update(&asked, &stored, NULL, &arena, &cycle, NULL), REFUSAL_NONE);
    cr_assert_str_eq(cycle.id, "2027-28");
    cr_assert_str_eq(cycle.first_on, "2027-04-01");
    cr_assert_str_eq(cycle.last_on, "2028-04-30");
    cr_assert(cycle.state == OPEN && cycle.reminder_days == 7 && cycle.n_thresholds == 1);
    cr_assert_eq(fee_cycle_due(&cycle, PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION).day,
                 day("2027-02-15").day);
    cr_assert_eq(fee_cycle_due(&cycle, PB__FEE_TASK_KIND__FEE_TASK_KIND_REPORT).day, day("2027-04-30").day);
    Pb__FeeCycle before = cycle_of("2026-27", "2026-04-01", "2027-03-31");
    asked.first_on = "2027-03-31";
    cr_assert_eq(fee_cycle_update(&asked, &stored, &before, &arena, &cycle, NULL), REFUSAL_CYCLE_OVERLAPS);
    stored.state = CLOSED;
    cr_assert_eq(fee_cycle_update(&asked, &stored, NULL, &arena, &cycle, NULL), REFUSAL_CYCLE_CLOSED);
}

Test(rules_cycle, the_first_day_of_a_new_fee_lies_within)
{
    Pb__FeeCycle cycle = cycle_of("2027-28", "2027-04-01", "2028-03-31");
    static const struct {
        const char *text, *day; /* "": refused */
    } cases[] = {
        {"", "2027-04-01"},           {"2027-04-01", "2027-04-01"}, {"2028-03-31", "2028-03-31"},
        {"2027-09-01", "2027-09-01"}, {"2027-03-31", ""},           {"2028-04-01", ""},
        {"1 April 2027", ""},         {"2027-02-30", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct date date = DATE_NONE;
        cr_assert_eq(fee_cycle_effective(&cycle, cases[i].text, &date), cases[i].day[0] != '\0', "%s",
                     cases[i].text);
        cr_assert_eq(date.day, day(cases[i].day).day);
    }
}

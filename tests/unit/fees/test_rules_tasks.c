/* Days of tasks, letters that are due, what is still to be done, and what is reminded of (rules F1, F7). */

#include "services/fees/rules_reminders.h"
#include "services/fees/rules_tasks.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define LEVEL_TOLD  PB__FEE_TASK_KIND__FEE_TASK_KIND_LEVEL_TOLD
#define LETTER_SENT PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT
#define APPLICATION PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION
#define BEGUN       PB__FEE_TASK_KIND__FEE_TASK_KIND_CONSULTATION_BEGUN
#define REPORT      PB__FEE_TASK_KIND__FEE_TASK_KIND_REPORT
#define DECISION    PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION

#define AWAITED    PB__CONSULTATION_STATE__CONSULTATION_STATE_AWAITED
#define APPLIED    PB__CONSULTATION_STATE__CONSULTATION_STATE_APPLIED
#define CONSULTING PB__CONSULTATION_STATE__CONSULTATION_STATE_CONSULTING
#define REPORTED   PB__CONSULTATION_STATE__CONSULTATION_STATE_REPORTED

#define LED       PB__FEE_SCOPE__FEE_SCOPE_LED
#define ALONE     PB__FEE_SCOPE__FEE_SCOPE_ALONE
#define SHARED    PB__FEE_SCOPE__FEE_SCOPE_SHARED
#define FORM_ONLY PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY
#define NONE      PB__FEE_SCOPE__FEE_SCOPE_NONE

/* --- days -------------------------------------------------------------------------------------------- */

/* Rule F1: the earliest wins, and it is said whose it is; in any order. */
Test(rules_tasks, an_authority_s_own_date_wins)
{
    const struct own {
        const char *authority_id, *on;
        Pb__FeeTaskKind kind;
        bool active;
    } dates[] = {
        {KENT, "2027-02-10", APPLICATION, true},
        {HERTS, "2027-02-05", APPLICATION, true},
        {ESSEX, "2027-01-01", APPLICATION, false}, /* has left */
        {ESSEX, "2027-02-05", APPLICATION, true},
        {KENT, "2027-03-20", BEGUN, true}, /* later than the cycle's */
        {KENT, "2027-03-15", BEGUN, true},
        {HERTS, "", REPORT, true},
        {"nobody", "2026-01-01", REPORT, true},
        {KENT, "2026-01-01", 0, true},
        {KENT, "2026-01-01", 9, true},
    };
    uint64_t seed = 3;
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    const Pb__FeeCycle *cycle = cycle_2027(&arena);
    for (int round = 0; round < 50; round++) {
        struct fee_days days;
        fee_days_init(&days, cycle);
        for (int i = 0; i < 60; i++) { /* each many times */
            size_t at = i < (int)COUNT(dates) ? (size_t)i : below(&seed, COUNT(dates));
            if (round % 2)
                at = COUNT(dates) - 1 - at;
            Pb__FeeDate date;
            Pb__Authority member;
            pb__fee_date__init(&date), pb__authority__init(&member);
            date.authority_id = dates[at].authority_id, date.due_on = dates[at].on;
            date.kind = dates[at].kind;
            member.state = dates[at].active ? PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE
                                            : PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_LEFT;
            fee_days_add(&days, &date, &member);
            fee_days_add(&days, &date, NULL);
        }
        cr_assert(date_compare(days.of[APPLICATION].on, day("2027-02-05")) == 0);
        cr_assert_str_eq(days.of[APPLICATION].set_by.text, ESSEX); /* the lower code of two */
        cr_assert(date_compare(days.of[BEGUN].on, day("2027-03-15")) == 0);
        cr_assert_str_eq(days.of[BEGUN].set_by.text, ""); /* the cycle's */
        cr_assert(date_compare(days.of[REPORT].on, day("2027-04-30")) == 0);
    }
    arena_finish(&arena);
}

Test(rules_tasks, days_as_they_are_told)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct fee_days days;
    Pb__FeeTask **tasks;
    size_t count;
    fee_days_init(&days, cycle_2027(&arena));
    days.of[BEGUN].on = DATE_NONE;
    cr_assert(fee_days_tasks(&days, &arena, &tasks, &count));
    cr_assert(count == 5 && tasks[2]->kind == APPLICATION && tasks[3]->kind == REPORT);
    cr_assert_str_eq(tasks[2]->due_on, "2027-03-01");
    arena_finish(&arena);
}

Test(rules_tasks, which_dates_an_authority_may_set)
{
    const struct {
        Pb__FeeTaskKind kind;
        const char *on;
        enum fees_refusal refusal;
    } cases[] = {
        {APPLICATION, "2027-02-28", REFUSAL_NONE},
        {APPLICATION, "", REFUSAL_NONE},
        {APPLICATION, "2027-03-01", REFUSAL_DATE_NOT_EARLIER},
        {APPLICATION, "2027-03-02", REFUSAL_DATE_NOT_EARLIER},
        {APPLICATION, "2026-03-31", REFUSAL_NONE},
        {APPLICATION, "2026-03-30", REFUSAL_DATE_FAR},
        {APPLICATION, "1 March", REFUSAL_DATE_WRONG},
        {0, "2027-02-28", REFUSAL_DATE_KIND_WRONG},
        {9, "2027-02-28", REFUSAL_DATE_KIND_WRONG},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeDate date;
        pb__fee_date__init(&date);
        date.kind = cases[i].kind, date.due_on = cases[i].on;
        cr_assert(fee_date_check(&date, cycle_2027(&arena)) == cases[i].refusal, "case %zu", i);
    }
    arena_finish(&arena);
}

/* --- one home, told in a line ------------------------------------------------------------------------ */

/* Essex leads and has one child there, Hertfordshire two; Kent had one and took it away. */
struct home {
    Pb__FeeScope scope;
    Pb__ConsultationState state;
    uint32_t submission;
    Pb__FeeLevel level, told;
    const char *begun_on;
    const char *decided; /* LAs that decided on submission 1, by first letter: "EH" */
    const char *sent;    /* letters sent on 2027-03-20: LA and number of the kind, "E2H1" */
    const char *today;
    bool closed;
};

static const struct placed placed[] = {{ESSEX, 1}, {HERTS, 2}, {KENT, 0}, {NULL, 0}};

static const char *code_of(char letter)
{
    return letter == 'E' ? ESSEX : letter == 'H' ? HERTS : KENT;
}

static char letter_of(const char *code)
{
    return !code[0] ? 'P' : strcmp(code, ESSEX) == 0 ? 'E' : strcmp(code, HERTS) == 0 ? 'H' : 'K';
}

static struct fee_matter matter_of(const struct home *home, struct arena *arena)
{
    Pb__FeeCycle *cycle = cycle_2027(arena);
    Pb__Consultation *at = consultation(home->scope, home->state, placed, arena);
    struct fee_days *days = arena_new(arena, struct fee_days);
    Pb__FeeDecision **decisions = arena_array(arena, Pb__FeeDecision *, 4);
    Pb__FeeLetter **letters = arena_array(arena, Pb__FeeLetter *, 12);
    struct fee_matter matter = {cycle, days, at, decisions, 0, letters, 0, day(home->today)};
    fee_days_init(days, cycle);
    if (home->closed)
        cycle->state = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED;
    if (home->scope == LED || home->scope == ALONE)
        at->lead_id = ESSEX;
    if (home->scope == SHARED)
        at->kind = PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY;
    at->submission = home->submission, at->level = home->level, at->told_level = home->told,
    at->told_reason = home->told ? "a third in two years" : "";
    at->begun_on = home->begun_on ? home->begun_on : "";
    for (const char *c = home->decided ? home->decided : ""; *c; c++) {
        Pb__FeeDecision *decision = decisions[matter.decision_count++] = arena_new(arena, Pb__FeeDecision);
        pb__fee_decision__init(decision);
        decision->authority_id = code_of(*c), decision->submission = 1;
        decision->decided_on = "2027-03-20";
        decision->kind = PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT;
    }
    for (const char *c = home->sent ? home->sent : ""; *c; c += 2) {
        Pb__FeeLetter *letter = letters[matter.letter_count++] = arena_new(arena, Pb__FeeLetter);
        pb__fee_letter__init(letter);
        letter->authority_id = code_of(c[0]), letter->kind = (Pb__FeeLetterKind)(c[1] - '0');
        letter->sent_on = "2027-03-20";
    }
    return matter;
}

#define WITHIN      PB__FEE_LEVEL__FEE_LEVEL_WITHIN
#define EXCEPTIONAL PB__FEE_LEVEL__FEE_LEVEL_EXCEPTIONAL

/* Letters, each as LA, number of its kind, and `+` where it was sent. */
Test(rules_tasks, letters_due)
{
    const struct {
        struct home home;
        const char *letters;
    } cases[] = {
        {{.scope = LED, .state = AWAITED}, "E2 H1 "},
        {{.scope = LED, .state = AWAITED, .sent = "E2H1K1"}, "E2+ H1+ "},
        {{.scope = ALONE, .state = AWAITED}, "E2 "},
        {{.scope = SHARED, .state = AWAITED}, ""},
        {{.scope = FORM_ONLY, .state = AWAITED}, ""},
        {{.scope = LED, .state = APPLIED, .submission = 1}, "H1 "},
        {{.scope = LED, .state = CONSULTING, .submission = 1, .begun_on = "2027-03-20"}, "E3 H1 "},
        {{.scope = LED, .state = CONSULTING, .submission = 1, .begun_on = "2027-03-20", .sent = "E3"},
         "E3+ H1 "},
        {{.scope = LED, .state = CONSULTING, .submission = 1, .begun_on = "2027-03-21", .sent = "E3"},
         "E3 H1 "}, /* sent before it began anew */
        {{.scope = LED, .state = REPORTED, .submission = 1, .decided = "EHK"}, "E4 H1 H4 "},
        {{.scope = LED, .state = REPORTED, .submission = 1, .decided = "EH", .sent = "H4H1"}, "E4 H1+ H4+ "},
        {{.scope = LED, .state = REPORTED, .submission = 2, .decided = "EH"}, "H1 "}, /* outdated */
        {{.scope = SHARED, .state = APPLIED, .submission = 1, .decided = "H"}, "H4 "},
        {{.scope = LED, .state = AWAITED, .closed = true}, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct home home = cases[i].home;
        struct fee_letter_due *letters;
        size_t count;
        char text[200] = "";
        arena_init(&arena, TEST_ARENA_BYTES);
        home.today = "2027-03-25";
        struct fee_matter matter = matter_of(&home, &arena);
        cr_assert(fee_letters_due(&matter, &arena, &letters, &count));
        for (size_t j = 0; j < count; j++) {
            size_t size = strlen(text);
            snprintf(text + size, sizeof text - size, "%c%d%s ", letter_of(letters[j].authority_id),
                     (int)letters[j].kind, letters[j].sent ? "+" : "");
        }
        cr_assert_str_eq(text, cases[i].letters, "case %zu: %s", i, text);
        arena_finish(&arena);
    }
}

Test(rules_tasks, days_of_letters)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct fee_days days;
    fee_days_init(&days, cycle_2027(&arena));
    const char *const due[] = {"", "2026-12-31", "2026-12-31", "2027-03-15", "2027-05-31"};
    for (size_t i = 1; i < COUNT(due); i++)
        cr_assert(date_compare(fee_letter_day(&days, (Pb__FeeLetterKind)i), day(due[i])) == 0, "%zu", i);
    cr_assert(date_is_none(fee_letter_day(&days, (Pb__FeeLetterKind)9)));
    arena_finish(&arena);
}

/* Tasks, each as its number and whose it is; `P`: the provider's. 1 level, 2 letter, 3 application, 4
 * beginning, 5 report, 6 decision. */
Test(rules_tasks, what_is_to_be_done)
{
    const struct {
        struct home home;
        const char *tasks;
    } cases[] = {
        {{.scope = LED, .state = AWAITED, .today = "2026-12-01"}, "1E 2E 2H 3P "},
        {{.scope = LED, .state = AWAITED, .told = WITHIN, .sent = "E2H1", .today = "2026-12-01"}, "3P "},
        {{.scope = ALONE, .state = AWAITED, .today = "2026-12-01"}, "1E 2E 3P "},
        {{.scope = SHARED, .state = AWAITED, .today = "2026-12-01"}, "3P "},
        {{.scope = FORM_ONLY, .state = AWAITED, .today = "2026-12-01"}, "3P "},
        {{.scope = NONE, .state = AWAITED, .today = "2026-12-01"}, ""},
        {{.scope = LED,
          .state = APPLIED,
          .submission = 1,
          .told = WITHIN,
          .level = WITHIN,
          .sent = "H1",
          .today = "2027-03-25"},
         "5E "},
        {{.scope = LED,
          .state = APPLIED,
          .submission = 1,
          .told = EXCEPTIONAL,
          .level = WITHIN,
          .sent = "H1",
          .today = "2027-03-25"},
         "4E 5E "},
        {{.scope = LED,
          .state = CONSULTING,
          .submission = 1,
          .told = EXCEPTIONAL,
          .sent = "H1E3",
          .begun_on = "2027-03-15",
          .today = "2027-03-25"},
         "5E "},
        {{.scope = LED,
          .state = CONSULTING,
          .submission = 1,
          .told = EXCEPTIONAL,
          .sent = "H1E3",
          .begun_on = "2027-03-15",
          .today = "2027-05-01"},
         "5E 6E 6H "}, /* the report is late: they may decide without */
        {{.scope = LED, .state = REPORTED, .submission = 1, .sent = "H1", .today = "2027-04-10"}, "6E 6H "},
        {{.scope = LED,
          .state = REPORTED,
          .submission = 1,
          .sent = "H1",
          .decided = "H",
          .today = "2027-04-10"},
         "2H 6E "},
        {{.scope = LED,
          .state = REPORTED,
          .submission = 1,
          .sent = "H1H4E4",
          .decided = "EH",
          .today = "2027-04-10"},
         ""},
        {{.scope = SHARED, .state = APPLIED, .submission = 1, .today = "2027-03-25"}, "6E 6H "},
        {{.scope = FORM_ONLY, .state = APPLIED, .submission = 1, .today = "2027-03-25"}, ""},
        {{.scope = LED,
          .state = REPORTED,
          .submission = 1,
          .closed = true,
          .decided = "E",
          .today = "2028-04-10"},
         "6H "}, /* closed: decisions alone */
        {{.scope = LED, .state = AWAITED, .closed = true, .today = "2028-04-10"}, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct fee_task *tasks;
        size_t count;
        char text[200] = "";
        arena_init(&arena, TEST_ARENA_BYTES);
        struct fee_matter matter = matter_of(&cases[i].home, &arena);
        cr_assert(fee_tasks_open(&matter, &arena, &tasks, &count));
        for (size_t j = 0; j < count; j++) {
            size_t size = strlen(text);
            snprintf(text + size, sizeof text - size, "%d%c ", (int)tasks[j].kind,
                     letter_of(tasks[j].authority_id));
        }
        cr_assert_str_eq(text, cases[i].tasks, "case %zu: %s", i, text);
        arena_finish(&arena);
    }
}

/* --- reminders --------------------------------------------------------------------------------------- */

/* Fourteen days before, on the day, and late from the day after. */
Test(rules_tasks, when_reminders_go_out)
{
    const struct {
        const char *today;
        uint32_t days_before; /* of the cycle */
        bool reminded, late;
        uint32_t days;
    } cases[] = {
        {"2027-02-14", 0, false, false, 0}, {"2027-02-15", 0, true, false, 14},
        {"2027-03-01", 0, true, false, 0},  {"2027-03-02", 0, true, true, 1},
        {"2027-02-15", 7, false, false, 0}, {"2027-02-22", 7, true, false, 7},
        {"2028-03-01", 0, true, true, 366},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        Pb__FeeReminder **list;
        size_t count;
        arena_init(&arena, TEST_ARENA_BYTES);
        const struct home home = {.scope = SHARED, .state = AWAITED, .today = cases[i].today};
        struct fee_matter matter = matter_of(&home, &arena);
        Pb__FeeCycle cycle = *matter.cycle;
        cycle.reminder_days = cases[i].days_before, matter.cycle = &cycle;
        struct fee_reminders *reminders = fee_reminders_create("", "", &arena);
        cr_assert(fee_reminders_add(reminders, &matter, &arena));
        cr_assert(fee_reminders_build(reminders, &list, &count) == CODE_OK);
        cr_assert(count == cases[i].reminded, "case %zu", i);
        if (count == 0) {
            arena_finish(&arena);
            continue;
        }
        cr_assert(list[0]->late == cases[i].late && list[0]->days == cases[i].days, "case %zu", i);
        cr_assert_str_eq(list[0]->due_on, "2027-03-01");
        cr_assert_str_eq(list[0]->authority_id, "");
        cr_assert_str_eq(list[0]->provider_id, "provider");
        cr_assert_str_eq(list[0]->name, "Oak House");
        arena_finish(&arena);
    }
}

/* Each sees its own; the latest first; whose date it is. */
Test(rules_tasks, whose_reminders)
{
    const struct {
        const char *authority_id, *provider_id;
        size_t count;
    } cases[] = {{"", "", 5},   {ESSEX, "", 2},      {HERTS, "", 1},
                 {KENT, "", 0}, {"", "provider", 2}, {"", "p", 0}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena, scratch;
        Pb__FeeReminder **list;
        size_t count;
        arena_init(&arena, TEST_ARENA_BYTES);
        arena_init(&scratch, TEST_ARENA_BYTES);
        struct fee_reminders *reminders =
            fee_reminders_create(cases[i].authority_id, cases[i].provider_id, &arena);
        const struct home homes[] = {{.scope = LED, .state = AWAITED, .today = "2027-03-05"},
                                     {.scope = SHARED, .state = AWAITED, .today = "2027-03-05"}};
        for (size_t j = 0; j < COUNT(homes); j++) {
            struct fee_matter matter = matter_of(&homes[j], &scratch);
            struct fee_days days = *matter.days;
            days.of[APPLICATION] = (struct fee_day){day("2027-02-01"), {KENT}};
            matter.days = &days;
            cr_assert(fee_reminders_add(reminders, &matter, &scratch));
            arena_reset(&scratch); /* what is kept is copied */
        }
        cr_assert(fee_reminders_build(reminders, &list, &count) == CODE_OK);
        cr_assert(count == cases[i].count, "case %zu: %zu", i, count);
        for (size_t j = 0; j < count; j++) {
            cr_assert(j == 0 || strcmp(list[j - 1]->due_on, list[j]->due_on) <= 0);
            cr_assert_str_eq(list[j]->set_by, list[j]->kind == APPLICATION ? KENT : "");
            cr_assert(list[j]->late);
        }
        arena_finish(&scratch);
        arena_finish(&arena);
    }
}

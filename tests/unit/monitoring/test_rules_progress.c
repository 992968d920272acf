/* How far a cycle has come (rule M6), what is due or late (rules M3, A4), and what holds whatever is told. */

#include "services/monitoring/rules_reminders.h"
#include "tests/unit/monitoring/rules_kit.h"

#include "common/base/limits.h"

#include <stdio.h>
#include <stdlib.h>

#define LINK       PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK
#define SOLE       PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE
#define COMPLIANCE PB__FORM_PURPOSE__FORM_PURPOSE_CONTRACTUAL_COMPLIANCE
#define QUALITY    PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT
#define ASSURANCE  PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE
#define PLANNED    PB__VISIT_STATE__VISIT_STATE_PLANNED
#define MADE       PB__VISIT_STATE__VISIT_STATE_MADE
#define CANCELLED  PB__VISIT_STATE__VISIT_STATE_CANCELLED
#define DRAFT      PB__REPORT_STATE__REPORT_STATE_DRAFT
#define SENT       PB__REPORT_STATE__REPORT_STATE_SENT
#define COMMENTED  PB__REPORT_STATE__REPORT_STATE_COMMENTED
#define NOTICE     PB__REPORT_STATE__REPORT_STATE_NOTICE_GIVEN
#define PUBLISHED  PB__REPORT_STATE__REPORT_STATE_PUBLISHED
#define DISCARDED  PB__REPORT_STATE__REPORT_STATE_DISCARDED
#define BY_LA      PB__PROGRESS_OF__PROGRESS_OF_AUTHORITIES
#define BY_OWNER   PB__PROGRESS_OF__PROGRESS_OF_PROVIDERS
#define BY_HOME    PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS

#define TODAY "2026-06-01"

static Pb__AllocationCycle cycle_of_2025(void)
{
    Pb__AllocationCycle cycle;
    pb__allocation_cycle__init(&cycle);
    cycle.id = "2025-26", cycle.first_on = "2025-10-01", cycle.last_on = "2026-09-30";
    return cycle;
}

static Pb__Allocation allocation(const char *home, const char *authority, Pb__AllocationStanding standing)
{
    Pb__Allocation allocation;
    pb__allocation__init(&allocation);
    allocation.provision_id = home, allocation.name = home, allocation.authority_id = authority;
    allocation.standing = standing, allocation.provider_id = "owner";
    return allocation;
}

static Pb__Visit visit(const char *id, const char *home, const char *authority, Pb__FormPurpose purpose,
                       Pb__VisitState state, const char *intended_on)
{
    Pb__Visit visit;
    pb__visit__init(&visit);
    visit.id = id, visit.provision_id = home, visit.name = home, visit.authority_id = authority;
    visit.purpose = purpose, visit.state = state, visit.intended_on = intended_on;
    visit.cycle_id = "2025-26", visit.provider_id = "owner";
    visit.duty = PB__VISIT_DUTY__VISIT_DUTY_LINK;
    return visit;
}

static Pb__Report report(const char *id, const char *home, const char *authority, Pb__ReportState state)
{
    Pb__Report report;
    pb__report__init(&report);
    report.id = id, report.provision_id = home, report.name = home, report.authority_id = authority;
    report.state = state, report.cycle_id = "2025-26", report.provider_id = "owner";
    report.visited_on = "2026-05-20";
    return report;
}

struct expected {
    unsigned owed, intended, made, pending, overdue, soles;
};

static void is_as(const Pb__MonitoringProgress *row, struct expected expected, size_t number)
{
    cr_assert(row->owed == expected.owed && row->intended == expected.intended &&
                  row->made == expected.made && row->pending == expected.pending &&
                  row->overdue == expected.overdue && row->soles == expected.soles,
              "case %zu: owed %u, intended %u, made %u, pending %u, overdue %u, soles %u", number, row->owed,
              row->intended, row->made, row->pending, row->overdue, row->soles);
}

/* rules M6, A4: one provision of Hertfordshire's and up to two visits there: what is owed, and how it stands.
 */
Test(rules_progress, what_a_provision_owes)
{
    const struct {
        const char *today;
        Pb__AllocationStanding standing;
        Pb__Visit visits[2];
        size_t count;
        struct expected expected; /* of Hertfordshire */
        const char *next_on;
    } cases[] = {
        {TODAY, LINK, {{.id = NULL}}, 0, {1, 0, 0, 1, 0, 0}, ""},
        {"2026-10-01", LINK, {{.id = NULL}}, 0, {1, 0, 0, 1, 1, 0}, ""}, /* the cycle is over */
        {TODAY, SOLE, {{.id = NULL}}, 0, {0, 0, 0, 0, 0, 1}, ""},
        {TODAY, 0, {{.id = NULL}}, 0, {0, 0, 0, 0, 0, 0}, ""},
        {TODAY,
         LINK,
         {visit("v", "home", HERTS, COMPLIANCE, PLANNED, "2026-06-01")},
         1,
         {1, 1, 0, 1, 0, 0},
         TODAY},
        {TODAY,
         LINK,
         {visit("v", "home", HERTS, ASSURANCE, PLANNED, "2026-05-31")},
         1,
         {1, 1, 0, 1, 1, 0},
         ""},
        {TODAY, LINK, {visit("v", "home", HERTS, COMPLIANCE, MADE, "2026-05-01")}, 1, {1, 1, 1, 0, 0, 0}, ""},
        {TODAY,
         LINK,
         {visit("v", "home", HERTS, COMPLIANCE, CANCELLED, "2026-05-01")},
         1,
         {1, 0, 0, 1, 0, 0},
         ""},
        /* a quality visit is not the one that is owed */
        {TODAY, LINK, {visit("v", "home", HERTS, QUALITY, MADE, "2026-05-01")}, 1, {1, 0, 1, 1, 0, 0}, ""},
        {TODAY,
         LINK,
         {visit("v", "home", HERTS, QUALITY, PLANNED, "2026-07-01")},
         1,
         {1, 0, 0, 1, 0, 0},
         "2026-07-01"},
        /* made by the link before a transfer: owed nothing twice */
        {TODAY, LINK, {visit("v", "home", ESSEX, COMPLIANCE, MADE, "2026-05-01")}, 1, {1, 1, 0, 0, 0, 0}, ""},
        /* planned by it: the new link has still to plan */
        {TODAY,
         LINK,
         {visit("v", "home", ESSEX, COMPLIANCE, PLANNED, "2026-05-01")},
         1,
         {1, 0, 0, 1, 0, 0},
         ""},
        /* one late, another planned */
        {TODAY,
         LINK,
         {visit("v", "home", HERTS, COMPLIANCE, PLANNED, "2026-05-01"),
          visit("w", "home", HERTS, ASSURANCE, PLANNED, "2026-08-01")},
         2,
         {1, 1, 0, 1, 0, 0},
         "2026-08-01"},
        {TODAY, SOLE, {visit("v", "home", HERTS, COMPLIANCE, MADE, "2026-05-01")}, 1, {0, 0, 1, 0, 0, 1}, ""},
        {TODAY,
         LINK,
         {visit("v", "other", HERTS, COMPLIANCE, MADE, "2026-05-01")},
         1,
         {1, 0, 1, 1, 0, 0},
         ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__AllocationCycle cycle = cycle_of_2025();
        Pb__Allocation held = allocation("home", HERTS, cases[i].standing);
        Pb__MonitoringProgress **rows, total;
        struct arena arena;
        size_t count;
        arena_init(&arena, TEST_ARENA_BYTES);
        struct progress_builder *builder = progress_create(&cycle, day(cases[i].today), &arena);
        cr_assert(progress_add_allocation(builder, &held));
        for (size_t j = 0; j < cases[i].count; j++)
            cr_assert(progress_add_visit(builder, &cases[i].visits[j]));
        cr_assert(progress_build(builder, BY_LA, HERTS, &rows, &count, &total) == CODE_OK && count == 1);
        cr_assert_str_eq(rows[0]->id, HERTS);
        cr_assert_str_eq(rows[0]->name, "Hertfordshire");
        is_as(rows[0], cases[i].expected, i);
        cr_assert_str_eq(rows[0]->next_on, cases[i].next_on);
        arena_finish(&arena);
    }
}

/* rule M6: reports by where they stand; another cycle's are not counted. */
Test(rules_progress, where_reports_stand)
{
    const Pb__ReportState states[] = {DRAFT, SENT, NOTICE, COMMENTED, PUBLISHED, PUBLISHED, DISCARDED};
    Pb__AllocationCycle cycle = cycle_of_2025();
    Pb__Report reports[COUNT(states)], other = report("z", "home", HERTS, PUBLISHED);
    Pb__MonitoringProgress **rows, total;
    struct arena arena;
    size_t count;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct progress_builder *builder = progress_create(&cycle, day(TODAY), &arena);
    static const char *const ids[] = {"a", "b", "c", "d", "e", "f", "g"};
    for (size_t i = 0; i < COUNT(states); i++) {
        reports[i] = report(ids[i], "home", HERTS, states[i]);
        cr_assert(progress_add_report(builder, &reports[i]));
    }
    other.cycle_id = "2024-25";
    cr_assert(progress_add_report(builder, &other));
    cr_assert(progress_build(builder, BY_OWNER, "", &rows, &count, &total) == CODE_OK && count == 1);
    cr_assert(rows[0]->draft == 1 && rows[0]->awaiting_comment == 2 && rows[0]->commented == 1);
    cr_assert(rows[0]->published == 2 && total.published == 2);
    cr_assert_str_eq(rows[0]->id, "owner");
    arena_finish(&arena);
}

/* A cycle that is over is told by the terms that lasted at its end. */
Test(rules_progress, a_cycle_that_is_over)
{
    const struct {
        const char *from, *until;
        unsigned owed;
    } cases[] = {
        {"2025-10-05", "", 1}, {"2025-10-05", "2026-10-20", 1}, {"2025-10-05", "2026-09-30", 0},
        {"2026-10-01", "", 0}, {"2024-10-05", "2026-10-01", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__AllocationCycle cycle = cycle_of_2025();
        Pb__AllocationTerm term;
        Pb__MonitoringProgress **rows, total;
        struct arena arena;
        size_t count;
        arena_init(&arena, TEST_ARENA_BYTES);
        pb__allocation_term__init(&term);
        term.id = "term", term.provision_id = "home", term.authority_id = HERTS, term.standing = LINK;
        term.from = cases[i].from, term.until = cases[i].until;
        struct progress_builder *builder = progress_create(&cycle, day("2027-01-01"), &arena);
        cr_assert(progress_add_term(builder, &term, "owner"));
        cr_assert(progress_build(builder, BY_LA, "", &rows, &count, &total) == CODE_OK);
        cr_assert(total.owed == cases[i].owed && total.overdue == cases[i].owed, "case %zu", i);
        arena_finish(&arena);
    }
}

/* --- whatever is told -------------------------------------------------------------------------------- */

enum { HOMES = 12, VISITS = 30, REPORTS = 30, ROUNDS = 150, RECORDS = HOMES + VISITS + REPORTS };

struct random_region {
    char ids[RECORDS][8];
    Pb__RecordMeta metas[RECORDS];
    Pb__Allocation allocations[HOMES];
    Pb__Visit visits[VISITS], earlier[VISITS]; /* as they stand, and a version before */
    Pb__RecordMeta earlier_meta;
    Pb__Report reports[REPORTS];
};

static unsigned pick(unsigned *seed, unsigned below)
{
    return (unsigned)rand_r(seed) % below;
}

static void make_region(struct random_region *region, unsigned *seed)
{
    static const char *const authorities[] = {HERTS, ESSEX, KENT}, *const owners[] = {"", "owner", "firm"};
    static const char *const days[] = {"2025-11-01", "2026-05-31", "2026-06-01", "2026-06-20", "2026-09-01"};
    static const char *const homes[HOMES] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    for (size_t i = 0; i < RECORDS; i++) {
        snprintf(region->ids[i], sizeof region->ids[0], "r%03zu", i);
        pb__record_meta__init(&region->metas[i]);
        region->metas[i].version = 2;
    }
    pb__record_meta__init(&region->earlier_meta);
    region->earlier_meta.version = 1;
    for (size_t i = 0; i < HOMES; i++) {
        region->allocations[i] = allocation(homes[i], authorities[pick(seed, 3)], pick(seed, 3));
        region->allocations[i].provider_id = owners[i % 3];
        region->allocations[i].meta = &region->metas[i];
    }
    for (size_t i = 0; i < VISITS; i++) {
        unsigned home = pick(seed, HOMES);
        region->visits[i] = visit(region->ids[HOMES + i], homes[home], authorities[pick(seed, 3)],
                                  COMPLIANCE + pick(seed, 3), PLANNED + pick(seed, 3), days[pick(seed, 5)]);
        region->visits[i].cycle_id = pick(seed, 5) ? "2025-26" : "2024-25";
        region->visits[i].provider_id = owners[home % 3];
        region->visits[i].meta = &region->metas[HOMES + i];
        region->earlier[i] = region->visits[i];
        region->earlier[i].state = PLANNED, region->earlier[i].intended_on = days[0];
        region->earlier[i].meta = &region->earlier_meta;
    }
    for (size_t i = 0; i < REPORTS; i++) {
        unsigned home = pick(seed, HOMES);
        region->reports[i] = report(region->ids[HOMES + VISITS + i], homes[home], authorities[pick(seed, 3)],
                                    DRAFT + pick(seed, 6));
        region->reports[i].provider_id = owners[home % 3];
        region->reports[i].comment_by = region->reports[i].may_publish_on = days[pick(seed, 5)];
        region->reports[i].commented_on = TODAY;
        region->reports[i].meta = &region->metas[HOMES + VISITS + i];
    }
}

static void tell(struct progress_builder *builder, const struct random_region *region, size_t record)
{
    if (record < HOMES)
        cr_assert(progress_add_allocation(builder, &region->allocations[record]));
    else if (record < HOMES + VISITS)
        cr_assert(progress_add_visit(builder, &region->visits[record - HOMES]));
    else
        cr_assert(progress_add_report(builder, &region->reports[record - HOMES - VISITS]));
}

/* In a random order, some twice, some first in an earlier version or late in one. */
static void tell_in_disorder(struct progress_builder *builder, const struct random_region *region,
                             unsigned *seed)
{
    size_t order[RECORDS];
    for (size_t i = 0; i < RECORDS; i++)
        order[i] = i;
    for (size_t i = RECORDS; i-- > 1;) {
        size_t other = pick(seed, (unsigned)i + 1), kept = order[i];
        order[i] = order[other], order[other] = kept;
    }
    for (size_t i = 0; i < RECORDS; i++) {
        tell(builder, region, order[i]);
        if (pick(seed, 3) == 0)
            tell(builder, region, order[pick(seed, (unsigned)i + 1)]);
        if (pick(seed, 3) == 0)
            cr_assert(progress_add_visit(builder, &region->earlier[pick(seed, VISITS)]));
    }
}

static bool is_same(const Pb__MonitoringProgress *a, const Pb__MonitoringProgress *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0 &&
           strcmp(a->next_on, b->next_on) == 0 && a->owed == b->owed && a->intended == b->intended &&
           a->made == b->made && a->pending == b->pending && a->overdue == b->overdue &&
           a->draft == b->draft && a->awaiting_comment == b->awaiting_comment &&
           a->commented == b->commented && a->published == b->published && a->soles == b->soles;
}

/* rule M6: order and repetition change nothing; rows of LAs, of providers and of provisions come to the same
 * total; each LA's own total is its row; what is owed is pending or made, and overdue is pending. */
Test(rules_progress, order_and_repetition_change_nothing_and_sums_agree)
{
    unsigned seed = 20260601;
    const Pb__ProgressOf ways[] = {BY_LA, BY_OWNER, BY_HOME};
    for (int round = 0; round < ROUNDS; round++) {
        static struct random_region region;
        Pb__AllocationCycle cycle = cycle_of_2025();
        Pb__MonitoringProgress **rows, **again, total, total_again, region_total;
        Pb__Reminder **reminders, **reminders_again;
        struct arena arena;
        size_t count, count_again;
        arena_init(&arena, TEST_ARENA_BYTES);
        make_region(&region, &seed);
        struct progress_builder *one = progress_create(&cycle, day(TODAY), &arena);
        struct progress_builder *other = progress_create(&cycle, day(TODAY), &arena);
        for (size_t i = 0; i < RECORDS; i++)
            tell(one, &region, i);
        tell_in_disorder(other, &region, &seed);
        cr_assert(progress_build(one, BY_LA, "", &rows, &count, &region_total) == CODE_OK);
        for (size_t way = 0; way < COUNT(ways); way++) {
            cr_assert(progress_build(one, ways[way], "", &rows, &count, &total) == CODE_OK);
            cr_assert(progress_build(other, ways[way], "", &again, &count_again, &total_again) == CODE_OK);
            cr_assert(count == count_again && is_same(&total, &total_again) && is_same(&total, &region_total),
                      "round %d", round);
            for (size_t i = 0; i < count; i++) {
                cr_assert(is_same(rows[i], again[i]), "round %d, row %zu", round, i);
                cr_assert(rows[i]->overdue <= rows[i]->pending && rows[i]->pending <= rows[i]->owed);
                cr_assert(rows[i]->intended <= rows[i]->owed);
                cr_assert(rows[i]->intended + rows[i]->pending >= rows[i]->owed);
            }
        }
        cr_assert(progress_build(one, BY_LA, "", &rows, &count, &total) == CODE_OK);
        for (size_t i = 0; i < count; i++) {
            cr_assert(progress_build(other, BY_HOME, rows[i]->id, &again, &count_again, &total) == CODE_OK);
            total.id = rows[i]->id, total.name = rows[i]->name;
            cr_assert(is_same(&total, rows[i]), "round %d, %s", round, rows[i]->id);
        }
        cr_assert(progress_reminders(one, "", &reminders, &count) == CODE_OK);
        cr_assert(progress_reminders(other, "", &reminders_again, &count_again) == CODE_OK);
        cr_assert(count == count_again && count > 0, "round %d", round);
        for (size_t i = 0; i < count; i++) {
            cr_assert(reminders[i]->kind == reminders_again[i]->kind);
            cr_assert_str_eq(reminders[i]->detail, reminders_again[i]->detail);
            cr_assert_str_eq(reminders[i]->visit_id, reminders_again[i]->visit_id);
            cr_assert(i == 0 || strcmp(reminders[i - 1]->on, reminders[i]->on) <= 0);
        }
        arena_finish(&arena);
    }
}

Test(rules_progress, by_name)
{
    Pb__MonitoringProgress rows[3], *list[] = {&rows[0], &rows[1], &rows[2]};
    for (size_t i = 0; i < 3; i++)
        pb__monitoring_progress__init(&rows[i]);
    rows[0].name = "Kent", rows[1].name = "Essex", rows[1].id = "2", rows[2].name = "Essex", rows[2].id = "1";
    progress_sort_by_name(list, 3);
    cr_assert(list[0] == &rows[2] && list[1] == &rows[1] && list[2] == &rows[0]);
    progress_sort_by_name(NULL, 0);
}

/* --- reminders --------------------------------------------------------------------------------------- */

#define REMIND(kind) PB__REMINDER_KIND__REMINDER_KIND_##kind

static Pb__Visit sole_visit(const char *intended_on)
{
    Pb__Visit planned = visit("v", "home", HERTS, COMPLIANCE, PLANNED, intended_on);
    planned.duty = PB__VISIT_DUTY__VISIT_DUTY_SOLE;
    return planned;
}

static Pb__Report dated(Pb__ReportState state, const char *day_of_it)
{
    Pb__Report dated = report("r", "home", HERTS, state);
    dated.comment_by = dated.may_publish_on = dated.commented_on = day_of_it;
    dated.cycle_id = "2024-25"; /* what was begun before a cycle ended is still to be finished */
    return dated;
}

static Pb__Report draft_of(const char *visited_on)
{
    Pb__Report draft = dated(DRAFT, "");
    draft.visited_on = visited_on;
    return draft;
}

/* rules M3, A4: each kind, on its last day before and its first day on which it comes. */
Test(rules_progress, reminders_and_their_days)
{
    const struct {
        const char *today;
        Pb__AllocationStanding standing;
        Pb__Visit visit;   /* without an identifier: none */
        Pb__Report report; /* the same */
        Pb__ReminderKind kind;
        const char *on, *detail;
    } cases[] = {
        /* 56 days into the cycle */
        {"2025-11-25", LINK, {.id = NULL}, {.id = NULL}, 0, "", ""},
        {"2025-11-26",
         LINK,
         {.id = NULL},
         {.id = NULL},
         REMIND(VISIT_UNPLANNED),
         "2025-11-26",
         "no visit is planned yet; it was to be by today"},
        {"2025-11-26", SOLE, {.id = NULL}, {.id = NULL}, 0, "", ""},
        {TODAY, LINK, visit("v", "home", HERTS, COMPLIANCE, PLANNED, "2026-08-01"), {.id = NULL}, 0, "", ""},
        {TODAY, LINK, visit("v", "home", HERTS, COMPLIANCE, PLANNED, "2026-06-16"), {.id = NULL}, 0, "", ""},
        {TODAY,
         LINK,
         visit("v", "home", HERTS, COMPLIANCE, PLANNED, "2026-06-15"),
         {.id = NULL},
         REMIND(VISIT_DUE),
         "2026-06-15",
         "the visit is planned in 14 days"},
        {TODAY,
         LINK,
         visit("v", "home", HERTS, COMPLIANCE, PLANNED, TODAY),
         {.id = NULL},
         REMIND(VISIT_DUE),
         TODAY,
         "the visit is planned today"},
        {TODAY,
         LINK,
         visit("v", "home", HERTS, COMPLIANCE, PLANNED, "2026-05-31"),
         {.id = NULL},
         REMIND(VISIT_LATE),
         "2026-05-31",
         "the visit was planned 1 day ago"},
        {TODAY,
         SOLE,
         sole_visit("2026-06-02"),
         {.id = NULL},
         REMIND(VISIT_DUE),
         "2026-06-02",
         "the visit is planned in 1 day"},
        {TODAY, SOLE, sole_visit("2026-05-31"), {.id = NULL}, 0, "", ""},
        {TODAY, LINK, visit("v", "home", HERTS, COMPLIANCE, MADE, "2026-05-31"), {.id = NULL}, 0, "", ""},
        /* 20 working days after Friday 1 May: bank holidays on the 4th and the 25th */
        {"2026-06-02", SOLE, {.id = NULL}, draft_of("2026-05-01"), 0, "", ""},
        {"2026-06-03",
         SOLE,
         {.id = NULL},
         draft_of("2026-05-01"),
         REMIND(REPORT_LATE),
         "2026-06-02",
         "the report is in draft; it was due 1 day ago"},
        {TODAY, SOLE, {.id = NULL}, dated(SENT, "2026-06-05"), 0, "", ""},
        {TODAY,
         SOLE,
         {.id = NULL},
         dated(SENT, "2026-06-04"),
         REMIND(COMMENT_DUE),
         "2026-06-04",
         "the provider's comment is due in 3 days"},
        {TODAY,
         SOLE,
         {.id = NULL},
         dated(SENT, TODAY),
         REMIND(COMMENT_DUE),
         TODAY,
         "the provider's comment is due today"},
        {TODAY,
         SOLE,
         {.id = NULL},
         dated(SENT, "2026-05-31"),
         REMIND(NOTICE_DUE),
         "2026-05-31",
         "no comment came; its date was 1 day ago"},
        {TODAY, SOLE, {.id = NULL}, dated(NOTICE, "2026-06-02"), 0, "", ""},
        {TODAY,
         SOLE,
         {.id = NULL},
         dated(NOTICE, TODAY),
         REMIND(MAY_PUBLISH),
         TODAY,
         "it may be published without comment, since today"},
        {TODAY,
         SOLE,
         {.id = NULL},
         dated(COMMENTED, "2026-05-30"),
         REMIND(MAY_PUBLISH),
         "2026-05-30",
         "to be published: its comment came 2 days ago"},
        {TODAY, SOLE, {.id = NULL}, dated(PUBLISHED, "2026-05-30"), 0, "", ""},
        {TODAY, SOLE, {.id = NULL}, dated(DISCARDED, "2026-05-30"), 0, "", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__AllocationCycle cycle = cycle_of_2025();
        Pb__Allocation held = allocation("home", HERTS, cases[i].standing);
        Pb__Reminder **reminders;
        struct arena arena;
        size_t count;
        arena_init(&arena, TEST_ARENA_BYTES);
        struct progress_builder *builder = progress_create(&cycle, day(cases[i].today), &arena);
        cr_assert(progress_add_allocation(builder, &held));
        cr_assert(!cases[i].visit.id || progress_add_visit(builder, &cases[i].visit));
        cr_assert(!cases[i].report.id || progress_add_report(builder, &cases[i].report));
        cr_assert(progress_reminders(builder, "", &reminders, &count) == CODE_OK);
        cr_assert(count == (cases[i].kind ? 1 : 0), "case %zu: %zu", i, count);
        if (count == 1) {
            cr_assert(reminders[0]->kind == cases[i].kind, "case %zu", i);
            cr_assert_str_eq(reminders[0]->on, cases[i].on);
            cr_assert_str_eq(reminders[0]->detail, cases[i].detail);
            cr_assert_str_eq(reminders[0]->authority_id, HERTS);
        }
        cr_assert(progress_reminders(builder, ESSEX, &reminders, &count) == CODE_OK && count == 0);
        arena_finish(&arena);
    }
}

static const char expiring_form[] = "form: quality-visit\n"
                                    "title: Quality visit\n"
                                    "purpose: quality visit\n"
                                    "section: all: All\n"
                                    "question: gas: Gas safety certificate\n"
                                    "  answer: expiry\n"
                                    "question: fire: Fire risk assessment\n"
                                    "  answer: expiry\n";

struct published {
    Pb__Report report;
    Pb__FormAnswer answers[2], *list[2];
    Pb__PublishedReport whole;
};

static void publish(struct published *published, const char *id, const char *visited_on, const char *gas,
                    const char *fire)
{
    published->report = report(id, "home", ESSEX, PUBLISHED);
    published->report.visited_on = visited_on;
    pb__published_report__init(&published->whole);
    published->whole.id = id, published->whole.report = &published->report;
    for (size_t i = 0; i < 2; i++) {
        pb__form_answer__init(&published->answers[i]);
        published->answers[i].question_id = i ? "fire" : "gas";
        published->answers[i].date = i ? fire : gas;
        published->list[i] = &published->answers[i];
    }
    published->whole.answers = published->list, published->whole.n_answers = 2;
}

/* What was told of may be gone afterwards. */
static bool tell_published(struct progress_builder *builder, const struct published *published,
                           const Pb__FormTemplate *form)
{
    struct arena scratch;
    arena_init(&scratch, TEST_ARENA_BYTES);
    bool told = progress_add_published(builder, &published->whole, form, &scratch);
    arena_finish(&scratch);
    return told;
}

/* What expires is told from the latest report, as amended, to who has the provision now. */
Test(rules_progress, what_expires)
{
    Pb__AllocationCycle cycle = cycle_of_2025();
    Pb__Allocation held = allocation("home", HERTS, SOLE);
    struct published earlier, latest;
    Pb__FormTemplate *form;
    struct form_problems problems;
    Pb__Reminder **reminders;
    struct arena arena;
    size_t count;
    arena_init(&arena, TEST_ARENA_BYTES);
    cr_assert(form_read(span_of_text(expiring_form), &arena, &form, &problems) == CODE_OK);
    publish(&earlier, "a", "2025-05-01", "2025-12-01", "2025-12-01");
    publish(&latest, "b", "2026-05-01", "2026-07-31", "2026-08-01"); /* in 60 days, in 61 */
    struct progress_builder *builder = progress_create(&cycle, day(TODAY), &arena);
    cr_assert(tell_published(builder, &latest, form));
    cr_assert(tell_published(builder, &earlier, form));
    cr_assert(progress_reminders(builder, "", &reminders, &count) == CODE_OK && count == 1);
    cr_assert_str_eq(reminders[0]->authority_id, ESSEX); /* nobody has it: who wrote it */
    cr_assert(progress_add_allocation(builder, &held));
    cr_assert(progress_reminders(builder, HERTS, &reminders, &count) == CODE_OK && count == 1);
    cr_assert(reminders[0]->kind == REMIND(EXPIRY));
    cr_assert_str_eq(reminders[0]->on, "2026-07-31");
    cr_assert_str_eq(reminders[0]->detail, "Gas safety certificate: ends in 60 days");
    cr_assert_str_eq(reminders[0]->report_id, "b");
    cr_assert_str_eq(reminders[0]->question_id, "gas");
    Pb__FormAnswer renewed, *renewals[] = {&renewed};
    Pb__ReportAmendment amendment, *amendments[] = {&amendment};
    pb__form_answer__init(&renewed);
    renewed.question_id = "fire", renewed.date = "2026-05-30";
    pb__report_amendment__init(&amendment);
    amendment.answers = renewals, amendment.n_answers = 1;
    Pb__RecordMeta newer;
    pb__record_meta__init(&newer);
    newer.version = 2;
    latest.whole.amendments = amendments, latest.whole.n_amendments = 1, latest.whole.meta = &newer;
    cr_assert(tell_published(builder, &latest, form));
    cr_assert(progress_reminders(builder, "", &reminders, &count) == CODE_OK && count == 2);
    cr_assert_str_eq(reminders[0]->detail, "Fire risk assessment: ended 2 days ago");
    arena_finish(&arena);
}

/* A full arena is told, and nothing is given back. */
Test(rules_progress, no_room)
{
    Pb__AllocationCycle cycle = cycle_of_2025();
    Pb__Allocation held = allocation("home", HERTS, LINK);
    struct arena arena;
    arena_init(&arena, 0);
    cr_assert(!progress_create(&cycle, day(TODAY), &arena));
    arena_finish(&arena);
    arena_init(&arena, ARENA_BLOCK_BYTES);
    struct progress_builder *builder = progress_create(&cycle, day(TODAY), &arena);
    cr_assert(builder);
    bool told = true;
    for (int i = 0; i < 10000 && told; i++)
        told = progress_add_allocation(builder, &held);
    cr_assert(!told);
    while (arena_alloc(&arena, 64))
        ;
    Pb__MonitoringProgress **rows = NULL, total;
    size_t count = 99;
    cr_assert(progress_build(builder, BY_LA, "", &rows, &count, &total) == CODE_RESOURCE_EXHAUSTED);
    cr_assert(!rows && count == 99);
    arena_finish(&arena);
}

/* Names are put in order as far as a place between two of them says; cut between characters, not in one. */
Test(rules_progress, order_of_rows)
{
    static const char a_99[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static_assert(sizeof a_99 == 100, "one less than counts");
    char long_one[200], long_two[200];
    snprintf(long_one, sizeof long_one, "%s\u00e9 one", a_99);
    snprintf(long_two, sizeof long_two, "%s\u00e9 two", a_99);
    const struct {
        const char *name, *id;
    } cases[] = {{"", "z"},   {"Ash", "b"},    {"Ash", "c"},   {"Ashes", "a"},
                 {a_99, "1"}, {long_two, "2"}, {long_one, "3"}};
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t k = 0; k < COUNT(cases); k++) {
            Pb__MonitoringProgress one, other;
            const Pb__MonitoringProgress *left = &one, *right = &other;
            pb__monitoring_progress__init(&one);
            pb__monitoring_progress__init(&other);
            one.name = cases[i].name, one.id = cases[i].id;
            other.name = cases[k].name, other.id = cases[k].id;
            cr_assert((progress_compare(&left, &right) < 0) == (i < k), "%zu %zu", i, k);
            left = progress_bare(left, &arena);
            cr_assert(left && (progress_compare(&left, &right) < 0) == (i < k), "bare: %zu %zu", i, k);
            cr_assert((progress_compare(&left, &right) == 0) == (i == k));
        }
    arena_finish(&arena);
}

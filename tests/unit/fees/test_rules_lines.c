/* Child-level lines, what they come to, and what a cycle was worth (rules F5, F8, S2). */

#include "services/fees/rules_lines.h"
#include "services/fees/rules_worth.h"
#include "tests/unit/fees/rules_sums_kit.h"

#define DAY      PB__ATTENDANCE__ATTENDANCE_DAY
#define WEEKS_38 PB__ATTENDANCE__ATTENDANCE_WEEKS_38
#define WEEKS_52 PB__ATTENDANCE__ATTENDANCE_WEEKS_52
#define UNSAID   PB__ATTENDANCE__ATTENDANCE_UNSPECIFIED

#define PENDING PB__FEE_DECISION_KIND__FEE_DECISION_KIND_PENDING
#define ACCEPT  PB__FEE_DECISION_KIND__FEE_DECISION_KIND_ACCEPT
#define OTHER   PB__FEE_DECISION_KIND__FEE_DECISION_KIND_OTHER
#define REJECT  PB__FEE_DECISION_KIND__FEE_DECISION_KIND_REJECT

static const struct charge charges[SERVICES] = {{"bed", 300000, 330000}, {"day", 100000, 120000}};

/* --- rows -------------------------------------------------------------------------------------------- */

static Pb__FeeLine right_line(void)
{
    Pb__FeeLine line;
    pb__fee_line__init(&line);
    line.placement_id = "placement", line.reference = "HCC-1042", line.service_id = "bed";
    line.attendance = WEEKS_52, line.current_pence = 310000, line.proposed_pence = 341000;
    line.effective_on = "2027-04-01";
    return line;
}

/* Each field by itself, wrong and right. */
Test(rules_lines, what_is_wrong_with_a_row)
{
    enum { AGREED = 1, OTHERS = 2, NO_PLACEMENT = 4, NOT_APPLIED = 8 };
    struct {
        const char *placement, *reference, *service, *effective;
        Pb__Attendance attendance;
        int64_t current, proposed, agreed;
        unsigned flags;
        const char *field; /* "": nothing is wrong */
    } cases[] = {
        {"placement", "HCC-1042", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, 0, ""},
        {"placement", "7", "", "2028-03-31", DAY, 1, 1, 0, AGREED, ""},
        {"placement", "a/1_b.c-9", "", "", WEEKS_38, 1, 1, 0, NOT_APPLIED, ""},
        {"placement", "HCC-1042", "day", "2027-04-01", UNSAID, 1, 1, 0, 0, ""}, /* as its service */
        {"", "HCC-1042", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, 0, "placement_id"},
        {"placement", "HCC-1042", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, OTHERS, "placement_id"},
        {"placement", "HCC-1042", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, NO_PLACEMENT, "placement_id"},
        {"placement", "", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, 0, "reference"},
        {"placement", "Jo Smith 7", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, 0, "reference"},
        {"placement", "Smith", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, 0, "reference"},
        {"placement", "=A1", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, 0, "reference"},
        {"placement", "1234567890123456789012345678901234567890123456789012345678901234", "bed", "2027-04-01",
         WEEKS_52, 1, 1, 0, 0, ""},
        {"placement", "12345678901234567890123456789012345678901234567890123456789012345", "bed",
         "2027-04-01", WEEKS_52, 1, 1, 0, 0, "reference"},
        {"placement", "1", "cot", "2027-04-01", WEEKS_52, 1, 1, 0, 0, "service_id"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, 1, 1, 0, NOT_APPLIED, "service_id"},
        {"placement", "1", "", "2027-04-01", UNSAID, 1, 1, 0, 0, "attendance"},
        {"placement", "1", "bed", "2027-04-01", 9, 1, 1, 0, 0, "attendance"},
        {"placement", "1", "bed", "2027-03-31", WEEKS_52, 1, 1, 0, 0, "effective_on"},
        {"placement", "1", "bed", "2028-04-01", WEEKS_52, 1, 1, 0, 0, "effective_on"},
        {"placement", "1", "bed", "1 April", WEEKS_52, 1, 1, 0, 0, "effective_on"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, 0, 1, 0, 0, "current_pence"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, -1, 1, 0, 0, "current_pence"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, FEE_WEEKLY_PENCE_MAX, 1, 0, 0, ""},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, FEE_WEEKLY_PENCE_MAX + 1, 1, 0, 0, "current_pence"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, 1, 0, 0, 0, "proposed_pence"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, 1, INT64_MAX, 0, 0, "proposed_pence"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, 1, 1, -1, AGREED, "agreed_pence"},
        {"placement", "1", "bed", "2027-04-01", WEEKS_52, 1, 1, INT64_MAX, AGREED, "agreed_pence"},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    Pb__FeeSubmission *applied = submission(1, charges, &arena);
    applied->services[1]->attendance = DAY;
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeLine line = right_line(), kept = {.cycle_id = NULL};
        Pb__PlacementFact placement;
        Pb__FeeLineRow row;
        struct fee_line_problems problems;
        pb__placement_fact__init(&placement);
        placement.authority_id = cases[i].flags & OTHERS ? ESSEX : HERTS, placement.provision_id = HOME;
        line.placement_id = cases[i].placement, line.reference = cases[i].reference;
        line.service_id = cases[i].service, line.effective_on = cases[i].effective;
        line.attendance = cases[i].attendance, line.current_pence = cases[i].current;
        line.proposed_pence = cases[i].proposed;
        if (cases[i].flags & AGREED)
            line.agreed_case = PB__FEE_LINE__AGREED_AGREED_PENCE, line.agreed_pence = cases[i].agreed;
        pb__fee_line_row__init(&row);
        row.row = 12, row.line = &line;
        fee_line_problems_init(&problems, &arena);
        const struct fee_line_facts facts = {cycle_2027(&arena), HERTS,
                                             cases[i].flags & NO_PLACEMENT ? NULL : &placement,
                                             cases[i].flags & NOT_APPLIED ? NULL : applied};
        bool right = fee_line_check(&row, &facts, &problems, &kept);
        cr_assert(right == (cases[i].field[0] == '\0'), "case %zu", i);
        cr_assert(problems.count == !right && !problems.full, "case %zu", i);
        if (!right) {
            cr_assert(problems.items[0]->row == 12 && !kept.cycle_id, "case %zu", i);
            cr_assert_str_eq(problems.items[0]->field, cases[i].field, "case %zu", i);
            cr_assert(strlen(line.reference) < 3 || !strstr(problems.items[0]->reason, line.reference));
            continue;
        }
        cr_assert_str_eq(kept.provision_id, HOME);
        cr_assert_str_eq(kept.authority_id, HERTS);
        cr_assert_str_eq(kept.cycle_id, CYCLE);
        cr_assert_str_eq(kept.effective_on, cases[i].effective[0] ? cases[i].effective : "2027-04-01");
        cr_assert(kept.attendance == (cases[i].attendance ? cases[i].attendance : DAY));
    }
    arena_finish(&arena);
}

/* Every wrong field of a row is told, and a row without anything too. */
Test(rules_lines, everything_that_is_wrong_is_told)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    struct fee_line_problems problems;
    Pb__FeeLine kept;
    Pb__FeeLineRow row;
    const struct fee_line_facts facts = {cycle_2027(&arena), HERTS, NULL, NULL};
    pb__fee_line_row__init(&row);
    fee_line_problems_init(&problems, &arena);
    cr_assert(!fee_line_check(&row, &facts, &problems, &kept));
    cr_assert(problems.count == 5, "placement, reference, attendance, current and proposed");
    for (int i = 0; i < 100; i++)
        cr_assert(!fee_line_check(&row, &facts, &problems, &kept));
    cr_assert(problems.count == 505 && !problems.full);
    arena_finish(&arena);
}

Test(rules_lines, the_same_placement_twice_in_a_file)
{
    const char *const placements[] = {"b", "a", "b", "", "c", "b", "", "a"};
    const bool twice[] = {false, false, true, false, false, true, false, true};
    Pb__FeeLine lines[COUNT(placements)];
    Pb__FeeLineRow rows[COUNT(placements)], *list[COUNT(placements)];
    bool told[COUNT(placements)];
    struct fee_line_problems problems;
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(placements); i++) {
        lines[i] = right_line();
        lines[i].placement_id = placements[i];
        pb__fee_line_row__init(&rows[i]);
        rows[i].row = (uint32_t)i + 2, rows[i].line = &lines[i], list[i] = &rows[i];
    }
    fee_line_problems_init(&problems, &arena);
    cr_assert(fee_lines_twice(list, COUNT(placements), &problems, told) == CODE_OK);
    for (size_t i = 0; i < COUNT(placements); i++)
        cr_assert(told[i] == twice[i], "row %zu", i + 2);
    cr_assert(problems.count == 3 && problems.items[0]->row == 4 && problems.items[2]->row == 9);
    cr_assert_str_eq(problems.items[0]->field, "placement_id");
    cr_assert(fee_lines_twice(NULL, 0, &problems, told) == CODE_OK);
    arena_finish(&arena);
}

Test(rules_lines, a_line_that_says_the_same)
{
    Pb__FeeLine a = right_line(), b = right_line();
    b.negotiated_pence = 5, b.decided = true, b.id = "2027-28/placement";
    cr_assert(fee_line_same(&a, &b), "what the service keeps makes no difference");
    b.agreed_case = PB__FEE_LINE__AGREED_AGREED_PENCE;
    cr_assert(!fee_line_same(&a, &b), "nothing agreed is not £0 agreed");
    b = right_line(), b.effective_on = "2027-04-02";
    cr_assert(!fee_line_same(&a, &b));
    b = right_line(), b.proposed_pence++;
    cr_assert(!fee_line_same(&a, &b));
}

/* --- figures of a line ------------------------------------------------------------------------------- */

static Pb__FeeReport *report_of(const struct figure *figures, uint32_t about, struct arena *arena)
{
    struct fee_figures made = figures_of(figures, arena);
    Pb__FeeReport *report = arena_new(arena, Pb__FeeReport);
    pb__fee_report__init(report);
    report->figures = made.items, report->n_figures = made.count;
    report->published = true, report->submission = about;
    return report;
}

static Pb__FeeDecision *decision_of(Pb__FeeDecisionKind kind, const struct figure *figures, uint32_t about,
                                    struct arena *arena)
{
    struct fee_figures made = figures_of(figures, arena);
    Pb__FeeDecision *decision = arena_new(arena, Pb__FeeDecision);
    pb__fee_decision__init(decision);
    decision->kind = kind, decision->submission = about;
    decision->figures = made.items, decision->n_figures = made.count;
    return decision;
}

/* Rules F5, F6. The line is paid £3,100 for a bed that is charged at £3,000; £3,410 are asked for it. */
Test(rules_lines, figures_of_a_line)
{
    enum { NO = -1, NEVER = -2 };
    const struct figure reported[SERVICES] = {{"bed", 315000}, {"day", 100000}},
                        asked[SERVICES] = {{"bed", 330000}, {"day", 120000}},
                        other[SERVICES] = {{"bed", 306000}, {"day", 100000}},
                        only_day[SERVICES] = {{"day", 100000}};
    const struct {
        const struct figure *report;
        Pb__FeeDecisionKind kind;
        const struct figure *figures;
        uint32_t about; /* of the decision; submission 1 stands */
        int64_t agreed; /* NO: nothing was */
        int64_t negotiated, decided;
    } cases[] = {
        {NULL, 0, NULL, 0, NO, NO, NO},
        {reported, 0, NULL, 0, NO, 325500, NO},
        {reported, PENDING, NULL, 1, NO, 325500, NO},
        {reported, ACCEPT, reported, 1, NO, 325500, 325500},
        {reported, ACCEPT, asked, 1, NO, 325500, 341000}, /* accepted before there was a report */
        {NULL, ACCEPT, asked, 1, NO, NO, 341000},
        {reported, OTHER, other, 1, NO, 325500, 316200},
        {NULL, OTHER, other, 1, NO, NO, 316200},
        {reported, REJECT, NULL, 1, NO, 325500, 310000},
        {reported, ACCEPT, reported, 2, NO, 325500, NO}, /* about another submission */
        {reported, ACCEPT, reported, 1, 320000, 325500, 320000},
        {reported, PENDING, NULL, 1, 320000, 325500, 320000},
        {NULL, 0, NULL, 0, 0, NO, 0},                    /* £0 was agreed */
        {only_day, ACCEPT, only_day, 1, NO, NO, 341000}, /* the report has no figure for a bed */
        {NULL, OTHER, only_day, 1, NO, NO, NO},
    };
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    for (size_t i = 0; i < COUNT(cases); i++) {
        Pb__FeeLine line = right_line();
        const struct figure none[SERVICES] = {{0}};
        const struct fee_line_basis basis = {
            submission(1, charges, &arena), cases[i].report ? report_of(cases[i].report, 1, &arena) : NULL,
            cases[i].kind ? decision_of(cases[i].kind, cases[i].figures ? cases[i].figures : none,
                                        cases[i].about, &arena)
                          : NULL};
        if (cases[i].agreed != NO)
            line.agreed_case = PB__FEE_LINE__AGREED_AGREED_PENCE, line.agreed_pence = cases[i].agreed;
        const struct fee_line_figures figures = fee_line_figures(&line, &basis);
        cr_assert(figures.is_negotiated == (cases[i].negotiated != NO), "case %zu", i);
        cr_assert(figures.negotiated_pence == (figures.is_negotiated ? cases[i].negotiated : 0), "case %zu",
                  i);
        cr_assert(figures.is_decided == (cases[i].decided != NO), "case %zu", i);
        cr_assert(figures.decided_pence == (figures.is_decided ? cases[i].decided : 0), "case %zu: %ld", i,
                  (long)figures.decided_pence);
        cr_assert(fee_line_fill(&line, &figures) == (figures.is_negotiated || figures.is_decided));
        cr_assert(!fee_line_fill(&line, &figures), "already so");
    }
    arena_finish(&arena);
}

/* While nothing stands, or the report was taken back, there is nothing to go by. */
Test(rules_lines, without_a_standing_submission)
{
    const struct figure reported[SERVICES] = {{"bed", 315000}, {"day", 100000}};
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    Pb__FeeLine line = right_line();
    Pb__FeeReport *report = report_of(reported, 1, &arena);
    Pb__FeeDecision *decision = decision_of(ACCEPT, reported, 1, &arena);
    struct fee_line_basis basis = {NULL, report, decision};
    struct fee_line_figures figures = fee_line_figures(&line, &basis);
    cr_assert(!figures.is_negotiated && !figures.is_decided);
    basis.submission = submission(1, charges, &arena);
    report->published = false;
    figures = fee_line_figures(&line, &basis);
    cr_assert(!figures.is_negotiated && figures.is_decided && figures.decided_pence == 341000);
    arena_finish(&arena);
}

/* --- sums -------------------------------------------------------------------------------------------- */

/* Half a penny goes away from zero: 7 pence a week are £3.65 a year, 1 penny 52.14; 38 weeks are exact. */
Test(rules_lines, a_year_of_weeks)
{
    const struct {
        int64_t weekly;
        Pb__Attendance attendance;
        int64_t yearly;
    } cases[] = {
        {7, WEEKS_52, 365},
        {1, WEEKS_52, 52},
        {2, WEEKS_52, 104},
        {3, WEEKS_52, 156},
        {4, WEEKS_52, 209},
        {310000, WEEKS_52, 16164286},
        {310000, DAY, 11780000},
        {310001, WEEKS_38, 11780038},
        {0, WEEKS_52, 0},
        {-1, WEEKS_52, -52},
        {FEE_WEEKLY_PENCE_MAX, WEEKS_52, 5214285714},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_assert(fee_yearly_pence(cases[i].weekly, cases[i].attendance) == cases[i].yearly, "case %zu: %ld",
                  i, (long)fee_yearly_pence(cases[i].weekly, cases[i].attendance));
}

enum { LINES = 300, AUTHORITIES = 6, HOMES = 5 };

/* Lines made up: of any LA, home, part of the year, with figures or without. */
struct made_up {
    Pb__FeeLine line;
    struct fee_line_figures figures;
    unsigned authority, home;
    bool erased;
};

static void make_up(struct made_up *made, uint64_t *seed)
{
    const Pb__Attendance attendances[] = {DAY, WEEKS_38, WEEKS_52};
    made->line = right_line();
    made->line.attendance = attendances[below(seed, 3)];
    made->line.current_pence = 1 + below(seed, 900000);
    made->line.proposed_pence = 1 + below(seed, 900000);
    made->figures = (struct fee_line_figures){.is_negotiated = below(seed, 2), .is_decided = below(seed, 2)};
    if (made->figures.is_negotiated)
        made->figures.negotiated_pence = below(seed, 900000);
    if (made->figures.is_decided)
        made->figures.decided_pence = below(seed, 900000);
    made->authority = below(seed, AUTHORITIES), made->home = below(seed, HOMES);
    made->erased = below(seed, 4) == 0;
}

/* All of it added up in the plainest way: weeks, then years in 128 bits. */
struct plain {
    int64_t lines, decided_lines, negotiated_lines;
    int64_t current[2], proposed[2], negotiated[2], negotiated_proposed[2];
    int64_t decided[2], decided_current[2], decided_proposed[2];
};

static int64_t plain_year(int64_t weekly, Pb__Attendance attendance)
{
    if (attendance != WEEKS_52)
        return weekly * 38;
    int64_t sevenths = weekly * 365, whole = sevenths / 7;
    return whole + (sevenths % 7 >= 4); /* of sevenths there is no half */
}

static void plain_add(int64_t sum[2], int64_t weekly, const struct made_up *made)
{
    sum[0] += weekly;
    sum[1] += plain_year(weekly, made->line.attendance);
}

static void plain_line(struct plain *plain, const struct made_up *made)
{
    plain->lines++;
    plain_add(plain->current, made->line.current_pence, made);
    plain_add(plain->proposed, made->line.proposed_pence, made);
    if (made->figures.is_negotiated) {
        plain->negotiated_lines++;
        plain_add(plain->negotiated, made->figures.negotiated_pence, made);
        plain_add(plain->negotiated_proposed, made->line.proposed_pence, made);
    }
    if (made->figures.is_decided) {
        plain->decided_lines++;
        plain_add(plain->decided, made->figures.decided_pence, made);
        plain_add(plain->decided_current, made->line.current_pence, made);
        plain_add(plain->decided_proposed, made->line.proposed_pence, made);
    }
}

static bool amounts_are(const Pb__FeeAmounts *amounts, const int64_t plain[2])
{
    return amounts->weekly_pence == plain[0] && amounts->yearly_pence == plain[1];
}

static bool totals_are(const Pb__FeeTotals *totals, const struct plain *plain)
{
    return totals->lines == plain->lines && totals->decided_lines == plain->decided_lines &&
           totals->negotiated_lines == plain->negotiated_lines &&
           amounts_are(totals->current, plain->current) && amounts_are(totals->proposed, plain->proposed) &&
           amounts_are(totals->negotiated, plain->negotiated) &&
           amounts_are(totals->negotiated_proposed, plain->negotiated_proposed) &&
           amounts_are(totals->decided, plain->decided) &&
           amounts_are(totals->decided_current, plain->decided_current) &&
           amounts_are(totals->decided_proposed, plain->decided_proposed);
}

/* The totals of one LA at one home, counted as the service does: lines that are erased once, then those that
 * are there, twice over. */
static Pb__FeeLineTotals *count_totals(const struct made_up *lines, unsigned authority, unsigned home,
                                       struct arena *arena)
{
    static const char *const codes[AUTHORITIES] = {"E10000012", "E10000015", "E10000016",
                                                   "E06000031", "E06000032", "E06000033"};
    static const char *const homes[HOMES] = {"home-0", "home-1", "home-2", "home-3", "home-4"};
    Pb__FeeLineTotals *totals = arena_new(arena, Pb__FeeLineTotals);
    pb__fee_line_totals__init(totals);
    totals->authority_id = codes[authority], totals->provision_id = homes[home];
    for (int round = 0; round < 2; round++) {
        struct fee_line_sums sums = fee_line_sums_begin(totals);
        for (size_t i = 0; i < LINES; i++) {
            if (lines[i].authority != authority || lines[i].home != home)
                continue;
            if (!lines[i].erased)
                fee_line_sums_add(&sums, &lines[i].line, &lines[i].figures);
            else if (round == 0)
                fee_line_sums_erase(&sums, &lines[i].line, &lines[i].figures);
        }
        cr_assert(fee_line_sums_put(&sums, arena, totals));
    }
    return totals;
}

/* What each row of a table belongs to, by the numbers of an LA and a home. */
static bool belongs(Pb__WorthOf of, const char *row_id, const struct made_up *made,
                    const Pb__FeeLineTotals *totals)
{
    char home[32];
    snprintf(home, sizeof home, "home-%u", made->home);
    switch (of) {
    case PB__WORTH_OF__WORTH_OF_PROVIDERS: /* homes 0, 2, 4 and 1, 3 */
        return strcmp(row_id, made->home % 2 ? "odd" : "even") == 0;
    case PB__WORTH_OF__WORTH_OF_OWNERS: /* one for all but the last */
        return strcmp(row_id, made->home == HOMES - 1 ? "Even Homes" : "Holdings") == 0;
    case PB__WORTH_OF__WORTH_OF_KINDS:
        return strcmp(row_id, made->home == 0 ? "independent-special-school" : "childrens-home") == 0;
    case PB__WORTH_OF__WORTH_OF_PROVISIONS:
        return strcmp(row_id, home) == 0;
    case PB__WORTH_OF__WORTH_OF_UNSPECIFIED:
    case PB__WORTH_OF__WORTH_OF_AUTHORITIES:
    case _PB__WORTH_OF_IS_INT_SIZE:
        break;
    }
    return strcmp(row_id, totals->authority_id) == 0;
}

static struct fee_worth_of worth_of_home(unsigned home)
{
    return (struct fee_worth_of){
        .provider_id = home % 2 ? "odd" : "even",
        .provider_name = home % 2 ? "Odd Homes" : "Even Homes",
        .owner = home == HOMES - 1 ? "" : "Holdings",
        .provision_name = "A home",
        .kind = home == 0 ? PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL
                          : PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
    };
}

/* Rule F8: to the penny at every level, weekly and yearly, whatever is erased. */
Test(rules_lines, sums_agree_at_every_level)
{
    static struct made_up lines[LINES];
    uint64_t seed = 365;
    for (int round = 0; round < 60; round++) {
        struct arena arena;
        struct plain region = {0};
        Pb__FeeLineTotals *totals[AUTHORITIES][HOMES];
        arena_init(&arena, TEST_ARENA_BYTES);
        for (size_t i = 0; i < LINES; i++) {
            make_up(&lines[i], &seed);
            plain_line(&region, &lines[i]);
        }
        for (unsigned a = 0; a < AUTHORITIES; a++)
            for (unsigned h = 0; h < HOMES; h++)
                totals[a][h] = count_totals(lines, a, h, &arena);
        for (int of = 0; of <= PB__WORTH_OF__WORTH_OF_PROVISIONS; of++) {
            struct fee_worth *worth = fee_worth_create((Pb__WorthOf)of, "", &arena);
            struct fee_worth_table table;
            for (unsigned i = 0; i < AUTHORITIES * HOMES; i++) { /* in one order or the other */
                unsigned at = round % 2 ? i : AUTHORITIES * HOMES - 1 - i;
                const struct fee_worth_of home = worth_of_home(at % HOMES);
                cr_assert(fee_worth_add(worth, totals[at / HOMES][at % HOMES], &home));
            }
            cr_assert(fee_worth_build(worth, &table) == CODE_OK);
            cr_assert(totals_are(table.total->totals, &region), "round %d of %d", round, of);
            cr_assert(totals_are(table.region->totals, &region));
            uint32_t seen = 0;
            for (size_t row = 0; row < table.count; row++) {
                struct plain plain = {0};
                for (size_t i = 0; i < LINES; i++)
                    if (belongs((Pb__WorthOf)of, table.rows[row]->id, &lines[i],
                                totals[lines[i].authority][lines[i].home]))
                        plain_line(&plain, &lines[i]);
                cr_assert(totals_are(table.rows[row]->totals, &plain), "round %d of %d row %s", round, of,
                          table.rows[row]->id);
                seen += table.rows[row]->totals->lines;
                cr_assert(row == 0 || strcmp(table.rows[row - 1]->name, table.rows[row]->name) <= 0);
            }
            cr_assert(seen == LINES, "no line is in two rows, or in none");
        }
        arena_finish(&arena);
    }
}

/* --- worth ------------------------------------------------------------------------------------------- */

static Pb__FeeLineTotals *one_line(const char *authority_id, int64_t current, int64_t proposed,
                                   struct arena *arena)
{
    Pb__FeeLineTotals *totals = arena_new(arena, Pb__FeeLineTotals);
    struct fee_line_sums sums = fee_line_sums_begin(NULL);
    const struct fee_line_figures figures = {true, true, current + 1000, current + 500};
    Pb__FeeLine line = right_line();
    line.current_pence = current, line.proposed_pence = proposed, line.attendance = DAY;
    fee_line_sums_add(&sums, &line, &figures);
    pb__fee_line_totals__init(totals);
    totals->authority_id = authority_id, totals->provision_id = "home-1";
    cr_assert(fee_line_sums_put(&sums, arena, totals));
    return totals;
}

/* Savings and percentages of one row. */
Test(rules_lines, what_a_row_says)
{
    struct arena arena;
    arena_init(&arena, TEST_ARENA_BYTES);
    const struct fee_worth_of home = worth_of_home(1);
    struct fee_worth *worth = fee_worth_create(PB__WORTH_OF__WORTH_OF_AUTHORITIES, "", &arena);
    struct fee_worth_table table;
    cr_assert(fee_worth_add(worth, one_line(HERTS, 100000, 103335, &arena), &home));
    cr_assert(fee_worth_build(worth, &table) == CODE_OK);
    const Pb__Worth *row = table.rows[0];
    cr_assert(table.count == 1 && !table.region);
    cr_assert_str_eq(row->name, "Hertfordshire");
    cr_assert(row->requested_increase->weekly_pence == 3335);
    cr_assert(row->requested_increase->yearly_pence == 3335 * 38);
    cr_assert(row->negotiated_saving->weekly_pence == 2335);
    cr_assert(row->decided_saving->weekly_pence == 2835);
    cr_assert_str_eq(row->requested_percent, "3.34"); /* 3.335: away from zero */
    cr_assert_str_eq(row->decided_percent, "0.50");
    arena_finish(&arena);
}

/* An LA sees its own lines; the region's total from five LAs on. Who has none is named. */
Test(rules_lines, what_a_member_sees)
{
    const char *const codes[] = {"E10000012", "E10000015", "E10000016", "E06000031", "E06000032"};
    const struct placed placed[] = {{HERTS, 2}, {"E06000033", 1}, {"E06000036", 0}, {NULL, 0}};
    for (size_t with_lines = 0; with_lines <= COUNT(codes); with_lines++) {
        struct arena arena;
        arena_init(&arena, TEST_ARENA_BYTES);
        const struct fee_worth_of home = worth_of_home(1);
        struct fee_worth *worth = fee_worth_create(PB__WORTH_OF__WORTH_OF_PROVISIONS, HERTS, &arena);
        struct fee_worth_table table;
        Pb__FeeLineTotals empty;
        pb__fee_line_totals__init(&empty);
        empty.authority_id = "E06000033", empty.provision_id = "home-1"; /* its lines were taken out */
        cr_assert(fee_worth_add(worth, &empty, &home));
        for (size_t i = 0; i < with_lines; i++) { /* of two homes: an LA counts once */
            cr_assert(fee_worth_add(worth, one_line(codes[i], 100000, 103000, &arena), &home));
            cr_assert(fee_worth_add(worth, one_line(codes[i], 100000, 103000, &arena), &home));
        }
        cr_assert(
            fee_worth_add_placing(worth, consultation(PB__FEE_SCOPE__FEE_SCOPE_LED, 1, placed, &arena)));
        cr_assert(
            fee_worth_add_placing(worth, consultation(PB__FEE_SCOPE__FEE_SCOPE_FORM_ONLY, 1,
                                                      (struct placed[]){{KENT, 1}, {NULL, 0}}, &arena)));
        cr_assert(fee_worth_build(worth, &table) == CODE_OK);
        cr_assert(table.total->totals->lines == (with_lines >= 2 ? 2 : 0));
        cr_assert((table.region != NULL) == (with_lines >= 5));
        cr_assert(!table.region || table.region->totals->lines == 10);
        cr_assert(table.n_without_lines == (with_lines >= 2 ? 1 : 2), "%zu", table.n_without_lines);
        cr_assert_str_eq(table.without_lines[0], "E06000033");
        arena_finish(&arena);
    }
}

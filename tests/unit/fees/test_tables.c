/* Worth, benchmarks, history, progress and reminders, as methods (rules F7, F8, M7): what they say, and to
 * whom.
 */

#include "applying.h"
#include "consulting.h"

/* --- asked ------------------------------------------------------------------------------------------- */

static const Pb__ReportWorthResponse *worth(struct fixture *fixture, Pb__WorthOf of, const char *gss,
                                            enum code expected)
{
    Pb__ReportWorthRequest request = PB__REPORT_WORTH_REQUEST__INIT;
    request.of = of, request.authority_id = gss;
    return call(fixture, TABLES("ReportWorth"), &request.base, expected);
}

static const Pb__ReportBenchmarksResponse *benchmarks(struct fixture *fixture, const char *provision_id,
                                                      enum code expected)
{
    Pb__ReportBenchmarksRequest request = PB__REPORT_BENCHMARKS_REQUEST__INIT;
    request.provision_id = provision_id;
    return call(fixture, TABLES("ReportBenchmarks"), &request.base, expected);
}

static const Pb__ReportFeeHistoryResponse *history(struct fixture *fixture, unsigned home, enum code expected)
{
    Pb__ReportFeeHistoryRequest request = PB__REPORT_FEE_HISTORY_REQUEST__INIT;
    request.provision_id = home_id(fixture, home);
    return call(fixture, TABLES("ReportFeeHistory"), &request.base, expected);
}

static const Pb__ReportFeeProgressResponse *progress(struct fixture *fixture, Pb__FeeProgressOf of)
{
    Pb__ReportFeeProgressRequest request = PB__REPORT_FEE_PROGRESS_REQUEST__INIT;
    request.of = of;
    return call(fixture, TABLES("ReportFeeProgress"), &request.base, CODE_OK);
}

static const Pb__ListFeeRemindersResponse *reminders(struct fixture *fixture)
{
    Pb__ListFeeRemindersRequest request = PB__LIST_FEE_REMINDERS_REQUEST__INIT;
    return call(fixture, TABLES("ListFeeReminders"), &request.base, CODE_OK);
}

#define OF(what) PB__WORTH_OF__WORTH_OF_##what

/* --- worth ------------------------------------------------------------------------------------------- */

/* Homes 1 (Hertfordshire, Bedford), 2 (Bedford, Essex) and 4 (Kent). */
static void put_lines(struct fixture *fixture)
{
    as_officer(fixture, HERTS);
    import_line(fixture, 10, 500000, 510000);
    as_officer(fixture, BEDFORD);
    import_line(fixture, 11, 480000, 489600);
    import_line(fixture, 20, 300000, 306000);
    as_officer(fixture, KENT);
    import_line(fixture, 40, 700000, 710000);
}

Test(tables, worth_adds_up_at_every_level)
{
    struct fixture *fixture = fixture_create();
    put_lines(fixture);
    as_host(fixture);
    const Pb__ReportWorthResponse *of_authorities = worth(fixture, OF(AUTHORITIES), "", CODE_OK);
    cr_assert_eq(of_authorities->n_worth, 3);
    cr_assert_str_eq(of_authorities->worth[0]->id, BEDFORD, "by name");
    cr_assert_eq(of_authorities->worth[0]->totals->lines, 2);
    cr_assert_eq(of_authorities->worth[0]->requested_increase->weekly_pence, 9600 + 6000);
    cr_assert_str_eq(of_authorities->worth[0]->requested_percent, "2.00");
    cr_assert_eq(of_authorities->total->totals->current->weekly_pence, 1980000);
    cr_assert_null(of_authorities->region, "fewer than five LAs have lines");
    cr_assert_eq(of_authorities->n_without_lines, 1);
    cr_assert_str_eq(of_authorities->without_lines[0], ESSEX);
    const Pb__WorthOf kinds[] = {OF(PROVIDERS), OF(OWNERS), OF(KINDS), OF(PROVISIONS)};
    static const size_t rows[] = {2, 2, 1, 3};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        const Pb__ReportWorthResponse *table = worth(fixture, kinds[i], "", CODE_OK);
        int64_t yearly = 0;
        cr_assert_eq(table->n_worth, rows[i], "%zu: %zu", i, table->n_worth);
        for (size_t k = 0; k < table->n_worth; k++)
            yearly += table->worth[k]->totals->proposed->yearly_pence;
        cr_assert_eq(yearly, of_authorities->total->totals->proposed->yearly_pence, "to the penny");
    }
    cr_assert_str_eq(worth(fixture, OF(PROVIDERS), "", CODE_OK)->worth[0]->name, "Oaks");
    cr_assert_eq(worth(fixture, OF(PROVISIONS), KENT, CODE_OK)->n_worth, 1);
    fixture_end(fixture);
}

Test(tables, worth_is_the_callers_own_for_an_authority)
{
    struct fixture *fixture = fixture_create();
    put_lines(fixture);
    as_officer(fixture, BEDFORD);
    for (unsigned of = OF(AUTHORITIES); of <= OF(PROVISIONS); of++) {
        const Pb__ReportWorthResponse *own = worth(fixture, (Pb__WorthOf)of, "", CODE_OK);
        cr_assert_eq(own->total->totals->lines, 2);
        cr_assert_eq(own->total->totals->current->weekly_pence, 780000);
        cr_assert_eq(own->n_without_lines, 0);
        cr_assert_null(own->region);
    }
    worth(fixture, OF(AUTHORITIES), HERTS, CODE_PERMISSION_DENIED); /* though it leads beside it */
    said(fixture, REFUSAL_NOT_YOUR_AUTHORITY);
    as_officer(fixture, ESSEX);
    cr_assert_eq(worth(fixture, OF(PROVISIONS), "", CODE_OK)->n_worth, 0);
    as_auditor(fixture);
    cr_assert_eq(worth(fixture, OF(AUTHORITIES), "", CODE_OK)->n_worth, 3);
    as_provider(fixture, PROVIDER_ONE);
    worth(fixture, OF(PROVISIONS), "", CODE_PERMISSION_DENIED);
    fixture_end(fixture);
}

Test(tables, worth_comes_in_pages)
{
    struct fixture *fixture = fixture_create();
    put_lines(fixture);
    as_host(fixture);
    Pb__ReportWorthRequest request = PB__REPORT_WORTH_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    request.page = &page, page.size = 2;
    const Pb__ReportWorthResponse *first = call(fixture, TABLES("ReportWorth"), &request.base, CODE_OK);
    cr_assert(first->n_worth == 2 && first->page->next.len > 0);
    page.after = first->page->next;
    const Pb__ReportWorthResponse *second = call(fixture, TABLES("ReportWorth"), &request.base, CODE_OK);
    cr_assert(second->n_worth == 1 && second->page->next.len == 0);
    cr_assert_str_eq(second->worth[0]->id, KENT);
    cr_assert_eq(second->total->totals->lines, 4, "the total is of all");
    fixture_end(fixture);
}

/* --- benchmarks -------------------------------------------------------------------------------------- */

/* Six more homes of two providers with lines of three LAs. */
static void put_many(struct fixture *fixture)
{
    static const char *const who[] = {HERTS, BEDFORD, KENT};
    for (unsigned home = 11; home <= 16; home++) {
        put_home(fixture, home, 5);
        put_stay(fixture, 10 * home, who[home % 3], home, "2026-01-05", "");
        put_stay(fixture, 10 * home + 1, who[(home + 1) % 3], home, "2026-01-05", "");
    }
    settle(fixture);
    for (unsigned home = 11; home <= 16; home++) {
        as_officer(fixture, who[home % 3]);
        import_line(fixture, 10 * home, 100000 * home, 100000 * home);
        as_officer(fixture, who[(home + 1) % 3]);
        import_line(fixture, 10 * home + 1, 100000 * home, 100000 * home);
    }
}

static const Pb__BenchmarkRow *row_of(const Pb__ReportBenchmarksResponse *table, Pb__BenchmarkTable which)
{
    for (size_t i = 0; i < table->n_rows; i++)
        if (table->rows[i]->table == which &&
            table->rows[i]->kind == PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME)
            return table->rows[i];
    cr_assert_fail("no such table");
    return NULL;
}

#define TABLE_KIND PB__BENCHMARK_TABLE__BENCHMARK_TABLE_KIND

Test(tables, benchmarks_show_quartiles_of_groups_that_are_large_enough)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, HERTS);
    import_line(fixture, 10, 500000, 510000);
    cr_assert(row_of(benchmarks(fixture, "", CODE_OK), TABLE_KIND)->suppressed);
    put_many(fixture);
    as_officer(fixture, HERTS);
    const Pb__ReportBenchmarksResponse *table = benchmarks(fixture, home_id(fixture, 1), CODE_OK);
    const Pb__BenchmarkRow *row = row_of(table, TABLE_KIND);
    cr_assert(!row->suppressed);
    cr_assert_eq(row->provisions, 5, "seven, to the nearest five");
    cr_assert_eq(row->median_pence, 1300000);
    cr_assert(row->asked);
    cr_assert_eq(table->own_pence, 500000);
    cr_assert_str_eq(table->cycle_id, CYCLE);
    cr_assert_eq(benchmarks(fixture, "", CODE_OK)->own_pence, 0);
    benchmarks(fixture, home_id(fixture, 4), CODE_PERMISSION_DENIED); /* where it places nobody */
    said(fixture, REFUSAL_NOT_CONCERNED);
    as_auditor(fixture);
    cr_assert_eq(benchmarks(fixture, home_id(fixture, 4), CODE_OK)->own_pence, 0);
    as_officer(fixture, KENT);
    benchmarks(fixture, "", CODE_OK);
    as_provider(fixture, PROVIDER_ONE);
    benchmarks(fixture, "", CODE_PERMISSION_DENIED); /* never a provider */
    fixture_end(fixture);
}

/* What one LA changes of its own lines tells it nothing of another's: of two LAs no group is shown. */
Test(tables, benchmarks_of_two_authorities_are_not_shown)
{
    struct fixture *fixture = fixture_create();
    for (unsigned home = 11; home <= 18; home++) {
        put_home(fixture, home, 5);
        put_stay(fixture, 10 * home, home % 2 ? BEDFORD : HERTS, home, "2026-01-05", "");
    }
    settle(fixture);
    for (unsigned home = 11; home <= 18; home++) {
        as_officer(fixture, home % 2 ? BEDFORD : HERTS);
        import_line(fixture, 10 * home, 100000 * home, 100000 * home);
    }
    const Pb__ReportBenchmarksResponse *table = benchmarks(fixture, "", CODE_OK);
    for (size_t i = 0; i < table->n_rows; i++)
        cr_assert(table->rows[i]->suppressed && table->rows[i]->median_pence == 0 &&
                  table->rows[i]->provisions == 0);
    fixture_end(fixture);
}

/* --- history ----------------------------------------------------------------------------------------- */

Test(tables, history_shows_each_what_is_for_it)
{
    struct fixture *fixture = consulting_create();
    submit(fixture, 1, 5000, 5100);
    as_officer(fixture, BEDFORD);
    import_line(fixture, 11, 480000, 489600);
    const Pb__FeeHistoryYear *year = history(fixture, 1, CODE_OK)->years[0];
    cr_assert_str_eq(year->cycle_id, CYCLE);
    cr_assert_eq(year->n_services, 1);
    cr_assert_eq(year->services[0]->proposed_pence, 510000);
    cr_assert_eq(year->services[0]->negotiated_pence, 0);
    cr_assert_eq(year->own->all_year->current->weekly_pence, 480000);
    cr_assert_str_eq(year->requested_percent, "4.5"); /* as the fixture's submission says */
    as_officer(fixture, KENT);
    year = history(fixture, 1, CODE_OK)->years[0];
    cr_assert_eq(year->n_services, 0, "it does not concern Kent");
    cr_assert_null(year->own);
    cr_assert_str_eq(year->requested_percent, "");
    report_short(fixture, 505000);
    as_officer(fixture, KENT);
    year = history(fixture, 1, CODE_OK)->years[0];
    cr_assert_eq(year->services[0]->negotiated_pence, 505000, "a published report is for all members");
    cr_assert_str_eq(year->requested_percent, "");
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    year = history(fixture, 1, CODE_OK)->years[0];
    cr_assert_eq(year->decision, DECIDE(ACCEPT));
    cr_assert_str_eq(year->negotiated_percent, "1.0000");
    as_officer(fixture, HERTS);
    cr_assert_eq(history(fixture, 1, CODE_OK)->years[0]->decision, DECIDE(UNSPECIFIED), "its own alone");
    as_provider(fixture, PROVIDER_ONE);
    year = history(fixture, 1, CODE_OK)->years[0];
    cr_assert_eq(year->services[0]->proposed_pence, 510000);
    cr_assert_eq(year->services[0]->negotiated_pence, 0, "the report is not for the provider");
    as_provider(fixture, PROVIDER_TWO);
    history(fixture, 1, CODE_NOT_FOUND);
    fixture_end(fixture);
}

/* --- progress and reminders -------------------------------------------------------------------------- */

#define PROGRESS_OF(what) PB__FEE_PROGRESS_OF__FEE_PROGRESS_OF_##what

Test(tables, progress_counts_what_was_done_and_what_is_due)
{
    struct fixture *fixture = consulting_create();
    as_officer(fixture, KENT);
    const Pb__ReportFeeProgressResponse *table = progress(fixture, PROGRESS_OF(PROVISIONS));
    cr_assert_eq(table->n_progress, 4);
    cr_assert_str_eq(table->progress[0]->name, "Home 1");
    cr_assert_eq(table->total->provisions, 4);
    cr_assert_eq(table->total->awaited, 4);
    cr_assert_str_eq(table->cycle->id, CYCLE);
    submit(fixture, 1, 5000, 5100);
    report_short(fixture, 505000);
    as_officer(fixture, BEDFORD);
    decide(fixture, 1, "", 1, DECIDE(ACCEPT), 0, "", CODE_OK);
    table = progress(fixture, PROGRESS_OF(AUTHORITIES));
    cr_assert_eq(table->total->reports, 1);
    cr_assert_eq(table->total->decisions, 1);
    cr_assert_eq(table->total->decisions_pending, 1);
    cr_assert_eq(table->n_progress, 4);
    cr_assert_str_eq(table->progress[0]->name, "Bedford");
    cr_assert_eq(table->progress[0]->decisions, 1);
    table = progress(fixture, PROGRESS_OF(PROVIDERS));
    cr_assert_eq(table->n_progress, 2);
    cr_assert_str_eq(table->progress[0]->name, "Oaks");
    as_provider(fixture, PROVIDER_TWO);
    table = progress(fixture, PROGRESS_OF(PROVISIONS));
    cr_assert_eq(table->n_progress, 2, "a provider sees its own");
    cr_assert_eq(table->total->reports, 0);
    fixture_end(fixture);
}

Test(tables, reminders_are_of_what_is_near_or_late)
{
    struct fixture *fixture = fixture_create();
    as_officer(fixture, HERTS);
    cr_assert_eq(reminders(fixture)->n_reminders, 0, "half a year before");
    to_day(fixture, "2027-02-20");
    as_provider(fixture, PROVIDER_ONE);
    const Pb__ListFeeRemindersResponse *due = reminders(fixture);
    cr_assert_eq(due->n_reminders, 2, "an application for each of its homes");
    cr_assert_eq(due->reminders[0]->kind, PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION);
    cr_assert_str_eq(due->reminders[0]->due_on, "2027-03-01");
    cr_assert_eq(due->reminders[0]->days, 9);
    cr_assert(!due->reminders[0]->late);
    as_officer(fixture, HERTS);
    size_t all = reminders(fixture)->n_reminders;
    cr_assert_gt(all, 4, "letters and levels are late");
    cr_assert(reminders(fixture)->reminders[0]->late);
    Pb__ListFeeRemindersRequest request = PB__LIST_FEE_REMINDERS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    request.page = &page, page.size = 3;
    size_t seen = 0;
    do {
        const Pb__ListFeeRemindersResponse *part =
            call(fixture, TABLES("ListFeeReminders"), &request.base, CODE_OK);
        seen += part->n_reminders;
        page.after = part->page->next;
    } while (page.after.len);
    cr_assert_eq(seen, all);
    fixture_end(fixture);
}

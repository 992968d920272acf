/* Tables of fees that are more than a list: history, indices with their values, sums of lines, benchmarks.
 * Responses come in, tables and sentences go out. */

#include "services/cli/fees.h"
#include "services/cli/reflect.h"
#include "services/cli/show_monitoring.h"

#include "common/domain/money.h"

#include <string.h>

/* --- history ----------------------------------------------------------------------------------------- */

enum { HISTORY_COLUMNS = 10, INDEX_COLUMNS = 5, TOTALS_COLUMNS = 11 };

static struct sheets_cell text_cell(const char *text)
{
    return (struct sheets_cell){.stated = text && *text, .text = text ? text : ""};
}

static struct sheets_cell money_cell(int64_t pence, bool stated)
{
    return (struct sheets_cell){.stated = stated, .money = money_pence(pence)};
}

static struct sheets_cell whole_cell(int64_t number)
{
    return (struct sheets_cell){.stated = true, .whole = number};
}

static const char *indices_text(struct cli *cli, const Pb__FeeHistoryYear *year)
{
    const char *text = "";
    for (size_t i = 0; i < year->n_indices && text; i++)
        text = arena_format(&cli->arena, "%s%s%s %s%%", text, i ? ", " : "", year->indices[i]->index_id,
                            year->indices[i]->percent);
    return text;
}

static void history_row(struct cli *cli, const Pb__FeeHistoryYear *year, const Pb__FeeHistoryService *service,
                        struct sheets_cell *cells)
{
    cells[0] = text_cell(year->cycle_id);
    cells[1] = text_cell(service ? service->title : "");
    cells[2] = money_cell(service ? service->current_pence : 0, service != NULL);
    cells[3] = money_cell(service ? service->proposed_pence : 0, service != NULL);
    cells[4] = money_cell(service ? service->negotiated_pence : 0, service && service->negotiated_pence);
    cells[5] = text_cell(year->requested_percent);
    cells[6] = text_cell(year->negotiated_percent);
    cells[7] = text_cell(reflect_text(&year->base, "level", &cli->arena));
    cells[8] = text_cell(reflect_text(&year->base, "decision", &cli->arena));
    cells[9] = text_cell(indices_text(cli, year));
}

/* A row for each service of each cycle; of a cycle without any, one. */
enum code tabulate_fee_history(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    static const struct sheets_column COLUMNS[HISTORY_COLUMNS] = {
        {"Cycle", SHEETS_TEXT},      {"Service", SHEETS_TEXT},   {"Before", SHEETS_MONEY},
        {"Asked for", SHEETS_MONEY}, {"Reported", SHEETS_MONEY}, {"Largest %", SHEETS_TEXT},
        {"Reported %", SHEETS_TEXT}, {"Level", SHEETS_TEXT},     {"Own decision", SHEETS_TEXT},
        {"Indices", SHEETS_TEXT},
    };
    const Pb__ReportFeeHistoryResponse *response =
        (const Pb__ReportFeeHistoryResponse *)(const void *)message;
    size_t room = response->n_years, rows = 0;
    for (size_t i = 0; i < response->n_years; i++)
        room += response->years[i]->n_services;
    struct sheets_cell *cells = arena_array(&cli->arena, struct sheets_cell, room * HISTORY_COLUMNS + 1);
    if (!cells)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < response->n_years; i++) {
        const Pb__FeeHistoryYear *year = response->years[i];
        if (!year->n_services)
            history_row(cli, year, NULL, cells + HISTORY_COLUMNS * rows++);
        for (size_t s = 0; s < year->n_services; s++)
            history_row(cli, year, year->services[s], cells + HISTORY_COLUMNS * rows++);
    }
    *ret_table = (struct cli_table){.sheet = {"History", COLUMNS, HISTORY_COLUMNS, cells, rows},
                                    .elastic = {[1] = true, [9] = true}};
    return cli->arena.exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

/* --- indices, sums of lines, benchmarks -------------------------------------------------------------- */

enum code tabulate_indices(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    static const struct sheets_column COLUMNS[INDEX_COLUMNS] = {
        {"Index", SHEETS_TEXT}, {"Title", SHEETS_TEXT},  {"From", SHEETS_DATE},
        {"%", SHEETS_TEXT},     {"Source", SHEETS_TEXT},
    };
    const Pb__ListFeeIndicesResponse *list = (const Pb__ListFeeIndicesResponse *)(const void *)message;
    size_t room = list->n_indices, rows = 0;
    for (size_t i = 0; i < list->n_indices; i++)
        room += list->indices[i]->n_values;
    struct sheets_cell *cells = arena_array(&cli->arena, struct sheets_cell, room * INDEX_COLUMNS + 1);
    if (!cells)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < list->n_indices; i++) {
        const Pb__FeeIndex *index = list->indices[i];
        for (size_t v = 0; v < index->n_values || v == 0; v++) {
            struct sheets_cell *row = cells + INDEX_COLUMNS * rows++;
            row[0] = text_cell(index->id);
            row[1] = text_cell(index->title);
            if (v == index->n_values)
                break; /* an index without values is a row too */
            row[2].stated = date_parse(index->values[v]->from, &row[2].date, NULL) == CODE_OK;
            row[3] = text_cell(index->values[v]->percent);
            row[4] = text_cell(index->values[v]->source);
        }
    }
    *ret_table = (struct cli_table){.sheet = {"Indices", COLUMNS, INDEX_COLUMNS, cells, rows},
                                    .elastic = {[1] = true, [4] = true}};
    return CODE_OK;
}

static void totals_row(const Pb__FeeLineTotals *totals, const char *authority, const char *part,
                       const Pb__FeeTotals *sums, struct sheets_cell *cells)
{
    cells[0] = text_cell(authority);
    cells[1] = text_cell(part);
    cells[2] = whole_cell(sums->lines);
    cells[3] = money_cell(sums->current ? sums->current->weekly_pence : 0, true);
    cells[4] = money_cell(sums->proposed ? sums->proposed->weekly_pence : 0, true);
    cells[5] = money_cell(sums->current ? sums->current->yearly_pence : 0, true);
    cells[6] = money_cell(sums->proposed ? sums->proposed->yearly_pence : 0, true);
    cells[7] = money_cell(sums->negotiated ? sums->negotiated->yearly_pence : 0, sums->negotiated_lines > 0);
    cells[8] = whole_cell(sums->decided_lines);
    cells[9] = money_cell(sums->decided ? sums->decided->yearly_pence : 0, sums->decided_lines > 0);
    cells[10] = text_cell(totals->provision_id);
}

/* A row for each part of the year that an LA has lines of. */
enum code tabulate_line_totals(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    static const struct sheets_column COLUMNS[TOTALS_COLUMNS] = {
        {"LA", SHEETS_TEXT},
        {"Paid for", SHEETS_TEXT},
        {"Lines", SHEETS_WHOLE},
        {"Now a week", SHEETS_MONEY},
        {"Asked a week", SHEETS_MONEY},
        {"Now a year", SHEETS_MONEY},
        {"Asked a year", SHEETS_MONEY},
        {"Negotiated a year", SHEETS_MONEY},
        {"Decided", SHEETS_WHOLE},
        {"Agreed a year", SHEETS_MONEY},
        {"Provision id", SHEETS_TEXT},
    };
    const Pb__ListFeeLineTotalsResponse *list = (const Pb__ListFeeLineTotalsResponse *)(const void *)message;
    struct sheets_cell *cells =
        arena_array(&cli->arena, struct sheets_cell, 2 * list->n_totals * TOTALS_COLUMNS + 1);
    size_t rows = 0;
    if (!cells)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < list->n_totals; i++) {
        const Pb__FeeLineTotals *totals = list->totals[i];
        const char *authority = monitoring_words(cli, &totals->base, "authority_id");
        if (totals->term_time && totals->term_time->lines)
            totals_row(totals, authority, "38 weeks", totals->term_time, cells + TOTALS_COLUMNS * rows++);
        if (totals->all_year && totals->all_year->lines)
            totals_row(totals, authority, "the year", totals->all_year, cells + TOTALS_COLUMNS * rows++);
    }
    *ret_table = (struct cli_table){.sheet = {"Totals", COLUMNS, TOTALS_COLUMNS, cells, rows},
                                    .elastic = {[0] = true},
                                    .named_last = true};
    return CODE_OK;
}

static const struct cli_column BENCHMARK_COLUMNS[] = {
    {"Table", "table", false},
    {"Kind", "kind", true},
    {"Group", "group", true},
    {"Provisions", "provisions", false},
    {"Lower quartile", "lower_quartile_pence", false},
    {"Median", "median_pence", false},
    {"Upper quartile", "upper_quartile_pence", false},
    {"Remark", "remark", false},
    {0},
};

/* A file has every group, those that are not shown too; on the terminal they are only counted. */
enum code tabulate_benchmarks(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    const Pb__ReportBenchmarksResponse *response =
        (const Pb__ReportBenchmarksResponse *)(const void *)message;
    ProtobufCMessage **items = arena_array(&cli->arena, ProtobufCMessage *, response->n_rows + 1);
    size_t count = 0;
    for (size_t i = 0; items && i < response->n_rows; i++)
        if (cli_option(cli, "format") || response->rows[i]->asked || !response->rows[i]->suppressed)
            items[count++] = &response->rows[i]->base;
    return items ? table_of(cli, &pb__benchmark_row__descriptor, items, count, BENCHMARK_COLUMNS, ret_table)
                 : CODE_RESOURCE_EXHAUSTED;
}

void remark_benchmarks(struct cli *cli, const ProtobufCMessage *message)
{
    const Pb__ReportBenchmarksResponse *response =
        (const Pb__ReportBenchmarksResponse *)(const void *)message;
    size_t hidden = 0;
    for (size_t i = 0; i < response->n_rows; i++)
        hidden += response->rows[i]->suppressed != 0;
    if (response->own_pence)
        printf("\nOn average you pay %s a week there.\n", fees_pounds(cli, response->own_pence));
    puts("\nEach provision counts once, with what its placements cost a week on average. Numbers are to the "
         "nearest five.");
    if (hidden)
        printf(
            "%zu group%s not shown: fewer than five provisions, or what others are would follow from it.\n",
            hidden, hidden == 1 ? " is" : "s are");
}

/* Tables of fees that are more than a list: progress and worth with their totals, history, indices, sums of
 * lines; and what is said below them. Responses come in, tables and sentences go out. */

#include "services/cli/fees.h"
#include "services/cli/reflect.h"
#include "services/cli/show_monitoring.h"

#include "common/domain/gss.h"

#include <string.h>

/* Rows, and below them what they come to; sums of nothing are said too: who has done nothing is what one
 * looks for. */
static enum code with_total(struct cli *cli, const ProtobufCMessageDescriptor *type, ProtobufCMessage **rows,
                            size_t count, ProtobufCMessage *total, const struct cli_column *columns,
                            struct cli_table *ret_table)
{
    ProtobufCMessage **items = arena_array(&cli->arena, ProtobufCMessage *, count + 2);
    struct cli_table table;
    if (!items)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        items[i] = rows[i];
    if (total && count)
        items[count++] = total;
    enum code code = table_of(cli, type, items, count, columns, &table);
    if (code != CODE_OK)
        return code;
    struct sheets_cell *cells = (struct sheets_cell *)(uintptr_t)table.sheet.cells;
    for (size_t i = 0; i < count * table.sheet.column_count; i++) {
        enum sheets_kind kind = table.sheet.columns[i % table.sheet.column_count].kind;
        if (kind == SHEETS_WHOLE || kind == SHEETS_MONEY)
            cells[i].stated = true;
    }
    table.named_last = false;
    *ret_table = table;
    return CODE_OK;
}

/* `LA`, `Provider`: what the rows of a table are, by what was typed for --of. */
static const char *row_heading(const struct cli *cli)
{
    static const struct {
        const char *typed, *heading;
    } HEADINGS[] = {
        {"provid", "Provider"}, {"provis", "Provision"}, {"own", "Ultimate owner"}, {"kind", "Kind"}};
    const char *of = cli_option(cli, "of");
    for (size_t i = 0; of && i < sizeof HEADINGS / sizeof *HEADINGS; i++)
        if (strncmp(of, HEADINGS[i].typed, strlen(HEADINGS[i].typed)) == 0)
            return HEADINGS[i].heading;
    return "LA";
}

/* --- progress ------------------------------------------------------------------------------------------- */

static const struct cli_column PROGRESS_COLUMNS[] = {
    {"LA", "name", true},
    {"Provisions", "provisions", false},
    {"Applied", "applications", false},
    {"Awaited", "awaited", false},
    {"Exceptional", "exceptional", false},
    {"Consulting", "consulting", false},
    {"Reports", "reports", false},
    {"To report", "reports_pending", false},
    {"Letters sent", "letters_sent", false},
    {"Due", "letters_due", false},
    {"Decided", "decisions", false},
    {"To decide", "decisions_pending", false},
    {"Late", "late", false},
    {"Next", "next_on", false},
    {"What", "next_kind", true},
    {0},
};

enum code tabulate_fee_progress(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    const Pb__ReportFeeProgressResponse *response =
        (const Pb__ReportFeeProgressResponse *)(const void *)message;
    struct cli_column columns[sizeof PROGRESS_COLUMNS / sizeof *PROGRESS_COLUMNS];
    memcpy(columns, PROGRESS_COLUMNS, sizeof columns);
    columns[0].heading = row_heading(cli);
    if (response->total)
        response->total->name = "In all";
    return with_total(cli, &pb__fee_progress__descriptor, (ProtobufCMessage **)(void *)response->progress,
                      response->n_progress, response->total ? &response->total->base : NULL, columns,
                      ret_table);
}

void remark_fee_progress(struct cli *cli, const ProtobufCMessage *message)
{
    const Pb__ReportFeeProgressResponse *response =
        (const Pb__ReportFeeProgressResponse *)(const void *)message;
    const Pb__FeeProgress *total = response->total;
    if (!total || !response->cycle)
        return;
    printf(
        "\nCycle %s: of %u provision%s %u ha%s applied; %u report%s and %u decision%s are still to come; %u "
        "task%s late.\n",
        response->cycle->id, total->provisions, show_plural(total->provisions), total->applications,
        total->applications == 1 ? "s" : "ve", total->reports_pending, show_plural(total->reports_pending),
        total->decisions_pending, show_plural(total->decisions_pending), total->late,
        total->late == 1 ? " is" : "s are");
    if (*total->next_on)
        printf("Next: %s by %s, %u day%s left.\n", monitoring_words(cli, &total->base, "next_kind"),
               monitoring_day(cli, total->next_on), total->days_left, show_plural(total->days_left));
    puts("\nWhat is due or late: ccrag fees reminders");
}

/* What is done about each kind, once of each that is there. */
void remark_fee_reminders(struct cli *cli, const ProtobufCMessage *message)
{
    static const char *const NEXT[] = {
        NULL,
        "ccrag fees level PROVISION within|exceptional",
        "ccrag fees letter write PROVISION not-leading, then ccrag fees letter sent PROVISION not-leading",
        "ccrag fees apply begin PROVISION",
        "ccrag fees begin PROVISION",
        "ccrag fees report save PROVISION, then ccrag fees report publish PROVISION",
        "ccrag fees decide PROVISION accept|other|reject",
    };
    enum { KINDS = sizeof NEXT / sizeof *NEXT };
    const Pb__ListFeeRemindersResponse *list = (const Pb__ListFeeRemindersResponse *)(const void *)message;
    bool told[KINDS] = {false};
    for (size_t i = 0; i < list->n_reminders; i++) {
        unsigned kind = (unsigned)list->reminders[i]->kind;
        if (kind >= KINDS || told[kind] || !NEXT[kind])
            continue;
        told[kind] = true;
        printf("\n%s: %s", monitoring_words(cli, &list->reminders[i]->base, "kind"), NEXT[kind]);
    }
    if (list->n_reminders)
        puts("");
}

/* --- worth ---------------------------------------------------------------------------------------------- */

#define WORTH_COLUMNS(per)                                                                                   \
    {                                                                                                        \
        {"LA", "name", true}, {"Lines", "totals.lines", false}, {"Paid now", "totals.current." per, false},  \
            {"Asked for", "totals.proposed." per, false}, {"Increase", "requested_increase." per, false},    \
            {"%", "requested_percent", false}, {"Reported", "totals.negotiated_lines", false},               \
            {"Negotiated off", "negotiated_saving." per, false}, {"Decided", "totals.decided_lines", false}, \
            {"Agreed", "totals.decided." per, false}, {"Saved", "decided_saving." per, false},               \
            {"% agreed", "decided_percent", false}, {0},                                                     \
    }
static const struct cli_column YEARLY[] = WORTH_COLUMNS("yearly_pence");
static const struct cli_column WEEKLY[] = WORTH_COLUMNS("weekly_pence");

enum code tabulate_worth(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    const Pb__ReportWorthResponse *response = (const Pb__ReportWorthResponse *)(const void *)message;
    struct cli_column columns[sizeof YEARLY / sizeof *YEARLY];
    memcpy(columns, cli_option(cli, "weekly") ? WEEKLY : YEARLY, sizeof columns);
    columns[0].heading = row_heading(cli);
    if (response->total)
        response->total->name = "In all";
    return with_total(cli, &pb__worth__descriptor, (ProtobufCMessage **)(void *)response->worth,
                      response->n_worth, response->total ? &response->total->base : NULL, columns, ret_table);
}

static void say_worth(struct cli *cli, const char *whose, const Pb__Worth *worth)
{
    if (!worth->requested_increase || !worth->decided_saving)
        return;
    printf("%s: %s a week more was asked for, ", whose,
           fees_pounds(cli, worth->requested_increase->weekly_pence));
    printf("%s a year; ", fees_pounds(cli, worth->requested_increase->yearly_pence));
    printf("of what is decided, %s a week was saved, ",
           fees_pounds(cli, worth->decided_saving->weekly_pence));
    printf("%s a year.\n", fees_pounds(cli, worth->decided_saving->yearly_pence));
}

void remark_worth(struct cli *cli, const ProtobufCMessage *message)
{
    const Pb__ReportWorthResponse *response = (const Pb__ReportWorthResponse *)(const void *)message;
    puts("");
    if (response->total)
        say_worth(cli,
                  cli_option(cli, "weekly") ? "In all (the table is of a week)"
                                            : "In all (the table is of a year)",
                  response->total);
    if (response->region)
        say_worth(cli, "The region", response->region);
    if (response->n_without_lines)
        printf("Without lines yet: %s", "");
    for (size_t i = 0; i < response->n_without_lines; i++) {
        const struct authority *authority = authority_by_gss(response->without_lines[i]);
        printf("%s%s", i ? ", " : "", authority ? authority->name : response->without_lines[i]);
    }
    if (response->n_without_lines)
        puts("");
}

/* --- history -------------------------------------------------------------------------------------------- */

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

/* --- indices, sums of lines, benchmarks ------------------------------------------------------------------
 */

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

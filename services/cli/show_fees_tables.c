/* Tables of fees with what they come to in all: progress and worth, and what is said below them. Responses
 * come in, tables and sentences go out. */

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

/* --- progress ---------------------------------------------------------------------------------------- */

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

/* --- worth ------------------------------------------------------------------------------------------- */

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

/* Visits, progress, concerns and outcomes in words, and what to type next. Responses come in, sentences and
 * tables go out. */

#include "services/cli/show_monitoring.h"

#include "services/cli/derived.h"
#include "services/cli/reflect.h"

#include "common/domain/date.h"

#include <string.h>

const char *monitoring_day(struct cli *cli, const char *text)
{
    struct date date;
    char words[DATE_LONG_TEXT_BYTES];
    if (date_parse(text, &date, NULL) != CODE_OK)
        return text;
    date_print_long(date, words);
    const char *copy = arena_text(&cli->arena, words);
    return copy ? copy : text;
}

const char *monitoring_words(struct cli *cli, const ProtobufCMessage *message, const char *field)
{
    return derived_or_field(message, field, &cli->arena);
}

const char *reminder_words(Pb__ReminderKind kind)
{
    static const char *const WORDS[] = {
        "",
        "visit not planned yet",
        "visit soon",
        "visit late",
        "report still a draft",
        "comment due",
        "notice to be given",
        "may be published",
        "expires",
    };
    return (unsigned)kind < sizeof WORDS / sizeof *WORDS ? WORDS[kind] : "not known";
}

void show_visit(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__Visit *visit = (const Pb__Visit *)(const void *)reflect_message(response, "visit");
    if (!visit)
        return;
    const char *la = monitoring_words(cli, &visit->base, "authority_id");
    switch (visit->state) {
    case PB__VISIT_STATE__VISIT_STATE_PLANNED:
        printf("%s visits %s on %s.\n\nOnce it is made: ccrag monitoring visit made %s --on DATE --officer "
               "NAME\n",
               la, visit->name, monitoring_day(cli, visit->intended_on), visit->id);
        return;
    case PB__VISIT_STATE__VISIT_STATE_MADE:
        printf("%s visited %s on %s. Its report has begun.\n\nNext: ccrag monitoring report draft %s\n", la,
               visit->name, monitoring_day(cli, visit->made_on), visit->report_id);
        return;
    case PB__VISIT_STATE__VISIT_STATE_CANCELLED:
        printf("The visit of %s to %s is given up: %s.\n\nAnother: ccrag monitoring visit plan %s\n", la,
               visit->name, visit->reason, visit->provision_id);
        return;
    case PB__VISIT_STATE__VISIT_STATE_UNSPECIFIED:
    case _PB__VISIT_STATE_IS_INT_SIZE:
        return;
    }
}

void remark_found(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FindVisitsResponse *found = (const Pb__FindVisitsResponse *)(const void *)response;
    if (*found->authority_id)
        printf("\n%s has this provision, as its %s.\n", monitoring_words(cli, response, "authority_id"),
               monitoring_words(cli, response, "standing"));
    else
        puts("\nNobody has this provision in the allocation.");
}

void show_concern(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__Concern *concern = (const Pb__Concern *)(const void *)reflect_message(response, "concern");
    if (!concern)
        return;
    printf("The concern about %s is %s, its severity %s.\n", concern->name,
           monitoring_words(cli, &concern->base, "state"), monitoring_words(cli, &concern->base, "severity"));
    if (concern->state == PB__CONCERN_STATE__CONCERN_STATE_SUSPENDED)
        puts("Searches say that nobody should be placed there now, and show it after all others.");
    if (concern->state == PB__CONCERN_STATE__CONCERN_STATE_RESOLVED)
        puts("\nAll that were raised there: ccrag monitoring concern list --resolved");
    else
        printf("\nAs it goes on: ccrag monitoring concern update %s --version %llu --state STATE --finding "
               "TEXT\n",
               concern->id, (unsigned long long)(concern->meta ? concern->meta->version : 0));
}

void show_outcomes(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__PlacementOutcomes *outcomes =
        (const Pb__PlacementOutcomes *)(const void *)reflect_message(response, "outcomes");
    if (!outcomes)
        return;
    printf("Placement %s is for: %s.\n", outcomes->id, monitoring_words(cli, &outcomes->base, "intended"));
    for (size_t i = 0; i < outcomes->n_recorded; i++) {
        const Pb__OutcomeAt *at = outcomes->recorded[i];
        printf("  %s: %s, %s\n", monitoring_day(cli, at->visited_on),
               monitoring_words(cli, &at->base, "area"), monitoring_words(cli, &at->base, "progress"));
    }
    printf("\nAt a visit: ccrag monitoring outcomes record %s --visit VISIT --outcome AREA=HOW\n",
           outcomes->id);
}

void show_outcomes_erased(struct cli *cli, const ProtobufCMessage *response)
{
    (void)response;
    printf("What was held of placement %s is erased; what was counted stays counted.\n", cli->arguments[0]);
}

void remark_outcomes(struct cli *cli, const ProtobufCMessage *response)
{
    (void)cli;
    if (((const Pb__ReportOutcomesResponse *)(const void *)response)->n_rows)
        puts("\nCounts are rounded to five; fewer than five children are not shown.");
}

/* --- progress ---------------------------------------------------------------------------------------- */

static const struct cli_column PROGRESS_COLUMNS[] = {
    {"LA", "name", true},
    {"Owed", "owed", false},
    {"Intended", "intended", false},
    {"Done", "made", false},
    {"Pending", "pending", false},
    {"Overdue", "overdue", false},
    {"In draft", "draft", false},
    {"Awaiting comment", "awaiting_comment", false},
    {"Commented", "commented", false},
    {"Published", "published", false},
    {"Soles", "soles", false},
    {"Next visit", "next_on", false},
    {0},
};

/* Numbers of 0 are said: an LA that has done nothing is what one looks for. */
enum code tabulate_progress(struct cli *cli, const ProtobufCMessage *message, struct cli_table *ret_table)
{
    const Pb__ReportProgressResponse *response = (const Pb__ReportProgressResponse *)(const void *)message;
    size_t count = response->n_progress + (response->total != NULL);
    ProtobufCMessage **items = arena_array(&cli->arena, ProtobufCMessage *, count + 1);
    if (!items)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < response->n_progress; i++)
        items[i] = &response->progress[i]->base;
    if (response->total) {
        items[count - 1] = &response->total->base;
        response->total->name = "In all";
    }
    const char *of = cli_option(cli, "of");
    struct cli_column columns[sizeof PROGRESS_COLUMNS / sizeof *PROGRESS_COLUMNS];
    memcpy(columns, PROGRESS_COLUMNS, sizeof columns);
    columns[0].heading = !of                             ? "LA"
                         : strncmp(of, "provid", 6) == 0 ? "Provider"
                         : strncmp(of, "provis", 6) == 0 ? "Provision"
                                                         : "LA";
    struct cli_table table;
    enum code code = table_of(cli, &pb__monitoring_progress__descriptor, items, count, columns, &table);
    if (code != CODE_OK)
        return code;
    struct sheets_cell *cells = (struct sheets_cell *)(uintptr_t)table.sheet.cells;
    for (size_t i = 0; i < count * table.sheet.column_count; i++)
        if (table.sheet.columns[i % table.sheet.column_count].kind == SHEETS_WHOLE)
            cells[i].stated = true;
    table.named_last = false;
    *ret_table = table;
    return CODE_OK;
}

void remark_progress(struct cli *cli, const ProtobufCMessage *message)
{
    const Pb__ReportProgressResponse *response = (const Pb__ReportProgressResponse *)(const void *)message;
    const Pb__MonitoringProgress *total = response->total;
    (void)cli;
    if (!total)
        return;
    printf("\nCycle %s: of %u visit%s owed %u %s pending, %u overdue.\n", response->cycle_id, total->owed,
           show_plural(total->owed), total->pending, total->pending == 1 ? "is" : "are", total->overdue);
    puts("\nWhat is due or late: ccrag monitoring reminders");
}

/* What is done about each kind, once of each that is there. */
void remark_reminders(struct cli *cli, const ProtobufCMessage *message)
{
    static const char *const NEXT[] = {
        NULL,
        "ccrag monitoring visit plan PROVISION --la LA --on DATE --purpose PURPOSE",
        NULL,
        "ccrag monitoring visit made VISIT --on DATE --officer NAME, or reschedule VISIT --on DATE",
        "ccrag monitoring report draft REPORT",
        NULL,
        "ccrag monitoring report notice REPORT",
        "ccrag monitoring report publish REPORT",
        NULL,
    };
    enum { KINDS = sizeof NEXT / sizeof *NEXT };
    const Pb__ListRemindersResponse *list = (const Pb__ListRemindersResponse *)(const void *)message;
    bool told[KINDS] = {false};
    (void)cli;
    for (size_t i = 0; i < list->n_reminders; i++) {
        unsigned kind = (unsigned)list->reminders[i]->kind;
        if (kind >= KINDS || told[kind] || !NEXT[kind])
            continue;
        told[kind] = true;
        printf("\n%c%s: %s", reminder_words((Pb__ReminderKind)kind)[0] - 'a' + 'A',
               reminder_words((Pb__ReminderKind)kind) + 1, NEXT[kind]);
    }
    if (list->n_reminders)
        puts("");
}

/* Commands on visits (rule M1), progress and reminders (M6): most are one call of the API, and this file says
 * which. Forms are group_templates.c, reports group_reports.c, concerns and outcomes group_concerns.c. */

#include "services/cli/groups.h"
#include "services/cli/plan.h"
#include "services/cli/show_monitoring.h"

#include "common/base/limits.h"

#include <string.h>

enum { LOOKING_MS = 120 * 1000 }; /* everything of a cycle is looked at for each page */

static const struct cli_column VISIT_COLUMNS[] = {
    {"Intended", "intended_on", false},
    {"Made", "made_on", false},
    {"LA", "authority_id", true},
    {"Provision", "name", true},
    {"Purpose", "purpose", true},
    {"How", "mode", false},
    {"State", "state", false},
    {"Why", "reason", true},
    {"Report", "report_id", false},
    {"Visit", "id", false},
    {0},
};
static const struct cli_column REMINDER_COLUMNS[] = {
    {"On", "on", false},
    {"What", "what", true},
    {"LA", "authority_id", true},
    {"Provision", "name", true},
    {"Detail", "detail", true},
    {"Visit or report", "about", false},
    {0},
};
#define LA_OPTION(what)                                                                                      \
    {                                                                                                        \
        .name = "la", .value = "LA", .meaning = what ", by its name or GSS code.", .field = "authority_id"   \
    }
#define SIZE_OPTION                                                                                          \
    {                                                                                                        \
        .name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"   \
    }

static const struct cli_option VISIT_LIST_OPTIONS[] = {
    LA_OPTION("Only this LA's"),
    {.name = "provision", .value = "URN|UUID", .meaning = "Only there.", .field = "provision_id"},
    {.name = "cycle", .value = "CYCLE", .meaning = "Only of this cycle.", .field = "cycle_id"},
    {.name = "state",
     .value = "S",
     .meaning = "Only those that are so.",
     .field = "state",
     .choices = "planned made cancelled"},
    SIZE_OPTION,
    {0},
};
static const struct cli_option FIND_OPTIONS[] = {
    {.name = "days", .value = "N", .meaning = "Made within so many days (365).", .field = "days"},
    {0},
};
static const struct cli_option PLAN_OPTIONS[] = {
    {.name = "la",
     .value = "LA",
     .meaning = "The LA that visits, by its name or GSS code.",
     .field = "visit.authority_id",
     .required = true},
    {.name = "on",
     .value = "DATE",
     .meaning = "The intended date.",
     .field = "visit.intended_on",
     .required = true},
    {.name = "purpose",
     .value = "P",
     .meaning = "contractual-compliance, quality-assurance or quality-visit.",
     .field = "visit.purpose",
     .choices = "contractual-compliance quality-assurance quality-visit",
     .required = true},
    {.name = "how",
     .value = "HOW",
     .meaning = "on-site or remote.",
     .field = "visit.mode",
     .choices = "on-site remote",
     .required = true},
    {.name = "others-seen",
     .meaning = "The visits of others there were seen: plan it beside them.",
     .field = "others_seen"},
    {0},
};
static const struct cli_option RESCHEDULE_OPTIONS[] = {
    {.name = "on",
     .value = "DATE",
     .meaning = "The date it is moved to.",
     .field = "intended_on",
     .required = true},
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason", .required = true},
    {0},
};
static const struct cli_option MADE_OPTIONS[] = {
    {.name = "on", .value = "DATE", .meaning = "When it was made.", .field = "made_on", .required = true},
    {.name = "officer",
     .value = "NAME",
     .meaning = "Who visited; may be given again.",
     .field = "officers",
     .required = true,
     .list = true},
    {.name = "how",
     .value = "HOW",
     .meaning = "on-site or remote (as planned).",
     .field = "mode",
     .choices = "on-site remote"},
    {0},
};
static const struct cli_option REASON_OPTIONS[] = {
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason", .required = true},
    {0},
};
static const struct cli_option PROGRESS_OPTIONS[] = {
    {.name = "of",
     .value = "WHAT",
     .meaning = "Of each authority (by default), provider or provision.",
     .field = "of",
     .choices = "authority provider provision"},
    LA_OPTION("Only of this LA's visits"),
    {.name = "cycle",
     .value = "CYCLE",
     .meaning = "Of this cycle (the one that is not closed, else the last).",
     .field = "cycle_id"},
    SIZE_OPTION,
    {0},
};
static const struct cli_option REMINDER_OPTIONS[] = {LA_OPTION("Only this LA's"), SIZE_OPTION, {0}};
static const struct cli_call_plan VISITS = {.method = "MonitoringService/ListVisits",
                                            .list = "visits",
                                            .columns = VISIT_COLUMNS,
                                            .none = "There are none: ccrag monitoring visit plan PROVISION"};
static const struct cli_call_plan FIND = {.method = "MonitoringService/FindVisits",
                                          .arguments = {"provision_id"},
                                          .list = "visits",
                                          .columns = VISIT_COLUMNS,
                                          .none = "Nobody plans a visit there, or made one lately.",
                                          .remark = remark_found};
static const struct cli_call_plan PLAN = {
    .method = "MonitoringService/PlanVisit", .arguments = {"visit.provision_id"}, .show = show_visit};
static const struct cli_call_plan RESCHEDULE = {
    .method = "MonitoringService/RescheduleVisit", .arguments = {"visit_id"}, .show = show_visit};
static const struct cli_call_plan MADE = {
    .method = "MonitoringService/RecordVisit", .arguments = {"visit_id"}, .show = show_visit};
static const struct cli_call_plan CANCEL = {
    .method = "MonitoringService/CancelVisit", .arguments = {"visit_id"}, .show = show_visit};
static const struct cli_call_plan PROGRESS = {.method = "MonitoringService/ReportProgress",
                                              .list = "progress",
                                              .deadline_ms = LOOKING_MS,
                                              .page_size = ROWS_PAGE_MAX,
                                              .tabulate = tabulate_progress,
                                              .remark = remark_progress};
static const struct cli_call_plan REMINDERS = {.method = "MonitoringService/ListReminders",
                                               .list = "reminders",
                                               .deadline_ms = LOOKING_MS,
                                               .page_size = ROWS_PAGE_MAX,
                                               .columns = REMINDER_COLUMNS,
                                               .none = "Nothing is due or late.",
                                               .remark = remark_reminders};
/* Refused because others visit there: shows them (rule M1). */
static int run_visit_plan(struct cli *cli)
{
    const ProtobufCMessage *response;
    struct fault fault = {0}, none = {0};
    if (plan_call(cli, &PLAN, &response, &fault) == CODE_OK)
        return show_response(cli, response, &PLAN);
    size_t given = cli->given_count;
    cli->given_count = 0; /* what was typed was for another call */
    if (strcmp(fault.field, "others_seen") == 0 && !cli->json &&
        plan_call(cli, &FIND, &response, &none) == CODE_OK) {
        show_response(cli, response, &FIND);
        puts("\nTo plan it beside these: the same command with --others-seen");
    }
    cli->given_count = given;
    return cli_fail(cli, &fault);
}

const struct cli_command MONITORING_COMMANDS[] = {
    {.words = "monitoring progress",
     .summary = "Show how far the cycle's visits and reports have come, for each LA.",
     .options = PROGRESS_OPTIONS,
     .run = run_plan,
     .plan = &PROGRESS},
    {.words = "monitoring reminders",
     .summary = "List what is due or late, the most urgent first.",
     .options = REMINDER_OPTIONS,
     .run = run_plan,
     .plan = &REMINDERS},
    {.words = "monitoring visit",
     .summary = "List visits: planned, made, cancelled.",
     .options = VISIT_LIST_OPTIONS,
     .run = run_plan,
     .plan = &VISITS},
    {.words = "monitoring visit list",
     .summary = "List visits: planned, made, cancelled.",
     .options = VISIT_LIST_OPTIONS,
     .run = run_plan,
     .plan = &VISITS},
    {.words = "monitoring visit find",
     .arguments = "PROVISION",
     .summary = "Show who plans to visit a provision or did lately: before planning one's own.",
     .details = "PROVISION is its UUID or one of its URNs.",
     .options = FIND_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &FIND},
    {.words = "monitoring visit plan",
     .arguments = "PROVISION",
     .summary = "Plan a visit for an intended date.",
     .details = "PROVISION is its UUID or one of its URNs. Where others visit there too, they are shown "
                "first; --others-seen says that they were.",
     .options = PLAN_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_visit_plan},
    {.words = "monitoring visit reschedule",
     .arguments = "VISIT",
     .summary = "Move a planned visit to another date.",
     .options = RESCHEDULE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &RESCHEDULE},
    {.words = "monitoring visit made",
     .arguments = "VISIT",
     .summary = "Record that a visit was made: its report begins.",
     .options = MADE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &MADE},
    {.words = "monitoring visit cancel",
     .arguments = "VISIT",
     .summary = "Give a planned visit up.",
     .options = REASON_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &CANCEL},
    {0},
};

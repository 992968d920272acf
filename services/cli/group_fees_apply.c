/* Commands on applications (rule F3): begun, filled in here or offline as a sheet, submitted, returned,
 * corrected, given up, read. */

#include "services/cli/evidence.h"
#include "services/cli/fees.h"
#include "services/cli/groups.h"

static const struct cli_column APPLICATION_COLUMNS[] = {
    {"Provision", "name", true},
    {"Kind", "kind", true},
    {"Cycle", "cycle_id", false},
    {"State", "state", false},
    {"Submitted", "submitted_on", false},
    {"Number", "submission", false},
    {"Increase %", "increase_percent", false},
    {"Level", "level", false},
    {"Application", "id", false},
    {0},
};

static const struct cli_option BEGIN_OPTIONS[] = {
    {.name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one).", .field = "cycle_id"},
    {0},
};
static const struct cli_option SAVE_OPTIONS[] = {
    {.name = "file",
     .value = "FILE",
     .meaning = "Answers from a text, a line `question: value` for each; a line with + goes on with it, one "
                "with > is a remark beside it."},
    {.name = "remark", .value = "TEXT", .meaning = "A remark beside the answer."},
    {.name = "effective", .value = "DATE", .meaning = "First day of the new fee (the cycle's first)."},
    {.name = "service",
     .value = "ID",
     .meaning = "A service that is charged for by itself: added, or changed where it is there."},
    {.name = "title", .value = "TEXT", .meaning = "Its title: `Residential, 52 weeks`."},
    {.name = "attendance",
     .value = "A",
     .meaning = "Its part of the year: day, 38 or 52 weeks.",
     .choices = "day 38 52"},
    {.name = "current",
     .value = "FEE",
     .meaning = "Its weekly fee now, in pounds: social care + education + health = total, as in "
                "4000+500+0=4500."},
    {.name = "proposed", .value = "FEE", .meaning = "The weekly fee asked for, likewise."},
    {.name = "remove-service", .value = "ID", .meaning = "Take a service out."},
    {.name = "cycle", .value = "CYCLE", .meaning = "In this cycle, of a provision (the open one)."},
    {0},
};
static const struct cli_option IMPORT_OPTIONS[] = {
    {.name = "rejects",
     .value = "FILE",
     .meaning = "Write the cells that were not taken there, as CSV: file, row, column, value, reason."},
    {.name = "strict",
     .meaning = "End with status 65 when a cell was not taken; the others are taken all the same."},
    {0},
};
static const struct cli_option RETURN_OPTIONS[] = {
    {.name = "reason",
     .value = "TEXT",
     .meaning = "What is to be mended.",
     .field = "reason",
     .required = true},
    {.name = "submission",
     .value = "N",
     .meaning = "Number of the submission that was read (the last).",
     .field = "submission"},
    {0},
};
static const struct cli_option WITHDRAW_OPTIONS[] = {
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason", .required = true},
    {0},
};
static const struct cli_option SHOW_OPTIONS[] = {
    {.name = "cycle",
     .value = "CYCLE",
     .meaning = "Of this cycle, of a provision (the open one, else the last)."},
    {0},
};
static const struct cli_option LIST_OPTIONS[] = {
    {.name = "cycle", .value = "CYCLE", .meaning = "Only of this cycle.", .field = "cycle_id"},
    FEE_LA_OPTION("Only where this LA is concerned"),
    {.name = "provider", .value = "UUID", .meaning = "Only of this provider.", .field = "provider_id"},
    {.name = "state",
     .value = "S",
     .meaning = "Only those that are so.",
     .field = "state",
     .choices = "draft submitted returned correcting withdrawn"},
    FEE_SIZE_OPTION,
    {0},
};

static const struct cli_call_plan BEGIN = {.method = "FeeApplicationsService/BeginFeeApplication",
                                           .arguments = {"provision_id"},
                                           .show = show_fee_application};
static const struct cli_call_plan RETURN = {.method = "FeeApplicationsService/ReturnFeeApplication",
                                            .arguments = {"application_id"},
                                            .read_method = "FeeApplicationsService/GetFeeApplication",
                                            .read_argument = "application_id",
                                            .read_from = "submission.number",
                                            .read_into = "submission",
                                            .show = show_fee_application};
static const struct cli_call_plan CORRECT = {.method = "FeeApplicationsService/CorrectFeeApplication",
                                             .arguments = {"application_id"},
                                             .show = show_fee_application};
static const struct cli_call_plan WITHDRAW = {.method = "FeeApplicationsService/WithdrawFeeApplication",
                                              .arguments = {"application_id"},
                                              .show = show_fee_application};
static const struct cli_call_plan LIST = {
    .method = "FeeApplicationsService/ListFeeApplications",
    .list = "applications",
    .columns = APPLICATION_COLUMNS,
    .none = "There are none that you may see; one begins with: ccrag fees apply begin PROVISION"};

const struct cli_command FEE_APPLY_COMMANDS[] = {
    {.words = "fees apply begin",
     .arguments = "PROVISION",
     .summary = "Begin a provision's application, with what carries over from the last one.",
     .details = FEE_PROVISION_DETAIL " One that is there already is shown.",
     .options = BEGIN_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &BEGIN},
    {.words = "fees apply save",
     .arguments = "APPLICATION [QUESTION VALUE]",
     .summary = "Answer questions of an application, and say its services and first day.",
     .details =
         "APPLICATION is its UUID, or the provision's UUID or one of its URNs. VALUE by the question's "
         "kind: words; an option, several with commas; a number; yes, no or n/a; amounts in pounds: "
         "current=1200.00, forecast=1250.00; a date. An empty VALUE takes the answer back. What "
         "somebody else changed meanwhile is not overwritten.",
     .options = SAVE_OPTIONS,
     .least = 1,
     .most = 3,
     .run = run_apply_save},
    {.words = "fees apply sheet",
     .arguments = "APPLICATION [FILE]",
     .summary = "Write an application as a CSV sheet to be filled in offline.",
     .details = "FILE is - for standard output; without it the sheet is called by cycle and provision.",
     .options = SHOW_OPTIONS,
     .least = 1,
     .most = 2,
     .run = run_apply_sheet},
    {.words = "fees apply import",
     .arguments = "APPLICATION FILE",
     .summary = "Take a sheet that was filled in, and tell every wrong cell by row and column.",
     .details = "A wrong cell costs no right one. Empty cells change nothing.",
     .options = IMPORT_OPTIONS,
     .least = 2,
     .most = 2,
     .run = run_apply_import},
    {.words = "fees apply submit",
     .arguments = "APPLICATION",
     .summary = "Submit a complete application, to all LAs that place there at once.",
     .details = "Totals add up to the penny, or it is refused saying where.",
     .least = 1,
     .most = 1,
     .run = run_apply_submit},
    {.words = "fees apply return",
     .arguments = "APPLICATION",
     .summary = "Return an application to its provider, as the lead.",
     .options = RETURN_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &RETURN},
    {.words = "fees apply correct",
     .arguments = "APPLICATION",
     .summary =
         "Take a submitted application up again; what was submitted stands until it is submitted anew.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &CORRECT},
    {.words = "fees apply withdraw",
     .arguments = "APPLICATION",
     .summary = "Give an application up.",
     .options = WITHDRAW_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &WITHDRAW},
    {.words = "fees apply show",
     .arguments = "APPLICATION|PROVISION",
     .summary = "Show an application: services, answers, files, what is missing; or what was submitted.",
     .details = FEE_PROVISION_DETAIL,
     .options = SHOW_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_apply_show},
    {.words = "fees apply",
     .summary = "List applications, as far as the caller may see them.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    {.words = "fees apply list",
     .summary = "List applications, as far as the caller may see them.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    EVIDENCE_COMMANDS("fees apply", "fees", "APPLICATION"),
    {0},
};

/* Commands on how far a fee cycle has come and what it was worth (rules F7, F8): each is one call of the API,
 * and this file says which. Cycles are group_fees_cycles.c, applications group_fees_apply.c, consultations
 * group_fees_consult.c, reports and decisions group_fees_report.c, lines group_fees_lines.c. */

#include "services/cli/fees.h"
#include "services/cli/groups.h"
#include "services/cli/templates.h"

static const struct cli_column REMINDER_COLUMNS[] = {
    {"Due", "due_on", false},
    {"What", "kind", true},
    {"Whose", "whose", true},
    {"Provision", "name", true},
    {"Stands", "standing", false},
    {"Date of", "set_by", true},
    {"Provision id", "provision_id", false},
    {0},
};
static const struct cli_option PROGRESS_OPTIONS[] = {
    {.name = "of",
     .value = "WHAT",
     .meaning = "Of each authority (by default), provider or provision.",
     .field = "of",
     .choices = "authority provider provision"},
    FEE_LA_OPTION("Only what concerns this LA"),
    FEE_CYCLE_OPTION,
    {0},
};
static const struct cli_option REMINDER_OPTIONS[] = {
    FEE_LA_OPTION("Only this LA's"),
    {.name = "provider", .value = "UUID", .meaning = "Only this provider's.", .field = "provider_id"},
    FEE_CYCLE_OPTION,
    {0},
};
static const struct cli_option WORTH_OPTIONS[] = {
    {.name = "of",
     .value = "WHAT",
     .meaning = "Of each authority (by default), provider, owner, kind or provision.",
     .field = "of",
     .choices = "authority provider owner kind provision"},
    {.name = "weekly", .meaning = "Pounds a week (otherwise a year)."},
    FEE_LA_OPTION("Only this LA's lines"),
    FEE_CYCLE_OPTION,
    {0},
};
static const struct cli_option BENCHMARK_OPTIONS[] = {FEE_CYCLE_OPTION, {0}};

static const struct cli_call_plan PROGRESS = {.method = "FeesService/ReportFeeProgress",
                                              .list = "progress",
                                              .tabulate = tabulate_fee_progress,
                                              .none = "Nothing is dealt with in this cycle.",
                                              .remark = remark_fee_progress};
static const struct cli_call_plan REMINDERS = {.method = "FeesService/ListFeeReminders",
                                               .list = "reminders",
                                               .columns = REMINDER_COLUMNS,
                                               .none = "Nothing is due or late.",
                                               .remark = remark_fee_reminders};
static const struct cli_call_plan WORTH = {.method = "FeesService/ReportWorth",
                                           .list = "worth",
                                           .tabulate = tabulate_worth,
                                           .none = "There are no lines yet: ccrag fees lines import FILE",
                                           .remark = remark_worth};
static const struct cli_call_plan HISTORY = {.method = "FeesService/ReportFeeHistory",
                                             .arguments = {"provision_id"},
                                             .list = "years",
                                             .tabulate = tabulate_fee_history,
                                             .none = "This provision was in no cycle yet."};
static const struct cli_call_plan BENCHMARKS = {.method = "FeesService/ReportBenchmarks",
                                                .arguments = {"provision_id"},
                                                .list = "rows",
                                                .tabulate = tabulate_benchmarks,
                                                .none =
                                                    "There are no lines yet: ccrag fees lines import FILE",
                                                .remark = remark_benchmarks};

const struct cli_command FEE_COMMANDS[] = {
    {.words = "fees progress",
     .summary = "Show how far the fee cycle has come: applications, reports, letters, decisions.",
     .options = PROGRESS_OPTIONS,
     .run = run_plan,
     .plan = &PROGRESS},
    {.words = "fees reminders",
     .summary = "List what is due or late, and for whom, the latest first.",
     .options = REMINDER_OPTIONS,
     .run = run_plan,
     .plan = &REMINDERS},
    {.words = "fees worth",
     .summary = "Show what was asked for, negotiated and decided, and what that saved.",
     .details = "An LA and its people see their own lines; the host and its auditors all. With --json a week "
                "and a year both.",
     .options = WORTH_OPTIONS,
     .run = run_plan,
     .plan = &WORTH},
    {.words = "fees history",
     .arguments = "PROVISION",
     .summary = "Show a provision's fees over the cycles, with the indices alongside.",
     .details = FEE_PROVISION_DETAIL,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &HISTORY},
    {.words = "fees benchmark",
     .arguments = "[PROVISION]",
     .summary = "Show where fees stand among comparable provisions: median and quartiles.",
     .details = FEE_PROVISION_DETAIL " With it, what the LA pays there is told beside its groups. Groups of "
                                     "fewer than five provisions are not shown.",
     .options = BENCHMARK_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &BENCHMARKS},
    TEMPLATES_OF("fees", "fee applications and reports", "fee-application"),
    {0},
};

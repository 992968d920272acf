/* Commands on fee cycles (rule F1): their dates, indices, what is exceptional in them (F4), LAs' own dates.
 */

#include "services/cli/fees.h"
#include "services/cli/groups.h"

static const struct cli_column CYCLE_COLUMNS[] = {
    {"Cycle", "id", false},
    {"From", "first_on", false},
    {"Until", "last_on", false},
    {"State", "state", false},
    {"Exceptional above", "exceptional", true},
    {0},
};
static const struct cli_column DATE_COLUMNS[] = {
    {"Cycle", "cycle_id", false},       {"Task", "kind", false},
    {"LA", "authority_id", true},       {"Due", "due_on", false},
    {"Provider", "provider_id", false}, {0},
};

#define TASK_OPTION(option, what)                                                                            \
    {                                                                                                        \
        .name = option, .value = "DATE", .meaning = what                                                     \
    }
#define CYCLE_OPTIONS                                                                                        \
    {.name = "from", .value = "DATE", .meaning = "First day (1 April)."},                                    \
        {.name = "until", .value = "DATE", .meaning = "Last day (31 March after)."},                         \
        TASK_OPTION("level-told", "By when leads tell what is exceptional (31 December before)."),           \
        TASK_OPTION("letter-sent", "By when LAs that do not lead have written (31 December before)."),       \
        TASK_OPTION("application", "By when providers apply (1 March before)."),                             \
        TASK_OPTION("consultation-begun", "By when consultation begins (15 March before)."),                 \
        TASK_OPTION("report", "By when leads report (30 April)."),                                           \
        TASK_OPTION("decision", "By when each LA decides (31 May)."),                                        \
        {.name = "short-report-sections",                                                                    \
         .value = "N",                                                                                       \
         .meaning = "Sections of the report's form that a short report has (4)."},                           \
    {                                                                                                        \
        .name = "reminder-days", .value = "N",                                                               \
        .meaning = "Days before a task on which it is reminded of (14)."                                     \
    }
static const struct cli_option OPEN_OPTIONS[] = {
    CYCLE_OPTIONS,
    {.name = "threshold",
     .value = "EXPRESSION",
     .meaning = "Above what an increase is exceptional: see `ccrag fees threshold set --help`."},
    {0},
};
static const struct cli_option UPDATE_OPTIONS[] = {CYCLE_OPTIONS, {0}};
static const struct cli_option INDEX_OPTIONS[] = {
    {.name = "title", .value = "TEXT", .meaning = "What it is: `Consumer Prices Index, 12-month rate`."},
    {.name = "percent", .value = "P", .meaning = "Its value, per cent: 3.25."},
    {.name = "from", .value = "DATE", .meaning = "The day from which that is known (today)."},
    {.name = "source", .value = "TEXT", .meaning = "Where it is published."},
    {0},
};
static const struct cli_option PREVIEW_OPTIONS[] = {
    {.name = "on", .value = "DATE", .meaning = "The day (today).", .field = "on"},
    {0},
};
static const struct cli_option THRESHOLD_OPTIONS[] = {
    FEE_CYCLE_OPTION,
    {.name = "from",
     .value = "DATE",
     .meaning = "From when (today); what was applied for before keeps what held then."},
    {0},
};
static const struct cli_option DATE_SET_OPTIONS[] = {
    {.name = "task",
     .value = "TASK",
     .meaning = "level-told, letter-sent, application, consultation-begun, report or decision.",
     .field = "date.kind",
     .choices = "level-told letter-sent application consultation-begun report decision",
     .required = true},
    {.name = "on",
     .value = "DATE",
     .meaning = "The LA's own day, before the cycle's.",
     .field = "date.due_on"},
    {.name = "none", .meaning = "The cycle's day again.", .field = "date.due_on", .sets = ""},
    {.name = "la",
     .value = "LA",
     .meaning = "Whose day it is (the caller's), by its name or GSS code.",
     .field = "date.authority_id"},
    {.name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one).", .field = "date.cycle_id"},
    {0},
};
static const struct cli_option DATE_LIST_OPTIONS[] = {
    {.name = "provider", .value = "UUID", .meaning = "Only for this provider.", .field = "provider_id"},
    {.name = "cycle", .value = "CYCLE", .meaning = "Only of this cycle.", .field = "cycle_id"},
    FEE_SIZE_OPTION,
    {0},
};

static const struct cli_call_plan CYCLES = {.method = "FeeCyclesService/ListFeeCycles",
                                            .list = "cycles",
                                            .columns = CYCLE_COLUMNS,
                                            .none = "There is none yet: ccrag fees cycle open"};
static const struct cli_call_plan CLOSE = {
    .method = "FeeCyclesService/CloseFeeCycle", .arguments = {"cycle_id"}, .show = show_fee_cycle};
static const struct cli_call_plan INDICES = {.method = "FeeCyclesService/ListFeeIndices",
                                             .list = "indices",
                                             .tabulate = tabulate_indices,
                                             .none = "There are none: ccrag fees index set CPI --title TEXT "
                                                     "--percent P --from DATE"};
static const struct cli_call_plan DATE_SET = {
    .method = "FeeCyclesService/SetFeeDate", .arguments = {"date.provider_id"}, .show = show_fee_date};
static const struct cli_call_plan DATES = {.method = "FeeCyclesService/ListFeeDates",
                                           .list = "dates",
                                           .columns = DATE_COLUMNS,
                                           .none = "No LA has set a date of its own."};

const struct cli_command FEE_CYCLE_COMMANDS[] = {
    {.words = "fees cycle",
     .summary = "List the fee cycles, oldest first.",
     .run = run_plan,
     .plan = &CYCLES},
    {.words = "fees cycle list",
     .summary = "List the fee cycles, oldest first.",
     .run = run_plan,
     .plan = &CYCLES},
    {.words = "fees cycle show",
     .arguments = "[CYCLE]",
     .summary = "Show a cycle's tasks with their days, and its thresholds.",
     .details = "Without CYCLE it is the one that is open, else the last.",
     .most = 1,
     .run = run_fee_cycle_show},
    {.words = "fees cycle open",
     .arguments = "[CYCLE]",
     .summary = "Open a fee cycle; the one before must be closed.",
     .details =
         "CYCLE is what it is called; without it, by its years: 2027-28. Who leads for which provision "
         "is settled at once.",
     .options = OPEN_OPTIONS,
     .most = 1,
     .run = run_fee_cycle_open},
    {.words = "fees cycle update",
     .arguments = "[CYCLE]",
     .summary = "Change a cycle's dates and settings.",
     .details = "Without CYCLE it is the one that is open. What is not given stays.",
     .options = UPDATE_OPTIONS,
     .most = 1,
     .run = run_fee_cycle_update},
    {.words = "fees cycle close",
     .arguments = "[CYCLE]",
     .summary = "Close a cycle: only decisions and lines are still recorded in it.",
     .most = 1,
     .run = run_plan,
     .plan = &CLOSE},
    {.words = "fees index",
     .summary = "List the indices with their values.",
     .run = run_plan,
     .plan = &INDICES},
    {.words = "fees index list",
     .summary = "List the indices with their values.",
     .run = run_plan,
     .plan = &INDICES},
    {.words = "fees index set",
     .arguments = "INDEX",
     .summary = "Add an index, or a value to it, or correct one.",
     .details = "INDEX is in capitals: CPI. A value of a day that has one replaces it; none is removed.",
     .options = INDEX_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_fee_index_set},
    {.words = "fees threshold preview",
     .arguments = "EXPRESSION",
     .summary = "Show what a threshold comes to; nothing is kept.",
     .details = "What is wrong is shown with a caret under the character.",
     .options = PREVIEW_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_threshold_preview},
    {.words = "fees threshold set",
     .arguments = "EXPRESSION",
     .summary = "Set above what an increase is exceptional.",
     .details =
         "EXPRESSION is a percentage, an index, `lower of A and B`, `higher of A and B`, `A plus B` or "
         "`50% of CPI`, with brackets; then perhaps `, review above` and another: `lower of 1.5% and "
         "CPI, review above 3%`.",
     .options = THRESHOLD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_threshold_set},
    {.words = "fees date",
     .summary = "List the dates that LAs have set for providers.",
     .options = DATE_LIST_OPTIONS,
     .run = run_plan,
     .plan = &DATES},
    {.words = "fees date list",
     .summary = "List the dates that LAs have set for providers.",
     .options = DATE_LIST_OPTIONS,
     .run = run_plan,
     .plan = &DATES},
    {.words = "fees date set",
     .arguments = "PROVIDER",
     .summary = "Set an LA's own, earlier date for a provider.",
     .details = "PROVIDER is its UUID. Of several dates for a task the earliest holds.",
     .options = DATE_SET_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &DATE_SET},
    {0},
};

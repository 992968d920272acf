/* Commands on child-level lines (rule F5): one LA's own, taken from a file or one by one; to others only
 * their number and sum. */

#include "services/cli/fees.h"
#include "services/cli/groups.h"

static const struct cli_column LINE_COLUMNS[] = {
    {"Reference", "reference", false},
    {"Service", "service_id", true},
    {"Attendance", "attendance", false},
    {"Now", "current_pence", false},
    {"Asked for", "proposed_pence", false},
    {"From", "effective_on", false},
    {"Negotiated", "negotiated_pence", false},
    {"Decided", "decided_words", false},
    {"Provision id", "provision_id", false},
    {"Placement", "placement_id", false},
    {0},
};

static const struct cli_option IMPORT_OPTIONS[] = {
    {.name = "la", .value = "LA", .meaning = "Whose lines they are (the caller's), by its name or GSS code."},
    {.name = "cycle", .value = "CYCLE", .meaning = "Of this cycle (the open one, else the last)."},
    {.name = "rejects",
     .value = "FILE",
     .meaning = "Write the rejected rows there, as CSV: file, line, field, reason."},
    {.name = "strict",
     .meaning = "End with status 65 when a row was rejected; good rows are taken all the same."},
    {0},
};
static const struct cli_option SET_OPTIONS[] = {
    {.name = "service", .value = "ID", .meaning = "Which of the application's services; none: by itself."},
    {.name = "attendance",
     .value = "A",
     .meaning = "For how much of the year it is paid: day, 38 or 52 weeks.",
     .choices = "day 38 52"},
    {.name = "current", .value = "POUNDS", .meaning = "Weekly fee now."},
    {.name = "proposed", .value = "POUNDS", .meaning = "Weekly fee that is asked for."},
    {.name = "agreed",
     .value = "POUNDS",
     .meaning = "Weekly fee agreed for this placement, where it is not what the LA's decision gives; empty: "
                "none."},
    {.name = "effective", .value = "DATE", .meaning = "First day of the new fee (the cycle's first)."},
    {.name = "la", .value = "LA", .meaning = "Whose line it is (the caller's), by its name or GSS code."},
    {.name = "cycle", .value = "CYCLE", .meaning = "Of this cycle (the open one, else the last)."},
    {0},
};
static const struct cli_option ONE_OPTIONS[] = {
    {.name = "la", .value = "LA", .meaning = "Whose line it is (the caller's), by its name or GSS code."},
    {.name = "cycle", .value = "CYCLE", .meaning = "Of this cycle (the open one, else the last)."},
    {0},
};
static const struct cli_option ERASE_OPTIONS[] = {
    {.name = "la", .value = "LA", .meaning = "Whose placement it is, by its name or GSS code."},
    {0},
};
static const struct cli_option LIST_OPTIONS[] = {
    {.name = "provision", .value = "URN|UUID", .meaning = "Only there.", .field = "provision_id"},
    FEE_LA_OPTION("Whose lines (the caller's)"),
    FEE_CYCLE_OPTION,
    FEE_SIZE_OPTION,
    {0},
};
static const struct cli_option TOTALS_OPTIONS[] = {
    FEE_LA_OPTION("Only this LA's"), FEE_CYCLE_OPTION, FEE_SIZE_OPTION, {0}};

static const struct cli_call_plan LINES = {.method = "FeeLinesService/ListFeeLines",
                                           .list = "lines",
                                           .columns = LINE_COLUMNS,
                                           .none = "There are none: ccrag fees lines import FILE"};
static const struct cli_call_plan TOTALS = {.method = "FeeLinesService/ListFeeLineTotals",
                                            .arguments = {"provision_id"},
                                            .list = "totals",
                                            .tabulate = tabulate_line_totals,
                                            .none = "There are none that you may see."};

const struct cli_command FEE_LINES_COMMANDS[] = {
    {.words = "fees lines",
     .summary = "List an LA's own lines: placements with their fees.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LINES},
    {.words = "fees lines list",
     .summary = "List an LA's own lines: placements with their fees.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LINES},
    {.words = "fees lines import",
     .arguments = "FILE",
     .summary = "Take an LA's lines from a CSV file.",
     .details =
         "Headings: reference (the LA's own of the placement), current and proposed (weekly, in "
         "pounds), attendance (day, 38 or 52 weeks); also provision (URN or UUID: checked against the "
         "placement), service (of the application), effective_on, agreed, placement (UUID, in place of "
         "the reference). A wrong row costs no right one; the same file again changes nothing.",
     .options = IMPORT_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_lines_import},
    {.words = "fees lines set",
     .arguments = "REFERENCE",
     .summary = "Add a placement's line, or change it; what is not given stays.",
     .details = "REFERENCE is the LA's own of the placement, or the placement's UUID.",
     .options = SET_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_lines_set},
    {.words = "fees lines delete",
     .arguments = "REFERENCE",
     .summary = "Take a line out: it counts no longer.",
     .details = "REFERENCE is the LA's own of the placement, or the placement's UUID.",
     .options = ONE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_lines_delete},
    {.words = "fees lines erase",
     .arguments = "REFERENCE",
     .summary = "Erase a placement's lines of all cycles; they still count, and can be read nowhere again.",
     .details = "REFERENCE is the LA's own of the placement, or the placement's UUID.",
     .options = ERASE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_lines_erase},
    {.words = "fees lines totals",
     .arguments = "[PROVISION]",
     .summary = "Show each LA's count and sums: to itself, its lead, the host.",
     .details = FEE_PROVISION_DETAIL,
     .options = TOTALS_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &TOTALS},
    {0},
};

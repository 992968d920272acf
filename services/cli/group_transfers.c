/* Commands on what an allocation asks and comes to: tasks (rule A7), transfers and swaps (rule A6), loads
 * (rule A8) and savings (rule A9), and all of it as files. */

#include "services/cli/group_allocation.h"

#include "services/cli/groups.h"
#include "services/cli/plan.h"
#include "services/cli/show_allocation.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

const struct cli_column ALLOCATION_COST_COLUMNS[] = {
    {"Officer's yearly salary", "officer_salary_pence", false},
    {"Working days", "working_days", false},
    {"Miles of a visit", "return_miles", false},
    {"Pence a mile", "pence_per_mile", false},
    {"Miles an hour", "miles_per_hour", false},
    {0},
};
static const struct cli_column TASK_COLUMNS[] = {
    {"Raised", "raised_at_ms", false},
    {"State", "state", false},
    {"Provision", "name", true},
    {"It", "asks", false},
    {"Has it", "authority_id", true},
    {"Would have it", "proposed.authority_id", true},
    {"Miles", "proposed.distance_metres", false},
    {"Why", "why", true},
    {"Task", "id", false},
    {0},
};
static const struct cli_column TRANSFER_COLUMNS[] = {
    {"State", "state", false},
    {"Provision", "name", true},
    {"From", "from_authority_id", true},
    {"To", "to_authority_id", true},
    {"In return", "return_name", true},
    {"Answer by", "answer_by", false},
    {"Why", "reason", true},
    {"Answer", "answer", true},
    {"Transfer", "id", false},
    {0},
};

static const struct cli_option TASK_OPTIONS[] = {
    {.name = "la",
     .value = "LA",
     .meaning = "Only about what this LA has, or would have, by its name or GSS code.",
     .field = "authority_id"},
    {.name = "settled", .meaning = "Settled and kept ones too.", .field = "with_settled"},
    {0},
};
static const struct cli_option KEEP_OPTIONS[] = {
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason", .required = true},
    {0},
};
static const struct cli_option TRANSFER_OPTIONS[] = {
    {.name = "la",
     .value = "LA",
     .meaning = "Only those from or to this LA, by its name or GSS code.",
     .field = "authority_id"},
    {.name = "open", .meaning = "Only those that wait or hold.", .field = "open_only"},
    {0},
};
static const struct cli_option OFFER_OPTIONS[] = {
    {.name = "to",
     .value = "LA",
     .meaning = "The LA that is asked, by its name or GSS code.",
     .field = "to_authority_id",
     .required = true},
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason"},
    {0},
};
static const struct cli_option SWAP_OPTIONS[] = {
    {.name = "for",
     .value = "URN|UUID",
     .meaning = "The provision wanted in return.",
     .field = "return_provision_id",
     .required = true},
    {.name = "to",
     .value = "LA",
     .meaning = "The LA that is asked, by its name or GSS code.",
     .field = "to_authority_id",
     .required = true},
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason"},
    {0},
};
static const struct cli_option ACCEPT_OPTIONS[] = {
    {.name = "answer", .value = "TEXT", .meaning = "A word with it.", .field = "answer"},
    {0},
};
static const struct cli_option DECLINE_OPTIONS[] = {
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "answer", .required = true},
    {0},
};
static const struct cli_option COST_OPTIONS[] = {
    VISIT_COST_OPTIONS("costs"),
    RETURN_MILES_OPTION("costs"),
    {0},
};
static const struct cli_option LOAD_OPTIONS[] = {
    {.name = "cycle",
     .value = "CYCLE",
     .meaning = "Of a proposal of this cycle, its last without N.",
     .field = "cycle_id"},
    VISIT_COST_OPTIONS("costs"),
    MILES_PER_HOUR_OPTION("costs"),
    {0},
};

const struct cli_call_plan ALLOCATION_TASKS = {.method = "AllocationService/ListAllocationTasks",
                                               .list = "tasks",
                                               .columns = TASK_COLUMNS,
                                               .none = "Nothing waits.",
                                               .remark = remark_tasks};
static const struct cli_call_plan APPLY = {.method = "AllocationService/SettleAllocationTask",
                                           .arguments = {"task_id"},
                                           .fixed = {"apply", "yes"},
                                           .show = show_task};
static const struct cli_call_plan KEEP = {.method = "AllocationService/SettleAllocationTask",
                                          .arguments = {"task_id"},
                                          .fixed = {"apply", "no"},
                                          .show = show_task};
static const struct cli_call_plan TRANSFERS = {.method = "TransfersService/ListTransfers",
                                               .list = "transfers",
                                               .columns = TRANSFER_COLUMNS,
                                               .remark = remark_transfers};
static const struct cli_call_plan OFFER = {
    .method = "TransfersService/OfferTransfer", .arguments = {"provision_id"}, .show = show_transfer};
static const struct cli_call_plan ACCEPT = {.method = "TransfersService/AnswerTransfer",
                                            .arguments = {"transfer_id"},
                                            .fixed = {"accept", "yes"},
                                            .show = show_transfer};
static const struct cli_call_plan DECLINE = {.method = "TransfersService/AnswerTransfer",
                                             .arguments = {"transfer_id"},
                                             .fixed = {"accept", "no"},
                                             .show = show_transfer};
static const struct cli_call_plan WITHDRAW = {
    .method = "TransfersService/WithdrawTransfer", .arguments = {"transfer_id"}, .show = show_transfer};
static const struct cli_call_plan LOAD_OF_PROPOSAL = {.method = "AllocationService/ReportLoad",
                                                      .arguments = {"number"},
                                                      .list = "loads",
                                                      .read_method = "AllocationService/GetProposal",
                                                      .read_argument = "number",
                                                      .read_from = "proposal.cycle_id",
                                                      .read_into = "cycle_id",
                                                      .inputs = "costs",
                                                      .input_columns = ALLOCATION_COST_COLUMNS,
                                                      .tabulate = tabulate_load,
                                                      .remark = remark_load};
const struct cli_call_plan ALLOCATION_LOAD = {.method = "AllocationService/ReportLoad",
                                              .list = "loads",
                                              .with_argument = &LOAD_OF_PROPOSAL,
                                              .inputs = "costs",
                                              .input_columns = ALLOCATION_COST_COLUMNS,
                                              .tabulate = tabulate_load,
                                              .remark = remark_load};
const struct cli_call_plan ALLOCATION_SAVINGS = {.method = "AllocationService/ReportSavings",
                                                 .list = "savings",
                                                 .inputs = "costs",
                                                 .input_columns = ALLOCATION_COST_COLUMNS,
                                                 .tabulate = tabulate_savings,
                                                 .remark = remark_savings};

/* --- export ------------------------------------------------------------------------------------------ */

static const struct {
    const char *what;
    const struct cli_call_plan *plan;
    bool of_proposal; /* --proposal says which */
} EXPORTS[] = {
    {"allocations", &ALLOCATION_LIST, false}, {"proposal", &ALLOCATION_PROPOSAL, true},
    {"diff", &ALLOCATION_DIFF, true},         {"load", &ALLOCATION_LOAD, true},
    {"savings", &ALLOCATION_SAVINGS, false},  {"tasks", &ALLOCATION_TASKS, false},
};
enum { EXPORTS_COUNT = sizeof EXPORTS / sizeof *EXPORTS };

/* The format that is given, or that the file's name ends in; NULL: complained of. */
static const char *format_of(const struct cli *cli, const char *path)
{
    const char *given = cli_option(cli, "format"), *dot = strrchr(path, '.');
    const char *format = given ? given : dot ? dot + 1 : "";
    return table_format_is_known(format) ? format : NULL;
}

/* Beside the file first: one that cannot be written whole leaves what was there. */
static int write_file(struct cli *cli, const struct cli_call_plan *plan, const ProtobufCMessage *response,
                      const char *format, const char *path)
{
    char *beside = arena_format(&cli->arena, "%s.part", path);
    FILE *out = beside ? fopen(beside, "we") : NULL;
    if (!out)
        return cli_complain(EX_CANTCREAT, "%s cannot be made: %s", path, strerror(errno));
    int status = table_write(cli, response, plan, format, out);
    if (fclose(out) != 0 && status == EX_OK)
        status = cli_complain(EX_IOERR, "%s cannot be written: %s", path, strerror(errno));
    if (status == EX_OK && rename(beside, path) != 0)
        status = cli_complain(EX_CANTCREAT, "%s cannot be made: %s", path, strerror(errno));
    if (status != EX_OK)
        unlink(beside);
    return status;
}

static int export(struct cli *cli, const struct cli_call_plan *plan, const char *path)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    const char *format = format_of(cli, path);
    if (!format)
        return EX_USAGE;
    if (plan_call(cli, plan_chosen(cli, plan), &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    int status = strcmp(path, "-") == 0 ? table_write(cli, response, plan, format, stdout)
                                        : write_file(cli, plan, response, format, path);
    if (status == EX_OK && strcmp(path, "-") != 0 && !cli->json)
        printf("Wrote %s.\n", path);
    return status;
}

static int run_export(struct cli *cli)
{
    const char *what = cli_option(cli, "what"), *number = cli_option(cli, "proposal"),
               *path = cli->arguments[0];
    size_t at = 0;
    while (at < EXPORTS_COUNT && strcmp(EXPORTS[at].what, what ? what : EXPORTS[0].what) != 0)
        at++;
    if (at == EXPORTS_COUNT)
        return cli_complain(
            EX_USAGE, "--what: \"%s\" is none of: allocations, proposal, diff, load, savings, tasks", what);
    if (number && !EXPORTS[at].of_proposal)
        return cli_complain(EX_USAGE, "--proposal says nothing of %s", EXPORTS[at].what);
    /* The call's own argument is a proposal's number, not the file. */
    cli->arguments[0] = number;
    cli->argument_count = number ? 1 : 0;
    return export(cli, EXPORTS[at].plan, path);
}

static const struct cli_option EXPORT_OPTIONS[] = {
    {.name = "what",
     .value = "WHAT",
     .meaning = "allocations (by default), proposal, diff, load, savings or tasks.",
     .choices = "allocations proposal diff load savings tasks"},
    {.name = "format",
     .value = "FORMAT",
     .meaning = "csv or xlsx (as the file's name ends).",
     .choices = "csv xlsx"},
    {.name = "proposal", .value = "N", .meaning = "Of this proposal, with proposal, diff and load."},
    {.name = "la",
     .value = "LA",
     .meaning = "Only this LA's, by its name or GSS code.",
     .field = "authority_id"},
    {0},
};

const struct cli_command TRANSFER_COMMANDS[] = {
    {.words = "allocation tasks",
     .summary = "List what waits for somebody: what the facts no longer give, what cannot be allocated.",
     .options = TASK_OPTIONS,
     .run = run_plan,
     .plan = &ALLOCATION_TASKS},
    {.words = "allocation task apply",
     .arguments = "TASK",
     .summary = "Do as a task proposes; of an agreed transfer: seen.",
     .details = "TASK is its UUID; of a task about a provision also a URN.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &APPLY},
    {.words = "allocation task keep",
     .arguments = "TASK",
     .summary = "Keep things as they are, until the facts change again.",
     .details = "TASK is its UUID; of a task about a provision also a URN.",
     .options = KEEP_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &KEEP},
    {.words = "allocation transfer",
     .summary = "List transfers and swaps, oldest first.",
     .options = TRANSFER_OPTIONS,
     .run = run_plan,
     .plan = &TRANSFERS},
    {.words = "allocation transfer list",
     .summary = "List transfers and swaps, oldest first.",
     .options = TRANSFER_OPTIONS,
     .run = run_plan,
     .plan = &TRANSFERS},
    {.words = "allocation transfer offer",
     .arguments = "PROVISION",
     .summary = "Ask another LA that places there to take a provision over.",
     .details = "For the LA that has it, and places there no more. PROVISION is its UUID or one of its URNs.",
     .options = OFFER_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &OFFER},
    {.words = "allocation transfer accept",
     .arguments = "TRANSFER",
     .summary = "Accept a transfer or swap, for the LA that is asked.",
     .options = ACCEPT_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &ACCEPT},
    {.words = "allocation transfer decline",
     .arguments = "TRANSFER",
     .summary = "Decline a transfer or swap, for the LA that is asked.",
     .options = DECLINE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &DECLINE},
    {.words = "allocation transfer withdraw",
     .arguments = "TRANSFER",
     .summary = "Withdraw a transfer or swap that is not yet answered.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &WITHDRAW},
    {.words = "allocation swap offer",
     .arguments = "PROVISION",
     .summary = "Ask another LA to exchange one of its provisions for this one.",
     .options = SWAP_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &OFFER},
    {.words = "allocation load",
     .arguments = "[N]",
     .summary = "Show what each LA carries: allocations, travel and cost against its placements.",
     .details =
         "Of what is published, or of proposal N. A balanced proposal stands beside the rule of the closest "
         "office, with the difference in visits, miles, hours and pounds.",
     .options = LOAD_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &ALLOCATION_LOAD},
    {.words = "allocation savings",
     .summary = "Show what each LA and the region save by sharing visits.",
     .details = "Without the region an LA visits all provisions it uses, with it its links and soles only.",
     .options = COST_OPTIONS,
     .run = run_plan,
     .plan = &ALLOCATION_SAVINGS},
    {.words = "allocation export",
     .arguments = "FILE",
     .summary = "Write a table of the allocation to a file for spreadsheets, which carries no formula.",
     .details = "FILE - is standard output. Commands that print a list take --format csv|xlsx themselves, as "
                "their help says.",
     .options = EXPORT_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_export},
    {0},
};

/* Commands on cycles, proposals and the published allocation (rules A7, A8): each is one call of the API, and
 * this file says which, and how its answer is shown. */

#include "services/cli/group_allocation.h"

#include "services/cli/groups.h"
#include "services/cli/plan.h"
#include "services/cli/show_allocation.h"

enum { BALANCING_MS = 5 * 60 * 1000 };

static const struct cli_column CYCLE_COLUMNS[] = {
    {"Cycle", "id", false},
    {"From", "first_on", false},
    {"To", "last_on", false},
    {"State", "state", false},
    {"Proposals", "proposals", false},
    {"Published", "published.proposal_number", false},
    {"On", "published.published_on", false},
    {"Tolerance %", "tolerance_percent", false},
    {"Offer days", "offer_days", false},
    {0},
};
static const struct cli_column PROPOSAL_COLUMNS[] = {
    {"Proposal", "id", false},
    {"How", "how", false},
    {"As of", "as_of", false},
    {"Provisions", "provisions", false},
    {"Links", "links", false},
    {"Soles", "soles", false},
    {"Differ", "changes", false},
    {"Attention", "attention", false},
    {"Made", "meta.created_at_ms", false},
    {0},
};
static const struct cli_column ROW_COLUMNS[] = {
    {"LA", "authority_id", true},
    {"As", "standing", false},
    {"Provision", "name", true},
    {"Kind", "kind", true},
    {"Miles", "distance_metres", false},
    {"Next closest", "next_authority_id", true},
    {"Miles more", "margin_metres", false},
    {"Why", "why", true},
    {"Id", "provision_id", false},
    {0},
};
static const struct cli_column CHANGE_COLUMNS[] = {
    {"Provision", "name", true},         {"Kind", "kind", true},
    {"From", "from_authority_id", true}, {"Was", "from_standing", false},
    {"To", "to_authority_id", true},     {"Is", "to_standing", false},
    {"Miles", "distance_metres", false}, {"Why", "why", true},
    {"Id", "provision_id", false},       {0},
};
static const struct cli_column ALLOCATION_COLUMNS[] = {
    {"LA", "authority_id", true}, {"As", "standing", false},           {"Provision", "name", true},
    {"Kind", "kind", true},       {"Miles", "distance_metres", false}, {"Since", "since", false},
    {"Why", "why", true},         {"Id", "provision_id", false},       {0},
};
static const struct cli_column TERM_COLUMNS[] = {
    {"Provision", "name", true}, {"LA", "authority_id", true},  {"As", "standing", false},
    {"From", "from", false},     {"Until", "until", false},     {"Cycle", "cycle_id", false},
    {"Why", "why", true},        {"Id", "provision_id", false}, {0},
};

static const struct cli_option CYCLE_OPTIONS[] = {
    {.name = "from", .value = "DATE", .meaning = "First day.", .field = "cycle.first_on"},
    {.name = "until", .value = "DATE", .meaning = "Last day.", .field = "cycle.last_on"},
    {.name = "offer-days",
     .value = "N",
     .meaning = "Days after which an offer of a transfer that nobody answered expires (14).",
     .field = "cycle.offer_days"},
    {.name = "tolerance",
     .value = "PERCENT",
     .meaning =
         "By how much a balanced load may differ from the fair share (0: to the next whole provision).",
     .field = "cycle.tolerance_percent"},
    VISIT_COST_OPTIONS("cycle.costs"),
    RETURN_MILES_OPTION("cycle.costs"),
    MILES_PER_HOUR_OPTION("cycle.costs"),
    {0},
};
static const struct cli_option PROPOSE_OPTIONS[] = {
    {.name = "balanced",
     .meaning = "Least total travel with each load held to its fair share, in place of the closest office.",
     .field = "method",
     .sets = "balanced"},
    {.name = "tolerance",
     .value = "PERCENT",
     .meaning = "By how much a balanced load may differ from the fair share (the cycle's).",
     .field = "tolerance_percent"},
    {.name = "as-of",
     .value = "DATE",
     .meaning = "The day whose placements count (today).",
     .field = "as_of"},
    {0},
};
#define IN_CYCLE_OPTION                                                                                      \
    {                                                                                                        \
        .name = "cycle", .value = "CYCLE",                                                                   \
        .meaning = "Of this cycle (the one that is not closed, else the last).", .field = "cycle_id"         \
    }
static const struct cli_option IN_CYCLE_OPTIONS[] = {
    IN_CYCLE_OPTION,
    {0},
};
static const struct cli_option PROPOSAL_OPTIONS[] = {
    IN_CYCLE_OPTION,
    {.name = "la",
     .value = "LA",
     .meaning = "Only what this LA is given, by its name or GSS code.",
     .field = "authority_id"},
    {.name = "attention", .meaning = "Only what needs attention.", .field = "attention_only"},
    {0},
};
static const struct cli_option DIFF_OPTIONS[] = {
    IN_CYCLE_OPTION,
    {.name = "la",
     .value = "LA",
     .meaning = "Only what this LA gains or loses, by its name or GSS code.",
     .field = "authority_id"},
    {0},
};
static const struct cli_option LIST_OPTIONS[] = {
    {.name = "la",
     .value = "LA",
     .meaning = "Only this LA's, by its name or GSS code.",
     .field = "authority_id"},
    {.name = "standing",
     .value = "S",
     .meaning = "Only links, or only soles.",
     .field = "standing",
     .choices = "link sole"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
static const struct cli_option CHOOSE_OPTIONS[] = {
    {.name = "la",
     .value = "LA",
     .meaning = "An LA that places there, by its name or GSS code.",
     .field = "authority_id",
     .required = true},
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason", .required = true},
    {0},
};
static const struct cli_option TERM_OPTIONS[] = {
    {.name = "provision", .value = "URN|UUID", .meaning = "Who had this provision.", .field = "provision_id"},
    {.name = "la",
     .value = "LA",
     .meaning = "What this LA had, by its name or GSS code.",
     .field = "authority_id"},
    {0},
};

static const struct cli_call_plan CYCLES = {.method = "AllocationService/ListCycles",
                                            .list = "cycles",
                                            .columns = CYCLE_COLUMNS,
                                            .none = "There is none yet: ccrag allocation cycle open"};
static const struct cli_call_plan OPEN = {
    .method = "AllocationService/OpenCycle", .arguments = {"cycle.id"}, .show = show_cycle};
static const struct cli_call_plan UPDATE = {.method = "AllocationService/UpdateCycle",
                                            .arguments = {"cycle.id"},
                                            .read_method = "AllocationService/ListCycles",
                                            .read_from = "cycles",
                                            .read_key = "id",
                                            .read_into = "cycle",
                                            .show = show_cycle};
static const struct cli_call_plan CLOSE = {
    .method = "AllocationService/CloseCycle", .arguments = {"cycle_id"}, .show = show_cycle};
static const struct cli_call_plan PROPOSE = {.method = "AllocationService/Propose",
                                             .reads_own_writes = true,
                                             .deadline_ms = BALANCING_MS,
                                             .show = show_proposed};
static const struct cli_call_plan PROPOSALS = {
    .method = "AllocationService/ListProposals",
    .list = "proposals",
    .columns = PROPOSAL_COLUMNS,
    .none = "Nothing is proposed in this cycle yet: ccrag allocation propose"};
const struct cli_call_plan ALLOCATION_PROPOSAL = {.method = "AllocationService/GetProposal",
                                                  .arguments = {"number"},
                                                  .list = "allocations",
                                                  .columns = ROW_COLUMNS,
                                                  .remark = remark_proposal};
const struct cli_call_plan ALLOCATION_DIFF = {.method = "AllocationService/CompareProposal",
                                              .arguments = {"number"},
                                              .list = "changes",
                                              .columns = CHANGE_COLUMNS,
                                              .none = "Nothing differs from what is published.",
                                              .remark = remark_changes};
static const struct cli_call_plan PUBLISH = {
    .method = "AllocationService/PublishProposal", .arguments = {"number"}, .show = show_published};
static const struct cli_call_plan ONE = {
    .method = "AllocationService/GetAllocation", .arguments = {"provision_id"}, .show = show_provision};
const struct cli_call_plan ALLOCATION_LIST = {
    .method = "AllocationService/ListAllocations",
    .list = "allocations",
    .columns = ALLOCATION_COLUMNS,
    .with_argument = &ONE,
    .none = "Nothing is published yet: ccrag allocation propose, then ccrag allocation publish"};
static const struct cli_call_plan CHOOSE = {
    .method = "AllocationService/ChooseAllocation", .arguments = {"provision_id"}, .show = show_chosen};
static const struct cli_call_plan TERMS = {
    .method = "AllocationService/ListAllocationTerms", .list = "terms", .columns = TERM_COLUMNS};

enum code allocation_compare(struct cli *cli, const Pb__CompareProposalResponse **ret_changes,
                             struct fault *ret_fault)
{
    /* What was typed was for another call. */
    size_t arguments = cli->argument_count, given = cli->given_count;
    const ProtobufCMessage *response = NULL;
    cli->argument_count = cli->given_count = 0;
    enum code code = plan_call(cli, &ALLOCATION_DIFF, &response, ret_fault);
    cli->argument_count = arguments;
    cli->given_count = given;
    if (code == CODE_OK)
        *ret_changes = (const Pb__CompareProposalResponse *)(const void *)response;
    return code;
}

const struct cli_command ALLOCATION_COMMANDS[] = {
    {.words = "allocation cycle",
     .summary = "List the cycles of allocation, oldest first.",
     .run = run_plan,
     .plan = &CYCLES},
    {.words = "allocation cycle list",
     .summary = "List the cycles of allocation, oldest first.",
     .run = run_plan,
     .plan = &CYCLES},
    {.words = "allocation cycle open",
     .arguments = "[CYCLE]",
     .summary = "Open the next cycle; the one before must be closed.",
     .details = "Without options it runs from 1 October to 30 September and is called by its years: 2026-27.",
     .options = CYCLE_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &OPEN},
    {.words = "allocation cycle update",
     .arguments = "[CYCLE]",
     .summary = "Change a cycle's dates, settings and inputs.",
     .details = "Without CYCLE it is the last. What is not given stays.",
     .options = CYCLE_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &UPDATE},
    {.words = "allocation cycle close",
     .arguments = "[CYCLE]",
     .summary = "Close a cycle: its transfers and choices hold no longer.",
     .most = 1,
     .run = run_plan,
     .plan = &CLOSE},
    {.words = "allocation propose",
     .summary = "Propose who looks after which provision, from the present facts.",
     .details =
         "By default each goes to the placing LA whose head office is closest. The proposal is kept under "
         "the cycle's next number; nothing moves before it is published.",
     .options = PROPOSE_OPTIONS,
     .run = run_plan,
     .plan = &PROPOSE},
    {.words = "allocation proposals",
     .summary = "List the proposals of a cycle.",
     .options = IN_CYCLE_OPTIONS,
     .run = run_plan,
     .plan = &PROPOSALS},
    {.words = "allocation proposal",
     .arguments = "[N]",
     .summary = "Show what a proposal says of each provision, the last one without N.",
     .options = PROPOSAL_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &ALLOCATION_PROPOSAL},
    {.words = "allocation diff",
     .arguments = "[N]",
     .summary = "Show what a proposal changes against what is published, from whom to whom and why.",
     .options = DIFF_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &ALLOCATION_DIFF},
    {.words = "allocation publish",
     .arguments = "[N]",
     .summary = "Make a proposal the published allocation, the last one without N.",
     .details = "Refused when the facts have changed since it was made: propose again.",
     .most = 1,
     .run = run_plan,
     .plan = &PUBLISH},
    {.words = "allocation show",
     .arguments = "[PROVISION]",
     .summary = "Show the published allocation, or one provision with who places there and who had it.",
     .details = "PROVISION is its UUID or one of its URNs.",
     .options = LIST_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &ALLOCATION_LIST},
    {.words = "allocation choose",
     .arguments = "PROVISION",
     .summary = "Give a provision to another LA that places there, as the host chooses.",
     .options = CHOOSE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &CHOOSE},
    {.words = "allocation history",
     .summary = "Show who had a provision, or what an LA had, over the cycles.",
     .details = "One of --provision and --la is needed.",
     .options = TERM_OPTIONS,
     .run = run_plan,
     .plan = &TERMS},
    {0},
};

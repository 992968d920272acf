/* Commands on concerns (rule M5) and on what placements achieve (M7). */

#include "services/cli/groups.h"
#include "services/cli/plan.h"
#include "services/cli/reflect.h"
#include "services/cli/show_monitoring.h"

#include <string.h>

static const struct cli_column CONCERN_COLUMNS[] = {
    {"Raised", "raised_at_ms", false},  {"State", "state", false},
    {"Severity", "severity", false},    {"Provision", "name", true},
    {"By", "raised_by_words", true},    {"About", "text", true},
    {"Found", "finding", true},         {"Concern", "id", false},
    {"Version", "meta.version", false}, {0},
};
static const struct cli_column OUTCOME_COLUMNS[] = {
    {"Year", "years", false},
    {"Area", "area", false},
    {"Children", "children_words", false},
    {"As intended or better", "as_intended_words", false},
    {0},
};

static const struct cli_option RAISE_OPTIONS[] = {
    {.name = "severity",
     .value = "S",
     .meaning = "low, medium or high.",
     .field = "severity",
     .choices = "low medium high",
     .required = true},
    {.name = "text",
     .value = "TEXT",
     .meaning = "What it is about; never a child's name.",
     .field = "text",
     .required = true},
    {.name = "la",
     .value = "LA",
     .meaning = "The LA that raises it (the caller's own, or the host), by its name or GSS code.",
     .field = "authority_id"},
    {.name = "suspend",
     .meaning = "Suspend at once: nobody should be placed there until it is resolved.",
     .field = "state",
     .sets = "suspended"},
    {0},
};
static const struct cli_option UPDATE_OPTIONS[] = {
    {.name = "state",
     .value = "S",
     .meaning = "investigating, suspended or resolved.",
     .field = "state",
     .choices = "investigating suspended resolved",
     .required = true},
    {.name = "finding",
     .value = "TEXT",
     .meaning = "What was found or done.",
     .field = "finding",
     .required = true},
    {.name = "severity",
     .value = "S",
     .meaning = "How grave it is now (as before).",
     .field = "severity",
     .choices = "low medium high"},
    {.name = "version",
     .value = "N",
     .meaning = "The version that was read; needed to end a suspension.",
     .field = "version"},
    {0},
};
static const struct cli_option CONCERN_OPTIONS[] = {
    {.name = "provision", .value = "URN|UUID", .meaning = "Only of this provision.", .field = "provision_id"},
    {.name = "resolved", .meaning = "Resolved ones too.", .field = "with_resolved"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
#define AREAS "safety health education relationships emotional independence enjoyment"
static const struct cli_option INTEND_OPTIONS[] = {
    {.name = "for",
     .value = "AREA",
     .meaning = "What it is for, several with commas: safety, health, education, relationships, emotional, "
                "independence, enjoyment.",
     .field = "intended",
     .required = true,
     .list = true,
     .choices = AREAS},
    {0},
};
static const struct cli_option RECORD_OPTIONS[] = {
    {.name = "visit", .value = "VISIT", .meaning = "A visit that was made there.", .required = true},
    {.name = "outcome",
     .value = "AREA=HOW",
     .meaning = "How far it has come: better, as-intended, less or none; may be given again.",
     .required = true,
     .list = true},
    {0},
};

static const struct cli_call_plan RAISE = {
    .method = "ConcernsService/RaiseConcern", .arguments = {"provision_id"}, .show = show_concern};
static const struct cli_call_plan UPDATE = {
    .method = "ConcernsService/UpdateConcern", .arguments = {"concern_id"}, .show = show_concern};
static const struct cli_call_plan CONCERNS = {
    .method = "ConcernsService/ListConcerns",
    .list = "concerns",
    .columns = CONCERN_COLUMNS,
    .none = "There are no open concerns; --resolved shows those that were."};
static const struct cli_call_plan INTEND = {
    .method = "OutcomesService/SetIntendedOutcomes", .arguments = {"placement_id"}, .show = show_outcomes};
static const struct cli_call_plan ERASE = {
    .method = "OutcomesService/EraseOutcomes", .arguments = {"placement_id"}, .show = show_outcomes_erased};
static const struct cli_call_plan OUTCOMES = {.method = "OutcomesService/ReportOutcomes",
                                              .arguments = {"provision_id"},
                                              .list = "rows",
                                              .columns = OUTCOME_COLUMNS,
                                              .none = "No outcome is recorded yet.",
                                              .remark = remark_outcomes};

static enum code read_outcome(struct cli *cli, const char *text, Pb__OutcomeAt *ret_at,
                              struct fault *ret_fault)
{
    const char *equals = strchr(text, '=');
    const char *area = equals ? arena_format(&cli->arena, "%.*s", (int)(equals - text), text) : "";
    const char *name = area ? reflect_enum_name(&pb__outcome_area__descriptor, area) : NULL;
    const char *how = equals ? reflect_enum_name(&pb__outcome_progress__descriptor, equals + 1) : NULL;
    if (!name || !how)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "--outcome",
                         "\"%s\" is not an area and how far, as in safety=better; areas: %s; how far: %s",
                         text, reflect_enum_choices(&pb__outcome_area__descriptor, &cli->arena),
                         reflect_enum_choices(&pb__outcome_progress__descriptor, &cli->arena));
    pb__outcome_at__init(ret_at);
    ret_at->area =
        (Pb__OutcomeArea)protobuf_c_enum_descriptor_get_value_by_name(&pb__outcome_area__descriptor, name)
            ->value;
    ret_at->progress = (Pb__OutcomeProgress)protobuf_c_enum_descriptor_get_value_by_name(
                           &pb__outcome_progress__descriptor, how)
                           ->value;
    return CODE_OK;
}

static int run_record(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.method = "OutcomesService/RecordOutcomes",
                                               .show = show_outcomes};
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__OutcomeAt at[CLI_GIVEN_MAX], *outcomes[CLI_GIVEN_MAX];
    Pb__RecordOutcomesRequest request;
    pb__record_outcomes_request__init(&request);
    request.placement_id = cli->arguments[0];
    request.visit_id = cli_option(cli, "visit");
    request.outcomes = outcomes;
    for (size_t i = 0; i < cli->given_count; i++) {
        if (strcmp(cli->given[i].option->name, "outcome") != 0)
            continue;
        outcomes[request.n_outcomes] = &at[request.n_outcomes];
        if (read_outcome(cli, cli->given[i].value, &at[request.n_outcomes++], &fault) != CODE_OK)
            return cli_fail(cli, &fault);
    }
    if (cli_call(cli, NULL, SHOWN.method, &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

const struct cli_command CONCERN_COMMANDS[] = {
    {.words = "monitoring concern",
     .summary = "List open concerns and suspensions.",
     .options = CONCERN_OPTIONS,
     .run = run_plan,
     .plan = &CONCERNS},
    {.words = "monitoring concern list",
     .summary = "List open concerns and suspensions.",
     .options = CONCERN_OPTIONS,
     .run = run_plan,
     .plan = &CONCERNS},
    {.words = "monitoring concern raise",
     .arguments = "PROVISION",
     .summary = "Raise a concern about a provision at once: every member and every search has it.",
     .details = "PROVISION is its UUID or one of its URNs.",
     .options = RAISE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &RAISE},
    {.words = "monitoring concern update",
     .arguments = "CONCERN",
     .summary = "Say how a concern stands now, and what was found.",
     .options = UPDATE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &UPDATE},
    {.words = "monitoring outcomes",
     .arguments = "[PROVISION]",
     .summary = "Show what placements achieve over the years, at a provision or in the region.",
     .details = "Only of five children or more, rounded to five.",
     .most = 1,
     .run = run_plan,
     .plan = &OUTCOMES},
    {.words = "monitoring outcomes report",
     .arguments = "[PROVISION]",
     .summary = "Show what placements achieve over the years, at a provision or in the region.",
     .details = "Only of five children or more, rounded to five.",
     .most = 1,
     .run = run_plan,
     .plan = &OUTCOMES},
    {.words = "monitoring outcomes intend",
     .arguments = "PLACEMENT",
     .summary = "Say what a placement is for.",
     .details = "PLACEMENT is its UUID; only the placing LA has it.",
     .options = INTEND_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &INTEND},
    {.words = "monitoring outcomes record",
     .arguments = "PLACEMENT",
     .summary = "Record at a visit how far a placement has come with what it is for.",
     .options = RECORD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_record},
    {.words = "monitoring outcomes erase",
     .arguments = "PLACEMENT",
     .summary = "Erase what is held of one placement.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &ERASE},
    {0},
};

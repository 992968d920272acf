/* Commands on reports and decisions (rule F6): the lead writes and publishes, each LA decides by itself. */

#include "services/cli/fees.h"
#include "services/cli/groups.h"

static const struct cli_column DECISION_COLUMNS[] = {
    {"Provision", "name", true},
    {"LA", "authority_id", true},
    {"Decision", "decision_words", false},
    {"Figures", "figures_words", true},
    {"Why", "reason", true},
    {"On", "decided_on", false},
    {"Provision id", "provision_id", false},
    {0},
};

#define FIGURE_OPTION(what)                                                                                  \
    {                                                                                                        \
        .name = "figure", .value = "SERVICE=POUNDS", .meaning = what "; may be given again."                 \
    }
static const struct cli_option SAVE_OPTIONS[] = {
    {.name = "recommend",
     .value = "WHAT",
     .meaning = "accept, negotiated or no-increase.",
     .choices = "accept negotiated no-increase"},
    FIGURE_OPTION("The negotiated weekly fee of a service"),
    {.name = "rationale", .value = "TEXT", .meaning = "Why."},
    {.name = "file",
     .value = "FILE",
     .meaning = "Answers from a text, a line `question: value` for each; a line with + goes on with it, one "
                "with > is a remark beside it."},
    {.name = "remark", .value = "TEXT", .meaning = "A remark beside the answer."},
    {.name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one)."},
    {0},
};
static const struct cli_option PUBLISH_OPTIONS[] = {
    {.name = "submission",
     .value = "N",
     .meaning = "Number of the submission that was read (the one that stands now)."},
    {.name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one)."},
    {0},
};
static const struct cli_option SHOW_OPTIONS[] = {
    {.name = "cycle", .value = "CYCLE", .meaning = "Of this cycle (the one that is open, else the last)."},
    {0},
};
static const struct cli_option DECIDE_OPTIONS[] = {
    FIGURE_OPTION("Of other figures, the weekly fee of a service"),
    {.name = "reason", .value = "TEXT", .meaning = "Why; needed but to accept."},
    {.name = "la", .value = "LA", .meaning = "Who decides (the caller's), by its name or GSS code."},
    {.name = "submission",
     .value = "N",
     .meaning = "Number of the submission that was read (the one that stands now)."},
    {.name = "cycle", .value = "CYCLE", .meaning = "In this cycle (the open one, else the last)."},
    {0},
};
static const struct cli_option DECISIONS_OPTIONS[] = {
    FEE_LA_OPTION("Only this LA's"), FEE_CYCLE_OPTION, FEE_SIZE_OPTION, {0}};

static const struct cli_call_plan DECISIONS = {.method = "FeeConsultationsService/ListDecisions",
                                               .arguments = {"provision_id"},
                                               .list = "decisions",
                                               .columns = DECISION_COLUMNS,
                                               .none = "Nothing is decided yet; nothing is by default."};

const struct cli_command FEE_REPORT_COMMANDS[] = {
    {.words = "fees report save",
     .arguments = "PROVISION [QUESTION VALUE]",
     .summary = "Write the lead's report: answers, recommendation, figures, rationale.",
     .details = FEE_PROVISION_DETAIL " VALUE as in `fees apply save`.",
     .options = SAVE_OPTIONS,
     .least = 1,
     .most = 3,
     .run = run_fee_report_save},
    {.words = "fees report publish",
     .arguments = "PROVISION",
     .summary = "Publish the lead's report to all members.",
     .details = "Of an increase that is not exceptional it is the short report, without consultation.",
     .options = PUBLISH_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_fee_report_publish},
    {.words = "fees report show",
     .arguments = "PROVISION",
     .summary = "Show a report; a draft to its lead and the host, with what is missing.",
     .details = FEE_PROVISION_DETAIL,
     .options = SHOW_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_fee_report_show},
    {.words = "fees report print",
     .arguments = "PROVISION [FILE]",
     .summary = "Write a report as an HTML document, to a file or to standard output.",
     .details = "The document needs nothing else; a browser prints it as PDF. A draft is marked as one.",
     .options = SHOW_OPTIONS,
     .least = 1,
     .most = 2,
     .run = run_fee_report_print},
    {.words = "fees decide",
     .arguments = "PROVISION DECISION",
     .summary = "Record an LA's own decision.",
     .details = "DECISION is accept, other, reject or pending. " FEE_PROVISION_DETAIL
                " It can be changed at any time; a decision on an earlier submission counts as pending.",
     .options = DECIDE_OPTIONS,
     .least = 2,
     .most = 2,
     .run = run_decide},
    {.words = "fees decisions",
     .arguments = "[PROVISION]",
     .summary = "List decisions, as far as the caller may see them.",
     .details = FEE_PROVISION_DETAIL,
     .options = DECISIONS_OPTIONS,
     .most = 1,
     .run = run_plan,
     .plan = &DECISIONS},
    {0},
};

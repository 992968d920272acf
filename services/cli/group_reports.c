/* Commands on reports of visits (rules M2 to M4): written, sent, commented on, published, amended, read. */

#include "services/cli/evidence.h"
#include "services/cli/groups.h"
#include "services/cli/report.h"
#include "services/cli/show_monitoring.h"

static const struct cli_column REPORT_COLUMNS[] = {
    {"Provision", "name", true},
    {"LA", "authority_id", true},
    {"Visited", "visited_on", false},
    {"Form", "form_id", true},
    {"State", "state", false},
    {"Comment by", "comment_by", false},
    {"May be published", "may_publish_on", false},
    {"Published", "published_on", false},
    {"Amended", "amendments", false},
    {"Report", "id", false},
    {0},
};
static const struct cli_column GRADE_COLUMNS[] = {
    {"Visited", "visited_on", false}, {"Question", "question", true}, {"Grade", "grade", true},
    {"Place", "rank_words", false},   {"Report", "report_id", false}, {0},
};

static const struct cli_option LIST_OPTIONS[] = {
    {.name = "la",
     .value = "LA",
     .meaning = "Only this LA's, by its name or GSS code.",
     .field = "authority_id"},
    {.name = "provision", .value = "URN|UUID", .meaning = "Only of this provision.", .field = "provision_id"},
    {.name = "state",
     .value = "S",
     .meaning = "Only those that are so.",
     .field = "state",
     .choices = "draft sent commented notice-given published discarded"},
    {.name = "cycle", .value = "CYCLE", .meaning = "Only of this cycle.", .field = "cycle_id"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
#define ANSWER_OPTIONS                                                                                       \
    {.name = "file",                                                                                         \
     .value = "FILE",                                                                                        \
     .meaning =                                                                                              \
         "Answers from a text, a line `question: value` for each; a line with + goes on with it, one "       \
         "with > is a remark beside it."},                                                                   \
    {                                                                                                        \
        .name = "remark", .value = "TEXT", .meaning = "A remark beside the answer."                          \
    }
static const struct cli_option TYPED_OPTIONS[] = {ANSWER_OPTIONS, {0}};
static const struct cli_option AMEND_OPTIONS[] = {
    ANSWER_OPTIONS,
    {.name = "reason", .value = "TEXT", .meaning = "Why it is corrected.", .required = true},
    {0},
};
static const struct cli_option SEND_OPTIONS[] = {
    {.name = "by",
     .value = "DATE",
     .meaning = "By when the provider should comment (10 working days from today).",
     .field = "comment_by"},
    {0},
};
static const struct cli_option COMMENT_OPTIONS[] = {
    {.name = "text",
     .value = "TEXT",
     .meaning = "What the provider says.",
     .field = "comment",
     .required = true},
    {.name = "version",
     .value = "N",
     .meaning = "The version that was read: a comment on another is refused.",
     .field = "version"},
    {0},
};
static const struct cli_option DISCARD_OPTIONS[] = {
    {.name = "reason", .value = "TEXT", .meaning = "Why.", .field = "reason", .required = true},
    {0},
};
static const struct cli_option COMPARE_OPTIONS[] = {
    {.name = "earlier",
     .value = "REPORT",
     .meaning = "The earlier report (the one before the later).",
     .field = "earlier_report_id"},
    {.name = "later",
     .value = "REPORT",
     .meaning = "The later report (the latest).",
     .field = "later_report_id"},
    {0},
};
static const struct cli_call_plan LIST = {
    .method = "ReportsService/ListReports",
    .list = "reports",
    .columns = REPORT_COLUMNS,
    .none = "There are none; one begins with: ccrag monitoring visit made VISIT"};
static const struct cli_call_plan DRAFT = {
    .method = "ReportsService/GetDraft", .arguments = {"report_id"}, .show = show_draft};
static const struct cli_call_plan SEND = {
    .method = "ReportsService/SendForComment", .arguments = {"report_id"}, .show = show_report};
static const struct cli_call_plan REVISE = {
    .method = "ReportsService/ReviseReport", .arguments = {"report_id"}, .show = show_report};
static const struct cli_call_plan COMMENT = {
    .method = "ReportsService/CommentOnReport", .arguments = {"report_id"}, .show = show_report};
static const struct cli_call_plan NOTICE = {
    .method = "ReportsService/GiveNotice", .arguments = {"report_id"}, .show = show_report};
static const struct cli_call_plan PUBLISH = {
    .method = "ReportsService/PublishReport", .arguments = {"report_id"}, .show = show_report};
static const struct cli_call_plan DISCARD = {
    .method = "ReportsService/DiscardReport", .arguments = {"report_id"}, .show = show_report};
static const struct cli_call_plan COMPARE = {.method = "ReportsService/CompareReports",
                                             .arguments = {"provision_id"},
                                             .list = "changes",
                                             .tabulate = tabulate_changes,
                                             .remark = remark_changed};
static const struct cli_call_plan GRADES = {.method = "ReportsService/ListGrades",
                                            .arguments = {"provision_id"},
                                            .list = "grades",
                                            .columns = GRADE_COLUMNS,
                                            .none = "No published report grades anything there."};

const struct cli_command REPORT_COMMANDS[] = {
    {.words = "monitoring report",
     .summary = "List reports, as far as the caller may see them.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    {.words = "monitoring report list",
     .summary = "List reports, as far as the caller may see them.",
     .options = LIST_OPTIONS,
     .run = run_plan,
     .plan = &LIST},
    {.words = "monitoring report draft",
     .arguments = "REPORT",
     .summary = "Show a report that is not published: its questions, answers, and what is missing.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &DRAFT},
    {.words = "monitoring report answer",
     .arguments = "REPORT [QUESTION VALUE]",
     .summary = "Answer a question of a draft, or many from a file.",
     .details =
         "VALUE by the question's kind: words; an option or grade, several with commas; a number; yes, "
         "no or n/a; incidents=3, children=2; a date. An empty VALUE takes the answer back. An answer "
         "that another author changed meanwhile is not overwritten.",
     .options = TYPED_OPTIONS,
     .least = 1,
     .most = 3,
     .run = run_report_answer},
    {.words = "monitoring report send",
     .arguments = "REPORT",
     .summary = "Send a complete draft to the provider for comment.",
     .options = SEND_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &SEND},
    {.words = "monitoring report revise",
     .arguments = "REPORT",
     .summary = "Take a report that was sent back into draft.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &REVISE},
    {.words = "monitoring report comment",
     .arguments = "REPORT",
     .summary = "Comment on a report, for the provider.",
     .options = COMMENT_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &COMMENT},
    {.words = "monitoring report notice",
     .arguments = "REPORT",
     .summary = "Give notice that a report will be published without comment, five working days later.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &NOTICE},
    {.words = "monitoring report publish",
     .arguments = "REPORT",
     .summary = "Publish a report, with its comment or, when its time has come, without.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &PUBLISH},
    {.words = "monitoring report discard",
     .arguments = "REPORT",
     .summary = "Give a draft up.",
     .options = DISCARD_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &DISCARD},
    {.words = "monitoring report amend",
     .arguments = "REPORT [QUESTION VALUE]",
     .summary = "Correct a published report by a numbered amendment.",
     .details = "VALUE as in `monitoring report answer`.",
     .options = AMEND_OPTIONS,
     .least = 1,
     .most = 3,
     .run = run_report_amend},
    {.words = "monitoring report show",
     .arguments = "REPORT|PROVISION",
     .summary = "Show a published report, or the latest of a provision, with its amendments.",
     .details = "PROVISION is its UUID or one of its URNs.",
     .least = 1,
     .most = 1,
     .run = run_report_show},
    {.words = "monitoring report print",
     .arguments = "REPORT|PROVISION [FILE]",
     .summary = "Write a report as an HTML document, to a file or to standard output.",
     .details = "The document needs nothing else; a browser prints it as PDF. A draft is marked as one.",
     .least = 1,
     .most = 2,
     .run = run_report_print},
    {.words = "monitoring report compare",
     .arguments = "PROVISION",
     .summary = "Show two published reports of a provision side by side.",
     .options = COMPARE_OPTIONS,
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &COMPARE},
    {.words = "monitoring report grades",
     .arguments = "PROVISION",
     .summary = "Show a provision's grades over its published reports.",
     .least = 1,
     .most = 1,
     .run = run_plan,
     .plan = &GRADES},
    EVIDENCE_COMMANDS("monitoring report", "monitoring", "REPORT"),
    {0},
};

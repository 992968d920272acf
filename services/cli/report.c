/* Answers of reports sent as they were typed, beside the versions that were read; and reports fetched for
 * several commands. In: the command line. Out: calls, and what is still missing. */

#include "services/cli/report.h"

#include "services/cli/file.h"
#include "services/cli/show_monitoring.h"

#include <string.h>

enum code report_draft(struct cli *cli, const char *report, const Pb__GetDraftResponse **ret_draft,
                       struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__GetDraftRequest request;
    pb__get_draft_request__init(&request);
    request.report_id = report;
    enum code code = cli_call(cli, NULL, "ReportsService/GetDraft", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__GetDraftResponse *draft = (const Pb__GetDraftResponse *)(const void *)response;
    if (!draft->report || !draft->form)
        return fault_set(ret_fault, CODE_INTERNAL, "", "the answer has no report or no form");
    *ret_draft = draft;
    return CODE_OK;
}

static enum code published(struct cli *cli, const char *report, const char *provision,
                           const Pb__GetReportResponse **ret_report, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__GetReportRequest request;
    pb__get_report_request__init(&request);
    request.report_id = report;
    request.provision_id = provision;
    enum code code = cli_call(cli, NULL, "ReportsService/GetReport", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__GetReportResponse *got = (const Pb__GetReportResponse *)(const void *)response;
    if (!got->report || !got->report->report || !got->form)
        return fault_set(ret_fault, CODE_INTERNAL, "", "the answer has no report or no form");
    *ret_report = got;
    return CODE_OK;
}

enum code report_published(struct cli *cli, const char *report_or_provision,
                           const Pb__GetReportResponse **ret_report, struct fault *ret_fault)
{
    struct fault first = {0};
    if (strchr(report_or_provision, ':'))
        return published(cli, "", report_or_provision, ret_report, ret_fault);
    enum code code = published(cli, report_or_provision, "", ret_report, &first);
    if (code == CODE_NOT_FOUND)
        code = published(cli, "", report_or_provision, ret_report, ret_fault);
    else if (code != CODE_OK)
        *ret_fault = first;
    return code;
}

bool report_answers(struct cli *cli, const Pb__GetDraftResponse *draft, struct form_answers *ret_answers)
{
    Pb__FormAnswer **items = arena_array(&cli->arena, Pb__FormAnswer *, draft->n_answers + 1);
    size_t count = 0;
    for (size_t i = 0; items && i < draft->n_answers; i++)
        if (draft->answers[i]->answer)
            items[count++] = draft->answers[i]->answer;
    *ret_answers = (struct form_answers){items, count};
    return items != NULL;
}

bool report_amended(struct cli *cli, const Pb__PublishedReport *report, struct form_answers *ret_answers)
{
    size_t room = report->n_answers + 1, count = 0;
    for (size_t i = 0; i < report->n_amendments; i++)
        room += report->amendments[i]->n_answers;
    Pb__FormAnswer **items = arena_array(&cli->arena, Pb__FormAnswer *, room);
    if (!items)
        return false;
    for (size_t i = 0; i < report->n_answers; i++)
        items[count++] = report->answers[i];
    for (size_t i = 0; i < report->n_amendments; i++)
        for (size_t j = 0; j < report->amendments[i]->n_answers; j++) {
            Pb__FormAnswer *amended = report->amendments[i]->answers[j];
            size_t at = 0;
            while (at < count && strcmp(items[at]->question_id, amended->question_id) != 0)
                at++;
            items[at] = amended;
            count += at == count;
        }
    *ret_answers = (struct form_answers){items, count};
    return true;
}

/* --- answering --------------------------------------------------------------------------------------- */

int report_typed(struct cli *cli, const Pb__FormTemplate *form, Pb__FormAnswer ***ret_answers,
                 size_t *ret_count)
{
    const char *path = cli_option(cli, "file"), *remark = cli_option(cli, "remark"), *text;
    struct form_problems problems;
    struct fault fault = {0};
    if (!path == (cli->argument_count < 2) || (!path && cli->argument_count < 3 && !remark))
        return cli_complain(EX_USAGE, "say QUESTION and VALUE, or --file FILE");
    if (!path) {
        *ret_answers = arena_array(&cli->arena, Pb__FormAnswer *, 1);
        Pb__FormAnswer *answer = arena_new(&cli->arena, Pb__FormAnswer);
        const char *value = cli->argument_count > 2 ? cli->arguments[2] : "";
        if (!*ret_answers || !answer)
            return cli_complain(EX_SOFTWARE, "out of memory");
        if (answer_read(form, cli->arguments[1], value, remark ? remark : "", &cli->arena, answer, &fault) !=
            CODE_OK)
            return cli_complain(EX_DATAERR, "%s: %s", cli->arguments[1], fault.reason);
        (*ret_answers)[0] = answer;
        *ret_count = 1;
        return EX_OK;
    }
    if (file_read_text(cli, path, &text, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (answers_read(form, text, &cli->arena, ret_answers, ret_count, &problems) != CODE_OK)
        return cli_complain(EX_DATAERR, "%s is too large", path);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(stderr, "%s:%u: %s%s%s\n", path, problems.items[i]->line, problems.items[i]->question_id,
                *problems.items[i]->question_id ? ": " : "", problems.items[i]->reason);
    if (problems.count)
        return cli_complain(EX_DATAERR, "%s has %zu problem%s; nothing is kept", path, problems.count,
                            show_plural(problems.count));
    return *ret_count ? EX_OK : cli_complain(EX_DATAERR, "%s answers nothing", path);
}

/* Beside the version that was read: an answer that another author changed meanwhile is not overwritten. */
static void take_version(const Pb__GetDraftResponse *draft, Pb__ReportAnswer *answer, Pb__RecordMeta *meta)
{
    for (size_t i = 0; i < draft->n_answers; i++)
        if (draft->answers[i]->answer && draft->answers[i]->meta &&
            strcmp(draft->answers[i]->answer->question_id, answer->answer->question_id) == 0)
            meta->version = draft->answers[i]->meta->version;
    answer->meta = meta;
}

static enum code save(struct cli *cli, const Pb__GetDraftResponse *draft, Pb__FormAnswer **typed,
                      size_t count, const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    Pb__SaveAnswersRequest request;
    Pb__ReportAnswer *answers = arena_array(&cli->arena, Pb__ReportAnswer, count);
    Pb__ReportAnswer **items = arena_array(&cli->arena, Pb__ReportAnswer *, count);
    Pb__RecordMeta *metas = arena_array(&cli->arena, Pb__RecordMeta, count);
    if (!answers || !items || !metas)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++) {
        pb__report_answer__init(&answers[i]);
        pb__record_meta__init(&metas[i]);
        answers[i].answer = typed[i];
        take_version(draft, &answers[i], &metas[i]);
        items[i] = &answers[i];
    }
    pb__save_answers_request__init(&request);
    request.report_id = draft->report->id;
    request.answers = items;
    request.n_answers = count;
    return cli_call(cli, NULL, "ReportsService/SaveAnswers", &request.base, ret_response, ret_fault);
}

int run_report_answer(struct cli *cli)
{
    const Pb__GetDraftResponse *draft;
    const ProtobufCMessage *response;
    Pb__FormAnswer **answers;
    struct fault fault = {0};
    size_t count;
    if (report_draft(cli, cli->arguments[0], &draft, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    int status = report_typed(cli, draft->form, &answers, &count);
    if (status != EX_OK)
        return status;
    if (save(cli, draft, answers, count, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, response);
    if (report_draft(cli, cli->arguments[0], &draft, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    printf("Kept %zu answer%s; %zu question%s still missing or wrong.\n\n", count, show_plural(count),
           draft->n_problems, draft->n_problems == 1 ? " is" : "s are");
    if (draft->n_problems)
        printf("Which: ccrag monitoring report draft %s\n", draft->report->id);
    else
        printf("Send it for comment: ccrag monitoring report send %s\n", draft->report->id);
    return EX_OK;
}

int run_report_amend(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.method = "ReportsService/AmendReport", .show = show_amended};
    const Pb__GetReportResponse *read;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__AmendReportRequest request;
    pb__amend_report_request__init(&request);
    if (report_published(cli, cli->arguments[0], &read, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    int status = report_typed(cli, read->form, &request.answers, &request.n_answers);
    if (status != EX_OK)
        return status;
    request.report_id = read->report->report->id;
    request.version = read->report->meta ? read->report->meta->version : 0;
    request.reason = cli_option(cli, "reason");
    if (cli_call(cli, NULL, SHOWN.method, &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

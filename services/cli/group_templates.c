/* Commands on the forms that services keep (rules M2, F3): a text in a file is previewed, kept as a draft,
 * put into use, retired. What is wrong with a text is told as FILE:LINE, as compilers do. */

#include "services/cli/file.h"
#include "services/cli/groups.h"
#include "services/cli/reflect.h"
#include "services/cli/show_monitoring.h"
#include "services/cli/templates.h"

#include "common/forms/forms.h"

#include <string.h>

static const struct cli_column FORM_COLUMNS[] = {
    {"Form", "id", false},
    {"Title", "title", true},
    {"For", "purpose", true},
    {"State", "state", false},
    {"Kept", "meta.created_at_ms", false},
    {0},
};
const struct cli_option TEMPLATE_LIST_OPTIONS[] = {
    {.name = "in-use", .meaning = "Only what is in use.", .field = "in_use_only"},
    {.name = "size", .value = "N", .meaning = "Only the first N (otherwise all).", .field = "page.size"},
    {0},
};
const struct cli_option TEMPLATE_IMPORT_OPTIONS[] = {
    {.name = "version",
     .value = "N",
     .meaning = "The version that was read, of the draft that is there (whatever it is)."},
    {0},
};
const struct cli_option TEMPLATE_SHOW_OPTIONS[] = {
    {.name = "text", .meaning = "The text it was read from, to be edited."},
    {0},
};

/* Where a version stands, and what comes next. */
static void show_form(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__FormTemplate *form = (const Pb__FormTemplate *)(const void *)reflect_message(response, "form");
    if (!form)
        return;
    bool draft = form->state == PB__FORM_STATE__FORM_STATE_DRAFT;
    printf("%s (%s) is %s.\n", form->title, form->id,
           draft ? "kept as a draft" : monitoring_words(cli, &form->base, "state"));
    if (draft)
        printf("\nPut it into use: ccrag %s %s\n", cli_words_beside(cli, "publish"), form->id);
    else
        printf("\nWhat is in use: ccrag %s\n", cli_words_beside(cli, "list"));
}

const struct cli_call_plan TEMPLATE_LIST = {
    .method = "FormsService/ListForms", .list = "forms", .columns = FORM_COLUMNS};
const struct cli_call_plan TEMPLATE_PUBLISH = {
    .method = "FormsService/PublishForm", .arguments = {"form_id"}, .show = show_form};
const struct cli_call_plan TEMPLATE_RETIRE = {
    .method = "FormsService/RetireForm", .arguments = {"form_id"}, .show = show_form};

/* EX_OK where there are none. */
static int tell_problems(const char *path, Pb__FormProblem *const *problems, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s:%u: %s\n", path, problems[i]->line, problems[i]->reason);
    return count ? cli_complain(EX_DATAERR, "%s has %zu problem%s; nothing is kept", path, count,
                                show_plural(count))
                 : EX_OK;
}

static void print_question(struct cli *cli, const Pb__FormQuestion *question)
{
    printf("    %s  %s\n      %s%s%s%s", question->id, question->title, form_kind_name(question->kind),
           question->required ? ", required" : "", question->carries_over ? ", carries over" : "",
           question->needs_evidence ? ", needs evidence" : "");
    for (size_t i = 0; i < question->n_options; i++)
        printf("%s%s", i ? ", " : ": ", question->options[i]->id);
    if (question->kind == PB__ANSWER_KIND__ANSWER_KIND_SCALE)
        printf(": %d to %d", question->least, question->most);
    if (*question->grading_id)
        printf(": %s", question->grading_id);
    if (question->mode)
        printf("; only %s", monitoring_words(cli, &question->base, "mode"));
    if (*question->only_if_question)
        printf("; only if %s is %s", question->only_if_question, question->only_if_answer);
    puts("");
}

static void print_form(struct cli *cli, const Pb__FormTemplate *form)
{
    printf("%s%s%s\nFor %s.\n", form->title, *form->id ? ", " : "", form->id,
           form_purpose_name(form->purpose));
    for (size_t i = 0; i < form->n_gradings; i++) {
        printf("  grading %s:", form->gradings[i]->id);
        for (size_t j = 0; j < form->gradings[i]->n_grades; j++)
            printf("%s %s", j ? "," : "", form->gradings[i]->grades[j]->id);
        puts("");
    }
    for (size_t i = 0; i < form->n_sections; i++) {
        printf("\n  %s\n", form->sections[i]->title);
        for (size_t j = 0; j < form->sections[i]->n_questions; j++)
            print_question(cli, form->sections[i]->questions[j]);
    }
}

int run_template_preview(struct cli *cli)
{
    const char *path = cli->arguments[0], *text;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__PreviewFormRequest request;
    pb__preview_form_request__init(&request);
    if (file_read_text(cli, path, &text, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    request.source = text;
    if (cli_call(cli, cli->command->service, "FormsService/PreviewForm", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__PreviewFormResponse *preview = (const Pb__PreviewFormResponse *)(const void *)response;
    if (cli->json)
        show_json(cli, response);
    else if (preview->form)
        print_form(cli, preview->form);
    int status = tell_problems(path, preview->problems, preview->n_problems);
    if (status == EX_OK && !cli->json)
        printf("\nNothing is wrong with it. Keep it as a draft: ccrag %s %s\n",
               cli_words_beside(cli, "import"), path);
    return status;
}

int run_template_import(struct cli *cli)
{
    const char *path = cli->arguments[0], *text;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    int64_t version;
    Pb__ImportFormRequest request;
    pb__import_form_request__init(&request);
    if (!cli_number(cli, "version", 1, INT64_MAX, 0, &version))
        return EX_USAGE;
    request.version = (uint64_t)version;
    if (file_read_text(cli, path, &text, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    request.source = text;
    if (cli_call(cli, cli->command->service, "FormsService/ImportForm", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    const Pb__ImportFormResponse *imported = (const Pb__ImportFormResponse *)(const void *)response;
    if (cli->json)
        show_json(cli, response);
    int status = tell_problems(path, imported->problems, imported->n_problems);
    if (status == EX_OK && !cli->json)
        show_form(cli, response);
    return status;
}

int run_template_show(struct cli *cli)
{
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__GetFormRequest request;
    pb__get_form_request__init(&request);
    request.form_id = cli->arguments[0];
    if (cli_call(cli, cli->command->service, "FormsService/GetForm", &request.base, &response, &fault) !=
        CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, response);
    const Pb__FormTemplate *form = ((const Pb__GetFormResponse *)(const void *)response)->form;
    if (form && cli_option(cli, "text"))
        fputs(form->source, stdout);
    else if (form)
        print_form(cli, form);
    return EX_OK;
}

const struct cli_command TEMPLATE_COMMANDS[] = {TEMPLATES_OF("monitoring", "visits", "quality-assurance"),
                                                {0}};

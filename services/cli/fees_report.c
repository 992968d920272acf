/* The lead's report (rule F6): written as it is typed, published, shown, printed as one HTML document that
 * needs nothing else. In: a provision, what was typed. Out: calls, text, a file. */

#include "services/cli/fees.h"
#include "services/cli/file.h"
#include "services/cli/reflect.h"
#include "services/cli/report.h"
#include "services/cli/show_monitoring.h"

#include <string.h>

enum { FACTS_MAX = 8 };

static enum code read_report(struct cli *cli, const char *provision,
                             const Pb__GetFeeReportResponse **ret_report, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__GetFeeReportRequest request;
    pb__get_fee_report_request__init(&request);
    request.provision_id = provision;
    request.cycle_id = fees_cycle_typed(cli);
    enum code code =
        cli_call(cli, NULL, "FeeConsultationsService/GetFeeReport", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__GetFeeReportResponse *got = (const Pb__GetFeeReportResponse *)(const void *)response;
    if (!got->report || !got->form)
        return fault_set(ret_fault, CODE_INTERNAL, "", "the answer has no report or no form");
    *ret_report = got;
    return CODE_OK;
}

/* --- written ----------------------------------------------------------------------------------------- */

static enum code save(struct cli *cli, const Pb__SaveFeeReportRequest *request,
                      const Pb__SaveFeeReportResponse **ret_saved, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    enum code code =
        cli_call(cli, NULL, "FeeConsultationsService/SaveFeeReport", &request->base, &response, ret_fault);
    if (code == CODE_OK)
        *ret_saved = (const Pb__SaveFeeReportResponse *)(const void *)response;
    return code;
}

/* The report as it is, begun where it was not: its form says how an answer is written. */
static enum code begun(struct cli *cli, const char *provision, const Pb__GetFeeReportResponse **ret_report,
                       struct fault *ret_fault)
{
    const Pb__SaveFeeReportResponse *saved;
    Pb__SaveFeeReportRequest request;
    enum code code = read_report(cli, provision, ret_report, ret_fault);
    if (code != CODE_NOT_FOUND)
        return code;
    pb__save_fee_report_request__init(&request);
    request.provision_id = provision;
    request.cycle_id = fees_cycle_typed(cli);
    code = save(cli, &request, &saved, ret_fault);
    return code == CODE_OK ? read_report(cli, provision, ret_report, ret_fault) : code;
}

static int put_recommendation(struct cli *cli, Pb__SaveFeeReportRequest *request)
{
    const char *text = cli_option(cli, "recommend");
    const ProtobufCEnumDescriptor *type = &pb__fee_recommendation__descriptor;
    const char *name = text ? reflect_enum_name(type, text) : NULL;
    const ProtobufCEnumValue *value = name ? protobuf_c_enum_descriptor_get_value_by_name(type, name) : NULL;
    if (text && (!value || !value->value))
        return cli_complain(EX_USAGE, "--recommend: \"%s\" is none of: %s", text,
                            reflect_enum_choices(type, &cli->arena));
    if (value)
        request->recommendation = (Pb__FeeRecommendation)value->value;
    return EX_OK;
}

static int put_answers(struct cli *cli, Pb__SaveFeeReportRequest *request)
{
    const Pb__GetFeeReportResponse *read;
    struct fault fault = {0};
    if (cli->argument_count < 2 && !cli_option(cli, "file"))
        return EX_OK;
    fault.code = begun(cli, cli->arguments[0], &read, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    request->version = read->report->meta ? read->report->meta->version : 0;
    return report_typed(cli, read->form, &request->answers, &request->n_answers);
}

int run_fee_report_save(struct cli *cli)
{
    const Pb__SaveFeeReportResponse *saved;
    struct fault fault = {0};
    Pb__SaveFeeReportRequest request;
    pb__save_fee_report_request__init(&request);
    int status = put_recommendation(cli, &request);
    if (status == EX_OK)
        status = fees_figures(cli, &request.figures, &request.n_figures);
    if (status == EX_OK)
        status = put_answers(cli, &request);
    if (status != EX_OK)
        return status;
    request.provision_id = cli->arguments[0];
    request.cycle_id = fees_cycle_typed(cli);
    if (cli_option(cli, "rationale"))
        request.rationale = cli_option(cli, "rationale");
    fault.code = save(cli, &request, &saved, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &saved->base);
    puts("Kept.");
    if (saved->n_problems)
        puts("\nMissing or wrong");
    fees_print_problems(stdout, saved->problems, saved->n_problems);
    if (saved->n_problems)
        printf("\nAnswer: ccrag fees report save %s QUESTION VALUE, or --file FILE\n", cli->arguments[0]);
    else
        printf("\nIt is complete. Publish it: ccrag fees report publish %s\n", cli->arguments[0]);
    return EX_OK;
}

/* The version that was just read is what is published; refused, every place is said. */
int run_fee_report_publish(struct cli *cli)
{
    const Pb__GetFeeReportResponse *read;
    const ProtobufCMessage *response;
    struct fault fault = {0};
    int64_t submission;
    Pb__PublishFeeReportRequest request;
    pb__publish_fee_report_request__init(&request);
    if (!cli_number(cli, "submission", 1, UINT32_MAX, 0, &submission))
        return EX_USAGE;
    fault.code = read_report(cli, cli->arguments[0], &read, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    request.provision_id = cli->arguments[0];
    request.cycle_id = fees_cycle_typed(cli);
    request.version = read->report->meta ? read->report->meta->version : 0;
    request.submission = (uint32_t)submission;
    if (cli_call(cli, NULL, "FeeConsultationsService/PublishFeeReport", &request.base, &response, &fault) !=
        CODE_OK) {
        fees_print_problems(stderr, read->problems, read->n_problems);
        return cli_fail(cli, &fault);
    }
    if (cli->json)
        return show_json(cli, response);
    const Pb__FeeReport *report = ((const Pb__PublishFeeReportResponse *)(const void *)response)->report;
    if (report)
        printf(
            "The report on %s is published to all members. It binds no one.\n\nEach LA decides: ccrag fees "
            "decide %s accept|other|reject\n",
            report->name, report->provision_id);
    return EX_OK;
}

/* --- read -------------------------------------------------------------------------------------------- */

static struct form_answers answers_of(const Pb__FeeReport *report)
{
    return (struct form_answers){report->answers, report->n_answers};
}

static void print_answers(struct cli *cli, const Pb__GetFeeReportResponse *got)
{
    const struct form_answers answers = answers_of(got->report);
    for (size_t i = 0; i < got->form->n_sections; i++) {
        const Pb__FormSection *section = got->form->sections[i];
        printf("\n%s\n", section->title);
        for (size_t j = 0; j < section->n_questions; j++) {
            const Pb__FormQuestion *question = section->questions[j];
            const Pb__FormAnswer *answer = form_answer_of(&answers, question->id);
            if (!form_is_asked(got->form, question, &answers, PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED) ||
                (!answer && got->report->published))
                continue;
            const char *text = answer ? form_answer_text(got->form, question, answer, &cli->arena) : "";
            printf("  %-24s %s\n  %-24s %s%s\n", question->id, question->title, "",
                   text && *text ? text : "(not answered)",
                   question->required && !(text && *text) ? " (required)" : "");
        }
    }
}

/* A service's title in what was submitted; its identifier where it is not there. */
static const char *title_of(const Pb__FeeReport *report, const Pb__FeeFigure *figure)
{
    for (size_t i = 0; i < report->n_services; i++)
        if (strcmp(report->services[i]->id, figure->service_id) == 0)
            return report->services[i]->title;
    return figure->service_id;
}

static const char *standing_of(struct cli *cli, const Pb__FeeReport *report)
{
    const char *text = report->published ? arena_format(&cli->arena, "Published %s; it binds no one",
                                                        monitoring_day(cli, report->published_on))
                                         : "Not published: for its lead and the host";
    return text ? text : "";
}

int run_fee_report_show(struct cli *cli)
{
    const Pb__GetFeeReportResponse *got;
    struct fault fault = {0};
    fault.code = read_report(cli, cli->arguments[0], &got, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &got->base);
    const Pb__FeeReport *report = got->report;
    printf("%s%s, on %s, by %s, %s. %s.\n", got->form->title, report->short_form ? " (short)" : "",
           report->name, monitoring_words(cli, &report->base, "authority_id"), report->cycle_id,
           standing_of(cli, report));
    print_answers(cli, got);
    printf("\nRecommendation: %s\n", monitoring_words(cli, &report->base, "recommendation"));
    for (size_t i = 0; i < report->n_figures; i++)
        printf("  %s: %s a week\n", title_of(report, report->figures[i]),
               fees_pounds(cli, report->figures[i]->weekly_pence));
    if (*report->rationale)
        printf("%s\n", report->rationale);
    if (got->n_problems)
        puts("\nMissing or wrong");
    fees_print_problems(stdout, got->problems, got->n_problems);
    printf("\nPrint it: ccrag fees report print %s report.html\n", cli->arguments[0]);
    return EX_OK;
}

/* --- printed ----------------------------------------------------------------------------------------- */

/* What stands at the head. */
static size_t facts_of(struct cli *cli, const Pb__FeeReport *report, struct form_fact *facts)
{
    size_t count = 0;
    facts[count++] = (struct form_fact){"Provision", report->name};
    facts[count++] = (struct form_fact){"Local authority that leads",
                                        monitoring_words(cli, &report->base, "authority_id")};
    facts[count++] = (struct form_fact){"Cycle", report->cycle_id};
    facts[count++] =
        (struct form_fact){"Recommendation", monitoring_words(cli, &report->base, "recommendation")};
    if (report->published)
        facts[count++] = (struct form_fact){"Published", monitoring_day(cli, report->published_on)};
    if (report->meta && report->meta->generated)
        facts[count++] = (struct form_fact){"Demonstration", "generated, and true of nobody"};
    return count;
}

/* A service's fees as a line: what is paid, asked for and recommended. */
static const char *fees_line(struct cli *cli, const Pb__FeeReport *report, const Pb__FeeFigure *figure)
{
    const Pb__FeeService *service = NULL;
    for (size_t i = 0; i < report->n_services; i++)
        if (strcmp(report->services[i]->id, figure->service_id) == 0)
            service = report->services[i];
    const char *text = service && service->current && service->proposed
                           ? arena_format(&cli->arena, "%s a week now, %s asked for, %s recommended",
                                          fees_pounds(cli, service->current->total_pence),
                                          fees_pounds(cli, service->proposed->total_pence),
                                          fees_pounds(cli, figure->weekly_pence))
                           : arena_format(&cli->arena, "%s a week", fees_pounds(cli, figure->weekly_pence));
    return text ? text : "";
}

static char *html_of(struct cli *cli, const Pb__GetFeeReportResponse *got)
{
    const Pb__FeeReport *report = got->report;
    struct form_fact facts[FACTS_MAX];
    struct form_fact *notes = arena_array(&cli->arena, struct form_fact, report->n_figures + 1);
    struct form_page page = {
        .template = got->form,
        .answers = answers_of(report),
        .standing = standing_of(cli, report),
        .facts = facts,
        .n_facts = facts_of(cli, report, facts),
        .notes = notes,
    };
    if (!notes)
        return NULL;
    for (size_t i = 0; i < report->n_figures; i++)
        notes[page.n_notes++] = (struct form_fact){title_of(report, report->figures[i]),
                                                   fees_line(cli, report, report->figures[i])};
    if (*report->rationale)
        notes[page.n_notes++] = (struct form_fact){"Rationale", report->rationale};
    return cli->arena.exhausted ? NULL : form_html(&page, &cli->arena);
}

int run_fee_report_print(struct cli *cli)
{
    const char *path = cli->argument_count > 1 ? cli->arguments[1] : "-";
    const Pb__GetFeeReportResponse *got;
    struct fault fault = {0};
    fault.code = read_report(cli, cli->arguments[0], &got, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    char *html = html_of(cli, got);
    if (!html)
        return cli_complain(EX_SOFTWARE, "the report is too large to print");
    int status = file_write(cli, path, span_of(html, strlen(html)));
    if (status == EX_OK && strcmp(path, "-") != 0 && !cli->json)
        printf("Wrote %s; a browser shows it, and prints it as PDF.\n", path);
    return status;
}

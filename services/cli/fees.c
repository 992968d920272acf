/* What commands on fees read first, and what is typed for several of them. In: the command line. Out: records
 * of the API, or a sentence that says what is wrong. */

#include "services/cli/fees.h"

#include "common/domain/money.h"

#include <string.h>

const char *fees_cycle_typed(const struct cli *cli)
{
    const char *cycle = cli_option(cli, "cycle");
    return cycle ? cycle : "";
}

enum code fees_cycle(struct cli *cli, const char *id, const Pb__FeeCycle **ret_cycle, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__ListFeeCyclesRequest request;
    const Pb__FeeCycle *found = NULL;
    bool named = id && *id;
    pb__list_fee_cycles_request__init(&request);
    enum code code =
        cli_call(cli, NULL, "FeeCyclesService/ListFeeCycles", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__ListFeeCyclesResponse *list = (const Pb__ListFeeCyclesResponse *)(const void *)response;
    for (size_t i = 0; i < list->n_cycles; i++) {
        bool open = found && found->state == PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN;
        if (named ? strcmp(list->cycles[i]->id, id) == 0 : !open)
            found = list->cycles[i];
    }
    if (!found)
        return fault_set(
            ret_fault, CODE_NOT_FOUND, "", named ? "there is no fee cycle %s" : "%s",
            named ? id : "there is no fee cycle yet; the host opens one with `ccrag fees cycle open`");
    *ret_cycle = found;
    return CODE_OK;
}

static enum code get_application(struct cli *cli, const char *application, const char *provision,
                                 const Pb__GetFeeApplicationResponse **ret_application,
                                 struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__GetFeeApplicationRequest request;
    pb__get_fee_application_request__init(&request);
    request.application_id = application;
    request.provision_id = provision;
    request.cycle_id = *provision ? fees_cycle_typed(cli) : "";
    enum code code =
        cli_call(cli, NULL, "FeeApplicationsService/GetFeeApplication", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__GetFeeApplicationResponse *got = (const Pb__GetFeeApplicationResponse *)(const void *)response;
    if ((!got->application && !got->submission) || !got->form)
        return fault_set(ret_fault, CODE_INTERNAL, "", "the answer has no application or no form");
    *ret_application = got;
    return CODE_OK;
}

enum code fees_application(struct cli *cli, const char *application_or_provision,
                           const Pb__GetFeeApplicationResponse **ret_application, struct fault *ret_fault)
{
    struct fault first = {0};
    if (strchr(application_or_provision, ':'))
        return get_application(cli, "", application_or_provision, ret_application, ret_fault);
    enum code code = get_application(cli, application_or_provision, "", ret_application, &first);
    if (code != CODE_NOT_FOUND) {
        if (code != CODE_OK)
            *ret_fault = first;
        return code;
    }
    code = get_application(cli, "", application_or_provision, ret_application, ret_fault);
    if (code == CODE_NOT_FOUND) /* no provision either: of the two, it was more likely an application */
        *ret_fault = first;
    return code;
}

enum code fees_consultation(struct cli *cli, const char *provision,
                            const Pb__GetConsultationResponse **ret_consultation, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__GetConsultationRequest request;
    pb__get_consultation_request__init(&request);
    request.provision_id = provision;
    request.cycle_id = fees_cycle_typed(cli);
    enum code code =
        cli_call(cli, NULL, "FeeConsultationsService/GetConsultation", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__GetConsultationResponse *got = (const Pb__GetConsultationResponse *)(const void *)response;
    if (!got->consultation)
        return fault_set(ret_fault, CODE_INTERNAL, "", "the answer has no consultation");
    *ret_consultation = got;
    return CODE_OK;
}

/* --- typed ------------------------------------------------------------------------------------------- */

static enum code figure_read(struct cli *cli, const char *text, Pb__FeeFigure *figure,
                             struct fault *ret_fault)
{
    const char *equals = strchr(text, '=');
    struct money money;
    if (!equals || equals == text)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "--figure",
                         "a figure is SERVICE=POUNDS, as in residential-52=4250.00, and not \"%s\"", text);
    enum code code = money_parse(equals + 1, &money, ret_fault);
    if (code != CODE_OK) {
        snprintf(ret_fault->field, sizeof ret_fault->field, "--figure");
        return code;
    }
    pb__fee_figure__init(figure);
    figure->service_id = arena_format(&cli->arena, "%.*s", (int)(equals - text), text);
    figure->weekly_pence = money.pence;
    return figure->service_id ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

int fees_figures(struct cli *cli, Pb__FeeFigure ***ret_figures, size_t *ret_count)
{
    Pb__FeeFigure **figures = arena_array(&cli->arena, Pb__FeeFigure *, cli->given_count + 1);
    size_t count = 0;
    for (size_t i = 0; figures && i < cli->given_count; i++) {
        struct fault fault = {0};
        if (strcmp(cli->given[i].option->name, "figure") != 0)
            continue;
        figures[count] = arena_new(&cli->arena, Pb__FeeFigure);
        fault.code = figures[count] ? figure_read(cli, cli->given[i].value, figures[count], &fault)
                                    : CODE_RESOURCE_EXHAUSTED;
        if (fault.code != CODE_OK)
            return cli_fail(cli, &fault);
        count++;
    }
    if (!figures)
        return cli_complain(EX_SOFTWARE, "out of memory");
    *ret_figures = figures;
    *ret_count = count;
    return EX_OK;
}

/* Up to that character, as money; moves past it. */
static enum code take_part(const char **at, char end, struct arena *arena, int64_t *ret_pence,
                           struct fault *ret_fault)
{
    const char *stop = end ? strchr(*at, end) : *at + strlen(*at);
    struct money money;
    if (!stop)
        return CODE_INVALID_ARGUMENT;
    const char *part = arena_format(arena, "%.*s", (int)(stop - *at), *at);
    if (!part || money_parse(part, &money, ret_fault) != CODE_OK)
        return CODE_INVALID_ARGUMENT;
    *at = *stop ? stop + 1 : stop;
    *ret_pence = money.pence;
    return CODE_OK;
}

enum code fees_split_read(const char *text, struct arena *arena, Pb__FeeSplit *ret_split,
                          struct fault *ret_fault)
{
    Pb__FeeSplit split;
    const char *at = text;
    struct fault part = {0};
    pb__fee_split__init(&split);
    if (take_part(&at, '+', arena, &split.social_care_pence, &part) != CODE_OK ||
        take_part(&at, '+', arena, &split.education_pence, &part) != CODE_OK ||
        take_part(&at, '=', arena, &split.health_pence, &part) != CODE_OK ||
        take_part(&at, 0, arena, &split.total_pence, &part) != CODE_OK)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "",
                         "a fee is social care + education + health = total, as in 4000+500+0=4500%s%s",
                         *part.reason ? "; " : "", part.reason);
    *ret_split = split;
    return CODE_OK;
}

/* --- told -------------------------------------------------------------------------------------------- */

void fees_print_problems(FILE *out, Pb__FeeProblem *const *problems, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Pb__FeeProblem *problem = problems[i];
        if (problem->row)
            fprintf(out, "  row %u, %s: ", problem->row, *problem->column ? problem->column : "the row");
        else
            fprintf(out, "  %s: ", *problem->field ? problem->field : "the application");
        if (*problem->value)
            fprintf(out, "\"%s\": ", problem->value);
        fprintf(out, "%s\n", problem->reason);
    }
}

void fees_print_caret(FILE *out, const char *expression, uint32_t column)
{
    fprintf(out, "  %s\n  ", expression);
    for (uint32_t at = 1; at < column; at++) {
        fputc(*expression == '\t' ? '\t' : ' ', out);
        if (*expression)
            expression++;
        while ((*expression & 0xc0) == 0x80)
            expression++;
    }
    fputs("^\n", out);
}

const char *fees_pounds(struct cli *cli, int64_t pence)
{
    char text[MONEY_TEXT_BYTES];
    money_print(money_pence(pence), text);
    const char *copy = arena_text(&cli->arena, text);
    return copy ? copy : "";
}

const char *fees_figures_text(Pb__FeeFigure *const *figures, size_t count, struct arena *arena)
{
    const char *all = "";
    for (size_t i = 0; i < count && all; i++) {
        char text[MONEY_TEXT_BYTES];
        money_print(money_pence(figures[i]->weekly_pence), text);
        all = arena_format(arena, "%s%s%s %s", all, i ? ", " : "", figures[i]->service_id, text);
    }
    return all ? all : "";
}

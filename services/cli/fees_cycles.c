/* Cycles, indices and thresholds as they are typed (rules F1, F4). In: options. Out: one call each; what is
 * wrong with a threshold is shown in its place. */

#include "services/cli/fees.h"
#include "services/cli/show_monitoring.h"

#include <string.h>

static const struct {
    const char *option;
    Pb__FeeTaskKind kind;
} TASKS[] = {
    {"level-told", PB__FEE_TASK_KIND__FEE_TASK_KIND_LEVEL_TOLD},
    {"letter-sent", PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT},
    {"application", PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION},
    {"consultation-begun", PB__FEE_TASK_KIND__FEE_TASK_KIND_CONSULTATION_BEGUN},
    {"report", PB__FEE_TASK_KIND__FEE_TASK_KIND_REPORT},
    {"decision", PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION},
};
enum { TASKS_COUNT = sizeof TASKS / sizeof *TASKS };

/* `YYYY-MM-DD` of a date option; `preset` where it is not given. False: complained of. */
static bool typed_day(struct cli *cli, const char *option, const char *preset, const char **ret_day)
{
    const char *text = cli_option(cli, option);
    struct date date;
    struct fault fault = {0};
    char normal[DATE_TEXT_BYTES];
    if (!text) {
        *ret_day = preset;
        return true;
    }
    if (date_parse(text, &date, &fault) != CODE_OK) {
        cli_complain(EX_USAGE, "--%s: %s", option, fault.reason);
        return false;
    }
    date_print(date, normal);
    *ret_day = arena_text(&cli->arena, normal);
    return *ret_day != NULL;
}

static const char *today(struct cli *cli)
{
    char text[DATE_TEXT_BYTES];
    date_print(date_from_unix_ms_london(world_wall_ms(cli_world(cli))), text);
    const char *copy = arena_text(&cli->arena, text);
    return copy ? copy : "";
}

/* A task's typed day in place of the one it has. */
static bool put_task(struct cli *cli, Pb__FeeCycle *cycle, size_t index)
{
    const char *day;
    size_t at = 0;
    if (!cli_option(cli, TASKS[index].option))
        return true;
    if (!typed_day(cli, TASKS[index].option, "", &day))
        return false;
    while (at < cycle->n_tasks && cycle->tasks[at]->kind != TASKS[index].kind)
        at++;
    Pb__FeeTask *task = arena_new(&cli->arena, Pb__FeeTask);
    if (!task)
        return false;
    pb__fee_task__init(task);
    task->kind = TASKS[index].kind;
    task->due_on = day;
    cycle->tasks[at] = task;
    cycle->n_tasks += at == cycle->n_tasks;
    return true;
}

/* What was typed, over what the cycle has. */
static bool put_typed(struct cli *cli, Pb__FeeCycle *cycle)
{
    int64_t sections, days;
    Pb__FeeTask **tasks = arena_array(&cli->arena, Pb__FeeTask *, cycle->n_tasks + TASKS_COUNT);
    if (!tasks)
        return false;
    for (size_t i = 0; i < cycle->n_tasks; i++)
        tasks[i] = cycle->tasks[i];
    cycle->tasks = tasks;
    for (size_t i = 0; i < TASKS_COUNT; i++)
        if (!put_task(cli, cycle, i))
            return false;
    if (!typed_day(cli, "from", cycle->first_on, &cycle->first_on) ||
        !typed_day(cli, "until", cycle->last_on, &cycle->last_on) ||
        !cli_number(cli, "short-report-sections", 1, 1000, cycle->short_report_sections, &sections) ||
        !cli_number(cli, "reminder-days", 1, 1000, cycle->reminder_days, &days))
        return false;
    cycle->short_report_sections = (uint32_t)sections;
    cycle->reminder_days = (uint32_t)days;
    return true;
}

/* --- thresholds -------------------------------------------------------------------------------------- */

static enum code preview(struct cli *cli, const char *expression, const char *on,
                         const Pb__PreviewThresholdResponse **ret_preview, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__PreviewThresholdRequest request;
    pb__preview_threshold_request__init(&request);
    request.expression = expression;
    request.on = on;
    enum code code =
        cli_call(cli, NULL, "FeeCyclesService/PreviewThreshold", &request.base, &response, ret_fault);
    if (code == CODE_OK)
        *ret_preview = (const Pb__PreviewThresholdResponse *)(const void *)response;
    return code;
}

/* Where what is wrong with it stands; its sentence is told after that. */
static void point_at(struct cli *cli, const char *expression)
{
    const Pb__PreviewThresholdResponse *seen;
    struct fault none = {0};
    if (expression && *expression && preview(cli, expression, "", &seen, &none) == CODE_OK &&
        *seen->problem && seen->column)
        fees_print_caret(stderr, expression, seen->column);
}

int run_threshold_preview(struct cli *cli)
{
    const char *on, *expression = cli->arguments[0];
    const Pb__PreviewThresholdResponse *seen;
    struct fault fault = {0};
    if (!typed_day(cli, "on", "", &on))
        return EX_USAGE;
    fault.code = preview(cli, expression, on, &seen, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        show_json(cli, &seen->base);
    if (*seen->problem) {
        if (!cli->json)
            fees_print_caret(stderr, expression, seen->column);
        return cli_complain(EX_DATAERR, "column %u: %s", seen->column, seen->problem);
    }
    if (cli->json)
        return EX_OK;
    printf("%s\n\nAn increase is exceptional above %s%%", seen->understood, seen->percent);
    if (*seen->review_percent)
        printf(", and reviewed by the host above %s%%", seen->review_percent);
    printf(" (%s).\n", monitoring_day(cli, *on ? on : today(cli)));
    for (size_t i = 0; i < seen->n_indices; i++)
        printf("  %s is %s%% since %s\n", seen->indices[i]->index_id, seen->indices[i]->percent,
               monitoring_day(cli, seen->indices[i]->from));
    return EX_OK;
}

int run_threshold_set(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_fee_cycle};
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__FeeThreshold threshold;
    Pb__SetThresholdRequest request;
    pb__fee_threshold__init(&threshold);
    pb__set_threshold_request__init(&request);
    threshold.expression = cli->arguments[0];
    if (!typed_day(cli, "from", NULL, &threshold.from))
        return EX_USAGE;
    if (!threshold.from)
        threshold.from = today(cli);
    request.cycle_id = fees_cycle_typed(cli);
    request.threshold = &threshold;
    if (cli_call(cli, NULL, "FeeCyclesService/SetThreshold", &request.base, &response, &fault) == CODE_OK)
        return show_response(cli, response, &SHOWN);
    point_at(cli, threshold.expression);
    return cli_fail(cli, &fault);
}

/* --- cycles ------------------------------------------------------------------------------------------ */

int run_fee_cycle_show(struct cli *cli)
{
    const Pb__FeeCycle *cycle;
    struct fault fault = {0};
    Pb__OpenFeeCycleResponse shown; /* any message that holds a cycle */
    fault.code = fees_cycle(cli, cli->argument_count ? cli->arguments[0] : NULL, &cycle, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, &cycle->base);
    pb__open_fee_cycle_response__init(&shown);
    shown.cycle = (Pb__FeeCycle *)(uintptr_t)cycle;
    show_fee_cycle(cli, &shown.base);
    return EX_OK;
}

int run_fee_cycle_open(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_fee_cycle};
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__FeeCycle cycle;
    Pb__OpenFeeCycleRequest request;
    pb__fee_cycle__init(&cycle);
    pb__open_fee_cycle_request__init(&request);
    if (!put_typed(cli, &cycle))
        return EX_USAGE;
    if (cli->argument_count)
        cycle.id = cli->arguments[0];
    if (cli_option(cli, "threshold"))
        request.threshold = cli_option(cli, "threshold");
    request.cycle = &cycle;
    if (cli_call(cli, NULL, "FeeCyclesService/OpenFeeCycle", &request.base, &response, &fault) == CODE_OK)
        return show_response(cli, response, &SHOWN);
    point_at(cli, request.threshold);
    return cli_fail(cli, &fault);
}

int run_fee_cycle_update(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_fee_cycle};
    const ProtobufCMessage *response;
    const Pb__FeeCycle *read;
    struct fault fault = {0};
    Pb__UpdateFeeCycleRequest request;
    pb__update_fee_cycle_request__init(&request);
    fault.code = fees_cycle(cli, cli->argument_count ? cli->arguments[0] : NULL, &read, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    Pb__FeeCycle cycle = *read;
    if (!put_typed(cli, &cycle))
        return EX_USAGE;
    request.cycle = &cycle;
    if (cli_call(cli, NULL, "FeeCyclesService/UpdateFeeCycle", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

/* --- indices ----------------------------------------------------------------------------------------- */

/* What is there of it keeps its title, and is edited at the version it has. */
static enum code take_known(struct cli *cli, Pb__FeeIndex *index, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__ListFeeIndicesRequest request;
    pb__list_fee_indices_request__init(&request);
    enum code code =
        cli_call(cli, NULL, "FeeCyclesService/ListFeeIndices", &request.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__ListFeeIndicesResponse *list = (const Pb__ListFeeIndicesResponse *)(const void *)response;
    for (size_t i = 0; i < list->n_indices; i++)
        if (strcmp(list->indices[i]->id, index->id) == 0) {
            index->title = list->indices[i]->title;
            index->meta = list->indices[i]->meta;
        }
    return CODE_OK;
}

int run_fee_index_set(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {0};
    const ProtobufCMessage *response;
    struct fault fault = {0};
    Pb__FeeIndexValue value, *values[] = {&value};
    Pb__FeeIndex index;
    Pb__UpdateFeeIndexRequest request;
    pb__fee_index_value__init(&value);
    pb__fee_index__init(&index);
    pb__update_fee_index_request__init(&request);
    index.id = cli->arguments[0];
    if (!cli_option(cli, "percent") && (cli_option(cli, "from") || cli_option(cli, "source")))
        return cli_complain(EX_USAGE, "--percent P is needed with a day or a source");
    fault.code = take_known(cli, &index, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    if (!typed_day(cli, "from", NULL, &value.from))
        return EX_USAGE;
    if (cli_option(cli, "title"))
        index.title = cli_option(cli, "title");
    if (cli_option(cli, "percent")) {
        value.percent = cli_option(cli, "percent");
        value.from = value.from ? value.from : today(cli);
        if (cli_option(cli, "source"))
            value.source = cli_option(cli, "source");
        index.values = values;
        index.n_values = 1;
    }
    request.index = &index;
    if (cli_call(cli, NULL, "FeeCyclesService/UpdateFeeIndex", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

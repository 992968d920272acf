/* Lines of fees one by one (rule F5), and the LA's references resolved to placements, as that LA. In: the
 * command line. Out: one call each. */

#include "services/cli/fees.h"
#include "services/cli/plan.h"
#include "services/cli/reflect.h"

#include "common/base/uuid.h"
#include "common/domain/money.h"

#include "ccrag/v1/placements.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* --- placements -------------------------------------------------------------------------------------- */

static int by_reference(const void *a, const void *b)
{
    return strcmp((*(Pb__Placement *const *)a)->reference, (*(Pb__Placement *const *)b)->reference);
}

/* Adds a page to those that were read. */
static bool add_page(struct cli *cli, const Pb__ListPlacementsResponse *page, Pb__Placement ***items,
                     size_t *count)
{
    Pb__Placement **all = arena_array(&cli->arena, Pb__Placement *, *count + page->n_placements + 1);
    if (!all)
        return false;
    if (*count)
        memcpy(all, *items, *count * sizeof *all);
    for (size_t i = 0; i < page->n_placements; i++)
        all[*count + i] = page->placements[i];
    *items = all;
    *count += page->n_placements;
    return true;
}

enum code fee_placements_read(struct cli *cli, struct fee_placements *ret_placements, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__Placement **items = NULL;
    size_t count = 0;
    Pb__PageRequest page;
    Pb__ListPlacementsRequest request;
    pb__page_request__init(&page);
    pb__list_placements_request__init(&request);
    page.size = PLAN_PAGE_SIZE;
    request.page = &page;
    request.authority_id = cli_la(cli);
    request.with_ended = true;
    if (!*request.authority_id && !cli->as)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "--la", "say whose lines they are");
    do {
        enum code code =
            cli_call(cli, NULL, "PlacementsService/ListPlacements", &request.base, &response, ret_fault);
        if (code != CODE_OK)
            return code;
        const Pb__ListPlacementsResponse *list = (const Pb__ListPlacementsResponse *)(const void *)response;
        if (!add_page(cli, list, &items, &count))
            return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "the LA has too many placements");
        page.after = list->page ? list->page->next : (ProtobufCBinaryData){0};
    } while (page.after.len);
    if (count)
        qsort(items, count, sizeof *items, by_reference);
    *ret_placements = (struct fee_placements){items, count};
    return CODE_OK;
}

const Pb__Placement *fee_placement_of(const struct fee_placements *placements, const char *reference)
{
    size_t low = 0, high = placements->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(placements->items[middle]->reference, reference);
        if (order == 0)
            return placements->items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const Pb__Placement *fee_placement_by_id(const struct fee_placements *placements, const char *id)
{
    for (size_t i = 0; i < placements->count; i++)
        if (strcmp(placements->items[i]->id, id) == 0)
            return placements->items[i];
    return NULL;
}

/* --- one line ---------------------------------------------------------------------------------------- */

/* The placement that is meant: by its UUID, or by the LA's reference. */
static enum code meant(struct cli *cli, const char *typed, const Pb__Placement **ret_placement,
                       struct fault *ret_fault)
{
    struct fee_placements placements;
    struct uuid uuid;
    enum code code = fee_placements_read(cli, &placements, ret_fault);
    if (code != CODE_OK)
        return code;
    *ret_placement = uuid_parse(typed, &uuid) ? fee_placement_by_id(&placements, typed)
                                              : fee_placement_of(&placements, typed);
    return *ret_placement ? CODE_OK
                          : fault_set(ret_fault, CODE_NOT_FOUND, "", "the LA has no placement %s", typed);
}

/* The line that is there, of that cycle; NULL for none. */
static enum code stored_line(struct cli *cli, const char *placement, const Pb__FeeLine **ret_line,
                             struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__PageRequest page;
    Pb__ListFeeLinesRequest request;
    pb__page_request__init(&page);
    pb__list_fee_lines_request__init(&request);
    page.size = PLAN_PAGE_SIZE;
    request.page = &page;
    request.cycle_id = fees_cycle_typed(cli);
    request.authority_id = cli_la(cli);
    for (*ret_line = NULL;;) {
        enum code code =
            cli_call(cli, NULL, "FeeLinesService/ListFeeLines", &request.base, &response, ret_fault);
        if (code != CODE_OK)
            return code;
        const Pb__ListFeeLinesResponse *list = (const Pb__ListFeeLinesResponse *)(const void *)response;
        for (size_t i = 0; i < list->n_lines; i++)
            if (strcmp(list->lines[i]->placement_id, placement) == 0)
                *ret_line = list->lines[i];
        if (*ret_line || !list->page || !list->page->next.len)
            return CODE_OK;
        page.after = list->page->next;
    }
}

static bool typed_pounds(struct cli *cli, const char *option, int64_t *ret_pence)
{
    const char *text = cli_option(cli, option);
    struct money money;
    struct fault fault = {0};
    if (!text)
        return true;
    if (money_parse(text, &money, &fault) != CODE_OK) {
        cli_complain(EX_USAGE, "--%s: %s", option, fault.reason);
        return false;
    }
    *ret_pence = money.pence;
    return true;
}

static bool typed_attendance(struct cli *cli, Pb__FeeLine *line)
{
    const char *text = cli_option(cli, "attendance");
    const char *name = text ? reflect_enum_name(&pb__attendance__descriptor, text) : NULL;
    const ProtobufCEnumValue *value =
        name ? protobuf_c_enum_descriptor_get_value_by_name(&pb__attendance__descriptor, name) : NULL;
    if (text && (!value || !value->value)) {
        cli_complain(EX_USAGE, "--attendance: \"%s\" is none of: day, 38, 52", text);
        return false;
    }
    if (value)
        line->attendance = (Pb__Attendance)value->value;
    return true;
}

static bool typed_line(struct cli *cli, Pb__FeeLine *line)
{
    const char *agreed = cli_option(cli, "agreed"), *effective = cli_option(cli, "effective");
    struct date date;
    struct fault fault = {0};
    char normal[DATE_TEXT_BYTES];
    if (!typed_attendance(cli, line) || !typed_pounds(cli, "current", &line->current_pence) ||
        !typed_pounds(cli, "proposed", &line->proposed_pence))
        return false;
    if (cli_option(cli, "service"))
        line->service_id = cli_option(cli, "service");
    if (agreed && !*agreed)
        line->agreed_case = PB__FEE_LINE__AGREED__NOT_SET;
    else if (agreed) {
        line->agreed_case = PB__FEE_LINE__AGREED_AGREED_PENCE;
        if (!typed_pounds(cli, "agreed", &line->agreed_pence))
            return false;
    }
    if (effective && date_parse(effective, &date, &fault) != CODE_OK) {
        cli_complain(EX_USAGE, "--effective: %s", fault.reason);
        return false;
    }
    if (effective) {
        date_print(date, normal);
        line->effective_on = arena_text(&cli->arena, normal);
    }
    return line->effective_on != NULL;
}

int run_lines_set(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {.show = show_fee_line};
    const ProtobufCMessage *response;
    const Pb__FeeCycle *cycle;
    const Pb__FeeLine *stored;
    const Pb__Placement *placement;
    struct fault fault = {0};
    Pb__FeeLine line;
    Pb__UpdateFeeLineRequest request;
    pb__fee_line__init(&line);
    pb__update_fee_line_request__init(&request);
    fault.code = fees_cycle(cli, fees_cycle_typed(cli), &cycle, &fault);
    if (fault.code == CODE_OK)
        fault.code = meant(cli, cli->arguments[0], &placement, &fault);
    if (fault.code == CODE_OK)
        fault.code = stored_line(cli, placement->id, &stored, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    line.placement_id = placement->id;
    line.reference = placement->reference;
    if (stored)
        line = *stored;
    line.cycle_id = cycle->id;
    if (*cli_la(cli))
        line.authority_id = cli_la(cli);
    if (!typed_line(cli, &line))
        return EX_USAGE;
    request.line = &line;
    if (cli_call(cli, NULL, "FeeLinesService/UpdateFeeLine", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

int run_lines_delete(struct cli *cli)
{
    static const struct cli_call_plan SHOWN = {0};
    const ProtobufCMessage *response;
    const Pb__FeeCycle *cycle;
    const Pb__Placement *placement;
    struct fault fault = {0};
    Pb__DeleteFeeLineRequest request;
    pb__delete_fee_line_request__init(&request);
    fault.code = fees_cycle(cli, fees_cycle_typed(cli), &cycle, &fault);
    if (fault.code == CODE_OK)
        fault.code = meant(cli, cli->arguments[0], &placement, &fault);
    if (fault.code != CODE_OK)
        return cli_fail(cli, &fault);
    request.line_id = arena_format(&cli->arena, "%s/%s", cycle->id, placement->id);
    if (!request.line_id)
        return cli_complain(EX_SOFTWARE, "out of memory");
    if (cli_call(cli, NULL, "FeeLinesService/DeleteFeeLine", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    return show_response(cli, response, &SHOWN);
}

int run_lines_erase(struct cli *cli)
{
    const ProtobufCMessage *response;
    const Pb__Placement *placement;
    struct uuid uuid;
    struct fault fault = {0};
    Pb__EraseFeeLinesRequest request;
    pb__erase_fee_lines_request__init(&request);
    request.placement_id = cli->arguments[0];
    /* A placement that the registry has erased already is known by its UUID alone. */
    if (!uuid_parse(cli->arguments[0], &uuid)) {
        fault.code = meant(cli, cli->arguments[0], &placement, &fault);
        if (fault.code != CODE_OK)
            return cli_fail(cli, &fault);
        request.placement_id = placement->id;
    }
    if (cli_call(cli, NULL, "FeeLinesService/EraseFeeLines", &request.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, response);
    uint32_t erased = ((const Pb__EraseFeeLinesResponse *)(const void *)response)->erased;
    printf("%u line%s erased; what was counted stays counted.\n", erased, show_plural(erased));
    return EX_OK;
}

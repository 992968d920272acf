/* `ccrag vacancy set`: finds the provision and its group by the names people use, then states what is free
 * there. */

#include "services/cli/vacancy.h"

#include "services/cli/show.h"

#include "common/domain/date.h"

#include <string.h>
#include <strings.h>

const Pb__PlaceGroup *vacancy_group(const Pb__GetProvisionResponse *provision, const char *name,
                                    struct fault *ret_fault)
{
    const Pb__PlaceGroup *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < provision->n_place_groups; i++) {
        const Pb__PlaceGroup *group = provision->place_groups[i];
        if (!*name || strcasecmp(group->id, name) == 0 || strcasecmp(group->name, name) == 0) {
            found = group;
            count++;
        }
    }
    if (count == 1)
        return found;
    if (provision->n_place_groups == 0)
        fault_set(ret_fault, CODE_FAILED_PRECONDITION, "group",
                  "%s has no place groups; make one with `ccrag place-group set`",
                  provision->provision->name);
    else if (count == 0)
        fault_set(ret_fault, CODE_NOT_FOUND, "group", "%s has no place group \"%s\"",
                  provision->provision->name, name);
    else
        fault_set(ret_fault, CODE_INVALID_ARGUMENT, "group", "%s has %zu place groups%s%s; say which",
                  provision->provision->name, count, *name ? " named " : "", name);
    return NULL;
}

/* The period as typed; false: complained of. */
static bool period_of(struct cli *cli, Pb__FreePeriod *period, int64_t *ret_places)
{
    struct fault fault = {0};
    struct date from = date_from_unix_ms_london(world_wall_ms(cli->world)), until = DATE_NONE;
    const char *from_text = cli_option(cli, "from"), *until_text = cli_option(cli, "until");
    if (!cli_number(cli, "places", 0, 10000, 0, ret_places))
        return false;
    if (from_text && date_parse(from_text, &from, &fault) != CODE_OK) {
        cli_complain(EX_USAGE, "--from: %s", fault.reason);
        return false;
    }
    if (until_text && date_parse(until_text, &until, &fault) != CODE_OK) {
        cli_complain(EX_USAGE, "--until: %s", fault.reason);
        return false;
    }
    char *texts = arena_alloc(&cli->arena, DATE_TEXT_BYTES * 2);
    if (!texts)
        return false;
    date_print(from, texts);
    date_print(until, texts + DATE_TEXT_BYTES);
    period->from = texts;
    period->until = texts + DATE_TEXT_BYTES;
    period->places = (uint32_t)*ret_places;
    return true;
}

int run_vacancy_set(struct cli *cli)
{
    struct fault fault = {0};
    int64_t places;
    Pb__FreePeriod period, *periods[] = {&period};
    pb__free_period__init(&period);
    if (!cli_world(cli) || !period_of(cli, &period, &places))
        return EX_USAGE;
    Pb__GetProvisionRequest get;
    pb__get_provision_request__init(&get);
    get.provision_id = cli->arguments[0];
    const ProtobufCMessage *response;
    if (cli_call(cli, NULL, "ProvisionsService/GetProvision", &get.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    const char *name = cli_option(cli, "group");
    const Pb__PlaceGroup *group =
        vacancy_group((const Pb__GetProvisionResponse *)response, name ? name : "", &fault);
    if (!group)
        return cli_fail(cli, &fault);
    Pb__SetVacancyRequest set;
    pb__set_vacancy_request__init(&set);
    set.place_group_id = group->id;
    set.n_free = places > 0 ? 1 : 0;
    set.free = periods;
    if (cli_call(cli, NULL, "ProvisionsService/SetVacancy", &set.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    static const struct cli_call_plan PLAN = {.method = "ProvisionsService/SetVacancy"};
    return show_response(cli, response, &PLAN);
}

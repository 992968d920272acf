/* `ccrag match` and `ccrag matching workers`: a search from options, its answer as a placement officer reads
 * it. */

#include "services/cli/groups.h"
#include "services/cli/show.h"
#include "services/cli/show_match.h"
#include "services/cli/status.h"

#include "common/base/limits.h"
#include "common/domain/gss.h"
#include "common/domain/judgement.h"
#include "common/domain/money.h"
#include "services/cli/reflect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Enums by the names people type, several with commas. False: complained of. */
static bool enums_of(const struct cli *cli, const char *option, const ProtobufCEnumDescriptor *type,
                     int *ret_values, size_t most, size_t *ret_count, struct arena *arena)
{
    *ret_count = 0;
    for (size_t i = 0; i < cli->given_count; i++) {
        if (strcmp(cli->given[i].option->name, option) != 0)
            continue;
        char *rest, *copy = arena_text(arena, cli->given[i].value);
        for (char *item = copy ? strtok_r(copy, ", ", &rest) : NULL; item;
             item = strtok_r(NULL, ", ", &rest)) {
            const char *name = reflect_enum_name(type, item);
            const ProtobufCEnumValue *value =
                name ? protobuf_c_enum_descriptor_get_value_by_name(type, name) : NULL;
            if (!value || value->value == 0 || *ret_count == most) {
                cli_complain(EX_USAGE, "--%s: \"%s\" is none of: %s", option, item,
                             reflect_enum_choices(type, arena));
                return false;
            }
            ret_values[(*ret_count)++] = value->value;
        }
    }
    return true;
}

static bool enum_of(struct cli *cli, const char *option, const ProtobufCEnumDescriptor *type, int *ret_value)
{
    int values[8];
    size_t count;
    if (!enums_of(cli, option, type, values, 8, &count, &cli->arena))
        return false;
    *ret_value = count ? values[count - 1] : 0;
    return true;
}

static bool fee_and_distance(struct cli *cli, Pb__SearchRequest *search)
{
    struct fault fault = {0};
    struct money money = {0};
    const char *fee = cli_option(cli, "max-weekly-fee"), *within = cli_option(cli, "within-km");
    if (fee && (money_parse(fee, &money, &fault) != CODE_OK || money.pence < 0)) {
        cli_complain(EX_USAGE, "--max-weekly-fee: \"%s\" is no amount in pounds", fee);
        return false;
    }
    search->weekly_fee_max_pence = money.pence;
    if (!within)
        return true;
    char *end;
    double km = strtod(within, &end);
    if (*end || !(km > 0) || km > SEARCH_RADIUS_KM_MAX) {
        cli_complain(EX_USAGE, "--within-km: \"%s\" is no distance up to %d km", within,
                     SEARCH_RADIUS_KM_MAX);
        return false;
    }
    search->within_m = (uint32_t)lround(km * 1000);
    return true;
}

static bool dates(struct cli *cli, Pb__SearchRequest *search)
{
    const char *names[] = {"start", "until"};
    const char **fields[] = {&search->start_on, &search->end_on};
    for (size_t i = 0; i < 2; i++) {
        struct fault fault = {0};
        struct date date;
        const char *text = cli_option(cli, names[i]);
        char *printed = text ? arena_alloc(&cli->arena, DATE_TEXT_BYTES) : NULL;
        if (!text)
            continue;
        if (!printed || date_parse(text, &date, &fault) != CODE_OK) {
            cli_complain(EX_USAGE, "--%s: %s", names[i], fault.reason);
            return false;
        }
        date_print(date, printed);
        *fields[i] = printed;
    }
    return true;
}

static bool avoided(struct cli *cli, Pb__SearchRequest *search)
{
    search->avoid_authorities = arena_array(&cli->arena, const char *, cli->given_count + 1);
    for (size_t i = 0; i < cli->given_count && search->avoid_authorities; i++) {
        const struct authority *authority;
        struct fault fault = {0};
        if (strcmp(cli->given[i].option->name, "avoid") != 0)
            continue;
        const char *text = cli->given[i].value;
        authority = authority_by_gss(text);
        if (!authority && authority_resolve(text, &authority, &fault) != CODE_OK) {
            cli_complain(EX_USAGE, "--avoid: \"%s\" is no local authority that is known", text);
            return false;
        }
        search->avoid_authorities[search->n_avoid_authorities++] = authority->gss.text;
    }
    return true;
}

static bool numbers(struct cli *cli, Pb__SearchRequest *search)
{
    int64_t age, siblings, size;
    if (!cli_number(cli, "age", 0, 25, 0, &age) || !cli_number(cli, "siblings", 0, 20, 0, &siblings) ||
        !cli_number(cli, "size", 1, SEARCH_RESULTS_MAX, SEARCH_RESULTS_DEFAULT, &size))
        return false;
    search->age = (uint32_t)age;
    search->siblings = (uint32_t)siblings;
    search->size = (uint32_t)size;
    return true;
}

/* Every option of `match` as a search; false: complained of. */
static bool search_of(struct cli *cli, Pb__SearchRequest *search)
{
    enum { LISTED_MAX = 16 };
    int *lists[3];
    int gender, attendance, judgement, urgency;
    for (size_t i = 0; i < 3; i++)
        if (!(lists[i] = arena_array(&cli->arena, int, LISTED_MAX)))
            return false;
    if (!enums_of(cli, "need", &pb__need__descriptor, lists[0], LISTED_MAX, &search->n_needs, &cli->arena) ||
        !enums_of(cli, "kind", &pb__provision_kind__descriptor, lists[1], LISTED_MAX, &search->n_kinds,
                  &cli->arena) ||
        !enums_of(cli, "adaptation", &pb__adaptation__descriptor, lists[2], LISTED_MAX,
                  &search->n_adaptations, &cli->arena) ||
        !enum_of(cli, "gender", &pb__gender__descriptor, &gender) ||
        !enum_of(cli, "attendance", &pb__attendance__descriptor, &attendance) ||
        !enum_of(cli, "judgement", &pb__judgement__descriptor, &judgement) ||
        !enum_of(cli, "urgency", &pb__urgency__descriptor, &urgency))
        return false;
    search->needs = (Pb__Need *)(void *)lists[0];
    search->kinds = (Pb__ProvisionKind *)(void *)lists[1];
    search->adaptations = (Pb__Adaptation *)(void *)lists[2];
    search->gender = (Pb__Gender)gender;
    search->attendance = (Pb__Attendance)attendance;
    search->judgement_at_worst = (Pb__Judgement)judgement;
    search->urgency = (Pb__Urgency)urgency;
    search->solo = cli_option(cli, "solo") != NULL;
    search->postcode = cli_option(cli, "postcode");
    if (cli_option(cli, "contract"))
        search->contract_id = cli_option(cli, "contract");
    return fee_and_distance(cli, search) && dates(cli, search) && avoided(cli, search) &&
           numbers(cli, search);
}

/* What was written before the search is in its answer. */
static void read_own_writes(struct cli *cli, Pb__SearchRequest *search)
{
    Pb__ServicePosition *written = status_written(cli, "registry");
    search->at_least = arena_array(&cli->arena, Pb__ServicePosition *, 1);
    if (written && search->at_least)
        search->at_least[search->n_at_least++] = written;
}

static int run_match(struct cli *cli)
{
    Pb__SearchRequest search;
    struct fault fault = {0};
    const ProtobufCMessage *response;
    pb__search_request__init(&search);
    if (!cli_world(cli) || !search_of(cli, &search))
        return EX_USAGE;
    read_own_writes(cli, &search);
    if (cli_call(cli, NULL, "MatchingService/Search", &search.base, &response, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    if (cli->json)
        return show_json(cli, response);
    return show_match(cli, &search, (const Pb__SearchResponse *)response);
}

static const struct cli_column WORKER_COLUMNS[] = {
    {"Worker", "name", true},        {"Places", "places", false},
    {"Answered", "answered", false}, {"Busy", "busy", false},
    {"Credit", "credit", false},     {"Threads", "threads", false},
    {"Partial", "partial", false},   {0},
};
static const struct cli_call_plan WORKERS = {
    .method = "MatchingService/ListWorkers", .list = "workers", .columns = WORKER_COLUMNS};

static const struct cli_option MATCH_OPTIONS[] = {
    {.name = "postcode", .value = "P", .meaning = "The child's home postcode.", .required = true},
    {.name = "age", .value = "N", .meaning = "Age in whole years at the start.", .required = true},
    {.name = "gender", .value = "G", .meaning = "female or male.", .choices = "female male"},
    {.name = "need",
     .value = "CODE",
     .meaning = "Needs that one place must meet, all of them.",
     .list = true,
     .choices = "SPLD MLD SLD PMLD SEMH SLCN HI VI MSI PD ASD DS OTH"},
    {.name = "kind",
     .value = "KIND",
     .meaning = "Kinds of provision, any of them; none: all but secure homes.",
     .list = true,
     .choices = "independent-special-school non-maintained-special-school childrens-home dual-registered "
                "independent-fostering-agency supported-accommodation secure-childrens-home"},
    {.name = "within-km", .value = "R", .meaning = "Furthest distance in kilometres."},
    {.name = "max-weekly-fee", .value = "POUNDS", .meaning = "Highest weekly fee."},
    {.name = "start", .value = "DATE", .meaning = "First day; not given: as --urgency says."},
    {.name = "until", .value = "DATE", .meaning = "Last day; not given: open-ended."},
    {.name = "urgency",
     .value = "U",
     .meaning = "today, within-5-days or later.",
     .choices = "today within-5-days later"},
    {.name = "attendance", .value = "A", .meaning = "day, 38 or 52 weeks a year.", .choices = "day 38 52"},
    {.name = "siblings", .value = "N", .meaning = "Children placed together, this one among them."},
    {.name = "solo", .meaning = "A place alone."},
    {.name = "adaptation",
     .value = "A",
     .meaning = "What the place must be fitted for, all of it.",
     .list = true,
     .choices = "wheelchair hoist sensory ground-floor waking-night"},
    {.name = "judgement",
     .value = "J",
     .meaning = "Worst judgement that passes.",
     .choices = "outstanding good requires-improvement inadequate"},
    {.name = "avoid", .value = "LA", .meaning = "Areas to avoid, by name or GSS code.", .list = true},
    {.name = "contract", .value = "UUID", .meaning = "A contract that must be signed."},
    {.name = "size", .value = "N", .meaning = "At most so many results (20)."},
    {0},
};

const struct cli_command MATCH_COMMANDS[] = {
    {.words = "match",
     .summary = "Find places that fit a child, best first, each with why.",
     .details = "Asks for no name and no birth date. Distances with ~ are approximate. Where few fit, it "
                "says which single "
                "criterion, relaxed by the least, would bring how many more.",
     .options = MATCH_OPTIONS,
     .run = run_match},
    {.words = "matching workers",
     .summary = "List the matching workers and how far they have read.",
     .run = run_plan,
     .plan = &WORKERS},
    {0},
};

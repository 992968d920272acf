/* `ccrag demo`: fills an empty region with believable records, marked as generated wherever they can be seen.
 */

#include "services/cli/demo/load.h"
#include "services/cli/demo/story.h"
#include "services/cli/groups.h"

#include <inttypes.h>

enum { DEMO_ARENA_BYTES = 1024 * 1024 * 1024 };

enum code demo_check_empty(struct cli *cli, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__PageRequest page;
    Pb__ListAuthoritiesRequest authorities_asked;
    Pb__ListProvisionsRequest provisions_asked;
    pb__page_request__init(&page);
    page.size = 1;
    pb__list_authorities_request__init(&authorities_asked);
    authorities_asked.page = &page;
    enum code code = cli_call(cli, NULL, "AuthoritiesService/ListAuthorities", &authorities_asked.base,
                              &response, ret_fault);
    if (code != CODE_OK)
        return code;
    bool any = ((const Pb__ListAuthoritiesResponse *)response)->n_authorities > 0;
    pb__list_provisions_request__init(&provisions_asked);
    provisions_asked.page = &page;
    provisions_asked.with_closed = true;
    code =
        cli_call(cli, NULL, "ProvisionsService/ListProvisions", &provisions_asked.base, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    any = any || ((const Pb__ListProvisionsResponse *)response)->n_provisions > 0;
    if (any)
        return fault_set(
            ret_fault, CODE_FAILED_PRECONDITION, "",
            "the region in %s holds records already; a demonstration fills an empty one: make it with "
            "`ccrag up --region DIR`",
            cli->directory);
    return CODE_OK;
}

static int make_and_load(struct cli *cli, const struct demo_options *options, struct arena *arena)
{
    struct demo demo;
    struct fault fault = {0};
    struct demo_told told = {0};
    const char *accounts = cli_option(cli, "accounts");
    int64_t begun = world_mono_us(cli->world);
    if (demo_check_empty(cli, &fault) != CODE_OK || demo_make(options, arena, &demo, &fault) != CODE_OK ||
        demo_load(cli, &demo, &fault) != CODE_OK ||
        (!cli_option(cli, "no-cycles") && demo_tell(cli, &demo, &told, &fault) != CODE_OK))
        return cli_fail(cli, &fault);
    if (accounts && demo_make_accounts(cli, &demo, accounts, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    double seconds = (double)(world_mono_us(cli->world) - begun) / 1e6;
    if (cli->json)
        printf(
            "{\n  \"seed\": %" PRIu64
            ",\n  \"authorities\": %zu,\n  \"providers\": %zu,\n  \"provisions\": %zu,\n"
            "  \"placeGroups\": %zu,\n  \"vacancies\": %zu,\n  \"placements\": %zu,\n  \"cycles\": %d\n}\n",
            options->seed, demo.authority_count, demo.provider_count, demo.provision_count, demo.group_count,
            demo.vacancy_count, demo.placement_count, told.cycles ? 2 : 0);
    else
        printf("Generated %zu authorities (their head offices are real), %zu providers, %zu provisions, %zu "
               "place groups, "
               "%zu vacancies and %zu placements in %.1f s. All of it is marked as generated.\n",
               demo.authority_count, demo.provider_count, demo.provision_count, demo.group_count,
               demo.vacancy_count, demo.placement_count, seconds);
    if (told.cycles && !cli->json)
        puts("Two cycles of allocation are published, one of them closed; `ccrag allocation tasks` shows "
             "what has "
             "happened since.");
    if (told.visits && !cli->json)
        puts("A cycle of visits is under way: `ccrag monitoring progress` and `ccrag monitoring reminders` "
             "show how far it has come.");
    if (told.fees && !cli->json)
        puts("A fee cycle is under way: `ccrag fees progress` and `ccrag fees reminders` show how far it has "
             "come.");
    if (accounts && !cli->json)
        printf("Accounts and their passwords are in %s.\n", accounts);
    return EX_OK;
}

static int run_demo(struct cli *cli)
{
    int64_t seed, provisions, placements;
    struct fault fault = {0};
    const char *today = cli_option(cli, "today");
    if (!cli_number(cli, "seed", 0, INT64_MAX, 1, &seed) ||
        !cli_number(cli, "provisions", DEMO_PROVISIONS_LEAST, DEMO_PROVISIONS_MOST, DEMO_PROVISIONS,
                    &provisions) ||
        !cli_number(cli, "placements", 0, 10 * DEMO_PROVISIONS_MOST,
                    DEMO_PLACEMENTS * provisions / DEMO_PROVISIONS, &placements) ||
        !cli_world(cli))
        return EX_USAGE;
    struct demo_options options = {.seed = (uint64_t)seed,
                                   .provisions = (size_t)provisions,
                                   .placements = (size_t)placements,
                                   .today = date_from_unix_ms_london(world_wall_ms(cli->world))};
    if (today && date_parse(today, &options.today, &fault) != CODE_OK)
        return cli_complain(EX_USAGE, "--today: %s", fault.reason);
    struct arena arena;
    arena_init(&arena, DEMO_ARENA_BYTES);
    int status = make_and_load(cli, &options, &arena);
    arena_finish(&arena);
    return status;
}

static const struct cli_option DEMO_OPTIONS[] = {
    {.name = "seed",
     .value = "N",
     .meaning = "The same seed gives the same records, identifiers included (1)."},
    {.name = "provisions",
     .value = "N",
     .meaning = "How many provisions (4800: 600 schools, 4,000 homes, agencies)."},
    {.name = "placements", .value = "N", .meaning = "How many placements (12,000, or in proportion)."},
    {.name = "today",
     .value = "DATE",
     .meaning = "The day around which places are free and vacancies confirmed (today)."},
    {.name = "no-cycles", .meaning = "Only the records: no cycle of allocation is opened."},
    {.name = "accounts",
     .value = "FILE",
     .meaning = "Make a few accounts too, and write their passwords to this new file."},
    {0},
};

const struct cli_command DEMO_COMMANDS[] = {
    {.words = "demo",
     .summary = "Fill an empty region with a generated demonstration.",
     .details = "38 authorities with their real head offices; everything else is generated and marked so: "
                "schools, homes, "
                "agencies, providers and their owners, places, vacancies, fees, judgements, placements over "
                "the years, and the "
                "awkward cases: over-full homes, stale vacancies, sole links, equal distances, an owner in "
                "doubt, withheld "
                "addresses, suspended registrations. Where allocation runs, the year before is allocated and "
                "closed and the present one published, with tasks and an offered transfer; where monitoring "
                "runs, visits are done, pending and "
                "overdue, reports in every state, and concerns raised. No account has a "
                "known password; without --accounts "
                "there is none.",
     .options = DEMO_OPTIONS,
     .run = run_demo},
    {0},
};

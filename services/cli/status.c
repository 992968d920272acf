/* `ccrag status`: every service of the region is asked how it does; the answers are a table, or JSON. */

#include "services/cli/status.h"

#include "services/cli/daemons.h"
#include "services/cli/show.h"

#include "common/service/region.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MS = 2000, SERVICES_MAX = 16, COLUMNS = 8 };

enum code status_ask(struct cli *cli, const char *service, const Pb__GetStatusResponse **ret_status,
                     struct fault *ret_fault)
{
    struct client *client;
    enum code code = cli_client(cli, service, &client, ret_fault);
    if (code != CODE_OK)
        return code;
    Pb__GetStatusRequest request;
    pb__get_status_request__init(&request);
    struct call_options options = {.deadline_ms = ANSWER_MS};
    struct client_answer answer = {0};
    const ProtobufCMessage *response;
    code = client_call_wait(client, "ccrag.v1.FeedService/GetStatus", &request.base, &options, &cli->arena,
                            &response, &answer);
    if (code == CODE_OK)
        *ret_status = (const Pb__GetStatusResponse *)response;
    else
        *ret_fault = answer.fault;
    return code;
}

Pb__ServicePosition *status_written(struct cli *cli, const char *service)
{
    struct fault fault = {0};
    const Pb__GetStatusResponse *status;
    if (status_ask(cli, service, &status, &fault) != CODE_OK || !status->position ||
        status->position->sequence == 0)
        return NULL;
    Pb__ServicePosition *written = arena_new(&cli->arena, Pb__ServicePosition);
    if (!written)
        return NULL;
    pb__service_position__init(written);
    written->service = service;
    written->position = status->position;
    return written;
}

struct answer {
    const char *service;
    const Pb__GetStatusResponse *status; /* NULL: none came */
    struct fault fault;
};

static const char *behind(struct arena *arena, const Pb__GetStatusResponse *status)
{
    const char *text = "";
    for (size_t i = 0; i < status->n_follows && text; i++) {
        const Pb__FollowedService *follow = status->follows[i];
        text = arena_format(arena, "%s%s%" PRIu64 "%s", text, i ? ", " : "", follow->behind,
                            follow->partial ? " (partial)" : "");
    }
    return text && *text ? text : "–";
}

/* What a restore left that no machine can put right. */
static void print_unreconciled(const struct answer *answers, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; answers[i].status && k < answers[i].status->n_unreconciled; k++) {
            printf("%s%s: %s\n", any ? "" : "\n", answers[i].service, answers[i].status->unreconciled[k]);
            any = true;
        }
}

static int print_table(struct cli *cli, const struct answer *answers, size_t count)
{
    static const struct show_column HEADINGS[COLUMNS] = {
        {"Service", false, false}, {"State", true, false},    {"Journal", false, true},
        {"Behind", false, true},   {"Full", false, true},     {"Up", false, true},
        {"Roster", false, true},   {"Release", false, false},
    };
    const char *cells[SERVICES_MAX * COLUMNS];
    bool demonstration = false;
    for (size_t i = 0; i < count; i++) {
        const char **row = cells + i * COLUMNS;
        const Pb__GetStatusResponse *status = answers[i].status;
        row[0] = answers[i].service;
        for (size_t c = 1; c < COLUMNS; c++)
            row[c] = "";
        if (!status) {
            bool stopped = !daemon_runs(cli->directory, answers[i].service, NULL);
            row[1] =
                stopped ? "stopped" : arena_format(&cli->arena, "no answer: %s", answers[i].fault.reason);
            continue;
        }
        demonstration = demonstration || status->demonstration;
        row[1] = status->ready ? "ready" : arena_format(&cli->arena, "not ready: %s", status->reason);
        row[2] = arena_format(&cli->arena, "%" PRIu64, status->position ? status->position->sequence : 0);
        row[3] = behind(&cli->arena, status);
        row[4] = arena_format(&cli->arena, "%u.%u%%", status->fill_permille / 10, status->fill_permille % 10);
        row[5] = show_age(&cli->arena, status->uptime_ms);
        row[6] = arena_format(&cli->arena, "%" PRIu64, status->roster_serial);
        row[7] = status->release;
    }
    show_table(stdout, HEADINGS, COLUMNS, cells, count, "No service's program is beside ccrag.");
    print_unreconciled(answers, count);
    if (demonstration)
        puts("\nThis region is a demonstration: its records are generated.");
    return EX_OK;
}

static int print_json(struct cli *cli, const struct answer *answers, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const char *text =
            answers[i].status ? wire_to_json(&answers[i].status->base, false, &cli->arena) : NULL;
        json_t *one = text ? json_loads(text, 0, NULL) : NULL;
        if (!one)
            one = json_pack("{s:s, s:b, s:s}", "service", answers[i].service, "ready", 0, "reason",
                            answers[i].fault.reason);
        json_array_append_new(list, one);
    }
    json_t *all = json_pack("{s:o}", "services", list);
    char *text = json_dumps(all, JSON_INDENT(2));
    puts(text ? text : "{}");
    free(text);
    json_decref(all);
    return EX_OK;
}

int run_status(struct cli *cli)
{
    struct answer answers[SERVICES_MAX] = {0};
    struct fault fault = {0};
    size_t count = 0;
    bool well = true;
    const char *service;
    if (cli_open(cli, &fault) != CODE_OK)
        return cli_fail(cli, &fault);
    for (size_t i = 0; (service = daemon_at(i)) && count < SERVICES_MAX; i++) {
        if (!region_endpoint(cli->region, service) ||
            (!daemon_program(service, &cli->arena) && !daemon_runs(cli->directory, service, NULL)))
            continue;
        struct answer *answer = &answers[count++];
        answer->service = service;
        if (status_ask(cli, service, &answer->status, &answer->fault) != CODE_OK)
            answer->status = NULL;
        well = well && answer->status && answer->status->ready;
    }
    int status = cli->json ? print_json(cli, answers, count) : print_table(cli, answers, count);
    for (size_t i = 0; i < count && status == EX_OK; i++)
        if (!answers[i].status && daemon_runs(cli->directory, answers[i].service, NULL))
            return cli_fail(cli, &answers[i].fault);
    if (status == EX_OK && !well)
        return cli_complain(EX_UNAVAILABLE,
                            "not every service is ready; `ccrag up` starts those that are stopped");
    return status;
}

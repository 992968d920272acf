/* What a command asks of its surroundings: the world, the region it names, clients to the services, and
 * sentences on stderr. Faults come in with field and reason, a sentence that says what to do goes out. */

#include "services/cli/cli.h"
#include "services/cli/daemons.h"
#include "services/cli/sessions.h"
#include "services/cli/show.h"

#include "common/service/region.h"

#include "common/world/real.h"

#include <string.h>
#include <unistd.h>

enum { CAUGHT_UP_TRIES = 100, CAUGHT_UP_US = 100 * 1000 };

int cli_complain(int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    fputs("ccrag: ", stderr);
    vfprintf(stderr, format, arguments);
    size_t length = strlen(format);
    fputs(length && strchr("?.", format[length - 1]) ? "\n" : ".\n", stderr);
    va_end(arguments);
    return status;
}

int cli_status_of(enum code code)
{
    switch (code) {
    case CODE_OK:
        return EX_OK;
    case CODE_INVALID_ARGUMENT:
    case CODE_OUT_OF_RANGE:
    case CODE_ALREADY_EXISTS:
    case CODE_FAILED_PRECONDITION:
        return EX_DATAERR;
    case CODE_NOT_FOUND:
        return EX_NOINPUT;
    case CODE_PERMISSION_DENIED:
    case CODE_UNAUTHENTICATED:
        return EX_NOPERM;
    case CODE_UNAVAILABLE:
    case CODE_UNIMPLEMENTED:
        return EX_UNAVAILABLE;
    case CODE_ABORTED:
    case CODE_CANCELLED:
    case CODE_DEADLINE_EXCEEDED:
    case CODE_RESOURCE_EXHAUSTED:
        return EX_TEMPFAIL;
    case CODE_DATA_LOSS:
        return EX_IOERR;
    case CODE_INTERNAL:
    case CODE_UNKNOWN:
        return EX_SOFTWARE;
    }
    return EX_SOFTWARE;
}

/* What to do about a failure whose reason does not say it. */
static const char *advice(const struct cli *cli, enum code code)
{
    if (code == CODE_ABORTED)
        return "; it changed meanwhile: look at it again, then repeat";
    if (code == CODE_UNAUTHENTICATED && cli->as)
        return "; sign in with `ccrag login`";
    if ((code == CODE_RESOURCE_EXHAUSTED && !cli->too_much) || code == CODE_DEADLINE_EXCEEDED)
        return "; try again later";
    return "";
}

int cli_fail(const struct cli *cli, const struct fault *fault)
{
    const char *reason = *fault->reason ? fault->reason : code_meaning(fault->code);
    size_t length = strlen(reason);
    while (length && reason[length - 1] == '.')
        length--;
    if (fault->code == CODE_ABORTED && cli->conflict)
        show_conflict(stderr, cli->conflict);
    int status = cli_status_of(fault->code);
    if (fault->code == CODE_RESOURCE_EXHAUSTED && cli->too_much)
        status = EX_DATAERR;
    return cli_complain(status, "%s%s%.*s%s", fault->field, *fault->field ? ": " : "", (int)length, reason,
                        advice(cli, fault->code));
}

struct world *cli_world(struct cli *cli)
{
    if (!cli->world && world_real_create(NULL, &cli->world) != CODE_OK)
        cli_complain(EX_OSERR, "out of memory or descriptors");
    return cli->world;
}

enum code cli_open(struct cli *cli, struct fault *ret_fault)
{
    if (cli->roster)
        return CODE_OK;
    if (access(cli->directory, F_OK) != 0)
        return fault_set(
            ret_fault, CODE_NOT_FOUND, "",
            "there is no region in %s; make and start one with `ccrag up --region DIR`, or name another "
            "folder with --region or CCRAG_REGION",
            cli->directory);
    enum code code = CODE_OK;
    if (!cli->region)
        code = region_open(cli->directory, "operator", environ, &cli->region, ret_fault);
    struct file_stamp stamp = {0};
    if (code == CODE_OK)
        code = region_read_roster(cli->region, 0, &stamp, &cli->roster, ret_fault);
    return code;
}

/* A service of this machine that is stopped is found out at once, and not by waiting for its answer. */
static bool is_stopped_here(const struct cli *cli, const char *service, const char *endpoint)
{
    if (!strstr(endpoint, "//127.") && !strstr(endpoint, "//localhost") && !strstr(endpoint, "//[::1]"))
        return false;
    return !daemon_runs(cli->directory, service, NULL);
}

static enum code dial(struct cli *cli, const char *service, struct client **ret_client,
                      struct fault *ret_fault)
{
    const char *endpoint = region_endpoint(cli->region, service);
    struct client_options options = {
        .service = service, .endpoint = endpoint, .pair = *region_pair(cli->region)};
    if (!endpoint || !client_find_keys(cli->roster, &options))
        return fault_set(ret_fault, CODE_NOT_FOUND, "service",
                         "this region has no service \"%s\"; `ccrag roster show` lists those it has",
                         service);
    if (is_stopped_here(cli, service, endpoint))
        return fault_set(
            ret_fault, CODE_UNAVAILABLE, "",
            "the region in %s is stopped (its %s does not run); start it with `ccrag up --region %s`",
            cli->directory, service, cli->directory);
    return client_create(cli->world, &options, ret_client, ret_fault);
}

enum code cli_client(struct cli *cli, const char *service, struct client **ret_client,
                     struct fault *ret_fault)
{
    size_t free_slot = CLI_CLIENTS_MAX;
    for (size_t i = CLI_CLIENTS_MAX; i-- > 0;) {
        if (cli->clients[i].client && strcmp(cli->clients[i].service, service) == 0) {
            *ret_client = cli->clients[i].client;
            return CODE_OK;
        }
        if (!cli->clients[i].client)
            free_slot = i;
    }
    enum code code = cli_open(cli, ret_fault);
    if (code != CODE_OK)
        return code;
    if (!cli_world(cli) || free_slot == CLI_CLIENTS_MAX)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no more connections can be made");
    code = dial(cli, service, ret_client, ret_fault);
    if (code == CODE_OK) {
        cli->clients[free_slot].service = arena_text(&cli->arena, service);
        cli->clients[free_slot].client = *ret_client;
    }
    return code;
}

/* Of what every service serves, the registry is asked. NULL: several serve it, and none was named. */
static const char *service_of(const char *method)
{
    static const char *const everyones[] = {"ccrag.v1.FeedService/", "ccrag.v1.OperateService/"};
    for (size_t i = 0; i < sizeof everyones / sizeof everyones[0]; i++)
        if (strncmp(method, everyones[i], strlen(everyones[i])) == 0)
            return "registry";
    return region_service_of(method);
}

enum code cli_call_options(struct cli *cli, bool command, uint32_t deadline_ms,
                           struct call_options *ret_options, struct fault *ret_fault)
{
    if (cli->as && !cli->claim) {
        enum code code = session_claim(cli, cli->as, &cli->claim, ret_fault);
        if (code != CODE_OK)
            return code;
    }
    *ret_options = (struct call_options){.deadline_ms = deadline_ms, .claim = cli->claim, .command = command};
    return CODE_OK;
}

enum code cli_call(struct cli *cli, const char *service, const char *method, const ProtobufCMessage *request,
                   const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    return cli_call_within(cli, service, method, request, 0, ret_response, ret_fault);
}

enum code cli_call_within(struct cli *cli, const char *service, const char *method,
                          const ProtobufCMessage *request, uint32_t deadline_ms,
                          const ProtobufCMessage **ret_response, struct fault *ret_fault)
{
    const char *full = arena_format(&cli->arena, "ccrag.v1.%s", method);
    const struct wire_method *known = full ? wire_method_find(full) : NULL;
    if (!known)
        return fault_set(ret_fault, CODE_UNIMPLEMENTED, "",
                         "there is no method %s; `ccrag methods` lists them", method);
    service = service ? service : service_of(full);
    if (!service)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "service",
                         "several services serve %s: name one of them", method);
    struct client *client;
    struct call_options options;
    enum code code = cli_client(cli, service, &client, ret_fault);
    if (code == CODE_OK)
        code = cli_call_options(cli, !known->reads_only, deadline_ms, &options, ret_fault);
    if (code != CODE_OK)
        return code;
    struct client_answer answer = {0};
    for (int i = 0;; i++) {
        code = client_call_wait(client, full, request, &options, &cli->arena, ret_response, &answer);
        /* It has not read yet what another service stored a moment ago. */
        if (code != CODE_UNAVAILABLE || strcmp(answer.fault.field, "at_least") != 0 || i == CAUGHT_UP_TRIES)
            break;
        usleep(CAUGHT_UP_US);
    }
    if (code != CODE_OK && ret_fault) {
        *ret_fault = answer.fault;
        ret_fault->code = code;
    }
    cli->conflict = code == CODE_ABORTED ? answer.conflict : NULL;
    cli->too_much = code == CODE_RESOURCE_EXHAUSTED && answer.retry_after_ms == 0;
    return code;
}

void cli_finish(struct cli *cli)
{
    for (size_t i = 0; i < CLI_CLIENTS_MAX; i++)
        client_destroy(cli->clients[i].client);
    roster_destroy(cli->roster);
    region_destroy(cli->region);
    world_destroy(cli->world);
    arena_finish(&cli->arena);
}

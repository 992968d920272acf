/* `ccrag up`, `down`, `config`: a region's folder and its services as processes of this machine. How they do
 * is in status.c. */

#include "services/cli/daemons.h"
#include "services/cli/groups.h"
#include "services/cli/show.h"
#include "services/cli/status.h"

#include "common/service/region.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PORTS_FIRST = 8000,
    PORTS_EACH = 100, /* of one region: services from the first on, metrics from the 50th on */
    PORTS_SLOTS = 240,
    PORTS_TRIED = 12, /* services, then as many metrics pages */
    READY_SECONDS = 60,
    STOP_SECONDS = 60,
    POLL_US = 50 * 1000,
};

static bool port_is_free(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    bool free_now = file >= 0 && bind(file, (struct sockaddr *)&address, sizeof address) == 0;
    if (file >= 0)
        close(file);
    return free_now;
}

/* Ports for a new region: regions with different --port get different ones, and those in use are passed over.
 */
static uint16_t choose_ports(int64_t port)
{
    for (int64_t i = 0; i < PORTS_SLOTS; i++) {
        uint16_t base = (uint16_t)(PORTS_FIRST + (port + i) % PORTS_SLOTS * PORTS_EACH);
        bool all = true;
        for (uint16_t p = 0; p < PORTS_TRIED && all; p++)
            all = port_is_free((uint16_t)(base + p)) && port_is_free((uint16_t)(base + PORTS_EACH / 2 + p));
        if (all)
            return base;
    }
    return 0;
}

static int not_written(struct cli *cli, const struct fault *fault)
{
    int status = cli_fail(cli, fault);
    return fault->code == CODE_INTERNAL ? EX_CANTCREAT : status;
}

static int make_region(struct cli *cli)
{
    struct fault fault = {0};
    int64_t port;
    if (!cli_number(cli, "port", 1, UINT16_MAX, 8080, &port))
        return EX_USAGE;
    char *conf = arena_format(&cli->arena, "%s/region.conf", cli->directory);
    if (!conf || access(conf, F_OK) == 0)
        return EX_OK;
    uint16_t base = choose_ports(port);
    if (base == 0)
        return cli_complain(EX_UNAVAILABLE, "no run of free ports is left on loopback");
    const char *name = cli_option(cli, "name");
    struct region_init_options options = {cli->directory, name ? name : "region", base};
    if (!cli_world(cli))
        return EX_OSERR;
    if (region_init(cli->world, &options, &fault) != CODE_OK)
        return not_written(cli, &fault);
    if (!cli->json)
        printf("Made the region in %s: keys, a signed roster, services on loopback from port %u.\n",
               cli->directory, base);
    return EX_OK;
}

static int64_t now_us(struct cli *cli)
{
    return world_mono_us(cli->world);
}

/* One that answers, and cannot write the file by which it is found, says so. */
static int complain_late(struct cli *cli, const char *service)
{
    struct fault fault = {0};
    const Pb__GetStatusResponse *status;
    if (daemon_lives(cli->directory, service, NULL) && !daemon_runs(cli->directory, service, NULL) &&
        status_ask(cli, service, &status, &fault) == CODE_OK && status->ready)
        return cli_complain(
            EX_CANTCREAT,
            "%s runs, but %s/run/%s.pid cannot be written: is the disk full? `ccrag down` stops it", service,
            cli->directory, service);
    return cli_complain(EX_TEMPFAIL, "%s was not ready within %d seconds; its log is %s/log/%s.log", service,
                        READY_SECONDS, cli->directory, service);
}

/* Until the service says that it is ready, or ends. */
static int await_ready(struct cli *cli, const char *service, pid_t child)
{
    int64_t until = now_us(cli) + (int64_t)READY_SECONDS * 1000000;
    char what[64];
    snprintf(what, sizeof what, "waiting for %s", service);
    struct progress progress = {.what = what};
    struct fault fault = {0};
    for (size_t turn = 0; now_us(cli) < until; turn++) {
        const Pb__GetStatusResponse *status;
        if (daemon_runs(cli->directory, service, NULL) &&
            status_ask(cli, service, &status, &fault) == CODE_OK && status->ready) {
            progress_finish(&progress);
            if (!cli->json)
                printf("%s is ready.\n", service);
            return EX_OK;
        }
        /* One that was on its way out when it was looked for. */
        if (child == 0 && !daemon_lives(cli->directory, service, NULL) &&
            daemon_start(cli->directory, service, &cli->arena, &child, &fault) != CODE_OK)
            return not_written(cli, &fault);
        int ended;
        if (child > 0 && waitpid(child, &ended, WNOHANG) == child) {
            progress_finish(&progress);
            return cli_complain(EX_UNAVAILABLE, "%s ended at once: %s (all of it is in %s/log/%s.log)",
                                service, daemon_last_words(cli->directory, service, &cli->arena),
                                cli->directory, service);
        }
        progress_show(&progress, now_us(cli), turn / 20, READY_SECONDS);
        usleep(POLL_US);
    }
    progress_finish(&progress);
    return complain_late(cli, service);
}

static int run_up(struct cli *cli)
{
    struct fault fault = {0};
    int status = make_region(cli);
    if (status == EX_OK && cli_open(cli, &fault) != CODE_OK)
        status = cli_fail(cli, &fault);
    if (status != EX_OK || !cli_world(cli))
        return status ? status : EX_OSERR;
    if (!daemon_program("registry", &cli->arena))
        return cli_complain(EX_UNAVAILABLE, "ccrag-registry is not beside ccrag; build or install it first");
    pid_t children[16] = {0};
    const char *service;
    for (size_t i = 0; (service = daemon_at(i)) && i < 16; i++) {
        if (!daemon_program(service, &cli->arena) || !region_endpoint(cli->region, service))
            continue;
        if (!daemon_lives(cli->directory, service, NULL) &&
            daemon_start(cli->directory, service, &cli->arena, &children[i], &fault) != CODE_OK)
            return not_written(cli, &fault);
    }
    for (size_t i = 0; (service = daemon_at(i)) && status == EX_OK; i++)
        if (daemon_program(service, &cli->arena) && region_endpoint(cli->region, service))
            status = await_ready(cli, service, children[i]);
    return status;
}

static int stop_one(struct cli *cli, const char *service)
{
    pid_t pid;
    if (!daemon_lives(cli->directory, service, &pid))
        return EX_OK;
    if (kill(pid, SIGTERM) != 0)
        return cli_complain(EX_NOPERM, "%s (process %ld) cannot be stopped: %s", service, (long)pid,
                            strerror(errno));
    char what[64];
    snprintf(what, sizeof what, "stopping %s", service);
    struct progress progress = {.what = what};
    for (int turn = 0; turn < STOP_SECONDS * (1000000 / POLL_US); turn++) {
        if (!daemon_lives(cli->directory, service, NULL)) {
            progress_finish(&progress);
            if (!cli->json)
                printf("%s is stopped.\n", service);
            return EX_OK;
        }
        progress_show(&progress, now_us(cli), (size_t)turn / 20, STOP_SECONDS);
        usleep(POLL_US);
    }
    progress_finish(&progress);
    return cli_complain(EX_TEMPFAIL, "%s (process %ld) did not stop within %d seconds", service, (long)pid,
                        STOP_SECONDS);
}

static int run_down(struct cli *cli)
{
    if (access(cli->directory, F_OK) != 0)
        return cli_complain(EX_NOINPUT, "there is no region in %s", cli->directory);
    if (!cli_world(cli))
        return EX_OSERR;
    size_t count = 0;
    int status = EX_OK;
    while (daemon_at(count))
        count++;
    while (count-- > 0) {
        int one = stop_one(cli, daemon_at(count));
        status = one != EX_OK ? one : status;
    }
    return status;
}

static int run_config(struct cli *cli)
{
    (void)cli;
    static const struct show_column COLUMNS[] = {
        {"Key", false, false}, {"Preset", false, false}, {"Meaning", true, false}};
    size_t count;
    const struct config_key *keys = region_config_keys(&count);
    const char **cells = arena_array(&cli->arena, const char *, count * 3 + 1);
    for (size_t i = 0; cells && i < count; i++) {
        cells[i * 3] = keys[i].name;
        cells[i * 3 + 1] = keys[i].preset ? keys[i].preset : "(required)";
        cells[i * 3 + 2] = keys[i].meaning;
    }
    if (cells)
        show_table(stdout, COLUMNS, 3, cells, count, "There are none.");
    return EX_OK;
}

static const struct cli_option UP_OPTIONS[] = {
    {.name = "port",
     .value = "N",
     .meaning =
         "Which ports a new region takes; regions that run side by side need different numbers (8080)."},
    {.name = "name", .value = "NAME", .meaning = "What a new region is called in its roster (region)."},
    {.name = "empty", .meaning = "Leave a new region empty. It always is: `ccrag demo` fills one."},
    {0},
};

const struct cli_command REGION_COMMANDS[] = {
    {.words = "up",
     .summary = "Start the region, making it first where there is none.",
     .details = "Makes keys, a signed roster and a configuration in the region's folder when it has none, "
                "starts its "
                "services on this machine, and returns when each is ready. Services that run already are "
                "left alone. "
                "Their output goes to DIR/log/NAME.log.",
     .options = UP_OPTIONS,
     .run = run_up},
    {.words = "down",
     .summary = "Stop the region's services on this machine.",
     .details = "Each finishes what it has, commits and ends. Nothing is lost by it.",
     .run = run_down},
    {.words = "status",
     .summary = "Show how each service does: ready, journal, how far behind, how full, since when.",
     .details = "Ends with status 69 when a service does not answer or is not ready.",
     .run = run_status},
    {.words = "config",
     .summary = "List the keys of region.conf, with preset and meaning.",
     .details = "The environment overrides the file: registry.endpoint is CCRAG_REGISTRY_ENDPOINT.",
     .run = run_config},
    {0},
};

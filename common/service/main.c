/* The whole main of a service: arguments, region, real world, loop, signals, the file that says that it is
 * ready.
 *
 * In: argc and argv. Out: an exit status of sysexits.h. Everything of the operating system that the frame
 * needs besides the world is here and in metrics.c, so that the rest runs in a simulated one too. */

#include "common/service/internal.h"
#include "common/service/metrics.h"
#include "common/world/real.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* --- arguments --------------------------------------------------------------------------------------- */

enum { KEY_REGION = 'r', KEY_LOG_JSON = 1000, KEY_VERSION = 'V' };

struct arguments {
    const char *region;
    bool log_json;
    const struct service_options *options;
};

static const struct argp_option argument_table[] = {
    {"region", KEY_REGION, "DIR", 0, "The region's folder (else CCRAG_REGION, else ./region)", 0},
    {"log-json", KEY_LOG_JSON, NULL, 0, "Write log lines as JSON objects", 0},
    {"version", KEY_VERSION, NULL, 0, "Print the release", -1},
    {0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        if (arguments->options->arguments)
            state->child_inputs[0] = arguments->options->context;
        return 0;
    case KEY_REGION:
        arguments->region = value;
        return 0;
    case KEY_LOG_JSON:
        arguments->log_json = true;
        return 0;
    case KEY_VERSION:
        puts(CCRAG_VERSION);
        exit(EX_OK);
    case ARGP_KEY_ARG:
        argp_error(state, "it takes no arguments but options");
        return EINVAL;
    default: /* a key of argp's own */
        return ARGP_ERR_UNKNOWN;
    }
}

static void read_arguments(int argc, char **argv, const struct service_options *options,
                           struct arguments *ret_arguments)
{
    const struct argp_child children[] = {{.argp = options->arguments}, {0}};
    const struct argp argp = {.options = argument_table,
                              .parser = parse,
                              .children = children,
                              .doc = "One of a region's services. It runs until SIGTERM or SIGINT, and then "
                                     "finishes what it was asked."};
    const char *given = getenv("CCRAG_REGION");
    *ret_arguments = (struct arguments){.region = given && given[0] ? given : "region", .options = options};
    argp_parse(&argp, argc, argv, 0, NULL, ret_arguments);
}

static int exit_status(enum code code)
{
    switch (code) {
    case CODE_OK:
        return EX_OK;
    case CODE_NOT_FOUND:
    case CODE_INVALID_ARGUMENT:
    case CODE_FAILED_PRECONDITION:
    case CODE_OUT_OF_RANGE:
    case CODE_ALREADY_EXISTS:
        return EX_CONFIG;
    case CODE_PERMISSION_DENIED:
    case CODE_UNAUTHENTICATED:
        return EX_NOPERM;
    case CODE_RESOURCE_EXHAUSTED:
    case CODE_UNAVAILABLE:
    case CODE_DEADLINE_EXCEEDED:
    case CODE_ABORTED:
    case CODE_CANCELLED:
        return EX_UNAVAILABLE;
    case CODE_DATA_LOSS:
        return EX_DATAERR;
    case CODE_UNKNOWN:
    case CODE_UNIMPLEMENTED:
    case CODE_INTERNAL:
        return EX_SOFTWARE;
    }
    return EX_SOFTWARE;
}

/* --- signals: a thread waits for them, so that no handler interrupts anything ------------------------ */

struct signals {
    sigset_t ending;
    struct world *world;
    atomic_bool stop;
    pthread_t thread;
    bool started;
};

static void *wait_for_signal(void *context)
{
    struct signals *signals = context;
    int number;
    sigwait(&signals->ending, &number);
    atomic_store(&signals->stop, true);
    world_wake(signals->world);
    return NULL;
}

/* Before any other thread starts, so that all of them leave these signals alone. */
static void signals_block(struct signals *signals)
{
    sigemptyset(&signals->ending);
    sigaddset(&signals->ending, SIGTERM);
    sigaddset(&signals->ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals->ending, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static enum code signals_start(struct signals *signals, struct world *world, struct fault *ret_fault)
{
    signals->world = world;
    if (pthread_create(&signals->thread, NULL, wait_for_signal, signals) != 0)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no thread for signals");
    signals->started = true;
    return CODE_OK;
}

static void signals_end(struct signals *signals)
{
    if (!signals->started)
        return;
    if (!atomic_load(&signals->stop))
        pthread_kill(signals->thread, SIGTERM);
    pthread_join(signals->thread, NULL);
}

/* --- folders ------------------------------------------------------------------------------------------- */

/* A host may have been given the region's files and its keys, and nothing besides. */
static enum code make_folders(const struct region *region, struct fault *ret_fault)
{
    static const char *const names[] = {"store", "run"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", region_directory(region), names[i]);
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return fault_set(ret_fault, CODE_PERMISSION_DENIED, "", "%.160s cannot be made: %s", path,
                             strerror(errno));
    }
    return CODE_OK;
}

/* --- ready ------------------------------------------------------------------------------------------- */

static void pid_path(const struct service *service, char ret_path[PATH_MAX])
{
    const struct service_options *options = &service->options;
    snprintf(ret_path, PATH_MAX, "%s/run/%s.pid", region_directory(service->region),
             options->instance ? options->instance : options->name);
}

/* The store is ours, so a file that is there is of a process that was killed. */
static void remove_pid(const struct service *service)
{
    char path[PATH_MAX];
    pid_path(service, path);
    unlink(path);
}

/* The file by which who started it knows that it is ready: where it cannot be written, written later. */
struct ready {
    bool written, told;
    int64_t next_us;
};

enum { PID_AGAIN_US = 1000 * 1000 };

static bool write_pid(const char *path)
{
    FILE *file = fopen(path, "we");
    bool written = file && fprintf(file, "%ld\n", (long)getpid()) > 0;
    return file && fclose(file) == 0 && written;
}

static void tell_ready(struct service *service, struct ready *ready)
{
    char path[PATH_MAX];
    int64_t now_us = world_mono_us(service->world);
    if (ready->written || now_us < ready->next_us || !service_is_ready(service, NULL, 0))
        return;
    pid_path(service, path);
    ready->written = write_pid(path);
    ready->next_us = now_us + PID_AGAIN_US;
    if (!ready->written && !ready->told)
        log_event(&service->log, LOG_WARNING, "pid-file-failed", "path", path, NULL);
    ready->told = true;
}

static void run(struct service *service, struct metrics *metrics, const struct signals *signals)
{
    struct ready ready = {0};
    remove_pid(service);
    while (!atomic_load(&signals->stop)) {
        service_turn(service);
        tell_ready(service, &ready);
        metrics_publish(metrics, service);
        world_wait(service->world, service_next_us(service));
    }
    service_stop(service);
    remove_pid(service);
}

static enum code serve(struct region *region, const struct service_options *options, struct signals *signals,
                       struct fault *ret_fault)
{
    const struct config *config = region_config(region);
    struct world_real_options threads = {
        .search_threads = (unsigned)config_number(config, "matching.search-threads"),
        .slow_threads = (unsigned)config_number(config, "slow.threads"),
    };
    struct world *world = NULL;
    struct service *service = NULL;
    struct metrics *metrics = NULL;
    enum code code = world_real_create(&threads, &world);
    if (code != CODE_OK)
        return fault_set(ret_fault, code, "", "the world of links and threads cannot be made");
    code = metrics_create(config_text(config, "metrics.address"), region_metrics_port(region, options->name),
                          &metrics, ret_fault);
    if (code == CODE_OK)
        code = signals_start(signals, world, ret_fault);
    if (code == CODE_OK)
        code = service_create(world, region, options, &service, ret_fault);
    if (code == CODE_OK)
        run(service, metrics, signals);
    signals_end(signals);
    metrics_destroy(metrics);
    service_destroy(service);
    world_destroy(world);
    return code;
}

static int64_t wall_ms(void *clock)
{
    (void)clock;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return INT64_C(1000) * now.tv_sec + now.tv_nsec / 1000000;
}

/* What a batch or an answer takes is freed and taken again in a moment: given back to the kernel meanwhile,
 * it would be cleared each time, a huge page at once. */
enum { MEMORY_MAPPED_BYTES = 8 << 20, MEMORY_KEPT_BYTES = 64 << 20 };

static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, MEMORY_MAPPED_BYTES);
    mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT_BYTES);
}

int service_main(int argc, char **argv, const struct service_options *options)
{
    struct arguments arguments;
    struct signals signals = {0};
    struct region *region = NULL;
    struct fault fault = {0};
    read_arguments(argc, argv, options, &arguments);
    keep_memory();
    signals_block(&signals);
    struct log log = {.service = options->name,
                      .descriptor = 2,
                      .least = LOG_INFO,
                      .json = arguments.log_json,
                      .now_ms = wall_ms};
    enum code code = region_open(arguments.region, options->name, environ, &region, &fault);
    if (code == CODE_OK) {
        const struct config *config = region_config(region);
        struct service_options with_log = *options;
        log.json = log.json || config_flag(config, "log.json");
        log.least = config_flag(config, "log.debug") ? LOG_DEBUG : LOG_INFO;
        with_log.log = &log;
        code = make_folders(region, &fault);
        if (code == CODE_OK)
            code = serve(region, &with_log, &signals, &fault);
    }
    if (code != CODE_OK)
        log_event(&log, LOG_ERROR, "not-started", "code", code_name(code), "field", fault.field, "reason",
                  fault.reason, NULL);
    region_destroy(region);
    return exit_status(code);
}

/* The simulation's program: runs schedules, one seed after another, and reports what they went through.
 *
 * In: options. Out: a report; the first seed whose invariants did not hold, with the command that replays it;
 * exit status 1 then. With --plant the fault must be found: not finding it is the failure. */

#include "tests/sim/region.h"
#include "tests/sim/schedule.h"

#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

struct arguments {
    uint64_t seed;
    unsigned long schedules;
    double minutes;
    enum plant plant;
    bool plants, trace, twice;
};

enum { SCHEDULES_DEFAULT = 200 };

static const struct argp_option options[] = {
    {"seed", 's', "N", 0, "Run this schedule alone; with --schedules the first of them", 0},
    {"schedules", 'n', "N", 0, "So many schedules (200)", 0},
    {"minutes", 'm', "N", 0, "As many as run in so many minutes", 0},
    {"plant", 'p', "NAME", 0, "Plant a fault, which must be found", 0},
    {"plants", 'P', NULL, 0, "Each of the faults in turn: TAP lines", 0},
    {"trace", 't', NULL, 0, "Print all that happens", 0},
    {"twice", '2', NULL, 0, "Run each schedule twice: both must be the same to the byte", 0},
    {0}};

static const struct plant_text {
    const char *name, *what, *invariant;
} plant_texts[] = {{"none", "", ""},
#define X(name, option, what, invariant) {option, what, invariant},
                   PLANTS(X)
#undef X
};
enum { PLANT_COUNT = sizeof plant_texts / sizeof plant_texts[0] };

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 's':
        arguments->seed = strtoull(value, NULL, 0);
        if (arguments->schedules == SCHEDULES_DEFAULT)
            arguments->schedules = 1;
        return 0;
    case 'n':
        arguments->schedules = strtoul(value, NULL, 0);
        return 0;
    case 'm':
        arguments->minutes = strtod(value, NULL);
        arguments->schedules = ULONG_MAX;
        return 0;
    case 'p':
        for (unsigned i = 1; i < PLANT_COUNT; i++)
            if (strcmp(plant_texts[i].name, value) == 0)
                arguments->plant = (enum plant)i;
        if (arguments->plant == PLANT_NONE) {
            for (unsigned i = 1; i < PLANT_COUNT; i++)
                fprintf(stderr, "%-14s %s (%s)\n", plant_texts[i].name, plant_texts[i].what,
                        plant_texts[i].invariant);
            argp_error(state, "no fault is named %s", value);
        }
        return 0;
    case 'P':
        arguments->plants = true;
        return 0;
    case 't':
        arguments->trace = true;
        return 0;
    case '2':
        arguments->twice = true;
        return 0;
    default: /* a key of argp's own */
        return ARGP_ERR_UNKNOWN;
    }
}

/* --- the trace
 * -------------------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    for (; size >= 8; size -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    for (; size > 0; size--)
        hash = (hash ^ *bytes++) * UINT64_C(1099511628211);
    return hash;
}

void sim_trace(struct sim *sim, unsigned node, const char *what, uint64_t number, struct span bytes)
{
    sim->trace = mix(sim->trace, &sim->now_us, sizeof sim->now_us);
    sim->trace = mix(sim->trace, &node, sizeof node);
    sim->trace = mix(sim->trace, what, strlen(what));
    sim->trace = mix(sim->trace, &number, sizeof number);
    sim->trace = mix(sim->trace, bytes.data, bytes.size);
    if (sim->print_trace)
        printf("%12.6f %-16s %s %llu (%zu bytes) %016llx\n", (double)sim->now_us / 1e6, sim->nodes[node].name,
               what, (unsigned long long)number, bytes.size, (unsigned long long)sim->trace);
}

void sim_fail(struct sim *sim, const char *invariant, const char *format, ...)
{
    if (sim->failed)
        return;
    va_list arguments;
    va_start(arguments, format);
    sim->failed = true;
    snprintf(sim->invariant, sizeof sim->invariant, "%s", invariant);
    vsnprintf(sim->failure, sizeof sim->failure, format, arguments);
    va_end(arguments);
}

/* --- running
 * ----------------------------------------------------------------------------------------------------------
 */

struct run {
    const struct arguments *arguments;
    const struct sim_region *region;
    uint64_t counts[SIM_COUNTS];
    unsigned long schedules;
    uint64_t trace; /* of all schedules together */
    struct sim last;
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run_one(struct run *run, uint64_t seed, enum plant plant)
{
    struct sim *sim = &run->last;
    memset(sim, 0, sizeof *sim);
    sim->seed = seed;
    sim->plant = plant;
    sim->print_trace = run->arguments->trace;
    sim->region = run->region;
    schedule_run(sim);
    run->schedules++;
    run->trace = mix(run->trace, &sim->trace, sizeof sim->trace);
    for (unsigned i = 0; i < SIM_COUNTS; i++)
        run->counts[i] += sim->counts[i];
}

/* Schedules from the first seed on, until one fails; true: none did. */
static bool run_all(struct run *run, enum plant plant)
{
    const struct arguments *arguments = run->arguments;
    double end = seconds() + arguments->minutes * 60;
    for (unsigned long i = 0; i < arguments->schedules && (!arguments->minutes || seconds() < end); i++) {
        run_one(run, arguments->seed + i, plant);
        uint64_t trace = run->last.trace;
        if (run->last.failed)
            return false;
        if (!arguments->twice)
            continue;
        run_one(run, arguments->seed + i, plant);
        if (run->last.trace != trace)
            sim_fail(&run->last, "replays", "traces %016llx and %016llx", (unsigned long long)trace,
                     (unsigned long long)run->last.trace);
        if (run->last.failed)
            return false;
    }
    return true;
}

static const char *const count_texts[] = {
#define X(name, text) text,
    COUNTS(X)
#undef X
};

static void report(const struct run *run, double spent)
{
    printf("%lu schedules in %.1f s (%.0f a minute)\n", run->schedules, spent,
           (double)run->schedules * 60 / spent);
    for (unsigned i = 0; i < SIM_COUNTS; i++)
        printf("%12llu  %s\n", (unsigned long long)run->counts[i], count_texts[i]);
    printf("trace %016llx\n", (unsigned long long)run->trace);
}

static void report_failure(const struct run *run, enum plant plant)
{
    const struct sim *sim = &run->last;
    printf("seed %llu: %s: %s\n", (unsigned long long)sim->seed, sim->invariant, sim->failure);
    printf("again: tests/sim/run --seed %llu%s%s\n", (unsigned long long)sim->seed, plant ? " --plant " : "",
           plant ? plant_texts[plant].name : "");
}

/* Every planted fault must be found, by the invariant that is there for it. */
static int run_plants(struct run *run)
{
    int status = EX_OK;
    for (unsigned plant = 1; plant < PLANT_COUNT; plant++) {
        const struct plant_text *text = &plant_texts[plant];
        bool found = !run_all(run, (enum plant)plant);
        bool right = found && strcmp(run->last.invariant, text->invariant) == 0;
        printf("%s - %s: %s is noticed by %s\n", right ? "ok" : "not ok", text->name, text->what,
               text->invariant);
        if (found)
            printf("# %s, seed %llu: %s\n", run->last.invariant, (unsigned long long)run->last.seed,
                   run->last.failure);
        fflush(stdout);
        if (!right)
            status = EXIT_FAILURE;
    }
    return status;
}

static int run_and_report(struct run *run)
{
    enum plant plant = run->arguments->plant;
    if (run->arguments->plants)
        return run_plants(run);
    double began = seconds();
    bool good = run_all(run, plant);
    report(run, seconds() - began);
    if (!good)
        report_failure(run, plant);
    printf("%s - sim: %lu schedules%s%s\n", good == (plant == PLANT_NONE) ? "ok" : "not ok", run->schedules,
           plant ? ", planted: " : "", plant ? plant_texts[plant].name : "");
    return good == (plant == PLANT_NONE) ? EX_OK : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const struct argp argp = {.options = options,
                              .parser = parse,
                              .doc = "Runs the registry, its followers and clients under virtual time and "
                                     "seeded faults, and checks the invariants after each schedule."};
    struct arguments arguments = {.seed = 1, .schedules = SCHEDULES_DEFAULT};
    char directory[60];
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    signal(SIGPIPE, SIG_IGN);
    static struct sim_region region;
    snprintf(directory, sizeof directory, "/dev/shm/ccrag-sim-%ld", (long)getpid());
    if (!sim_region_create(&region, directory))
        return EX_CANTCREAT;
    struct run *run = calloc(1, sizeof *run);
    int status = EX_OSERR;
    if (run) {
        run->arguments = &arguments;
        run->region = &region;
        status = run_and_report(run);
    }
    free(run);
    sim_region_remove(&region);
    return status;
}

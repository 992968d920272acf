/* The simulation's program: runs schedules, one seed after another, and reports what they went through.
 *
 * In: options. Out: a report; the first seed whose invariants did not hold, with the command that replays it;
 * exit status 1 then. With --plant the fault must be found: not finding it is the failure. */

#include "tests/sim/region.h"
#include "tests/sim/schedule.h"

#include <argp.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

struct arguments {
    uint64_t seed;
    unsigned long schedules;
    double minutes;
    enum plant plant;
    bool one_seed, plants, trace, twice;
    unsigned jobs;
};

enum { SCHEDULES_DEFAULT = 200, JOBS_MAX = 64 };

static const struct argp_option options[] = {
    {"seed", 's', "N", 0, "Run this schedule alone; with --schedules the first of them", 0},
    {"schedules", 'n', "N", 0, "So many schedules (200)", 0},
    {"minutes", 'm', "N", 0, "As many as run in so many minutes", 0},
    {"plant", 'p', "NAME", 0, "Plant a fault, which must be found", 0},
    {"plants", 'P', NULL, 0, "Each of the faults in turn: TAP lines", 0},
    {"trace", 't', NULL, 0, "Print all that happens", 0},
    {"jobs", 'j', "N", 0, "Processes that share the schedules (one for each core)", 0},
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
        arguments->one_seed = true;
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
    case 'j':
        arguments->jobs = (unsigned)strtoul(value, NULL, 0);
        if (arguments->jobs < 1 || arguments->jobs > JOBS_MAX)
            argp_error(state, "--jobs takes 1 to %d", JOBS_MAX);
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

/* --- the trace --------------------------------------------------------------------------------------- */

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
    if (sim->failed || (sim->only && strcmp(sim->only, invariant) != 0))
        return;
    va_list arguments;
    va_start(arguments, format);
    sim->failed = true;
    snprintf(sim->invariant, sizeof sim->invariant, "%s", invariant);
    vsnprintf(sim->failure, sizeof sim->failure, format, arguments);
    va_end(arguments);
}

/* --- running ----------------------------------------------------------------------------------------- */

/* Of one process, or of all together. */
struct run {
    const struct arguments *arguments;
    uint64_t counts[SIM_COUNTS];
    unsigned long schedules;
    uint64_t trace; /* of all schedules, in whatever order they ran */
    bool failed;
    uint64_t failed_seed;
    char invariant[40], failure[600];
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Runs one; its trace. */
static uint64_t run_one(struct run *run, const struct sim_region *region, uint64_t seed, enum plant plant)
{
    static struct sim sim;
    memset(&sim, 0, sizeof sim);
    sim.seed = seed;
    sim.plant = plant;
    sim.only = plant == PLANT_NONE ? NULL : plant_texts[plant].invariant;
    sim.print_trace = run->arguments->trace;
    sim.region = region;
    schedule_run(&sim);
    run->schedules++;
    run->trace += mix(seed, &sim.trace, sizeof sim.trace);
    for (unsigned i = 0; i < SIM_COUNTS; i++)
        run->counts[i] += sim.counts[i];
    if (!sim.failed || run->failed)
        return sim.trace;
    run->failed = true;
    run->failed_seed = seed;
    memcpy(run->invariant, sim.invariant, sizeof run->invariant);
    memcpy(run->failure, sim.failure, sizeof run->failure);
    return sim.trace;
}

static void run_twice(struct run *run, const struct sim_region *region, uint64_t seed, enum plant plant)
{
    uint64_t first = run_one(run, region, seed, plant), second = run_one(run, region, seed, plant);
    if (first == second || run->failed)
        return;
    run->failed = true;
    run->failed_seed = seed;
    snprintf(run->invariant, sizeof run->invariant, "replays");
    snprintf(run->failure, sizeof run->failure, "traces %016llx and %016llx", (unsigned long long)first,
             (unsigned long long)second);
}

/* Every `jobs`-th schedule from the first seed + `job` on, until one fails, here or elsewhere. */
static void run_share(struct run *run, unsigned job, unsigned jobs, enum plant plant, atomic_bool *stop)
{
    const struct arguments *arguments = run->arguments;
    struct sim_region region;
    char directory[60];
    double end = seconds() + arguments->minutes * 60;
    snprintf(directory, sizeof directory, "/dev/shm/ccrag-sim-%ld", (long)getpid());
    if (!sim_region_create(&region, directory))
        exit(EX_CANTCREAT);
    for (unsigned long i = job; i < arguments->schedules && !run->failed && !atomic_load(stop); i += jobs) {
        if (arguments->minutes > 0 && seconds() > end)
            break;
        if (arguments->twice)
            run_twice(run, &region, arguments->seed + i, plant);
        else
            run_one(run, &region, arguments->seed + i, plant);
    }
    if (run->failed)
        atomic_store(stop, true);
    sim_region_remove(&region);
}

static void add_run(struct run *all, const struct run *part)
{
    all->schedules += part->schedules;
    all->trace += part->trace;
    for (unsigned i = 0; i < SIM_COUNTS; i++)
        all->counts[i] += part->counts[i];
    if (!part->failed || (all->failed && all->failed_seed < part->failed_seed))
        return;
    all->failed = true;
    all->failed_seed = part->failed_seed;
    memcpy(all->invariant, part->invariant, sizeof all->invariant);
    memcpy(all->failure, part->failure, sizeof all->failure);
}

/* The schedules shared out to as many processes as there are cores. False: a process did not end well. */
static bool run_all(struct run *all, enum plant plant)
{
    unsigned jobs = all->arguments->jobs;
    size_t size = sizeof(atomic_bool) + jobs * sizeof(struct run) + 64;
    uint8_t *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool good = shared != MAP_FAILED;
    if (!good)
        return false;
    atomic_bool *stop = (atomic_bool *)(void *)shared;
    struct run *runs = (struct run *)(void *)(shared + 64);
    pid_t children[JOBS_MAX];
    for (unsigned job = 0; job < jobs; job++) {
        runs[job].arguments = all->arguments;
        fflush(stdout);
        children[job] = fork();
        if (children[job] == 0) {
            run_share(&runs[job], job, jobs, plant, stop);
            exit(EX_OK);
        }
    }
    for (unsigned job = 0; job < jobs; job++) {
        int status = -1;
        good = waitpid(children[job], &status, 0) == children[job] && status == 0 && good;
        add_run(all, &runs[job]);
    }
    munmap(shared, size);
    return good;
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
    printf("seed %llu: %s: %s\n", (unsigned long long)run->failed_seed, run->invariant, run->failure);
    printf("again: tests/sim/run --seed %llu%s%s\n", (unsigned long long)run->failed_seed,
           plant ? " --plant " : "", plant ? plant_texts[plant].name : "");
}

/* Every planted fault must be found, by the invariant that is there for it. */
static int run_plants(const struct arguments *arguments)
{
    int status = EX_OK;
    for (unsigned plant = 1; plant < PLANT_COUNT; plant++) {
        const struct plant_text *text = &plant_texts[plant];
        struct run run = {.arguments = arguments};
        bool right = run_all(&run, (enum plant)plant) && run.failed;
        printf("%s - sim: %s: %s is noticed by %s\n", right ? "ok" : "not ok", text->name, text->what,
               text->invariant);
        if (run.failed)
            printf("# %s, seed %llu: %s\n", run.invariant, (unsigned long long)run.failed_seed, run.failure);
        fflush(stdout);
        if (!right)
            status = EXIT_FAILURE;
    }
    return status;
}

static int run_and_report(const struct arguments *arguments)
{
    enum plant plant = arguments->plant;
    struct run run = {.arguments = arguments};
    double began = seconds();
    bool ended = run_all(&run, plant);
    bool good = ended && run.failed == (plant != PLANT_NONE);
    report(&run, seconds() - began);
    if (run.failed)
        report_failure(&run, plant);
    printf("%s - sim: %lu schedules%s%s\n", good ? "ok" : "not ok", run.schedules, plant ? ", planted: " : "",
           plant ? plant_texts[plant].name : "");
    return good ? EX_OK : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const struct argp argp = {.options = options,
                              .parser = parse,
                              .doc =
                                  "Runs the registry, matching, followers and clients under virtual time and "
                                  "seeded faults, and checks the invariants after each schedule."};
    struct arguments arguments = {.seed = 1};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    arguments.jobs = cores < 1 ? 1 : cores > JOBS_MAX ? JOBS_MAX : (unsigned)cores;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (arguments.schedules == 0)
        arguments.schedules = arguments.one_seed ? 1 : SCHEDULES_DEFAULT;
    if (arguments.trace || arguments.schedules < arguments.jobs)
        arguments.jobs = 1;
    signal(SIGPIPE, SIG_IGN);
    /* A store that opens asks for megabytes of zeroes, of which it uses little: those that the system has
     * ready, and not what was given back before. */
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
    return arguments.plants ? run_plants(&arguments) : run_and_report(&arguments);
}

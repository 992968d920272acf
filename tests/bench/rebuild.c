/* How long a worker from nothing takes until it has read everything. `bench_rebuild REGION ccrag` starts what
 * does not run of the region with that program; without it, only waits until the worker that runs has read
 * everything. Figures: seconds, entries a second. */

#include "tests/bench/load.h"

#include "ccrag/v1/feed.pb-c.h"
#include "ccrag/v1/matching.pb-c.h"

#include "tests/bench/bench.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASK_EVERY_US = 5000, PATIENCE_S = 600 };

/* Where the registry's journal stands. */
static uint64_t newest(const char *region, struct arena *arena)
{
    struct load load;
    Pb__GetStatusRequest request = PB__GET_STATUS_REQUEST__INIT;
    load_open(&load, region, "registry");
    const Pb__GetStatusResponse *status =
        (const void *)load_call(&load, load.link, "ccrag.v1.FeedService/GetStatus", &request.base,
                                &pb__get_status_response__descriptor, arena);
    uint64_t sequence = status->position ? status->position->sequence : 0;
    load_close(&load);
    return sequence;
}

static uint64_t read_so_far(struct load *load, struct arena *arena)
{
    Pb__ListWorkersRequest request = PB__LIST_WORKERS_REQUEST__INIT;
    const Pb__ListWorkersResponse *list =
        (const void *)load_call(load, load->link, "ccrag.v1.MatchingService/ListWorkers", &request.base,
                                &pb__list_workers_response__descriptor, arena);
    if (list->n_workers == 0 || list->workers[0]->n_positions == 0 ||
        !list->workers[0]->positions[0]->position)
        return 0;
    return list->workers[0]->positions[0]->position->sequence;
}

int main(int argc, char **argv)
{
    struct load load;
    struct arena arena;
    BENCH_NEED(argc == 2 || argc == 3, "usage: bench_rebuild REGION [CCRAG]");
    arena_init(&arena, 16u << 20);
    uint64_t end = newest(argv[1], &arena);
    double began = bench_now();
    if (argc == 3) {
        pid_t starter = fork();
        if (starter == 0) {
            BENCH_NEED(freopen("/dev/null", "w", stdout), "no /dev/null");
            execl(argv[2], "ccrag", "--region", argv[1], "up", (char *)NULL);
            _exit(127);
        }
        int status = 0;
        BENCH_NEED(waitpid(starter, &status, 0) == starter && status == 0, "the worker does not start");
    }
    load_open(&load, argv[1], "matching");
    while (read_so_far(&load, &arena) < end) {
        BENCH_NEED(bench_now() - began < PATIENCE_S, "the worker does not come to the end");
        usleep(ASK_EVERY_US);
    }
    double took = bench_now() - began;
    if (argc == 3) {
        bench_say("rebuild_s", took);
        bench_say("rebuild_entries_per_s", (double)end / took);
        bench_say("rebuild_entries", (double)end);
        bench_say("rebuild_cpu_us", 1e6 * load_service_cpu(&load) / (double)end);
        bench_say("rebuild_mib", load_service_mib(&load));
    }
    load_close(&load);
    arena_finish(&arena);
    return 0;
}

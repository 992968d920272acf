/* A changed placement to the task it raises. `bench_tasks REGION COUNT` where a region's allocation is
 * published: so many placements are ended, one after the other, each the only one that the provision's LA has
 * there; from the command's answer until a follower of allocation's feed has the provision's task. Between
 * the two lie the registry's feed, allocation's copy and mark, its look with the rules, and its own feed. */

#include "tests/bench/load.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/domain/date.h"
#include "common/wire/wire.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/feed.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"

#include "tests/bench/bench.h"

#include <string.h>

enum { PAGE = 1000, PAUSE_MS = 3, PATIENCE_S = 30, SECONDS_A_DAY = 86400 };

/* A placement whose end raises a task. */
struct chosen {
    struct uuid provision;
    char placement[UUID_TEXT_BYTES], authority[16];
};

struct measuring {
    struct load load; /* its link is the registry's */
    struct load_link *allocation, *feed;
    struct arena arena;
    char today[DATE_TEXT_BYTES], yesterday[DATE_TEXT_BYTES];
    struct chosen *chosen;
    size_t wanted, count;
    uint64_t calls;
    uint64_t epoch, sequence, entitlement, horizon, newest;
    bool open;
    struct uuid awaited;
    double received; /* when its task came; 0: not yet */
};

/* --- following --------------------------------------------------------------------------------------- */

static void ask(struct measuring *measuring)
{
    Pb__FollowRequest request = PB__FOLLOW_REQUEST__INIT;
    Pb__Position after = PB__POSITION__INIT;
    after.epoch = measuring->epoch;
    after.sequence = measuring->sequence;
    request.after = &after;
    request.credit = FEED_CREDIT_MAX;
    request.entitlement = measuring->entitlement;
    request.horizon = measuring->horizon;
    arena_reset(&measuring->arena);
    load_send(&measuring->load, measuring->feed, "ccrag.v1.FeedService/Follow", ++measuring->calls, false,
              wire_pack(&request.base, &measuring->arena));
    measuring->open = true;
}

static void take_batch(struct measuring *measuring, struct span packed)
{
    ProtobufCMessage *message;
    arena_reset(&measuring->arena);
    BENCH_NEED(wire_unpack(&pb__follow_response__descriptor, packed, &measuring->arena, &message, NULL) ==
                   CODE_OK,
               "a batch cannot be read");
    const Pb__FollowResponse *batch = (const void *)message;
    if (!batch->through)
        return;
    for (size_t i = 0; i < batch->n_entries; i++) {
        const Pb__JournalEntry *entry = batch->entries[i];
        if (strcmp(entry->record_type, pb__allocation_task__descriptor.name) == 0 &&
            entry->key.len == UUID_BYTES &&
            memcmp(entry->key.data, measuring->awaited.bytes, UUID_BYTES) == 0)
            measuring->received = bench_now();
    }
    measuring->epoch = batch->through->epoch;
    measuring->sequence = batch->through->sequence;
    measuring->entitlement = batch->entitlement;
    measuring->horizon = batch->horizon;
    measuring->newest = batch->newest;
}

/* Everything that waits of the feed. */
static void follow(struct measuring *measuring)
{
    struct load_answer answer;
    while (load_take_waiting(&measuring->load, measuring->feed, &answer)) {
        take_batch(measuring, answer.body);
        measuring->open &= answer.more;
    }
    if (!measuring->open)
        ask(measuring);
}

/* For so long, and until all has been read. */
static void follow_for(struct measuring *measuring, double seconds)
{
    double began = bench_now();
    while (bench_now() - began < seconds || measuring->newest == 0 ||
           measuring->sequence < measuring->newest) {
        BENCH_NEED(bench_now() - began < PATIENCE_S, "allocation's feed is not heard");
        follow(measuring);
        load_sleep(&measuring->load, PAUSE_MS);
    }
}

/* --- which placements -------------------------------------------------------------------------------- */

/* The one placement that the allocation's LA has there, if there is one and it had begun by yesterday. */
static void choose(struct measuring *measuring, const char *provision_id, const char *authority_id)
{
    Pb__ListPlacementsRequest request = PB__LIST_PLACEMENTS_REQUEST__INIT;
    struct chosen *chosen = &measuring->chosen[measuring->count];
    BENCH_NEED(uuid_parse(provision_id, &chosen->provision) &&
                   strlen(authority_id) < sizeof chosen->authority,
               "an allocation names no provision");
    memcpy(chosen->authority, authority_id, strlen(authority_id) + 1);
    request.provision_id = provision_id;
    request.authority_id = chosen->authority;
    const Pb__ListPlacementsResponse *list = (const void *)load_call(
        &measuring->load, measuring->load.link, "ccrag.v1.PlacementsService/ListPlacements", &request.base,
        &pb__list_placements_response__descriptor, &measuring->arena);
    if (list->n_placements != 1)
        return;
    const Pb__Placement *placement = list->placements[0];
    if (placement->end_on[0] || strcmp(placement->start_on, measuring->today) >= 0)
        return;
    snprintf(chosen->placement, sizeof chosen->placement, "%s", placement->id);
    measuring->count++;
}

static void choose_all(struct measuring *measuring)
{
    Pb__ListAllocationsRequest request = PB__LIST_ALLOCATIONS_REQUEST__INIT;
    Pb__PageRequest page = PB__PAGE_REQUEST__INIT;
    struct arena listed;
    arena_init(&listed, 4 * FRAME_BYTES_MAX);
    page.size = PAGE;
    request.page = &page;
    const Pb__ListAllocationsResponse *list = (const void *)load_call(
        &measuring->load, measuring->allocation, "ccrag.v1.AllocationService/ListAllocations", &request.base,
        &pb__list_allocations_response__descriptor, &listed);
    for (size_t i = 0; i < list->n_allocations && measuring->count < measuring->wanted; i++)
        choose(measuring, list->allocations[i]->provision_id, list->allocations[i]->authority_id);
    arena_finish(&listed);
    BENCH_NEED(measuring->count > 0, "no LA has a provision with one placement of its own");
}

/* --- one after the other ----------------------------------------------------------------------------- */

/* Seconds from the answer until the follower has the task (0: it was there first). */
static double one_task(struct measuring *measuring, const struct chosen *chosen)
{
    struct load *load = &measuring->load;
    Pb__EndPlacementRequest request = PB__END_PLACEMENT_REQUEST__INIT;
    struct load_answer answer;
    double answered = 0, began = bench_now();
    request.placement_id = chosen->placement;
    request.authority_id = chosen->authority;
    request.end_on = measuring->yesterday;
    request.reason = "Measured.";
    measuring->awaited = chosen->provision;
    measuring->received = 0;
    arena_reset(&measuring->arena);
    load_send(load, load->link, "ccrag.v1.PlacementsService/EndPlacement", ++measuring->calls, true,
              wire_pack(&request.base, &measuring->arena));
    while (!answered || !measuring->received) {
        if (!answered && load_take_waiting(load, load->link, &answer))
            answered = bench_now();
        follow(measuring);
        BENCH_NEED(bench_now() - began < PATIENCE_S, "no task is raised");
        if (!answered || !measuring->received)
            load_sleep(load, 100);
    }
    return measuring->received > answered ? measuring->received - answered : 0;
}

static void read_days(struct measuring *measuring)
{
    int64_t day = load_wall_ms() / 1000 / SECONDS_A_DAY;
    date_print((struct date){.day = (int32_t)day}, measuring->today);
    date_print((struct date){.day = (int32_t)day - 1}, measuring->yesterday);
}

int main(int argc, char **argv)
{
    static struct measuring measuring;
    BENCH_NEED(argc == 3, "usage: bench_tasks REGION COUNT");
    measuring.wanted = strtoul(argv[2], NULL, 10);
    measuring.chosen = calloc(measuring.wanted + 1, sizeof *measuring.chosen);
    double *took = calloc(measuring.wanted + 1, sizeof *took);
    BENCH_NEED(measuring.chosen && took && measuring.wanted > 0, "out of memory");
    arena_init(&measuring.arena, 4 * FRAME_BYTES_MAX);
    load_open(&measuring.load, argv[1], "registry");
    measuring.load.service = "allocation";
    struct load_link *links[] = {measuring.allocation = load_dial(&measuring.load),
                                 measuring.feed = load_dial(&measuring.load)};
    load_await(&measuring.load, links, 2);
    read_days(&measuring);
    choose_all(&measuring);
    for (size_t i = 0; i < measuring.count; i++) {
        follow_for(&measuring, PAUSE_MS / 1e3);
        took[i] = one_task(&measuring, &measuring.chosen[i]);
    }
    bench_say("tasks_p50_us", 1e6 * bench_quantile(took, measuring.count, 0.5));
    bench_say("tasks_p99_us", 1e6 * bench_quantile(took, measuring.count, 0.99));
    bench_say("tasks_count", (double)measuring.count);
    load_close(&measuring.load);
    arena_finish(&measuring.arena);
    free(measuring.chosen);
    free(took);
    return 0;
}

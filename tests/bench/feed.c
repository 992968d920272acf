/* The feed. `bench_feed REGION FOLLOWERS RUNS`: so many connections follow the registry from the beginning to
 * where it stood, and every batch must join on to the one before. `bench_feed REGION idle COUNT`: one
 * follower that has read everything, and one command after the other: how long from its answer until the
 * follower has its entry. */

#include "tests/bench/load.h"
#include "tests/bench/providers.h"

#include "common/base/limits.h"
#include "common/wire/wire.h"

#include "ccrag/v1/feed.pb-c.h"

#include <string.h>

enum { FOLLOWERS_MAX = 64, PAUSE_MS = 3 };

struct follower {
    struct load_link *link;
    uint64_t call, epoch, sequence, entitlement, newest, entries;
    bool begun, open;
};

struct following {
    struct load load;
    struct arena arena;
    struct follower list[FOLLOWERS_MAX];
    size_t count;
};

/* --- a batch, read no further than its position needs ------------------------------------------------ */

struct field {
    unsigned number;
    uint64_t value;
    struct span bytes;
};

static uint64_t read_number(struct span *rest)
{
    uint64_t value = 0;
    for (unsigned shift = 0; rest->size > 0 && shift < 64; shift += 7) {
        uint8_t byte = *rest->data;
        *rest = span_of(rest->data + 1, rest->size - 1);
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            break;
    }
    return value;
}

static bool next_field(struct span *rest, struct field *ret_field)
{
    if (rest->size == 0)
        return false;
    uint64_t tag = read_number(rest);
    *ret_field = (struct field){.number = (unsigned)(tag >> 3)};
    if ((tag & 7) == 0) {
        ret_field->value = read_number(rest);
        return true;
    }
    uint64_t size = read_number(rest);
    BENCH_NEED((tag & 7) == 2 && size <= rest->size, "a batch that cannot be read");
    ret_field->bytes = span_of(rest->data, (size_t)size);
    *rest = span_of(rest->data + size, rest->size - (size_t)size);
    return true;
}

static void read_position(struct span packed, uint64_t *ret_epoch, uint64_t *ret_sequence)
{
    struct field field;
    *ret_epoch = *ret_sequence = 0;
    while (next_field(&packed, &field)) {
        if (field.number == 1)
            *ret_epoch = field.value;
        if (field.number == 2)
            *ret_sequence = field.value;
    }
}

static void take_batch(struct follower *follower, struct span packed)
{
    struct field field;
    uint64_t epoch = 0, after = 0, through_epoch = follower->epoch, through = follower->sequence;
    bool start_over = false, any = false;
    while (next_field(&packed, &field)) {
        any = true;
        if (field.number == 1)
            read_position(field.bytes, &epoch, &after);
        else if (field.number == 2)
            read_position(field.bytes, &through_epoch, &through);
        else if (field.number == 3)
            follower->entries++;
        else if (field.number == 5)
            follower->entitlement = field.value;
        else if (field.number == 6)
            start_over = field.value != 0;
        else if (field.number == 7)
            follower->newest = field.value;
    }
    if (!any)
        return;
    BENCH_NEED((start_over && follower->entries == 0) || after == follower->sequence || !follower->begun,
               "a gap in the feed: after %llu came what follows %llu", (unsigned long long)follower->sequence,
               (unsigned long long)after);
    follower->begun = true;
    follower->epoch = through_epoch;
    follower->sequence = through;
}

/* --- following --------------------------------------------------------------------------------------- */

static void ask(struct following *following, struct follower *follower)
{
    Pb__FollowRequest request = PB__FOLLOW_REQUEST__INIT;
    Pb__Position after = PB__POSITION__INIT;
    after.epoch = follower->epoch;
    after.sequence = follower->sequence;
    request.after = &after;
    request.credit = FEED_CREDIT_MAX;
    request.entitlement = follower->entitlement;
    arena_reset(&following->arena);
    load_send(&following->load, follower->link, "ccrag.v1.FeedService/Follow", ++follower->call, false,
              wire_pack(&request.base, &following->arena));
    follower->open = true;
}

/* Everything that waits on one connection. */
static bool turn(struct following *following, struct follower *follower)
{
    struct load_answer answer;
    bool any = false;
    while (load_take_waiting(&following->load, follower->link, &answer)) {
        any = true;
        take_batch(follower, answer.body);
        if (!answer.more)
            follower->open = false;
    }
    if (!follower->open)
        ask(following, follower);
    return any;
}

static void follow_all(struct following *following)
{
    uint64_t entries = 0;
    char name[64];
    double cpu = load_service_cpu(&following->load), own = bench_cpu(), began = bench_now(), heard = began;
    for (size_t i = 0; i < following->count; i++) {
        struct follower *follower = &following->list[i];
        *follower = (struct follower){.link = follower->link, .call = follower->call};
        ask(following, follower);
    }
    for (size_t behind = following->count; behind > 0;) {
        bool any = false;
        behind = 0;
        for (size_t i = 0; i < following->count; i++) {
            struct follower *follower = &following->list[i];
            any |= turn(following, follower);
            behind += !follower->begun || follower->sequence < follower->newest || follower->newest == 0;
        }
        if (any)
            heard = bench_now();
        BENCH_NEED(bench_now() - heard < 30, "a follower hears nothing");
        if (!any && behind > 0)
            load_sleep(&following->load, 100);
    }
    double took = bench_now() - began;
    for (size_t i = 0; i < following->count; i++)
        entries += following->list[i].entries;
    snprintf(name, sizeof name, "feed_f%zu_per_s", following->count);
    bench_say(name, (double)entries / took);
    snprintf(name, sizeof name, "feed_f%zu_service_cpu_us", following->count);
    bench_say(name, 1e6 * (load_service_cpu(&following->load) - cpu) / (double)entries);
    snprintf(name, sizeof name, "feed_f%zu_load_cpu_us", following->count);
    bench_say(name, 1e6 * (bench_cpu() - own) / (double)entries);
    snprintf(name, sizeof name, "feed_f%zu_entries", following->count);
    bench_say(name, (double)entries / (double)following->count);
}

/* The same calls stay open between runs: new connections for the next. */
static void dial_all(struct following *following)
{
    struct load_link *links[FOLLOWERS_MAX];
    for (size_t i = 0; i < following->count; i++) {
        load_hang_up(&following->load, following->list[i].link);
        links[i] = following->list[i].link = load_dial(&following->load);
        following->list[i].call = 0;
    }
    load_await(&following->load, links, following->count);
}

/* --- one entry at a time ----------------------------------------------------------------------------- */

/* Seconds from the answer until the follower has the entry (0: it was there first). */
static double one_entry(struct following *following, uint64_t number)
{
    struct load *load = &following->load;
    struct follower *follower = &following->list[0];
    Pb__UpdateProviderRequest request = PB__UPDATE_PROVIDER_REQUEST__INIT;
    struct load_answer answer;
    uint64_t sequence = 0;
    double answered = 0, received = 0, began = bench_now();
    arena_reset(&following->arena);
    request.provider = numbered_provider(number, 0, &following->arena);
    load_send(load, load->link, "ccrag.v1.ProvidersService/UpdateProvider", number + 1, true,
              wire_pack(&request.base, &following->arena));
    while (!answered || !received) {
        if (!answered && load_take_waiting(load, load->link, &answer)) {
            answered = bench_now();
            sequence = answer.sequence;
        }
        turn(following, follower);
        if (!received && (answered ? follower->sequence >= sequence : follower->sequence < sequence))
            received = bench_now();
        BENCH_NEED(bench_now() - began < 30, "an entry does not arrive");
        if (!answered || !received)
            load_sleep(load, 100);
    }
    return received - answered;
}

static void follow_idle(struct following *following, unsigned long count)
{
    struct load *load = &following->load;
    double *took = calloc(count, sizeof *took);
    BENCH_NEED(took && count > 0, "out of memory");
    uint64_t number = 50 * 1000 * 1000 + (uint64_t)load_wall_ms() % 1000000000 * 100;
    for (unsigned long i = 0; i < count; i++) {
        took[i] = one_entry(following, number + i);
        for (double began = bench_now(); bench_now() - began < PAUSE_MS / 1e3;) {
            load_sleep(load, PAUSE_MS);
            turn(following, &following->list[0]);
        }
    }
    bench_say("feed_idle_p50_us", 1e6 * bench_quantile(took, count, 0.5));
    bench_say("feed_idle_p99_us", 1e6 * bench_quantile(took, count, 0.99));
    free(took);
}

int main(int argc, char **argv)
{
    static struct following following;
    BENCH_NEED(argc == 4, "usage: bench_feed REGION FOLLOWERS|idle RUNS|COUNT");
    bool idle = strcmp(argv[2], "idle") == 0;
    following.count = idle ? 1 : strtoul(argv[2], NULL, 10);
    BENCH_NEED(following.count >= 1 && following.count <= FOLLOWERS_MAX, "1 to %d followers", FOLLOWERS_MAX);
    arena_init(&following.arena, 1 << 20);
    load_open(&following.load, argv[1], "registry");
    for (unsigned long i = idle ? 1 : strtoul(argv[3], NULL, 10); i > 0; i--) {
        dial_all(&following);
        follow_all(&following);
    }
    if (idle) {
        load_apart(&following.load, true);
        follow_idle(&following, strtoul(argv[3], NULL, 10));
        load_apart(&following.load, false);
    }
    load_close(&following.load);
    arena_finish(&following.arena);
    return 0;
}

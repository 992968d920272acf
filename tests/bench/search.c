/* Searches over the wire, one at a time or a window of them: `bench_search REGION WINDOW SECONDS`. The homes
 * are outward codes within the square of places.h. Every figure's name begins with the window. */

#include "tests/bench/bench.h"
#include "tests/bench/load.h"
#include "tests/bench/places.h"

#include "common/domain/outcodes.h"
#include "common/wire/wire.h"

#include <string.h>

enum { WINDOW_MAX = 256, HOMES_MAX = 2000, SAMPLES_MAX = 4000000 };

struct searching {
    struct load load;
    struct span homes[HOMES_MAX]; /* packed requests */
    size_t home_count, next_home;
    uint64_t sent, answered;
    double began[WINDOW_MAX];
    double *took;
    size_t took_count;
    double request_body, answer_envelope, answer_body; /* bytes, summed */
};

static struct span pack_request(const char *postcode, struct arena *arena)
{
    Pb__SearchRequest request = PB__SEARCH_REQUEST__INIT;
    Pb__Need needs[] = {PB__NEED__NEED_SEMH};
    Pb__ProvisionKind kinds[] = {PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME};
    request.postcode = postcode;
    request.age = PLACES_AGE;
    request.needs = needs;
    request.n_needs = 1;
    request.kinds = kinds;
    request.n_kinds = 1;
    request.within_m = PLACES_WITHIN_M;
    request.size = PLACES_BEST;
    request.today = "2026-03-01";
    request.asked_at_ms = MADE_UP_TODAY * INT64_C(86400000);
    return wire_pack(&request.base, arena);
}

/* The homes: every outward code that lies where index.c asks, in an order that is no order of place. */
static void make_homes(struct searching *searching, struct arena *arena)
{
    size_t count;
    const struct outcode_entry *all = outcodes(&count);
    for (size_t i = 0; i < count && searching->home_count < HOMES_MAX; i++) {
        const struct outcode_entry *entry = &all[i * 1009 % count];
        if (entry->easting < 370000 || entry->easting > 560000 || entry->northing < 120000 ||
            entry->northing > 440000)
            continue;
        uint32_t code = entry->outcode.key;
        char postcode[12];
        size_t at = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
            if ((code >> shift & 255) > ' ')
                postcode[at++] = (char)(code >> shift & 255);
        snprintf(postcode + at, sizeof postcode - at, " 1AA");
        searching->homes[searching->home_count++] = pack_request(postcode, arena);
    }
    BENCH_NEED(searching->home_count > 100, "too few homes");
}

static void send_one(struct searching *searching, unsigned slot)
{
    struct span home = searching->homes[searching->next_home++ % searching->home_count];
    searching->request_body += (double)home.size;
    searching->sent++;
    load_send(&searching->load, searching->load.link, "ccrag.v1.MatchingService/Search", slot + 1, false,
              home);
    searching->began[slot] = searching->load.sent_at;
}

/* Returns its slot. */
static unsigned take_one(struct searching *searching)
{
    struct load_answer answer;
    load_take(&searching->load, searching->load.link, &answer);
    unsigned slot = (unsigned)answer.call - 1;
    if (searching->took_count < SAMPLES_MAX)
        searching->took[searching->took_count++] = answer.taken_at - searching->began[slot];
    searching->answered++;
    searching->answer_envelope += (double)answer.envelope_bytes;
    searching->answer_body += (double)answer.body.size;
    return slot;
}

/* Keeps `window` under way for so long, then takes what is still to come. */
static double run(struct searching *searching, unsigned window, double seconds)
{
    double began = bench_now(), ended = began;
    searching->sent = searching->answered = 0;
    searching->took_count = 0;
    searching->request_body = searching->answer_envelope = searching->answer_body = 0;
    for (unsigned i = 0; i < window; i++)
        send_one(searching, i);
    while (searching->answered < searching->sent) {
        unsigned slot = take_one(searching);
        ended = bench_now();
        if (ended - began < seconds)
            send_one(searching, slot);
    }
    return ended - began;
}

static void say(const char *window, const char *what, double value)
{
    char name[64];
    snprintf(name, sizeof name, "search_w%s_%s", window, what);
    bench_say(name, value);
}

int main(int argc, char **argv)
{
    static struct searching searching;
    struct arena arena;
    BENCH_NEED(argc == 4, "usage: bench_search REGION WINDOW SECONDS");
    unsigned window = (unsigned)strtoul(argv[2], NULL, 10);
    BENCH_NEED(window >= 1 && window <= WINDOW_MAX, "a window of 1 to %d", WINDOW_MAX);
    arena_init(&arena, 16u << 20);
    searching.took = malloc(SAMPLES_MAX * sizeof *searching.took);
    BENCH_NEED(searching.took, "out of memory");
    load_open(&searching.load, argv[1], "matching");
    make_homes(&searching, &arena);
    load_apart(&searching.load, window == 1);
    run(&searching, window, 0.3);
    uint64_t messages = searching.load.sent + searching.load.received;
    double cpu = load_service_cpu(&searching.load), own = bench_cpu();
    double took = run(&searching, window, strtod(argv[3], NULL)), count = (double)searching.answered;
    messages = searching.load.sent + searching.load.received - messages;
    say(argv[2], "per_s", count / took);
    say(argv[2], "p50_us", 1e6 * bench_quantile(searching.took, searching.took_count, 0.5));
    say(argv[2], "p99_us", 1e6 * bench_quantile(searching.took, searching.took_count, 0.99));
    say(argv[2], "service_cpu_us", 1e6 * (load_service_cpu(&searching.load) - cpu) / count);
    say(argv[2], "load_cpu_us", 1e6 * (bench_cpu() - own) / count);
    say(argv[2], "messages", (double)messages / count);
    say(argv[2], "request_envelope", (double)searching.load.envelope_bytes);
    say(argv[2], "request_body", searching.request_body / count);
    say(argv[2], "answer_envelope", searching.answer_envelope / count);
    say(argv[2], "answer_body", searching.answer_body / count);
    load_apart(&searching.load, false);
    load_close(&searching.load);
    free(searching.took);
    arena_finish(&arena);
    return 0;
}

/* Durable commands over the wire, one and 64 under way: new providers, and edits of providers anywhere among
 * those that are there. `bench_commands REGION RECORDS SECONDS RUNS OUT` where the region was filled with
 * RECORDS providers. OUT-insert.puts and OUT-update.puts tell what one command puts (puts.h). */

#include "tests/bench/load.h"
#include "tests/bench/looked.h"
#include "tests/bench/providers.h"

#include "common/wire/wire.h"

#include <string.h>

enum { WINDOW_MAX = 64, RECORDS_MAX = 20000000, SAMPLES_MAX = 2000000 };

struct commanding {
    struct load load;
    struct arena arena;
    uint32_t *versions; /* of each provider; 0: being edited, or not there */
    size_t filled, made;
    uint64_t edits; /* of all runs: an edit that changes nothing makes no version */
    uint64_t state;
    struct slot {
        double began;
        size_t number;
        uint32_t version;
    } slots[WINDOW_MAX];
    uint64_t sent, answered;
    double *took;
};

static void send_one(struct commanding *commanding, bool update, unsigned slot)
{
    size_t number = commanding->made;
    if (update) {
        do {
            commanding->state = commanding->state * 6364136223846793005u + 1442695040888963407u;
            number = (size_t)(commanding->state >> 20) % commanding->filled;
        } while (!commanding->versions[number]);
    } else {
        BENCH_NEED(++commanding->made < RECORDS_MAX, "more records than were thought of");
    }
    Pb__UpdateProviderRequest request = PB__UPDATE_PROVIDER_REQUEST__INIT;
    Pb__RecordMeta meta = PB__RECORD_META__INIT;
    arena_reset(&commanding->arena);
    request.provider = numbered_provider(number, ++commanding->edits, &commanding->arena);
    meta.version = commanding->versions[number];
    request.provider->meta = &meta;
    commanding->sent++;
    load_send(&commanding->load, commanding->load.link, "ccrag.v1.ProvidersService/UpdateProvider", slot + 1,
              true, wire_pack(&request.base, &commanding->arena));
    commanding->slots[slot] = (struct slot){commanding->load.sent_at, number, commanding->versions[number]};
    commanding->versions[number] = 0;
}

/* Returns its slot. */
static unsigned take_one(struct commanding *commanding)
{
    struct load_answer answer;
    load_take(&commanding->load, commanding->load.link, &answer);
    unsigned number = (unsigned)answer.call - 1;
    struct slot *slot = &commanding->slots[number];
    commanding->versions[slot->number] = slot->version + 1;
    if (commanding->answered < SAMPLES_MAX)
        commanding->took[commanding->answered] = answer.taken_at - slot->began;
    commanding->answered++;
    return number;
}

static void run(struct commanding *commanding, bool update, unsigned window, double seconds)
{
    char name[64];
    double began = bench_now(), ended = began, cpu = load_service_cpu(&commanding->load), own = bench_cpu();
    commanding->sent = commanding->answered = 0;
    for (unsigned i = 0; i < window; i++)
        send_one(commanding, update, i);
    while (commanding->answered < commanding->sent) {
        unsigned slot = take_one(commanding);
        ended = bench_now();
        if (ended - began < seconds)
            send_one(commanding, update, slot);
    }
    double count = (double)commanding->answered;
    size_t samples = count < SAMPLES_MAX ? (size_t)count : SAMPLES_MAX;
    const char *what = update ? "update" : "insert";
    snprintf(name, sizeof name, "%s_w%u_per_s", what, window);
    bench_say(name, count / (ended - began));
    snprintf(name, sizeof name, "%s_w%u_p50_us", what, window);
    bench_say(name, 1e6 * bench_quantile(commanding->took, samples, 0.5));
    snprintf(name, sizeof name, "%s_w%u_service_cpu_us", what, window);
    bench_say(name, 1e6 * (load_service_cpu(&commanding->load) - cpu) / count);
    snprintf(name, sizeof name, "%s_w%u_load_cpu_us", what, window);
    bench_say(name, 1e6 * (bench_cpu() - own) / count);
}

int main(int argc, char **argv)
{
    static struct commanding commanding = {.state = 11};
    static struct looked_store before;
    char out[512];
    BENCH_NEED(argc == 6, "usage: bench_commands REGION RECORDS SECONDS RUNS OUT");
    double seconds = strtod(argv[3], NULL);
    commanding.filled = commanding.made = strtoul(argv[2], NULL, 10);
    commanding.versions = calloc(RECORDS_MAX, sizeof *commanding.versions);
    commanding.took = malloc(SAMPLES_MAX * sizeof *commanding.took);
    BENCH_NEED(commanding.versions && commanding.took && commanding.filled > WINDOW_MAX, "out of memory");
    for (size_t i = 0; i < commanding.filled; i++)
        commanding.versions[i] = 1;
    arena_init(&commanding.arena, 1 << 20);
    load_open(&commanding.load, argv[1], "registry");
    for (unsigned long i = strtoul(argv[4], NULL, 10); i > 0; i--)
        for (int update = 0; update <= 1; update++) {
            run(&commanding, update, 1, seconds);
            look_at_store(argv[1], "registry", &before);
            run(&commanding, update, WINDOW_MAX, seconds);
            snprintf(out, sizeof out, "%s-%s", argv[5], update ? "update" : "insert");
            looked_tell(argv[1], "registry", &before, update ? "table:providers" : NULL, commanding.answered,
                        out);
        }
    load_close(&commanding.load);
    arena_finish(&commanding.arena);
    free(commanding.versions);
    free(commanding.took);
    return 0;
}

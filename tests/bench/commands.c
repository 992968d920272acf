/* Durable commands over the wire, one and 64 under way: new providers, and edits of providers anywhere among
 * those that are there. `bench_commands REGION RECORDS SECONDS RUNS OUT` where the region was filled with
 * RECORDS providers. OUT-insert.puts and OUT-update.puts tell what one command puts (puts.h). */

#include "tests/bench/load.h"
#include "tests/bench/providers.h"
#include "tests/bench/puts.h"

#include "common/wire/wire.h"

#include <lmdb.h>
#include <string.h>

enum { WINDOW_MAX = 64, RECORDS_MAX = 20000000, SAMPLES_MAX = 2000000 };

struct commanding {
    struct load load;
    struct arena arena;
    uint32_t *versions; /* of each provider; 0: being edited, or not there */
    size_t filled, made;
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
    request.provider = numbered_provider(number, commanding->sent + 1, &commanding->arena);
    meta.version = commanding->versions[number];
    request.provider->meta = &meta;
    commanding->slots[slot] = (struct slot){bench_now(), number, commanding->versions[number]};
    commanding->versions[number] = 0;
    commanding->sent++;
    load_send(&commanding->load, commanding->load.link, "ccrag.v1.ProvidersService/UpdateProvider", slot + 1,
              true, wire_pack(&request.base, &commanding->arena));
}

static bool take_one(struct commanding *commanding, unsigned *ret_slot)
{
    struct load_answer answer;
    if (!load_take(&commanding->load, commanding->load.link, &answer))
        return false;
    struct slot *slot = &commanding->slots[ *ret_slot = (unsigned)answer.call - 1];
    commanding->versions[slot->number] = slot->version + 1;
    if (commanding->answered < SAMPLES_MAX)
        commanding->took[commanding->answered] = bench_now() - slot->began;
    commanding->answered++;
    return true;
}

static void run(struct commanding *commanding, bool update, unsigned window, double seconds)
{
    struct world *world = commanding->load.world;
    char name[64];
    double began = bench_now(), ended = began, cpu = load_service_cpu(&commanding->load), own = bench_cpu();
    commanding->sent = commanding->answered = 0;
    for (unsigned i = 0; i < window; i++)
        send_one(commanding, update, i);
    while (commanding->answered < commanding->sent) {
        unsigned slot;
        if (!take_one(commanding, &slot)) {
            BENCH_NEED(bench_now() - ended < 30, "a command is not answered");
            world_wait(world, world_mono_us(world) + 100000);
            continue;
        }
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

/* --- what a command puts ----------------------------------------------------------------------------------
 */

struct looked {
    char name[96];
    size_t entries, key_bytes, value_bytes;
};

static void look_at(MDB_txn *txn, const char *name, struct looked *ret_looked)
{
    MDB_dbi dbi;
    MDB_stat stat;
    MDB_cursor *cursor;
    MDB_val key, value;
    size_t seen = 0, keys = 0, values = 0;
    *ret_looked = (struct looked){.entries = 0};
    snprintf(ret_looked->name, sizeof ret_looked->name, "%s", name);
    if (mdb_dbi_open(txn, name, 0, &dbi) != 0 || mdb_stat(txn, dbi, &stat) != 0 ||
        mdb_cursor_open(txn, dbi, &cursor) != 0)
        return;
    int rc = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    for (; rc == 0 && seen < 200; rc = mdb_cursor_get(cursor, &key, &value, MDB_PREV), seen++) {
        keys += key.mv_size;
        values += value.mv_size;
    }
    mdb_cursor_close(cursor);
    ret_looked->entries = stat.ms_entries;
    ret_looked->key_bytes = seen ? keys / seen : 0;
    ret_looked->value_bytes = seen ? values / seen : 0;
}

/* All named databases of the store, as they stand. */
static size_t look(const struct commanding *commanding, struct looked looked[PUTS_MAX * 4])
{
    char path[512];
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi main_dbi;
    MDB_cursor *cursor;
    MDB_val key, value;
    size_t count = 0;
    snprintf(path, sizeof path, "%s/store/registry", commanding->load.directory);
    BENCH_NEED(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 256) == 0 &&
                   mdb_env_open(env, path, MDB_RDONLY, 0600) == 0 &&
                   mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) == 0 &&
                   mdb_dbi_open(txn, NULL, 0, &main_dbi) == 0 && mdb_cursor_open(txn, main_dbi, &cursor) == 0,
               "the store in %s cannot be read", path);
    while (count < PUTS_MAX * 4 && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        char name[96];
        snprintf(name, sizeof name, "%.*s", (int)key.mv_size, (const char *)key.mv_data);
        look_at(txn, name, &looked[count++]);
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    mdb_env_close(env);
    return count;
}

static void tell_puts(const struct commanding *commanding, bool update, const struct looked *before,
                      size_t count, const char *out)
{
    struct looked after[PUTS_MAX * 4];
    char path[512];
    BENCH_NEED(look(commanding, after) == count, "the store has other databases than before");
    snprintf(path, sizeof path, "%s-%s.puts", out, update ? "update" : "insert");
    FILE *file = fopen(path, "w");
    BENCH_NEED(file, "%s cannot be written", path);
    for (size_t i = 0; i < count; i++) {
        double each = ((double)after[i].entries - (double)before[i].entries) / (double)commanding->answered;
        bool replaced = update && strcmp(after[i].name, "table:providers") == 0;
        if (replaced || each > 0.01)
            fprintf(file, "%s %.2f %zu %zu %s\n", after[i].name, replaced ? 1.0 : each, after[i].key_bytes,
                    after[i].value_bytes, replaced ? "random" : "rising");
    }
    fclose(file);
}

int main(int argc, char **argv)
{
    static struct commanding commanding = {.state = 11};
    static struct looked before[PUTS_MAX * 4];
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
            size_t count = look(&commanding, before);
            run(&commanding, update, WINDOW_MAX, seconds);
            tell_puts(&commanding, update, before, count, argv[5]);
        }
    load_close(&commanding.load);
    arena_finish(&commanding.arena);
    free(commanding.versions);
    free(commanding.took);
    return 0;
}

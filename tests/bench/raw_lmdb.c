/* The raw limit of a durable command: LMDB alone doing the puts that a file names (puts.h), in transactions
 * of so many commands with one sync each. `bench_raw_lmdb DIRECTORY NAME PUTS GROUP RECORDS SECONDS`: the
 * databases that are written at random hold RECORDS entries first; the figure is NAME_per_s. */

#include "tests/bench/puts.h"

#include <lmdb.h>
#include <string.h>
#include <sys/stat.h>

enum { FILL_GROUP = 5000, VALUE_MAX = 1 << 16, KEY_MAX = 500 };

struct raw {
    MDB_env *env;
    MDB_dbi dbis[PUTS_MAX];
    struct puts puts;
    double owed[PUTS_MAX];
    uint64_t next, records, state;
};

#define LMDB(call)                                                                                           \
    do {                                                                                                     \
        int lmdb_rc = (call);                                                                                \
        BENCH_NEED(lmdb_rc == 0, "%s: %s", #call, mdb_strerror(lmdb_rc));                                    \
    } while (0)

static void put_one(struct raw *raw, MDB_txn *txn, size_t i, uint64_t number)
{
    static uint8_t bytes[VALUE_MAX];
    const struct put *put = &raw->puts.list[i];
    uint8_t key[KEY_MAX] = {0};
    for (int at = 0; at < 8; at++)
        key[at] = (uint8_t)(number >> (56 - 8 * at));
    memcpy(bytes, key, 8);
    size_t key_size = put->key_bytes < 8 ? 8 : put->key_bytes;
    MDB_val name = {key_size, key}, value = {put->value_bytes, bytes};
    LMDB(mdb_put(txn, raw->dbis[i], &name, &value, 0));
}

static void fill(struct raw *raw)
{
    for (size_t i = 0; i < raw->puts.count; i++) {
        if (!raw->puts.list[i].random)
            continue;
        for (uint64_t number = 0; number < raw->records;) {
            MDB_txn *txn;
            LMDB(mdb_txn_begin(raw->env, NULL, 0, &txn));
            for (int in_group = 0; in_group < FILL_GROUP && number < raw->records; in_group++)
                put_one(raw, txn, i, number++);
            LMDB(mdb_txn_commit(txn));
        }
    }
}

static void command(struct raw *raw, MDB_txn *txn)
{
    uint64_t number = raw->next++;
    for (size_t i = 0; i < raw->puts.count; i++)
        for (raw->owed[i] += raw->puts.list[i].each; raw->owed[i] >= 1; raw->owed[i] -= 1) {
            raw->state = raw->state * 6364136223846793005u + 1442695040888963407u;
            put_one(raw, txn, i, raw->puts.list[i].random ? (raw->state >> 20) % raw->records : number);
        }
}

int main(int argc, char **argv)
{
    struct raw raw = {.state = 5};
    char name[96];
    BENCH_NEED(argc == 7, "usage: bench_raw_lmdb DIRECTORY NAME PUTS GROUP RECORDS SECONDS");
    puts_read(argv[3], &raw.puts);
    unsigned long group = strtoul(argv[4], NULL, 10);
    raw.records = strtoull(argv[5], NULL, 10);
    double seconds = strtod(argv[6], NULL);
    mkdir(argv[1], 0700);
    LMDB(mdb_env_create(&raw.env));
    LMDB(mdb_env_set_maxdbs(raw.env, PUTS_MAX));
    LMDB(mdb_env_set_mapsize(raw.env, (size_t)64 << 30));
    LMDB(mdb_env_open(raw.env, argv[1], 0, 0600));
    MDB_txn *txn;
    LMDB(mdb_txn_begin(raw.env, NULL, 0, &txn));
    for (size_t i = 0; i < raw.puts.count; i++)
        LMDB(mdb_dbi_open(txn, raw.puts.list[i].database, MDB_CREATE, &raw.dbis[i]));
    LMDB(mdb_txn_commit(txn));
    fill(&raw);
    raw.next = raw.records;
    uint64_t done = 0;
    double began = bench_now(), cpu = bench_cpu(), now;
    do {
        LMDB(mdb_txn_begin(raw.env, NULL, 0, &txn));
        for (unsigned long i = 0; i < group; i++, done++)
            command(&raw, txn);
        LMDB(mdb_txn_commit(txn));
        now = bench_now();
    } while (now - began < seconds);
    snprintf(name, sizeof name, "%s_per_s", argv[2]);
    bench_say(name, (double)done / (now - began));
    snprintf(name, sizeof name, "%s_cpu_us", argv[2]);
    bench_say(name, 1e6 * (bench_cpu() - cpu) / (double)done);
    mdb_env_close(raw.env);
    return 0;
}

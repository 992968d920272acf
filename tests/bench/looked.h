#pragma once
/* What commands put into a service's store, read off the store itself: its databases before and after, as a
 * file of puts (puts.h). */

#include "tests/bench/puts.h"

#include <lmdb.h>
#include <string.h>

enum { LOOKED_MAX = PUTS_MAX * 4 };

struct looked {
    char name[96];
    size_t entries, key_bytes, value_bytes;
};
struct looked_store {
    struct looked list[LOOKED_MAX];
    size_t count;
};

static inline void look_at(MDB_txn *txn, const char *name, struct looked *ret_looked)
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
static inline void look_at_store(const char *region, const char *service, struct looked_store *ret_looked)
{
    char path[512];
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi main_dbi;
    MDB_cursor *cursor;
    MDB_val key, value;
    snprintf(path, sizeof path, "%s/store/%s", region, service);
    BENCH_NEED(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 256) == 0 &&
                   mdb_env_open(env, path, MDB_RDONLY, 0600) == 0 &&
                   mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) == 0 &&
                   mdb_dbi_open(txn, NULL, 0, &main_dbi) == 0 && mdb_cursor_open(txn, main_dbi, &cursor) == 0,
               "the store in %s cannot be read", path);
    ret_looked->count = 0;
    while (ret_looked->count < LOOKED_MAX && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        char name[96];
        snprintf(name, sizeof name, "%.*s", (int)key.mv_size, (const char *)key.mv_data);
        look_at(txn, name, &ret_looked->list[ret_looked->count++]);
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    mdb_env_close(env);
}

/* Writes OUT.puts: what each of so many commands put since `before`. `replaced`: the database whose records
 * they replaced one by one; NULL: none. */
static inline void looked_tell(const char *region, const char *service, const struct looked_store *before,
                               const char *replaced, uint64_t commands, const char *out)
{
    static struct looked_store after;
    char path[640];
    look_at_store(region, service, &after);
    BENCH_NEED(after.count == before->count, "the store has other databases than before");
    snprintf(path, sizeof path, "%s.puts", out);
    FILE *file = fopen(path, "w");
    BENCH_NEED(file, "%s cannot be written", path);
    for (size_t i = 0; i < after.count; i++) {
        const struct looked *now = &after.list[i];
        double each = ((double)now->entries - (double)before->list[i].entries) / (double)commands;
        bool is_replaced = replaced && strcmp(now->name, replaced) == 0;
        if (is_replaced || each > 0.01)
            fprintf(file, "%s %.2f %zu %zu %s\n", now->name, is_replaced ? 1.0 : each, now->key_bytes,
                    now->value_bytes, is_replaced ? "random" : "rising");
    }
    fclose(file);
}

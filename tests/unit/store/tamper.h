#pragma once
/* A store's file, read and written behind its back: the store is closed meanwhile. */

#include "fixture.h"

#include <lmdb.h>

enum { TAMPER_BYTES_MAX = 2000 };

struct tamper {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
};

static inline struct tamper tamper_begin(struct fixture *f, const char *database)
{
    struct tamper t;
    store_close(f->store);
    f->store = NULL;
    cr_assert_eq(mdb_env_create(&t.env), 0);
    cr_assert_eq(mdb_env_set_maxdbs(t.env, 4), 0);
    cr_assert_eq(mdb_env_set_mapsize(t.env, f->options.map_bytes), 0);
    cr_assert_eq(mdb_env_open(t.env, f->folder, 0, 0600), 0);
    cr_assert_eq(mdb_txn_begin(t.env, NULL, 0, &t.txn), 0);
    cr_assert_eq(mdb_dbi_open(t.txn, database, 0, &t.dbi), 0);
    return t;
}

/* The store stays closed. */
static inline void tamper_end(struct tamper *t)
{
    cr_assert_eq(mdb_txn_commit(t->txn), 0);
    mdb_env_close(t->env);
}

/* A copy of what lies under that key, to be altered. Its size. */
static inline size_t tamper_get(struct tamper *t, struct span key, uint8_t ret_value[TAMPER_BYTES_MAX])
{
    MDB_val name = {key.size, (void *)(uintptr_t)key.data}, value;
    cr_assert_eq(mdb_get(t->txn, t->dbi, &name, &value), 0);
    cr_assert(value.mv_size <= TAMPER_BYTES_MAX);
    memcpy(ret_value, value.mv_data, value.mv_size);
    return value.mv_size;
}

/* NULL data: what lies there is taken away. */
static inline void tamper_put(struct tamper *t, struct span key, struct span value)
{
    MDB_val name = {key.size, (void *)(uintptr_t)key.data}, put = {value.size, (void *)(uintptr_t)value.data};
    cr_assert_eq(value.data ? mdb_put(t->txn, t->dbi, &name, &put, 0) : mdb_del(t->txn, t->dbi, &name, NULL),
                 0);
}

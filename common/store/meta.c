/* Named numbers of a store, its own (which begin with ~) and its service's; and the journal's epoch.
 *
 * In and out: names and 64-bit numbers. */

#include "common/store/internal.h"

#include <assert.h>

enum code number_get(struct store_txn *txn, enum fixed_db db, const char *name, uint64_t *ret_number)
{
    struct arena_mark mark = arena_mark(&txn->scratch);
    struct span plain;
    enum code code = sealed_get(txn, db, span_of_text(name), &txn->scratch, &plain);
    uint64_t number = code == CODE_OK ? get_u64_be(plain.data) : 0;
    arena_release(&txn->scratch, mark);
    if (code && code != CODE_NOT_FOUND)
        return code;
    *ret_number = number;
    return CODE_OK;
}

enum code number_put(struct store_txn *txn, enum fixed_db db, const char *name, uint64_t number)
{
    uint8_t bytes[8];
    put_u64_be(bytes, number);
    return sealed_put(txn, db, span_of_text(name), span_of(bytes, sizeof bytes));
}

enum code meta_get(struct store_txn *txn, const char *name, uint64_t *ret_number)
{
    return number_get(txn, DB_META, name, ret_number);
}

enum code meta_put(struct store_txn *txn, const char *name, uint64_t number)
{
    return number_put(txn, DB_META, name, number);
}

enum code store_meta_get_u64(struct store_txn *txn, const char *name, uint64_t *ret_number)
{
    assert(name[0] && name[0] != '~' && strlen(name) <= RECORD_KEY_BYTES_MAX);
    return meta_get(txn, name, ret_number);
}

enum code store_meta_put_u64(struct store_txn *txn, const char *name, uint64_t number)
{
    assert(name[0] && name[0] != '~' && strlen(name) <= RECORD_KEY_BYTES_MAX);
    return meta_put(txn, name, number);
}

enum code store_new_epoch(struct store_txn *txn)
{
    assert(txn->writes && !txn->in_command);
    uint64_t epoch = 0;
    while (epoch == 0)
        world_random(txn->store->world, &epoch, sizeof epoch);
    enum code code = meta_put(txn, "~epoch", epoch);
    if (code == CODE_OK)
        txn->epoch = epoch;
    return code;
}

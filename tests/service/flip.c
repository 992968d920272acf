/* Changes one byte of one line of a stopped store's audit log, as somebody would who has the file.
 *
 * In: the store's folder, the line's number. Out: exit status 0 when it is done. */

#include "common/base/span.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAP_BYTES = 1024 * 1024 * 1024, LINE_BYTES_MAX = 4096 };

static int flip(MDB_env *env, const char *folder, uint64_t number)
{
    MDB_txn *txn;
    MDB_dbi dbi;
    uint8_t name[8], line[LINE_BYTES_MAX];
    put_u64_be(name, number);
    MDB_val key = {sizeof name, name}, value;
    int rc = mdb_env_set_maxdbs(env, 4);
    rc = rc ? rc : mdb_env_set_mapsize(env, MAP_BYTES);
    rc = rc ? rc : mdb_env_open(env, folder, 0, 0600);
    rc = rc ? rc : mdb_txn_begin(env, NULL, 0, &txn);
    rc = rc ? rc : mdb_dbi_open(txn, "audit", 0, &dbi);
    rc = rc ? rc : mdb_get(txn, dbi, &key, &value);
    if (rc || value.mv_size > sizeof line)
        return rc ? rc : MDB_BAD_VALSIZE;
    memcpy(line, value.mv_data, value.mv_size);
    line[value.mv_size / 2] ^= 1;
    value.mv_data = line;
    rc = mdb_put(txn, dbi, &key, &value, 0);
    return rc ? rc : mdb_txn_commit(txn);
}

int main(int argc, char **argv)
{
    MDB_env *env;
    if (argc != 3 || mdb_env_create(&env) != 0)
        return EXIT_FAILURE;
    int rc = flip(env, argv[1], strtoull(argv[2], NULL, 10));
    mdb_env_close(env);
    if (rc)
        fprintf(stderr, "flip: %s\n", mdb_strerror(rc));
    return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The environment: a store's folder, its lock, its keys, opening and closing.
 *
 * In: options. Out: an open store whose schema is the program's, or a fault that names the folder. One
 * process, one opening: an flock on store.lock holds for the process and against a second opening in it. What
 * the databases hold is the other files' concern. */

#include "common/store/internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum code fail_system(struct fault *ret_fault, const struct store *store, const char *what, int error)
{
    return fault_set(ret_fault, code_of_lmdb(error), "", "store %s: %s: %s", store->directory, what,
                     mdb_strerror(error));
}

static enum code folder_lock(struct store *store, struct fault *ret_fault)
{
    if (mkdir(store->directory, 0700) != 0 && errno != EEXIST)
        return fail_system(ret_fault, store, "make the folder", errno);
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/store.lock", store->directory);
    if (size < 0 || (size_t)size >= sizeof path)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "directory", "the folder's name is too long");
    store->lock_descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock_descriptor < 0)
        return fail_system(ret_fault, store, "open store.lock", errno);
    if (flock(store->lock_descriptor, LOCK_EX | LOCK_NB) != 0)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "",
                         "store %s is open already, here or in another process", store->directory);
    return CODE_OK;
}

/* The beginning of a data file, on the disk, under another name. */
static int beginning_write(const char *path, const struct store_options *options)
{
    MDB_env *env;
    int rc = mdb_env_create(&env);
    if (rc)
        return rc;
    if (unlink(path) != 0 && errno != ENOENT)
        rc = errno;
    if (rc == 0)
        rc = mdb_env_set_mapsize(env, options->map_bytes);
    if (rc == 0) /* nobody else can have it open: the folder is locked */
        rc = mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK, 0600);
    if (rc == 0)
        rc = mdb_env_sync(env, 1);
    mdb_env_close(env);
    return rc;
}

/* A new data file comes into its place whole, so that a loss of power leaves none or one that opens; and its
 * name is on the disk before anything in it is acknowledged. */
static enum code environment_make(struct store *store, const struct store_options *options,
                                  struct fault *ret_fault)
{
    char path[4096], beginning[4096];
    int size = snprintf(path, sizeof path, "%s/data.mdb", store->directory);
    int other = snprintf(beginning, sizeof beginning, "%s/data.mdb.new", store->directory);
    if (size < 0 || other < 0 || (size_t)other >= sizeof beginning)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "directory", "the folder's name is too long");
    if (access(path, F_OK) == 0)
        return CODE_OK;
    if (options->as_it_is)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "", "there is no store in %s",
                         store->directory);
    int rc = beginning_write(beginning, options);
    if (rc == 0 && rename(beginning, path) != 0)
        rc = errno;
    if (rc == 0)
        rc = folder_sync(store->directory);
    if (rc == 0)
        rc = folder_of_sync(store->directory);
    return rc ? fail_system(ret_fault, store, "make data.mdb", rc) : CODE_OK;
}

static enum code environment_open(struct store *store, const struct store_options *options,
                                  struct fault *ret_fault)
{
    int rc = mdb_env_create(&store->env);
    if (rc)
        return fail_system(ret_fault, store, "create", rc);
    rc = mdb_env_set_mapsize(store->env, options->map_bytes);
    if (rc == 0)
        rc = mdb_env_set_maxdbs(store->env, STORE_DATABASES_MAX);
    if (rc == 0)
        rc = mdb_env_set_maxreaders(store->env, STORE_READERS_MAX);
    if (rc == 0)
        rc = mdb_env_open(store->env, store->directory, MDB_NOTLS, 0600);
    if (rc)
        return fail_system(ret_fault, store, "open", rc);
    int dead;
    mdb_reader_check(store->env, &dead);
    MDB_stat stat;
    MDB_envinfo info;
    rc = mdb_env_stat(store->env, &stat);
    if (rc == 0)
        rc = mdb_env_info(store->env, &info);
    if (rc)
        return fail_system(ret_fault, store, "read", rc);
    unsigned permille = options->fill_permille ? options->fill_permille : STORE_FILL_PERMILLE_DEFAULT;
    store->page_bytes = stat.ms_psize;
    store->pages_all = info.me_mapsize / stat.ms_psize;
    store->pages_mark = store->pages_all * permille / 1000;
    return CODE_OK;
}

/* Ends a write transaction of the opening: commit, or the reason why not. */
static enum code opening_commit(struct store_txn *txn, enum code code, struct fault *ret_fault)
{
    if (code == CODE_OK)
        code = txn->fault.code;
    if (code == CODE_OK) {
        code = store_commit(txn);
        return code ? fault_set(ret_fault, code, "", "the store could not be written") : CODE_OK;
    }
    fault_set(ret_fault, code, "", "the store could not be opened");
    if (store_txn_error(txn, NULL) == code)
        store_txn_error(txn, ret_fault);
    store_end(txn);
    return code;
}

/* How values lie in a store, whatever a program keeps there; another with every change to that. */
enum { STORE_FORMAT = 1 };

static enum code format_check(struct store_txn *txn)
{
    uint64_t format = 0;
    enum code code = meta_get(txn, "~format", &format);
    if (code || format == STORE_FORMAT)
        return code;
    return txn_fail(
        txn, CODE_FAILED_PRECONDITION, "",
        "store %s has format %llu, this program reads and writes %d: only the release that wrote it "
        "can open it",
        txn->store->directory, (unsigned long long)format, STORE_FORMAT);
}

/* Checks the keys, and finds or makes what every store has: format, schema, epoch, index key. */
static enum code identity_open(struct store *store, const struct store_options *options, uint32_t *ret_schema,
                               struct fault *ret_fault)
{
    struct store_txn *txn;
    enum code code = store_write_begin(store, &txn);
    if (code)
        return fault_set(ret_fault, code, "", "store %s cannot be written", store->directory);
    uint64_t schema = 0;
    code = index_key_open(txn);
    if (code == CODE_DATA_LOSS) {
        store_end(txn);
        return fault_set(
            ret_fault, CODE_DATA_LOSS, "",
            "store %s cannot be opened with the sealing key that was given: it is sealed under another",
            store->directory);
    }
    if (code == CODE_OK)
        code = meta_get(txn, "~schema", &schema);
    if (code == CODE_OK && schema == 0 && options->as_it_is)
        code = txn_fail(txn, CODE_FAILED_PRECONDITION, "", "there is no store in %s", store->directory);
    if (code == CODE_OK && schema == 0) {
        schema = options->schema;
        code = meta_put(txn, "~format", STORE_FORMAT);
        if (code == CODE_OK)
            code = meta_put(txn, "~schema", schema);
        if (code == CODE_OK)
            code = store_new_epoch(txn);
    } else if (code == CODE_OK) {
        code = format_check(txn);
        if (code == CODE_OK)
            code = meta_get(txn, "~epoch", &txn->epoch);
    }
    if (code == CODE_OK) {
        txn->sequence = journal_newest(txn);
        code = audit_open(txn);
        if (code == CODE_OK)
            code = past_open(txn);
    }
    code = opening_commit(txn, code, ret_fault);
    if (code == CODE_OK)
        *ret_schema = (uint32_t)schema;
    return code;
}

/* One step after another, each in a transaction of its own: a stop between two loses nothing. */
static enum code migrate(struct store *store, const struct store_options *options, uint32_t schema,
                         struct fault *ret_fault)
{
    if (schema > options->schema)
        return fault_set(ret_fault, CODE_FAILED_PRECONDITION, "",
                         "store %s has schema %u, this program knows %u: it was written by a newer release",
                         store->directory, schema, options->schema);
    for (; schema < options->schema; schema++) {
        struct store_txn *txn;
        enum code code = store_write_begin(store, &txn);
        if (code)
            return fault_set(ret_fault, code, "", "store %s cannot be written", store->directory);
        code = options->migrations[schema - 1](txn, schema);
        if (code == CODE_OK)
            code = meta_put(txn, "~schema", schema + 1);
        code = opening_commit(txn, code, ret_fault);
        if (code)
            return code;
    }
    return CODE_OK;
}

static enum code store_prepare(struct store *store, const struct store_options *options,
                               struct fault *ret_fault)
{
    enum code code = world_disk(store->world, DISK_OPEN, store->directory);
    if (code)
        return fault_set(ret_fault, code, "", "store %s cannot be opened", store->directory);
    code = folder_lock(store, ret_fault);
    if (code == CODE_OK && (code = rebuild_open(store, options->as_it_is)) != CODE_OK)
        return fault_set(ret_fault, code, "", "store %s was being made anew, and %s", store->directory,
                         options->as_it_is ? "is not whole: its program will begin it again"
                                           : "cannot be emptied");
    if (code == CODE_OK)
        code = environment_make(store, options, ret_fault);
    if (code == CODE_OK)
        code = wal_open(store, ret_fault);
    if (code == CODE_OK)
        code = environment_open(store, options, ret_fault);
    if (code == CODE_OK)
        code = wal_recover(store, ret_fault);
    if (code == CODE_OK)
        code = databases_open(store, options->tables, ret_fault);
    uint32_t schema = 0;
    if (code == CODE_OK)
        code = identity_open(store, options, &schema, ret_fault);
    if (code == CODE_OK && !options->as_it_is)
        code = migrate(store, options, schema, ret_fault);
    if (code == CODE_OK)
        code = indexes_open(store, ret_fault);
    if (code == CODE_OK)
        code = ledger_open(store, ret_fault);
    store->opened = code == CODE_OK && !options->as_it_is;
    return code;
}

enum code store_open(struct world *world, const struct store_options *options, struct store **ret_store,
                     struct fault *ret_fault)
{
    assert(options->key_count > 0 && (options->schema > 0 || options->as_it_is) && options->map_bytes > 0);
    if (sodium_init() < 0)
        return fault_set(ret_fault, CODE_INTERNAL, "", "libsodium does not start");
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory for a store");
    store->world = world;
    store->lock_descriptor = store->wal.descriptor = -1;
    store->map_bytes = options->map_bytes;
    pthread_mutex_init(&store->readers_lock, NULL);
    wal_behind_init(&store->wal.behind);
    store->directory = strdup(options->directory);
    store->erased_path = options->erased_path ? strdup(options->erased_path) : NULL;
    store->keys = calloc(options->key_count, sizeof *store->keys);
    enum code code = CODE_OK;
    if (!store->directory || !store->keys || (options->erased_path && !store->erased_path))
        code = fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "no memory for a store");
    if (code == CODE_OK) {
        memcpy(store->keys, options->keys, options->key_count * sizeof *store->keys);
        store->key_count = options->key_count;
        code = store_prepare(store, options, ret_fault);
    }
    if (code) {
        store_close(store);
        return code;
    }
    *ret_store = store;
    return CODE_OK;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    behind_finish(store);
    assert(!store->writing && !store->readers);
    if (store->env)
        rebuild_end(store); /* where that fails the mark stays, and the next opening begins anew */
    /* Where that is not done, the next opening does it. */
    if (store->opened && world_disk(store->world, DISK_CLOSE, store->directory) == CODE_OK)
        wal_stop(store);
    wal_close(store);
    readers_finish(store);
    if (store->env)
        mdb_env_close(store->env);
    databases_close(store);
    if (store->lock_descriptor >= 0)
        close(store->lock_descriptor);
    if (store->keys) {
        sodium_memzero(store->keys, store->key_count * sizeof *store->keys);
        free(store->keys);
    }
    pthread_mutex_destroy(&store->readers_lock);
    free(store->directory);
    free(store->erased_path);
    sodium_memzero(store, sizeof *store);
    free(store);
}

void store_remove(const char *directory)
{
    static const char *const names[] = {"data.mdb", "lock.mdb", "store.lock", WAL_FILE_NAME};
    char path[4096];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int size = snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        if (size > 0 && (size_t)size < sizeof path)
            unlink(path);
    }
    rmdir(directory);
}

struct position store_position(const struct store *store)
{
    return (struct position){.epoch = store->epoch, .sequence = store->sequence};
}

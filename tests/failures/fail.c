/* What fails: functions that the linker puts before those of libc, the arena and LMDB (CMakeLists.txt names
 * them). In: calls of the service. Out: the real thing, but once a failure. */

#include "tests/failures/failures.h"

#include "common/base/arena.h"

#include <errno.h>
#include <lmdb.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
    enum failing kind;
    unsigned at, count;
    bool on, happened, sync;
} fail;

void fail_set(enum failing kind, unsigned at)
{
    fail.kind = kind;
    fail.at = at;
    fail.count = 0;
    fail.happened = fail.sync = false;
}

void fail_begin(void)
{
    fail.on = true;
}

void fail_end(void)
{
    fail.on = false;
}

bool fail_happened(void)
{
    return fail.happened;
}

bool fail_was_sync(void)
{
    return fail.sync;
}

bool fail_now(enum failing kind)
{
    if (!fail.on || kind != fail.kind || ++fail.count != fail.at)
        return false;
    return fail.happened = true;
}

bool fail_suspend(void)
{
    bool on = fail.on;
    fail.on = false;
    return on;
}

void fail_resume(bool suspended)
{
    fail.on = suspended;
}

#define WRAP(type, name, parameters)                                                                         \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters

/* --- memory ------------------------------------------------------------------------------------------ */

WRAP(void *, malloc, (size_t size))
{
    return fail_now(FAIL_MEMORY) ? NULL : __real_malloc(size);
}

WRAP(void *, calloc, (size_t count, size_t size))
{
    return fail_now(FAIL_MEMORY) ? NULL : __real_calloc(count, size);
}

WRAP(void *, realloc, (void *old, size_t size))
{
    return fail_now(FAIL_MEMORY) ? NULL : __real_realloc(old, size);
}

WRAP(void *, aligned_alloc, (size_t alignment, size_t size))
{
    return fail_now(FAIL_MEMORY) ? NULL : __real_aligned_alloc(alignment, size);
}

WRAP(char *, strdup, (const char *text))
{
    return fail_now(FAIL_MEMORY) ? NULL : __real_strdup(text);
}

/* --- arenas ------------------------------------------------------------------------------------------ */

static bool arena_fails(struct arena *arena)
{
    bool fails = fail_now(FAIL_ARENA);
    if (fails)
        arena->exhausted = true;
    return fails;
}

WRAP(void *, arena_alloc, (struct arena * arena, size_t size))
{
    return arena_fails(arena) ? NULL : __real_arena_alloc(arena, size);
}

WRAP(void *, arena_alloc_array, (struct arena * arena, size_t count, size_t size))
{
    return arena_fails(arena) ? NULL : __real_arena_alloc_array(arena, count, size);
}

WRAP(char *, arena_text, (struct arena * arena, const char *text))
{
    return arena_fails(arena) ? NULL : __real_arena_text(arena, text);
}

WRAP(struct span, arena_copy, (struct arena * arena, struct span span))
{
    return arena_fails(arena) ? span_of(NULL, 0) : __real_arena_copy(arena, span);
}

char *__wrap_arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *__wrap_arena_format(struct arena *arena, const char *format, ...)
{
    char text[16384]; /* more than any odd request has (odd.c) */
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof text)
        abort();
    return __wrap_arena_text(arena, text);
}

static void *pb_alloc(void *arena, size_t size)
{
    return __wrap_arena_alloc(arena, size);
}

WRAP(void, arena_init, (struct arena * arena, size_t limit_bytes))
{
    __real_arena_init(arena, limit_bytes);
    arena->pb.alloc = pb_alloc;
}

/* --- the store --------------------------------------------------------------------------------------- */

#define WRAP_LMDB(name, parameters, arguments)                                                               \
    WRAP(int, name, parameters)                                                                              \
    {                                                                                                        \
        return fail_now(FAIL_STORE) ? EIO : __real_##name arguments;                                         \
    }

WRAP_LMDB(mdb_txn_begin, (MDB_env * env, MDB_txn *parent, unsigned flags, MDB_txn **txn),
          (env, parent, flags, txn))
WRAP_LMDB(mdb_get, (MDB_txn * txn, MDB_dbi dbi, MDB_val *key, MDB_val *data), (txn, dbi, key, data))
WRAP_LMDB(mdb_put, (MDB_txn * txn, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags),
          (txn, dbi, key, data, flags))
WRAP_LMDB(mdb_del, (MDB_txn * txn, MDB_dbi dbi, MDB_val *key, MDB_val *data), (txn, dbi, key, data))
WRAP_LMDB(mdb_cursor_open, (MDB_txn * txn, MDB_dbi dbi, MDB_cursor **cursor), (txn, dbi, cursor))
WRAP_LMDB(mdb_cursor_get, (MDB_cursor * cursor, MDB_val *key, MDB_val *data, MDB_cursor_op op),
          (cursor, key, data, op))
WRAP_LMDB(mdb_stat, (MDB_txn * txn, MDB_dbi dbi, MDB_stat *stat), (txn, dbi, stat))
WRAP_LMDB(mdb_env_info, (MDB_env * env, MDB_envinfo *info), (env, info))
WRAP_LMDB(mdb_env_copyfd2, (MDB_env * env, int descriptor, unsigned flags), (env, descriptor, flags))

WRAP(int, mdb_env_sync, (MDB_env * env, int force))
{
    if (!fail_now(FAIL_STORE))
        return __real_mdb_env_sync(env, force);
    fail.sync = true;
    return EIO;
}

WRAP(int, mdb_txn_commit, (MDB_txn * txn))
{
    if (!fail_now(FAIL_STORE))
        return __real_mdb_txn_commit(txn);
    mdb_txn_abort(txn); /* as a commit that fails ends it too */
    return EIO;
}

/* --- files: of the log, and of what is kept beside the store ------------------------------------------- */

static bool disk_fails(void)
{
    bool fails = fail_now(FAIL_DISK);
    if (fails)
        errno = EIO;
    return fails;
}

WRAP(ssize_t, pwrite, (int descriptor, const void *bytes, size_t size, off_t offset))
{
    return disk_fails() ? -1 : __real_pwrite(descriptor, bytes, size, offset);
}

static int sync_or_fail(int (*real)(int), int descriptor)
{
    if (!disk_fails())
        return real(descriptor);
    fail.sync = true;
    return -1;
}

WRAP(int, fdatasync, (int descriptor))
{
    return sync_or_fail(__real_fdatasync, descriptor);
}

WRAP(int, fsync, (int descriptor))
{
    return sync_or_fail(__real_fsync, descriptor);
}

/* --- slow on purpose, and not what is tried here ----------------------------------------------------- */

WRAP(int, crypto_pwhash,
     (unsigned char *out, unsigned long long size, const char *password, unsigned long long length,
      const unsigned char *salt, unsigned long long operations, size_t memory, int algorithm))
{
    (void)operations, (void)memory;
    return __real_crypto_pwhash(out, size, password, length, salt, crypto_pwhash_OPSLIMIT_MIN,
                                crypto_pwhash_MEMLIMIT_MIN, algorithm);
}

/* Its strings name the cost that was not spent. */
WRAP(int, crypto_pwhash_str_verify,
     (const char hash[crypto_pwhash_STRBYTES], const char *password, unsigned long long length))
{
    (void)hash, (void)password;
    return length ? 0 : -1;
}

/* What a schedule need not wait for in the libraries under the programs, linked in before them
 * (CMakeLists.txt).
 *
 * In: calls of libsodium and LMDB, as every program makes them. Out: the same answers. A signature that was
 * verified once, and the public half of a secret, are remembered with all that they were made of: twenty
 * programs read one roster, and begin again with the same few keys. A data file is written in its map
 * (MDB_WRITEMAP), as LMDB's own writes are not simulated and the file is on tmpfs: a commit leaves the same
 * in it; and stores are sealed with a cipher that nobody need break (sealing.c). Built with the sanitizers
 * they are not, so that what writes into a stored value is still found. What is written behind is counted,
 * and one planted fault hides that it failed. */

#include "tests/sim/libraries.h"

#include "common/store/store.h"
#include "tests/sim/files.h"

#include <lmdb.h>
#include <printf.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int __real_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode);
int __wrap_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode);
int __real_crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message,
                                       unsigned long long size, const unsigned char *public_key);
int __wrap_crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message,
                                       unsigned long long size, const unsigned char *public_key);
int __real_crypto_scalarmult_base(unsigned char *ret_public, const unsigned char *secret);
int __wrap_crypto_scalarmult_base(unsigned char *ret_public, const unsigned char *secret);

int __wrap_mdb_env_open(MDB_env *env, const char *path, unsigned flags, mdb_mode_t mode)
{
#ifndef __SANITIZE_ADDRESS__
    if (!(flags & MDB_RDONLY))
        flags |= MDB_WRITEMAP;
#endif
    files_put(path, flags);
    int rc = __real_mdb_env_open(env, path, flags, mode);
    if (rc == 0)
        files_made(env, path, flags);
    return rc;
}

/* libquadmath, which the solver brings, has letters of its own for printf: for their sake each format would
 * be read twice. Nobody here prints such numbers. */
int register_printf_type(printf_va_arg_function *take)
{
    (void)take;
    return -1;
}

/* --- what is written behind ----------------------------------------------------------------------------- */

unsigned long libraries_behind, libraries_behind_failed;
bool libraries_behind_untold;

enum code __real_store_behind_begin(struct store *store, struct store_txn **ret_txn);
enum code __wrap_store_behind_begin(struct store *store, struct store_txn **ret_txn);
enum code __wrap_store_behind_begin(struct store *store, struct store_txn **ret_txn)
{
    libraries_behind++;
    return __real_store_behind_begin(store, ret_txn);
}

enum code __real_store_behind_failed(struct store *store, struct fault *ret_fault);
enum code __wrap_store_behind_failed(struct store *store, struct fault *ret_fault);
enum code __wrap_store_behind_failed(struct store *store, struct fault *ret_fault)
{
    enum code code = __real_store_behind_failed(store, ret_fault);
    libraries_behind_failed += code != CODE_OK;
    return libraries_behind_untold ? CODE_OK : code;
}

/* --- signatures -------------------------------------------------------------------------------------- */

enum { VERDICTS = 256 }; /* a power of two; of signatures with the same place the last is remembered */

struct verdict {
    unsigned char signature[crypto_sign_BYTES], public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char *message; /* NULL: none is remembered here */
    size_t size;
    int result;
};

static bool is_of(const struct verdict *verdict, const unsigned char *signature, const unsigned char *message,
                  unsigned long long size, const unsigned char *public_key)
{
    return verdict->message && verdict->size == size &&
           memcmp(verdict->signature, signature, sizeof verdict->signature) == 0 &&
           memcmp(verdict->public_key, public_key, sizeof verdict->public_key) == 0 &&
           memcmp(verdict->message, message, size) == 0;
}

int __wrap_crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message,
                                       unsigned long long size, const unsigned char *public_key)
{
    static struct verdict verdicts[VERDICTS];
    struct verdict *verdict = &verdicts[signature[0] & (VERDICTS - 1)];
    if (is_of(verdict, signature, message, size, public_key))
        return verdict->result;
    int result = __real_crypto_sign_verify_detached(signature, message, size, public_key);
    free(verdict->message);
    verdict->message = malloc(size + 1);
    if (!verdict->message)
        return result;
    memcpy(verdict->signature, signature, sizeof verdict->signature);
    memcpy(verdict->public_key, public_key, sizeof verdict->public_key);
    memcpy(verdict->message, message, size);
    verdict->size = size;
    verdict->result = result;
    return result;
}

/* --- keys -------------------------------------------------------------------------------------------- */

enum { HALVES = 256 };

int __wrap_crypto_scalarmult_base(unsigned char *ret_public, const unsigned char *secret)
{
    static struct half {
        unsigned char secret[crypto_scalarmult_SCALARBYTES], public_half[crypto_scalarmult_BYTES];
        bool known;
    } halves[HALVES];
    struct half *half = &halves[secret[0] & (HALVES - 1)];
    if (!half->known || memcmp(half->secret, secret, sizeof half->secret) != 0) {
        int rc = __real_crypto_scalarmult_base(half->public_half, secret);
        half->known = rc == 0;
        if (rc)
            return rc;
        memcpy(half->secret, secret, sizeof half->secret);
    }
    memcpy(ret_public, half->public_half, sizeof half->public_half);
    return 0;
}

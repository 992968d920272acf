/* Sealing: every value at rest is XChaCha20-Poly1305 under a key of the store or of the record.
 *
 * A sealed value is the key's number (4 bytes, big-endian; 0: the record's own key), a nonce of 24 bytes,
 * ciphertext and tag. It is bound to its place (database or table, NUL, key), so that it cannot be moved. Of
 * a nonce the first 16 bytes are random and shared by a run of values, the last 8 count them. XChaCha20 makes
 * a subkey of key and first 16 bytes, and goes on as ChaCha20-Poly1305 with the last 8: so a run of values
 * needs one subkey, which a transaction remembers. Here is no storage but of the records' own keys and the
 * index key. */

#include "common/store/cipher.h"
#include "common/store/internal.h"

#include <assert.h>

enum {
    NUMBER_BYTES = 4,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    COUNT_BYTES = NONCE_BYTES - NONCE_PREFIX_BYTES,
    RUN = 128, /* values: what a machine that is copied as it runs might seal under the same nonces */
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SEAL_BYTES = NUMBER_BYTES + NONCE_BYTES + TAG_BYTES,
};
static_assert((int)SEALING_KEY_BYTES == (int)crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key sizes agree");
static_assert((int)SEAL_PLACE_BYTES_MAX <= (int)CIPHER_PLACE_BYTES_MAX, "a place fits the cipher");

static const char *const db_places[DB_FIXED] = {
    [DB_META] = "~meta",        [DB_RECORD_KEYS] = "~record-key",
    [DB_ERASED] = "~erased",    [DB_GRAVES] = "~grave",
    [DB_HISTORY] = "~history",  [DB_PAST] = "~past",
    [DB_JOURNAL] = "~journal",  [DB_KEPT] = "~kept",
    [DB_CURSORS] = "~cursor",   [DB_REPLIES] = "~reply",
    [DB_OUTBOX] = "~outbox",    [DB_AUDIT] = "~audit",
    [DB_BLOBS] = "~blob-chunk", [DB_BLOB_HEADS] = "~blob-head",
};

struct identity identity_of(const char *table, struct span key)
{
    struct identity identity;
    size_t name = strlen(table) + 1;
    assert(name + key.size <= sizeof identity.bytes);
    memcpy(identity.bytes, table, name);
    if (key.size)
        memcpy(identity.bytes + name, key.data, key.size);
    identity.size = name + key.size;
    return identity;
}

/* Random bytes fetched for each value would take a call into the kernel. */
static void nonce_next(struct store *store, uint8_t *ret_nonce)
{
    if (store->nonces_left == 0) {
        world_random(store->world, store->nonce_prefix, sizeof store->nonce_prefix);
        store->nonces_left = RUN;
    }
    memcpy(ret_nonce, store->nonce_prefix, NONCE_PREFIX_BYTES);
    put_u64_be(ret_nonce + NONCE_PREFIX_BYTES, --store->nonces_left);
}

/* The subkey of a key of the store and a nonce. */
static const uint8_t *subkey_of(struct subkey *subkey, uint32_t number, const uint8_t *key,
                                const uint8_t *nonce)
{
    if (subkey->number != number || memcmp(subkey->prefix, nonce, NONCE_PREFIX_BYTES) != 0) {
        crypto_core_hchacha20(subkey->bytes, nonce, key, NULL);
        memcpy(subkey->prefix, nonce, NONCE_PREFIX_BYTES);
        subkey->number = number;
    }
    return subkey->bytes;
}

/* What is left of a nonce once there is a subkey. */
struct short_nonce {
    uint8_t bytes[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
};
static struct short_nonce shorten(const uint8_t *nonce)
{
    struct short_nonce end = {0};
    memcpy(end.bytes + sizeof end.bytes - COUNT_BYTES, nonce + NONCE_PREFIX_BYTES, COUNT_BYTES);
    return end;
}

size_t sealed_bytes(size_t plain)
{
    return plain + SEAL_BYTES;
}

void seal_into(struct store_txn *txn, struct span place, struct span plain, uint8_t *out)
{
    const struct sealing_key *newest = &txn->store->keys[0];
    uint8_t *nonce = out + NUMBER_BYTES;
    put_u32_be(out, newest->number);
    nonce_next(txn->store, nonce);
    cipher_seal(nonce + NONCE_BYTES, plain, place, shorten(nonce).bytes,
                subkey_of(&txn->seals, newest->number, newest->bytes, nonce));
}

/* Under a record's own key. */
static void seal_own(struct store_txn *txn, const struct own_key *own, struct span place, struct span plain,
                     uint8_t *out)
{
    uint8_t *nonce = out + NUMBER_BYTES;
    put_u32_be(out, 0);
    nonce_next(txn->store, nonce);
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL, plain.data, plain.size, place.data,
                                               place.size, NULL, nonce, own->bytes);
}

enum code seal(struct store_txn *txn, const struct own_key *own, struct span place, struct span plain,
               struct arena *arena, struct span *ret_sealed)
{
    uint8_t *out = arena_room(arena, sealed_bytes(plain.size));
    if (!out)
        return txn_no_memory(txn);
    if (own)
        seal_own(txn, own, place, plain, out);
    else
        seal_into(txn, place, plain, out);
    *ret_sealed = span_of(out, sealed_bytes(plain.size));
    return CODE_OK;
}

bool sealed_by_own_key(struct span sealed)
{
    return sealed.size >= SEAL_BYTES && get_u32_be(sealed.data) == 0;
}

bool sealed_stamp(struct span sealed, struct record_stamp *ret_stamp)
{
    static_assert(sizeof ret_stamp->bytes == NONCE_BYTES + TAG_BYTES, "nonce and tag");
    if (sealed.size < SEAL_BYTES)
        return false;
    memcpy(ret_stamp->bytes, sealed.data + NUMBER_BYTES, NONCE_BYTES);
    memcpy(ret_stamp->bytes + NONCE_BYTES, sealed.data + sealed.size - TAG_BYTES, TAG_BYTES);
    return true;
}

static const struct sealing_key *key_numbered(const struct store *store, uint32_t number)
{
    for (size_t i = 0; i < store->key_count; i++)
        if (store->keys[i].number == number)
            return &store->keys[i];
    return NULL;
}

/* False: it does not verify. */
static bool open_sealed(struct store_txn *txn, const uint8_t *own, const struct sealing_key *key,
                        struct span place, struct span sealed, uint8_t *plain)
{
    const uint8_t *nonce = sealed.data + NUMBER_BYTES, *text = nonce + NONCE_BYTES;
    size_t size = sealed.size - NUMBER_BYTES - NONCE_BYTES;
    if (own)
        return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, text, size, place.data,
                                                          place.size, nonce, own) == 0;
    return cipher_open(plain, span_of(text, size), place, shorten(nonce).bytes,
                       subkey_of(&txn->unseals, key->number, key->bytes, nonce));
}

enum code unseal(struct store_txn *txn, const struct own_key *own, struct span place, struct span sealed,
                 struct arena *arena, struct span *ret_plain)
{
    if (sealed.size < SEAL_BYTES)
        return txn_fail(txn, CODE_DATA_LOSS, "", "a sealed value of %s is cut short",
                        (const char *)place.data);
    uint32_t number = get_u32_be(sealed.data);
    if (number == 0 && !own)
        return CODE_NOT_FOUND;
    const struct sealing_key *key = number ? key_numbered(txn->store, number) : NULL;
    if (number && !key)
        return txn_fail(txn, CODE_DATA_LOSS, "", "a value is sealed under key %u, which was not given",
                        number);
    size_t plain_size = sealed.size - SEAL_BYTES;
    uint8_t *plain = arena_room(arena, plain_size + 1);
    if (!plain)
        return txn_no_memory(txn);
    if (!open_sealed(txn, number ? NULL : own->bytes, key, place, sealed, plain))
        return txn_fail(txn, CODE_DATA_LOSS, "", "a sealed value of %s does not verify",
                        (const char *)place.data);
    *ret_plain = span_of(plain, plain_size);
    return CODE_OK;
}

enum code sealed_get(struct store_txn *txn, enum fixed_db db, struct span key, struct arena *arena,
                     struct span *ret_plain)
{
    struct span sealed;
    enum code code = txn_get(txn, txn->store->dbis[db], key, &sealed);
    if (code)
        return code;
    struct identity place = identity_of(db_places[db], key);
    return unseal(txn, NULL, identity_span(&place), sealed, arena, ret_plain);
}

enum code sealed_put(struct store_txn *txn, enum fixed_db db, struct span key, struct span plain)
{
    enum code code = txn_error(txn);
    if (code)
        return code;
    if (txn->behind)
        return behind_put(txn, txn->store->dbis[db], db_places[db], key, span_of(NULL, 0), plain);
    struct identity place = identity_of(db_places[db], key);
    struct arena *arena = txn_arena(txn);
    struct arena_mark mark = arena_mark(arena);
    struct span sealed;
    code = seal(txn, NULL, identity_span(&place), plain, arena, &sealed);
    if (code == CODE_OK)
        code = txn_put(txn, txn->store->dbis[db], key, sealed);
    if (!txn->in_command)
        arena_release(arena, mark);
    return code;
}

enum code own_key_get(struct store_txn *txn, const struct table *table, struct span key,
                      struct own_key *ret_key)
{
    struct identity identity = identity_of(table->name, key);
    struct arena_mark mark = arena_mark(&txn->scratch);
    struct span plain;
    enum code code = sealed_get(txn, DB_RECORD_KEYS, identity_span(&identity), &txn->scratch, &plain);
    if (code == CODE_OK) {
        memcpy(ret_key->bytes, plain.data, SEALING_KEY_BYTES);
        sodium_memzero((void *)(uintptr_t)plain.data, plain.size);
    }
    arena_release(&txn->scratch, mark);
    return code;
}

enum code own_key_make(struct store_txn *txn, const struct table *table, struct span key,
                       struct own_key *ret_key)
{
    struct identity identity = identity_of(table->name, key);
    struct span erased;
    enum code code = txn_get(txn, txn->store->dbis[DB_ERASED], identity_span(&identity), &erased);
    if (code == CODE_OK)
        return txn_fail(txn, CODE_FAILED_PRECONDITION, "", "a record of %s under this key was erased",
                        table->name);
    if (code != CODE_NOT_FOUND)
        return code;
    world_random(txn->store->world, ret_key->bytes, sizeof ret_key->bytes);
    return sealed_put(txn, DB_RECORD_KEYS, identity_span(&identity),
                      span_of(ret_key->bytes, SEALING_KEY_BYTES));
}

/* Sealed under an older key than the newest, it is sealed anew, so that the older one can be given up. */
enum code index_key_open(struct store_txn *txn)
{
    struct store *store = txn->store;
    struct span name = span_of_text("~index-key"), plain, sealed;
    enum code code = txn_get(txn, store->dbis[DB_META], name, &sealed);
    if (code == CODE_NOT_FOUND) {
        world_random(store->world, store->index_key, sizeof store->index_key);
        return sealed_put(txn, DB_META, name, span_of(store->index_key, sizeof store->index_key));
    }
    if (code)
        return code;
    uint32_t number = get_u32_be(sealed.data);
    code = sealed_get(txn, DB_META, name, &txn->scratch, &plain);
    if (code)
        return code;
    memcpy(store->index_key, plain.data, sizeof store->index_key);
    sodium_memzero((void *)(uintptr_t)plain.data, plain.size);
    if (number == store->keys[0].number)
        return CODE_OK;
    return sealed_put(txn, DB_META, name, span_of(store->index_key, sizeof store->index_key));
}

/* Making keys and showing them as text. In come random bytes or text, out go keys; files are keys_file.c's.
 */

#include "common/world/keys.h"

#include <sodium.h>
#include <zmq.h>

void secret_generate(struct world *world, struct secret *ret_secret)
{
    world_random(world, ret_secret->bytes, sizeof ret_secret->bytes);
}

void secret_wipe(struct secret *secret)
{
    sodium_memzero(secret, sizeof *secret);
}

void curve_pair_generate(struct world *world, struct curve_pair *ret_pair)
{
    struct secret secret;
    secret_generate(world, &secret);
    curve_pair_of(&secret, ret_pair);
    secret_wipe(&secret);
}

void curve_pair_of(const struct secret *secret, struct curve_pair *ret_pair)
{
    _Static_assert(SECRET_BYTES == crypto_box_SECRETKEYBYTES && CURVE_KEY_BYTES == crypto_box_PUBLICKEYBYTES,
                   "the keys of CURVE are those of crypto_box");
    memcpy(ret_pair->secret_key.bytes, secret->bytes, CURVE_KEY_BYTES);
    /* Cannot fail for the base point: every string of 32 bytes is a secret key. */
    (void)crypto_scalarmult_base(ret_pair->public_key.bytes, ret_pair->secret_key.bytes);
}

void curve_pair_wipe(struct curve_pair *pair)
{
    sodium_memzero(pair, sizeof *pair);
}

bool curve_key_equal(const struct curve_key *a, const struct curve_key *b)
{
    return sodium_memcmp(a->bytes, b->bytes, CURVE_KEY_BYTES) == 0;
}

void curve_key_hex(const struct curve_key *key, char ret_text[KEY_HEX_BYTES])
{
    sodium_bin2hex(ret_text, KEY_HEX_BYTES, key->bytes, CURVE_KEY_BYTES);
}

void curve_key_z85(const struct curve_key *key, char ret_text[KEY_Z85_BYTES])
{
    zmq_z85_encode(ret_text, key->bytes, CURVE_KEY_BYTES);
}

enum code curve_key_parse(const char *text, struct curve_key *ret_key, struct fault *ret_fault)
{
    size_t length = strnlen(text, KEY_HEX_BYTES), size = 0;
    struct curve_key key;
    if (length == KEY_HEX_BYTES - 1) {
        if (sodium_hex2bin(key.bytes, CURVE_KEY_BYTES, text, length, NULL, &size, NULL) != 0 ||
            size != CURVE_KEY_BYTES)
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "key", "not 64 hexadecimal digits");
    } else if (length == KEY_Z85_BYTES - 1) {
        if (!zmq_z85_decode(key.bytes, text))
            return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "key", "not 40 characters of Z85");
    } else {
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "key",
                         "a key is 64 hexadecimal digits or 40 characters of Z85, not %zu%s characters",
                         length, length == KEY_HEX_BYTES ? " or more" : "");
    }
    *ret_key = key;
    return CODE_OK;
}

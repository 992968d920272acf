/* The cipher of short values, held against the library's: RFC 8439 has one answer to each question. */

#include "common/store/cipher.h"

#include <criterion/criterion.h>
#include <string.h>

enum { TEXT_MAX = 2600 };

static uint8_t text[TEXT_MAX], place[CIPHER_PLACE_BYTES_MAX];
static const uint8_t key[32] = {1, 2, 3}, nonce[CIPHER_NONCE_BYTES] = {4, 5, 6};

static void fill(void)
{
    cr_assert(sodium_init() >= 0);
    randombytes_buf(text, sizeof text);
    randombytes_buf(place, sizeof place);
}

static void check(size_t size, size_t place_size)
{
    uint8_t ours[TEXT_MAX + CIPHER_TAG_BYTES], theirs[TEXT_MAX + CIPHER_TAG_BYTES], plain[TEXT_MAX];
    struct span at = span_of(place, place_size);
    cipher_seal(ours, span_of(text, size), at, nonce, key);
    crypto_aead_chacha20poly1305_ietf_encrypt(theirs, NULL, text, size, place, place_size, NULL, nonce, key);
    cr_assert(memcmp(ours, theirs, size + CIPHER_TAG_BYTES) == 0, "%zu bytes at a place of %zu", size,
              place_size);
    cr_assert(cipher_open(plain, span_of(ours, size + CIPHER_TAG_BYTES), at, nonce, key));
    cr_assert(memcmp(plain, text, size) == 0);
}

Test(cipher, is_the_librarys)
{
    static const size_t places[] = {0, 1, 15, 16, 17, 27, 63, 64, 65, 200, CIPHER_PLACE_BYTES_MAX};
    fill();
    for (size_t size = 0; size <= TEXT_MAX; size++)
        check(size, 27);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (size_t size = 0; size < 600; size += 7)
            check(size, places[i]);
}

/* Every bit of ciphertext, tag and place counts, and nothing is written. */
Test(cipher, opens_nothing_that_was_changed)
{
    static const size_t sizes[] = {0, 1, 100, 448, 449, 2100};
    fill();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t sealed[TEXT_MAX + CIPHER_TAG_BYTES], plain[TEXT_MAX] = {0};
        struct span all = span_of(sealed, sizes[i] + CIPHER_TAG_BYTES), at = span_of(place, 30);
        cipher_seal(sealed, span_of(text, sizes[i]), at, nonce, key);
        for (size_t bit = 0; bit < 8 * all.size; bit += 3) {
            sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
            cr_assert(!cipher_open(plain, all, at, nonce, key));
            sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        place[29] ^= 1;
        cr_assert(!cipher_open(plain, all, at, nonce, key));
        cr_assert(!cipher_open(plain, all, span_of(place, 29), nonce, key));
        cr_assert(plain[0] == 0 && memcmp(plain, plain + 1, sizeof plain - 1) == 0);
        place[29] ^= 1;
        cr_assert(cipher_open(plain, all, at, nonce, key));
    }
}

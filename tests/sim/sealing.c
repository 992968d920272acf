/* How the stores of a schedule are sealed: in place of ChaCha20-Poly1305 (common/store/cipher.c, libsodium) a
 * cipher that costs a tenth. It need not keep a secret from anybody.
 *
 * In: what the store seals and opens. Out: as with the real one, sealed values of the same size that open
 * under the same key, nonce and place alone, and not when a byte of them was changed. Not part of what is
 * built with the sanitizers. */

#include "common/store/cipher.h"

#include <assert.h>
#include <string.h>

void __wrap_cipher_seal(uint8_t *ret_sealed, struct span plain, struct span place, const uint8_t *nonce,
                        const uint8_t *key);
bool __wrap_cipher_open(uint8_t *ret_plain, struct span sealed, struct span place, const uint8_t *nonce,
                        const uint8_t *key);
int __wrap_crypto_core_hchacha20(unsigned char *ret_key, const unsigned char *in, const unsigned char *key,
                                 const unsigned char *constant);
int __wrap_crypto_aead_xchacha20poly1305_ietf_encrypt(unsigned char *ret_sealed, unsigned long long *ret_size,
                                                      const unsigned char *plain, unsigned long long size,
                                                      const unsigned char *place,
                                                      unsigned long long place_size,
                                                      const unsigned char *unused, const unsigned char *nonce,
                                                      const unsigned char *key);
int __wrap_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *ret_plain, unsigned long long *ret_size,
                                                      unsigned char *unused, const unsigned char *sealed,
                                                      unsigned long long size, const unsigned char *place,
                                                      unsigned long long place_size,
                                                      const unsigned char *nonce, const unsigned char *key);

static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t word_at(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* Fewer than eight bytes. */
static uint64_t end_at(const uint8_t *data, size_t size)
{
    uint64_t word = 0;
    while (size-- > 0)
        word = word << 8 | data[size];
    return word;
}

/* Two sums of what went in so far. */
struct sums {
    uint64_t a, b;
};

static void add(struct sums *sums, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint64_t a = sums->a ^ size, b = sums->b;
    for (; size >= 16; size -= 16, bytes += 16) {
        a = fold(a ^ word_at(bytes), UINT64_C(0x9e3779b97f4a7c15));
        b = fold(b ^ word_at(bytes + 8), UINT64_C(0xc2b2ae3d27d4eb4f));
    }
    if (size >= 8) {
        a = fold(a ^ word_at(bytes), UINT64_C(0xd6e8feb86659fd93));
        size -= 8;
        bytes += 8;
    }
    b = fold(b ^ end_at(bytes, size) ^ a, UINT64_C(0xa0761d6478bd642f));
    *sums = (struct sums){a + b, b};
}

/* What key, nonce and place come to. */
static struct sums begin(const uint8_t *key, const void *nonce, size_t nonce_size, const void *place,
                         size_t place_size)
{
    struct sums sums = {UINT64_C(0x8ebc6af09c88c6e3), UINT64_C(0x589965cc75374cc3)};
    add(&sums, key, crypto_aead_chacha20poly1305_ietf_KEYBYTES);
    add(&sums, nonce, nonce_size);
    add(&sums, place, place_size);
    return sums;
}

/* The text and a stream, one into the other. */
static void mix(uint8_t *out, const uint8_t *in, size_t size, struct sums sums)
{
    uint64_t at = sums.a, factor = sums.b | 1;
    for (; size >= 8; size -= 8, out += 8, in += 8) {
        at += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t word = word_at(in) ^ (at ^ at >> 31) * factor;
        memcpy(out, &word, sizeof word);
    }
    for (uint64_t word = (at ^ at >> 29) * factor; size > 0; size--, word >>= 8)
        *out++ = (uint8_t)(*in++ ^ word);
}

static void tag(uint8_t ret_tag[CIPHER_TAG_BYTES], const uint8_t *text, size_t size, struct sums sums)
{
    static_assert((int)CIPHER_TAG_BYTES == (int)sizeof sums, "two sums make a tag");
    add(&sums, text, size);
    memcpy(ret_tag, &sums, sizeof sums);
}

static void seal(uint8_t *ret_sealed, struct span plain, struct sums sums)
{
    mix(ret_sealed, plain.data, plain.size, sums);
    tag(ret_sealed + plain.size, ret_sealed, plain.size, sums);
}

static bool unseal(uint8_t *ret_plain, struct span sealed, struct sums sums)
{
    uint8_t right[CIPHER_TAG_BYTES];
    size_t size = sealed.size - sizeof right;
    tag(right, sealed.data, size, sums);
    if (memcmp(right, sealed.data + size, sizeof right) != 0)
        return false;
    mix(ret_plain, sealed.data, size, sums);
    return true;
}

void __wrap_cipher_seal(uint8_t *ret_sealed, struct span plain, struct span place, const uint8_t *nonce,
                        const uint8_t *key)
{
    seal(ret_sealed, plain, begin(key, nonce, CIPHER_NONCE_BYTES, place.data, place.size));
}

bool __wrap_cipher_open(uint8_t *ret_plain, struct span sealed, struct span place, const uint8_t *nonce,
                        const uint8_t *key)
{
    return unseal(ret_plain, sealed, begin(key, nonce, CIPHER_NONCE_BYTES, place.data, place.size));
}

int __wrap_crypto_core_hchacha20(unsigned char *ret_key, const unsigned char *in, const unsigned char *key,
                                 const unsigned char *constant)
{
    (void)constant;
    struct sums sums = begin(key, in, crypto_core_hchacha20_INPUTBYTES, NULL, 0);
    memset(ret_key, 0, crypto_core_hchacha20_OUTPUTBYTES);
    mix(ret_key, ret_key, crypto_core_hchacha20_OUTPUTBYTES, sums);
    return 0;
}

int __wrap_crypto_aead_xchacha20poly1305_ietf_encrypt(unsigned char *ret_sealed, unsigned long long *ret_size,
                                                      const unsigned char *plain, unsigned long long size,
                                                      const unsigned char *place,
                                                      unsigned long long place_size,
                                                      const unsigned char *unused, const unsigned char *nonce,
                                                      const unsigned char *key)
{
    (void)unused;
    seal(ret_sealed, span_of(plain, size),
         begin(key, nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, place, place_size));
    if (ret_size)
        *ret_size = size + CIPHER_TAG_BYTES;
    return 0;
}

int __wrap_crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *ret_plain, unsigned long long *ret_size,
                                                      unsigned char *unused, const unsigned char *sealed,
                                                      unsigned long long size, const unsigned char *place,
                                                      unsigned long long place_size,
                                                      const unsigned char *nonce, const unsigned char *key)
{
    (void)unused;
    if (size < CIPHER_TAG_BYTES ||
        !unseal(ret_plain, span_of(sealed, size),
                begin(key, nonce, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, place, place_size)))
        return -1;
    if (ret_size)
        *ret_size = size - CIPHER_TAG_BYTES;
    return 0;
}

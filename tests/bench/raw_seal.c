/* What sealing costs by itself: XChaCha20-Poly1305 of 500 bytes, and of all that one command puts sealed into
 * its store (puts.h), with a subkey for a run of values, as the store has it (store/seal.c, cipher.c).
 * `bench_raw_seal PUTS NAME SECONDS`. Index entries hold nothing sealed; an entry of the journal holds what
 * its table does, sealed once for both (stored.c). */

#include "common/store/cipher.h"
#include "tests/bench/puts.h"

#include <string.h>

enum { VALUE_MAX = 1 << 16, SEAL_BYTES = 44, PLACE_MAX = 640, RUN = 64 /* values under way at once */ };

static double seconds_to_seal(size_t size, size_t place_size, double seconds)
{
    static uint8_t plain[VALUE_MAX], sealed[VALUE_MAX + 64];
    uint8_t key[32] = {1}, nonce[24] = {2}, place[PLACE_MAX] = {3}, subkey[32];
    uint64_t count = 0;
    double began = bench_cpu(), ended;
    do {
        crypto_core_hchacha20(subkey, nonce, key, NULL);
        for (int i = 0; i < RUN; i++, count++) {
            nonce[23]++;
            cipher_seal(sealed, span_of(plain, size), span_of(place, place_size), nonce + 12, subkey);
        }
        nonce[0]++;
        ended = bench_cpu();
    } while (ended - began < seconds);
    return (ended - began) / (double)count;
}

int main(int argc, char **argv)
{
    struct puts puts;
    char name[96];
    double sum = 0, sealed = 0;
    BENCH_NEED(argc == 4 && sodium_init() >= 0, "usage: bench_raw_seal PUTS NAME SECONDS");
    double seconds = strtod(argv[3], NULL);
    puts_read(argv[1], &puts);
    bench_say("seal_500_per_s", 1 / seconds_to_seal(500, 64, seconds));
    for (size_t i = 0; i < puts.count; i++) {
        const struct put *put = &puts.list[i];
        if (strncmp(put->database, "index:", 6) == 0 || strcmp(put->database, "journal") == 0 ||
            put->value_bytes <= SEAL_BYTES)
            continue;
        sealed += put->each;
        size_t place = strlen(put->database) + 1 + put->key_bytes; /* what it is bound to: its name and key */
        sum += put->each * seconds_to_seal(put->value_bytes - SEAL_BYTES, place, seconds / 4);
    }
    snprintf(name, sizeof name, "%s_seal_us", argv[2]);
    bench_say(name, 1e6 * sum);
    snprintf(name, sizeof name, "%s_seals", argv[2]);
    bench_say(name, sealed);
    return 0;
}

/* Seeded randomness: xoshiro256** (Blackman and Vigna, public domain). In: a seed. Out: the same stream each
 * time. */

#include "tests/sim/random.h"

#include <assert.h>
#include <string.h>

static uint64_t rotate(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

void sim_random_seed(struct sim_random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        random->state[i] = z ^ z >> 31;
    }
}

uint64_t sim_random_next(struct sim_random *random)
{
    uint64_t *s = random->state, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

void sim_random_bytes(struct sim_random *random, void *ret_bytes, size_t size)
{
    uint8_t *out = ret_bytes;
    while (size > 0) {
        uint64_t number = sim_random_next(random);
        size_t part = size < sizeof number ? size : sizeof number;
        memcpy(out, &number, part);
        out += part;
        size -= part;
    }
}

int64_t sim_random_between(struct sim_random *random, int64_t least, int64_t most)
{
    assert(least <= most);
    return least + (int64_t)(sim_random_next(random) % (uint64_t)(most - least + 1));
}

bool sim_random_chance(struct sim_random *random, unsigned percent)
{
    return sim_random_next(random) % 100 < percent;
}

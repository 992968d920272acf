#pragma once
/* Numbers that look random and follow from a seed: xoshiro256** of Blackman and Vigna, seeded by splitmix64.
 * The same on every machine. Not for keys. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_init(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
/* 0 to `bound` - 1; bound must not be 0. */
uint32_t random_below(struct random *random, uint32_t bound);
/* `least` to `most`, both included. */
int32_t random_between(struct random *random, int32_t least, int32_t most);
bool random_chance(struct random *random, unsigned percent);
/* The sum of four even ones: bell-shaped in about [-1, 1]. */
double random_bell(struct random *random);
/* An index by weights that sum to `total`. */
size_t random_weighted(struct random *random, const unsigned *weights, size_t count);

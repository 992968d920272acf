#pragma once
/* One stream of seeded randomness per schedule (xoshiro256**, seeded through splitmix64): every choice of the
 * simulation, and every random byte that a simulated program asks for, comes from it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_random {
    uint64_t state[4];
};

void sim_random_seed(struct sim_random *random, uint64_t seed);
uint64_t sim_random_next(struct sim_random *random);
void sim_random_bytes(struct sim_random *random, void *ret_bytes, size_t size);
/* `least` to `most`, both possible. */
int64_t sim_random_between(struct sim_random *random, int64_t least, int64_t most);
/* True `percent` times in a hundred. */
bool sim_random_chance(struct sim_random *random, unsigned percent);

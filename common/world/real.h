#pragma once
/* The real world: the machine's clocks, the kernel's randomness, ZeroMQ links under CURVE, threads. */

#include "common/world/world.h"

struct world_real_options {
    unsigned search_threads; /* 0: one per core */
    unsigned slow_threads;   /* 0: two, for password hashing and exports */
    unsigned link_threads;   /* 0: one; they encrypt and do the socket I/O */
};

/* Threads are started when a pool is first used. `options` may be NULL: the defaults. Caller destroys with
 * world_destroy, after its links. CODE_RESOURCE_EXHAUSTED: out of memory or descriptors. */
enum code world_real_create(const struct world_real_options *options, struct world **ret_world);

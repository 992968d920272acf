#pragma once
/* One schedule, from its seed to its verdict. */

#include "tests/sim/sim.h"
#include "tests/sim/watch.h"

/* `sim` is zeroed but for seed, plant, print_trace and region. On return `failed`, `invariant`, `failure`,
 * `counts` and `trace` say how it went; nothing of it is left. */
void schedule_run(struct sim *sim);

#pragma once
/* What programs keep of others' records (copies.c). */

#include "tests/sim/sim.h"

/* With everything at rest: each has what its source entitles it to, as it stands there, and no more. */
void copies_check(struct sim *sim);

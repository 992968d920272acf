#pragma once
/* What the files of the registry's part share. */

#include "tests/sim/parts.h"

extern const struct order_kind registry_orders[];

/* So long ago that each command ends a placement on another day of the past. */
#define LASTING_SINCE "2020-01-06"

/* registry_check.c: its store against the promises. */
void registry_check(struct sim *sim);

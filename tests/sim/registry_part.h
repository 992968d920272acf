#pragma once
/* What the files of the registry's part share. */

#include "tests/sim/parts.h"

extern const struct order_kind registry_orders[];

/* registry_check.c: its store against the promises. */
void registry_check(struct sim *sim);

#pragma once
/* What the files of allocation's part share. */

#include "tests/sim/parts.h"
#include "tests/sim/programs.h"

#include "services/allocation/records.h"

/* What clients ask of it. */
extern const struct order_kind allocation_orders[];
/* Its store against the promises of its clients, and the rules. */
void allocation_check(struct sim *sim);

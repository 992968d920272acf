#pragma once
/* What the files of fees' part share. */

#include "tests/sim/parts.h"

#define FEES_CYCLE "2027-28"

extern const struct order_kind fees_orders[];
void fees_check(struct sim *sim);

#pragma once
/* What the files of cycles share. */

#include "services/fees/rules_cycle.h"

/* The tasks of a cycle from `first` to `last`, each kind once, in the order of their kinds: the asked ones,
 * and for those left out their default days. */
enum fees_refusal fee_cycle_tasks(const Pb__FeeCycle *asked, struct date first, struct date last,
                                  struct arena *arena, Pb__FeeCycle *cycle, struct fault *ret_fault);

#pragma once
/* What was free at each position of the registry's journal, and whether searches say the same. */

#include "tests/sim/sim.h"

#include "ccrag/v1/matching.pb-c.h"

struct facts *facts_create(void);
void facts_destroy(struct facts *facts);

/* Takes what the registry has committed since the last time. */
void facts_read(struct sim *sim);

/* The one question that is always asked. */
void facts_ask(Pb__SearchRequest *ret_request);

/* It is no older than was asked. Each place that was found was free at the position that the answer names,
 * none that was is missing from the count, and the answer is that of whoever answered at that position before
 * (rule X4). */
void facts_check_search(struct sim *sim, const struct position *at_least, const Pb__SearchResponse *response);

#pragma once
/* What was free at each position of the registry's journal, and whether searches say the same. */

#include "tests/sim/sim.h"

#include "ccrag/v1/matching.pb-c.h"

struct facts *facts_create(void);
void facts_destroy(struct facts *facts);

/* Takes what the registry has committed since the last time. */
void facts_read(struct sim *sim);

/* The registry's store was replaced by an earlier copy, which ended at `copy`, and has begun `epoch`. */
void facts_restored(struct sim *sim, struct position copy, uint64_t epoch);

/* The one question that is always asked. */
void facts_ask(Pb__SearchRequest *ret_request);

/* A search that is under way. */
struct asked {
    struct load *load;
    bool open;
    struct position at_least; /* sequence 0: none */
    uint64_t epoch;           /* of the registry, where all who search had read it; 0: some had not */
    uint64_t restores;        /* that there had been by then */
};
void facts_note_asked(const struct sim *sim, struct asked *asked);

/* It is no older than was asked, nor of an epoch that nobody was in any more. Each place that was found was
 * free at the position that the answer names, none that was is missing from the count, and the answer is that
 * of whoever answered at that position before (rule X4). */
void facts_check_search(struct sim *sim, const struct asked *asked, const Pb__SearchResponse *response);

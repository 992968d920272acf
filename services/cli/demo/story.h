#pragma once
/* What the demonstration's councils did since its records were made: cycles of allocation, placements that
 * began and ended, an offer between two LAs. Told through the API like anybody's commands. */

#include "services/cli/demo/demo.h"
#include "services/cli/cli.h"

/* What was told, as far as the region's services run. */
struct demo_told {
    bool cycles; /* of allocation */
    bool visits;
    bool fees;
};

/* A monitoring year before the one that holds `today`, closed, with an allocation published as of its start;
 * the present one, published as of its own start; and since then ended and new placements, which raise tasks,
 * and a transfer that is offered. Nothing is done where the region's allocation does not run. Where
 * monitoring runs, visits of the present cycle after that (visits.h); where fees runs, two fee cycles
 * (fees.h). */
enum code demo_tell(struct cli *cli, const struct demo *demo, struct demo_told *ret_told,
                    struct fault *ret_fault);

/* --- the parts of it, for tests: pure ---------------------------------------------------------------- */

/* The 1 October on or before a day. */
struct date demo_year_start(struct date today);
/* `2026-27`, in the arena. */
const char *demo_year_name(struct date start, struct arena *arena);

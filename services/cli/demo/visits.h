#pragma once
/* The demonstration's monitoring: a cycle of visits under way, told through the API like anybody's commands.
 */

#include "services/cli/cli.h"
#include "services/cli/demo/demo.h"

#include "ccrag/v1/allocation.pb-c.h"

/* How many of what there is, where the region is large enough. */
enum {
    DEMO_VISITS_PUBLISHED =
        8, /* reports, of grades that differ; two of them have one of the year before too */
    DEMO_VISITS_BEFORE = 2,
    DEMO_VISITS_SENT = 3,
    DEMO_VISITS_COMMENTED = 2,
    DEMO_VISITS_DRAFT = 4,
    DEMO_VISITS_TO_COME = 6,
    DEMO_VISITS_OVERDUE = 4,
    DEMO_VISITS_CANCELLED = 1,
    DEMO_VISITS = DEMO_VISITS_PUBLISHED + DEMO_VISITS_SENT + DEMO_VISITS_COMMENTED + DEMO_VISITS_DRAFT +
                  DEMO_VISITS_TO_COME + DEMO_VISITS_OVERDUE + DEMO_VISITS_CANCELLED,
};

/* Visits of links in the cycle `present`, the one after `before`: done, pending, overdue; reports in draft,
 * with the provider, commented and published; one concern that is open and one resolved; what placements
 * achieve. Which ones follows from what is published, in the order of provision identifiers, and from the
 * seed; days lie around `today`. Nothing is done, and false given, where the region's monitoring does not
 * run. */
enum code demo_monitor(struct cli *cli, const struct demo *demo, const char *before, const char *present,
                       bool *ret_told, struct fault *ret_fault);

#pragma once
/* The demonstration's fees: a cycle under way and the one before, closed, told through the API like anybody's
 * commands. */

#include "services/cli/cli.h"
#include "services/cli/demo/demo.h"

/* How many of what there is, where the region is large enough. */
enum {
    DEMO_FEES_LED = 12,        /* provisions with a lead that something happens at; others only wait */
    DEMO_FEES_BEFORE = 4,      /* of those, in the cycle before too */
    DEMO_FEES_AUTHORITIES = 8, /* LAs whose lines are in, of every placement of theirs */
};

/* Two cycles: the earlier closed, with applications, reports, decisions and lines; the present with dated
 * tasks, some late, indices and a threshold, applications within it and above, one of an IFA, one whose total
 * is off by some pence, reports, decisions, letters sent and due. Which provisions follows from what is
 * published and from the seed; days lie around `today`. Nothing is done, and false given, where the region's
 * fees do not run.
 */
enum code demo_fees(struct cli *cli, const struct demo *demo, bool *ret_told, struct fault *ret_fault);

/* --- a part of it, for tests: pure ------------------------------------------------------------------- */

/* The first day of the cycle that is under way on a day: the first 1 April of those 90 days or less before
 * it, or after it. */
struct date demo_fees_start(struct date today);

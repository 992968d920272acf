#pragma once
/* What happens to generated placements after they were loaded, so that an allocation has something to tell:
 * links whose LA places there no more, nearer LAs that begin to, provisions that are new or close. Which ones
 * follows from the records and from what is published, in the order of provision identifiers. */

#include "services/cli/cli.h"
#include "services/cli/demo/demo.h"

#include "ccrag/v1/allocation.pb-c.h"

/* What is published, and how far the story has come through it: no provision happens twice. */
struct happenings {
    Pb__Allocation *const *published; /* by identifier of the provision */
    size_t count;
    const char *last;  /* provision; NULL at the beginning */
    size_t new_places; /* next of demo.provisions that may be new */
    size_t recorded;   /* placements made */
};

/* One provision, the LA that had it, and another that places there. */
struct happening {
    const char *provision_id, *holder, *other;
};

/* Reads what is published now. In cli->arena. */
enum code happenings_read(struct cli *cli, struct happenings *happenings, struct fault *ret_fault);

/* Between two days: some links' LAs stop placing, nearer LAs begin, provisions are new, one closes. */
enum code happenings_between(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                             struct date from, struct date until, struct fault *ret_fault);

/* Yesterday, of placements that lasted since `from`: the same in small, and a provision that everybody
 * leaves. The first link that its LA left is given out; its fields are NULL where there was none. */
enum code happenings_since(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                           struct date from, struct happening *ret_first, struct fault *ret_fault);

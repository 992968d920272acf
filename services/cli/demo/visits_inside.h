#pragma once
/* The inside of the demonstration's visits, shared by its files (visits*.c). */

#include "services/cli/demo/happenings.h"
#include "services/cli/demo/visits.h"

#include "ccrag/v1/forms.pb-c.h"

#include <string.h>

/* Where the telling stands. */
struct telling {
    struct cli *cli;
    struct demo demo; /* a copy with randomness of its own */
    const char *before, *present;
    struct happenings all;
    size_t next;                   /* of what is published */
    const Pb__Allocation *crowded; /* the link with most placements, whose turn came first; NULL: not yet */
    struct fault *fault;
};

/* How far a visit goes. */
enum stage { TO_COME, OVERDUE, CANCELLED, DRAFT, SENT, COMMENTED, PUBLISHED };

/* One visit. */
struct visiting {
    const Pb__Allocation *link;
    const char *cycle, *visit_id, *report_id;
    struct date intended, made;
    Pb__VisitMode mode;
    unsigned percent_good;
    struct date expires;
};

static inline enum code visits_call(struct telling *telling, const char *method,
                                    const ProtobufCMessage *request, const ProtobufCMessage **ret_response)
{
    return cli_call(telling->cli, NULL, method, request, ret_response, telling->fault);
}

/* Does it last, at that provision? */
static inline bool visits_placed_there(const Pb__Placement *placement, const char *provision)
{
    return strcmp(placement->provision_id, provision) == 0 && !*placement->end_on;
}

/* visits_report.c: the report of a visit that was made, in steps; of a draft the first half of its answers.
 */
enum code visits_write(struct telling *telling, const struct visiting *visiting, bool whole);
enum code visits_send(struct telling *telling, const struct visiting *visiting);
enum code visits_comment(struct telling *telling, const struct visiting *visiting);
enum code visits_publish(struct telling *telling, const struct visiting *visiting);

/* visits_found.c: a concern that is looked into and one that is resolved; what every placement at a visited
 * provision has achieved. */
enum code visits_tell_concerns(struct telling *telling, const Pb__Allocation *open,
                               const Pb__Allocation *resolved);
enum code visits_tell_outcomes(struct telling *telling, const struct visiting *visiting);

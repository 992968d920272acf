#pragma once
/* What the region would lose if one owner failed (rule R8). Pure: records are told one by one, then the
 * report is read. */

#include "common/base/arena.h"

#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

struct exposure;

/* Everything it keeps is copied into `arena`. NULL past its limit. */
struct exposure *exposure_create(struct arena *arena);

/* Tell providers first, then provisions, then placements. False past the arena's limit. A provision without a
 * provider record counts for the owner that its register publishes; one of which no owner is known is left
 * out, as are closed ones. Of placements those that are live count. */
bool exposure_add_provider(struct exposure *exposure, const Pb__Provider *provider);
bool exposure_add_provision(struct exposure *exposure, const Pb__Provision *provision);
bool exposure_add_placement(struct exposure *exposure, const Pb__PlacementFact *placement);

/* The owner of that name (in any case), or with an empty name the `most` with most placements, then places,
 * then by name. NULL past the arena's limit. */
Pb__OwnerExposure **exposure_report(struct exposure *exposure, const char *ultimate_owner, size_t most,
                                    size_t *ret_count);

#pragma once
/* What placements achieve (rule M7): recorded by placement, shown as one fixed table of years and areas.
 * Pure.
 *
 * A placement counts once per year and area, with the last that was recorded. A row of fewer than five (none
 * too) is suppressed; its part that came as far as intended is shown only where it, and the rest, are none or
 * five and more; what is shown is rounded to five. In the region's table a row, or its part, is suppressed
 * too where what single provisions do not show comes to fewer than five together, or to so few or so many
 * that each of them can only be one or four: so the region less its provisions never tells of a small group.
 */

#include "services/monitoring/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"

#include "ccrag/v1/concerns.pb-c.h"
#include "ccrag/v1/monitoring.pb-c.h"

/* The areas a placement is for: at least one, each once. */
enum monitoring_refusal outcomes_intended_check(const Pb__SetIntendedOutcomesRequest *request);

/* A placement's outcomes with those of one visit, in place of what was recorded with that visit before; by
 * date, then area. Lists and rows in `arena`, texts borrowed. TOO_MANY: a full record or arena. */
enum monitoring_refusal outcomes_record(const Pb__PlacementOutcomes *stored,
                                        const Pb__RecordOutcomesRequest *request, const Pb__Visit *visit,
                                        struct arena *arena, Pb__PlacementOutcomes *ret_outcomes);

/* The first calendar year of the monitoring year (October to September) that has that day. */
uint32_t outcome_year(struct date day);

struct outcomes_builder;

/* Told in any order, each provision's tally once, borrowed, kept in `arena`. NULL, or false, past its limit.
 */
struct outcomes_builder *outcomes_create(struct arena *arena);
bool outcomes_add_tally(struct outcomes_builder *builder, const Pb__OutcomeTally *tally);

/* The table of a provision, or of the region; every area of every year with anything recorded there, by year,
 * then area. CODE_RESOURCE_EXHAUSTED past the arena's limit. */
enum code outcomes_of_provision(struct outcomes_builder *builder, const char *provision_id,
                                Pb__OutcomeRow ***ret_rows, size_t *ret_count);
enum code outcomes_of_region(struct outcomes_builder *builder, Pb__OutcomeRow ***ret_rows, size_t *ret_count);

/* What was recorded of a placement is so from now on: the provision's tally counts `after` in place of
 * `before` (NULL: nothing was). A placement that is erased counts on, as no tally changes (rule S2).
 * `stored`: NULL for none yet. Meta is the service's to set. CODE_RESOURCE_EXHAUSTED past the arena's limit.
 */
enum code outcomes_tally(const Pb__OutcomeTally *stored, const Pb__PlacementOutcomes *before,
                         const Pb__PlacementOutcomes *after, struct arena *arena,
                         Pb__OutcomeTally *ret_tally);

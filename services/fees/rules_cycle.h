#pragma once
/* Fee cycles: their dates, tasks and settings (rule F1). Pure. The functions that give a cycle back leave its
 * meta to the service and borrow texts from what they were given; what they make is in the arena. A refusal
 * leaves `ret_cycle` untouched and says why in `ret_fault` (which may be NULL). */

#include "services/fees/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"

#include "ccrag/v1/fee_cycles.pb-c.h"

enum { FEE_TASK_KINDS = 6 }; /* from LEVEL_TOLD to DECISION, numbered from 1 */

/* What happens in a cycle, and to which state it leads: the one table. UNSPECIFIED: there is none. */
enum fee_cycle_event {
    FEE_CYCLE_OPEN,
    FEE_CYCLE_UPDATE, /* dates, settings, thresholds, LAs' own dates */
    FEE_CYCLE_WORK,   /* applications, leads, consultations, reports, letters */
    FEE_CYCLE_RECORD, /* decisions and lines: also once it is closed */
    FEE_CYCLE_CLOSE,
    FEE_CYCLE_EVENTS,
};
enum fees_refusal fee_cycle_step(Pb__FeeCycleState state, enum fee_cycle_event event,
                                 Pb__FeeCycleState *ret_state);

/* A cycle as it is opened after `last` (NULL: the first). An empty identifier is the years, `2027-28`. An
 * empty first day is the 1 April that the identifier names, else the day after the last cycle if that is one,
 * else the next; an empty last day makes a year. Tasks left out are due on days reckoned from the first day
 * (see the proto). Without thresholds: threshold_set adds the one that it opens with. Whether a name was ever
 * used is for the store to say. */
enum fees_refusal fee_cycle_open(const Pb__FeeCycle *asked, const Pb__FeeCycle *last, struct date today,
                                 struct arena *arena, Pb__FeeCycle *ret_cycle, struct fault *ret_fault);

/* A cycle as it shall be: dates, tasks and settings as asked, empty dates as they were, everything else as
 * stored. `before`: the cycle before it, NULL for none. */
enum fees_refusal fee_cycle_update(const Pb__FeeCycle *asked, const Pb__FeeCycle *stored,
                                   const Pb__FeeCycle *before, struct arena *arena, Pb__FeeCycle *ret_cycle,
                                   struct fault *ret_fault);

/* The cycle's own last day for a task; DATE_NONE: it has none. LAs' earlier dates are not among these. */
struct date fee_cycle_due(const Pb__FeeCycle *cycle, Pb__FeeTaskKind kind);

/* A first day of a new fee: empty is the cycle's first. False: it is no date, or outside the cycle. */
bool fee_cycle_effective(const Pb__FeeCycle *cycle, const char *effective_on, struct date *ret_date);

/* "beginning of consultation": how people call a task. */
const char *fee_task_name(Pb__FeeTaskKind kind);

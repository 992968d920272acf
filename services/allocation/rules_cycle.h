#pragma once
/* Cycles, the host's choices and tasks (rules A7, A8). Pure. */

#include "services/allocation/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"

#include "ccrag/v1/allocation.pb-c.h"

/* A cycle to open, with what is left out filled in (texts in `arena`). `last`: the latest there is, NULL for
 * none. The monitoring year runs October to September unless dates are given. */
enum allocation_refusal cycle_open(const Pb__AllocationCycle *asked, const Pb__AllocationCycle *last,
                                   struct date today, struct arena *arena, Pb__AllocationCycle *ret_cycle);
/* A cycle as it shall be: the asked dates and settings over what the service keeps of the stored one; a date
 * that is left out stays. `ret_cycle` borrows from both; costs stay as asked, 0 the preset. */
enum allocation_refusal cycle_update(const Pb__AllocationCycle *asked, const Pb__AllocationCycle *stored,
                                     const Pb__AllocationCycle *before, Pb__AllocationCycle *ret_cycle);

/* What happens to a cycle, and to which state it leads: the one table. */
enum cycle_event { CYCLE_PROPOSE, CYCLE_PUBLISH, CYCLE_UPDATE, CYCLE_CLOSE };
enum allocation_refusal cycle_step(Pb__CycleState state, enum cycle_event event, Pb__CycleState *ret_state);

/* The same of a task. FACTS_SAME: the facts give what is published again; FACTS_OTHER: they give something
 * else than the task says; FACTS_HELD: they still give what it says. */
enum task_event { TASK_FACTS_SAME, TASK_FACTS_OTHER, TASK_FACTS_HELD, TASK_APPLY, TASK_KEEP };
enum allocation_refusal task_step(Pb__AllocationTaskState state, enum task_event event,
                                  Pb__AllocationTaskState *ret_state);

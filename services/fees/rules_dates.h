#pragma once
/* The days of a cycle's tasks for one provider: the cycle's own, or an earlier one that an LA set (rule F1).
 * Pure. */

#include "services/fees/rules_cycle.h"

#include "common/base/arena.h"
#include "common/domain/date.h"
#include "common/domain/gss.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/fee_cycles.pb-c.h"

struct fee_day {
    struct date on;    /* DATE_NONE: the cycle has none */
    struct gss set_by; /* the LA whose own date it is; empty: the cycle's */
};
/* By kind of task. */
struct fee_days {
    struct fee_day of[FEE_TASK_KINDS + 1];
};

/* The cycle's own. */
void fee_days_init(struct fee_days *days, const Pb__FeeCycle *cycle);
/* An LA's own date for the provider, in any order, any number of times: the earliest wins, of equal ones that
 * of the lower GSS code. Passed over where it is empty, not before the cycle's, or its LA (`member`; NULL:
 * not known) is no active member. */
void fee_days_add(struct fee_days *days, const Pb__FeeDate *date, const Pb__Authority *member);

/* The tasks as a caller is told them, in the order of their kinds: those that have a day. Texts and list in
 * the arena; false past its limit. */
bool fee_days_tasks(const struct fee_days *days, struct arena *arena, Pb__FeeTask ***ret_tasks,
                    size_t *ret_count);

/* May an LA set that date? An empty one takes its own away. DATE_KIND_WRONG, DATE_WRONG, DATE_NOT_EARLIER,
 * DATE_FAR. */
enum fees_refusal fee_date_check(const Pb__FeeDate *date, const Pb__FeeCycle *cycle);

/* Days of tasks for one provider (rule F1). In: the cycle's, and LAs' own. Out: the earliest of each kind,
 * and whose it is. */

#include "services/fees/rules_dates.h"

#include "services/fees/rules_text.h"

static bool kind_is_known(Pb__FeeTaskKind kind)
{
    return kind != PB__FEE_TASK_KIND__FEE_TASK_KIND_UNSPECIFIED && (unsigned)kind <= FEE_TASK_KINDS;
}

void fee_days_init(struct fee_days *days, const Pb__FeeCycle *cycle)
{
    *days = (struct fee_days){.of[0].on = DATE_NONE};
    for (unsigned kind = 1; kind <= FEE_TASK_KINDS; kind++)
        days->of[kind].on = fee_cycle_due(cycle, (Pb__FeeTaskKind)kind);
}

void fee_days_add(struct fee_days *days, const Pb__FeeDate *date, const Pb__Authority *member)
{
    struct date on = stored_date(date->due_on);
    struct gss set_by;
    if (!kind_is_known(date->kind) || date_is_none(on) || !member ||
        member->state != PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE ||
        gss_parse(date->authority_id, &set_by, NULL) != CODE_OK)
        return;
    struct fee_day *day = &days->of[date->kind];
    int order = date_compare(on, day->on);
    bool wins = order < 0 || (order == 0 && day->set_by.text[0] && gss_compare(set_by, day->set_by) < 0);
    if (!date_is_none(day->on) && wins)
        *day = (struct fee_day){on, set_by};
}

bool fee_days_tasks(const struct fee_days *days, struct arena *arena, Pb__FeeTask ***ret_tasks,
                    size_t *ret_count)
{
    Pb__FeeTask **tasks = arena_array(arena, Pb__FeeTask *, FEE_TASK_KINDS);
    Pb__FeeTask *room = arena_array(arena, Pb__FeeTask, FEE_TASK_KINDS);
    size_t count = 0;
    if (!tasks || !room)
        return false;
    for (unsigned kind = 1; kind <= FEE_TASK_KINDS; kind++) {
        if (date_is_none(days->of[kind].on))
            continue;
        Pb__FeeTask *task = tasks[count] = &room[count];
        pb__fee_task__init(task);
        task->kind = (Pb__FeeTaskKind)kind;
        task->due_on = date_text(days->of[kind].on, arena);
        if (!task->due_on)
            return false;
        count++;
    }
    *ret_tasks = tasks;
    *ret_count = count;
    return true;
}

enum fees_refusal fee_date_check(const Pb__FeeDate *date, const Pb__FeeCycle *cycle)
{
    struct date on, due, first_on = stored_date(cycle->first_on);
    if (!kind_is_known(date->kind))
        return REFUSAL_DATE_KIND_WRONG;
    if (!date_field(date->due_on, &on))
        return REFUSAL_DATE_WRONG;
    if (date_is_none(on))
        return REFUSAL_NONE;
    due = fee_cycle_due(cycle, date->kind);
    if (date_is_none(due) || date_compare(on, due) >= 0)
        return REFUSAL_DATE_NOT_EARLIER;
    return !date_is_none(first_on) && on.day < first_on.day - FEE_DATE_BACK_DAYS_MAX ? REFUSAL_DATE_FAR
                                                                                     : REFUSAL_NONE;
}

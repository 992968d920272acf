/* The dated tasks of a cycle (rule F1). In: tasks as the host sets them, the cycle's days. Out: each kind
 * once, with its day, or what is wrong with one. */

#include "services/fees/rules_cycle_inside.h"
#include "services/fees/rules_text.h"

enum { FAR_DAYS = 366 };

static const struct {
    const char *name;
    int month, day; /* when it is due by default */
    bool before;    /* the last such day before the cycle begins; else the first from then on */
} tasks[FEE_TASK_KINDS + 1] = {
    [PB__FEE_TASK_KIND__FEE_TASK_KIND_LEVEL_TOLD] = {"telling of the level", 12, 31, true},
    [PB__FEE_TASK_KIND__FEE_TASK_KIND_LETTER_SENT] = {"letter to the provider", 12, 31, true},
    [PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION] = {"application", 3, 1, true},
    [PB__FEE_TASK_KIND__FEE_TASK_KIND_CONSULTATION_BEGUN] = {"beginning of consultation", 3, 15, true},
    [PB__FEE_TASK_KIND__FEE_TASK_KIND_REPORT] = {"report", 4, 30, false},
    [PB__FEE_TASK_KIND__FEE_TASK_KIND_DECISION] = {"decision", 5, 31, false},
};

static bool is_kind(Pb__FeeTaskKind kind)
{
    return (unsigned)kind >= 1 && (unsigned)kind <= FEE_TASK_KINDS;
}

const char *fee_task_name(Pb__FeeTaskKind kind)
{
    return is_kind(kind) ? tasks[kind].name : "task";
}

struct date fee_cycle_due(const Pb__FeeCycle *cycle, Pb__FeeTaskKind kind)
{
    for (size_t i = 0; i < cycle->n_tasks; i++)
        if (cycle->tasks[i]->kind == kind)
            return stored_date(cycle->tasks[i]->due_on);
    return DATE_NONE;
}

/* When a task is due by default; DATE_NONE past the years that there are. */
static struct date default_day(unsigned kind, struct date first)
{
    struct date day = DATE_NONE;
    int year = date_to_ymd(first).year;
    if (date_from_ymd(year, tasks[kind].month, tasks[kind].day, &day) != CODE_OK)
        return DATE_NONE;
    if (tasks[kind].before && date_compare(day, first) >= 0)
        year--;
    else if (!tasks[kind].before && date_compare(day, first) < 0)
        year++;
    return date_from_ymd(year, tasks[kind].month, tasks[kind].day, &day) == CODE_OK ? day : DATE_NONE;
}

/* Days by kind, as asked; DATE_NONE of those left out. */
static enum fees_refusal read_tasks(const Pb__FeeCycle *asked, struct date first, struct date last,
                                    struct date days[FEE_TASK_KINDS + 1], struct fault *ret_fault)
{
    for (unsigned kind = 0; kind <= FEE_TASK_KINDS; kind++)
        days[kind] = DATE_NONE;
    for (size_t i = 0; i < asked->n_tasks; i++) {
        const Pb__FeeTask *task = asked->tasks[i];
        struct date day;
        if (!is_kind(task->kind) || !date_is_none(days[task->kind]))
            return fees_refuse(ret_fault, REFUSAL_TASK_KIND_WRONG, NULL, NULL);
        if (!date_field(task->due_on, &day) || date_is_none(day))
            return fees_refuse(ret_fault, REFUSAL_TASK_DATE_WRONG, NULL,
                               "%s: \"%.40s\" is no day: write YYYY-MM-DD", fee_task_name(task->kind),
                               task->due_on);
        if (day.day < first.day - FAR_DAYS || day.day > last.day + FAR_DAYS)
            return fees_refuse(ret_fault, REFUSAL_TASK_DATE_FAR, NULL,
                               "%s: %s lies more than a year outside the cycle", fee_task_name(task->kind),
                               task->due_on);
        days[task->kind] = day;
    }
    return REFUSAL_NONE;
}

/* Application, consultation, report and decision follow on one another; the level and the letters may come
 * before or after the application. */
static enum fees_refusal check_order(const struct date days[FEE_TASK_KINDS + 1], struct fault *ret_fault)
{
    for (unsigned kind = PB__FEE_TASK_KIND__FEE_TASK_KIND_APPLICATION; kind < FEE_TASK_KINDS; kind++)
        if (date_compare(days[kind], days[kind + 1]) > 0)
            return fees_refuse(ret_fault, REFUSAL_TASKS_ORDER, NULL, "the %s is due before the %s",
                               tasks[kind + 1].name, tasks[kind].name);
    return REFUSAL_NONE;
}

static Pb__FeeTask *task_of(unsigned kind, struct date day, struct arena *arena)
{
    Pb__FeeTask *task = arena_new(arena, Pb__FeeTask);
    if (!task)
        return NULL;
    pb__fee_task__init(task);
    task->kind = (Pb__FeeTaskKind)kind;
    task->due_on = date_text(day, arena);
    return task->due_on ? task : NULL;
}

enum fees_refusal fee_cycle_tasks(const Pb__FeeCycle *asked, struct date first, struct date last,
                                  struct arena *arena, Pb__FeeCycle *cycle, struct fault *ret_fault)
{
    struct date days[FEE_TASK_KINDS + 1];
    enum fees_refusal refusal = read_tasks(asked, first, last, days, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    for (unsigned kind = 1; kind <= FEE_TASK_KINDS; kind++)
        if (date_is_none(days[kind]))
            days[kind] = default_day(kind, first);
    refusal = check_order(days, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    Pb__FeeTask **list = arena_array(arena, Pb__FeeTask *, FEE_TASK_KINDS);
    for (unsigned kind = 1; list && kind <= FEE_TASK_KINDS; kind++)
        if (!(list[kind - 1] = task_of(kind, days[kind], arena)))
            list = NULL;
    if (!list)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    cycle->tasks = list;
    cycle->n_tasks = FEE_TASK_KINDS;
    return REFUSAL_NONE;
}

/* Reminders (rule F7). In: what is open, provision by provision. Out: what is late or due soon, the latest
 * first. */

#include "services/fees/rules_reminders.h"

#include "services/fees/rules_text.h"

#include <stdlib.h>

enum { REMINDERS_FIRST = 64 };

struct fee_reminders {
    struct arena *arena;
    const char *authority_id, *provider_id; /* only these ones'; "": everybody's */
    Pb__FeeReminder **items;
    size_t count, capacity;
};

struct fee_reminders *fee_reminders_create(const char *authority_id, const char *provider_id,
                                           struct arena *arena)
{
    struct fee_reminders *reminders = arena_new(arena, struct fee_reminders);
    if (reminders)
        *reminders = (struct fee_reminders){arena, authority_id, provider_id, NULL, 0, 0};
    return reminders;
}

static bool make_room(struct fee_reminders *reminders)
{
    size_t capacity = reminders->capacity ? 2 * reminders->capacity : REMINDERS_FIRST;
    if (reminders->count < reminders->capacity)
        return true;
    Pb__FeeReminder **items = arena_array(reminders->arena, Pb__FeeReminder *, capacity);
    if (!items)
        return false;
    if (reminders->count > 0)
        memcpy(items, reminders->items, reminders->count * sizeof *items);
    reminders->items = items;
    reminders->capacity = capacity;
    return true;
}

static bool is_asked_for(const struct fee_reminders *reminders, const struct fee_matter *matter,
                         const struct fee_task *task)
{
    if (reminders->authority_id[0] && strcmp(reminders->authority_id, task->authority_id) != 0)
        return false;
    return !reminders->provider_id[0] ||
           (!task->authority_id[0] && strcmp(reminders->provider_id, matter->consultation->provider_id) == 0);
}

static bool is_due(const struct fee_matter *matter, const struct fee_task *task)
{
    uint32_t days = matter->cycle->reminder_days ? matter->cycle->reminder_days : FEE_REMINDER_DAYS_DEFAULT;
    return (int64_t)task->day.on.day - matter->today.day <= days;
}

/* What is told outlives the records that it is told of. */
static bool add(struct fee_reminders *reminders, const struct fee_matter *matter, const struct fee_task *task)
{
    const Pb__Consultation *consultation = matter->consultation;
    struct arena *arena = reminders->arena;
    int64_t days = (int64_t)task->day.on.day - matter->today.day;
    Pb__FeeReminder *reminder = arena_new(arena, Pb__FeeReminder);
    if (!reminder || !make_room(reminders))
        return false;
    pb__fee_reminder__init(reminder);
    reminder->kind = task->kind;
    reminder->late = fee_task_is_late(task, matter->today);
    reminder->days = (uint32_t)(days < 0 ? -days : days);
    reminders->items[reminders->count++] = reminder;
    return (reminder->authority_id = arena_text(arena, task->authority_id)) &&
           (reminder->provider_id = arena_text(arena, consultation->provider_id)) &&
           (reminder->provision_id = arena_text(arena, consultation->provision_id)) &&
           (reminder->name = arena_text(arena, consultation->name)) &&
           (reminder->due_on = date_text(task->day.on, arena)) &&
           (reminder->set_by = arena_text(arena, task->day.set_by.text));
}

bool fee_reminders_add(struct fee_reminders *reminders, const struct fee_matter *matter,
                       struct arena *scratch)
{
    struct fee_task *tasks;
    size_t count;
    if (!fee_tasks_open(matter, scratch, &tasks, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (is_asked_for(reminders, matter, &tasks[i]) && is_due(matter, &tasks[i]) &&
            !add(reminders, matter, &tasks[i]))
            return false;
    return true;
}

static int compare_reminders(const void *left, const void *right)
{
    const Pb__FeeReminder *a = *(const Pb__FeeReminder *const *)left,
                          *b = *(const Pb__FeeReminder *const *)right;
    int order = strcmp(a->due_on, b->due_on);
    if (order == 0)
        order = strcmp(a->provision_id, b->provision_id);
    if (order == 0)
        order = ORDER(a->kind, b->kind);
    return order ? order : strcmp(a->authority_id, b->authority_id);
}

enum code fee_reminders_build(struct fee_reminders *reminders, Pb__FeeReminder ***ret_reminders,
                              size_t *ret_count)
{
    if (!make_room(reminders))
        return CODE_RESOURCE_EXHAUSTED;
    qsort(reminders->items, reminders->count, sizeof *reminders->items, compare_reminders);
    *ret_reminders = reminders->items;
    *ret_count = reminders->count;
    return CODE_OK;
}

/* Cycles and tasks (rules A7, A8). In: what is asked, what is stored, the day. Out: the cycle as it shall be,
 * the state that follows, or a refusal. Whether a name was ever used before is for the store to say. */

#include "services/allocation/rules_cycle.h"

#include "common/base/limits.h"
#include "services/allocation/rules_report.h"

#include <string.h>

/* The same day so many months on; the first of the month after where that month has no such day. */
static enum code months_on(struct date date, int months, struct date *ret_date)
{
    struct date_ymd ymd = date_to_ymd(date);
    int month = ymd.month - 1 + months, year = ymd.year + month / 12;
    enum code code = date_from_ymd(year, month % 12 + 1, ymd.day, ret_date);
    if (code != CODE_INVALID_ARGUMENT)
        return code;
    month++;
    return date_from_ymd(ymd.year + month / 12, month % 12 + 1, 1, ret_date);
}

/* The first 1 October on or after that day; or the last on or before it. */
static enum code first_of_october(struct date date, bool after, struct date *ret_date)
{
    struct date_ymd ymd = date_to_ymd(date);
    struct date october;
    enum code code = date_from_ymd(ymd.year, 10, 1, &october);
    if (code != CODE_OK)
        return code;
    int order = date_compare(october, date);
    int year = ymd.year + (after && order < 0) - (!after && order > 0);
    return date_from_ymd(year, 10, 1, ret_date);
}

struct dates {
    struct date first, last;
};

/* An empty first day is `preset`; an empty last one is a year on. A month at least, two years at most. */
static bool read_dates(const char *first_on, const char *last_on, struct date preset, struct dates *ret_dates)
{
    struct dates dates;
    struct date end, least, most;
    if (!date_field(first_on, &dates.first) || !date_field(last_on, &dates.last))
        return false;
    if (date_is_none(dates.first))
        dates.first = preset;
    if (date_is_none(dates.first) || months_on(dates.first, 1, &least) != CODE_OK ||
        months_on(dates.first, 12 * CYCLE_YEARS_MAX, &most) != CODE_OK)
        return false;
    if (date_is_none(dates.last) &&
        (months_on(dates.first, 12, &end) != CODE_OK || date_add_days(end, -1, &dates.last) != CODE_OK))
        return false;
    if (date_add_days(dates.last, 1, &end) != CODE_OK || date_compare(end, least) < 0 ||
        date_compare(end, most) > 0)
        return false;
    *ret_dates = dates;
    return true;
}

static bool id_is_right(const char *id)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    size_t length = strlen(id);
    return length >= 1 && length <= CYCLE_ID_BYTES_MAX && strspn(id, allowed) == length;
}

static enum allocation_refusal settings_check(const Pb__AllocationCycle *cycle)
{
    Pb__VisitCosts costs;
    if (cycle->offer_days > CYCLE_OFFER_DAYS_MAX || cycle->tolerance_percent > TOLERANCE_PERCENT_MAX)
        return REFUSAL_SETTING_WRONG;
    return visit_costs(cycle->costs, NULL, &costs);
}

/* What the host sets. */
static void settings_take(const Pb__AllocationCycle *asked, Pb__AllocationCycle *cycle)
{
    cycle->offer_days = asked->offer_days ? asked->offer_days : CYCLE_OFFER_DAYS_DEFAULT;
    cycle->tolerance_percent = asked->tolerance_percent;
    cycle->costs = asked->costs;
}

static bool write_text(struct arena *arena, struct date date, const char **ret_text)
{
    char text[DATE_TEXT_BYTES];
    date_print(date, text);
    *ret_text = arena_text(arena, text);
    return *ret_text != NULL;
}

/* "2026-27"; "2026" of a cycle that ends in the year it begins. */
static const char *years_of(struct dates dates, struct arena *arena)
{
    int first = date_to_ymd(dates.first).year, last = date_to_ymd(dates.last).year;
    return first == last ? arena_format(arena, "%d", first)
                         : arena_format(arena, "%d-%02d", first, last % 100);
}

/* Does it begin before the one before it ends? */
static bool overlaps(struct dates dates, const Pb__AllocationCycle *before)
{
    struct date ended;
    return before && date_field(before->last_on, &ended) && date_compare(dates.first, ended) <= 0;
}

static struct date first_day_of(const Pb__AllocationCycle *last, struct date today)
{
    struct date day = DATE_NONE, ended;
    enum code code = CODE_OK;
    if (!last)
        code = first_of_october(today, false, &day);
    else if (date_field(last->last_on, &ended) && date_add_days(ended, 1, &ended) == CODE_OK)
        code = first_of_october(ended, true, &day);
    return code == CODE_OK ? day : DATE_NONE;
}

enum allocation_refusal cycle_open(const Pb__AllocationCycle *asked, const Pb__AllocationCycle *last,
                                   struct date today, struct arena *arena, Pb__AllocationCycle *ret_cycle)
{
    Pb__AllocationCycle cycle;
    struct dates dates;
    if (last && last->state != PB__CYCLE_STATE__CYCLE_STATE_CLOSED)
        return REFUSAL_CYCLE_OPEN;
    if (!read_dates(asked->first_on, asked->last_on, first_day_of(last, today), &dates))
        return REFUSAL_CYCLE_DATES_WRONG;
    if (overlaps(dates, last))
        return REFUSAL_CYCLE_OVERLAPS;
    pb__allocation_cycle__init(&cycle);
    cycle.id = asked->id[0] ? asked->id : years_of(dates, arena);
    if (!cycle.id || !write_text(arena, dates.first, &cycle.first_on) ||
        !write_text(arena, dates.last, &cycle.last_on))
        return REFUSAL_TOO_MANY;
    if (!id_is_right(cycle.id))
        return REFUSAL_CYCLE_ID_WRONG;
    if (last && strcmp(cycle.id, last->id) == 0)
        return REFUSAL_CYCLE_KNOWN;
    enum allocation_refusal refusal = settings_check(asked);
    if (refusal != REFUSAL_NONE)
        return refusal;
    settings_take(asked, &cycle);
    cycle.state = PB__CYCLE_STATE__CYCLE_STATE_OPEN;
    *ret_cycle = cycle;
    return REFUSAL_NONE;
}

enum allocation_refusal cycle_update(const Pb__AllocationCycle *asked, const Pb__AllocationCycle *stored,
                                     const Pb__AllocationCycle *before, Pb__AllocationCycle *ret_cycle)
{
    Pb__AllocationCycle cycle = *stored;
    Pb__CycleState state;
    struct dates dates;
    enum allocation_refusal refusal = cycle_step(stored->state, CYCLE_UPDATE, &state);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (asked->first_on[0])
        cycle.first_on = asked->first_on;
    if (asked->last_on[0])
        cycle.last_on = asked->last_on;
    if (!read_dates(cycle.first_on, cycle.last_on, DATE_NONE, &dates))
        return REFUSAL_CYCLE_DATES_WRONG;
    if (overlaps(dates, before))
        return REFUSAL_CYCLE_OVERLAPS;
    refusal = settings_check(asked);
    if (refusal != REFUSAL_NONE)
        return refusal;
    settings_take(asked, &cycle);
    cycle.state = state;
    *ret_cycle = cycle;
    return REFUSAL_NONE;
}

enum allocation_refusal cycle_step(Pb__CycleState state, enum cycle_event event, Pb__CycleState *ret_state)
{
    if (state == PB__CYCLE_STATE__CYCLE_STATE_CLOSED)
        return REFUSAL_CYCLE_CLOSED;
    if (state != PB__CYCLE_STATE__CYCLE_STATE_OPEN && state != PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED)
        return REFUSAL_NO_CYCLE;
    switch (event) {
    case CYCLE_PROPOSE:
    case CYCLE_UPDATE:
        *ret_state = state;
        break;
    case CYCLE_PUBLISH:
        *ret_state = PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED;
        break;
    case CYCLE_CLOSE:
        *ret_state = PB__CYCLE_STATE__CYCLE_STATE_CLOSED;
        break;
    }
    return REFUSAL_NONE;
}

enum allocation_refusal task_step(Pb__AllocationTaskState state, enum task_event event,
                                  Pb__AllocationTaskState *ret_state)
{
    bool waits = state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN ||
                 state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_KEPT;
    switch (event) {
    case TASK_FACTS_SAME:
        *ret_state = PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED;
        return REFUSAL_NONE;
    case TASK_FACTS_OTHER:
        *ret_state = PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN;
        return REFUSAL_NONE;
    case TASK_FACTS_HELD: /* what the host kept stays kept; what was settled has come up again */
        *ret_state = waits ? state : PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN;
        return REFUSAL_NONE;
    case TASK_APPLY:
        if (!waits)
            return REFUSAL_TASK_SETTLED;
        *ret_state = PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED;
        return REFUSAL_NONE;
    case TASK_KEEP:
        if (!waits)
            return REFUSAL_TASK_SETTLED;
        *ret_state = PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_KEPT;
        return REFUSAL_NONE;
    }
    return REFUSAL_TASK_SETTLED;
}

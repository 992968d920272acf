/* Fee cycles (rule F1). In: what is asked, what is stored, the day. Out: the cycle as it shall be, or a
 * refusal. Tasks and their days are rules_cycle_tasks.c's; whether a name was ever used is for the store to
 * say. */

#include "services/fees/rules_cycle.h"

#include "services/fees/rules_cycle_inside.h"
#include "services/fees/rules_text.h"

#include <stdio.h>

/* --- states ------------------------------------------------------------------------------------------ */

enum { CYCLE_STATES = PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED + 1 };

#define NONE   PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_UNSPECIFIED
#define OPEN   PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_OPEN
#define CLOSED PB__FEE_CYCLE_STATE__FEE_CYCLE_STATE_CLOSED

static const struct {
    enum fees_refusal refusal;
    Pb__FeeCycleState next;
} steps[CYCLE_STATES][FEE_CYCLE_EVENTS] = {
    [NONE] =
        {
            [FEE_CYCLE_OPEN] = TO(OPEN),
            [FEE_CYCLE_UPDATE] = NO(CYCLE_UNKNOWN),
            [FEE_CYCLE_WORK] = NO(CYCLE_NONE_OPEN),
            [FEE_CYCLE_RECORD] = NO(CYCLE_NONE_OPEN),
            [FEE_CYCLE_CLOSE] = NO(CYCLE_UNKNOWN),
        },
    [OPEN] =
        {
            [FEE_CYCLE_OPEN] = NO(CYCLE_KNOWN),
            [FEE_CYCLE_UPDATE] = TO(OPEN),
            [FEE_CYCLE_WORK] = TO(OPEN),
            [FEE_CYCLE_RECORD] = TO(OPEN),
            [FEE_CYCLE_CLOSE] = TO(CLOSED),
        },
    [CLOSED] =
        {
            [FEE_CYCLE_OPEN] = NO(CYCLE_KNOWN),
            [FEE_CYCLE_UPDATE] = NO(CYCLE_CLOSED),
            [FEE_CYCLE_WORK] = NO(CYCLE_CLOSED),
            [FEE_CYCLE_RECORD] = TO(CLOSED),
            [FEE_CYCLE_CLOSE] = NO(CYCLE_CLOSED),
        },
};

enum fees_refusal fee_cycle_step(Pb__FeeCycleState state, enum fee_cycle_event event,
                                 Pb__FeeCycleState *ret_state)
{
    if ((unsigned)state >= CYCLE_STATES || event >= FEE_CYCLE_EVENTS)
        return REFUSAL_ENUM_UNKNOWN;
    if (steps[state][event].refusal == REFUSAL_NONE)
        *ret_state = steps[state][event].next;
    return steps[state][event].refusal;
}

/* --- dates ------------------------------------------------------------------------------------------- */

struct dates {
    struct date first, last;
};

/* The same day so many months on; the first of the month after where that month has no such day. */
static bool months_on(struct date date, int months, struct date *ret_date)
{
    struct date_ymd ymd = date_to_ymd(date);
    int month = ymd.month - 1 + months, year = ymd.year + month / 12;
    enum code code = date_from_ymd(year, month % 12 + 1, ymd.day, ret_date);
    if (code == CODE_INVALID_ARGUMENT) {
        month++;
        code = date_from_ymd(ymd.year + month / 12, month % 12 + 1, 1, ret_date);
    }
    return code == CODE_OK;
}

/* An empty first day is `preset`; an empty last one makes a year. A month at least, two years at most. */
static bool read_dates(const char *first_on, const char *last_on, struct date preset, struct dates *ret_dates)
{
    struct dates dates;
    struct date end, least, most;
    if (!date_field(first_on, &dates.first) || !date_field(last_on, &dates.last))
        return false;
    if (date_is_none(dates.first))
        dates.first = preset;
    if (date_is_none(dates.first) || !months_on(dates.first, 1, &least) ||
        !months_on(dates.first, 12 * FEE_CYCLE_YEARS_MAX, &most))
        return false;
    if (date_is_none(dates.last) &&
        (!months_on(dates.first, 12, &end) || date_add_days(end, -1, &dates.last) != CODE_OK))
        return false;
    if (date_add_days(dates.last, 1, &end) != CODE_OK || date_compare(end, least) < 0 ||
        date_compare(end, most) > 0)
        return false;
    *ret_dates = dates;
    return true;
}

static struct date first_of_april(int year)
{
    struct date april;
    return date_from_ymd(year, 4, 1, &april) == CODE_OK ? april : DATE_NONE;
}

/* The year that `2027-28` names; 0: it names none. */
static int year_named(const char *id)
{
    int year, next, size = 0;
    if (strlen(id) != strlen("2027-28") || sscanf(id, "%4d-%2d%n", &year, &next, &size) != 2 || size != 7)
        return 0;
    return year >= 0 && next == (year + 1) % 100 ? year : 0;
}

/* The 1 April that its name says; else the first after the last cycle's end, or after today. */
static struct date first_day_of(const Pb__FeeCycle *asked, const Pb__FeeCycle *last, struct date today)
{
    struct date after = last ? stored_date(last->last_on) : today;
    int year = year_named(asked->id);
    if (year)
        return first_of_april(year);
    year = date_to_ymd(after).year;
    struct date april = first_of_april(year);
    return date_compare(april, after) > 0 ? april : first_of_april(year + 1);
}

static bool overlaps(struct dates dates, const Pb__FeeCycle *before)
{
    return before && date_compare(dates.first, stored_date(before->last_on)) <= 0;
}

/* --- settings ---------------------------------------------------------------------------------------- */

/* "2027-28"; "2027" of a cycle that ends in the year it begins. */
static const char *years_of(struct dates dates, struct arena *arena)
{
    int first = date_to_ymd(dates.first).year, last = date_to_ymd(dates.last).year;
    return first == last ? arena_format(arena, "%d", first)
                         : arena_format(arena, "%d-%02d", first, last % 100);
}

static bool id_is_right(const char *id)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    size_t length = strlen(id);
    return length >= 1 && length <= FEE_CYCLE_ID_BYTES_MAX && strspn(id, allowed) == length;
}

/* What the host sets: dates, tasks and numbers; of the cycle that has its identifier. */
static enum fees_refusal settings_take(const Pb__FeeCycle *asked, struct dates dates, struct arena *arena,
                                       Pb__FeeCycle *cycle, struct fault *ret_fault)
{
    if (asked->reminder_days > FEE_REMINDER_DAYS_MAX || asked->short_report_sections > FORM_SECTIONS_MAX)
        return fees_refuse(ret_fault, REFUSAL_CYCLE_SETTING_WRONG, NULL, NULL);
    cycle->reminder_days = asked->reminder_days ? asked->reminder_days : FEE_REMINDER_DAYS_DEFAULT;
    cycle->short_report_sections =
        asked->short_report_sections ? asked->short_report_sections : FEE_SHORT_SECTIONS_DEFAULT;
    cycle->first_on = date_text(dates.first, arena);
    cycle->last_on = date_text(dates.last, arena);
    if (!cycle->first_on || !cycle->last_on)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    return fee_cycle_tasks(asked, dates.first, dates.last, arena, cycle, ret_fault);
}

enum fees_refusal fee_cycle_open(const Pb__FeeCycle *asked, const Pb__FeeCycle *last, struct date today,
                                 struct arena *arena, Pb__FeeCycle *ret_cycle, struct fault *ret_fault)
{
    Pb__FeeCycle cycle;
    struct dates dates;
    if (last && last->state != CLOSED)
        return fees_refuse(ret_fault, REFUSAL_CYCLE_OPEN, NULL, NULL);
    if (!read_dates(asked->first_on, asked->last_on, first_day_of(asked, last, today), &dates))
        return fees_refuse(ret_fault, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL);
    if (overlaps(dates, last))
        return fees_refuse(ret_fault, REFUSAL_CYCLE_OVERLAPS, NULL, NULL);
    pb__fee_cycle__init(&cycle);
    cycle.id = asked->id[0] ? asked->id : years_of(dates, arena);
    if (!cycle.id)
        return fees_refuse(ret_fault, REFUSAL_TOO_MANY, NULL, NULL);
    if (!id_is_right(cycle.id))
        return fees_refuse(ret_fault, REFUSAL_CYCLE_ID_WRONG, NULL, NULL);
    if (last && strcmp(cycle.id, last->id) == 0)
        return fees_refuse(ret_fault, REFUSAL_CYCLE_KNOWN, NULL, NULL);
    enum fees_refusal refusal = settings_take(asked, dates, arena, &cycle, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    cycle.state = OPEN;
    *ret_cycle = cycle;
    return REFUSAL_NONE;
}

enum fees_refusal fee_cycle_update(const Pb__FeeCycle *asked, const Pb__FeeCycle *stored,
                                   const Pb__FeeCycle *before, struct arena *arena, Pb__FeeCycle *ret_cycle,
                                   struct fault *ret_fault)
{
    Pb__FeeCycle cycle = *stored;
    struct dates dates;
    enum fees_refusal refusal = fee_cycle_step(stored->state, FEE_CYCLE_UPDATE, &cycle.state);
    if (refusal != REFUSAL_NONE)
        return fees_refuse(ret_fault, refusal, NULL, NULL);
    const char *last_on = asked->last_on[0] ? asked->last_on : stored->last_on;
    if (!read_dates(asked->first_on, last_on, stored_date(stored->first_on), &dates))
        return fees_refuse(ret_fault, REFUSAL_CYCLE_DATES_WRONG, NULL, NULL);
    if (overlaps(dates, before))
        return fees_refuse(ret_fault, REFUSAL_CYCLE_OVERLAPS, NULL, NULL);
    refusal = settings_take(asked, dates, arena, &cycle, ret_fault);
    if (refusal != REFUSAL_NONE)
        return refusal;
    *ret_cycle = cycle;
    return REFUSAL_NONE;
}

bool fee_cycle_effective(const Pb__FeeCycle *cycle, const char *effective_on, struct date *ret_date)
{
    struct date date, first = stored_date(cycle->first_on);
    if (!date_field(effective_on, &date))
        return false;
    if (date_is_none(date))
        date = first;
    if (!date_is_within(date, first, stored_date(cycle->last_on)))
        return false;
    *ret_date = date;
    return true;
}

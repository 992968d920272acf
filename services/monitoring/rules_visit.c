/* Visits (rules M1, A4). In: what is asked, what is stored, the provision's allocation and other visits, the
 * day. Out: the visit as it shall be, or a refusal. Whose visit it is, the handlers ask of the caller; the
 * form it is reported on is begun elsewhere. */

#include "services/monitoring/rules_visit.h"

#include "services/monitoring/rules_text.h"

#include <stdlib.h>

enum { VISIT_STATES = PB__VISIT_STATE__VISIT_STATE_CANCELLED + 1 };

#define NONE      PB__VISIT_STATE__VISIT_STATE_UNSPECIFIED
#define PLANNED   PB__VISIT_STATE__VISIT_STATE_PLANNED
#define MADE      PB__VISIT_STATE__VISIT_STATE_MADE
#define CANCELLED PB__VISIT_STATE__VISIT_STATE_CANCELLED

#define LINK PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK
#define SOLE PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE

static const struct {
    enum monitoring_refusal refusal;
    Pb__VisitState next;
} steps[VISIT_STATES][VISIT_EVENTS] = {
    /*              plan              reschedule             record                 cancel */
    [NONE] = {TO(PLANNED), NO(VISIT_NOT_PLANNED), NO(VISIT_NOT_PLANNED), NO(VISIT_NOT_PLANNED)},
    [PLANNED] = {NO(VISIT_EXISTS), TO(PLANNED), TO(MADE), TO(CANCELLED)},
    [MADE] = {NO(VISIT_EXISTS), NO(VISIT_MADE), NO(VISIT_MADE), NO(VISIT_MADE)},
    [CANCELLED] = {NO(VISIT_EXISTS), NO(VISIT_CANCELLED), NO(VISIT_CANCELLED), NO(VISIT_CANCELLED)},
};

enum monitoring_refusal visit_step(Pb__VisitState state, enum visit_event event, Pb__VisitState *ret_state)
{
    if ((unsigned)state >= VISIT_STATES || event >= VISIT_EVENTS)
        return REFUSAL_ENUM_UNKNOWN;
    if (steps[state][event].refusal == REFUSAL_NONE)
        *ret_state = steps[state][event].next;
    return steps[state][event].refusal;
}

bool visit_purpose_is_shared(Pb__FormPurpose purpose)
{
    return purpose == PB__FORM_PURPOSE__FORM_PURPOSE_CONTRACTUAL_COMPLIANCE ||
           purpose == PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_ASSURANCE;
}

Pb__VisitDuty visit_duty(const Pb__Allocation *allocation, const char *authority_id, Pb__FormPurpose purpose)
{
    if (!allocation || !visit_purpose_is_shared(purpose) ||
        strcmp(allocation->authority_id, authority_id) != 0)
        return PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED;
    return allocation->standing == LINK   ? PB__VISIT_DUTY__VISIT_DUTY_LINK
           : allocation->standing == SOLE ? PB__VISIT_DUTY__VISIT_DUTY_SOLE
                                          : PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED;
}

/* --- what is to be seen ------------------------------------------------------------------------------ */

bool visit_is_to_be_seen(const Pb__Visit *visit, struct date today, uint32_t days)
{
    struct date made_on = stored_date(visit->made_on);
    int64_t back = days ? days : VISIT_SEEN_DAYS_DEFAULT;
    if (visit->state == MADE)
        return !date_is_none(made_on) && (int64_t)made_on.day >= today.day - back;
    return visit->state == PLANNED;
}

static int compare_seen(const void *left, const void *right)
{
    const Pb__Visit *a = *(const Pb__Visit *const *)left, *b = *(const Pb__Visit *const *)right;
    if (a->state != b->state)
        return a->state == PLANNED ? -1 : 1;
    int order = a->state == PLANNED ? strcmp(a->intended_on, b->intended_on) : strcmp(b->made_on, a->made_on);
    return order ? order : strcmp(a->id, b->id);
}

enum code visits_to_be_seen(Pb__Visit *const *visits, size_t count, struct date today, uint32_t days,
                            struct arena *arena, Pb__Visit ***ret_visits, size_t *ret_count)
{
    Pb__Visit **seen = arena_array(arena, Pb__Visit *, count + 1);
    size_t kept = 0;
    if (!seen)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < count; i++)
        if (visit_is_to_be_seen(visits[i], today, days))
            seen[kept++] = visits[i];
    qsort(seen, kept, sizeof *seen, compare_seen);
    *ret_visits = seen;
    *ret_count = kept;
    return CODE_OK;
}

/* --- what may be done -------------------------------------------------------------------------------- */

static bool cycle_has(const Pb__AllocationCycle *cycle, struct date day)
{
    struct date first = stored_date(cycle->first_on), last = stored_date(cycle->last_on);
    return !date_is_none(first) && !date_is_none(last) && date_is_within(day, first, last);
}

/* Open ones first, then the later. */
static bool is_better(const Pb__AllocationCycle *cycle, const Pb__AllocationCycle *than)
{
    bool closed = cycle->state == PB__CYCLE_STATE__CYCLE_STATE_CLOSED;
    if (!than || closed != (than->state == PB__CYCLE_STATE__CYCLE_STATE_CLOSED))
        return !than || !closed;
    return strcmp(cycle->first_on, than->first_on) > 0;
}

const Pb__AllocationCycle *visit_cycle(Pb__AllocationCycle *const *cycles, size_t count, const char *named,
                                       struct date day)
{
    const Pb__AllocationCycle *current = NULL;
    for (size_t i = 0; i < count; i++) {
        if (named[0] ? strcmp(cycles[i]->id, named) == 0 : cycle_has(cycles[i], day))
            return cycles[i];
        if (is_better(cycles[i], current))
            current = cycles[i];
    }
    return named[0] ? NULL : current;
}

static bool mode_is_said(Pb__VisitMode mode)
{
    return mode == PB__VISIT_MODE__VISIT_MODE_ON_SITE || mode == PB__VISIT_MODE__VISIT_MODE_REMOTE;
}

static enum monitoring_refusal intended_check(const char *text, struct date today, struct date *ret_day)
{
    struct date day;
    if (!date_field(text, &day) || date_is_none(day))
        return REFUSAL_VISIT_DATE_WRONG;
    if (day.day < today.day - VISIT_BACK_DAYS_MAX || day.day > today.day + VISIT_AHEAD_DAYS_MAX)
        return REFUSAL_VISIT_DATE_FAR;
    *ret_day = day;
    return REFUSAL_NONE;
}

static bool is_the_same(const Pb__Visit *visit, const Pb__Visit *planned)
{
    return planned->state == PLANNED && strcmp(planned->id, visit->id) != 0 &&
           planned->purpose == visit->purpose && strcmp(planned->authority_id, visit->authority_id) == 0 &&
           strcmp(planned->intended_on, visit->intended_on) == 0;
}

/* The same visit twice is refused however much was seen; any other beside it once it was not. */
static enum monitoring_refusal others_check(const Pb__Visit *visit, const struct visit_facts *facts)
{
    bool to_be_seen = false;
    for (size_t i = 0; i < facts->visit_count; i++) {
        if (is_the_same(visit, facts->visits[i]))
            return REFUSAL_VISIT_KNOWN;
        to_be_seen = to_be_seen || visit_is_to_be_seen(facts->visits[i], facts->today, 0);
    }
    return to_be_seen && !facts->others_seen ? REFUSAL_VISIT_OTHERS_NOT_SEEN : REFUSAL_NONE;
}

enum monitoring_refusal visit_plan(const Pb__Visit *asked, const struct visit_facts *facts,
                                   Pb__Visit *ret_visit)
{
    Pb__Visit visit = *asked;
    struct date day;
    if (!visit_purpose_is_shared(asked->purpose) &&
        asked->purpose != PB__FORM_PURPOSE__FORM_PURPOSE_QUALITY_VISIT)
        return REFUSAL_VISIT_PURPOSE_WRONG;
    if (!mode_is_said(asked->mode))
        return REFUSAL_VISIT_MODE_WRONG;
    enum monitoring_refusal refusal = intended_check(asked->intended_on, facts->today, &day);
    if (refusal != REFUSAL_NONE)
        return refusal;
    visit.duty = visit_duty(facts->allocation, asked->authority_id, asked->purpose);
    if (visit_purpose_is_shared(asked->purpose) && visit.duty == PB__VISIT_DUTY__VISIT_DUTY_UNSPECIFIED)
        return REFUSAL_VISIT_PURPOSE_NOT_YOURS;
    const Pb__AllocationCycle *cycle = visit_cycle(facts->cycles, facts->cycle_count, asked->cycle_id, day);
    if (asked->cycle_id[0] && !cycle)
        return REFUSAL_VISIT_CYCLE_UNKNOWN;
    refusal = others_check(asked, facts);
    if (refusal != REFUSAL_NONE)
        return refusal;
    visit.cycle_id = cycle ? cycle->id : "";
    visit.state = PLANNED;
    visit.made_on = visit.reason = visit.report_id = "";
    visit.n_officers = 0, visit.officers = NULL;
    *ret_visit = visit;
    return REFUSAL_NONE;
}

enum monitoring_refusal visit_reschedule(const Pb__RescheduleVisitRequest *request, const Pb__Visit *stored,
                                         Pb__Visit *const *there, size_t count, struct date today,
                                         Pb__Visit *ret_visit)
{
    Pb__Visit visit = *stored;
    struct date day;
    enum monitoring_refusal refusal = visit_step(stored->state, VISIT_RESCHEDULE, &visit.state);
    if (refusal == REFUSAL_NONE)
        refusal = intended_check(request->intended_on, today, &day);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(request->reason, REFUSAL_REASON_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    visit.intended_on = request->intended_on;
    visit.reason = request->reason;
    for (size_t i = 0; i < count; i++)
        if (is_the_same(&visit, there[i]))
            return REFUSAL_VISIT_KNOWN;
    *ret_visit = visit;
    return REFUSAL_NONE;
}

static bool officers_are_said(const Pb__RecordVisitRequest *request)
{
    if (request->n_officers == 0 || request->n_officers > VISIT_OFFICERS_MAX)
        return false;
    for (size_t i = 0; i < request->n_officers; i++)
        if (text_check(request->officers[i], REFUSAL_VISIT_OFFICERS_MISSING) != REFUSAL_NONE ||
            strlen(request->officers[i]) > VISIT_OFFICER_BYTES_MAX)
            return false;
    return true;
}

enum monitoring_refusal visit_record(const Pb__RecordVisitRequest *request, const Pb__Visit *stored,
                                     struct date today, Pb__Visit *ret_visit)
{
    Pb__Visit visit = *stored;
    struct date made_on;
    enum monitoring_refusal refusal = visit_step(stored->state, VISIT_RECORD, &visit.state);
    if (refusal != REFUSAL_NONE)
        return refusal;
    if (!date_field(request->made_on, &made_on) || date_is_none(made_on))
        return REFUSAL_VISIT_MADE_ON_WRONG;
    if (date_compare(made_on, today) > 0)
        return REFUSAL_VISIT_MADE_LATER;
    if (made_on.day < today.day - VISIT_BACK_DAYS_MAX)
        return REFUSAL_VISIT_MADE_LONG_AGO;
    if (request->mode != PB__VISIT_MODE__VISIT_MODE_UNSPECIFIED)
        visit.mode = request->mode;
    if (!mode_is_said(visit.mode))
        return REFUSAL_VISIT_MODE_WRONG;
    if (!officers_are_said(request))
        return REFUSAL_VISIT_OFFICERS_MISSING;
    visit.made_on = request->made_on;
    visit.n_officers = request->n_officers, visit.officers = request->officers;
    *ret_visit = visit;
    return REFUSAL_NONE;
}

enum monitoring_refusal visit_cancel(const Pb__CancelVisitRequest *request, const Pb__Visit *stored,
                                     Pb__Visit *ret_visit)
{
    Pb__Visit visit = *stored;
    enum monitoring_refusal refusal = visit_step(stored->state, VISIT_CANCEL, &visit.state);
    if (refusal == REFUSAL_NONE)
        refusal = text_check(request->reason, REFUSAL_REASON_MISSING);
    if (refusal != REFUSAL_NONE)
        return refusal;
    visit.reason = request->reason;
    *ret_visit = visit;
    return REFUSAL_NONE;
}

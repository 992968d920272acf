#pragma once
/* Visits: planned, moved, made, given up (rules M1, A4). Pure. The functions that give a visit back give a
 * copy of the stored one with what changes; its texts are borrowed from what they were given. Identifier,
 * meta, provider and report are the service's to set. */

#include "services/monitoring/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"

#include "ccrag/v1/allocation.pb-c.h"
#include "ccrag/v1/monitoring.pb-c.h"

/* What happens to a visit, and to which state it leads: the one table. UNSPECIFIED: there is none yet. */
enum visit_event { VISIT_PLAN, VISIT_RESCHEDULE, VISIT_RECORD, VISIT_CANCEL, VISIT_EVENTS };
enum monitoring_refusal visit_step(Pb__VisitState state, enum visit_event event, Pb__VisitState *ret_state);

/* Is it the visit that one LA owes all others (rule M1): compliance or quality assurance, not a quality
 * visit? */
bool visit_purpose_is_shared(Pb__FormPurpose purpose);

/* Why an LA visits for that purpose. `allocation`: the provision's published one, NULL for none. A quality
 * visit is always its own wish. */
Pb__VisitDuty visit_duty(const Pb__Allocation *allocation, const char *authority_id, Pb__FormPurpose purpose);

/* --- what is to be seen before one plans (rule M1) --------------------------------------------------- */

/* Is it planned, or was it made within so many days before today (0: 365)? */
bool visit_is_to_be_seen(const Pb__Visit *visit, struct date today, uint32_t days);

/* Those of the visits, planned ones first by their date, then the newest made; the list in `arena`, the
 * visits borrowed. CODE_RESOURCE_EXHAUSTED past its limit. */
enum code visits_to_be_seen(Pb__Visit *const *visits, size_t count, struct date today, uint32_t days,
                            struct arena *arena, Pb__Visit ***ret_visits, size_t *ret_count);

/* --- what may be done -------------------------------------------------------------------------------- */

/* What a plan is judged against; each borrowed. */
struct visit_facts {
    const Pb__Allocation *allocation; /* of the provision; NULL: nobody has it */
    Pb__Visit *const *visits;         /* every visit there, by anyone, in any state */
    size_t visit_count;
    Pb__AllocationCycle *const *cycles; /* every cycle */
    size_t cycle_count;
    bool others_seen; /* the caller has seen what is to be seen */
    struct date today;
};

/* The cycle that a visit planned for that day counts for: the one named; else the one that has that day; else
 * the one that is not closed, else the last. NULL: no such cycle, or none at all. It stays the visit's
 * however it is moved: what is late stays late in its own cycle. */
const Pb__AllocationCycle *visit_cycle(Pb__AllocationCycle *const *cycles, size_t count, const char *named,
                                       struct date day);

/* Plans a visit. Any kind of provision may be visited; for compliance and quality assurance it must be that
 * authority's, as link or sole. Without any cycle it counts for none (""). */
enum monitoring_refusal visit_plan(const Pb__Visit *asked, const struct visit_facts *facts,
                                   Pb__Visit *ret_visit);
/* `there`: every visit at that provision, as of a plan: no more than a plan may it make the same visit twice
 * (rule M1). */
enum monitoring_refusal visit_reschedule(const Pb__RescheduleVisitRequest *request, const Pb__Visit *stored,
                                         Pb__Visit *const *there, size_t count, struct date today,
                                         Pb__Visit *ret_visit);
/* Not in the future, and not more than VISIT_BACK_DAYS_MAX ago; it may be earlier than was intended. */
enum monitoring_refusal visit_record(const Pb__RecordVisitRequest *request, const Pb__Visit *stored,
                                     struct date today, Pb__Visit *ret_visit);
enum monitoring_refusal visit_cancel(const Pb__CancelVisitRequest *request, const Pb__Visit *stored,
                                     Pb__Visit *ret_visit);

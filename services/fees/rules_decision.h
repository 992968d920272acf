#pragma once
/* An LA's own decision (rule F6): when it may be made, what it comes to, and whether it still counts. Pure.
 */

#include "services/fees/rules_consultation.h"
#include "services/fees/rules_figures.h"

/* What is decided about; borrowed. */
struct fee_decision_facts {
    const Pb__FeeCycle *cycle;
    const Pb__Consultation *consultation;
    const Pb__FeeSubmission *submission; /* that stands; NULL: none does */
    const Pb__FeeReport *report;         /* published; NULL: none is */
    struct date today;
};

/* May that LA decide now? It places or placed there in the cycle; a submission stands; where a lead is due,
 * its report is published, or the cycle's day for it is past. Also in a cycle that is closed. */
enum fees_refusal fee_decision_may(const struct fee_decision_facts *facts, const char *authority_id);
/* The same of whoever: may anybody decide now? For what is due (rules_tasks.h). `report_on`: the cycle's day.
 */
enum fees_refusal fee_decision_is_open(const Pb__Consultation *consultation, struct date report_on,
                                       struct date today);

/* The decision as it is kept, in the LA's name, about the submission that stands: ACCEPT with the report's
 * figures, or without one as asked for; REJECT with what is charged now; OTHER with the given figures, and
 * what is charged now for the other services; PENDING without. Identifier, meta and who may see it are the
 * service's to set. Lists and dates in `arena`, texts borrowed. SUBMISSION_OTHER, with both numbers, where
 * another submission was read. `ret_fault` (may be NULL) says every refusal. */
enum fees_refusal fee_decision_make(const Pb__DecideFeeRequest *request, const char *authority_id,
                                    const struct fee_decision_facts *facts, struct arena *arena,
                                    Pb__FeeDecision *ret_decision, struct fault *ret_fault);

/* Another submission than it is about stands now, or none: it is to be decided again. */
bool fee_decision_is_outdated(const Pb__FeeDecision *decision, uint32_t submission);
/* Does it count as made: neither pending nor outdated? `decision` may be NULL. */
bool fee_decision_counts(const Pb__FeeDecision *decision, uint32_t submission);

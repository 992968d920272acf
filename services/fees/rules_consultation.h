#pragma once
/* Where a consultation stands, and what may happen to it (rules F1, F4, F6). Pure. The functions
 * that give a consultation back give a copy of the stored one with what changes: dates in `arena`, other
 * texts borrowed. A refusal leaves `ret_consultation` untouched; TOO_MANY past the arena's limit. Whose it is
 * to do (the lead's, the provider's, the host's) is asked of rules_sharing.h. */

#include "services/fees/refusal.h"

#include "common/base/arena.h"
#include "common/domain/date.h"

#include "ccrag/v1/fee_consultations.pb-c.h"

/* What happens to a consultation, and to which state it leads: the one table. */
enum fee_consultation_event {
    CONSULTATION_SUBMIT,   /* the provider submits, for the first time or again */
    CONSULTATION_RETURN,   /* the application goes back to the provider */
    CONSULTATION_WITHDRAW, /* the provider gives it up, submitted or not */
    CONSULTATION_CORRECT,  /* the provider takes it up again; what was submitted stands meanwhile */
    CONSULTATION_TELL,     /* the lead tells whether it is exceptional */
    CONSULTATION_BEGIN,
    CONSULTATION_WRITE, /* the lead writes at its report */
    CONSULTATION_PUBLISH,
    CONSULTATION_REOPEN,
    CONSULTATION_EVENTS,
};
/* The table alone. */
enum fees_refusal fee_consultation_step(Pb__ConsultationState state, enum fee_consultation_event event,
                                        Pb__ConsultationState *ret_state);
/* May it happen now? The table; where nobody leads nothing of a lead's (CONSULTATION_NOT_LED); consultation
 * begins for an exceptional increase alone, and none is reported without it. */
enum fees_refusal fee_consultation_may(const Pb__Consultation *consultation,
                                       enum fee_consultation_event event);

/* Is the increase dealt with as exceptional (rule F4)? As told or as computed; that it is not, although it is
 * computed to be, needs the lead's reason. */
bool fee_consultation_is_exceptional(const Pb__Consultation *consultation);
/* Is its report the short one? Neither exceptional nor consulted on. */
bool fee_consultation_is_short(const Pb__Consultation *consultation);

/* --- the steps --------------------------------------------------------------------------------------- */

/* That submission stands from now on. */
enum fees_refusal fee_consultation_submit(const Pb__Consultation *stored, const Pb__FeeSubmission *submission,
                                          Pb__Consultation *ret_consultation);
/* The application was returned or given up (CONSULTATION_RETURN, CONSULTATION_WITHDRAW): none stands, and
 * what began with it lapses. What the lead told stays. */
enum fees_refusal fee_consultation_take_back(const Pb__Consultation *stored,
                                             enum fee_consultation_event event,
                                             Pb__Consultation *ret_consultation);
/* WITHIN or EXCEPTIONAL, also before the application; with a reason where that differs from what is computed.
 */
enum fees_refusal fee_consultation_tell(const Pb__Consultation *stored, Pb__FeeLevel level,
                                        const char *reason, struct date today, struct arena *arena,
                                        Pb__Consultation *ret_consultation);
enum fees_refusal fee_consultation_begin(const Pb__Consultation *stored, struct date today,
                                         struct arena *arena, Pb__Consultation *ret_consultation);
/* The lead's reason is needed; it is the service's to add to the log. The report is a draft again
 * (fee_report_reopen); an exceptional increase is consulted on anew. */
enum fees_refusal fee_consultation_reopen(const Pb__Consultation *stored, const char *reason,
                                          Pb__Consultation *ret_consultation);

/* Is the submission that was read the one that stands? SUBMISSION_OTHER, with both numbers. `ret_fault` may
 * be NULL. */
enum fees_refusal fee_submission_check(uint32_t read, uint32_t stands, struct fault *ret_fault);

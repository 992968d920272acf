#pragma once
/* A provider's application, from the first word to the last correction (rule F3): its states, who may do what
 * with it, and how what was typed is laid over what is stored. Pure. The functions that give an application
 * back give a copy of the stored one with what changes; meta is the service's to set, texts are borrowed or
 * in the arena. A refusal leaves `ret_…` untouched and says why in `ret_fault` (which may be NULL). */

#include "services/fees/refusal.h"
#include "services/fees/rules_actor.h"

#include "common/base/arena.h"
#include "common/domain/date.h"
#include "common/forms/forms.h"

#include "ccrag/v1/fee_applications.pb-c.h"
#include "ccrag/v1/fee_consultations.pb-c.h"
#include "ccrag/v1/fee_cycles.pb-c.h"

/* --- states ------------------------------------------------------------------------------------------ */

/* What happens to an application, and to which state it leads: the one table. UNSPECIFIED: there is none.
 * SAVE: answers, services, the first day or a file changes. */
enum fee_application_event {
    FEE_APPLICATION_BEGIN,
    FEE_APPLICATION_SAVE,
    FEE_APPLICATION_SUBMIT,
    FEE_APPLICATION_CORRECT,
    FEE_APPLICATION_RETURN,
    FEE_APPLICATION_WITHDRAW,
    FEE_APPLICATION_EVENTS,
};
enum fees_refusal fee_application_step(Pb__FeeApplicationState state, enum fee_application_event event,
                                       Pb__FeeApplicationState *ret_state);

/* The same, of an application whose consultation stands so (UNSPECIFIED: it has none): once the report is
 * published nothing is submitted, corrected, returned or given up until the lead opens it again. */
enum fees_refusal fee_application_step_beside(Pb__FeeApplicationState state, Pb__ConsultationState beside,
                                              enum fee_application_event event,
                                              Pb__FeeApplicationState *ret_state);

/* --- who may (rule S4): the table of rights over applications ---------------------------------------- */

/* What somebody is to an application; one may be several. */
enum fee_relation {
    FEE_STRANGER,  /* nobody of these: another provider, an LA that is no active member */
    FEE_MEMBER,    /* an active member that is not concerned */
    FEE_CONCERNED, /* an LA that places or placed there in the cycle */
    FEE_LEAD,      /* that leads */
    FEE_PROVIDER,  /* its provider */
    FEE_AUDITOR,   /* an auditor */
    FEE_HOST,      /* a host administrator */
    FEE_OPERATOR,  /* acts for any provider and any LA */
    FEE_RELATIONS,
};

/* READ: the application as it is being written, its files before they are submitted. READ_SUBMITTED: what was
 * submitted, and its files. WRITE: every event but the return. */
enum fee_act { FEE_ACT_READ, FEE_ACT_READ_SUBMITTED, FEE_ACT_WRITE, FEE_ACT_RETURN, FEE_ACTS };

/* The set of one's relations: a bit (1 << relation) for each. `consultation`: the provision's in that cycle,
 * NULL for none. */
unsigned fee_relations(const struct fees_actor *actor, const Pb__FeeApplication *application,
                       const Pb__Consultation *consultation);
/* One row of the table: also what the audience of a feed's entry is made from. `led`: somebody leads. */
bool fee_application_right(enum fee_relation relation, Pb__FeeApplicationState state, bool led,
                           enum fee_act act);
/* APPLICATION_UNKNOWN: may read nothing of it; APPLICATION_NOT_YOURS, APPLICATION_NOT_LEAD: may read it only.
 * Says nothing of whether the state allows it: that is fee_application_step's. */
enum fees_refusal fee_application_may(const struct fees_actor *actor, enum fee_act act,
                                      const Pb__FeeApplication *application,
                                      const Pb__Consultation *consultation);

/* --- what changes ------------------------------------------------------------------------------------ */

/* An application as it is begun on that form. `before` (NULL: none): the last one, on `before_form`: its
 * services with their titles, without amounts, and the answers that carry over. `today` is the application's
 * day. Identifier and meta, provision, name, kind and provider are the service's to set. */
enum fees_refusal fee_application_begin(const Pb__FeeCycle *cycle, const Pb__FormTemplate *form,
                                        const Pb__FeeApplication *before, const Pb__FormTemplate *before_form,
                                        struct date today, struct arena *arena,
                                        Pb__FeeApplication *ret_application);

/* What was typed, laid over what is stored: the request's first day, services and answers. What is the same
 * as stored changes nothing; what differs conflicts where it was itself changed above the version that was
 * read (0: whatever it is): APPLICATION_CONFLICT, naming it and saying both. An answer without content is
 * taken away; its place is kept, so that who still saw it is told. Files are not the answers' to name
 * (evidence.h): they are dropped. Each answer has to be right by itself (form_check); that something is
 * missing or does not add up is no reason not to keep it. `ret_changed`: anything did. */
enum fees_refusal fee_application_save(const Pb__FeeApplication *stored,
                                       const Pb__SaveFeeApplicationRequest *request,
                                       const Pb__FormTemplate *form, struct date today, struct arena *arena,
                                       Pb__FeeApplication *ret_application, bool *ret_changed,
                                       struct fault *ret_fault);

/* The provider takes it up again; the LAs return it (the submission that was read, a reason); it is given up
 * (a reason). What was submitted stands on, no longer, no longer. */
enum fees_refusal fee_application_correct(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                          Pb__FeeApplication *ret_application);
enum fees_refusal fee_application_return(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                         const Pb__ReturnFeeApplicationRequest *request,
                                         Pb__FeeApplication *ret_application, struct fault *ret_fault);
enum fees_refusal fee_application_withdraw(const Pb__FeeApplication *stored, Pb__ConsultationState beside,
                                           const char *reason, Pb__FeeApplication *ret_application);
/* Given up, as another provider runs the provision by now and applies for it anew. */
enum fees_refusal fee_application_succeed(const Pb__FeeApplication *former, Pb__ConsultationState beside,
                                          Pb__FeeApplication *ret_application);

/* Its answers as forms take them, without the places of those taken away; in the arena, the answers borrowed.
 * False past its limit. */
bool fee_application_answers(const Pb__FeeApplication *application, struct arena *arena,
                             struct form_answers *ret_answers);

/* Without services and answers. `submission`: its last, NULL for none. Borrows. */
void fee_application_head(const Pb__FeeApplication *application, const Pb__FeeSubmission *submission,
                          Pb__FeeApplicationHead *ret_head);

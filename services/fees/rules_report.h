#pragma once
/* The lead's report (rule F6): kept as it is typed, complete, published. Pure. Reports that are given back
 * are copies with what changes: lists and dates in `arena`, texts borrowed. A refusal leaves `ret_…`
 * untouched; TOO_MANY past the arena's limit. */

#include "services/fees/rules_consultation.h"
#include "services/fees/rules_figures.h"
#include "services/fees/rules_submission.h"

#include "common/forms/forms.h"

/* The form of the report: whole, or of a short one its first sections as the cycle has it (0: 4). The copy
 * borrows from the template; NULL past the arena's limit. */
Pb__FormTemplate *fee_report_form(const Pb__FormTemplate *form, bool is_short, const Pb__FeeCycle *cycle,
                                  struct arena *arena);

/* What a report is about. */
struct fee_report_facts {
    const Pb__FeeCycle *cycle;
    const Pb__Consultation *consultation;
    const Pb__FeeSubmission *submission; /* that stands; NULL: none does */
    const Pb__FormTemplate *form;        /* that it was begun on, whole */
    struct date today;
};

/* The report with what was typed. `stored`: NULL begins it on `facts->form`, in the name of `authority_id`.
 * Answers are each held against the whole form: REPORT_ANSWER_WRONG with the first that is wrong. Figures of
 * what was asked for, and of no increase, are filled in from the submission. Identifier and meta are the
 * service's to set. `ret_fault` (may be NULL) says every refusal. */
enum fees_refusal fee_report_save(const Pb__FeeReport *stored, const Pb__SaveFeeReportRequest *request,
                                  const char *authority_id, const struct fee_report_facts *facts,
                                  struct arena *arena, Pb__FeeReport *ret_report, struct fault *ret_fault);

/* What is missing or wrong before it can be published; of a short report, its sections alone. None of a
 * published one. CODE_RESOURCE_EXHAUSTED past the arena's limit. */
enum code fee_report_problems(const Pb__FeeReport *report, const struct fee_report_facts *facts,
                              struct arena *arena, struct fee_problems *ret_problems);

/* Published by that LA, about the submission that stands, without answers that its form (or the short one)
 * does not ask; and the consultation with it. REPORT_INCOMPLETE where it has problems: list them. */
enum fees_refusal fee_report_publish(const Pb__FeeReport *stored, const char *authority_id,
                                     const struct fee_report_facts *facts, struct arena *arena,
                                     Pb__FeeReport *ret_report, Pb__Consultation *ret_consultation);
/* A draft again. */
void fee_report_reopen(const Pb__FeeReport *stored, Pb__FeeReport *ret_report);

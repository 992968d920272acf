#pragma once
/* A provision's fees over the cycles, with the indices alongside (rule F8). Pure. */

#include "services/fees/rules_figures.h"

#include "common/domain/date.h"

#include "ccrag/v1/fees.pb-c.h"

/* One cycle, as far as the caller may see it; each but the cycle may be NULL. Borrowed as long as the answer
 * is used. */
struct fee_history_facts {
    const Pb__FeeCycle *cycle;
    const Pb__Consultation *consultation;
    const Pb__FeeSubmission *submission; /* that stands; NULL also for those it does not concern */
    const Pb__FeeReport *report;         /* published */
    const Pb__FeeLineTotals *own;        /* of the caller's LA */
    const Pb__FeeDecision *decision;     /* of the caller's LA */
    Pb__FeeIndex *const *indices;
    size_t index_count;
};
/* The year; services from the submission, else as the report shows them to all. NULL past the arena's limit.
 */
Pb__FeeHistoryYear *fee_history_year(const struct fee_history_facts *facts, struct arena *arena);

/* By first day, then cycle. */
void fee_history_sort(Pb__FeeHistoryYear **years, size_t count);

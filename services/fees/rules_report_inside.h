#pragma once
/* What keeping a report and publishing it share. Private to rules_report*.c. */

#include "services/fees/rules_report.h"

#define RECOMMEND_NOTHING     PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_UNSPECIFIED
#define RECOMMEND_ACCEPT      PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_ACCEPT
#define RECOMMEND_NEGOTIATED  PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_NEGOTIATED
#define RECOMMEND_NO_INCREASE PB__FEE_RECOMMENDATION__FEE_RECOMMENDATION_NO_INCREASE

/* Puts in the report what the submission says (NULL: leaves all as it is): its number and services, and
 * figures where they are as asked for, or no increase. False past the arena's limit. */
bool fee_report_fill(Pb__FeeReport *report, const Pb__FeeSubmission *submission, struct arena *arena);

#pragma once
/* The log of a consultation: what was said and offered. Entries are added and never changed. Pure. */

#include "services/fees/rules_figures.h"

#include "common/domain/date.h"

/* May the entry be added? `submission`: what stands, NULL for nothing. An offer has figures, words or both; a
 * meeting and a note have words. Its day is today or before, and not more than a year before the cycle; an
 * empty one is today's: `ret_on`. */
enum fees_refusal fee_log_check(const Pb__FeeLogEntry *entry, const Pb__FeeCycle *cycle,
                                const Pb__FeeSubmission *submission, struct date today, struct date *ret_on);

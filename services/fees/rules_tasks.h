#pragma once
/* What is still to be done about one provision in a cycle, by whom and by when; and the letters that are due
 * (rules F1, F7). Pure. Letters, reminders and progress are all made from this.
 *
 * Letters and their days:
 *   not leading:  each LA that places there and does not lead, where one leads; by LETTER_SENT
 *   invitation:   the lead, until an application stands; by LETTER_SENT
 *   consultation: the lead, once consultation has begun; by CONSULTATION_BEGUN
 *   decision:     each LA that places there, once it has decided on what stands; by DECISION
 *
 * Tasks and whose they are:
 *   level told:   the lead, until it told or the report is published
 *   letter sent:  each letter that is due and was not sent, by the letter's day
 *   application:  the provider, until one stands
 *   consultation: the lead, of an exceptional increase, until it has begun
 *   report:       the lead, once an application stands
 *   decision:     each LA that places there, as soon as it may decide, until it has
 *
 * Where nobody places any more nothing is to be done. In a cycle that is closed, decisions alone. */

#include "services/fees/rules_dates.h"

#include "common/base/arena.h"

#include "ccrag/v1/fee_consultations.pb-c.h"

/* One provision in a cycle. Borrowed. */
struct fee_matter {
    const Pb__FeeCycle *cycle;
    const struct fee_days *days; /* of its provider */
    const Pb__Consultation *consultation;
    Pb__FeeDecision *const *decisions; /* of this consultation, in any order */
    size_t decision_count;
    Pb__FeeLetter *const *letters; /* recorded for it, in any order */
    size_t letter_count;
    struct date today;
};

/* NULL: that LA has recorded none. */
const Pb__FeeDecision *fee_matter_decision(const struct fee_matter *matter, const char *authority_id);

/* A letter that is due, sent or not. */
struct fee_letter_due {
    const char *authority_id; /* borrowed from the consultation */
    Pb__FeeLetterKind kind;
    struct date due_on; /* DATE_NONE: the cycle has no such day */
    bool sent;
};
/* By LA, then kind; letters that were sent and are no longer due are not among them. False past the arena's
 * limit. */
bool fee_letters_due(const struct fee_matter *matter, struct arena *arena,
                     struct fee_letter_due **ret_letters, size_t *ret_count);
/* The day of that kind of letter; DATE_NONE: the cycle has none. */
struct date fee_letter_day(const struct fee_days *days, Pb__FeeLetterKind kind);

/* Something that is still to be done. */
struct fee_task {
    Pb__FeeTaskKind kind;
    const char *authority_id; /* "": the provider's; borrowed from the consultation */
    struct fee_day day;       /* with a date */
};
/* By kind, then LA. False past the arena's limit. */
bool fee_tasks_open(const struct fee_matter *matter, struct arena *arena, struct fee_task **ret_tasks,
                    size_t *ret_count);

/* Is its day over? */
bool fee_task_is_late(const struct fee_task *task, struct date today);

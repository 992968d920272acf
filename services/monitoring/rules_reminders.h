#pragma once
/* What is due or late, for whom, with its day (rules M3, M6). Pure. The days are in common/base/limits.h. */

#include "services/monitoring/rules_progress.h"

#include "common/forms/forms.h"

/* A published report of any cycle, with the form it was written on: what expires in it (as amended) is
 * reminded of where it is the provision's latest. Neither is needed afterwards; `scratch` is used meanwhile.
 * False past a limit.
 */
bool progress_add_published(struct progress_builder *builder, const Pb__PublishedReport *published,
                            const Pb__FormTemplate *form, struct arena *scratch);

/* Reminders, the earliest day first. `authority_id`: only that LA's; "": everybody's. A link is chased, a
 * sole is not (rule A4): it hears of nothing late or unplanned. CODE_RESOURCE_EXHAUSTED past the arena's
 * limit. */
enum code progress_reminders(struct progress_builder *builder, const char *authority_id,
                             Pb__Reminder ***ret_reminders, size_t *ret_count);
/* Of two pointers to reminders, as qsort has it: the order above. */
int reminder_compare(const void *left, const void *right);
/* A reminder with nothing but what that order looks at. NULL past the arena's limit. */
const Pb__Reminder *reminder_bare(const Pb__Reminder *reminder, struct arena *arena);

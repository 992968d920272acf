#pragma once
/* Which of a provision's URNs are live, and in which order all of them stand (rule X4). Pure.
 *
 * A regulator's newest word decides which of its URNs are live: those it names, where it does not say closed.
 * Where that regulator has said nothing, what the other one's newest word links to counts; where that one
 * links to none, the word of whoever wrote them here. The order follows from what was said, never from the
 * order in which it came. */

#include "common/base/arena.h"

#include "ccrag/v1/provisions.pb-c.h"

/* Live ones first, then those of former registrations, each in the order of urn_compare; in place. The words
 * (`registers`) and the status are those that count. */
void urns_order(Pb__Provision *provision);

/* The URNs of both, each once, in a new list in `arena`; `stored` may be NULL. NULL past the arena's limit.
 */
const char **urns_joined(const Pb__Provision *stored, const Pb__Provision *row, struct arena *arena,
                         size_t *ret_count);

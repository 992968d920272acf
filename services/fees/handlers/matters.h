#pragma once
/* Everything about one provision in a cycle, provision by provision: for letters, reminders and progress. */

#include "services/fees/handlers/support.h"
#include "services/fees/rules_tasks.h"

/* A consultation's matter, with what it points to, in `arena`. `ret_days` is where the days are kept. */
enum code fees_matter_load(struct command *command, const Pb__FeeCycle *cycle,
                           const Pb__Consultation *consultation, struct fee_days *ret_days,
                           struct fee_matter *ret_matter);

/* Calls `each` for every consultation of a cycle that `wanted` (NULL: all) does not turn away, by provision.
 * What it is given lives for that call only, in `scratch`. Ends early with the code that `each` returns.
 * Before the command's first write. */
struct fee_matters {
    const Pb__FeeCycle *cycle;
    bool (*wanted)(void *context, const Pb__Consultation *consultation);
    enum code (*each)(void *context, const struct fee_matter *matter, struct arena *scratch);
    void *context;
};
enum code fees_each_matter(struct command *command, const struct fee_matters *matters);

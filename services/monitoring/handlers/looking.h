#pragma once
/* What progress and reminders share: a look at everything of a cycle, on a thread of the pool. */

#include "common/service/slow_read.h"
#include "services/monitoring/handlers/rows_page.h"
#include "services/monitoring/handlers/support.h"
#include "services/monitoring/rules_reminders.h"

struct looking {
    struct slow_read read; /* first */
    const char *cycle_id, *authority_id;
    Pb__ProgressOf of;
    bool reminders;
    const Pb__AllocationCycle *cycle;
    struct progress_builder *builder;
    const Pb__PageRequest *page;
    struct rows rows;
    Pb__MonitoringProgress total;
};

/* In a handler: may the caller ask, and is there anything to look at yet? With more memory than others may
 * have. */
enum code looking_begin(struct command *command, struct looking **ret_looking);
/* In its work: tells the rules of the cycle that was asked for, in slim copies. */
enum code looking_tell(struct command *command, struct looking *looking);

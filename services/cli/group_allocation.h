#pragma once
/* What the files of allocation commands share: calls whose answers `ccrag allocation export` writes too. */

#include "services/cli/cli.h"

/* The inputs of visits' costs, as a table. */
extern const struct cli_column ALLOCATION_COST_COLUMNS[];

extern const struct cli_call_plan ALLOCATION_LIST, ALLOCATION_PROPOSAL, ALLOCATION_DIFF, ALLOCATION_TASKS,
    ALLOCATION_LOAD, ALLOCATION_SAVINGS;

#pragma once
/* What the files of allocation commands share: calls whose answers `ccrag allocation export` writes too. */

#include "services/cli/cli.h"

/* Options for what a visit costs, as rows; `at` is the path of the request's VisitCosts. */
#define VISIT_COST_OPTIONS(at)                                                                               \
    {.name = "salary",                                                                                       \
     .value = "POUNDS",                                                                                      \
     .meaning = "Yearly salary of a monitoring officer (36,000 until a cycle says yours).",                  \
     .field = at ".officer_salary_pence"},                                                                   \
        {.name = "working-days",                                                                             \
         .value = "N",                                                                                       \
         .meaning = "Working days in a year (260).",                                                         \
         .field = at ".working_days"},                                                                       \
    {                                                                                                        \
        .name = "pence-per-mile", .value = "N", .meaning = "Pence a mile (40).",                             \
        .field = at ".pence_per_mile"                                                                        \
    }
/* Where the real miles are not reckoned, and where hours are. */
#define RETURN_MILES_OPTION(at)                                                                              \
    {                                                                                                        \
        .name = "return-miles", .value = "N", .meaning = "Miles of a visit, there and back (160).",          \
        .field = at ".return_miles"                                                                          \
    }
#define MILES_PER_HOUR_OPTION(at)                                                                            \
    {                                                                                                        \
        .name = "miles-per-hour", .value = "N",                                                              \
        .meaning = "Miles an hour at which travel is reckoned in hours (40).", .field = at ".miles_per_hour" \
    }

/* The inputs of visits' costs, as a table. */
extern const struct cli_column ALLOCATION_COST_COLUMNS[];

extern const struct cli_call_plan ALLOCATION_LIST, ALLOCATION_PROPOSAL, ALLOCATION_DIFF, ALLOCATION_TASKS,
    ALLOCATION_LOAD, ALLOCATION_SAVINGS;

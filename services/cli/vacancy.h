#pragma once
/* What is free in a place group, stated from the command line or a file (rule R5). */

#include "services/cli/cli.h"

#include "ccrag/v1/provisions.pb-c.h"

/* `ccrag vacancy set`. */
int run_vacancy_set(struct cli *cli);

/* The group of a provision by UUID or name; "": its only one. NULL: complained of in the fault. */
const Pb__PlaceGroup *vacancy_group(const Pb__GetProvisionResponse *provision, const char *name,
                                    struct fault *ret_fault);

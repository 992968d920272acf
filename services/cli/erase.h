#pragma once
/* A placement erased, with what each service keeps of it. */

#include "services/cli/cli.h"

/* `ccrag erase placement REFERENCE|UUID`. */
int run_erase_placement(struct cli *cli);

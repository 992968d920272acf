#pragma once
/* Backups and restores of stores. */

#include "tests/sim/sim.h"

/* A copy of the program's store as it stands, in the place of the one before. It must be up and have one. */
void restore_copy(struct node *node);
/* Ends the program and puts the copy in its store's place, as `ccrag restore` does. Without a copy nothing
 * happens. */
void restore_put(struct node *node);

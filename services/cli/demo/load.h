#pragma once
/* Loading a demonstration into a region, through the API like anybody. */

#include "services/cli/demo/demo.h"
#include "services/cli/pipeline.h"

/* Loads all of it, many commands under way, with progress on a terminal. The fault says which record was
 * refused. */
enum code demo_load(struct cli *cli, const struct demo *demo, struct fault *ret_fault);

/* Refuses a region that holds anything. FAILED_PRECONDITION says what to do. */
enum code demo_check_empty(struct cli *cli, struct fault *ret_fault);

/* Makes a few accounts with passwords of their own and writes them to a new file that its owner alone can
 * read. ALREADY_EXISTS: there is such a file. */
enum code demo_make_accounts(struct cli *cli, const struct demo *demo, const char *path,
                             struct fault *ret_fault);

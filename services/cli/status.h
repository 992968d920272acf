#pragma once
/* How the services do. */

#include "services/cli/cli.h"

#include "ccrag/v1/feed.pb-c.h"

/* Asks one service. Waits two seconds at most. */
enum code status_ask(struct cli *cli, const char *service, const Pb__GetStatusResponse **ret_status,
                     struct fault *ret_fault);

/* `ccrag status`. */
int run_status(struct cli *cli);

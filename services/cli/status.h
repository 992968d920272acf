#pragma once
/* How the services do. */

#include "services/cli/cli.h"

#include "ccrag/v1/feed.pb-c.h"

/* Asks one service. Waits two seconds at most. */
enum code status_ask(struct cli *cli, const char *service, const Pb__GetStatusResponse **ret_status,
                     struct fault *ret_fault);

/* How far the service has stored by now: what reads it must have read as far, to answer with what was written
 * before. NULL: it does not answer, which holds up nothing. In cli->arena. */
Pb__ServicePosition *status_written(struct cli *cli, const char *service);

/* `ccrag status`. */
int run_status(struct cli *cli);

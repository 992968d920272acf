#pragma once
/* Requests that nobody means (odd.c). */

#include "tests/failures/calls.h"

/* Asks with each field of the honest request another, in each of several ways; NULL, or what was not answered
 * as it must be. The store is left as host_remember has it, but for refusals. */
const char *odd_each(struct host *host, struct call *call, unsigned *ret_asked);

#pragma once
/* What a service follows, with each failure in turn while it is applied. */

#include "tests/failures/failures.h"

/* Feeds it each change of the subject's, again and again. What went wrong with one, in words; NULL: nothing.
 * `ret_most`: how many of each kind failed. The store is afterwards as it was. */
const char *feed_each(struct host *host, const struct fed *fed, unsigned ret_most[FAIL_KINDS]);

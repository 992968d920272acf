#pragma once
/* Reads that take long: a request that needs much of a store is read on a thread of the pool, in a read
 * transaction of its own, and answered afterwards. */

#include "common/service/command.h"

/* What is read is kept in the request's arena, which nothing else touches meanwhile. It is the first member
 * of the handler's own state, in that arena. */
struct slow_read {
    struct command reading; /* its own: as the request's, with that transaction */
    enum code code;         /* how it ended; why is in reading.fault */
    enum code (*work)(struct slow_read *read);
};
/* `finish` is given the slow_read as its state. */
enum code defer_read(struct command *command, struct slow_read *read, slow_finish finish);
/* In `finish`: what went wrong before it, or CODE_OK. */
enum code slow_read_result(struct command *command, const struct slow_read *read);

/* Reads that take long. In: a handler's work. Out: what it found, or why not, for the handler's second half.
 */

#include "common/service/slow_read.h"

#include "common/service/internal.h"

static void work(void *state)
{
    struct slow_read *read = state;
    struct command *reading = &read->reading;
    read->code = store_read_begin_aside(service_store(reading->service), &reading->txn);
    if (read->code != CODE_OK)
        return;
    /* A source may have begun anew since the request was looked at. */
    read->code = follows_check(reading->service, reading->txn, &reading->fault);
    if (read->code == CODE_OK)
        read->code = read->work(read);
    store_end(reading->txn);
    reading->txn = NULL;
}

enum code defer_read(struct command *command, struct slow_read *read, slow_finish finish)
{
    read->reading = *command;
    read->reading.txn = NULL;
    read->reading.apart = true;
    return defer(command, JOB_POOL_SLOW, work, finish, read);
}

enum code slow_read_result(struct command *command, const struct slow_read *read)
{
    const struct fault *fault = &read->reading.fault;
    if (read->code == CODE_OK)
        return CODE_OK;
    if (fault->code == read->code) {
        refuse(command, read->code, fault->field, "%s", fault->reason);
        command->why = read->reading.why;
        return read->code;
    }
    return refuse(command, read->code, "", "%s", code_meaning(read->code));
}

/* Reads: what is waiting, up to READS_PER_TURN_MAX, is answered from one read transaction, so that all see
 * one state of the store: at least the state that every command answered before left. */

#include "common/service/internal.h"

static void run_read(struct service *service, struct store_txn *txn, struct request *request)
{
    if (request->roster_generation != service->roster_generation)
        request_recognise(service, request);
    if (request->code == CODE_OK)
        request_is_early(service, request);
    if (request->code == CODE_OK && request->command.deadline_us <= world_mono_us(service->world)) {
        count(service, COUNT_EXPIRED);
        request_refuse(request, CODE_DEADLINE_EXCEEDED, "", "its time ran out before it was begun");
    }
    if (request->code == CODE_OK) {
        request->command.txn = txn;
        dispatch_run(request);
        request->command.txn = NULL;
        if (txn && request->code != CODE_OK && !request->command.fault.reason[0])
            store_txn_error(txn, &request->command.fault);
    }
    if (request->deferred) {
        jobs_begin(service, request);
        return;
    }
    count(service, request->code == CODE_OK ? COUNT_READS : COUNT_READS_REFUSED);
    answer(service, request);
}

bool reads_run(struct service *service)
{
    struct store_txn *txn = NULL;
    enum code begun = CODE_OK;
    int64_t now_ms = world_wall_ms(service->world);
    unsigned run = 0;
    for (; run < READS_PER_TURN_MAX; run++) {
        struct request *request = jobs_take_done(service, true);
        if (!request)
            request = queue_pop(&service->reads);
        if (!request)
            break;
        if (service->store && !txn)
            begun = store_read_begin(service->store, &txn);
        command_stamp(&request->command, now_ms);
        if (begun != CODE_OK)
            request_refuse(request, CODE_UNAVAILABLE, "", "the store cannot be read now (%s)",
                           code_name(begun));
        run_read(service, txn, request);
        if (txn && store_txn_error(txn, NULL) != CODE_OK) {
            store_end(txn); /* its error is not the next one's */
            txn = NULL;
        }
    }
    store_end(txn);
    return run > 0;
}

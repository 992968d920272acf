/* The store's housekeeping, a slice at a time so that commands hardly wait: the journal's floor follows its
 * end at a distance (journal.keep), and replies older than their keys are good for are dropped. */

#include "common/service/internal.h"

static const int64_t replies_every_us = INT64_C(60) * 1000 * 1000;
static const int64_t behind_every_us = INT64_C(20) * 1000; /* while there is more to sweep */

/* How far the floor may rise; 0: it is there already. */
static uint64_t find_target(struct service *service, uint64_t keep)
{
    uint64_t newest = store_position(service->store).sequence, floor = 0;
    struct store_txn *txn = NULL;
    if (newest <= keep || store_read_begin(service->store, &txn) != CODE_OK)
        return 0;
    floor = journal_floor(txn);
    store_end(txn);
    return newest - keep > floor ? newest - keep : 0;
}

static enum code sweep_slice(struct service *service, uint64_t target, uint64_t keep, bool replies)
{
    struct store_txn *txn = NULL;
    enum code code = store_write_begin(service->store, &txn);
    if (code != CODE_OK)
        return code;
    /* A follower that was away for twice what is kept starts over: tombstones it missed are gone. */
    if (target)
        code = journal_sweep(txn, target, target > keep ? target - keep : 0, SWEEP_ENTRIES);
    if (code == CODE_OK && replies)
        code = reply_sweep(txn, world_wall_ms(service->world), SWEEP_ENTRIES);
    if (code == CODE_OK)
        return store_commit(txn);
    store_end(txn);
    return code;
}

bool sweep_run(struct service *service)
{
    int64_t now_us = world_mono_us(service->world);
    if (!service->store || now_us < service->sweep_due_us)
        return false;
    uint64_t keep = (uint64_t)config_number(region_config(service->region), "journal.keep");
    uint64_t target = find_target(service, keep);
    bool replies = now_us >= service->replies_due_us;
    service->sweep_due_us = now_us + INT64_C(1000) * SWEEP_EVERY_MS;
    if (!target && !replies)
        return false;
    enum code code = sweep_slice(service, target, keep, replies);
    if (code != CODE_OK)
        log_event(&service->log, LOG_ERROR, "sweep-failed", "code", code_name(code), NULL);
    else if (target && find_target(service, keep))
        service->sweep_due_us = now_us + behind_every_us;
    if (replies)
        service->replies_due_us = now_us + replies_every_us;
    return true;
}

int64_t sweep_next_us(const struct service *service)
{
    return service->store ? service->sweep_due_us : INT64_MAX;
}

/* Follows the registry: each entry goes into the worker's own table and into its index, in the transaction of
 * the batch; when the batch is on disk a new root is published. A batch that fails is asked for again, and
 * putting a record twice does no harm. What is no concern of matching is passed over. */

#include "services/matching/follow.h"

#include "common/service/copies.h"
#include "services/matching/matching.h"
#include "services/matching/postcodes.h"
#include "services/matching/records.h"

static enum code apply(struct command *command, const Pb__JournalEntry *entry)
{
    struct worker *worker = &matching_of(command->context)->worker;
    struct copied copied;
    enum code code = copies_apply(command, matching_tables, entry, &copied);
    if (code != CODE_OK || !copied.table)
        return code;
    if (!copied.record) {
        index_remove(worker->index, copied.table->type, copied.key);
        return CODE_OK;
    }
    if (copied.table == &matching_blob_heads)
        postcodes_named(worker, (const Pb__BlobHead *)copied.record);
    return index_put(worker->index, copied.record);
}

static enum code start_over(struct command *command)
{
    index_clear(matching_of(command->context)->worker.index);
    return copies_drop(command, matching_tables);
}

static void applied(struct service *service, void *context)
{
    struct matching *matching = matching_of(context);
    enum code code = worker_publish(&matching->worker);
    if (code != CODE_OK) /* what was put stays, and is published with the next batch */
        log_event(service_log(service), LOG_ERROR, "publish-failed", "code", code_name(code), NULL);
    if (service_cursor(service, MATCHING_SOURCE)
            .read_at_ms) /* a list is kept durably: not in the middle of reading all */
        postcodes_fetch(&matching->worker);
    matching_moved(matching);
}

const struct follow matching_follows[] = {
    {.service = MATCHING_SOURCE, .apply = apply, .start_over = start_over, .applied = applied},
    {.service = NULL},
};

/* Follows the registry and monitoring: each entry goes into the worker's own table and into its index, in the
 * transaction of the batch; when the batch is committed (while all is read for the first time: handed over) a
 * new root is published. A batch that fails is asked for again, and putting a record twice does no harm. What
 * is no concern of matching is passed over. What the index has of a batch that failed is noted: should the
 * other source tell something first, it goes out again (worker_index.c). */

#include "services/matching/follow.h"

#include "common/service/copies.h"
#include "services/matching/matching.h"
#include "services/matching/postcodes.h"
#include "services/matching/records.h"

static enum code take(struct command *command, enum matching_source source, const struct table *const *tables,
                      const Pb__JournalEntry *entry)
{
    struct worker *worker = &matching_of(command->context)->worker;
    struct copied copied;
    enum code code = copies_apply(command, tables, entry, &copied);
    if (code != CODE_OK || !copied.table)
        return code;
    if (copied.table == &matching_authorities) {
        members_forget(&worker->members);
        return CODE_OK;
    }
    ahead_note(worker, source, copied.table, entry);
    if (!copied.record)
        return index_remove(worker->index, copied.table->type, copied.key);
    if (copied.table == &matching_blob_heads)
        postcodes_named(worker, (const Pb__BlobHead *)copied.record);
    return index_put(worker->index, copied.record);
}

static enum code apply(struct command *command, const Pb__JournalEntry *entry)
{
    return take(command, SOURCE_REGISTRY, matching_registry_tables, entry);
}

static enum code apply_quality(struct command *command, const Pb__JournalEntry *entry)
{
    return take(command, SOURCE_MONITORING, matching_monitoring_tables, entry);
}

static enum code start_over(struct command *command)
{
    struct worker *worker = &matching_of(command->context)->worker;
    ahead_note_all(worker, SOURCE_REGISTRY);
    members_forget(&worker->members);
    enum code code = index_clear(worker->index);
    return code != CODE_OK ? code : copies_drop(command, matching_registry_tables);
}

static enum code start_quality_over(struct command *command)
{
    struct worker *worker = &matching_of(command->context)->worker;
    ahead_note_all(worker, SOURCE_MONITORING);
    index_clear_quality(worker->index);
    return copies_drop(command, matching_monitoring_tables);
}

static void applied(struct service *service, void *context, enum matching_source source)
{
    struct matching *matching = matching_of(context);
    ahead_settled(&matching->worker, source);
    enum code code = worker_publish(&matching->worker);
    if (code != CODE_OK) /* what was put stays, and is published with the next batch */
        log_event(service_log(service), LOG_ERROR, "publish-failed", "code", code_name(code), NULL);
    if (service_cursor(service, matching_sources[SOURCE_REGISTRY])
            .read_at_ms) /* a list is kept durably: not in the middle of reading all */
        postcodes_fetch(&matching->worker);
    matching_moved(matching);
}

static void registry_applied(struct service *service, void *context)
{
    applied(service, context, SOURCE_REGISTRY);
}

static void monitoring_applied(struct service *service, void *context)
{
    applied(service, context, SOURCE_MONITORING);
}

const struct follow matching_follows[] = {
    {.service = "registry",
     .apply = apply,
     .start_over = start_over,
     .applied = registry_applied,
     .copies = true},
    {.service = "monitoring",
     .apply = apply_quality,
     .start_over = start_quality_over,
     .applied = monitoring_applied,
     .optional = true,
     .copies = true},
    {.service = NULL},
};

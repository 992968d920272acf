/* Progress (rule M6). In: a question of how far a cycle has come. Out: a page of the answer, from everything
 * that is kept of it, read on a thread of the pool. */

#define SERVICE_TYPE Pb__MonitoringService_Service

#include "services/monitoring/handlers/looking.h"

static enum code name_providers(struct command *command, Pb__MonitoringProgress **rows, size_t count)
{
    enum code code;
    for (size_t i = 0; i < count; i++) {
        const Pb__Provider *provider = load_if_any(command, &monitoring_providers, rows[i]->id, &code);
        TRY(code);
        rows[i]->name = provider ? provider->name : "";
    }
    return CODE_OK;
}

/* The rules know no names of LAs. */
static enum code name_authorities(struct command *command, Pb__MonitoringProgress **rows, size_t count)
{
    enum code code;
    for (size_t i = 0; i < count; i++) {
        const Pb__Authority *authority = load_if_any(command, &monitoring_authorities, rows[i]->id, &code);
        TRY(code);
        if (authority && authority->name[0])
            rows[i]->name = authority->name;
    }
    return CODE_OK;
}

static const ProtobufCMessage *bare_progress(const ProtobufCMessage *row, struct arena *arena)
{
    return (const ProtobufCMessage *)progress_bare((const Pb__MonitoringProgress *)row, arena);
}

static enum code work_progress(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    Pb__MonitoringProgress **rows;
    size_t count;
    TRY(looking_tell(command, looking));
    if (progress_build(looking->builder, looking->of, looking->authority_id, &rows, &count,
                       &looking->total) != CODE_OK)
        return no_memory(command);
    if (looking->of == PB__PROGRESS_OF__PROGRESS_OF_PROVIDERS)
        TRY(name_providers(command, rows, count));
    else if (looking->of != PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS)
        TRY(name_authorities(command, rows, count));
    progress_sort_by_name(rows, count);
    looking->rows = (struct rows){(ProtobufCMessage **)rows, count, progress_compare, bare_progress};
    return CODE_OK;
}

static enum code finish_progress(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ReportProgressResponse *out = (Pb__ReportProgressResponse *)message;
    struct page page;
    TRY(slow_read_result(command, &looking->read));
    TRY(page_of_rows(command, &looking->rows, looking->page, &page, &out->page));
    out->progress = (Pb__MonitoringProgress **)page.records;
    out->n_progress = page.count;
    out->total = &looking->total;
    out->cycle_id = looking->cycle->id;
    return CODE_OK;
}

HANDLE(ReportProgress, report_progress)
{
    (void)out;
    struct looking *looking;
    TRY(looking_begin(command, &looking));
    looking->cycle_id = in->cycle_id;
    looking->authority_id = in->authority_id;
    looking->of = in->of;
    looking->page = in->page;
    looking->read.work = work_progress;
    return defer_read(command, &looking->read, finish_progress);
}

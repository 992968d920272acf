/* Progress and reminders (rules M3, M6). In: a question of how far a cycle has come, or of what is due. Out:
 * the answer, from everything that is kept of it, read on a thread of the pool. Nothing is written: what is
 * due is so by the day, not by a record. */

#define SERVICE_TYPE Pb__MonitoringService_Service

#include "common/service/slow_read.h"
#include "services/monitoring/handlers/slim.h"
#include "services/monitoring/handlers/support.h"
#include "services/monitoring/rules_reminders.h"
#include "services/monitoring/rules_text.h"
#include "services/monitoring/rules_visit.h"

struct looking {
    struct slow_read read; /* first */
    const char *cycle_id, *authority_id;
    Pb__ProgressOf of;
    bool reminders;
    const Pb__AllocationCycle *cycle;
    struct progress_builder *builder;
    ProtobufCMessage **rows;
    size_t count;
    Pb__MonitoringProgress total;
};

/* --- what is told to the rules ---------------------------------------------------------------------------
 */

static enum code take_cycle(struct command *command, struct looking *looking)
{
    struct collected cycles;
    const struct walk all = {.table = &monitoring_cycles};
    TRY(collect(command, &all, NULL, NULL, &cycles));
    looking->cycle =
        visit_cycle((Pb__AllocationCycle **)cycles.items, cycles.count, looking->cycle_id, command->today);
    return refuse_with(command,
                       monitoring_refusal_facts(looking->cycle ? REFUSAL_NONE : REFUSAL_VISIT_CYCLE_UNKNOWN),
                       "cycle_id");
}

static bool tell(struct progress_builder *builder, const struct table *table, const ProtobufCMessage *record)
{
    if (table == &monitoring_visits)
        return progress_add_visit(builder, (const Pb__Visit *)record);
    if (table == &monitoring_reports)
        return progress_add_report(builder, (const Pb__Report *)record);
    return progress_add_allocation(builder, (const Pb__Allocation *)record);
}

struct telling {
    struct command *command;
    struct looking *looking;
    const struct table *table;
};

static enum code tell_one(void *context, const ProtobufCMessage *record)
{
    const struct telling *telling = context;
    const ProtobufCMessage *kept = slim_copy(record, telling->command->arena);
    return kept && tell(telling->looking->builder, telling->table, kept) ? CODE_OK
                                                                         : no_memory(telling->command);
}

static enum code tell_all(struct command *command, struct looking *looking, const struct walk *all)
{
    struct telling telling = {command, looking, all->table};
    return walk(command, all, tell_one, &telling);
}

/* The cycle's, and what is still under way of any. */
static enum code tell_of(struct command *command, struct looking *looking, const struct table *table)
{
    const struct walk of_cycle = {.table = table,
                                  .index = INDEX_CYCLE,
                                  .value = span_of_text(looking->cycle->id)},
                      under_way = {.table = table, .index = INDEX_OPEN, .value = INDEX_OPEN_VALUE};
    TRY(tell_all(command, looking, &of_cycle));
    return looking->reminders ? tell_all(command, looking, &under_way) : CODE_OK;
}

/* Who had what on the last day of a cycle that is over is in the terms. */
static enum code tell_terms(struct command *command, struct looking *looking)
{
    struct collected terms;
    enum code code;
    const struct walk all = {.table = &monitoring_terms};
    TRY(collect(command, &all, NULL, NULL, &terms));
    for (size_t i = 0; i < terms.count; i++) {
        const Pb__AllocationTerm *term = (const Pb__AllocationTerm *)terms.items[i];
        const Pb__Provision *provision =
            load_if_any(command, &monitoring_provisions, term->provision_id, &code);
        TRY(code);
        if (!progress_add_term(looking->builder, term, provision ? provision->provider_id : ""))
            return no_memory(command);
    }
    return CODE_OK;
}

/* What expires is told by the latest report of each provision. */
static enum code tell_published(struct command *command, struct looking *looking)
{
    struct collected qualities;
    const struct walk all = {.table = &monitoring_quality};
    TRY(collect(command, &all, NULL, NULL, &qualities));
    for (size_t i = 0; i < qualities.count; i++) {
        struct published published;
        const char *id = ((const Pb__ProvisionQuality *)qualities.items[i])->report_id;
        if (!id[0])
            continue;
        TRY(load_published(command, id, &published));
        if (!progress_add_published(looking->builder, published.record, published.form))
            return no_memory(command);
    }
    return CODE_OK;
}

static bool is_over(const struct looking *looking, struct date today)
{
    struct date last = stored_date(looking->cycle->last_on);
    return !date_is_none(last) && date_compare(last, today) < 0;
}

static enum code tell_everything(struct command *command, struct looking *looking)
{
    const struct walk allocations = {.table = &monitoring_allocations};
    looking->builder = progress_create(looking->cycle, command->today, command->arena);
    if (!looking->builder)
        return no_memory(command);
    TRY(is_over(looking, command->today) ? tell_terms(command, looking)
                                         : tell_all(command, looking, &allocations));
    TRY(tell_of(command, looking, &monitoring_visits));
    return tell_of(command, looking, &monitoring_reports);
}

/* --- progress --------------------------------------------------------------------------------------------
 */

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

static enum code work_progress(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    Pb__MonitoringProgress **rows;
    TRY(take_cycle(command, looking));
    TRY(tell_everything(command, looking));
    if (progress_build(looking->builder, looking->of, looking->authority_id, &rows, &looking->count,
                       &looking->total) != CODE_OK)
        return no_memory(command);
    if (looking->of == PB__PROGRESS_OF__PROGRESS_OF_PROVIDERS)
        TRY(name_providers(command, rows, looking->count));
    else if (looking->of != PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS)
        TRY(name_authorities(command, rows, looking->count));
    progress_sort_by_name(rows, looking->count);
    looking->rows = (ProtobufCMessage **)rows;
    return CODE_OK;
}

static enum code finish_progress(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ReportProgressResponse *out = (Pb__ReportProgressResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->progress = (Pb__MonitoringProgress **)looking->rows;
    out->n_progress = looking->count;
    out->total = &looking->total;
    out->cycle_id = looking->cycle->id;
    return CODE_OK;
}

/* --- reminders -------------------------------------------------------------------------------------------
 */

static enum code work_reminders(struct slow_read *read)
{
    struct looking *looking = (struct looking *)(void *)read;
    struct command *command = &read->reading;
    Pb__Reminder **rows;
    TRY(take_cycle(command, looking));
    TRY(tell_everything(command, looking));
    TRY(tell_published(command, looking));
    if (progress_reminders(looking->builder, looking->authority_id, &rows, &looking->count) != CODE_OK)
        return no_memory(command);
    looking->rows = (ProtobufCMessage **)rows;
    return CODE_OK;
}

static enum code finish_reminders(struct command *command, void *state, ProtobufCMessage *message)
{
    struct looking *looking = state;
    Pb__ListRemindersResponse *out = (Pb__ListRemindersResponse *)message;
    TRY(slow_read_result(command, &looking->read));
    out->reminders = (Pb__Reminder **)looking->rows;
    out->n_reminders = looking->count;
    return CODE_OK;
}

/* --- asked -----------------------------------------------------------------------------------------------
 */

static enum code begin(struct command *command, struct looking **ret_looking)
{
    TRY(facts_ready(command));
    TRY(check_reader(command));
    *ret_looking = arena_new(command->arena, struct looking);
    if (!*ret_looking)
        return no_memory(command);
    **ret_looking = (struct looking){.cycle_id = "", .authority_id = ""};
    allow_memory(command, MONITORING_ARENA_BYTES);
    return CODE_OK;
}

HANDLE(ReportProgress, report_progress)
{
    (void)out;
    struct looking *looking;
    TRY(begin(command, &looking));
    looking->cycle_id = in->cycle_id;
    looking->authority_id = in->authority_id;
    looking->of = in->of;
    looking->read.work = work_progress;
    return defer_read(command, &looking->read, finish_progress);
}

HANDLE(ListReminders, list_reminders)
{
    (void)out;
    struct looking *looking;
    TRY(begin(command, &looking));
    looking->authority_id = in->authority_id;
    looking->reminders = true;
    looking->read.work = work_reminders;
    return defer_read(command, &looking->read, finish_reminders);
}

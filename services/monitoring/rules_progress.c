/* How far a cycle has come (rule M6). In: what was told. Out: a row for each authority, provider or
 * provision, and their sum. */

#include "services/monitoring/rules_progress.h"

#include "common/domain/gss.h"
#include "services/monitoring/rules_progress_inside.h"

#include <stdlib.h>

struct table {
    const struct progress_builder *builder;
    Pb__ProgressOf of;
    const char *authority_id; /* only this one's; "": everybody's */
    const char **ids;
    Pb__MonitoringProgress *rows; /* of those identifiers */
    size_t count;
};

/* One record, by what rows can be made of. */
struct belongs {
    const char *authority_id, *provider_id, *provision_id, *name;
};

static const char *row_id(const struct table *table, struct belongs to)
{
    switch (table->of) {
    case PB__PROGRESS_OF__PROGRESS_OF_PROVIDERS:
        return to.provider_id;
    case PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS:
        return to.provision_id;
    case PB__PROGRESS_OF__PROGRESS_OF_UNSPECIFIED:
    case PB__PROGRESS_OF__PROGRESS_OF_AUTHORITIES:
    case _PB__PROGRESS_OF_IS_INT_SIZE:
        return to.authority_id;
    }
    return to.authority_id;
}

static bool is_asked_for(const struct table *table, const char *authority_id)
{
    return table->authority_id[0] == '\0' || strcmp(table->authority_id, authority_id) == 0;
}

static bool is_of_cycle(const struct table *table, const char *cycle_id)
{
    return strcmp(table->builder->cycle->id, cycle_id) == 0;
}

/* --- what is counted --------------------------------------------------------------------------------- */

static struct belongs holding_belongs(const struct holding *holding)
{
    return (struct belongs){holding->authority_id, holding->provider_id, holding->provision_id,
                            holding->name};
}

static struct belongs visit_belongs(const Pb__Visit *visit)
{
    return (struct belongs){visit->authority_id, visit->provider_id, visit->provision_id, visit->name};
}

static struct belongs report_belongs(const Pb__Report *report)
{
    return (struct belongs){report->authority_id, report->provider_id, report->provision_id, report->name};
}

static void count_holding(const struct progress_builder *builder, const struct holding *holding,
                          Pb__MonitoringProgress *row)
{
    char today[DATE_TEXT_BYTES];
    struct shared_visit visit = progress_shared_visit(builder, holding);
    bool cycle_over = !date_is_none(builder->last_on) && date_compare(builder->last_on, builder->today) < 0;
    row->soles += holding->standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE;
    if (holding->standing != PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK)
        return;
    date_print(builder->today, today);
    row->owed++;
    row->intended += visit.made || visit.planned;
    row->pending += !visit.made;
    row->overdue +=
        !visit.made && (cycle_over || (visit.planned && strcmp(visit.planned->intended_on, today) < 0));
}

static void count_next(Pb__MonitoringProgress *row, const char *day)
{
    if (day[0] && (row->next_on[0] == '\0' || strcmp(day, row->next_on) < 0))
        row->next_on = day;
}

static void count_visit(const struct progress_builder *builder, const Pb__Visit *visit,
                        Pb__MonitoringProgress *row)
{
    char today[DATE_TEXT_BYTES];
    date_print(builder->today, today);
    row->made += visit->state == PB__VISIT_STATE__VISIT_STATE_MADE;
    if (visit->state == PB__VISIT_STATE__VISIT_STATE_PLANNED && strcmp(visit->intended_on, today) >= 0)
        count_next(row, visit->intended_on);
}

static void count_report(const Pb__Report *report, Pb__MonitoringProgress *row)
{
    switch (report->state) {
    case PB__REPORT_STATE__REPORT_STATE_DRAFT:
        row->draft++;
        break;
    case PB__REPORT_STATE__REPORT_STATE_SENT:
    case PB__REPORT_STATE__REPORT_STATE_NOTICE_GIVEN:
        row->awaiting_comment++;
        break;
    case PB__REPORT_STATE__REPORT_STATE_COMMENTED:
        row->commented++;
        break;
    case PB__REPORT_STATE__REPORT_STATE_PUBLISHED:
        row->published++;
        break;
    case PB__REPORT_STATE__REPORT_STATE_UNSPECIFIED:
    case PB__REPORT_STATE__REPORT_STATE_DISCARDED:
    case _PB__REPORT_STATE_IS_INT_SIZE:
        break;
    }
}

/* --- rows -------------------------------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Calls for every record that is asked for, in an order that does not depend on the telling. */
static void each_record(struct table *table,
                        void (*call)(struct table *table, struct belongs to, const struct holding *holding,
                                     const Pb__Visit *visit, const Pb__Report *report))
{
    const struct progress_builder *builder = table->builder;
    for (size_t i = 0; i < builder->reports.count; i++) {
        const Pb__Report *report = builder->reports.items[i].record;
        if (is_asked_for(table, report->authority_id) && is_of_cycle(table, report->cycle_id))
            call(table, report_belongs(report), NULL, NULL, report);
    }
    for (size_t i = 0; i < builder->visit_count; i++) {
        const Pb__Visit *visit = builder->visits_there[i];
        if (is_asked_for(table, visit->authority_id))
            call(table, visit_belongs(visit), NULL, visit, NULL);
    }
    for (size_t i = 0; i < builder->holding_count; i++) {
        const struct holding *holding = &builder->holdings[i];
        if (is_asked_for(table, holding->authority_id))
            call(table, holding_belongs(holding), holding, NULL, NULL);
    }
}

static void note_id(struct table *table, struct belongs to, const struct holding *holding,
                    const Pb__Visit *visit, const Pb__Report *report)
{
    (void)holding, (void)visit, (void)report;
    table->ids[table->count++] = row_id(table, to);
}

/* A provision is called as its holder's record says, else as the newest record does. */
static void count_record(struct table *table, struct belongs to, const struct holding *holding,
                         const Pb__Visit *visit, const Pb__Report *report)
{
    const char *id = row_id(table, to);
    const char **place = bsearch(&id, table->ids, table->count, sizeof *table->ids, compare_ids);
    Pb__MonitoringProgress *row = &table->rows[place - table->ids];
    if (table->of == PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS)
        row->name = to.name;
    if (holding)
        count_holding(table->builder, holding, row);
    if (visit)
        count_visit(table->builder, visit, row);
    if (report)
        count_report(report, row);
}

static void unique_ids(struct table *table)
{
    size_t kept = 0;
    qsort(table->ids, table->count, sizeof *table->ids, compare_ids);
    for (size_t i = 0; i < table->count; i++)
        if (kept == 0 || strcmp(table->ids[i], table->ids[kept - 1]) != 0)
            table->ids[kept++] = table->ids[i];
    table->count = kept;
}

static void begin_rows(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        Pb__MonitoringProgress *row = &table->rows[i];
        const struct authority *authority = NULL;
        pb__monitoring_progress__init(row);
        row->id = table->ids[i];
        if (table->of != PB__PROGRESS_OF__PROGRESS_OF_PROVIDERS &&
            table->of != PB__PROGRESS_OF__PROGRESS_OF_PROVISIONS)
            authority = authority_by_gss(row->id);
        if (authority)
            row->name = authority->name;
    }
}

static Pb__MonitoringProgress sum_of(const struct table *table)
{
    Pb__MonitoringProgress total;
    pb__monitoring_progress__init(&total);
    for (size_t i = 0; i < table->count; i++) {
        const Pb__MonitoringProgress *row = &table->rows[i];
        total.owed += row->owed;
        total.intended += row->intended;
        total.made += row->made;
        total.pending += row->pending;
        total.overdue += row->overdue;
        total.draft += row->draft;
        total.awaiting_comment += row->awaiting_comment;
        total.commented += row->commented;
        total.published += row->published;
        total.soles += row->soles;
        count_next(&total, row->next_on);
    }
    return total;
}

enum code progress_build(struct progress_builder *builder, Pb__ProgressOf of, const char *authority_id,
                         Pb__MonitoringProgress ***ret_rows, size_t *ret_count,
                         Pb__MonitoringProgress *ret_total)
{
    struct table table = {.builder = builder, .of = of, .authority_id = authority_id};
    enum code code = progress_settle(builder);
    if (code != CODE_OK)
        return code;
    size_t most = builder->reports.count + builder->visits.count + builder->holding_count + 1;
    table.ids = arena_array(builder->arena, const char *, most);
    if (!table.ids)
        return CODE_RESOURCE_EXHAUSTED;
    each_record(&table, note_id);
    unique_ids(&table);
    table.rows = arena_array(builder->arena, Pb__MonitoringProgress, table.count + 1);
    Pb__MonitoringProgress **rows = arena_array(builder->arena, Pb__MonitoringProgress *, table.count + 1);
    if (!table.rows || !rows)
        return CODE_RESOURCE_EXHAUSTED;
    begin_rows(&table);
    each_record(&table, count_record);
    for (size_t i = 0; i < table.count; i++)
        rows[i] = &table.rows[i];
    *ret_rows = rows;
    *ret_count = table.count;
    *ret_total = sum_of(&table);
    return CODE_OK;
}

/* What of a name counts in the order: whole characters. */
static size_t name_bytes(const char *name)
{
    size_t bytes = strnlen(name, RECORD_NAME_INDEX_BYTES);
    if (name[bytes])
        while (bytes && ((unsigned char)name[bytes] & 0xc0) == 0x80)
            bytes--;
    return bytes;
}

int progress_compare(const void *left, const void *right)
{
    const Pb__MonitoringProgress *a = *(const Pb__MonitoringProgress *const *)left;
    const Pb__MonitoringProgress *b = *(const Pb__MonitoringProgress *const *)right;
    size_t a_bytes = name_bytes(a->name), b_bytes = name_bytes(b->name);
    int order = memcmp(a->name, b->name, a_bytes < b_bytes ? a_bytes : b_bytes);
    if (order == 0)
        order = ORDER(a_bytes, b_bytes);
    return order ? order : strcmp(a->id, b->id);
}

const Pb__MonitoringProgress *progress_bare(const Pb__MonitoringProgress *row, struct arena *arena)
{
    Pb__MonitoringProgress *bare = arena_new(arena, Pb__MonitoringProgress);
    const char *name = arena_format(arena, "%.*s", (int)name_bytes(row->name), row->name);
    if (!bare || !name)
        return NULL;
    pb__monitoring_progress__init(bare);
    bare->id = row->id;
    bare->name = name;
    return bare;
}

void progress_sort_by_name(Pb__MonitoringProgress **rows, size_t count)
{
    if (count > 0)
        qsort(rows, count, sizeof *rows, progress_compare);
}

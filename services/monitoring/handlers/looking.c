/* A look at everything of a cycle. In: its visits and reports, and who has which provision. Out: the rules,
 * told of them. Nothing is written: what is due is so by the day, not by a record. */

#include "services/monitoring/handlers/looking.h"

#include "services/monitoring/handlers/slim.h"
#include "services/monitoring/rules_text.h"
#include "services/monitoring/rules_visit.h"

#include "common/base/uuid.h"

#include <stdio.h>

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

static enum code tell_term(void *context, const ProtobufCMessage *record)
{
    const struct telling *telling = context;
    struct arena *arena = telling->command->arena;
    struct arena_mark mark = arena_mark(arena);
    char provider_id[UUID_TEXT_BYTES] = "";
    enum code code;
    const Pb__AllocationTerm *term = (const Pb__AllocationTerm *)record;
    const Pb__Provision *provision =
        load_if_any(telling->command, &monitoring_provisions, term->provision_id, &code);
    TRY(code);
    if (provision)
        snprintf(provider_id, sizeof provider_id, "%s", provision->provider_id);
    arena_release(arena, mark); /* the rest of it is not needed */
    term = (const Pb__AllocationTerm *)slim_copy(record, arena);
    const char *kept = arena_text(arena, provider_id);
    return term && kept && progress_add_term(telling->looking->builder, term, kept)
               ? CODE_OK
               : no_memory(telling->command);
}

/* Who had what on the last day of a cycle that is over is in the terms. */
static enum code tell_terms(struct command *command, struct looking *looking)
{
    struct telling telling = {command, looking, &monitoring_terms};
    const struct walk all = {.table = &monitoring_terms};
    return walk(command, &all, tell_term, &telling);
}

static bool is_over(const struct looking *looking, struct date today)
{
    struct date last = stored_date(looking->cycle->last_on);
    return !date_is_none(last) && date_compare(last, today) < 0;
}

enum code looking_tell(struct command *command, struct looking *looking)
{
    const struct walk allocations = {.table = &monitoring_allocations};
    TRY(take_cycle(command, looking));
    looking->builder = progress_create(looking->cycle, command->today, command->arena);
    if (!looking->builder)
        return no_memory(command);
    TRY(is_over(looking, command->today) ? tell_terms(command, looking)
                                         : tell_all(command, looking, &allocations));
    TRY(tell_of(command, looking, &monitoring_visits));
    return tell_of(command, looking, &monitoring_reports);
}

enum code looking_begin(struct command *command, struct looking **ret_looking)
{
    TRY(check_reader(command));
    *ret_looking = arena_new(command->arena, struct looking);
    if (!*ret_looking)
        return no_memory(command);
    **ret_looking = (struct looking){.cycle_id = "", .authority_id = ""};
    allow_memory(command, MONITORING_ARENA_BYTES);
    return CODE_OK;
}

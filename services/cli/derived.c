/* Words for tables: of allocations, why an LA has a provision, why that changes, what is asked; of
 * monitoring, what is due, who raised a concern, what is too small to be shown; of fees see derived_fees.c.
 * Messages come in, words go out. */

#include "services/cli/derived.h"

#include "services/cli/reflect.h"
#include "services/cli/show_allocation.h"
#include "services/cli/show_monitoring.h"

#include "common/domain/gss.h"

#include <string.h>

static const char *joined(struct arena *arena, const char *first, const char *second)
{
    const char *text = *first && *second ? arena_format(arena, "%s; %s", first, second) : "";
    return *first && *second ? (text ? text : first) : *first ? first : second;
}

static const char *causes(const Pb__AllocationCause *items, size_t count, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = joined(arena, text, allocation_cause_words(items[i]));
    return text;
}

static const char *change_why(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__AllocationChange *change = (const Pb__AllocationChange *)(const void *)message;
    return causes(change->causes, change->n_causes, arena);
}

static const char *allocation_why(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__Allocation *allocation = (const Pb__Allocation *)(const void *)message;
    return joined(arena, allocation_basis_words(allocation->basis), allocation->reason);
}

static const char *proposed_why(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__ProposedAllocation *row = (const Pb__ProposedAllocation *)(const void *)message;
    return joined(arena, allocation_basis_words(row->basis), allocation_attention_words(row->attention));
}

static const char *term_why(const ProtobufCMessage *message, struct arena *arena)
{
    (void)arena;
    return allocation_basis_words(((const Pb__AllocationTerm *)(const void *)message)->basis);
}

static const char *task_asks(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__AllocationTask *task = (const Pb__AllocationTask *)(const void *)message;
    /* The same LA, as another: where it was the only one, another places there now, or the other way round.
     */
    if (task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_REALLOCATE && task->proposed &&
        strcmp(task->proposed->authority_id, task->authority_id) == 0)
        return arena_format(arena, "should be its %s",
                            reflect_text(&task->proposed->base, "standing", arena));
    return allocation_task_words(task->kind);
}

static const char *task_why(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__AllocationTask *task = (const Pb__AllocationTask *)(const void *)message;
    const char *attention = task->proposed ? allocation_attention_words(task->proposed->attention) : "";
    return joined(arena, joined(arena, causes(task->causes, task->n_causes, arena), attention),
                  task->settlement);
}

static const char *method_words(const ProtobufCMessage *message, struct arena *arena)
{
    (void)arena;
    return allocation_method_words(((const Pb__AllocationProposal *)(const void *)message)->method);
}

static const char *reminder_what(const ProtobufCMessage *message, struct arena *arena)
{
    (void)arena;
    return reminder_words(((const Pb__Reminder *)(const void *)message)->kind);
}

/* What is typed to see to it. */
static const char *reminder_about(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__Reminder *reminder = (const Pb__Reminder *)(const void *)message;
    (void)arena;
    return *reminder->report_id  ? reminder->report_id
           : *reminder->visit_id ? reminder->visit_id
                                 : reminder->provision_id;
}

static const char *concern_by(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__Concern *concern = (const Pb__Concern *)(const void *)message;
    const struct authority *authority = authority_by_gss(concern->raised_by);
    (void)arena;
    return authority ? authority->name : *concern->raised_by ? concern->raised_by : "the host";
}

static const char *outcome_years(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__OutcomeRow *row = (const Pb__OutcomeRow *)(const void *)message;
    return arena_format(arena, "%u-%02u", row->year, (row->year + 1) % 100);
}

static const char *outcome_children(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__OutcomeRow *row = (const Pb__OutcomeRow *)(const void *)message;
    return row->suppressed ? "not shown" : arena_format(arena, "%u", row->children);
}

static const char *outcome_as_intended(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__OutcomeRow *row = (const Pb__OutcomeRow *)(const void *)message;
    return row->suppressed || row->as_intended_suppressed ? "not shown"
                                                          : arena_format(arena, "%u", row->as_intended);
}

static const char *grade_rank(const ProtobufCMessage *message, struct arena *arena)
{
    const Pb__GradeAt *grade = (const Pb__GradeAt *)(const void *)message;
    return arena_format(arena, "%u of %u", grade->rank, grade->of);
}

static const struct {
    const ProtobufCMessageDescriptor *type;
    const char *name;
    derived_text *text;
} DERIVED[] = {
    {&pb__allocation_change__descriptor, "why", change_why},
    {&pb__allocation__descriptor, "why", allocation_why},
    {&pb__proposed_allocation__descriptor, "why", proposed_why},
    {&pb__allocation_term__descriptor, "why", term_why},
    {&pb__allocation_task__descriptor, "asks", task_asks},
    {&pb__allocation_task__descriptor, "why", task_why},
    {&pb__allocation_proposal__descriptor, "how", method_words},
    {&pb__reminder__descriptor, "what", reminder_what},
    {&pb__reminder__descriptor, "about", reminder_about},
    {&pb__concern__descriptor, "raised_by_words", concern_by},
    {&pb__outcome_row__descriptor, "years", outcome_years},
    {&pb__outcome_row__descriptor, "children_words", outcome_children},
    {&pb__outcome_row__descriptor, "as_intended_words", outcome_as_intended},
    {&pb__grade_at__descriptor, "rank_words", grade_rank},
};

derived_text *derived_find(const ProtobufCMessageDescriptor *type, const char *name)
{
    for (size_t i = 0; i < sizeof DERIVED / sizeof *DERIVED; i++)
        if (DERIVED[i].type == type && strcmp(DERIVED[i].name, name) == 0)
            return DERIVED[i].text;
    return derived_find_fees(type, name);
}

const char *derived_or_field(const ProtobufCMessage *message, const char *name, struct arena *arena)
{
    derived_text *words = derived_find(message->descriptor, name);
    const char *text = words ? words(message, arena) : reflect_text(message, name, arena);
    return text ? text : "";
}

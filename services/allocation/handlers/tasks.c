/* Tasks (rules A6, A7). In: requests. Out: what waits; and what the host makes of it. */

#define SERVICE_TYPE Pb__AllocationService_Service

#include "services/allocation/handlers/support.h"

static bool is_open(void *context, const ProtobufCMessage *record)
{
    (void)context;
    return ((const Pb__AllocationTask *)record)->state ==
           PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN;
}

HANDLE(ListAllocationTasks, list_allocation_tasks)
{
    struct page page;
    TRY(check_reader(command));
    struct walk wanted = {.table = &allocation_tasks};
    if (in->authority_id[0])
        wanted = (struct walk){
            .table = &allocation_tasks, .index = INDEX_AUTHORITY, .value = span_of_text(in->authority_id)};
    else if (!in->with_settled)
        wanted = (struct walk){.table = &allocation_tasks, .index = INDEX_OPEN, .value = INDEX_OPEN_VALUE};
    TRY(read_page(command, &wanted, in->page, in->with_settled ? NULL : is_open, NULL, &page, &out->page));
    out->tasks = (Pb__AllocationTask **)page.records;
    out->n_tasks = page.count;
    return CODE_OK;
}

/* --- settled by the host ----------------------------------------------------------------------------- */

/* A task by its UUID; one about a provision by any of its URNs too. NULL: refused. */
static Pb__AllocationTask *load_task(struct command *command, const char *id)
{
    struct urn urn;
    if (urn_parse(id, &urn, NULL) == CODE_OK) {
        const Pb__Provision *provision = known_provision(command, id);
        return provision ? load(command, &allocation_tasks, "task_id", provision->id) : NULL;
    }
    return load(command, &allocation_tasks, "task_id", id);
}

/* Do the facts still give what the task says? What the host read is what is done. */
static bool still_says(const Pb__AllocationTask *task, const struct subject *subject)
{
    const Pb__Allocation *allocation = subject->allocation;
    return task_due(allocation, subject->row) == task->kind && rows_equal(task->proposed, subject->row) &&
           strcmp(task->authority_id, allocation ? allocation->authority_id : "") == 0;
}

static enum code apply(struct command *command, const Pb__AllocationTask *task,
                       Pb__Allocation **ret_allocation)
{
    struct picture picture;
    const char *const ids[] = {task->provision_id};
    TRY(check(command, task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_ATTENTION
                           ? REFUSAL_TASK_NOT_APPLICABLE
                           : REFUSAL_NONE));
    TRY(picture_load_some(command, ids, 1, &picture));
    TRY(check_published(command, &picture.present));
    struct subject *subject = &picture.subjects[0];
    TRY(check(command, still_says(task, subject) ? REFUSAL_NONE : REFUSAL_TASK_OVERTAKEN));
    const struct assignment assignment = assignment_of(subject, 0);
    return assign(command, &picture.present, &assignment, ret_allocation);
}

static enum code present_allocation(struct command *command, const Pb__AllocationTask *task,
                                    Pb__Allocation **ret_allocation)
{
    enum code code;
    *ret_allocation = load_if_any(command, &allocation_allocations, task->provision_id, &code);
    return code;
}

HANDLE(SettleAllocationTask, settle_allocation_task)
{
    Pb__AllocationTask *task = load_task(command, in->task_id);
    if (!task)
        return command->fault.code;
    TRY(check_record(command, &in->base));
    TRY(check(command, in->apply || in->reason[0] ? REFUSAL_NONE : REFUSAL_REASON_MISSING));
    TRY(check(command, task_step(task->state, in->apply ? TASK_APPLY : TASK_KEEP, &task->state)));
    command->subject = task->id;
    bool told = task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_TRANSFER_AGREED;
    if (in->apply && !told)
        TRY(apply(command, task, &out->allocation));
    else
        TRY(present_allocation(command, task, &out->allocation));
    task->settlement = in->reason[0] ? in->reason : told ? "seen" : "done as proposed";
    expect_version(task->meta, in->version);
    TRY(put(command, &allocation_tasks, task));
    out->task = task;
    return CODE_OK;
}

/* Cycles (rule A7). In: requests of the host. Out: cycles; with the end of one, its offers, transfers and
 * tasks. */

#define SERVICE_TYPE Pb__AllocationService_Service

#include "services/allocation/handlers/support.h"

HANDLE(OpenCycle, open_cycle)
{
    static const Pb__AllocationCycle presets = PB__ALLOCATION_CYCLE__INIT;
    const Pb__AllocationCycle *asked = in->cycle ? in->cycle : &presets;
    struct collected cycles;
    enum code code;
    TRY(check_record(command, &asked->base));
    TRY(all_cycles(command, &cycles));
    Pb__AllocationCycle *cycle = arena_new(command->arena, Pb__AllocationCycle);
    if (!cycle)
        return no_memory(command);
    TRY(check(command,
              cycle_open(asked, latest_cycle(&cycles, NULL), command->today, command->arena, cycle)));
    const void *known = load_if_any(command, &allocation_cycles, cycle->id, &code);
    TRY(code);
    TRY(check(command, known ? REFUSAL_CYCLE_KNOWN : REFUSAL_NONE));
    cycle->meta = meta_of(command, asked->meta, NULL);
    if (!cycle->meta)
        return no_memory(command);
    command->subject = cycle->id;
    TRY(put(command, &allocation_cycles, cycle));
    out->cycle = cycle;
    return CODE_OK;
}

HANDLE(UpdateCycle, update_cycle)
{
    struct collected cycles;
    TRY(check_record(command, in->cycle ? &in->cycle->base : NULL));
    const Pb__AllocationCycle *stored = load(command, &allocation_cycles, "cycle.id", in->cycle->id);
    if (!stored)
        return command->fault.code;
    TRY(all_cycles(command, &cycles));
    Pb__AllocationCycle *cycle = arena_new(command->arena, Pb__AllocationCycle);
    if (!cycle)
        return no_memory(command);
    /* Only the last cycle is not closed: the one before it is the latest of the others. */
    TRY(check(command, cycle_update(in->cycle, stored, latest_cycle(&cycles, stored), cycle)));
    cycle->meta = meta_of(command, in->cycle->meta, stored->meta);
    if (!cycle->meta)
        return no_memory(command);
    command->subject = cycle->id;
    TRY(put(command, &allocation_cycles, cycle));
    out->cycle = cycle;
    return CODE_OK;
}

static enum code close_transfers(struct command *command, const struct present *present)
{
    for (size_t i = 0; i < present->transfer_count; i++) {
        Pb__Transfer *transfer = present->transfers[i];
        bool held = transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD;
        TRY(check(command,
                  transfer_step(transfer->state, held ? TRANSFER_END : TRANSFER_EXPIRE, &transfer->state)));
        TRY(transfer_close(command, transfer, transfer->state, "the cycle was closed"));
    }
    return CODE_OK;
}

/* What waits is about what was published; the next cycle begins with a proposal of its own. */
static enum code close_tasks(struct command *command, const struct collected *tasks)
{
    for (size_t i = 0; i < tasks->count; i++) {
        Pb__AllocationTask *task = (Pb__AllocationTask *)tasks->items[i];
        task->state = PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED;
        task->settlement = "the cycle was closed";
        TRY(put(command, &allocation_tasks, task));
    }
    return CODE_OK;
}

static bool waits(void *context, const ProtobufCMessage *record)
{
    (void)context;
    return ((const Pb__AllocationTask *)record)->state !=
           PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED;
}

HANDLE(CloseCycle, close_cycle)
{
    struct present present;
    struct collected tasks;
    const struct walk all_tasks = {.table = &allocation_tasks};
    Pb__AllocationCycle *cycle = load_cycle(command, in->cycle_id);
    if (!cycle)
        return command->fault.code;
    allow_memory(command, ALLOCATION_ARENA_BYTES);
    TRY(check(command, cycle_step(cycle->state, CYCLE_CLOSE, &cycle->state)));
    TRY(present_load(command, &present));
    TRY(collect(command, &all_tasks, waits, NULL, &tasks));
    command->subject = cycle->id;
    expect_version(cycle->meta, in->version);
    TRY(put(command, &allocation_cycles, cycle));
    TRY(close_transfers(command, &present));
    TRY(close_tasks(command, &tasks));
    out->cycle = cycle;
    return CODE_OK;
}

HANDLE(ListCycles, list_cycles)
{
    struct page page;
    TRY(check_reader(command));
    const struct walk all = {.table = &allocation_cycles};
    TRY(read_page(command, &all, in->page, NULL, NULL, &page, &out->page));
    out->cycles = (Pb__AllocationCycle **)page.records;
    out->n_cycles = page.count;
    return CODE_OK;
}

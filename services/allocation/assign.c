/* Writes who has a provision (rules A5 to A7). In: what it has, what it gets, and why. Out: allocation,
 * terms, transfers and task, in the command's transaction. What is right was decided before. */

#include "services/allocation/assign.h"

#include "services/allocation/rules_cycle.h"
#include "services/allocation/rules_transfer.h"

static const char *today_text(struct command *command)
{
    char text[DATE_TEXT_BYTES];
    date_print(command->today, text);
    return arena_text(command->arena, text);
}

static bool is_generated(const struct subject *subject)
{
    const Pb__RecordMeta *meta = subject->provision ? subject->provision->meta : NULL;
    return meta && meta->generated;
}

/* --- terms ------------------------------------------------------------------------------------------- */

static enum code term_end(struct command *command, const Pb__Allocation *allocation)
{
    enum code code;
    Pb__AllocationTerm *term = load_if_any(command, &allocation_terms, allocation->term_id, &code);
    if (!term)
        return code;
    term->until = today_text(command);
    return term->until ? put(command, &allocation_terms, term) : no_memory(command);
}

static enum code term_begin(struct command *command, const struct subject *subject,
                            Pb__Allocation *allocation)
{
    Pb__AllocationTerm term = PB__ALLOCATION_TERM__INIT;
    term.id = command_new_id(command);
    term.provision_id = allocation->provision_id;
    term.authority_id = allocation->authority_id;
    term.standing = allocation->standing;
    term.basis = allocation->basis;
    term.from = today_text(command);
    term.cycle_id = allocation->cycle_id;
    term.name = allocation->name;
    term.meta = meta_again(command, NULL, is_generated(subject));
    if (!term.from || !term.meta)
        return no_memory(command);
    allocation->term_id = term.id;
    return put(command, &allocation_terms, &term);
}

/* --- transfers --------------------------------------------------------------------------------------- */

enum code transfer_close(struct command *command, Pb__Transfer *transfer, Pb__TransferState state,
                         const char *why)
{
    transfer->state = state;
    transfer->answer = why;
    return put(command, &allocation_transfers, transfer);
}

static bool is_about(const Pb__Transfer *transfer, const char *provision_id)
{
    return strcmp(transfer->provision_id, provision_id) == 0 ||
           strcmp(transfer->return_provision_id, provision_id) == 0;
}

/* Offers about a provision that went elsewhere: nobody can accept them any more, and they stand in the way of
 * others. */
static enum code offers_expire(struct command *command, const struct present *present,
                               const char *provision_id, const char *except)
{
    for (size_t i = 0; i < present->transfer_count; i++) {
        Pb__Transfer *transfer = present->transfers[i];
        if (transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED &&
            is_about(transfer, provision_id) && strcmp(transfer->id, except) != 0)
            TRY(transfer_close(command, transfer, PB__TRANSFER_STATE__TRANSFER_STATE_EXPIRED,
                               "another has the provision now"));
    }
    return CODE_OK;
}

static enum code still_gives(struct command *command, const Pb__Transfer *transfer, const char *provision_id,
                             bool *ret_gives)
{
    enum code code;
    const Pb__Allocation *allocation = load_if_any(command, &allocation_allocations, provision_id, &code);
    *ret_gives = allocation && strcmp(allocation->transfer_id, transfer->id) == 0;
    return code;
}

/* Ends the held transfer of that identifier, unless it still gives another provision than this. */
static enum code half_end(struct command *command, const struct present *present, const char *transfer_id,
                          const char *provision_id, const char *why)
{
    for (size_t i = 0; i < present->transfer_count; i++) {
        Pb__Transfer *transfer = present->transfers[i];
        if (strcmp(transfer->id, transfer_id) != 0 ||
            transfer->state != PB__TRANSFER_STATE__TRANSFER_STATE_HELD)
            continue;
        bool first = strcmp(transfer->provision_id, provision_id) == 0, gives = false;
        const char *other = first ? transfer->return_provision_id : transfer->provision_id;
        if (other[0])
            TRY(still_gives(command, transfer, other, &gives));
        return gives ? CODE_OK
                     : transfer_close(command, transfer, PB__TRANSFER_STATE__TRANSFER_STATE_ENDED, why);
    }
    return CODE_OK;
}

enum code hold_end(struct command *command, const struct present *present, Pb__Allocation *allocation,
                   const char *why)
{
    const char *transfer_id = allocation->transfer_id;
    if (!transfer_id[0])
        return CODE_OK;
    allocation->transfer_id = "";
    TRY(put(command, &allocation_allocations, allocation));
    return half_end(command, present, transfer_id, allocation->provision_id, why);
}

/* --- the allocation ---------------------------------------------------------------------------------- */

static bool fill(struct command *command, const struct present *present, const struct assignment *assignment,
                 Pb__Allocation *allocation)
{
    const struct subject *subject = assignment->subject;
    const Pb__ProposedAllocation *row = assignment->row;
    const Pb__Allocation *stored = subject->allocation;
    bool stays = stored && strcmp(stored->authority_id, row->authority_id) == 0;
    pb__allocation__init(allocation);
    allocation->provision_id = row->provision_id;
    allocation->authority_id = row->authority_id;
    allocation->standing = row->standing;
    allocation->basis = assignment->basis;
    allocation->cycle_id = present->cycle->id;
    allocation->proposal_number = assignment->proposal_number;
    allocation->since = stays ? stored->since : today_text(command);
    allocation->distance_metres = row->distance_metres;
    allocation->measured = row->measured;
    allocation->placing = arena_array(command->arena, const char *, row->n_placing);
    allocation->n_placing = row->n_placing;
    allocation->position = row->position;
    allocation->name = row->name;
    allocation->kind = row->kind;
    allocation->provider_id = subject->provision ? subject->provision->provider_id : "";
    allocation->transfer_id = assignment->transfer_id;
    allocation->reason = assignment->reason;
    allocation->meta = meta_again(command, stored ? stored->meta : NULL, is_generated(subject));
    for (size_t i = 0; allocation->placing && i < row->n_placing; i++)
        allocation->placing[i] = row->placing[i]->authority_id;
    return allocation->since && allocation->placing && allocation->meta;
}

static bool is_transfer(Pb__AllocationBasis basis)
{
    return basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TRANSFER ||
           basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_SWAP;
}

struct assignment assignment_of(const struct subject *subject, uint32_t proposal_number)
{
    const Pb__Allocation *stored = subject->allocation;
    const Pb__ProposedAllocation *row = subject->row;
    Pb__AllocationBasis basis = row ? row->basis : PB__ALLOCATION_BASIS__ALLOCATION_BASIS_UNSPECIFIED;
    bool chosen = basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_HOST_CHOICE;
    return (struct assignment){
        .subject = subject,
        .row = row,
        .basis = basis,
        .proposal_number = proposal_number,
        .transfer_id = stored && is_transfer(basis) ? stored->transfer_id : "",
        .reason = stored && chosen ? stored->reason : "",
    };
}

/* What goes with an LA that has it no more. */
static enum code leave(struct command *command, const struct present *present,
                       const struct assignment *assignment)
{
    const Pb__Allocation *stored = assignment->subject->allocation;
    if (!stored)
        return CODE_OK;
    if (stored->transfer_id[0] && strcmp(stored->transfer_id, assignment->transfer_id) != 0)
        TRY(half_end(command, present, stored->transfer_id, stored->provision_id,
                     "the provision was given to another"));
    return offers_expire(command, present, stored->provision_id, assignment->transfer_id);
}

static enum code take_away(struct command *command, const struct present *present,
                           const struct assignment *assignment)
{
    const Pb__Allocation *stored = assignment->subject->allocation;
    if (!stored)
        return CODE_OK;
    TRY(term_end(command, stored));
    TRY(record_delete(command->txn, &allocation_allocations,
                      key_of_uuid(stored->provision_id, command->arena)));
    return leave(command, present, assignment);
}

enum code assign(struct command *command, const struct present *present, const struct assignment *assignment,
                 Pb__Allocation **ret_allocation)
{
    const Pb__Allocation *stored = assignment->subject->allocation;
    *ret_allocation = NULL;
    if (!row_gives(assignment->row))
        return take_away(command, present, assignment);
    Pb__Allocation *allocation = arena_new(command->arena, Pb__Allocation);
    if (!allocation || !fill(command, present, assignment, allocation))
        return no_memory(command);
    bool moves = !stored || strcmp(stored->authority_id, allocation->authority_id) != 0;
    bool turns = moves || stored->standing != allocation->standing;
    if (turns && stored)
        TRY(term_end(command, stored));
    if (turns)
        TRY(term_begin(command, assignment->subject, allocation));
    else
        allocation->term_id = stored->term_id;
    TRY(put(command, &allocation_allocations, allocation));
    bool released = stored && stored->transfer_id[0] && !allocation->transfer_id[0];
    if (moves || released)
        TRY(leave(command, present, assignment));
    *ret_allocation = allocation;
    return CODE_OK;
}

/* --- tasks ------------------------------------------------------------------------------------------- */

static bool waits(const Pb__AllocationTask *task)
{
    return task && (task->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN ||
                    task->state == PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_KEPT);
}

enum code task_settle(struct command *command, const char *id, const char *how, bool *ret_settled)
{
    enum code code;
    Pb__AllocationTask *task = load_if_any(command, &allocation_tasks, id, &code);
    bool of_provision =
        waits(task) && task->kind != PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_TRANSFER_AGREED;
    if (ret_settled)
        *ret_settled = of_provision;
    if (!of_provision)
        return code;
    task_step(task->state, TASK_FACTS_SAME, &task->state);
    task->settlement = how;
    return put(command, &allocation_tasks, task);
}

static bool says_the_same(const Pb__AllocationTask *task, const struct raise *raise)
{
    const Pb__Allocation *allocation = raise->subject->allocation;
    return waits(task) && task->kind == raise->kind && rows_equal(task->proposed, raise->row) &&
           strcmp(task->authority_id, allocation ? allocation->authority_id : "") == 0;
}

static void say(struct command *command, const struct raise *raise, Pb__AllocationTask *task)
{
    const struct subject *subject = raise->subject;
    const Pb__Allocation *allocation = subject->allocation;
    task->id = raise->id;
    task->kind = raise->kind;
    task->provision_id = subject->id;
    task->name = subject->provision ? subject->provision->name : allocation ? allocation->name : "";
    task->authority_id = allocation ? allocation->authority_id : "";
    task->proposed = (Pb__ProposedAllocation *)(uintptr_t)raise->row;
    task->causes = (Pb__AllocationCause *)(uintptr_t)raise->causes->items;
    task->n_causes = raise->causes->count;
    task->raised_at_ms = command->now_ms;
    task->settlement = "";
}

enum code task_raise(struct command *command, const struct raise *raise, bool *ret_raised)
{
    enum code code;
    Pb__AllocationTask *stored = load_if_any(command, &allocation_tasks, raise->id, &code);
    TRY(code);
    bool same = says_the_same(stored, raise);
    if (ret_raised)
        *ret_raised = !same;
    if (same)
        return CODE_OK;
    Pb__AllocationTask task = PB__ALLOCATION_TASK__INIT;
    say(command, raise, &task);
    task_step(stored ? stored->state : PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_UNSPECIFIED,
              TASK_FACTS_OTHER, &task.state);
    task.meta = meta_again(command, stored ? stored->meta : NULL, is_generated(raise->subject));
    return task.meta ? put(command, &allocation_tasks, &task) : no_memory(command);
}

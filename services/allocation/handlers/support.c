/* Shared by allocation's handlers: cycles, proposals, and work over everything that is so. No rule is here.
 */

#include "services/allocation/handlers/support.h"

/* --- cycles ------------------------------------------------------------------------------------------ */

enum code all_cycles(struct command *command, struct collected *ret_cycles)
{
    const struct walk all = {.table = &allocation_cycles};
    return collect(command, &all, NULL, NULL, ret_cycles);
}

Pb__AllocationCycle *latest_cycle(const struct collected *cycles, const Pb__AllocationCycle *but)
{
    Pb__AllocationCycle *latest = NULL;
    for (size_t i = 0; i < cycles->count; i++) {
        Pb__AllocationCycle *cycle = (Pb__AllocationCycle *)cycles->items[i];
        if (but && strcmp(cycle->id, but->id) == 0)
            continue;
        if (!latest || strcmp(cycle->last_on, latest->last_on) > 0)
            latest = cycle;
    }
    return latest;
}

Pb__AllocationCycle *load_cycle(struct command *command, const char *id)
{
    enum code code;
    struct collected cycles;
    Pb__AllocationCycle *cycle = NULL;
    if (id[0]) {
        cycle = load_if_any(command, &allocation_cycles, id, &code);
        if (code == CODE_OK && !cycle)
            check(command, REFUSAL_CYCLE_UNKNOWN);
    } else {
        code = all_cycles(command, &cycles);
        if (code == CODE_OK && !(cycle = latest_cycle(&cycles, NULL)))
            check(command, REFUSAL_NO_CYCLE);
    }
    if (code != CODE_OK)
        refuse(command, code, "", "%s", code_meaning(code));
    return cycle;
}

enum code check_published(struct command *command, const struct present *present)
{
    if (!present->cycle)
        return check(command, REFUSAL_NO_CYCLE);
    return check(command, present_is_published(present) ? REFUSAL_NONE : REFUSAL_NOT_PUBLISHED);
}

/* --- proposals --------------------------------------------------------------------------------------- */

Pb__AllocationProposal *load_proposal(struct command *command, const Pb__AllocationCycle *cycle,
                                      uint32_t number)
{
    enum code code;
    if (number == 0 && cycle->proposals == 0) {
        check(command, REFUSAL_PROPOSAL_NONE);
        return NULL;
    }
    const char *id = proposal_id(cycle->id, number ? number : cycle->proposals, command->arena);
    if (!id) {
        no_memory(command);
        return NULL;
    }
    Pb__AllocationProposal *proposal = load_if_any(command, &allocation_proposals, id, &code);
    if (code != CODE_OK)
        refuse(command, code, "", "%s", code_meaning(code));
    else if (!proposal)
        check(command, REFUSAL_PROPOSAL_UNKNOWN);
    return proposal;
}

enum code load_rows(struct command *command, const Pb__AllocationProposal *proposal, struct rows *ret_rows)
{
    struct rows rows = {.items =
                            arena_array(command->arena, Pb__ProposedAllocation *, proposal->provisions + 1)};
    if (!rows.items)
        return no_memory(command);
    for (uint32_t number = 0; rows.count < proposal->provisions; number++) {
        enum code code;
        const char *id = page_id(proposal->id, number, command->arena);
        if (!id)
            return no_memory(command);
        Pb__AllocationProposalPage *page = load_if_any(command, &allocation_pages, id, &code);
        TRY(code);
        if (!page || page->n_allocations == 0 || rows.count + page->n_allocations > proposal->provisions)
            return refuse(command, CODE_DATA_LOSS, "", "page %u of proposal %s is not whole", number,
                          proposal->id);
        memcpy(rows.items + rows.count, page->allocations, page->n_allocations * sizeof *page->allocations);
        rows.count += page->n_allocations;
    }
    *ret_rows = rows;
    return CODE_OK;
}

/* --- slow work --------------------------------------------------------------------------------------- */

static enum code take_position(struct command *command, Pb__Position **ret_position)
{
    struct cursor cursor;
    Pb__Position *position = arena_new(command->arena, Pb__Position);
    TRY(cursor_get(command->txn, ALLOCATION_SOURCE, &cursor));
    if (!position)
        return no_memory(command);
    pb__position__init(position);
    position->epoch = cursor.position.epoch;
    position->sequence = cursor.position.sequence;
    *ret_position = position;
    return CODE_OK;
}

static enum code read_all(struct whole *whole)
{
    struct command *reading = &whole->read.reading;
    TRY(take_position(reading, &whole->made_from));
    TRY(picture_load(reading, whole->as_of, &whole->picture));
    return whole->work(whole);
}

static enum code work_whole(struct slow_read *read)
{
    return read_all((struct whole *)(void *)read);
}

enum code defer_whole(struct command *command, struct whole *whole, slow_finish finish)
{
    allow_memory(command, ALLOCATION_ARENA_BYTES);
    whole->read.work = work_whole;
    return defer_read(command, &whole->read, finish);
}

enum code whole_result(struct command *command, const struct whole *whole)
{
    return slow_read_result(command, &whole->read);
}

/* --- who asks ---------------------------------------------------------------------------------------- */

enum code check_reader(struct command *command)
{
    enum code code;
    const char *gss = caller_reads_for(&command->caller);
    if (!gss[0])
        return CODE_OK;
    const Pb__Authority *authority = load_if_any(command, &allocation_authorities, gss, &code);
    TRY(code);
    bool member = authority && authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
    return check(command, member ? REFUSAL_NONE : REFUSAL_READER_NOT_MEMBER);
}

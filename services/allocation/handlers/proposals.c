/* Proposals (rules A2 to A5, A8). In: requests; everything that is so, on a thread of the pool. Out: a
 * proposal kept in pages under the cycle's next number; proposals read, and held against what is published.
 */

#define SERVICE_TYPE Pb__AllocationService_Service

#include "services/allocation/handlers/propose.h"

/* --- a proposal is made ------------------------------------------------------------------------------ */

struct proposing {
    struct whole whole; /* first */
    struct making making;
};

static enum code work_propose(struct whole *whole)
{
    struct proposing *proposing = (struct proposing *)(void *)whole;
    return make_rows(&whole->read.reading, &whole->picture, &proposing->making);
}

static enum code put_pages(struct command *command, const char *id, const struct making *making)
{
    for (size_t at = 0; at < making->row_count; at += PROPOSAL_PAGE_ROWS) {
        size_t left = making->row_count - at;
        Pb__AllocationProposalPage page = PB__ALLOCATION_PROPOSAL_PAGE__INIT;
        page.id = page_id(id, (uint32_t)(at / PROPOSAL_PAGE_ROWS), command->arena);
        page.allocations = making->rows + at;
        page.n_allocations = left < PROPOSAL_PAGE_ROWS ? left : PROPOSAL_PAGE_ROWS;
        if (!page.id)
            return no_memory(command);
        TRY(put(command, &allocation_pages, &page));
    }
    return CODE_OK;
}

static enum code finish_propose(struct command *command, void *state, ProtobufCMessage *message)
{
    struct proposing *proposing = state;
    struct making *making = &proposing->making;
    Pb__ProposeResponse *out = (Pb__ProposeResponse *)message;
    struct present present;
    TRY(whole_result(command, &proposing->whole));
    TRY(present_load(command, &present));
    Pb__AllocationCycle *cycle = present.cycle;
    TRY(check(command, cycle ? cycle_step(cycle->state, CYCLE_PROPOSE, &cycle->state) : REFUSAL_NO_CYCLE));
    Pb__AllocationProposal *proposal = proposal_of(command, &proposing->whole, making);
    if (!proposal)
        return no_memory(command);
    proposal->cycle_id = cycle->id;
    proposal->number = ++cycle->proposals;
    proposal->id = proposal_id(cycle->id, proposal->number, command->arena);
    proposal->meta = meta_again(command, NULL, cycle->meta->generated);
    if (!proposal->id || !proposal->meta)
        return no_memory(command);
    command->subject = proposal->id;
    TRY(put_pages(command, proposal->id, making));
    TRY(put(command, &allocation_proposals, proposal));
    TRY(put(command, &allocation_cycles, cycle));
    out->proposal = proposal;
    return CODE_OK;
}

/* Positions that must have been read first. */
static enum code check_positions(struct command *command, const Pb__ProposeRequest *in)
{
    struct cursor cursor = service_cursor(command->service, ALLOCATION_SOURCE);
    for (size_t i = 0; i < in->n_at_least; i++) {
        const Pb__ServicePosition *wanted = in->at_least[i];
        if (strcmp(wanted->service, ALLOCATION_SOURCE) != 0)
            return refuse(command, CODE_INVALID_ARGUMENT, "at_least",
                          "allocation follows the registry alone");
        if (wanted->position && (wanted->position->epoch != cursor.position.epoch ||
                                 wanted->position->sequence > cursor.position.sequence))
            return refuse(command, CODE_UNAVAILABLE, "at_least", "the registry is not yet read so far");
    }
    return CODE_OK;
}

static bool read_method(Pb__AllocationMethod asked, Pb__AllocationMethod *ret_method)
{
    *ret_method = asked == PB__ALLOCATION_METHOD__ALLOCATION_METHOD_UNSPECIFIED
                      ? PB__ALLOCATION_METHOD__ALLOCATION_METHOD_CLOSEST_OFFICE
                      : asked;
    return *ret_method == PB__ALLOCATION_METHOD__ALLOCATION_METHOD_CLOSEST_OFFICE ||
           *ret_method == PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED;
}

HANDLE(Propose, propose)
{
    (void)out;
    struct present present;
    struct proposing *proposing = arena_new(command->arena, struct proposing);
    if (!proposing)
        return no_memory(command);
    struct date as_of;
    TRY(check(command,
              read_method(in->method, &proposing->making.method) ? REFUSAL_NONE : REFUSAL_METHOD_WRONG));
    TRY(check(command, date_field(in->as_of, &as_of) ? REFUSAL_NONE : REFUSAL_AS_OF_WRONG));
    TRY(check(command,
              in->tolerance_percent <= TOLERANCE_PERCENT_MAX ? REFUSAL_NONE : REFUSAL_SETTING_WRONG));
    TRY(present_load(command, &present));
    Pb__CycleState next;
    TRY(check(command,
              present.cycle ? cycle_step(present.cycle->state, CYCLE_PROPOSE, &next) : REFUSAL_NO_CYCLE));
    TRY(check_positions(command, in));
    proposing->making.tolerance_percent =
        in->tolerance_percent ? in->tolerance_percent : present.cycle->tolerance_percent;
    proposing->whole.as_of = date_is_none(as_of) ? command->today : as_of;
    proposing->whole.work = work_propose;
    return defer_whole(command, &proposing->whole, finish_propose);
}

/* --- proposals are read ------------------------------------------------------------------------------ */

HANDLE(ListProposals, list_proposals)
{
    struct page page;
    TRY(check_reader(command));
    const Pb__AllocationCycle *cycle = load_cycle(command, in->cycle_id);
    if (!cycle)
        return command->fault.code;
    const struct walk of_cycle = {
        .table = &allocation_proposals,
        .index = INDEX_CYCLE,
        .value =
            span_of(cycle->id, strlen(cycle->id) + 1), /* with its end: 2026 is no beginning of 2026-27 */
        .prefix = true,
    };
    TRY(read_page(command, &of_cycle, in->page, NULL, NULL, &page, &out->page));
    out->proposals = (Pb__AllocationProposal **)page.records;
    out->n_proposals = page.count;
    return CODE_OK;
}

static bool row_wanted(const Pb__GetProposalRequest *in, const Pb__ProposedAllocation *row)
{
    return (!in->attention_only ||
            row->attention != PB__ALLOCATION_ATTENTION__ALLOCATION_ATTENTION_UNSPECIFIED) &&
           (!in->authority_id[0] || strcmp(row->authority_id, in->authority_id) == 0);
}

HANDLE(GetProposal, get_proposal)
{
    struct rows rows;
    struct listing listing;
    TRY(check_reader(command));
    const Pb__AllocationCycle *cycle = load_cycle(command, in->cycle_id);
    if (!cycle || !(out->proposal = load_proposal(command, cycle, in->number)))
        return command->fault.code;
    TRY(load_rows(command, out->proposal, &rows));
    TRY(listing_begin(command, in->page, &listing));
    for (size_t i = 0; i < rows.count; i++)
        if (row_wanted(in, rows.items[i]) &&
            !listing_add(&listing, rows.items[i]->provision_id, rows.items[i]))
            break;
    out->allocations = (Pb__ProposedAllocation **)listing.items;
    out->n_allocations = listing.count;
    out->page = listing_end(command, &listing);
    return out->page ? CODE_OK : no_memory(command);
}

/* --- and held against what is published -------------------------------------------------------------- */

struct comparing {
    struct whole whole; /* first */
    const Pb__AllocationProposal *proposal;
    const char *authority_id;
    struct listing listing;
};

static bool concerns(const Pb__AllocationChange *change, const char *authority_id)
{
    return !authority_id[0] || strcmp(change->from_authority_id, authority_id) == 0 ||
           strcmp(change->to_authority_id, authority_id) == 0;
}

/* One provision: false once the page is full. */
static enum code compare_one(struct comparing *comparing, const struct subject *subject,
                             const Pb__ProposedAllocation *row, bool *ret_goes_on)
{
    struct command *command = &comparing->whole.read.reading;
    const struct picture *picture = &comparing->whole.picture;
    const Pb__Publication *published = picture->present.cycle ? picture->present.cycle->published : NULL;
    if (!would_change(subject->allocation, row))
        return CODE_OK;
    struct causes causes = change_causes(subject->allocation, row, published, &picture->facts,
                                         subject->provision, comparing->proposal->method);
    Pb__AllocationChange *change = allocation_change(subject->allocation, row, &causes, command->arena);
    if (!change)
        return no_memory(command);
    if (concerns(change, comparing->authority_id))
        *ret_goes_on = listing_add(&comparing->listing, subject->id, change);
    return CODE_OK;
}

static enum code work_compare(struct whole *whole)
{
    struct comparing *comparing = (struct comparing *)(void *)whole;
    const struct picture *picture = &whole->picture;
    struct rows rows;
    size_t at = 0;
    bool goes_on = true;
    TRY(load_rows(&whole->read.reading, comparing->proposal, &rows));
    /* Both by identifier; a row whose provision is neither in scope nor allocated now stands alone. */
    for (size_t i = 0; goes_on && (i < picture->count || at < rows.count);) {
        struct subject alone = {0};
        const Pb__ProposedAllocation *row = at < rows.count ? rows.items[at] : NULL;
        int order = i == picture->count ? 1 : !row ? -1 : strcmp(picture->subjects[i].id, row->provision_id);
        const struct subject *subject = order <= 0 ? &picture->subjects[i] : &alone;
        if (order > 0)
            alone.id = row->provision_id;
        if (!listing_is_before(&comparing->listing, subject->id))
            TRY(compare_one(comparing, subject, order >= 0 ? row : NULL, &goes_on));
        i += order <= 0;
        at += order >= 0;
    }
    return CODE_OK;
}

static enum code finish_compare(struct command *command, void *state, ProtobufCMessage *message)
{
    struct comparing *comparing = state;
    Pb__CompareProposalResponse *out = (Pb__CompareProposalResponse *)message;
    TRY(whole_result(command, &comparing->whole));
    out->proposal = (Pb__AllocationProposal *)(uintptr_t)comparing->proposal;
    out->changes = (Pb__AllocationChange **)comparing->listing.items;
    out->n_changes = comparing->listing.count;
    out->page = listing_end(command, &comparing->listing);
    return out->page ? CODE_OK : no_memory(command);
}

HANDLE(CompareProposal, compare_proposal)
{
    (void)out;
    TRY(check_reader(command));
    struct comparing *comparing = arena_new(command->arena, struct comparing);
    if (!comparing)
        return no_memory(command);
    const Pb__AllocationCycle *cycle = load_cycle(command, in->cycle_id);
    if (!cycle || !(comparing->proposal = load_proposal(command, cycle, in->number)))
        return command->fault.code;
    TRY(listing_begin(command, in->page, &comparing->listing));
    comparing->authority_id = in->authority_id;
    comparing->whole.as_of = command->today;
    comparing->whole.work = work_compare;
    return defer_whole(command, &comparing->whole, finish_compare);
}

/* Transfers and swaps (rule A6). In: an LA's offer, the other's answer, a withdrawal. Out: the transfer; when
 * it is accepted, one allocation or two, their terms and tasks, and the host's task, all in one command, so
 * that no provision has two links or none on the way. */

#define SERVICE_TYPE Pb__TransfersService_Service

#include "services/allocation/handlers/support.h"

/* --- what an offer is judged against ----------------------------------------------------------------- */

struct judged {
    struct picture picture; /* of the provision handed over, and the one wanted in return */
    struct transfer_facts facts;
};

static bool another_waits(const struct present *present, const Pb__Transfer *transfer)
{
    for (size_t i = 0; i < present->transfer_count; i++) {
        const Pb__Transfer *other = present->transfers[i];
        if (other->state != PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED ||
            strcmp(other->id, transfer->id) == 0)
            continue;
        const char *const theirs[] = {other->provision_id, other->return_provision_id},
                          *const ours[] = {transfer->provision_id, transfer->return_provision_id};
        for (size_t k = 0; k < 4; k++)
            if (ours[k / 2][0] && strcmp(ours[k / 2], theirs[k % 2]) == 0)
                return true;
    }
    return false;
}

static enum code judge(struct command *command, const Pb__Transfer *transfer, struct judged *judged)
{
    const char *const ids[] = {transfer->provision_id, transfer->return_provision_id};
    bool swap = transfer->return_provision_id[0] != 0;
    TRY(picture_load_some(command, ids, swap ? 2 : 1, &judged->picture));
    judged->facts = (struct transfer_facts){
        .facts = &judged->picture.facts,
        .allocation = judged->picture.subjects[0].allocation,
        .returned = swap ? judged->picture.subjects[1].allocation : NULL,
        .swap = swap,
        .offer_waits = another_waits(&judged->picture.present, transfer),
    };
    return CODE_OK;
}

/* --- offered ----------------------------------------------------------------------------------------- */

static const char *last_day(struct command *command, const Pb__AllocationCycle *cycle)
{
    struct date day;
    char text[DATE_TEXT_BYTES];
    uint32_t days = cycle->offer_days ? cycle->offer_days : CYCLE_OFFER_DAYS_DEFAULT;
    if (date_add_days(command->today, (int32_t)days, &day) != CODE_OK)
        return NULL;
    date_print(day, text);
    return arena_text(command->arena, text);
}

/* Whose provision it is, as the caller has it: the operator hands over for whoever has it. */
static enum code take_offerer(struct command *command, const Pb__Allocation *allocation,
                              Pb__Transfer *transfer)
{
    TRY(check(command, allocation ? REFUSAL_NONE : REFUSAL_NOT_ALLOCATED));
    bool own = caller_is_of_authority(&command->caller, allocation->authority_id);
    transfer->from_authority_id = allocation->authority_id;
    return check(command, own ? REFUSAL_NONE : REFUSAL_NOT_YOURS);
}

HANDLE(OfferTransfer, offer_transfer)
{
    struct judged judged;
    Pb__Transfer *transfer = arena_new(command->arena, Pb__Transfer);
    if (!transfer)
        return no_memory(command);
    pb__transfer__init(transfer);
    TRY(check_record(command, &in->base));
    const Pb__Provision *given = known_provision(command, in->provision_id), *wanted = NULL;
    if (!given ||
        (in->return_provision_id[0] && !(wanted = known_provision(command, in->return_provision_id))))
        return command->fault.code;
    transfer->id = command_new_id(command);
    transfer->provision_id = given->id;
    transfer->name = given->name;
    transfer->to_authority_id = in->to_authority_id;
    transfer->return_provision_id = wanted ? wanted->id : "";
    transfer->return_name = wanted ? wanted->name : "";
    transfer->reason = in->reason;
    TRY(judge(command, transfer, &judged));
    const struct present *present = &judged.picture.present;
    TRY(check_published(command, present));
    TRY(take_offerer(command, judged.facts.allocation, transfer));
    TRY(check(command, transfer_offer_check(transfer, &judged.facts)));
    transfer->state = PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED;
    transfer->cycle_id = present->cycle->id;
    transfer->answer_by = last_day(command, present->cycle);
    transfer->meta = meta_again(command, NULL, given->meta && given->meta->generated);
    if (!transfer->answer_by || !transfer->meta)
        return no_memory(command);
    command->subject = transfer->id;
    TRY(put(command, &allocation_transfers, transfer));
    out->transfer = transfer;
    return CODE_OK;
}

/* --- answered ---------------------------------------------------------------------------------------- */

static enum code hand_over(struct command *command, const struct judged *judged, size_t which, const char *to,
                           const Pb__Transfer *transfer)
{
    const struct picture *picture = &judged->picture;
    const struct subject *subject = &picture->subjects[which];
    Pb__Allocation *allocation;
    Pb__ProposedAllocation *row =
        row_given_to(&picture->facts, subject->site, office_of(&picture->facts, to), command->arena);
    if (!row)
        return no_memory(command);
    const struct assignment assignment = {
        .subject = subject,
        .row = row,
        .basis = judged->facts.swap ? PB__ALLOCATION_BASIS__ALLOCATION_BASIS_SWAP
                                    : PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TRANSFER,
        .transfer_id = transfer->id,
        .reason = "",
    };
    TRY(assign(command, &picture->present, &assignment, &allocation));
    return task_settle(command, subject->id, "a transfer was agreed", NULL);
}

/* Rule A6: the host is told. */
static enum code tell_host(struct command *command, const struct judged *judged, const Pb__Transfer *transfer)
{
    static const struct causes none = {0};
    const struct subject *subject = &judged->picture.subjects[0];
    const struct raise raise = {transfer->id, PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_TRANSFER_AGREED,
                                subject, NULL, &none};
    return task_raise(command, &raise, NULL);
}

static enum code accept(struct command *command, Pb__Transfer *transfer)
{
    struct judged judged;
    TRY(judge(command, transfer, &judged));
    TRY(check_published(command, &judged.picture.present));
    TRY(check(command, transfer_accept_check(transfer, &judged.facts)));
    TRY(put(command, &allocation_transfers, transfer));
    TRY(hand_over(command, &judged, 0, transfer->to_authority_id, transfer));
    if (judged.facts.swap)
        TRY(hand_over(command, &judged, 1, transfer->from_authority_id, transfer));
    return tell_host(command, &judged, transfer);
}

/* Past its last day it is over, whether or not the timer has come to it. */
static enum code check_waits(struct command *command, const Pb__Transfer *transfer)
{
    return check(command, transfer_is_late(transfer, command->today) ? REFUSAL_NOT_WAITING : REFUSAL_NONE);
}

HANDLE(AnswerTransfer, answer_transfer)
{
    Pb__Transfer *transfer = load(command, &allocation_transfers, "transfer_id", in->transfer_id);
    if (!transfer)
        return command->fault.code;
    TRY(check_record(command, &in->base));
    bool asked = caller_is_of_authority(&command->caller, transfer->to_authority_id);
    TRY(check(command, asked ? REFUSAL_NONE : REFUSAL_NOT_ASKED));
    TRY(check(command, in->accept || in->answer[0] ? REFUSAL_NONE : REFUSAL_ANSWER_MISSING));
    TRY(check_waits(command, transfer));
    TRY(check(command, transfer_step(transfer->state, in->accept ? TRANSFER_ACCEPT : TRANSFER_DECLINE,
                                     &transfer->state)));
    transfer->answer = in->answer;
    expect_version(transfer->meta, in->version);
    command->subject = transfer->id;
    TRY(in->accept ? accept(command, transfer) : put(command, &allocation_transfers, transfer));
    out->transfer = transfer;
    return CODE_OK;
}

HANDLE(WithdrawTransfer, withdraw_transfer)
{
    Pb__Transfer *transfer = load(command, &allocation_transfers, "transfer_id", in->transfer_id);
    if (!transfer)
        return command->fault.code;
    bool own = caller_is_of_authority(&command->caller, transfer->from_authority_id);
    TRY(check(command, own ? REFUSAL_NONE : REFUSAL_NOT_OFFERER));
    TRY(check(command, transfer_step(transfer->state, TRANSFER_WITHDRAW, &transfer->state)));
    expect_version(transfer->meta, in->version);
    command->subject = transfer->id;
    TRY(put(command, &allocation_transfers, transfer));
    out->transfer = transfer;
    return CODE_OK;
}

/* --- listed ------------------------------------------------------------------------------------------ */

static bool is_between(void *context, const ProtobufCMessage *record)
{
    const Pb__ListTransfersRequest *in = context;
    const Pb__Transfer *transfer = (const Pb__Transfer *)record;
    return !in->authority_id[0] || strcmp(transfer->from_authority_id, in->authority_id) == 0 ||
           strcmp(transfer->to_authority_id, in->authority_id) == 0;
}

HANDLE(ListTransfers, list_transfers)
{
    struct page page;
    TRY(check_reader(command));
    struct walk wanted = {.table = &allocation_transfers};
    if (in->open_only)
        wanted =
            (struct walk){.table = &allocation_transfers, .index = INDEX_OPEN, .value = INDEX_OPEN_VALUE};
    TRY(read_page(command, &wanted, in->page, is_between, (void *)(uintptr_t)in, &page, &out->page));
    out->transfers = (Pb__Transfer **)page.records;
    out->n_transfers = page.count;
    return CODE_OK;
}

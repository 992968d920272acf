/* Transfers and swaps through the real handlers (rule A6). */

#include "fixture.h"

static const Pb__Transfer *offer(struct fixture *fixture, unsigned home, const char *to, unsigned back,
                                 enum code expected)
{
    Pb__OfferTransferRequest request = PB__OFFER_TRANSFER_REQUEST__INIT;
    request.provision_id = home_id(fixture, home), request.to_authority_id = to,
    request.reason = "no child there";
    request.return_provision_id = back ? home_id(fixture, back) : "";
    const Pb__OfferTransferResponse *response =
        call(fixture, TRANSFERS("OfferTransfer"), &request.base, expected);
    return response ? response->transfer : NULL;
}

static const Pb__Transfer *answer_it(struct fixture *fixture, const Pb__Transfer *transfer, bool accept,
                                     const char *words, enum code expected)
{
    Pb__AnswerTransferRequest request = PB__ANSWER_TRANSFER_REQUEST__INIT;
    request.transfer_id = transfer->id, request.accept = accept, request.answer = words;
    const Pb__AnswerTransferResponse *response =
        call(fixture, TRANSFERS("AnswerTransfer"), &request.base, expected);
    return response ? response->transfer : NULL;
}

static const Pb__Transfer *transfer_now(struct fixture *fixture, const Pb__Transfer *transfer)
{
    Pb__ListTransfersRequest request = PB__LIST_TRANSFERS_REQUEST__INIT;
    const Pb__ListTransfersResponse *all = call(fixture, TRANSFERS("ListTransfers"), &request.base, CODE_OK);
    for (size_t i = 0; i < all->n_transfers; i++)
        if (strcmp(all->transfers[i]->id, transfer->id) == 0)
            return all->transfers[i];
    return NULL;
}

/* B has home 2 and places there no more; E and K do. */
static struct fixture *fixture_leaving(void)
{
    struct fixture *fixture = fixture_published();
    put_stay(fixture, 20, BEDFORD, 2, "2026-01-05", "2026-05-31");
    put_stay(fixture, 22, KENT, 2, "2026-01-05", "");
    settle(fixture);
    return fixture;
}

Test(transfers, a_transfer_is_offered_accepted_and_holds)
{
    struct fixture *fixture = fixture_leaving();
    cr_assert_str_eq(task_of(fixture, 2)->proposed->authority_id, ESSEX);
    const Pb__Transfer *offered = offer(fixture, 2, KENT, 0, CODE_OK);
    cr_assert_str_eq(offered->answer_by, "2026-06-15");
    cr_assert_str_eq(offered->from_authority_id, BEDFORD);
    offer(fixture, 2, ESSEX, 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_OFFER_WAITS);
    cr_assert(answer_it(fixture, offered, true, "", CODE_OK)->state ==
              PB__TRANSFER_STATE__TRANSFER_STATE_HELD);
    const Pb__GetAllocationResponse *now = allocation_at(fixture, 2);
    cr_assert_str_eq(now->allocation->authority_id, KENT);
    cr_assert(now->allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_TRANSFER && !now->task &&
              now->n_terms == 2);
    cr_assert_str_eq(now->present->authority_id, KENT, "it holds beside rule A2");
    answer_it(fixture, offered, true, "", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOT_WAITING);

    /* The host is told, and has seen it. */
    cr_assert(open_tasks(fixture) == 1);
    Pb__SettleAllocationTaskRequest seen = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    seen.task_id = offered->id, seen.apply = true;
    Pb__SettleAllocationTaskResponse *told =
        call(fixture, ALLOCATION("SettleAllocationTask"), &seen.base, CODE_OK);
    cr_assert(told->task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_TRANSFER_AGREED &&
              open_tasks(fixture) == 0);

    /* It survives a publication in the cycle, and no other. */
    cr_assert(propose_now(fixture)->changes == 0);
    publish_now(fixture);
    cr_assert_str_eq(allocation_at(fixture, 2)->allocation->transfer_id, offered->id);
    Pb__CloseCycleRequest close = PB__CLOSE_CYCLE_REQUEST__INIT;
    call(fixture, ALLOCATION("CloseCycle"), &close.base, CODE_OK);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_ENDED);
    cr_assert_str_eq(link_of(fixture, 2), KENT, "as it is until the next publication");
    open_a_cycle(fixture);
    cr_assert(propose_now(fixture)->changes == 1);
    publish_now(fixture);
    cr_assert_str_eq(link_of(fixture, 2), ESSEX);
    fixture_end(fixture);
}

/* The agreed transfer's task is nobody's to settle but the host's: looking at all leaves it. */
Test(transfers, the_hosts_task_waits_for_the_host)
{
    struct fixture *fixture = fixture_leaving();
    answer_it(fixture, offer(fixture, 2, KENT, 0, CODE_OK), true, "", CODE_OK);
    pass_ms(fixture, INT64_C(24) * 60 * 60 * 1000);
    settle(fixture);
    cr_assert(open_tasks(fixture) == 1);
    fixture_end(fixture);
}

/* Doing as a task proposes that is about its standing alone leaves the hold what it is. */
Test(transfers, a_hold_goes_on_as_a_sole_one)
{
    struct fixture *fixture = fixture_leaving();
    const Pb__Transfer *held = answer_it(fixture, offer(fixture, 2, KENT, 0, CODE_OK), true, "", CODE_OK);
    put_stay(fixture, 21, ESSEX, 2, "2026-01-05", "2026-05-31"); /* K alone is left */
    settle(fixture);
    const Pb__AllocationTask *task = task_of(fixture, 2);
    cr_assert(task && task->proposed->standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_SOLE);
    Pb__SettleAllocationTaskRequest apply = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    apply.task_id = task->id, apply.apply = true;
    const Pb__SettleAllocationTaskResponse *done =
        call(fixture, ALLOCATION("SettleAllocationTask"), &apply.base, CODE_OK);
    cr_assert_str_eq(done->allocation->transfer_id, held->id);
    cr_assert(transfer_now(fixture, held)->state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD);
    put_stay(fixture, 21, ESSEX, 2, "2026-01-05", ""); /* who is closer */
    settle(fixture);
    const Pb__GetAllocationResponse *now = allocation_at(fixture, 2);
    cr_assert_str_eq(now->allocation->authority_id, KENT);
    cr_assert_str_eq(now->present->authority_id, KENT);
    cr_assert(now->task &&
              now->task->proposed->standing == PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK);
    fixture_end(fixture);
}

/* It ends when its holder places there no more. */
Test(transfers, a_hold_ends_with_the_last_placement)
{
    struct fixture *fixture = fixture_leaving();
    const Pb__Transfer *held = answer_it(fixture, offer(fixture, 2, KENT, 0, CODE_OK), true, "", CODE_OK);
    put_stay(fixture, 22, KENT, 2, "2026-01-05", "2026-05-31");
    settle(fixture);
    cr_assert(transfer_now(fixture, held)->state == PB__TRANSFER_STATE__TRANSFER_STATE_ENDED);
    const Pb__AllocationTask *task = task_of(fixture, 2);
    cr_assert(task && strcmp(task->proposed->authority_id, ESSEX) == 0);
    put_stay(fixture, 22, KENT, 2, "2026-01-05", ""); /* what ended does not hold again */
    settle(fixture);
    cr_assert(task_of(fixture, 2), "E is closer");
    fixture_end(fixture);
}

/* B gives 2 to E and gets 3, where it places, for it. */
static struct fixture *fixture_swapping(const Pb__Transfer **ret_offered)
{
    struct fixture *fixture = fixture_leaving();
    put_stay(fixture, 32, BEDFORD, 3, "2026-01-05", "");
    settle(fixture);
    *ret_offered = offer(fixture, 2, ESSEX, 3, CODE_OK);
    return fixture;
}

Test(transfers, a_swap_changes_two_at_once)
{
    const Pb__Transfer *offered;
    struct fixture *fixture = fixture_swapping(&offered);
    answer_it(fixture, offered, true, "", CODE_OK);
    cr_assert_str_eq(link_of(fixture, 2), ESSEX);
    cr_assert_str_eq(link_of(fixture, 3), BEDFORD);
    cr_assert(!task_of(fixture, 2) && !task_of(fixture, 3));
    cr_assert(allocation_at(fixture, 3)->allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_SWAP);

    /* One half ends, the other holds on. */
    put_stay(fixture, 32, BEDFORD, 3, "2026-01-05", "2026-05-31");
    settle(fixture);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD);
    cr_assert(task_of(fixture, 3) && !task_of(fixture, 2));
    Pb__ChooseAllocationRequest choose = PB__CHOOSE_ALLOCATION_REQUEST__INIT;
    choose.provision_id = home_id(fixture, 2), choose.authority_id = KENT,
    choose.reason = "the other half too";
    call(fixture, ALLOCATION("ChooseAllocation"), &choose.base, CODE_OK);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_ENDED);
    fixture_end(fixture);
}

/* Bad input of an offer, each with its reason. */
Test(transfers, what_cannot_be_offered)
{
    struct fixture *fixture = fixture_leaving();
    const struct {
        unsigned home, back;
        const char *to;
        enum code code;
        enum allocation_refusal refusal;
    } cases[] = {
        {1, 0, BEDFORD, CODE_FAILED_PRECONDITION, REFUSAL_STILL_PLACES},
        {2, 0, BEDFORD, CODE_INVALID_ARGUMENT, REFUSAL_TO_ITSELF},
        {2, 0, HERTS, CODE_FAILED_PRECONDITION, REFUSAL_TO_NOT_PLACING},
        {2, 0, "E10000099", CODE_FAILED_PRECONDITION, REFUSAL_TO_NOT_PLACING},
        {2, 2, ESSEX, CODE_INVALID_ARGUMENT, REFUSAL_RETURN_SAME},
        {2, 1, ESSEX, CODE_FAILED_PRECONDITION, REFUSAL_RETURN_NOT_THEIRS},
        {2, 3, ESSEX, CODE_FAILED_PRECONDITION, REFUSAL_RETURN_NOT_PLACING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        offer(fixture, cases[i].home, cases[i].to, cases[i].back, cases[i].code);
        said(fixture, cases[i].refusal);
    }
    put_home(fixture, 9, 9);
    settle(fixture);
    offer(fixture, 9, KENT, 0, CODE_NOT_FOUND);
    said(fixture, REFUSAL_NOT_ALLOCATED);
    offer(fixture, 99, KENT, 0, CODE_NOT_FOUND);
    fixture_end(fixture);
}

/* Whose: the LA that has it offers and withdraws, the one that was asked answers; a host's administrator
 * speaks for the host's LA alone. */
Test(transfers, each_for_its_own)
{
    struct fixture *fixture = fixture_leaving();
    const Pb__Role quality = PB__ROLE__ROLE_QUALITY_OFFICER, admin = PB__ROLE__ROLE_AUTHORITY_ADMINISTRATOR,
                   host = PB__ROLE__ROLE_HOST_ADMINISTRATOR;
    fixture->claim = claim_of(fixture, HERTS, "", host);
    offer(fixture, 2, KENT, 0, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_YOURS);
    fixture->claim = claim_of(fixture, BEDFORD, "", PB__ROLE__ROLE_PLACEMENT_OFFICER);
    offer(fixture, 2, KENT, 0, CODE_PERMISSION_DENIED);
    fixture->claim = claim_of(fixture, BEDFORD, "", quality);
    const Pb__Transfer *offered = offer(fixture, 2, KENT, 0, CODE_OK);
    answer_it(fixture, offered, true, "", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_ASKED);
    fixture->claim = claim_of(fixture, HERTS, "", host);
    answer_it(fixture, offered, true, "", CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_ASKED);
    Pb__WithdrawTransferRequest withdraw = PB__WITHDRAW_TRANSFER_REQUEST__INIT;
    withdraw.transfer_id = offered->id;
    call(fixture, TRANSFERS("WithdrawTransfer"), &withdraw.base, CODE_PERMISSION_DENIED);
    said(fixture, REFUSAL_NOT_OFFERER);
    fixture->claim = claim_of(fixture, KENT, "", admin);
    answer_it(fixture, offered, false, "", CODE_INVALID_ARGUMENT);
    said(fixture, REFUSAL_ANSWER_MISSING);
    cr_assert(answer_it(fixture, offered, false, "too far", CODE_OK)->state ==
              PB__TRANSFER_STATE__TRANSFER_STATE_DECLINED);
    fixture->claim = claim_of_two(fixture, BEDFORD, "", admin, host); /* of the host's people, and B's own */
    offered = offer(fixture, 2, KENT, 0, CODE_OK);
    withdraw.transfer_id = offered->id;
    call(fixture, TRANSFERS("WithdrawTransfer"), &withdraw.base, CODE_OK);
    fixture->claim = claim_of(fixture, KENT, "", admin);
    answer_it(fixture, offered, true, "", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NOT_WAITING);
    cr_assert_str_eq(link_of(fixture, 2), BEDFORD);
    fixture_end(fixture);
}

/* What it was about changed meanwhile: refused, and nothing is done. */
Test(transfers, overtaken)
{
    struct fixture *fixture = fixture_leaving();
    const Pb__Transfer *offered = offer(fixture, 2, KENT, 0, CODE_OK);
    put_stay(fixture, 22, KENT, 2, "2026-01-05", "2026-05-31");
    settle(fixture);
    answer_it(fixture, offered, true, "", CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_OVERTAKEN);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED);
    Pb__SettleAllocationTaskRequest apply = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    apply.task_id = home_id(fixture, 2), apply.apply = true;
    call(fixture, ALLOCATION("SettleAllocationTask"), &apply.base, CODE_OK);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_EXPIRED,
              "E has it: nobody can accept that any more");
    fixture_end(fixture);
}

Test(transfers, an_offer_expires)
{
    struct fixture *fixture = fixture_leaving();
    const Pb__Transfer *offered = offer(fixture, 2, KENT, 0, CODE_OK);
    const int64_t day_ms = 24 * 60 * 60 * 1000;
    pass_ms(fixture, 14 * day_ms);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED,
              "its last day");
    pass_ms(fixture, day_ms);
    settle(fixture);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_EXPIRED);
    offered = offer(fixture, 2, KENT, 0, CODE_OK);
    Pb__CloseCycleRequest close = PB__CLOSE_CYCLE_REQUEST__INIT;
    call(fixture, ALLOCATION("CloseCycle"), &close.base, CODE_OK);
    cr_assert(transfer_now(fixture, offered)->state == PB__TRANSFER_STATE__TRANSFER_STATE_EXPIRED);
    cr_assert(open_tasks(fixture) == 0, "what waited ends with the cycle");
    offer(fixture, 2, KENT, 0, CODE_FAILED_PRECONDITION);
    said(fixture, REFUSAL_NO_CYCLE);
    fixture_end(fixture);
}

/* The commands that clients give to allocation: those of the host, and of LAs.
 *
 * A client picks what to ask about from the service's own store, as one who has just read it would: what it
 * asks is often out of date when it arrives, on purpose. */

#include "tests/sim/allocation_inside.h"

#include "services/allocation/allocation.h"

#include "tests/sim/load_inside.h"

#include <assert.h>

#define CALL(m)     "ccrag.v1.AllocationService/" m
#define TRANSFER(m) "ccrag.v1.TransfersService/" m

/* --- what a client has read -------------------------------------------------------------------------- */

static bool is_offered(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__Transfer *)record)->state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED;
}

/* To a node's own LA; or to anybody's. */
static bool is_offered_to(const ProtobufCMessage *record, const void *of)
{
    const char *own = of;
    return is_offered(record, NULL) &&
           (!own[0] || strcmp(own, ((const Pb__Transfer *)record)->to_authority_id) == 0);
}

static bool is_open(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__AllocationTask *)record)->state ==
           PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN;
}

static bool places(const Pb__ProposedAllocation *row, const char *authority)
{
    for (size_t i = 0; row && i < row->n_placing; i++)
        if (strcmp(row->placing[i]->authority_id, authority) == 0)
            return true;
    return false;
}

/* One that could hand its provision over: a node's own LA, or of the operator anybody's. */
static bool asks_to_hand_over(const ProtobufCMessage *record, const void *of)
{
    const Pb__AllocationTask *task = (const Pb__AllocationTask *)record;
    const char *own = of;
    if (!is_open(record, NULL) || !task->proposed || places(task->proposed, task->authority_id) ||
        (own[0] && strcmp(own, task->authority_id) != 0))
        return false;
    return task->kind == PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_REALLOCATE;
}

/* --- commands of the host ---------------------------------------------------------------------------- */

static bool order_open(struct load *load, struct order *order)
{
    Pb__OpenCycleRequest request = PB__OPEN_CYCLE_REQUEST__INIT;
    order_give(load, order, CALL("OpenCycle"), &request.base);
    return true;
}

static bool order_close(struct load *load, struct order *order)
{
    if (sim_of(load)->scene == SCENE_HANDING_OVER && order_chance(load, 70))
        return false;
    Pb__CloseCycleRequest request = PB__CLOSE_CYCLE_REQUEST__INIT;
    order_give(load, order, CALL("CloseCycle"), &request.base);
    return true;
}

static bool is_published(const ProtobufCMessage *record, const void *of)
{
    (void)of;
    return ((const Pb__AllocationCycle *)record)->state == PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED;
}

/* Once something is published, mostly what comes between publications has its turn. */
static bool may_publish(struct load *load)
{
    unsigned percent = sim_of(load)->scene == SCENE_HANDING_OVER ? 3 : 10;
    return order_chance(load, percent) || !order_pick(load, &allocation_cycles, is_published, NULL);
}

static bool order_propose(struct load *load, struct order *order)
{
    if (!may_publish(load))
        return false;
    Pb__ProposeRequest request = PB__PROPOSE_REQUEST__INIT;
    request.method = order_chance(load, 20) ? PB__ALLOCATION_METHOD__ALLOCATION_METHOD_BALANCED
                                            : PB__ALLOCATION_METHOD__ALLOCATION_METHOD_CLOSEST_OFFICE;
    request.tolerance_percent = 200;
    order_give(load, order, CALL("Propose"), &request.base);
    return true;
}

static bool order_publish(struct load *load, struct order *order)
{
    if (!may_publish(load))
        return false;
    Pb__PublishProposalRequest request = PB__PUBLISH_PROPOSAL_REQUEST__INIT;
    order_give(load, order, CALL("PublishProposal"), &request.base);
    return true;
}

static bool order_choose(struct load *load, struct order *order)
{
    const Pb__PlacementFact *fact = order_pick(load, &allocation_placement_facts, NULL, NULL);
    Pb__ChooseAllocationRequest request = PB__CHOOSE_ALLOCATION_REQUEST__INIT;
    if (!fact)
        return false;
    request.provision_id = fact->provision_id;
    request.authority_id = fact->authority_id;
    request.reason = order->tag;
    order_give(load, order, CALL("ChooseAllocation"), &request.base);
    return true;
}

static bool order_settle(struct load *load, struct order *order)
{
    const Pb__AllocationTask *task = order_pick(load, &allocation_tasks, is_open, NULL);
    Pb__SettleAllocationTaskRequest request = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    if (!task)
        return false;
    request.task_id = task->id;
    request.apply = order_chance(load, 60);
    request.reason = order->tag;
    order_give(load, order, CALL("SettleAllocationTask"), &request.base);
    return true;
}

/* --- commands of LAs --------------------------------------------------------------------------------- */

/* A provision of one that places at the task's too, where the task's LA placed when it was given. */
static bool can_return(const ProtobufCMessage *record, const void *of)
{
    const Pb__AllocationTask *task = of;
    const Pb__Allocation *allocation = (const Pb__Allocation *)record;
    bool own = false;
    for (size_t i = 0; i < allocation->n_placing; i++)
        own |= strcmp(allocation->placing[i], task->authority_id) == 0;
    return own && places(task->proposed, allocation->authority_id);
}

static bool is_stay(const ProtobufCMessage *record, const void *of)
{
    const Pb__PlacementFact *fact = (const Pb__PlacementFact *)record, *wanted = of;
    return !fact->end_on[0] && strcmp(fact->authority_id, wanted->authority_id) == 0 &&
           strcmp(fact->provision_id, wanted->provision_id) == 0;
}

/* Mostly one that may be had: the task's LA places there still. */
static const Pb__Allocation *pick_return(struct load *load, const Pb__AllocationTask *task)
{
    const Pb__Allocation *back = order_pick(load, &allocation_allocations, can_return, task);
    Pb__PlacementFact stay = PB__PLACEMENT_FACT__INIT;
    if (!back)
        return NULL;
    stay.authority_id = task->authority_id;
    stay.provision_id = back->provision_id;
    return order_pick(load, &allocation_placement_facts, is_stay, &stay) || order_chance(load, 20) ? back
                                                                                                   : NULL;
}

static bool order_offer(struct load *load, struct order *order)
{
    const Pb__AllocationTask *task =
        order_pick(load, &allocation_tasks, asks_to_hand_over, order_chance(load, 90) ? load->authority : "");
    Pb__OfferTransferRequest request = PB__OFFER_TRANSFER_REQUEST__INIT;
    if (!task || !task->proposed || task->proposed->n_placing == 0)
        return false;
    size_t which = (size_t)sim_random_between(random_of(load), 0, (int64_t)task->proposed->n_placing - 1);
    const Pb__Allocation *back = order_chance(load, 60) ? pick_return(load, task) : NULL;
    request.provision_id = task->provision_id;
    request.to_authority_id = task->proposed->placing[which]->authority_id;
    request.return_provision_id = back ? back->provision_id : "";
    if (back)
        request.to_authority_id = back->authority_id;
    request.reason = order->tag;
    order_give(load, order, TRANSFER("OfferTransfer"), &request.base);
    return true;
}

static bool order_answer(struct load *load, struct order *order)
{
    const Pb__Transfer *transfer =
        order_pick(load, &allocation_transfers, is_offered_to, order_chance(load, 90) ? load->authority : "");
    Pb__AnswerTransferRequest request = PB__ANSWER_TRANSFER_REQUEST__INIT;
    if (!transfer)
        return false;
    request.transfer_id = transfer->id;
    request.accept = order_chance(load, 75);
    request.answer = order->tag;
    order_give(load, order, TRANSFER("AnswerTransfer"), &request.base);
    return true;
}

static bool order_withdraw(struct load *load, struct order *order)
{
    const Pb__Transfer *transfer = order_pick(load, &allocation_transfers, is_offered, NULL);
    Pb__WithdrawTransferRequest request = PB__WITHDRAW_TRANSFER_REQUEST__INIT;
    if (!transfer)
        return false;
    request.transfer_id = transfer->id;
    order_give(load, order, TRANSFER("WithdrawTransfer"), &request.base);
    return true;
}

/* --- which ------------------------------------------------------------------------------------------- */

static void count_published(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_PUBLISHED);
}

static void count_answer(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_ANSWERS);
}

static void count_choice(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_CHOICES);
}

const struct order_kind allocation_orders[] = {
    {"open", order_open, {{12, 0, 0}, {12, 0, 0}}, NULL, false, NULL, true},
    {"close", order_close, {{2, 0, 0}, {1, 0, 0}}, NULL, false, NULL, true},
    {"propose", order_propose, {{20, 0, 0}, {20, 0, 0}}, NULL, false, NULL, true},
    {"publish", order_publish, {{30, 0, 0}, {30, 0, 0}}, NULL, false, count_published, true},
    {"choose", order_choose, {{6, 0, 0}, {3, 0, 0}}, NULL, false, count_choice, false},
    {"settle", order_settle, {{8, 0, 0}, {4, 0, 0}}, NULL, false, NULL, false},
    {"offer", order_offer, {{30, 15, 0}, {30, 30, 0}}, NULL, false, NULL, false},
    {"answer", order_answer, {{30, 15, 0}, {30, 30, 0}}, NULL, false, count_answer, false},
    {"withdraw", order_withdraw, {{1, 1, 0}, {1, 1, 0}}, NULL, false, NULL, true},
    {NULL, NULL, {{0}}, NULL, false, NULL, false},
};

/* Allocation as a part of the simulation (rules A2 to A7): the real service, the commands of the host and of
 * LAs, and what must hold of what is published once all is at rest.
 *
 * A client picks what to ask about from the service's own store, as one who has just read it would: what it
 * asks is often out of date when it arrives, on purpose. The planted faults stand before its `apply`, or in a
 * handler's place. */

#include "tests/sim/load_inside.h"
#include "tests/sim/programs.h"
#include "tests/sim/promises_check.h"
#include "tests/sim/region.h"

#include "services/allocation/allocation.h"
#include "services/allocation/assign.h"
#include "services/allocation/picture.h"

#include "ccrag/v1/handlers.h"

#include <assert.h>
#include <stdlib.h>

#define CALL(m)     "ccrag.v1.AllocationService/" m
#define TRANSFER(m) "ccrag.v1.TransfersService/" m

struct allocation_program {
    struct allocation allocation; /* first: handlers know it as the context */
    struct node *node;
    Pb__AllocationService_Service allocations;
    Pb__TransfersService_Service transfers;
    struct api apis[3];
    struct follow follows[2];
};

static const struct timer timers[] = {
    {.name = ALLOCATION_LOOKING, .every_ms = 1000, .run = allocation_look},
    {.name = "expire", .every_ms = 60 * 1000, .run = allocation_expire},
    {.name = NULL},
};

/* --- planted faults ----------------------------------------------------------------------------------------
 */

/* The copy is kept and nothing is marked. */
static enum code apply_without_mark(struct command *command, const Pb__JournalEntry *entry)
{
    struct span key = span_of(entry->key.data, entry->key.len);
    ProtobufCMessage *before = NULL, *fact = NULL;
    enum code code = allocation_follows[0].apply(command, entry);
    if (code != CODE_OK || strcmp(entry->record_type, pb__placement_fact__descriptor.name) != 0 ||
        record_get(command->txn, &allocation_placement_facts, key, command->arena, &fact) != CODE_OK)
        return code;
    struct span home = key_of_uuid(((Pb__PlacementFact *)fact)->provision_id, command->arena);
    return record_get(command->txn, &allocation_checks, home, command->arena, &before) == CODE_OK
               ? record_delete(command->txn, &allocation_checks, home)
               : CODE_OK;
}

/* Writes the transfer, and leaves the allocation where it is. */
static void accept_by_half(Pb__TransfersService_Service *service, const Pb__AnswerTransferRequest *in,
                           Pb__AnswerTransferResponse_Closure closure, void *context)
{
    struct command *command = context;
    Pb__AnswerTransferResponse out = PB__ANSWER_TRANSFER_RESPONSE__INIT;
    enum code code;
    Pb__Transfer *transfer = load_if_any(command, &allocation_transfers, in->transfer_id, &code);
    if (!in->accept || !transfer || transfer->state != PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED) {
        on_answer_transfer(service, in, closure, context);
        return;
    }
    transfer->state = PB__TRANSFER_STATE__TRANSFER_STATE_HELD;
    transfer->answer = in->answer;
    out.transfer = transfer;
    command_answer(command, put(command, &allocation_transfers, transfer), &out.base);
}

/* --- the program -------------------------------------------------------------------------------------------
 */

static void build(struct sim *sim)
{
    struct node *node = sim_add_node(sim, ALLOCATION_NAME, ALLOCATION_NAME);
    struct allocation_program *program = calloc(1, sizeof *program);
    assert(program);
    program->allocations = (Pb__AllocationService_Service)PB__ALLOCATION_SERVICE__INIT(on_);
    program->transfers = (Pb__TransfersService_Service)PB__TRANSFERS_SERVICE__INIT(on_);
    program->follows[0] = allocation_follows[0];
    if (sim->plant == PLANT_UNMARKED)
        program->follows[0].apply = apply_without_mark;
    if (sim->plant == PLANT_HALF)
        program->transfers.answer_transfer = accept_by_half;
    program->apis[0] = (struct api){.descriptor = &pb__allocation_service__descriptor,
                                    .handlers = &program->allocations.base};
    program->apis[1] =
        (struct api){.descriptor = &pb__transfers_service__descriptor, .handlers = &program->transfers.base};
    node->context = program;
    node->never_restored = true;
    node->options = (struct service_options){
        .name = ALLOCATION_NAME,
        .apis = program->apis,
        .tables = allocation_tables,
        .follows = program->follows,
        .timers = timers,
        .schema = 1,
        .context = program,
        .entitle = allocation_entitle,
        .is_demonstration = allocation_is_demonstration,
    };
}

/* --- what a client has read
 * --------------------------------------------------------------------------------- */

static bool is_offered(const ProtobufCMessage *record)
{
    return ((const Pb__Transfer *)record)->state == PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED;
}

static bool is_open(const ProtobufCMessage *record)
{
    return ((const Pb__AllocationTask *)record)->state ==
           PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_OPEN;
}

static bool asks_to_reallocate(const ProtobufCMessage *record)
{
    return is_open(record) && ((const Pb__AllocationTask *)record)->kind ==
                                  PB__ALLOCATION_TASK_KIND__ALLOCATION_TASK_KIND_REALLOCATE;
}

/* --- commands of the host
 * ----------------------------------------------------------------------------------- */

static bool order_open(struct load *load, struct order *order)
{
    Pb__OpenCycleRequest request = PB__OPEN_CYCLE_REQUEST__INIT;
    order_give(load, order, CALL("OpenCycle"), &request.base);
    return true;
}

static bool order_close(struct load *load, struct order *order)
{
    Pb__CloseCycleRequest request = PB__CLOSE_CYCLE_REQUEST__INIT;
    order_give(load, order, CALL("CloseCycle"), &request.base);
    return true;
}

static bool is_published(const ProtobufCMessage *record)
{
    return ((const Pb__AllocationCycle *)record)->state == PB__CYCLE_STATE__CYCLE_STATE_PUBLISHED;
}

/* Once something is published, mostly what comes between publications has its turn. */
static bool may_publish(struct load *load)
{
    return order_chance(load, 10) || !order_pick(load, &allocation_cycles, is_published);
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
    const Pb__PlacementFact *fact = order_pick(load, &allocation_placement_facts, NULL);
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
    const Pb__AllocationTask *task = order_pick(load, &allocation_tasks, is_open);
    Pb__SettleAllocationTaskRequest request = PB__SETTLE_ALLOCATION_TASK_REQUEST__INIT;
    if (!task)
        return false;
    request.task_id = task->id;
    request.apply = order_chance(load, 60);
    request.reason = order->tag;
    order_give(load, order, CALL("SettleAllocationTask"), &request.base);
    return true;
}

/* --- commands of LAs
 * ---------------------------------------------------------------------------------------- */

static bool order_offer(struct load *load, struct order *order)
{
    const Pb__AllocationTask *task = order_pick(load, &allocation_tasks, asks_to_reallocate);
    Pb__OfferTransferRequest request = PB__OFFER_TRANSFER_REQUEST__INIT;
    if (!task || !task->proposed || task->proposed->n_placing == 0)
        return false;
    size_t which = (size_t)sim_random_between(random_of(load), 0, (int64_t)task->proposed->n_placing - 1);
    const Pb__Allocation *back =
        order_chance(load, 30) ? order_pick(load, &allocation_allocations, NULL) : NULL;
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
    const Pb__Transfer *transfer = order_pick(load, &allocation_transfers, is_offered);
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
    const Pb__Transfer *transfer = order_pick(load, &allocation_transfers, is_offered);
    Pb__WithdrawTransferRequest request = PB__WITHDRAW_TRANSFER_REQUEST__INIT;
    if (!transfer)
        return false;
    request.transfer_id = transfer->id;
    order_give(load, order, TRANSFER("WithdrawTransfer"), &request.base);
    return true;
}

/* --- which
 * -------------------------------------------------------------------------------------------------- */

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

static const struct order_kind orders[] = {
    {"open", order_open, {12, 0, 0}, NULL, false, NULL, true},
    {"close", order_close, {2, 0, 0}, NULL, false, NULL, true},
    {"propose", order_propose, {20, 0, 0}, NULL, false, NULL, true},
    {"publish", order_publish, {30, 0, 0}, NULL, false, count_published, true},
    {"choose", order_choose, {6, 0, 0}, NULL, false, count_choice, false},
    {"settle", order_settle, {8, 0, 0}, NULL, false, NULL, false},
    {"offer", order_offer, {30, 15, 0}, NULL, false, NULL, false},
    {"answer", order_answer, {30, 15, 0}, NULL, false, count_answer, false},
    {"withdraw", order_withdraw, {1, 1, 0}, NULL, false, NULL, true},
    {NULL, NULL, {0, 0, 0}, NULL, false, NULL, false},
};

/* --- what must hold of what is published
 * -------------------------------------------------------------------- */

struct resting {
    struct sim *sim;
    struct command command; /* to read with */
    struct present present;
    struct collected authorities, placements, allocations;
};

static bool lasts_today(const struct resting *resting, const Pb__PlacementFact *fact)
{
    return placement_lasts_on(fact, resting->command.today);
}

static const Pb__Authority *member_of(const struct resting *resting, const char *gss)
{
    for (size_t i = 0; i < resting->authorities.count; i++) {
        const Pb__Authority *authority = (const Pb__Authority *)resting->authorities.items[i];
        if (strcmp(authority->id, gss) == 0 &&
            authority->state == PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE)
            return authority;
    }
    return NULL;
}

static struct position_e7 point_of(const Pb__GeoPoint *point)
{
    return (struct position_e7){point->latitude_e7, point->longitude_e7};
}

/* By comparing each with each (rule A2): how far the nearest member that places there is, and how far this
 * one; false: it does not place there. */
static bool compare_offices(const struct resting *resting, const Pb__Provision *home, const char *gss,
                            uint32_t *ret_nearest, uint32_t *ret_own)
{
    bool places = false;
    *ret_nearest = *ret_own = UINT32_MAX;
    for (size_t i = 0; i < resting->placements.count; i++) {
        const Pb__PlacementFact *fact = (const Pb__PlacementFact *)resting->placements.items[i];
        const Pb__Authority *member = member_of(resting, fact->authority_id);
        if (!member || !lasts_today(resting, fact) || strcmp(fact->provision_id, home->id) != 0)
            continue;
        bool own = strcmp(fact->authority_id, gss) == 0;
        places |= own;
        if (!member->head_office || !home->position)
            continue;
        uint32_t metres = distance_between(point_of(member->head_office), point_of(home->position)).value;
        if (metres < *ret_nearest)
            *ret_nearest = metres;
        if (own)
            *ret_own = metres;
    }
    return places;
}

static bool task_waits(struct resting *resting, const char *provision_id)
{
    enum code code;
    const Pb__AllocationTask *task = load_if_any(&resting->command, &allocation_tasks, provision_id, &code);
    return task && task->state != PB__ALLOCATION_TASK_STATE__ALLOCATION_TASK_STATE_SETTLED;
}

/* Is the departure one that somebody agreed to or chose? */
static bool is_held(const struct resting *resting, const Pb__Allocation *allocation)
{
    return allocation->basis == PB__ALLOCATION_BASIS__ALLOCATION_BASIS_BALANCED ||
           hold_lasts(allocation, resting->present.cycle, resting->present.transfers,
                      resting->present.transfer_count);
}

/* Each departure from the rule has an open task, a held transfer or the host's choice. */
static void check_allocation(struct resting *resting, const Pb__Allocation *allocation)
{
    enum code code;
    uint32_t nearest = 0, own = 0;
    const Pb__Provision *home =
        load_if_any(&resting->command, &allocation_provisions, allocation->provision_id, &code);
    bool places = home && compare_offices(resting, home, allocation->authority_id, &nearest, &own);
    sim_count(resting->sim, SIM_LINKS);
    if (task_waits(resting, allocation->provision_id) || (places && own == nearest) ||
        (places && is_held(resting, allocation)))
        return;
    sim_fail(resting->sim, "link-right", "%s has %s, %s, and nothing waits", allocation->authority_id,
             allocation->provision_id, places ? "another is closer" : "places there no more");
}

/* Nobody is left without one: where a member places, there is an allocation, or a task that says why not. */
static void check_placement(struct resting *resting, const Pb__PlacementFact *fact)
{
    enum code code;
    const Pb__Provision *home =
        load_if_any(&resting->command, &allocation_provisions, fact->provision_id, &code);
    if (!home || !provision_is_in_scope(home) || !lasts_today(resting, fact) ||
        !member_of(resting, fact->authority_id))
        return;
    if (!load_if_any(&resting->command, &allocation_allocations, fact->provision_id, &code) &&
        !task_waits(resting, fact->provision_id))
        sim_fail(resting->sim, "link-right", "%s places at %s, and nobody has it", fact->authority_id,
                 fact->provision_id);
}

/* One term is open of each allocation, its own, and of nothing else. */
static void check_terms(struct resting *resting)
{
    struct collected terms;
    const struct walk all = {.table = &allocation_terms};
    size_t open = 0;
    enum code code = collect(&resting->command, &all, NULL, NULL, &terms);
    for (size_t i = 0; code == CODE_OK && i < terms.count; i++) {
        const Pb__AllocationTerm *term = (const Pb__AllocationTerm *)terms.items[i];
        if (term->until[0])
            continue;
        open++;
        const Pb__Allocation *allocation =
            load_if_any(&resting->command, &allocation_allocations, term->provision_id, &code);
        if (!allocation || strcmp(allocation->term_id, term->id) != 0 ||
            strcmp(allocation->authority_id, term->authority_id) != 0)
            sim_fail(resting->sim, "one-link", "a term of %s at %s goes on, and the allocation is another",
                     term->authority_id, term->provision_id);
    }
    if (open != resting->allocations.count)
        sim_fail(resting->sim, "one-link", "%zu terms go on, of %zu allocations", open,
                 resting->allocations.count);
}

static const char *receiver_of(const Pb__Transfer *transfer, const char *provision_id)
{
    return strcmp(transfer->provision_id, provision_id) == 0 ? transfer->to_authority_id
                                                             : transfer->from_authority_id;
}

/* A held transfer gives at least one allocation, to whom it says; an offered one none, and alone of its kind.
 */
static void check_transfer(struct resting *resting, const Pb__Transfer *transfer)
{
    size_t gives = 0;
    for (size_t i = 0; i < resting->allocations.count; i++) {
        const Pb__Allocation *allocation = (const Pb__Allocation *)resting->allocations.items[i];
        if (strcmp(allocation->transfer_id, transfer->id) != 0)
            continue;
        gives++;
        if (strcmp(receiver_of(transfer, allocation->provision_id), allocation->authority_id) != 0)
            sim_fail(resting->sim, "one-link", "%s is not who got %s by its transfer",
                     allocation->authority_id, allocation->provision_id);
    }
    bool held = transfer->state == PB__TRANSFER_STATE__TRANSFER_STATE_HELD;
    sim_count(resting->sim, held ? SIM_TRANSFERS_HELD : SIM_TRANSFERS_OFFERED);
    if (held != (gives > 0))
        sim_fail(resting->sim, "one-link", "a transfer of %s is %s and gives %zu", transfer->provision_id,
                 held ? "held" : "offered", gives);
}

static bool rest_load(struct resting *resting, struct node *node)
{
    struct command *command = &resting->command;
    const struct walk authorities = {.table = &allocation_authorities},
                      placements = {.table = &allocation_placement_facts},
                      allocations = {.table = &allocation_allocations};
    command->now_ms = world_wall_ms(&node->world.base);
    command->today = date_from_unix_ms_london(command->now_ms);
    return !node->down && store_read_begin(service_store(node->service), &command->txn) == CODE_OK &&
           present_load(command, &resting->present) == CODE_OK &&
           collect(command, &authorities, NULL, NULL, &resting->authorities) == CODE_OK &&
           collect(command, &placements, NULL, NULL, &resting->placements) == CODE_OK &&
           collect(command, &allocations, NULL, NULL, &resting->allocations) == CODE_OK;
}

static void check_rest(struct resting *resting)
{
    const struct present *present = &resting->present;
    check_terms(resting);
    for (size_t i = 0; i < present->transfer_count; i++)
        check_transfer(resting, present->transfers[i]);
    if (!present_is_published(present))
        return;
    for (size_t i = 0; i < resting->allocations.count; i++)
        check_allocation(resting, (const Pb__Allocation *)resting->allocations.items[i]);
    for (size_t i = 0; i < resting->placements.count; i++)
        check_placement(resting, (const Pb__PlacementFact *)resting->placements.items[i]);
}

static void check(struct sim *sim)
{
    struct checking *checking = calloc(1, sizeof *checking);
    struct resting resting = {.sim = sim};
    struct arena arena;
    assert(checking);
    promises_check(sim, sim_node_named(sim, ALLOCATION_NAME), &allocation_part, checking);
    free(checking);
    arena_init(&arena, 64 * 1024 * 1024);
    resting.command.arena = &arena;
    sim->quiet = true;
    if (rest_load(&resting, sim_node_named(sim, ALLOCATION_NAME)))
        check_rest(&resting);
    else
        sim_fail(sim, "settles", "allocation's store cannot be read");
    store_end(resting.command.txn);
    sim->quiet = false;
    arena_finish(&arena);
}

const struct part allocation_part = {.service = ALLOCATION_NAME,
                                     .build = build,
                                     .tables = allocation_tables,
                                     .orders = orders,
                                     .check = check};

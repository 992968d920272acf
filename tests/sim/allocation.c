/* Allocation as a part of the simulation (rules A2 to A7): the real service. The planted faults stand before
 * its `apply`, or in a handler's place. */

#include "tests/sim/allocation_inside.h"

#include "services/allocation/allocation.h"
#include "services/allocation/assign.h"
#include "common/service/handling.h"

#include "ccrag/v1/handlers.h"

#include <assert.h>
#include <stdlib.h>

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

/* --- planted faults ---------------------------------------------------------------------------------- */

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

/* --- the program ------------------------------------------------------------------------------------- */

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

const struct part allocation_part = {.service = ALLOCATION_NAME,
                                     .build = build,
                                     .tables = allocation_tables,
                                     .orders = allocation_orders,
                                     .check = allocation_check};

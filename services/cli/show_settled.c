/* What a command on allocations did, in a sentence or two: a cycle, a choice, a task that is settled, a
 * transfer that is offered or answered. Responses come in, sentences go out. */

#include "services/cli/show_allocation.h"

#include "services/cli/derived.h"
#include "services/cli/reflect.h"

#include <string.h>

static const char *words(struct cli *cli, const ProtobufCMessage *message, const char *field)
{
    return derived_or_field(message, field, &cli->arena);
}

void show_cycle(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__AllocationCycle *cycle =
        (const Pb__AllocationCycle *)(const void *)reflect_message(response, "cycle");
    if (!cycle)
        return;
    printf("Cycle %s, %s to %s: %s.\n", cycle->id, cycle->first_on, cycle->last_on,
           words(cli, &cycle->base, "state"));
    printf("An offer of a transfer stands %u day%s. A balanced load may lie %s the fair share.\n",
           cycle->offer_days, show_plural(cycle->offer_days),
           allocation_tolerance_words(cli, cycle->tolerance_percent));
    if (cycle->state == PB__CYCLE_STATE__CYCLE_STATE_OPEN)
        puts("\nNext: ccrag allocation propose");
}

static void say_holder(struct cli *cli, const Pb__Allocation *allocation)
{
    printf("%s has %s now, as its %s: %s.\n", words(cli, &allocation->base, "authority_id"), allocation->name,
           words(cli, &allocation->base, "standing"), words(cli, &allocation->base, "why"));
}

void show_chosen(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__Allocation *allocation =
        ((const Pb__ChooseAllocationResponse *)(const void *)response)->allocation;
    if (allocation)
        say_holder(cli, allocation);
}

void show_task(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__SettleAllocationTaskResponse *settled =
        (const Pb__SettleAllocationTaskResponse *)(const void *)response;
    if (!settled->task)
        return;
    printf("The task about %s is %s.\n", settled->task->name, words(cli, &settled->task->base, "state"));
    if (settled->allocation)
        say_holder(cli, settled->allocation);
    else
        puts("Nobody has it.");
}

void show_transfer(struct cli *cli, const ProtobufCMessage *response)
{
    const Pb__Transfer *transfer = (const Pb__Transfer *)(const void *)reflect_message(response, "transfer");
    if (!transfer)
        return;
    const char *from = words(cli, &transfer->base, "from_authority_id"),
               *to = words(cli, &transfer->base, "to_authority_id");
    bool swap = *transfer->return_provision_id;
    switch (transfer->state) {
    case PB__TRANSFER_STATE__TRANSFER_STATE_OFFERED:
        printf("%s asks %s to take %s over%s%s, until %s.\nIt is answered with: ccrag allocation transfer "
               "accept %s, "
               "or decline\n",
               from, to, transfer->name, swap ? " in return for " : "", swap ? transfer->return_name : "",
               transfer->answer_by, transfer->id);
        return;
    case PB__TRANSFER_STATE__TRANSFER_STATE_HELD:
        printf("%s has %s now", to, transfer->name);
        if (swap)
            printf(", and %s has %s", from, transfer->return_name);
        printf(": until the cycle closes, or it stops placing there.\n");
        return;
    case PB__TRANSFER_STATE__TRANSFER_STATE_DECLINED:
        printf("%s declined to take %s over: %s stays its LA.\n", to, transfer->name, from);
        return;
    case PB__TRANSFER_STATE__TRANSFER_STATE_WITHDRAWN:
        printf("%s no longer asks %s to take %s over.\n", from, to, transfer->name);
        return;
    case PB__TRANSFER_STATE__TRANSFER_STATE_UNSPECIFIED:
    case PB__TRANSFER_STATE__TRANSFER_STATE_EXPIRED:
    case PB__TRANSFER_STATE__TRANSFER_STATE_ENDED:
    case _PB__TRANSFER_STATE_IS_INT_SIZE:
        printf("The transfer of %s is %s.\n", transfer->name, words(cli, &transfer->base, "state"));
        return;
    }
}

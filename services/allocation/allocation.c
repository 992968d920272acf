/* What the service does by itself besides looking (look.c), and what the frame asks of it. In: timers and
 * questions. Out: offers expired. */

#include "services/allocation/allocation.h"

#include "services/allocation/assign.h"
#include "services/allocation/rules_transfer.h"

struct allocation *allocation_of(const struct command *command)
{
    return command->context;
}

enum code allocation_expire(struct command *command)
{
    struct present present;
    TRY(present_load(command, &present));
    for (size_t i = 0; i < present.transfer_count; i++) {
        Pb__Transfer *transfer = present.transfers[i];
        if (!transfer_is_late(transfer, command->today) ||
            transfer_step(transfer->state, TRANSFER_EXPIRE, &transfer->state) != REFUSAL_NONE)
            continue;
        command->subject = transfer->id;
        TRY(transfer_close(command, transfer, transfer->state, "nobody answered in time"));
    }
    return CODE_OK;
}

static const struct membership membership = {&allocation_authorities, &allocation_regions};

bool allocation_entitle(struct service *service, const struct principal *principal,
                        struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    return membership_entitle(service, &membership, principal, ret_entitlement, ret_number);
}

bool allocation_is_demonstration(struct service *service)
{
    return membership_is_demonstration(service, &membership);
}

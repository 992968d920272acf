/* ccrag-allocation: who looks after which provision, for all the others (rules A1 to A9).
 *
 * What it serves, keeps, follows and does by itself is named here; the frame (common/service) does the rest.
 */

#include "services/allocation/allocation.h"
#include "services/allocation/records.h"

#include "ccrag/v1/handlers.h"

static const Pb__AllocationService_Service allocations = PB__ALLOCATION_SERVICE__INIT(on_);
static const Pb__TransfersService_Service transfers = PB__TRANSFERS_SERVICE__INIT(on_);

static const struct api apis[] = {
    {.descriptor = &pb__allocation_service__descriptor, .handlers = &allocations.base},
    {.descriptor = &pb__transfers_service__descriptor, .handlers = &transfers.base},
    {.descriptor = NULL},
};

static const struct timer timers[] = {
    {.name = ALLOCATION_LOOKING, .every_ms = 1000, .run = allocation_look},
    {.name = "expire", .every_ms = 60 * 1000, .run = allocation_expire},
    {.name = NULL},
};

static struct service_options allocation_options(struct allocation *allocation)
{
    return (struct service_options){
        .name = ALLOCATION_NAME,
        .apis = apis,
        .tables = allocation_tables,
        .follows = allocation_follows,
        .timers = timers,
        .schema = 1,
        .context = allocation,
        .entitle = allocation_entitle,
        .is_demonstration = allocation_is_demonstration,
    };
}

int main(int argc, char **argv)
{
    struct allocation allocation = {0};
    const struct service_options options = allocation_options(&allocation);
    return service_main(argc, argv, &options);
}

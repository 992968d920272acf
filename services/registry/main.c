/* ccrag-registry: the region's members, providers, provisions, places and vacancies, placements and accounts.
 *
 * What it serves, keeps and does by itself is named here; the frame (common/service) does the rest. It
 * follows nobody: what is true in the registry is true because somebody told it. */

#include "common/service/service.h"
#include "services/registry/records.h"
#include "services/registry/registry.h"

#include "ccrag/v1/handlers.h"

static const Pb__AuthoritiesService_Service authorities = PB__AUTHORITIES_SERVICE__INIT(on_);
static const Pb__ProvidersService_Service providers = PB__PROVIDERS_SERVICE__INIT(on_);
static const Pb__ProvisionsService_Service provisions = PB__PROVISIONS_SERVICE__INIT(on_);
static const Pb__PlacementsService_Service placements = PB__PLACEMENTS_SERVICE__INIT(on_);
static const Pb__PeopleService_Service people = PB__PEOPLE_SERVICE__INIT(on_);

static const struct api apis[] = {
    {.descriptor = &pb__authorities_service__descriptor, .handlers = &authorities.base},
    {.descriptor = &pb__providers_service__descriptor, .handlers = &providers.base},
    {.descriptor = &pb__provisions_service__descriptor, .handlers = &provisions.base},
    {.descriptor = &pb__placements_service__descriptor, .handlers = &placements.base},
    {.descriptor = &pb__people_service__descriptor, .handlers = &people.base},
    {.descriptor = NULL},
};

static const struct timer timers[] = {
    {.name = "positions",
     .every_ms = 500,
     .run = registry_find_positions}, /* after a new list of postcodes */
    {.name = "notices", .every_ms = 1000, .run = registry_tell_local},
    {.name = "sessions", .every_ms = 60 * 1000, .run = registry_sweep_sessions},
    {.name = NULL},
};

static struct service_options registry_options(struct registry *registry)
{
    return (struct service_options){
        .name = REGISTRY_NAME,
        .apis = apis,
        .tables = registry_tables,
        .timers = timers,
        .schema = 1,
        .context = registry,
        .start = registry_start,
        .stop = registry_stop,
        .entitle = registry_entitle,
        .is_demonstration = registry_is_demonstration,
    };
}

int main(int argc, char **argv)
{
    struct registry registry = {0};
    const struct service_options options = registry_options(&registry);
    return service_main(argc, argv, &options);
}

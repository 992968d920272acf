/* Where the journal of a stopped service's store stands, as `epoch sequence`.
 *
 * In: the region, the service, the store's folder. Out: that line, once the store could be opened and its
 * audit log holds; exit status 1 otherwise. Nothing of it is changed. */

#include "common/service/region.h"
#include "common/service/stores.h"
#include "common/world/real.h"

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct world *world = NULL;
    struct region *region = NULL;
    struct store_options options;
    struct store_facts facts;
    struct fault fault = {0};
    if (argc != 4)
        return 64;
    enum code code = world_real_create(&(struct world_real_options){0}, &world);
    if (code == CODE_OK)
        code = region_open(argv[1], argv[2], NULL, &region, &fault);
    if (code == CODE_OK)
        code = stores_options(region, argv[2], &options, &fault);
    if (code == CODE_OK)
        code = stores_look(world, &options, argv[3], &facts, &fault);
    if (code == CODE_OK)
        printf("%" PRIu64 " %" PRIu64 "\n", facts.position.epoch, facts.position.sequence);
    else
        fprintf(stderr, "%s\n", fault.reason);
    region_destroy(region);
    world_destroy(world);
    return code != CODE_OK;
}

/* The planted fault that needs a file: a store that forgets its last group when its program dies, as if
 * answers left before the group was on disk.
 *
 * In: the instant before each commit. Out: the file as it was then, put back after a crash. */

#include "tests/sim/programs.h"
#include "tests/sim/region.h"

#include <stdio.h>

static void paths(const struct sim *sim, char ret_data[200], char ret_old[200])
{
    snprintf(ret_data, 200, "%s/store/registry/data.mdb", sim->region->directory);
    snprintf(ret_old, 200, "%s/store/registry-before", sim->region->directory);
}

void plant_remember(struct sim *sim)
{
    char data[200], old[200];
    paths(sim, data, old);
    sim_region_copy_file(data, old);
}

void plant_roll_back(struct sim *sim)
{
    char data[200], old[200];
    paths(sim, data, old);
    sim_region_copy_file(old, data);
}

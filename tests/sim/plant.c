/* The planted fault that needs files: a store that forgets its last group when its program dies, as if
 * answers left before the group was on disk.
 *
 * In: the instant before each commit. Out: data and log as they were then, put back after a crash. */

#include "tests/sim/programs.h"
#include "tests/sim/region.h"

#include <stdio.h>

static const char *const files[] = {"data.mdb", "store.wal"};

static void copy_all(const struct sim *sim, bool back)
{
    char now[200], then[200];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(now, sizeof now, "%s/store/registry/%s", sim->region->directory, files[i]);
        snprintf(then, sizeof then, "%s/store/registry-before-%s", sim->region->directory, files[i]);
        sim_region_copy_file(back ? then : now, back ? now : then);
    }
}

void plant_remember(struct sim *sim)
{
    copy_all(sim, false);
}

void plant_roll_back(struct sim *sim)
{
    copy_all(sim, true);
}

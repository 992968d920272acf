/* The planted fault that needs a file: a store that forgets its last group when its program dies, as if
 * answers left before the group was on disk.
 *
 * In: the instant before each commit. Out: the file as it was then, put back after a crash. */

#include "tests/sim/programs.h"
#include "tests/sim/region.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void copy(const char *from, const char *to)
{
    static char block[64 * 1024];
    FILE *in = fopen(from, "rb"), *out = in ? fopen(to, "wb") : NULL;
    if (!in)
        return;
    assert(out);
    for (size_t size; (size = fread(block, 1, sizeof block, in)) > 0;)
        if (fwrite(block, 1, size, out) != size)
            abort();
    fclose(in);
    fclose(out);
}

static void paths(const struct sim *sim, char ret_data[200], char ret_old[200])
{
    snprintf(ret_data, 200, "%s/store/registry/data.mdb", sim->region->directory);
    snprintf(ret_old, 200, "%s/store/registry-before", sim->region->directory);
}

void plant_remember(struct sim *sim)
{
    char data[200], old[200];
    paths(sim, data, old);
    copy(data, old);
}

void plant_roll_back(struct sim *sim)
{
    char data[200], old[200];
    paths(sim, data, old);
    copy(old, data);
}

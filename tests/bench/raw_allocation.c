/* The raw limit of a proposal: who places where, and where everything stands, read once from bare arrays; of
 * each home the squared chords to its offices, the least of them, and that one in metres. No ties, no next
 * closest, no holds. The same homes as allocation.c. `bench_raw_allocation OFFICES HOMES` */

#include "tests/bench/allocations.h"

struct bare {
    size_t homes;
    struct sphere_point *offices, *points;
    uint32_t *first;
    uint16_t *placing;
};

static struct bare bare_of(const struct facts *facts)
{
    struct bare bare = {facts->site_count, calloc(facts->office_count, sizeof *bare.offices),
                        calloc(facts->site_count, sizeof *bare.points),
                        calloc(facts->site_count + 1, sizeof *bare.first),
                        calloc(facts->placing_count, sizeof *bare.placing)};
    BENCH_NEED(bare.offices && bare.points && bare.first && bare.placing, "out of memory");
    for (size_t i = 0; i < facts->office_count; i++)
        bare.offices[i] = facts->offices[i].point;
    for (size_t i = 0; i < facts->site_count; i++) {
        bare.points[i] = facts->sites[i].point;
        bare.first[i + 1] = facts->sites[i].first + facts->sites[i].count;
    }
    for (size_t i = 0; i < facts->placing_count; i++)
        bare.placing[i] = facts->placings[i].office;
    return bare;
}

struct closest {
    uint16_t office;
    uint32_t metres;
};

static void closest_of(const struct bare *bare, struct closest *ret_closest)
{
    for (size_t i = 0; i < bare->homes; i++) {
        double least = 8;
        uint16_t office = 0;
        for (uint32_t j = bare->first[i]; j < bare->first[i + 1]; j++) {
            double chord = chord_squared(bare->points[i], bare->offices[bare->placing[j]]);
            if (chord < least) {
                least = chord;
                office = bare->placing[j];
            }
        }
        ret_closest[i] = (struct closest){office, metres_of_chord_squared(least).value};
    }
}

int main(int argc, char **argv)
{
    BENCH_NEED(argc == 3, "Usage: bench_raw_allocation OFFICES HOMES");
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    struct allocations drawn =
        allocations_draw(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10), &arena);
    struct facts facts = allocations_facts(&drawn, &arena);
    struct bare bare = bare_of(&facts);
    arena_finish(&arena);
    struct closest *closest = calloc(bare.homes + 1, sizeof *closest);
    BENCH_NEED(closest, "out of memory");
    double began = bench_cpu();
    closest_of(&bare, closest);
    bench_say("raw_allocation_s", bench_cpu() - began);
    uint64_t metres = 0;
    for (size_t i = 0; i < bare.homes; i++)
        metres += closest[i].metres;
    bench_say("raw_allocation_mean_m", (double)metres / (double)bare.homes);
    free(bare.offices);
    free(bare.points);
    free(bare.first);
    free(bare.placing);
    free(closest);
    return 0;
}

/* How long the rules take for a proposal: the facts from records in memory, then each home to its closest
 * office; with `balanced`, to the balanced one. `bench_allocation OFFICES HOMES [balanced]` */

#include "tests/bench/allocations.h"

int main(int argc, char **argv)
{
    BENCH_NEED(argc >= 3, "Usage: bench_allocation OFFICES HOMES [balanced]");
    struct arena records, arena;
    arena_init(&records, SIZE_MAX);
    arena_init(&arena, SIZE_MAX);
    struct allocations drawn =
        allocations_draw(strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10), &records);
    double began = bench_cpu();
    struct facts facts = allocations_facts(&drawn, &arena);
    double built = bench_cpu();
    struct given *given = arena_array(&arena, struct given, facts.site_count);
    BENCH_NEED(given, "out of memory");
    if (argc > 3) {
        struct bounds *bounds = arena_array(&arena, struct bounds, facts.office_count);
        struct obstacle obstacle;
        fair_bounds(&facts, 10, bounds, NULL);
        BENCH_NEED(give_balanced(&facts, bounds, 600, &arena, given, &obstacle) == REFUSAL_NONE &&
                       obstacle.office_count == 0,
                   "it is not balanced");
        bench_say("allocation_balanced_s", bench_cpu() - built);
    } else {
        BENCH_NEED(give_closest(&facts, &arena, given) == CODE_OK, "out of memory");
        bench_say("allocation_facts_s", built - began);
        bench_say("allocation_closest_s", bench_cpu() - built);
    }
    arena_finish(&arena);
    arena_finish(&records);
    return 0;
}

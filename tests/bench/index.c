/* How many searches a second one core answers from the index alone: radius 40 km, the twenty best with marks
 * and reasons, one kind. `bench_index [places] [seconds]` */

#include "services/matching/index.h"
#include "tests/bench/bench.h"
#include "tests/bench/places.h"

static void fill(struct matching_index *index, size_t count, struct arena *arena)
{
    struct places places;
    places_init(&places, arena, "");
    for (size_t i = 0; i < count; i++) {
        Pb__Provision *provision;
        Pb__PlaceGroup *group;
        Pb__Vacancy *vacancy;
        arena_reset(arena);
        places_next(&places, (unsigned)i, &provision, &group, &vacancy);
        BENCH_NEED(index_put(index, &provision->base) == CODE_OK &&
                       index_put(index, &group->base) == CODE_OK &&
                       index_put(index, &vacancy->base) == CODE_OK,
                   "place %zu was not taken", i);
    }
}

static struct search question(struct made_up *region)
{
    Pb__SearchRequest request;
    struct search search;
    struct fault fault;
    Pb__Need needs[] = {PB__NEED__NEED_SEMH};
    Pb__ProvisionKind kinds[] = {PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME};
    pb__search_request__init(&request);
    request.postcode = "SG13 8DQ";
    request.age = PLACES_AGE;
    request.needs = needs;
    request.n_needs = 1;
    request.kinds = kinds;
    request.n_kinds = 1;
    request.within_m = PLACES_WITHIN_M;
    request.size = PLACES_BEST;
    request.today = "2026-03-01";
    request.asked_at_ms = MADE_UP_TODAY * INT64_C(86400000);
    BENCH_NEED(search_read(&request, &search, &fault) == CODE_OK, "%s", fault.reason);
    search.home = places_home(region);
    search.home_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    return search;
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3, began = bench_cpu(), ended;
    struct matching_index *index;
    struct arena arena;
    struct made_up region = {.state = 3};
    uint64_t searches = 0, fitted = 0, results = 0;
    arena_init(&arena, 64u << 20);
    BENCH_NEED(index_create(&index) == CODE_OK, "out of memory");
    fill(index, count, &arena);
    double put = bench_cpu();
    BENCH_NEED(index_publish(index) == CODE_OK, "out of memory");
    bench_say("index_put_per_s", 3 * (double)count / (put - began));
    bench_say("index_publish_s", bench_cpu() - put);
    const struct matching_root *root = root_acquire(index);
    /* Of this process's own time: other work on the machine does not count. */
    began = bench_cpu();
    do {
        for (int i = 0; i < 16; i++) { /* the clock is no part of a search: asked as often as by raw_grid.c */
            struct search search = question(&region);
            Pb__SearchResponse response;
            pb__search_response__init(&response);
            arena_reset(&arena);
            BENCH_NEED(root_search(root, &search, &arena, &response) == CODE_OK, "the search failed");
            searches++;
            fitted += response.total;
            results += response.n_results;
        }
        ended = bench_cpu();
    } while (ended - began < seconds);
    bench_say("index_searches_per_s", (double)searches / (ended - began));
    bench_say("index_fitting", (double)fitted / (double)searches);
    bench_say("index_results", (double)results / (double)searches);
    root_release(index, root);
    index_destroy(index);
    arena_finish(&arena);
    return 0;
}

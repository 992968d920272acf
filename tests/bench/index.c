/* How many searches a second one core answers from the index alone: a region of N places, spread evenly over
 * England, of six kinds alike; radius 40 km, the twenty best with marks and reasons, one kind. `bench_index
 * [places] [seconds]` */

#include "services/matching/index.h"
#include "tests/unit/matching/made_up.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Of this process's own time: other work on the machine does not count. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void fill(struct matching_index *index, size_t places, struct arena *arena)
{
    struct made_up region = {.arena = arena, .state = 7, .provider_count = 1};
    Pb__Provider provider;
    pb__provider__init(&provider);
    provider.state = PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED;
    for (size_t i = 0; i < places; i++) {
        arena_reset(arena);
        provider.id = i ? provider.id : draw_id(&region);
        Pb__Provider *providers[1] = {&provider};
        region.providers = providers;
        Pb__Provision *provision = draw_provision(&region, (unsigned)i % 900000),
                      *provisions[1] = {provision};
        provision->kind = (Pb__ProvisionKind)(1 + below(&region, 6));
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
        provision->provider_id = "";
        region.provisions = provisions;
        region.provision_count = 1;
        Pb__PlaceGroup *group = draw_group(&region);
        Pb__Vacancy *vacancy = draw_vacancy(&region, group);
        if (index_put(index, &provision->base) != CODE_OK || index_put(index, &group->base) != CODE_OK ||
            index_put(index, &vacancy->base) != CODE_OK)
            exit(1);
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
    request.age = 12;
    request.needs = needs;
    request.n_needs = 1;
    request.kinds = kinds;
    request.n_kinds = 1;
    request.within_m = 40000;
    request.size = 20;
    request.today = "2026-03-01";
    request.asked_at_ms = MADE_UP_TODAY * INT64_C(86400000);
    if (search_read(&request, &search, &fault) != CODE_OK)
        exit(1);
    search.home.latitude = 510000000 + (int32_t)below(region, 30000000);
    search.home.longitude = -25000000 + (int32_t)below(region, 30000000);
    search.home_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    return search;
}

int main(int argc, char **argv)
{
    size_t places = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3, began = now(), ended;
    struct matching_index *index;
    struct arena arena;
    struct made_up region = {.state = 3};
    uint64_t searches = 0, fitted = 0, results = 0;
    arena_init(&arena, 64u << 20);
    if (index_create(&index) != CODE_OK)
        return 1;
    fill(index, places, &arena);
    double put = now();
    if (index_publish(index) != CODE_OK)
        return 1;
    printf("places %zu: put in %.2f s, published in %.2f s\n", places, put - began, now() - put);
    const struct matching_root *root = root_acquire(index);
    began = now();
    do {
        struct search search = question(&region);
        Pb__SearchResponse response;
        pb__search_response__init(&response);
        arena_reset(&arena);
        if (root_search(root, &search, &arena, &response) != CODE_OK)
            return 1;
        searches++;
        fitted += response.total;
        results += response.n_results;
        ended = now();
    } while (ended - began < seconds);
    printf("searches/s %.0f, fitting %.1f, results %.1f each\n", (double)searches / (ended - began),
           (double)fitted / (double)searches, (double)results / (double)searches);
    root_release(index, root);
    index_destroy(index);
    arena_finish(&arena);
    return 0;
}

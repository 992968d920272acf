/* Fills a stopped region's registry with places or providers, through the store itself: what a million
 * commands would leave of records, indexes and journal, in a fraction of the time; no replies, no audit
 * lines. `bench_fill REGION PLACES` */

#include "services/registry/records.h"
#include "tests/bench/filling.h"
#include "tests/bench/places.h"
#include "tests/bench/providers.h"

#include <string.h>

static void fill_places(struct filling *filling, unsigned long count)
{
    struct places places;
    struct arena keeping;
    arena_init(&keeping, 1 << 20);
    const char *provider_id = rising_id(0, &keeping);
    places_init(&places, &filling->arena, provider_id);
    places.provider.name = "A provider";
    if (count > 0)
        filling_put(filling, &table_providers, &places.provider.base);
    for (unsigned long i = 0; i < count; i++) {
        Pb__Provision *provision;
        Pb__PlaceGroup *group;
        Pb__Vacancy *vacancy;
        arena_reset(&filling->arena);
        places_next(&places, (unsigned)i, &provision, &group, &vacancy);
        provision->id = group->provision_id = vacancy->provision_id = rising_id(2 * i + 1, &filling->arena);
        group->id = vacancy->id = rising_id(2 * i + 2, &filling->arena);
        filling_put(filling, &table_provisions, &provision->base);
        filling_put(filling, &table_place_groups, &group->base);
        filling_put(filling, &table_vacancies, &vacancy->base);
    }
    filling_end_group(filling);
    arena_finish(&keeping);
}

static void fill_providers(struct filling *filling, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        arena_reset(&filling->arena);
        filling_put(filling, &table_providers, &numbered_provider(i, 0, &filling->arena)->base);
    }
    filling_end_group(filling);
}

int main(int argc, char **argv)
{
    struct filling filling;
    BENCH_NEED(argc == 4, "usage: bench_fill REGION places|providers COUNT");
    filling_open(&filling, argv[1], "registry", registry_tables);
    double began = bench_now();
    unsigned long count = strtoul(argv[3], NULL, 10);
    if (strcmp(argv[2], "places") == 0)
        fill_places(&filling, count);
    else
        fill_providers(&filling, count);
    bench_say("fill_s", bench_now() - began);
    bench_say("fill_entries", (double)store_position(filling.store).sequence);
    filling_close(&filling);
    return 0;
}

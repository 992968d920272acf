/* Fills a stopped region's registry with places or providers, through the store itself: what a million
 * commands would leave of records, indexes and journal, in a fraction of the time; no replies, no audit
 * lines. `bench_fill REGION PLACES` */

#include "common/base/limits.h"
#include "common/service/region.h"
#include "common/world/real.h"
#include "services/registry/records.h"
#include "tests/bench/bench.h"
#include "tests/bench/places.h"
#include "tests/bench/providers.h"

#include <sodium.h>

enum { GROUP = 5000 };

struct filling {
    struct world *world;
    struct store *store;
    struct store_txn *txn;
    struct arena arena;
    struct actor actor;
    unsigned in_group;
};

static void end_group(struct filling *filling)
{
    BENCH_NEED(!filling->txn || store_commit(filling->txn) == CODE_OK, "the store could not commit");
    filling->txn = NULL;
    filling->in_group = 0;
}

static void put(struct filling *filling, const struct table *table, ProtobufCMessage *record)
{
    struct fault fault = {0};
    if (!filling->txn)
        BENCH_NEED(store_write_begin(filling->store, &filling->txn) == CODE_OK,
                   "the store cannot be written");
    store_command_begin(filling->txn, &filling->actor, &filling->arena);
    record_put(filling->txn, table, record);
    enum code code = store_command_end(filling->txn, true);
    if (code != CODE_OK)
        store_txn_error(filling->txn, &fault);
    BENCH_NEED(code == CODE_OK, "a %s was not taken: %s", table->name, fault.reason);
    if (++filling->in_group == GROUP)
        end_group(filling);
}

static void fill_places(struct filling *filling, unsigned long count)
{
    struct places places;
    struct arena keeping;
    arena_init(&keeping, 1 << 20);
    const char *provider_id = rising_id(0, &keeping);
    places_init(&places, &filling->arena, provider_id);
    places.provider.name = "A provider";
    if (count > 0)
        put(filling, &table_providers, &places.provider.base);
    for (unsigned long i = 0; i < count; i++) {
        Pb__Provision *provision;
        Pb__PlaceGroup *group;
        Pb__Vacancy *vacancy;
        arena_reset(&filling->arena);
        places_next(&places, (unsigned)i, &provision, &group, &vacancy);
        provision->id = group->provision_id = vacancy->provision_id = rising_id(2 * i + 1, &filling->arena);
        group->id = vacancy->id = rising_id(2 * i + 2, &filling->arena);
        put(filling, &table_provisions, &provision->base);
        put(filling, &table_place_groups, &group->base);
        put(filling, &table_vacancies, &vacancy->base);
    }
    end_group(filling);
    arena_finish(&keeping);
}

static void fill_providers(struct filling *filling, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        arena_reset(&filling->arena);
        put(filling, &table_providers, &numbered_provider(i, 0, &filling->arena)->base);
    }
    end_group(filling);
}

int main(int argc, char **argv)
{
    struct filling filling = {.actor = {.by = "registry", .principal = "registry"}};
    struct region *region;
    struct fault fault = {0};
    char directory[512];
    BENCH_NEED(argc == 4, "usage: bench_fill REGION places|providers COUNT");
    BENCH_NEED(sodium_init() >= 0 && world_real_create(NULL, &filling.world) == CODE_OK, "no world");
    BENCH_NEED(region_open(argv[1], "registry", NULL, &region, &fault) == CODE_OK, "%s", fault.reason);
    snprintf(directory, sizeof directory, "%s/store/registry", argv[1]);
    struct store_options options = {
        .directory = directory,
        .map_bytes = (uint64_t)config_number(region_config(region), "store.map-mib") << 20,
        .tables = registry_tables,
        .schema = 1,
    };
    options.keys = region_sealing_keys(region, &options.key_count);
    BENCH_NEED(store_open(filling.world, &options, &filling.store, &fault) == CODE_OK, "%s", fault.reason);
    filling.actor.now_ms = world_wall_ms(filling.world);
    arena_init(&filling.arena, 64u << 20);
    double began = bench_now();
    unsigned long count = strtoul(argv[3], NULL, 10);
    if (strcmp(argv[2], "places") == 0)
        fill_places(&filling, count);
    else
        fill_providers(&filling, count);
    bench_say("fill_s", bench_now() - began);
    bench_say("fill_entries", (double)store_position(filling.store).sequence);
    store_close(filling.store);
    region_destroy(region);
    world_destroy(filling.world);
    arena_finish(&filling.arena);
    return 0;
}

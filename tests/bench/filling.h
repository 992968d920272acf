#pragma once
/* A stopped region's store, filled through itself: what commands would leave of records, indexes and journal,
 * in a fraction of the time; no replies, no audit lines. */

#include "common/base/limits.h"
#include "common/service/region.h"
#include "common/world/real.h"
#include "tests/bench/bench.h"

#include <sodium.h>

enum { FILLING_GROUP = 5000, FILLING_ARENA_BYTES = 64 * 1024 * 1024 };

struct filling {
    struct world *world;
    struct region *region;
    struct store *store;
    struct store_txn *txn;
    struct arena arena; /* of the present record */
    struct actor actor;
    unsigned in_group;
};

static inline void filling_open(struct filling *filling, const char *region, const char *service,
                                const struct table *const *tables)
{
    struct fault fault = {0};
    char directory[512];
    *filling = (struct filling){.actor = {.by = service, .principal = service}};
    BENCH_NEED(sodium_init() >= 0 && world_real_create(NULL, &filling->world) == CODE_OK, "no world");
    BENCH_NEED(region_open(region, service, NULL, &filling->region, &fault) == CODE_OK, "%s", fault.reason);
    snprintf(directory, sizeof directory, "%s/store/%s", region, service);
    struct store_options options = {
        .directory = directory,
        .map_bytes = (uint64_t)config_number(region_config(filling->region), "store.map-mib") << 20,
        .tables = tables,
        .schema = 1,
    };
    options.keys = region_sealing_keys(filling->region, &options.key_count);
    BENCH_NEED(store_open(filling->world, &options, &filling->store, &fault) == CODE_OK, "%s", fault.reason);
    filling->actor.now_ms = world_wall_ms(filling->world);
    arena_init(&filling->arena, FILLING_ARENA_BYTES);
}

static inline void filling_close(struct filling *filling)
{
    store_close(filling->store);
    region_destroy(filling->region);
    world_destroy(filling->world);
    arena_finish(&filling->arena);
}

static inline void filling_end_group(struct filling *filling)
{
    BENCH_NEED(!filling->txn || store_commit(filling->txn) == CODE_OK, "the store could not commit");
    filling->txn = NULL;
    filling->in_group = 0;
}

static inline void filling_put(struct filling *filling, const struct table *table, ProtobufCMessage *record)
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
    if (++filling->in_group == FILLING_GROUP)
        filling_end_group(filling);
}

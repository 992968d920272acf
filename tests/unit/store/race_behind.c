/* Copies that are written behind the loop, under ThreadSanitizer: gathered while the thread writes what came
 * before, settled by other transactions in between, read by others meanwhile, ended and begun again, closed
 * with some on their way. */

#include "common/store/journal.h"
#include "common/store/store.h"
#include "common/world/real.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCHES = 120, IN_BATCH = 60, SETTLE_EVERY = 40 };

static const struct table copies = {.name = "copies", .type = &pb__authority__descriptor, .key = key_by_text};
static const struct table *const tables[] = {&copies, NULL};
static const struct sealing_key key = {.number = 1, .bytes = {7}};

static void need(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "race_behind: %s\n", what);
    exit(1);
}

static struct store *open_in(struct world *world, const char *folder)
{
    const struct store_options options = {.directory = folder,
                                          .map_bytes = 64u << 20,
                                          .schema = 1,
                                          .tables = tables,
                                          .keys = &key,
                                          .key_count = 1};
    struct store *store = NULL;
    struct fault fault = {0};
    need(store_open(world, &options, &store, &fault) == CODE_OK, fault.reason);
    return store;
}

static void put_batch(struct store *store, struct arena *arena, unsigned batch)
{
    struct store_txn *txn = NULL;
    const struct actor actor = {.by = "race", .principal = "race", .now_ms = 1};
    const struct cursor cursor = {.position = {.epoch = 1, .sequence = batch + 1}};
    need(store_behind_begin(store, &txn) == CODE_OK, "a transaction behind");
    for (unsigned i = 0; i < IN_BATCH; i++) {
        Pb__Authority record = PB__AUTHORITY__INIT;
        uint8_t packed[128];
        store_command_begin(txn, &actor, arena);
        record.id = arena_format(arena, "E%05u", batch * IN_BATCH + i);
        record.name = "A copy";
        size_t size = protobuf_c_message_pack(&record.base, packed);
        need(record_put_copy(txn, &copies, &record.base, span_of(packed, size)) == CODE_OK, "a copy");
        need(store_command_end(txn, true) == CODE_OK, "a command");
        arena_reset(arena);
    }
    need(cursor_put(txn, "registry", &cursor) == CODE_OK, "a cursor");
    need(store_commit(txn) == CODE_OK, "handing over");
    struct fault fault;
    need(store_behind_failed(store, &fault) == CODE_OK, "writing behind");
}

static uint64_t count(struct store *store, uint64_t *ret_cursor)
{
    struct store_txn *txn = NULL;
    struct cursor cursor;
    need(store_read_begin(store, &txn) == CODE_OK, "reading");
    uint64_t records = record_count(txn, &copies);
    need(cursor_get(txn, "registry", &cursor) == CODE_OK, "the cursor");
    store_end(txn);
    *ret_cursor = cursor.position.sequence;
    return records;
}

/* What is no copy ends it, and the thread with it; then it begins once more. */
static void begin_again(struct store *store)
{
    struct store_txn *txn = NULL;
    need(store_write_begin(store, &txn) == CODE_OK, "a transaction of its own");
    need(store_meta_put_u64(txn, "number", 1) == CODE_OK && store_commit(txn) == CODE_OK, "a number");
    need(!store_is_rebuilding(store), "a store that is whole");
    store_rebuild_begin(store);
    need(store_is_rebuilding(store), "a store made anew once more");
}

int main(void)
{
    char folder[] = "/tmp/race-behind-XXXXXX", command[64];
    struct world *world = NULL;
    struct arena arena;
    uint64_t cursor;
    need(mkdtemp(folder) && world_real_create(NULL, &world) == CODE_OK, "a world");
    arena_init(&arena, 1 << 20);
    struct store *store = open_in(world, folder);
    store_rebuild_begin(store);
    need(store_is_rebuilding(store), "a store made anew");
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        put_batch(store, &arena, batch);
        need(count(store, &cursor) == cursor * IN_BATCH, "a cursor without its copies");
        if (batch % SETTLE_EVERY == 0) {
            struct store_txn *txn = NULL;
            need(store_write_begin(store, &txn) == CODE_OK, "another transaction");
            need(record_count(txn, &copies) == (uint64_t)(batch + 1) * IN_BATCH,
                 "what was handed over is there");
            store_end(txn);
        }
        if (batch == BATCHES / 2)
            begin_again(store);
    }
    store_close(store);
    store = open_in(world, folder);
    need(count(store, &cursor) == (uint64_t)BATCHES * IN_BATCH && cursor == BATCHES, "all of it is there");
    store_close(store);
    arena_finish(&arena);
    world_destroy(world);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

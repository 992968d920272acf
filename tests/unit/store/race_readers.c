/* Two threads read while the loop writes, and a third makes checkpoints of the log: each read transaction
 * sees one state, whole. A plain program, so that ThreadSanitizer can watch it; exit 0 when all held. */

#define FIXTURE_PLAIN
#include "fixture.h"

#include "common/store/internal.h"

#include <pthread.h>
#include <stdatomic.h>

enum { PAIRS = 20, WRITES = 600, READERS = 2 };

struct reading_thread {
    struct store *store;
    atomic_bool *stop;
    unsigned long reads, torn;
};

/* All records have the same name's number in each commit. */
static void read_once(struct reading_thread *thread, struct arena *arena)
{
    struct store_txn *txn;
    if (store_read_begin_aside(thread->store, &txn) != CODE_OK) {
        thread->torn++;
        return;
    }
    struct record_scan scan = {.txn = txn, .table = &copies};
    ProtobufCMessage *record;
    unsigned count = 0;
    char first[40] = "";
    while (record_scan_next(&scan, arena, &record) == CODE_OK) {
        const char *name = ((Pb__Authority *)record)->name;
        if (count++ == 0)
            snprintf(first, sizeof first, "%s", name);
        thread->torn += strcmp(first, name) != 0;
    }
    record_scan_finish(&scan);
    thread->torn += count != 0 && count != PAIRS;
    thread->torn += store_txn_error(txn, NULL) != CODE_OK;
    store_end(txn);
    arena_reset(arena);
    thread->reads++;
}

static void *read_on(void *context)
{
    struct reading_thread *thread = context;
    struct arena arena;
    arena_init(&arena, 16 * 1024 * 1024);
    while (!atomic_load(thread->stop))
        read_once(thread, &arena);
    arena_finish(&arena);
    return NULL;
}

int main(void)
{
    struct fixture f;
    fixture_init(&f);
    f.world.base.ops = &test_world_ops_threads;
    atomic_bool stop = false;
    struct reading_thread threads[READERS];
    pthread_t ids[READERS];
    for (int i = 0; i < READERS; i++) {
        threads[i] = (struct reading_thread){.store = f.store, .stop = &stop};
        if (pthread_create(&ids[i], NULL, read_on, &threads[i]) != 0)
            return 1;
    }
    bool failed = false;
    for (unsigned i = 0; i < WRITES && !failed; i++) {
        failed = store_write_begin(f.store, &f.txn) != CODE_OK;
        command(&f);
        for (unsigned n = 0; n < PAIRS; n++) {
            char *id = arena_format(&f.arena, "E%02u", n);
            char *name = arena_format(&f.arena, "state %u", i);
            failed |= record_put(f.txn, &copies, &authority(&f, id, 0, name, "S")->base) != CODE_OK;
        }
        failed |= keep(&f) != CODE_OK;
        failed |= commit(&f) != CODE_OK;
        failed |= store_fill_permille(f.store) > 1000;
        arena_reset(&f.arena);
    }
    atomic_store(&stop, true);
    failed |= !f.store->wal.behind.threaded;
    for (int i = 0; i < READERS; i++) {
        pthread_join(ids[i], NULL);
        failed |= threads[i].torn != 0 || threads[i].reads == 0;
    }
    fixture_finish(&f);
    puts(failed ? "readers: FAILED" : "readers: ok");
    return failed ? 1 : 0;
}

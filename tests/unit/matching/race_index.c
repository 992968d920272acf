/* Searches on several threads while the writer publishes, for ThreadSanitizer: each answer must be one that
 * some published root gives, and nothing may be freed while it is used. A plain program: 0 when all is well.
 */

#include "services/matching/index.h"
#include "tests/unit/matching/made_up.h"
#include "tests/unit/matching/read_back.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { GROUPS = 300, SEARCHERS = 3, ROUNDS = 300 };

struct race {
    struct matching_index *index;
    atomic_bool stop;
    atomic_ulong searches, wrong;
};

static void check(struct race *race, const Pb__SearchResponse *response)
{
    bool wrong = !response || response->total > response->considered;
    for (size_t i = 1; response && i < response->n_results; i++)
        wrong |= response->results[i]->score > response->results[i - 1]->score;
    for (size_t i = 0; response && i < response->n_results; i++)
        wrong |= strlen(response->results[i]->provision_id) != UUID_TEXT_BYTES - 1;
    atomic_fetch_add(&race->wrong, wrong);
}

static void *search_on(void *context)
{
    struct race *race = context;
    struct arena arena;
    struct made_up region = {.state = 77};
    arena_init(&arena, 16u << 20);
    region.arena = &arena;
    for (int i = 0; i < MADE_UP_CONTRACTS; i++)
        region.contracts[i] = "00000000-0000-7000-8000-000000000000";
    while (!atomic_load(&race->stop)) {
        struct search search;
        struct fault fault;
        Pb__SearchResponse response;
        arena_reset(&arena);
        if (search_read(draw_request(&region), &search, &fault) != CODE_OK)
            abort();
        search.home = (struct position_e7){515000000 + (int32_t)below(&region, 20000000), -10000000};
        search.home_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
        const struct matching_root *root = root_acquire(race->index);
        pb__search_response__init(&response);
        if (root_search(root, &search, &arena, &response) != CODE_OK)
            abort();
        check(race, read_back(&response, &arena));
        root_release(race->index, root);
        atomic_fetch_add(&race->searches, 1);
    }
    arena_finish(&arena);
    return NULL;
}

static void write_on(struct race *race, struct made_up *region, const ProtobufCMessage **records,
                     size_t count)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 10; i++) {
            Pb__Provision *provision = region->provisions[below(region, (uint32_t)region->provision_count)];
            if (provision->position)
                provision->position->latitude_e7 = 505000000 + (int32_t)below(region, 40000000);
            if (index_put(race->index, &provision->base) != CODE_OK ||
                index_put(race->index, records[below(region, (uint32_t)count)]) != CODE_OK)
                abort();
        }
        if (round % 50 == 49)
            index_clear(race->index);
        if (round % 50 == 0)
            for (size_t i = 0; i < count; i++)
                if (index_put(race->index, records[i]) != CODE_OK)
                    abort();
        if (index_publish(race->index) != CODE_OK)
            abort();
    }
}

int main(void)
{
    struct race race = {0};
    struct arena arena;
    pthread_t searchers[SEARCHERS];
    size_t count;
    arena_init(&arena, 256u << 20);
    struct made_up region = make_up(3, GROUPS, &arena);
    const ProtobufCMessage **records = made_up_records(&region, &count);
    if (index_create(&race.index) != CODE_OK)
        return 1;
    for (int i = 0; i < SEARCHERS; i++)
        if (pthread_create(&searchers[i], NULL, search_on, &race) != 0)
            return 1;
    write_on(&race, &region, records, count);
    atomic_store(&race.stop, true);
    for (int i = 0; i < SEARCHERS; i++)
        pthread_join(searchers[i], NULL);
    printf("%lu searches beside %d publications, %lu wrong\n", atomic_load(&race.searches), ROUNDS,
           atomic_load(&race.wrong));
    index_destroy(race.index);
    arena_finish(&arena);
    return atomic_load(&race.wrong) != 0 || atomic_load(&race.searches) == 0;
}

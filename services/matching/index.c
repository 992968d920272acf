/* The index's life, and its roots: who holds which, and when what they show may be freed. A root has a number
 * that only rises; what the writer replaces is freed when no root older than the replacement is held. Facts
 * are put in index_facts.c, published in index_publish.c. */

#include "services/matching/index_inside.h"

#include "common/domain/trig.h"

#include <assert.h>
#include <stdlib.h>

void root_reckon_fresh(struct matching_root *root)
{
    for (int32_t days = 0; days < FRESH_DAYS; days++)
        root->fresh[days] = (uint8_t)mark_freshness(days, root->stale_days);
}

static double spread_of(int band)
{
    double south = GRID_SOUTH_E7 + (double)band * CELL_SIZE_E7;
    double cosine = trig_cos(trig_radians(south / 1e7));
    double other = trig_cos(trig_radians((south + CELL_SIZE_E7) / 1e7));
    return 1 / (cosine < other ? cosine : other);
}

enum code index_create(struct matching_index **ret_index)
{
    struct matching_index *index = calloc(1, sizeof *index);
    struct matching_root *root = calloc(1, sizeof *root);
    if (!index || !root || pthread_mutex_init(&index->lock, NULL) != 0) {
        free(index);
        free(root);
        return CODE_RESOURCE_EXHAUSTED;
    }
    root->stale_days = index->stale_days = VACANCY_STALE_DAYS;
    for (int band = 0; band < GRID_BANDS; band++)
        index->spreads[band] = spread_of(band);
    root->spreads = index->spreads;
    root_reckon_fresh(root);
    index->oldest = index->newest = root;
    *ret_index = index;
    return CODE_OK;
}

/* Frees the oldest roots that nobody holds, then what no root shows any more. */
static void reclaim(struct matching_index *index, uint64_t least)
{
    pthread_mutex_lock(&index->lock);
    struct matching_root *root = index->oldest;
    while (root && root->number < least && !root->holders) {
        struct matching_root *newer = root->newer;
        free(root);
        root = newer;
    }
    index->oldest = root;
    pthread_mutex_unlock(&index->lock);
    uint64_t shown = root ? root->number : UINT64_MAX;
    while (index->retired_count && index->retired[index->retired_first].number <= shown) {
        free(index->retired[index->retired_first].pointer);
        index->retired_first++;
        index->retired_count--;
    }
}

void index_reclaim(struct matching_index *index)
{
    reclaim(index, index->newest->number);
}

enum code index_retire_room(struct matching_index *index, size_t more)
{
    if (index->retired_first > index->retired_room / 2) {
        memmove(index->retired, index->retired + index->retired_first,
                index->retired_count * sizeof *index->retired);
        index->retired_first = 0;
    }
    size_t needed = index->retired_first + index->retired_count + more;
    if (needed <= index->retired_room)
        return CODE_OK;
    size_t room = needed > 2 * index->retired_room ? needed : 2 * index->retired_room;
    struct retired *retired = realloc(index->retired, room * sizeof *retired);
    if (!retired)
        return CODE_RESOURCE_EXHAUSTED;
    index->retired = retired;
    index->retired_room = room;
    return CODE_OK;
}

void index_retire(struct matching_index *index, void *pointer)
{
    if (!pointer)
        return;
    assert(index->retired_first + index->retired_count < index->retired_room);
    index->retired[index->retired_first + index->retired_count++] =
        (struct retired){.pointer = pointer, .number = index->newest->number + 1};
}

static void retire_group(void *context, void *thing)
{
    struct group_node *group = thing;
    index_retire(context, group->place);
    free(group->group);
    free(group->periods);
    free(group);
}

/* The registry says nothing of it any more; what monitoring says stays. */
static void empty_provision(void *context, void *thing)
{
    struct provision_node *provision = thing;
    index_retire(context, provision->facts);
    *provision = (struct provision_node){.id = provision->id, .quality = provision->quality};
}

static void forget_quality(void *context, void *thing)
{
    struct provision_node *provision = thing;
    provision->quality = (struct quality){0};
    for (struct group_node *group = provision->groups; group; group = group->next)
        group_changed(context, group);
}

static void free_node(void *context, void *thing)
{
    (void)context;
    free(thing);
}

enum code index_clear(struct matching_index *index)
{
    enum code code = index_retire_room(index, index->groups.count + index->provisions.count);
    if (code != CODE_OK)
        return code;
    uuid_map_each(&index->groups, retire_group, index);
    uuid_map_each(&index->provisions, empty_provision, index);
    uuid_map_each(&index->providers, free_node, NULL);
    uuid_map_finish(&index->groups);
    uuid_map_finish(&index->providers);
    index->changed = NULL;
    index->cleared = true;
    index->stale_days = VACANCY_STALE_DAYS;
    index->demonstration = false;
    return CODE_OK;
}

void index_clear_quality(struct matching_index *index)
{
    uuid_map_each(&index->provisions, forget_quality, index);
    index->concerns_known = false;
}

void index_know_concerns(struct matching_index *index, bool known)
{
    index->concerns_known = known;
}

void index_destroy(struct matching_index *index)
{
    if (!index)
        return;
    index_clear(index); /* without memory for that what it has is lost with the program */
    uuid_map_each(&index->provisions, free_node, NULL);
    uuid_map_finish(&index->provisions);
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        for (unsigned band = 0; band < BAND_COUNT; band++)
            free((void *)(uintptr_t)index->newest->bands[kind][band]);
    reclaim(index, UINT64_MAX);
    free(index->retired);
    pthread_mutex_destroy(&index->lock);
    free(index);
}

const struct matching_root *root_acquire(struct matching_index *index)
{
    pthread_mutex_lock(&index->lock);
    struct matching_root *root = index->newest;
    root->holders++;
    pthread_mutex_unlock(&index->lock);
    return root;
}

void root_release(struct matching_index *index, const struct matching_root *root)
{
    pthread_mutex_lock(&index->lock);
    ((struct matching_root *)(uintptr_t)root)->holders--;
    pthread_mutex_unlock(&index->lock);
}

uint64_t root_places(const struct matching_root *root)
{
    uint64_t places = 0;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        places += root->counts[kind];
    return places;
}

bool root_is_demonstration(const struct matching_root *root)
{
    return root->demonstration;
}

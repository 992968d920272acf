/* Publishing: the groups that changed become places, the bands they stand in are made anew, and a new root
 * shows them. In: the writer's facts. Out: a root, or nothing at all when memory ran out: then the old root
 * stays and what changed is still marked as changed. */

#include "services/matching/index_inside.h"

#include <stdlib.h>

/* What one publishing works on. */
struct batch {
    struct matching_index *index;
    struct matching_root *root;
    struct coming *places; /* all that come, sorted */
    size_t count;
    size_t groups; /* that changed */
    uint8_t (*touched)[BAND_COUNT];
};

static int compare_places(const void *a, const void *b)
{
    const struct coming *left = a, *right = b;
    if (left->where != right->where)
        return left->where < right->where ? -1 : 1;
    return memcmp(left->place->id.bytes, right->place->id.bytes, UUID_BYTES);
}

static uint64_t band_name(unsigned kind, unsigned band)
{
    return (uint64_t)kind << 16 | band;
}

static struct coming coming_of(struct place *place)
{
    return (struct coming){band_name(place->kind, place->band) << 16 | place->cell, place};
}

static enum code make_places(struct batch *batch)
{
    for (struct group_node *group = batch->index->changed; group; group = group->changed_next)
        batch->groups++;
    batch->places = calloc(batch->groups + 1, sizeof *batch->places);
    if (!batch->places)
        return CODE_RESOURCE_EXHAUSTED;
    for (struct group_node *group = batch->index->changed; group; group = group->changed_next) {
        if (place_make(group, &group->fresh) != CODE_OK)
            return CODE_RESOURCE_EXHAUSTED;
        if (group->fresh) {
            batch->places[batch->count++] = coming_of(group->fresh);
            batch->touched[group->fresh->kind][group->fresh->band] = 1;
        }
        if (group->place) {
            group->place->gone = true;
            batch->touched[group->place->kind][group->place->band] = 1;
        }
    }
    qsort(batch->places, batch->count, sizeof *batch->places, compare_places);
    return CODE_OK;
}

static enum code make_bands(struct batch *batch)
{
    size_t next = 0;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        for (unsigned band = 0; band < BAND_COUNT; band++) {
            if (!batch->touched[kind][band])
                continue;
            size_t from = next;
            while (next < batch->count && batch->places[next].where >> 16 == band_name(kind, band))
                next++;
            const struct band *old = batch->root->bands[kind][band];
            enum code code =
                band_make(old, batch->places + from, next - from, &batch->root->bands[kind][band]);
            if (code != CODE_OK)
                return code;
            batch->touched[kind][band] = 2;
            uint32_t before = old ? old->count : 0;
            uint32_t after = batch->root->bands[kind][band] ? batch->root->bands[kind][band]->count : 0;
            batch->root->counts[kind] += after;
            batch->root->counts[kind] -= before;
        }
    return CODE_OK;
}

/* Nothing came of it: the old root stays, every change is looked at again. */
static void give_up(struct batch *batch)
{
    for (struct group_node *group = batch->index->changed; group; group = group->changed_next) {
        free(group->fresh);
        group->fresh = NULL;
        if (group->place)
            group->place->gone = false;
    }
    for (unsigned kind = 0; batch->root && batch->touched && kind < KIND_COUNT; kind++)
        for (unsigned band = 0; band < BAND_COUNT; band++)
            if (batch->touched[kind][band] == 2)
                free((void *)(uintptr_t)batch->root->bands[kind][band]);
    free(batch->root);
}

/* A node that nothing is known of and nothing refers to. */
static void drop_empty(struct matching_index *index, struct group_node *group)
{
    if (group->group || group->periods || group->place)
        return;
    uuid_map_remove(&index->groups, &group->id);
    free(group);
}

static void settle_groups(struct matching_index *index)
{
    struct group_node *group = index->changed;
    index->changed = NULL;
    while (group) {
        struct group_node *next = group->changed_next;
        index_retire(index, group->place);
        group->place = group->fresh;
        group->fresh = NULL;
        group->changed = false;
        group->changed_next = NULL;
        drop_empty(index, group);
        group = next;
    }
}

/* Retires what the new root does not show, before it becomes the newest. */
static void retire_bands(struct matching_index *index, const struct matching_root *root)
{
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        for (unsigned band = 0; band < BAND_COUNT; band++)
            if (index->newest->bands[kind][band] != root->bands[kind][band])
                index_retire(index, (void *)(uintptr_t)index->newest->bands[kind][band]);
}

static void show(struct matching_index *index, struct matching_root *root)
{
    pthread_mutex_lock(&index->lock);
    index->newest->newer = root;
    index->newest = root;
    pthread_mutex_unlock(&index->lock);
}

/* The next root, showing as yet what the newest shows. */
static void begin_root(struct matching_index *index, struct matching_root *root)
{
    pthread_mutex_lock(&index->lock); /* for `holders`, which others change */
    *root = *index->newest;
    pthread_mutex_unlock(&index->lock);
    root->number++;
    root->holders = 0;
    root->newer = NULL;
    root->stale_days = index->stale_days;
    root->demonstration = index->demonstration;
    root->concerns_known = index->concerns_known;
    root_reckon_fresh(root);
    if (index->cleared) {
        memset(root->bands, 0, sizeof root->bands);
        memset(root->counts, 0, sizeof root->counts);
    }
}

enum code index_publish(struct matching_index *index)
{
    struct batch batch = {.index = index, .root = malloc(sizeof *batch.root)};
    batch.touched = calloc(KIND_COUNT, sizeof *batch.touched);
    enum code code = batch.root && batch.touched ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
    if (code == CODE_OK) {
        begin_root(index, batch.root);
        code = make_places(&batch);
    }
    if (code == CODE_OK) /* the place of each group, and every band */
        code = index_retire_room(index, batch.groups + (size_t)KIND_COUNT * BAND_COUNT);
    if (code == CODE_OK)
        code = make_bands(&batch);
    if (code == CODE_OK) {
        settle_groups(index);
        retire_bands(index, batch.root);
        show(index, batch.root);
        index->cleared = false;
        index_reclaim(index);
    } else {
        give_up(&batch);
    }
    free(batch.places);
    free(batch.touched);
    return code;
}

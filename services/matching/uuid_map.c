/* A hash table by UUID: open addressing, at most three quarters full, holes closed when something is taken
 * out. The identifiers come from the registry, which draws them at random: no stranger chooses where they
 * fall. */

#include "services/matching/uuid_map.h"

#include <stdlib.h>

enum { ROOM_LEAST = 64 };

static uint64_t hash_of(const struct uuid *id)
{
    uint64_t hash = get_u64_be(id->bytes) ^ get_u64_be(id->bytes + 8);
    return hash * UINT64_C(0x9e3779b97f4a7c15);
}

static size_t home_of(const struct uuid_map *map, uint64_t hash)
{
    return (size_t)(hash >> 20) & (map->room - 1);
}

/* Where it is, or would be: the first empty slot on its way. The map has one. */
static size_t slot_of(const struct uuid_map *map, const struct uuid *id)
{
    uint64_t hash = hash_of(id);
    size_t slot = home_of(map, hash);
    while (map->slots[slot].thing &&
           !(map->slots[slot].hash == hash && uuid_equal(map->slots[slot].thing, id)))
        slot = (slot + 1) & (map->room - 1);
    return slot;
}

void uuid_map_finish(struct uuid_map *map)
{
    free(map->slots);
    *map = (struct uuid_map){0};
}

void *uuid_map_find(const struct uuid_map *map, const struct uuid *id)
{
    return map->count ? map->slots[slot_of(map, id)].thing : NULL;
}

static void place(struct uuid_map *map, struct uuid_slot coming)
{
    size_t slot = home_of(map, coming.hash);
    while (map->slots[slot].thing)
        slot = (slot + 1) & (map->room - 1);
    map->slots[slot] = coming;
}

static enum code grow(struct uuid_map *map)
{
    struct uuid_map larger = {.room = map->room ? 2 * map->room : ROOM_LEAST, .count = map->count};
    larger.slots = calloc(larger.room, sizeof *larger.slots);
    if (!larger.slots)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t slot = 0; slot < map->room; slot++)
        if (map->slots[slot].thing)
            place(&larger, map->slots[slot]);
    free(map->slots);
    *map = larger;
    return CODE_OK;
}

enum code uuid_map_add(struct uuid_map *map, struct uuid *thing)
{
    if (map->count + 1 > map->room / 4 * 3) {
        enum code code = grow(map);
        if (code != CODE_OK)
            return code;
    }
    place(map, (struct uuid_slot){thing, hash_of(thing)});
    map->count++;
    return CODE_OK;
}

void uuid_map_remove(struct uuid_map *map, const struct uuid *id)
{
    if (!uuid_map_find(map, id))
        return;
    size_t hole = slot_of(map, id);
    map->count--;
    /* What follows and would no longer be found moves into the hole. */
    for (size_t slot = (hole + 1) & (map->room - 1); map->slots[slot].thing;
         slot = (slot + 1) & (map->room - 1)) {
        size_t home = home_of(map, map->slots[slot].hash);
        if (((slot - home) & (map->room - 1)) >= ((slot - hole) & (map->room - 1))) {
            map->slots[hole] = map->slots[slot];
            hole = slot;
        }
    }
    map->slots[hole] = (struct uuid_slot){0};
}

void uuid_map_each(const struct uuid_map *map, void (*each)(void *context, void *thing), void *context)
{
    for (size_t slot = 0; slot < map->room; slot++)
        if (map->slots[slot].thing)
            each(context, map->slots[slot].thing);
}

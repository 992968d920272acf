/* A hash table by UUID: open addressing, at most three quarters full, holes closed when something is taken
 * out. The identifiers come from the registry, which draws them at random: no stranger chooses where they
 * fall. */

#include "services/matching/uuid_map.h"

#include <stdlib.h>

enum { ROOM_LEAST = 64 };

static size_t slot_of(const struct uuid_map *map, const struct uuid *id)
{
    uint64_t hash = get_u64_be(id->bytes) ^ get_u64_be(id->bytes + 8);
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 20) & (map->room - 1);
}

void uuid_map_finish(struct uuid_map *map)
{
    free(map->slots);
    *map = (struct uuid_map){0};
}

void *uuid_map_find(const struct uuid_map *map, const struct uuid *id)
{
    if (!map->count)
        return NULL;
    for (size_t slot = slot_of(map, id); map->slots[slot]; slot = (slot + 1) & (map->room - 1))
        if (uuid_equal(map->slots[slot], id))
            return map->slots[slot];
    return NULL;
}

static void place(struct uuid_map *map, struct uuid *thing)
{
    size_t slot = slot_of(map, thing);
    while (map->slots[slot])
        slot = (slot + 1) & (map->room - 1);
    map->slots[slot] = thing;
}

static enum code grow(struct uuid_map *map)
{
    struct uuid_map larger = {.room = map->room ? 2 * map->room : ROOM_LEAST, .count = map->count};
    larger.slots = calloc(larger.room, sizeof *larger.slots);
    if (!larger.slots)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t slot = 0; slot < map->room; slot++)
        if (map->slots[slot])
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
    place(map, thing);
    map->count++;
    return CODE_OK;
}

void uuid_map_remove(struct uuid_map *map, const struct uuid *id)
{
    if (!uuid_map_find(map, id))
        return;
    size_t hole = slot_of(map, id);
    while (!uuid_equal(map->slots[hole], id))
        hole = (hole + 1) & (map->room - 1);
    map->count--;
    /* What follows and would no longer be found moves into the hole. */
    for (size_t slot = (hole + 1) & (map->room - 1); map->slots[slot]; slot = (slot + 1) & (map->room - 1)) {
        size_t home = slot_of(map, map->slots[slot]);
        if (((slot - home) & (map->room - 1)) >= ((slot - hole) & (map->room - 1))) {
            map->slots[hole] = map->slots[slot];
            hole = slot;
        }
    }
    map->slots[hole] = NULL;
}

void uuid_map_each(const struct uuid_map *map, void (*each)(void *context, void *thing), void *context)
{
    for (size_t slot = 0; slot < map->room; slot++)
        if (map->slots[slot])
            each(context, map->slots[slot]);
}

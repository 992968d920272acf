#pragma once
/* Things by UUID: a hash table of pointers to structs whose first member is their struct uuid. It owns none
 * of them. */

#include "common/base/error.h"
#include "common/base/uuid.h"

/* The hash is kept beside the thing: what lies on the way to another is passed over without a look at it. */
struct uuid_slot {
    struct uuid *thing; /* NULL: empty */
    uint64_t hash;
};

struct uuid_map {
    struct uuid_slot *slots;
    size_t room, count; /* `room` is a power of two, or 0 */
};

/* Gives the table back, not what it points to. A zeroed struct is an empty map. */
void uuid_map_finish(struct uuid_map *map);

/* NULL: there is none. */
void *uuid_map_find(const struct uuid_map *map, const struct uuid *id);

/* Adds a thing whose UUID is not there yet. RESOURCE_EXHAUSTED: out of memory, nothing is changed. */
enum code uuid_map_add(struct uuid_map *map, struct uuid *thing);

/* Takes one out; one that is not there changes nothing. */
void uuid_map_remove(struct uuid_map *map, const struct uuid *id);

/* Calls with each, in no order. The map must not be changed meanwhile. */
void uuid_map_each(const struct uuid_map *map, void (*each)(void *context, void *thing), void *context);

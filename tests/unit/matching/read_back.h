#pragma once
/* An answer of the index as its reader finds it: most of it is packed already when the engine gives it. */

#include "common/base/arena.h"

#include "ccrag/v1/matching.pb-c.h"

/* Packs and unpacks. NULL: it is no answer, a field of it came twice or is packed as nobody else packs it,
 * or the arena is full. */
static inline Pb__SearchResponse *read_back(const Pb__SearchResponse *response, struct arena *arena)
{
    size_t size = protobuf_c_message_get_packed_size(&response->base);
    uint8_t *packed = arena_alloc(arena, size + 1);
    if (!packed || protobuf_c_message_pack(&response->base, packed) != size)
        return NULL;
    ProtobufCMessage *read =
        protobuf_c_message_unpack(&pb__search_response__descriptor, &arena->pb, size, packed);
    return read && protobuf_c_message_get_packed_size(read) == size ? (Pb__SearchResponse *)(void *)read
                                                                    : NULL;
}

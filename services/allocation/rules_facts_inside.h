#pragma once
/* What was told, before facts are built of it. Private to rules_facts*.c. */

#include "services/allocation/rules_facts.h"

enum { BATCH_RECORDS = 1022 };

struct batch {
    struct batch *next;
    size_t count;
    const void *records[BATCH_RECORDS];
};

struct list {
    struct batch *first, *last;
    size_t count;
};

struct facts_builder {
    struct arena *arena;
    struct date as_of;
    struct list authorities, provisions, placements, holds;
};

/* A position that is known and right. */
bool facts_position(const Pb__GeoPoint *point, Pb__PositionQuality quality, struct position_e7 *ret_position);

/* Sites and who places at them, of facts that have their offices. False past the arena's limit. */
bool facts_build_sites(struct facts_builder *builder, struct facts *facts);

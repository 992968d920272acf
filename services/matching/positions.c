/* Positions of what is followed: as numbers, and as messages name them. */

#include "services/matching/worker.h"

const char *const matching_sources[SOURCE_COUNT] = {
    [SOURCE_REGISTRY] = "registry",
    [SOURCE_MONITORING] = "monitoring",
};

enum matching_source matching_source_of(const char *service)
{
    unsigned source = 0;
    while (source < SOURCE_COUNT && strcmp(matching_sources[source], service) != 0)
        source++;
    return (enum matching_source)source;
}

struct positions positions_read(Pb__ServicePosition *const *named, size_t count)
{
    struct positions positions = {0};
    for (size_t i = 0; i < count; i++) {
        enum matching_source source = matching_source_of(named[i]->service);
        if (source != SOURCE_COUNT && named[i]->position)
            positions.of[source] = (struct position){named[i]->position->epoch, named[i]->position->sequence};
    }
    return positions;
}

Pb__ServicePosition **positions_name(const struct positions *positions, struct arena *arena,
                                     size_t *ret_count)
{
    Pb__ServicePosition **named = arena_array(arena, Pb__ServicePosition *, SOURCE_COUNT);
    Pb__ServicePosition *entries = arena_array(arena, Pb__ServicePosition, SOURCE_COUNT);
    Pb__Position *read = arena_array(arena, Pb__Position, SOURCE_COUNT);
    size_t count = 0;
    if (arena->exhausted)
        return NULL;
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        if (!positions->of[source].epoch)
            continue;
        pb__service_position__init(&entries[count]);
        pb__position__init(&read[count]);
        read[count].epoch = positions->of[source].epoch;
        read[count].sequence = positions->of[source].sequence;
        entries[count].service = matching_sources[source];
        entries[count].position = &read[count];
        named[count] = &entries[count];
        count++;
    }
    *ret_count = count;
    return named;
}

bool positions_reach(const struct positions *read, const struct positions *least)
{
    for (unsigned source = 0; source < SOURCE_COUNT; source++)
        if (least->of[source].epoch && (least->of[source].epoch != read->of[source].epoch ||
                                        least->of[source].sequence > read->of[source].sequence))
            return false;
    return true;
}

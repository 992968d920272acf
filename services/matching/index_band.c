/* Makes a band anew from the old one and the places that came: columns sorted by cell. In: what was, what
 * comes. Out: an immutable band in one allocation; the old one is not touched. */

#include "services/matching/index_inside.h"

#include <stdlib.h>

enum { COLUMN_ALIGNMENT = 64 };

static size_t column(size_t *used, size_t count, size_t size)
{
    size_t at = *used;
    /* One line more than the rows: a kernel may load past the last. */
    *used += (count * size + 2 * COLUMN_ALIGNMENT - 1) / COLUMN_ALIGNMENT * COLUMN_ALIGNMENT;
    return at;
}

#define COLUMNS(X)                                                                                           \
    X(traits)                                                                                                \
    X(x)                                                                                                     \
    X(y)                                                                                                     \
    X(z)                                                                                                     \
    X(confirmed_at_ms)                                                                                       \
    X(tie) X(place) X(from) X(until) X(fee) X(area) X(places) X(judgement) X(quality) X(oldest) X(needs)

static struct band *allocate(size_t count, size_t periods)
{
    struct band *band;
    size_t used = 0;
    column(&used, 1, sizeof *band);
#define X(name) column(&used, count, sizeof *band->name);
    COLUMNS(X)
#undef X
    column(&used, count + 1, sizeof *band->period_first);
    column(&used, periods, sizeof *band->periods);
    band = aligned_alloc(COLUMN_ALIGNMENT, used);
    if (!band)
        return NULL;
    memset(band, 0, used);
    char *bytes = (char *)band;
    size_t at = 0;
    column(&at, 1, sizeof *band);
#define X(name) band->name = (void *)(bytes + column(&at, count, sizeof *band->name));
    COLUMNS(X)
#undef X
    band->period_first = (void *)(bytes + column(&at, count + 1, sizeof *band->period_first));
    band->periods = (void *)(bytes + column(&at, periods, sizeof *band->periods));
    band->count = (uint32_t)count;
    return band;
}

static void copy_row(struct band *to, size_t row, const struct band *from, size_t old)
{
#define X(name) to->name[row] = from->name[old];
    COLUMNS(X)
#undef X
}

/* The free places of a row: of one period exactly; of several an outline that no search may trust alone. */
static void write_free(struct band *band, size_t row, const struct place *place)
{
    uint32_t most = 0;
    band->from[row] = DAY_FAR;
    band->until[row] = INT32_MIN;
    for (uint32_t i = 0; i < place->period_count; i++) {
        const struct period *period = &place->periods[i];
        band->from[row] = period->from < band->from[row] ? period->from : band->from[row];
        band->until[row] = period->until > band->until[row] ? period->until : band->until[row];
        most = period->places > most ? period->places : most;
    }
    most = most > PLACES_MAX ? PLACES_MAX : most;
    band->places[row] = (uint16_t)(place->period_count > 1 ? most | PLACES_SEVERAL : most);
}

static void write_row(struct band *band, size_t row, struct place *place)
{
    const struct provision_facts *facts = place->provision;
    band->traits[row] = place->traits;
    band->x[row] = facts->point.x;
    band->y[row] = facts->point.y;
    band->z[row] = facts->point.z;
    band->confirmed_at_ms[row] = place->confirmed_at_ms;
    band->tie[row] = facts->tie;
    band->place[row] = place;
    band->fee[row] = place->fee;
    band->area[row] = facts->area;
    band->judgement[row] = place->judgement;
    band->quality[row] = place->quality;
    band->oldest[row] = (uint8_t)traits_oldest(place->traits);
    band->needs[row] = (uint8_t)__builtin_popcountll(place->traits & TRAITS_OF_NEEDS);
    write_free(band, row, place);
}

/* How many periods the band keeps of a place. */
static size_t periods_kept(const struct place *place)
{
    return place->period_count > 1 ? place->period_count : 0;
}

/* The periods of those that have several, beside each other: a scan looks at them without touching the place.
 */
static void write_periods(struct band *band)
{
    uint32_t next = 0;
    for (uint32_t row = 0; row < band->count; row++) {
        const struct place *place = band->place[row];
        size_t kept = periods_kept(place);
        band->period_first[row] = next;
        if (kept)
            memcpy(&band->periods[next], place->periods, kept * sizeof *band->periods);
        next += (uint32_t)kept;
    }
    band->period_first[band->count] = next;
}

static size_t count_stay(const struct band *old)
{
    size_t stay = 0;
    for (uint32_t row = 0; old && row < old->count; row++)
        stay += !old->place[row]->gone;
    return stay;
}

enum code band_make(const struct band *old, struct place *const *places, size_t count,
                    const struct band **ret_band)
{
    size_t stay = count_stay(old), row = 0, next = 0, periods = old ? old->period_first[old->count] : 0;
    if (stay + count == 0) {
        *ret_band = NULL;
        return CODE_OK;
    }
    for (size_t i = 0; i < count; i++)
        periods += periods_kept(places[i]);
    struct band *band = allocate(stay + count, periods);
    if (!band)
        return CODE_RESOURCE_EXHAUSTED;
    for (uint32_t cell = 0; cell < GRID_CELLS; cell++) {
        band->first[cell] = (uint32_t)row;
        for (uint32_t i = old ? old->first[cell] : 0; old && i < old->first[cell + 1]; i++)
            if (!old->place[i]->gone)
                copy_row(band, row++, old, i);
        while (next < count && places[next]->cell == cell)
            write_row(band, row++, places[next++]);
    }
    band->first[GRID_CELLS] = (uint32_t)row;
    write_periods(band);
    *ret_band = band;
    return CODE_OK;
}

/* Makes a band anew from the old one and the places that came: columns sorted by cell. In: what was, what
 * comes. Out: an immutable band in one allocation; the old one is not touched. */

#include "services/matching/index_inside.h"

#include <stdlib.h>

enum { COLUMN_ALIGNMENT = 64 };

static size_t column(size_t *used, size_t count, size_t size)
{
    size_t at = *used;
    /* Two lines more than the rows: a kernel may load past the last. */
    *used += (count * size + 3 * COLUMN_ALIGNMENT - 1) / COLUMN_ALIGNMENT * COLUMN_ALIGNMENT;
    return at;
}

#define COLUMNS(X) X(traits) X(open) X(from) X(until) X(rows) X(area)

static struct band *allocate(size_t count, size_t periods)
{
    struct band *band;
    size_t used = 0;
    size_t words = (count + BAND_WORD - 1) / BAND_WORD;
    column(&used, 1, sizeof *band);
    column(&used, words * BAND_BITS, sizeof *band->bits);
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
    band->bits = (void *)(bytes + column(&at, words * BAND_BITS, sizeof *band->bits));
#define X(name) band->name = (void *)(bytes + column(&at, count, sizeof *band->name));
    COLUMNS(X)
#undef X
    band->period_first = (void *)(bytes + column(&at, count + 1, sizeof *band->period_first));
    band->periods = (void *)(bytes + column(&at, periods, sizeof *band->periods));
    band->count = (uint32_t)count;
    band->words = (uint32_t)words;
    return band;
}

static void copy_row(struct band *to, size_t row, const struct band *from, size_t old)
{
#define X(name) to->name[row] = from->name[old];
    COLUMNS(X)
#undef X
}

/* When anything is free: from the first day to the last, and from which day on for ever. Who starts later
 * than on a day that will do will find that free too, so that a day is enough to tell. */
static void write_days(struct band *band, size_t row, const struct place *place)
{
    int32_t open = DAY_FAR, from = DAY_FAR, until = INT32_MIN;
    for (uint32_t i = 0; i < place->period_count; i++) {
        const struct period *period = &place->periods[i];
        from = period->from < from ? period->from : from;
        until = period->until > until ? period->until : until;
        if (period->from < open && periods_free(place->periods, place->period_count, period->from, DAY_FAR))
            open = period->from;
    }
    band->open[row] = day16(open);
    band->from[row] = day16(from);
    band->until[row] = day16(until);
}

/* From which day on only the open-ended period counts, and the others need not be read. */
static void write_settled(struct row *row, const struct place *place)
{
    const struct period *last = NULL;
    int32_t day = 0;
    for (uint32_t i = 0; i < place->period_count; i++) {
        const struct period *period = &place->periods[i];
        if (period->until == DAY_FAR)
            last = last ? last : period;
        else if (period->until >= day)
            day = period->until + 1;
    }
    row->settled = DAY16_FAR;
    if (!last || last->places > UINT16_MAX)
        return;
    row->settled = day16(last->from > day ? last->from : day);
    row->settled_places = (uint16_t)last->places;
}

static void write_row(struct band *band, size_t number, struct place *place)
{
    static const struct search no_limit;
    const struct provision_facts *facts = place->provision;
    struct row *row = &band->rows[number];
    *row = (struct row){
        .x = facts->point.x,
        .y = facts->point.y,
        .z = facts->point.z,
        .confirmed_at_ms = place->confirmed_at_ms,
        .tie = facts->tie,
        .place = place,
        .fee = place->fee,
        .judgement = place->judgement,
        .quality = place->quality,
        .oldest = (uint8_t)traits_oldest(place->traits),
        .needs = (uint8_t)__builtin_popcountll(place->traits & TRAITS_OF_NEEDS),
        .mark_fee = (uint8_t)mark_fee(&no_limit, place->fee),
        .concern = place->concern,
        .judged = facts->judged,
    };
    write_settled(row, place);
    write_days(band, number, place);
    band->traits[number] = place->traits;
    band->area[number] = facts->area;
}

/* The periods of all, beside each other: a scan looks at them without touching the place. */
static void write_periods(struct band *band)
{
    uint32_t next = 0;
    for (uint32_t row = 0; row < band->count; row++) {
        const struct place *place = band->rows[row].place;
        band->period_first[row] = next;
        if (place->period_count)
            memcpy(&band->periods[next], place->periods, place->period_count * sizeof *band->periods);
        next += place->period_count;
    }
    band->period_first[band->count] = next;
}

/* Rows become columns: bit `i` of word `j` becomes bit `j` of word `i`, by halves, quarters and so on. */
static void turn(uint64_t words[BAND_WORD])
{
    uint64_t mask = UINT64_MAX >> 32;
    for (unsigned half = 32; half; half /= 2, mask ^= mask << half)
        for (unsigned at = 0; at < BAND_WORD; at = (at + half + 1) & ~half) {
            uint64_t swap = (words[at] >> half ^ words[at + half]) & mask;
            words[at] ^= swap << half;
            words[at + half] ^= swap;
        }
}

void band_write_bits(struct band *band)
{
    band->any = 0;
    band->all = UINT64_MAX;
    for (uint32_t word = 0; word < band->words; word++) {
        uint64_t rows[BAND_WORD] = {0};
        for (uint32_t i = 0, row = word * BAND_WORD; i < BAND_WORD && row < band->count; i++, row++) {
            rows[i] = band->traits[row] | (band->open[row] != DAY16_FAR ? TRAIT(BIT_OPEN) : 0);
            band->any |= rows[i];
            band->all &= rows[i];
        }
        turn(rows);
        for (uint32_t bit = 0; bit < BAND_BITS; bit++)
            band->bits[(size_t)bit * band->words + word] = rows[bit];
    }
}

static size_t count_stay(const struct band *old)
{
    size_t stay = 0;
    for (uint32_t row = 0; old && row < old->count; row++)
        stay += !old->rows[row].place->gone;
    return stay;
}

enum code band_make(const struct band *old, const struct coming *places, size_t count,
                    const struct band **ret_band)
{
    size_t stay = count_stay(old), row = 0, next = 0, periods = old ? old->period_first[old->count] : 0;
    if (stay + count == 0) {
        *ret_band = NULL;
        return CODE_OK;
    }
    for (size_t i = 0; i < count; i++)
        periods += places[i].place->period_count;
    struct band *band = allocate(stay + count, periods);
    if (!band)
        return CODE_RESOURCE_EXHAUSTED;
    for (uint32_t cell = 0; cell < GRID_CELLS; cell++) {
        band->first[cell] = (uint32_t)row;
        for (uint32_t i = old ? old->first[cell] : 0; old && i < old->first[cell + 1]; i++)
            if (!old->rows[i].place->gone)
                copy_row(band, row++, old, i);
        while (next < count && places[next].place->cell == cell)
            write_row(band, row++, places[next++].place);
    }
    band->first[GRID_CELLS] = (uint32_t)row;
    write_periods(band);
    band_write_bits(band);
    *ret_band = band;
    return CODE_OK;
}

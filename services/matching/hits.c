/* The best hits of a search, in order. In: rows that fit, with their scores. Out: as many as were asked for,
 * best first, and what a further one must reach. The order is kept as one goes: few of those that come are
 * kept. */

#include "services/matching/index_inside.h"

enum { SCORE_UNIT = UINT16_MAX + 1 };

static_assert(SEARCH_RESULTS_MAX <= UINT16_MAX, "a place in the order has sixteen bits");

void hits_init(struct hits *hits, const struct search *search)
{
    hits->count = 0;
    hits->room = search->size;
    hits->total = 0;
    hits->weight_sum = search->weight_sum;
    hits->least_sum = 0;
}

/* Of two with the same score, does `a` stand before `b` (rule X4)? */
static bool breaks_tie(const struct hit *a, const struct hit *b)
{
    uint64_t tie = a->band->rows[a->row].tie, other = b->band->rows[b->row].tie;
    if (tie != other)
        return tie < other;
    const struct place *place = a->band->rows[a->row].place, *against = b->band->rows[b->row].place;
    int order = memcmp(place->provision->id.bytes, against->provision->id.bytes, UUID_BYTES);
    return (order ? order : memcmp(place->id.bytes, against->id.bytes, UUID_BYTES)) < 0;
}

static inline bool stands_before(const struct hits *hits, const struct hit *hit, uint32_t entry)
{
    uint32_t score = entry / SCORE_UNIT;
    return hit->score > score || (hit->score == score && breaks_tie(hit, &hits->best[entry % SCORE_UNIT]));
}

void hits_keep(struct hits *hits, const struct hit *hit)
{
    uint32_t at = hits->count, slot = at;
    if (at == hits->room) {
        at--;
        slot = hits->order[at] % SCORE_UNIT;
        if (!stands_before(hits, hit, hits->order[at]))
            return;
    } else {
        hits->count++;
    }
    for (; at && stands_before(hits, hit, hits->order[at - 1]); at--)
        hits->order[at] = hits->order[at - 1];
    hits->order[at] = hit->score * SCORE_UNIT + slot;
    hits->best[slot] = *hit;
    __builtin_prefetch(hit->band->rows[hit->row].place); /* it will be shown, if it stays */
    if (hits->count == hits->room)
        hits->least_sum = (hits->order[hits->room - 1] / SCORE_UNIT * hits->weight_sum + 99) / 100;
}

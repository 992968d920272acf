/* Why a place has its marks, in words a placement officer reads (rule X2). In: a search and a candidate. Out:
 * text in a buffer of the caller's. Twenty results have a hundred and sixty reasons: they are put together by
 * hand, without printf. */

#include "services/matching/index_inside.h"
#include "services/matching/words.h"

static char *put_distance(const struct search *search, const struct candidate *candidate, char *out)
{
    static const char *const middles[8] = {
        [PB__POSITION_QUALITY__POSITION_QUALITY_SECTOR] = ", approximate: middle of the postcode sector",
        [PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE] =
            ", approximate: middle of the postcode district",
        [PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY] = ", approximate: middle of the local authority",
    };
    unsigned worse = candidate->quality > search->home_quality ? candidate->quality : search->home_quality;
    if (middles[worse & 7])
        out = put_text(out, "about ");
    out = put_text(put_miles(out, candidate->distance_m), " miles");
    return middles[worse & 7] ? put_text(out, middles[worse & 7]) : out;
}

static char *put_fee(const struct search *search, const struct candidate *candidate, char *out)
{
    out = put_text(put_pounds(out, candidate->fee), " a week");
    if (!search->fee_max)
        return out;
    if (candidate->fee == search->fee_max)
        return put_text(out, ", at the limit");
    return put_text(put_pounds(put_text(out, ", "), search->fee_max - candidate->fee), " under the limit");
}

static char *put_freshness(const struct search *search, uint32_t stale_days,
                           const struct candidate *candidate, char *out)
{
    int32_t days = days_since(candidate->confirmed_at_ms, search->asked_at_ms);
    if (days == INT32_MAX)
        return put_text(out, "never confirmed");
    if (days == 0)
        out = put_text(out, "confirmed today");
    else
        out = put_count(put_text(out, "confirmed "), (uint64_t)days, " day ago", " days ago");
    return (uint32_t)days > stale_days ? put_text(out, ": stale") : out;
}

static char *put_needs(const struct search *search, const struct candidate *candidate, char *out)
{
    uint64_t asked = search->wanted & TRAITS_OF_NEEDS, others = candidate->traits & TRAITS_OF_NEEDS & ~asked;
    for (unsigned need = 0; need < NEED_COUNT; need++) {
        if (!(asked & TRAIT(TRAIT_NEEDS + need)))
            continue;
        out = put_text(out, need_code((enum need)need));
        asked &= ~TRAIT(TRAIT_NEEDS + need);
        if (asked)
            out = put_text(out, ", ");
    }
    if (!others)
        return put_text(out, " only");
    return put_count(put_text(out, " and "), (uint64_t)__builtin_popcountll(others), " other need",
                     " other needs");
}

static char *put_age(const struct search *search, const struct candidate *candidate, char *out)
{
    unsigned oldest = candidate->oldest;
    out = put_text(put_number(out, traits_youngest(candidate->traits)), " to ");
    out = put_number(out, oldest);
    if (oldest == search->age)
        return put_text(out, ", the last year");
    return put_count(put_text(out, ", "), oldest - search->age, " more year", " more years");
}

static char *put_vacancy(const struct search *search, const struct candidate *candidate, char *out)
{
    out = put_text(put_number(out, candidate->free_places), " free");
    if (search->places > 1)
        out = put_text(put_number(put_text(out, ", "), search->places), " needed");
    return out;
}

static char *put_concern(const struct candidate *candidate, char *out)
{
    static const char *const gravest[CONCERN_COUNT] = {
        [CONCERN_LOW] = ", low", [CONCERN_MEDIUM] = ", medium", [CONCERN_HIGH] = ", high"};
    if (candidate->concern == CONCERN_SUSPENDED)
        out = put_text(out, "suspended: nobody should be placed there now; ");
    out = put_count(out, candidate->open_concerns, " open concern", " open concerns");
    return gravest[candidate->concern] ? put_text(out, gravest[candidate->concern]) : out;
}

/* Texts that are there already are not written again. */
static const char *ready_text(enum mark mark, const struct search *search, const struct candidate *candidate,
                              const char *judged)
{
    if (mark == MARK_JUDGEMENT)
        return judged;
    if (mark == MARK_NEEDS && !search->needs)
        return "no need was named";
    if (mark == MARK_FEE && !candidate->fee)
        return "fee not stated";
    if (mark == MARK_CONCERN && candidate->concern == CONCERN_NONE)
        return "no open concern";
    if (mark == MARK_CONCERN && candidate->concern == CONCERN_NOT_KNOWN)
        return "concerns are not known";
    if (mark == MARK_DISTANCE && candidate->distance_m == DISTANCE_UNKNOWN)
        return "distance not known";
    return NULL;
}

static char *put_reason(enum mark mark, const struct search *search, uint32_t stale_days,
                        const struct candidate *candidate, char *out)
{
    switch (mark) {
    case MARK_DISTANCE:
        return put_distance(search, candidate, out);
    case MARK_FEE:
        return put_fee(search, candidate, out);
    case MARK_FRESHNESS:
        return put_freshness(search, stale_days, candidate, out);
    case MARK_NEEDS:
        return put_needs(search, candidate, out);
    case MARK_AGE:
        return put_age(search, candidate, out);
    case MARK_VACANCY:
        return put_vacancy(search, candidate, out);
    case MARK_CONCERN:
        return put_concern(candidate, out);
    case MARK_JUDGEMENT:
    case MARK_COUNT:
        break;
    }
    return out;
}

char *reasons_write(const struct search *search, uint32_t stale_days, const struct candidate *candidate,
                    const char *judged, char *out, const char *ret_reasons[MARK_COUNT])
{
    for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
        ret_reasons[mark] = ready_text((enum mark)mark, search, candidate, judged);
        if (ret_reasons[mark])
            continue;
        ret_reasons[mark] = out;
        out = put_reason((enum mark)mark, search, stale_days, candidate, out);
        *out++ = '\0';
    }
    return out;
}

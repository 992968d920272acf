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

/* What was written from `*out` to `end` is a text; the next begins after it. */
static inline const char *finish(char *end, char **out)
{
    const char *text = *out;
    *end = '\0';
    *out = end + 1;
    return text;
}

static const char *say_distance(const struct search *search, const struct candidate *candidate, char **out)
{
    if (candidate->distance_m == DISTANCE_UNKNOWN)
        return "distance not known";
    return finish(put_distance(search, candidate, *out), out);
}

static const char *say_fee(const struct search *search, const struct candidate *candidate, char **out)
{
    return candidate->fee ? finish(put_fee(search, candidate, *out), out) : "fee not stated";
}

static const char *say_freshness(const struct search *search, uint32_t stale_days,
                                 const struct candidate *candidate, char **out)
{
    if (candidate->confirmed_at_ms <= 0)
        return "never confirmed";
    return finish(put_freshness(search, stale_days, candidate, *out), out);
}

static const char *say_needs(const struct search *search, const struct candidate *candidate,
                             struct reasons_alike *alike, char **out)
{
    const char **text = &alike->needs[candidate->needs];
    if (!search->needs)
        return "no need was named";
    if (!*text)
        *text = finish(put_needs(search, candidate, *out), out);
    return *text;
}

static const char *say_vacancy(const struct search *search, const struct candidate *candidate,
                               struct reasons_alike *alike, char **out)
{
    if (candidate->free_places >= REASONS_VACANCIES)
        return finish(put_vacancy(search, candidate, *out), out);
    const char **text = &alike->vacancy[candidate->free_places];
    if (!*text)
        *text = finish(put_vacancy(search, candidate, *out), out);
    return *text;
}

static const char *say_concern(const struct candidate *candidate, char **out)
{
    if (candidate->concern == CONCERN_NONE)
        return "no open concern";
    if (candidate->concern == CONCERN_NOT_KNOWN)
        return "concerns are not known";
    return finish(put_concern(candidate, *out), out);
}

char *reasons_write(const struct search *search, uint32_t stale_days, const struct candidate *candidate,
                    const char *judged, struct reasons_alike *alike, char *out,
                    const char *ret_reasons[MARK_COUNT])
{
    ret_reasons[MARK_DISTANCE] = say_distance(search, candidate, &out);
    ret_reasons[MARK_JUDGEMENT] = judged;
    ret_reasons[MARK_FEE] = say_fee(search, candidate, &out);
    ret_reasons[MARK_FRESHNESS] = say_freshness(search, stale_days, candidate, &out);
    ret_reasons[MARK_NEEDS] = say_needs(search, candidate, alike, &out);
    ret_reasons[MARK_AGE] = finish(put_age(search, candidate, out), &out);
    ret_reasons[MARK_VACANCY] = say_vacancy(search, candidate, alike, &out);
    ret_reasons[MARK_CONCERN] = say_concern(candidate, &out);
    return out;
}

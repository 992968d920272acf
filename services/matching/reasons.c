/* Why a place has its marks, in words a placement officer reads (rule X2). In: a search and a candidate. Out:
 * text in a buffer of the caller's. Twenty results have a hundred and forty reasons: they are put together by
 * hand, without printf. */

#include "services/matching/index_inside.h"

char *put_text(char *out, const char *text)
{
    size_t size = strlen(text);
    memcpy(out, text, size);
    return out + size;
}

char *put_number(char *out, uint64_t number)
{
    char digits[20];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *out++ = digits[--count];
    return out;
}

char *put_miles(char *out, uint32_t metres)
{
    /* Tenths of a mile of 1609.344 m, halves up. */
    uint64_t tenths = ((uint64_t)metres * 20000 + 1609344) / (2 * 1609344);
    out = put_number(out, tenths / 10);
    *out++ = '.';
    *out++ = (char)('0' + tenths % 10);
    return out;
}

static char *put_thousands(char *out, uint64_t number)
{
    if (number < 1000)
        return put_number(out, number);
    out = put_thousands(out, number / 1000);
    *out++ = ',';
    for (uint64_t place = 100; place; place /= 10)
        *out++ = (char)('0' + number / place % 10);
    return out;
}

char *put_pounds(char *out, uint64_t pence)
{
    out = put_thousands(put_text(out, "£"), pence / 100);
    if (pence % 100 == 0)
        return out;
    *out++ = '.';
    *out++ = (char)('0' + pence / 10 % 10);
    *out++ = (char)('0' + pence % 10);
    return out;
}

static char *put_count(char *out, uint64_t number, const char *one, const char *many)
{
    return put_text(put_number(out, number), number == 1 ? one : many);
}

static char *put_distance(const struct search *search, const struct candidate *candidate, char *out)
{
    static const char *const middles[8] = {
        [PB__POSITION_QUALITY__POSITION_QUALITY_SECTOR] = ", approximate: middle of the postcode sector",
        [PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE] =
            ", approximate: middle of the postcode district",
        [PB__POSITION_QUALITY__POSITION_QUALITY_AUTHORITY] = ", approximate: middle of the local authority",
    };
    unsigned worse = candidate->quality > search->home_quality ? candidate->quality : search->home_quality;
    if (candidate->distance_m == DISTANCE_UNKNOWN)
        return put_text(out, "distance not known");
    if (middles[worse & 7])
        out = put_text(out, "about ");
    out = put_text(put_miles(out, candidate->distance_m), " miles");
    return middles[worse & 7] ? put_text(out, middles[worse & 7]) : out;
}

static char *put_fee(const struct search *search, const struct candidate *candidate, char *out)
{
    if (!candidate->fee)
        return put_text(out, "fee not stated");
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
    if (!asked)
        return put_text(out, "no need was named");
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

char *reason_write(enum mark mark, const struct search *search, uint32_t stale_days,
                   const struct candidate *candidate, const char *judged, char *out)
{
    switch (mark) {
    case MARK_DISTANCE:
        out = put_distance(search, candidate, out);
        break;
    case MARK_JUDGEMENT:
        out = put_text(out, judged);
        break;
    case MARK_FEE:
        out = put_fee(search, candidate, out);
        break;
    case MARK_FRESHNESS:
        out = put_freshness(search, stale_days, candidate, out);
        break;
    case MARK_NEEDS:
        out = put_needs(search, candidate, out);
        break;
    case MARK_AGE:
        out = put_age(search, candidate, out);
        break;
    case MARK_VACANCY:
        out = put_vacancy(search, candidate, out);
        break;
    case MARK_COUNT:
        break;
    }
    *out++ = '\0';
    return out;
}

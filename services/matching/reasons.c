/* The marks of a place, and why it has them in words a placement officer reads (rule X2). In: a search and a
 * candidate. Out: marks, packed where they are written: twenty results have a hundred and sixty of them,
 * which are put together by hand, without printf and without a message for each. */

#include "services/matching/index_inside.h"
#include "services/matching/words.h"

#include <assert.h>

static inline char *put_span(char *out, struct span text)
{
    memcpy(out, text.data, text.size);
    return out + text.size;
}

/* What was written from `out` to `end` serves for other results too. */
static inline char *share(struct span *text, char *out, char *end)
{
    *text = span_of(out, (size_t)(end - out));
    return end;
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

/* "SEMH, ASD" */
static char *put_asked(uint64_t asked, char *out)
{
    for (unsigned need = 0; need < NEED_COUNT; need++) {
        if (!(asked & TRAIT(TRAIT_NEEDS + need)))
            continue;
        out = put_text(out, need_code((enum need)need));
        asked &= ~TRAIT(TRAIT_NEEDS + need);
        if (asked)
            out = put_text(out, ", ");
    }
    return out;
}

static char *put_needs(const struct search *search, const struct candidate *candidate,
                       struct reasons_alike *alike, char *out)
{
    uint64_t asked = search->wanted & TRAITS_OF_NEEDS, others = candidate->traits & TRAITS_OF_NEEDS & ~asked;
    if (alike->asked.size)
        out = put_span(out, alike->asked);
    else
        out = share(&alike->asked, out, put_asked(asked, out));
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

/* --- one reason: from `out` to what is returned ------------------------------------------------------- */

static char *say_distance(const struct search *search, const struct candidate *candidate, char *out)
{
    if (candidate->distance_m == DISTANCE_UNKNOWN)
        return put_text(out, "distance not known");
    return put_distance(search, candidate, out);
}

/* "Good, March 2025" */
static char *say_judgement(const struct candidate *candidate, struct reasons_alike *alike, char *out)
{
    struct span *text = &alike->judgement[candidate->judgement];
    if (candidate->judgement == JUDGEMENT_NOT_JUDGED)
        return put_text(out, "not judged");
    if (text->size)
        out = put_span(out, *text);
    else
        out = share(text, out, put_text(out, judgement_words((enum judgement)candidate->judgement)));
    if (!candidate->judged)
        return out;
    const struct month_name *month = &month_names[candidate->judged % 12];
    out = put_text(out, ", ");
    memcpy(out, month, sizeof *month);
    out += month->length;
    *out++ = ' ';
    return put_number(out, candidate->judged / 12);
}

static char *say_fee(const struct search *search, const struct candidate *candidate, char *out)
{
    return candidate->fee ? put_fee(search, candidate, out) : put_text(out, "fee not stated");
}

static char *say_freshness(const struct search *search, uint32_t stale_days,
                           const struct candidate *candidate, char *out)
{
    if (candidate->confirmed_at_ms <= 0)
        return put_text(out, "never confirmed");
    return put_freshness(search, stale_days, candidate, out);
}

static char *say_needs(const struct search *search, const struct candidate *candidate,
                       struct reasons_alike *alike, char *out)
{
    struct span *text = &alike->needs[candidate->needs];
    if (!search->needs)
        return put_text(out, "no need was named");
    return text->size ? put_span(out, *text) : share(text, out, put_needs(search, candidate, alike, out));
}

static char *say_vacancy(const struct search *search, const struct candidate *candidate,
                         struct reasons_alike *alike, char *out)
{
    if (candidate->free_places >= REASONS_VACANCIES)
        return put_vacancy(search, candidate, out);
    struct span *text = &alike->vacancy[candidate->free_places];
    return text->size ? put_span(out, *text) : share(text, out, put_vacancy(search, candidate, out));
}

static char *say_concern(const struct candidate *candidate, char *out)
{
    if (candidate->concern == CONCERN_NONE)
        return put_text(out, "no open concern");
    if (candidate->concern == CONCERN_NOT_KNOWN)
        return put_text(out, "concerns are not known");
    return put_concern(candidate, out);
}

/* --- marks, packed ------------------------------------------------------------------------------------ */

/* Fields of the API: number and wire type. */
#define VARINT(field) ((field) << 3 | PROTOBUF_C_WIRE_TYPE_VARINT)
#define LENGTH(field) ((field) << 3 | PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
enum {
    RESULT_MARKS = LENGTH(7),
    MARK_FIELD_CRITERION = VARINT(1),
    MARK_FIELD_MARK = VARINT(2),
    MARK_FIELD_WEIGHT = VARINT(3),
    MARK_FIELD_REASON = LENGTH(4),
};

enum { MARK_HEAD_BYTES = 8 }; /* criterion, mark and weight, tag and length of the reason */

static_assert(SEARCH_WEIGHT_MAX < 128 && MARK_HEAD_BYTES + REASON_BYTES_MAX < MARK_BYTES_MAX,
              "numbers and lengths of one byte");

/* Zero is not sent. */
static inline char *put_number_field(char *out, char tag, uint32_t value)
{
    out[0] = tag;
    out[1] = (char)value;
    return value ? out + 2 : out;
}

/* All of a mark but its reason, and the lengths, which are not known yet. Returns where the reason begins. */
static inline char *open_mark(const struct search *search, enum mark mark, uint32_t value, char *out)
{
    *out = RESULT_MARKS;
    out = put_number_field(out + 2, MARK_FIELD_CRITERION, (uint32_t)mark_criterion(mark));
    out = put_number_field(out, MARK_FIELD_MARK, value);
    out = put_number_field(out, MARK_FIELD_WEIGHT, search->weights[mark]);
    *out = MARK_FIELD_REASON;
    return out + 2;
}

/* Of the mark that was opened at `out`, its reason written from `reason` to `end`, which is returned. */
static inline char *close_mark(char *out, char *reason, char *end)
{
    assert(end - reason < REASON_BYTES_MAX);
    reason[-1] = (char)(end - reason);
    out[1] = (char)(end - out - 2);
    return end;
}

char *marks_write(const struct search *search, uint32_t stale_days, const struct candidate *candidate,
                  struct reasons_alike *alike, char *out)
{
    uint32_t values[MARK_COUNT];
    char *reason;
    marks_of(search, stale_days, candidate, values);
    reason = open_mark(search, MARK_DISTANCE, values[MARK_DISTANCE], out);
    out = close_mark(out, reason, say_distance(search, candidate, reason));
    reason = open_mark(search, MARK_JUDGEMENT, values[MARK_JUDGEMENT], out);
    out = close_mark(out, reason, say_judgement(candidate, alike, reason));
    reason = open_mark(search, MARK_FEE, values[MARK_FEE], out);
    out = close_mark(out, reason, say_fee(search, candidate, reason));
    reason = open_mark(search, MARK_FRESHNESS, values[MARK_FRESHNESS], out);
    out = close_mark(out, reason, say_freshness(search, stale_days, candidate, reason));
    reason = open_mark(search, MARK_NEEDS, values[MARK_NEEDS], out);
    out = close_mark(out, reason, say_needs(search, candidate, alike, reason));
    reason = open_mark(search, MARK_AGE, values[MARK_AGE], out);
    out = close_mark(out, reason, put_age(search, candidate, reason));
    reason = open_mark(search, MARK_VACANCY, values[MARK_VACANCY], out);
    out = close_mark(out, reason, say_vacancy(search, candidate, alike, reason));
    reason = open_mark(search, MARK_CONCERN, values[MARK_CONCERN], out);
    return close_mark(out, reason, say_concern(candidate, reason));
}

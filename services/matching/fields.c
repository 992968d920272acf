/* Reads a request: every field is checked before anything is searched (rule X1). In: a SearchRequest with
 * `today` and `asked_at_ms` filled in. Out: a struct search, or the first field that is wrong and why. It
 * does not find the home (home.c). */

#include "services/matching/rules.h"

#include "common/domain/gss.h"

#define REFUSE(...) fault_set(fault, CODE_INVALID_ARGUMENT, __VA_ARGS__)

static enum code read_child(const Pb__SearchRequest *request, struct search *search, struct fault *fault)
{
    if (request->age > SEARCH_AGE_MAX)
        return REFUSE("age", "%u is above %d", request->age, SEARCH_AGE_MAX);
    search->age = request->age;
    search->wanted |= TRAIT(TRAIT_AGES + request->age);
    if (request->age < 16)
        search->wanted |= TRAIT(TRAIT_UNDER_16);
    if (request->gender == PB__GENDER__GENDER_FEMALE)
        search->wanted |= TRAIT(TRAIT_FEMALE);
    else if (request->gender == PB__GENDER__GENDER_MALE)
        search->wanted |= TRAIT(TRAIT_MALE);
    else if (request->gender != PB__GENDER__GENDER_UNSPECIFIED)
        return REFUSE("gender", "there is no gender %d", (int)request->gender);
    if (request->siblings > SEARCH_SIBLINGS_MAX)
        return REFUSE("siblings", "%u is above %d", request->siblings, SEARCH_SIBLINGS_MAX);
    search->places = request->siblings ? request->siblings : 1;
    return CODE_OK;
}

static enum code read_needs(const Pb__SearchRequest *request, struct search *search, struct fault *fault)
{
    if (request->n_needs > SEARCH_LISTED_MAX)
        return REFUSE("needs", "%zu are named; at most %d", request->n_needs, SEARCH_LISTED_MAX);
    for (size_t i = 0; i < request->n_needs; i++) {
        if (request->needs[i] < 1 || request->needs[i] > (int)NEED_COUNT)
            return REFUSE("needs", "there is no need %d", (int)request->needs[i]);
        search->wanted |= TRAIT(TRAIT_NEEDS + request->needs[i] - 1);
    }
    search->needs = (unsigned)__builtin_popcountll(search->wanted & TRAITS_OF_NEEDS);
    if (request->n_adaptations > SEARCH_LISTED_MAX)
        return REFUSE("adaptations", "%zu are named; at most %d", request->n_adaptations, SEARCH_LISTED_MAX);
    for (size_t i = 0; i < request->n_adaptations; i++) {
        if (request->adaptations[i] < 1 || (unsigned)request->adaptations[i] > ADAPTATION_COUNT)
            return REFUSE("adaptations", "there is no adaptation %d", (int)request->adaptations[i]);
        search->wanted |= TRAIT(TRAIT_ADAPTATIONS + request->adaptations[i] - 1);
    }
    if ((unsigned)request->attendance > ATTENDANCE_COUNT)
        return REFUSE("attendance", "there is no attendance %d", (int)request->attendance);
    if (request->attendance)
        search->wanted |= TRAIT(TRAIT_ATTENDANCES + request->attendance - 1);
    if (request->solo)
        search->wanted |= TRAIT(TRAIT_SOLO);
    return CODE_OK;
}

/* None named: every kind that is matched but those that are found by name only (rule X1). */
static enum code read_kinds(const Pb__SearchRequest *request, struct search *search, struct fault *fault)
{
    if (request->n_kinds > SEARCH_LISTED_MAX)
        return REFUSE("kinds", "%zu are named; at most %d", request->n_kinds, SEARCH_LISTED_MAX);
    for (size_t i = 0; i < request->n_kinds; i++) {
        enum kind kind = kind_from_number((int64_t)request->kinds[i]);
        if (kind == KIND_UNSPECIFIED)
            return REFUSE("kinds", "there is no kind %d", (int)request->kinds[i]);
        if (!kind_facts(kind)->matched)
            return REFUSE("kinds", "no search offers places of the kind \"%s\"", kind_facts(kind)->words);
        search->kinds |= 1u << kind;
    }
    for (unsigned kind = 0; !request->n_kinds && kind < KIND_COUNT; kind++)
        if (kind_facts((enum kind)kind)->matched && !kind_facts((enum kind)kind)->only_by_name)
            search->kinds |= 1u << kind;
    return CODE_OK;
}

static enum code read_date(const char *text, const char *field, struct date *ret_date, struct fault *fault)
{
    struct fault why;
    if (date_parse(text, ret_date, &why) != CODE_OK)
        return REFUSE(field, "%s", why.reason);
    return CODE_OK;
}

/* The first day: as given, or from the urgency. */
static enum code read_start(const Pb__SearchRequest *request, struct date today, struct date *ret_start,
                            struct fault *fault)
{
    if (request->start_on[0])
        return read_date(request->start_on, "start_on", ret_start, fault);
    switch (request->urgency) {
    case PB__URGENCY__URGENCY_UNSPECIFIED:
    case PB__URGENCY__URGENCY_TODAY:
        *ret_start = today;
        return CODE_OK;
    case PB__URGENCY__URGENCY_WITHIN_5_DAYS:
        return date_add_days(today, 5, ret_start);
    case PB__URGENCY__URGENCY_LATER:
        return date_add_days(today, START_LATER_DAYS, ret_start);
    case _PB__URGENCY_IS_INT_SIZE:
        break;
    }
    return REFUSE("urgency", "there is no urgency %d", (int)request->urgency);
}

static enum code read_dates(const Pb__SearchRequest *request, struct search *search, struct fault *fault)
{
    struct date today, start, end = {.day = DAY_FAR};
    enum code code = read_date(request->today, "today", &today, fault);
    if (code != CODE_OK)
        return code;
    if ((unsigned)request->urgency > PB__URGENCY__URGENCY_LATER)
        return REFUSE("urgency", "there is no urgency %d", (int)request->urgency);
    if ((code = read_start(request, today, &start, fault)) != CODE_OK)
        return code;
    if (request->end_on[0] && (code = read_date(request->end_on, "end_on", &end, fault)) != CODE_OK)
        return code;
    if (end.day < start.day)
        return REFUSE("end_on", "%s is before the first day", request->end_on);
    if (request->asked_at_ms < 0)
        return REFUSE("asked_at_ms", "%lld is before 1970", (long long)request->asked_at_ms);
    search->from = start.day;
    search->until = end.day;
    search->asked_at_ms = request->asked_at_ms;
    return CODE_OK;
}

static enum code read_limits(const Pb__SearchRequest *request, struct search *search, struct fault *fault)
{
    if (request->within_m > SEARCH_RADIUS_KM_MAX * 1000)
        return REFUSE("within_m", "%u m is further than %d km", request->within_m, SEARCH_RADIUS_KM_MAX);
    search->within_m = request->within_m;
    if (request->weekly_fee_max_pence < 0 || request->weekly_fee_max_pence > SEARCH_FEE_PENCE_MAX)
        return REFUSE("weekly_fee_max_pence", "%lld is not from 0 to %d",
                      (long long)request->weekly_fee_max_pence, SEARCH_FEE_PENCE_MAX);
    search->fee_max = (uint32_t)request->weekly_fee_max_pence;
    if ((unsigned)request->judgement_at_worst > JUDGEMENT_INADEQUATE)
        return REFUSE("judgement_at_worst", "there is no judgement %d", (int)request->judgement_at_worst);
    search->worst = judgement_from_number((int64_t)request->judgement_at_worst);
    if (search->worst != JUDGEMENT_NOT_JUDGED)
        search->wanted |= TRAIT(TRAIT_JUDGEMENTS + search->worst - 1);
    search->by_contract = request->contract_id[0] != '\0';
    if (search->by_contract && !uuid_parse(request->contract_id, &search->contract))
        return REFUSE("contract_id", "\"%.40s\" is not a UUID", request->contract_id);
    if (request->size > SEARCH_RESULTS_MAX)
        return REFUSE("size", "%u is above %d", request->size, SEARCH_RESULTS_MAX);
    search->size = request->size ? request->size : SEARCH_RESULTS_DEFAULT;
    return CODE_OK;
}

/* An area that nobody knows is refused: it would be searched although it is to be avoided. */
static enum code read_areas(const Pb__SearchRequest *request, struct search *search, struct fault *fault)
{
    if (request->n_avoid_authorities > SEARCH_AVOID_MAX)
        return REFUSE("avoid_authorities", "%zu are named; at most %d", request->n_avoid_authorities,
                      SEARCH_AVOID_MAX);
    for (size_t i = 0; i < request->n_avoid_authorities; i++) {
        if (!authority_by_gss(request->avoid_authorities[i]))
            return REFUSE("avoid_authorities", "no local authority has the code \"%.20s\"",
                          request->avoid_authorities[i]);
        uint32_t area = area_of(request->avoid_authorities[i]);
        bool known = false;
        for (unsigned j = 0; j < search->avoid_count; j++)
            known = known || search->avoid[j] == area;
        if (!known)
            search->avoid[search->avoid_count++] = area;
    }
    return CODE_OK;
}

static enum code read_weights(const Pb__SearchRequest *request, struct search *search, struct fault *fault)
{
    unsigned given = 0;
    for (unsigned mark = 0; mark < MARK_COUNT; mark++)
        search->weights[mark] = mark_weight((enum mark)mark);
    if (request->n_weights > SEARCH_LISTED_MAX)
        return REFUSE("weights", "%zu are named; at most %d", request->n_weights, SEARCH_LISTED_MAX);
    for (size_t i = 0; i < request->n_weights; i++) {
        const Pb__Weight *weight = request->weights[i];
        unsigned mark = 0;
        while (mark < MARK_COUNT && mark_criterion((enum mark)mark) != weight->criterion)
            mark++;
        if (mark == MARK_COUNT)
            return REFUSE("weights", "criterion %d has no mark to weigh", (int)weight->criterion);
        if (given >> mark & 1u)
            return REFUSE("weights", "criterion %d is given twice", (int)weight->criterion);
        if (weight->weight > SEARCH_WEIGHT_MAX)
            return REFUSE("weights", "%u is above %d", weight->weight, SEARCH_WEIGHT_MAX);
        given |= 1u << mark;
        search->weights[mark] = weight->weight;
    }
    for (unsigned mark = 0; mark < MARK_COUNT; mark++)
        search->weight_sum += search->weights[mark];
    return search->weight_sum ? CODE_OK : REFUSE("weights", "all are 0: nothing would rank");
}

enum code search_read(const Pb__SearchRequest *request, struct search *ret_search, struct fault *ret_fault)
{
    static enum code (*const readers[])(const Pb__SearchRequest *, struct search *, struct fault *) = {
        read_child, read_needs, read_kinds, read_dates, read_limits, read_areas, read_weights,
    };
    struct search search = {.postcode = request->postcode};
    struct postcode postcode;
    struct fault why;
    if (strlen(request->postcode) > SEARCH_POSTCODE_BYTES_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "postcode", "it has more than %d characters",
                         SEARCH_POSTCODE_BYTES_MAX);
    if (postcode_parse(request->postcode, &postcode, &why) != CODE_OK)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "postcode", "%s", why.reason);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        enum code code = readers[i](request, &search, ret_fault);
        if (code != CODE_OK)
            return code;
    }
    *ret_search = search;
    return CODE_OK;
}

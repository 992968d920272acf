/* The rules about facts: what a provision and a place group offer, when places are free, what marks weigh.
 * In: records as the registry and monitoring tell them. Out: traits, periods, decisions. It reads no request
 * (fields.c). */

#include "services/matching/rules.h"

#include "common/domain/gss.h"

#include <stdlib.h>

static uint64_t traits_of_needs(const Pb__PlaceGroup *group)
{
    uint64_t traits = 0;
    for (size_t i = 0; i < group->n_needs; i++)
        if (group->needs[i] >= 1 && group->needs[i] <= (int)NEED_COUNT)
            traits |= TRAIT(TRAIT_NEEDS + group->needs[i] - 1);
    return traits;
}

static uint64_t traits_of_adaptations(const Pb__PlaceGroup *group)
{
    uint64_t traits = 0;
    for (size_t i = 0; i < group->n_adaptations; i++)
        if (group->adaptations[i] >= 1 && (int)group->adaptations[i] <= ADAPTATION_COUNT)
            traits |= TRAIT(TRAIT_ADAPTATIONS + group->adaptations[i] - 1);
    return traits;
}

static uint64_t traits_of_attendances(const Pb__Attendance *attendances, size_t count)
{
    uint64_t traits = 0;
    for (size_t i = 0; i < count; i++)
        if (attendances[i] >= 1 && (int)attendances[i] <= ATTENDANCE_COUNT)
            traits |= TRAIT(TRAIT_ATTENDANCES + attendances[i] - 1);
    return traits;
}

static uint64_t traits_of_ages(uint32_t youngest, uint32_t oldest)
{
    uint64_t traits = 0;
    for (uint32_t age = youngest; age <= oldest && age <= SEARCH_AGE_MAX; age++)
        traits |= TRAIT(TRAIT_AGES + age);
    return traits;
}

uint64_t traits_of(const Pb__PlaceGroup *group, const Pb__Provision *provision)
{
    uint64_t traits = traits_of_needs(group) | traits_of_adaptations(group);
    traits |= group->n_attendances ? traits_of_attendances(group->attendances, group->n_attendances)
                                   : traits_of_attendances(provision->attendances, provision->n_attendances);
    uint32_t youngest = group->age_min ? group->age_min : provision->age_min;
    uint32_t oldest = group->age_max ? group->age_max : provision->age_max;
    traits |= traits_of_ages(youngest, oldest ? oldest : SEARCH_AGE_MAX);
    Pb__Gender gender = group->gender ? group->gender : provision->gender;
    if (gender != PB__GENDER__GENDER_MALE)
        traits |= TRAIT(TRAIT_FEMALE);
    if (gender != PB__GENDER__GENDER_FEMALE)
        traits |= TRAIT(TRAIT_MALE);
    if (group->solo)
        traits |= TRAIT(TRAIT_SOLO);
    unsigned judged = judgement_from_number((int64_t)provision->judgement);
    for (unsigned level = judged; judged && level <= 4; level++)
        traits |= TRAIT(TRAIT_JUDGEMENTS + level - 1);
    if (provision->kind != PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION)
        traits |= TRAIT(TRAIT_UNDER_16);
    return traits;
}

unsigned traits_oldest(uint64_t traits)
{
    uint64_t ages = (traits & TRAITS_OF_AGES) >> TRAIT_AGES;
    return ages ? 63 - (unsigned)__builtin_clzll(ages) : 0;
}

unsigned traits_youngest(uint64_t traits)
{
    uint64_t ages = (traits & TRAITS_OF_AGES) >> TRAIT_AGES;
    return ages ? (unsigned)__builtin_ctzll(ages) : 0;
}

bool provision_is_offered(const Pb__Provision *provision, Pb__ProviderState provider_state)
{
    bool open = provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE ||
                provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_UNSPECIFIED;
    return open && kind_facts(kind_from_number((int64_t)provision->kind))->matched &&
           provider_state != PB__PROVIDER_STATE__PROVIDER_STATE_SUSPENDED;
}

bool provision_is_unverified(const Pb__Provision *provision, Pb__ProviderState provider_state)
{
    return provider_state != PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED ||
           provision->claim_state == PB__CLAIM_STATE__CLAIM_STATE_WAITING ||
           provision->claim_state == PB__CLAIM_STATE__CLAIM_STATE_DECLINED;
}

static int compare_periods(const void *a, const void *b)
{
    const struct period *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return (left->until > right->until) - (left->until < right->until);
}

size_t periods_read(const Pb__Vacancy *vacancy, struct period *ret_periods)
{
    size_t count = 0;
    for (size_t i = 0; i < vacancy->n_free; i++) {
        const Pb__FreePeriod *free = vacancy->free[i];
        struct date from, until = {.day = DAY_FAR};
        if (!free->places || date_parse(free->from, &from, NULL) != CODE_OK)
            continue;
        if (free->until[0] && date_parse(free->until, &until, NULL) != CODE_OK)
            continue;
        if (until.day >= from.day)
            ret_periods[count++] = (struct period){from.day, until.day, free->places};
    }
    qsort(ret_periods, count, sizeof *ret_periods, compare_periods);
    return count;
}

size_t periods_within(struct period *periods, size_t count, int32_t opened, int32_t closed)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct period period = periods[i];
        period.from = period.from < opened ? opened : period.from;
        period.until = period.until > closed ? closed : period.until;
        if (period.from <= period.until)
            periods[kept++] = period;
    }
    return kept;
}

uint32_t periods_free(const struct period *periods, size_t count, int32_t from, int32_t until)
{
    uint32_t least = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        if (periods[i].until < from)
            continue;
        if (periods[i].from > from)
            return 0;
        least = periods[i].places < least ? periods[i].places : least;
        if (periods[i].until >= until)
            return least;
        from = periods[i].until + 1;
    }
    return 0;
}

int32_t periods_first_day(const struct period *periods, size_t count, int32_t after, int32_t until,
                          uint32_t places)
{
    int32_t first = DAY_FAR,
            next = 0; /* `first`: start of the unbroken run that ends on the day before `next` */
    for (size_t i = 0; i < count; i++) {
        if (periods[i].places < places) {
            first = DAY_FAR;
            continue;
        }
        if (first == DAY_FAR || periods[i].from != next)
            first = periods[i].from;
        if (periods[i].until >= until) {
            int32_t day = first > after ? first : after + 1;
            return day <= until ? day : DAY_FAR;
        }
        next = periods[i].until + 1;
    }
    return DAY_FAR;
}

enum concern concern_of(const Pb__ProvisionQuality *quality)
{
    if (!quality || (!quality->open_concerns && !quality->suspensions))
        return CONCERN_NONE;
    if (quality->suspensions)
        return CONCERN_SUSPENDED;
    switch (quality->gravest) {
    case PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW:
        return CONCERN_LOW;
    case PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH:
        return CONCERN_HIGH;
    case PB__CONCERN_SEVERITY__CONCERN_SEVERITY_MEDIUM:
    case PB__CONCERN_SEVERITY__CONCERN_SEVERITY_UNSPECIFIED:
    case _PB__CONCERN_SEVERITY_IS_INT_SIZE:
        break;
    }
    return CONCERN_MEDIUM;
}

uint32_t area_of(const char *gss)
{
    const struct authority *authority = authority_by_gss(gss);
    struct gss code;
    if (authority)
        code = authority->gss;
    else if (gss_parse(gss, &code, NULL) != CODE_OK)
        return 0;
    return (uint32_t)(code.text[0] - 'A') << 27 | (uint32_t)strtoul(code.text + 1, NULL, 10);
}

void area_print(uint32_t area, char ret_text[10])
{
    ret_text[0] = '\0';
    if (!area)
        return;
    uint32_t digits = area & ((UINT32_C(1) << 27) - 1);
    ret_text[0] = (char)('A' + (char)(area >> 27));
    for (int i = 8; i >= 1; i--, digits /= 10)
        ret_text[i] = (char)('0' + (char)(digits % 10));
    ret_text[9] = '\0';
}

unsigned mark_weight(enum mark mark)
{
    static const uint8_t weights[MARK_COUNT] = {
#define X(name, criterion, weight) weight,
        MARKS(X)
#undef X
    };
    return weights[mark];
}

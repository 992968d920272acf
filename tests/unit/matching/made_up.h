#pragma once
/* A made-up region for tests of the index: records drawn from a seed, awkward ones among them (no position,
 * beyond the grid, equal URNs missing, ages unknown, several periods, providers suspended), and requests to
 * ask of it. The same seed always gives the same. Everything lies in an arena. */

#include "common/base/arena.h"
#include "common/base/uuid.h"
#include "common/domain/date.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/matching.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

enum { MADE_UP_TODAY = 20513 /* 2026-03-01 */, MADE_UP_CONTRACTS = 3, MADE_UP_AREAS = 8 };

static const char *const made_up_areas[MADE_UP_AREAS] = {"E10000015", "E10000012", "E06000032", "E09000007",
                                                         "E08000025", "E10000016", "E06000047", ""};

struct made_up {
    struct arena *arena;
    uint64_t state;
    size_t provider_count, provision_count, group_count;
    Pb__Provider **providers;
    Pb__Provision **provisions;
    Pb__PlaceGroup **groups;
    Pb__Vacancy **vacancies;          /* NULL for some */
    Pb__ProvisionQuality **qualities; /* of each provision; NULL for some */
    const char *contracts[MADE_UP_CONTRACTS];
};

static inline uint64_t draw(struct made_up *region)
{
    uint64_t z = region->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline uint32_t below(struct made_up *region, uint32_t bound)
{
    return (uint32_t)(draw(region) % bound);
}

static inline bool one_in(struct made_up *region, uint32_t bound)
{
    return below(region, bound) == 0;
}

static inline char *draw_id(struct made_up *region)
{
    uint8_t random[10];
    uint64_t bits[2] = {draw(region), draw(region)};
    memcpy(random, bits, sizeof random);
    struct uuid id = uuid_v7((int64_t)(1700000000000 + draw(region) % 1000000), random);
    char *text = arena_alloc(region->arena, UUID_TEXT_BYTES);
    uuid_print(&id, text);
    return text;
}

static inline char *draw_date(struct made_up *region, int32_t from, uint32_t days)
{
    char *text = arena_alloc(region->arena, DATE_TEXT_BYTES);
    date_print((struct date){from + (int32_t)below(region, days)}, text);
    return text;
}

/* Every number from 1 to `most`, each with one chance in `bound`; in rising order. */
static inline size_t draw_set(struct made_up *region, unsigned most, uint32_t bound, void *ret_values)
{
    unsigned *values = arena_array(region->arena, unsigned, most + 1);
    size_t count = 0;
    for (unsigned value = 1; value <= most; value++)
        if (one_in(region, bound))
            values[count++] = value;
    memcpy(ret_values, &values, sizeof values);
    return count;
}

static inline Pb__RecordMeta *draw_meta(struct made_up *region)
{
    Pb__RecordMeta *meta = arena_new(region->arena, Pb__RecordMeta);
    pb__record_meta__init(meta);
    meta->generated = one_in(region, 2);
    return meta;
}

static inline Pb__Provider *draw_provider(struct made_up *region)
{
    Pb__Provider *provider = arena_new(region->arena, Pb__Provider);
    pb__provider__init(provider);
    provider->id = draw_id(region);
    provider->name = "A provider";
    provider->state = one_in(region, 10) ? (Pb__ProviderState)below(region, 4)
                                         : PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED;
    return provider;
}

static inline Pb__GeoPoint *draw_point(struct made_up *region)
{
    Pb__GeoPoint *point = arena_new(region->arena, Pb__GeoPoint);
    pb__geo_point__init(point);
    point->latitude_e7 = 505000000 + (int32_t)below(region, 40000000);
    point->longitude_e7 = -30000000 + (int32_t)below(region, 40000000);
    if (one_in(region, 300))
        point->latitude_e7 = 625000000;
    if (one_in(region, 300))
        point->longitude_e7 = -125000000;
    return point;
}

static inline void draw_place(struct made_up *region, Pb__Provision *provision)
{
    provision->position_quality = one_in(region, 5) ? (Pb__PositionQuality)below(region, 5)
                                                    : PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    if (!one_in(region, 50))
        provision->position = draw_point(region);
    provision->local_authority = made_up_areas[below(region, MADE_UP_AREAS)];
    provision->n_address = 2;
    provision->address = arena_array(region->arena, const char *, 2);
    provision->address[0] = "1 High Street";
    provision->address[1] = "Hertford";
}

static inline void draw_contracts(struct made_up *region, Pb__Provision *provision)
{
    provision->contracts = arena_array(region->arena, Pb__SignedContract *, MADE_UP_CONTRACTS);
    for (unsigned i = 0; i < MADE_UP_CONTRACTS; i++) {
        if (!one_in(region, 2))
            continue;
        Pb__SignedContract *contract = arena_new(region->arena, Pb__SignedContract);
        pb__signed_contract__init(contract);
        contract->contract_id = region->contracts[i];
        provision->contracts[provision->n_contracts++] = contract;
    }
}

static inline Pb__Provision *draw_provision(struct made_up *region, unsigned number)
{
    Pb__Provision *provision = arena_new(region->arena, Pb__Provision);
    pb__provision__init(provision);
    provision->id = draw_id(region);
    provision->meta = draw_meta(region);
    provision->name = arena_format(region->arena, "Provision %u", number);
    if (!one_in(region, 10))
        provision->provider_id = region->providers[below(region, (uint32_t)region->provider_count)]->id;
    provision->kind = one_in(region, 3) ? (Pb__ProvisionKind)below(region, 9)
                                        : PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision->status = one_in(region, 12) ? (Pb__RegistrationStatus)below(region, 5)
                                           : PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    provision->claim_state = (Pb__ClaimState)below(region, 4);
    if (!one_in(region, 20)) {
        provision->n_urns = 1;
        provision->urns = arena_array(region->arena, const char *, 1);
        provision->urns[0] = one_in(region, 3) ? arena_format(region->arena, "dfe:%06u", 100000 + number)
                             : one_in(region, 2)
                                 ? arena_format(region->arena, "ofsted:SC%06u", number)
                                 : arena_format(region->arena, "ofsted:%07u", 1200000 + number);
    }
    provision->judgement = (Pb__Judgement)below(region, 5);
    provision->judged_on = draw_date(region, MADE_UP_TODAY - 1500, 1400);
    if (one_in(region, 15))
        provision->opened_on = draw_date(region, MADE_UP_TODAY - 30, 120);
    if (one_in(region, 15))
        provision->closed_on = draw_date(region, MADE_UP_TODAY - 5, 200);
    provision->age_min = one_in(region, 4) ? 1 + below(region, 12) : 0;
    provision->age_max = one_in(region, 10) ? 0 : 18;
    provision->gender = one_in(region, 8) ? (Pb__Gender)below(region, 3) : PB__GENDER__GENDER_UNSPECIFIED;
    provision->standard_weekly_fee_pence =
        one_in(region, 8) ? 0 : 100000 + 50000 * (int64_t)below(region, 20);
    provision->n_attendances = draw_set(region, 3, 2, &provision->attendances);
    draw_place(region, provision);
    draw_contracts(region, provision);
    return provision;
}

static inline Pb__PlaceGroup *draw_group(struct made_up *region)
{
    Pb__PlaceGroup *group = arena_new(region->arena, Pb__PlaceGroup);
    pb__place_group__init(group);
    group->id = draw_id(region);
    group->meta = draw_meta(region);
    group->provision_id = region->provisions[below(region, (uint32_t)region->provision_count)]->id;
    group->name = "Main house";
    group->places = 1 + below(region, 6);
    group->n_needs = draw_set(region, 13, 2, &group->needs);
    group->age_min = below(region, 14);
    group->age_max = one_in(region, 10) ? 0 : group->age_min + below(region, 10);
    if (one_in(region, 100))
        group->age_min = 26;
    group->gender = one_in(region, 3) ? (Pb__Gender)below(region, 3) : PB__GENDER__GENDER_UNSPECIFIED;
    group->n_adaptations = draw_set(region, 5, 2, &group->adaptations);
    group->n_attendances = draw_set(region, 3, 3, &group->attendances);
    group->solo = one_in(region, 3);
    group->weekly_fee_pence = one_in(region, 2) ? 0 : 150000 + 25000 * (int64_t)below(region, 30);
    return group;
}

static inline Pb__Vacancy *draw_vacancy(struct made_up *region, const Pb__PlaceGroup *group)
{
    Pb__Vacancy *vacancy = arena_new(region->arena, Pb__Vacancy);
    pb__vacancy__init(vacancy);
    vacancy->id = group->id;
    vacancy->provision_id = group->provision_id;
    vacancy->confirmed_at_ms = one_in(region, 30) ? 0
                                                  : (MADE_UP_TODAY - (int64_t)below(region, 200)) * 86400000 +
                                                        (int64_t)below(region, 86400000);
    uint32_t periods = below(region, 4);
    vacancy->free = arena_array(region->arena, Pb__FreePeriod *, periods);
    int32_t day = MADE_UP_TODAY - 60;
    for (uint32_t i = 0; i < periods; i++) {
        Pb__FreePeriod *period = vacancy->free[vacancy->n_free++] = arena_new(region->arena, Pb__FreePeriod);
        pb__free_period__init(period);
        day += one_in(region, 2) ? 0 : (int32_t)below(region, 60);
        period->from = draw_date(region, day, 1);
        day += (int32_t)below(region, 90);
        period->until = i + 1 == periods && !one_in(region, 3) ? "" : draw_date(region, day, 1);
        day++;
        period->places = 1 + below(region, 4);
    }
    return vacancy;
}

static inline Pb__ProvisionQuality *draw_quality(struct made_up *region, const Pb__Provision *provision)
{
    Pb__ProvisionQuality *quality = arena_new(region->arena, Pb__ProvisionQuality);
    pb__provision_quality__init(quality);
    quality->provision_id = provision->id;
    quality->visited_on = one_in(region, 3) ? "" : draw_date(region, MADE_UP_TODAY - 700, 700);
    quality->open_concerns = one_in(region, 2) ? 0 : 1 + below(region, 3);
    if (!quality->open_concerns)
        return quality;
    quality->gravest = (Pb__ConcernSeverity)(1 + below(region, 3));
    quality->suspensions = one_in(region, 3) ? 1 + below(region, quality->open_concerns) : 0;
    return quality;
}

static inline struct made_up make_up(uint64_t seed, size_t groups, struct arena *arena)
{
    struct made_up region = {.arena = arena,
                             .state = seed,
                             .provider_count = groups / 6 + 1,
                             .provision_count = groups / 2 + 1,
                             .group_count = groups};
    for (int i = 0; i < MADE_UP_CONTRACTS; i++)
        region.contracts[i] = draw_id(&region);
    region.providers = arena_array(arena, Pb__Provider *, region.provider_count);
    region.provisions = arena_array(arena, Pb__Provision *, region.provision_count);
    region.groups = arena_array(arena, Pb__PlaceGroup *, groups);
    region.vacancies = arena_array(arena, Pb__Vacancy *, groups);
    for (size_t i = 0; i < region.provider_count; i++)
        region.providers[i] = draw_provider(&region);
    for (size_t i = 0; i < region.provision_count; i++)
        region.provisions[i] = draw_provision(&region, (unsigned)i);
    for (size_t i = 0; i < groups; i++) {
        region.groups[i] = draw_group(&region);
        region.vacancies[i] = one_in(&region, 15) ? NULL : draw_vacancy(&region, region.groups[i]);
    }
    region.qualities = arena_array(arena, Pb__ProvisionQuality *, region.provision_count);
    for (size_t i = 0; i < region.provision_count; i++)
        region.qualities[i] = one_in(&region, 3) ? NULL : draw_quality(&region, region.provisions[i]);
    return region;
}

/* All its records, in the order in which they were drawn. */
static inline const ProtobufCMessage **made_up_records(const struct made_up *region, size_t *ret_count)
{
    size_t most = region->provider_count + 2 * region->provision_count + 2 * region->group_count, count = 0;
    const ProtobufCMessage **records = arena_array(region->arena, const ProtobufCMessage *, most);
    for (size_t i = 0; i < region->provider_count; i++)
        records[count++] = &region->providers[i]->base;
    for (size_t i = 0; i < region->provision_count; i++)
        records[count++] = &region->provisions[i]->base;
    for (size_t i = 0; i < region->group_count; i++) {
        records[count++] = &region->groups[i]->base;
        if (region->vacancies[i])
            records[count++] = &region->vacancies[i]->base;
    }
    for (size_t i = 0; i < region->provision_count; i++)
        if (region->qualities[i])
            records[count++] = &region->qualities[i]->base;
    *ret_count = count;
    return records;
}

static inline void draw_weights(struct made_up *region, Pb__SearchRequest *request)
{
    static const Pb__Criterion criteria[] = {PB__CRITERION__CRITERION_DISTANCE, PB__CRITERION__CRITERION_FEE,
                                             PB__CRITERION__CRITERION_NEEDS,
                                             PB__CRITERION__CRITERION_CONCERN};
    request->weights = arena_array(region->arena, Pb__Weight *, 4);
    for (int i = 0; i < 4; i++) {
        Pb__Weight *weight = request->weights[request->n_weights++] = arena_new(region->arena, Pb__Weight);
        pb__weight__init(weight);
        weight->criterion = criteria[i];
        weight->weight = below(region, 101);
    }
}

/* A good request; `home` is not in it. */
static inline Pb__SearchRequest *draw_request(struct made_up *region)
{
    Pb__SearchRequest *request = arena_new(region->arena, Pb__SearchRequest);
    pb__search_request__init(request);
    request->postcode = "SG13 8DQ";
    request->age = 4 + below(region, 15);
    request->gender = (Pb__Gender)below(region, 3);
    request->n_needs = draw_set(region, 13, 8, &request->needs);
    if (!one_in(region, 3))
        request->n_kinds = draw_set(region, 7, 3, &request->kinds);
    request->attendance = one_in(region, 2) ? (Pb__Attendance)below(region, 4) : 0;
    request->n_adaptations = draw_set(region, 5, 12, &request->adaptations);
    request->siblings = one_in(region, 3) ? below(region, 4) : 0;
    request->solo = one_in(region, 8);
    request->start_on = one_in(region, 2) ? "" : draw_date(region, MADE_UP_TODAY, 60);
    request->end_on = one_in(region, 2) ? "" : draw_date(region, MADE_UP_TODAY + 60, 60);
    request->urgency = (Pb__Urgency)below(region, 4);
    request->within_m = one_in(region, 4) ? 0 : 5000 + below(region, 200000);
    if (one_in(region, 4)) {
        request->avoid_authorities = arena_array(region->arena, const char *, 2);
        request->avoid_authorities[0] = made_up_areas[0];
        request->avoid_authorities[1] = made_up_areas[1 + below(region, MADE_UP_AREAS - 2)];
        request->n_avoid_authorities = 2;
    }
    request->weekly_fee_max_pence = one_in(region, 2) ? 0 : 100000 + 10000 * (int64_t)below(region, 100);
    request->judgement_at_worst = one_in(region, 2) ? 0 : (Pb__Judgement)below(region, 5);
    request->contract_id = one_in(region, 6) ? region->contracts[below(region, MADE_UP_CONTRACTS)] : "";
    if (one_in(region, 4))
        draw_weights(region, request);
    request->size = one_in(region, 3) ? 0 : 1 + below(region, 200);
    request->today = "2026-03-01";
    request->asked_at_ms = MADE_UP_TODAY * INT64_C(86400000) + 36000000;
    return request;
}

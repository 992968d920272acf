/* The engine and the oracle agree on a thousand random searches, to the last mark (rules X1 to X4). */

#include "services/matching/index.h"
#include "tests/oracle/oracle.h"
#include "tests/unit/matching/made_up.h"
#include "tests/unit/matching/read_back.h"

#include <criterion/criterion.h>

enum { GROUPS = 3000, SEARCHES = 1000 };

static struct oracle_list list_of(size_t count, const void *values)
{
    struct oracle_list list = {.count = (int)count};
    if (count)
        memcpy(list.values, values, count * sizeof(int));
    return list;
}

static struct oracle_provision provision_of(const Pb__Provision *record)
{
    struct oracle_provision provision = {
        .id = record->id,
        .provider_id = record->provider_id,
        .urn = record->n_urns ? record->urns[0] : "",
        .local_authority = record->local_authority,
        .name = record->name,
        .opened_on = record->opened_on,
        .closed_on = record->closed_on,
        .kind = (int)record->kind,
        .status = (int)record->status,
        .claim_state = (int)record->claim_state,
        .judgement = (int)record->judgement,
        .quality = (int)record->position_quality,
        .has_position = record->position != NULL,
        .age_min = (int)record->age_min,
        .age_max = (int)record->age_max,
        .gender = (int)record->gender,
        .fee_pence = record->standard_weekly_fee_pence,
        .attendances = list_of(record->n_attendances, record->attendances),
    };
    if (record->position) {
        provision.latitude_e7 = record->position->latitude_e7;
        provision.longitude_e7 = record->position->longitude_e7;
    }
    for (size_t i = 0; i < record->n_contracts; i++)
        provision.contracts.values[provision.contracts.count++] = record->contracts[i]->contract_id;
    return provision;
}

static struct oracle_group group_of(const Pb__PlaceGroup *record)
{
    return (struct oracle_group){
        .id = record->id,
        .provision_id = record->provision_id,
        .needs = list_of(record->n_needs, record->needs),
        .adaptations = list_of(record->n_adaptations, record->adaptations),
        .attendances = list_of(record->n_attendances, record->attendances),
        .age_min = (int)record->age_min,
        .age_max = (int)record->age_max,
        .gender = (int)record->gender,
        .solo = record->solo != 0,
        .fee_pence = record->weekly_fee_pence,
    };
}

static struct oracle_vacancy vacancy_of(const Pb__Vacancy *record)
{
    struct oracle_vacancy vacancy = {.id = record->id, .confirmed_at_ms = record->confirmed_at_ms};
    for (size_t i = 0; i < record->n_free; i++)
        vacancy.free[vacancy.count++] = (struct oracle_period){record->free[i]->from, record->free[i]->until,
                                                               (int)record->free[i]->places};
    return vacancy;
}

static struct oracle_facts facts_of(const struct made_up *region)
{
    struct oracle_provider *providers =
        arena_array(region->arena, struct oracle_provider, region->provider_count);
    struct oracle_provision *provisions =
        arena_array(region->arena, struct oracle_provision, region->provision_count);
    struct oracle_group *groups = arena_array(region->arena, struct oracle_group, region->group_count);
    struct oracle_vacancy *vacancies = arena_array(region->arena, struct oracle_vacancy, region->group_count);
    struct oracle_quality *qualities =
        arena_array(region->arena, struct oracle_quality, region->provision_count);
    struct oracle_facts facts = {.providers = providers,
                                 .provisions = provisions,
                                 .groups = groups,
                                 .vacancies = vacancies,
                                 .qualities = qualities,
                                 .provider_count = region->provider_count,
                                 .provision_count = region->provision_count,
                                 .group_count = region->group_count};
    for (size_t i = 0; i < region->provider_count; i++)
        providers[i] = (struct oracle_provider){region->providers[i]->id, (int)region->providers[i]->state};
    for (size_t i = 0; i < region->provision_count; i++)
        provisions[i] = provision_of(region->provisions[i]);
    for (size_t i = 0; i < region->provision_count; i++)
        if (region->qualities[i])
            qualities[facts.quality_count++] = (struct oracle_quality){
                region->qualities[i]->provision_id, (int)region->qualities[i]->open_concerns,
                (int)region->qualities[i]->suspensions, (int)region->qualities[i]->gravest,
                region->qualities[i]->visited_on};
    for (size_t i = 0; i < region->group_count; i++) {
        groups[i] = group_of(region->groups[i]);
        if (region->vacancies[i])
            vacancies[facts.vacancy_count++] = vacancy_of(region->vacancies[i]);
    }
    return facts;
}

static struct oracle_request request_of(const Pb__SearchRequest *in, const struct search *search)
{
    struct oracle_request request = {
        .home_latitude_e7 = search->home.latitude,
        .home_longitude_e7 = search->home.longitude,
        .home_quality = (int)search->home_quality,
        .age = (int)in->age,
        .gender = (int)in->gender,
        .attendance = (int)in->attendance,
        .siblings = (int)in->siblings,
        .urgency = (int)in->urgency,
        .worst_judgement = (int)in->judgement_at_worst,
        .solo = in->solo != 0,
        .needs = list_of(in->n_needs, in->needs),
        .kinds = list_of(in->n_kinds, in->kinds),
        .adaptations = list_of(in->n_adaptations, in->adaptations),
        .today = in->today,
        .start_on = in->start_on,
        .end_on = in->end_on,
        .contract_id = in->contract_id,
        .within_m = in->within_m,
        .fee_max_pence = in->weekly_fee_max_pence,
        .asked_at_ms = in->asked_at_ms,
        .size = (int)in->size,
    };
    for (int i = 0; i < ORACLE_CRITERIA; i++)
        request.weights[i] = -1;
    for (size_t i = 0; i < in->n_weights; i++)
        request.weights[in->weights[i]->criterion] = (int)in->weights[i]->weight;
    for (size_t i = 0; i < in->n_avoid_authorities; i++)
        request.avoid.values[request.avoid.count++] = in->avoid_authorities[i];
    return request;
}

static void compare_result(int number, size_t rank, const Pb__SearchResult *got,
                           const struct oracle_result *want)
{
    cr_assert_str_eq(got->place_group_id, want->group_id, "search %d, rank %zu", number, rank);
    cr_assert_str_eq(got->provision_id, want->provision_id);
    cr_assert_eq((int)got->score, want->score, "search %d, rank %zu: score %u, not %d", number, rank,
                 got->score, want->score);
    cr_assert_eq((int)got->distance_m, want->distance_m, "search %d, rank %zu: %u m, not %d", number, rank,
                 got->distance_m, want->distance_m);
    cr_assert_eq((int)got->distance_quality, want->distance_quality);
    cr_assert_eq((int)got->free_places, want->free_places);
    cr_assert_eq(got->weekly_fee_pence, want->fee_pence);
    cr_assert_eq(got->vacancy_stale, want->stale);
    cr_assert_eq(got->unverified, want->unverified);
    cr_assert_eq((int)got->open_concerns, want->concerns);
    cr_assert_eq((int)got->suspensions, want->suspensions);
    cr_assert_str_eq(got->monitored_on, want->monitored_on);
    cr_assert_eq(got->n_marks, ORACLE_MARKS);
    for (int mark = 0; mark < ORACLE_MARKS; mark++)
        cr_assert_eq((int)got->marks[mark]->mark, want->marks[mark], "search %d, rank %zu, %s: %u, not %d",
                     number, rank, got->marks[mark]->reason, got->marks[mark]->mark, want->marks[mark]);
}

static void compare(int number, const Pb__SearchResponse *got, const struct oracle_answer *want)
{
    cr_assert_eq(got->total, want->total, "search %d: %u fit, not %zu", number, got->total, want->total);
    cr_assert_eq(got->considered, want->considered, "search %d", number);
    cr_assert_eq(got->n_results, want->result_count);
    for (size_t i = 0; i < got->n_results; i++)
        compare_result(number, i, got->results[i], &want->results[i]);
    cr_assert_eq(got->n_near_misses, want->miss_count, "search %d: %zu near misses, not %zu", number,
                 got->n_near_misses, want->miss_count);
    for (size_t i = 0; i < got->n_near_misses; i++) {
        const Pb__NearMiss *miss = got->near_misses[i];
        const struct oracle_miss *other = &want->misses[i];
        cr_assert((int)miss->criterion == other->criterion && (int)miss->more == other->more &&
                      miss->value == other->value,
                  "search %d: %s (%d: %u more, %lld), not (%d: %d more, %lld)", number, miss->relaxation,
                  (int)miss->criterion, miss->more, (long long)miss->value, other->criterion, other->more,
                  other->value);
    }
}

static void ask(int number, struct made_up *region, const struct matching_root *root, struct oracle *oracle)
{
    struct fault fault;
    struct search search;
    Pb__SearchRequest *request = draw_request(region);
    Pb__SearchResponse response;
    enum code code = search_read(request, &search, &fault);
    cr_assert_eq(code, CODE_OK, "search %d: %s: %s", number, fault.field, fault.reason);
    search.home.latitude = 510000000 + (int32_t)below(region, 30000000);
    search.home.longitude = -20000000 + (int32_t)below(region, 20000000);
    search.home_quality = (Pb__PositionQuality)(1 + below(region, 3));
    pb__search_response__init(&response);
    cr_assert_eq(root_search(root, &search, region->arena, &response), CODE_OK);
    const Pb__SearchResponse *read = read_back(&response, region->arena);
    cr_assert(read, "search %d", number);
    struct oracle_request asked = request_of(request, &search);
    asked.concerns_known = read->concerns_known != 0;
    struct oracle_answer answer = oracle_ask(oracle, &asked);
    cr_assert_eq(read->concerns_known, number < SEARCHES / 2);
    compare(number, read, &answer);
}

Test(search_oracle, agrees_on_a_thousand_random_searches)
{
    struct arena arena, questions;
    size_t count, many = 0;
    arena_init(&arena, 256u << 20);
    arena_init(&questions, 64u << 20);
    struct made_up region = make_up(1, GROUPS, &arena);
    const ProtobufCMessage **records = made_up_records(&region, &count);
    struct matching_index *index;
    cr_assert_eq(index_create(&index), CODE_OK);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(index_put(index, records[i]), CODE_OK);
    index_know_concerns(index, true);
    cr_assert_eq(index_publish(index), CODE_OK);
    struct oracle_facts facts = facts_of(&region);
    struct oracle *oracle = oracle_create(&facts);
    const struct matching_root *root = root_acquire(index);
    cr_assert(root_places(root) > GROUPS / 2);
    region.arena = &questions;
    for (int i = 0; i < SEARCHES; i++) {
        arena_reset(&questions);
        if (i == SEARCHES / 2) { /* the other half without what monitoring says */
            root_release(index, root);
            index_know_concerns(index, false);
            cr_assert_eq(index_publish(index), CODE_OK);
            root = root_acquire(index);
        }
        ask(i, &region, root, oracle);
        many++;
    }
    cr_assert_eq(many, SEARCHES);
    root_release(index, root);
    oracle_destroy(oracle);
    index_destroy(index);
    arena_finish(&questions);
    arena_finish(&arena);
}

/* The oracle's own distance against a published figure: London (51°30′N 0°) to Berlin's 52°30′N 13°24′E, by
 * hand. */
Test(search_oracle, measures_by_itself)
{
    cr_assert_eq(oracle_metres(515000000, 0, 515000000, 0), 0);
    cr_assert_eq(oracle_metres(0, 0, 0, 10000000), 111195); /* a degree of the equator: 2 π 6371008.8 / 360 */
    cr_assert_eq(oracle_metres(0, 0, 900000000, 0), 10007557);
}

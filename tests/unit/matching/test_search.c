/* Searches of small regions: what fits and what does not, in which order, with which reasons (rules X1, X1a,
 * X2, X4, R3, R5). Near misses are in test_search_near.c, random regions in test_search_oracle.c. */

#include "services/matching/index_inside.h"
#include "tests/unit/matching/made_up.h"
#include "tests/unit/matching/small_region.h"

#include <stdlib.h>

static size_t found(struct small *small, const Pb__SearchRequest *asked)
{
    const Pb__SearchResponse *response = search(small, asked);
    cr_assert_eq(response->total, response->n_results);
    return response->n_results;
}

Test(search, two_rooms_that_each_meet_half_are_no_match) /* rule X1a */
{
    struct small small;
    small_init(&small);
    Pb__Provision *provision = home(&small, 1, 1000);
    Pb__PlaceGroup *semh = group(&small, 1, provision), *asd = group(&small, 2, provision);
    Pb__Need both[] = {PB__NEED__NEED_SEMH, PB__NEED__NEED_ASD};
    asd->needs[0] = PB__NEED__NEED_ASD;
    put(&small, provision);
    put(&small, semh);
    put(&small, asd);
    put(&small, vacancy(&small, semh, 1, "2026-01-01", NULL));
    put(&small, vacancy(&small, asd, 1, "2026-01-01", NULL));
    Pb__SearchRequest *asked = request(&small);
    asked->needs = both;
    asked->n_needs = 1;
    cr_assert_eq(found(&small, asked), 1);
    asked->n_needs = 2;
    cr_assert_eq(found(&small, asked), 0);
    asd->needs[1] = PB__NEED__NEED_SEMH;
    asd->n_needs = 2;
    put(&small, asd);
    const Pb__SearchResponse *response = search(&small, asked);
    cr_assert_eq(response->n_results, 1);
    cr_assert_str_eq(response->results[0]->place_group_id, asd->id);
    small_finish(&small);
}

Test(search, a_place_is_free_for_all_the_dates_or_no_result) /* rules X1a, R5 */
{
    static const struct {
        const char *from, *until, *start, *end;
        uint32_t places, siblings;
        size_t found;
    } cases[] = {
        {"2026-01-01", NULL, "", "", 1, 0, 1},
        {"2026-01-01", "2026-06-30", "", "", 1, 0, 0}, /* open-ended: it ends */
        {"2026-01-01", "2026-06-30", "", "2026-06-30", 1, 0, 1},
        {"2026-01-01", "2026-06-30", "", "2026-07-01", 1, 0, 0},
        {"2026-03-02", NULL, "", "", 1, 0, 0}, /* from tomorrow */
        {"2026-03-02", NULL, "2026-03-02", "", 1, 0, 1},
        {"2026-01-01", NULL, "", "", 1, 2, 0},
        {"2026-01-01", NULL, "", "", 2, 2, 1},
        {"2026-01-01", NULL, "", "", 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct small small;
        small_init(&small);
        Pb__Provision *provision = put_home(&small, 1, 1000);
        Pb__PlaceGroup *places = group(&small, 1, provision);
        put(&small, vacancy(&small, places, cases[i].places, cases[i].from, cases[i].until));
        Pb__SearchRequest *asked = request(&small);
        asked->start_on = cases[i].start;
        asked->end_on = cases[i].end;
        asked->siblings = cases[i].siblings;
        cr_assert_eq(found(&small, asked), cases[i].found, "case %zu", i);
        small_finish(&small);
    }
}

/* What a provision must be for a search to find it, besides its group. */
static void of_kind(Pb__Provision *provision, int kind)
{
    provision->kind = (Pb__ProvisionKind)kind;
}

static void of_status(Pb__Provision *provision, int status)
{
    provision->status = (Pb__RegistrationStatus)status;
}

static void of_judgement(Pb__Provision *provision, int judgement)
{
    provision->judgement = (Pb__Judgement)judgement;
}

Test(search, what_is_never_a_result_and_what_only_by_name) /* rules X1, X2 */
{
    Pb__ProvisionKind secure[] = {PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME};
    const struct {
        void (*change)(Pb__Provision *, int);
        int value;
        uint32_t age;
        bool ask_secure;
        int worst;
        size_t found;
    } cases[] = {
        {of_kind, 3, 12, false, 0, 1},      {of_kind, 8, 12, false, 0, 0},
        {of_kind, 7, 12, false, 0, 0},      {of_kind, 7, 12, true, 0, 1},
        {of_kind, 3, 12, true, 0, 0},       {of_kind, 6, 15, false, 0, 0},
        {of_kind, 6, 16, false, 0, 1},      {of_status, 2, 12, false, 0, 0},
        {of_status, 3, 12, false, 0, 0},    {of_status, 4, 12, false, 0, 0},
        {of_judgement, 3, 12, false, 2, 0}, {of_judgement, 2, 12, false, 2, 1},
        {of_judgement, 1, 12, false, 2, 1}, {of_judgement, 0, 12, false, 4, 0},
        {of_judgement, 0, 12, false, 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct small small;
        small_init(&small);
        Pb__Provision *provision = put_home(&small, 1, 1000);
        Pb__SearchRequest *asked = request(&small);
        cases[i].change(provision, cases[i].value);
        put(&small, provision);
        asked->age = cases[i].age;
        asked->judgement_at_worst = (Pb__Judgement)cases[i].worst;
        asked->kinds = secure;
        asked->n_kinds = cases[i].ask_secure;
        cr_assert_eq(found(&small, asked), cases[i].found, "case %zu", i);
        small_finish(&small);
    }
}

Test(search, a_suspended_provider_and_an_unverified_record) /* rule R3 */
{
    static const struct {
        Pb__ProviderState state;
        size_t found;
        bool unverified;
    } cases[] = {{0, 1, true}, {1, 1, true}, {2, 1, false}, {3, 0, false}, {2, 1, false}};
    struct small small;
    small_init(&small);
    put_home(&small, 1, 1000);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_provider(&small, cases[i].state);
        const Pb__SearchResponse *response = search(&small, request(&small));
        cr_assert_eq(response->n_results, cases[i].found, "case %zu", i);
        if (cases[i].found)
            cr_assert_eq(response->results[0]->unverified, cases[i].unverified, "case %zu", i);
    }
    small_finish(&small);
}

Test(search, nothing_without_a_position_is_within_any_distance) /* rule X1 */
{
    struct small small;
    small_init(&small);
    Pb__Provision *provision = put_home(&small, 1, 1000);
    provision->position = NULL;
    put(&small, provision);
    Pb__SearchRequest *asked = request(&small);
    const Pb__SearchResponse *response = search(&small, asked);
    cr_assert_eq(response->n_results, 1);
    cr_assert_eq(response->results[0]->distance_quality, PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED);
    cr_assert_eq(response->results[0]->marks[MARK_DISTANCE]->mark, 0);
    cr_assert_str_eq(response->results[0]->marks[MARK_DISTANCE]->reason, "distance not known");
    asked->within_m = 1000000;
    response = search(&small, asked);
    cr_assert_eq(response->n_results, 0);
    cr_assert_eq(response->n_near_misses, 0, "how far it is cannot be said");
    cr_assert_eq(response->considered, 1);
    small_finish(&small);
}

Test(search, the_limit_is_to_the_metre)
{
    struct small small;
    small_init(&small);
    put_home(&small, 1, 12345);
    Pb__SearchRequest *asked = request(&small);
    uint32_t metres = search(&small, asked)->results[0]->distance_m;
    cr_assert(metres > 12300 && metres < 12400);
    asked->within_m = metres;
    cr_assert_eq(found(&small, asked), 1);
    asked->within_m = metres - 1;
    cr_assert_eq(found(&small, asked), 0);
    small_finish(&small);
}

Test(search, ties_break_on_urn_then_provision_then_group) /* rule X4 */
{
    static const struct {
        unsigned provision;
        const char *urn;
    } put_order[] = {
        {4, NULL},        {3, NULL}, {7, "ofsted:1234567"}, {1, "ofsted:SC000002"}, {5, "ofsted:SC000001"},
        {6, "dfe:999999"}};
    static const unsigned expected[] = {6, 7, 5, 1, 3, 4}; /* those without a URN last, by provision */
    struct small small;
    small_init(&small);
    for (size_t i = 0; i < sizeof put_order / sizeof *put_order; i++) {
        Pb__Provision *provision = put_home(&small, put_order[i].provision, 1000);
        provision->n_urns = put_order[i].urn != NULL;
        provision->urns[0] = put_order[i].urn;
        put(&small, provision);
    }
    Pb__Provision *first = home(&small, 6, 1000);
    for (unsigned other = 99; other >= 98; other--) { /* two more groups there, the higher first */
        Pb__PlaceGroup *places = group(&small, other, first);
        put(&small, places);
        put(&small, vacancy(&small, places, 1, "2026-01-01", NULL));
    }
    const Pb__SearchResponse *response = search(&small, request(&small));
    cr_assert_eq(response->n_results, 8);
    cr_assert_str_eq(response->results[0]->place_group_id, id_of(&small, 'g', 6));
    cr_assert_str_eq(response->results[1]->place_group_id, id_of(&small, 'g', 98));
    cr_assert_str_eq(response->results[2]->place_group_id, id_of(&small, 'g', 99));
    for (size_t i = 0; i < 6; i++)
        cr_assert_str_eq(response->results[i ? i + 2 : 0]->provision_id, id_of(&small, 'p', expected[i]),
                         "rank %zu", i);
    for (size_t i = 1; i < 8; i++)
        cr_assert_eq(response->results[i]->score, response->results[0]->score);
    small_finish(&small);
}

Test(search, each_result_says_why) /* rule X2 */
{
    struct small small;
    small_init(&small);
    put_provider(&small, PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED);
    put_home(&small, 1, 6760);
    Pb__Need needs[] = {PB__NEED__NEED_SEMH};
    Pb__SearchRequest *asked = request(&small);
    asked->within_m = 32187;
    asked->weekly_fee_max_pence = 425050;
    asked->needs = needs;
    asked->n_needs = 1;
    asked->siblings = 1;
    const Pb__SearchResponse *response = search(&small, asked);
    cr_assert_eq(response->n_results, 1);
    const Pb__SearchResult *result = response->results[0];
    static const struct {
        enum mark mark;
        uint32_t value;
        const char *reason;
    } cases[] = {
        {MARK_DISTANCE, 78, "4.2 miles"},
        {MARK_JUDGEMENT, 80, "Good, March 2025"},
        {MARK_FEE, 52, "£4,000 a week, £250.50 under the limit"},
        {MARK_FRESHNESS, 94, "confirmed 3 days ago"},
        {MARK_NEEDS, 100, "SEMH only"},
        {MARK_AGE, 100, "10 to 17, 5 more years"},
        {MARK_VACANCY, 60, "1 free"},
        {MARK_CONCERN, 50, "concerns are not known"},
    };
    for (size_t i = 0; i < MARK_COUNT; i++) {
        const Pb__Mark *mark = result->marks[cases[i].mark];
        cr_assert_str_eq(mark->reason, cases[i].reason);
        cr_assert_eq(mark->mark, cases[i].value, "%s: %u", mark->reason, mark->mark);
        cr_assert_eq(mark->weight, mark_weight(cases[i].mark));
        cr_assert_eq(mark->criterion, mark_criterion(cases[i].mark));
    }
    cr_assert_eq(result->score,
                 78 * 30 + 80 * 20 + 52 * 10 + 94 * 10 + 100 * 10 + 100 * 5 + 60 * 5 + 50 * 10);
    cr_assert_str_eq(result->provision_name, "Home 1");
    cr_assert_str_eq(result->place_group_name, "Main house");
    cr_assert_str_eq(result->urn, "ofsted:SC000001");
    cr_assert_str_eq(result->judged_on, "2025-03-12");
    cr_assert_str_eq(result->local_authority, "E10000015");
    cr_assert(!result->vacancy_stale && !result->unverified && result->weekly_fee_pence == 400000);
    cr_assert_eq(response->home->latitude_e7, HOME_LATITUDE);
    small_finish(&small);
}

Test(search, reasons_of_every_sort)
{
    static const struct {
        enum mark mark;
        struct candidate candidate;
        uint32_t fee_max, places;
        const char *reason;
    } cases[] = {
        {MARK_DISTANCE, {.distance_m = 0, .quality = 1}, 0, 1, "0.0 miles"},
        {MARK_DISTANCE,
         {.distance_m = 20004, .quality = 4},
         0,
         1,
         "about 12.4 miles, approximate: middle of the local authority"},
        {MARK_DISTANCE,
         {.distance_m = 1609344, .quality = 2},
         0,
         1,
         "about 1000.0 miles, approximate: middle of the postcode sector"},
        {MARK_JUDGEMENT, {.judged = 2025 * 12}, 0, 1, "not judged"},
        {MARK_JUDGEMENT, {.judgement = JUDGEMENT_INADEQUATE}, 0, 1, "Inadequate"},
        {MARK_JUDGEMENT,
         {.judgement = JUDGEMENT_REQUIRES_IMPROVEMENT, .judged = 2024 * 12 + 11},
         0,
         1,
         "Requires improvement to be good, December 2024"},
        {MARK_JUDGEMENT,
         {.judgement = JUDGEMENT_OUTSTANDING, .judged = 2025 * 12},
         0,
         1,
         "Outstanding, January 2025"},
        {MARK_FEE, {.fee = 0}, 400000, 1, "fee not stated"},
        {MARK_FEE, {.fee = 400000}, 400000, 1, "£4,000 a week, at the limit"},
        {MARK_FEE, {.fee = 123456705}, 0, 1, "£1,234,567.05 a week"},
        {MARK_FRESHNESS, {.confirmed_at_ms = 0}, 0, 1, "never confirmed"},
        {MARK_FRESHNESS, {.confirmed_at_ms = 100 * INT64_C(86400000)}, 0, 1, "confirmed today"},
        {MARK_FRESHNESS, {.confirmed_at_ms = 99 * INT64_C(86400000)}, 0, 1, "confirmed 1 day ago"},
        {MARK_FRESHNESS, {.confirmed_at_ms = 71 * INT64_C(86400000)}, 0, 1, "confirmed 29 days ago: stale"},
        {MARK_NEEDS, {.traits = 31, .needs = 5}, 0, 1, "SPLD, MLD and 3 other needs"},
        {MARK_NEEDS, {.traits = 7, .needs = 3}, 0, 1, "SPLD, MLD and 1 other need"},
        {MARK_AGE, {.traits = TRAIT(TRAIT_AGES + 12), .oldest = 12}, 0, 1, "12 to 12, the last year"},
        {MARK_AGE, {.traits = TRAIT(TRAIT_AGES + 8), .oldest = 13}, 0, 1, "8 to 13, 1 more year"},
        {MARK_VACANCY, {.free_places = 3}, 0, 2, "3 free, 2 needed"},
        {MARK_CONCERN, {.concern = CONCERN_NONE}, 0, 1, "no open concern"},
        {MARK_CONCERN, {.concern = CONCERN_NOT_KNOWN, .open_concerns = 2}, 0, 1, "concerns are not known"},
        {MARK_CONCERN, {.concern = CONCERN_HIGH, .open_concerns = 1}, 0, 1, "1 open concern, high"},
        {MARK_CONCERN,
         {.concern = CONCERN_SUSPENDED, .open_concerns = 3, .suspensions = 1},
         0,
         1,
         "suspended: nobody should be placed there now; 3 open concerns"},
        {MARK_CONCERN,
         {.concern = CONCERN_SUSPENDED, .open_concerns = UINT32_MAX},
         0,
         1,
         "suspended: nobody should be placed there now; 4294967295 open concerns"},
        {MARK_FEE, {.fee = 1}, UINT32_MAX, 1, "£0.01 a week, £42,949,672.94 under the limit"},
        {MARK_NEEDS, {.traits = UINT64_MAX, .needs = NEED_COUNT}, 0, 1, "SPLD, MLD and 11 other needs"},
    };
    char packed[MARKS_BYTES_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search asked = {.age = 12,
                               .fee_max = cases[i].fee_max,
                               .places = cases[i].places,
                               .home_quality = 1,
                               .wanted = 3,
                               .needs = 2,
                               .asked_at_ms = 100 * INT64_C(86400000)};
        struct reasons_alike alike = {0};
        const char *end = marks_write(&asked, 28, &cases[i].candidate, &alike, packed);
        Pb__SearchResult *result = (void *)protobuf_c_message_unpack(
            &pb__search_result__descriptor, NULL, (size_t)(end - packed), (const uint8_t *)packed);
        cr_assert(result && result->n_marks == MARK_COUNT);
        cr_assert_str_eq(result->marks[cases[i].mark]->reason, cases[i].reason);
        protobuf_c_message_free_unpacked(&result->base, NULL);
    }
}

Test(search, staleness_is_the_regions) /* rule R5 */
{
    static const struct {
        uint32_t stale_days;
        bool stale;
        uint32_t mark;
    } cases[] = {{0, false, 94}, {3, false, 40}, {2, true, 20}, {1, true, 20}};
    struct small small;
    small_init(&small);
    put_home(&small, 1, 1000);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pb__Region region;
        pb__region__init(&region);
        region.vacancy_stale_days = cases[i].stale_days;
        region.demonstration = cases[i].stale;
        put(&small, &region);
        const Pb__SearchResponse *response = search(&small, request(&small));
        cr_assert_eq(response->results[0]->vacancy_stale, cases[i].stale, "case %zu", i);
        cr_assert_eq(response->results[0]->marks[MARK_FRESHNESS]->mark, cases[i].mark, "case %zu", i);
        cr_assert_eq(response->demonstration, cases[i].stale);
    }
    small_finish(&small);
}

Test(search, what_is_removed_is_no_result)
{
    struct small small;
    small_init(&small);
    struct uuid id;
    Pb__Provision *provision = put_home(&small, 1, 1000);
    Pb__PlaceGroup *places = group(&small, 1, provision);
    Pb__Vacancy *free = vacancy(&small, places, 1, "2026-01-01", NULL);
    const ProtobufCMessage *records[] = {&free->base, &places->base, &provision->base};
    const char *ids[] = {free->id, places->id, provision->id};
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(found(&small, request(&small)), 1);
        cr_assert(uuid_parse(ids[i], &id));
        index_remove(small.index, records[i]->descriptor, span_of(id.bytes, UUID_BYTES));
        cr_assert_eq(found(&small, request(&small)), 0, "record %zu", i);
        put(&small, records[i]);
        if (i == 1) /* a group that went and came back has the vacancy that was stated */
            cr_assert_eq(found(&small, request(&small)), 1);
    }
    index_clear(small.index);
    cr_assert_eq(found(&small, request(&small)), 0);
    cr_assert_eq(root_places(small.root), 0);
    put_home(&small, 2, 1000);
    cr_assert_eq(found(&small, request(&small)), 1);
    small_finish(&small);
}

Test(search, a_root_stays_as_it_is_while_it_is_held)
{
    struct small small;
    small_init(&small);
    put_home(&small, 1, 1000);
    cr_assert_eq(index_publish(small.index), CODE_OK);
    const struct matching_root *old = root_acquire(small.index);
    Pb__Provision *provision = home(&small, 1, 90000);
    provision->name = "Moved";
    put(&small, provision);
    for (unsigned number = 2; number < 40; number++) {
        put_home(&small, number, 500 * number);
        cr_assert_eq(index_publish(small.index), CODE_OK);
    }
    struct search read;
    struct fault fault;
    cr_assert_eq(search_read(request(&small), &read, &fault), CODE_OK);
    read.home = (struct position_e7){HOME_LATITUDE, HOME_LONGITUDE};
    const Pb__SearchResponse *response = answered(&small, old, &read);
    cr_assert_eq(response->n_results, 1);
    cr_assert_str_eq(response->results[0]->provision_name, "Home 1");
    root_release(small.index, old);
    Pb__SearchRequest *asked = request(&small);
    asked->size = 200;
    cr_assert_eq(found(&small, asked), 39);
    small_finish(&small);
}

Test(search, what_the_index_does_not_take)
{
    struct small small;
    small_init(&small);
    Pb__Provision *provision = home(&small, 1, 1);
    Pb__PlaceGroup *places = group(&small, 1, provision);
    Pb__Authority authority;
    pb__authority__init(&authority);
    cr_assert_eq(index_put(small.index, &authority.base), CODE_OK, "no concern of the index");
    provision->id = "SC000001";
    cr_assert_eq(index_put(small.index, &provision->base), CODE_INVALID_ARGUMENT);
    places->provision_id = "";
    cr_assert_eq(index_put(small.index, &places->base), CODE_INVALID_ARGUMENT);
    cr_assert_eq(found(&small, request(&small)), 0);
    small_finish(&small);
}

/* --- the order in which facts come ------------------------------------------------------------------- */

static void shuffle(struct made_up *region, const ProtobufCMessage **records, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = below(region, (uint32_t)i);
        const ProtobufCMessage *record = records[i - 1];
        records[i - 1] = records[other];
        records[other] = record;
    }
}

/* Puts all, some of them twice, publishing now and then. */
static struct matching_index *index_of(struct made_up *region, const ProtobufCMessage **records, size_t count)
{
    struct matching_index *index;
    cr_assert_eq(index_create(&index), CODE_OK);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(index_put(index, records[i]), CODE_OK);
        cr_assert_eq(index_put(index, records[below(region, (uint32_t)i + 1)]), CODE_OK);
        if (one_in(region, 100))
            cr_assert_eq(index_publish(index), CODE_OK);
    }
    cr_assert_eq(index_publish(index), CODE_OK);
    return index;
}

static struct span answer_of(struct matching_index *index, const struct search *asked, struct arena *arena)
{
    const struct matching_root *root = root_acquire(index);
    Pb__SearchResponse response;
    pb__search_response__init(&response);
    cr_assert_eq(root_search(root, asked, arena, &response), CODE_OK);
    size_t size = protobuf_c_message_get_packed_size(&response.base);
    uint8_t *packed = arena_alloc(arena, size + 1);
    cr_assert(packed);
    protobuf_c_message_pack(&response.base, packed);
    root_release(index, root);
    return span_of(packed, size);
}

Test(search, the_answer_does_not_depend_on_the_order_of_the_facts) /* rule X4 */
{
    enum { GROUPS = 1500, ORDERS = 5, SEARCHES = 60 };
    struct arena arena;
    size_t count, answered = 0;
    arena_init(&arena, 256u << 20);
    struct made_up region = make_up(11, GROUPS, &arena);
    const ProtobufCMessage **records = made_up_records(&region, &count);
    struct matching_index *indexes[ORDERS];
    for (int order = 0; order < ORDERS; order++) {
        indexes[order] = index_of(&region, records, count);
        shuffle(&region, records, count);
    }
    for (int i = 0; i < SEARCHES; i++) {
        struct search asked;
        struct fault fault;
        Pb__SearchRequest *drawn = draw_request(&region);
        cr_assert_eq(search_read(drawn, &asked, &fault), CODE_OK, "%s", fault.reason);
        asked.home = (struct position_e7){515000000 + (int32_t)below(&region, 10000000), -5000000};
        asked.home_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
        struct span first = answer_of(indexes[0], &asked, &arena);
        answered += first.size > 100;
        for (int order = 1; order < ORDERS; order++)
            cr_assert(span_equal(first, answer_of(indexes[order], &asked, &arena)), "search %d, order %d", i,
                      order);
    }
    cr_assert(answered > SEARCHES / 3, "the searches find something");
    for (int order = 0; order < ORDERS; order++)
        index_destroy(indexes[order]);
    arena_finish(&arena);
}

/* --- the engine's own short cuts --------------------------------------------------------------------- */

Test(search, both_sieves_give_the_same_rows)
{
    enum { ROWS = 500, ROOM = ROWS + BAND_WORD };
    struct arena arena;
    arena_init(&arena, 64u << 20);
    struct made_up region = make_up(5, 1, &arena);
    struct band band = {.count = ROWS, .words = (ROWS + BAND_WORD - 1) / BAND_WORD};
    uint32_t plain[ROWS + SIEVE_SPARE], wide[ROWS + SIEVE_SPARE], many = 0;
    band.bits = arena_array(&arena, uint64_t, (size_t)band.words * BAND_BITS);
    band.traits = arena_array(&arena, uint64_t, ROOM);
    band.open = arena_array(&arena, uint16_t, ROOM);
    band.from = arena_array(&arena, uint16_t, ROOM);
    band.until = arena_array(&arena, uint16_t, ROOM);
    for (int i = 0; i < ROWS; i++) {
        band.traits[i] = (draw(&region) | draw(&region) | draw(&region)) & (TRAIT(TRAITS_USED) - 1);
        band.open[i] = day16(one_in(&region, 2) ? DAY_FAR : (int32_t)below(&region, 20));
        band.from[i] = day16((int32_t)below(&region, 20));
        band.until[i] = day16(one_in(&region, 2) ? DAY_FAR : 15 + (int32_t)below(&region, 20));
    }
    band_write_bits(&band);
    for (int i = 0; i < 200; i++) {
        struct search asked = {.wanted =
                                   draw(&region) & draw(&region) & draw(&region) & (TRAIT(TRAITS_USED) - 1),
                               .from = (int32_t)below(&region, 25)};
        asked.until = one_in(&region, 2) ? DAY_FAR : asked.from + (int32_t)below(&region, 20);
        uint32_t from = below(&region, ROWS), to = from + below(&region, ROWS - from + 1);
        uint32_t count = sieve_plain(&band, &asked, from, to, plain), fit = 0;
        for (uint32_t row = from; row < to; row++) {
            bool free = asked.until == DAY_FAR
                            ? band.open[row] <= asked.from
                            : band.from[row] <= asked.from && band.until[row] >= asked.until;
            if (free && !(asked.wanted & ~band.traits[row]))
                cr_assert(fit < count && plain[fit++] == row, "case %d, row %u", i, row);
        }
        cr_assert_eq(fit, count, "case %d", i);
        many += count;
        if (!sieve_is_wide())
            continue;
        cr_assert_eq(sieve_wide(&band, &asked, from, to, wide), count, "case %d", i);
        cr_assert_arr_eq(wide, plain, count * sizeof *plain);
    }
    cr_assert(many > 100);
    arena_finish(&arena);
}

Test(search, distances_are_the_domains_to_the_metre) /* rule X4 */
{
    struct arena arena;
    arena_init(&arena, 1u << 20);
    struct made_up region = make_up(9, 1, &arena);
    for (int i = 0; i < 200000; i++) {
        uint32_t spread = 1u << (4 + below(&region, 24));
        struct position_e7 home = {500000000 + (int32_t)below(&region, 100000000),
                                   -80000000 + (int32_t)below(&region, 100000000)};
        struct position_e7 there = {home.latitude + (int32_t)below(&region, spread),
                                    home.longitude - (int32_t)below(&region, spread)};
        struct search asked = {.home = home};
        struct matching_root root = {0};
        struct sphere_point point = sphere_point_of(there);
        struct row row = {.x = point.x, .y = point.y, .z = point.z, .quality = 1};
        struct scan scan = {.root = &root, .search = &asked, .home = sphere_point_of(home)};
        cr_assert_eq(scan_distance(&scan, &row), distance_between(home, there).value, "case %d", i);
    }
    arena_finish(&arena);
}

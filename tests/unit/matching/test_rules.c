/* The rules of a search, as tables: what a place group's traits are, what is never offered, when places are
 * free, what marks are worth, and which requests are refused with which words (rules X1, X1a, X2, R3, R5). */

#include "services/matching/rules.h"

#include <criterion/criterion.h>

#include <stdio.h>

/* --- traits and provisions --------------------------------------------------------------------------- */

static Pb__PlaceGroup group_with(Pb__Need *needs, size_t count)
{
    Pb__PlaceGroup group;
    pb__place_group__init(&group);
    group.needs = needs;
    group.n_needs = count;
    group.age_min = 10;
    group.age_max = 17;
    return group;
}

Test(rules, traits_are_the_groups_own) /* rule X1a */
{
    Pb__Need needs[] = {PB__NEED__NEED_SEMH, PB__NEED__NEED_ASD, 99, PB__NEED__NEED_SEMH};
    Pb__Attendance attendances[] = {PB__ATTENDANCE__ATTENDANCE_WEEKS_52};
    Pb__PlaceGroup group = group_with(needs, 4);
    Pb__Provision provision;
    pb__provision__init(&provision);
    provision.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision.age_min = 5;
    provision.age_max = 18;
    provision.attendances = attendances;
    provision.n_attendances = 1;
    provision.judgement = PB__JUDGEMENT__JUDGEMENT_GOOD;
    group.gender = PB__GENDER__GENDER_FEMALE;
    uint64_t traits = traits_of(&group, &provision);
    cr_assert_eq(traits & TRAITS_OF_NEEDS, TRAIT(TRAIT_NEEDS + NEED_SEMH) | TRAIT(TRAIT_NEEDS + NEED_ASD));
    cr_assert_eq(traits_youngest(traits), 10);
    cr_assert_eq(traits_oldest(traits), 17);
    cr_assert(traits & TRAIT(TRAIT_FEMALE) && !(traits & TRAIT(TRAIT_MALE)));
    cr_assert(traits & TRAIT(TRAIT_UNDER_16));
    cr_assert(!(traits & TRAIT(TRAIT_SOLO)));
    cr_assert_eq(traits & TRAITS_OF_ATTENDANCES, TRAIT(TRAIT_ATTENDANCES + 2),
                 "the provision's, as it says none");
    /* Good is Good or worse, not Outstanding. */
    cr_assert_eq(traits & TRAITS_OF_JUDGEMENTS, UINT64_C(14) << TRAIT_JUDGEMENTS);
    group.age_max = 0;
    cr_assert_eq(traits_oldest(traits_of(&group, &provision)), 18,
                 "an oldest age not known is the provision's");
    provision.age_max = 0;
    cr_assert_eq(traits_oldest(traits_of(&group, &provision)), SEARCH_AGE_MAX);
    provision.kind = PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION;
    cr_assert(!(traits_of(&group, &provision) & TRAIT(TRAIT_UNDER_16)), "rule X1");
    provision.judgement = PB__JUDGEMENT__JUDGEMENT_UNSPECIFIED;
    cr_assert_eq(traits_of(&group, &provision) & TRAITS_OF_JUDGEMENTS, 0);
    group.age_min = 26;
    cr_assert_eq(traits_of(&group, &provision) & TRAITS_OF_AGES, 0);
    cr_assert_eq(traits_oldest(0), 0);
}

/* What a group does not state is its provision's: a home registered for eleven on is nothing for a child of
 * five, nor a boys' school for a girl. What the group does state counts (rule X1a). */
Test(rules, a_group_that_does_not_say_takes_whom_its_provision_takes)
{
    static const struct {
        unsigned age_min, age_max;
        Pb__Gender gender;
        unsigned youngest, oldest;
        bool female, male;
    } cases[] = {
        {0, 0, PB__GENDER__GENDER_UNSPECIFIED, 11, 16, false, true},
        {13, 0, PB__GENDER__GENDER_UNSPECIFIED, 13, 16, false, true},
        {0, 18, PB__GENDER__GENDER_MALE, 11, 18, false, true},
        {9, 12, PB__GENDER__GENDER_FEMALE, 9, 12, true, false},
    };
    Pb__Provision provision;
    pb__provision__init(&provision);
    provision.age_min = 11, provision.age_max = 16, provision.gender = PB__GENDER__GENDER_MALE;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pb__PlaceGroup group = group_with(NULL, 0);
        group.age_min = cases[i].age_min, group.age_max = cases[i].age_max, group.gender = cases[i].gender;
        uint64_t traits = traits_of(&group, &provision);
        cr_assert_eq(traits_youngest(traits), cases[i].youngest, "case %zu", i);
        cr_assert_eq(traits_oldest(traits), cases[i].oldest, "case %zu", i);
        cr_assert_eq((traits & TRAIT(TRAIT_FEMALE)) != 0, cases[i].female, "case %zu", i);
        cr_assert_eq((traits & TRAIT(TRAIT_MALE)) != 0, cases[i].male, "case %zu", i);
    }
}

Test(rules, what_is_offered_and_what_is_verified) /* rules X1, R3 */
{
    static const struct {
        Pb__ProvisionKind kind;
        Pb__RegistrationStatus status;
        Pb__ProviderState provider;
        Pb__ClaimState claim;
        bool offered, unverified;
    } cases[] = {
        {2, 1, 2, 2, true, false},  {3, 1, 2, 0, true, false},  {3, 0, 2, 2, true, false},
        {7, 1, 2, 2, true, false},  {8, 1, 2, 2, false, false}, /* other kinds */
        {0, 1, 2, 2, false, false}, {3, 2, 2, 2, false, false}, /* suspended */
        {3, 3, 2, 2, false, false},                             /* closed */
        {3, 4, 2, 2, false, false},                             /* proposed */
        {3, 1, 3, 2, false, true},                              /* its provider is suspended */
        {3, 1, 1, 2, true, true},                               /* its provider is not approved */
        {3, 1, 0, 0, true, true},                               /* nobody has registered */
        {3, 1, 2, 1, true, true},   {3, 1, 2, 3, true, true},   /* a claim waits, was declined */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pb__Provision provision;
        pb__provision__init(&provision);
        provision.kind = cases[i].kind;
        provision.status = cases[i].status;
        provision.claim_state = cases[i].claim;
        cr_assert_eq(provision_is_offered(&provision, cases[i].provider), cases[i].offered, "case %zu", i);
        cr_assert_eq(provision_is_unverified(&provision, cases[i].provider), cases[i].unverified, "case %zu",
                     i);
    }
}

Test(rules, areas_are_numbers)
{
    char text[10];
    area_print(area_of("E10000015"), text);
    cr_assert_str_eq(text, "E10000015");
    area_print(area_of("W06000015"), text);
    cr_assert_str_eq(text, "W06000015");
    cr_assert_eq(area_of(""), 0);
    cr_assert_eq(area_of("Hertfordshire"), 0);
    area_print(0, text);
    cr_assert_str_eq(text, "");
    cr_assert_eq(area_of("E08000038"), area_of("E08000016"), "Barnsley by either code");
}

/* --- free places ------------------------------------------------------------------------------------- */

/* What is stated beyond the days on which it is open is nobody's to sleep in: both days still count. */
Test(rules, places_are_free_while_it_is_open)
{
    struct period periods[] = {{1, 9, 1}, {10, 19, 2}, {20, DAY_FAR, 3}};
    cr_assert_eq(periods_within(periods, 3, INT32_MIN, DAY_FAR), 3);
    cr_assert_eq(periods_within(periods, 3, 5, 25), 3);
    cr_assert(periods[0].from == 5 && periods[2].from == 20 && periods[2].until == 25);
    cr_assert_eq(periods_within(periods, 3, 10, 19), 1);
    cr_assert(periods[0].from == 10 && periods[0].until == 19 && periods[0].places == 2);
    cr_assert_eq(periods_within(periods, 1, 20, DAY_FAR), 0);
}

Test(rules, places_are_free_on_every_day) /* rule X1a */
{
    static const struct period gap[] = {{10, 19, 2}, {20, 29, 1}, {31, DAY_FAR, 3}};
    static const struct {
        int32_t from, until;
        uint32_t free;
    } cases[] = {
        {10, 19, 2}, {10, 20, 1}, {19, 20, 1},      {9, 12, 0},       {20, 29, 1}, {20, 30, 0},
        {30, 30, 0}, {31, 99, 3}, {31, DAY_FAR, 3}, {20, DAY_FAR, 0}, {29, 31, 0}, {40, DAY_FAR, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_eq(periods_free(gap, 3, cases[i].from, cases[i].until), cases[i].free, "case %zu", i);
    cr_assert_eq(periods_free(gap, 2, 10, DAY_FAR), 0, "what ends is not free for ever");
    cr_assert_eq(periods_free(NULL, 0, 1, 1), 0);
}

Test(rules, the_first_day_that_would_do) /* rule X3 */
{
    static const struct period gap[] = {{10, 19, 2}, {20, 29, 1}, {31, DAY_FAR, 3}};
    static const struct {
        int32_t after, until;
        uint32_t places;
        int32_t day;
    } cases[] = {
        {5, 15, 1, 10},           {5, 25, 1, 10}, {5, 25, 2, DAY_FAR}, {5, DAY_FAR, 1, 31},
        {5, DAY_FAR, 4, DAY_FAR}, {5, 35, 3, 31}, {5, 30, 1, DAY_FAR}, {5, 9, 1, DAY_FAR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_eq(periods_first_day(gap, 3, cases[i].after, cases[i].until, cases[i].places), cases[i].day,
                     "case %zu", i);
}

Test(rules, periods_are_read_as_far_as_they_can_be)
{
    Pb__FreePeriod free[4], *pointers[4];
    Pb__Vacancy vacancy;
    struct period periods[4];
    static const struct {
        const char *from, *until;
        uint32_t places;
    } given[] = {{"2026-05-01", "", 1},
                 {"2026-03-01", "2026-04-30", 2},
                 {"soon", "", 1},
                 {"2026-01-01", "2025-01-01", 1}};
    pb__vacancy__init(&vacancy);
    for (size_t i = 0; i < 4; i++) {
        pb__free_period__init(&free[i]);
        free[i].from = given[i].from;
        free[i].until = given[i].until;
        free[i].places = given[i].places;
        pointers[i] = &free[i];
    }
    vacancy.free = pointers;
    vacancy.n_free = 4;
    cr_assert_eq(periods_read(&vacancy, periods), 2);
    cr_assert(periods[0].from == 20513 && periods[0].places == 2);
    cr_assert(periods[1].until == DAY_FAR && periods[1].places == 1);
}

/* --- marks ------------------------------------------------------------------------------------------- */

Test(rules, marks_are_as_published) /* rule X2; services/matching/README.md */
{
    struct search limited = {
        .within_m = 40000, .fee_max = 400000, .places = 2, .age = 12, .needs = 1, .home_quality = 1};
    struct search open = {.places = 1, .age = 12, .home_quality = 1};
    struct search vague = {.within_m = 40000,
                           .home_quality = PB__POSITION_QUALITY__POSITION_QUALITY_OUTWARD_CODE};
    const struct {
        uint32_t mark, is;
    } cases[] = {
        {mark_distance(&limited, 0, 1), 100},
        {mark_distance(&limited, 10000, 1), 75},
        {mark_distance(&limited, 10001, 1), 74},
        {mark_distance(&limited, 40000, 1), 0},
        {mark_distance(&open, 80467, 1), 50},
        {mark_distance(&open, 200000, 1), 0},
        {mark_distance(&limited, 10000, 2), 73},
        {mark_distance(&limited, 10000, 4), 55},
        {mark_distance(&limited, 39000, 4), 0}, /* never below */
        {mark_distance(&vague, 10000, 1), 70},
        {mark_distance(&vague, 10000, 4), 55}, /* the worse of the two */
        {mark_distance(&open, DISTANCE_UNKNOWN, 0), 0},
        {mark_needs(&limited, 1), 100},
        {mark_needs(&limited, 3), 90},
        {mark_needs(&limited, 13), 50},
        {mark_needs(&open, 9), 100},
        {mark_age(&open, 12), 40},
        {mark_age(&open, 13), 60},
        {mark_age(&open, 14), 80},
        {mark_age(&open, 25), 100},
        {mark_vacancy(&limited, 2), 60},
        {mark_vacancy(&limited, 3), 80},
        {mark_vacancy(&limited, 4), 100},
        {mark_fee(&limited, 0), 20},
        {mark_fee(&limited, 400000), 50},
        {mark_fee(&limited, 200000), 75},
        {mark_fee(&open, 0), 20},
        {mark_fee(&open, 250000), 75},
        {mark_fee(&open, 1000000), 0},
        {mark_fee(&open, 2000000), 0},
        {mark_judgement(0), 50},
        {mark_judgement(1), 100},
        {mark_judgement(2), 80},
        {mark_judgement(3), 40},
        {mark_judgement(4), 0},
        {mark_freshness(0, 28), 100},
        {mark_freshness(14, 28), 70},
        {mark_freshness(28, 28), 40},
        {mark_freshness(29, 28), 20},
        {mark_freshness(35, 28), 19},
        {mark_freshness(28 + 140, 28), 0},
        {mark_freshness(INT32_MAX, 28), 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_eq(cases[i].mark, cases[i].is, "case %zu: %u, not %u", i, cases[i].mark, cases[i].is);
}

Test(rules, a_concern_is_as_grave_as_its_gravest) /* rule M5 */
{
    static const struct {
        uint32_t open, suspensions;
        Pb__ConcernSeverity gravest;
        enum concern concern;
        uint32_t mark;
    } cases[] = {
        {0, 0, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_UNSPECIFIED, CONCERN_NONE, 100},
        {1, 0, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW, CONCERN_LOW, 70},
        {2, 0, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_MEDIUM, CONCERN_MEDIUM, 40},
        {1, 0, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_UNSPECIFIED, CONCERN_MEDIUM, 40},
        {9, 0, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_HIGH, CONCERN_HIGH, 10},
        {1, 1, PB__CONCERN_SEVERITY__CONCERN_SEVERITY_LOW, CONCERN_SUSPENDED, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pb__ProvisionQuality quality = PB__PROVISION_QUALITY__INIT;
        quality.open_concerns = cases[i].open;
        quality.suspensions = cases[i].suspensions;
        quality.gravest = cases[i].gravest;
        cr_assert_eq(concern_of(&quality), cases[i].concern, "case %zu", i);
        cr_assert_eq(mark_concern(cases[i].concern), cases[i].mark, "case %zu", i);
    }
    cr_assert_eq(concern_of(NULL), CONCERN_NONE);
    cr_assert_eq(mark_concern(CONCERN_NOT_KNOWN), 50);
}

Test(rules, the_score_is_the_weighted_mean_in_hundredths)
{
    struct search search = {.weight_sum = 100};
    uint32_t marks[MARK_COUNT];
    unsigned sum = 0;
    for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
        sum += search.weights[mark] = mark_weight((enum mark)mark);
        marks[mark] = 100;
    }
    cr_assert_eq(sum, 100);
    cr_assert_eq(score_of(&search, marks), 10000);
    marks[MARK_DISTANCE] = 33;
    cr_assert_eq(score_of(&search, marks), 7990);
    search = (struct search){.weight_sum = 3, .weights = {1, 2}};
    cr_assert_eq(score_of(&search, (uint32_t[MARK_COUNT]){100, 0}), 3333, "cut, not rounded");
}

Test(rules, days_since_are_whole_days)
{
    const int64_t day = DAY_MS;
    cr_assert_eq(days_since(day, day), 0);
    cr_assert_eq(days_since(day, 2 * day - 1), 0);
    cr_assert_eq(days_since(day, 2 * day), 1);
    cr_assert_eq(days_since(5 * day, day), 0, "confirmed by a clock ahead of ours");
    cr_assert_eq(days_since(0, day), INT32_MAX, "never");
}

/* --- requests ---------------------------------------------------------------------------------------- */

static Pb__SearchRequest good(void)
{
    Pb__SearchRequest request;
    pb__search_request__init(&request);
    request.postcode = "SG13 8DQ";
    request.age = 12;
    request.today = "2026-03-01";
    request.asked_at_ms = 1772323200000;
    return request;
}

static void expect_refusal(const Pb__SearchRequest *request, const char *field, const char *reason)
{
    struct search search = {.age = 77};
    struct fault fault;
    cr_assert_eq(search_read(request, &search, &fault), CODE_INVALID_ARGUMENT, "%s: %s", field, reason);
    cr_assert_str_eq(fault.field, field);
    cr_assert_str_eq(fault.reason, reason);
    cr_assert_eq(search.age, 77, "untouched on failure");
}

Test(rules, every_field_is_checked) /* rule X1 */
{
    Pb__Need needs[SEARCH_LISTED_MAX + 1] = {14};
    Pb__Adaptation adaptations[] = {6};
    Pb__ProvisionKind kinds[] = {9}, other[] = {8};
    const char *areas[SEARCH_AVOID_MAX + 1] = {"E10009999"};
    Pb__SearchRequest request;
#define REFUSED(field, reason, ...)                                                                          \
    request = good();                                                                                        \
    __VA_ARGS__;                                                                                             \
    expect_refusal(&request, field, reason)
    REFUSED("age", "26 is above 25", request.age = 26);
    REFUSED("gender", "there is no gender 3", request.gender = 3);
    REFUSED("siblings", "21 is above 20", request.siblings = 21);
    REFUSED("needs", "there is no need 14", request.needs = needs; request.n_needs = 1);
    REFUSED("needs", "65 are named; at most 64", request.needs = needs; request.n_needs = 65);
    REFUSED("adaptations", "there is no adaptation 6", request.adaptations = adaptations;
            request.n_adaptations = 1);
    adaptations[0] = (Pb__Adaptation)INT32_MIN; /* as it is on the wire: the enum's type has no such */
    REFUSED("adaptations", "there is no adaptation -2147483648", request.adaptations = adaptations;
            request.n_adaptations = 1);
    REFUSED("attendance", "there is no attendance 4", request.attendance = 4);
    REFUSED("kinds", "there is no kind 9", request.kinds = kinds; request.n_kinds = 1);
    REFUSED("kinds", "no search offers places of the kind \"other\"", request.kinds = other;
            request.n_kinds = 1);
    REFUSED("urgency", "there is no urgency 4", request.urgency = 4);
    REFUSED("urgency", "there is no urgency 4", request.urgency = 4; request.start_on = "2026-03-02");
    REFUSED("end_on", "2026-02-28 is before the first day", request.end_on = "2026-02-28");
    REFUSED("end_on", "2026-03-04 is before the first day", request.urgency = 2;
            request.end_on = "2026-03-04");
    REFUSED("within_m", "1000001 m is further than 1000 km", request.within_m = 1000001);
    REFUSED("weekly_fee_max_pence", "-1 is not from 0 to 2000000000", request.weekly_fee_max_pence = -1);
    REFUSED("weekly_fee_max_pence", "2000000001 is not from 0 to 2000000000",
            request.weekly_fee_max_pence = 2000000001);
    REFUSED("judgement_at_worst", "there is no judgement 5", request.judgement_at_worst = 5);
    REFUSED("contract_id", "\"schools\" is not a UUID", request.contract_id = "schools");
    REFUSED("size", "201 is above 200", request.size = 201);
    REFUSED("asked_at_ms", "-1 is before 1970", request.asked_at_ms = -1);
    REFUSED("avoid_authorities", "no local authority has the code \"E10009999\"",
            request.avoid_authorities = areas;
            request.n_avoid_authorities = 1);
    REFUSED("avoid_authorities", "65 are named; at most 64", request.avoid_authorities = areas;
            request.n_avoid_authorities = 65);
#undef REFUSED
}

Test(rules, texts_are_checked_by_those_who_know_them)
{
    static const struct {
        const char *postcode, *start, *end, *today, *field;
    } cases[] = {
        {"", "", "", "2026-03-01", "postcode"},
        {"HERTFORD", "", "", "2026-03-01", "postcode"},
        {"SG13 8DQ        X", "", "", "2026-03-01", "postcode"},
        {"SG13 8DQ", "2026-02-30", "", "2026-03-01", "start_on"},
        {"SG13 8DQ", "", "tomorrow", "2026-03-01", "end_on"},
        {"SG13 8DQ", "", "", "", "today"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Pb__SearchRequest request = good();
        struct search search;
        struct fault fault;
        request.postcode = cases[i].postcode;
        request.start_on = cases[i].start;
        request.end_on = cases[i].end;
        request.today = cases[i].today;
        cr_assert_eq(search_read(&request, &search, &fault), CODE_INVALID_ARGUMENT, "case %zu", i);
        cr_assert_str_eq(fault.field, cases[i].field, "case %zu: %s", i, fault.reason);
        cr_assert(fault.reason[0], "case %zu", i);
    }
}

static void expect_weights(Pb__Criterion first, uint32_t weight, Pb__Criterion second, const char *reason)
{
    Pb__SearchRequest request = good();
    Pb__Weight weights[2], *pointers[2] = {&weights[0], &weights[1]};
    for (int i = 0; i < 2; i++)
        pb__weight__init(&weights[i]);
    weights[0].criterion = first;
    weights[0].weight = weight;
    weights[1].criterion = second;
    request.weights = pointers;
    request.n_weights = second ? 2 : 1;
    expect_refusal(&request, "weights", reason);
}

Test(rules, weights_are_of_marks_and_within_100) /* rule X2 */
{
    expect_weights(PB__CRITERION__CRITERION_FEE, 101, 0, "101 is above 100");
    expect_weights(PB__CRITERION__CRITERION_GENDER, 5, 0, "criterion 4 has no mark to weigh");
    expect_weights(PB__CRITERION__CRITERION_FEE, 5, PB__CRITERION__CRITERION_FEE,
                   "criterion 7 is given twice");
    Pb__SearchRequest request = good();
    Pb__Weight weights[MARK_COUNT], *pointers[MARK_COUNT];
    for (unsigned i = 0; i < MARK_COUNT; i++) {
        pb__weight__init(&weights[i]);
        weights[i].criterion = mark_criterion((enum mark)i);
        pointers[i] = &weights[i];
    }
    request.weights = pointers;
    request.n_weights = MARK_COUNT;
    expect_refusal(&request, "weights", "all are 0: nothing would rank");
}

Test(rules, a_good_request_becomes_numbers)
{
    Pb__SearchRequest request = good();
    struct search search;
    struct fault fault;
    const char *areas[] = {"E08000038", "E08000016", "E10000015"}; /* Barnsley twice */
    request.avoid_authorities = areas;
    request.n_avoid_authorities = 3;
    cr_assert_eq(search_read(&request, &search, &fault), CODE_OK);
    cr_assert_eq(search.wanted, TRAIT(TRAIT_AGES + 12) | TRAIT(TRAIT_UNDER_16));
    cr_assert_eq(search.kinds, 0x7e, "all that are matched but secure homes, which are found by name only");
    cr_assert(search.from == 20513 && search.until == DAY_FAR && search.places == 1 && search.size == 20);
    cr_assert_eq(search.weight_sum, 100);
    cr_assert_eq(search.avoid_count, 2);
    static const struct {
        Pb__Urgency urgency;
        int32_t from;
    } cases[] = {{0, 20513}, {1, 20513}, {2, 20518}, {3, 20541}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        request.urgency = cases[i].urgency;
        cr_assert_eq(search_read(&request, &search, &fault), CODE_OK);
        cr_assert_eq(search.from, cases[i].from, "urgency %d", (int)cases[i].urgency);
    }
    request.start_on = "2026-04-01";
    cr_assert_eq(search_read(&request, &search, &fault), CODE_OK);
    cr_assert_eq(search.from, 20544, "a date given counts, not the urgency");
}

/* --- home -------------------------------------------------------------------------------------------- */

Test(rules, a_home_is_found_exactly_or_approximately_or_not) /* rule X1 */
{
    struct postcode_entry entries[] = {{.easting = 533500, .northing = 212500},
                                       {.easting = 533700, .northing = 212700}};
    uint8_t bytes[128];
    struct postcode_table table;
    static const struct {
        const char *postcode;
        Pb__PositionQuality quality;
    } cases[] = {{"SG13 8DQ", 1}, {"sg138dq", 1}, {"SG13 8ZZ", 2}, {"SG13 1AA", 3}};
    cr_assert_eq(postcode_parse("SG13 8DQ", &entries[0].postcode, NULL), CODE_OK);
    cr_assert_eq(postcode_parse("SG13 8DR", &entries[1].postcode, NULL), CODE_OK);
    cr_assert_eq(postcode_table_write(entries, 2, bytes), CODE_OK);
    cr_assert_eq(postcode_table_load(span_of(bytes, postcode_table_bytes(2)), &table, NULL), CODE_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct search search = {.postcode = cases[i].postcode};
        struct fault fault;
        cr_assert_eq(search_locate(&table, &search, &fault), CODE_OK, "%s", cases[i].postcode);
        cr_assert_eq(search.home_quality, cases[i].quality, "%s", cases[i].postcode);
        cr_assert(search.home.latitude > 515000000 && search.home.latitude < 520000000);
    }
    struct search nowhere = {.postcode = "SG99 9ZZ"};
    struct fault fault;
    cr_assert_eq(search_locate(&table, &nowhere, &fault), CODE_INVALID_ARGUMENT);
    cr_assert_str_eq(fault.field, "postcode");
    cr_assert_str_eq(fault.reason, "unknown postcode \"SG99 9ZZ\"");
}

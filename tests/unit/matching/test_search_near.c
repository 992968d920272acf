/* Near misses: which single criterion, relaxed by the least that adds a result, brings how many more (rule
 * X3). */

#include "tests/unit/matching/small_region.h"

/* A region of one home that fits nothing asked below but by one relaxation, and the request that it just
 * misses. */
struct near_case {
    const char *name;
    void (*set)(struct small *small, Pb__Provision *provision, Pb__PlaceGroup *places, Pb__Vacancy *free,
                Pb__SearchRequest *asked);
    Pb__Criterion criterion; /* unspecified: no near miss */
    const char *relaxation;
    int64_t value;
};

#define CASE(function)                                                                                       \
    static void function(struct small *small, Pb__Provision *provision, Pb__PlaceGroup *places,              \
                         Pb__Vacancy *free, Pb__SearchRequest *asked)
#define UNUSED (void)small, (void)provision, (void)places, (void)free, (void)asked

CASE(too_far)
{
    UNUSED;
    asked->within_m = 16093; /* 10 miles; it stands at 20 km */
}

CASE(too_far_by_a_little)
{
    UNUSED;
    asked->within_m = 19950;
}

CASE(too_dear)
{
    UNUSED;
    asked->weekly_fee_max_pence = 350000;
}

CASE(too_young)
{
    UNUSED;
    asked->age = 8;
}

CASE(too_old)
{
    UNUSED;
    asked->age = 18;
}

CASE(too_soon)
{
    UNUSED;
    free->free[0]->from = "2026-04-10";
}

CASE(ends_too_soon)
{
    UNUSED;
    free->free[0]->until = "2026-05-01";
}

CASE(too_few)
{
    UNUSED;
    asked->siblings = 3;
    free->free[0]->places = 2;
}

CASE(one_alone)
{
    UNUSED;
    asked->siblings = 3;
}

CASE(judged_worse)
{
    UNUSED;
    asked->judgement_at_worst = PB__JUDGEMENT__JUDGEMENT_OUTSTANDING;
}

CASE(not_judged)
{
    UNUSED;
    provision->judgement = PB__JUDGEMENT__JUDGEMENT_UNSPECIFIED;
    asked->judgement_at_worst = PB__JUDGEMENT__JUDGEMENT_GOOD;
}

CASE(other_attendance)
{
    UNUSED;
    asked->attendance = PB__ATTENDANCE__ATTENDANCE_WEEKS_52;
}

CASE(not_alone)
{
    UNUSED;
    asked->solo = true;
}

CASE(no_contract)
{
    UNUSED;
    asked->contract_id = id_of(small, 'c', 1);
}

CASE(one_need_more)
{
    UNUSED;
    asked->needs = arena_array(&small->arena, Pb__Need, 2);
    asked->needs[0] = PB__NEED__NEED_SEMH;
    asked->needs[1] = PB__NEED__NEED_ASD;
    asked->n_needs = 2;
}

CASE(one_adaptation)
{
    UNUSED;
    asked->adaptations = arena_array(&small->arena, Pb__Adaptation, 1);
    asked->adaptations[0] = PB__ADAPTATION__ADAPTATION_HOIST;
    asked->n_adaptations = 1;
}

CASE(area_avoided)
{
    UNUSED;
    asked->avoid_authorities = arena_array(&small->arena, const char *, 2);
    asked->avoid_authorities[0] = "E10000012";
    asked->avoid_authorities[1] = "E10000015";
    asked->n_avoid_authorities = 2;
}

CASE(two_things)
{
    one_need_more(small, provision, places, free, asked);
    asked->solo = true;
}

CASE(two_needs)
{
    one_need_more(small, provision, places, free, asked);
    asked->needs[0] = PB__NEED__NEED_HI;
}

CASE(other_gender)
{
    UNUSED;
    places->gender = PB__GENDER__GENDER_MALE;
    asked->gender = PB__GENDER__GENDER_FEMALE;
}

CASE(suspended)
{
    UNUSED;
    provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_SUSPENDED;
}

CASE(supported_under_16)
{
    UNUSED;
    provision->kind = PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION;
    places->age_min = 16;
    asked->age = 15;
}

CASE(other_kind)
{
    UNUSED;
    asked->kinds = arena_array(&small->arena, Pb__ProvisionKind, 1);
    asked->kinds[0] = PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED;
    asked->n_kinds = 1;
}

CASE(nothing_free)
{
    UNUSED;
    free->n_free = 0;
}

#define CRITERION(name) PB__CRITERION__CRITERION_##name
static const struct near_case cases[] = {
    {"too far", too_far, CRITERION(DISTANCE), "within 13 miles instead of 10", 20922},
    {"too far by a little", too_far_by_a_little, CRITERION(DISTANCE), "within 13 miles instead of 12.4",
     20922},
    {"too dear", too_dear, CRITERION(FEE), "up to £4,000 a week instead of £3,500", 400000},
    {"too young", too_young, CRITERION(AGE), "ages within 2 years of 8", 2},
    {"too old", too_old, CRITERION(AGE), "ages within 1 year of 18", 1},
    {"too soon", too_soon, CRITERION(VACANCY), "from 10 April 2026 instead of 1 March 2026", 40},
    {"ends too soon", ends_too_soon, CRITERION(UNSPECIFIED), "", 0},
    {"too few", too_few, CRITERION(SIBLINGS), "2 children together instead of 3", 2},
    {"one alone", one_alone, CRITERION(SIBLINGS), "1 child instead of 3", 1},
    {"judged worse", judged_worse, CRITERION(JUDGEMENT), "Good at worst instead of Outstanding", 2},
    {"not judged", not_judged, CRITERION(JUDGEMENT), "any judgement or none instead of Good", 0},
    {"other attendance", other_attendance, CRITERION(ATTENDANCE), "without asking for 52 weeks", 0},
    {"not alone", not_alone, CRITERION(SOLO), "not a place alone", 0},
    {"no contract", no_contract, CRITERION(CONTRACT), "without the contract", 0},
    {"one need more", one_need_more, CRITERION(NEEDS), "without ASD", 11},
    {"one adaptation", one_adaptation, CRITERION(ADAPTATION), "without a ceiling hoist", 2},
    {"area avoided", area_avoided, CRITERION(AREA), "also in Hertfordshire", 0},
    {"two things", two_things, CRITERION(UNSPECIFIED), "", 0},
    {"two needs", two_needs, CRITERION(UNSPECIFIED), "", 0},
    {"other gender", other_gender, CRITERION(UNSPECIFIED), "", 0},
    {"suspended", suspended, CRITERION(UNSPECIFIED), "", 0},
    {"supported accommodation under 16", supported_under_16, CRITERION(UNSPECIFIED), "", 0},
    {"other kind", other_kind, CRITERION(UNSPECIFIED), "", 0},
    {"nothing free", nothing_free, CRITERION(UNSPECIFIED), "", 0},
};

Test(search_near, one_criterion_by_the_least)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct small small;
        small_init(&small);
        Pb__Provision *provision = home(&small, 1, 20000);
        Pb__PlaceGroup *places = group(&small, 1, provision);
        Pb__Vacancy *free = vacancy(&small, places, 1, "2026-01-01", NULL);
        Pb__SearchRequest *asked = request(&small);
        cases[i].set(&small, provision, places, free, asked);
        put(&small, provision);
        put(&small, places);
        put(&small, free);
        const Pb__SearchResponse *response = search(&small, asked);
        cr_assert_eq(response->total, 0, "%s", cases[i].name);
        cr_assert_eq(response->n_near_misses, cases[i].criterion != 0, "%s: %zu", cases[i].name,
                     response->n_near_misses);
        if (cases[i].criterion) {
            const Pb__NearMiss *miss = response->near_misses[0];
            cr_assert_eq(miss->criterion, cases[i].criterion, "%s", cases[i].name);
            cr_assert_str_eq(miss->relaxation, cases[i].relaxation);
            cr_assert_eq(miss->value, cases[i].value, "%s: %lld", cases[i].name, (long long)miss->value);
            cr_assert_eq(miss->more, 1);
        }
        small_finish(&small);
    }
}

Test(search_near, the_least_and_how_many_it_brings)
{
    static const unsigned metres[] = {21000, 22000, 22500, 40000}; /* 13.05, 13.67, 13.98 and 24.9 miles */
    struct small small;
    small_init(&small);
    for (unsigned i = 0; i < 4; i++)
        put_home(&small, i + 1, metres[i]);
    Pb__Provision *dear = home(&small, 9, 1000);
    dear->standard_weekly_fee_pence = 500000;
    Pb__PlaceGroup *places = group(&small, 9, dear);
    put(&small, dear);
    put(&small, places);
    put(&small, vacancy(&small, places, 1, "2026-01-01", NULL));
    Pb__SearchRequest *asked = request(&small);
    asked->within_m = 20000;
    asked->weekly_fee_max_pence = 450000;
    const Pb__SearchResponse *response = search(&small, asked);
    cr_assert_eq(response->n_near_misses, 2);
    cr_assert_str_eq(response->near_misses[0]->relaxation, "within 14 miles instead of 12.4",
                     "the most useful first");
    cr_assert_eq(response->near_misses[0]->more, 3);
    cr_assert_str_eq(response->near_misses[1]->relaxation, "up to £5,000 a week instead of £4,500");
    cr_assert_eq(response->near_misses[1]->more, 1);
    /* The promise is kept. */
    asked->within_m = (uint32_t)response->near_misses[0]->value;
    cr_assert_eq(search(&small, asked)->total, 3);
    /* As many as were asked for: nothing is to be relaxed. */
    asked->size = 3;
    cr_assert_eq(search(&small, asked)->n_near_misses, 0);
    asked->size = 4;
    cr_assert_eq(search(&small, asked)->n_near_misses, 2);
    small_finish(&small);
}

/* Generated place groups and what is free in them: needs, ages, fees by kind (rule X1a), vacancies fresh and
 * stale (rule R5). */

#include "services/cli/demo/demo.h"

#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, NEAR_HOST = 40 };

/* What places of a kind are like. Fees in pounds a week. */
static const struct pattern {
    Pb__ProvisionKind kind;
    const char *names[3];
    int32_t groups_most, places_least, places_most;
    int32_t age_min_least, age_min_most, age_max_least, age_max_most;
    int32_t fee_least, fee_most;
    Pb__Attendance attendance;
    bool day_too;
} PATTERNS[] = {
    {PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME,
     {"Main house", "Annexe", "Garden flat"},
     2,
     1,
     5,
     7,
     11,
     16,
     18,
     3900,
     7200,
     PB__ATTENDANCE__ATTENDANCE_WEEKS_52,
     false},
    {PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL,
     {"Day places", "Sixth form", "Boarding house"},
     3,
     6,
     45,
     5,
     11,
     16,
     19,
     1000,
     3000,
     PB__ATTENDANCE__ATTENDANCE_WEEKS_38,
     true},
    {PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL,
     {"Day places", "Sixth form", "Boarding house"},
     3,
     8,
     60,
     4,
     8,
     16,
     19,
     1000,
     2600,
     PB__ATTENDANCE__ATTENDANCE_WEEKS_38,
     true},
    {PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED,
     {"Residence", "Day places", "Bungalow"},
     3,
     4,
     16,
     8,
     11,
     17,
     19,
     4200,
     7600,
     PB__ATTENDANCE__ATTENDANCE_WEEKS_52,
     true},
    {PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY,
     {"Carers", "Carers for siblings", "Parent and child"},
     3,
     5,
     40,
     0,
     2,
     17,
     18,
     850,
     1250,
     PB__ATTENDANCE__ATTENDANCE_WEEKS_52,
     false},
    {PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION,
     {"Shared house", "Flats", "Annexe"},
     2,
     2,
     9,
     16,
     16,
     18,
     21,
     900,
     2600,
     PB__ATTENDANCE__ATTENDANCE_WEEKS_52,
     false},
    {PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME,
     {"Unit", "Unit B", "Unit C"},
     2,
     6,
     12,
     10,
     12,
     17,
     17,
     7000,
     9800,
     PB__ATTENDANCE__ATTENDANCE_WEEKS_52,
     false},
};

static const struct pattern *pattern_of(Pb__ProvisionKind kind)
{
    for (size_t i = 0; i < sizeof PATTERNS / sizeof *PATTERNS; i++)
        if (PATTERNS[i].kind == kind)
            return &PATTERNS[i];
    return PATTERNS;
}

static void need_of(struct demo *demo, Pb__PlaceGroup *group, bool near_host)
{
    static const struct {
        Pb__Need need;
        unsigned percent;
    } SHARES[] = {
        {PB__NEED__NEED_SEMH, 70}, {PB__NEED__NEED_ASD, 40},  {PB__NEED__NEED_MLD, 32},
        {PB__NEED__NEED_SLD, 14},  {PB__NEED__NEED_SLCN, 22}, {PB__NEED__NEED_SPLD, 15},
        {PB__NEED__NEED_PD, 8},    {PB__NEED__NEED_PMLD, 5},  {PB__NEED__NEED_HI, 4},
        {PB__NEED__NEED_VI, 4},    {PB__NEED__NEED_OTH, 9},
    };
    group->needs = arena_array(demo->arena, Pb__Need, sizeof SHARES / sizeof *SHARES);
    for (size_t i = 0; group->needs && i < sizeof SHARES / sizeof *SHARES; i++)
        if (random_chance(&demo->random, SHARES[i].percent) || (near_host && i == 0))
            group->needs[group->n_needs++] = SHARES[i].need;
}

static void fit_out(struct demo *demo, Pb__PlaceGroup *group, const struct pattern *pattern)
{
    static const Pb__Adaptation FITTINGS[] = {
        PB__ADAPTATION__ADAPTATION_WHEELCHAIR, PB__ADAPTATION__ADAPTATION_HOIST,
        PB__ADAPTATION__ADAPTATION_SENSORY, PB__ADAPTATION__ADAPTATION_GROUND_FLOOR,
        PB__ADAPTATION__ADAPTATION_WAKING_NIGHT};
    group->adaptations = arena_array(demo->arena, Pb__Adaptation, 5);
    group->attendances = arena_array(demo->arena, Pb__Attendance, 3);
    if (!group->adaptations || !group->attendances)
        return;
    for (size_t i = 0; i < 5; i++)
        if (random_chance(&demo->random, i == 4 ? 30 : 9))
            group->adaptations[group->n_adaptations++] = FITTINGS[i];
    bool boards = pattern->fee_most > 3000 || strcmp(group->name, "Boarding house") == 0 || !pattern->day_too;
    if (pattern->day_too)
        group->attendances[group->n_attendances++] = PB__ATTENDANCE__ATTENDANCE_DAY;
    if (boards)
        group->attendances[group->n_attendances++] = pattern->attendance;
}

static Pb__PlaceGroup *make_group(struct demo *demo, size_t provision, size_t number)
{
    const Pb__Provision *home = demo->provisions[provision];
    const struct pattern *pattern = pattern_of(home->kind);
    bool near_host = provision < NEAR_HOST;
    Pb__PlaceGroup *group = arena_new(demo->arena, Pb__PlaceGroup);
    if (!group)
        return NULL;
    pb__place_group__init(group);
    group->id = demo_id(demo, (struct date){17800}, (int64_t)demo->group_count);
    group->meta = demo_meta(demo);
    group->provision_id = home->id;
    group->name = pattern->names[number];
    group->places = (uint32_t)random_between(&demo->random, pattern->places_least, pattern->places_most);
    group->age_min = (uint32_t)random_between(&demo->random, pattern->age_min_least, pattern->age_min_most);
    group->age_max = (uint32_t)random_between(&demo->random, pattern->age_max_least, pattern->age_max_most);
    unsigned gender = random_below(&demo->random, 100);
    if (gender < 16)
        group->gender = PB__GENDER__GENDER_FEMALE;
    else if (gender < 36)
        group->gender = near_host ? PB__GENDER__GENDER_FEMALE : PB__GENDER__GENDER_MALE;
    group->solo = group->places == 1 || random_chance(&demo->random, 6);
    group->weekly_fee_pence =
        (int64_t)random_between(&demo->random, pattern->fee_least / 25, pattern->fee_most / 25) * 2500;
    if (strcmp(group->name, "Boarding house") == 0)
        group->weekly_fee_pence += 120000;
    need_of(demo, group, near_host);
    fit_out(demo, group, pattern);
    return group;
}

enum code demo_make_groups(struct demo *demo)
{
    demo->groups = arena_array(demo->arena, Pb__PlaceGroup *, demo->provision_count * 3);
    demo->group_provision = arena_array(demo->arena, size_t, demo->provision_count * 3);
    if (!demo->groups || !demo->group_provision)
        return CODE_RESOURCE_EXHAUSTED;
    for (size_t i = 0; i < demo->provision_count; i++) {
        Pb__Provision *provision = demo->provisions[i];
        int32_t most = pattern_of(provision->kind)->groups_most;
        size_t count = random_chance(&demo->random, 70) ? 1 : (size_t)random_between(&demo->random, 1, most);
        for (size_t g = 0; g < count; g++) {
            Pb__PlaceGroup *group = make_group(demo, i, g);
            if (!group)
                return CODE_RESOURCE_EXHAUSTED;
            demo->group_provision[demo->group_count] = i;
            demo->groups[demo->group_count++] = group;
            provision->capacity += group->places;
            provision->age_min =
                g == 0 || group->age_min < provision->age_min ? group->age_min : provision->age_min;
            provision->age_max = group->age_max > provision->age_max ? group->age_max : provision->age_max;
            if (g == 0)
                provision->standard_weekly_fee_pence = group->weekly_fee_pence;
        }
    }
    return CODE_OK;
}

static int64_t confirmed_at(struct demo *demo, bool near_host)
{
    int32_t days = random_chance(&demo->random, near_host ? 95 : 78) ? random_between(&demo->random, 0, 24)
                                                                     : random_between(&demo->random, 30, 150);
    int64_t minute = random_below(&demo->random, 9 * 60);
    return (int64_t)(demo->options.today.day - days - 1) * DAY_MS + (8 * 60 + minute) * 60000;
}

enum code demo_make_vacancies(struct demo *demo)
{
    demo->vacancies = arena_array(demo->arena, struct demo_vacancy, demo->group_count);
    for (size_t i = 0; demo->vacancies && i < demo->group_count; i++) {
        const Pb__PlaceGroup *group = demo->groups[i];
        const Pb__Provision *provision = demo->provisions[demo->group_provision[i]];
        bool near_host = demo->group_provision[i] < NEAR_HOST;
        bool stated = random_chance(&demo->random, near_host ? 100 : 85);
        bool is_free = random_chance(&demo->random, near_host ? 90 : 42);
        uint32_t places =
            1 + random_below(&demo->random, group->places < 6 ? group->places : group->places / 4 + 1);
        int32_t from = random_chance(&demo->random, near_host ? 90 : 60)
                           ? -random_between(&demo->random, 0, 60)
                           : random_between(&demo->random, 1, 90);
        bool ends = random_chance(&demo->random, 12);
        int64_t at = confirmed_at(demo, near_host);
        if (!stated || provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED)
            continue;
        struct demo_vacancy *vacancy = &demo->vacancies[demo->vacancy_count++];
        *vacancy = (struct demo_vacancy){.group_id = group->id, .free = is_free, .confirmed_at_ms = at};
        pb__free_period__init(&vacancy->period);
        vacancy->period.from = demo_date(demo, (struct date){demo->options.today.day + from});
        vacancy->period.until = ends ? demo_date(demo, (struct date){demo->options.today.day + 200}) : "";
        vacancy->period.places = places;
    }
    return demo->vacancies ? CODE_OK : CODE_RESOURCE_EXHAUSTED;
}

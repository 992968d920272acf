/* The awkward cases, on purpose: a registration that is suspended, one that closed, an over-full home, a home
 * that one LA alone uses, homes at equal distance from two head offices, one whose position nobody knows
 * (rules A3, A4, R6). Others come about by chance: stale vacancies, withheld addresses, an owner in doubt, a
 * provider that is not verified. */

#include "services/cli/demo/demo.h"

#include <string.h>

enum { SUSPENDED = 12, CLOSED = 40, OVER_FULL = 5, ON_PURPOSE_MAX = 256, FIRST = 60 };

/* Homes that these cases may take: none near the host, none withheld. */
static size_t next_home(const struct demo *demo, size_t *at)
{
    for (; *at < demo->provision_count; (*at)++) {
        const Pb__Provision *provision = demo->provisions[*at];
        if (provision->kind == PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME && !provision->redacted)
            return (*at)++;
    }
    return FIRST;
}

static const Pb__PlaceGroup *group_of(const struct demo *demo, size_t provision)
{
    for (size_t i = 0; i < demo->group_count; i++)
        if (demo->group_provision[i] == provision)
            return demo->groups[i];
    return demo->groups[0];
}

static void add_live(struct demo *demo, const char *authority, size_t provision, int32_t days_back)
{
    const Pb__PlaceGroup *group = group_of(demo, provision);
    Pb__Placement *placement = arena_new(demo->arena, Pb__Placement);
    if (!placement || demo->placement_count == ON_PURPOSE_MAX)
        return;
    pb__placement__init(placement);
    placement->meta = demo_meta(demo);
    placement->authority_id = authority;
    placement->provision_id = group->provision_id;
    placement->place_group_id = group->id;
    placement->reference = arena_format(demo->arena, "%s-P%04zu", authority + 6, demo->placement_count + 1);
    placement->start_on = demo_date(demo, (struct date){demo_anchor().day - days_back});
    placement->weekly_fee_pence = group->weekly_fee_pence;
    placement->placement_code = "K2";
    demo->placements[demo->placement_count++] = placement;
}

/* Between two head offices there is a point as far from the one as from the other, to the metre: found by
 * halving. */
static void put_between(Pb__Provision *provision, const struct demo_authority *a,
                        const struct demo_authority *b)
{
    struct position_e7 from = {a->latitude_e7, a->longitude_e7}, to = {b->latitude_e7, b->longitude_e7};
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        struct position_e7 at = {from.latitude + (int32_t)((to.latitude - from.latitude) * middle),
                                 from.longitude + (int32_t)((to.longitude - from.longitude) * middle)};
        uint32_t near_a = distance_between(at, from).value, near_b = distance_between(at, to).value;
        provision->position->latitude_e7 = at.latitude;
        provision->position->longitude_e7 = at.longitude;
        if (near_a == near_b)
            return;
        if (near_a < near_b)
            low = middle;
        else
            high = middle;
    }
}

/* Its address says nothing of where it is. */
static void lose(Pb__Provision *provision)
{
    provision->position = NULL;
    provision->position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_UNSPECIFIED;
    provision->postcode = "";
    provision->local_authority = "";
    provision->n_address = 0;
}

static const struct demo_authority *member(const char *gss)
{
    size_t count;
    const struct demo_authority *all = demo_authorities(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].gss, gss) == 0)
            return &all[i];
    return all;
}

enum code demo_make_awkward(struct demo *demo)
{
    static const char *const HERTFORDSHIRE = "E10000015", *const ESSEX = "E10000012";
    static const char *const TIED[][2] = {{"E10000015", "E10000012"},  /* Hertfordshire, Essex */
                                          {"E06000055", "E06000056"},  /* Bedford, Central Bedfordshire */
                                          {"E09000021", "E09000027"}}; /* Kingston, Richmond */
    size_t at = FIRST;
    demo->placements = arena_array(demo->arena, Pb__Placement *, ON_PURPOSE_MAX);
    if (!demo->placements)
        return CODE_RESOURCE_EXHAUSTED;
    for (int i = 0; i < SUSPENDED; i++)
        demo->provisions[next_home(demo, &at)]->status =
            PB__REGISTRATION_STATUS__REGISTRATION_STATUS_SUSPENDED;
    size_t sole = next_home(demo, &at);
    add_live(demo, HERTFORDSHIRE, sole, 300);
    for (size_t i = 0; i < sizeof TIED / sizeof *TIED; i++) {
        size_t equal = next_home(demo, &at);
        put_between(demo->provisions[equal], member(TIED[i][0]), member(TIED[i][1]));
        demo->provisions[equal]->local_authority = TIED[i][0];
        demo->provisions[equal]->postcode = "";
        add_live(demo, TIED[i][0], equal, 200);
        add_live(demo, TIED[i][1], equal, 210);
    }
    for (int i = 0; i < OVER_FULL; i++) {
        size_t home = next_home(demo, &at);
        for (uint32_t k = 0; k < group_of(demo, home)->places + 2; k++)
            add_live(demo, k % 2 ? HERTFORDSHIRE : ESSEX, home, 100 + (int32_t)k);
    }
    size_t lost = next_home(demo, &at);
    lose(demo->provisions[lost]);
    add_live(demo, HERTFORDSHIRE, lost, 150);
    add_live(demo, ESSEX, lost, 160);
    for (int i = 0; i < CLOSED && demo->provision_count > 1000; i++) {
        Pb__Provision *provision = demo->provisions[next_home(demo, &at)];
        provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
        provision->closed_on = demo_date(demo, (struct date){demo_anchor().day - 20 - i * 3});
    }
    return CODE_OK;
}

/* Generated placements over the years: each LA places mostly near its head office, homes are not fuller than
 * they are (but for those that are on purpose), references say nothing of a child. */

#include "services/cli/demo/demo.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_DAY_BACK = 2800, CANDIDATES = 7, LIVE_PERCENT = 34, AUTHORITIES_MAX = 64 };

static const char *code_for(Pb__ProvisionKind kind)
{
    switch (kind) {
    case PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_SPECIAL_SCHOOL:
    case PB__PROVISION_KIND__PROVISION_KIND_NON_MAINTAINED_SPECIAL_SCHOOL:
        return "S1";
    case PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME:
        return "K1";
    case PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION:
        return "K3";
    case PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY:
        return "U4";
    case PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME:
    case PB__PROVISION_KIND__PROVISION_KIND_DUAL_REGISTERED:
    case PB__PROVISION_KIND__PROVISION_KIND_UNSPECIFIED:
    case PB__PROVISION_KIND__PROVISION_KIND_OTHER:
    case _PB__PROVISION_KIND_IS_INT_SIZE:
        return "K2";
    }
    return "K2";
}

/* The nearest of a few groups picked at random: children are placed near where that can be. */
static size_t choose_group(struct demo *demo, const struct demo_authority *authority)
{
    struct position_e7 office = {authority->latitude_e7, authority->longitude_e7};
    size_t best = 0;
    uint32_t least = UINT32_MAX;
    for (int i = 0; i < CANDIDATES; i++) {
        size_t at = random_below(&demo->random, (uint32_t)demo->group_count);
        const Pb__Provision *provision = demo->provisions[demo->group_provision[at]];
        if (!provision->position)
            continue;
        struct position_e7 there = {provision->position->latitude_e7, provision->position->longitude_e7};
        uint32_t metres = distance_between(office, there).value;
        if (metres < least) {
            least = metres;
            best = at;
        }
    }
    return best;
}

static Pb__Placement *make_placement(struct demo *demo, const struct demo_authority *authority,
                                     size_t group_at, struct date start, bool live, size_t number)
{
    const Pb__PlaceGroup *group = demo->groups[group_at];
    Pb__Placement *placement = arena_new(demo->arena, Pb__Placement);
    if (!placement)
        return NULL;
    int32_t days =
        20 + (int32_t)(random_below(&demo->random, 700) * (uint64_t)random_below(&demo->random, 700) / 350);
    int64_t percent = random_between(&demo->random, 95, 107);
    pb__placement__init(placement);
    placement->meta = demo_meta(demo);
    placement->authority_id = authority->gss;
    placement->provision_id = group->provision_id;
    placement->place_group_id = group->id;
    placement->reference = arena_format(demo->arena, "%s-%05zu", authority->gss + 6, number);
    placement->start_on = demo_date(demo, start);
    int32_t end = start.day + days < demo_anchor().day ? start.day + days : demo_anchor().day - 1;
    placement->end_on = live ? "" : demo_date(demo, (struct date){end < start.day ? start.day : end});
    placement->weekly_fee_pence = group->weekly_fee_pence / 100 * percent;
    placement->placement_code = code_for(demo->provisions[demo->group_provision[group_at]]->kind);
    return placement;
}

static int by_start(const void *a, const void *b)
{
    const Pb__Placement *left = *(Pb__Placement *const *)a, *right = *(Pb__Placement *const *)b;
    int order = strcmp(left->start_on, right->start_on);
    if (order == 0)
        order = strcmp(left->authority_id, right->authority_id);
    return order ? order : strcmp(left->reference, right->reference);
}

/* Identifiers rise with the start, as they would have. */
static void number_them(struct demo *demo)
{
    if (demo->placement_count)
        qsort(demo->placements, demo->placement_count, sizeof *demo->placements, by_start);
    for (size_t i = 0; i < demo->placement_count; i++) {
        struct date start = {0};
        date_parse(demo->placements[i]->start_on, &start, NULL);
        demo->placements[i]->id = demo_id(demo, start, (int64_t)(i % 86000000));
    }
}

/* What the awkward cases place is all that is placed there: otherwise they would not be those cases. */
static void fill_up(const struct demo *demo, uint32_t *live_in)
{
    for (size_t g = 0; g < demo->group_count; g++)
        for (size_t i = 0; i < demo->placement_count; i++)
            if (strcmp(demo->placements[i]->provision_id, demo->groups[g]->provision_id) == 0)
                live_in[g] = demo->groups[g]->places;
}

enum code demo_make_placements(struct demo *demo)
{
    size_t authority_count, on_purpose = demo->placement_count;
    const struct demo_authority *authorities_all = demo_authorities(&authority_count);
    unsigned weights[AUTHORITIES_MAX];
    uint32_t *live_in = arena_array(demo->arena, uint32_t, demo->group_count);
    Pb__Placement **all = arena_array(demo->arena, Pb__Placement *, demo->options.placements + on_purpose);
    if (!live_in || !all || authority_count > AUTHORITIES_MAX)
        return CODE_RESOURCE_EXHAUSTED;
    fill_up(demo, live_in);
    for (size_t i = 0; i < on_purpose; i++)
        all[i] = demo->placements[i];
    demo->placements = all;
    for (size_t i = 0; i < authority_count; i++)
        weights[i] = authorities_all[i].weight;
    while (demo->placement_count < demo->options.placements) {
        const struct demo_authority *authority =
            &authorities_all[random_weighted(&demo->random, weights, authority_count)];
        size_t at = choose_group(demo, authority);
        const Pb__Provision *provision = demo->provisions[demo->group_provision[at]];
        struct date start = {demo_anchor().day - random_between(&demo->random, 2, FIRST_DAY_BACK)};
        bool live = random_chance(&demo->random, LIVE_PERCENT) && live_in[at] < demo->groups[at]->places &&
                    provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
        if (live)
            live_in[at]++;
        Pb__Placement *placement =
            make_placement(demo, authority, at, start, live, demo->placement_count + 1);
        if (!placement)
            return CODE_RESOURCE_EXHAUSTED;
        demo->placements[demo->placement_count++] = placement;
    }
    number_them(demo);
    return CODE_OK;
}

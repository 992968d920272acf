/* The demonstration's happenings: which provisions are chosen, and the commands that make them so. */

#include "services/cli/demo/happenings.h"

#include "services/cli/plan.h"

#include <string.h>

enum {
    LEFT = 12, /* links that their LA leaves, between */
    NEARER = 6,
    NEW = 4,
    LEFT_SINCE = 4,
    NEARER_SINCE = 2,
    NEW_SINCE = 2,
    FIRST_DAY = 40, /* of what happens between, and the days from one to the next */
    DAYS_BETWEEN = 20,
    PLACING_LEAST = 3, /* so that two still place there when one has left */
};

enum code happenings_read(struct cli *cli, struct happenings *happenings, struct fault *ret_fault)
{
    static const struct cli_call_plan PLAN = {.method = "AllocationService/ListAllocations",
                                              .list = "allocations"};
    const ProtobufCMessage *response;
    enum code code = plan_call(cli, &PLAN, &response, ret_fault);
    if (code != CODE_OK)
        return code;
    const Pb__ListAllocationsResponse *list = (const Pb__ListAllocationsResponse *)(const void *)response;
    happenings->published = list->allocations;
    happenings->count = list->n_allocations;
    return CODE_OK;
}

/* --- which ones -------------------------------------------------------------------------------------- */

static bool is_live(const Pb__Placement *placement, const char *provision)
{
    return strcmp(placement->provision_id, provision) == 0 && !*placement->end_on;
}

/* The one live placement of an LA there, if it lasts since before that day; NULL: none, or several. */
static const Pb__Placement *only_placement(const struct demo *demo, const char *provision, const char *gss,
                                           struct date before)
{
    const Pb__Placement *found = NULL;
    for (size_t i = 0; i < demo->placement_count; i++) {
        const Pb__Placement *placement = demo->placements[i];
        if (!is_live(placement, provision) || strcmp(placement->authority_id, gss) != 0)
            continue;
        struct date start;
        if (found || date_parse(placement->start_on, &start, NULL) != CODE_OK || start.day >= before.day)
            return NULL;
        found = placement;
    }
    return found;
}

/* The next allocation that has not had its turn; NULL: there are no more. */
static const Pb__Allocation *next_allocation(struct happenings *happenings)
{
    for (size_t i = 0; i < happenings->count; i++) {
        const Pb__Allocation *allocation = happenings->published[i];
        if (happenings->last && strcmp(allocation->provision_id, happenings->last) <= 0)
            continue;
        happenings->last = allocation->provision_id;
        return allocation;
    }
    return NULL;
}

/* The next link of `least` placing LAs or more (`most` or fewer) whose LA has one placement there. */
static const Pb__Allocation *next_link(const struct demo *demo, struct happenings *happenings, size_t least,
                                       size_t most, struct date before, const Pb__Placement **ret_placement)
{
    const Pb__Allocation *allocation;
    while ((allocation = next_allocation(happenings))) {
        if (allocation->standing != PB__ALLOCATION_STANDING__ALLOCATION_STANDING_LINK ||
            allocation->n_placing < least || allocation->n_placing > most)
            continue;
        *ret_placement = only_placement(demo, allocation->provision_id, allocation->authority_id, before);
        if (*ret_placement)
            return allocation;
    }
    return NULL;
}

/* An LA that places there beside the one that has the link. */
static const char *other_of(const Pb__Allocation *link)
{
    return link->placing[strcmp(link->placing[0], link->authority_id) == 0 ? 1 : 0];
}

static uint32_t metres_to(const struct demo_authority *authority, const Pb__GeoPoint *point)
{
    return distance_between((struct position_e7){authority->latitude_e7, authority->longitude_e7},
                            (struct position_e7){point->latitude_e7, point->longitude_e7})
        .value;
}

/* The LA whose office is nearest, nearer than that, and that is not `but`; NULL: none. */
static const struct demo_authority *nearest(const Pb__GeoPoint *point, uint32_t nearer_than,
                                            const struct demo_authority *but)
{
    size_t count;
    const struct demo_authority *all = demo_authorities(&count), *best = NULL;
    for (size_t i = 0; i < count; i++) {
        uint32_t metres = metres_to(&all[i], point);
        if (&all[i] == but || metres >= nearer_than)
            continue;
        nearer_than = metres;
        best = &all[i];
    }
    return best;
}

/* --- what happens ------------------------------------------------------------------------------------ */

static enum code end(struct cli *cli, const struct demo *demo, const Pb__Placement *placement, struct date on,
                     struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__EndPlacementRequest request;
    pb__end_placement_request__init(&request);
    request.placement_id = placement->reference;
    request.authority_id = placement->authority_id;
    request.end_on = demo_date(demo, on);
    request.reason = "Generated: moved on.";
    return cli_call(cli, NULL, "PlacementsService/EndPlacement", &request.base, &response, ret_fault);
}

static Pb__Placement *placement_of(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                                   const char *provision, const char *gss, struct date on)
{
    Pb__RecordMeta *meta = arena_new(&cli->arena, Pb__RecordMeta);
    Pb__Placement *placement = arena_new(&cli->arena, Pb__Placement);
    if (!meta || !placement)
        return NULL;
    pb__record_meta__init(meta);
    pb__placement__init(placement);
    meta->generated = true;
    placement->meta = meta;
    placement->authority_id = gss;
    placement->provision_id = provision;
    placement->reference = arena_format(&cli->arena, "%s-N%04zu", gss + 6, ++happenings->recorded);
    placement->start_on = demo_date(demo, on);
    placement->placement_code = "K2";
    for (size_t i = 0; i < demo->group_count; i++)
        if (strcmp(demo->groups[i]->provision_id, provision) == 0) {
            placement->place_group_id = demo->groups[i]->id;
            placement->weekly_fee_pence = demo->groups[i]->weekly_fee_pence;
        }
    return placement;
}

/* One LA begins to place there, or two: in one command, so that nobody sees the one without the other. */
static enum code begin(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                       const char *provision, const struct demo_authority *const *authorities, size_t count,
                       struct date on, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    Pb__Placement *placements[2];
    Pb__ImportPlacementsRequest request;
    pb__import_placements_request__init(&request);
    for (size_t i = 0; i < count; i++)
        if (!(placements[i] = placement_of(cli, demo, happenings, provision, authorities[i]->gss, on)))
            return CODE_RESOURCE_EXHAUSTED;
    request.placements = placements;
    request.n_placements = count;
    enum code code =
        cli_call(cli, NULL, "PlacementsService/ImportPlacements", &request.base, &response, ret_fault);
    const Pb__ImportResult *result =
        code == CODE_OK ? ((const Pb__ImportPlacementsResponse *)(const void *)response)->result : NULL;
    return result && result->n_rejects
               ? fault_set(ret_fault, CODE_INTERNAL, result->rejects[0]->field,
                           "a generated placement was refused: %s", result->rejects[0]->reason)
               : code;
}

/* The LA of the next link leaves it. No such link is no error: a small demonstration has few. */
static enum code leave(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                       struct date before, struct date on, struct happening *ret_happening,
                       struct fault *ret_fault)
{
    const Pb__Placement *placement;
    const Pb__Allocation *link = next_link(demo, happenings, PLACING_LEAST, SIZE_MAX, before, &placement);
    if (!link)
        return CODE_OK;
    *ret_happening = (struct happening){link->provision_id, link->authority_id, other_of(link)};
    return end(cli, demo, placement, on, ret_fault);
}

/* An LA that is nearer than the one that has it begins to place there. */
static enum code come_nearer(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                             struct date on, struct fault *ret_fault)
{
    const Pb__Allocation *allocation;
    while ((allocation = next_allocation(happenings))) {
        if (!allocation->position || !allocation->measured)
            continue;
        const struct demo_authority *nearer =
            nearest(allocation->position, allocation->distance_metres, NULL);
        if (nearer)
            return begin(cli, demo, happenings, allocation->provision_id, &nearer, 1, on, ret_fault);
    }
    return CODE_OK;
}

static bool is_placed_at(const struct demo *demo, const char *provision)
{
    for (size_t i = 0; i < demo->placement_count; i++)
        if (is_live(demo->placements[i], provision))
            return true;
    return false;
}

/* Two LAs begin to place where nobody did: the provision is new to the region. */
static enum code come_new(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                          struct date on, struct fault *ret_fault)
{
    for (; happenings->new_places < demo->provision_count; happenings->new_places++) {
        const Pb__Provision *provision = demo->provisions[happenings->new_places];
        if (provision->kind != PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME || !provision->position ||
            provision->status != PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE ||
            is_placed_at(demo, provision->id))
            continue;
        happenings->new_places++;
        const struct demo_authority *two[2] = {nearest(provision->position, UINT32_MAX, NULL)};
        two[1] = nearest(provision->position, UINT32_MAX, two[0]);
        return begin(cli, demo, happenings, provision->id, two, 2, on, ret_fault);
    }
    return CODE_OK;
}

/* The next provision that has a link closes. */
static enum code close_one(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                           struct date on, struct fault *ret_fault)
{
    const ProtobufCMessage *response;
    const Pb__Allocation *allocation = next_allocation(happenings);
    Pb__UpdateProvisionRequest request;
    pb__update_provision_request__init(&request);
    for (size_t i = 0; allocation && i < demo->provision_count; i++) {
        if (strcmp(demo->provisions[i]->id, allocation->provision_id) != 0)
            continue;
        Pb__Provision provision = *demo->provisions[i];
        Pb__RecordMeta meta = *provision.meta;
        meta.version = 1;
        provision.meta = &meta;
        provision.status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
        provision.closed_on = demo_date(demo, on);
        request.provision = &provision;
        return cli_call(cli, NULL, "ProvisionsService/UpdateProvision", &request.base, &response, ret_fault);
    }
    return CODE_OK;
}

/* Both LAs of the next link of two leave it. */
static enum code empty_one(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                           struct date before, struct date on, struct fault *ret_fault)
{
    const Pb__Placement *first, *second = NULL;
    const Pb__Allocation *link;
    while (!second && (link = next_link(demo, happenings, 2, 2, before, &first))) {
        second = only_placement(demo, link->provision_id, other_of(link), before);
    }
    enum code code = second ? end(cli, demo, first, on, ret_fault) : CODE_OK;
    return second && code == CODE_OK ? end(cli, demo, second, on, ret_fault) : code;
}

enum code happenings_between(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                             struct date from, struct date until, struct fault *ret_fault)
{
    struct happening unused;
    struct date on = {from.day + FIRST_DAY};
    enum code code = CODE_OK;
    for (int i = 0; i < LEFT && code == CODE_OK; i++, on.day += DAYS_BETWEEN)
        code = leave(cli, demo, happenings, from, on, &unused, ret_fault);
    for (int i = 0; i < NEARER && code == CODE_OK; i++)
        code = come_nearer(cli, demo, happenings, (struct date){from.day + FIRST_DAY + i}, ret_fault);
    for (int i = 0; i < NEW && code == CODE_OK; i++)
        code = come_new(cli, demo, happenings, (struct date){from.day + FIRST_DAY + i}, ret_fault);
    return code == CODE_OK
               ? close_one(cli, demo, happenings, (struct date){until.day - DAYS_BETWEEN}, ret_fault)
               : code;
}

enum code happenings_since(struct cli *cli, const struct demo *demo, struct happenings *happenings,
                           struct date from, struct happening *ret_first, struct fault *ret_fault)
{
    struct date yesterday = {demo->options.today.day - 1};
    struct happening happening = {0};
    enum code code = CODE_OK;
    for (int i = 0; i < LEFT_SINCE && code == CODE_OK; i++) {
        code = leave(cli, demo, happenings, from, yesterday, &happening, ret_fault);
        if (i == 0)
            *ret_first = happening;
    }
    for (int i = 0; i < NEARER_SINCE && code == CODE_OK; i++)
        code = come_nearer(cli, demo, happenings, yesterday, ret_fault);
    for (int i = 0; i < NEW_SINCE && code == CODE_OK; i++)
        code = come_new(cli, demo, happenings, yesterday, ret_fault);
    return code == CODE_OK ? empty_one(cli, demo, happenings, from, yesterday, ret_fault) : code;
}

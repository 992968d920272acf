/* The commands that clients give to the registry: what is in them.
 *
 * In: what is known to exist, the seed. Out: calls. What they ask is often
 * refused, on purpose: stale versions, places that are gone, LAs that are not members. */

#include "tests/sim/registry_part.h"

#include "tests/sim/load_inside.h"

#include "common/domain/date.h"
#include "services/registry/records.h"
#include "tests/sim/region.h"

#include <assert.h>

enum { FAT_BYTES = 4000 };

#define AUTHORITIES "ccrag.v1.AuthoritiesService/"
#define PROVIDERS   "ccrag.v1.ProvidersService/"
#define PROVISIONS  "ccrag.v1.ProvisionsService/"
#define PLACEMENTS  "ccrag.v1.PlacementsService/"

const char *any_authority(struct load *load)
{
    static const char *const all[] = {LA_A, LA_B, LA_C};
    return all[sim_random_between(random_of(load), 0, 2)];
}

/* A new identifier of our own, or none, so that the registry gives one. */
static const char *any_id(struct load *load)
{
    uint8_t random[10];
    char *text = arena_alloc(&load->arena, UUID_TEXT_BYTES);
    sim_random_bytes(random_of(load), random, sizeof random);
    if (!text || order_chance(load, 50))
        return "";
    struct uuid id = uuid_v7(world_wall_ms(&load->node->world.base), random);
    uuid_print(&id, text);
    return text;
}

/* The record's own copy of what is known, to be changed; a new one otherwise. `meta` is there. */
static void *edit(struct load *load, const struct known *known, const ProtobufCMessageDescriptor *type,
                  Pb__RecordMeta **ret_meta)
{
    *ret_meta = arena_new(&load->arena, Pb__RecordMeta);
    pb__record_meta__init(*ret_meta);
    ProtobufCMessage *record = arena_alloc(&load->arena, type->sizeof_message);
    assert(record);
    if (!known) {
        protobuf_c_message_init(type, record);
        return record;
    }
    memcpy(record, known->record, type->sizeof_message); /* what it points to is the promises's */
    (*ret_meta)->version = known->version;
    return record;
}

/* --- commands of the operator ------------------------------------------------------------------------ */

static bool order_apply(struct load *load, struct order *order)
{
    Pb__ApplyForMembershipRequest request = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
    request.authority_id = any_authority(load);
    request.name = request.authority_id;
    request.protocol_accepted = true;
    request.protocol_accepted_by = order->tag;
    request.head_office_postcode = strcmp(request.authority_id, LA_A) == 0   ? "SG13 8DE"
                                   : strcmp(request.authority_id, LA_B) == 0 ? "CM1 1QH"
                                                                             : "MK42 9AP";
    order_give(load, order, AUTHORITIES "ApplyForMembership", &request.base);
    return true;
}

static bool order_decide(struct load *load, struct order *order)
{
    const struct known *known = promises_pick(sim_of(load), &table_authorities);
    Pb__DecideMembershipRequest request = PB__DECIDE_MEMBERSHIP_REQUEST__INIT;
    if (!known)
        return false;
    request.authority_id = known->id;
    request.version = known->version;
    request.approve = order_chance(load, 90);
    request.reason = order->tag;
    order_give(load, order, AUTHORITIES "DecideMembership", &request.base);
    return true;
}

static bool order_leave(struct load *load, struct order *order)
{
    const struct known *known = promises_pick(sim_of(load), &table_authorities);
    Pb__LeaveRegionRequest request = PB__LEAVE_REGION_REQUEST__INIT;
    if (!known)
        return false;
    request.authority_id = known->id;
    request.version = known->version;
    request.reason = order->tag;
    order_give(load, order, AUTHORITIES "LeaveRegion", &request.base);
    return true;
}

static bool order_host(struct load *load, struct order *order)
{
    const struct known *known = promises_pick(sim_of(load), &table_regions);
    Pb__UpdateRegionRequest request = PB__UPDATE_REGION_REQUEST__INIT;
    Pb__RecordMeta *meta;
    request.region = edit(load, known, &pb__region__descriptor, &meta);
    request.region->meta = meta;
    request.region->name = order->tag;
    request.region->host = any_authority(load);
    order_give(load, order, AUTHORITIES "UpdateRegion", &request.base);
    return true;
}

static bool order_sub_region(struct load *load, struct order *order)
{
    const struct known *known =
        order_chance(load, 50) ? promises_pick(sim_of(load), &table_sub_regions) : NULL;
    Pb__UpdateSubRegionRequest request = PB__UPDATE_SUB_REGION_REQUEST__INIT;
    Pb__RecordMeta *meta;
    request.sub_region = edit(load, known, &pb__sub_region__descriptor, &meta);
    request.sub_region->meta = meta;
    request.sub_region->name = order->tag;
    if (!known)
        request.sub_region->id = any_id(load);
    order_give(load, order, AUTHORITIES "UpdateSubRegion", &request.base);
    return true;
}

static bool order_pay(struct load *load, struct order *order)
{
    Pb__RecordSubscriptionPaymentRequest request = PB__RECORD_SUBSCRIPTION_PAYMENT_REQUEST__INIT;
    Pb__SubscriptionPayment payment = PB__SUBSCRIPTION_PAYMENT__INIT;
    payment.payer = any_authority(load);
    payment.year = 2026;
    payment.amount_pence = LEDGER_PENCE + order->number;
    payment.paid_on = "2026-09-01";
    request.payment = &payment;
    order_give(load, order, AUTHORITIES "RecordSubscriptionPayment", &request.base);
    return true;
}

static bool order_invite(struct load *load, struct order *order)
{
    Pb__InviteProviderRequest request = PB__INVITE_PROVIDER_REQUEST__INIT;
    request.email = "someone@example.org";
    request.provider_name = order->tag;
    order_give(load, order, PROVIDERS "InviteProvider", &request.base);
    return true;
}

static bool order_provider(struct load *load, struct order *order)
{
    const struct known *known = order_chance(load, 40) ? promises_pick(sim_of(load), &table_providers) : NULL;
    Pb__UpdateProviderRequest request = PB__UPDATE_PROVIDER_REQUEST__INIT;
    Pb__RecordMeta *meta;
    request.provider = edit(load, known, &pb__provider__descriptor, &meta);
    request.provider->meta = meta;
    request.provider->name = order->tag;
    if (!known)
        request.provider->id = any_id(load);
    order_give(load, order, PROVIDERS "UpdateProvider", &request.base);
    return true;
}

/* A long text now and then, so that a feed is more than one batch and a store fills up. */
static const char *any_services(struct load *load)
{
    char *text = arena_alloc(&load->arena, FAT_BYTES + 1);
    if (!text || !order_chance(load, 30))
        return "";
    memset(text, 'x', FAT_BYTES);
    return text;
}

static bool order_provision(struct load *load, struct order *order)
{
    struct sim *sim = sim_of(load);
    const struct known *known =
        sim_random_chance(&sim->random, 40) ? promises_pick(sim, &table_provisions) : NULL;
    const struct known *provider = promises_pick(sim, &table_providers);
    Pb__UpdateProvisionRequest request = PB__UPDATE_PROVISION_REQUEST__INIT;
    Pb__RecordMeta *meta;
    Pb__GeoPoint point = PB__GEO_POINT__INIT;
    Pb__Provision *provision = request.provision = edit(load, known, &pb__provision__descriptor, &meta);
    provision->meta = meta;
    provision->name = order->tag;
    provision->services = any_services(load);
    provision->kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision->local_authority = any_authority(load);
    provision->provider_id = provider ? provider->id : "";
    point.latitude_e7 = (int32_t)sim_random_between(&sim->random, 515000000, 522000000);
    point.longitude_e7 = (int32_t)sim_random_between(&sim->random, -5000000, 5000000);
    provision->position = &point;
    if (!known)
        provision->id = any_id(load);
    order_give(load, order, PROVISIONS "UpdateProvision", &request.base);
    return true;
}

static bool order_group(struct load *load, struct order *order)
{
    struct sim *sim = sim_of(load);
    const struct known *known =
        sim_random_chance(&sim->random, 30) ? promises_pick(sim, &table_place_groups) : NULL;
    const struct known *provision = promises_pick(sim, &table_provisions);
    Pb__UpdatePlaceGroupRequest request = PB__UPDATE_PLACE_GROUP_REQUEST__INIT;
    Pb__RecordMeta *meta;
    if (!provision)
        return false;
    Pb__PlaceGroup *group = request.place_group = edit(load, known, &pb__place_group__descriptor, &meta);
    group->meta = meta;
    group->name = order->tag;
    meta->generated = true; /* so that a vacancy may say when it was confirmed */
    if (!known) {
        group->id = any_id(load);
        group->provision_id = provision->id;
        group->places = (uint32_t)sim_random_between(&sim->random, 1, 4);
        group->age_max = 18;
    }
    order_give(load, order, PROVISIONS "UpdatePlaceGroup", &request.base);
    return true;
}

static bool order_delete_group(struct load *load, struct order *order)
{
    const struct known *known = promises_pick(sim_of(load), &table_place_groups);
    Pb__DeletePlaceGroupRequest request = PB__DELETE_PLACE_GROUP_REQUEST__INIT;
    if (!known)
        return false;
    memcpy(order->id, known->id, sizeof order->id);
    request.place_group_id = known->id;
    request.version = known->version;
    order_give(load, order, PROVISIONS "DeletePlaceGroup", &request.base);
    return true;
}

static bool order_vacancy(struct load *load, struct order *order)
{
    struct sim *sim = sim_of(load);
    const struct known *known = promises_pick(sim, &table_place_groups);
    Pb__SetVacancyRequest request = PB__SET_VACANCY_REQUEST__INIT;
    Pb__FreePeriod period = PB__FREE_PERIOD__INIT, *periods[] = {&period};
    if (!known)
        return false;
    period.from = LEDGER_DAY;
    period.places = (uint32_t)sim_random_between(&sim->random, 1, ((Pb__PlaceGroup *)known->record)->places);
    request.place_group_id = known->id;
    request.free = periods;
    request.n_free = 1;
    request.confirmed_at_ms = promises_confirmed_ms + order->number;
    order_give(load, order, PROVISIONS "SetVacancy", &request.base);
    return true;
}

/* --- commands of LAs --------------------------------------------------------------------------------- */

/* There are few homes, and LAs often stop placing there. */
static bool hands_over(const struct load *load)
{
    return sim_of(load)->scene != SCENE_ANYTHING;
}

/* There nobody comes or goes before something is published. */
static bool is_early(const struct load *load)
{
    enum { PUBLISHED_BY_US = 4 * 1000 * 1000 };
    return sim_of(load)->scene == SCENE_HANDING_OVER && sim_of(load)->now_us < PUBLISHED_BY_US;
}

/* In some group; or at some provision, with nothing said of the group. */
static bool fill_placement(struct load *load, const struct order *order, bool grouped,
                           Pb__Placement *ret_placement)
{
    const struct known *known =
        promises_pick(sim_of(load), grouped ? &table_place_groups : &table_provisions);
    if (!known)
        return false;
    pb__placement__init(ret_placement);
    ret_placement->authority_id = load->authority;
    ret_placement->provision_id = grouped ? ((Pb__PlaceGroup *)known->record)->provision_id : known->id;
    ret_placement->place_group_id = grouped ? known->id : "";
    ret_placement->reference = order->tag;
    ret_placement->start_on = LEDGER_DAY;
    return true;
}

static bool order_take(struct load *load, struct order *order)
{
    Pb__TakePlaceRequest request = PB__TAKE_PLACE_REQUEST__INIT;
    Pb__Placement placement;
    if (!fill_placement(load, order, true, &placement))
        return false;
    request.placement = &placement;
    order_give(load, order, PLACEMENTS "TakePlace", &request.base);
    return true;
}

static bool order_record(struct load *load, struct order *order)
{
    Pb__RecordPlacementRequest request = PB__RECORD_PLACEMENT_REQUEST__INIT;
    Pb__Placement placement;
    bool handing_over = hands_over(load);
    if (is_early(load))
        return false;
    if (!fill_placement(load, order, !handing_over && order_chance(load, 40), &placement))
        return false;
    if (!handing_over && order_chance(load, 30)) { /* of the past, so that it may be erased */
        placement.start_on = "2026-03-02";
        placement.end_on = "2026-07-31";
    } else if (handing_over || order_chance(load, 80)) { /* it lasts today, and counts for allocation */
        placement.start_on = LASTING_SINCE;
    }
    request.placement = &placement;
    order_give(load, order, PLACEMENTS "RecordPlacement", &request.base);
    return true;
}

static bool may_end(const struct load *load, const Pb__Placement *placement)
{
    return strcmp(placement->authority_id, load->authority) == 0 &&
           (!hands_over(load) || !placement->end_on[0]);
}

/* Mostly one of its own: another's it does not find. */
static const struct known *any_placement(struct load *load)
{
    const struct known *known = promises_pick(sim_of(load), &table_placements);
    for (unsigned i = 0; i < (hands_over(load) ? 30 : 8) && known; i++) {
        if (may_end(load, (const Pb__Placement *)known->record))
            break;
        known = promises_pick(sim_of(load), &table_placements);
    }
    return known;
}

static bool order_end(struct load *load, struct order *order)
{
    if (is_early(load))
        return false;
    const struct known *known = any_placement(load);
    Pb__EndPlacementRequest request = PB__END_PLACEMENT_REQUEST__INIT;
    char end_on[DATE_TEXT_BYTES];
    struct date end;
    /* One that lasts today now and then ends in the past: then another LA looks after the provision. */
    const char *since = hands_over(load) || order_chance(load, 60) ? LASTING_SINCE : LEDGER_DAY;
    if (!known || date_parse(since, &end, NULL) != CODE_OK)
        return false;
    end.day += 1 + (int32_t)order->number; /* another for each, so that none is done already */
    date_print(end, end_on);
    request.placement_id = known->id;
    request.end_on = end_on;
    request.version = order_chance(load, 50) ? known->version : 0;
    request.reason = order->tag;
    order_give(load, order, PLACEMENTS "EndPlacement", &request.base);
    return true;
}

/* One that took a place would be missing in the count of places; one that has not ended is refused. */
static bool may_erase(const struct known *known)
{
    const Pb__Placement *placement = known ? (const Pb__Placement *)known->record : NULL;
    return placement && !placement->taken && placement->end_on[0];
}

static bool order_erase(struct load *load, struct order *order)
{
    const struct known *known = NULL;
    Pb__ErasePlacementRequest request = PB__ERASE_PLACEMENT_REQUEST__INIT;
    for (unsigned i = 0; i < 8 && !may_erase(known); i++)
        known = promises_pick(sim_of(load), &table_placements);
    if (!may_erase(known))
        return false;
    memcpy(order->id, known->id, sizeof order->id);
    request.placement_id = known->id;
    order_give(load, order, PLACEMENTS "ErasePlacement", &request.base);
    return true;
}

/* --- which ------------------------------------------------------------------------------------------- */

static void count_membership(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_MEMBERSHIPS);
}

static void count_host(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_HOSTS);
}

static void count_place(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_PLACES_TAKEN);
    if (order->code == CODE_FAILED_PRECONDITION)
        sim_count(sim, SIM_PLACES_REFUSED);
}

static void count_erased(struct sim *sim, const struct order *order)
{
    if (order->code == CODE_OK)
        sim_count(sim, SIM_ERASED);
}

#define BY_OPERATOR(weight)                                                                                  \
    {                                                                                                        \
        {                                                                                                    \
            weight, 0, 0                                                                                     \
        }                                                                                                    \
    }
/* The second: where provisions are handed over; the third: where it is about fees. */
#define BY_OTHERS(weight, handing_over, fees)                                                                \
    {                                                                                                        \
        {0, weight, weight}, {0, handing_over, handing_over},                                                \
        {                                                                                                    \
            0, fees, fees                                                                                    \
        }                                                                                                    \
    }
const struct order_kind registry_orders[] = {
    {"apply", order_apply, BY_OPERATOR(8), NULL, false, NULL, false},
    {"decide", order_decide, BY_OPERATOR(10), NULL, false, count_membership, false},
    {"leave", order_leave, BY_OPERATOR(1), NULL, false, count_membership, false},
    {"host", order_host, BY_OPERATOR(4), NULL, false, count_host, false},
    {"sub-region", order_sub_region, BY_OPERATOR(4), NULL, false, NULL, false},
    {"pay", order_pay, BY_OPERATOR(4), NULL, false, NULL, false},
    {"invite", order_invite, BY_OPERATOR(4), NULL, false, NULL, false},
    {"provider", order_provider, BY_OPERATOR(6), NULL, false, NULL, false},
    {"provision", order_provision, BY_OPERATOR(10), NULL, false, NULL, false},
    {"group", order_group, BY_OPERATOR(12), NULL, false, NULL, false},
    {"delete-group", order_delete_group, BY_OPERATOR(2), &table_place_groups, false, NULL, false},
    {"vacancy", order_vacancy, BY_OPERATOR(20), NULL, false, NULL, false},
    {"take", order_take, BY_OTHERS(40, 0, 0), NULL, false, count_place, false},
    {"record", order_record, BY_OTHERS(40, 10, 6), NULL, false, NULL, false},
    {"end", order_end, BY_OTHERS(20, 20, 8), NULL, false, NULL, false},
    {"erase", order_erase, {{12, 40, 0}}, &table_placements, true, count_erased, false},
    {NULL, NULL, BY_OPERATOR(0), NULL, false, NULL, false},
};

/* The commands of the clients: which next, with what in it.
 *
 * In: what is known to exist, the seed. Out: calls, each entered in the promises. What they ask is often
 * refused, on purpose: stale versions, places that are gone, LAs that are not members. */

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
    if (!text || sim_random_chance(random_of(load), 50))
        return "";
    struct uuid id = uuid_v7(world_wall_ms(&load->node->world.base), random);
    uuid_print(&id, text);
    return text;
}

/* --- calling
 * ----------------------------------------------------------------------------------------------------------
 */

static void told(void *context, const struct client_answer *answer)
{
    struct order *order = context;
    order->load->in_flight--;
    if (answer->fault.code == CODE_OK)
        order->load->position = (struct position){answer->position.epoch, answer->position.sequence};
    promises_close(sim_of(order->load), order, answer);
}

static void give(struct load *load, enum order_kind kind, struct order *order, const char *method,
                 const ProtobufCMessage *request)
{
    struct sim *sim = sim_of(load);
    static const uint32_t deadlines_ms[] = {400, 2000, 5000, 20000};
    struct call_options options = {.command = true,
                                   .deadline_ms = deadlines_ms[sim_random_between(&sim->random, 0, 3)]};
    if (load->role == LOAD_OFFICER)
        options.claim = sim_claim(sim, load->person, load->authority, &load->arena);
    (void)kind;
    sim_count(sim, SIM_ISSUED);
    load->in_flight++;
    struct client *client = service_client(load->service, "registry", NULL);
    uint64_t call = client ? client_call(client, method, request, &options, told, order) : 0;
    assert(call != 0);
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

/* --- commands of the operator
 * ------------------------------------------------------------------------------------------ */

static bool order_apply(struct load *load, struct order *order)
{
    Pb__ApplyForMembershipRequest request = PB__APPLY_FOR_MEMBERSHIP_REQUEST__INIT;
    request.authority_id = any_authority(load);
    request.name = request.authority_id;
    request.protocol_accepted = true;
    request.protocol_accepted_by = order->tag;
    give(load, order->kind, order, AUTHORITIES "ApplyForMembership", &request.base);
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
    request.approve = sim_random_chance(random_of(load), 90);
    request.reason = order->tag;
    give(load, order->kind, order, AUTHORITIES "DecideMembership", &request.base);
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
    give(load, order->kind, order, AUTHORITIES "LeaveRegion", &request.base);
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
    give(load, order->kind, order, AUTHORITIES "UpdateRegion", &request.base);
    return true;
}

static bool order_sub_region(struct load *load, struct order *order)
{
    const struct known *known =
        sim_random_chance(random_of(load), 50) ? promises_pick(sim_of(load), &table_sub_regions) : NULL;
    Pb__UpdateSubRegionRequest request = PB__UPDATE_SUB_REGION_REQUEST__INIT;
    Pb__RecordMeta *meta;
    request.sub_region = edit(load, known, &pb__sub_region__descriptor, &meta);
    request.sub_region->meta = meta;
    request.sub_region->name = order->tag;
    if (!known)
        request.sub_region->id = any_id(load);
    give(load, order->kind, order, AUTHORITIES "UpdateSubRegion", &request.base);
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
    give(load, order->kind, order, AUTHORITIES "RecordSubscriptionPayment", &request.base);
    return true;
}

static bool order_invite(struct load *load, struct order *order)
{
    Pb__InviteProviderRequest request = PB__INVITE_PROVIDER_REQUEST__INIT;
    request.email = "someone@example.org";
    request.provider_name = order->tag;
    give(load, order->kind, order, PROVIDERS "InviteProvider", &request.base);
    return true;
}

static bool order_provider(struct load *load, struct order *order)
{
    const struct known *known =
        sim_random_chance(random_of(load), 40) ? promises_pick(sim_of(load), &table_providers) : NULL;
    Pb__UpdateProviderRequest request = PB__UPDATE_PROVIDER_REQUEST__INIT;
    Pb__RecordMeta *meta;
    request.provider = edit(load, known, &pb__provider__descriptor, &meta);
    request.provider->meta = meta;
    request.provider->name = order->tag;
    if (!known)
        request.provider->id = any_id(load);
    give(load, order->kind, order, PROVIDERS "UpdateProvider", &request.base);
    return true;
}

/* A long text now and then, so that a feed is more than one batch and a store fills up. */
static const char *any_services(struct load *load)
{
    char *text = arena_alloc(&load->arena, FAT_BYTES + 1);
    if (!text || !sim_random_chance(random_of(load), 30))
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
    give(load, order->kind, order, PROVISIONS "UpdateProvision", &request.base);
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
    give(load, order->kind, order, PROVISIONS "UpdatePlaceGroup", &request.base);
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
    give(load, order->kind, order, PROVISIONS "DeletePlaceGroup", &request.base);
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
    give(load, order->kind, order, PROVISIONS "SetVacancy", &request.base);
    return true;
}

/* --- commands of LAs
 * -------------------------------------------------------------------------------------------------- */

static bool fill_placement(struct load *load, const struct order *order, Pb__Placement *ret_placement)
{
    const struct known *known = promises_pick(sim_of(load), &table_place_groups);
    if (!known)
        return false;
    pb__placement__init(ret_placement);
    ret_placement->authority_id = load->authority;
    ret_placement->provision_id = ((Pb__PlaceGroup *)known->record)->provision_id;
    ret_placement->place_group_id = known->id;
    ret_placement->reference = order->tag;
    ret_placement->start_on = LEDGER_DAY;
    return true;
}

static bool order_take(struct load *load, struct order *order)
{
    Pb__TakePlaceRequest request = PB__TAKE_PLACE_REQUEST__INIT;
    Pb__Placement placement;
    if (!fill_placement(load, order, &placement))
        return false;
    request.placement = &placement;
    give(load, order->kind, order, PLACEMENTS "TakePlace", &request.base);
    return true;
}

static bool order_record(struct load *load, struct order *order)
{
    Pb__RecordPlacementRequest request = PB__RECORD_PLACEMENT_REQUEST__INIT;
    Pb__Placement placement;
    if (!fill_placement(load, order, &placement))
        return false;
    request.placement = &placement;
    give(load, order->kind, order, PLACEMENTS "RecordPlacement", &request.base);
    return true;
}

static bool order_end(struct load *load, struct order *order)
{
    const struct known *known = promises_pick(sim_of(load), &table_placements);
    Pb__EndPlacementRequest request = PB__END_PLACEMENT_REQUEST__INIT;
    char end_on[DATE_TEXT_BYTES];
    struct date end;
    if (!known || date_parse(LEDGER_DAY, &end, NULL) != CODE_OK)
        return false;
    end.day += 1 + (int32_t)order->number; /* another for each, so that none is done already */
    date_print(end, end_on);
    request.placement_id = known->id;
    request.end_on = end_on;
    request.version = sim_random_chance(random_of(load), 50) ? known->version : 0;
    request.reason = order->tag;
    give(load, order->kind, order, PLACEMENTS "EndPlacement", &request.base);
    return true;
}

/* --- which
 * ------------------------------------------------------------------------------------------------------------
 */

static const struct choice {
    bool (*order)(struct load *load, struct order *order);
    unsigned operators, others; /* weights */
} choices[ORDER_KINDS] = {
    [ORDER_APPLY] = {order_apply, 8, 0},
    [ORDER_DECIDE] = {order_decide, 10, 0},
    [ORDER_LEAVE] = {order_leave, 1, 0},
    [ORDER_HOST] = {order_host, 4, 0},
    [ORDER_SUB_REGION] = {order_sub_region, 4, 0},
    [ORDER_PAY] = {order_pay, 4, 0},
    [ORDER_INVITE] = {order_invite, 4, 0},
    [ORDER_PROVIDER] = {order_provider, 6, 0},
    [ORDER_PROVISION] = {order_provision, 10, 0},
    [ORDER_GROUP] = {order_group, 12, 0},
    [ORDER_DELETE_GROUP] = {order_delete_group, 2, 0},
    [ORDER_VACANCY] = {order_vacancy, 20, 0},
    [ORDER_TAKE] = {order_take, 0, 50},
    [ORDER_RECORD] = {order_record, 0, 20},
    [ORDER_END] = {order_end, 0, 20},
};

static enum order_kind choose(struct load *load)
{
    bool is_operator = load->role == LOAD_OPERATOR;
    unsigned total = 0, kind = 0;
    for (unsigned i = 0; i < ORDER_KINDS; i++)
        total += is_operator ? choices[i].operators : choices[i].others;
    int64_t left = sim_random_between(random_of(load), 1, total);
    while ((left -= is_operator ? choices[kind].operators : choices[kind].others) > 0)
        kind++;
    return (enum order_kind)kind;
}

void order_any(struct load *load)
{
    enum order_kind kind = choose(load);
    struct order *order = promises_open(sim_of(load)->promises, kind, load);
    if (order && !choices[kind].order(load, order))
        order->fate = FATE_REFUSED; /* there was nothing yet to do it with */
}

/* A region that is there already when a schedule begins: members with offices, homes where two of them or all
 * place children. Half of the schedules begin so, the others with nothing.
 *
 * In: the seed. Out: records in the registry's store, in its journal as any other, and known to the clients.
 */

#include "tests/sim/registry_part.h"

#include "services/registry/records.h"
#include "services/registry/rules_placement.h"
#include "tests/sim/region.h"

#include <assert.h>
#include <stdio.h>

enum { HOMES = 4, HOMES_HANDED_OVER = 8 };

struct start {
    struct sim *sim;
    struct store_txn *txn;
    struct arena arena;
    unsigned last_id;
};

static const char *next_id(struct start *start)
{
    return arena_format(&start->arena, "01979df0-0000-7000-8000-%012x", ++start->last_id);
}

static void put(struct start *start, const struct table *table, ProtobufCMessage *record)
{
    enum code code = record_put(start->txn, table, record);
    assert(code == CODE_OK);
    (void)code;
    promises_know(start->sim->promises, table, record);
}

static void put_members(struct start *start)
{
    static const struct {
        const char *id;
        int32_t latitude;
    } members[] = {{LA_A, 517000000}, {LA_B, 518000000}, {LA_C, 519000000}};
    for (unsigned i = 0; i < sizeof members / sizeof members[0]; i++) {
        Pb__Authority authority = PB__AUTHORITY__INIT;
        Pb__GeoPoint office = PB__GEO_POINT__INIT;
        office.latitude_e7 = members[i].latitude;
        authority.id = authority.name = members[i].id;
        authority.state = PB__MEMBERSHIP_STATE__MEMBERSHIP_STATE_ACTIVE;
        authority.head_office = &office;
        authority.head_office_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
        authority.head_office_stated = true;
        put(start, &table_authorities, &authority.base);
    }
}

static void put_placement(struct start *start, const char *provision_id, const char *authority)
{
    Pb__Placement placement = PB__PLACEMENT__INIT;
    placement.id = next_id(start);
    placement.authority_id = authority;
    placement.provision_id = provision_id;
    placement.reference = arena_format(&start->arena, "S-%u", start->last_id);
    placement.start_on = LASTING_SINCE;
    Pb__PlacementFact fact = placement_fact_of(&placement);
    put(start, &table_placements, &placement.base);
    fact.meta = NULL;
    put(start, &table_placement_facts, &fact.base);
}

static const char *put_provider(struct start *start)
{
    Pb__Provider provider = PB__PROVIDER__INIT;
    provider.id = next_id(start);
    provider.name = "Start";
    put(start, &table_providers, &provider.base);
    return provider.id;
}

/* Where it is about fees, every other one is an IFA, for which nobody leads. */
static Pb__ProvisionKind kind_of(const struct start *start, unsigned number)
{
    return start->sim->scene == SCENE_FEES && number % 2
               ? PB__PROVISION_KIND__PROVISION_KIND_INDEPENDENT_FOSTERING_AGENCY
               : PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
}

static void put_homes(struct start *start)
{
    static const char *const members[] = {LA_A, LA_B, LA_C};
    bool handing_over = start->sim->scene != SCENE_ANYTHING;
    const char *provider_id = put_provider(start);
    unsigned homes = handing_over ? HOMES_HANDED_OVER : HOMES;
    for (unsigned i = 0; i < homes; i++) {
        Pb__Provision home = PB__PROVISION__INIT;
        Pb__GeoPoint point = PB__GEO_POINT__INIT;
        point.latitude_e7 = 517000000 + (int32_t)sim_random_between(&start->sim->random, 0, 2000000);
        home.id = next_id(start);
        home.name = arena_format(&start->arena, "Home %u", i);
        home.kind = kind_of(start, i);
        home.provider_id = provider_id;
        home.position = &point;
        home.position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
        home.position_stated = true;
        put(start, &table_provisions, &home.base);
        for (unsigned k = 0; k < 3; k++)
            if (i == 0 || k != i % 3 || handing_over)
                put_placement(start, home.id, members[k]);
    }
}

void registry_start_full(struct sim *sim)
{
    struct start start = {.sim = sim};
    const struct actor actor = {"start", "registry", world_wall_ms(&sim->registry->world.base)};
    struct service *service = sim->registry->service;
    sim->quiet = true;
    arena_init(&start.arena, 4 * 1024 * 1024);
    enum code code = store_write_begin(service_store(service), &start.txn);
    assert(code == CODE_OK);
    store_command_begin(start.txn, &actor, &start.arena);
    put_members(&start);
    put_homes(&start);
    code = store_command_end(start.txn, true);
    assert(code == CODE_OK);
    code = store_commit(start.txn);
    assert(code == CODE_OK);
    (void)code;
    arena_finish(&start.arena);
    sim->quiet = false;
    /* What comes of it takes its time. */
    sim->active_until_us += 4 * 1000 * 1000;
    sim->orders_max += 200;
}

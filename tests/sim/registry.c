/* The registry as a program of the simulation: the real handlers, tables, timers and start; only the process
 * around them is another. A fault is planted by putting another function in a handler's place. */

#include "tests/sim/programs.h"
#include "tests/sim/registry_part.h"

#include "services/registry/records.h"
#include "services/registry/registry.h"
#include "services/registry/rules_placement.h"

#include "ccrag/v1/handlers.h"

#include <assert.h>
#include <stdlib.h>

struct registry_program {
    struct registry registry; /* first: handlers know it as the context */
    Pb__AuthoritiesService_Service authorities;
    Pb__ProvidersService_Service providers;
    Pb__ProvisionsService_Service provisions;
    Pb__PlacementsService_Service placements;
    Pb__PeopleService_Service people;
    struct api apis[6];
};

static const struct timer timers[] = {
    {.name = "positions", .every_ms = 500, .run = registry_find_positions},
    {.name = "sessions", .every_ms = 60 * 1000, .run = registry_sweep_sessions},
    {.name = NULL},
};

/* --- planted faults ---------------------------------------------------------------------------------- */

/* Takes the place whether or not there is one. */
static void take_any_place(Pb__PlacementsService_Service *service, const Pb__TakePlaceRequest *in,
                           Pb__TakePlaceResponse_Closure closure, void *context)
{
    struct command *command = context;
    Pb__Placement *given = in->placement, *placement = arena_new(command->arena, Pb__Placement);
    Pb__TakePlaceResponse out = PB__TAKE_PLACE_RESPONSE__INIT;
    ProtobufCMessage *vacancy = NULL;
    struct span key = given ? key_of_uuid(given->place_group_id, command->arena) : span_of(NULL, 0);
    bool full = key.size &&
                record_get(command->txn, &table_vacancies, key, command->arena, &vacancy) == CODE_OK &&
                ((Pb__Vacancy *)vacancy)->n_free == 0;
    if (!full || !placement) {
        on_take_place(service, in, closure, context);
        return;
    }
    *placement = *given;
    placement->id = command_new_id(command);
    placement->meta = NULL;
    placement->taken = true;
    if (placement->authority_id[0] == '\0')
        placement->authority_id =
            command->caller.claim ? command->caller.claim->authority : command->caller.principal->authority;
    out.placement = placement;
    command_answer(command, record_put(command->txn, &table_placements, &placement->base), &out.base);
}

static bool entitle_all(struct service *service, const struct principal *principal,
                        struct entitlement *ret_entitlement, uint64_t *ret_number)
{
    struct principal operator_like = *principal;
    (void)service;
    operator_like.role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR;
    return registry_entitle(service, &operator_like, ret_entitlement, ret_number);
}

/* --- the program ------------------------------------------------------------------------------------- */

static void build(struct sim *sim)
{
    struct node *node = sim->registry = sim_add_node(sim, REGISTRY_NAME, REGISTRY_NAME);
    struct registry_program *program = calloc(1, sizeof *program);
    assert(program);
    program->authorities = (Pb__AuthoritiesService_Service)PB__AUTHORITIES_SERVICE__INIT(on_);
    program->providers = (Pb__ProvidersService_Service)PB__PROVIDERS_SERVICE__INIT(on_);
    program->provisions = (Pb__ProvisionsService_Service)PB__PROVISIONS_SERVICE__INIT(on_);
    program->placements = (Pb__PlacementsService_Service)PB__PLACEMENTS_SERVICE__INIT(on_);
    program->people = (Pb__PeopleService_Service)PB__PEOPLE_SERVICE__INIT(on_);
    if (node->world.sim->plant == PLANT_OVERBOOK)
        program->placements.take_place = take_any_place;
    const struct api apis[] = {
        {.descriptor = &pb__authorities_service__descriptor, .handlers = &program->authorities.base},
        {.descriptor = &pb__providers_service__descriptor, .handlers = &program->providers.base},
        {.descriptor = &pb__provisions_service__descriptor, .handlers = &program->provisions.base},
        {.descriptor = &pb__placements_service__descriptor, .handlers = &program->placements.base},
        {.descriptor = &pb__people_service__descriptor, .handlers = &program->people.base},
        {.descriptor = NULL},
    };
    memcpy(program->apis, apis, sizeof apis);
    node->context = program;
    node->options = (struct service_options){
        .name = "registry",
        .apis = program->apis,
        .tables = registry_tables,
        .timers = timers,
        .schema = 1,
        .context = program,
        .start = registry_start,
        .stop = registry_stop,
        .entitle = node->world.sim->plant == PLANT_ALL_SEE_ALL ? entitle_all : registry_entitle,
        .is_demonstration = registry_is_demonstration,
    };
}

const struct part registry_part = {.service = REGISTRY_NAME,
                                   .build = build,
                                   .tables = registry_tables,
                                   .orders = registry_orders,
                                   .check = registry_check};

/* The clients: when they ask, and what becomes of what they read.
 *
 * In: the seed. Out: commands (orders.c), searches and reads over real clients, held against what is true. */

#include "tests/sim/load_inside.h"

#include "common/service/region.h"
#include "tests/sim/facts.h"
#include "tests/sim/region.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <assert.h>
#include <stdlib.h>

enum { IN_FLIGHT_MAX = 6 };

static void read_told(void *context, const struct client_answer *answer)
{
    struct load *load = context;
    load->in_flight--;
    sim_count(sim_of(load), answer->fault.code == CODE_OK ? SIM_READS : SIM_READS_REFUSED);
}

/* Asks a follower for what it has a copy of. */
static void ask_follower(struct load *load)
{
    Pb__GetAuthorityRequest request = PB__GET_AUTHORITY_REQUEST__INIT;
    struct call_options options = {.deadline_ms = 1000};
    request.authority_id = any_authority(load);
    load->in_flight++;
    uint64_t call = client_call(load->follower, "ccrag.v1.AuthoritiesService/GetAuthority", &request.base,
                                &options, read_told, load);
    assert(call != 0);
}

/* --- searches ----------------------------------------------------------------------------------------------
 */

static void search_told(void *context, const struct client_answer *answer)
{
    struct load *load = context;
    struct sim *sim = sim_of(load);
    load->in_flight--;
    if (answer->fault.code == CODE_OK)
        facts_check_search(sim, (const Pb__SearchResponse *)answer->response);
    else if (sim->settled)
        sim_fail(sim, "settles", "a search is refused with all at rest: %s", answer->fault.reason);
    else
        sim_count(sim, SIM_SEARCHES_REFUSED);
}

/* Always the same question, so that answers can be compared. */
static void search(struct load *load, struct position position, uint32_t deadline_ms)
{
    Pb__SearchRequest request = PB__SEARCH_REQUEST__INIT;
    Pb__ServicePosition at_least = PB__SERVICE_POSITION__INIT, *positions[] = {&at_least};
    Pb__Position wire = PB__POSITION__INIT;
    struct call_options options = {.deadline_ms = deadline_ms};
    arena_reset(&load->arena);
    if (load->options.role == LOAD_OFFICER)
        options.claim = sim_claim(sim_of(load), load->person, load->options.authority, &load->arena);
    facts_ask(&request);
    wire.epoch = position.epoch;
    wire.sequence = position.sequence;
    at_least.service = "registry";
    at_least.position = &wire;
    if (position.sequence) {
        request.at_least = positions;
        request.n_at_least = 1;
    }
    load->in_flight++;
    uint64_t call = client_call(load->matching, "ccrag.v1.MatchingService/Search", &request.base, &options,
                                search_told, load);
    assert(call != 0);
}

void load_search_last(struct node *node)
{
    search(node->load, store_position(service_store(node->world.sim->registry->service)), 60 * 1000);
    node->world.wake = true;
}

static void issue(struct load *load)
{
    struct sim *sim = sim_of(load);
    arena_reset(&load->arena);
    if (sim_random_chance(&sim->random, 12)) {
        /* Now and then at least as far on as an answer that the registry gave. */
        bool after = sim_random_chance(&sim->random, 50);
        search(load, after ? load->position : (struct position){0}, 3000);
        return;
    }
    if (load->options.role == LOAD_OPERATOR && sim_random_chance(&sim->random, 15)) {
        ask_follower(load);
        return;
    }
    if (sim->promises->order_count >= sim->orders_max)
        return;
    order_any(load);
}

/* --- the program
 * ------------------------------------------------------------------------------------------------------ */

static struct client *dial(struct node *node, enum sim_principal_id service)
{
    struct client *client = NULL;
    struct sim *sim = node->world.sim;
    const char *name = sim->region->principals[service].name;
    const struct client_options options = {
        .service = name,
        .endpoint = region_endpoint(node->region, name),
        .pair = *region_pair(node->region),
        .server_key = sim->region->principals[service].key,
    };
    enum code code = client_create(&node->world.base, &options, &client, NULL);
    assert(code == CODE_OK);
    return client;
}

void load_start(struct node *node)
{
    struct sim *sim = node->world.sim;
    struct load *load = calloc(1, sizeof *load);
    assert(load);
    uint8_t random[10];
    load->node = node;
    load->options = *(struct load_options *)node->context;
    sim_random_bytes(&sim->random, random, sizeof random);
    struct uuid person = uuid_v7(sim_wall_ms, random);
    uuid_print(&person, load->person);
    arena_init(&load->arena, 4 * 1024 * 1024);
    node->region = sim_region_open(sim, node->principal);
    load->registry = dial(node, SIM_REGISTRY);
    load->follower = dial(node, SIM_ALLOCATION);
    load->matching = dial(node, SIM_MATCHING);
    load->next_us = sim->now_us;
    node->load = load;
}

void load_end(struct node *node)
{
    struct load *load = node->load;
    promises_lose(node->world.sim->promises, load);
    client_destroy(load->registry);
    client_destroy(load->follower);
    client_destroy(load->matching);
    region_destroy(node->region);
    arena_finish(&load->arena);
    free(load);
    node->load = NULL;
    node->region = NULL;
}

bool load_turn(struct node *node)
{
    struct load *load = node->load;
    struct sim *sim = node->world.sim;
    bool did = client_turn(load->registry);
    did |= client_turn(load->follower);
    did |= client_turn(load->matching);
    if (sim->settling || sim->now_us < load->next_us || load->in_flight >= IN_FLIGHT_MAX)
        return did;
    issue(load);
    load->next_us = sim->now_us + sim_random_between(&sim->random, 100, sim->pace_us);
    return true;
}

int64_t load_next_us(const struct node *node)
{
    const struct load *load = node->load;
    const struct client *clients[] = {load->registry, load->follower, load->matching};
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++)
        if (client_next_us(clients[i]) < next)
            next = client_next_us(clients[i]);
    if (!node->world.sim->settling && load->in_flight < IN_FLIGHT_MAX && load->next_us < next)
        next = load->next_us;
    return next;
}

bool load_is_busy(const struct node *node)
{
    const struct load *load = node->load;
    return client_pending(load->registry) + client_pending(load->follower) + client_pending(load->matching) >
           0;
}

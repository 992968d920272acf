/* The clients: when they ask, and what becomes of what they read.
 *
 * In: the seed. Out: commands (orders.c), searches and reads over real clients, held against what is true. */

#include "tests/sim/load_inside.h"

#include "common/base/limits.h"
#include "common/service/region.h"
#include "tests/sim/region.h"
#include "tests/sim/watch.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <assert.h>
#include <stdlib.h>

static void read_told(void *context, const struct client_answer *answer)
{
    struct load *load = context;
    load->in_flight--;
    sim_count(sim_of(load), answer->fault.code == CODE_OK ? SIM_READS : SIM_READS_REFUSED);
}

/* NULL: the roster has had no such service yet. */
static struct client *client_of(struct load *load, enum sim_principal_id service)
{
    return service_client(load->service, sim_of(load)->region->principals[service].name, NULL);
}

/* Asks a follower for what it has a copy of. */
static void ask_follower(struct load *load)
{
    Pb__GetAuthorityRequest request = PB__GET_AUTHORITY_REQUEST__INIT;
    struct call_options options = {.deadline_ms = 1000};
    struct client *client = client_of(load, SIM_FEES);
    request.authority_id = any_authority(load);
    if (!client)
        return;
    load->in_flight++;
    uint64_t call = client_call(client, "ccrag.v1.AuthoritiesService/GetAuthority", &request.base, &options,
                                read_told, load);
    assert(call != 0);
}

const Pb__SignedClaim *load_claim(struct load *load)
{
    int64_t now_us = sim_of(load)->now_us;
    if (load->role != LOAD_OFFICER)
        return NULL;
    if (!load->claim || now_us >= load->claim_until_us) {
        arena_reset(&load->claim_arena);
        load->claim = sim_claim(sim_of(load), load->person, load->authority, &load->claim_arena);
        load->claim_until_us = now_us + INT64_C(60000000) * (CLAIM_MINUTES - 1);
    }
    return load->claim;
}

/* --- searches ---------------------------------------------------------------------------------------- */

/* With all at rest an LA's program is answered where that LA is an active member, and refused where it is
 * none (rule R1). False: refused as it should be. */
static bool check_membership(const struct load *load, const struct client_answer *answer)
{
    struct sim *sim = sim_of(load);
    bool host, refused = answer->fault.code == CODE_PERMISSION_DENIED;
    bool by_role = load->role != LOAD_NODE && load->role != LOAD_OFFICER;
    bool member = by_role || watch_is_member(sim, load->authority, &host);
    if (!member && !refused)
        sim_fail(sim, "settles", "a search of %s, which is no member, is not refused", load->authority);
    return member || !refused;
}

static void search_told(void *context, const struct client_answer *answer)
{
    struct asked *asked = context;
    struct load *load = asked->load;
    struct sim *sim = sim_of(load);
    load->in_flight--;
    asked->open = false;
    if (sim->settled && !check_membership(load, answer))
        return;
    if (answer->fault.code == CODE_OK)
        facts_check_search(sim, asked, (const Pb__SearchResponse *)answer->response);
    else if (sim->settled)
        sim_fail(sim, "settles", "a search is refused with all at rest: %s", answer->fault.reason);
    else
        sim_count(sim, SIM_SEARCHES_REFUSED);
}

static struct asked *open_asked(struct load *load, struct position at_least)
{
    unsigned i = 0;
    while (load->asked[i].open)
        i++;
    assert(i <= IN_FLIGHT_MAX);
    load->asked[i] = (struct asked){.load = load, .open = true, .at_least = at_least};
    facts_note_asked(sim_of(load), &load->asked[i]);
    return &load->asked[i];
}

/* Always the same question, so that answers can be compared. */
static void search(struct load *load, struct position position, uint32_t deadline_ms)
{
    Pb__SearchRequest request = PB__SEARCH_REQUEST__INIT;
    Pb__ServicePosition at_least = PB__SERVICE_POSITION__INIT, *positions[] = {&at_least};
    Pb__Position wire = PB__POSITION__INIT;
    struct call_options options = {.deadline_ms = deadline_ms};
    arena_reset(&load->arena);
    options.claim = load_claim(load);
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
    uint64_t call = client_call(client_of(load, SIM_MATCHING), "ccrag.v1.MatchingService/Search",
                                &request.base, &options, search_told, open_asked(load, position));
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
    if (load->role == LOAD_OPERATOR && sim_random_chance(&sim->random, 15)) {
        ask_follower(load);
        return;
    }
    if (sim->promises->order_count >= sim->orders_max)
        return;
    order_any(load);
}

/* --- the program ------------------------------------------------------------------------------------- */

static enum code start(struct service *service, struct fault *ret_fault)
{
    struct load *load = service_context(service);
    struct sim *sim = sim_of(load);
    uint8_t random[10];
    (void)ret_fault;
    load->service = service;
    load->position = (struct position){0};
    load->in_flight = 0;
    memset(load->asked, 0, sizeof load->asked);
    sim_random_bytes(&sim->random, random, sizeof random);
    struct uuid person = uuid_v7(sim_wall_ms, random);
    uuid_print(&person, load->person);
    arena_init(&load->arena, 4 * 1024 * 1024);
    arena_init(&load->claim_arena, 1024 * 1024);
    load->claim = NULL;
    load->next_us = sim->now_us;
    return CODE_OK;
}

/* What it was not told of is of unknown fate. */
static void stop(struct service *service)
{
    struct load *load = service_context(service);
    promises_lose(sim_of(load)->promises, load);
    arena_finish(&load->arena);
    arena_finish(&load->claim_arena);
    load->service = NULL;
    load->in_flight = 0;
}

static const struct api nothing[] = {{.descriptor = NULL}};

void load_prepare(struct node *node, enum load_role role, const char *authority)
{
    struct load *load = calloc(1, sizeof *load);
    assert(load);
    *load = (struct load){.node = node, .role = role, .authority = authority};
    node->load = node->context = load;
    node->options = (struct service_options){
        .name = node->principal, .apis = nothing, .context = load, .start = start, .stop = stop};
}

static bool may_ask(const struct load *load)
{
    return load->service && !sim_of(load)->settling && load->in_flight < IN_FLIGHT_MAX;
}

void load_turn(struct node *node)
{
    struct load *load = node->load;
    struct sim *sim = node->world.sim;
    if (!may_ask(load) || sim->now_us < load->next_us)
        return;
    issue(load);
    load->next_us = sim->now_us + sim_random_between(&sim->random, 100, sim->pace_us);
}

int64_t load_next_us(const struct node *node)
{
    return may_ask(node->load) ? node->load->next_us : INT64_MAX;
}

bool load_is_busy(const struct node *node)
{
    return node->load->in_flight > 0;
}

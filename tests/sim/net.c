/* The network between the programs of one schedule.
 *
 * In: listen, dial, send, receive, as world.h has them. Out: messages that arrive in order on their own
 * connection, late, and in no order between connections; a connection that breaks loses what was under way,
 * now and then all but what was on the wire already, and its ends notice at different times. As with
 * ZeroMQ a live connection loses nothing, a dialled link reconnects by itself, and a key that is not admitted
 * is told so. The loss of single messages is what the programs' own repetition makes of all this. */

#include "tests/sim/net_inside.h"

#include "common/base/limits.h"
#include "tests/sim/watch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static struct link *link_open(struct sim_world *world, const char *endpoint, const struct curve_pair *pair)
{
    struct link *link = calloc(1, sizeof *link);
    assert(link);
    link->base.world = &world->base;
    link->world = world;
    link->pair = *pair;
    snprintf(link->endpoint, sizeof link->endpoint, "%s", endpoint);
    link->next = world->sim->net.links;
    world->sim->net.links = link;
    world->sim->net.changed = true;
    return link;
}

static struct link *find_listener(const struct sim *sim, const char *endpoint)
{
    for (struct link *link = sim->net.links; link; link = link->next)
        if (link->listening && !link->world->dead && strcmp(link->endpoint, endpoint) == 0)
            return link;
    return NULL;
}

enum code net_listen(struct world *base, const struct listen_options *options, struct link **ret_link,
                     struct fault *ret_fault)
{
    struct sim_world *world = sim_world_of(base);
    if (find_listener(world->sim, options->endpoint))
        return fault_set(ret_fault, CODE_UNAVAILABLE, "", "%s is in use", options->endpoint);
    struct link *link = link_open(world, options->endpoint, &options->pair);
    link->listening = true;
    link->state = LINK_UP;
    link->admit = options->admit;
    link->admit_context = options->context;
    *ret_link = link;
    return CODE_OK;
}

enum code net_rekey(struct link *link, const struct curve_pair *pair, struct fault *ret_fault)
{
    (void)ret_fault;
    link->pair = *pair;
    return CODE_OK;
}

enum code net_dial(struct world *base, const struct dial_options *options, struct link **ret_link,
                   struct fault *ret_fault)
{
    struct sim_world *world = sim_world_of(base);
    (void)ret_fault;
    struct link *link = link_open(world, options->endpoint, &options->pair);
    link->server_key = options->server_key;
    link->state = LINK_CONNECTING;
    link->dial_at_us = world->sim->now_us + net_delay_us(world->sim);
    *ret_link = link;
    return CODE_OK;
}

/* --- messages ---------------------------------------------------------------------------------------- */

int64_t net_delay_us(struct sim *sim)
{
    int64_t delay = sim_random_between(&sim->random, sim->net.delay_us_min, sim->net.delay_us_max);
    return sim_random_chance(&sim->random, sim->net.spike_percent) ? 10 * delay : delay;
}

static void pipe_put(struct sim *sim, struct pipe *pipe, struct span envelope, struct span body)
{
    struct packet *packet = malloc(sizeof *packet + envelope.size + body.size);
    assert(packet);
    *packet = (struct packet){.envelope_size = envelope.size, .body_size = body.size};
    memcpy(packet->bytes, envelope.data, envelope.size);
    if (body.size)
        memcpy(packet->bytes + envelope.size, body.data, body.size);
    packet->due_us = sim->now_us + net_delay_us(sim);
    if (packet->due_us <= pipe->last_due_us)
        packet->due_us = pipe->last_due_us + 1;
    pipe->last_due_us = packet->due_us;
    *pipe->end = packet;
    pipe->end = &packet->next;
    if (pipe->count++ == 0) /* behind another it comes later than that */
        pipe->due_us = packet->due_us;
}

static void net_put(struct sim *sim, const struct connection *connection, struct pipe *pipe,
                    struct span envelope, struct span body)
{
    pipe_put(sim, pipe, envelope, body);
    unsigned receiver = pipe == &connection->up ? connection->listener_id : connection->dialler_id;
    bool there = pipe == &connection->up ? connection->listener : connection->dialler;
    if (there && !sim->net.blocked[connection->dialler_id][connection->listener_id] &&
        pipe->due_us < sim->net.arrivals_us[receiver])
        sim->net.arrivals_us[receiver] = pipe->due_us;
}

static struct packet *pipe_take(struct pipe *pipe)
{
    struct packet *packet = pipe->first;
    pipe->first = packet->next;
    if (!pipe->first)
        pipe->end = &pipe->first;
    pipe->due_us = pipe->first ? pipe->first->due_us : INT64_MAX;
    pipe->count--;
    return packet;
}

void pipe_drop(struct sim *sim, struct pipe *pipe)
{
    sim->net.changed = true;
    while (pipe->first) {
        free(pipe_take(pipe));
        sim_count(sim, SIM_MESSAGES_LOST);
    }
}

bool pipe_has(const struct sim *sim, const struct connection *connection, const struct pipe *pipe)
{
    return pipe->due_us <= sim->now_us && !sim->net.blocked[connection->dialler_id][connection->listener_id];
}

struct connection *net_of_peer(const struct link *link, uint64_t peer)
{
    if (!link->listening)
        return link->connection;
    for (struct connection *at = link->world->sim->net.connections; at; at = at->next)
        if (at->listener == link && at->peer == peer)
            return at;
    return NULL;
}

enum code net_send(struct link *link, uint64_t peer, struct span envelope, struct span body)
{
    struct sim *sim = link->world->sim;
    struct connection *connection = net_of_peer(link, peer);
    if (envelope.size + body.size > FRAME_BYTES_MAX)
        return CODE_INVALID_ARGUMENT;
    if (sim_world_is_dead(link->world))
        return CODE_OK;
    if (!connection || (link->listening ? connection->listener_knows : link->state != LINK_UP))
        return CODE_UNAVAILABLE;
    struct pipe *pipe = link->listening ? &connection->down : &connection->up;
    if (pipe->count >= sim->net.waiting_max) {
        sim_count(sim, SIM_SENDS_REFUSED);
        return CODE_UNAVAILABLE;
    }
    sim_trace(sim, link->world->id, "sends", connection->peer, body);
    sim_count(sim, SIM_MESSAGES);
    struct arena arena;
    arena_init(&arena, 8 * FRAME_BYTES_MAX);
    if (link->listening)
        watch_answer(sim, link->world->node, connection, envelope, body, &arena);
    else
        envelope = watch_request(sim, connection, envelope, &arena);
    if (connection->broken)
        sim_count(sim, SIM_MESSAGES_LOST);
    else
        net_put(sim, connection, pipe, envelope, body);
    arena_finish(&arena);
    return CODE_OK;
}

/* The connection whose next message came first. */
static struct connection *next_to_receive(const struct link *link, struct pipe **ret_pipe)
{
    struct sim *sim = link->world->sim;
    struct connection *found = NULL;
    net_reckon(sim);
    if (sim->net.arrivals_us[link->world->id] > sim->now_us)
        return NULL;
    if (!link->listening) {
        found = link->connection;
        *ret_pipe = found ? &found->down : NULL;
        return found && pipe_has(sim, found, *ret_pipe) ? found : NULL;
    }
    for (struct connection *at = sim->net.connections; at; at = at->next) {
        struct pipe *pipe = &at->up;
        if (at->listener != link || !pipe_has(sim, at, pipe))
            continue;
        if (!found || pipe->due_us < (*ret_pipe)->due_us ||
            (pipe->due_us == (*ret_pipe)->due_us && at->peer < found->peer)) {
            found = at;
            *ret_pipe = pipe;
        }
    }
    return found;
}

enum code net_receive(struct link *link, struct arena *arena, struct message *ret_message)
{
    struct sim *sim = link->world->sim;
    struct pipe *pipe = NULL;
    if (sim_world_is_dead(link->world))
        return CODE_UNAVAILABLE;
    struct connection *connection = next_to_receive(link, &pipe);
    if (!connection)
        return CODE_UNAVAILABLE;
    struct packet *packet = pipe_take(pipe);
    sim->net.changed = true;
    sim_trace(sim, link->world->id, "receives", connection->peer,
              span_of(packet->bytes, packet->envelope_size));
    *ret_message = (struct message){
        .peer = link->listening ? connection->peer : 0,
        .key = link->listening ? connection->client_key : connection->server_key,
        .envelope = arena_copy(arena, span_of(packet->bytes, packet->envelope_size)),
        .body = arena_copy(arena, span_of(packet->bytes + packet->envelope_size, packet->body_size)),
    };
    free(packet);
    return arena->exhausted ? CODE_RESOURCE_EXHAUSTED : CODE_OK;
}

/* --- the rest of a link ------------------------------------------------------------------------------ */

void net_drop_peer(struct link *link, uint64_t peer)
{
    struct connection *connection = net_of_peer(link, peer);
    if (!connection || sim_world_is_dead(link->world))
        return;
    net_break(link->world->sim, connection, false);
    pipe_drop(link->world->sim, &connection->up);
    connection->listener_knows = true;
}

enum link_state net_state(const struct link *link)
{
    return link->state;
}

const char *net_endpoint(const struct link *link)
{
    return link->endpoint;
}

/* The end of a link: of its program, orderly or not. The other ends find out. */
void net_close(struct link *link)
{
    struct sim *sim = link->world->sim;
    for (struct connection *at = sim->net.connections; at; at = at->next) {
        if (at->dialler != link && at->listener != link)
            continue;
        if (!at->broken)
            net_break(sim, at, link->world->dead && sim_random_chance(&sim->random, 20));
        if (at->dialler == link) {
            at->dialler = NULL;
            at->dialler_knows = true;
            pipe_drop(sim, &at->down);
        } else {
            at->listener = NULL;
            at->listener_knows = true;
            pipe_drop(sim, &at->up);
        }
    }
    struct link **before = &sim->net.links;
    while (*before != link)
        before = &(*before)->next;
    *before = link->next;
    sim->net.changed = true;
    free(link);
}

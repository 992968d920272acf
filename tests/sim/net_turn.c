/* What happens on the network by itself: dials and handshakes, connections that break, what their ends notice
 * and when, partitions.
 *
 * In: the virtual time and the seed. Out: links that come up, are refused, go down. */

#include "tests/sim/net_inside.h"

#include <assert.h>
#include <stdlib.h>

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- dialling ---------------------------------------------------------------------------------------- */

static void dial_later(struct link *link, enum link_state state, int64_t least_ms, int64_t most_ms)
{
    struct sim *sim = link->world->sim;
    sim->net.changed = true;
    if (link->state != state)
        link->world->wake = true;
    link->state = state;
    unsigned doublings = link->failures < 8 ? link->failures : 8;
    int64_t wait_ms = sooner(least_ms << doublings, most_ms);
    link->failures++;
    link->dial_at_us = sim->now_us + sim_random_between(&sim->random, wait_ms * 500, wait_ms * 1000);
}

static void connect(struct link *dialler, struct link *listener)
{
    struct sim *sim = dialler->world->sim;
    struct connection *connection = calloc(1, sizeof *connection);
    assert(connection);
    *connection = (struct connection){
        .next = sim->net.connections,
        .peer = ++sim->net.last_peer,
        .dialler = dialler,
        .listener = listener,
        .dialler_id = dialler->world->id,
        .listener_id = listener->world->id,
        .client_key = dialler->pair.public_key,
        .server_key = listener->pair.public_key,
        .dialler_notices_us = INT64_MAX,
        .listener_notices_us = INT64_MAX,
        .break_at_us = INT64_MAX,
    };
    connection->up = (struct pipe){.end = &connection->up.first, .due_us = INT64_MAX};
    connection->down = (struct pipe){.end = &connection->down.first, .due_us = INT64_MAX};
    sim->net.connections = connection;
    sim->net.changed = true;
    dialler->connection = connection;
    dialler->state = LINK_UP;
    dialler->failures = 0;
    dialler->world->wake = true;
    sim_count(sim, SIM_CONNECTIONS);
    sim_trace(sim, dialler->world->id, "connects", connection->peer, span_of(NULL, 0));
}

static void dial(struct link *link)
{
    struct sim *sim = link->world->sim;
    struct link *listener = sim->net.links;
    while (listener && (!listener->listening || strcmp(listener->endpoint, link->endpoint) != 0))
        listener = listener->next;
    if (!listener || sim->net.blocked[link->world->id][listener->world->id]) {
        dial_later(link, link->state == LINK_UP ? LINK_CONNECTING : link->state, LINK_RECONNECT_MS,
                   LINK_RECONNECT_MS_MAX);
        return;
    }
    if (memcmp(&listener->pair.public_key, &link->server_key, sizeof link->server_key) != 0) {
        dial_later(link, LINK_BROKEN, LINK_RECONNECT_MS, LINK_RECONNECT_MS_MAX);
        return;
    }
    if (!listener->admit(listener->admit_context, &link->pair.public_key)) {
        sim_count(sim, SIM_HANDSHAKES_REFUSED);
        sim_trace(sim, link->world->id, "is refused", listener->world->id, span_of(NULL, 0));
        dial_later(link, LINK_REFUSED, LINK_REFUSED_RETRY_MS, LINK_REFUSED_RETRY_MS_MAX);
        return;
    }
    connect(link, listener);
}

/* --- breaking ---------------------------------------------------------------------------------------- */

/* What was under way is lost; now and then the first of it was on the wire already, and comes late. */
static void cut_pipe(struct sim *sim, struct pipe *pipe, bool late)
{
    struct packet **at = &pipe->first;
    while (*at && (*at)->due_us <= sim->now_us)
        at = &(*at)->next;
    int64_t keep = late ? sim_random_between(&sim->random, 0, 4) : 0, after_us = 0;
    for (; *at && keep > 0; keep--, at = &(*at)->next) {
        after_us += sim_random_between(&sim->random, 0, 2 * 1000 * 1000);
        (*at)->due_us += after_us;
        sim_count(sim, SIM_MESSAGES_LATE);
    }
    for (struct packet *next; *at; *at = next) {
        next = (*at)->next;
        free(*at);
        pipe->count--;
        sim_count(sim, SIM_MESSAGES_LOST);
    }
    pipe->end = at;
    pipe->due_us = pipe->first ? pipe->first->due_us : INT64_MAX;
}

void net_break(struct sim *sim, struct connection *connection, bool slowly)
{
    if (connection->broken)
        return;
    sim->net.changed = true;
    sim_count(sim, SIM_CONNECTIONS_BROKEN);
    sim_trace(sim, connection->dialler_id, "breaks", connection->peer, span_of(NULL, 0));
    connection->broken = true;
    int64_t most_us = slowly ? LINK_HEARTBEAT_TIMEOUT_MS * INT64_C(1000) : 50 * 1000;
    connection->dialler_notices_us = sim->now_us + sim_random_between(&sim->random, 100, most_us);
    connection->listener_notices_us = sim->now_us + sim_random_between(&sim->random, 100, most_us);
    cut_pipe(sim, &connection->up, sim_random_chance(&sim->random, 30));
    cut_pipe(sim, &connection->down, sim_random_chance(&sim->random, 30));
}

static void notice(struct sim *sim, struct connection *connection)
{
    if (connection->break_at_us <= sim->now_us)
        net_break(sim, connection, true);
    if (!connection->listener_knows && connection->listener_notices_us <= sim->now_us)
        connection->listener_knows = true;
    if (connection->dialler_knows || connection->dialler_notices_us > sim->now_us)
        return;
    connection->dialler_knows = true;
    pipe_drop(sim, &connection->down);
    struct link *link = connection->dialler;
    connection->dialler = NULL;
    link->connection = NULL;
    dial_later(link, LINK_CONNECTING, LINK_RECONNECT_MS, LINK_RECONNECT_MS_MAX);
}

static bool is_over(const struct connection *connection)
{
    return connection->broken && connection->dialler_knows && connection->listener_knows &&
           !connection->up.first && !connection->down.first;
}

void net_advance(struct sim *sim)
{
    sim->net.changed = true;
    for (struct connection **at = &sim->net.connections; *at;) {
        struct connection *connection = *at;
        notice(sim, connection);
        if (is_over(connection)) {
            *at = connection->next;
            free(connection);
        } else {
            at = &connection->next;
        }
    }
    for (struct link *link = sim->net.links; link; link = link->next)
        if (!link->listening && link->state != LINK_UP && link->dial_at_us <= sim->now_us)
            dial(link);
}

static int64_t due_of(const struct sim *sim, const struct connection *connection, const struct pipe *pipe)
{
    bool blocked =
        pipe->due_us != INT64_MAX && sim->net.blocked[connection->dialler_id][connection->listener_id];
    return blocked ? INT64_MAX : pipe->due_us;
}

void net_reckon(struct sim *sim)
{
    struct network *net = &sim->net;
    if (!net->changed)
        return;
    int64_t next = INT64_MAX;
    for (unsigned i = 0; i < sim->node_count; i++)
        net->arrivals_us[i] = INT64_MAX;
    for (const struct connection *at = net->connections; at; at = at->next) {
        int64_t *of_dialler = &net->arrivals_us[at->dialler_id],
                *of_listener = &net->arrivals_us[at->listener_id];
        if (at->dialler)
            *of_dialler = sooner(*of_dialler, due_of(sim, at, &at->down));
        if (at->listener)
            *of_listener = sooner(*of_listener, due_of(sim, at, &at->up));
        if (!at->broken)
            next = sooner(next, at->break_at_us);
        if (!at->dialler_knows)
            next = sooner(next, at->dialler_notices_us);
        if (!at->listener_knows)
            next = sooner(next, at->listener_notices_us);
    }
    for (const struct link *link = net->links; link; link = link->next)
        if (!link->listening && link->state != LINK_UP)
            next = sooner(next, link->dial_at_us);
    net->next_us = next;
    net->changed = false;
}

bool net_is_up(const struct sim *sim)
{
    for (const struct link *link = sim->net.links; link; link = link->next)
        if (link->state != LINK_UP || (link->connection && link->connection->broken))
            return false;
    return true;
}

bool net_has_key(const struct sim *sim, unsigned id, const struct curve_key *key)
{
    for (const struct link *link = sim->net.links; link; link = link->next)
        if (link->world->id == id && memcmp(&link->pair.public_key, key, sizeof *key) != 0)
            return false;
    return true;
}

/* --- partitions -------------------------------------------------------------------------------------- */

void net_block(struct sim *sim, unsigned a, unsigned b)
{
    sim->net.blocked[a][b] = sim->net.blocked[b][a] = true;
    sim->net.changed = true;
    for (struct connection *at = sim->net.connections; at; at = at->next) {
        bool across =
            (at->dialler_id == a && at->listener_id == b) || (at->dialler_id == b && at->listener_id == a);
        if (across && !at->broken && sim_random_chance(&sim->random, 60))
            at->break_at_us = sim->now_us + sim_random_between(&sim->random, 0, 20 * 1000 * 1000);
    }
}

void net_heal(struct sim *sim)
{
    memset(sim->net.blocked, 0, sizeof sim->net.blocked);
    sim->net.changed = true;
    for (struct connection *at = sim->net.connections; at; at = at->next)
        if (!at->broken)
            at->break_at_us = INT64_MAX;
}

void net_finish(struct sim *sim)
{
    while (sim->net.connections) {
        struct connection *connection = sim->net.connections;
        sim->net.connections = connection->next;
        pipe_drop(sim, &connection->up);
        pipe_drop(sim, &connection->down);
        free(connection);
    }
    assert(!sim->net.links);
}

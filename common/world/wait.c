/* The one place where the loop sleeps. zmq_poll looks at each socket's state before it sleeps, so that a
 * message which the library signalled earlier (its descriptors tell each change once) is not slept over. In
 * between, what the links themselves need is served: handshakes to be admitted, monitors, refused links to
 * dial again, unfinished messages to measure. No message is taken here. */

#include "common/world/real_inside.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* Lays out the poll array anew. False when out of memory: the loop then sleeps a little and tries again. */
static bool lay_out(struct real_world *world)
{
    size_t count = 2;
    for (struct link *link = world->links; link; link = link->next)
        count += 2;
    if (count > world->items_room) {
        zmq_pollitem_t *more = realloc(world->items, 2 * count * sizeof *more);
        if (!more)
            return false;
        world->items = more;
        world->items_room = 2 * count;
    }
    zmq_pollitem_t *item = world->items;
    *item++ = (zmq_pollitem_t){.fd = world->wake_fd, .events = ZMQ_POLLIN};
    *item++ = (zmq_pollitem_t){.socket = world->zap, .events = ZMQ_POLLIN};
    for (struct link *link = world->links; link; link = link->next) {
        *item++ = (zmq_pollitem_t){.socket = link->socket, .events = ZMQ_POLLIN};
        *item++ = (zmq_pollitem_t){.socket = link->monitor, .events = ZMQ_POLLIN};
    }
    world->items_count = (int)count;
    world->items_stale = false;
    return true;
}

/* The next instant at which a link needs something that no descriptor tells. */
static int64_t next_chore(const struct real_world *world, int64_t until)
{
    for (const struct link *link = world->links; link; link = link->next) {
        if (link->redial_at_us != 0 && link->redial_at_us < until)
            until = link->redial_at_us;
        if (link->listening && link->connections.open_count > 0 && world->guard_at_us < until)
            until = world->guard_at_us;
    }
    return until;
}

static void do_chores(struct real_world *world, int64_t now)
{
    bool guard = now >= world->guard_at_us;
    if (guard)
        world->guard_at_us = now + (int64_t)LINK_GUARD_MS * 1000;
    for (struct link *link = world->links; link; link = link->next) {
        if (!link->listening)
            dialler_redial_if_due(link, now);
        else if (guard)
            listener_guard(link, now);
    }
}

static int timeout_ms(int64_t now, int64_t until)
{
    if (until <= now)
        return 0;
    int64_t ms = (until - now - 1) / 1000 + 1; /* up: never wake just before */
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* Serves what has come for the links themselves; is there anything for the caller? */
static bool serve(struct real_world *world)
{
    const zmq_pollitem_t *item = world->items;
    bool news = false;
    if (item[0].revents) {
        uint64_t count;
        news = read(world->wake_fd, &count, sizeof count) > 0;
    }
    if (item[1].revents)
        zap_serve(world);
    item += 2;
    for (struct link *link = world->links; link; link = link->next, item += 2) {
        if (item[0].revents)
            news = true;
        if (!item[1].revents)
            continue;
        if (link->listening)
            listener_follow(link);
        else if (dialler_follow(link))
            news = true;
    }
    return news;
}

void wait_until(struct world *base, int64_t until)
{
    struct real_world *world = real_of(base);
    bool news = false;
    int64_t now = world_mono_us(base);
    do {
        do_chores(world, now);
        if (world->items_stale && !lay_out(world)) {
            usleep(1000);
            return;
        }
        int events = zmq_poll(world->items, world->items_count, timeout_ms(now, next_chore(world, until)));
        if (events < 0)
            return; /* a signal */
        news = events > 0 && serve(world);
        now = world_mono_us(base);
    } while (!news && now < until);
}

void wait_wake(struct world *base)
{
    int number = errno; /* a signal handler must leave it as it was */
    uint64_t one = 1;
    ssize_t written = write(real_of(base)->wake_fd, &one, sizeof one);
    (void)written; /* fails only when it is full of wakes already */
    errno = number;
}

/* The one place where the loop sleeps: in the kernel, on one descriptor for each socket of the library. A
 * descriptor tells each change once, and any call may take that off; so a socket that was sent to or received
 * from is asked what it has before its descriptor is trusted again, and the loop sleeps only while every
 * socket is quiet. One that is quiet costs nothing but its place in the poll array.
 *
 * In between, what the links themselves need is served: handshakes to be admitted, monitors, refused links to
 * dial again, unfinished messages to measure. No message is taken here. */

#include "common/world/real_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

bool ear_has_something(struct ear *ear)
{
    int events = 0;
    size_t size = sizeof events;
    ear->quiet = zmq_getsockopt(ear->socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN) == 0;
    return !ear->quiet;
}

bool ear_heard_nothing(struct ear *ear)
{
    ear->quiet = errno != EINTR; /* a signal: the library may not have looked */
    return false;
}

static struct pollfd item_of(const struct ear *ear)
{
    int fd = -1;
    size_t size = sizeof fd;
    zmq_getsockopt(ear->socket, ZMQ_FD, &fd, &size);
    return (struct pollfd){.fd = fd, .events = POLLIN};
}

/* Lays out the poll array anew. False when out of memory: the loop then sleeps a little and tries again. */
static bool lay_out(struct real_world *world)
{
    size_t count = 2;
    for (struct link *link = world->links; link; link = link->next)
        count += 2;
    if (count > world->items_room) {
        struct pollfd *more = realloc(world->items, 2 * count * sizeof *more);
        if (!more)
            return false;
        world->items = more;
        world->items_room = 2 * count;
    }
    struct pollfd *item = world->items;
    *item++ = (struct pollfd){.fd = world->wake_fd, .events = POLLIN};
    *item++ = item_of(&world->zap);
    for (struct link *link = world->links; link; link = link->next) {
        *item++ = item_of(&link->main);
        *item++ = item_of(&link->monitor);
    }
    world->items_count = count;
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

/* Whether all are quiet, and whether there is anything for the caller. */
struct looked {
    bool quiet, news;
};

/* Asks and serves every socket that is not quiet. */
static struct looked look(struct real_world *world)
{
    struct looked looked = {.quiet = true};
    if (!world->zap.quiet)
        zap_serve(world);
    looked.quiet = world->zap.quiet;
    for (struct link *link = world->links; link; link = link->next) {
        if (!link->main.quiet && ear_has_something(&link->main))
            looked.news = true;
        if (!link->monitor.quiet && link->listening)
            listener_follow(link);
        else if (!link->monitor.quiet && dialler_follow(link))
            looked.news = true;
        looked.quiet &= link->main.quiet && link->monitor.quiet;
    }
    return looked;
}

static bool ended_quiet(const struct pollfd *item, struct ear *ear)
{
    bool ended = item->revents && ear->quiet;
    if (ended)
        ear->quiet = false;
    return ended;
}

/* Ends the quiet of each socket whose descriptor told something; was there any? */
static bool hear(struct real_world *world)
{
    const struct pollfd *item = world->items + 1;
    bool any = ended_quiet(item++, &world->zap);
    for (struct link *link = world->links; link; link = link->next) {
        any |= ended_quiet(item++, &link->main);
        any |= ended_quiet(item++, &link->monitor);
    }
    return any;
}

static bool take_wakes(const struct real_world *world)
{
    uint64_t count;
    return world->items[0].revents && read(world->wake_fd, &count, sizeof count) > 0;
}

/* Sleeps until that instant or until a descriptor tells something; false: a signal came. */
static bool sleep_until(struct real_world *world, int64_t now, int64_t until)
{
    int64_t us = until > now ? until - now : 0;
    const struct timespec timeout = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    return ppoll(world->items, world->items_count, &timeout, NULL) >= 0;
}

void wait_until(struct world *base, int64_t until)
{
    struct real_world *world = real_of(base);
    struct looked looked;
    int64_t now = world_mono_us(base);
    do {
        do_chores(world, now);
        if (world->items_stale && !lay_out(world)) {
            usleep(1000);
            return;
        }
        looked = look(world);
        bool may_sleep = looked.quiet && !looked.news;
        if (!sleep_until(world, now, may_sleep ? next_chore(world, until) : now))
            return;
        looked.news |= take_wakes(world);
        if (hear(world))
            looked.news |= look(world).news;
        now = world_mono_us(base);
    } while (!looked.news && now < until);
}

void wait_wake(struct world *base)
{
    int number = errno; /* a signal handler must leave it as it was */
    uint64_t one = 1;
    ssize_t written = write(real_of(base)->wake_fd, &one, sizeof one);
    (void)written; /* fails only when it is full of wakes already */
    errno = number;
}

/* The life of a dialled link. The library reconnects by itself when a connection cannot be made or is lost,
 * but gives up for good when the other side refuses our key or breaks the protocol: then this file waits (one
 * second, doubling to thirty, with jitter), and dials anew with a fresh socket. In come the monitor's events,
 * out goes the link's state. It sends and receives nothing. */

#include "common/world/real_inside.h"
#include "common/world/zmq_options.h"

enum {
    DIALLER_EVENTS = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                     ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                     ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED,
};

enum code dialler_open(struct link *link)
{
    struct real_world *world = real_of(link->base.world);
    void *socket = zmq_socket(world->context, ZMQ_DEALER);
    void *monitor = NULL;
    if (!socket)
        return CODE_RESOURCE_EXHAUSTED;
    link->number = ++world->last_number; /* a monitor's address is not free again at once */
    enum code code = zmq_options_dialler(socket, &link->dial);
    if (code == CODE_OK) {
        monitor = link_watch(world, socket, link->number, DIALLER_EVENTS);
        if (!monitor)
            code = CODE_RESOURCE_EXHAUSTED;
        else if (zmq_connect(socket, link->endpoint) != 0)
            code = CODE_INVALID_ARGUMENT;
    }
    if (code != CODE_OK) {
        link_shut(socket, monitor);
        return code;
    }
    link->main = (struct ear){.socket = socket};
    link->monitor = (struct ear){.socket = monitor};
    return CODE_OK;
}

static void redial_later(struct link *link)
{
    int64_t delay_ms = LINK_REFUSED_RETRY_MS;
    for (unsigned i = 0; i < link->refusals && delay_ms < LINK_REFUSED_RETRY_MS_MAX; i++)
        delay_ms *= 2;
    if (delay_ms > LINK_REFUSED_RETRY_MS_MAX)
        delay_ms = LINK_REFUSED_RETRY_MS_MAX;
    link->refusals++;
    /* Between half and all of it, so that those refused together do not come back together. */
    uint32_t dice;
    world_random(link->base.world, &dice, sizeof dice);
    int64_t delay_us = delay_ms * 500 + (int64_t)(dice % (uint32_t)(delay_ms * 500));
    link->redial_at_us = world_mono_us(link->base.world) + delay_us;
}

static void follow_one(struct link *link, uint16_t event)
{
    switch (event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
        link->state = LINK_UP;
        link->refusals = 0;
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        link->state = LINK_REFUSED;
        redial_later(link);
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        link->state = LINK_BROKEN;
        redial_later(link);
        break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: /* the other side hung up or was silent: the library goes on
                                                  trying */
        link->state = LINK_BROKEN;
        break;
    case ZMQ_EVENT_DISCONNECTED: /* also said after each failed handshake, whose verdict stands */
        if (link->state == LINK_UP)
            link->state = LINK_CONNECTING;
        break;
    case ZMQ_EVENT_CLOSED: /* nobody listens there now */
        link->state = LINK_CONNECTING;
        break;
    }
}

bool dialler_follow(struct link *link)
{
    enum link_state before = link->state;
    uint16_t event;
    int32_t value;
    while (monitor_next(&link->monitor, &event, &value))
        follow_one(link, event);
    return link->state != before;
}

void dialler_redial_if_due(struct link *link, int64_t now_us)
{
    if (link->redial_at_us == 0 || now_us < link->redial_at_us)
        return;
    link->redial_at_us = 0;
    void *socket = link->main.socket, *monitor = link->monitor.socket;
    if (dialler_open(link) != CODE_OK) {
        redial_later(link); /* out of sockets for now; the old pair stays */
        return;
    }
    link_shut(socket, monitor);
    real_of(link->base.world)->items_stale = true;
}

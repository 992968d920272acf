/* Follows a listening link's connections through the library's monitor, and measures them now and then. In
 * come the monitor's events; out go entries of the table in connections.c. Who may connect is not decided
 * here (zap.c). */

#include "common/world/real_inside.h"

bool monitor_next(struct ear *monitor, uint16_t *ret_event, int32_t *ret_value)
{
    /* Two parts: event (16 bits) and value (32 bits) in the machine's order, then the endpoint. */
    uint8_t head[6], endpoint[1];
    int size = zmq_recv(monitor->socket, head, sizeof head, ZMQ_DONTWAIT);
    if (size < 0)
        return ear_heard_nothing(monitor);
    zmq_recv(monitor->socket, endpoint, sizeof endpoint, ZMQ_DONTWAIT);
    if (size != (int)sizeof head)
        return false;
    memcpy(ret_event, head, sizeof *ret_event);
    memcpy(ret_value, head + sizeof *ret_event, sizeof *ret_value);
    return true;
}

void listener_follow(struct link *link)
{
    uint16_t event;
    int32_t value;
    while (monitor_next(&link->monitor, &event, &value)) {
        if (event == ZMQ_EVENT_LISTENING && link->rekeyed == 0)
            link->listener = value;
        else if (event == ZMQ_EVENT_ACCEPTED)
            connections_add(&link->connections, value, world_mono_us(link->base.world));
        else if (event == ZMQ_EVENT_DISCONNECTED)
            connections_remove(&link->connections, value);
    }
}

void listener_guard(struct link *link, int64_t now_us)
{
    listener_follow(link);
    connections_guard(&link->connections, ear_has_something(&link->main), now_us);
}

/* The one place where a ZeroMQ option is set. In comes a fresh socket and whom it is for; out goes the same
 * socket with every limit, time-out and key. It neither binds nor connects. The numbers are in
 * common/base/limits.h. */

#include "common/world/zmq_options.h"

#include "common/base/limits.h"

#include <stdint.h>
#include <string.h>
#include <zmq.h>

struct setting {
    int option;
    int value;
};

static bool set_all(void *socket, const struct setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (zmq_setsockopt(socket, settings[i].option, &settings[i].value, sizeof settings[i].value) != 0)
            return false;
    return true;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What both ends of an encrypted link have in common. */
static bool set_link(void *socket, const char *endpoint, const struct curve_pair *pair)
{
    const struct setting settings[] = {
        /* On close, what was just answered still leaves, but a dead peer cannot hold the process. */
        {ZMQ_LINGER, LINK_LINGER_MS},
        /* Per peer: past this a send is refused, and a sender is no longer read. */
        {ZMQ_SNDHWM, LINK_SEND_WAITING_MAX},
        {ZMQ_RCVHWM, LINK_RECEIVE_WAITING_MAX},
        /* A stranger must prove a key within this time, so that half-open handshakes cannot pile up. */
        {ZMQ_HANDSHAKE_IVL, LINK_HANDSHAKE_MS},
        /* Both ends ask; whoever hears nothing drops the connection, and ours tells the other when it should.
         * The time-out leaves room for a reader that is behind, as a full queue answers no heartbeat either.
         */
        {ZMQ_HEARTBEAT_IVL, LINK_HEARTBEAT_MS},
        {ZMQ_HEARTBEAT_TIMEOUT, LINK_HEARTBEAT_TIMEOUT_MS},
        {ZMQ_HEARTBEAT_TTL, LINK_HEARTBEAT_TIMEOUT_MS},
        /* For middle boxes that forget idle connections, and for data that nobody acknowledges. */
        {ZMQ_TCP_KEEPALIVE, 1},
        {ZMQ_TCP_KEEPALIVE_IDLE, 60},
        {ZMQ_TCP_KEEPALIVE_INTVL, 10},
        {ZMQ_TCP_KEEPALIVE_CNT, 3},
        {ZMQ_TCP_MAXRT, LINK_HEARTBEAT_TIMEOUT_MS},
        /* Off for names and IPv4, which otherwise turn into mapped addresses; on for an address in brackets.
         */
        {ZMQ_IPV6, strchr(endpoint, '[') != NULL},
    };
    /* Per part: a longer one costs its sender the connection; up to here it is answered. */
    int64_t part_bytes_max = FRAME_DROP_BYTES;
    return set_all(socket, settings, COUNT(settings)) &&
           zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &part_bytes_max, sizeof part_bytes_max) == 0 &&
           zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, pair->public_key.bytes, CURVE_KEY_BYTES) == 0 &&
           zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, pair->secret_key.bytes, CURVE_KEY_BYTES) == 0;
}

enum code zmq_options_context(void *context, unsigned threads)
{
    bool ok = zmq_ctx_set(context, ZMQ_IO_THREADS, (int)threads) == 0 &&
              /* Two or three per link; the default of 1023 would be met by a few hundred diallers. */
              zmq_ctx_set(context, ZMQ_MAX_SOCKETS, LINK_SOCKETS_MAX) == 0 &&
              /* No socket sets an endless linger, so ending the context never blocks for ever. */
              zmq_ctx_set(context, ZMQ_BLOCKY, 0) == 0;
    return ok ? CODE_OK : CODE_INTERNAL;
}

enum code zmq_options_listener(void *socket, const struct listen_options *options, const char *domain)
{
    const struct setting settings[] = {
        {ZMQ_CURVE_SERVER, 1},
        /* Many diallers at once, as after a restart, must not meet a full queue in the kernel. */
        {ZMQ_BACKLOG, LINK_BACKLOG},
        /* Sending to a peer that is gone fails, where the default drops in silence. */
        {ZMQ_ROUTER_MANDATORY, 1},
        /* Never: a peer could take another's routing id, and with it the answers. */
        {ZMQ_ROUTER_HANDOVER, 0},
    };
    bool ok = set_link(socket, options->endpoint, &options->pair) &&
              set_all(socket, settings, COUNT(settings)) &&
              zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, domain, strlen(domain)) == 0;
    return ok ? CODE_OK : CODE_INTERNAL;
}

enum code zmq_options_dialler(void *socket, const struct dial_options *options)
{
    const struct setting settings[] = {
        /* Nothing waits for a connection that is not there: a send fails, and its caller decides. */
        {ZMQ_IMMEDIATE, 1},
        /* A host that swallows packets is given up and tried anew. */
        {ZMQ_CONNECT_TIMEOUT, LINK_CONNECT_MS},
        /* Doubles from the one to the other, with the library's own jitter. */
        {ZMQ_RECONNECT_IVL, LINK_RECONNECT_MS},
        {ZMQ_RECONNECT_IVL_MAX, LINK_RECONNECT_MS_MAX},
    };
    bool ok = set_link(socket, options->endpoint, &options->pair) &&
              set_all(socket, settings, COUNT(settings)) &&
              zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, options->server_key.bytes, CURVE_KEY_BYTES) == 0;
    return ok ? CODE_OK : CODE_INTERNAL;
}

enum code zmq_options_inner(void *socket)
{
    const struct setting settings[] = {
        {ZMQ_LINGER, 0},
        /* No bound: the library's I/O thread would block for a loop that is behind, and with it every link.
         * What comes in here is small and paced by TCP handshakes. */
        {ZMQ_RCVHWM, 0},
        {ZMQ_SNDHWM, 0},
    };
    return set_all(socket, settings, COUNT(settings)) ? CODE_OK : CODE_INTERNAL;
}

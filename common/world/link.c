/* Opens and closes links. In come endpoints and keys; out go sockets with every option set (zmq_options.c),
 * watched by a monitor, and entered in the world's list so that world_wait serves them. Messages are
 * message.c's. */

#include "common/world/real_inside.h"
#include "common/world/zmq_options.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum code link_fault(const char *what, const char *endpoint, struct fault *ret_fault)
{
    int number = errno;
    enum code code = CODE_INTERNAL;
    if (number == EADDRINUSE)
        code = CODE_UNAVAILABLE;
    else if (number == EACCES || number == EPERM)
        code = CODE_PERMISSION_DENIED;
    else if (number == EMFILE || number == ENFILE || number == ENOMEM)
        code = CODE_RESOURCE_EXHAUSTED;
    else if (number == EINVAL || number == ENODEV || number == EADDRNOTAVAIL || number == EPROTONOSUPPORT)
        code = CODE_INVALID_ARGUMENT;
    return fault_set(ret_fault, code, "endpoint", "cannot %s %s: %s", what, endpoint, zmq_strerror(number));
}

void *link_watch(struct real_world *world, void *socket, uint32_t number, int events)
{
    char address[64];
    snprintf(address, sizeof address, "inproc://monitor.%u", (unsigned)number);
    if (zmq_socket_monitor(socket, address, events) != 0)
        return NULL;
    void *monitor = zmq_socket(world->context, ZMQ_PAIR);
    if (!monitor)
        return NULL;
    if (zmq_options_inner(monitor) != CODE_OK || zmq_connect(monitor, address) != 0) {
        zmq_close(monitor);
        return NULL;
    }
    return monitor;
}

void link_shut(void *socket, void *monitor)
{
    int number = errno;
    if (socket) {
        zmq_socket_monitor(socket, NULL, 0);
        zmq_close(socket);
    }
    if (monitor)
        zmq_close(monitor);
    errno = number;
}

/* Only tcp: in no other transport is a connection both encrypted and to be measured and cut. The library
 * would take the port 99999 for 34463. */
static enum code check_endpoint(const char *endpoint, bool may_choose, struct fault *ret_fault)
{
    if (strncmp(endpoint, "tcp://", 6) != 0)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "endpoint", "%.128s does not begin with tcp://",
                         endpoint);
    if (strlen(endpoint) >= LINK_ENDPOINT_BYTES)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "endpoint", "longer than %d bytes",
                         LINK_ENDPOINT_BYTES - 1);
    const char *port = strrchr(endpoint + 6, ':');
    if (port && may_choose && strcmp(port, ":*") == 0)
        return CODE_OK;
    size_t digits = port ? strspn(port + 1, "0123456789") : 0;
    long number = digits > 0 && digits <= 5 && port[1 + digits] == '\0' ? strtol(port + 1, NULL, 10) : 0;
    if (number < 1 || number > UINT16_MAX)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "endpoint",
                         "%.128s does not end in a port from 1 to %d", endpoint, UINT16_MAX);
    return CODE_OK;
}

static void enter(struct real_world *world, struct link *link, struct link **ret_link)
{
    link->next = world->links;
    world->links = link;
    world->items_stale = true;
    *ret_link = link;
}

static enum code bind_socket(struct real_world *world, struct link *link,
                             const struct listen_options *options, struct fault *ret_fault)
{
    char domain[16];
    snprintf(domain, sizeof domain, "%u", (unsigned)link->number);
    /* Routing ids count up from a random number, which the library takes from rand(): a peer that could guess
     * it could choose a later peer's id for its own. */
    srand(randombytes_random());
    void *socket = zmq_socket(world->context, ZMQ_ROUTER);
    link->main.socket = socket;
    if (!socket)
        return link_fault("open a socket for", options->endpoint, ret_fault);
    if (zmq_options_listener(socket, options, domain) != CODE_OK)
        return fault_set(ret_fault, CODE_INTERNAL, "endpoint", "the ZeroMQ library refuses an option: %s",
                         zmq_strerror(errno));
    link->monitor.socket = link_watch(world, socket, link->number,
                                      ZMQ_EVENT_LISTENING | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED);
    if (!link->monitor.socket)
        return link_fault("watch", options->endpoint, ret_fault);
    size_t size = sizeof link->endpoint;
    if (zmq_bind(socket, options->endpoint) != 0 ||
        zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, link->endpoint, &size) != 0)
        return link_fault("listen on", options->endpoint, ret_fault);
    return CODE_OK;
}

enum code link_real_listen(struct world *base, const struct listen_options *options, struct link **ret_link,
                           struct fault *ret_fault)
{
    struct real_world *world = real_of(base);
    enum code code = check_endpoint(options->endpoint, true, ret_fault);
    if (code != CODE_OK)
        return code;
    struct link *link = calloc(1, sizeof *link);
    if (!link || connections_init(&link->connections) != CODE_OK) {
        free(link);
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    }
    link->base.world = base;
    link->listening = true;
    link->number = ++world->last_number;
    link->admit = options->admit;
    link->admit_context = options->context;
    link->state = LINK_UP;
    code = bind_socket(world, link, options, ret_fault);
    if (code != CODE_OK) {
        link_shut(link->main.socket, link->monitor.socket);
        connections_finish(&link->connections);
        free(link);
        return code;
    }
    enter(world, link, ret_link);
    return CODE_OK;
}

enum code link_real_dial(struct world *base, const struct dial_options *options, struct link **ret_link,
                         struct fault *ret_fault)
{
    enum code code = check_endpoint(options->endpoint, false, ret_fault);
    if (code != CODE_OK)
        return code;
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "out of memory");
    link->base.world = base;
    snprintf(link->endpoint, sizeof link->endpoint, "%s", options->endpoint);
    link->dial = *options;
    link->dial.endpoint = link->endpoint;
    link->state = LINK_CONNECTING;
    code = dialler_open(link);
    if (code != CODE_OK) {
        int number = errno;
        sodium_memzero(link, sizeof *link);
        free(link);
        return fault_set(ret_fault, code, "endpoint", "cannot dial %.128s: %s", options->endpoint,
                         zmq_strerror(number));
    }
    enter(real_of(base), link, ret_link);
    return CODE_OK;
}

enum link_state link_real_state(const struct link *link)
{
    return link->state;
}

const char *link_real_endpoint(const struct link *link)
{
    return link->endpoint;
}

void link_real_close(struct link *link)
{
    struct real_world *world = real_of(link->base.world);
    struct link **at = &world->links;
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    world->items_stale = true;
    link_shut(link->main.socket, link->monitor.socket);
    if (link->listening)
        connections_finish(&link->connections);
    sodium_memzero(link, sizeof *link); /* it holds a secret key */
    free(link);
}

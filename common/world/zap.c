/* The ZAP handler (RFC 27): for each handshake the library asks "may this key connect?", on a socket inside
 * the process, and this file answers on the loop's thread, inside world_wait. In come the link (as ZAP
 * domain) and the CURVE key; the link's `admit` decides; out goes 200 with the key as User-Id, which the
 * library then attaches to every message of that connection, or 400, upon which the dialler is told that it
 * is refused. Anything but CURVE, and anything unexpected, is 400. */

#include "common/world/real_inside.h"
#include "common/world/zmq_options.h"

#include <sodium.h>
#include <stdio.h>

enum { ZAP_PART_BYTES = 256, ZAP_PARTS = 7, ZAP_SERVED_AT_ONCE = 1024 };

enum zap_part { ZAP_VERSION, ZAP_REQUEST_ID, ZAP_DOMAIN, ZAP_ADDRESS, ZAP_IDENTITY, ZAP_MECHANISM, ZAP_KEY };

struct zap_request {
    uint8_t bytes[ZAP_PARTS][ZAP_PART_BYTES];
    struct span parts[ZAP_PARTS];
    bool well_formed;
};

enum code zap_open(struct real_world *world)
{
    void *socket = zmq_socket(world->context, ZMQ_REP);
    if (!socket)
        return CODE_RESOURCE_EXHAUSTED;
    if (zmq_options_inner(socket) != CODE_OK || zmq_bind(socket, "inproc://zeromq.zap.01") != 0) {
        zmq_close(socket);
        return CODE_INTERNAL;
    }
    world->zap.socket = socket;
    return CODE_OK;
}

/* Takes a whole request off the socket; false when there is none. */
static bool take_request(struct ear *zap, struct zap_request *request)
{
    size_t count = 0;
    request->well_formed = true;
    int more = 1;
    while (more) {
        uint8_t excess[ZAP_PART_BYTES];
        uint8_t *into = count < ZAP_PARTS ? request->bytes[count] : excess;
        int size = zmq_recv(zap->socket, into, ZAP_PART_BYTES, ZMQ_DONTWAIT);
        if (size < 0)
            return ear_heard_nothing(zap);
        if (size > ZAP_PART_BYTES || count >= ZAP_PARTS)
            request->well_formed = false;
        else
            request->parts[count] = span_of(into, (size_t)size);
        count++;
        size_t more_size = sizeof more;
        if (zmq_getsockopt(zap->socket, ZMQ_RCVMORE, &more, &more_size) != 0)
            return false;
    }
    if (count != ZAP_PARTS)
        request->well_formed = false;
    return true;
}

static const struct link *find_link(const struct real_world *world, struct span domain)
{
    for (const struct link *link = world->links; link; link = link->next) {
        char number[16];
        snprintf(number, sizeof number, "%u", (unsigned)link->number);
        if (link->listening && span_equal(domain, span_of_text(number)))
            return link;
    }
    return NULL;
}

static bool is_admitted(const struct real_world *world, const struct zap_request *request,
                        struct curve_key *ret_key)
{
    if (!request->well_formed || !span_equal(request->parts[ZAP_VERSION], span_of_text("1.0")) ||
        !span_equal(request->parts[ZAP_MECHANISM], span_of_text("CURVE")) ||
        request->parts[ZAP_KEY].size != CURVE_KEY_BYTES)
        return false;
    const struct link *link = find_link(world, request->parts[ZAP_DOMAIN]);
    if (!link)
        return false;
    struct curve_key key;
    memcpy(key.bytes, request->parts[ZAP_KEY].data, CURVE_KEY_BYTES);
    if (!link->admit(link->admit_context, &key))
        return false;
    *ret_key = key;
    return true;
}

static void answer(struct ear *zap, const struct zap_request *request, bool admitted,
                   const struct curve_key *key)
{
    zap->quiet = false;
    char user[2 * CURVE_KEY_BYTES + 1] = "";
    if (admitted)
        sodium_bin2hex(user, sizeof user, key->bytes, CURVE_KEY_BYTES);
    struct span id = request->parts[ZAP_REQUEST_ID];
    const struct span parts[] = {
        span_of_text("1.0"),
        id,
        span_of_text(admitted ? "200" : "400"),
        span_of_text(admitted ? "OK" : "not admitted"),
        span_of_text(user),
        span_of_text(""), /* metadata */
    };
    size_t count = sizeof parts / sizeof *parts;
    for (size_t i = 0; i < count; i++)
        zmq_send(zap->socket, parts[i].data, parts[i].size, i + 1 < count ? ZMQ_SNDMORE : 0);
}

void zap_serve(struct real_world *world)
{
    for (int i = 0; i < ZAP_SERVED_AT_ONCE; i++) {
        struct zap_request request = {0};
        if (!take_request(&world->zap, &request))
            return;
        struct curve_key key = {0};
        bool admitted = is_admitted(world, &request, &key);
        answer(&world->zap, &request, admitted, &key);
    }
}

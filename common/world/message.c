/* Messages, each an envelope and a body, on a link's socket. In come what a stranger with an admitted key
 * sent and what we have to say; out go spans in the caller's arena, with the sender's number and proven key.
 * A message of any other shape is taken off whole and reported. What envelope and body mean is not looked at.
 *
 *     one part     the envelope's length (4 bytes, big-endian) ∙ envelope ∙ body
 *     two parts    envelope, body: for a body that is not copied, a parcel
 *
 * CURVE seals each part by itself, and the library allocates, queues and unlocks it by itself: of a small
 * call that is most of what it costs, which is why a message is one part wherever it can be
 * (tests/bench/TRIED.md).
 *
 * A peer's number is the routing id that the library gave its connection (a zero byte and a number of four
 * bytes), plus one, so that 0 stays free. A peer may choose its own routing id. The library refuses one in
 * use; one of another shape is cut here at its first message; one of the same shape is a number like any
 * other, and the sender's key is read with every message, never remembered by number. The library's numbers
 * count up from a random one (link.c), so that a peer can aim neither at the number of one that left nor at
 * the next to be given, which would be a failed assertion inside the library. */

#include "common/world/real_inside.h"

#include <sodium.h>
#include <stdlib.h>

enum { ROUTING_ID_BYTES = 5 };

/* A message as it was taken off the socket. */
struct taken {
    uint32_t id;
    bool id_is_ours; /* the library gave it, or it could have */
    zmq_msg_t parts[FRAME_PARTS];
    unsigned parts_count; /* that came; only the first FRAME_PARTS are kept */
};

static void finish_taken(struct taken *taken)
{
    for (unsigned i = 0; i < FRAME_PARTS; i++)
        zmq_msg_close(&taken->parts[i]);
}

/* Takes the next whole message; false when none waits. The library hands out parts only once all have come.
 */
static bool take(struct link *link, struct taken *taken)
{
    if (link->main.quiet)
        return false;
    if (link->listening) {
        uint8_t id[ROUTING_ID_BYTES];
        int size = zmq_recv(link->main.socket, id, sizeof id, ZMQ_DONTWAIT);
        if (size < 0)
            return ear_heard_nothing(&link->main);
        taken->id_is_ours = size == ROUTING_ID_BYTES && id[0] == 0;
        taken->id = taken->id_is_ours ? get_u32_be(id + 1) : 0;
    }
    for (unsigned i = 0; i < FRAME_PARTS; i++)
        zmq_msg_init(&taken->parts[i]);
    taken->parts_count = 0;
    bool more = true;
    while (more) {
        zmq_msg_t excess;
        zmq_msg_init(&excess);
        zmq_msg_t *part = taken->parts_count < FRAME_PARTS ? &taken->parts[taken->parts_count] : &excess;
        int size = zmq_msg_recv(part, link->main.socket, ZMQ_DONTWAIT);
        if (size < 0 && taken->parts_count == 0)
            ear_heard_nothing(&link->main);
        more = size >= 0 && zmq_msg_more(part);
        zmq_msg_close(&excess);
        if (size < 0)
            break;
        taken->parts_count++;
    }
    if (taken->parts_count == 0)
        finish_taken(taken);
    return taken->parts_count > 0;
}

/* The key that our ZAP handler told the library of, in hexadecimal. Whoever sends much sends it with every
 * message: the last one is kept. */
static bool read_key(struct link *link, const char *user, struct curve_key *ret_key)
{
    size_t length = strlen(user), size = 0;
    if (length != sizeof link->user)
        return false;
    if (memcmp(user, link->user, length) != 0) {
        if (sodium_hex2bin(link->user_key.bytes, CURVE_KEY_BYTES, user, length, NULL, &size, NULL) != 0 ||
            size != CURVE_KEY_BYTES) {
            memset(link->user, 0, sizeof link->user);
            return false;
        }
        memcpy(link->user, user, length);
    }
    *ret_key = link->user_key;
    return true;
}

/* Who sent it: the key that our ZAP handler attached, and the connection. False for one we do not serve,
 * which is cut; the handler saw every connection, so a missing key means that a routing id was chosen to
 * mislead. */
static bool identify(struct link *link, struct taken *taken, struct message *message)
{
    if (!link->listening) {
        message->peer = 0;
        message->key = link->dial.server_key;
        return true;
    }
    int fd = zmq_msg_get(&taken->parts[0], ZMQ_SRCFD);
    const char *user = zmq_msg_gets(&taken->parts[0], "User-Id");
    if (!taken->id_is_ours || !user || !read_key(link, user, &message->key)) {
        listener_follow(link); /* so that the table knows the newest connections */
        connections_cut(&link->connections, fd);
        return false;
    }
    message->peer = (uint64_t)taken->id + 1;
    connections_note(&link->connections, taken->id, fd);
    if (taken->parts_count > LINK_PARTS_MAX)
        connections_cut(&link->connections, fd);
    return true;
}

/* Where envelope and body lie in what was taken. False: they do not; of what has an envelope all the same
 * that is told. */
static bool split(struct taken *taken, struct span *ret_envelope, struct span *ret_body)
{
    struct span first = span_of(zmq_msg_data(&taken->parts[0]), zmq_msg_size(&taken->parts[0]));
    if (taken->parts_count > 1) {
        *ret_envelope = first;
        *ret_body = span_of(zmq_msg_data(&taken->parts[1]), zmq_msg_size(&taken->parts[1]));
        return taken->parts_count == FRAME_PARTS;
    }
    if (first.size < FRAME_LENGTH_BYTES || get_u32_be(first.data) > first.size - FRAME_LENGTH_BYTES)
        return false;
    *ret_envelope = span_of(first.data + FRAME_LENGTH_BYTES, get_u32_be(first.data));
    *ret_body = span_of(ret_envelope->data + ret_envelope->size,
                        first.size - FRAME_LENGTH_BYTES - ret_envelope->size);
    return true;
}

static bool fits(size_t envelope_bytes, size_t body_bytes)
{
    return envelope_bytes <= FRAME_BYTES_MAX && body_bytes <= FRAME_BYTES_MAX - envelope_bytes;
}

static bool copy_span(struct arena *arena, struct span span, struct span *ret_span)
{
    *ret_span = span.size > 0 ? arena_copy(arena, span) : span_of(NULL, 0);
    return span.size == 0 || ret_span->data;
}

static enum code copy(struct arena *arena, struct taken *taken, struct message *message)
{
    struct span envelope = {0}, body = {0};
    if (!split(taken, &envelope, &body) || !fits(envelope.size, body.size)) {
        if (envelope.size <= ENVELOPE_BYTES_MAX)
            (void)copy_span(arena, envelope, &message->envelope);
        return CODE_INVALID_ARGUMENT;
    }
    if (!copy_span(arena, envelope, &message->envelope) || !copy_span(arena, body, &message->body))
        return CODE_RESOURCE_EXHAUSTED;
    return CODE_OK;
}

enum code message_receive(struct link *link, struct arena *arena, struct message *ret_message)
{
    struct taken taken = {0};
    while (take(link, &taken)) {
        struct message message = {0};
        bool known = identify(link, &taken, &message);
        enum code code = known ? copy(arena, &taken, &message) : CODE_UNAVAILABLE;
        finish_taken(&taken);
        if (known) {
            *ret_message = message;
            return code;
        }
    }
    return CODE_UNAVAILABLE;
}

/* To whom it goes; the parts of the message follow, which the library takes whole or drops with the
 * connection. */
static enum code begin_message(struct link *link, uint64_t peer)
{
    if (!link->listening && link->state != LINK_UP)
        return CODE_UNAVAILABLE; /* said before the socket itself notices */
    link->main.quiet = false;
    if (!link->listening)
        return CODE_OK;
    if (peer == 0 || peer > (uint64_t)UINT32_MAX + 1)
        return CODE_UNAVAILABLE;
    uint8_t id[ROUTING_ID_BYTES] = {0};
    put_u32_be(id + 1, (uint32_t)(peer - 1));
    int sent = zmq_send(link->main.socket, id, sizeof id, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    return sent < 0 ? CODE_UNAVAILABLE : CODE_OK;
}

/* After its part was made, which is given away or closed. */
static enum code end_message(struct link *link, enum code code, zmq_msg_t *part)
{
    if (code == CODE_OK && zmq_msg_send(part, link->main.socket, ZMQ_DONTWAIT) < 0)
        code = CODE_UNAVAILABLE;
    if (code != CODE_OK)
        zmq_msg_close(part);
    return code;
}

static uint8_t *put(uint8_t *at, struct span span)
{
    if (span.size > 0)
        memcpy(at, span.data, span.size);
    return at + span.size;
}

enum code message_send(struct link *link, uint64_t peer, struct span envelope, struct span body)
{
    zmq_msg_t part;
    if (!fits(envelope.size, body.size))
        return CODE_INVALID_ARGUMENT;
    if (zmq_msg_init_size(&part, FRAME_LENGTH_BYTES + envelope.size + body.size) != 0)
        return CODE_UNAVAILABLE;
    uint8_t *bytes = zmq_msg_data(&part);
    put_u32_be(bytes, (uint32_t)envelope.size);
    put(put(bytes + FRAME_LENGTH_BYTES, envelope), body);
    return end_message(link, begin_message(link, peer), &part);
}

/* From a thread of the library's. */
static void release(void *data, void *parcel)
{
    (void)data;
    parcel_release(parcel);
}

enum code message_send_parcel(struct link *link, uint64_t peer, struct span envelope, struct parcel *body)
{
    zmq_msg_t part;
    if (!fits(envelope.size, body->size))
        return CODE_INVALID_ARGUMENT;
    parcel_hold(body);
    if (zmq_msg_init_data(&part, body->data, body->size, release, body) != 0) {
        parcel_release(body);
        return CODE_UNAVAILABLE;
    }
    enum code code = begin_message(link, peer);
    if (code == CODE_OK &&
        zmq_send(link->main.socket, envelope.data, envelope.size, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        code = CODE_UNAVAILABLE;
    return end_message(link, code, &part); /* which releases it */
}

void message_drop_peer(struct link *link, uint64_t peer)
{
    if (link->listening && peer > 0 && peer <= (uint64_t)UINT32_MAX + 1)
        connections_cut_peer(&link->connections, (uint32_t)(peer - 1));
}

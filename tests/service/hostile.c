/* Frames that no well-behaved program sends, against a running service: each has its defined answer (or its
 * link is dropped), and the service goes on. In: a region's folder, which service. Out: TAP. What is asked is
 * what every service answers. */

#include "tests/service/tap.h"

#include "common/base/uuid.h"
#include "common/bus/client.h"
#include "common/bus/envelope.h"
#include "common/service/region.h"
#include "common/wire/wire.h"
#include "common/world/real.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <sodium.h>
#include <stdlib.h>
#include <zmq.h>

enum { ANSWER_WAIT_US = 5 * 1000 * 1000, SILENCE_WAIT_US = 700 * 1000, DROPPED_WAIT_US = 2 * 1000 * 1000 };

struct attack {
    struct world *world;
    struct region *region;
    struct curve_key server_key;
    const char *endpoint;
    struct arena arena;
};

/* A link to the service, up if it comes up at all. */
static struct link *dial(struct attack *a, const struct curve_pair *pair)
{
    struct link *link = NULL;
    struct fault fault = {0};
    struct dial_options options = {.endpoint = a->endpoint, .pair = *pair, .server_key = a->server_key};
    if (world_dial(a->world, &options, &link, &fault) != CODE_OK) {
        fprintf(stderr, "dial: %s\n", fault.reason);
        exit(1);
    }
    int64_t until = world_mono_us(a->world) + ANSWER_WAIT_US;
    while (link_state(link) == LINK_CONNECTING && world_mono_us(a->world) < until)
        world_wait(a->world, until);
    return link;
}

/* The next answer on a link, or NULL after `wait_us`. */
static const Pb__Envelope *answer(struct attack *a, struct link *link, int64_t wait_us)
{
    int64_t until = world_mono_us(a->world) + wait_us;
    struct message message;
    while (world_mono_us(a->world) < until) {
        if (link_receive(link, &a->arena, &message) == CODE_OK) {
            ProtobufCMessage *envelope = NULL;
            struct fault fault;
            if (wire_unpack(&pb__envelope__descriptor, message.envelope, &a->arena, &envelope, &fault) ==
                CODE_OK)
                return (const Pb__Envelope *)envelope;
        }
        world_wait(a->world, until);
    }
    return NULL;
}

static enum code answer_code(struct attack *a, struct link *link)
{
    const Pb__Envelope *envelope = answer(a, link, ANSWER_WAIT_US);
    if (!envelope || envelope->kind_case != PB__ENVELOPE__KIND_RESPONSE || !envelope->response->status)
        return CODE_UNKNOWN;
    return code_from_number(envelope->response->status->code);
}

static void call(struct attack *a, struct link *link, Pb__CallHeader *header, struct span body)
{
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.call = 7;
    envelope.kind_case = PB__ENVELOPE__KIND_REQUEST;
    envelope.request = header;
    link_send(link, 0, wire_pack(&envelope.base, &a->arena), body);
}

static Pb__CallHeader header_of(const char *method)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    header.method = method;
    return header;
}

/* Does the service still answer an honest call? */
static bool alive(struct attack *a)
{
    struct link *link = dial(a, region_pair(a->region));
    Pb__CallHeader header = header_of("ccrag.v1.FeedService/GetStatus");
    call(a, link, &header, span_of(NULL, 0));
    bool good = answer_code(a, link) == CODE_OK;
    link_close(link);
    return good;
}

/* One frame from a known key, and the code it is answered with. */
static void expect(struct attack *a, const char *what, enum code wanted, Pb__CallHeader header,
                   struct span body)
{
    struct link *link = dial(a, region_pair(a->region));
    call(a, link, &header, body);
    enum code code = answer_code(a, link);
    tap(code == wanted, "%s: %s (got %s)", what, code_name(wanted), code_name(code));
    link_close(link);
    tap(alive(a), "%s: the service goes on", what);
}

static struct span filled(struct attack *a, size_t size, int byte)
{
    uint8_t *bytes = arena_alloc(&a->arena, size);
    memset(bytes, byte, size);
    return span_of(bytes, size);
}

static void test_frames(struct attack *a)
{
    const char *method = "ccrag.v1.FeedService/ReadHistory";
    expect(a, "a truncated body", CODE_INVALID_ARGUMENT, header_of(method), span_of("\x0a\x20six", 5));
    expect(a, "a text that is not UTF-8", CODE_INVALID_ARGUMENT, header_of(method),
           span_of("\x0a\x02\xc3\x28", 4));
    expect(a, "a text with NUL inside", CODE_INVALID_ARGUMENT, header_of(method),
           span_of("\x0a\x03"
                   "a\0b",
                   5));
    expect(a, "groups without end", CODE_INVALID_ARGUMENT, header_of(method), filled(a, 4000, 0x0b));
    expect(a, "an unknown method", CODE_UNIMPLEMENTED, header_of("ccrag.v1.FeedService/Destroy"),
           span_of(NULL, 0));
    expect(a, "no method", CODE_INVALID_ARGUMENT, header_of(""), span_of(NULL, 0));

    struct link *link = dial(a, region_pair(a->region));
    link_send(link, 0, filled(a, 50, 0xff), span_of("x", 1));
    const Pb__Envelope *envelope = answer(a, link, SILENCE_WAIT_US);
    tap(!envelope || envelope->response->status->code == CODE_INVALID_ARGUMENT,
        "an envelope of rubbish is not taken");
    link_close(link);
    tap(alive(a), "after rubbish the service goes on");
}

/* A ZeroMQ socket of our own, for what the link itself would not send. */
static void *raw_dial(struct attack *a, void *context, bool encrypted, int wait_ms)
{
    void *socket = zmq_socket(context, ZMQ_DEALER);
    const struct curve_pair *pair = region_pair(a->region);
    int linger = 0;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_SNDTIMEO, &wait_ms, sizeof wait_ms);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
    if (encrypted) {
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, a->server_key.bytes, CURVE_KEY_BYTES);
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, pair->public_key.bytes, CURVE_KEY_BYTES);
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, pair->secret_key.bytes, CURVE_KEY_BYTES);
    }
    zmq_connect(socket, a->endpoint);
    return socket;
}

/* A call with a body of that size; the code of its answer, or -1 when none comes in that time. */
static int raw_call(struct attack *a, void *context, size_t body_bytes, int wait_ms)
{
    Pb__CallHeader header = header_of("ccrag.v1.FeedService/ReadHistory");
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.call = 7;
    envelope.kind_case = PB__ENVELOPE__KIND_REQUEST;
    envelope.request = &header;
    struct span head = wire_pack(&envelope.base, &a->arena), body = filled(a, body_bytes, 0);
    uint8_t buffer[4096];
    ProtobufCMessage *message = NULL;
    struct fault fault;
    int code = -1;
    void *socket = raw_dial(a, context, true, wait_ms);
    zmq_send(socket, head.data, head.size, ZMQ_SNDMORE);
    zmq_send(socket, body.data, body.size, 0);
    int size = zmq_recv(socket, buffer, sizeof buffer, 0);
    if (size >= FRAME_LENGTH_BYTES && (size_t)size <= sizeof buffer &&
        get_u32_be(buffer) <= (size_t)size - FRAME_LENGTH_BYTES &&
        wire_unpack(&pb__envelope__descriptor, span_of(buffer + FRAME_LENGTH_BYTES, get_u32_be(buffer)),
                    &a->arena, &message, &fault) == CODE_OK)
        code = (int)((const Pb__Envelope *)message)->response->status->code;
    zmq_close(socket);
    return code;
}

static void test_sizes(struct attack *a)
{
    void *context = zmq_ctx_new();
    int code = raw_call(a, context, FRAME_BYTES_MAX + 1, ANSWER_WAIT_US / 1000);
    tap(code == CODE_INVALID_ARGUMENT, "a frame over the limit: INVALID_ARGUMENT (got %d)", code);
    code = raw_call(a, context, FRAME_DROP_BYTES + 1, DROPPED_WAIT_US / 1000);
    tap(code == -1, "a frame of over twice the limit is not answered (got %d)", code);
    tap(alive(a), "after large frames the service goes on");

    void *parts = raw_dial(a, context, true, DROPPED_WAIT_US / 1000);
    for (int i = 0; i < 5000 && zmq_send(parts, "part", 4, ZMQ_SNDMORE) >= 0; i++)
        ;
    zmq_send(parts, "last", 4, 0);
    tap(alive(a), "after five thousand parts the service goes on");
    zmq_close(parts);
    zmq_ctx_term(context);
}

static void test_claims(struct attack *a)
{
    uint8_t public_key[32], secret_key[64];
    crypto_sign_keypair(public_key, secret_key);
    Pb__Role roles[] = {PB__ROLE__ROLE_HOST_ADMINISTRATOR};
    Pb__Claim claim = PB__CLAIM__INIT;
    claim.person_id = "01900000-0000-7000-8000-000000000001";
    claim.authority = "E10000015";
    claim.roles = roles;
    claim.n_roles = 1;
    claim.issuer = "registry";
    claim.issued_at_ms = world_wall_ms(a->world);
    claim.expires_at_ms = claim.issued_at_ms + 300000;
    Pb__CallHeader header = header_of("ccrag.v1.FeedService/GetStatus");
    header.claim = claim_sign(&claim, secret_key, &a->arena);
    expect(a, "a forged claim", CODE_UNAUTHENTICATED, header, span_of(NULL, 0));
    Pb__SignedClaim empty = PB__SIGNED_CLAIM__INIT;
    header.claim = &empty;
    expect(a, "an empty claim", CODE_UNAUTHENTICATED, header, span_of(NULL, 0));

    /* Signed as the registry would, but long ago: only its time is wrong. */
    struct fault fault;
    struct region *registry = NULL;
    if (region_open(region_directory(a->region), "registry", NULL, &registry, &fault) == CODE_OK) {
        claim.issued_at_ms -= 3600000;
        claim.expires_at_ms -= 3600000;
        header.claim = claim_sign(&claim, region_secret_signing_key(registry), &a->arena);
        expect(a, "an expired claim", CODE_UNAUTHENTICATED, header, span_of(NULL, 0));
        region_destroy(registry);
    } else {
        tap(false, "the registry's keys open: %s", fault.reason);
    }
}

static void test_repeats(struct attack *a)
{
    Pb__SubRegion sub_region = PB__SUB_REGION__INIT;
    sub_region.name = "East of England";
    Pb__UpdateSubRegionRequest request = PB__UPDATE_SUB_REGION_REQUEST__INIT;
    request.sub_region = &sub_region;
    uint8_t random[10];
    randombytes_buf(random, sizeof random);
    struct uuid key = uuid_v7(world_wall_ms(a->world), random);
    Pb__CallHeader header = header_of("ccrag.v1.AuthoritiesService/UpdateSubRegion");
    header.idempotency_key = (ProtobufCBinaryData){.len = UUID_BYTES, .data = key.bytes};
    struct span body = wire_pack(&request.base, &a->arena);
    expect(a, "a command with a key", CODE_OK, header, body);
    expect(a, "the same command again", CODE_OK, header, body);
    sub_region.name = "South East";
    expect(a, "the same key with another body", CODE_FAILED_PRECONDITION, header,
           wire_pack(&request.base, &a->arena));
    struct uuid old = uuid_v7(world_wall_ms(a->world) - INT64_C(8) * 24 * 3600 * 1000, random);
    header.idempotency_key.data = old.bytes;
    expect(a, "a key older than is remembered", CODE_OUT_OF_RANGE, header, body);
}

static void test_strangers(struct attack *a)
{
    struct curve_pair stranger;
    crypto_box_keypair(stranger.public_key.bytes, stranger.secret_key.bytes);
    struct link *link = dial(a, &stranger);
    Pb__CallHeader header = header_of("ccrag.v1.FeedService/GetStatus");
    call(a, link, &header, span_of(NULL, 0));
    tap(answer(a, link, SILENCE_WAIT_US) == NULL, "a stranger's key gets no answer");
    tap(link_state(link) == LINK_REFUSED, "and is told that it is refused");
    link_close(link);

    void *context = zmq_ctx_new(), *plain = raw_dial(a, context, false, SILENCE_WAIT_US / 1000);
    char buffer[16];
    zmq_send(plain, "hello", 5, 0);
    tap(zmq_recv(plain, buffer, sizeof buffer, 0) < 0, "a client without CURVE gets no answer");
    zmq_close(plain);
    zmq_ctx_term(context);
}

/* The gateway carries claims and has no right of its own. */
static void test_gateway(struct attack *a)
{
    struct region *gateway = NULL;
    struct fault fault;
    if (!tap(region_open(region_directory(a->region), "gateway", NULL, &gateway, &fault) == CODE_OK,
             "the gateway has keys"))
        return;
    struct link *link = dial(a, region_pair(gateway));
    Pb__CallHeader header = header_of("ccrag.v1.FeedService/ReadHistory");
    call(a, link, &header, span_of(NULL, 0));
    enum code code = answer_code(a, link);
    tap(code == CODE_PERMISSION_DENIED || code == CODE_UNAUTHENTICATED,
        "a gateway without a claim is refused (%s)", code_name(code));
    link_close(link);
    region_destroy(gateway);
}

int main(int argc, char **argv)
{
    struct attack a = {0};
    struct fault fault = {0};
    if (argc != 3 || sodium_init() < 0) {
        fprintf(stderr, "usage: hostile REGION SERVICE\n");
        return 64;
    }
    arena_init(&a.arena, (size_t)64 * 1024 * 1024);
    struct roster *roster = NULL;
    struct file_stamp seen = {0};
    if (world_real_create(&(struct world_real_options){0}, &a.world) != CODE_OK ||
        region_open(argv[1], "operator", NULL, &a.region, &fault) != CODE_OK ||
        region_read_roster(a.region, 0, &seen, &roster, &fault) != CODE_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], fault.reason);
        return 1;
    }
    const Pb__RosterEntry *entry = roster_find_name(roster, argv[2]);
    memcpy(a.server_key.bytes, entry->curve_keys[0].data, CURVE_KEY_BYTES);
    a.endpoint = region_endpoint(a.region, argv[2]);
    tap(alive(&a), "%s answers", argv[2]);
    test_frames(&a);
    test_sizes(&a);
    test_claims(&a);
    if (strcmp(argv[2], "registry") == 0) /* whose command it is */
        test_repeats(&a);
    test_strangers(&a);
    test_gateway(&a);
    roster_destroy(roster);
    region_destroy(a.region);
    world_destroy(a.world);
    arena_finish(&a.arena);
    return tap_failures > 0;
}

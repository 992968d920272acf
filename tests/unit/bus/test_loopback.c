/* The client over real sockets, CURVE and all. */

#include "common/base/limits.h"
#include "common/bus/client.h"
#include "common/bus/envelope.h"
#include "common/wire/wire.h"
#include "common/world/real.h"

#include "ccrag/v1/feed.pb-c.h"

#include <criterion/criterion.h>
#include <sodium.h>
#include <stdio.h>

static struct world *world;
static struct arena arena;
static struct curve_pair server_pair, client_pair;
static bool admitted;

static struct curve_pair make_pair(void)
{
    struct curve_pair pair;
    crypto_box_keypair(pair.public_key.bytes, pair.secret_key.bytes);
    return pair;
}

static void set_up(void)
{
    cr_assert(sodium_init() >= 0);
    cr_assert_eq(world_real_create(NULL, &world), CODE_OK);
    arena_init(&arena, 64 << 20);
    server_pair = make_pair();
    client_pair = make_pair();
    admitted = true;
}

static void tear_down(void)
{
    world_destroy(world);
    arena_finish(&arena);
}

TestSuite(loopback, .init = set_up, .fini = tear_down, .timeout = 60);

static bool admit(void *context, const struct curve_key *key)
{
    (void)context;
    return admitted && memcmp(key->bytes, client_pair.public_key.bytes, CURVE_KEY_BYTES) == 0;
}

static struct link *listen_on(const char *endpoint)
{
    struct link *link;
    struct fault fault = {0};
    const struct listen_options options = {.endpoint = endpoint, .pair = server_pair, .admit = admit};
    cr_assert_eq(world_listen(world, &options, &link, &fault), CODE_OK, "%s", fault.reason);
    return link;
}

/* Answers every request with the chunk it asks for. */
static void serve(struct link *link)
{
    struct message message;
    arena_reset(&arena);
    while (link_receive(link, &arena, &message) == CODE_OK) {
        Pb__Envelope *envelope;
        ProtobufCMessage *request;
        cr_assert(memcmp(message.key.bytes, client_pair.public_key.bytes, CURVE_KEY_BYTES) == 0);
        cr_assert_eq(envelope_read(message.envelope, &arena, &envelope, NULL), CODE_OK);
        if (envelope->kind_case != PB__ENVELOPE__KIND_REQUEST)
            continue;
        cr_assert_eq(wire_unpack(&pb__read_blob_request__descriptor, message.body, &arena, &request, NULL),
                     CODE_OK);
        uint32_t chunk = ((const Pb__ReadBlobRequest *)(const void *)request)->chunk;
        Pb__ReadBlobResponse response = PB__READ_BLOB_RESPONSE__INIT;
        response.data = (ProtobufCBinaryData){.len = sizeof(chunk), .data = (uint8_t *)&chunk};
        const struct answer_head head = {0};
        link_send(link, message.peer, envelope_answer(envelope->call, &head, &arena),
                  wire_pack(&response.base, &arena));
    }
}

struct outcome {
    bool done;
    struct fault fault;
    uint32_t value;
};

static void take(void *context, const struct client_answer *answer)
{
    struct outcome *outcome = context;
    outcome->done = true;
    outcome->fault = answer->fault;
    if (answer->response)
        memcpy(&outcome->value, ((const Pb__ReadBlobResponse *)(const void *)answer->response)->data.data, 4);
}

static struct client *dial(const char *endpoint, const struct curve_key *server_key)
{
    struct client *client;
    const struct client_options options = {
        .service = "registry", .endpoint = endpoint, .pair = client_pair, .server_key = *server_key};
    cr_assert_eq(client_create(world, &options, &client, NULL), CODE_OK);
    return client;
}

/* Until it is done; the server is served where there is one. */
static struct outcome call(struct client *client, struct link *server, uint32_t chunk, uint32_t deadline_ms)
{
    struct outcome outcome = {0};
    Pb__ReadBlobRequest request = PB__READ_BLOB_REQUEST__INIT;
    request.chunk = chunk;
    const struct call_options options = {.deadline_ms = deadline_ms};
    cr_assert_neq(
        client_call(client, "ccrag.v1.FeedService/ReadBlob", &request.base, &options, take, &outcome), 0);
    while (!outcome.done) {
        if (server)
            serve(server);
        if (!client_turn(client) && !outcome.done)
            world_wait(world, client_next_us(client));
    }
    return outcome;
}

Test(loopback, a_call_is_answered)
{
    struct link *server = listen_on("tcp://127.0.0.1:*");
    struct client *client = dial(link_endpoint(server), &server_pair.public_key);
    for (uint32_t i = 0; i < 50; i++) {
        struct outcome outcome = call(client, server, i, 0);
        cr_assert_eq(outcome.fault.code, CODE_OK, "%s", outcome.fault.reason);
        cr_assert_eq(outcome.value, i);
    }
    client_destroy(client);
    link_close(server);
}

Test(loopback, a_service_that_comes_back_is_found_again)
{
    char endpoint[64];
    struct link *server = listen_on("tcp://127.0.0.1:*");
    snprintf(endpoint, sizeof(endpoint), "%s", link_endpoint(server));
    struct client *client = dial(endpoint, &server_pair.public_key);
    cr_assert_eq(call(client, server, 1, 0).fault.code, CODE_OK);
    link_close(server);
    struct outcome outcome = call(client, NULL, 2, 500);
    cr_assert(outcome.fault.code == CODE_UNAVAILABLE || outcome.fault.code == CODE_DEADLINE_EXCEEDED);
    server = listen_on(endpoint);
    cr_assert_eq(call(client, server, 3, 30000).value, 3);
    client_destroy(client);
    link_close(server);
}

Test(loopback, nobody_there)
{
    struct link *server = listen_on("tcp://127.0.0.1:*");
    char endpoint[64];
    snprintf(endpoint, sizeof(endpoint), "%s", link_endpoint(server));
    link_close(server);
    struct client *client = dial(endpoint, &server_pair.public_key);
    struct outcome outcome = call(client, NULL, 1, 300);
    cr_assert_eq(outcome.fault.code, CODE_UNAVAILABLE);
    cr_assert(strstr(outcome.fault.reason, endpoint) && strstr(outcome.fault.reason, "ccrag status"));
    client_destroy(client);
}

Test(loopback, a_key_that_is_not_in_the_roster)
{
    admitted = false;
    struct link *server = listen_on("tcp://127.0.0.1:*");
    struct client *client = dial(link_endpoint(server), &server_pair.public_key);
    struct outcome outcome = call(client, server, 1, 30000);
    cr_assert_eq(outcome.fault.code, CODE_UNAUTHENTICATED, "%s", outcome.fault.reason);
    cr_assert(strstr(outcome.fault.reason, "ccrag roster add"));
    client_destroy(client);
    link_close(server);
}

Test(loopback, a_server_with_another_key)
{
    struct link *server = listen_on("tcp://127.0.0.1:*");
    struct curve_pair other = make_pair();
    struct client *client = dial(link_endpoint(server), &other.public_key);
    struct outcome outcome = call(client, server, 1, 30000);
    cr_assert_eq(outcome.fault.code, CODE_UNAVAILABLE, "%s", outcome.fault.reason);
    cr_assert(strstr(outcome.fault.reason, "out of date"), "%s", outcome.fault.reason);
    client_destroy(client);
    link_close(server);
}

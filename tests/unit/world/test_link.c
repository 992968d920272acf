/* Links between real sockets on loopback: who gets through, whose key is told, what is refused, what comes
 * back. */

#include "tests/unit/world/linked.h"

static const struct span PING = {(const uint8_t *)"ping", 4};
enum { BIG_BYTES = 200000 };
static const struct span BODY = {(const uint8_t *)"body of it", 10};

Test(link, envelope_and_body_go_there_and_back_under_the_proven_key)
{
    struct linked linked;
    linked_init(&linked);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    cr_assert(link_send(linked.dialled, 0, PING, BODY) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
    cr_assert(span_equal(linked.message.envelope, PING) && span_equal(linked.message.body, BODY));
    cr_assert(curve_key_equal(&linked.message.key, &linked.client.public_key));
    uint64_t peer = linked.message.peer;
    cr_assert(peer != 0);
    cr_assert(link_send(linked.listener, peer, BODY, (struct span){0}) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.dialled, PATIENCE_US) == CODE_OK);
    cr_assert(span_equal(linked.message.envelope, BODY) && linked.message.body.size == 0);
    cr_assert(linked.message.peer == 0);
    cr_assert(curve_key_equal(&linked.message.key, &linked.server.public_key));
    linked_finish(&linked);
}

Test(link, a_parcel_is_held_until_it_was_sent_to_all)
{
    struct linked linked;
    linked_init(&linked);
    struct link *neighbour = linked_dial(&linked, &linked.client), *dialled[] = {linked.dialled, neighbour};
    struct parcel *parcel = parcel_create(BIG_BYTES);
    cr_assert(parcel);
    memset(parcel->data, 'p', parcel->size);
    for (size_t i = 0; i < 2; i++) {
        cr_assert(linked_reaches(&linked, dialled[i], LINK_UP));
        cr_assert(link_send(dialled[i], 0, PING, BODY) == CODE_OK);
        cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
        cr_assert(link_send_parcel(linked.listener, linked.message.peer, PING, parcel) == CODE_OK);
    }
    cr_assert(link_send_parcel(linked.listener, UINT64_MAX, PING, parcel) == CODE_UNAVAILABLE);
    for (size_t i = 0; i < 2; i++) {
        cr_assert(linked_receive(&linked, dialled[i], PATIENCE_US) == CODE_OK);
        cr_assert(span_equal(linked.message.envelope, PING));
        cr_assert(span_equal(linked.message.body, parcel_span(parcel)));
    }
    for (int64_t until = world_mono_us(linked.world) + PATIENCE_US;
         atomic_load(&parcel->holders) > 1 && world_mono_us(linked.world) < until;)
        world_wait(linked.world, world_mono_us(linked.world) + 1000);
    cr_assert_eq(atomic_load(&parcel->holders), 1);
    parcel_release(parcel);
    link_close(neighbour);
    linked_finish(&linked);
}

Test(link, a_strangers_key_is_refused_and_comes_up_by_itself_once_admitted)
{
    struct linked linked;
    linked_init(&linked);
    struct curve_pair stranger;
    curve_pair_generate(linked.world, &stranger);
    struct link *link = linked_dial(&linked, &stranger);
    cr_assert(linked_reaches(&linked, link, LINK_REFUSED));
    cr_assert(link_send(link, 0, PING, BODY) == CODE_UNAVAILABLE);
    linked.admits_all = true;
    cr_assert(linked_reaches(&linked, link, LINK_UP));
    cr_assert(link_send(link, 0, PING, BODY) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
    cr_assert(curve_key_equal(&linked.message.key, &stranger.public_key));
    link_close(link);
    linked_finish(&linked);
}

Test(link, another_server_key_than_expected_is_broken_and_nothing_arrives)
{
    struct linked linked;
    linked_init(&linked);
    struct dial_options options = {.endpoint = link_endpoint(linked.listener),
                                   .pair = linked.client,
                                   .server_key = linked.client.public_key};
    struct link *link;
    cr_assert(world_dial(linked.world, &options, &link, NULL) == CODE_OK);
    cr_assert(linked_reaches(&linked, link, LINK_BROKEN));
    cr_assert(link_send(link, 0, PING, BODY) == CODE_UNAVAILABLE);
    cr_assert(linked_receive(&linked, linked.listener, 300 * 1000) == CODE_UNAVAILABLE);
    cr_assert(link_state(link) != LINK_UP);
    link_close(link);
    linked_finish(&linked);
}

Test(link, a_peer_that_does_not_encrypt_gets_nothing_through)
{
    struct linked linked;
    linked_init(&linked);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    unsigned asked = linked.asked;
    struct raw raw;
    raw_init(&raw, &linked, NULL, NULL);
    raw_send(&raw, 2, 10);
    cr_assert(linked_receive(&linked, linked.listener, 500 * 1000) == CODE_UNAVAILABLE);
    char answer[16];
    cr_assert(zmq_recv(raw.socket, answer, sizeof answer, ZMQ_DONTWAIT) < 0);
    cr_assert(linked.asked == asked);
    raw_finish(&raw);
    linked_finish(&linked);
}

Test(link, messages_of_another_shape_are_reported_with_sender_and_envelope)
{
    static const struct {
        size_t parts, bytes;
        enum code code;
        size_t envelope_bytes;
    } cases[] = {
        {2, 10, CODE_OK, 10},
        {1, 10, CODE_INVALID_ARGUMENT, 0}, /* the length of its envelope goes past its end */
        {3, 10, CODE_INVALID_ARGUMENT, 10},
        {LINK_PARTS_MAX, 10, CODE_INVALID_ARGUMENT, 10},
        {2, FRAME_BYTES_MAX / 2, CODE_OK, FRAME_BYTES_MAX / 2},
        {2, FRAME_BYTES_MAX / 2 + 1, CODE_INVALID_ARGUMENT, 0}, /* too long an envelope to be one */
        {1, FRAME_BYTES_MAX + 1, CODE_INVALID_ARGUMENT, 0},
        {2, 10, CODE_OK, 10}, /* and the link goes on */
    };
    struct linked linked;
    linked_init(&linked);
    struct raw raw;
    raw_init(&raw, &linked, &linked.client, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        raw_send(&raw, cases[i].parts, cases[i].bytes);
        enum code code = linked_receive(&linked, linked.listener, PATIENCE_US);
        cr_assert(code == cases[i].code, "case %zu: %d", i, (int)code);
        cr_assert(linked.message.envelope.size == cases[i].envelope_bytes, "case %zu", i);
        cr_assert(curve_key_equal(&linked.message.key, &linked.client.public_key), "case %zu", i);
        cr_assert(link_send(linked.listener, linked.message.peer, PING, BODY) == CODE_OK, "case %zu", i);
        char answer[32];
        cr_assert(zmq_recv(raw.socket, answer, sizeof answer, 0) == 4 + 4 + 10, "case %zu", i);
        cr_assert(memcmp(answer, "\0\0\0\4pingbody of it", 4 + 4 + 10) == 0, "case %zu", i);
    }
    raw_finish(&raw);
    linked_finish(&linked);
}

Test(link, one_part_is_cut_where_its_length_says)
{
    static const struct {
        const char *part;
        size_t bytes;
        enum code code;
        const char *envelope, *body;
    } cases[] = {
        {"\0\0\0\4pingbody", 12, CODE_OK, "ping", "body"},
        {"\0\0\0\4ping", 8, CODE_OK, "ping", ""},
        {"\0\0\0\0body", 8, CODE_OK, "", "body"},
        {"\0\0\0\0", 4, CODE_OK, "", ""},
        {"\0\0\0\5ping", 8, CODE_INVALID_ARGUMENT, "", ""},
        {"\377\377\377\377ping", 8, CODE_INVALID_ARGUMENT, "", ""},
        {"\0\0\0", 3, CODE_INVALID_ARGUMENT, "", ""},
        {"", 0, CODE_INVALID_ARGUMENT, "", ""},
    };
    struct linked linked;
    linked_init(&linked);
    struct raw raw;
    raw_init(&raw, &linked, &linked.client, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert(zmq_send(raw.socket, cases[i].part, cases[i].bytes, 0) >= 0);
        enum code code = linked_receive(&linked, linked.listener, PATIENCE_US);
        cr_assert(code == cases[i].code, "case %zu: %d", i, (int)code);
        cr_assert(span_equal(linked.message.envelope, span_of_text(cases[i].envelope)), "case %zu", i);
        cr_assert(span_equal(linked.message.body, span_of_text(cases[i].body)), "case %zu", i);
        cr_assert(linked.message.peer != 0, "case %zu", i);
    }
    raw_finish(&raw);
    linked_finish(&linked);
}

Test(link, a_long_envelope_is_not_copied_where_it_cannot_be_one)
{
    struct linked linked;
    linked_init(&linked);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    uint8_t *bytes = calloc(1, FRAME_BYTES_MAX + 1);
    cr_assert(link_send(linked.dialled, 0, PING, span_of(bytes, FRAME_BYTES_MAX - 3)) ==
              CODE_INVALID_ARGUMENT);
    cr_assert(link_send(linked.dialled, 0, PING, span_of(bytes, FRAME_BYTES_MAX - 4)) == CODE_OK);
    /* The arena is too small for it: it is gone, but whose it was is known. */
    arena_finish(&linked.arena);
    arena_init(&linked.arena, 64 * 1024);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_RESOURCE_EXHAUSTED);
    cr_assert(span_equal(linked.message.envelope, PING));
    cr_assert(curve_key_equal(&linked.message.key, &linked.client.public_key));
    cr_assert(linked_receive(&linked, linked.listener, 0) == CODE_UNAVAILABLE);
    free(bytes);
    linked_finish(&linked);
}

Test(link, sending_to_a_peer_that_is_gone_is_unavailable)
{
    struct linked linked;
    linked_init(&linked);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    cr_assert(link_send(linked.dialled, 0, PING, BODY) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
    uint64_t peer = linked.message.peer;
    link_close(linked.dialled);
    linked.dialled = NULL;
    enum code code = CODE_OK;
    int64_t until = world_mono_us(linked.world) + PATIENCE_US;
    while (code == CODE_OK && world_mono_us(linked.world) < until) {
        world_wait(linked.world, world_mono_us(linked.world) + 1000);
        code = link_send(linked.listener, peer, PING, BODY);
    }
    cr_assert(code == CODE_UNAVAILABLE);
    static const uint64_t strange[] = {0, 1, (uint64_t)UINT32_MAX + 1, (uint64_t)UINT32_MAX + 2, UINT64_MAX};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        cr_assert(link_send(linked.listener, strange[i], PING, BODY) == CODE_UNAVAILABLE);
        link_drop_peer(linked.listener, strange[i]);
    }
    linked_finish(&linked);
}

Test(link, a_dropped_peer_is_cut_and_no_other)
{
    struct linked linked;
    linked_init(&linked);
    linked.admits_all = true;
    struct curve_pair other;
    curve_pair_generate(linked.world, &other);
    struct link *neighbour = linked_dial(&linked, &other);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP) &&
              linked_reaches(&linked, neighbour, LINK_UP));
    cr_assert(link_send(neighbour, 0, PING, BODY) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
    uint64_t stays = linked.message.peer;
    cr_assert(link_send(linked.dialled, 0, PING, BODY) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
    uint64_t goes = linked.message.peer;
    cr_assert(goes != stays);
    linked.admits_all = false;
    linked.admitted = other.public_key;
    link_drop_peer(linked.listener, goes);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_REFUSED));
    cr_assert(link_send(linked.listener, goes, PING, BODY) == CODE_UNAVAILABLE);
    link_drop_peer(linked.listener, goes); /* again, with its descriptor in other hands */
    cr_assert(linked_receive(&linked, linked.listener, 100 * 1000) == CODE_UNAVAILABLE);
    cr_assert(link_state(neighbour) == LINK_UP);
    cr_assert(link_send(linked.listener, stays, PING, BODY) == CODE_OK);
    cr_assert(linked_receive(&linked, neighbour, PATIENCE_US) == CODE_OK);
    link_close(neighbour);
    linked_finish(&linked);
}

Test(link, comes_up_again_when_the_listener_does)
{
    struct linked linked;
    linked_init(&linked);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    char endpoint[LINK_ENDPOINT_BYTES];
    strcpy(endpoint, link_endpoint(linked.listener));
    link_close(linked.listener);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_CONNECTING));
    cr_assert(link_send(linked.dialled, 0, PING, BODY) == CODE_UNAVAILABLE);
    linked_listen(&linked, endpoint);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    cr_assert(link_send(linked.dialled, 0, PING, BODY) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
    linked_finish(&linked);
}

Test(link, a_dialler_may_come_before_its_listener)
{
    struct linked linked;
    linked_init(&linked);
    char endpoint[LINK_ENDPOINT_BYTES];
    strcpy(endpoint, link_endpoint(linked.listener));
    link_close(linked.dialled);
    link_close(linked.listener);
    struct dial_options options = {
        .endpoint = endpoint, .pair = linked.client, .server_key = linked.server.public_key};
    cr_assert(world_dial(linked.world, &options, &linked.dialled, NULL) == CODE_OK);
    cr_assert(strcmp(link_endpoint(linked.dialled), endpoint) == 0);
    world_wait(linked.world, world_mono_us(linked.world) + 300 * 1000);
    cr_assert(link_state(linked.dialled) != LINK_UP);
    linked_listen(&linked, endpoint);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    linked_finish(&linked);
}

Test(link, an_endpoint_that_cannot_be_says_why)
{
    struct linked linked;
    linked_init(&linked);
    const struct {
        const char *endpoint;
        enum code code;
    } cases[] = {
        {"inproc://x", CODE_INVALID_ARGUMENT},
        {"ipc:///tmp/x", CODE_INVALID_ARGUMENT},
        {"127.0.0.1:4000", CODE_INVALID_ARGUMENT},
        {"tcp://", CODE_INVALID_ARGUMENT},
        {"tcp://127.0.0.1:99999", CODE_INVALID_ARGUMENT},
        {"tcp://198.51.100.1:*", CODE_INVALID_ARGUMENT},
        {link_endpoint(linked.listener), CODE_UNAVAILABLE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct listen_options options = {
            .endpoint = cases[i].endpoint, .pair = linked.server, .admit = linked_admit, .context = &linked};
        struct link *link = NULL;
        struct fault fault = {0};
        enum code code = world_listen(linked.world, &options, &link, &fault);
        cr_assert(code == cases[i].code && !link, "%s: %s %s", cases[i].endpoint, code_name(code),
                  fault.reason);
        cr_assert(strcmp(fault.field, "endpoint") == 0 && fault.reason[0] != '\0');
    }
    static const char *const undiallable[] = {"tcp://127.0.0.1:*",     "tcp://127.0.0.1:0",
                                              "tcp://127.0.0.1:65536", "tcp://127.0.0.1",
                                              "tcp://127.0.0.1:4000x", "udp://127.0.0.1:4000"};
    for (size_t i = 0; i < sizeof undiallable / sizeof *undiallable; i++) {
        struct dial_options options = {
            .endpoint = undiallable[i], .pair = linked.client, .server_key = linked.server.public_key};
        struct link *link = NULL;
        cr_assert(world_dial(linked.world, &options, &link, NULL) == CODE_INVALID_ARGUMENT && !link, "%s",
                  undiallable[i]);
    }
    linked_finish(&linked);
}

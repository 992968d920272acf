/* A hostile network against a running service: crowds of strangers, a key holder whose messages never end,
 * peers that vanish, keys that are wrong, unknown or removed, thousands of idle connections. After and amid
 * each the service answers an honest caller and has not grown.
 *
 * In: a region's folder, and what to do. Out: TAP, and the measures as comments. Everything is on loopback,
 * bounded in number, and ends by itself. */

#include "tests/service/network.h"

#include "common/bus/envelope.h"

#include "ccrag/v1/feed.pb-c.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <zmq.h>

enum {
    HONEST_MS = 20 * 1000,
    IDLE = 2000,
    VANISHING = 100,
    ENDLESS_BYTES = 256 * 1024 * 1024,
    PART_BYTES = 64 * 1024,
};

long rss_mib(const struct network *network, const char *what)
{
    char path[1024], line[256];
    long pid = 0, rss_kib = 0, peak_kib = 0;
    snprintf(path, sizeof path, "%s/run/%s.pid", region_directory(network->region), network->honest.service);
    FILE *file = fopen(path, "re");
    if (!file || fscanf(file, "%ld", &pid) != 1)
        pid = 0;
    if (file)
        fclose(file);
    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        sscanf(line, "VmRSS: %ld", &rss_kib);
        sscanf(line, "VmHWM: %ld", &peak_kib);
    }
    if (file)
        fclose(file);
    printf("# %s: %s has %ld MiB resident, %ld at most\n", what, network->honest.service, rss_kib / 1024,
           peak_kib / 1024);
    return peak_kib / 1024;
}

enum code ask(struct network *network, const struct client_options *options, uint32_t deadline_ms,
              struct fault *ret_fault)
{
    struct client *client = NULL;
    struct arena arena;
    Pb__GetStatusRequest request = PB__GET_STATUS_REQUEST__INIT;
    const ProtobufCMessage *response;
    struct client_answer answer = {0};
    const struct call_options call = {.deadline_ms = deadline_ms};
    if (client_create(network->world, options, &client, ret_fault) != CODE_OK)
        return ret_fault->code;
    arena_init(&arena, FRAME_BYTES_MAX);
    enum code code = client_call_wait(client, "ccrag.v1.FeedService/GetStatus", &request.base, &call, &arena,
                                      &response, &answer);
    if (ret_fault)
        *ret_fault = answer.fault;
    client_destroy(client);
    arena_finish(&arena);
    return code;
}

void still_serves(struct network *network, const char *what)
{
    struct fault fault = {0};
    int64_t before_us = world_mono_us(network->world);
    enum code code = ask(network, &network->honest, HONEST_MS, &fault);
    long took_ms = (long)(world_mono_us(network->world) - before_us) / 1000;
    tap(code == CODE_OK, "%s: an honest caller connects and is answered (%ld ms) %s", what, took_ms,
        fault.reason);
    long grown = rss_mib(network, what) - network->rss_before_mib;
    tap(grown <= GROWTH_MIB_MAX, "%s: it has grown by %ld MiB at most, %d are allowed", what, grown,
        GROWTH_MIB_MAX);
}

/* --- a key holder's bare socket ---------------------------------------------------------------------- */

static void *bare(struct network *network, void *context, const struct curve_pair *pair)
{
    void *socket = zmq_socket(context, ZMQ_DEALER);
    int linger = 0, wait_ms = 2000;
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_SNDTIMEO, &wait_ms, sizeof wait_ms);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, network->honest.server_key.bytes, CURVE_KEY_BYTES);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, pair->public_key.bytes, CURVE_KEY_BYTES);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, pair->secret_key.bytes, CURVE_KEY_BYTES);
    zmq_connect(socket, network->honest.endpoint);
    return socket;
}

/* A message whose last part never comes: past every limit that the library has. */
static void attack_with_parts(struct network *network)
{
    void *context = zmq_ctx_new(), *socket = bare(network, context, &network->honest.pair);
    static const uint8_t part[PART_BYTES];
    size_t sent = 0;
    while (sent < ENDLESS_BYTES && zmq_send(socket, part, sizeof part, ZMQ_SNDMORE) >= 0)
        sent += sizeof part;
    printf("# endless parts: %zu MiB were sent\n", sent >> 20);
    tap(sent > FRAME_DROP_BYTES, "endless parts: more was sent than any message may be (%zu bytes)", sent);
    still_serves(network, "endless parts");
    zmq_close(socket);
    zmq_ctx_term(context);
}

/* Connections under one key that do nothing; each has shown by its handshake that it is up. */
static void hold_idle(struct network *network, const struct curve_pair *pair)
{
    void *context = zmq_ctx_new(), **sockets = calloc(IDLE, sizeof *sockets), *monitor;
    unsigned up = 0;
    int wait_ms = 30 * 1000, size;
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 2 * IDLE + 16);
    for (unsigned i = 0; i < IDLE; i++) {
        char address[64];
        uint16_t event[3];
        sockets[i] = zmq_socket(context, ZMQ_DEALER);
        snprintf(address, sizeof address, "inproc://idle.%u", i);
        int linger = 0;
        zmq_setsockopt(sockets[i], ZMQ_LINGER, &linger, sizeof linger);
        zmq_setsockopt(sockets[i], ZMQ_CURVE_SERVERKEY, network->honest.server_key.bytes, CURVE_KEY_BYTES);
        zmq_setsockopt(sockets[i], ZMQ_CURVE_PUBLICKEY, pair->public_key.bytes, CURVE_KEY_BYTES);
        zmq_setsockopt(sockets[i], ZMQ_CURVE_SECRETKEY, pair->secret_key.bytes, CURVE_KEY_BYTES);
        zmq_socket_monitor(sockets[i], address, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
        monitor = zmq_socket(context, ZMQ_PAIR);
        zmq_setsockopt(monitor, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
        zmq_connect(monitor, address);
        zmq_connect(sockets[i], network->honest.endpoint);
        size = zmq_recv(monitor, event, sizeof event, 0);
        up += size == (int)sizeof event && event[0] == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
        zmq_socket_monitor(sockets[i], NULL, 0);
        zmq_close(monitor);
        if (size < 0)
            break; /* the others would wait as long */
    }
    tap(up == IDLE, "%d idle connections are held (%u)", IDLE, up);
    still_serves(network, "idle connections");
    for (unsigned i = 0; i < IDLE && sockets[i]; i++)
        zmq_close(sockets[i]);
    free(sockets);
    zmq_ctx_term(context);
}

/* --- keys that are not right ------------------------------------------------------------------------- */

static void expect_refusal(struct network *network, const struct client_options *options, enum code wanted,
                           const char *part, const char *what)
{
    struct fault fault = {0};
    enum code code = ask(network, options, HONEST_MS, &fault);
    tap(code == wanted && strstr(fault.reason, part), "%s: %s, and the client says why (%s: %s)", what,
        code_name(wanted), code_name(code), fault.reason);
}

static void test_wrong_keys(struct network *network)
{
    struct client_options options = network->honest;
    struct curve_pair other;
    curve_pair_generate(network->world, &other);
    options.server_key = other.public_key;
    expect_refusal(network, &options, CODE_UNAVAILABLE, "another server key", "a wrong server key");
    options.older_server_key = network->honest.server_key;
    struct fault fault = {0};
    tap(ask(network, &options, HONEST_MS, &fault) == CODE_OK, "the older of two server keys is found too %s",
        fault.reason);
    options = network->honest;
    options.pair = other;
    expect_refusal(network, &options, CODE_UNAUTHENTICATED, "does not know this program's key",
                   "a stranger's key");
    still_serves(network, "after wrong keys");
}

/* --- peers that vanish ------------------------------------------------------------------------------- */

struct vanishing {
    struct proxy *proxy;
    void *context;
    void *sockets[VANISHING];
};

/* Up, and then as if their host had lost its power. */
static void vanish(struct network *network, struct vanishing *vanishing)
{
    struct network through = *network;
    char endpoint[LINK_ENDPOINT_BYTES];
    struct fault fault = {0};
    struct arena arena;
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    header.method = "ccrag.v1.FeedService/GetStatus";
    arena_init(&arena, ENVELOPE_BYTES_MAX);
    struct span envelope = envelope_request(1, &header, &arena);
    vanishing->proxy = proxy_create(&network->address, endpoint);
    vanishing->context = zmq_ctx_new();
    through.honest.endpoint = endpoint;
    tap(ask(&through, &through.honest, HONEST_MS, &fault) == CODE_OK, "a call through the proxy %s",
        fault.reason);
    for (unsigned i = 0; i < VANISHING; i++) {
        vanishing->sockets[i] = bare(&through, vanishing->context, &network->honest.pair);
        zmq_send(vanishing->sockets[i], envelope.data, envelope.size, ZMQ_SNDMORE);
        zmq_send(vanishing->sockets[i], "", 0, 0);
    }
    arena_finish(&arena);
    /* Each is up when it has been answered. */
    unsigned answered = 0;
    char buffer[1024];
    for (unsigned i = 0; i < VANISHING && answered == i; i++) {
        zmq_pollitem_t item = {.socket = vanishing->sockets[i], .events = ZMQ_POLLIN};
        answered += zmq_poll(&item, 1, 10 * 1000) == 1 && zmq_recv(item.socket, buffer, sizeof buffer, 0) > 0;
    }
    tap(answered == VANISHING, "%u of %d peers that will vanish are up", answered, VANISHING);
    proxy_silence(vanishing->proxy);
    still_serves(network, "vanished peers");
}

/* The service has noticed by itself, from the heartbeats that did not come. */
static void find_vanished(struct network *network, struct vanishing *vanishing)
{
    int64_t until = world_mono_us(network->world) + INT64_C(1000) * (2 * LINK_HEARTBEAT_TIMEOUT_MS);
    while (proxy_cut_by_service(vanishing->proxy) < VANISHING && world_mono_us(network->world) < until)
        world_wait(network->world, world_mono_us(network->world) + 50 * 1000);
    unsigned cut = proxy_cut_by_service(vanishing->proxy);
    tap(cut >= VANISHING, "the service has closed %u of %u connections to vanished peers", cut,
        proxy_open(vanishing->proxy));
    still_serves(network, "after vanished peers");
    for (unsigned i = 0; i < VANISHING; i++)
        zmq_close(vanishing->sockets[i]);
    zmq_ctx_term(vanishing->context);
    proxy_destroy(vanishing->proxy);
}

/* ----------------------------------------------------------------------------------------------------- */

static void attack(struct network *network, const char *pool)
{
    struct vanishing vanishing = {0};
    struct region *region = NULL;
    struct fault fault = {0};
    still_serves(network, "before");
    vanish(network, &vanishing);
    attack_with_connections(network);
    attack_with_rubbish(network);
    attack_with_half_handshakes(network);
    attack_with_parts(network);
    test_wrong_keys(network);
    if (tap(region_open(region_directory(network->region), pool, NULL, &region, &fault) == CODE_OK,
            "%s has a key", pool))
        hold_idle(network, region_pair(region));
    region_destroy(region);
    find_vanished(network, &vanishing);
}

/* The same on a small scale, where the registry has withstood the large one: the services share one frame. */
static void attack_briefly(struct network *network, const char *pool)
{
    (void)pool;
    network->brief = true;
    still_serves(network, "before");
    attack_with_connections(network);
    attack_with_rubbish(network);
    attack_with_half_handshakes(network);
    attack_with_parts(network);
    test_wrong_keys(network);
}

/* A principal that the roster does not name, with a key of its own. */
static void refused(struct network *network, const char *name)
{
    struct client_options options = network->honest;
    struct region *region = NULL;
    struct fault fault = {0};
    if (!tap(region_open(region_directory(network->region), name, NULL, &region, &fault) == CODE_OK,
             "%s has a key", name))
        return;
    options.pair = *region_pair(region);
    expect_refusal(network, &options, CODE_UNAUTHENTICATED, "does not know this program's key", name);
    region_destroy(region);
}

int main(int argc, char **argv)
{
    static const struct step {
        const char *name;
        void (*run)(struct network *network, const char *name);
    } steps[] = {
        {"attack", attack}, {"brief", attack_briefly}, {"revoke", remove_in_stream}, {"refused", refused}};
    struct network network = {.honest = {.service = argc == 5 ? argv[4] : "registry"}};
    struct file_stamp seen = {0};
    struct fault fault = {0};
    if (argc < 4 || argc > 5 || sodium_init() < 0) {
        fprintf(stderr, "usage: network REGION attack|brief|revoke|refused NAME [SERVICE]\n");
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    if (world_real_create(NULL, &network.world) != CODE_OK ||
        region_open(argv[1], "operator", NULL, &network.region, &fault) != CODE_OK ||
        region_read_roster(network.region, 0, &seen, &network.roster, &fault) != CODE_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], fault.reason);
        return 1;
    }
    network.honest.endpoint = region_endpoint(network.region, network.honest.service);
    network.honest.pair = *region_pair(network.region);
    client_find_keys(network.roster, &network.honest);
    network.address = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = inet_addr("127.0.0.1"),
        .sin_port = htons((uint16_t)strtoul(strrchr(network.honest.endpoint, ':') + 1, NULL, 10))};
    network.rss_before_mib = rss_mib(&network, "at first");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (strcmp(argv[2], steps[i].name) == 0)
            steps[i].run(&network, argv[3]);
    roster_destroy(network.roster);
    region_destroy(network.region);
    world_destroy(network.world);
    return tap_failures > 0;
}

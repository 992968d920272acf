/* Connections for load: see load.h. In: a region's folder. Out: messages sent, answers taken, what the
 * service's process used. It neither repeats nor goes on without an answer: where one does not come, there is
 * no figure. */

#include "tests/bench/load.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/wire/wire.h"
#include "common/world/zmq_options.h"
#include "tests/bench/cores.h"

#include <errno.h>
#include <sodium.h>
#include <unistd.h>

enum { PATIENCE_S = 60, ANSWER_S = 30, DEADLINE_MS = 60000, LINKS_MAX = 256 };

struct load_link {
    void *socket;
    struct load_link *next;
};

void load_open(struct load *load, const char *directory, const char *service)
{
    struct fault fault = {0};
    struct file_stamp seen = {0};
    *load = (struct load){.directory = directory, .service = service};
    arena_init(&load->out, 4 * FRAME_BYTES_MAX);
    arena_init(&load->in, 4 * FRAME_BYTES_MAX);
    zmq_msg_init(&load->taken[0]);
    zmq_msg_init(&load->taken[1]);
    BENCH_NEED(sodium_init() >= 0, "no libsodium");
    randombytes_buf(load->random, sizeof load->random);
    load->context = zmq_ctx_new();
    BENCH_NEED(load->context && zmq_options_context(load->context, 1) == CODE_OK, "no ZeroMQ");
    BENCH_NEED(region_open(directory, "operator", NULL, &load->region, &fault) == CODE_OK &&
                   region_read_roster(load->region, 0, &seen, &load->roster, &fault) == CODE_OK,
               "%s: %s", directory, fault.reason);
    load->link = load_dial(load);
    load_await(load, &load->link, 1);
}

void load_close(struct load *load)
{
    while (load->links)
        load_hang_up(load, load->links);
    zmq_msg_close(&load->taken[0]);
    zmq_msg_close(&load->taken[1]);
    zmq_ctx_term(load->context);
    roster_destroy(load->roster);
    region_destroy(load->region);
    arena_finish(&load->out);
    arena_finish(&load->in);
}

struct load_link *load_dial(struct load *load)
{
    int patience = ANSWER_S * 1000;
    struct load_link *link = malloc(sizeof *link);
    struct dial_options options = {.endpoint = region_endpoint(load->region, load->service),
                                   .pair = *region_pair(load->region)};
    const Pb__RosterEntry *entry = roster_find_name(load->roster, load->service);
    BENCH_NEED(entry && entry->n_curve_keys > 0, "%s is not in the roster", load->service);
    memcpy(options.server_key.bytes, entry->curve_keys[0].data, CURVE_KEY_BYTES);
    BENCH_NEED(link, "out of memory");
    link->socket = zmq_socket(load->context, ZMQ_DEALER);
    BENCH_NEED(link->socket && zmq_options_dialler(link->socket, &options) == CODE_OK &&
                   zmq_setsockopt(link->socket, ZMQ_RCVTIMEO, &patience, sizeof patience) == 0 &&
                   zmq_connect(link->socket, options.endpoint) == 0,
               "cannot dial %s: %s", options.endpoint, zmq_strerror(errno));
    link->next = load->links;
    load->links = link;
    return link;
}

void load_hang_up(struct load *load, struct load_link *link)
{
    struct load_link **at = &load->links;
    if (!link)
        return;
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    zmq_close(link->socket);
    free(link);
}

/* A socket takes a message once its handshake is done (ZMQ_IMMEDIATE). */
void load_await(struct load *load, struct load_link *const *links, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zmq_pollitem_t item = {.socket = links[i]->socket, .events = ZMQ_POLLOUT};
        BENCH_NEED(zmq_poll(&item, 1, PATIENCE_S * 1000) == 1, "%s does not answer", load->service);
    }
}

static uint8_t *put(uint8_t *at, struct span span)
{
    if (span.size > 0)
        memcpy(at, span.data, span.size);
    return at + span.size;
}

/* One part, as common/world/message.c says. */
static void send_part(struct load_link *link, struct span envelope, struct span body)
{
    zmq_msg_t part;
    BENCH_NEED(zmq_msg_init_size(&part, FRAME_LENGTH_BYTES + envelope.size + body.size) == 0,
               "out of memory");
    uint8_t *bytes = zmq_msg_data(&part);
    put_u32_be(bytes, (uint32_t)envelope.size);
    put(put(bytes + FRAME_LENGTH_BYTES, envelope), body);
    BENCH_NEED(zmq_msg_send(&part, link->socket, ZMQ_DONTWAIT) >= 0, "a request could not be sent: %s",
               zmq_strerror(errno));
}

void load_send(struct load *load, struct load_link *link, const char *method, uint64_t call, bool command,
               struct span body)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    struct uuid key;
    header.method = method;
    header.time_left_ms = DEADLINE_MS;
    if (command) {
        put_u32_be(load->random + sizeof load->random - 4, (uint32_t)++load->last_key);
        key = uuid_v7(load_wall_ms(), load->random);
        header.idempotency_key = (ProtobufCBinaryData){UUID_BYTES, key.bytes};
    }
    arena_reset(&load->out);
    struct span envelope = envelope_request(call, &header, &load->out);
    load->sent_at = bench_now();
    send_part(link, envelope, body);
    load->envelope_bytes = envelope.size;
    load->sent++;
}

/* One part, or envelope and body; false: none came. */
static bool receive(struct load *load, struct load_link *link, int flags, struct span *ret_envelope,
                    struct span *ret_body)
{
    zmq_msg_t *first = &load->taken[0], *second = &load->taken[1];
    int size;
    while ((size = zmq_msg_recv(first, link->socket, flags)) < 0 && errno == EINTR)
        ;
    if (size < 0)
        return false;
    struct span all = span_of(zmq_msg_data(first), (size_t)size);
    if (zmq_msg_more(first)) {
        size = zmq_msg_recv(second, link->socket, 0);
        BENCH_NEED(size >= 0 && !zmq_msg_more(second), "what came is no message of ours");
        *ret_envelope = all;
        *ret_body = span_of(zmq_msg_data(second), (size_t)size);
        return true;
    }
    BENCH_NEED(all.size >= FRAME_LENGTH_BYTES && get_u32_be(all.data) <= all.size - FRAME_LENGTH_BYTES,
               "what came is no message of ours");
    *ret_envelope = span_of(all.data + FRAME_LENGTH_BYTES, get_u32_be(all.data));
    *ret_body =
        span_of(ret_envelope->data + ret_envelope->size, all.size - FRAME_LENGTH_BYTES - ret_envelope->size);
    return true;
}

static bool take(struct load *load, struct load_link *link, int flags, struct load_answer *ret_answer)
{
    struct fault fault = {0};
    struct span packed, body;
    Pb__Envelope *envelope;
    if (!receive(load, link, flags, &packed, &body))
        return false;
    double taken_at = bench_now();
    arena_reset(&load->in);
    BENCH_NEED(envelope_read(packed, &load->in, &envelope, &fault) == CODE_OK &&
                   envelope->kind_case == PB__ENVELOPE__KIND_RESPONSE,
               "what came is no answer: %s", fault.reason);
    const Pb__Status *status = envelope->response->status;
    BENCH_NEED(status->code == CODE_OK, "%s refused: %s %s", load->service, status->field, status->message);
    load->received++;
    *ret_answer = (struct load_answer){
        .call = envelope->call,
        .taken_at = taken_at,
        .more = envelope->response->more,
        .sequence = envelope->response->position ? envelope->response->position->sequence : 0,
        .envelope_bytes = packed.size,
        .body = body,
    };
    return true;
}

void load_take(struct load *load, struct load_link *link, struct load_answer *ret_answer)
{
    BENCH_NEED(take(load, link, 0, ret_answer), "%s does not answer: %s", load->service, zmq_strerror(errno));
}

bool load_take_waiting(struct load *load, struct load_link *link, struct load_answer *ret_answer)
{
    return take(load, link, ZMQ_DONTWAIT, ret_answer);
}

void load_sleep(struct load *load, unsigned ms)
{
    zmq_pollitem_t items[LINKS_MAX];
    int count = 0;
    for (struct load_link *link = load->links; link && count < LINKS_MAX; link = link->next)
        items[count++] = (zmq_pollitem_t){.socket = link->socket, .events = ZMQ_POLLIN};
    zmq_poll(items, count, (long)ms);
}

const ProtobufCMessage *load_call(struct load *load, struct load_link *link, const char *method,
                                  const ProtobufCMessage *request, const ProtobufCMessageDescriptor *type,
                                  struct arena *arena)
{
    struct load_answer answer;
    ProtobufCMessage *message = NULL;
    arena_reset(arena);
    load_send(load, link, method, 1, false, wire_pack(request, arena));
    load_take(load, link, &answer);
    BENCH_NEED(wire_unpack(type, answer.body, arena, &message, NULL) == CODE_OK, "an answer cannot be read");
    return message;
}

int64_t load_wall_ms(void)
{
    return (int64_t)(1e3 * bench_clock(CLOCK_REALTIME));
}

/* The service's process; 0: it does not run. */
static pid_t read_pid(const struct load *load)
{
    char path[512];
    int pid = 0;
    snprintf(path, sizeof path, "%s/run/%s.pid", load->directory, load->service);
    FILE *stream = fopen(path, "r");
    if (stream && fscanf(stream, "%d", &pid) != 1)
        pid = 0;
    if (stream)
        fclose(stream);
    return pid;
}

void load_apart(const struct load *load, bool apart)
{
    pid_t service = read_pid(load);
    BENCH_NEED(service, "%s does not run", load->service);
    core_hold(service, apart ? CORE_ANSWERS : CORE_ANY);
    core_hold(getpid(), apart ? CORE_ASKS : CORE_ANY);
}

/* The service's line of /proc; false: it does not run. */
static bool read_process(const struct load *load, const char *file, char *line, size_t size)
{
    char path[64];
    pid_t pid = read_pid(load);
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *stream = pid ? fopen(path, "r") : NULL;
    size_t got = stream ? fread(line, 1, size - 1, stream) : 0;
    if (stream)
        fclose(stream);
    line[got] = '\0';
    return got > 0;
}

double load_service_cpu(const struct load *load)
{
    char line[2048];
    unsigned long user = 0, kernel = 0;
    BENCH_NEED(read_process(load, "stat", line, sizeof line), "%s does not run", load->service);
    const char *rest = strrchr(line, ')');
    BENCH_NEED(
        rest && sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) == 2,
        "/proc says nothing of %s", load->service);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

double load_service_mib(const struct load *load)
{
    char text[4096];
    unsigned long kib = 0;
    BENCH_NEED(read_process(load, "status", text, sizeof text), "%s does not run", load->service);
    const char *line = strstr(text, "VmHWM:");
    BENCH_NEED(line && sscanf(line, "VmHWM: %lu", &kib) == 1, "/proc says nothing of %s", load->service);
    return (double)kib / 1024;
}

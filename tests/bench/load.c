/* Connections for load: see load.h. In: a region's folder. Out: messages sent, answers taken, what the
 * service's process used. It neither repeats nor times out: where an answer does not come, there is no
 * figure. */

#include "tests/bench/load.h"

#include "common/base/limits.h"
#include "common/base/uuid.h"
#include "common/wire/wire.h"
#include "common/world/real.h"
#include "tests/bench/bench.h"

#include <sodium.h>
#include <unistd.h>

enum { PATIENCE_S = 60, DEADLINE_MS = 60000 };

void load_open(struct load *load, const char *directory, const char *service)
{
    struct fault fault = {0};
    struct file_stamp seen = {0};
    *load = (struct load){.directory = directory, .service = service};
    arena_init(&load->out, 4 * FRAME_BYTES_MAX);
    arena_init(&load->in, 4 * FRAME_BYTES_MAX);
    BENCH_NEED(sodium_init() >= 0 && world_real_create(NULL, &load->world) == CODE_OK, "no world");
    BENCH_NEED(region_open(directory, "operator", NULL, &load->region, &fault) == CODE_OK &&
                   region_read_roster(load->region, 0, &seen, &load->roster, &fault) == CODE_OK,
               "%s: %s", directory, fault.reason);
    load->link = load_dial(load);
    load_await(load, &load->link, 1);
}

void load_close(struct load *load)
{
    world_destroy(load->world); /* and its links */
    roster_destroy(load->roster);
    region_destroy(load->region);
    arena_finish(&load->out);
    arena_finish(&load->in);
}

struct link *load_dial(struct load *load)
{
    struct fault fault = {0};
    struct link *link = NULL;
    struct dial_options options = {.endpoint = region_endpoint(load->region, load->service),
                                   .pair = *region_pair(load->region)};
    const Pb__RosterEntry *entry = roster_find_name(load->roster, load->service);
    BENCH_NEED(entry && entry->n_curve_keys > 0, "%s is not in the roster", load->service);
    memcpy(options.server_key.bytes, entry->curve_keys[0].data, CURVE_KEY_BYTES);
    BENCH_NEED(world_dial(load->world, &options, &link, &fault) == CODE_OK, "%s", fault.reason);
    return link;
}

void load_await(struct load *load, struct link *const *links, size_t count)
{
    double began = bench_now();
    for (size_t i = 0; i < count; i++)
        while (link_state(links[i]) != LINK_UP) {
            BENCH_NEED(bench_now() - began < PATIENCE_S, "%s does not answer", load->service);
            world_wait(load->world, world_mono_us(load->world) + 100000);
        }
}

void load_send(struct load *load, struct link *link, const char *method, uint64_t call, bool command,
               struct span body)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    struct uuid key;
    header.method = method;
    header.time_left_ms = DEADLINE_MS;
    if (command) {
        uint8_t random[10] = {0};
        uint64_t number = ++load->last_key;
        randombytes_buf(random, sizeof random);
        memcpy(random, &number, 4);
        key = uuid_v7(world_wall_ms(load->world), random);
        header.idempotency_key = (ProtobufCBinaryData){UUID_BYTES, key.bytes};
    }
    arena_reset(&load->out);
    struct span envelope = envelope_request(call, &header, &load->out);
    enum code code = link_send(link, 0, envelope, body);
    BENCH_NEED(code == CODE_OK, "a request could not be sent: %s", code_name(code));
    load->envelope_bytes = envelope.size;
    load->sent++;
}

bool load_take(struct load *load, struct link *link, struct load_answer *ret_answer)
{
    struct message message;
    struct fault fault = {0};
    Pb__Envelope *envelope;
    arena_reset(&load->in);
    enum code code = link_receive(link, &load->in, &message);
    if (code == CODE_UNAVAILABLE)
        return false;
    BENCH_NEED(code == CODE_OK, "an answer could not be taken: %s", code_name(code));
    BENCH_NEED(envelope_read(message.envelope, &load->in, &envelope, &fault) == CODE_OK &&
                   envelope->kind_case == PB__ENVELOPE__KIND_RESPONSE,
               "what came is no answer: %s", fault.reason);
    const Pb__Status *status = envelope->response->status;
    BENCH_NEED(status->code == CODE_OK, "%s refused: %s %s", load->service, status->field, status->message);
    load->received++;
    *ret_answer = (struct load_answer){
        .call = envelope->call,
        .more = envelope->response->more,
        .sequence = envelope->response->position ? envelope->response->position->sequence : 0,
        .envelope_bytes = message.envelope.size,
        .body = message.body,
    };
    return true;
}

const ProtobufCMessage *load_call(struct load *load, struct link *link, const char *method,
                                  const ProtobufCMessage *request, const ProtobufCMessageDescriptor *type,
                                  struct arena *arena)
{
    struct load_answer answer;
    ProtobufCMessage *message = NULL;
    arena_reset(arena);
    load_send(load, link, method, 1, false, wire_pack(request, arena));
    while (!load_take(load, link, &answer))
        world_wait(load->world, world_mono_us(load->world) + 100000);
    BENCH_NEED(wire_unpack(type, answer.body, arena, &message, NULL) == CODE_OK, "an answer cannot be read");
    return message;
}

/* The service's line of /proc; false: it does not run. */
static bool read_process(const struct load *load, const char *file, char *line, size_t size)
{
    char path[512];
    int pid = 0;
    snprintf(path, sizeof path, "%s/run/%s.pid", load->directory, load->service);
    FILE *stream = fopen(path, "r");
    bool good = stream && fscanf(stream, "%d", &pid) == 1;
    if (stream)
        fclose(stream);
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    stream = good ? fopen(path, "r") : NULL;
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

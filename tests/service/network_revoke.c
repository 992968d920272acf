/* A principal is removed while it follows the journal and calls: when did the last message come, and is the
 * connection closed? The instant of the removal is the roster file's own. */

#include "tests/service/network.h"

#include "common/bus/envelope.h"
#include "common/wire/wire.h"

#include "ccrag/v1/feed.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    BEFORE_US = 1000 * 1000,
    AFTER_US = 4 * 1000 * 1000,
    CALLS = 16,
    WRITES = 16,
    LATEST_US = 1000 * 1000 * SLOWNESS
};

struct stream {
    struct link *link;
    unsigned messages, after; /* in all; after the removal */
    int64_t last_us;          /* on the clock of files */
};

struct trace {
    struct network *network;
    struct client *writer;
    struct arena arena;
    struct stream follower, caller;
    unsigned writes, number;
    int64_t removed_us; /* INT64_MAX: not yet */
};

static int64_t file_clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return INT64_C(1000000) * now.tv_sec + now.tv_nsec / 1000;
}

static void send_call(struct trace *trace, struct stream *stream, const char *method, struct span body)
{
    Pb__CallHeader header = PB__CALL_HEADER__INIT;
    header.method = method;
    arena_reset(&trace->arena);
    link_send(stream->link, 0, envelope_request(++trace->number, &header, &trace->arena), body);
}

static void follow(struct trace *trace)
{
    Pb__FollowRequest request = PB__FOLLOW_REQUEST__INIT;
    request.credit = FEED_CREDIT_MAX;
    uint8_t body[64];
    struct span packed = span_of(body, protobuf_c_message_pack(&request.base, body));
    send_call(trace, &trace->follower, "ccrag.v1.FeedService/Follow", packed);
}

static void wrote(void *context, const struct client_answer *answer)
{
    struct trace *trace = context;
    (void)answer;
    trace->writes--;
}

/* So that there is always something to be told. */
static void keep_writing(struct trace *trace)
{
    while (trace->writes < WRITES) {
        Pb__Provider provider = PB__PROVIDER__INIT;
        Pb__UpdateProviderRequest request = PB__UPDATE_PROVIDER_REQUEST__INIT;
        char name[32];
        snprintf(name, sizeof name, "Stream %06u", trace->number++);
        provider.name = name;
        request.provider = &provider;
        const struct call_options options = {.command = true};
        trace->writes++;
        client_call(trace->writer, "ccrag.v1.ProvidersService/UpdateProvider", &request.base, &options, wrote,
                    trace);
    }
}

/* Takes what has come; how many messages. */
static unsigned take(struct trace *trace, struct stream *stream)
{
    struct message message;
    unsigned taken = 0;
    arena_reset(&trace->arena);
    while (link_receive(stream->link, &trace->arena, &message) == CODE_OK) {
        taken++;
        stream->messages++;
        stream->last_us = file_clock_us();
        stream->after += stream->last_us > trace->removed_us;
        arena_reset(&trace->arena);
    }
    return taken;
}

static void run_for(struct trace *trace, int64_t us)
{
    struct world *world = trace->network->world;
    int64_t until = world_mono_us(world) + us;
    while (world_mono_us(world) < until) {
        keep_writing(trace);
        client_turn(trace->writer);
        take(trace, &trace->follower);
        for (unsigned answered = take(trace, &trace->caller); answered > 0; answered--)
            send_call(trace, &trace->caller, "ccrag.v1.FeedService/GetStatus", span_of(NULL, 0));
        world_wait(world, world_mono_us(world) + 5000);
    }
}

static int64_t removal_us(const struct network *network)
{
    char path[1024];
    struct stat status;
    snprintf(path, sizeof path, "%s/roster", region_directory(network->region));
    return stat(path, &status) == 0 ? INT64_C(1000000) * status.st_mtim.tv_sec + status.st_mtim.tv_nsec / 1000
                                    : INT64_MAX;
}

/* The command people type; the streams are served on while it runs. */
static bool remove_now(struct trace *trace, const char *name)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        int nothing = freopen("/dev/null", "w", stdout) ? 0 : 1;
        execlp("ccrag", "ccrag", "roster", "remove", name, (char *)NULL);
        _exit(127 + nothing);
    }
    int64_t before_us = removal_us(trace->network);
    while (waitpid(pid, &status, WNOHANG) == 0) {
        run_for(trace, 1000);
        if (removal_us(trace->network) != before_us)
            trace->removed_us = removal_us(trace->network);
    }
    trace->removed_us = removal_us(trace->network);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static struct link *dial(struct network *network, const struct region *region)
{
    const struct dial_options options = {.endpoint = network->honest.endpoint,
                                         .pair = *region_pair(region),
                                         .server_key = network->honest.server_key};
    struct link *link = NULL;
    if (world_dial(network->world, &options, &link, NULL) != CODE_OK)
        abort();
    int64_t until = world_mono_us(network->world) + INT64_C(5000000);
    while (link_state(link) != LINK_UP && world_mono_us(network->world) < until)
        world_wait(network->world, until);
    return link;
}

static void judge(const struct trace *trace, const struct stream *stream, const char *what)
{
    int64_t late_us = stream->last_us - trace->removed_us;
    printf("# %s: %u messages, %u of them after the removal; last message %+.3f s\n", what, stream->messages,
           stream->after, (double)late_us / 1e6);
    tap(stream->messages > CALLS, "%s was in mid-stream (%u messages)", what, stream->messages);
    tap(late_us <= LATEST_US, "%s: nothing later than %d s after the removal%s (%+.3f s)", what,
        LATEST_US / 1000000, SLOWNESS > 1 ? ", a sanitizer's second added" : "", (double)late_us / 1e6);
    tap(link_state(stream->link) == LINK_REFUSED, "%s: its connection is closed, and it is refused", what);
}

void remove_in_stream(struct network *network, const char *name)
{
    struct trace trace = {.network = network, .removed_us = INT64_MAX};
    struct region *region = NULL;
    struct fault fault = {0};
    arena_init(&trace.arena, 4 * FRAME_BYTES_MAX);
    if (region_open(region_directory(network->region), name, NULL, &region, &fault) != CODE_OK ||
        client_create(network->world, &network->honest, &trace.writer, &fault) != CODE_OK) {
        tap(false, "%s: %s", name, fault.reason);
        return;
    }
    trace.follower.link = dial(network, region);
    trace.caller.link = dial(network, region);
    follow(&trace);
    for (unsigned i = 0; i < CALLS; i++)
        send_call(&trace, &trace.caller, "ccrag.v1.FeedService/GetStatus", span_of(NULL, 0));
    run_for(&trace, BEFORE_US);
    tap(remove_now(&trace, name), "ccrag roster remove %s", name);
    run_for(&trace, AFTER_US);
    judge(&trace, &trace.follower, "a follower");
    judge(&trace, &trace.caller, "a caller");
    still_serves(network, "after the removal");
    link_close(trace.follower.link);
    link_close(trace.caller.link);
    client_destroy(trace.writer);
    region_destroy(region);
    arena_finish(&trace.arena);
}

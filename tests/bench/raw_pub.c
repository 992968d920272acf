/* The raw limit of a feed: a PUB under CURVE on tcp loopback that publishes as fast as it can to so many SUBs
 * of another process, every event by itself. `bench_raw_pub SUBSCRIBERS BYTES SECONDS`. It drops what is too
 * much. */

#include "tests/bench/bench.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { SUBSCRIBERS_MAX = 64, BYTES_MAX = 65536 };

static void publish(void *context, const char *public, const char *secret, int pipe_end, size_t bytes)
{
    static char event[BYTES_MAX];
    char endpoint[128] = "";
    size_t size = sizeof endpoint;
    int yes = 1;
    void *socket = zmq_socket(context, ZMQ_PUB);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &yes, sizeof yes);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public, 40);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, 40);
    BENCH_NEED(zmq_bind(socket, "tcp://127.0.0.1:*") == 0, "cannot bind");
    zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
    BENCH_NEED(write(pipe_end, endpoint, sizeof endpoint) == (ssize_t)sizeof endpoint, "pipe");
    for (;;)
        zmq_send(socket, event, bytes, 0);
}

int main(int argc, char **argv)
{
    char public[2][41], secret[2][41], endpoint[128], name[64];
    zmq_pollitem_t items[SUBSCRIBERS_MAX];
    int ready[2];
    BENCH_NEED(argc == 4, "usage: bench_raw_pub SUBSCRIBERS BYTES SECONDS");
    int count = atoi(argv[1]);
    size_t bytes = strtoul(argv[2], NULL, 10);
    BENCH_NEED(count >= 1 && count <= SUBSCRIBERS_MAX && bytes <= BYTES_MAX && pipe(ready) == 0, "too many");
    zmq_curve_keypair(public[0], secret[0]);
    zmq_curve_keypair(public[1], secret[1]);
    pid_t publisher = fork();
    void *context = zmq_ctx_new();
    if (publisher == 0)
        publish(context, public[0], secret[0], ready[1], bytes);
    BENCH_NEED(read(ready[0], endpoint, sizeof endpoint) == (ssize_t)sizeof endpoint, "pipe");
    for (int i = 0; i < count; i++) {
        void *socket = zmq_socket(context, ZMQ_SUB);
        int linger = 0;
        zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, public[0], 40);
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public[1], 40);
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret[1], 40);
        zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
        zmq_connect(socket, endpoint);
        items[i] = (zmq_pollitem_t){.socket = socket, .events = ZMQ_POLLIN};
    }
    uint64_t received = 0;
    double warm = bench_now() + 1, began = 0, seconds = strtod(argv[3], NULL), now = bench_now();
    for (; !began || now - began < seconds; now = bench_now()) {
        zmq_poll(items, count, 1000);
        for (int i = 0; i < count; i++) {
            char event[BYTES_MAX];
            if (!(items[i].revents & ZMQ_POLLIN))
                continue;
            for (int taken = 0;
                 taken < 1000 && zmq_recv(items[i].socket, event, sizeof event, ZMQ_DONTWAIT) > 0; taken++)
                received++;
        }
        if (!began && now > warm) {
            began = now;
            received = 0;
        }
    }
    snprintf(name, sizeof name, "pub_f%d_per_s", count);
    bench_say(name, (double)received / (now - began));
    kill(publisher, SIGKILL);
    waitpid(publisher, NULL, 0);
    for (int i = 0; i < count; i++)
        zmq_close(items[i].socket);
    zmq_ctx_term(context);
    return 0;
}

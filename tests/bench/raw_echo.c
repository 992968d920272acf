/* The raw limit of a call: a part to a ROUTER under CURVE on tcp loopback, a part back, as long as envelope
 * and body are together; nothing is read or made of them. `bench_raw_echo WINDOW SECONDS REQUEST ANSWER`,
 * each as 90,60: envelope and body. The server is a process of its own. */

#include "tests/bench/cores.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { WINDOW_MAX = 256, PART_MAX = 1 << 20, SAMPLES_MAX = 8000000 };

static size_t read_size(const char *text)
{
    size_t envelope, body;
    BENCH_NEED(sscanf(text, "%zu,%zu", &envelope, &body) == 2 && envelope >= sizeof(int) &&
                   envelope <= PART_MAX && body <= PART_MAX - envelope,
               "sizes are ENVELOPE,BODY: %s", text);
    return envelope + body;
}

static void serve(void *socket, size_t answer)
{
    static char part[PART_MAX];
    char id[64];
    for (;;) {
        int size = zmq_recv(socket, id, sizeof id, 0);
        if (size < 0 || zmq_recv(socket, part, sizeof part, 0) < 0)
            return;
        zmq_send(socket, id, (size_t)size, ZMQ_SNDMORE);
        zmq_send(socket, part, answer, 0); /* it begins as the request did */
    }
}

static double began[WINDOW_MAX];

static void send_one(void *socket, size_t request, int slot)
{
    static char part[PART_MAX];
    began[slot] = bench_now();
    memcpy(part, &slot, sizeof slot);
    zmq_send(socket, part, request, 0);
}

static int take_one(void *socket)
{
    static char part[PART_MAX];
    int slot;
    BENCH_NEED(zmq_recv(socket, part, sizeof part, 0) >= 0, "no answer");
    memcpy(&slot, part, sizeof slot);
    return slot;
}

static uint64_t run(void *socket, size_t request, int window, double seconds, double *took,
                    double *ret_elapsed)
{
    uint64_t sent = 0, taken = 0;
    double start = bench_now(), now = start;
    for (int i = 0; i < window; i++, sent++)
        send_one(socket, request, i);
    while (taken < sent) {
        int slot = take_one(socket);
        now = bench_now();
        if (taken < SAMPLES_MAX)
            took[taken] = now - began[slot];
        taken++;
        if (now - start < seconds) {
            send_one(socket, request, slot);
            sent++;
        }
    }
    *ret_elapsed = now - start;
    return taken;
}

static void say(const char *window, const char *what, double value)
{
    char name[64];
    snprintf(name, sizeof name, "echo_w%s_%s", window, what);
    bench_say(name, value);
}

static void *secured(void *context, int type, int option, const char *key, const char *public,
                     const char *secret)
{
    void *socket = zmq_socket(context, type);
    int server = 1, linger = 0, patience = 10000;
    if (option == ZMQ_CURVE_SERVER)
        zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &server, sizeof server);
    else
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, key, 40);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public, 40);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, 40);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    if (option != ZMQ_CURVE_SERVER)
        zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    return socket;
}

int main(int argc, char **argv)
{
    char public[2][41], secret[2][41], endpoint[128];
    int ready[2];
    size_t size = sizeof endpoint;
    BENCH_NEED(argc == 5, "usage: bench_raw_echo WINDOW SECONDS REQUEST ANSWER");
    size_t request = read_size(argv[3]), answer = read_size(argv[4]);
    int window = atoi(argv[1]);
    BENCH_NEED(window >= 1 && window <= WINDOW_MAX && pipe(ready) == 0, "a window of 1 to %d", WINDOW_MAX);
    zmq_curve_keypair(public[0], secret[0]);
    zmq_curve_keypair(public[1], secret[1]);
    pid_t server = fork();
    if (window == 1)
        core_hold(getpid(), server == 0 ? CORE_ANSWERS : CORE_ASKS);
    void *context = zmq_ctx_new();
    if (server == 0) {
        void *socket = secured(context, ZMQ_ROUTER, ZMQ_CURVE_SERVER, NULL, public[0], secret[0]);
        BENCH_NEED(zmq_bind(socket, "tcp://127.0.0.1:*") == 0, "cannot bind");
        zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size);
        BENCH_NEED(write(ready[1], endpoint, sizeof endpoint) == (ssize_t)sizeof endpoint, "pipe");
        serve(socket, answer);
        _exit(0);
    }
    BENCH_NEED(read(ready[0], endpoint, sizeof endpoint) == (ssize_t)sizeof endpoint, "pipe");
    void *socket = secured(context, ZMQ_DEALER, 0, public[0], public[1], secret[1]);
    zmq_connect(socket, endpoint);
    double *took = malloc(SAMPLES_MAX * sizeof *took), elapsed;
    BENCH_NEED(took, "out of memory");
    run(socket, request, window, 0.3, took, &elapsed);
    uint64_t count = run(socket, request, window, strtod(argv[2], NULL), took, &elapsed);
    size_t samples = count < SAMPLES_MAX ? (size_t)count : SAMPLES_MAX;
    say(argv[1], "per_s", (double)count / elapsed);
    say(argv[1], "p50_us", 1e6 * bench_quantile(took, samples, 0.5));
    say(argv[1], "p99_us", 1e6 * bench_quantile(took, samples, 0.99));
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    zmq_close(socket);
    zmq_ctx_term(context);
    free(took);
    return 0;
}

/* Many peers at once, and peers that mean harm: the process's memory stays bounded and the others are served.
 */

#include "tests/unit/world/linked.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct span PING = {(const uint8_t *)"ping", 4};

enum { DIALLERS = 200 };

Test(flood, two_hundred_diallers_at_once)
{
    struct linked linked;
    linked_init(&linked);
    linked.admits_all = true;
    static struct link *links[DIALLERS];
    static struct curve_pair pairs[DIALLERS];
    for (size_t i = 0; i < DIALLERS; i++) {
        curve_pair_generate(linked.world, &pairs[i]);
        links[i] = linked_dial(&linked, &pairs[i]);
    }
    for (size_t i = 0; i < DIALLERS; i++) {
        cr_assert(linked_reaches(&linked, links[i], LINK_UP));
        cr_assert(link_send(links[i], 0, PING, span_of(&i, sizeof i)) == CODE_OK);
    }
    for (size_t count = 0; count < DIALLERS; count++) {
        cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
        size_t who;
        cr_assert(linked.message.body.size == sizeof who);
        memcpy(&who, linked.message.body.data, sizeof who);
        cr_assert(curve_key_equal(&linked.message.key, &pairs[who].public_key));
        cr_assert(link_send(linked.listener, linked.message.peer, PING, linked.message.body) == CODE_OK);
    }
    for (size_t i = 0; i < DIALLERS; i++) {
        cr_assert(linked_receive(&linked, links[i], PATIENCE_US) == CODE_OK);
        cr_assert(memcmp(linked.message.body.data, &i, sizeof i) == 0);
    }
    for (size_t i = 0; i < DIALLERS; i++)
        link_close(links[i]);
    linked_finish(&linked);
}

Test(flood, too_many_parts_cost_the_connection)
{
    struct linked linked;
    linked_init(&linked);
    struct raw raw;
    raw_init(&raw, &linked, &linked.client, NULL);
    raw_send(&raw, LINK_PARTS_MAX + 1, 10);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_INVALID_ARGUMENT);
    uint64_t first = linked.message.peer;
    /* The library's own reconnection shows as another number. */
    int64_t until = world_mono_us(linked.world) + PATIENCE_US;
    do {
        raw_send(&raw, 2, 10);
        cr_assert(world_mono_us(linked.world) < until);
    } while (linked_receive(&linked, linked.listener, 100 * 1000) != CODE_OK || linked.message.peer == first);
    raw_finish(&raw);
    linked_finish(&linked);
}

Test(flood, a_part_beyond_the_drop_limit_costs_the_connection_without_an_answer)
{
    struct linked linked;
    linked_init(&linked);
    struct raw raw;
    raw_init(&raw, &linked, &linked.client, NULL);
    raw_send(&raw, 2, FRAME_DROP_BYTES + 1);
    cr_assert(linked_receive(&linked, linked.listener, 500 * 1000) == CODE_UNAVAILABLE);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    cr_assert(link_send(linked.dialled, 0, PING, PING) == CODE_OK);
    cr_assert(linked_receive(&linked, linked.listener, PATIENCE_US) == CODE_OK);
    raw_finish(&raw);
    linked_finish(&linked);
}

Test(flood, a_routing_id_of_its_own_gets_a_peer_nothing)
{
    struct linked linked;
    linked_init(&linked);
    struct raw raw;
    raw_init(&raw, &linked, &linked.client, "registry");
    for (int i = 0; i < 5; i++) {
        raw_send(&raw, 2, 10);
        cr_assert(linked_receive(&linked, linked.listener, 100 * 1000) == CODE_UNAVAILABLE);
    }
    raw_finish(&raw);
    linked_finish(&linked);
}

static long resident_bytes(void)
{
    long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert(file && fscanf(file, "%ld %ld", &all, &resident) == 2);
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

enum { ATTACK_PART_BYTES = FRAME_DROP_BYTES - 1024, ATTACK_PARTS = 200 };

struct target {
    char endpoint[LINK_ENDPOINT_BYTES];
    struct linked linked; /* for its keys */
};

static void keep(void *data, void *hint)
{
    (void)data;
    (void)hint;
}

/* One message of 800 MB, all parts the same buffer. Ends with 0 once the connection was cut. */
static int attack(int target_fd)
{
    static struct target target;
    static uint8_t part[ATTACK_PART_BYTES];
    if (read(target_fd, &target, sizeof target) != (ssize_t)sizeof target)
        return 2;
    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_DEALER);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, target.linked.server.public_key.bytes, CURVE_KEY_BYTES);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, target.linked.client.public_key.bytes, CURVE_KEY_BYTES);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, target.linked.client.secret_key.bytes, CURVE_KEY_BYTES);
    zmq_socket_monitor(socket, "inproc://watch", ZMQ_EVENT_DISCONNECTED);
    void *watch = zmq_socket(context, ZMQ_PAIR);
    zmq_connect(watch, "inproc://watch");
    zmq_connect(socket, target.endpoint);
    for (size_t i = 0; i < ATTACK_PARTS; i++) {
        zmq_msg_t message;
        zmq_msg_init_data(&message, part, sizeof part, keep, NULL);
        if (zmq_msg_send(&message, socket, i + 1 < ATTACK_PARTS ? ZMQ_SNDMORE : 0) < 0)
            return 3;
    }
    int patience_ms = 60 * 1000;
    zmq_setsockopt(watch, ZMQ_RCVTIMEO, &patience_ms, sizeof patience_ms);
    char event[8];
    return zmq_recv(watch, event, sizeof event, 0) >= 0 ? 0 : 1;
}

/* `window` messages of a good peer are always under way; with many, the link is never found empty. */
static void withstand(unsigned window)
{
    int pipe_fds[2];
    cr_assert(pipe(pipe_fds) == 0);
    pid_t attacker = fork(); /* before there are threads; what it holds itself is not to be measured */
    if (attacker == 0)
        _exit(attack(pipe_fds[0]));
    struct target target = {0};
    linked_init(&target.linked);
    struct linked *linked = &target.linked;
    cr_assert(linked_reaches(linked, linked->dialled, LINK_UP));
    strcpy(target.endpoint, link_endpoint(linked->listener));
    long before = resident_bytes(), most = before;
    cr_assert(write(pipe_fds[1], &target, sizeof target) == (ssize_t)sizeof target);
    int status = -1;
    unsigned sent = 0, served = 0;
    while (waitpid(attacker, &status, WNOHANG) == 0) {
        for (; sent - served < window; sent++)
            cr_assert(link_send(linked->dialled, 0, PING, PING) == CODE_OK);
        cr_assert(linked_receive(linked, linked->listener, PATIENCE_US) == CODE_OK);
        cr_assert(span_equal(linked->message.body, PING));
        served++;
        long now = resident_bytes();
        most = now > most ? now : most;
        world_wait(linked->world, world_mono_us(linked->world) + 1000);
    }
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%x", (unsigned)status);
    cr_assert(served > 0);
#ifdef __SANITIZE_ADDRESS__
    long bound = 512L * 1024 * 1024; /* it keeps up to 256 MB of what was freed */
#else
    long bound = 200L * 1024 * 1024;
#endif
    cr_assert(most - before < bound, "grew by %ld MB", (most - before) / 1024 / 1024);
    linked_finish(linked);
}

Test(flood, a_message_that_does_not_end_is_cut_before_it_fills_the_memory, .timeout = 120)
{
    withstand(1);
}

Test(flood, and_so_it_is_while_the_link_is_busy, .timeout = 120)
{
    withstand(64);
}

/* Another key for a link that listens, while its connections stay up.
 *
 * In: a bound socket and a new pair. Out: a second kernel socket on the same address, which the library
 * serves under the new key, and to which the kernel sends every new connection (SO_REUSEPORT, with a program
 * of one instruction that names the socket). The library ties a key to what is bound, and takes the
 * connections of what is unbound with it: so the first one stays, and has no more to accept. The address must
 * be of one group only while a socket joins it: before and after, a second program is refused it. */

#include "common/world/real_inside.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static bool set_flag(int fd, int option, int value)
{
    return setsockopt(fd, SOL_SOCKET, option, &value, sizeof value) == 0;
}

/* Every new connection of the group goes to its socket `index`, in the order of their listening. */
static bool steer(int fd, uint32_t index)
{
    struct sock_filter instruction = {.code = BPF_RET | BPF_K, .k = index};
    const struct sock_fprog program = {.len = 1, .filter = &instruction};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == 0;
}

/* A socket that listens where `listener` does, as its `index`th successor; -1 with errno. */
static int listen_beside(int listener, uint32_t index)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        return -1;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    bool good = set_flag(listener, SO_REUSEPORT, 1) && set_flag(fd, SO_REUSEADDR, 1) &&
                set_flag(fd, SO_REUSEPORT, 1) && bind(fd, (struct sockaddr *)&address, size) == 0 &&
                listen(fd, LINK_BACKLOG) == 0 && steer(fd, index);
    int number = errno;
    set_flag(listener, SO_REUSEPORT, 0);
    set_flag(fd, SO_REUSEPORT, 0);
    if (good)
        return fd;
    close(fd);
    errno = number;
    return -1;
}

/* The library takes the descriptor over, under the key that the socket has now. */
static bool bind_with(struct ear *ear, int fd, const struct curve_pair *pair, const char *endpoint)
{
    int none = -1;
    void *socket = ear->socket;
    ear->quiet = false;
    bool good = zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, pair->public_key.bytes, CURVE_KEY_BYTES) == 0 &&
                zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, pair->secret_key.bytes, CURVE_KEY_BYTES) == 0 &&
                zmq_setsockopt(socket, ZMQ_USE_FD, &fd, sizeof fd) == 0 && zmq_bind(socket, endpoint) == 0;
    int number = errno;
    zmq_setsockopt(socket, ZMQ_USE_FD, &none, sizeof none);
    errno = number;
    return good;
}

enum code link_real_rekey(struct link *link, const struct curve_pair *pair, struct fault *ret_fault)
{
    if (!link->listening)
        return fault_set(ret_fault, CODE_INVALID_ARGUMENT, "", "a dialled link is dialled again");
    listener_follow(link); /* which tells the first socket's descriptor */
    int fd = listen_beside(link->listener, link->rekeyed + 1);
    if (fd < 0)
        return link_fault("listen with another key on", link->endpoint, ret_fault);
    link->rekeyed++;
    if (bind_with(&link->main, fd, pair, link->endpoint))
        return CODE_OK;
    enum code code = link_fault("listen with another key on", link->endpoint, ret_fault);
    close(fd);
    return code;
}

/* A TCP proxy in a thread of its own, which at a word forwards nothing more and closes nothing: the two sides
 * are then left as when a host vanishes. In: where to forward to. Out: how many connections it holds, and how
 * many the service has closed since. */

#include "tests/service/network.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS_MAX = 512, BUFFER_BYTES = 64 * 1024, LOOK_MS = 50 };

struct proxy {
    struct sockaddr_in to;
    pthread_t thread;
    int listener;
    atomic_bool silent, stop;
    atomic_uint open, cut;
    unsigned count;
    struct pollfd fds[1 + 2 * PAIRS_MAX]; /* the listener; then of each pair the client's and the service's */
};

static void take(struct proxy *proxy)
{
    int client = accept(proxy->listener, NULL, NULL), service = socket(AF_INET, SOCK_STREAM, 0);
    if (client < 0 || service < 0 || proxy->count == PAIRS_MAX ||
        connect(service, (struct sockaddr *)&proxy->to, sizeof proxy->to) != 0) {
        close(client);
        close(service);
        return;
    }
    struct pollfd *pair = &proxy->fds[1 + 2 * proxy->count++];
    pair[0] = (struct pollfd){.fd = client, .events = POLLIN};
    pair[1] = (struct pollfd){.fd = service, .events = POLLIN};
    atomic_fetch_add(&proxy->open, 1);
}

/* The two ends of a pair, of which `which` has something; silent, only the end of the service's is noted. */
static void forward(struct proxy *proxy, struct pollfd *pair, int which)
{
    static _Thread_local char buffer[BUFFER_BYTES];
    bool silent = atomic_load(&proxy->silent);
    ssize_t size = recv(pair[which].fd, buffer, sizeof buffer, 0);
    if (size > 0 && !silent && send(pair[!which].fd, buffer, (size_t)size, MSG_NOSIGNAL) == size)
        return;
    if (size > 0 && silent)
        return;
    if (silent && which == 1)
        atomic_fetch_add(&proxy->cut, 1);
    if (!silent)
        shutdown(pair[!which].fd, SHUT_RDWR);
    close(pair[which].fd);
    pair[which].fd = -1;
}

static void *run(void *context)
{
    struct proxy *proxy = context;
    while (!atomic_load(&proxy->stop)) {
        bool silent = atomic_load(&proxy->silent);
        proxy->fds[0].fd = silent ? -1 : proxy->listener;
        for (unsigned i = 0; i < proxy->count && silent; i++)
            proxy->fds[1 + 2 * i].events = 0; /* what the client still says is not even read */
        if (poll(proxy->fds, 1 + 2 * proxy->count, LOOK_MS) <= 0)
            continue;
        if (proxy->fds[0].revents)
            take(proxy);
        for (unsigned i = 0; i < 2 * proxy->count; i++)
            if (proxy->fds[1 + i].fd >= 0 && proxy->fds[1 + i].revents && (i % 2 || !silent))
                forward(proxy, &proxy->fds[1 + i / 2 * 2], (int)(i % 2));
    }
    return NULL;
}

struct proxy *proxy_create(const struct sockaddr_in *to, char ret_endpoint[LINK_ENDPOINT_BYTES])
{
    struct proxy *proxy = calloc(1, sizeof *proxy);
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof own;
    proxy->to = *to;
    proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    proxy->fds[0] = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
    if (bind(proxy->listener, (struct sockaddr *)&own, sizeof own) != 0 ||
        listen(proxy->listener, PAIRS_MAX) != 0 ||
        getsockname(proxy->listener, (struct sockaddr *)&own, &size) != 0 ||
        pthread_create(&proxy->thread, NULL, run, proxy) != 0)
        abort();
    snprintf(ret_endpoint, LINK_ENDPOINT_BYTES, "tcp://127.0.0.1:%u", (unsigned)ntohs(own.sin_port));
    return proxy;
}

void proxy_silence(struct proxy *proxy)
{
    atomic_store(&proxy->silent, true);
}

unsigned proxy_open(const struct proxy *proxy)
{
    return atomic_load(&proxy->open);
}

unsigned proxy_cut_by_service(const struct proxy *proxy)
{
    return atomic_load(&proxy->cut);
}

void proxy_destroy(struct proxy *proxy)
{
    atomic_store(&proxy->stop, true);
    pthread_join(proxy->thread, NULL);
    for (unsigned i = 0; i < 2 * proxy->count; i++)
        if (proxy->fds[1 + i].fd >= 0)
            close(proxy->fds[1 + i].fd);
    close(proxy->listener);
    free(proxy);
}

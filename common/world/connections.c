/* The table of a listening link's connections: connections.h tells what for. In come descriptors from the
 * monitor and from messages, out goes at most a shutdown(2). It never reads or writes a connection and never
 * closes one: the library does that when it finds it shut. */

#include "common/world/connections.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum code connections_init(struct connections *connections)
{
    struct peer *peers = calloc(LINKS_PEERS_MAX, sizeof *peers);
    int *open = calloc(LINKS_PEERS_MAX, sizeof *open);
    if (!peers || !open) {
        free(peers);
        free(open);
        return CODE_RESOURCE_EXHAUSTED;
    }
    *connections = (struct connections){.peers = peers, .open = open};
    return CODE_OK;
}

void connections_finish(struct connections *connections)
{
    free(connections->by_fd);
    free(connections->open);
    free(connections->peers);
    *connections = (struct connections){0};
}

/* What stands behind a descriptor; 0 where that is no socket. */
static uint64_t inode_of(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode))
        return 0;
    return status.st_ino;
}

static void cut(int fd, uint64_t inode)
{
    int held = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (held < 0)
        return;
    if (inode != 0 && inode_of(held) == inode)
        shutdown(held, SHUT_RDWR);
    close(held);
}

static struct connection *find(struct connections *connections, int fd)
{
    if (fd < 0 || (size_t)fd >= connections->by_fd_count || connections->by_fd[fd].inode == 0)
        return NULL;
    return &connections->by_fd[fd];
}

static bool make_room(struct connections *connections, int fd)
{
    size_t wanted = (size_t)fd + 1;
    if (wanted <= connections->by_fd_count)
        return true;
    wanted = wanted < 64 ? 64 : wanted + wanted / 2;
    struct connection *more = realloc(connections->by_fd, wanted * sizeof *more);
    if (!more)
        return false;
    memset(more + connections->by_fd_count, 0, (wanted - connections->by_fd_count) * sizeof *more);
    connections->by_fd = more;
    connections->by_fd_count = wanted;
    return true;
}

/* Room for one more: of those that never sent a whole message the oldest goes, so that a crowd of strangers
 * who connect and say nothing shuts out nobody who has something to say. */
static void give_up_oldest(struct connections *connections)
{
    const struct connection *oldest = NULL;
    int oldest_fd = -1;
    for (uint32_t i = 0; i < connections->open_count; i++) {
        const struct connection *connection = &connections->by_fd[connections->open[i]];
        if (connection->spoke || (oldest && connection->accepted_us >= oldest->accepted_us))
            continue;
        oldest = connection;
        oldest_fd = connections->open[i];
    }
    if (!oldest)
        return;
    cut(oldest_fd, oldest->inode);
    connections_remove(connections, oldest_fd);
}

void connections_add(struct connections *connections, int fd, int64_t now_us)
{
    if (fd < 0)
        return;
    connections_remove(connections, fd); /* whose end was not told */
    uint64_t inode = inode_of(fd);
    if (inode == 0)
        return; /* gone already */
    if (connections->open_count == LINKS_PEERS_MAX)
        give_up_oldest(connections);
    if (connections->open_count == LINKS_PEERS_MAX || !make_room(connections, fd)) {
        cut(fd, inode);
        return;
    }
    connections->by_fd[fd] = (struct connection){
        .inode = inode, .accepted_us = now_us, .measured_us = now_us, .place = connections->open_count};
    connections->open[connections->open_count++] = fd;
}

void connections_remove(struct connections *connections, int fd)
{
    struct connection *connection = find(connections, fd);
    if (!connection)
        return;
    int last = connections->open[--connections->open_count];
    connections->open[connection->place] = last;
    connections->by_fd[last].place = connection->place;
    *connection = (struct connection){0};
}

void connections_note(struct connections *connections, uint32_t id, int fd)
{
    connections->taken++;
    struct connection *connection = find(connections, fd);
    if (connection)
        connection->delivered = connection->spoke = true;
    struct peer *peer = &connections->peers[id % LINKS_PEERS_MAX];
    if (peer->id != id || peer->fd != fd || peer->inode == 0)
        *peer = (struct peer){.id = id, .fd = fd, .inode = inode_of(fd)};
}

void connections_cut_peer(struct connections *connections, uint32_t id)
{
    const struct peer *peer = &connections->peers[id % LINKS_PEERS_MAX];
    if (peer->id == id)
        cut(peer->fd, peer->inode);
}

void connections_cut(struct connections *connections, int fd)
{
    const struct connection *connection = find(connections, fd);
    if (connection)
        cut(fd, connection->inode);
}

static void guard_one(struct connection *connection, int fd, int64_t now_us)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return; /* closed; the monitor will say so */
    uint64_t bytes = info.tcpi_bytes_received;
    if (connection->delivered) {
        connection->delivered = false;
        connection->measured_bytes = bytes;
        connection->measured_us = now_us;
        return;
    }
    int64_t idle_s = (now_us - connection->measured_us) / 1000000;
    uint64_t allowed = LINK_UNFINISHED_BYTES_MAX + (uint64_t)idle_s * LINK_IDLE_BYTES_PER_SECOND;
    if (bytes > connection->measured_bytes + allowed)
        cut(fd, connection->inode);
}

void connections_guard(struct connections *connections, bool readable, int64_t now_us)
{
    /* A connection is judged by what it sent since its last whole message. When some wait to be read, its own
     * may too; but the library takes from each in turn, so it has had its turn after so many. */
    if (readable && connections->taken < 2 * (uint64_t)connections->open_count)
        return;
    connections->taken = 0;
    for (uint32_t i = 0; i < connections->open_count; i++) {
        int fd = connections->open[i];
        guard_one(&connections->by_fd[fd], fd, now_us);
    }
}

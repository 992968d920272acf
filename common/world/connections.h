#pragma once
/* The TCP connections of one listening link: which peer is on which, how to cut one, and which of them sends
 * a message that never ends.
 *
 * The library offers none of this. It says which descriptor a connection has (its monitor, and each message),
 * and may close that descriptor, and the kernel give its number to another, at any moment. So a descriptor is
 * noted together with its inode, and before one is cut it is duplicated, compared and shut down through the
 * duplicate, which cannot change its meaning. What is left is a connection that closes in the instant between
 * sending its first message and that message being read, its number going to another connection of the same
 * link: cutting the former then cuts the latter, which reconnects. */

#include "common/base/limits.h"
#include "common/world/world.h"

struct connection {
    uint64_t inode;          /* 0: no connection of this link has this descriptor */
    uint64_t measured_bytes; /* received when it last had nothing unfinished, as far as we know */
    int64_t accepted_us, measured_us;
    uint32_t place; /* in `open` */
    bool delivered; /* a whole message came since it was measured */
    bool spoke;     /* one came at all */
};

struct peer {
    uint32_t id; /* the routing id that the library gave */
    int fd;
    uint64_t inode; /* 0: free */
};

struct connections {
    struct connection *by_fd;
    size_t by_fd_count;
    int *open; /* the descriptors in use, in no order */
    uint32_t open_count;
    uint64_t taken;     /* messages since the last measuring */
    struct peer *peers; /* LINKS_PEERS_MAX, at the place `id % LINKS_PEERS_MAX`; ids are given in sequence */
};

/* CODE_RESOURCE_EXHAUSTED: out of memory, nothing is to be finished. */
enum code connections_init(struct connections *connections);
void connections_finish(struct connections *connections);

/* A connection was accepted. For one too many (LINKS_PEERS_MAX) the oldest is cut that never sent anything,
 * or, where all have, the new one; so is one that there is no memory for. */
void connections_add(struct connections *connections, int fd, int64_t now_us);
void connections_remove(struct connections *connections, int fd);

/* A whole message of that peer came over that descriptor. */
void connections_note(struct connections *connections, uint32_t id, int fd);

/* Cuts the connection over which that peer's last message came. */
void connections_cut_peer(struct connections *connections, uint32_t id);

/* Cuts the connection with this descriptor, if it is one of this link's. */
void connections_cut(struct connections *connections, int fd);

/* Cuts every connection that has sent more than a message may be without ending it. The parts of a message
 * pile up inside the library, past every limit it has, until the last one; only the kernel's counters show
 * them. `readable`: messages wait on the link, so a connection's may be among them. */
void connections_guard(struct connections *connections, bool readable, int64_t now_us);

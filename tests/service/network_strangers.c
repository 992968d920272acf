/* Strangers over bare TCP: connections that say nothing, that say nonsense, that begin the CURVE handshake
 * and do not end it. More of each than the service keeps at one time, so that its table is full. */

#include "tests/service/network.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS = LINKS_PEERS_MAX + 1500,
    RUBBISH = 2000,
    HALVES = 2000,
    GREETING_BYTES = 64,
    HELLO_BYTES = 200
};

static int connect_tcp(const struct network *network)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&network->address, sizeof network->address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void put(int fd, const void *bytes, size_t size)
{
    ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)sent; /* the service may have hung up already */
}

enum { BRIEFER = 10 };

/* Opens `count` connections (briefly: a tenth), does to each what `each` does, looks how the service is,
 * closes them. */
static void crowd(struct network *network, unsigned count, void (*each)(const struct network *, int fd),
                  const char *what)
{
    count /= network->brief ? BRIEFER : 1;
    int *fds = calloc(count, sizeof *fds);
    unsigned opened = 0;
    for (unsigned i = 0; i < count; i++) {
        fds[i] = connect_tcp(network);
        opened += fds[i] >= 0;
        if (fds[i] >= 0 && each)
            each(network, fds[i]);
        if (i == count / 2)
            still_serves(network, what);
    }
    tap(opened == count, "%s: %u of %u connections were opened", what, opened, count);
    still_serves(network, what);
    for (unsigned i = 0; i < count; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(fds);
}

static void say_rubbish(const struct network *network, int fd)
{
    (void)network;
    uint8_t bytes[1024];
    randombytes_buf(bytes, sizeof bytes);
    put(fd, bytes, 1 + bytes[0] * 4u % sizeof bytes);
}

/* ZMTP 3.1 (RFC 37): signature, version, mechanism, not a server. */
static void greet(int fd)
{
    uint8_t greeting[GREETING_BYTES] = {0xff, [9] = 0x7f, [10] = 3, [11] = 1};
    memcpy(greeting + 12, "CURVE", 5);
    put(fd, greeting, sizeof greeting);
}

/* A HELLO as RFC 26 has it, good in every byte: the service answers with a WELCOME and waits. */
static void say_hello(const struct network *network, int fd)
{
    uint8_t frame[2 + HELLO_BYTES] = {0x04, HELLO_BYTES}, *hello = frame + 2, nonce[crypto_box_NONCEBYTES];
    uint8_t public_key[CURVE_KEY_BYTES], secret_key[CURVE_KEY_BYTES];
    static const uint8_t zeros[64];
    crypto_box_keypair(public_key, secret_key);
    memcpy(hello, "\x05HELLO\x01", 8);
    memcpy(hello + 80, public_key, CURVE_KEY_BYTES);
    hello[119] = 1;
    memcpy(nonce, "CurveZMQHELLO---", 16);
    memcpy(nonce + 16, hello + 112, 8);
    if (crypto_box_easy(hello + 120, zeros, sizeof zeros, nonce, network->honest.server_key.bytes,
                        secret_key) == 0) {
        greet(fd);
        put(fd, frame, sizeof frame);
    }
}

/* Does the service answer such a HELLO? Else the crowd would be of another kind than it says. */
static void check_hello(const struct network *network)
{
    uint8_t answer[GREETING_BYTES + 2 + 168];
    size_t got = 0;
    int fd = connect_tcp(network);
    struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    say_hello(network, fd);
    for (ssize_t size = 1; size > 0 && got<sizeof answer; got += size> 0 ? (size_t)size : 0)
        size = recv(fd, answer + got, sizeof answer - got, 0);
    tap(got == sizeof answer && memcmp(answer + GREETING_BYTES + 2, "\x07WELCOME", 8) == 0,
        "half a handshake: a good HELLO is answered with a WELCOME");
    close(fd);
}

void attack_with_connections(struct network *network)
{
    crowd(network, CONNECTIONS, NULL, "connections that say nothing");
}

void attack_with_rubbish(struct network *network)
{
    crowd(network, RUBBISH, say_rubbish, "greetings of rubbish");
}

void attack_with_half_handshakes(struct network *network)
{
    check_hello(network);
    crowd(network, HALVES, say_hello, "half handshakes");
}

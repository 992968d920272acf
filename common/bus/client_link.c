/* The connections of a client: one in use; one that is to take its place, because a key has changed or the
 * server is found under the other of its two keys; one whose place was taken, over which the last answers
 * come.
 *
 * In: the keys as they are now, the state of the links. Out: a client whose calls are not touched by a key
 * that rotates. What goes over the links is client_turn.c's. */

#include "common/bus/client_inside.h"

static bool equal(const struct curve_key *a, const struct curve_key *b)
{
    return memcmp(a->bytes, b->bytes, CURVE_KEY_BYTES) == 0;
}

/* The server's other key; NULL: it has one only. */
static const struct curve_key *other_key(const struct client *client, const struct curve_key *server)
{
    static const struct curve_key none;
    const struct client_options *keys = &client->keys;
    if (equal(&keys->older_server_key, &none))
        return NULL;
    return equal(server, &keys->server_key) ? &keys->older_server_key : &keys->server_key;
}

static bool in_keeping(const struct client *client, const struct link_keys *with)
{
    const struct client_options *keys = &client->keys;
    return equal(&with->own, &keys->pair.public_key) &&
           (equal(&with->server, &keys->server_key) || equal(&with->server, &keys->older_server_key));
}

static enum code dial(struct client *client, const struct curve_key *server, struct link **ret_link,
                      struct link_keys *ret_with, struct fault *ret_fault)
{
    const struct dial_options options = {
        .endpoint = client->endpoint, .pair = client->keys.pair, .server_key = *server};
    enum code code = world_dial(client->world, &options, ret_link, ret_fault);
    if (code == CODE_OK)
        *ret_with = (struct link_keys){client->keys.pair.public_key, *server};
    return code;
}

enum code links_open(struct client *client, struct fault *ret_fault)
{
    struct curve_key server = client->keys.server_key;
    return dial(client, &server, &client->link, &client->link_keys, ret_fault);
}

void links_close(struct client *client)
{
    link_close(client->old);
    link_close(client->next);
    link_close(client->link);
    client->old = client->next = client->link = NULL;
}

bool links_hope(const struct client *client)
{
    return client->next && link_state(client->next) == LINK_CONNECTING;
}

static void close_next(struct client *client)
{
    link_close(client->next);
    client->next = NULL;
}

/* With which server key a second link should be dialled; NULL: there is no need of one. */
static const struct curve_key *wanted(const struct client *client)
{
    if (client->next) {
        bool failed = link_state(client->next) == LINK_BROKEN || !in_keeping(client, &client->next_keys);
        const struct curve_key *other = other_key(client, &client->next_keys.server);
        return !failed ? NULL : other ? other : &client->keys.server_key;
    }
    if (!in_keeping(client, &client->link_keys))
        return &client->keys.server_key;
    return link_state(client->link) == LINK_BROKEN ? other_key(client, &client->link_keys.server) : NULL;
}

static void dial_next(struct client *client)
{
    const struct curve_key *server = wanted(client);
    int64_t now_us = world_mono_us(client->world);
    if (!server || now_us < client->next_due_us)
        return;
    struct curve_key key = *server;
    close_next(client);
    client->next_due_us = now_us + CLIENT_BROKEN_MS * INT64_C(1000);
    (void)dial(client, &key, &client->next, &client->next_keys, NULL); /* tried again by a later turn */
}

/* Does the old one still owe an answer? */
static bool is_owing(const struct client *client)
{
    for (const struct call *call = client->calls; call; call = call->next)
        if (call->over == client->old)
            return true;
    return false;
}

static void close_old(struct client *client)
{
    for (struct call *call = client->calls, *next; call; call = next) {
        next = call->next;
        if (call->over == client->old)
            call_lose(client, call);
    }
    link_close(client->old);
    client->old = NULL;
}

static void promote(struct client *client)
{
    if (client->old)
        close_old(client);
    client->old = client->link;
    client->link = client->next;
    client->link_keys = client->next_keys;
    client->next = NULL;
}

bool links_turn(struct client *client)
{
    bool moved = false;
    if (client->old && (link_state(client->old) != LINK_UP || !is_owing(client)))
        close_old(client);
    bool good = link_state(client->link) == LINK_UP && in_keeping(client, &client->link_keys);
    if (client->next && good)
        close_next(client);
    if (client->next && link_state(client->next) == LINK_UP && in_keeping(client, &client->next_keys)) {
        promote(client);
        moved = true;
    } else if (!good) {
        dial_next(client);
    }
    return moved;
}

void client_renew(struct client *client, const struct client_options *options)
{
    client->keys.pair = options->pair;
    client->keys.server_key = options->server_key;
    client->keys.older_server_key = options->older_server_key;
}

bool client_find_keys(const struct roster *roster, struct client_options *options)
{
    const Pb__RosterEntry *entry = roster_find_name(roster, options->service);
    if (!entry || entry->n_curve_keys == 0)
        return false;
    memcpy(options->server_key.bytes, entry->curve_keys[0].data, CURVE_KEY_BYTES);
    options->older_server_key = (struct curve_key){0};
    if (entry->n_curve_keys > 1)
        memcpy(options->older_server_key.bytes, entry->curve_keys[1].data, CURVE_KEY_BYTES);
    return true;
}

/* A listening link takes another key: who is connected stays so, who comes now must expect the new one. */

#include "tests/unit/world/linked.h"

static const struct span PING = {(const uint8_t *)"ping", 4};

/* There and back. */
static bool serves(struct linked *linked, struct link *link)
{
    if (link_send(link, 0, PING, PING) != CODE_OK ||
        linked_receive(linked, linked->listener, PATIENCE_US) != CODE_OK ||
        link_send(linked->listener, linked->message.peer, PING, PING) != CODE_OK)
        return false;
    return linked_receive(linked, link, PATIENCE_US) == CODE_OK;
}

Test(rekey, who_is_connected_stays_and_who_comes_meets_the_new_key)
{
    struct linked linked;
    struct link *dialled[4];
    linked_init(&linked);
    cr_assert(linked_reaches(&linked, linked.dialled, LINK_UP));
    dialled[0] = linked.dialled;
    for (int i = 1; i < 4; i++) {
        struct curve_pair before = linked.server;
        curve_pair_generate(linked.world, &linked.server);
        cr_assert(link_rekey(linked.listener, &linked.server, NULL) == CODE_OK, "the %d. time", i);
        dialled[i] = linked_dial(&linked, &linked.client);
        cr_assert(linked_reaches(&linked, dialled[i], LINK_UP), "the %d. new key is expected", i);
        struct dial_options late = {.endpoint = link_endpoint(linked.listener),
                                    .pair = linked.client,
                                    .server_key = before.public_key};
        struct link *link;
        cr_assert(world_dial(linked.world, &late, &link, NULL) == CODE_OK);
        cr_assert(linked_reaches(&linked, link, LINK_BROKEN), "the key before is no more");
        link_close(link);
        for (int k = 0; k <= i; k++)
            cr_assert(serves(&linked, dialled[k]), "connection %d after %d keys", k, i);
    }
    for (int i = 1; i < 4; i++)
        link_close(dialled[i]);
    linked_finish(&linked);
}

Test(rekey, an_address_in_use_is_so_before_and_after)
{
    struct linked linked;
    linked_init(&linked);
    char endpoint[LINK_ENDPOINT_BYTES];
    snprintf(endpoint, sizeof endpoint, "%s", link_endpoint(linked.listener));
    for (int i = 0; i < 2; i++) {
        struct listen_options options = {.endpoint = endpoint, .pair = linked.server, .admit = linked_admit};
        struct link *link;
        cr_assert(world_listen(linked.world, &options, &link, NULL) == CODE_UNAVAILABLE);
        cr_assert(link_rekey(linked.listener, &linked.client, NULL) == CODE_OK);
    }
    linked_finish(&linked);
}

Test(rekey, a_dialled_link_has_none_to_take)
{
    struct linked linked;
    linked_init(&linked);
    cr_assert(link_rekey(linked.dialled, &linked.server, NULL) == CODE_INVALID_ARGUMENT);
    linked_finish(&linked);
}

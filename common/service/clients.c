/* Clients to other services, one for each that was asked for.
 *
 * In: a roster name. Out: a client that dials the endpoint of the configuration with the server key of the
 * roster. When that key changes the client is made anew, as soon as none of its calls is under way. */

#include "common/service/internal.h"

#include <stdio.h>

/* The key its calls go to: the newest of its roster entry. */
static enum code server_key(const struct service *service, const char *name, struct curve_key *ret_key,
                            struct fault *ret_fault)
{
    const Pb__RosterEntry *entry = roster_find_name(service->roster, name);
    if (!entry || entry->n_curve_keys == 0 || entry->curve_keys[0].len != CURVE_KEY_BYTES)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "the roster has no key of %s", name);
    memcpy(ret_key->bytes, entry->curve_keys[0].data, CURVE_KEY_BYTES);
    return CODE_OK;
}

static enum code open_client(struct service *service, struct known_client *known, struct fault *ret_fault)
{
    struct client_options options = {
        .service = known->name,
        .endpoint = region_endpoint(service->region, known->name),
        .pair = *region_pair(service->region),
    };
    if (!options.endpoint)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "the configuration has no endpoint of %s",
                         known->name);
    enum code code = server_key(service, known->name, &options.server_key, ret_fault);
    if (code == CODE_OK)
        code = client_create(service->world, &options, &known->client, ret_fault);
    if (code == CODE_OK)
        known->server_key = options.server_key;
    return code;
}

struct client *service_client(struct service *service, const char *name, struct fault *ret_fault)
{
    for (size_t i = 0; i < service->client_count; i++)
        if (service->clients[i].client && strcmp(service->clients[i].name, name) == 0)
            return service->clients[i].client;
    struct known_client known = {0};
    if (service->client_count == CLIENTS_MAX) {
        fault_set(ret_fault, CODE_RESOURCE_EXHAUSTED, "", "more than %d services are called", CLIENTS_MAX);
        return NULL;
    }
    snprintf(known.name, sizeof known.name, "%s", name);
    struct known_client *kept = &service->clients[service->client_count];
    *kept = known;
    if (open_client(service, kept, ret_fault) != CODE_OK)
        return NULL;
    service->client_count++;
    return kept->client;
}

bool clients_turn(struct service *service)
{
    bool did = false;
    for (size_t i = 0; i < service->client_count; i++)
        did |= client_turn(service->clients[i].client);
    return did;
}

int64_t clients_next_us(const struct service *service)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < service->client_count; i++) {
        int64_t at = client_next_us(service->clients[i].client);
        next = at < next ? at : next;
    }
    return next;
}

void clients_refresh(struct service *service)
{
    for (size_t i = 0; i < service->client_count; i++) {
        struct known_client *known = &service->clients[i];
        struct curve_key key;
        if (server_key(service, known->name, &key, NULL) != CODE_OK ||
            memcmp(key.bytes, known->server_key.bytes, CURVE_KEY_BYTES) == 0)
            continue;
        follows_let_go(service, known->client);
        if (client_pending(known->client) > 0)
            continue; /* the next look at the roster comes back to it */
        struct known_client fresh = *known;
        struct fault fault = {0};
        if (open_client(service, &fresh, &fault) != CODE_OK) {
            log_event(&service->log, LOG_ERROR, "client-failed", "service", known->name, "reason",
                      fault.reason, NULL);
            continue;
        }
        client_destroy(known->client);
        *known = fresh;
        log_event(&service->log, LOG_INFO, "server-key-changed", "service", known->name, NULL);
    }
}

void clients_destroy(struct service *service)
{
    for (size_t i = 0; i < service->client_count; i++)
        client_destroy(service->clients[i].client);
    service->client_count = 0;
}

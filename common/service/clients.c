/* Clients to other services, one for each that was asked for.
 *
 * In: a roster name. Out: a client that dials the endpoint of the configuration with the server key of the
 * roster. When that key changes, or the program's own, the client renews its connection. */

#include "common/service/internal.h"

#include <stdio.h>

/* The keys and the address of its calls. */
static enum code find_options(const struct service *service, const char *name,
                              struct client_options *ret_options, struct fault *ret_fault)
{
    struct client_options options = {
        .service = name, .endpoint = region_endpoint(service->region, name), .pair = service->pair};
    if (!options.endpoint)
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "the configuration has no endpoint of %s", name);
    if (!client_find_keys(service->roster, &options))
        return fault_set(ret_fault, CODE_NOT_FOUND, "", "the roster has no key of %s", name);
    *ret_options = options;
    return CODE_OK;
}

static enum code open_client(struct service *service, struct known_client *known, struct fault *ret_fault)
{
    struct client_options options;
    enum code code = find_options(service, known->name, &options, ret_fault);
    return code == CODE_OK ? client_create(service->world, &options, &known->client, ret_fault) : code;
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
        struct client_options options;
        if (find_options(service, service->clients[i].name, &options, NULL) == CODE_OK)
            client_renew(service->clients[i].client, &options);
    }
}

void clients_destroy(struct service *service)
{
    for (size_t i = 0; i < service->client_count; i++)
        client_destroy(service->clients[i].client);
    service->client_count = 0;
}

/* A program of the region that calls without pause and counts what fails, while keys are rotated around it.
 *
 * In: a region's folder, whose key it runs under (operator, gateway), which service it calls, a file whose
 * appearance ends it. It is a program on the frame: it reads the roster and takes a new key as each service
 * does. Beside that it holds a client as a program has it that reads the roster once, at its start. Out: TAP,
 * and the slowest call as a comment. */

#include "tests/service/tap.h"

#include "common/bus/client.h"
#include "common/service/region.h"
#include "common/service/service.h"
#include "common/world/real.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/matching.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

enum { WINDOW = 8, LOOK_US = 50 * 1000, CLAIM_MS = 240 * 1000 };

struct load {
    struct world *world;
    struct service *service;
    struct client *kept; /* made once, with the keys of that moment; NULL: none */
    const char *target;
    const Pb__SignedClaim *claim;
    unsigned open[2], sent, done, failed;
    int64_t slowest_us;
};

struct sent {
    struct load *load;
    unsigned which; /* 0: kept; 1: the frame's */
    int64_t at_us;
};

static void on_answer(void *context, const struct client_answer *answer)
{
    struct sent *sent = context;
    struct load *load = sent->load;
    int64_t took_us = world_mono_us(load->world) - sent->at_us;
    load->slowest_us = took_us > load->slowest_us ? took_us : load->slowest_us;
    load->open[sent->which]--;
    if (answer->fault.code == CODE_OK)
        load->done++;
    else if (load->failed++ < 5)
        printf("# failed over the %s client: %s %s\n", sent->which ? "frame's" : "kept",
               code_name(answer->fault.code), answer->fault.reason);
    free(sent);
}

static void call(struct load *load, struct client *client, unsigned which)
{
    struct call_options options = {.claim = load->claim};
    struct sent *sent = malloc(sizeof *sent);
    *sent = (struct sent){.load = load, .which = which, .at_us = world_mono_us(load->world)};
    load->open[which]++;
    if (strcmp(load->target, "matching") == 0) {
        Pb__SearchRequest request = PB__SEARCH_REQUEST__INIT;
        request.postcode = "SG13 8DQ";
        request.age = 12;
        client_call(client, "ccrag.v1.MatchingService/Search", &request.base, &options, on_answer, sent);
    } else if (load->sent % 2 || load->claim) {
        Pb__ListAuthoritiesRequest request = PB__LIST_AUTHORITIES_REQUEST__INIT;
        client_call(client, "ccrag.v1.AuthoritiesService/ListAuthorities", &request.base, &options, on_answer,
                    sent);
    } else {
        char name[32];
        snprintf(name, sizeof name, "Load %06u", load->sent);
        Pb__Provider provider = PB__PROVIDER__INIT;
        Pb__UpdateProviderRequest request = PB__UPDATE_PROVIDER_REQUEST__INIT;
        provider.name = name;
        request.provider = &provider;
        options.command = true;
        client_call(client, "ccrag.v1.ProvidersService/UpdateProvider", &request.base, &options, on_answer,
                    sent);
    }
    load->sent++;
}

/* True while there is anything to wait for. */
static bool turn(struct load *load, bool refill)
{
    struct client *fresh = service_client(load->service, load->target, NULL);
    while (refill && fresh && load->open[1] < WINDOW)
        call(load, fresh, 1);
    while (refill && load->kept && load->open[0] < WINDOW)
        call(load, load->kept, 0);
    bool did = service_turn(load->service);
    if (load->kept)
        did |= client_turn(load->kept);
    if (!did)
        world_wait(load->world, world_mono_us(load->world) + LOOK_US);
    return refill || load->open[0] + load->open[1] > 0;
}

/* The gateway has no right of its own: it carries a claim, here signed as the registry would. */
static const Pb__SignedClaim *claim(struct load *load, const char *directory, struct arena *arena)
{
    Pb__Role roles[] = {PB__ROLE__ROLE_HOST_ADMINISTRATOR};
    Pb__Claim content = PB__CLAIM__INIT;
    struct region *registry = NULL;
    struct fault fault = {0};
    if (region_open(directory, "registry", NULL, &registry, &fault) != CODE_OK)
        return NULL;
    content.person_id = "01900000-0000-7000-8000-000000000001";
    content.authority = "E10000015";
    content.roles = roles;
    content.n_roles = 1;
    content.issuer = "registry";
    content.issued_at_ms = world_wall_ms(load->world);
    content.expires_at_ms = content.issued_at_ms + CLAIM_MS;
    const Pb__SignedClaim *signed_claim = claim_sign(&content, region_secret_signing_key(registry), arena);
    region_destroy(registry);
    return signed_claim;
}

static struct client *keep_client(struct load *load, const struct region *region)
{
    struct client_options options = {.service = load->target,
                                     .endpoint = region_endpoint(region, load->target),
                                     .pair = *region_pair(region)};
    struct client *client = NULL;
    if (client_find_keys(service_roster(load->service), &options))
        client_create(load->world, &options, &client, NULL);
    return client;
}

/* Calls until the stop file is there, then says how it went. */
static void call_until_stopped(struct load *load, const struct region *region, char **argv,
                               struct arena *arena)
{
    if (strcmp(argv[2], "gateway") == 0)
        load->claim = claim(load, argv[1], arena);
    else
        load->kept = keep_client(load, region);
    while (turn(load, access(argv[4], F_OK) != 0))
        ;
    tap(load->failed == 0 && load->done == load->sent, "%s calling %s: no request of %u failed (%u did)",
        argv[2], argv[3], load->sent, load->failed);
    tap(load->done > 4 * WINDOW, "%s calling %s: it went on all the while (%u done)", argv[2], argv[3],
        load->done);
    printf("# the slowest took %lld ms\n", (long long)load->slowest_us / 1000);
    client_destroy(load->kept);
    service_stop(load->service);
}

int main(int argc, char **argv)
{
    static const struct api none[] = {{.descriptor = NULL}};
    struct load load = {0};
    struct region *region = NULL;
    struct fault fault = {0};
    struct arena arena;
    if (argc != 5 || sodium_init() < 0) {
        fprintf(stderr, "usage: load REGION operator|gateway registry|matching STOP-FILE\n");
        return 64;
    }
    arena_init(&arena, 1024 * 1024);
    const struct service_options options = {.name = argv[2], .apis = none};
    load.target = argv[3];
    bool ready = world_real_create(NULL, &load.world) == CODE_OK &&
                 region_open(argv[1], argv[2], NULL, &region, &fault) == CODE_OK &&
                 service_create(load.world, region, &options, &load.service, &fault) == CODE_OK;
    if (ready)
        call_until_stopped(&load, region, argv, &arena);
    else
        fprintf(stderr, "%s: %s\n", argv[1], fault.reason);
    service_destroy(load.service);
    region_destroy(region);
    world_destroy(load.world);
    arena_finish(&arena);
    return !ready || tap_failures > 0;
}

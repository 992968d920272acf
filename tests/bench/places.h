#pragma once
/* The region that is searched: N places spread evenly over a square of four degrees, of six kinds alike, each
 * a provision with one group and its vacancy; and the question asked of it. The same for the engine, its raw
 * limit and a whole region of processes. */

#include "common/domain/distance.h"
#include "tests/unit/matching/made_up.h"

enum {
    PLACES_KINDS = 6,
    PLACES_WITHIN_M = 40000,
    PLACES_BEST = 20,
    PLACES_AGE = 12,
    PLACES_WITH_URN = 900000
};

struct places {
    struct made_up region;
    Pb__Provider provider;
    Pb__Provider *providers[1];
    Pb__Provision *provisions[1];
    const char *provider_id; /* of every place; "": none */
};

static inline void places_init(struct places *places, struct arena *arena, const char *provider_id)
{
    *places = (struct places){.region = {.arena = arena, .state = 7, .provider_count = 1}};
    pb__provider__init(&places->provider);
    places->provider.state = PB__PROVIDER_STATE__PROVIDER_STATE_APPROVED;
    places->provider.id = provider_id;
    places->provider_id = provider_id;
}

/* The next place; what it is made of lies in the arena. */
static inline void places_next(struct places *places, unsigned number, Pb__Provision **ret_provision,
                               Pb__PlaceGroup **ret_group, Pb__Vacancy **ret_vacancy)
{
    struct made_up *region = &places->region;
    places->providers[0] = &places->provider;
    region->providers = places->providers;
    Pb__Provision *provision = places->provisions[0] = draw_provision(region, number % PLACES_WITH_URN);
    provision->kind = (Pb__ProvisionKind)(1 + below(region, PLACES_KINDS));
    provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    provision->provider_id = places->provider_id;
    provision->n_contracts = 0;
    if (number >= PLACES_WITH_URN) /* there are no more numbers of six digits, and each is one place's */
        provision->n_urns = 0;
    region->provisions = places->provisions;
    region->provision_count = 1;
    *ret_provision = provision;
    *ret_group = draw_group(region);
    *ret_vacancy = draw_vacancy(region, *ret_group);
}

/* Where the next child's home is. */
static inline struct position_e7 places_home(struct made_up *region)
{
    return (struct position_e7){.latitude = 510000000 + (int32_t)below(region, 30000000),
                                .longitude = -25000000 + (int32_t)below(region, 30000000)};
}

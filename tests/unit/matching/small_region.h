#pragma once
/* Small regions for tests of searches: provisions, groups and vacancies that are said in a line each, put
 * into an index, and searched. Everything lies in an arena of the test's. */

#include "services/matching/index.h"
#include "tests/unit/matching/read_back.h"

#include "ccrag/v1/authorities.pb-c.h"

#include <criterion/criterion.h>

enum { TODAY = 20513 /* 2026-03-01 */, HOME_LATITUDE = 518000000, HOME_LONGITUDE = -700000 };

struct small {
    struct arena arena;
    struct matching_index *index;
    const struct matching_root *root; /* held by the last search */
};

static inline void small_init(struct small *small)
{
    *small = (struct small){0};
    arena_init(&small->arena, 64u << 20);
    cr_assert_eq(index_create(&small->index), CODE_OK);
}

static inline void small_finish(struct small *small)
{
    if (small->root)
        root_release(small->index, small->root);
    index_destroy(small->index);
    arena_finish(&small->arena);
}

/* `00000000-0000-7000-8000-0000000000NN`, of things of one kind. */
static inline const char *id_of(struct small *small, char kind, unsigned number)
{
    return arena_format(&small->arena, "%02x000000-0000-7000-8000-%012u", (unsigned)kind, number);
}

/* A children's home, `metres` north of the home, open, Good since March 2025, at £4,000 a week, of an
 * approved provider. */
static inline Pb__Provision *home(struct small *small, unsigned number, unsigned metres)
{
    Pb__Provision *provision = arena_new(&small->arena, Pb__Provision);
    pb__provision__init(provision);
    provision->id = id_of(small, 'p', number);
    provision->provider_id = id_of(small, 'o', 1);
    provision->name = arena_format(&small->arena, "Home %u", number);
    provision->kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    provision->status = PB__REGISTRATION_STATUS__REGISTRATION_STATUS_ACTIVE;
    provision->claim_state = PB__CLAIM_STATE__CLAIM_STATE_APPROVED;
    provision->judgement = PB__JUDGEMENT__JUDGEMENT_GOOD;
    provision->judged_on = "2025-03-12";
    provision->standard_weekly_fee_pence = 400000;
    provision->local_authority = "E10000015";
    provision->n_urns = 1;
    provision->urns = arena_array(&small->arena, const char *, 1);
    provision->urns[0] = arena_format(&small->arena, "ofsted:SC%06u", number);
    provision->position = arena_new(&small->arena, Pb__GeoPoint);
    pb__geo_point__init(provision->position);
    provision->position->latitude_e7 =
        HOME_LATITUDE + (int32_t)(metres * 89.932); /* e7 degrees a metre, northwards */
    provision->position->longitude_e7 = HOME_LONGITUDE;
    provision->position_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    return provision;
}

/* Places there for ages 10 to 17, SEMH, any gender. */
static inline Pb__PlaceGroup *group(struct small *small, unsigned number, const Pb__Provision *provision)
{
    Pb__PlaceGroup *places = arena_new(&small->arena, Pb__PlaceGroup);
    pb__place_group__init(places);
    places->id = id_of(small, 'g', number);
    places->provision_id = provision->id;
    places->name = "Main house";
    places->places = 4;
    places->n_needs = 1;
    places->needs = arena_array(&small->arena, Pb__Need, 4);
    places->needs[0] = PB__NEED__NEED_SEMH;
    places->age_min = 10;
    places->age_max = 17;
    return places;
}

/* `count` free from a day to a day (NULL: open-ended), confirmed three days ago. */
static inline Pb__Vacancy *vacancy(struct small *small, const Pb__PlaceGroup *places, unsigned count,
                                   const char *from, const char *until)
{
    Pb__Vacancy *free = arena_new(&small->arena, Pb__Vacancy);
    pb__vacancy__init(free);
    free->id = places->id;
    free->provision_id = places->provision_id;
    free->confirmed_at_ms = (TODAY - 3) * INT64_C(86400000);
    free->n_free = 1;
    free->free = arena_array(&small->arena, Pb__FreePeriod *, 1);
    free->free[0] = arena_new(&small->arena, Pb__FreePeriod);
    pb__free_period__init(free->free[0]);
    free->free[0]->from = from;
    free->free[0]->until = until ? until : "";
    free->free[0]->places = count;
    return free;
}

static inline void put(struct small *small, const void *record)
{
    cr_assert_eq(index_put(small->index, record), CODE_OK);
}

static inline void put_provider(struct small *small, Pb__ProviderState state)
{
    Pb__Provider provider;
    pb__provider__init(&provider);
    provider.id = id_of(small, 'o', 1);
    provider.state = state;
    put(small, &provider);
}

/* A home with one group that has one place free from January on. */
static inline Pb__Provision *put_home(struct small *small, unsigned number, unsigned metres)
{
    Pb__Provision *provision = home(small, number, metres);
    Pb__PlaceGroup *places = group(small, number, provision);
    put(small, provision);
    put(small, places);
    put(small, vacancy(small, places, 1, "2026-01-01", NULL));
    return provision;
}

static inline Pb__SearchRequest *request(struct small *small)
{
    Pb__SearchRequest *asked = arena_new(&small->arena, Pb__SearchRequest);
    pb__search_request__init(asked);
    asked->postcode = "SG13 8DQ";
    asked->age = 12;
    asked->today = "2026-03-01";
    asked->asked_at_ms = TODAY * INT64_C(86400000);
    return asked;
}

/* What a root answers. */
static inline const Pb__SearchResponse *answered(struct small *small, const struct matching_root *root,
                                                 const struct search *asked)
{
    Pb__SearchResponse response;
    pb__search_response__init(&response);
    cr_assert_eq(root_search(root, asked, &small->arena, &response), CODE_OK);
    const Pb__SearchResponse *read = read_back(&response, &small->arena);
    cr_assert(read);
    return read;
}

/* Publishes, and answers. */
static inline const Pb__SearchResponse *search(struct small *small, const Pb__SearchRequest *asked)
{
    struct search read;
    struct fault fault;
    cr_assert_eq(index_publish(small->index), CODE_OK);
    if (small->root)
        root_release(small->index, small->root);
    small->root = root_acquire(small->index);
    cr_assert_eq(search_read(asked, &read, &fault), CODE_OK, "%s: %s", fault.field, fault.reason);
    read.home = (struct position_e7){HOME_LATITUDE, HOME_LONGITUDE};
    read.home_quality = PB__POSITION_QUALITY__POSITION_QUALITY_EXACT;
    return answered(small, small->root, &read);
}

#pragma once
/* A registry in this process (tests/unit/program.h), and what most of its tests need. */

#include "tests/unit/program.h"

#include "services/registry/refusal.h"

/* The page that names what the registry serves, without its program. */
#define main registry_main
int registry_main(int argc, char **argv);
#include "services/registry/main.c"
#undef main

#define AUTHORITIES(m) "ccrag.v1.AuthoritiesService/" m
#define PROVIDERS(m)   "ccrag.v1.ProvidersService/" m
#define PROVISIONS(m)  "ccrag.v1.ProvisionsService/" m
#define PLACEMENTS(m)  "ccrag.v1.PlacementsService/" m
#define PEOPLE(m)      "ccrag.v1.PeopleService/" m

static inline struct fixture *fixture_create(void)
{
    struct fixture *fixture = fixture_new(REGISTRY_NAME);
    fixture->program = calloc(1, sizeof(struct registry));
    fixture->options = registry_options(fixture->program);
    fixture_start(fixture);
    return fixture;
}

/* Is that what the last refusal said, and of that field? */
static inline void said(const struct fixture *fixture, enum registry_refusal refusal)
{
    const struct refusal_facts *facts = registry_refusal_facts(refusal);
    cr_assert(fixture->status && strcmp(fixture->status->message, facts->text) == 0, "said: %s",
              fixture->status ? fixture->status->message : "nothing");
}

/* --- what most tests need ---------------------------------------------------------------------------- */

#define HERTS   "E10000015"
#define BEDFORD "E06000055"

static inline void add_members(struct fixture *fixture)
{
    Pb__Authority rows[2] = {PB__AUTHORITY__INIT, PB__AUTHORITY__INIT};
    Pb__Authority *list[] = {&rows[0], &rows[1]};
    Pb__ImportAuthoritiesRequest request = PB__IMPORT_AUTHORITIES_REQUEST__INIT;
    rows[0].id = HERTS, rows[0].name = "Hertfordshire", rows[0].head_office_postcode = "SG13 8DE";
    rows[1].id = BEDFORD, rows[1].name = "Bedford", rows[1].head_office_postcode = "MK42 9AP";
    request.authorities = list, request.n_authorities = 2;
    Pb__ImportAuthoritiesResponse *response =
        call(fixture, AUTHORITIES("ImportAuthorities"), &request.base, CODE_OK);
    cr_assert(response->result->added + response->result->unchanged == 2);
}

/* A home in Bedford's area with one group of `places`, all free from today. */
static inline const Pb__PlaceGroup *add_home(struct fixture *fixture, uint32_t places)
{
    Pb__Provision home = PB__PROVISION__INIT;
    home.name = "The Willows", home.kind = PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME;
    home.local_authority = BEDFORD, home.postcode = "MK42 9AP", home.capacity = places;
    Pb__UpdateProvisionRequest keep = PB__UPDATE_PROVISION_REQUEST__INIT;
    keep.provision = &home;
    Pb__UpdateProvisionResponse *kept = call(fixture, PROVISIONS("UpdateProvision"), &keep.base, CODE_OK);
    Pb__PlaceGroup group = PB__PLACE_GROUP__INIT;
    group.provision_id = kept->provision->id, group.name = "Main house", group.places = places;
    group.age_min = 8, group.age_max = 17;
    Pb__UpdatePlaceGroupRequest grouped = PB__UPDATE_PLACE_GROUP_REQUEST__INIT;
    grouped.place_group = &group;
    Pb__UpdatePlaceGroupResponse *made =
        call(fixture, PROVISIONS("UpdatePlaceGroup"), &grouped.base, CODE_OK);
    Pb__FreePeriod period = PB__FREE_PERIOD__INIT;
    Pb__FreePeriod *free[] = {&period};
    period.from = "2026-06-01", period.places = places;
    Pb__SetVacancyRequest vacancy = PB__SET_VACANCY_REQUEST__INIT;
    vacancy.place_group_id = made->place_group->id, vacancy.free = free, vacancy.n_free = 1;
    call(fixture, PROVISIONS("SetVacancy"), &vacancy.base, CODE_OK);
    return made->place_group;
}

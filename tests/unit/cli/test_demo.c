/* The demonstration: the same for the same seed to the byte, marked as generated throughout, with the awkward
 * cases in it and something to find near the host. */

#include "services/cli/demo/demo.h"
#include "services/cli/demo/story.h"

#include "common/domain/gss.h"
#include "common/domain/urn.h"

#include <criterion/criterion.h>

#include <sodium.h>
#include <stdlib.h>

static struct demo make(struct arena *arena, uint64_t seed, size_t provisions)
{
    struct demo demo;
    struct fault fault = {0};
    struct demo_options options = {
        .seed = seed, .provisions = provisions, .placements = provisions * 5 / 2, .today = {20700}};
    arena_init(arena, 512 * 1024 * 1024);
    cr_assert(demo_make(&options, arena, &demo, &fault) == CODE_OK, "%s", fault.reason);
    return demo;
}

static void add(crypto_generichash_state *state, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size);
    protobuf_c_message_pack(message, bytes);
    crypto_generichash_update(state, bytes, size);
    free(bytes);
}

/* Over every record of it. */
static void digest(const struct demo *demo, uint8_t ret_digest[32])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    for (size_t i = 0; i < demo->authority_count; i++)
        add(&state, &demo->authorities[i]->base);
    for (size_t i = 0; i < demo->provider_count; i++)
        add(&state, &demo->providers[i]->base);
    for (size_t i = 0; i < demo->provision_count; i++)
        add(&state, &demo->provisions[i]->base);
    for (size_t i = 0; i < demo->group_count; i++)
        add(&state, &demo->groups[i]->base);
    for (size_t i = 0; i < demo->vacancy_count; i++) {
        add(&state, &demo->vacancies[i].period.base);
        crypto_generichash_update(&state, (const uint8_t *)&demo->vacancies[i].confirmed_at_ms, 8);
    }
    for (size_t i = 0; i < demo->placement_count; i++)
        add(&state, &demo->placements[i]->base);
    crypto_generichash_final(&state, ret_digest, 32);
}

Test(demo, the_same_seed_gives_the_same_records)
{
    struct arena arenas[3];
    uint8_t digests[3][32];
    const uint64_t seeds[3] = {7, 7, 8};
    for (size_t i = 0; i < 3; i++) {
        struct demo demo = make(&arenas[i], seeds[i], 600);
        digest(&demo, digests[i]);
        arena_finish(&arenas[i]);
    }
    cr_assert(memcmp(digests[0], digests[1], 32) == 0);
    cr_assert(memcmp(digests[0], digests[2], 32) != 0);
}

Test(demo, xoshiro_is_the_published_one)
{
    /* xoshiro256** from the state 1, 2, 3, 4: the first outputs of the reference implementation. */
    struct random random = {{1, 2, 3, 4}};
    cr_assert(random_next(&random) == UINT64_C(11520));
    cr_assert(random_next(&random) == UINT64_C(0));
    cr_assert(random_next(&random) == UINT64_C(1509978240));
    cr_assert(random_next(&random) == UINT64_C(1215971899390074240));
}

Test(demo, everything_is_marked_and_well_formed)
{
    struct arena arena;
    struct demo demo = make(&arena, 1, 1200);
    size_t unplaced = 0;
    cr_assert(demo.authority_count == 38);
    cr_assert(demo.provision_count == 1200 && demo.placement_count == 3000);
    for (size_t i = 0; i < demo.provision_count; i++) {
        const Pb__Provision *provision = demo.provisions[i];
        struct urn urn;
        struct uuid uuid;
        struct gss gss;
        cr_assert(provision->meta->generated);
        unplaced += !provision->position;
        cr_assert(uuid_parse(provision->id, &uuid) && uuid.bytes[6] >> 4 == 7);
        cr_assert(provision->n_urns && urn_parse(provision->urns[0], &urn, NULL) == CODE_OK, "%s",
                  provision->urns[0]);
        cr_assert(!provision->position || gss_parse(provision->local_authority, &gss, NULL) == CODE_OK);
        cr_assert(!provision->redacted || (!*provision->postcode && provision->n_address == 0));
        if (i)
            cr_assert(strcmp(demo.provisions[i - 1]->id, provision->id) < 0, "identifiers rise");
    }
    cr_assert(unplaced == 1, "only the one that is on purpose");
    for (size_t i = 0; i < demo.group_count; i++) {
        const Pb__PlaceGroup *group = demo.groups[i];
        cr_assert(group->meta->generated && group->places && group->weekly_fee_pence > 0);
        cr_assert(group->age_min <= group->age_max && group->age_max <= 25);
        bool supported = demo.provisions[demo.group_provision[i]]->kind ==
                         PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION;
        cr_assert(!supported || group->age_min >= 16, "rule X1");
    }
    for (size_t i = 0; i < demo.placement_count; i++) {
        const Pb__Placement *placement = demo.placements[i];
        cr_assert(placement->meta->generated && strcspn(placement->reference, "0123456789") < 8);
        cr_assert(!*placement->end_on || strcmp(placement->start_on, placement->end_on) <= 0);
    }
    arena_finish(&arena);
}

Test(demo, urns_are_unique)
{
    struct arena arena;
    struct demo demo = make(&arena, 1, 2000);
    for (size_t i = 0; i < demo.provision_count; i++)
        for (size_t j = 0; j < i; j++)
            for (size_t k = 0; k < demo.provisions[i]->n_urns; k++)
                cr_assert(strcmp(demo.provisions[i]->urns[k], demo.provisions[j]->urns[0]) != 0, "%s",
                          demo.provisions[i]->urns[k]);
    arena_finish(&arena);
}

/* How many live placements a provision has. */
static size_t live(const struct demo *demo, const Pb__Provision *provision)
{
    size_t count = 0;
    for (size_t i = 0; i < demo->placement_count; i++)
        count +=
            strcmp(demo->placements[i]->provision_id, provision->id) == 0 && !*demo->placements[i]->end_on;
    return count;
}

Test(demo, the_awkward_cases_are_there)
{
    struct arena arena;
    struct demo demo = make(&arena, 1, 1200);
    size_t suspended = 0, closed = 0, redacted = 0, secure = 0, supported = 0, over_full = 0, stale = 0;
    bool risk = false, unverified = false, abroad = false;
    for (size_t i = 0; i < demo.provision_count; i++) {
        const Pb__Provision *provision = demo.provisions[i];
        suspended += provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_SUSPENDED;
        closed += provision->status == PB__REGISTRATION_STATUS__REGISTRATION_STATUS_CLOSED;
        redacted += provision->redacted != 0;
        secure += provision->kind == PB__PROVISION_KIND__PROVISION_KIND_SECURE_CHILDRENS_HOME;
        supported += provision->kind == PB__PROVISION_KIND__PROVISION_KIND_SUPPORTED_ACCOMMODATION;
        over_full += live(&demo, provision) > provision->capacity;
    }
    for (size_t i = 0; i < demo.vacancy_count; i++)
        stale += demo.vacancies[i].confirmed_at_ms < (INT64_C(20700) - 28) * 86400000;
    for (size_t i = 0; i < demo.provider_count; i++) {
        risk = risk || demo.providers[i]->financial_risk;
        unverified = unverified || demo.providers[i]->state == PB__PROVIDER_STATE__PROVIDER_STATE_UNVERIFIED;
        abroad = abroad ||
                 (*demo.providers[i]->owner_country && strcmp(demo.providers[i]->owner_country, "GB") != 0);
    }
    cr_assert(suspended == 12 && closed == 40 && redacted > 50);
    cr_assert(secure >= 2 && supported >= 10);
    cr_assert(over_full >= 5, "rule R6: %zu", over_full);
    cr_assert(stale > 50, "rule R5: %zu", stale);
    cr_assert(risk && unverified && abroad, "rules R3, R8");
    arena_finish(&arena);
}

static struct position_e7 office_of(const char *gss)
{
    size_t count;
    const struct demo_authority *all = demo_authorities(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].gss, gss) == 0)
            return (struct position_e7){all[i].latitude_e7, all[i].longitude_e7};
    return (struct position_e7){0, 0};
}

/* How far each LA that places there has its office: those whose live placements are there, each once. */
static size_t placing(const struct demo *demo, const Pb__Provision *provision, uint32_t *ret_metres,
                      size_t most)
{
    const char *seen[64];
    size_t count = 0;
    for (size_t i = 0; i < demo->placement_count; i++) {
        const Pb__Placement *placement = demo->placements[i];
        bool known = false;
        if (strcmp(placement->provision_id, provision->id) != 0 || *placement->end_on)
            continue;
        for (size_t k = 0; k < count; k++)
            known = known || strcmp(seen[k], placement->authority_id) == 0;
        if (known || count == most)
            continue;
        struct position_e7 at = {provision->position->latitude_e7, provision->position->longitude_e7};
        ret_metres[count] = distance_between(at, office_of(placement->authority_id)).value;
        seen[count++] = placement->authority_id;
    }
    return count;
}

/* rules A2 to A5: what an allocation must cope with is there */
Test(demo, an_allocation_meets_every_case)
{
    struct arena arena;
    struct demo demo = make(&arena, 1, 1200);
    size_t links = 0, soles = 0, nobody = 0, ties = 0, approximate = 0, unplaced = 0;
    for (size_t i = 0; i < demo.provision_count; i++) {
        const Pb__Provision *provision = demo.provisions[i];
        uint32_t metres[64], least = UINT32_MAX, as_near = 0;
        if (!provision->position) {
            unplaced += live(&demo, provision) == 2;
            continue;
        }
        size_t count = placing(&demo, provision, metres, 64);
        for (size_t k = 0; k < count; k++)
            least = metres[k] < least ? metres[k] : least;
        for (size_t k = 0; k < count; k++)
            as_near += metres[k] == least;
        links += count >= 2;
        soles += count == 1;
        nobody += count == 0;
        ties += as_near >= 2;
        approximate += count >= 2 && provision->redacted;
    }
    cr_assert(links > 100 && soles > 100 && nobody > 100, "%zu %zu %zu", links, soles, nobody);
    cr_assert(ties == 3, "rule A3: %zu", ties);
    cr_assert(approximate > 5 && unplaced == 1, "%zu %zu", approximate, unplaced);
    arena_finish(&arena);
}

Test(demo, a_monitoring_year_begins_in_october)
{
    static const struct {
        int year, month, day, start;
        const char *name;
    } CASES[] = {{2026, 11, 25, 2026, "2026-27"},
                 {2026, 10, 1, 2026, "2026-27"},
                 {2026, 9, 30, 2025, "2025-26"},
                 {2028, 2, 29, 2027, "2027-28"},
                 {2099, 12, 31, 2099, "2099-00"}};
    struct arena arena;
    arena_init(&arena, 1024);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct date today;
        date_from_ymd(CASES[i].year, CASES[i].month, CASES[i].day, &today);
        struct date start = demo_year_start(today);
        struct date_ymd ymd = date_to_ymd(start);
        cr_assert(ymd.year == CASES[i].start && ymd.month == 10 && ymd.day == 1);
        cr_assert(strcmp(demo_year_name(start, &arena), CASES[i].name) == 0);
    }
    arena_finish(&arena);
}

Test(demo, a_first_search_near_the_host_finds_homes)
{
    static const struct position_e7 HOST = {517913900, -811000};
    struct arena arena;
    struct demo demo = make(&arena, 1, 1200);
    size_t found = 0;
    for (size_t i = 0; i < demo.vacancy_count; i++)
        for (size_t g = 0; g < demo.group_count && demo.vacancies[i].free; g++) {
            const Pb__PlaceGroup *group = demo.groups[g];
            const Pb__Provision *provision = demo.provisions[demo.group_provision[g]];
            if (!provision->position)
                continue;
            struct position_e7 at = {provision->position->latitude_e7, provision->position->longitude_e7};
            bool semh = false;
            if (strcmp(group->id, demo.vacancies[i].group_id) != 0)
                continue;
            for (size_t n = 0; n < group->n_needs; n++)
                semh = semh || group->needs[n] == PB__NEED__NEED_SEMH;
            found += semh && group->age_min <= 12 && group->age_max >= 12 &&
                     group->gender != PB__GENDER__GENDER_MALE &&
                     provision->kind == PB__PROVISION_KIND__PROVISION_KIND_CHILDRENS_HOME &&
                     distance_between(at, HOST).value <= 60000;
        }
    cr_assert(found >= 10, "%zu", found);
    arena_finish(&arena);
}

Test(demo, too_few_provisions_are_refused)
{
    struct arena arena;
    struct demo demo;
    struct fault fault = {0};
    struct demo_options options = {.seed = 1, .provisions = 10, .today = {20700}};
    arena_init(&arena, 1024 * 1024);
    cr_assert(demo_make(&options, &arena, &demo, &fault) == CODE_INVALID_ARGUMENT);
    cr_assert(strcmp(fault.field, "provisions") == 0);
    options.provisions = 100000;
    cr_assert(demo_make(&options, &arena, &demo, &fault) == CODE_RESOURCE_EXHAUSTED);
    arena_finish(&arena);
}

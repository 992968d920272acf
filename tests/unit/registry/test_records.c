/* Who may see which record in the feed (rules R1, R5, R6, S1, S2), and that every table says what the store
 * needs. */

#include "fixture.h"

#define EVERYONE (AUDIENCE_SERVICES | AUDIENCE_WORKERS | AUDIENCE_HOST | AUDIENCE_MEMBERS)

static const char provider_id[] = "01979df0-0000-7000-8000-0000000000aa";

/* A record with every field that an audience may look at. */
static ProtobufCMessage *record_of(const struct table *table, struct arena *arena)
{
    ProtobufCMessage *record = arena_alloc(arena, table->type->sizeof_message);
    protobuf_c_message_init(table->type, record);
    const struct {
        const char *field, *text;
    } fields[] = {
        {"id", "01979df0-0000-7000-8000-000000000001"},
        {"provider_id", provider_id},
        {"authority_id", HERTS},
        {"local_authority", BEDFORD},
        {"payer", HERTS},
    };
    for (size_t i = 0; i < COUNT(fields); i++) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field_by_name(table->type, fields[i].field);
        if (field)
            memcpy((uint8_t *)record + field->offset, &fields[i].text, sizeof fields[i].text);
    }
    return record;
}

static bool admits(const struct audience *audience, unsigned groups, const char *name)
{
    struct entitlement entitlement = {.groups = groups};
    snprintf(entitlement.name, sizeof entitlement.name, "%s", name);
    return audience_admits(audience, &entitlement);
}

Test(records, who_sees_what)
{
    const struct {
        const struct table *table;
        unsigned groups;             /* each of these sees it, no other group does */
        const char *sees, *not_seen; /* one LA or provider that does, and one that does not */
    } cases[] = {
        {&table_regions, EVERYONE, NULL, NULL},
        {&table_authorities, EVERYONE, NULL, BEDFORD},
        {&table_sub_regions, EVERYONE, NULL, HERTS},
        {&table_payments, AUDIENCE_HOST, HERTS, BEDFORD},
        {&table_providers, EVERYONE, "01979df0-0000-7000-8000-000000000001", provider_id},
        {&table_contracts, EVERYONE, NULL, HERTS},
        {&table_provisions, EVERYONE, provider_id, HERTS},
        {&table_place_groups, EVERYONE, NULL, HERTS},
        {&table_vacancies, EVERYONE, NULL, HERTS},
        {&table_claims, AUDIENCE_HOST | AUDIENCE_MEMBERS, provider_id, HERTS},
        {&table_placements, 0, HERTS, BEDFORD}, /* rule R6: the placing LA alone */
        {&table_placement_facts, AUDIENCE_SERVICES | AUDIENCE_HOST, NULL, HERTS},
        {&table_local_notices, 0, BEDFORD, "E06000032"},
        {&table_people, AUDIENCE_HOST, NULL, HERTS},
    };
    const unsigned groups[] = {AUDIENCE_SERVICES, AUDIENCE_WORKERS, AUDIENCE_HOST, AUDIENCE_MEMBERS};
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct audience audience = {0};
        cases[i].table->audience(record_of(cases[i].table, &arena), &audience);
        for (size_t j = 0; j < COUNT(groups); j++)
            cr_assert(admits(&audience, groups[j], "") == ((cases[i].groups & groups[j]) != 0),
                      "%s: group %u", cases[i].table->name, groups[j]);
        cr_assert(!cases[i].sees || admits(&audience, 0, cases[i].sees), "%s", cases[i].table->name);
        cr_assert(!cases[i].not_seen || !admits(&audience, 0, cases[i].not_seen), "%s", cases[i].table->name);
    }
    arena_finish(&arena);
}

/* Secrets, sessions and invitations are in no feed and no history; child-level values have a key of their
 * own. */
Test(records, what_is_in_no_feed)
{
    for (const struct table *const *table = registry_tables; *table; table++) {
        if (*table == &table_moved_areas) { /* what is to be done, and no record of anybody's */
            cr_assert_eq((*table)->flags, 0);
            continue;
        }
        bool secret =
            *table == &table_person_secrets || *table == &table_sessions || *table == &table_invitations;
        cr_assert(((*table)->flags & (TABLE_JOURNAL | TABLE_HISTORY)) ==
                      (secret ? 0u : TABLE_JOURNAL | TABLE_HISTORY),
                  "%s", (*table)->name);
        cr_assert((*table)->flags & TABLE_VERSIONED, "%s: rule R10", (*table)->name);
        cr_assert(secret || (*table)->audience, "%s", (*table)->name);
        cr_assert((((*table)->flags & TABLE_OWN_KEY) != 0) == (*table == &table_placements), "%s: rule S2",
                  (*table)->name);
    }
    for (size_t i = 0; i < table_placements.index_count; i++)
        if (strcmp(table_placements.indexes[i].name, "reference") == 0)
            cr_assert(table_placements.indexes[i].secret && table_placements.indexes[i].unique);
}

/* rule R1: a node sees while its LA is an active member; the host's sees what is for the host. */
Test(records, a_node_sees_while_its_authority_is_a_member)
{
    struct fixture *fixture = fixture_create();
    struct entitlement entitlement;
    uint64_t member = 0, host = 0, number = 0;
    struct principal node = {
        .name = "node-herts", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE, .authority = HERTS};
    cr_assert(!registry_entitle(fixture->service, &node, &entitlement, &number), "nobody knows it");
    add_members(fixture);
    cr_assert(registry_entitle(fixture->service, &node, &entitlement, &member));
    cr_assert(entitlement.groups == AUDIENCE_MEMBERS);
    cr_assert_str_eq(entitlement.name, HERTS);

    Pb__Region region = PB__REGION__INIT;
    Pb__UpdateRegionRequest name = PB__UPDATE_REGION_REQUEST__INIT;
    region.name = "A region", region.host = HERTS, region.demonstration = true, name.region = &region;
    call(fixture, AUTHORITIES("UpdateRegion"), &name.base, CODE_OK);
    cr_assert(registry_is_demonstration(fixture->service));
    cr_assert(registry_entitle(fixture->service, &node, &entitlement, &host));
    cr_assert(entitlement.groups == (AUDIENCE_MEMBERS | AUDIENCE_HOST | AUDIENCE_HOST_OWN) && host != member,
              "it reads again from 0");

    Pb__LeaveRegionRequest leave = PB__LEAVE_REGION_REQUEST__INIT;
    leave.authority_id = HERTS, leave.version = 1;
    call(fixture, AUTHORITIES("LeaveRegion"), &leave.base, CODE_OK);
    cr_assert(!registry_entitle(fixture->service, &node, &entitlement, &number));
    struct principal worker = {.name = "worker-pool", .role = PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_WORKER};
    cr_assert(registry_entitle(fixture->service, &worker, &entitlement, &number));
    cr_assert(entitlement.groups == AUDIENCE_WORKERS);
    fixture_destroy(fixture);
}

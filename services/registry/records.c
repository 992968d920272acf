/* The registry's tables: keys, indexes, audiences. In: a record. Out: where it is kept, how it is found, who
 * may see it in the feed (rules R5, R6, S2, S4). It reads and writes nothing. */

#include "services/registry/records.h"

#include "common/base/limits.h"
#include "common/service/index_values.h"
#include "common/wire/wire.h"
#include "services/registry/records_audience.h"
#include "services/registry/rules_text.h"

#include <assert.h>

/* --- index values ------------------------------------------------------------------------------------ */

struct span index_name(const char *name, struct arena *arena)
{
    return span_of_text(lower_case(name, RECORD_NAME_INDEX_BYTES, arena));
}

struct span index_email(const char *email, struct arena *arena)
{
    return span_of_text(lower_case(email, EMAIL_BYTES_MAX, arena));
}

struct span index_uuid(const char *id, struct arena *arena)
{
    return key_of_uuid(id, arena);
}

/* Texts joined by a zero byte; an authority has none within. */
static struct span joined(const char *first, struct span second, struct arena *arena)
{
    size_t size = strlen(first) + 1;
    uint8_t *bytes = arena_alloc(arena, size + second.size);
    if (!bytes)
        return (struct span){0};
    memcpy(bytes, first, size);
    if (second.size)
        memcpy(bytes + size, second.data, second.size);
    return span_of(bytes, size + second.size);
}

struct span index_reference(const char *authority, const char *reference, struct arena *arena)
{
    return joined(authority, span_of_text(reference), arena);
}

struct span index_placing(const char *authority, const char *provision_id, struct arena *arena)
{
    return joined(authority, provision_id[0] ? key_of_uuid(provision_id, arena) : (struct span){0}, arena);
}

static void values_by_name(const ProtobufCMessage *record, struct arena *arena,
                           struct index_values *ret_values)
{
    index_add(ret_values, index_name(wire_field_text(record, "name"), arena));
}

static void values_by_email(const ProtobufCMessage *record, struct arena *arena,
                            struct index_values *ret_values)
{
    index_add(ret_values, index_email(wire_field_text(record, "email"), arena));
}

static void values_by_person(const ProtobufCMessage *record, struct arena *arena,
                             struct index_values *ret_values)
{
    index_add(ret_values, index_uuid(wire_field_text(record, "person_id"), arena));
}

/* --- the region and its members (rules R1, R2) ------------------------------------------------------- */

enum { KEPT = TABLE_VERSIONED | TABLE_JOURNAL | TABLE_HISTORY };

const struct table table_regions = {
    .name = "regions",
    .type = &pb__region__descriptor,
    .flags = KEPT,
    .key = key_by_text,
    .audience = seen_by_members,
};

const struct table table_authorities = {
    .name = "authorities",
    .type = &pb__authority__descriptor,
    .flags = KEPT,
    .key = key_by_text,
    .audience = seen_by_members_and_itself,
};

const struct table table_sub_regions = {
    .name = "sub_regions",
    .type = &pb__sub_region__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .audience = seen_by_members,
};

const struct table table_payments = {
    .name = "subscription_payments",
    .type = &pb__subscription_payment__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .audience = seen_by_host_and_payer,
};

/* --- providers, provisions, places (rules R3 to R5, R7, R8) ------------------------------------------ */

static const struct table_index provider_indexes[] = {{.name = "name", .values = values_by_name}};

const struct table table_providers = {
    .name = "providers",
    .type = &pb__provider__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = provider_indexes,
    .index_count = 1,
    .audience = seen_by_members_and_itself,
};

const struct table table_contracts = {
    .name = "contracts",
    .type = &pb__contract__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .audience = seen_by_members,
};

static_assert((int)PROVISION_URNS_MAX <= (int)INDEX_VALUES_MAX, "a provision is found by each of its URNs");

static void values_by_area(const ProtobufCMessage *record, struct arena *arena,
                           struct index_values *ret_values)
{
    (void)arena;
    index_add(ret_values, span_of_text(((const Pb__Provision *)record)->local_authority));
}

static const struct table_index provision_indexes[] = {
    {.name = "urn", .unique = true, .values = values_by_urn}, /* open or closed: found by any it ever had */
    {.name = "local_authority", .values = values_by_area},
    {.name = "provider", .values = values_by_provider},
};

const struct table table_provisions = {
    .name = "provisions",
    .type = &pb__provision__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = provision_indexes,
    .index_count = 3,
    .audience = seen_by_members,
};

static const struct table_index by_provision[] = {{.name = "provision", .values = values_by_provision}};

const struct table table_place_groups = {
    .name = "place_groups",
    .type = &pb__place_group__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = by_provision,
    .index_count = 1,
    .audience = seen_by_members,
};

const struct table table_vacancies = {
    .name = "vacancies",
    .type = &pb__vacancy__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = by_provision,
    .index_count = 1,
    .audience = seen_by_members,
};

static const struct table_index claim_indexes[] = {
    {.name = "provision", .values = values_by_provision},
    {.name = "provider", .values = values_by_provider},
};

const struct table table_claims = {
    .name = "provision_claims",
    .type = &pb__provision_claim__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = claim_indexes,
    .index_count = 2,
    .audience = seen_by_host_members_and_provider,
};

static void values_by_code(const ProtobufCMessage *record, struct arena *arena,
                           struct index_values *ret_values)
{
    (void)arena;
    const Pb__Invitation *invitation = (const Pb__Invitation *)record;
    index_add(ret_values, span_of(invitation->code_digest.data, invitation->code_digest.len));
}

static const struct table_index invitation_indexes[] = {
    {.name = "code", .unique = true, .values = values_by_code}};

const struct table table_invitations = {
    .name = "invitations",
    .type = &pb__invitation__descriptor,
    .flags = TABLE_VERSIONED,
    .key = key_by_uuid,
    .indexes = invitation_indexes,
    .index_count = 1,
};

/* --- placements (rules R6, S2) ----------------------------------------------------------------------- */

static void values_by_reference(const ProtobufCMessage *record, struct arena *arena,
                                struct index_values *ret_values)
{
    const Pb__Placement *placement = (const Pb__Placement *)record;
    index_add(ret_values, index_reference(placement->authority_id, placement->reference, arena));
}

static void values_by_placing(const ProtobufCMessage *record, struct arena *arena,
                              struct index_values *ret_values)
{
    const Pb__Placement *placement = (const Pb__Placement *)record;
    index_add(ret_values, index_placing(placement->authority_id, placement->provision_id, arena));
}

static void values_by_group(const ProtobufCMessage *record, struct arena *arena,
                            struct index_values *ret_values)
{
    index_add(ret_values, index_uuid(((const Pb__Placement *)record)->place_group_id, arena));
}

static const struct table_index placement_indexes[] = {
    {.name = "reference", .unique = true, .secret = true, .values = values_by_reference},
    {.name = "placing", .values = values_by_placing},
    {.name = "group", .values = values_by_group},
    {.name = "provision", .values = values_by_provision},
};

const struct table table_placements = {
    .name = "placements",
    .type = &pb__placement__descriptor,
    .flags = KEPT | TABLE_OWN_KEY,
    .key = key_by_uuid,
    .indexes = placement_indexes,
    .index_count = 4,
    .audience = seen_by_placing_authority,
};

const struct table table_placement_facts = {
    .name = "placement_facts",
    .type = &pb__placement_fact__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .audience = seen_by_services_and_host,
};

static void values_by_told(const ProtobufCMessage *record, struct arena *arena,
                           struct index_values *ret_values)
{
    (void)arena;
    index_add(ret_values, span_of_text(((const Pb__LocalNotice *)record)->local_authority));
}

static const struct table_index notice_indexes[] = {{.name = "local_authority", .values = values_by_told}};

const struct table table_local_notices = {
    .name = "local_notices",
    .type = &pb__local_notice__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = notice_indexes,
    .index_count = 1,
    .audience = seen_by_both_authorities,
};

const struct table table_moved_areas = {
    .name = "moved_areas", .type = &pb__moved_area__descriptor, .key = key_by_uuid};

/* --- people (rules S1, S6) --------------------------------------------------------------------------- */

static const struct table_index person_indexes[] = {
    {.name = "email", .unique = true, .secret = true, .values = values_by_email},
};

const struct table table_people = {
    .name = "people",
    .type = &pb__person__descriptor,
    .flags = KEPT,
    .key = key_by_uuid,
    .indexes = person_indexes,
    .index_count = 1,
    .audience = seen_by_host,
};

const struct table table_person_secrets = {
    .name = "person_secrets",
    .type = &pb__person_secret__descriptor,
    .flags = TABLE_VERSIONED,
    .key = key_by_uuid,
};

static const struct table_index session_indexes[] = {{.name = "person", .values = values_by_person}};

const struct table table_sessions = {
    .name = "sessions",
    .type = &pb__session__descriptor,
    .flags = TABLE_VERSIONED,
    .key = key_by_text,
    .indexes = session_indexes,
    .index_count = 1,
};

const struct table *const registry_tables[] = {
    &table_regions,
    &table_authorities,
    &table_sub_regions,
    &table_payments,
    &table_providers,
    &table_contracts,
    &table_provisions,
    &table_place_groups,
    &table_vacancies,
    &table_claims,
    &table_invitations,
    &table_placements,
    &table_placement_facts,
    &table_local_notices,
    &table_moved_areas,
    &table_people,
    &table_person_secrets,
    &table_sessions,
    NULL,
};

/* A worker's tables: the registry's records as they were told, under the same keys. They are copies, so they
 * have no version, journal or history of their own. The postcodes are kept beside them as a blob
 * (postcodes.c). */

#include "services/matching/records.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

/* Every record's first field is its id (a blob head's: its name). */
static const char *id_of(const ProtobufCMessage *record)
{
    const ProtobufCFieldDescriptor *field = &record->descriptor->fields[0];
    return *(const char *const *)(const void *)((const char *)record + field->offset);
}

static struct span key_uuid(const ProtobufCMessage *record, struct arena *arena)
{
    return key_of_uuid(id_of(record), arena);
}

static struct span key_text(const ProtobufCMessage *record, struct arena *arena)
{
    (void)arena;
    return key_of_text(id_of(record));
}

static const struct table regions = {.name = "regions", .type = &pb__region__descriptor, .key = key_text};
static const struct table providers = {
    .name = "providers", .type = &pb__provider__descriptor, .key = key_uuid};
static const struct table provisions = {
    .name = "provisions", .type = &pb__provision__descriptor, .key = key_uuid};
static const struct table groups = {
    .name = "place-groups", .type = &pb__place_group__descriptor, .key = key_uuid};
static const struct table vacancies = {
    .name = "vacancies", .type = &pb__vacancy__descriptor, .key = key_uuid};
const struct table matching_blob_heads = {
    .name = "blob-heads", .type = &pb__blob_head__descriptor, .key = key_text};

const struct table *const matching_tables[] = {
    &regions, &providers, &provisions, &groups, &vacancies, &matching_blob_heads, NULL,
};

const struct table *matching_table(const ProtobufCMessageDescriptor *type)
{
    for (const struct table *const *table = matching_tables; *table; table++)
        if ((*table)->type == type)
            return *table;
    return NULL;
}

const struct table *matching_table_named(const char *record_type)
{
    for (const struct table *const *table = matching_tables; *table; table++)
        if (strcmp((*table)->type->name, record_type) == 0)
            return *table;
    return NULL;
}

/* A worker's tables: the registry's and monitoring's records as they were told, under the same keys. They are
 * copies, so they have no version, journal or history of their own. The postcodes are kept beside them as a
 * blob (postcodes.c). */

#include "services/matching/records.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"
#include "ccrag/v1/reports.pb-c.h"

static const struct table regions = {.name = "regions", .type = &pb__region__descriptor, .key = key_by_text};
const struct table matching_authorities = {
    .name = "authorities", .type = &pb__authority__descriptor, .key = key_by_text};
static const struct table providers = {
    .name = "providers", .type = &pb__provider__descriptor, .key = key_by_uuid};
static const struct table provisions = {
    .name = "provisions", .type = &pb__provision__descriptor, .key = key_by_uuid};
static const struct table groups = {
    .name = "place-groups", .type = &pb__place_group__descriptor, .key = key_by_uuid};
static const struct table vacancies = {
    .name = "vacancies", .type = &pb__vacancy__descriptor, .key = key_by_uuid};
const struct table matching_blob_heads = {
    .name = "blob-heads", .type = &pb__blob_head__descriptor, .key = key_by_text};

static const struct table qualities = {
    .name = "provision-quality", .type = &pb__provision_quality__descriptor, .key = key_by_uuid};

const struct table *const matching_tables[] = {
    &regions,   &matching_authorities, &providers, &provisions, &groups,
    &vacancies, &matching_blob_heads,  &qualities, NULL,
};
const struct table *const matching_registry_tables[] = {
    &regions, &matching_authorities, &providers, &provisions, &groups, &vacancies, &matching_blob_heads, NULL,
};
const struct table *const matching_monitoring_tables[] = {&qualities, NULL};

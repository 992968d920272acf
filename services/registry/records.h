#pragma once
/* The registry's tables. Which record has which key, index and audience is said here and nowhere else. */

#include "common/service/membership.h"
#include "common/store/store.h"

#include "ccrag/v1/authorities.pb-c.h"
#include "ccrag/v1/people.pb-c.h"
#include "ccrag/v1/placements.pb-c.h"
#include "ccrag/v1/provisions.pb-c.h"

extern const struct table table_regions, table_authorities, table_sub_regions, table_payments;
extern const struct table table_providers, table_contracts, table_provisions, table_place_groups,
    table_vacancies, table_claims, table_invitations;
extern const struct table table_placements, table_placement_facts, table_local_notices;
/* Provisions that stand in another area than they did (MovedArea): their notices are due. */
extern const struct table table_moved_areas;
extern const struct table table_people, table_person_secrets, table_sessions;

/* All of them, ended by NULL. */
extern const struct table *const registry_tables[];

/* Index values, for scans and finds, in `arena`; empty past its limit or for no UUID. */
struct span index_name(const char *name, struct arena *arena);   /* lower case, cut */
struct span index_email(const char *email, struct arena *arena); /* lower case */
struct span index_reference(const char *authority, const char *reference, struct arena *arena);
/* Placements of an LA at a provision; `provision_id` "": at any. */
struct span index_placing(const char *authority, const char *provision_id, struct arena *arena);
/* A vacancy, group, placement … of the record with this UUID. */
struct span index_uuid(const char *id, struct arena *arena);

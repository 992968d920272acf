#pragma once
/* Values of indexes that tables of several services have: what a record's `provision_id` says, and the like.
 * For `values` of struct table_index (store/table.h). */

#include "common/store/table.h"

/* Adds a value, unless it is empty or INDEX_VALUES_MAX are there already. */
void index_add(struct index_values *values, struct span value);

/* UUIDs. */
void values_by_provision(const ProtobufCMessage *record, struct arena *arena,
                         struct index_values *ret_values);
void values_by_provider(const ProtobufCMessage *record, struct arena *arena, struct index_values *ret_values);
/* The GSS code of `authority_id`. */
void values_by_authority(const ProtobufCMessage *record, struct arena *arena,
                         struct index_values *ret_values);
/* Of a Provision, each URN that it ever had. */
void values_by_urn(const ProtobufCMessage *record, struct arena *arena, struct index_values *ret_values);

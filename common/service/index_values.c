/* Values of indexes that several services have. In: a record. Out: the values that find it. */

#include "common/service/index_values.h"

#include "common/wire/wire.h"

#include "ccrag/v1/provisions.pb-c.h"

void index_add(struct index_values *values, struct span value)
{
    if (value.size && values->count < INDEX_VALUES_MAX)
        values->values[values->count++] = value;
}

void values_by_provision(const ProtobufCMessage *record, struct arena *arena, struct index_values *ret_values)
{
    index_add(ret_values, key_of_uuid(wire_field_text(record, "provision_id"), arena));
}

void values_by_provider(const ProtobufCMessage *record, struct arena *arena, struct index_values *ret_values)
{
    index_add(ret_values, key_of_uuid(wire_field_text(record, "provider_id"), arena));
}

void values_by_authority(const ProtobufCMessage *record, struct arena *arena, struct index_values *ret_values)
{
    (void)arena;
    index_add(ret_values, span_of_text(wire_field_text(record, "authority_id")));
}

void values_by_urn(const ProtobufCMessage *record, struct arena *arena, struct index_values *ret_values)
{
    (void)arena;
    const Pb__Provision *provision = (const Pb__Provision *)record;
    for (size_t i = 0; i < provision->n_urns; i++)
        index_add(ret_values, span_of_text(provision->urns[i]));
}

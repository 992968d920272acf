/* Audiences. In: a record. Out: the groups, and the one LA or provider besides, that see it in the feed. */

#include "services/registry/records_audience.h"

#include "common/wire/wire.h"

enum { AUDIENCE_SHARED = AUDIENCE_SERVICES | AUDIENCE_WORKERS | AUDIENCE_HOST | AUDIENCE_MEMBERS };

void seen_by_members(const ProtobufCMessage *record, struct audience *ret_audience)
{
    ret_audience->groups = AUDIENCE_SHARED;
    audience_add(ret_audience, wire_field_text(record, "provider_id"));
}

void seen_by_members_and_itself(const ProtobufCMessage *record, struct audience *ret_audience)
{
    ret_audience->groups = AUDIENCE_SHARED;
    audience_add(ret_audience, wire_field_text(record, "id"));
}

void seen_by_host(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_HOST;
}

void seen_by_host_and_payer(const ProtobufCMessage *record, struct audience *ret_audience)
{
    ret_audience->groups = AUDIENCE_HOST;
    const char *payer = wire_field_text(record, "payer");
    if (strlen(payer) < AUDIENCE_NAME_BYTES)
        audience_add(ret_audience, payer);
}

void seen_by_placing_authority(const ProtobufCMessage *record, struct audience *ret_audience)
{
    audience_add(ret_audience, wire_field_text(record, "authority_id"));
}

void seen_by_services_and_host(const ProtobufCMessage *record, struct audience *ret_audience)
{
    (void)record;
    ret_audience->groups = AUDIENCE_SERVICES | AUDIENCE_HOST;
}

void seen_by_both_authorities(const ProtobufCMessage *record, struct audience *ret_audience)
{
    audience_add(ret_audience, wire_field_text(record, "local_authority"));
    audience_add(ret_audience, wire_field_text(record, "authority_id"));
}

void seen_by_host_members_and_provider(const ProtobufCMessage *record, struct audience *ret_audience)
{
    ret_audience->groups = AUDIENCE_HOST | AUDIENCE_MEMBERS;
    audience_add(ret_audience, wire_field_text(record, "provider_id"));
}

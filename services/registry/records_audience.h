#pragma once
/* Who sees which kind of record in the feed: the audiences of the registry's tables (rules R1, R6, S1, S2,
 * S4). */

#include "common/store/table.h"

/* What every member may see, and the provider that it is about. */
void seen_by_members(const ProtobufCMessage *record, struct audience *ret_audience);
/* The same, and the LA or provider that the record is. */
void seen_by_members_and_itself(const ProtobufCMessage *record, struct audience *ret_audience);
/* The host alone, and the operator. */
void seen_by_host(const ProtobufCMessage *record, struct audience *ret_audience);
/* A payment: the host, and an LA or provider that pays by itself. */
void seen_by_host_and_payer(const ProtobufCMessage *record, struct audience *ret_audience);
/* Child-level: the placing LA alone (rule R6). */
void seen_by_placing_authority(const ProtobufCMessage *record, struct audience *ret_audience);
/* Existence counts for allocation (rule R6). */
void seen_by_services_and_host(const ProtobufCMessage *record, struct audience *ret_audience);
/* The local LA that is told, and the placing LA. */
void seen_by_both_authorities(const ProtobufCMessage *record, struct audience *ret_audience);
/* Whoever decides, and the provider that it is about. */
void seen_by_host_members_and_provider(const ProtobufCMessage *record, struct audience *ret_audience);

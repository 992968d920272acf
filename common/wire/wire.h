#pragma once
/* The API as data: methods and messages by name, the pre-scan before decoding, JSON after the canonical
 * mapping. */

#include "common/base/arena.h"
#include "common/base/error.h"

#include <protobuf-c/protobuf-c.h>

/* One method of the API, from the linked-in FileDescriptorSet and protobuf-c's descriptors. */
struct wire_method {
    const char *name;    /* "ccrag.v1.ProvisionsService/SetVacancy" */
    const char *service; /* "ccrag.v1.ProvisionsService" */
    const ProtobufCMessageDescriptor *input, *output;
    unsigned index;  /* within its service's descriptor */
    bool reads_only; /* idempotency_level = NO_SIDE_EFFECTS */
    bool server_streaming;
    const char *comment; /* leading comment of the .proto, for help texts; "" when none */
};

/* NULL: no such method. The tables are built once, at first use, and are immutable after (thread-safe). */
const struct wire_method *wire_method_find(const char *name);
/* All methods in order of name. */
const struct wire_method *const *wire_methods(size_t *ret_count);
/* A message by full name ("ccrag.v1.Provision"); NULL: none. */
const ProtobufCMessageDescriptor *wire_message_find(const char *name);

/* Bounds what protobuf-c does not: nesting (MESSAGE_DEPTH_MAX), number of fields, lengths against the buffer,
 * and that string fields are UTF-8 without NUL. INVALID_ARGUMENT with the field's path otherwise. */
enum code wire_scan(const ProtobufCMessageDescriptor *type, struct span packed, struct fault *ret_fault);

/* Scan, then unpack into `arena`. */
enum code wire_unpack(const ProtobufCMessageDescriptor *type, struct span packed, struct arena *arena,
                      ProtobufCMessage **ret_message, struct fault *ret_fault);
/* Packs into `arena`; empty data and arena->exhausted past its limit. */
struct span wire_pack(const ProtobufCMessage *message, struct arena *arena);
/* Packs at the end of a room of `size` bytes; empty data where it does not fit with some bytes to spare. */
struct span wire_pack_within(const ProtobufCMessage *message, uint8_t *room, size_t size);

/* Is every text, list and enum value of a message, and of those in it, within bounds (RECORD_TEXT_BYTES_MAX,
 * RECORD_ITEMS_MAX, the values of the enum)? INVALID_ARGUMENT with the field's own name otherwise. */
enum code wire_check_bounds(const ProtobufCMessage *message, struct fault *ret_fault);

/* The text of a string field by name, the first of several; "" where the message has none. Borrowed. */
const char *wire_field_text(const ProtobufCMessage *message, const char *field);

/* Bytes of one value of that type in memory. */
size_t wire_value_size(ProtobufCType type);

/* Canonical protobuf JSON: lowerCamelCase names, int64 as strings, enums by name, bytes in base64, defaults
 * left out. `pretty` indents by two. NUL-ended, in `arena`. */
char *wire_to_json(const ProtobufCMessage *message, bool pretty, struct arena *arena);
/* Reads it back (also proto field names, enum numbers, numbers for int64). Unknown fields are
 * INVALID_ARGUMENT with path. */
enum code wire_from_json(const ProtobufCMessageDescriptor *type, const char *json, struct arena *arena,
                         ProtobufCMessage **ret_message, struct fault *ret_fault);

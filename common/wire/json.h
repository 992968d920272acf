#pragma once
/* What reading and writing of JSON share. Nobody else includes this. */

#include "common/base/limits.h"
#include "common/wire/wire.h"

enum { JSON_NAME_BYTES = 80 };

/* The lowerCamelCase name of a field. */
void json_name(const ProtobufCFieldDescriptor *field, char ret_name[JSON_NAME_BYTES]);

/* Where a field's value stands in its message, and where its count or oneof case does. */
static inline void *json_member(const ProtobufCMessage *message, unsigned offset)
{
    return (char *)(uintptr_t)(const void *)message + offset;
}

static inline bool json_in_oneof(const ProtobufCFieldDescriptor *field)
{
    return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

#pragma once
/* What scan.c makes a message with. Nobody else includes this. */

#include "common/base/arena.h"

#include <protobuf-c/protobuf-c.h>

/* A value as its field's type has it: a number (of fixed width: its bytes), bytes, or a message. */
struct unpack_value {
    uint64_t number;
    struct span bytes;
    ProtobufCMessage *message;
};

/* An empty message; NULL past the arena's limit. */
ProtobufCMessage *unpack_begin(const ProtobufCMessageDescriptor *type, struct arena *arena);
/* One value of a field; of a list, its next. False: past the arena's limit. */
bool unpack_put(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                const struct unpack_value *value, struct arena *arena);
/* A field that the type does not have, with what follows its tag. */
bool unpack_unknown(ProtobufCMessage *message, uint32_t number, unsigned wire_type, struct span bytes,
                    struct arena *arena);

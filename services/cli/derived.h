#pragma once
/* Words for tables that no one field says: columns name them as if they were fields. */

#include "common/base/arena.h"

#include <protobuf-c/protobuf-c.h>

/* In the arena, or static; "" for nothing to say. */
typedef const char *derived_text(const ProtobufCMessage *message, struct arena *arena);

/* The words of that name for messages of that type; NULL: there are none. */
derived_text *derived_find(const ProtobufCMessageDescriptor *type, const char *name);
/* The same for those of fees alone (derived_fees.c). */
derived_text *derived_find_fees(const ProtobufCMessageDescriptor *type, const char *name);

/* Those words, or where there are none of that name the text of that field; "" for nothing. */
const char *derived_or_field(const ProtobufCMessage *message, const char *name, struct arena *arena);

#pragma once
/* Records of which very many are kept at once. */

#include "common/base/arena.h"

#include <protobuf-c/protobuf-c.h>

/* A copy without what progress and reminders never read and may be long: comments and reasons, lists, parts
 * other than `meta`, and of that all but the version. NULL past the arena's limit. */
ProtobufCMessage *slim_copy(const ProtobufCMessage *record, struct arena *arena);

#pragma once
/* Messages by their descriptors: fields by path, values as people read and type them. */

#include "common/base/arena.h"
#include "common/base/error.h"

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* The text of a field by path (`provider.name`), formatted by its kind: `_pence` as pounds, `_ms` as date and
 * time, `_m` as miles, enums in words, lists with commas. "" for what is not set. In the arena. */
const char *reflect_text(const ProtobufCMessage *message, const char *path, struct arena *arena);

/* The same for one field of a message (all of its values). */
const char *reflect_field_text(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                               struct arena *arena);

/* `PROVISION_KIND_CHILDRENS_HOME` as `childrens home`; "" for its zero. */
const char *reflect_enum_words(const ProtobufCEnumDescriptor *type, int value, struct arena *arena);

/* A value's full name from what a person types: with or without the enum's prefix, in any case, dashes or
 * blanks for underscores; `52` for `WEEKS_52`. NULL: none. */
const char *reflect_enum_name(const ProtobufCEnumDescriptor *type, const char *text);

/* The values a person may type, with commas. In the arena. */
const char *reflect_enum_choices(const ProtobufCEnumDescriptor *type, struct arena *arena);

/* The sub-message of a path, or NULL. */
const ProtobufCMessage *reflect_message(const ProtobufCMessage *message, const char *path);

/* A repeated message field: its items. False: no such field. */
bool reflect_list(const ProtobufCMessage *message, const char *field, ProtobufCMessage *const **ret_items,
                  size_t *ret_count);

/* Puts what a person typed for the field of `path` into a request under way as JSON: pounds for `_pence`,
 * dates in any form for `_on`, enums by reflect_enum_name, comma lists and repeated calls for repeated
 * fields. INVALID_ARGUMENT names the values there are. */
enum code reflect_put(const ProtobufCMessageDescriptor *type, json_t *request, const char *path,
                      const char *text, struct arena *arena, struct fault *ret_fault);

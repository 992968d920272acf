#pragma once
/* Messages by their descriptors: fields by path, values as people read and type them. */

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/sheets/sheets.h"

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

/* The text of a field by path (`provider.name`), formatted by its kind: `_pence` as pounds, `_ms` as date and
 * time, `_m` and `_metres` as miles, an LA's GSS code as its name, enums in words, lists with commas. "" for
 * what is not set. In the arena. */
const char *reflect_text(const ProtobufCMessage *message, const char *path, struct arena *arena);

/* The same for one field of a message (all of its values). */
const char *reflect_field_text(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                               struct arena *arena);

/* `PROVISION_KIND_CHILDRENS_HOME` as `childrens home`; "" for its zero. */
const char *reflect_enum_words(const ProtobufCEnumDescriptor *type, int value, struct arena *arena);

/* A value's full name from what a person types: with or without the enum's prefix, in any case, dashes or
 * blanks for underscores; `52` for `WEEKS_52`, one of what is many. NULL: none. */
const char *reflect_enum_name(const ProtobufCEnumDescriptor *type, const char *text);

/* The values a person may type, with commas. In the arena. */
const char *reflect_enum_choices(const ProtobufCEnumDescriptor *type, struct arena *arena);

/* Does a field's name end so? `_pence` and the like say what a number counts. */
bool reflect_ends(const char *name, const char *end);

/* Does a field of that name hold a date, or the GSS code of an LA? */
bool reflect_is_date(const char *name);
bool reflect_is_authority(const char *name);

/* The message that holds the last name of the path, and that field; false: there is no such field, or
 * something on the way is not set. */
bool reflect_find(const ProtobufCMessage *message, const char *path, const ProtobufCMessage **ret_holder,
                  const ProtobufCFieldDescriptor **ret_field);

/* What a column of that path holds, and one cell of it: money, days, distances and whole numbers as what they
 * are, `_minutes` as hours and `_milli` as thousandths, the rest as reflect_text. Not stated: what is not
 * set, numbers of 0 among it. In the arena. */
enum sheets_kind reflect_kind(const ProtobufCMessageDescriptor *type, const char *path);
struct sheets_cell reflect_cell(const ProtobufCMessage *message, const char *path, struct arena *arena);

/* The sub-message of a path, or NULL. */
const ProtobufCMessage *reflect_message(const ProtobufCMessage *message, const char *path);

/* A repeated message field: its items. False: no such field. */
bool reflect_list(const ProtobufCMessage *message, const char *field, ProtobufCMessage *const **ret_items,
                  size_t *ret_count);

/* Puts what a person typed for the field of `path` into a request under way as JSON: pounds for `_pence`,
 * dates in any form for `_on`, an LA's name for its GSS code, enums by reflect_enum_name, comma lists and
 * repeated calls for repeated fields. INVALID_ARGUMENT names the values there are. */
enum code reflect_put(const ProtobufCMessageDescriptor *type, json_t *request, const char *path,
                      const char *text, struct arena *arena, struct fault *ret_fault);

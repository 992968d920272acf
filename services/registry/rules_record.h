#pragma once
/* What holds for every record that a caller sends, whatever it is. Pure. */

#include "common/base/arena.h"
#include "common/domain/date.h"
#include "services/registry/refusal.h"

/* Texts, lists and enum values of a message and of those in it within bounds: RECORD_TEXT_BYTES_MAX,
 * RECORD_ITEMS_MAX, the enum's own values. TEXT_TOO_LONG, TOO_MANY_ITEMS or ENUM_UNKNOWN, `ret_field` the
 * field's name (static). */
enum registry_refusal record_check(const ProtobufCMessage *message, const char **ret_field);

/* An optional date: empty is DATE_NONE. False: neither empty nor a date written YYYY-MM-DD. */
bool date_field(const char *text, struct date *ret_date);

/* The text in the arena in lower case (ASCII), cut at `most` bytes at a whole character; "" past the arena's
 * limit. */
const char *lower_case(const char *text, size_t most, struct arena *arena);

/* name@example.org: one @ with something before and a dot somewhere after, no blanks, at most
 * EMAIL_BYTES_MAX. */
bool email_is_good(const char *email);

/* The text of a string field by name, for people; "" where the message has none. */
const char *field_text(const ProtobufCMessage *message, const char *field);

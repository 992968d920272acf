#pragma once
/* Texts of records: in lower case, mailboxes, and postcodes. Pure. */

#include "common/base/arena.h"
#include "common/domain/date.h"
#include "services/registry/refusal.h"

/* The text in the arena in lower case (ASCII), cut at `most` bytes at a whole character; "" past the arena's
 * limit. */
const char *lower_case(const char *text, size_t most, struct arena *arena);

/* name@example.org: one @ with something before and a dot somewhere after, no blanks, at most
 * EMAIL_BYTES_MAX. */
bool email_is_good(const char *email);

/* Are both a postcode, and not the same one? */
bool postcodes_differ(const char *before, const char *now);

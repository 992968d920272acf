#pragma once
/* Entries of a journal as JSON, their records opened. */

#include "common/base/arena.h"

#include "ccrag/v1/feed.pb-c.h"

#include <jansson.h>

/* The caller's to let go. `arena` holds the record while it is printed. */
json_t *journal_entry_json(const Pb__JournalEntry *entry, struct arena *arena);

/* The record of an entry, in `arena`; NULL: it was deleted, or is of a kind that this program does not know.
 */
const ProtobufCMessage *journal_entry_record(const Pb__JournalEntry *entry, struct arena *arena);

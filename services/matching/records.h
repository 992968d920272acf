#pragma once
/* The tables of a worker: its own copies of what it follows, from which the index is made at the start. */

#include "common/store/store.h"

/* Ended by NULL: what service_options takes. */
extern const struct table *const matching_tables[];

/* The table of a record's message; NULL: it is no concern of matching. */
const struct table *matching_table(const ProtobufCMessageDescriptor *type);
/* The same by the message's full name. */
const struct table *matching_table_named(const char *record_type);

/* The heads of the blobs that the source has. */
extern const struct table matching_blob_heads;
